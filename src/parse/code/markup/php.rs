//! PHP: a file of code as it is; one that holds markup too, with the markup around its tags.

use std::ops::Range;

use memchr::memmem;

use super::woven::{self, Hole, Separators};
use super::{Language, Page};

const PHP: Separators = Separators { front: b' ', markup: b';', keeps_first: true, behind };

/// A closing tag ends a statement, and a comment; but nothing may stand between a switch and its first case.
fn behind(code: &[u8], output: bool) -> [u8; 2] {
    match code.trim_ascii_end().last() {
        Some(b':' | b'{' | b'}' | b';') | None if !output => *b"\n ",
        _ => *b"\n;",
    }
}

pub(super) fn read(page: &mut Page) -> Option<Language> {
    let holes = holes(page.bytes());
    let mut outside = 0;
    let has_markup = holes.iter().map(|hole| &hole.whole).any(|whole| {
        let before = outside..whole.start;
        outside = whole.end;
        !page.slice(before).trim().is_empty()
    });
    if has_markup || !page.slice(outside..page.text.len()).trim().is_empty() {
        woven::read(page, &holes, Language::Php, PHP);
    } else {
        page.parse(page.text, Language::Php, None);
    }
    None
}

fn holes(bytes: &[u8]) -> Vec<Hole> {
    let mut holes = Vec::new();
    let mut at = 0;
    while let Some(found) = memmem::find(&bytes[at..], b"<?") {
        let start = at + found;
        let rest = &bytes[start + 2..];
        let (tag, output) = match rest {
            [b'=', ..] => (3, true),
            _ if rest.len() >= 3 && rest[..3].eq_ignore_ascii_case(b"php") => (5, false),
            [b, ..] if b.is_ascii_whitespace() => (2, false),
            _ => {
                at = start + 2;
                continue;
            }
        };
        let code = start + tag;
        let close = close(bytes, code);
        let end = close.unwrap_or(bytes.len());
        at = (end + 2).min(bytes.len());
        holes.push(Hole { whole: start..at, code: code..end, output });
    }
    holes
}

/// Where `?>` ends the code that begins at a place: not in a string, a heredoc or a comment of several lines.
fn close(bytes: &[u8], start: usize) -> Option<usize> {
    memmem::find(&bytes[start..], b"?>")?;
    let mut at = start;
    while at < bytes.len() {
        at = match &bytes[at..] {
            [b'?', b'>', ..] => return Some(at),
            [quote @ (b'\'' | b'"' | b'`'), ..] => quoted(bytes, at + 1, *quote),
            [b'/', b'*', ..] => memmem::find(&bytes[at + 2..], b"*/").map_or(bytes.len(), |i| at + i + 4),
            [b'/', b'/', ..] => line(bytes, at + 2),
            [b'#', next, ..] if *next != b'[' => line(bytes, at + 1),
            [b'<', b'<', b'<', ..] => heredoc(bytes, at + 3),
            _ => at + 1,
        };
    }
    None
}

fn quoted(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(found) = memchr::memchr2(quote, b'\\', &bytes[at.min(bytes.len())..]) {
        at += found;
        if bytes[at] == quote {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// A line's comment ends with the line or before a closing tag.
fn line(bytes: &[u8], at: usize) -> usize {
    let length = memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
    at + memmem::find(&bytes[at..at + length], b"?>").unwrap_or(length)
}

fn heredoc(bytes: &[u8], at: usize) -> usize {
    let head = &bytes[at..];
    let blank = head.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\'' | b'"')).count();
    let length = head[blank..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let word: Range<usize> = at + blank..at + blank + length;
    if word.is_empty() {
        return at;
    }
    let mut from = word.end;
    while let Some(found) = memchr::memchr(b'\n', &bytes[from..]) {
        from += found + 1;
        let indent = bytes[from..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if bytes[from + indent..].starts_with(&bytes[word.clone()]) {
            return from + indent + length;
        }
    }
    bytes.len()
}
