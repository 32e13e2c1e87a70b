//! The inside of a JSON string as text.

use std::borrow::Cow;

/// Resolves the escapes of a string's raw bytes; what is no escape stays as it is, and so does a lone surrogate, as
/// U+FFFD. Also says whether all bytes were valid UTF-8.
pub(super) fn decode(raw: &[u8], escaped: bool) -> (Cow<'_, str>, bool) {
    let (text, valid) = match std::str::from_utf8(raw) {
        Ok(text) => (Cow::Borrowed(text), true),
        Err(_) => (String::from_utf8_lossy(raw), false),
    };
    if escaped { (Cow::Owned(unescape(&text)), valid) } else { (text, valid) }
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else { return out };
        rest = &rest[c.len_utf8()..];
        match c {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => out.push(unicode(&mut rest)),
            other => out.push(other),
        }
    }
    out.push_str(rest);
    out
}

/// Reads what follows `\u`, with the second half of a pair if there is one.
fn unicode(rest: &mut &str) -> char {
    let Some(first) = hex(rest) else { return char::REPLACEMENT_CHARACTER };
    *rest = &rest[4..];
    if let 0xD800..0xDC00 = first
        && let Some(behind) = rest.strip_prefix("\\u")
        && let Some(second @ 0xDC00..0xE000) = hex(behind)
    {
        *rest = &behind[4..];
        let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        return char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn hex(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    if digits.bytes().all(|b| b.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
}
