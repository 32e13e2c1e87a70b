//! Configuration as one type: whatever the format, a [`Tree`] of [`Node`]s that each know their bytes.
//!
//! Order and duplicate keys are kept, scalars keep their raw text: `no`, `1.20` and `0755` are not reinterpreted.

mod build;
mod dotenv;
mod hcl;
mod ini;
mod json;
mod lines;
mod nest;
mod properties;
mod toml;
mod xml;
mod yaml;

#[cfg(test)]
mod tests;

use super::Format;
use crate::source::{Source, Span};

/// How deep collections may lie in one another. Recursion over a tree (walking, dropping) is bounded by it.
pub const MAX_DEPTH: usize = 256;

/// How many problems of one file are told.
const MAX_PROBLEMS: usize = 20;

/// Reads a file in a format of configuration. It never fails: what can't be read is in [`Tree::problems`], and the
/// roots keep whatever stood before the break. A format of data or text gives an empty tree.
pub fn read(source: &Source, format: Format) -> Tree {
    let mut tree = match format {
        Format::Yaml => yaml::read(source),
        Format::Json => json::read(source),
        Format::Ndjson => json::read_lines(source),
        Format::Hcl => hcl::read(source),
        Format::Toml => toml::read(source),
        Format::Xml => xml::read(source),
        Format::Dotenv => dotenv::read(source),
        Format::Properties => properties::read(source),
        Format::Ini => ini::read(source),
        _ => Tree::default(),
    };
    if tree.problems.len() > MAX_PROBLEMS {
        let further = tree.problems.len() - MAX_PROBLEMS;
        tree.problems.truncate(MAX_PROBLEMS);
        tree.problems.last_mut().into_iter().for_each(|p| p.message.push_str(&format!(" (and {further} more)")));
    }
    tree
}

/// A parsed file. Formats with several documents (YAML) have several roots.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// One root a document, in order.
    pub roots: Vec<Node>,
    /// Comments, in order, with their delimiters.
    pub comments: Vec<Comment>,
    /// What could not be read, with its place. The roots hold whatever stood before the break.
    pub problems: Vec<Problem>,
}

/// A comment as it stands in the file.
#[derive(Debug, Clone)]
pub struct Comment {
    /// With delimiters.
    pub span: Span,
    /// The text without delimiters, trimmed.
    pub text: String,
}

/// A place that could not be parsed.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Where reading failed.
    pub span: Span,
    /// What is wrong, in the format's terms, without any value from the file.
    pub message: String,
}

/// A value and the bytes it came from.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value's bytes, quotes not included. An alias or entity points at its place of use.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// The three things that a node can be.
#[derive(Debug, Clone)]
pub enum Value {
    /// Text, a number, a boolean, null.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping; XML elements and HCL blocks are mappings too (see [`xml`] and [`hcl`]).
    Map(Vec<Entry>),
}

/// A scalar with what is known of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The decoded text: escapes and entities resolved, nothing else changed.
    pub text: String,
    /// How it was written.
    pub kind: ScalarKind,
}

/// How a scalar was written: only an unquoted one can be a number, a boolean or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarKind {
    /// Text: quoted, or in a format where all is text.
    Text,
    /// A bare word, number or boolean.
    Plain,
    /// An explicit or implied null.
    Null,
}

/// One key with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key's text, decoded.
    pub key: String,
    /// The key's bytes.
    pub key_span: Span,
    /// The value.
    pub node: Node,
}

impl Node {
    /// The text of a scalar that is not null.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(s) if s.kind != ScalarKind::Null => Some(&s.text),
            _ => None,
        }
    }

    /// The entries of a mapping, else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; a lone value counts as a list of itself (`a: x` where `a: [x]` may stand), null as none.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar(Scalar { kind: ScalarKind::Null, .. }) => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The last value of a key (later duplicates win, as most readers have it).
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.node)
    }

    /// The last entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|e| e.key == key)
    }

    /// The value at a path of keys, last duplicates winning.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text at a path of keys.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.text()
    }

    /// Calls `visit` for every scalar below, with the keys that lead to it, in file order.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&[Step<'a>], &'a Node)) {
        fn go<'a>(node: &'a Node, path: &mut Vec<Step<'a>>, visit: &mut impl FnMut(&[Step<'a>], &'a Node)) {
            match &node.value {
                Value::Scalar(_) => visit(path, node),
                Value::List(items) => {
                    for (i, item) in items.iter().enumerate() {
                        path.push(Step::Index(i));
                        go(item, path, visit);
                        path.pop();
                    }
                }
                Value::Map(entries) => {
                    for entry in entries {
                        path.push(Step::Key(entry));
                        go(&entry.node, path, visit);
                        path.pop();
                    }
                }
            }
        }
        go(self, &mut Vec::new(), visit);
    }
}

/// One step from a root to a node.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Through a mapping's entry.
    Key(&'a Entry),
    /// To an item of a list.
    Index(usize),
}

impl Step<'_> {
    /// The key's text, none for an index.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Key(e) => Some(&e.key),
            Self::Index(_) => None,
        }
    }
}

/// `a.b[2].c`: a path as people and fingerprints show it. Keys are not secret; values never occur.
pub fn dotted(path: &[Step<'_>]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Key(e) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&e.key);
            }
            Step::Index(i) => {
                out.push('[');
                out.push_str(&i.to_string());
                out.push(']');
            }
        }
    }
    out
}
