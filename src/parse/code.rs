//! Source code as one type: whatever the language, a [`Code`] is what rules ask of it — calls, strings, names,
//! functions, branches, handlers, imports, elements — each with its bytes, nested as in the file.
//!
//! A language is a row in [`language`] and a query file (`<language>.scm`) whose captures have the standard names of
//! [`Kind`] and [`Role`]. What a query does not capture is not here: a node's children are the captured nodes inside it.
//! Nodes of the same bytes are one: a query may call a node `@call` in one pattern and `@argument` in another.

mod build;
mod grammar;
mod guard;
mod kotlin;
pub mod language;
mod literal;
mod markup;
mod notebook;
mod plain;
#[cfg(feature = "rust")]
mod rust;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use super::tree::Problem;
use crate::source::{Source, Span};
pub use language::Language;

/// Larger sources are not parsed: they are generated or data.
pub const MAX_BYTES: usize = 4 << 20;

/// A node of a [`Code`]: an index in the order in which nodes begin, parents before their children.
pub type NodeId = u32;

/// What a node is. The names are those of captures, in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The whole file.
    File,
    /// Something that only has a [`Role`]: a block, an expression that rules do not ask about.
    Other,
    /// A function, method, lambda or block of code with parameters. Its name has [`Role::Name`].
    Function,
    /// A class, module, interface or namespace body.
    Class,
    /// What a decorator, annotation or attribute is put on, together with it (Python's decorated definitions).
    Decorated,
    /// A decorator, annotation or attribute.
    Decorator,
    /// A formal parameter.
    Parameter,
    /// A branch: condition, then, else. Also `?:`, `unless`, and statements with a trailing condition.
    If,
    /// A case of a switch, match or when.
    Case,
    /// A loop.
    Loop,
    /// A block whose errors are handled.
    Try,
    /// What handles them: `catch`, `except`, `rescue`.
    Handler,
    /// Runs in any case: `finally`, `ensure`.
    Finally,
    /// Leaves the function.
    Return,
    /// Raises an error.
    Throw,
    /// Leaves the iteration: `continue`, `break`, `next`.
    Skip,
    /// Gives a name a value: target, value. Also a declaration, a field with a value, `+=`.
    Assign,
    /// A call; a DML statement is one too.
    Call,
    /// A constructor's call.
    New,
    /// `object.property`.
    Member,
    /// `object[key]`.
    Index,
    /// An identifier.
    Name,
    /// A string literal, with quotes; pieces of code in it are [`Kind::Interpolation`].
    String,
    /// Code inside a string or a template, with its delimiters.
    Interpolation,
    /// A number.
    Number,
    /// True.
    True,
    /// False.
    False,
    /// Null, nil, None, undefined.
    Null,
    /// A query in a language of its own: SOQL and SOSL in Apex.
    Query,
    /// `left ?? right`, `left || right`, `left or right`: right is what is used without left.
    Fallback,
    /// `left && right`.
    And,
    /// `!x`.
    Not,
    /// `left + right` of text, or any other joining.
    Concat,
    /// A comparison.
    Compare,
    /// A literal mapping.
    Object,
    /// An entry of a mapping, or a named argument: key, value.
    Pair,
    /// A literal list.
    List,
    /// `...x`, `*x`, `**x`.
    Spread,
    /// An import. Its [`Role::Source`] is what is imported; names inside have [`Role::Name`] and [`Role::Alias`].
    Import,
    /// An import that exists for the type checker only.
    TypeImport,
    /// An export.
    Export,
    /// `await x`, `yield x` and others that hand on what they hold.
    Await,
    /// A namespace's, package's or module's declaration; its name has [`Role::Name`].
    Package,
    /// An element of markup, from its start to its end tag. Its tag's name has [`Role::Name`].
    Element,
    /// An attribute: [`Role::Key`], [`Role::Value`].
    Attribute,
    /// Text between tags.
    Text,
    /// A comment.
    Comment,
}

/// What a node is for its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Role {
    /// Nothing that is asked about.
    #[default]
    None,
    /// What is called.
    Callee,
    /// What a call is given.
    Argument,
    /// The thing that a member or index is taken of; the receiver of a call whose grammar has no member node.
    Object,
    /// The member's name.
    Property,
    /// A branch's or loop's condition.
    Condition,
    /// What runs if it holds.
    Then,
    /// What runs if not.
    Else,
    /// The body of a function, loop, class, try or handler.
    Body,
    /// What an assignment, a loop or a handler binds.
    Target,
    /// What is assigned, returned, thrown or awaited; an entry's or attribute's value.
    Value,
    /// An entry's or attribute's key.
    Key,
    /// The first operand.
    Left,
    /// The second operand.
    Right,
    /// The name of what is defined, imported or tagged.
    Name,
    /// Another name for it.
    Alias,
    /// Where an import comes from.
    Source,
    /// What a class extends or implements.
    Super,
    /// A declared type: of a parameter, a variable, a caught error.
    Type,
    /// A word in front of a definition: `export`, `async`, `global`, `with sharing`.
    Modifier,
    /// What a loop runs over.
    Iterated,
}

/// A node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// What it is for its parent.
    pub role: Role,
    /// Where it begins in [`Code::text`].
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// The node around it; the file's is itself.
    pub parent: NodeId,
    /// One past the last node inside it.
    pub last: NodeId,
}

/// A piece of a string literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Literal text, as it is written.
    Text(Range<u32>),
    /// Code whose value stands there.
    Hole(NodeId),
}

/// A parsed source file.
#[derive(Debug, Clone)]
pub struct Code {
    /// The language; of the script, for files that hold markup and a script.
    pub language: Language,
    source: Arc<Source>,
    /// The text that was parsed, where it is not the file's own (a notebook's cells).
    cells: Option<Arc<language::Cells>>,
    nodes: Vec<Node>,
    /// What could not be parsed, with its place. The nodes hold the rest.
    pub problems: Vec<Problem>,
}

impl Code {
    /// Parses a file. What follows no grammar is in [`Code::problems`]; the rest is there.
    pub fn read(source: &Arc<Source>, language: Language) -> Self {
        build::read(source, language)
    }

    /// The file.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The text that offsets of nodes count in.
    pub fn text(&self) -> &str {
        self.cells.as_ref().map_or_else(|| self.source.text(), |c| &c.text)
    }

    /// The file's bytes for a range of [`Code::text`].
    pub fn span(&self, range: Range<u32>) -> Span {
        let (start, end) = (range.start as usize, range.end as usize);
        match &self.cells {
            Some(cells) => cells.span(&self.source, start..end),
            None => self.source.span(start..end),
        }
    }

    /// The file's bytes of a node.
    pub fn span_of(&self, id: NodeId) -> Span {
        let node = self.node(id);
        self.span(node.start..node.end)
    }

    /// All nodes in the order in which they begin.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether nothing was captured.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() <= 1
    }

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// A node's kind.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// A node's role.
    pub fn role(&self, id: NodeId) -> Role {
        self.node(id).role
    }

    /// A node's text as it is written.
    pub fn slice(&self, id: NodeId) -> &str {
        let node = self.node(id);
        self.text().get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// The ids of all nodes of a kind, in order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.nodes.len() as u32).filter(move |id| self.kind(*id) == kind)
    }

    /// The calls and constructors' calls, in the order in which they begin.
    pub fn calls(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..self.nodes.len() as u32).filter(|id| matches!(self.kind(*id), Kind::Call | Kind::New))
    }

    /// The nodes directly inside a node.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let last = self.node(id).last;
        let mut next = id + 1;
        std::iter::from_fn(move || {
            let this = (next < last).then_some(next)?;
            next = self.node(this).last;
            Some(this)
        })
    }

    /// All nodes inside a node, in order.
    pub fn inside(&self, id: NodeId) -> Range<NodeId> {
        id + 1..self.node(id).last
    }

    /// The nodes directly inside a node that have a role.
    pub fn with_role(&self, id: NodeId, role: Role) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(move |c| self.role(*c) == role)
    }

    /// The nodes directly inside a node, or in the brackets around them, that are of a kind.
    pub fn of_kind_in(&self, id: NodeId, kind: Kind) -> impl Iterator<Item = NodeId> + '_ {
        self.children(id).filter(move |c| self.kind(*c) == kind)
    }

    /// The first node directly inside a node that has a role.
    pub fn child(&self, id: NodeId, role: Role) -> Option<NodeId> {
        self.with_role(id, role).next()
    }

    /// The nodes around a node, nearest first, without the node itself; the file comes last.
    pub fn around(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut at = id;
        std::iter::from_fn(move || {
            let parent = self.node(at).parent;
            (parent != at).then(|| {
                at = parent;
                parent
            })
        })
    }

    /// The nearest node of a kind around a node.
    pub fn enclosing(&self, id: NodeId, kind: Kind) -> Option<NodeId> {
        self.around(id).find(|a| self.kind(*a) == kind)
    }

    /// Whether a node is another one or lies inside it.
    pub fn is_within(&self, inner: NodeId, outer: NodeId) -> bool {
        (outer..self.node(outer).last).contains(&inner)
    }

    /// The name of a function, class, element or package, as it is written.
    pub fn name(&self, id: NodeId) -> Option<&str> {
        self.child(id, Role::Name).map(|n| self.slice(n))
    }

    /// The decorators, annotations and attributes on a function, class or parameter.
    pub fn decorators(&self, id: NodeId) -> Vec<NodeId> {
        let parent = self.node(id).parent;
        let holder = (self.kind(parent) == Kind::Decorated).then_some(parent);
        let mut found: Vec<NodeId> = holder
            .into_iter()
            .chain([id])
            // Behind the name stand those of parameters.
            .flat_map(|h| self.children(h).take_while(|c| self.role(*c) != Role::Name))
            .filter(|c| self.kind(*c) == Kind::Decorator)
            .collect();
        if found.is_empty() {
            // TypeScript and others put them in front, as neighbours.
            let mut at = id;
            while at > parent + 1 {
                // What ends last before a node lies in its neighbour, or is it.
                let before =
                    std::iter::once(at - 1).chain(self.around(at - 1)).find(|n| self.node(*n).parent == parent);
                match before.filter(|n| self.kind(*n) == Kind::Decorator) {
                    Some(decorator) => found.push(decorator),
                    None => break,
                }
                at = before.unwrap_or(parent);
            }
            found.reverse();
        }
        found
    }

    /// The arguments of a call, named ones as [`Kind::Pair`].
    pub fn arguments(&self, call: NodeId) -> Vec<NodeId> {
        self.with_role(call, Role::Argument).collect()
    }

    /// The value of a named argument, or of an entry of a mapping, by any of its names.
    pub fn entry(&self, id: NodeId, names: &[&str]) -> Option<NodeId> {
        self.children(id).find_map(|pair| {
            let key = (self.kind(pair) == Kind::Pair).then(|| self.key(pair)).flatten()?;
            names.contains(&key).then(|| self.child(pair, Role::Value).or_else(|| self.child(pair, Role::Key)))?
        })
    }

    /// The key of an entry or attribute, without quotes.
    pub fn key(&self, pair: NodeId) -> Option<&str> {
        let key = self.child(pair, Role::Key)?;
        Some(literal::unquoted(self.slice(key)).trim_start_matches(':').trim_end_matches([':', '=', ' ']))
    }

    /// What an expression names, step by step, outermost first: `sf.Contact.create` of a call of it,
    /// `process.env.SF_URL` of a member. The steps of a call in the middle are those of what it calls
    /// (`conn.sobject("Order").upsert` is `conn`, `sobject`, `upsert`). Empty if it begins with something else.
    pub fn steps(&self, id: NodeId) -> Vec<&str> {
        let mut steps = Vec::new();
        let mut at = Some(id);
        // An expression is bounded by its file, and each turn goes inside.
        while let Some(id) = at {
            at = match self.kind(id) {
                Kind::Call | Kind::New | Kind::Decorator => {
                    // Some grammars give a call its receiver and name, others one callee that holds both.
                    if let Some(name) = self.child(id, Role::Property) {
                        steps.push(self.slice(name));
                        self.child(id, Role::Object)
                    } else if self.kind(id) == Kind::Decorator && id + 1 == self.node(id).last {
                        // C#'s `[Authorize]` is its name.
                        steps.push(self.slice(id));
                        None
                    } else {
                        self.child(id, Role::Callee)
                    }
                }
                // Where a grammar has no delimiters for it (`"$a->b"`), an interpolation is the expression itself.
                Kind::Interpolation if self.child(id, Role::Property).is_none() && id + 1 < self.node(id).last => {
                    self.child(id, Role::Callee).or(Some(id + 1))
                }
                Kind::Member | Kind::Interpolation if id + 1 < self.node(id).last => {
                    if let Some(name) = self.child(id, Role::Property) {
                        steps.push(self.slice(name));
                    }
                    self.child(id, Role::Object)
                }
                Kind::Index => {
                    if let Some(key) = self.child(id, Role::Key).filter(|k| self.kind(*k) == Kind::String) {
                        steps.push(literal::unquoted(self.slice(key)));
                    }
                    self.child(id, Role::Object)
                }
                Kind::Await => self.child(id, Role::Value),
                Kind::Name => {
                    steps.push(self.slice(id));
                    None
                }
                _ => {
                    // A declared type, or a name that the query gave no kind: `java.util.List<Order>`, `io::Error`.
                    let text = self.slice(id);
                    let path = text.find('<').filter(|_| text.ends_with('>')).map_or(text, |at| &text[..at]);
                    let plain =
                        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'@' | b'\\' | b'.' | b':');
                    if path.bytes().all(plain) && !path.starts_with(|c: char| c.is_ascii_digit()) {
                        steps.extend(path.rsplit(['.', ':']).filter(|step| !step.is_empty()));
                    }
                    None
                }
            };
        }
        steps.reverse();
        steps
    }

    /// The last step of what a call calls: `create` of `sf.Contact.create(…)`.
    pub fn called(&self, call: NodeId) -> &str {
        self.steps(call).pop().unwrap_or_default()
    }

    /// [`Code::called`] of a call, nothing for another node.
    pub fn called_if_call(&self, id: NodeId) -> &str {
        if matches!(self.kind(id), Kind::Call | Kind::New) { self.called(id) } else { "" }
    }

    /// The pieces of a string literal: text and holes.
    pub fn pieces(&self, string: NodeId) -> Vec<Piece> {
        literal::pieces(self, string)
    }

    /// The text of a string literal that has no holes, as it is written between its quotes.
    pub fn literal(&self, string: NodeId) -> Option<&str> {
        if self.kind(string) != Kind::String {
            return None;
        }
        match self.pieces(string).as_slice() {
            [] => Some(""),
            [Piece::Text(range)] => self.text().get(range.start as usize..range.end as usize),
            _ => None,
        }
    }
}

/// A function's name: its own, or that of what it is assigned to.
pub fn function_name(code: &Code, function: NodeId) -> Option<&str> {
    code.name(function).or_else(|| {
        let parent = code.node(function).parent;
        match code.kind(parent) {
            Kind::Assign => code.child(parent, Role::Target).and_then(|t| code.steps(t).pop()),
            Kind::Pair => code.key(parent),
            _ => None,
        }
    })
}
