//! From a reader's events (open, key, scalar, close) to a [`Tree`]: what every format with brackets or indentation
//! shares. In come ranges of the decoded text, out go nodes with spans on disk.
//!
//! The stack is explicit and bounded, so no input can exhaust the machine's own; what is still open when a reader
//! gives up is closed with what it holds.

use std::ops::Range;

use super::{Comment, Entry, MAX_DEPTH, Node, Problem, Scalar, ScalarKind, Tree, Value};
use crate::source::{Source, Span};

/// Assembles one [`Tree`].
pub(super) struct Builder<'s> {
    source: &'s Source,
    tree: Tree,
    open: Vec<Frame>,
    /// End of what was placed last: where a collection ends that has no closing bracket.
    last_end: usize,
    /// The place of use that every span points at while an alias is expanded.
    place_of_use: Option<Range<usize>>,
    outer_depth: usize,
}

/// A collection that is not yet closed.
struct Frame {
    start: usize,
    children: Children,
}

enum Children {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<(String, Span)> },
}

impl<'s> Builder<'s> {
    pub fn new(source: &'s Source) -> Self {
        Self { source, tree: Tree::default(), open: Vec::new(), last_end: 0, place_of_use: None, outer_depth: 0 }
    }

    /// Number of open collections.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the innermost open collection is a map.
    pub fn in_map(&self) -> bool {
        matches!(self.open.last(), Some(Frame { children: Children::Map { .. }, .. }))
    }

    /// Whether the innermost open collection is a map whose next part is a key.
    pub fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Frame { children: Children::Map { key: None, .. }, .. }))
    }

    /// Number of finished documents.
    pub fn roots(&self) -> usize {
        self.tree.roots.len()
    }

    /// Opens a map. False, with a problem noted, where that would pass the depth bound.
    #[must_use]
    pub fn open_map(&mut self, start: usize) -> bool {
        self.push(start, Children::Map { entries: Vec::new(), key: None })
    }

    /// Opens a list. False, with a problem noted, where that would pass the depth bound.
    #[must_use]
    pub fn open_list(&mut self, start: usize) -> bool {
        self.push(start, Children::List(Vec::new()))
    }

    fn push(&mut self, start: usize, children: Children) -> bool {
        if self.outer_depth + self.open.len() >= MAX_DEPTH {
            self.too_deep(start);
            return false;
        }
        self.open.push(Frame { start, children });
        true
    }

    /// Notes that a document is nested too deeply.
    pub fn too_deep(&mut self, at: usize) {
        self.problem(at..at + 1, too_deep());
    }

    /// Places a scalar: a key where the innermost map has none yet, else a value.
    pub fn scalar(&mut self, text: String, kind: ScalarKind, range: Range<usize>) {
        let span = self.span(&range);
        self.last_end = self.place_of_use.as_ref().unwrap_or(&range).end;
        if let Some(Frame { children: Children::Map { key: key @ None, .. }, .. }) = self.open.last_mut() {
            *key = Some((text, span));
            return;
        }
        self.place(Node { span, value: Value::Scalar(Scalar { text, kind }) }, range);
    }

    /// Closes the innermost collection; `end` is one past its closing bracket, none where it has no bracket.
    pub fn close(&mut self, end: Option<usize>) {
        self.close_with(end, |entries| entries);
    }

    /// Like [`Self::close`], with a last word on a map's entries.
    pub fn close_with(&mut self, end: Option<usize>, finish: impl FnOnce(Vec<Entry>) -> Vec<Entry>) {
        let Some(frame) = self.open.pop() else { return };
        let end = end.unwrap_or(self.last_end).max(frame.start);
        let value = match frame.children {
            Children::List(items) => Value::List(items),
            // A key that never got its value says nothing.
            Children::Map { entries, .. } => Value::Map(finish(entries)),
        };
        let range = frame.start..end;
        let node = Node { span: self.span(&range), value };
        self.last_end = self.place_of_use.as_ref().unwrap_or(&range).end;
        self.place(node, range);
    }

    fn place(&mut self, node: Node, range: Range<usize>) {
        match self.open.last_mut().map(|f| &mut f.children) {
            None => self.tree.roots.push(node),
            Some(Children::List(items)) => items.push(node),
            Some(Children::Map { entries, key }) => match key.take() {
                Some((key, key_span)) => entries.push(Entry { key, key_span, node }),
                // A collection as a key (YAML only) goes by its source text.
                None => *key = Some((self.source.text().get(range).unwrap_or("").to_owned(), node.span)),
            },
        }
    }

    /// From here until the next call every span is that of `range`, the place where an alias stands.
    pub fn set_place_of_use(&mut self, range: Option<Range<usize>>) {
        self.place_of_use = range;
    }

    /// Adds a comment; `range` has the delimiters, `text` has not.
    pub fn comment(&mut self, range: Range<usize>, text: &str) {
        let span = self.source.span(range);
        self.tree.comments.push(Comment { span, text: text.trim().to_owned() });
    }

    /// Notes a place that can't be read.
    pub fn problem(&mut self, range: Range<usize>, message: impl Into<String>) {
        let span = self.source.span(range);
        self.tree.problems.push(Problem { span, message: message.into() });
    }

    /// Whether anything was noted.
    pub fn has_problems(&self) -> bool {
        !self.tree.problems.is_empty()
    }

    /// Closes whatever is open, innermost first: what stood before a break is kept.
    pub fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close(None);
        }
    }

    /// Takes the one value that was built since the last call, for readers that place values themselves.
    pub fn take_value(&mut self) -> Option<Node> {
        self.tree.roots.pop()
    }

    /// How deep the place lies that a value is built for.
    pub fn set_outer_depth(&mut self, depth: usize) {
        self.outer_depth = depth;
    }

    /// The tree, with whatever is still open closed.
    pub fn finish(mut self) -> Tree {
        self.close_all();
        self.tree
    }

    fn span(&self, range: &Range<usize>) -> Span {
        self.source.span(self.place_of_use.as_ref().unwrap_or(range).clone())
    }
}

/// The message for a document that is nested too deeply.
pub(super) fn too_deep() -> String {
    format!("nested more than {MAX_DEPTH} levels deep; what lies deeper is not read")
}
