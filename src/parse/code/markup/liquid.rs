//! Liquid: tags and outputs by an own scanner, and the HTML around them.
//!
//! A partial (`render`, `include`, `section`) is an import; `t` and every other filter is a call; an unknown tag is a
//! call of its name.

use std::ops::Range;

use memchr::memmem;

use super::directives::{Blocks, Form};
use super::expressions::Reader;
use super::html::{self, HOLE};
use super::{Kind, Language, Page, Role};

/// Tags whose content is not Liquid, or no markup.
const VERBATIM: &[&str] = &["comment", "doc", "raw", "schema", "javascript", "stylesheet", "style"];

/// Tags that name another template.
const PARTIALS: &[&str] = &["render", "include", "section", "sections", "layout", "extends", "include_relative"];

/// Tags with an end tag that give their content to something.
const WRAPPERS: &[&str] = &["form", "paginate", "capture", "block", "ifchanged"];

pub(super) fn read(page: &mut Page) -> Option<Language> {
    let mut bytes = page.bytes().to_vec();
    let mut blocks = Blocks::default();
    let mut at = 0;
    while let Some(hole) = next(page, at, &mut blocks) {
        bytes[hole.clone()].fill(HOLE);
        at = hole.end;
    }
    let regions = blocks.finish(page);
    html::with_scripts(page, &bytes, &regions);
    None
}

/// Reads the next output or tag and gives its range, with the content of a verbatim one.
fn next(page: &mut Page, from: usize, blocks: &mut Blocks) -> Option<Range<usize>> {
    let bytes = page.bytes();
    let start = memchr::memchr_iter(b'{', &bytes[from..])
        .map(|i| from + i)
        .find(|i| matches!(bytes.get(i + 1), Some(b'{' | b'%')))?;
    let is_output = bytes[start + 1] == b'{';
    let close: &[u8] = if is_output { b"}}" } else { b"%}" };
    let Some(length) = memmem::find(&bytes[start + 2..], close) else {
        page.problem(start..start + 2, "the tag is not closed: the rest is not read as Liquid");
        // Of what remains nothing is known: it is not markup either.
        return Some(start..bytes.len()).filter(|r| !r.is_empty() && from < r.end);
    };
    let tag = start..start + 2 + length + 2;
    let mut inner = start + 2..tag.end - 2;
    if bytes.get(inner.start) == Some(&b'-') && !inner.is_empty() {
        inner.start += 1;
    }
    if inner.end > inner.start && bytes[inner.end - 1] == b'-' {
        inner.end -= 1;
    }
    if is_output {
        page.is(tag.clone(), Kind::Interpolation);
        Reader { page, at: inner.start, end: inner.end }.filtered();
        return Some(tag);
    }
    let mut reader = Reader { page, at: inner.start, end: inner.end };
    if reader.rest().trim_ascii_start().first() == Some(&b'#') {
        page.comment(tag.clone());
        return Some(tag);
    }
    let word = reader.peek_word().to_owned();
    if VERBATIM.contains(&word.as_str()) {
        return Some(verbatim(page, &word, tag));
    }
    if word == "liquid" {
        reader.word();
        let at = reader.at;
        lines(page, at..inner.end, blocks);
    } else {
        statement(page, inner, tag.clone(), blocks);
    }
    Some(tag)
}

/// A tag whose content is taken as it is, up to its end tag.
fn verbatim(page: &mut Page, word: &str, tag: Range<usize>) -> Range<usize> {
    let bytes = page.bytes();
    let end = format!("end{word}");
    let mut at = tag.end;
    let closed = loop {
        let Some(found) = memmem::find(&bytes[at..], b"{%") else { break None };
        at += found + 2;
        let rest = bytes[at..].strip_prefix(b"-").unwrap_or(&bytes[at..]).trim_ascii_start();
        if rest.starts_with(end.as_bytes()) {
            break memmem::find(&bytes[at..], b"%}").map(|i| at + i + 2);
        }
    };
    if closed.is_none() {
        page.problem(tag.clone(), "the block is not closed: the rest is its content");
    }
    let whole = tag.start..closed.unwrap_or(bytes.len());
    if word == "comment" || word == "doc" {
        page.comment(whole.clone());
    }
    whole
}

/// `{% liquid %}`: one statement a line.
fn lines(page: &mut Page, inner: Range<usize>, blocks: &mut Blocks) {
    let mut start = inner.start;
    let mut comment: Option<usize> = None;
    while start < inner.end {
        let length = memchr::memchr(b'\n', &page.bytes()[start..inner.end]).unwrap_or(inner.end - start);
        let line = super::trimmed(page.text, start..start + length);
        start += length + 1;
        let text = page.slice(line.clone());
        match (comment, text) {
            (Some(begin), "endcomment") => {
                page.comment(begin..line.end);
                comment = None;
            }
            (Some(_), _) | (_, "") => {}
            (None, "comment") => comment = Some(line.start),
            _ if text.starts_with('#') => page.comment(line),
            _ => statement(page, line.clone(), line, blocks),
        }
    }
    if let Some(begin) = comment {
        page.comment(begin..inner.end);
    }
}

/// A tag: its content, and its range with delimiters.
fn statement(page: &mut Page, inner: Range<usize>, tag: Range<usize>, blocks: &mut Blocks) {
    let mut reader = Reader { page, at: inner.start, end: inner.end };
    let Some(name) = reader.word() else { return };
    let word = reader.page.slice(name.clone());
    match word {
        "if" | "unless" | "elsif" => {
            if let Some(condition) = reader.condition() {
                page.plays(condition, Role::Condition);
            }
            match word {
                "if" => blocks.begin(page, word, Form::If, tag),
                "unless" => blocks.begin(page, word, Form::Unless, tag),
                _ => blocks.else_if(page, tag),
            }
        }
        "else" => blocks.else_(page, tag),
        "case" => {
            reader.filtered();
            blocks.begin(page, word, Form::Switch, tag);
        }
        "when" => {
            while let Some(value) = reader.value(0) {
                reader.page.plays(value, Role::Condition);
                if !reader.eats(b',') && reader.peek_word() == "or" {
                    reader.word();
                }
            }
            blocks.case(page, tag);
        }
        "for" | "tablerow" => {
            loop_head(&mut reader);
            blocks.begin(page, word, Form::Loop, tag);
        }
        "assign" | "capture" => {
            if let Some(target) = reader.word() {
                reader.page.node(target, Kind::Name, Role::Target);
            }
            if word == "capture" {
                page.node(name, Kind::Name, Role::Callee);
                blocks.begin(page, word, Form::Call, tag);
            } else {
                reader.eats(b'=');
                if let Some(value) = reader.filtered() {
                    page.plays(value, Role::Value);
                }
                page.is(tag, Kind::Assign);
            }
        }
        "echo" => {
            reader.filtered();
            page.is(tag, Kind::Interpolation);
        }
        "break" | "continue" => page.is(tag, Kind::Skip),
        _ if PARTIALS.contains(&word) => partial(reader, tag),
        _ => {
            let ends = word.strip_prefix("end").is_some_and(|begun| blocks.end(page, begun, tag.clone()));
            if !ends {
                call(page, name, inner.end, tag, blocks);
            }
        }
    }
}

/// `x in y limit: 3`.
fn loop_head(reader: &mut Reader) {
    if let Some(target) = reader.word() {
        reader.page.node(target, Kind::Name, Role::Target);
    }
    if reader.peek_word() == "in" {
        reader.word();
    }
    if let Some(iterated) = reader.value(0) {
        reader.page.plays(iterated, Role::Iterated);
    }
}

/// `render 'x', a: b`, `include 'x' with y`.
fn partial(mut reader: Reader, tag: Range<usize>) {
    if let Some(source) = reader.value(0) {
        reader.page.plays(source, Role::Source);
    }
    reader.eats(b',');
    while matches!(reader.peek_word(), "with" | "for") {
        reader.word();
        reader.value(0);
        if reader.peek_word() == "as" {
            reader.word();
            reader.word();
        }
        reader.eats(b',');
    }
    reader.arguments();
    reader.page.is(tag, Kind::Import);
}

/// Any other tag; one of the wrappers lasts until its end tag.
fn call(page: &mut Page, name: Range<usize>, end: usize, tag: Range<usize>, blocks: &mut Blocks) {
    let word = page.slice(name.clone());
    if word.starts_with("end") {
        return;
    }
    page.node(name.clone(), Kind::Name, Role::Callee);
    Reader { page, at: name.end, end }.arguments();
    if WRAPPERS.contains(&word) {
        blocks.begin(page, word, Form::Call, tag);
    } else {
        page.is(tag, Kind::Call);
    }
}
