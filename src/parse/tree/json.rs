//! JSON as people write it: in comes a source, out goes a tree. Comments, trailing commas, duplicate keys, raw
//! numbers, and what is cheap of JSON5 (single quotes, bare keys) are read; a break ends the reading, and whatever
//! stood before it is kept.
//!
//! Own and not a crate's, because the crates that know byte ranges return nothing at all for a truncated file and
//! recurse: one reader of events serves whole and broken files alike. Tests hold it against `jsonc-parser` and
//! `serde_json`.

use std::borrow::Cow;
use std::ops::Range;

use super::build::Builder;
use super::{ScalarKind, Tree};
use crate::source::Source;

/// Reads one document.
pub(super) fn read(source: &Source) -> Tree {
    let mut reader = Reader::new(source);
    reader.document();
    if reader.built.roots() > 0 && reader.skip_blank() && reader.at < reader.text.len() {
        reader.problem(reader.at..reader.at + 1, "more text behind the end of the document");
    }
    reader.built.finish()
}

/// Reads one document a line; a broken line does not lose the others.
pub(super) fn read_lines(source: &Source) -> Tree {
    let mut reader = Reader::new(source);
    let text = source.text();
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |i| start + i + 1);
        reader.text = &text[..end];
        reader.at = start;
        if reader.skip_blank() && reader.at < end {
            reader.document();
            reader.built.close_all();
        }
        start = end;
    }
    reader.built.finish()
}

struct Reader<'s> {
    text: &'s str,
    at: usize,
    built: Builder<'s>,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    /// A value, or the end of the list that was just opened or had a comma.
    Value,
    /// A key, or the end of the map.
    Key,
    /// A comma, or the end of the collection.
    Comma,
}

impl<'s> Reader<'s> {
    fn new(source: &'s Source) -> Self {
        Self { text: source.text(), at: 0, built: Builder::new(source) }
    }

    /// Reads one value with all that is in it. False on a break; the place is noted.
    fn document(&mut self) -> bool {
        let mut expect = Expect::Value;
        loop {
            if !self.skip_blank() {
                return false;
            }
            let Some(&byte) = self.text.as_bytes().get(self.at) else {
                if self.built.depth() > 0 {
                    self.problem(self.at..self.at, "the file ends inside an object or array");
                }
                return self.built.depth() == 0;
            };
            let next = match (byte, expect) {
                (b'}' | b']', _) => self.close(byte, expect),
                (b',', Expect::Comma) => {
                    self.at += 1;
                    Some(if self.built.in_map() { Expect::Key } else { Expect::Value })
                }
                (_, Expect::Comma) => {
                    self.problem(self.at..self.at + 1, "a comma or a closing bracket is missing");
                    None
                }
                (_, Expect::Key) => self.key(byte),
                (b'{' | b'[', Expect::Value) => self.open(byte),
                (_, Expect::Value) => self.scalar(byte),
            };
            match next {
                None => return false,
                Some(Expect::Comma) if self.built.depth() == 0 => return true,
                Some(next) => expect = next,
            }
        }
    }

    fn open(&mut self, byte: u8) -> Option<Expect> {
        let start = self.at;
        self.at += 1;
        let (opened, next) = match byte {
            b'{' => (self.built.open_map(start), Expect::Key),
            _ => (self.built.open_list(start), Expect::Value),
        };
        opened.then_some(next)
    }

    fn close(&mut self, byte: u8, expect: Expect) -> Option<Expect> {
        let in_map = self.built.in_map();
        if self.built.depth() == 0 || in_map != (byte == b'}') || (in_map && expect == Expect::Value) {
            self.problem(self.at..self.at + 1, "this closing bracket does not belong here");
            return None;
        }
        self.at += 1;
        self.built.close(Some(self.at));
        Some(Expect::Comma)
    }

    fn key(&mut self, byte: u8) -> Option<Expect> {
        let (key, range) = match byte {
            b'"' | b'\'' => self.string(byte)?,
            _ => {
                let range = self.bare();
                if range.is_empty() {
                    self.problem(self.at..self.at + 1, "a key is missing");
                    return None;
                }
                (self.text[range.clone()].to_owned(), range)
            }
        };
        if !self.skip_blank() {
            return None;
        }
        if self.text.as_bytes().get(self.at) != Some(&b':') {
            self.problem(self.at..self.at + 1, "a colon is missing behind the key");
            return None;
        }
        self.at += 1;
        self.built.scalar(key, ScalarKind::Text, range);
        Some(Expect::Value)
    }

    fn scalar(&mut self, byte: u8) -> Option<Expect> {
        if matches!(byte, b'"' | b'\'') {
            let (text, range) = self.string(byte)?;
            self.built.scalar(text, ScalarKind::Text, range);
            return Some(Expect::Comma);
        }
        let range = self.bare();
        let text = &self.text[range.clone()];
        if text.is_empty() {
            self.problem(self.at..self.at + 1, "a value is missing");
            return None;
        }
        let open_ended = range.end == self.text.len() && self.built.depth() > 0;
        if open_ended && !matches!(text, "true" | "false" | "null") {
            // `12` may be the head of `123`: a value that the break may have cut says nothing.
            return Some(Expect::Comma);
        }
        if !is_literal(text) {
            self.problem(range.clone(), "a bare word that is no number, true, false or null");
        }
        let kind = if text == "null" { ScalarKind::Null } else { ScalarKind::Plain };
        self.built.scalar(text.to_owned(), kind, range);
        Some(Expect::Comma)
    }

    /// A quoted string: its decoded text and the range between the quotes.
    fn string(&mut self, quote: u8) -> Option<(String, Range<usize>)> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            match memchr::memchr3(quote, b'\\', b'\n', &bytes[at..]).map(|i| at + i) {
                Some(i) if bytes[i] == quote => {
                    self.at = i + 1;
                    let raw = &self.text[start..i];
                    let text = if escaped { unescape(raw).into_owned() } else { raw.to_owned() };
                    return Some((text, start..i));
                }
                // An escape takes the next character along, be it a line break (JSON5).
                Some(i) if bytes[i] == b'\\' => {
                    escaped = true;
                    at = (i + if bytes[i + 1..].starts_with(b"\r\n") { 3 } else { 2 }).min(bytes.len());
                }
                _ => {
                    self.problem(self.at..start, "a string without its closing quote");
                    return None;
                }
            }
        }
    }

    /// A run of characters that are neither blank nor of any meaning in JSON.
    fn bare(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = &self.text[start..];
        let len = rest
            .find(|c: char| {
                c.is_whitespace() || matches!(c, ',' | ':' | '[' | ']' | '{' | '}' | '"' | '\'' | '/' | '#')
            })
            .unwrap_or(rest.len());
        self.at += len;
        start..self.at
    }

    /// Skips white space and comments. False on a comment that does not end.
    fn skip_blank(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at..).unwrap_or_default() {
                [b' ' | b'\t' | b'\r' | b'\n', ..] => self.at += 1,
                [b'/', b'/', rest @ ..] => {
                    let len = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    let text = self.text[self.at + 2..self.at + 2 + len].trim_end();
                    self.built.comment(self.at..self.at + 2 + text.len(), text);
                    self.at += 2 + len;
                }
                [b'/', b'*', rest @ ..] => {
                    let Some(len) = memchr::memmem::find(rest, b"*/") else {
                        self.problem(self.at..self.at + 2, "a comment that does not end");
                        return false;
                    };
                    let range = self.at..self.at + len + 4;
                    self.built.comment(range.clone(), self.text[self.at + 2..self.at + 2 + len].trim_matches('*'));
                    self.at = range.end;
                }
                [0x80..=0xFF, ..] => match self.text[self.at..].chars().next() {
                    Some(c) if c.is_whitespace() || c == '\u{FEFF}' => self.at += c.len_utf8(),
                    _ => return true,
                },
                _ => return true,
            }
        }
    }

    fn problem(&mut self, range: Range<usize>, message: &str) {
        self.built.problem(range, message);
    }
}

/// Numbers in the forms of JSON and JSON5, and the words that stand for values.
fn is_literal(text: &str) -> bool {
    if matches!(text, "true" | "false" | "null" | "NaN" | "Infinity" | "-Infinity" | "+Infinity") {
        return true;
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    match hex {
        Some(hex) => !hex.is_empty() && hex.bytes().all(|b| b.is_ascii_hexdigit()),
        None => digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok(),
    }
}

/// Resolves the escapes of JSON and JSON5; an escape that is neither stays as it is.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = raw.find('\\') else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    let mut next = Some(first);
    while let Some(i) = next {
        out.push_str(&rest[..i]);
        let tail = &rest[i + 1..];
        let used = match tail.chars().next() {
            Some('u') => match unicode_escape(tail) {
                Some((c, used)) => {
                    out.push(c);
                    used
                }
                None => {
                    out.push_str("\\u");
                    1
                }
            },
            Some('\r') if tail.starts_with("\r\n") => 2,
            Some('\n') => 1,
            Some(c) => {
                match c {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    '"' | '\'' | '\\' | '/' => out.push(c),
                    other => out.extend(['\\', other]),
                }
                c.len_utf8()
            }
            None => {
                out.push('\\');
                0
            }
        };
        rest = &tail[used..];
        next = rest.find('\\');
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `uXXXX`, or a surrogate pair of them: the character and the number of bytes read. A lone surrogate is U+FFFD.
fn unicode_escape(tail: &str) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = tail.get(at..at + 4)?;
        digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    let high = unit(1)?;
    if let 0xD800..=0xDBFF = high
        && tail.get(5..7) == Some("\\u")
        && let Some(low @ 0xDC00..=0xDFFF) = unit(7)
    {
        let c = char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?;
        return Some((c, 11));
    }
    Some((char::from_u32(high).unwrap_or('\u{FFFD}'), 5))
}
