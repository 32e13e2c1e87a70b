//! Jupyter notebooks: in comes a JSON file, out comes the code of its cells as one text, with the way back to the file.
//!
//! What the notebook's kernel takes and the language does not (`%magic`, `!command`, `name?`) is written over without
//! moving anything: it becomes a comment, or `pass` where a block may hold nothing else.

use std::ops::Range;

use super::build::{self, Capture};
use super::grammar::compiled;
use super::language::{Cells, LANGUAGES, Language, Reader};
use super::{MAX_BYTES, Problem};
use crate::parse::Format;
use crate::parse::tree::{self, Node};
use crate::source::Source;

/// Larger notebooks are not read: most of such a file is pictures.
const MAX_FILE: usize = 64 << 20;

/// Cell magics that leave the cell in the notebook's language.
const TRANSPARENT: &[&str] =
    &["time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "memray", "heat", "debug"];

/// What a notebook holds.
pub(super) struct Notebook {
    pub cells: Cells,
    pub language: Language,
    pub captures: Vec<Capture>,
    pub problems: Vec<Problem>,
}

/// Reads a notebook.
pub(super) fn read(source: &Source) -> Notebook {
    let mut notebook =
        Notebook { cells: Cells::default(), language: Language::Python, captures: Vec::new(), problems: Vec::new() };
    if source.text().len() > MAX_FILE {
        notebook.problems.push(build::problem(source, 0..0, "a notebook of more than 64 MB is not read"));
        return notebook;
    }
    let tree = tree::read(source, Format::Json);
    notebook.problems.extend(tree.problems);
    let Some(root) = tree.roots.first() else { return notebook };
    match language(root) {
        Ok(language) => notebook.language = language,
        Err(named) => {
            let place = source.range(named.span);
            notebook.problems.push(build::problem(source, place, "cells in this language are not read as code"));
            return notebook;
        }
    }
    // The third edition of the format has the cells one level deeper.
    let sheets = root.get("worksheets").map_or(&[][..], Node::items);
    for holder in std::iter::once(root).chain(sheets) {
        for cell in holder.get("cells").map_or(&[][..], Node::items) {
            if cell.text_at(&["cell_type"]) == Some("code") {
                add(&mut notebook.cells, source, cell);
            }
        }
    }
    if notebook.cells.text.len() > MAX_BYTES {
        notebook.problems.push(build::problem(source, 0..0, "cells of more than 4 MB are not parsed"));
    } else {
        parse(&mut notebook, source);
    }
    notebook
}

/// The language of a notebook's cells, or the node that names one that is not read.
fn language(root: &Node) -> Result<Language, &Node> {
    let named = [
        &["metadata", "language_info", "name"][..],
        &["metadata", "kernelspec", "language"],
        &["metadata", "language"],
    ]
    .into_iter()
    .find_map(|path| root.at(path).filter(|node| node.text().is_some()));
    let Some(named) = named else { return Ok(Language::Python) };
    let name = named.text().unwrap_or_default();
    // `ipython` is how some kernels of Python call themselves.
    if ["python", "ipython"].iter().any(|python| name.eq_ignore_ascii_case(python)) {
        return Ok(Language::Python);
    }
    let row = LANGUAGES.iter().find(|row| row.reader == Reader::Grammar && row.name.eq_ignore_ascii_case(name));
    row.map(|row| row.language).filter(|language| compiled(*language).is_some()).ok_or(named)
}

/// Adds a cell's code.
fn add(cells: &mut Cells, source: &Source, cell: &Node) {
    let Some(code) = cell.get("source").or_else(|| cell.get("input")) else { return };
    let start = cells.text.len();
    for line in code.items() {
        if let Some(decoded) = line.text() {
            run(cells, source, line, decoded);
        }
    }
    let cell = start..cells.text.len();
    if let Some(neutral) = neutralised(&cells.text[cell.clone()]) {
        cells.text.truncate(start);
        cells.text.push_str(&neutral);
    }
    if !cells.text.ends_with('\n') {
        cells.text.push('\n');
    }
}

/// Adds a JSON string: a run for each part between escapes.
fn run(cells: &mut Cells, source: &Source, line: &Node, decoded: &str) {
    let place = source.range(line.span);
    let raw = source.text().get(place.clone()).unwrap_or_default();
    let begin = |cells: &mut Cells, at: usize, from: usize, to: usize| {
        let text = at as u32..(at + to - from) as u32;
        cells.runs.push((text, (place.start + from) as u32));
    };
    let start = cells.text.len();
    cells.text.push_str(decoded);
    if raw == decoded {
        begin(cells, start, 0, raw.len());
        return;
    }
    let (mut at, mut from) = (start, 0);
    while let Some(found) = memchr::memchr(b'\\', &raw.as_bytes()[from..]) {
        let escape = from + found;
        begin(cells, at, from, escape);
        at += found;
        let (length, bytes) = escaped(&raw[escape..]);
        at += bytes;
        from = escape + length;
    }
    begin(cells, at, from, raw.len());
}

/// How long an escape is, and how many bytes of text it stands for.
fn escaped(raw: &str) -> (usize, usize) {
    let unit = |at: usize| raw.get(at + 2..at + 6).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    if raw.as_bytes().get(1) != Some(&b'u') {
        let length = 1 + raw[1..].chars().next().map_or(0, char::len_utf8);
        return (length, usize::from(length > 1));
    }
    let Some(first) = unit(0) else { return (raw.len().min(2), 1) };
    if (0xD800..0xDC00).contains(&first)
        && raw.get(6..8) == Some("\\u")
        && unit(6).is_some_and(|second| (0xDC00..0xE000).contains(&second))
    {
        return (12, 4);
    }
    (6, char::from_u32(first).map_or(3, char::len_utf8))
}

/// A cell without what is for the kernel, of the same length; none if there is no such thing.
fn neutralised(cell: &str) -> Option<String> {
    let first = cell.trim_start();
    if let Some(magic) = first.strip_prefix("%%") {
        let name = magic.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        if !TRANSPARENT.contains(&name) {
            // Another language's cell.
            return Some(cell.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect());
        }
    }
    let mut bytes = Vec::new();
    let mut start = 0;
    let mut goes_on = false;
    for line in cell.split_inclusive('\n') {
        let code = line.trim();
        let indent = line.len() - line.trim_start().len();
        let command = goes_on || is_command(code);
        if command || assigns_command(code).is_some() {
            if bytes.is_empty() {
                bytes = cell.as_bytes().to_vec();
            }
            let at = start + indent;
            match assigns_command(code).filter(|_| !command) {
                // `files = !ls`
                Some(value) => bytes[at + value..at + value + 2].copy_from_slice(b"0#"),
                None => blank(&mut bytes[at..at + code.len()], indent > 0),
            }
        }
        goes_on = command && code.ends_with('\\');
        start += line.len();
    }
    (!bytes.is_empty()).then(|| String::from_utf8(bytes).unwrap_or_else(|_| " ".repeat(cell.len())))
}

fn is_command(code: &str) -> bool {
    let bytes = code.as_bytes();
    match bytes {
        [b'%', b, ..] => b.is_ascii_alphabetic() || *b == b'%',
        [b'!', b, ..] => *b != b'=',
        [b'?', ..] => true,
        [.., b'?'] => bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'?' | b'%' | b'*')),
        _ => false,
    }
}

/// Where the command begins that a name is given the output of.
fn assigns_command(code: &str) -> Option<usize> {
    let equals = memchr::memchr(b'=', code.as_bytes())?;
    let target = code[..equals].trim_end();
    let is_name =
        !target.is_empty() && target.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b',' | b' '));
    let value = code[equals + 1..].trim_start();
    let is_command = match value.as_bytes() {
        [b'!', b, ..] => *b != b'=',
        [b'%', b, ..] => b.is_ascii_alphabetic(),
        _ => false,
    };
    (is_name && is_command && value.as_bytes()[1].is_ascii()).then(|| code.len() - value.len())
}

/// Writes over a command. What a magic measures is code: `%time x = f()` becomes `_ =   x = f()`.
fn blank(line: &mut [u8], in_block: bool) {
    let word = line.iter().skip(1).take_while(|b| b.is_ascii_alphabetic()).count();
    let measured = line.get(1..=word).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default();
    let code = line.get(word + 1..).unwrap_or_default().trim_ascii_start();
    if line.first() == Some(&b'%')
        && matches!(measured, "time" | "timeit" | "prun" | "memit")
        && !code.is_empty()
        && code[0] != b'-'
    {
        line[..=word].fill(b' ');
        line[0] = b'_';
        line[2] = b'=';
        return;
    }
    if in_block && line.len() >= 4 {
        line.fill(b' ');
        line[..4].copy_from_slice(b"pass");
    } else if let Some(first) = line.first_mut() {
        *first = b'#';
    }
}

/// Parses the cells; problems are told with their place in the file.
fn parse(notebook: &mut Notebook, source: &Source) {
    let Some(compiled) = compiled(notebook.language) else { return };
    let cells = Source::from_str(source.id, &source.path, &notebook.cells.text);
    let mut problems = Vec::new();
    build::run(&cells, cells.text(), compiled, None, &mut notebook.captures, &mut problems);
    for problem in problems {
        let place: Range<usize> = cells.range(problem.span);
        notebook.problems.push(Problem { span: notebook.cells.span(source, place), message: problem.message });
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::code::tests::{calls, code, picture};
    use crate::parse::code::*;

    fn notebook(cells: &[&str], metadata: &str) -> String {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| {
                let lines: Vec<String> =
                    cell.split_inclusive('\n').map(|line| serde_json::to_string(line).unwrap()).collect();
                format!("{{\"cell_type\": \"code\", \"outputs\": [], \"source\": [\n   {}\n  ]}}", lines.join(",\n   "))
            })
            .collect();
        let markdown = "{\"cell_type\": \"markdown\", \"source\": [\"f(x)\"]}";
        format!("{{\n \"cells\": [{markdown},\n  {}],\n \"metadata\": {metadata}\n}}\n", cells.join(",\n  "))
    }

    #[test]
    fn spans_of_nodes_stand_in_the_json_file() {
        let text = notebook(
            &[
                "import os\nname = 'Größe 😀'\nurl = os.getenv(\"SF_URL\", \"https://example.com\\n\")\n",
                "%%time\n!pip install x \\\n  y\nfor a in b:\n    %matplotlib inline\n%time g(\n  1)\nfiles = !ls\nframe.head()\nframe?\nx = 3 % y",
                "%%bash\nrm(1)\n",
            ],
            "{\"language_info\": {\"name\": \"python\"}}",
        );
        let code = code("a.ipynb", &text);
        assert!(code.problems.is_empty(), "{:?}\n{}", code.problems, code.text());
        assert_eq!(calls(&code), ["os.getenv", "g", "frame.head"], "{}", picture(&code));
        for id in 0..code.len() as u32 {
            let in_file = code.source().slice(code.span_of(id));
            if !in_file.contains(['\\', '%', '!']) && !matches!(code.kind(id), Kind::File | Kind::Comment) {
                assert_eq!(in_file, code.slice(id));
            }
        }
        let call = code.calls().next().unwrap();
        assert_eq!(code.source().slice(code.span_of(code.arguments(call)[0])), "\\\"SF_URL\\\"");
        let name = code.of_kind(Kind::String).next().unwrap();
        assert_eq!(code.source().slice(code.span_of(name)), "'Größe 😀'");
        let head = code.calls().nth(2).unwrap();
        assert_eq!(code.source().slice(code.span_of(head)), "frame.head()");
    }

    #[test]
    fn escapes_of_all_kinds_keep_places() {
        let text = r#"{"cells": [{"cell_type": "code", "source": "a = '\u00e9\ud83d\ude00\ud800\/'\nf(b)"}]}"#;
        let code = code("a.ipynb", text);
        let call = code.calls().next().unwrap();
        assert_eq!(code.source().slice(code.span_of(call)), "f(b)", "{}", code.text());
    }

    #[test]
    fn the_language_is_what_the_notebook_says() {
        let read = |name: &str| {
            code("a.ipynb", &notebook(&["f(x)\n"], &format!("{{\"kernelspec\": {{\"language\": \"{name}\"}}}}")))
        };
        assert_eq!(
            (read("TypeScript").language, calls(&read("typescript"))),
            (Language::TypeScript, vec!["f".to_owned()])
        );
        let other = read("R");
        assert!(other.is_empty());
        assert_eq!(other.source().slice(other.problems[0].span), "R");
    }

    #[test]
    fn a_broken_notebook_is_told() {
        let text = notebook(&["f(x)\n", "g(y"], "{}");
        let cut = code("a.ipynb", &text[..text.len() - 20]);
        assert!(!cut.problems.is_empty());
        assert!(calls(&cut).contains(&"f".to_owned()));
        assert!(code("a.ipynb", "").is_empty());
        let broken = code("a.ipynb", &text);
        assert!(broken.problems.iter().all(|p| p.span.start > 0), "{:?}", broken.problems);
        assert!(!broken.problems.is_empty());
    }
}
