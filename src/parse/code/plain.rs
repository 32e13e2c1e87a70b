//! The plain patterns of a query: in comes a query file's text, out come its patterns that ask only for a node and its
//! own children, as a table, and the text of the others, which stay tree-sitter's.
//!
//! Most patterns are plain (`(return_statement (_) @value)`, `(if condition: (_) @condition) @if`). Tree-sitter analyses
//! each that has a child against the grammar's whole parse table when it compiles a query: 170 ms for C#, in every run.
//! A walk over the tree finds the same from a table of node kinds, and what is left compiles in a tenth of the time.
//! The files stay ordinary queries that any tool of tree-sitter's can run; a test holds that both ways find the same.

use std::num::NonZeroU16;
use std::ops::Range;

use tree_sitter::{Language as Grammar, Node, Tree};

use super::grammar::Meaning;

/// A field of a grammar's nodes.
type FieldId = NonZeroU16;

/// Plain patterns, by the kind of the node that they are about.
#[derive(Debug, Default)]
pub(super) struct Plain {
    rows: Vec<Vec<Pattern>>,
}

/// A pattern: a node, fields that it must not have, and children that it must have.
#[derive(Debug, Clone)]
struct Pattern {
    /// Its place among all patterns of the query.
    order: u32,
    without: Vec<FieldId>,
    children: Vec<Child>,
    captures: Vec<Meaning>,
}

/// A child of a pattern's node.
#[derive(Debug, Clone)]
struct Child {
    /// Its field; none if it may have any, or no field at all.
    field: Option<FieldId>,
    is: Test,
    captures: Vec<Meaning>,
}

/// What a child must be.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    /// `_`
    Any,
    /// `(_)`
    Named,
    /// One of these kinds.
    Kinds(Vec<u16>),
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

/// Parts a query. `meaning` says what a capture of a name means; None for one that only a match as a whole can tell.
pub(super) fn part(text: &str, grammar: &Grammar, meaning: impl Fn(&str) -> Option<Meaning>) -> Parted {
    let mut parted = Parted { plain: Plain::default(), rest: String::new(), orders: Vec::new() };
    let tokens = tokens(text);
    let mut at = 0;
    let mut order = 0;
    while at < tokens.len() {
        let end = pattern_end(&tokens, at);
        let mut reader = Reader { tokens: &tokens[at..end], at: 0, grammar, meaning: &meaning };
        match reader.top() {
            Some(found) => {
                for (kind, pattern) in found {
                    parted.plain.row(kind).push(Pattern { order, ..pattern });
                }
            }
            None => {
                let (from, to) = (tokens[at].range.start, tokens[end - 1].range.end);
                parted.rest.push_str(&text[from..to]);
                parted.rest.push('\n');
                parted.orders.push(order);
            }
        }
        order += 1;
        at = end;
    }
    parted
}

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

    fn of(&self, node: &Node) -> &[Pattern] {
        self.rows.get(usize::from(node.kind_id())).map_or(&[], Vec::as_slice)
    }

    /// Walks a tree up to a byte and a depth, and gives what the patterns capture; `take` says whether to go on.
    pub(super) fn walk<'t>(
        &self,
        tree: &'t Tree,
        end: usize,
        max_depth: usize,
        mut take: impl FnMut(Captured<'t>) -> bool,
    ) {
        let mut cursor = tree.walk();
        let mut around: Vec<Node<'t>> = Vec::new();
        loop {
            let node = cursor.node();
            let mut go_on = node.start_byte() <= end;
            if go_on {
                if let Some(parent) = around.last() {
                    go_on = self.child(parent, &node, cursor.field_id(), &mut take);
                }
                go_on = go_on && self.node(&node, &mut take);
            }
            if !go_on {
                return;
            }
            if around.len() < max_depth && cursor.goto_first_child() {
                around.push(node);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
                around.pop();
            }
        }
    }

    /// Patterns of a node that ask for no child.
    fn node<'t>(&self, node: &Node<'t>, take: &mut impl FnMut(Captured<'t>) -> bool) -> bool {
        let mut found = self.of(node).iter().filter(|p| p.children.is_empty() && p.holds(node));
        found.all(|pattern| pattern.captures.iter().all(|meaning| take(pattern.captured(*node, *meaning))))
    }

    /// Patterns of the node around a child.
    fn child<'t>(
        &self,
        parent: &Node<'t>,
        node: &Node<'t>,
        field: Option<FieldId>,
        take: &mut impl FnMut(Captured<'t>) -> bool,
    ) -> bool {
        for pattern in self.of(parent) {
            let fits = |child: &Child| (child.field.is_none() || child.field == field) && child.is.holds(node);
            let Some(index) = pattern.children.iter().position(fits) else { continue };
            if !pattern.holds(parent) {
                continue;
            }
            // The node around several children is the same for all of them.
            let around = if index == 0 { pattern.captures.as_slice() } else { &[] };
            let all = around.iter().all(|meaning| take(pattern.captured(*parent, *meaning)))
                && pattern.children[index].captures.iter().all(|meaning| take(pattern.captured(*node, *meaning)));
            if !all {
                return false;
            }
        }
        true
    }
}

impl Pattern {
    /// Whether a node has no field that it must not have, and one child for each of several.
    fn holds(&self, node: &Node) -> bool {
        let child = |field: FieldId| node.child_by_field_id(field.get());
        let has = |wanted: &Child| wanted.field.and_then(child).is_some_and(|found| wanted.is.holds(&found));
        self.without.iter().all(|field| child(*field).is_none())
            && (self.children.len() < 2 || self.children.iter().all(has))
    }

    fn captured<'t>(&self, node: Node<'t>, meaning: Meaning) -> Captured<'t> {
        Captured { node, order: self.order, meaning }
    }
}

impl Test {
    fn holds(&self, node: &Node) -> bool {
        match self {
            // A wildcard of a query fits no error.
            Self::Any => !node.is_error(),
            Self::Named => node.is_named() && !node.is_error(),
            Self::Kinds(kinds) => kinds.contains(&node.kind_id()),
        }
    }
}

/// A piece of a query's text.
struct Token<'q> {
    text: &'q str,
    range: Range<usize>,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &text[at..];
        let len = match byte {
            b';' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'"' => quoted(rest),
            b'(' | b')' | b'[' | b']' => 1,
            _ => rest.find(|c: char| c.is_whitespace() || "()[]\";".contains(c)).unwrap_or(rest.len()),
        };
        tokens.push(Token { text: &rest[..len], range: at..at + len });
        at += len;
    }
    tokens
}

/// The length of a quoted text with its quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Where the pattern that begins at a token ends: after its brackets and what follows them (captures, quantifiers).
fn pattern_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        match token.text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        at += 1;
        let goes_on = tokens.get(at).is_some_and(|t| t.text.starts_with(['@', '*', '+', '?']));
        if depth == 0 && !goes_on {
            break;
        }
    }
    at
}

/// Reads one pattern; None as soon as it is not plain.
struct Reader<'r, 'q, M> {
    tokens: &'r [Token<'q>],
    at: usize,
    grammar: &'r Grammar,
    meaning: &'r M,
}

impl<M: Fn(&str) -> Option<Meaning>> Reader<'_, '_, M> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(|t| t.text)
    }

    fn next(&mut self) -> Option<&str> {
        self.at += 1;
        self.tokens.get(self.at - 1).map(|t| t.text)
    }

    fn eat(&mut self, text: &str) -> bool {
        let is = self.peek() == Some(text);
        self.at += usize::from(is);
        is
    }

    /// A whole pattern: for each kind of node one.
    fn top(&mut self) -> Option<Vec<(u16, Pattern)>> {
        let mut nodes = Vec::new();
        if self.eat("[") {
            while !self.eat("]") {
                nodes.push(self.node()?);
            }
        } else {
            nodes.push(self.node()?);
        }
        let captures = self.captures()?;
        for (_, pattern) in &mut nodes {
            pattern.captures.extend(&captures);
        }
        (self.at == self.tokens.len()).then_some(nodes)
    }

    /// `(kind !field field: (_) @capture (_) @capture)`, or a word in quotes.
    fn node(&mut self) -> Option<(u16, Pattern)> {
        let mut pattern = Pattern { order: 0, without: Vec::new(), children: Vec::new(), captures: Vec::new() };
        if self.peek()?.starts_with('"') {
            return Some((self.word()?, pattern));
        }
        let kind = self.eat("(").then(|| self.kind())??;
        while !self.eat(")") {
            if let Some(field) = self.peek()?.strip_prefix('!') {
                let field = self.grammar.field_id_for_name(field)?;
                pattern.without.push(field);
                self.at += 1;
                continue;
            }
            pattern.children.push(self.child()?);
        }
        pattern.captures = self.captures()?;
        // Several children count in their order, which only fields that occur once make plain.
        let alone = pattern.children.len() <= 1;
        let fields: Vec<_> = pattern.children.iter().map(|child| child.field).collect();
        let apart = fields.iter().all(Option::is_some) && (1..fields.len()).all(|i| !fields[..i].contains(&fields[i]));
        (alone || apart).then_some((kind, pattern))
    }

    fn child(&mut self) -> Option<Child> {
        let mut field = None;
        if let Some(name) = self.peek()?.strip_suffix(':') {
            field = Some(self.grammar.field_id_for_name(name)?);
            self.at += 1;
        }
        let is = if self.eat("[") {
            let mut kinds = Vec::new();
            while !self.eat("]") {
                match self.test()? {
                    Test::Kinds(more) => kinds.extend(more),
                    _ => return None,
                }
            }
            Test::Kinds(kinds)
        } else {
            self.test()?
        };
        Some(Child { field, is, captures: self.captures()? })
    }

    /// What a child is: without children of its own.
    fn test(&mut self) -> Option<Test> {
        if self.eat("_") {
            return Some(Test::Any);
        }
        if self.peek()?.starts_with('"') {
            return Some(Test::Kinds(vec![self.word()?]));
        }
        if !self.eat("(") {
            return None;
        }
        let test = if self.eat("_") { Test::Named } else { Test::Kinds(vec![self.kind()?]) };
        self.eat(")").then_some(test)
    }

    /// The name of a kind of node that is one kind, not a family of them.
    fn kind(&mut self) -> Option<u16> {
        let grammar = self.grammar;
        let name = self.next()?;
        let id = grammar.id_for_node_kind(name, true);
        (id != 0 && !grammar.node_kind_is_supertype(id)).then_some(id)
    }

    /// A word of the language, in quotes.
    fn word(&mut self) -> Option<u16> {
        let grammar = self.grammar;
        let word = self.next()?.strip_prefix('"')?.strip_suffix('"')?;
        let id = if word.contains('\\') { 0 } else { grammar.id_for_node_kind(word, false) };
        (id != 0).then_some(id)
    }

    fn captures(&mut self) -> Option<Vec<Meaning>> {
        let mut captures = Vec::new();
        while let Some(name) = self.peek().and_then(|text| text.strip_prefix('@')) {
            captures.push((self.meaning)(name)?);
            self.at += 1;
        }
        Some(captures)
    }
}
