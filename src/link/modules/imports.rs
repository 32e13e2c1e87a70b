//! What a file brings in: in comes a [`Code`], out comes a list of [`Import`]s, the same for every language. No other
//! file is known here; [`super::resolve`] finds what a specifier stands for.

mod classes;
mod data;
mod es;
mod markup;
mod packages;
mod python;
mod requests;

use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::source::Span;

/// Something that a file brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The specifier's bytes.
    pub span: Span,
    /// What is named, as the language writes it, without quotes: `./orders`, `..models`, `com.acme.Order`.
    pub specifier: String,
    /// The names taken from it. Empty: it is brought in for what it does, or which names are used is not known.
    pub names: Vec<Binding>,
    /// When it takes effect.
    pub kind: ImportKind,
    /// Whose rules say which file is meant.
    pub form: Form,
    /// The names are handed on to whoever imports this file, and to nobody else.
    pub reexport: bool,
    /// It runs under a condition that holds only away from production: `if (process.env.NODE_ENV === "test")`.
    pub guarded: bool,
}

/// A name taken from a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// As the module calls it; `default` and `*` (all of it) have their own meaning.
    pub name: String,
    /// As this file calls it, where that differs. A re-export under another name has it too.
    pub alias: Option<String>,
}

impl Binding {
    /// The name that this file uses.
    pub fn local(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// When an import takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImportKind {
    /// When the program runs.
    Runtime,
    /// Never: only the type checker sees it.
    TypeOnly,
    /// When the program runs, and which module is computed then: it can't be known here.
    Dynamic,
    /// A file of data that the code names.
    Data,
    /// When the program asks its own server for something.
    Request,
}

/// Whose rules say which file a specifier means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The language's own import.
    Module,
    /// A path relative to the file or a root: `require_relative`, `<script src>`, PHP's `include`.
    Path,
    /// A class or constant that is found by its name alone.
    Class,
    /// A custom element: `c-order-list`.
    Component,
    /// A template that is found by its name: a partial, snippet, section or layout.
    Template,
    /// A path of data.
    Data,
    /// A path that the application's own server answers.
    Request,
}

impl Form {
    /// Whether the code names a file or module outright, not something that a loader finds by its name.
    pub const fn is_explicit(self) -> bool {
        !matches!(self, Self::Class | Self::Component | Self::Template | Self::Request)
    }
}

/// How many imports of one file count; generated barrels have some thousands.
pub const MAX_IMPORTS: usize = 20_000;

/// What a file brings in, in the order in which it says so.
pub fn read(code: &Code) -> Vec<Import> {
    let mut found = Found { code, imports: Vec::new() };
    match code.language {
        Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Vue | Language::Html => {
            es::read(&mut found);
            requests::read(&mut found);
        }
        Language::Python | Language::Notebook => python::read(&mut found),
        Language::Go | Language::Rust => packages::read(&mut found),
        Language::Liquid => {}
        _ => classes::read(&mut found),
    }
    markup::read(&mut found);
    data::read(&mut found);
    let mut imports = found.imports;
    imports.truncate(MAX_IMPORTS);
    imports
}

/// Collects what a file brings in.
struct Found<'a> {
    code: &'a Code,
    imports: Vec<Import>,
}

impl Found<'_> {
    /// Adds an import whose specifier is a node.
    fn add(&mut self, at: NodeId, specifier: &str, kind: ImportKind, form: Form) -> &mut Import {
        let span = self.code.span_of(at);
        self.add_at(span, specifier, kind, form)
    }

    fn add_at(&mut self, span: Span, specifier: &str, kind: ImportKind, form: Form) -> &mut Import {
        self.imports.push(Import {
            span,
            specifier: specifier.to_owned(),
            names: Vec::new(),
            kind,
            form,
            reexport: false,
            guarded: false,
        });
        let last = self.imports.len() - 1;
        &mut self.imports[last]
    }
}

/// Words in a condition that say: not in production.
const AWAY: &[&str] = &[
    "node_env",
    "import.meta.env",
    "__dev__",
    "isdev",
    "is_dev",
    "development",
    "mock",
    "is_test",
    "istest",
    "debug",
    "storybook",
];

/// Whether a node runs only where a condition about the environment holds that production does not fulfil.
pub(in crate::link) fn guarded(code: &Code, id: NodeId) -> bool {
    let mut inner = id;
    code.around(id).any(|outer| {
        let this = std::mem::replace(&mut inner, outer);
        if code.kind(outer) != Kind::If || code.role(this) != Role::Then {
            return false;
        }
        let Some(condition) = code.child(outer, Role::Condition) else { return false };
        let text = code.slice(condition).to_ascii_lowercase();
        let production = text.contains("prod") && !text.contains('!');
        !production && AWAY.iter().any(|word| text.contains(word))
    })
}

/// What an import's node names as its source. Where nothing stands beside it, both have the same bytes and are one node.
fn source(code: &Code, import: NodeId) -> Option<NodeId> {
    let alone = || (code.role(import) == Role::Source).then_some(import);
    let deeper = || code.inside(import).find(|id| code.role(*id) == Role::Source);
    code.child(import, Role::Source).or_else(alone).or_else(deeper)
}

/// The text of a source, without quotes; none if it has holes or is not a literal where one must stand.
fn literal(code: &Code, source: NodeId) -> Option<&str> {
    // Go's query names what is between the quotes.
    if matches!(code.kind(source), Kind::Import | Kind::Other) {
        return Some(code.slice(source).trim_matches(['"', '\'', '`']));
    }
    code.literal(source)
}

/// Bindings of names and aliases as an import's node lists them: each alias belongs to the name in front of it.
fn bindings(code: &Code, import: NodeId) -> Vec<Binding> {
    let mut names: Vec<Binding> = Vec::new();
    for child in code.children(import) {
        let text = || code.slice(child).trim_matches(['"', '\'']).to_owned();
        match code.role(child) {
            Role::Name => names.push(Binding { name: text(), alias: None }),
            Role::Alias => {
                if let Some(last) = names.last_mut().filter(|n| n.alias.is_none()) {
                    last.alias = Some(text());
                }
            }
            _ => {}
        }
    }
    names
}
