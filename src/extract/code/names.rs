//! What the names of a file stand for: in comes a [`Code`], out come imports and assigned values by name. The last word
//! of what is assigned counts (`this.conn` is `conn`): a file rarely uses one word for two things, and where it does,
//! all of them are looked at.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::registry::clients::{Client, Generator, clients};

/// How far a name is followed through others.
const MAX_DEPTH: usize = 16;

/// How many values of one name are followed.
const MAX_VALUES: usize = 8;

/// What an object belongs to.
#[derive(Debug, Clone, Copy, Default)]
struct Origin {
    client: Option<&'static Client>,
    generator: Option<&'static Generator>,
    database: bool,
}

impl Origin {
    fn of_package(specifier: &str) -> Self {
        let table = clients();
        Self {
            client: table.of_package(specifier),
            generator: table.generator(specifier),
            database: table.is_database(specifier),
        }
    }

    fn of_class(name: &str) -> Self {
        let table = clients();
        Self { client: table.of_type(name), generator: table.generator_of_type(name), database: false }
    }

    fn or(&mut self, other: Self) {
        self.client = self.client.or(other.client);
        self.generator = self.generator.or(other.generator);
        self.database |= other.database;
    }

    fn is_none(&self) -> bool {
        self.client.is_none() && self.generator.is_none() && !self.database
    }
}

/// The names of one file.
#[derive(Debug, Default)]
pub struct Names<'c> {
    /// Name to what it is imported from.
    imported: HashMap<&'c str, Vec<&'c str>>,
    /// Name to the expressions that are assigned to it.
    values: HashMap<&'c str, Vec<NodeId>>,
    /// Name to its declared type.
    types: HashMap<&'c str, &'c str>,
    /// Everything that is imported, with the import's node.
    pub imports: Vec<(NodeId, &'c str)>,
    /// The file imports a stand-in for the network.
    pub mocked: bool,
    /// What names that were asked for come from.
    origins: RefCell<HashMap<String, Origin>>,
    depth: Cell<usize>,
}

impl<'c> Names<'c> {
    /// Reads a file's names.
    pub fn of(code: &'c Code) -> Self {
        let mut names = Self::default();
        for id in 0..code.len() as u32 {
            match code.kind(id) {
                Kind::Import => names.import(code, id),
                Kind::Assign => names.assignment(code, id),
                Kind::Parameter => names.typed(code, id),
                _ => {}
            }
        }
        names.mocked = names.imports.iter().any(|(import, s)| is_mock(code, *import, s)) || mocks(code);
        names
    }

    /// What a name is imported from.
    pub fn imported(&self, name: &str) -> &[&'c str] {
        self.imported.get(name).map_or(&[], Vec::as_slice)
    }

    /// The expressions that are assigned to a name.
    pub fn values(&self, name: &str) -> &[NodeId] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// The declared type of a name, without its arguments.
    pub fn declared_type(&self, name: &str) -> Option<&'c str> {
        self.types.get(name).copied()
    }

    /// Every imported name with where it comes from.
    pub fn all_imported(&self) -> impl Iterator<Item = (&'c str, &[&'c str])> {
        self.imported.iter().map(|(name, from)| (*name, from.as_slice()))
    }

    /// Every name with a declared type.
    pub fn all_types(&self) -> impl Iterator<Item = (&'c str, &'c str)> {
        self.types.iter().map(|(name, class)| (*name, *class))
    }

    /// Every assigned name with its values.
    pub fn all_values(&self) -> impl Iterator<Item = (&'c str, &[NodeId])> {
        self.values.iter().map(|(name, values)| (*name, values.as_slice()))
    }

    /// The client library whose object an expression is.
    pub fn client(&self, code: &'c Code, id: NodeId) -> Option<&'static Client> {
        self.origin(code, id).client
    }

    /// The generator whose object an expression is.
    pub fn generator(&self, code: &'c Code, id: NodeId) -> Option<&'static Generator> {
        self.origin(code, id).generator
    }

    /// Whether an expression is an object of a database library.
    pub fn is_database(&self, code: &'c Code, id: NodeId) -> bool {
        self.origin(code, id).database
    }

    /// What an expression comes from: by a class name at its begin, else by what its first name was imported from or
    /// given.
    fn origin(&self, code: &'c Code, id: NodeId) -> Origin {
        let steps = code.steps(id);
        let Some(own) = steps.iter().position(|s| !matches!(*s, "this" | "self" | "cls" | "super" | "await")) else {
            return Origin::default();
        };
        let mut origin = Origin::default();
        for step in steps.iter().skip(own).take(2) {
            let name = step.trim_start_matches(['@', '$']);
            // `Restforce.new`, `Spree::Order.create`
            origin.or(Origin::of_class(name.split("::").next().unwrap_or(name)));
        }
        origin.or(self.origin_of(code, steps[own]));
        origin
    }

    /// What a name comes from. Each name is looked up once: values that refer to each other would be without end.
    fn origin_of(&self, code: &'c Code, name: &'c str) -> Origin {
        if let Some(known) = self.origins.borrow().get(name) {
            return *known;
        }
        self.origins.borrow_mut().insert(name.to_owned(), Origin::default());
        let mut origin = Origin::default();
        let types = self.types.get(name).copied();
        for specifier in self.imported(name).iter().chain(types.map_or(&[][..], |t| self.imported(t))) {
            origin.or(Origin::of_package(specifier));
        }
        origin.or(types.map(Origin::of_class).unwrap_or_default());
        if origin.is_none() && self.depth.get() < MAX_DEPTH {
            self.depth.set(self.depth.get() + 1);
            for value in self.values(name).iter().take(MAX_VALUES) {
                origin.or(self.origin(code, *value));
            }
            self.depth.set(self.depth.get() - 1);
        }
        self.origins.borrow_mut().insert(name.to_owned(), origin);
        origin
    }

    /// The text that an expression is, if it is a literal or a name that only ever holds one.
    pub fn text(&self, code: &'c Code, id: NodeId) -> Option<&'c str> {
        match code.kind(id) {
            Kind::String => code.literal(id),
            Kind::Name | Kind::Member => {
                let name = code.steps(id).pop()?;
                match self.values(name) {
                    [value] if code.kind(*value) == Kind::String => code.literal(*value),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn import(&mut self, code: &'c Code, id: NodeId) {
        for source in code.with_role(id, Role::Source) {
            let specifier = code.slice(source).trim_matches(['"', '\'', '`', '<', '>', ' ']);
            self.imports.push((id, specifier));
            let mut named = false;
            for node in code.inside(id).filter(|n| matches!(code.role(*n), Role::Name | Role::Alias)) {
                self.imported.entry(last(code.slice(node))).or_default().push(specifier);
                named = true;
            }
            // `import a.b.C` gives C, and in Python a; `import "github.com/x/y"` gives y.
            let first = specifier.split(['.', '/', '\\', ':']).next().unwrap_or(specifier);
            for name in [last(specifier), first] {
                if !named || name == last(specifier) {
                    self.imported.entry(name).or_default().push(specifier);
                }
            }
            if code.language == Language::Go && !named {
                go_package(specifier).for_each(|name| self.imported.entry(name).or_default().push(specifier));
            }
        }
    }

    fn assignment(&mut self, code: &'c Code, id: NodeId) {
        self.typed(code, id);
        let (Some(target), Some(value)) = (code.child(id, Role::Target), code.child(id, Role::Value)) else { return };
        if let Some(specifier) = required(code, value) {
            self.imports.push((id, specifier));
            for name in std::iter::once(target).chain(code.inside(target)).filter(|n| is_word(code, *n)) {
                self.imported.entry(code.slice(name)).or_default().push(specifier);
            }
            return;
        }
        if let Some(name) = code.steps(target).pop() {
            self.values.entry(name).or_default().push(value);
        }
    }

    fn typed(&mut self, code: &'c Code, id: NodeId) {
        let Some(declared) = code.child(id, Role::Type) else { return };
        let name = code.children(id).find(|c| {
            *c != declared && (code.kind(*c) == Kind::Name || matches!(code.role(*c), Role::Target | Role::Name))
        });
        if let Some(name) = name.and_then(|n| code.steps(n).pop()) {
            let class = code.slice(declared).trim_start_matches([':', ' ', '?', '*']);
            self.types.insert(name, class.split(['<', '[', ' ', '?']).next().unwrap_or(class));
        }
    }
}

fn is_word(code: &Code, id: NodeId) -> bool {
    let text = code.slice(id);
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$')
}

/// The last word of a path.
fn last(path: &str) -> &str {
    path.trim_end_matches(".*").rsplit(['.', '/', '\\', ':']).next().unwrap_or(path)
}

/// The names that a Go package of a path may have: without its version, and without the `go` of its repository
/// (`github.com/stripe/stripe-go/v76` is `stripe`).
fn go_package(path: &str) -> impl Iterator<Item = &str> {
    let version = |s: &str| s.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let base = path.rsplit('/').find(|s| !version(s)).unwrap_or(path);
    let base = base.split(".v").next().unwrap_or(base);
    let short = base.strip_prefix("go-").or_else(|| base.strip_suffix("-go")).or_else(|| base.strip_suffix(".go"));
    std::iter::once(base).chain(short)
}

/// The specifier of `require('x')` and `await import('x')`.
fn required(code: &Code, value: NodeId) -> Option<&str> {
    let steps = code.steps(value);
    if !matches!(steps.first(), Some(&"require" | &"import")) {
        return None;
    }
    let call = std::iter::once(value)
        .chain(code.inside(value))
        .find(|n| code.kind(*n) == Kind::Call && matches!(code.steps(*n).as_slice(), ["require"] | ["import"]))?;
    code.literal(code.child(call, Role::Argument)?)
}

/// `import nock from 'nock'`, `from unittest import mock`.
fn is_mock(code: &Code, import: NodeId, specifier: &str) -> bool {
    let named = || code.inside(import).filter(|n| code.role(*n) == Role::Name).map(|n| code.slice(n));
    clients().is_mock(specifier) || named().any(|name| clients().is_mock(&format!("{specifier}.{name}")))
}

/// Mocks of test frameworks that are global: `jest.mock`, `vi.mock`, `Test.setMock`.
fn mocks(code: &Code) -> bool {
    const MOCKS: &[&[&str]] = &[
        &["jest", "mock"],
        &["vi", "mock"],
        &["jest", "spyOn"],
        &["vi", "spyOn"],
        &["jest", "fn"],
        &["vi", "fn"],
        &["Test", "setMock"],
        &["mocker", "patch"],
        &["stub_request"],
        &["cy", "intercept"],
        &["page", "route"],
        &["Http", "fake"],
    ];
    code.calls().any(|c| MOCKS.contains(&code.steps(c).as_slice()) || answers_itself(code, c))
}

/// `new HttpClient(new Handler(request => …))`: .NET's client over a handler that answers by a function of the file, with
/// none below it that sends anything.
fn answers_itself(code: &Code, call: NodeId) -> bool {
    const SENDING: &[&str] = &["HttpClientHandler", "SocketsHttpHandler", "WinHttpHandler"];
    let handler = |n: &NodeId| code.kind(*n) == Kind::New && code.inside(*n).any(|f| code.kind(f) == Kind::Function);
    code.kind(call) == Kind::New
        && code.steps(call).last() == Some(&"HttpClient")
        && code.inside(call).any(|n| handler(&n))
        && !code.inside(call).any(|n| SENDING.contains(&code.slice(n)))
}
