//! INI: in comes a source, out goes a tree of one map; a section is a map in it, keys before the first section stand
//! beside them. Repeated sections and keys are kept.
//!
//! As Python's `configparser`, `git config` and npm have it in common: `key = value` or `key: value`, comments with
//! `;` or `#`, on their own line or behind a blank, values that go on in more deeply indented lines.

use std::ops::Range;

use super::lines::Lines;
use super::{Entry, ScalarKind, Tree};
use crate::source::Source;

/// Reads a file.
pub(super) fn read(source: &Source) -> Tree {
    let mut lines = Lines::new(source);
    let mut root = Vec::new();
    let mut section: Option<Section> = None;
    while let Some(line) = lines.next() {
        let indent = lines.trim(line.clone()).start - line.start;
        let line = lines.trim(line);
        let text = &lines.text[line.clone()];
        if text.starts_with([';', '#']) {
            lines.comment(line);
        } else if text.starts_with('[') {
            match header(&mut lines, &line) {
                Some(name) => {
                    close(&lines, &mut root, section.take());
                    section = Some(Section { name, range: line, entries: Vec::new() });
                }
                None => lines.problem(line, "a section without its closing bracket"),
            }
        } else if section.is_none() && text.ends_with('{') {
            // nginx, HOCON and others share the suffix.
            lines.problem(line, "a block in braces: this is no INI file");
            break;
        } else if !text.is_empty() {
            let Some(entry) = entry(&mut lines, line.clone(), indent) else {
                lines.problem(line, "a line without a key");
                continue;
            };
            match &mut section {
                Some(section) => {
                    section.range.end = lines.at.min(lines.text.len());
                    section.entries.push(entry);
                }
                None => root.push(entry),
            }
        }
    }
    close(&lines, &mut root, section);
    lines.finish(root)
}

struct Section {
    name: Range<usize>,
    range: Range<usize>,
    entries: Vec<Entry>,
}

fn close(lines: &Lines<'_>, root: &mut Vec<Entry>, section: Option<Section>) {
    if let Some(Section { name, range, entries }) = section {
        let range = lines.trim(range);
        root.push(lines.section(name, range, entries));
    }
}

/// The name between the brackets.
fn header(lines: &mut Lines<'_>, line: &Range<usize>) -> Option<Range<usize>> {
    let text = &lines.text[line.clone()];
    let close = text.rfind(']')?;
    let comment = text.find([';', '#']).filter(|c| text[..*c].contains(']'));
    let close = comment.and_then(|c| text[..c].rfind(']')).unwrap_or(close);
    if let Some(c) = comment {
        lines.comment(line.start + c..line.end);
    }
    Some(lines.trim(line.start + 1..line.start + close))
}

fn entry(lines: &mut Lines<'_>, line: Range<usize>, indent: usize) -> Option<Entry> {
    let text = &lines.text[line.clone()];
    let Some(separator) = separator(text) else {
        // A key alone is a switch (`skip-networking`).
        let (key, range) = value(lines, line);
        let end = range.end;
        return (!key.is_empty()).then(|| lines.entry((key, range), (String::new(), end..end), ScalarKind::Null));
    };
    let key = lines.trim(line.start..line.start + separator);
    if key.is_empty() {
        return None;
    }
    let key_text = lines.text[key.clone()].to_owned();
    let first = lines.trim(line.start + separator + 1..line.end);
    let value = continued(lines, first, indent);
    Some(lines.entry((key_text, key), value, ScalarKind::Text))
}

/// The first `=`, or a `:` where the key before it is one word and no URL follows. npm's keys may start with a URL.
fn separator(text: &str) -> Option<usize> {
    let i = text.find(['=', ':'])?;
    let (key, value) = (text[..i].trim_ascii_end(), &text[i + 1..]);
    let in_key = key.starts_with("//") || key.contains([' ', '\t']) || value.starts_with("//");
    if text.as_bytes()[i] == b':' && in_key {
        return text.find('=').filter(|j| !text[i..*j].starts_with("://"));
    }
    Some(i)
}

/// A value with the lines that it goes on in: those indented more deeply than its key.
fn continued(lines: &mut Lines<'_>, first: Range<usize>, indent: usize) -> (String, Range<usize>) {
    let (mut text, mut range) = value(lines, first);
    loop {
        let resume = lines.at;
        let Some(next) = lines.next() else { break };
        let body = lines.trim(next.clone());
        if body.is_empty() || body.start - next.start <= indent {
            lines.at = resume;
            break;
        }
        if lines.text[body.clone()].starts_with([';', '#']) {
            lines.comment(body);
            continue;
        }
        let (more, more_range) = value(lines, body);
        if range.is_empty() {
            (text, range) = (more, more_range);
        } else {
            text.push('\n');
            text.push_str(&more);
            range.end = more_range.end;
        }
    }
    (text, range)
}

/// One line of a value without quotes around it and without the comment behind it.
fn value(lines: &mut Lines<'_>, range: Range<usize>) -> (String, Range<usize>) {
    let text = &lines.text[range.clone()];
    if let Some(quote @ ('"' | '\'')) = text.chars().next()
        && let Some(close) = text[1..].find(quote).map(|i| i + 1)
    {
        let behind = lines.trim(range.start + close + 1..range.end);
        let is_comment = lines.text[behind.clone()].starts_with([';', '#']);
        if is_comment || behind.is_empty() {
            if is_comment {
                lines.comment(behind);
            }
            return (text[1..close].to_owned(), range.start + 1..range.start + close);
        }
    }
    let comment = text.match_indices([';', '#']).map(|(i, _)| i).find(|i| {
        let before = &text[..*i];
        before.is_empty() || before.ends_with([' ', '\t'])
    });
    let Some(at) = comment else { return (text.to_owned(), range) };
    lines.comment(range.start + at..range.end);
    let range = lines.trim(range.start..range.start + at);
    (lines.text[range.clone()].to_owned(), range)
}
