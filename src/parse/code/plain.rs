//! The plain patterns of a query: in comes a query file's text, out come its patterns that ask only for a node and what
//! lies in it, as a table, and the text of the others, which stay tree-sitter's.
//!
//! Nearly all patterns are plain (`(return_statement (_) @value)`, `(if condition: (_) @condition) @if`). Tree-sitter
//! analyses each that has a child against the grammar's whole parse table when it compiles a query: 170 ms for C#, in
//! every run. A walk over the tree finds the same from a table of node kinds. The files stay ordinary queries that any
//! tool of tree-sitter's can run; a test holds that both ways find the same.

mod fit;
mod read;

use std::num::NonZeroU16;

use tree_sitter::{Node, Tree, TreeCursor};

use super::grammar::Meaning;
pub(super) use read::part;

/// A field of a grammar's nodes.
type FieldId = NonZeroU16;

/// Plain patterns, by the kind of the node that they are about.
#[derive(Debug, Default)]
pub(super) struct Plain {
    rows: Vec<Vec<Pattern>>,
}

/// A pattern.
#[derive(Debug, Clone)]
struct Pattern {
    /// Its place among all patterns of the query.
    order: u32,
    shape: Shape,
    captures: Vec<Capture>,
}

/// What a node must be.
#[derive(Debug, Clone, Default)]
struct Shape {
    is: Test,
    /// Fields that it must not have.
    without: Vec<FieldId>,
    /// Children that it must have, in this order.
    children: Vec<Child>,
    /// No named child comes after the last of them: a `.` at the end.
    ends: bool,
    /// What its text must be, or must not be.
    words: Option<(bool, Vec<String>)>,
}

/// A child of a shape.
#[derive(Debug, Clone)]
struct Child {
    /// Its field; none if it may have any, or no field at all.
    field: Option<FieldId>,
    /// No named child comes between it and the one before: a `.` before it.
    next: bool,
    shape: Shape,
    captures: Vec<Capture>,
}

/// What kind a node must be of.
#[derive(Debug, Clone, PartialEq, Default)]
enum Test {
    /// `_`
    #[default]
    Any,
    /// `(_)`
    Named,
    /// One of these kinds.
    Kinds(Vec<u16>),
}

/// A capture: its name, and what that means; nothing for names that serve only the query's own conditions.
#[derive(Debug, Clone)]
struct Capture {
    name: String,
    meaning: Option<Meaning>,
}

/// A query in two parts.
pub(super) struct Parted {
    pub plain: Plain,
    /// The query that is left.
    pub rest: String,
    /// The place of each pattern of [`Parted::rest`] among all.
    pub orders: Vec<u32>,
}

/// A node that a plain pattern captured.
pub(super) struct Captured<'t> {
    pub node: Node<'t>,
    pub order: u32,
    pub meaning: Meaning,
}

/// A node's child with its field.
type Member<'t> = (Node<'t>, Option<FieldId>);

impl Plain {
    fn row(&mut self, kind: u16) -> &mut Vec<Pattern> {
        let index = usize::from(kind);
        if self.rows.len() <= index {
            self.rows.resize_with(index + 1, Vec::new);
        }
        &mut self.rows[index]
    }

    /// How many of a query's patterns are here.
    #[cfg(test)]
    pub(super) fn orders(&self) -> usize {
        self.rows.iter().flatten().map(|p| p.order).collect::<std::collections::BTreeSet<_>>().len()
    }

    /// Walks a tree up to a byte and a depth, and gives what the patterns capture; `take` says whether to go on.
    pub(super) fn walk<'t>(
        &self,
        tree: &'t Tree,
        text: &'t str,
        end: usize,
        max_depth: usize,
        mut take: impl FnMut(Captured<'t>) -> bool,
    ) {
        let mut looking = Looking { cursor: tree.walk(), text };
        let mut waiting = vec![(tree.root_node(), 0)];
        let mut members = Vec::new();
        while let Some((node, depth)) = waiting.pop() {
            if node.start_byte() > end {
                continue;
            }
            members.clear();
            looking.members(node, &mut members);
            let patterns = self.rows.get(usize::from(node.kind_id())).map_or(&[] as &[_], Vec::as_slice);
            for pattern in patterns {
                let mut go_on = true;
                let mut found = |node, capture: &Capture| {
                    let Some(meaning) = capture.meaning else { return };
                    go_on = go_on && take(Captured { node, order: pattern.order, meaning });
                };
                if looking.take_part(&pattern.shape, node, &members, &mut found) {
                    pattern.captures.iter().for_each(|capture| found(node, capture));
                }
                if !go_on {
                    return;
                }
            }
            if depth < max_depth {
                waiting.extend(members.iter().rev().map(|(child, _)| (*child, depth + 1)));
            }
        }
    }
}

/// What looks into nodes.
struct Looking<'t> {
    cursor: TreeCursor<'t>,
    text: &'t str,
}

impl<'t> Looking<'t> {
    /// A node's children.
    fn members(&mut self, node: Node<'t>, members: &mut Vec<Member<'t>>) {
        self.cursor.reset(node);
        let mut more = self.cursor.goto_first_child();
        while more {
            members.push((self.cursor.node(), self.cursor.field_id()));
            more = self.cursor.goto_next_sibling();
        }
    }
}
