//! Where a name is defined: in comes a name that a file uses, out comes the node that gives it its meaning, in that
//! file or in the one that it is imported from, through whatever hands it on.

use std::collections::{HashMap, HashSet};

use super::graph::{Edge, Graph};
use super::imports::ImportKind;
use super::resolve;
use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::source::FileId;

/// How many files a search for one name may look into.
const MAX_STEPS: usize = 2_000;

/// Where a search has been: names may be handed on in circles.
#[derive(Default)]
struct Trail(HashSet<(FileId, String)>);

impl Trail {
    /// Whether a name is looked for in a file for the first time, and the search may go on.
    fn step(&mut self, file: FileId, steps: &[&str]) -> bool {
        self.0.len() < MAX_STEPS && self.0.insert((file, steps.join(".")))
    }
}

impl Graph<'_> {
    /// Where a name is defined that a file uses: a function, a class, or the value that is assigned to the name. Steps
    /// are taken from the left: `Guard.rejectSynthetic` is what `Guard` holds under that name.
    pub fn definition(&self, file: FileId, name: &str) -> Option<(FileId, NodeId)> {
        let steps: Vec<&str> = name.split(['.', ':', '\\']).filter(|s| !s.is_empty()).collect();
        self.used(file, &steps, &mut Trail::default())
    }

    /// The one definition of a name among some files; none if there are several. For languages whose names are global.
    pub fn definition_among(&self, files: &[FileId], name: &str) -> Option<(FileId, NodeId)> {
        let steps: Vec<&str> = name.split(['.', ':', '\\', '#']).filter(|s| !s.is_empty()).collect();
        let mut found = files.iter().filter_map(|file| Some((*file, local(&*(self.codes)(*file)?, &steps)?)));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// A name as a file uses it.
    fn used(&self, file: FileId, steps: &[&str], trail: &mut Trail) -> Option<(FileId, NodeId)> {
        let (first, rest) = steps.split_first()?;
        let code = (self.codes)(file)?;
        if let Some(node) = local(&code, steps) {
            return Some((file, node));
        }
        if !trail.step(file, steps) {
            return None;
        }
        if let Some(found) = self.inherited(file, &code, steps, trail) {
            return Some(found);
        }
        for edge in self.edges(file).iter().filter(|e| !matches!(e.kind, ImportKind::Data | ImportKind::Request)) {
            let module =
                edge.names.is_empty() && edge.form.is_explicit() && resolve::stem(self.files.path(edge.to)) == *first;
            if module && let Some(found) = self.given(edge.to, rest, trail) {
                return Some(found);
            }
            for binding in &edge.names {
                let found = match binding.name.as_str() {
                    "*" if binding.alias.is_none() => self.given(edge.to, steps, trail),
                    _ if binding.local() != *first => None,
                    "*" => self.given(edge.to, behind(self.files.path(edge.to), rest), trail),
                    "default" => self.given_by_default(edge.to, rest, trail),
                    name => {
                        let mut steps = vec![name];
                        steps.extend(rest);
                        self.given(edge.to, &steps, trail)
                    }
                };
                if found.is_some() {
                    return found;
                }
            }
        }
        self.by_class(file, steps)
    }

    /// A name as others see it that import a file.
    fn given(&self, file: FileId, steps: &[&str], trail: &mut Trail) -> Option<(FileId, NodeId)> {
        let (first, rest) = steps.split_first()?;
        let code = (self.codes)(file)?;
        if let Some(node) = self.at_top(file, &code, steps) {
            return Some((file, node));
        }
        if !trail.step(file, steps) {
            return None;
        }
        if let Some(found) = self.inherited(file, &code, steps, trail) {
            return Some(found);
        }
        if *first == "default" {
            return self.given_by_default(file, rest, trail);
        }
        let python = matches!(code.language, Language::Python | Language::Notebook);
        let hands_on = |e: &&Edge| (e.reexport || python) && e.kind != ImportKind::Data;
        let (mut exact, mut stars) = (Vec::new(), Vec::new());
        for edge in self.edges(file).iter().filter(hands_on) {
            for binding in &edge.names {
                match (&*binding.name, binding.alias.is_some()) {
                    ("*", false) => stars.push(edge.to),
                    (name, _) if binding.local() == *first => exact.push((edge.to, name)),
                    _ => {}
                }
            }
        }
        let exact = exact.into_iter().find_map(|(to, name)| match name {
            "*" => self.given(to, rest, trail),
            "default" => self.given_by_default(to, rest, trail),
            name => {
                let mut steps = vec![name];
                steps.extend(rest);
                self.given(to, &steps, trail)
            }
        });
        exact.or_else(|| stars.into_iter().find_map(|to| self.given(to, steps, trail)))
    }

    fn given_by_default(&self, file: FileId, rest: &[&str], trail: &mut Trail) -> Option<(FileId, NodeId)> {
        let code = (self.codes)(file)?;
        for export in code.of_kind(Kind::Export).filter(|e| code.slice(*e).starts_with("export default")) {
            let Some(value) = code.children(export).next() else { continue };
            if code.kind(value) == Kind::Name {
                let mut steps = vec![code.slice(value)];
                steps.extend(rest);
                return self.used(file, &steps, trail);
            }
            return inside(&code, value, rest).map(|node| (file, node));
        }
        let handed = self.edges(file).iter().filter(|e| e.reexport).find_map(|e| {
            let binding = e.names.iter().find(|b| b.local() == "default")?;
            Some((e.to, binding.name.clone()))
        });
        if let Some((to, name)) = handed {
            let mut steps = vec![name.as_str()];
            steps.extend(rest);
            return self.given(to, &steps, trail);
        }
        // `module.exports = …`
        let assigned = code
            .of_kind(Kind::Assign)
            .find(|a| code.child(*a, Role::Target).is_some_and(|t| code.slice(t) == "module.exports"))?;
        let value = code.child(assigned, Role::Value)?;
        if code.kind(value) == Kind::Name {
            let mut steps = vec![code.slice(value)];
            steps.extend(rest);
            return self.used(file, &steps, trail);
        }
        inside(&code, value, rest).map(|node| (file, node))
    }

    /// A member of a class that the class has from another.
    fn inherited(&self, file: FileId, code: &Code, steps: &[&str], trail: &mut Trail) -> Option<(FileId, NodeId)> {
        let (member, holder) = steps.split_last().filter(|(_, holder)| !holder.is_empty())?;
        let class = local(code, holder).filter(|c| code.kind(*c) == Kind::Class)?;
        // Some grammars name the clause, others the parent in it.
        let parents =
            code.with_role(class, Role::Super).flat_map(|p| [p].into_iter().chain(code.with_role(p, Role::Super)));
        parents.into_iter().find_map(|parent| {
            let mut steps = code.steps(parent);
            (!steps.is_empty()).then(|| {
                steps.push(member);
                self.used(file, &steps, trail)
            })?
        })
    }

    /// A class that is found by its name alone, or what it holds. Namespaces may stand in front.
    fn by_class(&self, file: FileId, steps: &[&str]) -> Option<(FileId, NodeId)> {
        let named = || {
            self.edges(file)
                .iter()
                .filter(|e| e.kind != ImportKind::Request && (!e.form.is_explicit() || e.names.is_empty()))
        };
        (0..steps.len().min(4)).find_map(|at| {
            let inner = steps.get(at..)?;
            let mut to = named().map(|e| e.to).filter(|to| is_called(resolve::stem(self.files.path(*to)), inner[0]));
            to.find_map(|to| Some((to, local(&*(self.codes)(to)?, inner)?)))
        })
    }

    /// Whether a file itself defines a name that others may take.
    pub(super) fn defines(&self, file: FileId, name: &str) -> bool {
        (self.codes)(file).is_some_and(|code| self.at_top(file, &code, &[name]).is_some())
    }

    /// What a file holds under a name that others may take.
    fn at_top(&self, file: FileId, code: &Code, steps: &[&str]) -> Option<NodeId> {
        let (first, rest) = steps.split_first()?;
        let names = self.defined.get(file.0 as usize)?.get_or_init(|| top(code));
        let found = match names.get(*first) {
            Some(found) => *found,
            None if is_loose(code) => names.iter().find(|(name, _)| same(code, name, first)).map(|(_, id)| *id)?,
            None => return None,
        };
        if rest.is_empty() { value(code, found) } else { inside(code, value(code, found)?, rest) }
    }

    /// The first of some files that gives a name, itself or from others.
    pub(super) fn giver<T: Copy>(&self, name: &str, files: impl Iterator<Item = (T, FileId)>) -> Option<T> {
        // One trail for all: where one search ended, the next need not look.
        let mut trail = Trail::default();
        let mut files = files;
        files.find(|(_, file)| self.given(*file, &[name], &mut trail).is_some()).map(|(what, _)| what)
    }
}

/// Whether a file's name is what a loader makes of a class: `order_updater` of `OrderUpdater`.
fn is_called(stem: &str, class: &str) -> bool {
    let plain = |name: &str| name.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_lowercase()).collect::<Vec<_>>();
    plain(stem) == plain(class)
}

/// `import a.b` makes `a` known, and `a.b.f` is in the file of `a.b`.
fn behind<'s>(path: &str, rest: &'s [&'s str]) -> &'s [&'s str] {
    match rest {
        [module, inner @ ..]
            if !inner.is_empty()
                && (resolve::stem(path) == *module || resolve::name(resolve::folder(path)) == *module) =>
        {
            inner
        }
        _ => rest,
    }
}

/// What a file itself calls by a name: the outermost definition, then what it holds.
fn local(code: &Code, steps: &[&str]) -> Option<NodeId> {
    let (first, rest) = steps.split_first()?;
    if matches!(*first, "this" | "self" | "cls" | "super" | "static") && !rest.is_empty() {
        return member(code, 0, rest.first()?);
    }
    let whole = rest.is_empty();
    let found = (1..code.len() as NodeId)
        .filter(|id| defined(code, *id).is_some_and(|name| same(code, name, first)))
        .min_by_key(|id| {
        code.around(*id).filter(|a| matches!(code.kind(*a), Kind::Function | Kind::Class)).count()
    })?;
    if whole { value(code, found) } else { inside(code, value(code, found)?, rest) }
}

/// What a file defines outside of all functions and classes, the first of each name.
fn top(code: &Code) -> HashMap<Box<str>, NodeId> {
    let mut names = HashMap::new();
    let mut id = 1;
    while (id as usize) < code.len() {
        let name = defined(code, id);
        if let Some(name) = name {
            names.entry(name.into()).or_insert(id);
        }
        // What a function holds is its own; a class is asked by its name.
        let own = matches!(code.kind(id), Kind::Function | Kind::Class);
        id = if own { code.node(id).last.max(id + 1) } else { id + 1 };
    }
    names
}

/// What a class, object or module holds under a name, step by step.
fn inside(code: &Code, holder: NodeId, rest: &[&str]) -> Option<NodeId> {
    rest.iter().take(8).try_fold(holder, |holder, step| {
        matches!(code.kind(holder), Kind::Class | Kind::Object | Kind::Package).then(|| member(code, holder, step))?
    })
}

fn member(code: &Code, holder: NodeId, name: &str) -> Option<NodeId> {
    let found = code.inside(holder).find(|id| {
        let named = match code.kind(*id) {
            Kind::Pair => code.key(*id),
            _ => defined(code, *id),
        };
        named.is_some_and(|n| same(code, n, name))
    })?;
    value(code, found)
}

/// The name that a node defines.
fn defined(code: &Code, id: NodeId) -> Option<&str> {
    match code.kind(id) {
        Kind::Function | Kind::Class => code.name(id),
        Kind::Assign => {
            let target = code.child(id, Role::Target)?;
            // A variable of a function is nobody else's, unless it holds what is called by that name.
            let called =
                || code.child(id, Role::Value).is_some_and(|v| matches!(code.kind(v), Kind::Function | Kind::Class));
            if code.enclosing(id, Kind::Function).is_some() && !called() && !code.slice(target).contains('.') {
                return None;
            }
            let text = code.slice(target);
            // `exports.f = …`, `this.f = …`, `Guard.f = …`
            Some(text.rsplit_once('.').map_or(text, |(_, last)| last))
        }
        _ => None,
    }
}

/// What a definition gives: of an assignment its value.
fn value(code: &Code, id: NodeId) -> Option<NodeId> {
    match code.kind(id) {
        Kind::Assign | Kind::Pair => code.child(id, Role::Value).or(Some(id)),
        _ => Some(id),
    }
}

/// Apex and PHP do not tell upper from lower case in names of classes and functions.
fn is_loose(code: &Code) -> bool {
    matches!(code.language, Language::Apex | Language::Php)
}

fn same(code: &Code, a: &str, b: &str) -> bool {
    if is_loose(code) { a.eq_ignore_ascii_case(b) } else { a == b }
}
