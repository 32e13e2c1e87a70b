//! `.env` files: in comes a source, out goes a tree of one map from names to texts.
//!
//! What the dotenv readers of the large languages and `docker --env-file` have in common: `export`, three kinds of
//! quotes that may run over lines, escapes in double quotes, comments behind a blank. A name without a value is null
//! (it is passed on from outside). References (`${X}`) stay as they are.

use std::ops::Range;

use super::lines::Lines;
use super::{Entry, ScalarKind, Tree};
use crate::source::Source;

/// Reads a file.
pub(super) fn read(source: &Source) -> Tree {
    let mut lines = Lines::new(source);
    let mut entries = Vec::new();
    while let Some(line) = lines.next() {
        let line = lines.trim(line);
        if line.is_empty() {
            continue;
        }
        if lines.text.as_bytes()[line.start] == b'#' {
            lines.comment(line);
            continue;
        }
        match assignment(&mut lines, &line) {
            Some(entry) => entries.push(entry),
            None => lines.problem(line, "neither a comment nor an assignment"),
        }
    }
    lines.finish(entries)
}

fn assignment(lines: &mut Lines<'_>, line: &Range<usize>) -> Option<Entry> {
    let text = &lines.text[line.clone()];
    let bare = text.strip_prefix("export").map(str::trim_ascii_start).filter(|t| text.len() - t.len() > "export".len());
    let bare = bare.filter(|t| !t.starts_with(['=', ':'])).unwrap_or(text);
    let len = bare.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(bare.len());
    let start = line.end - bare.len();
    let key = (bare[..len].to_owned(), start..start + len);
    if len == 0 {
        return None;
    }
    let rest = bare[len..].trim_ascii_start();
    let spaced = rest.len() < bare.len() - len;
    if rest.is_empty() || (rest.starts_with('#') && spaced) {
        if !rest.is_empty() {
            lines.comment(line.end - rest.len()..line.end);
        }
        let end = key.1.end;
        return Some(lines.entry(key, (String::new(), end..end), ScalarKind::Null));
    }
    let value = match rest.as_bytes() {
        [b'=', ..] | [b':', b' ' | b'\t', ..] => line.end - rest.len() + 1,
        _ => return None,
    };
    let value = value_at(lines, value, line.end);
    Some(lines.entry(key, value, ScalarKind::Text))
}

/// The value that starts behind the separator at `start`, in the line that ends at `end`.
fn value_at(lines: &mut Lines<'_>, start: usize, end: usize) -> (String, Range<usize>) {
    let value = lines.trim(start..end);
    let quote = match lines.text.as_bytes().get(value.start) {
        Some(&quote @ (b'"' | b'\'' | b'`')) if !value.is_empty() => quote,
        _ => return unquoted(lines, start, value),
    };
    let Some(close) = closing_quote(lines.text, value.start + 1, quote) else {
        lines.problem(value.clone(), "a value without its closing quote");
        let range = value.start + 1..value.end;
        return (lines.text[range.clone()].to_owned(), range);
    };
    let line_end = lines.line_end(close + 1);
    let behind = lines.trim(close + 1..line_end);
    match lines.text.as_bytes()[behind.clone()].first() {
        None => {}
        Some(b'#') => lines.comment(behind),
        // `"a"b`, or a quote that an opening one of a later line seemed to close.
        Some(_) => return unquoted(lines, start, value),
    }
    lines.at = lines.past_line_end(line_end);
    let range = value.start + 1..close;
    let raw = &lines.text[range.clone()];
    (if quote == b'"' { unescape(raw) } else { raw.to_owned() }, range)
}

fn closing_quote(text: &str, from: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        let i = at + memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes[i] == quote {
            return Some(i);
        }
        // Only double quotes know escapes.
        at = i + if quote == b'"' { 2 } else { 1 };
    }
}

fn unquoted(lines: &mut Lines<'_>, start: usize, value: Range<usize>) -> (String, Range<usize>) {
    let text = &lines.text[value.clone()];
    // `KEY=#1` is a value, `KEY= # note` and `KEY=x # note` have a comment.
    let is_comment = |i: usize| if i == 0 { value.start > start } else { text[..i].ends_with([' ', '\t']) };
    let Some(hash) = text.match_indices('#').map(|(i, _)| i).find(|i| is_comment(*i)) else {
        return (text.to_owned(), value);
    };
    lines.comment(value.start + hash..value.end);
    let range = value.start..value.start + text[..hash].trim_ascii_end().len();
    (lines.text[range.clone()].to_owned(), range)
}

/// Escapes of a double-quoted value; one that is none keeps its backslash.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(i) = rest.find('\\') {
        out.push_str(&rest[..i]);
        let mut tail = rest[i + 1..].chars();
        match tail.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(c @ ('"' | '\\' | '$' | '`' | '\'')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
    out
}
