//! What holds for every format: spans decode to their values in every encoding, broken files keep what stood before
//! the break, and no input exhausts the stack. What is special to one format is tested in a file of its own below.

mod dotenv;
mod generate;
mod hcl;
mod ini;
mod json;
mod properties;
mod toml;
mod xml;
mod yaml;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::source::{FileId, LineIndex};

fn tree(format: Format, text: &str) -> Tree {
    read(&Source::from_str(FileId(0), "file", text), format)
}

/// `path = text` for every scalar; null is `~`.
fn flat(tree: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for (i, root) in tree.roots.iter().enumerate() {
        root.walk(&mut |path, node| {
            let document = if i > 0 { format!("{i}:") } else { String::new() };
            out.push(format!("{document}{} = {}", dotted(path), node.text().unwrap_or("~")));
        });
    }
    out
}

fn problems(tree: &Tree) -> Vec<&str> {
    tree.problems.iter().map(|p| p.message.as_str()).collect()
}

/// Every encoding and line end that a text may have on disk.
fn on_disk(text: &str) -> Vec<Vec<u8>> {
    let crlf = text.replace('\n', "\r\n");
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
    };
    vec![
        text.as_bytes().to_vec(),
        crlf.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        utf16(text, u16::to_le_bytes),
        utf16(&crlf, u16::to_be_bytes),
    ]
}

/// A key or scalar as its span has it: the decoded bytes and the character before them.
struct Place<'a> {
    text: &'a str,
    kind: Option<ScalarKind>,
    slice: &'a str,
    before: Option<char>,
}

/// Reads a text in all encodings, and hands every key and scalar with the bytes of its span to `check`.
fn for_each_place(format: Format, text: &str, check: impl Fn(Place<'_>)) -> Vec<Tree> {
    let read_one = |bytes: Vec<u8>| {
        let source = Source::new(FileId(0), "file".into(), bytes.clone());
        let tree = read(&source, format);
        let index = LineIndex::new(source);
        let visit = |text: &str, kind, span| {
            let range = index.text_range(span);
            let before = index.text()[..range.start].chars().next_back();
            check(Place { text, kind, slice: &index.text()[range], before });
        };
        for root in &tree.roots {
            keys(root, &mut |entry| visit(&entry.key, None, entry.key_span));
            root.walk(&mut |_, node| {
                if let Value::Scalar(scalar) = &node.value {
                    visit(&scalar.text, Some(scalar.kind), node.span);
                }
            });
        }
        tree
    };
    on_disk(text).into_iter().map(read_one).collect()
}

fn keys(node: &Node, visit: &mut impl FnMut(&Entry)) {
    for entry in node.entries() {
        visit(entry);
        keys(&entry.node, visit);
    }
    if let Value::List(items) = &node.value {
        items.iter().for_each(|item| keys(item, visit));
    }
}

/// One believable file a format, with most of what the format has.
fn sample(format: Format) -> &'static str {
    match format {
        Format::Yaml => include_str!("tests/sample.yaml"),
        Format::Json => include_str!("tests/sample.json"),
        Format::Ndjson => "{\"id\": 1, \"email\": \"a@example.com\"}\n{\"id\": 2, \"tags\": [\"x\", null]}\n",
        Format::Xml => include_str!("tests/sample.xml"),
        Format::Dotenv => include_str!("tests/sample.env"),
        Format::Properties => include_str!("tests/sample.properties"),
        Format::Ini => include_str!("tests/sample.ini"),
        Format::Toml => include_str!("tests/sample.toml"),
        Format::Hcl => include_str!("tests/sample.tf"),
        _ => unreachable!("no tree format"),
    }
}

const FORMATS: &[Format] = &[
    Format::Yaml,
    Format::Json,
    Format::Ndjson,
    Format::Xml,
    Format::Dotenv,
    Format::Properties,
    Format::Ini,
    Format::Toml,
    Format::Hcl,
];

#[test]
fn samples_are_read_whole() {
    for format in FORMATS {
        let tree = tree(*format, sample(*format));
        assert!(tree.problems.is_empty(), "{format:?}: {:?}", tree.problems);
        insta::assert_snapshot!(format!("{format:?}"), flat(&tree).join("\n"));
    }
}

/// Keys with the end of the line that their value ends in, so that a cut behind it leaves the entry whole.
fn entries_by_line_end(tree: &Tree, text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for root in &tree.roots {
        root.walk(&mut |path, node| {
            let end = node.span.end as usize;
            // Text in XML ends with the tag that follows it.
            let end = if text.starts_with('<') { end + text[end..].find('>').unwrap_or(0) } else { end };
            // A text of lines ends with the line behind it (HCL's end marker).
            let end = match node.text() {
                Some(lines) if lines.ends_with('\n') => text[end..].find('\n').map_or(text.len(), |i| end + i + 1),
                _ => end,
            };
            let line_end = text[end..].find('\n').map_or(text.len(), |i| end + i + 1);
            out.push((line_end, format!("{} = {}", dotted(path), node.text().unwrap_or("~"))));
        });
    }
    out
}

#[test]
fn a_cut_anywhere_keeps_the_keys_before_it() {
    for format in FORMATS {
        let text = sample(*format);
        let whole = entries_by_line_end(&tree(*format, text), text);
        for cut in (0..text.len()).filter(|i| text.is_char_boundary(*i)) {
            let mut kept: BTreeMap<String, usize> = BTreeMap::new();
            for (_, entry) in entries_by_line_end(&tree(*format, &text[..cut]), &text[..cut]) {
                *kept.entry(entry).or_default() += 1;
            }
            for (end, entry) in &whole {
                // Whether nothing follows a key is not known before the next one.
                if *end <= cut && !entry.ends_with("= ~") {
                    let count = kept.get_mut(entry).filter(|n| **n > 0);
                    assert!(count.is_some(), "{format:?} cut at {cut} lost {entry}");
                    count.into_iter().for_each(|n| *n -= 1);
                }
            }
        }
    }
}

#[test]
fn nesting_without_end_is_a_problem_and_no_stack_overflow() {
    let levels = 100_000;
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(levels), close.repeat(levels));
    let indented = (0..3000).map(|i| format!("{}k:\n", " ".repeat(i))).collect::<String>();
    let cases = [
        (Format::Json, nested("[", "]")),
        (Format::Json, nested("{\"a\":", "}")),
        (Format::Json, "[".repeat(levels)),
        (Format::Ndjson, nested("[", "]")),
        (Format::Yaml, nested("[", "]")),
        (Format::Yaml, nested("{a: ", "}")),
        (Format::Yaml, nested("- ", "")),
        (Format::Yaml, indented),
        (Format::Xml, nested("<a>", "</a>")),
        (Format::Xml, "<a>".repeat(levels)),
        (Format::Toml, format!("a = {}", nested("[", "]"))),
        (Format::Toml, format!("a = {}", nested("{a = ", "}"))),
        (Format::Toml, format!("a = {{{}b = 1}}", "a.".repeat(levels))),
        (Format::Toml, format!("{}b = 1", "a.".repeat(levels))),
        (Format::Toml, format!("[{}b]", "a.".repeat(levels))),
        (Format::Hcl, format!("a = {}", nested("[", "]"))),
        (Format::Hcl, format!("a = {}", nested("{a = ", "}"))),
        (Format::Hcl, format!("a = {}", nested("(", ")"))),
        (Format::Hcl, format!("a = {}", nested("\"${", "}\""))),
        (Format::Hcl, nested("a {\n", "\n}")),
        (Format::Hcl, format!("{}{{}}", "a ".repeat(levels))),
    ];
    for (format, text) in cases {
        let tree = tree(format, &text);
        assert!(
            tree.problems.iter().any(|p| p.message.contains("levels deep")),
            "{format:?} {}: {:?}",
            &text[..12],
            problems(&tree)
        );
    }
}

/// Keys that a cut or a change can't reach must not panic either: any bytes at all.
fn mutated() -> impl Strategy<Value = (Format, Vec<u8>)> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..4u8, 0..8usize);
    (prop::sample::select(FORMATS), prop::collection::vec(change, 1..6)).prop_map(|(format, changes)| {
        let mut bytes = sample(format).as_bytes().to_vec();
        for (at, byte, what, len) in changes {
            let at = at.index(bytes.len().max(1));
            match what {
                0 if at < bytes.len() => bytes[at] = byte,
                1 => bytes.insert(at.min(bytes.len()), byte),
                2 => drop(bytes.drain(at.min(bytes.len())..(at + len).min(bytes.len()))),
                _ => {
                    let piece = bytes[at.min(bytes.len())..(at + len * 4).min(bytes.len())].to_vec();
                    bytes.extend(piece);
                }
            }
        }
        (format, bytes)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_change_makes_a_reader_panic_or_point_outside((format, bytes) in mutated()) {
        let len = bytes.len() as u32;
        let tree = read(&Source::new(FileId(0), "file".into(), bytes), format);
        for root in &tree.roots {
            root.walk(&mut |_, node| assert!(node.span.start <= node.span.end && node.span.end <= len));
            keys(root, &mut |e| assert!(e.key_span.start <= e.key_span.end && e.key_span.end <= len));
        }
        for problem in &tree.problems {
            prop_assert!(problem.span.end <= len && !problem.message.is_empty());
        }
    }
}
