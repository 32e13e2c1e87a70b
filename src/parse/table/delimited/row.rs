//! One row: in come bytes that begin with it, out come the places of its cells.

use super::sniff::Dialect;

/// Where a cell's value stands in its row, quotes not included.
#[derive(Debug, Clone, Copy)]
pub(in crate::parse::table) struct Field {
    pub start: usize,
    pub end: usize,
    /// It stood in quotes.
    pub quoted: bool,
    /// It holds doubled quotes.
    pub doubled: bool,
}

impl Field {
    fn plain(start: usize, end: usize) -> Self {
        Self { start, end, quoted: false, doubled: false }
    }
}

/// What the bytes begin with.
pub(in crate::parse::table) enum Cut {
    /// A row of so many bytes, its line end included.
    Row(usize),
    /// The beginning of a row that is not whole.
    Wanting,
    /// A cell whose quote at this place is not closed: surely, or as far as can be seen.
    Open { quote: usize, sure: bool },
    /// Nothing, and nothing follows.
    End,
}

/// Cuts the row that `data` begins with; `ended` says that nothing follows behind `data`.
pub(in crate::parse::table) fn cut(data: &[u8], dialect: Dialect, ended: bool, fields: &mut Vec<Field>) -> Cut {
    fields.clear();
    if data.is_empty() {
        return if ended { Cut::End } else { Cut::Wanting };
    }
    let Dialect { delimiter, line_end } = dialect;
    let mut at = 0;
    loop {
        let first = data.get(at).copied();
        if first == Some(b'"') || first == Some(b' ') && is_quote_behind_spaces(&data[at..]) {
            match cut_quoted(data, at, dialect, ended) {
                Quoted::Cell { field, next, last } => {
                    fields.push(field);
                    if last {
                        return Cut::Row(next);
                    }
                    at = next;
                    continue;
                }
                Quoted::Stop(cut) => return cut,
                Quoted::Literal => {}
            }
        }
        match memchr::memchr2(delimiter, line_end, &data[at..]) {
            // In a file of one column the line end is the delimiter too, so it is asked first.
            Some(len) if data[at + len] == line_end => {
                fields.push(Field::plain(at, without_return(data, at, at + len)));
                return Cut::Row(at + len + 1);
            }
            Some(len) => {
                fields.push(Field::plain(at, at + len));
                at += len + 1;
            }
            None if ended => {
                fields.push(Field::plain(at, without_return(data, at, data.len())));
                return Cut::Row(data.len());
            }
            None => return Cut::Wanting,
        }
    }
}

/// Cuts the row with quotes taken as ordinary characters; a row that does not end is taken up to the end of `data`.
pub(in crate::parse::table) fn cut_plain(data: &[u8], dialect: Dialect, fields: &mut Vec<Field>) -> usize {
    fields.clear();
    let len = memchr::memchr(dialect.line_end, data).unwrap_or(data.len());
    let mut at = 0;
    for end in memchr::memchr_iter(dialect.delimiter, &data[..len]).chain(std::iter::once(len)) {
        fields.push(Field::plain(at, if end == len { without_return(data, at, end) } else { end }));
        at = end + 1;
    }
    (len + 1).min(data.len())
}

enum Quoted {
    /// A cell; the next one, or the next row if it is the last, begins at `next`.
    Cell { field: Field, next: usize, last: bool },
    /// The row can't be cut.
    Stop(Cut),
    /// The closing quote is followed by text (`"Jo" Smith`): the quotes belong to the value.
    Literal,
}

fn cut_quoted(data: &[u8], at: usize, dialect: Dialect, ended: bool) -> Quoted {
    let quote = at + data[at..].iter().take_while(|b| **b == b' ').count();
    let mut doubled = false;
    let mut from = quote + 1;
    let close = loop {
        let Some(found) = data.get(from..).and_then(|rest| memchr::memchr(b'"', rest)) else {
            return Quoted::Stop(Cut::Open { quote, sure: ended });
        };
        let close = from + found;
        match data.get(close + 1) {
            Some(b'"') => {
                doubled = true;
                from = close + 2;
            }
            None if !ended => return Quoted::Stop(Cut::Wanting),
            _ => break close,
        }
    };
    let field = Field { start: quote + 1, end: close, quoted: true, doubled };
    let spaces = data[close + 1..].iter().take_while(|b| **b == b' ').count();
    let behind = close + 1 + spaces;
    let last = |next| Quoted::Cell { field, next, last: true };
    match data.get(behind).copied() {
        None if !ended => Quoted::Stop(Cut::Wanting),
        None => last(behind),
        Some(b) if b == dialect.line_end => last(behind + 1),
        Some(b) if b == dialect.delimiter => Quoted::Cell { field, next: behind + 1, last: false },
        Some(b'\r') if data.get(behind + 1) == Some(&dialect.line_end) => last(behind + 2),
        Some(b'\r') if data.get(behind + 1).is_none() => {
            if ended {
                last(behind + 1)
            } else {
                Quoted::Stop(Cut::Wanting)
            }
        }
        // Text behind a quote that was closed on another line: it is this quote that was opened by mistake.
        Some(_) if memchr::memchr(dialect.line_end, &data[quote..close]).is_some() => {
            Quoted::Stop(Cut::Open { quote, sure: true })
        }
        Some(_) => Quoted::Literal,
    }
}

fn is_quote_behind_spaces(data: &[u8]) -> bool {
    data.iter().find(|b| **b != b' ') == Some(&b'"')
}

fn without_return(data: &[u8], start: usize, end: usize) -> usize {
    if end > start && data[end - 1] == b'\r' { end - 1 } else { end }
}
