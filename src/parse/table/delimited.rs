//! CSV, TSV and semicolon separated values: in comes a window, out come one table and its rows.
//!
//! The dialect and where the header stands are told from the first lines ([`sniff`]); a row is then cut by looking for
//! the next delimiter or line end only, so a cell without quotes costs one vector search. Quotes are read as RFC 4180
//! has it, and leniently where a quote is never closed: the row is read again with the quote taken as a character, so
//! that one stray quote does not swallow the rest of the file.

pub(super) mod row;
pub(super) mod sniff;

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
mod tests;
