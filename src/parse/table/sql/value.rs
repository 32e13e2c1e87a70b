//! The inside of a SQL literal as text.

use std::borrow::Cow;

use super::token::Quoting;

/// Resolves a literal's raw bytes. Also says whether all bytes were valid UTF-8.
pub(super) fn decode(raw: &[u8], quoting: Quoting) -> (Cow<'_, str>, bool) {
    let (text, valid) = match std::str::from_utf8(raw) {
        Ok(text) => (Cow::Borrowed(text), true),
        Err(_) => (String::from_utf8_lossy(raw), false),
    };
    let text = match quoting {
        Quoting::Raw => text,
        Quoting::Doubled(quote) => Cow::Owned(undouble(&text, char::from(quote))),
        Quoting::Mysql(quote) => Cow::Owned(unescape(&text, Some(char::from(quote)), mysql)),
        Quoting::Postgres => Cow::Owned(unescape(&text, Some('\''), postgres)),
        Quoting::Copied => Cow::Owned(unescape(&text, None, postgres)),
        Quoting::Hex => hex_text(text.as_bytes()).map_or(text, Cow::Owned),
    };
    (text, valid)
}

/// The text that hexadecimal digits spell, if they spell text: a hash or an image does not.
pub(super) fn hex_text(digits: &[u8]) -> Option<String> {
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16);
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.chunks_exact(2) {
        let byte = digit(pair[0])? * 16 + digit(pair[1])?;
        bytes.push(u8::try_from(byte).ok()?);
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))).then_some(text)
}

/// A name as it is meant: doubled closing marks are one.
pub(super) fn undouble(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == mark && chars.as_str().starts_with(mark) {
            chars.next();
        }
    }
    out
}

/// Resolves backslashes with `escape`, which is given what follows one, and doubled quotes.
fn unescape(text: &str, quote: Option<char>, escape: fn(&mut &str, &mut String)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\\' {
            escape(&mut rest, &mut out);
            continue;
        }
        if Some(c) == quote && rest.starts_with(c) {
            rest = &rest[c.len_utf8()..];
        }
        out.push(c);
    }
    out
}

/// <https://dev.mysql.com/doc/refman/8.4/en/string-literals.html>, table 11.1.
fn mysql(rest: &mut &str, out: &mut String) {
    let Some(c) = rest.chars().next() else { return };
    *rest = &rest[c.len_utf8()..];
    match c {
        '0' => out.push('\0'),
        'b' => out.push('\u{8}'),
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        'Z' => out.push('\u{1A}'),
        // Outside of LIKE these two keep their backslash.
        '%' | '_' => out.extend(['\\', c]),
        other => out.push(other),
    }
}

/// <https://www.postgresql.org/docs/current/sql-syntax-lexical.html>, table 4.1, and the table of `COPY`.
fn postgres(rest: &mut &str, out: &mut String) {
    let Some(c) = rest.chars().next() else { return };
    let number = |digits: &str, radix: u32, most: usize| -> (usize, Option<char>) {
        let len = digits.chars().take(most).take_while(|d| d.is_digit(radix)).count();
        (len, u32::from_str_radix(&digits[..len], radix).ok().and_then(char::from_u32))
    };
    let behind = &rest[c.len_utf8()..];
    let (taken, value) = match c {
        'b' => (1, '\u{8}'),
        'f' => (1, '\u{c}'),
        'n' => (1, '\n'),
        'r' => (1, '\r'),
        't' => (1, '\t'),
        'v' => (1, '\u{b}'),
        '0'..='7' => {
            let (len, value) = number(rest, 8, 3);
            (len, value.unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        'x' | 'u' | 'U' => {
            let most = match c {
                'x' => 2,
                'u' => 4,
                _ => 8,
            };
            match number(behind, 16, most) {
                (len, Some(value)) if len == most || c == 'x' => (1 + len, value),
                _ => (1, c),
            }
        }
        other => (other.len_utf8(), other),
    };
    *rest = &rest[taken..];
    out.push(value);
}
