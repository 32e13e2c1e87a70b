//! The tokens of JSON that are longer than a byte: in come bytes and a place, out comes where the token ends, or nothing
//! where it is cut off by the window's end.

use std::ops::Range;

/// A string without its quotes.
pub(super) struct Str {
    pub inside: Range<usize>,
    /// Where reading goes on: behind the closing quote, or at the inside's end where there is none on this line.
    pub next: usize,
    pub escaped: bool,
}

/// Reads the string whose inside begins at `start`, up to its quote or the end of the line.
pub(super) fn string(data: &[u8], start: usize, quote: u8, ended: bool) -> Option<Str> {
    let mut from = start;
    let mut escaped = false;
    loop {
        let Some(len) = data.get(from..).and_then(|rest| memchr::memchr3(quote, b'\\', b'\n', rest)) else {
            let end = data.len();
            return ended.then_some(Str { inside: start.min(end)..end, next: end, escaped });
        };
        let at = from + len;
        match data[at] {
            b'\\' => {
                escaped = true;
                from = at + 2;
            }
            b'\n' => return Some(Str { inside: start..at, next: at, escaped }),
            _ => return Some(Str { inside: start..at, next: at + 1, escaped }),
        }
    }
}

/// What a slash begins: a comment's inside and where reading goes on, or no comment.
pub(super) type Slash = Option<(Range<usize>, usize)>;

/// Reads the comment that begins at `at`.
pub(super) fn comment(data: &[u8], at: usize, ended: bool) -> Option<Slash> {
    let body = data.get(at + 2..).unwrap_or_default();
    let (end, closing) = match data.get(at + 1) {
        Some(b'/') => (memchr::memchr(b'\n', body), 0),
        Some(b'*') => (memchr::memmem::find(body, b"*/"), 2),
        None if !ended => return None,
        _ => return Some(None),
    };
    match end {
        Some(len) => Some(Some((at + 2..at + 2 + len, at + 2 + len + closing))),
        None => ended.then_some(Some((at + 2..data.len(), data.len()))),
    }
}

/// The length of the bare word that begins at `at`.
pub(super) fn bare(data: &[u8], at: usize, ended: bool) -> Option<usize> {
    let ends = |b: &u8| matches!(b, b',' | b':' | b']' | b'}' | b'{' | b'[' | b'"' | b'/') || b.is_ascii_whitespace();
    let rest = data.get(at..)?;
    rest.iter().position(ends).or(ended.then_some(rest.len()))
}
