//! What every language must give, in the same words.

mod alike;
mod apex;
mod bad;
mod csharp;
mod go;
mod hostile;
mod java;
mod kotlin;
mod real;
mod rust;
mod script;
mod ways;

use std::sync::Arc;

use super::language::LANGUAGES;
use super::*;
use crate::source::FileId;

/// Parses a text as a file of a path, in both ways that there are.
pub(in crate::parse::code) fn code(path: &str, text: &str) -> Code {
    let code = alone(path, text);
    ways::are_one(code.source(), language(path));
    code
}

/// Parses a text as a file of a path, as a check does: for tests with a clock.
fn alone(path: &str, text: &str) -> Code {
    Code::read(&Arc::new(Source::from_str(FileId(0), path, text)), language(path))
}

fn language(path: &str) -> Language {
    Language::of(path).unwrap_or_else(|| panic!("{path} is of no language"))
}

/// A picture of a code: one line a node, indented, with its kind, role and text.
pub(in crate::parse::code) fn picture(code: &Code) -> String {
    let mut out = String::new();
    for id in 0..code.len() as u32 {
        let depth = code.around(id).count();
        let node = code.node(id);
        let text: String = code.slice(id).chars().take(40).collect();
        let role = if node.role == Role::None { String::new() } else { format!(" {:?}", node.role) };
        out += &format!("{}{:?}{role} {text:?}\n", "  ".repeat(depth), node.kind);
    }
    out
}

/// What holds for the nodes of any file.
pub(super) fn well_formed(code: &Code) {
    let text = code.text();
    for id in 0..code.len() as u32 {
        let node = *code.node(id);
        assert!(node.start <= node.end && text.get(node.start as usize..node.end as usize).is_some(), "{node:?}");
        assert!(id < node.last && node.last as usize <= code.len(), "{id}: {node:?}");
        let around = *code.node(node.parent);
        if id > 0 {
            assert!(node.parent < id && node.last <= around.last, "{id}: {node:?} in {around:?}");
            assert!(around.start <= node.start && node.end <= around.end, "{id}: {node:?} in {around:?}");
        }
        assert!(code.children(id).all(|c| code.node(c).parent == id), "{id}: {node:?}");
        let before = id.checked_sub(1).map(|b| *code.node(b));
        assert!(
            before.is_none_or(
                |b| b.start <= node.start && (b.start, b.end) != (node.start, node.end) || b.kind == Kind::File
            ),
            "{before:?} {node:?}"
        );
        let span = code.source().range(code.span_of(id));
        assert_eq!(&code.source().text()[span], code.slice(id));
    }
}

#[test]
fn all_queries_compile() {
    for row in LANGUAGES.iter().filter(|row| !row.queries.is_empty()) {
        if let Err(e) = super::grammar::compile(row.language) {
            panic!("{e}");
        }
    }
}

pub(in crate::parse::code) fn calls(code: &Code) -> Vec<String> {
    code.calls().map(|c| code.steps(c).join(".")).collect()
}

#[test]
fn calls_and_fallbacks_are_seen_in_javascript() {
    let text = "const url = process.env.SF_URL ?? 'https://login.salesforce.com';\n\
                await conn.sobject('Order').upsert(rows, 'Id');\n\
                export const f = async (x) => { if (!x.ok) throw new Error('no'); return x; };\n";
    for path in ["a.js", "a.ts", "a.tsx"] {
        let code = code(path, text);
        assert!(code.problems.is_empty(), "{path}: {:?}", code.problems);
        assert_eq!(calls(&code), ["conn.sobject.upsert", "conn.sobject", "Error"], "{path}\n{}", picture(&code));
        let fallback = code.of_kind(Kind::Fallback).next().unwrap();
        assert_eq!(code.steps(code.child(fallback, Role::Left).unwrap()), ["process", "env", "SF_URL"]);
        let right = code.child(fallback, Role::Right).unwrap();
        assert_eq!(code.literal(right), Some("https://login.salesforce.com"));
        let function = code.of_kind(Kind::Function).next().unwrap();
        let branch = code.of_kind(Kind::If).next().unwrap();
        assert!(code.is_within(branch, function));
        assert_eq!(code.kind(code.child(branch, Role::Then).unwrap()), Kind::Throw);
    }
}

#[test]
fn calls_and_handlers_are_seen_in_python() {
    let code = code(
        "a.py",
        "import os\nfrom x.y import z as w\nurl = os.getenv('SF_URL', 'https://login.salesforce.com')\n\
         @app.route('/a', methods=['POST'])\ndef f(r):\n    try:\n        return w(r)\n    except Limit:\n        return r\n",
    );
    assert_eq!(calls(&code), ["os.getenv", "app.route", "w"], "{}", picture(&code));
    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert!(code.inside(handler).any(|n| code.kind(n) == Kind::Return), "{}", picture(&code));
    let function = code.of_kind(Kind::Function).next().unwrap();
    assert_eq!(code.name(function), Some("f"));
    assert_eq!(code.decorators(function).len(), 1);
    let call = code.calls().nth(1).unwrap();
    assert_eq!(code.entry(call, &["methods"]).map(|v| code.slice(v)), Some("['POST']"));
}

#[test]
fn javascript_that_is_not_quite_javascript_is_read() {
    for text in ["f(<i class='a' />)", "const a = (x: string): number => f(x)"] {
        let code = code("a.js", text);
        assert!(code.problems.is_empty(), "{text}");
        assert_eq!(calls(&code), ["f"]);
    }
}
