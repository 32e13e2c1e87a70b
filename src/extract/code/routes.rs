//! Entry points that are admin code: in comes a [`Code`], out come routes, actions and remote calls with their handlers
//! and the checks that the same file puts in front of them. Ordinary routes of an application are none of our facts:
//! only files that are declared as admin code, and routes whose names say both administration and synthetic data.

pub mod body;
mod calls;
mod controllers;
mod exported;
mod methods;
pub mod mounts;
mod python;
pub mod rails;
pub mod urls;
pub mod words;

use std::borrow::Cow;

use super::super::collect::{Around, Collector};
use super::names::Names;
use crate::fact::Kind as Says;
use crate::fact::route::{Layer, Level, Route, Strength};
use crate::parse::code::{Code, Kind, Language, NodeId, Role};

/// A route as its file tells it, before anybody asks whether it is admin code.
struct Draft {
    framework: &'static str,
    methods: Vec<String>,
    path: String,
    holder: String,
    handler: String,
    /// The handler's function, or the expression that names it.
    body: NodeId,
    /// Where a finding about it stands.
    at: NodeId,
    mutates: bool,
    layers: Vec<Layer>,
}

/// Finds the routes of a file.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    let declared = collector.maps.declares_admin(&collector.source.path);
    let parameters = super::exposed::may_hold(&collector.source.path, code.text());
    if !declared && !parameters && !may_be_admin(&collector.source.path, code.text()) {
        return;
    }
    let file = collector.source.path.clone();
    for draft in drafts(code, names, &file) {
        let said = [&*file, &draft.path, &draft.holder, &draft.handler];
        if words::speaks_of_generation(&said) {
            let function = Some(draft.body).filter(|b| code.kind(*b) == Kind::Function);
            let named = || code.of_kind(Kind::Function).find(|f| function_name(code, *f) == draft.handler);
            if let Some(function) = function.or_else(named) {
                super::exposed::returned(collector, code, function);
            }
        }
        let synthetic = words::is_synthetic_admin(&said);
        if !declared && !synthetic {
            continue;
        }
        let key = if draft.handler.is_empty() {
            format!("{} {}", draft.methods.join(","), draft.path)
        } else {
            format!("{}.{}", draft.holder, draft.handler)
        };
        let span = declaration(code, draft.at);
        let route = Route {
            framework: draft.framework,
            methods: draft.methods,
            path: draft.path,
            holder: draft.holder,
            handler: draft.handler,
            handler_span: code.span_of(draft.body),
            mutates: draft.mutates,
            layers: draft.layers,
            declared,
            synthetic,
        };
        collector.add(span, &Around::key(key), Says::Route(Box::new(route)));
    }
}

fn drafts(code: &Code, names: &Names<'_>, file: &str) -> Vec<Draft> {
    match code.language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            let mut found = calls::registered(code, names);
            found.extend(methods::annotated(code));
            found.extend(exported::handlers(code, file));
            found
        }
        Language::Python => python::routes(code, names, file),
        Language::Go => calls::registered(code, names),
        Language::Php => {
            let mut found = calls::registered(code, names);
            found.extend(methods::annotated(code));
            found
        }
        Language::CSharp => {
            let mut found = calls::registered(code, names);
            found.extend(methods::annotated(code));
            found
        }
        Language::Ruby => controllers::of_controllers(code),
        Language::Java | Language::Kotlin | Language::Apex => methods::annotated(code),
        _ => Vec::new(),
    }
}

pub use controllers::filters;

/// The checks that an annotation is.
pub fn of_decorator(code: &Code, decorator: NodeId, level: Level) -> Vec<Layer> {
    methods::of_decorator(code, decorator, level)
}

/// What a file of routes registers, by the handler's class and method, with the checks in front of it.
pub fn registered_layers(code: &Code) -> Vec<(String, Vec<Layer>)> {
    let names = Names::of(code);
    let mut found: Vec<_> = calls::registered(code, &names).into_iter().map(|d| (d.handler, d.layers)).collect();
    found.extend(calls::resources(code, &names));
    found
}

/// Whether a file's path and bytes hold a word of administration, one of synthetic data and one of a route: everything
/// else is not parsed for this.
pub fn may_be_admin(path: &str, text: &str) -> bool {
    const ROUTES: &[&str] = &[
        "route",
        "Route",
        ".post(",
        ".put(",
        ".patch(",
        ".delete(",
        "Controller",
        "@app.",
        "@bp.",
        "Mapping",
        "AuraEnabled",
        "RestResource",
        "Invocable",
        "HttpPost",
        "HttpPut",
        "HttpDelete",
        "MapPost",
        "MapPut",
        "MapDelete",
        ".POST(",
        ".Post(",
        "HandleFunc",
        "ViewSet",
        "api_view",
        "require_POST",
        "export ",
        "@POST",
        "@Post",
        "RemoteAction",
    ];
    const SYNTHETIC: &[&str] = &["ynth", "onymi", "eed", "ixture", "ock", "ake", "ummy", "ample", "enerat"];
    let has = |word: &&str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let named = |word: &&str| path.contains(*word) || has(word);
    ["dmin", "ackoffice"].iter().any(&named)
        && SYNTHETIC.iter().any(named)
        && ROUTES.iter().any(has)
        && names_both(path, text)
}

/// The same by whole words, which costs more.
fn names_both(path: &str, text: &str) -> bool {
    let near = |line: &str| {
        let lower = line.to_ascii_lowercase();
        lower.contains("synth") || lower.contains("nonymi") || words::is_synthetic_admin(&["admin", line])
    };
    near(path) || text.lines().any(near)
}

/// What a finding about a node points at: a call without its arguments, a definition's name, a decorator.
fn declaration(code: &Code, at: NodeId) -> crate::source::Span {
    match code.kind(at) {
        Kind::Call | Kind::New => super::clients::callee_span(code, at),
        Kind::Function | Kind::Class => {
            let named = code.child(at, Role::Name).or_else(|| {
                let parent = code.node(at).parent;
                (code.kind(parent) == Kind::Assign).then(|| code.child(parent, Role::Target)).flatten()
            });
            code.span_of(named.unwrap_or(at))
        }
        _ => code.span_of(at),
    }
}

/// A check put on by an expression, for those who find it elsewhere.
pub fn layer_of(code: &Code, at: NodeId, level: Level) -> Layer {
    layer(code, at, level)
}

/// A check put on by an expression: a name, a call with arguments, a class.
fn layer(code: &Code, at: NodeId, level: Level) -> Layer {
    let steps = code.steps(at);
    let name = steps.join(".");
    let given = literals(code, at);
    let given: Vec<&str> = given.iter().map(|g| &**g).collect();
    let strength = if code.kind(at) == Kind::Function { Strength::Unknown } else { words::strength(&name, &given) };
    let name = if code.kind(at) == Kind::Function { String::new() } else { name };
    Layer { span: code.span_of(at), audits: words::audits(&steps, &[]), name, strength, level }
}

/// The literal texts and constants that a call is given, with the keys of mappings (`{ role: "admin" }`).
fn literals(code: &Code, at: NodeId) -> Vec<Cow<'_, str>> {
    let mut found = Vec::new();
    for argument in code.arguments(at) {
        for id in std::iter::once(argument).chain(code.inside(argument)) {
            match code.kind(id) {
                Kind::String => found.extend(code.literal(id).map(Cow::Borrowed)),
                // `Role.Admin`, `Permissions::PUBLISH`
                Kind::Member => found.push(Cow::Owned(code.steps(id).join(" "))),
                Kind::Pair => found.extend(code.key(id).map(Cow::Borrowed)),
                _ => {}
            }
        }
    }
    found
}

/// A string's text with its holes as `*`.
fn path_text(code: &Code, names: &Names<'_>, id: NodeId) -> Option<String> {
    use crate::parse::code::Piece;
    match code.kind(id) {
        Kind::String => Some(
            code.pieces(id)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(range) => code.text().get(range.start as usize..range.end as usize).unwrap_or_default(),
                    Piece::Hole(_) => "*",
                })
                .collect(),
        ),
        _ => names.text(code, id).map(str::to_owned),
    }
}

/// Two parts of a path as one.
fn join(prefix: &str, path: &str) -> String {
    let (a, b) = (prefix.trim_end_matches('/'), path.trim_start_matches('/'));
    if b.is_empty() { a.to_owned() } else { format!("{a}/{b}") }
}

/// Whether a method asks for a change.
pub fn is_changing(methods: &[String]) -> bool {
    methods.iter().any(|m| matches!(m.as_str(), "POST" | "PUT" | "PATCH" | "DELETE" | "ALL" | "ANY"))
}

/// What stands directly in a class. A body of one statement is that statement.
pub fn members(code: &Code, class: NodeId) -> Vec<NodeId> {
    match code.child(class, Role::Body) {
        None => code.children(class).collect(),
        Some(body) if code.kind(body) == Kind::Other => code.children(body).collect(),
        Some(body) => vec![body],
    }
}

/// The name of an assigned function, or its own.
fn function_name(code: &Code, function: NodeId) -> String {
    let own = code.name(function).or_else(|| {
        let parent = code.node(function).parent;
        let target = (code.kind(parent) == Kind::Assign).then(|| code.child(parent, Role::Target)).flatten()?;
        code.steps(target).pop()
    });
    own.unwrap_or_default().to_owned()
}
