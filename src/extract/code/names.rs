//! What the names of a file stand for: in comes a [`Code`], out come imports and assigned values by name. The last word
//! of what is assigned counts (`this.conn` is `conn`): a file rarely uses one word for two things, and where it does,
//! all of them are looked at.

use std::collections::HashMap;

use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::registry::clients::{Client, Generator, clients};

/// How far a name is followed.
const MAX_STEPS: usize = 6;

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
        names.mocked = names.imports.iter().any(|(_, s)| clients().is_mock(s)) || mocks(code);
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

    /// The client library whose object an expression is.
    pub fn client(&self, code: &'c Code, id: NodeId) -> Option<&'static Client> {
        self.follow(code, id, &|s| clients().of_package(s), &|s| clients().of_type(s), MAX_STEPS)
    }

    /// The generator whose object an expression is.
    pub fn generator(&self, code: &'c Code, id: NodeId) -> Option<&'static Generator> {
        self.follow(code, id, &|s| clients().generator(s), &|s| clients().generator_of_type(s), MAX_STEPS)
    }

    /// Whether an expression is an object of a database library.
    pub fn is_database(&self, code: &'c Code, id: NodeId) -> bool {
        self.follow(code, id, &|s| clients().is_database(s).then_some(()), &|_| None, MAX_STEPS).is_some()
    }

    /// Follows an expression to an import or a type that `package` or `class` knows.
    fn follow<T>(
        &self,
        code: &'c Code,
        id: NodeId,
        package: &dyn Fn(&str) -> Option<T>,
        class: &dyn Fn(&str) -> Option<T>,
        left: usize,
    ) -> Option<T> {
        let left = left.checked_sub(1)?;
        let steps = code.steps(id);
        let own = steps.iter().position(|s| !matches!(*s, "this" | "self" | "cls" | "super" | "await"))?;
        for step in steps.iter().skip(own).take(2) {
            let name = step.trim_start_matches(['@', '$']);
            // `Restforce.new`, `Spree::Order.create`
            if let Some(found) = class(name.split("::").next().unwrap_or(name)) {
                return Some(found);
            }
        }
        let name = *steps.get(own)?;
        if let Some(found) = self.imported(name).iter().find_map(|s| package(s)) {
            return Some(found);
        }
        if let Some(found) =
            self.types.get(name).and_then(|t| class(t).or_else(|| self.imported(t).iter().find_map(|s| package(s))))
        {
            return Some(found);
        }
        self.values(name)
            .iter()
            .filter(|v| !code.is_within(id, **v))
            .find_map(|v| self.follow(code, *v, package, class, left))
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
    code.calls().any(|c| MOCKS.contains(&code.steps(c).as_slice()))
}
