//! Audit logs that an application keeps of everything: in come the files that put it together, out come the middleware,
//! interceptors, filters, aspects and base classes in them that record each change, whichever route made it.

use std::collections::HashMap;
use std::rc::Rc;

use super::finder::group;
use super::follow::Follower;
use crate::extract::code::routes::{body, members, words};
use crate::fact::route::{Layer, Level, Strength};
use crate::link::place::Traits;
use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::registry::audits::audits;
use crate::source::FileId;

/// How many files are looked into.
const MAX_FILES: usize = 200;

/// What records everything that is done in a file's application.
pub(super) fn records(follower: &Follower<'_>, file: FileId) -> Rc<Vec<Layer>> {
    let Some(language) = Language::of(follower.finder.files.path(file)) else { return Rc::default() };
    let key = group(language);
    if let Some(known) = follower.everywhere.borrow().get(&key) {
        return Rc::clone(known);
    }
    let files = follower.finder.named(file, |stem| puts_together(stem, language));
    let found = files
        .into_iter()
        .filter(|f| {
            let traits = Traits::of(follower.finder.files.path(*f));
            traits.purposes.is_empty() && !traits.vendored && !traits.fixture
        })
        .take(MAX_FILES)
        .filter_map(|f| follower.codes.get(f))
        .flat_map(|code| of_file(&code, follower.sinks))
        .collect();
    let found = Rc::new(found);
    follower.everywhere.borrow_mut().insert(key, Rc::clone(&found));
    found
}

/// The classes that watch a model, by the model's name, with the file that says so.
pub(super) type Observers = HashMap<String, Vec<(FileId, String)>>;

/// Laravel's `Order::observe(OrderObserver::class)` in its providers.
pub(super) fn observers(follower: &Follower<'_>, file: FileId) -> Rc<Observers> {
    if let Some(known) = &*follower.observers.borrow() {
        return Rc::clone(known);
    }
    let mut made = Observers::new();
    for from in follower.finder.named(file, |stem| stem.ends_with("serviceprovider")).into_iter().take(MAX_FILES) {
        let Some(code) = follower.codes.get(from) else { continue };
        for call in code.calls().filter(|c| code.called(*c) == "observe") {
            let Some(model) = code.steps(call).first().map(|m| m.rsplit('\\').next().unwrap_or(m).to_owned()) else {
                continue;
            };
            let given = code.arguments(call).into_iter().filter_map(|a| code.steps(a).first().map(|s| (*s).to_owned()));
            made.entry(model).or_default().extend(given.map(|observer| (from, observer)));
        }
    }
    let made = Rc::new(made);
    *follower.observers.borrow_mut() = Some(Rc::clone(&made));
    made
}

/// Whether a file of this name puts an application together, or holds what all its models and controllers are.
fn puts_together(stem: &str, language: Language) -> bool {
    let named = matches!(
        stem,
        "main"
            | "app"
            | "server"
            | "index"
            | "bootstrap"
            | "kernel"
            | "middleware"
            | "middlewares"
            | "appmodule"
            | "application"
    );
    named
        || match language {
            Language::Python => {
                matches!(stem, "settings" | "base" | "common" | "production" | "init" | "apps" | "signals")
            }
            Language::Ruby => matches!(stem, "applicationrecord" | "applicationcontroller" | "auditlog"),
            Language::Php => stem.ends_with("serviceprovider"),
            Language::CSharp => {
                matches!(stem, "program" | "startup") || stem.ends_with("dbcontext") || stem.ends_with("extensions")
            }
            Language::Java | Language::Kotlin => {
                stem.ends_with("config")
                    || stem.ends_with("configuration")
                    || stem.ends_with("configurer")
                    || stem.contains("audit")
            }
            _ => stem.contains("prisma") || stem.ends_with("datasource"),
        }
}

fn of_file(code: &Code, sinks: &[String]) -> Vec<Layer> {
    let mut found = Vec::new();
    let mut add = |id: NodeId| {
        found.push(Layer {
            span: code.span_of(id),
            name: String::new(),
            strength: Strength::Nothing,
            level: Level::Application,
            audits: true,
        });
    };
    for id in 0..code.len() as u32 {
        match code.kind(id) {
            Kind::Call if audits().registers(code.called(id)) => {
                if let Some(log) = registered(code, id, sinks) {
                    add(log);
                }
            }
            // `MIDDLEWARE = ["…"]`, `protected $middleware = […]`
            Kind::Assign => {
                let target = code.child(id, Role::Target).and_then(|t| code.steps(t).pop()).unwrap_or_default();
                let list = target.trim_start_matches('$').to_ascii_lowercase().starts_with("middleware");
                let value = code.child(id, Role::Value).filter(|_| list);
                if let Some(log) = value.and_then(|v| code.inside(v).find(|n| names_log(code, *n, sinks))) {
                    add(log);
                }
            }
            // Nest's `{ provide: APP_INTERCEPTOR, useClass: AuditInterceptor }`
            Kind::Object => {
                let whole = code.entry(id, &["provide"]).is_some_and(|p| code.slice(p) == "APP_INTERCEPTOR");
                let class = code.entry(id, &["useClass", "useExisting"]).filter(|_| whole);
                if let Some(class) = class.filter(|c| names_log(code, *c, sinks)) {
                    add(class);
                }
            }
            Kind::Class => {
                if let Some(at) = of_class(code, id, sinks) {
                    add(at);
                }
            }
            _ => {}
        }
    }
    found
}

/// What a registering call is given, or is named for: `app.use(auditTrail())`, `UseMiddleware<AuditMiddleware>()`.
fn registered(code: &Code, call: NodeId, sinks: &[String]) -> Option<NodeId> {
    let callee = code.children(call).take_while(|c| code.role(*c) != Role::Argument);
    let around = callee.flat_map(|c| std::iter::once(c).chain(code.inside(c)));
    let given = code.arguments(call).into_iter().flat_map(|a| std::iter::once(a).chain(code.inside(a)));
    let log = around.chain(given).find(|n| names_log(code, *n, sinks));
    // A type's arguments are part of the name in some grammars.
    let head = code.slice(call).split('(').next().unwrap_or_default();
    let typed =
        || head.split_once('<').is_some_and(|(_, t)| t.len() < 80 && words::audits(&[t.trim_end_matches('>')], sinks));
    log.or_else(|| typed().then_some(call))
}

fn names_log(code: &Code, id: NodeId, sinks: &[String]) -> bool {
    match code.kind(id) {
        Kind::Name | Kind::Member | Kind::Call | Kind::New => words::audits(&code.steps(id), sinks),
        Kind::String => code.literal(id).is_some_and(|text| {
            let last = text.rsplit(['.', '\\', '/']).next().unwrap_or(text);
            text.len() < 120 && !text.contains(' ') && words::audits(&[last], sinks)
        }),
        _ => false,
    }
}

/// A class that all models, requests or saves go through, and that records them.
fn of_class(code: &Code, class: NodeId, sinks: &[String]) -> Option<NodeId> {
    let name = code.name(class)?;
    let supers: Vec<&str> = code
        .children(class)
        .filter(|c| matches!(code.role(*c), Role::Super | Role::Argument))
        .map(|c| code.slice(c).trim_start_matches([':', '<', ' ']))
        .collect();
    let own = code.child(class, Role::Name).unwrap_or(class);
    match code.language {
        Language::Ruby if matches!(name, "ApplicationRecord" | "ApplicationController") => members(code, class)
            .into_iter()
            .flat_map(|m| std::iter::once(m).chain(code.inside(m)))
            .find(|n| code.enclosing(*n, Kind::Function).is_none() && names_log(code, *n, sinks)),
        // Spring's aspects, and what listens to each change of an entity.
        Language::Java | Language::Kotlin => {
            let marked = code.decorators(class).iter().any(|d| matches!(code.steps(*d).last(), Some(&"Aspect")));
            (marked && words::audits(&[name], sinks)).then_some(own)
        }
        Language::CSharp if name.ends_with("DbContext") => {
            if supers.iter().any(|s| s.starts_with("Audit")) {
                return Some(own);
            }
            let save = |f: &NodeId| {
                matches!(code.name(*f), Some("SaveChanges" | "SaveChangesAsync"))
                    && code.enclosing(*f, Kind::Class) == Some(class)
            };
            let saves = code.of_kind(Kind::Function).find(save)?;
            (!body::inspect(code, &|_| None, saves, sinks).audits.is_empty()).then_some(saves)
        }
        _ => None,
    }
}
