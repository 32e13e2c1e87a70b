//! Paths of data that code names: literals that end like a data file, with the literal parts of a join in front.

use super::{Form, Found, ImportKind};
use crate::parse::code::{Code, Kind, NodeId, Piece, Role};

/// Ends of files that hold data.
const ENDS: &[&str] =
    &[".json", ".csv", ".tsv", ".ndjson", ".jsonl", ".yaml", ".yml", ".sql", ".xml", ".parquet", ".xlsx", ".json5"];

/// Calls that put a path together from parts.
const JOINS: &[&str] = &[
    "join",
    "resolve",
    "joinpath",
    "Path",
    "PurePath",
    "path",
    "Combine",
    "of",
    "get",
    "URL",
    "Join",
    "base_path",
    "database_path",
    "storage_path",
    "resource_path",
    "public_path",
];

/// Whether a text could be the end of a path of data.
pub(in crate::link::modules) fn is_data(path: &str) -> bool {
    let Some(end) = ENDS.iter().find(|end| {
        path.len() > end.len()
            && path.is_char_boundary(path.len() - end.len())
            && path[path.len() - end.len()..].eq_ignore_ascii_case(end)
    }) else {
        return false;
    };
    let stem = &path[..path.len() - end.len()];
    path.len() <= 300
        && !stem.ends_with(['/', '*', '.'])
        && !path.contains("://")
        && path.bytes().all(|b| {
            !b.is_ascii_control() && !matches!(b, b'{' | b'}' | b'<' | b'>' | b'*' | b'"' | b'|' | b'$' | b'?')
        })
}

pub(super) fn read(found: &mut Found<'_>) {
    let code = found.code;
    for id in code.of_kind(Kind::String) {
        let Some(tail) = tail(code, id) else { continue };
        if !is_data(tail) || is_import(code, id) {
            continue;
        }
        let path = joined(code, id, tail);
        found.add(id, &path, ImportKind::Data, Form::Data);
    }
}

/// The literal text behind the last hole of a string.
fn tail(code: &Code, id: NodeId) -> Option<&str> {
    let node = code.node(id);
    // Most strings are neither; the last bytes tell.
    let text = code.text().get(..node.end as usize)?.trim_end_matches(['"', '\'', '`']);
    if !ENDS.iter().any(|end| {
        text.len() > end.len() && text.as_bytes()[text.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
    }) {
        return None;
    }
    match code.pieces(id).pop()? {
        Piece::Text(range) => code.text().get(range.start as usize..range.end as usize),
        Piece::Hole(_) => None,
    }
}

/// A module's own import and the argument of `require` are read elsewhere.
fn is_import(code: &Code, id: NodeId) -> bool {
    let parent = code.node(id).parent;
    let called = || code.child(parent, Role::Callee).map(|c| code.slice(c));
    code.role(id) == Role::Source
        || code.kind(parent) == Kind::Call
            && matches!(called(), Some("require" | "import" | "require.resolve" | "import_module"))
}

/// The literal with the literal parts in front of it: the arguments before it, or Python's `a / b`.
fn joined(code: &Code, id: NodeId, tail: &str) -> String {
    let mut parts: Vec<&str> = vec![tail];
    let mut first = id;
    let parent = code.node(id).parent;
    let whole = code.literal(id).is_some();
    if whole && matches!(code.kind(parent), Kind::Call | Kind::New) && JOINS.contains(&code.called(parent)) {
        let before: Vec<NodeId> = code.with_role(parent, Role::Argument).take_while(|a| *a < id).collect();
        for argument in before.into_iter().rev() {
            match code.literal(argument) {
                Some(part) => parts.insert(0, part),
                None => {
                    first = argument;
                    break;
                }
            }
            first = argument;
        }
    } else if whole {
        for earlier in (0..id).rev().take_while(|e| code.kind(*e) == Kind::String) {
            let gap = code.text().get(code.node(earlier).end as usize..code.node(first).start as usize);
            let Some(part) = code.literal(earlier).filter(|_| gap.is_some_and(|g| g.trim() == "/")) else { break };
            parts.insert(0, part);
            first = earlier;
        }
    }
    let mut path = parts.join("/");
    let ups = ups(code, first);
    for _ in 0..ups {
        path.insert_str(0, "../");
    }
    path
}

/// How many folders above the file's own an expression in front of a literal climbs: `Path(__file__).parent.parent /`.
fn ups(code: &Code, first: NodeId) -> usize {
    let at = code.node(first).start as usize;
    let from = (at.saturating_sub(160)..at).find(|i| code.text().is_char_boundary(*i)).unwrap_or(at);
    let before = code.text().get(from..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let Some((_, climb)) = line.rsplit_once("__file__") else { return 0 };
    climb.matches(".parent").count().saturating_sub(1).min(8)
}
