//! The dialect of delimited values, told from the first lines: what separates cells, what ends lines, which lines
//! stand before the table, and whether the first row names the columns.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexSet};

use super::row::{self, Cut, Field};

/// How cells and rows are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse::table) struct Dialect {
    /// Between cells; the line end itself where the file has one column only.
    pub delimiter: u8,
    /// LF (a CR before it is dropped), or CR alone in files of old Macs.
    pub line_end: u8,
}

/// Where the table begins.
pub(super) struct Start {
    pub dialect: Dialect,
    /// Comment and title lines above the header.
    pub preamble: Vec<Range<usize>>,
    pub header: Header,
}

/// The first row of the table.
pub(super) struct Header {
    /// Bytes before it.
    pub skip: usize,
    /// It names the columns; else it is data already.
    pub named: bool,
}

/// In order of preference where they fit equally well.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows are looked at.
const ROWS: usize = 64;

/// Tells the dialect from the beginning of a file; `ended` says that the sample is all of it.
pub(super) fn start(sample: &[u8], ended: bool) -> Start {
    let line_end = if !sample.contains(&b'\n') && sample.contains(&b'\r') { b'\r' } else { b'\n' };
    let (declared, mut skip) = declared_delimiter(sample, line_end);
    let mut preamble = Vec::new();
    while let Some(line) = comment_line(&sample[skip..], line_end) {
        preamble.push(skip..skip + line);
        skip += next_line(&sample[skip..], line_end);
    }
    let rest = &sample[skip..];
    let (delimiter, width) = match declared {
        Some(delimiter) => (delimiter, usual_width(rest, Dialect { delimiter, line_end }, ended).0),
        None => delimiter(rest, line_end, ended),
    };
    let dialect = Dialect { delimiter, line_end };
    // `#id,name`: the last comment is the header if it is as wide as the rows and they are data.
    if let Some(last) = preamble.last().cloned()
        && width > 1
        && is_data(rest, dialect, ended)
        && widths(&sample[last.clone()], dialect, true).first() == Some(&width)
    {
        preamble.pop();
        return Start { dialect, preamble, header: Header { skip: last.start, named: true } };
    }
    skip += title_lines(rest, dialect, width, ended, skip, &mut preamble);
    let named = !is_data(&sample[skip..], dialect, ended);
    Start { dialect, preamble, header: Header { skip, named } }
}

/// `sep=;` as the first line tells Excel what separates.
fn declared_delimiter(sample: &[u8], line_end: u8) -> (Option<u8>, usize) {
    static DECLARED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"^(?i-u)"?sep=([,;|\t])"?\r?$"#).ok());
    let line = &sample[..sample.iter().position(|b| *b == line_end).unwrap_or(sample.len())];
    match DECLARED.as_ref().and_then(|re| re.captures(line)) {
        Some(found) => (found.get(1).and_then(|m| m.as_bytes().first().copied()), next_line(sample, line_end)),
        None => (None, 0),
    }
}

/// The length of the line that `data` begins with, if it is a comment or blank and another one follows.
fn comment_line(data: &[u8], line_end: u8) -> Option<usize> {
    let end = data.iter().position(|b| *b == line_end)?;
    let line = data[..end].trim_ascii_end();
    (line.is_empty() || line.starts_with(b"#")).then_some(line.len())
}

fn next_line(data: &[u8], line_end: u8) -> usize {
    data.iter().position(|b| *b == line_end).map_or(data.len(), |at| at + 1)
}

/// The delimiter by which most rows are equally wide, and that width; one column where none does.
fn delimiter(data: &[u8], line_end: u8, ended: bool) -> (u8, usize) {
    let mut best = (line_end, 1, 0);
    for delimiter in DELIMITERS {
        let (width, share) = usual_width(data, Dialect { delimiter, line_end }, ended);
        // A delimiter that makes the rows of a table wider must not make them much more ragged.
        if width > 1 && (share > best.2 + 100 || width > best.1 && share + 100 > best.2) {
            best = (delimiter, width, share);
        }
    }
    (best.0, best.1)
}

/// The most frequent number of cells in a row, and how many of a thousand rows have it.
fn usual_width(data: &[u8], dialect: Dialect, ended: bool) -> (usize, usize) {
    let widths = widths(data, dialect, ended);
    let count = |width: usize| widths.iter().filter(|w| **w == width).count();
    let Some(usual) = widths.iter().copied().max_by_key(|w| (count(*w), *w)) else { return (1, 0) };
    (usual, count(usual) * 1000 / widths.len())
}

fn widths(data: &[u8], dialect: Dialect, ended: bool) -> Vec<usize> {
    let mut widths = Vec::new();
    let mut fields = Vec::new();
    let mut at = 0;
    while widths.len() < ROWS
        && let Some(len) = sampled_row(&data[at..], dialect, ended, &mut fields)
    {
        if !super::is_blank(&fields) {
            widths.push(fields.len());
        }
        at += len;
    }
    if widths.is_empty() && !ended && sampled_row(data, dialect, true, &mut fields).is_some() {
        // A first row that is longer than the sample.
        widths.push(fields.len());
    }
    widths
}

/// The next row of the sample; a row that the sample cuts off is left out.
fn sampled_row(data: &[u8], dialect: Dialect, ended: bool, fields: &mut Vec<Field>) -> Option<usize> {
    match row::cut(data, dialect, ended, fields) {
        Cut::Row(len) => Some(len),
        Cut::Open { sure: true, .. } => Some(row::cut_plain(data, dialect, fields)),
        Cut::Open { .. } | Cut::Wanting | Cut::End => None,
    }
}

/// Steps over lines of one cell above a wider table (`Customer export, March`), at most five of them.
fn title_lines(
    data: &[u8],
    dialect: Dialect,
    width: usize,
    ended: bool,
    base: usize,
    preamble: &mut Vec<Range<usize>>,
) -> usize {
    let mut fields = Vec::new();
    let mut at = 0;
    let mut titles = Vec::new();
    while width > 1 && titles.len() <= 5 {
        let Some(len) = sampled_row(&data[at..], dialect, ended, &mut fields) else { break };
        if fields.len() == width {
            preamble.append(&mut titles);
            return at;
        }
        if fields.iter().filter(|f| f.start < f.end).count() > 1 {
            break;
        }
        let line = data[at..at + len].trim_ascii_end().len();
        titles.push(base + at..base + at + line);
        at += len;
    }
    0
}

/// Whether the first row is data: it holds a value that no column is named by (an e-mail address, a date, a long
/// number) and the second row has its like below, or it begins with a number that the second row counts on.
fn is_data(data: &[u8], dialect: Dialect, ended: bool) -> bool {
    let mut fields = Vec::new();
    let cells = |data: &[u8], fields: &[Field]| -> Vec<Vec<u8>> {
        fields.iter().map(|f| data[f.start..f.end].trim_ascii().to_vec()).collect()
    };
    let Some(len) = sampled_row(data, dialect, ended, &mut fields) else { return false };
    let first = cells(data, &fields);
    let second = match sampled_row(&data[len..], dialect, ended, &mut fields) {
        Some(_) => cells(&data[len..], &fields),
        None => return first.iter().any(|cell| form(cell).is_some()),
    };
    if first.iter().zip(&second).any(|(one, two)| form(one).is_some() && form(one) == form(two)) {
        return true;
    }
    let number = |cell: Option<&Vec<u8>>| std::str::from_utf8(cell?).ok()?.parse::<u64>().ok();
    match (number(first.first()), number(second.first())) {
        (Some(one), Some(two)) => one.checked_add(1) == Some(two) && first.iter().any(|c| number(Some(c)).is_none()),
        _ => false,
    }
}

/// Which form of value a cell has that a column's name never has.
fn form(cell: &[u8]) -> Option<usize> {
    static FORMS: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
        RegexSet::new([
            r"^[^\s@]+@[^\s@]+\.[^\s@]+$",
            r"^(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?|\d{1,2}[./]\d{1,2}[./]\d{4})$",
            r"^(?:\+\d[\d ()./-]{6,}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})$",
            r"^(?:\d{5,}|-?\d+\.\d{2,})$",
        ])
        .ok()
    });
    FORMS.as_ref()?.matches(cell).iter().next()
}
