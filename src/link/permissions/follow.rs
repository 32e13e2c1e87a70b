//! Following a route into its handler and its checks: in come names, out comes what the functions behind them ask of
//! the caller and write to the audit log, in the same file and in those that it names.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::everywhere::{self, Observers};
use super::finder::Finder;
use super::index::Index;
use super::tabled::Actions;
use super::urls::Tables;
use crate::extract::code::routes::{self, body, words};
use crate::fact::route::{Layer, Level, Route, Strength};
use crate::link::codes::Codes;
use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::registry::audits::audits;
use crate::source::{FileId, Span};

/// How many calls deep a handler is followed.
const MAX_DEPTH: usize = 2;

/// How many classes above a class are looked into.
const MAX_PARENTS: usize = 4;

/// How many functions one handler is followed into.
const MAX_FUNCTIONS: usize = 60;

/// Something in a function, with its name.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub span: Span,
    pub name: String,
    pub strength: Strength,
    /// A model that keeps its own history, which counts only where it is changed.
    pub by_model: bool,
}

/// What functions do about the caller and the audit log.
#[derive(Debug, Clone, Default)]
pub(super) struct Done {
    pub checks: Vec<Seen>,
    pub audits: Vec<Seen>,
}

/// Where names are defined that files use, as far as they were asked for.
type Defined = HashMap<(FileId, String), Option<(FileId, NodeId)>>;

/// Checks by the handler that they stand in front of.
pub(super) type Registered = HashMap<String, Vec<Layer>>;

/// Follows names. What a function holds is found once.
pub(super) struct Follower<'a> {
    pub finder: &'a Finder<'a>,
    pub codes: &'a Codes<'a>,
    pub sinks: &'a [String],
    known: HashMap<(FileId, NodeId), (Done, Vec<String>)>,
    /// What a file of routes registers, by handler.
    pub registered: RefCell<HashMap<FileId, Rc<Registered>>>,
    /// The checks of the groups in which others require a file.
    pub required: RefCell<HashMap<FileId, Vec<Layer>>>,
    /// The files of routes, once they are looked for.
    pub of_routes: RefCell<Option<Rc<Vec<FileId>>>>,
    /// What records all that an application does, by the group of its language.
    pub everywhere: RefCell<HashMap<u8, Rc<Vec<Layer>>>>,
    /// Who watches Laravel's models, once somebody asks.
    pub observers: RefCell<Option<Rc<Observers>>>,
    /// Rails' tables of routes, once they are looked for.
    pub actions: RefCell<Option<Rc<Actions>>>,
    /// Django's URL tables, once they are looked for.
    pub tables: RefCell<Option<Rc<Tables>>>,
    indexes: RefCell<HashMap<FileId, Rc<Index>>>,
    defined: RefCell<Defined>,
}

impl<'a> Follower<'a> {
    pub fn new(finder: &'a Finder<'a>, codes: &'a Codes<'a>, sinks: &'a [String]) -> Self {
        Self {
            finder,
            codes,
            sinks,
            known: HashMap::new(),
            registered: RefCell::default(),
            required: RefCell::default(),
            of_routes: RefCell::default(),
            everywhere: RefCell::default(),
            observers: RefCell::default(),
            actions: RefCell::default(),
            tables: RefCell::default(),
            indexes: RefCell::default(),
            defined: RefCell::default(),
        }
    }

    /// What a layer makes sure of: by its name, else by the function behind it.
    pub fn layer(&mut self, layer: &Layer) -> (Strength, Done) {
        if layer.strength == Strength::Authorisation {
            return (layer.strength, Done::default());
        }
        let file = layer.span.file;
        let Some((file, function)) = self.definition_of_layer(file, layer) else {
            // An inline function is all there; of a name nothing is known.
            return (layer.strength, Done::default());
        };
        let mut done = self.follow(file, function, 1);
        // What runs before the handler reads models, and changes none.
        done.audits.retain(|a| !a.by_model);
        let found = done.checks.iter().map(|c| c.strength).max().unwrap_or(Strength::Nothing);
        let refuses = || self.codes.get(file).is_some_and(|code| body::refuses(&code, function));
        // A guard that reads what routes name for themselves asks of each what it names, in a decorator of any name.
        let reads_marks = || {
            let code = self.codes.get(file);
            code.is_some_and(|c| c.enclosing(function, Kind::Class).is_some_and(|k| c.slice(k).contains("eflector")))
        };
        let strength = match layer.strength {
            Strength::Authentication if found > layer.strength && reads_marks() => Strength::Unknown,
            // It asks something; what, is not known.
            Strength::Unknown if found < Strength::Authentication && refuses() => Strength::Unknown,
            Strength::Unknown => found,
            known => known.max(found),
        };
        (strength, done)
    }

    fn definition_of_layer(&self, file: FileId, layer: &Layer) -> Option<(FileId, NodeId)> {
        let code = self.codes.get(file)?;
        if layer.name.is_empty() {
            let holder = function_at(&code, layer.span)?;
            return Some((file, holder));
        }
        let (file, found) = self.definition(file, &layer.name)?;
        // A guard is a class whose one method the framework calls.
        const CALLED: &[&str] = &[
            "canActivate",
            "handle",
            "process",
            "before",
            "dispatch",
            "__call__",
            "has_permission",
            "OnAuthorization",
            "matches?",
        ];
        let code = self.codes.get(file)?;
        let called = |n: &NodeId| code.kind(*n) == Kind::Function && code.name(*n).is_some_and(|n| CALLED.contains(&n));
        let method = (code.kind(found) == Kind::Class).then(|| code.inside(found).find(called)).flatten();
        Some((file, method.unwrap_or(found)))
    }

    /// What the handler of a route does; none where its body is not found.
    pub fn handler(&mut self, file: FileId, route: &Route) -> Option<Done> {
        let code = self.codes.get(file)?;
        let inline = function_at(&code, route.handler_span);
        let (file, function) = match inline {
            Some(function) => (file, function),
            None => self.definition(file, &route.handler)?,
        };
        let mut done = self.follow(file, function, MAX_DEPTH);
        if let Some(code) = self.codes.get(file).filter(|c| c.language == Language::Php) {
            done.checks.extend(self.of_requests(file, &code, function));
        }
        Some(done)
    }

    /// Laravel's requests that say themselves who may make them: `store(StoreOrderRequest $request)`.
    fn of_requests(&self, file: FileId, code: &Code, function: NodeId) -> Vec<Seen> {
        let parameters = code.children(function).filter(|c| code.kind(*c) == Kind::Parameter);
        let types = parameters.filter_map(|p| code.child(p, Role::Type)).map(|t| code.slice(t));
        let mut found = Vec::new();
        for class in types.filter(|t| t.ends_with("Request") && *t != "Request") {
            let Some((to, node)) = self.definition(file, &format!("{class}.authorize")) else { continue };
            let Some(code) = self.codes.get(to) else { continue };
            if code.name(node) == Some("authorize") && body::decides(&code, node) {
                found.push(Seen {
                    span: code.span_of(code.child(node, Role::Name).unwrap_or(node)),
                    name: format!("{class}::authorize"),
                    strength: Strength::Authorisation,
                    by_model: false,
                });
            }
        }
        found
    }

    /// What a function and those that it calls do.
    pub fn follow(&mut self, file: FileId, function: NodeId, depth: usize) -> Done {
        let mut all = Done::default();
        let mut queue = vec![(file, function, depth)];
        let mut at = 0;
        while at < queue.len() && at < MAX_FUNCTIONS {
            let (file, function, left) = queue[at];
            at += 1;
            let (own, calls) = self.of_function(file, function);
            all.checks.extend(own.checks);
            all.audits.extend(own.audits);
            if left == 0 {
                continue;
            }
            for call in calls {
                let Some((to, found)) = self.definition(file, &call) else { continue };
                if !queue.iter().any(|(f, n, _)| (*f, *n) == (to, found)) {
                    queue.push((to, found, left - 1));
                }
            }
        }
        all
    }

    fn of_function(&mut self, file: FileId, function: NodeId) -> (Done, Vec<String>) {
        if let Some(known) = self.known.get(&(file, function)) {
            return known.clone();
        }
        let Some(code) = self.codes.get(file) else { return Default::default() };
        if code.kind(function) == Kind::Class {
            let mut found = of_class(&code, function, self.sinks);
            if found.0.audits.is_empty() {
                found.0.audits = self.watched(file, &code, function);
            }
            self.known.insert((file, function), found.clone());
            return found;
        }
        let index = self.index(file, &code);
        let assigned = |name: &str| index.values.get(name).and_then(|v| v.first().copied());
        let body = body::inspect(&code, &assigned, function, self.sinks);
        let mut done = Done::default();
        for (node, strength) in body.checks {
            let name = if code.kind(node) == Kind::Call { code.steps(node).join(".") } else { String::new() };
            done.checks.push(Seen { span: short(&code, node), name, strength, by_model: false });
        }
        for node in body.audits {
            done.audits.push(Seen {
                span: short(&code, node),
                name: code.steps(node).join("."),
                strength: Strength::Nothing,
                by_model: false,
            });
        }
        // A service's method may be annotated itself.
        for decorator in code.decorators(function) {
            let name = code.steps(decorator).join(".");
            if words::audits(&[&name], self.sinks) {
                done.audits.push(Seen {
                    span: code.span_of(decorator),
                    name: name.clone(),
                    strength: Strength::Nothing,
                    by_model: false,
                });
            }
            for layer in routes::of_decorator(&code, decorator, Level::Body) {
                if layer.strength >= Strength::Authentication {
                    done.checks.push(Seen {
                        span: layer.span,
                        name: layer.name,
                        strength: layer.strength,
                        by_model: false,
                    });
                }
            }
        }
        let found = (done, body.calls);
        self.known.insert((file, function), found.clone());
        found
    }

    /// What the classes write that watch a class: observers and listeners that it names, or that a provider gives it.
    fn watched(&self, file: FileId, code: &Code, class: NodeId) -> Vec<Seen> {
        let Some(name) = code.name(class) else { return Vec::new() };
        let mut watchers: Vec<(FileId, String)> = Vec::new();
        for decorator in code.decorators(class) {
            let watches = matches!(code.called(decorator), "ObservedBy" | "EntityListeners");
            let named = code.inside(decorator).filter(|n| watches && code.role(*n) != Role::Property);
            let classes = named.filter_map(|n| code.steps(n).into_iter().find(|s| s.starts_with(char::is_uppercase)));
            watchers.extend(classes.filter(|c| !c.starts_with("ObservedBy")).map(|c| (file, c.to_owned())));
        }
        if code.language == Language::Php {
            watchers.extend(everywhere::observers(self, file).get(name).into_iter().flatten().cloned());
        }
        let mut found = Vec::new();
        for (from, watcher) in watchers {
            let Some((to, node)) = self.definition(from, &watcher) else { continue };
            let Some(code) = self.codes.get(to).filter(|c| c.kind(node) == Kind::Class) else { continue };
            let audits = body::inspect(&code, &|_| None, node, self.sinks).audits;
            found.extend(audits.into_iter().take(1).map(|a| Seen {
                span: short(&code, a),
                name: code.steps(a).join("."),
                strength: Strength::Nothing,
                by_model: true,
            }));
        }
        found
    }

    fn index(&self, file: FileId, code: &Code) -> Rc<Index> {
        if let Some(known) = self.indexes.borrow().get(&file) {
            return Rc::clone(known);
        }
        let made = Rc::new(Index::of(code));
        self.indexes.borrow_mut().insert(file, Rc::clone(&made));
        made
    }

    /// Where a name is defined: in the same file, else in one that it is imported from, or whose class it is.
    pub fn definition(&self, file: FileId, name: &str) -> Option<(FileId, NodeId)> {
        let key = (file, name.to_owned());
        if let Some(known) = self.defined.borrow().get(&key) {
            return *known;
        }
        let found = self.look_up(file, name);
        self.defined.borrow_mut().insert(key, found);
        found
    }

    fn look_up(&self, file: FileId, name: &str) -> Option<(FileId, NodeId)> {
        let code = self.codes.get(file)?;
        let steps: Vec<&str> = name
            .split(['.', ':', '\\', '>'])
            .map(|s| s.trim_start_matches(['$', '@']).trim_end_matches('-'))
            .filter(|s| !s.is_empty() && !matches!(*s, "this" | "self" | "cls" | "await" | "new"))
            .collect();
        let (last, first) = (*steps.last()?, *steps.first()?);
        // A method of something that is imported is not a function of this file that has its name.
        let index = self.index(file, &code);
        let imported = |name: &str| index.imported.get(name).cloned().unwrap_or_default();
        let class = index.types.get(first);
        let foreign = steps.len() > 1 && (index.imported.contains_key(first) || class.is_some());
        if let Some(found) = index.functions.get(last).filter(|_| !foreign) {
            return Some((file, *found));
        }
        let mut specifiers = imported(first);
        if let Some(class) = class {
            specifiers.extend(imported(class));
            specifiers.push(class.clone());
        }
        for value in index.values.get(first).into_iter().flatten() {
            if let Some(class) = code.steps(*value).iter().find(|s| s.starts_with(char::is_uppercase)) {
                specifiers.extend(imported(class));
                specifiers.push((*class).to_owned());
            }
        }
        if first.starts_with(char::is_uppercase) || steps.len() > 1 {
            specifiers.push(first.to_owned());
            if steps.len() > 2 {
                specifiers.push(steps[steps.len() - 2].to_owned());
            }
        }
        let found = specifiers.iter().find_map(|specifier| {
            self.finder.find(file, specifier).into_iter().find_map(|to| {
                let code = self.codes.get(to)?;
                let index = self.index(to, &code);
                index.functions.get(last).or_else(|| index.functions.get(first)).map(|node| (to, *node))
            })
        });
        // A method of its own that it has from another class.
        found.or_else(|| (steps.len() == 1).then(|| self.inherited(file, last, 0)).flatten())
    }

    /// A method that the classes of a file have from others.
    fn inherited(&self, file: FileId, method: &str, depth: usize) -> Option<(FileId, NodeId)> {
        if depth >= MAX_PARENTS {
            return None;
        }
        let code = self.codes.get(file)?;
        let parents = code.of_kind(Kind::Class).flat_map(|c| code.with_role(c, Role::Super).collect::<Vec<_>>());
        let names: Vec<String> = parents.filter_map(|p| code.steps(p).pop().map(str::to_owned)).take(8).collect();
        names.iter().find_map(|parent| {
            let to = self.finder.find(file, parent).into_iter().next()?;
            let code = self.codes.get(to)?;
            let own = self.index(to, &code).functions.get(method).map(|node| (to, *node));
            own.or_else(|| self.inherited(to, method, depth + 1))
        })
    }
}

/// What a class says outside of its methods: whether it records its own changes, and which models it stands for.
fn of_class(code: &Code, class: NodeId, sinks: &[String]) -> (Done, Vec<String>) {
    let (mut done, mut calls) = (Done::default(), Vec::new());
    let own = code.children(class).filter(|c| matches!(code.role(*c), Role::Super | Role::Argument));
    // There a field of a log's type writes nothing, and a base class may only note who changed a row last.
    let typed = matches!(code.language, Language::Java | Language::Kotlin | Language::CSharp);
    let members = routes::members(code, class)
        .into_iter()
        .filter(|c| !typed && !matches!(code.kind(*c), Kind::Function | Kind::Class | Kind::Decorated));
    for member in own.chain(members).chain(code.decorators(class)) {
        for node in std::iter::once(member).chain(code.inside(member)) {
            let steps = code.steps(node);
            if steps.is_empty()
                || !matches!(
                    code.kind(node),
                    Kind::Name | Kind::Member | Kind::Call | Kind::New | Kind::Decorator | Kind::Other
                )
            {
                continue;
            }
            let name = steps.join(".");
            if typed && steps.iter().any(|s| audits().only_stamps(s)) {
                continue;
            }
            if words::audits(&steps, sinks) && name.len() < 80 && done.audits.is_empty() {
                done.audits.push(Seen {
                    span: code.span_of(node),
                    name: name.clone(),
                    strength: Strength::Nothing,
                    by_model: true,
                });
            }
            // What a model has from another, it has.
            let parent = matches!(code.role(member), Role::Super | Role::Argument);
            if (code.kind(node) == Kind::Call || parent) && calls.len() < 40 {
                calls.push(name);
            }
        }
    }
    // `auditlog.register(Dataset)` stands beside the class.
    let given = |call: &NodeId| code.arguments(*call).first().is_some_and(|a| Some(code.slice(*a)) == code.name(class));
    let registers = |call: &NodeId| code.called(*call) == "register" && words::audits(&code.steps(*call), sinks);
    if let Some(call) = code.calls().find(|c| registers(c) && given(c)).filter(|_| done.audits.is_empty()) {
        let name = code.steps(call).join(".");
        done.audits.push(Seen { span: short(code, call), name, strength: Strength::Nothing, by_model: true });
    }
    (done, calls)
}

/// The function that stands at a place, or the class whose methods are all meant.
fn function_at(code: &Code, span: Span) -> Option<NodeId> {
    let fits = |id: &NodeId| {
        matches!(code.kind(*id), Kind::Function | Kind::Class) && {
            let own = code.span_of(*id);
            own == span || code.child(*id, Role::Name).is_some_and(|n| code.span_of(n) == span)
        }
    };
    (0..code.len() as u32).find(fits)
}

/// A branch is shown by its condition, a call without its arguments.
fn short(code: &Code, node: NodeId) -> Span {
    match code.kind(node) {
        Kind::If => code.span_of(code.child(node, Role::Condition).unwrap_or(node)),
        Kind::Call | Kind::New => crate::extract::code::callee_span(code, node),
        _ => code.span_of(node),
    }
}
