//! CSV, TSV and semicolon separated values: in comes a window, out come one table and its rows.
//!
//! The dialect and where the header stands are told from the first lines ([`sniff`]); a row is then cut by looking for
//! the next delimiter or line end only, so a cell without quotes costs one vector search. Quotes are read as RFC 4180
//! has it, and leniently where a quote is never closed: the row is read again with the quote taken as a character, so
//! that one stray quote does not swallow the rest of the file.

mod row;
mod sniff;

use std::borrow::Cow;
use std::io;

use row::{Cut, Field};
use sniff::{Dialect, Start};

use super::trouble::Troubles;
use super::window::Window;
use super::{Cell, CellKind, Column, Container, Head, Visitor};

/// Cells beyond so many in one row are not read: Excel's own bound.
const MOST_COLUMNS: usize = 16_384;

/// How many bytes are looked at to tell the dialect.
const SAMPLE: usize = 64 << 10;

const LONG_ROW: &str = "a row has more cells than the header has columns";
const SHORT_ROW: &str = "a row has fewer cells than the header has columns";
const MANY_CELLS: &str = "a row has more than 16,384 cells: the rest of them is not read";
const OPEN_QUOTE: &str = "a quote is never closed: it is read as an ordinary character";
const LONG_LINE: &str = "a row is longer than 64 MB and is not read";
const NOT_UTF8: &str = "bytes that are not valid UTF-8 are read as U+FFFD";

/// Reads a file of delimited values.
pub(super) fn read(window: &mut Window<'_>, visitor: &mut dyn Visitor, troubles: &mut Troubles) -> io::Result<()> {
    window.fill(SAMPLE)?;
    let sample = &window.data()[..window.data().len().min(SAMPLE)];
    let Start { dialect, preamble, header } =
        sniff::start(sample, window.ended() && sample.len() == window.data().len());
    for line in preamble {
        visitor.preamble(window.span(line.clone()), &String::from_utf8_lossy(&window.data()[line]));
    }
    window.consume(header.skip);
    let mut table = Table { dialect, columns: 0, header: 0, row: 0, fields: Vec::new() };
    if !table.head(window, header.named, visitor, troubles)? {
        return Ok(());
    }
    loop {
        let read = table.rows(window, visitor, troubles);
        window.consume(read.bytes);
        match read.stopped {
            Stopped::AtEnd => return Ok(()),
            Stopped::Wanting if table.is_long(window) => table.skip_row(window, troubles)?,
            Stopped::Wanting => {
                window.grow()?;
            }
        }
    }
}

/// Why a batch of rows ended.
enum Stopped {
    /// The file has no further row.
    AtEnd,
    /// The next row is not whole yet.
    Wanting,
}

struct Batch {
    bytes: usize,
    stopped: Stopped,
}

struct Table {
    dialect: Dialect,
    /// Columns announced so far.
    columns: usize,
    /// Columns of the header.
    header: usize,
    row: u64,
    fields: Vec<Field>,
}

impl Table {
    /// Reads the header, or makes one up where the first row is data already. False when there is no row at all.
    fn head(
        &mut self,
        window: &mut Window<'_>,
        named: bool,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) -> io::Result<bool> {
        let read = loop {
            match row::cut(window.data(), self.dialect, window.ended(), &mut self.fields) {
                Cut::Row(len) if is_blank(&self.fields) => window.consume(len),
                Cut::Row(len) => break len,
                Cut::Open { quote, sure } if sure || self.is_long(window) && self.has_line_end(window.data()) => {
                    troubles.note(OPEN_QUOTE, window.span(quote..quote + 1));
                    break row::cut_plain(window.data(), self.dialect, &mut self.fields);
                }
                Cut::Wanting | Cut::Open { .. } if self.is_long(window) => self.skip_row(window, troubles)?,
                Cut::Wanting | Cut::Open { .. } => {
                    window.grow()?;
                }
                Cut::End => return Ok(false),
            }
        };
        if self.fields.len() > MOST_COLUMNS {
            self.fields.truncate(MOST_COLUMNS);
            troubles.note(MANY_CELLS, window.span(0..0));
        }
        let line = &window.data()[..read];
        let columns: Vec<Column> = self
            .fields
            .iter()
            .enumerate()
            .map(|(i, field)| {
                let name = if named { trimmed(line, field) } else { None };
                match name {
                    Some((name, range)) => Column { name, span: window.span(range) },
                    None => Column { name: numbered(i), span: window.span(field.start..field.end) },
                }
            })
            .collect();
        let end = line.len() - line.iter().rev().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        self.columns = columns.len();
        self.header = columns.len();
        let container = Container::Delimited;
        visitor.begin(Head { table: 0, name: None, span: window.span(0..end), columns, container });
        if named {
            window.consume(read);
        }
        Ok(true)
    }

    /// Reads all rows that are whole in the window.
    fn rows(&mut self, window: &Window<'_>, visitor: &mut dyn Visitor, troubles: &mut Troubles) -> Batch {
        let data = window.data();
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(self.columns);
        let mut at = 0;
        loop {
            let rest = &data[at..];
            let len = match row::cut(rest, self.dialect, window.ended(), &mut self.fields) {
                Cut::Row(len) => len,
                Cut::Open { quote, sure } => {
                    if !sure && (rest.len() <= window.bounds().longest || !self.has_line_end(rest)) {
                        return Batch { bytes: at, stopped: Stopped::Wanting };
                    }
                    troubles.note(OPEN_QUOTE, window.span(at + quote..at + quote + 1));
                    row::cut_plain(rest, self.dialect, &mut self.fields)
                }
                Cut::Wanting => return Batch { bytes: at, stopped: Stopped::Wanting },
                Cut::End => return Batch { bytes: at, stopped: Stopped::AtEnd },
            };
            if !is_blank(&self.fields) {
                self.judge_width(window, at, visitor, troubles);
                self.fill_cells(window, at, len, &mut cells, troubles);
                visitor.row(0, self.row, &cells);
                cells.clear();
                self.row += 1;
            }
            at += len;
        }
    }

    /// Notes a ragged row and announces the columns that the header does not have: their values are judged too.
    fn judge_width(&mut self, window: &Window<'_>, at: usize, visitor: &mut dyn Visitor, troubles: &mut Troubles) {
        let found = self.fields.len();
        if found == self.header {
            return;
        }
        let of = |field: &Field| window.span(at + field.start..at + field.end);
        if found < self.header {
            let last = self.fields.last().map_or(window.whole(), of);
            troubles.note(SHORT_ROW, last);
            return;
        }
        if self.fields[self.header..].iter().all(|f| f.start == f.end) {
            // Trailing delimiters: no value is without a column.
            self.fields.truncate(self.header);
            return;
        }
        troubles.note(LONG_ROW, of(&self.fields[self.header]));
        if found > MOST_COLUMNS {
            troubles.note(MANY_CELLS, of(&self.fields[MOST_COLUMNS]));
            self.fields.truncate(MOST_COLUMNS);
        }
        for i in self.columns..self.fields.len() {
            visitor.column(0, Column { name: numbered(i), span: of(&self.fields[i]) });
        }
        self.columns = self.columns.max(self.fields.len());
    }

    fn fill_cells<'d>(
        &self,
        window: &'d Window<'_>,
        at: usize,
        len: usize,
        cells: &mut Vec<Cell<'d>>,
        troubles: &mut Troubles,
    ) {
        let row = &window.data()[at..at + len];
        // One check for the row instead of one for each cell.
        let text = std::str::from_utf8(row).ok();
        for (column, field) in (0..).zip(&self.fields) {
            let span = window.span(at + field.start..at + field.end);
            let (value, kind) = match text.and_then(|t| t.get(field.start..field.end)) {
                Some(raw) => (unquoted(raw, field), kind(raw, field)),
                None => {
                    let raw = &row[field.start..field.end];
                    let lossy = String::from_utf8_lossy(raw);
                    if let Cow::Owned(_) = lossy {
                        troubles.note(NOT_UTF8, span);
                    }
                    (Cow::Owned(unquoted(&lossy, field).into_owned()), kind(&lossy, field))
                }
            };
            let value = if kind == CellKind::Null { Cow::Borrowed("") } else { value };
            cells.push(Cell { column, value, kind, span });
        }
    }

    fn is_long(&self, window: &Window<'_>) -> bool {
        window.data().len() > window.bounds().longest
    }

    fn has_line_end(&self, data: &[u8]) -> bool {
        memchr::memchr(self.dialect.line_end, data).is_some()
    }

    /// Skips a row that is too long to hold, up to the next line end.
    fn skip_row(&mut self, window: &mut Window<'_>, troubles: &mut Troubles) -> io::Result<()> {
        troubles.note(LONG_LINE, window.span(0..0));
        loop {
            if let Some(at) = memchr::memchr(self.dialect.line_end, window.data()) {
                window.consume(at + 1);
                return Ok(());
            }
            window.consume(window.data().len());
            if !window.grow()? {
                return Ok(());
            }
        }
    }
}

fn is_blank(fields: &[Field]) -> bool {
    matches!(fields, [only] if only.start == only.end && !only.quoted)
}

fn numbered(index: usize) -> String {
    format!("column{}", index + 1)
}

/// A header cell's name and the bytes that it takes; none for an empty one.
fn trimmed(line: &[u8], field: &Field) -> Option<(String, std::ops::Range<usize>)> {
    let raw = &line[field.start..field.end];
    let name = raw.trim_ascii();
    if name.is_empty() {
        return None;
    }
    let start = field.start + raw.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let text = String::from_utf8_lossy(name);
    Some((unquoted(&text, field).trim().to_owned(), start..start + name.len()))
}

fn unquoted<'t>(raw: &'t str, field: &Field) -> Cow<'t, str> {
    if field.doubled { Cow::Owned(raw.replace("\"\"", "\"")) } else { Cow::Borrowed(raw) }
}

/// An empty cell without quotes is null, and so is the `\N` of MySQL and Hive exports.
fn kind(raw: &str, field: &Field) -> CellKind {
    if !field.quoted && (raw.is_empty() || raw == "\\N") { CellKind::Null } else { CellKind::Text }
}

#[cfg(test)]
mod tests {
    use super::super::recorder::{Recorder, encode, encoding, on_disk};
    use super::super::window::Bounds;
    use super::*;
    use crate::parse::Format;
    use proptest::prelude::*;

    fn read(text: &str) -> Recorder {
        Recorder::both(text.as_bytes(), Format::Csv, 7)
    }

    fn columns(text: &str) -> Vec<String> {
        read(text).tables[0].columns.iter().map(|c| c.0.clone()).collect()
    }

    fn problems(text: &str) -> Vec<String> {
        read(text).problems.into_iter().map(|p| p.1).collect()
    }

    #[test]
    fn the_delimiter_is_told_from_the_rows() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = "id,note,price\n1,\"a, b; c\",\"1,50\"\n2,x,2\n".replace(',', &delimiter.to_string());
            let read = read(&text);
            assert_eq!(read.values(0).0, ["id", "note", "price"], "{delimiter:?}");
            assert_eq!(read.tables[0].rows.len(), 2);
            assert_eq!(read.problems, []);
        }
        assert_eq!(columns("sep=;\r\na,b;c\r\n1;2\r\n"), ["a,b", "c"]);
        assert_eq!(columns("note\nhello, world\nno comma here\n\nmore, of, it\n"), ["note"]);
        assert_eq!(columns("name;price\nA;1,50\nB;2,50\n"), ["name", "price"]);
    }

    #[test]
    fn comments_and_titles_above_the_header_are_preamble() {
        let read = read("# generated by faker 40\n\nCustomer export\nid,name\n1,Ann\n2,Bob\n");
        let preamble: Vec<&str> = read.preamble.iter().map(|p| p.1.as_str()).filter(|t| !t.is_empty()).collect();
        assert_eq!(preamble, ["# generated by faker 40", "Customer export"]);
        assert_eq!(read.values(0).0, ["id", "name"]);
        assert_eq!(read.tables[0].rows.len(), 2);
        assert_eq!(columns("#id,name\n1,Ann\n2,Bob\n"), ["#id", "name"]);
    }

    #[test]
    fn a_first_row_of_data_gets_numbered_columns() {
        let read = read("1,Ann,ann@example.com\n2,Bob,bob@example.com\n");
        assert_eq!(read.values(0).0, ["column1", "column2", "column3"]);
        assert_eq!(read.tables[0].rows.len(), 2);
        assert_eq!(columns("1,Ann\n2,Bob\n"), ["column1", "column2"]);
        assert_eq!(columns("Country,2019,2020\nDE,1,2\nFR,3,4\n"), ["Country", "2019", "2020"]);
        assert_eq!(columns("name,2024-01-01,2024-01-02\nAnn,3,4\n"), ["name", "2024-01-01", "2024-01-02"]);
        assert_eq!(columns("id,,name\n1,2,Ann\n"), ["id", "column2", "name"]);
    }

    #[test]
    fn ragged_rows_are_read_and_told_once() {
        let text = "a,b\n1\n1,2,x@example.com\n1,2,3,4\n5,6,,\n";
        let read = read(text);
        assert_eq!(read.values(0).0, ["a", "b", "column3", "column4"]);
        assert_eq!(read.values(0).1[1], [(0, "1"), (1, "2"), (2, "x@example.com")]);
        assert_eq!(
            read.problems.iter().map(|p| p.1.as_str()).collect::<Vec<_>>(),
            [SHORT_ROW.to_owned(), format!("{LONG_ROW} (and in 1 more place)")]
        );
        assert_eq!(on_disk(text.as_bytes(), read.problems[1].0), "x@example.com");
    }

    #[test]
    fn a_stray_quote_costs_its_own_row_only() {
        let text = "id,size\n1,\"5 inch\n2,\"6 \"\"inch\"\"\"\n3,x\n";
        let read = read(text);
        let values: Vec<&str> = read.values(0).1.iter().map(|row| row[1].1).collect();
        assert_eq!(values, ["\"5 inch", "6 \"inch\"", "x"]);
        assert_eq!(read.problems.len(), 1);
        assert_eq!(read.problems[0].1, OPEN_QUOTE);
        assert_eq!((read.problems[0].0.start, read.problems[0].0.end), (10, 11));
        assert_eq!(problems("a,b\n1,\"x\n2,y\n"), [OPEN_QUOTE]);
        assert_eq!(self::read("a,b\n1,\"x\n2,y\n").tables[0].rows.len(), 2);
        assert_eq!(self::read("a,b\n1,\"Jo\" Smith\n").values(0).1[0][1].1, "\"Jo\" Smith");
    }

    #[test]
    fn empty_cells_are_null_unless_quoted() {
        let read = read("a,b,c\n,\"\",\\N\n");
        let kinds: Vec<CellKind> = read.tables[0].rows[0].iter().map(|c| c.kind).collect();
        assert_eq!(kinds, [CellKind::Null, CellKind::Text, CellKind::Null]);
    }

    #[test]
    fn odd_files_end_well() {
        assert_eq!(read(""), Recorder::default());
        assert_eq!(read("\n\n").tables.len(), 0);
        assert_eq!(read("a,b,c").tables[0].rows.len(), 0);
        assert_eq!(read("a,b\r\n1,2\r\n").values(0).1, [[(0, "1"), (1, "2")]]);
        assert_eq!(read("a,b\r1,2\r3,4").values(0).1.len(), 2);
        assert_eq!(problems("a,b\n1,\0\n"), ["a NUL byte stands in text"]);
        let read = Recorder::both(b"a,b\n1,caf\xE9\n2,\xFF\xFE\n", Format::Csv, 5);
        assert_eq!(read.values(0).1[0][1].1, "caf\u{FFFD}");
        assert_eq!(read.problems[0].1, format!("{NOT_UTF8} (and in 1 more place)"));
        let wide = (0..20_000).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",");
        let read = self::read(&format!("{wide}\n{wide}\n"));
        assert_eq!((read.tables[0].columns.len(), read.tables[0].rows[0].len()), (16_384, 16_384));
    }

    #[test]
    fn a_row_beyond_the_bound_is_skipped() {
        let long = "x".repeat(200_000);
        let text = format!("a,b\n1,{long}\n2,y\n3,{long}\n4,z\n");
        let bounds = Bounds { chunk: 64, longest: 1000, ..Bounds::default() };
        let read = Recorder::stream(text.as_bytes(), Format::Csv, bounds);
        let ids: Vec<&str> = read.values(0).1.iter().map(|row| row[0].1).collect();
        assert_eq!(ids, ["2", "4"]);
        assert_eq!(read.problems[0].1, format!("{LONG_LINE} (and in 1 more place)"));
    }

    #[test]
    fn what_lies_beyond_the_last_countable_byte_is_told() {
        let bounds = Bounds { chunk: 8, file: 20, ..Bounds::default() };
        let read = Recorder::stream(b"a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n", Format::Csv, bounds);
        assert_eq!(read.tables[0].rows.len(), 4);
        assert!(read.problems[0].1.contains("larger than 4 GiB"));
        let whole = Recorder::stream(b"a,b\n1,2\n3,4\n5,6\n7,8\n", Format::Csv, bounds);
        assert_eq!(whole.problems, []);
    }

    fn cell() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z]{1,8}",
            "[ -~]{0,12}",
            "\\PC{0,6}",
            Just(String::from("a\nb")),
            Just(String::from("\r\n")),
            Just(String::from("say \"x\", y")),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            rows in proptest::collection::vec(proptest::collection::vec(cell(), 3), 1..12),
            quote_all: bool, crlf: bool, last_line_end: bool, number: u8, chunk in 1usize..40,
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            let field = |value: &String| {
                let must = value.contains(['"', ',', '\n', '\r', ';', '\t', '|']) || value.starts_with(' ') || value == "\\N";
                if must || quote_all { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.clone() }
            };
            let lines: Vec<String> = rows.iter().map(|row| row.iter().map(field).collect::<Vec<_>>().join(",")).collect();
            let mut text = format!("one,two,three{end}{}", lines.join(end));
            if last_line_end { text.push_str(end); }
            let bytes = encode(&text, encoding(number));
            let read = Recorder::both(&bytes, Format::Csv, chunk);
            prop_assert_eq!(read.values(0).0, ["one", "two", "three"]);
            let got: Vec<Vec<&str>> = read.values(0).1.into_iter().map(|r| r.into_iter().map(|c| c.1).collect()).collect();
            let want: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().map(String::as_str).collect()).collect();
            prop_assert_eq!(got, want);
            read.each_cell(&bytes, |disk, cell| assert_eq!(disk.replace("\"\"", "\""), cell.value));
        }

        #[test]
        fn no_bytes_are_too_bad(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b','), Just(b'\n')], 0..200), chunk in 1usize..20) {
            Recorder::both(&bytes, Format::Csv, chunk);
        }
    }
}
