//! Java properties: in comes a source, out goes a tree of one map; keys stay dotted text (`a.b.c` is one key).
//!
//! As `java.util.Properties.load` reads them: `=`, `:` or white space between key and value, lines that go on behind
//! a backslash, `\uXXXX`, comments with `#` or `!`.

use std::ops::Range;

use super::lines::Lines;
use super::{ScalarKind, Tree};
use crate::source::Source;

/// Reads a file.
pub(super) fn read(source: &Source) -> Tree {
    let mut lines = Lines::new(source);
    let mut entries = Vec::new();
    while let Some(line) = lines.next() {
        let line = lines.trim(line);
        match lines.text.as_bytes()[line.clone()].first() {
            None => continue,
            Some(b'#' | b'!') => {
                lines.comment(line);
                continue;
            }
            Some(_) => {}
        }
        let end = logical_end(&mut lines, line.clone());
        let key = line.start..key_end(lines.text, line.start, end);
        let value = value_start(lines.text, key.end, end)..end;
        let value_text = unescape(&lines.text[value.clone()]);
        if value_text.is_none() {
            lines.problem(value.clone(), "a \\u escape without four hexadecimal digits");
        }
        let value_text = value_text.unwrap_or_else(|| lines.text[value.clone()].to_owned());
        let raw_key = &lines.text[key.clone()];
        let key_text = unescape(raw_key).unwrap_or_else(|| raw_key.to_owned());
        entries.push(lines.entry((key_text, key), (value_text, value), ScalarKind::Text));
    }
    lines.finish(entries)
}

/// Where the logical line ends that starts with `line`: takes the lines along that it goes on in.
fn logical_end(lines: &mut Lines<'_>, line: Range<usize>) -> usize {
    let mut end = line.end;
    // White space behind a value is part of it in Java; nobody means it, and `trim` has dropped it.
    while goes_on(&lines.text[..lines.line_end(end)]) {
        match lines.next() {
            Some(next) => end = lines.trim(next).end,
            None => return end,
        }
    }
    end
}

/// An odd number of backslashes at the end.
fn goes_on(text: &str) -> bool {
    text.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

fn key_end(text: &str, start: usize, end: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        match bytes[at] {
            b'\\' => at += if bytes[at + 1..].starts_with(b"\r\n") { 3 } else { 2 },
            b'=' | b':' | b' ' | b'\t' | 0x0C => return at,
            _ => at += 1,
        }
    }
    end
}

/// Behind white space with at most one `=` or `:` in it. Line ends count where the line goes on.
fn value_start(text: &str, from: usize, end: usize) -> usize {
    let blank = |at: usize| -> usize {
        let mut rest = &text[at..end];
        loop {
            let trimmed = rest.trim_ascii_start();
            let next = trimmed.strip_prefix("\\\r\n").or_else(|| trimmed.strip_prefix("\\\n"));
            match next.or_else(|| trimmed.strip_prefix("\\\r")) {
                Some(next) => rest = next,
                None => return end - trimmed.len(),
            }
        }
    };
    let at = blank(from);
    if text[at..end].starts_with(['=', ':']) { blank(at + 1) } else { at }
}

/// Resolves escapes and continued lines; none where a `\u` escape is broken.
fn unescape(raw: &str) -> Option<String> {
    let Some(first) = raw.find('\\') else { return Some(raw.to_owned()) };
    let mut units: Vec<u16> = Vec::new();
    let mut out = String::with_capacity(raw.len());
    let (mut rest, mut next) = (raw, Some(first));
    while let Some(i) = next {
        flush(&mut units, &rest[..i], &mut out);
        let mut tail = &rest[i + 1..];
        match tail.chars().next() {
            Some('u') => {
                let digits = tail.get(1..5).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
                // Pairs of surrogates are two escapes; only both together are a character.
                units.push(u16::from_str_radix(digits, 16).ok()?);
                tail = &tail[5..];
            }
            Some('\n' | '\r') => {
                flush(&mut units, "", &mut out);
                tail = tail.strip_prefix("\r\n").unwrap_or(&tail[1..]).trim_ascii_start();
            }
            Some(c) => {
                flush(&mut units, "", &mut out);
                out.push(match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'f' => '\u{c}',
                    other => other,
                });
                tail = &tail[c.len_utf8()..];
            }
            None => {}
        }
        rest = tail;
        next = rest.find('\\');
    }
    flush(&mut units, "", &mut out);
    if !units.is_empty() {
        out.push('\u{FFFD}');
    }
    out.push_str(rest);
    Some(out)
}

/// Writes the UTF-16 units read so far, if text or the end follows them, then the text.
fn flush(units: &mut Vec<u16>, text: &str, out: &mut String) {
    if units.is_empty() {
        out.push_str(text);
        return;
    }
    if !text.is_empty() || units.len() > 1 || !(0xD800..0xDC00).contains(&units[0]) {
        out.push_str(&String::from_utf16_lossy(units));
        units.clear();
    }
    out.push_str(text);
}
