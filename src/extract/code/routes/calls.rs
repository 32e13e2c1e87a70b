//! Routes that a call registers: `router.post("/x", check, handler)` and its relatives in ECMAScript, Go, PHP and C#.
//! Checks of the router, of the group and of what it is mounted under in the same file count.

use super::super::names::Names;
use super::mounts::{Mount, above, mounts};
use super::{Draft, function_name, is_changing, join, layer, path_text, words};
use crate::fact::route::{Layer, Level, Strength};
use crate::parse::code::{Code, Kind, Language, NodeId, Role};

/// The packages of frameworks, and what they are called.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("fastify", "Fastify"),
    ("hono", "Hono"),
    ("koa", "Koa"),
    ("restify", "Restify"),
    ("polka", "Polka"),
    ("express", "Express"),
    ("gin-gonic/gin", "Gin"),
    ("labstack/echo", "Echo"),
    ("go-chi/chi", "chi"),
    ("gorilla/mux", "gorilla/mux"),
    ("gofiber/fiber", "Fiber"),
    ("net/http", "net/http"),
];

/// What routers are called where a file is given one.
const ROUTERS: &[&str] = &[
    "app",
    "router",
    "server",
    "fastify",
    "route",
    "routes",
    "instance",
    "r",
    "e",
    "g",
    "mux",
    "group",
    "api",
    "admin",
    "engine",
    "endpoints",
    "builder",
    "Route",
];

/// The routes that calls register.
pub(super) fn registered(code: &Code, names: &Names<'_>) -> Vec<Draft> {
    let mounts = mounts(code, names);
    code.calls().filter_map(|call| of_call(code, names, &mounts, call)).collect()
}

fn of_call(code: &Code, names: &Names<'_>, mounts: &[Mount], call: NodeId) -> Option<Draft> {
    let steps = code.steps(call);
    let verb = *steps.last()?;
    let receiver = steps.len().checked_sub(2).map(|i| steps[i])?;
    let arguments = code.arguments(call);
    let mut methods = methods_of(verb, code.language)?;
    let framework = framework(code, names, &steps)?;
    let (mut path, rest) = place_and_rest(code, names, call, &arguments, &mut methods)?;
    if rest.is_empty() || !names_router(code, names, receiver, &rest) {
        return None;
    }
    let handler_first = matches!(framework, "Echo") || code.language == Language::CSharp;
    let (handler, checks): (NodeId, Vec<NodeId>) = if handler_first {
        (*rest.first()?, rest[1..].to_vec())
    } else {
        (*rest.last()?, rest[..rest.len() - 1].to_vec())
    };
    let mut layers: Vec<Layer> =
        checks.iter().flat_map(|c| flattened(code, *c)).map(|c| layer(code, c, Level::Route)).collect();
    let (handler, wrapping) = unwrapped(code, handler);
    layers.extend(wrapping);
    layers.extend(chained(code, call));
    let (prefix, router_layers) = above(code, names, mounts, call, receiver, &path);
    layers.extend(router_layers);
    path = join(&prefix, &path);
    if !layers.iter().any(|l| l.strength == Strength::Authorisation) {
        layers.extend(given_router(code, call, receiver));
    }
    let name = match code.kind(handler) {
        Kind::Function => function_name(code, handler),
        Kind::List => {
            // Laravel's `[Controller::class, 'publish']`.
            let parts: Vec<NodeId> = code.children(handler).collect();
            let class = parts.first().and_then(|p| code.steps(*p).first().copied()).unwrap_or_default();
            let method = parts.last().and_then(|p| last_literal(code, *p)).unwrap_or_default();
            format!("{}.{method}", class.rsplit('\\').next().unwrap_or(class))
        }
        Kind::String => {
            let method = code.literal(handler).unwrap_or_default().replace('@', ".");
            controller_of(code, call).map_or(method.clone(), |class| format!("{class}.{method}"))
        }
        _ => code.steps(handler).join("."),
    };
    Some(Draft {
        framework,
        mutates: is_changing(&methods),
        methods,
        path,
        holder: receiver.trim_start_matches('$').to_owned(),
        handler: name,
        body: handler,
        at: call,
        layers,
    })
}

/// Laravel's `Route::resource('orders', OrderController::class)`: all its actions with the checks in front of them.
pub(super) fn resources(code: &Code, names: &Names<'_>) -> Vec<(String, Vec<Layer>)> {
    const ACTIONS: &[&str] = &["index", "create", "store", "show", "edit", "update", "destroy"];
    let mut found = Vec::new();
    for call in code.calls() {
        let verb = code.called(call);
        if !matches!(verb, "resource" | "apiResource" | "singleton" | "apiSingleton" | "resources" | "apiResources") {
            continue;
        }
        let mut layers = chained(code, call);
        super::mounts::groups(code, names, call, &mut layers);
        for argument in code.arguments(call).into_iter().flat_map(|a| std::iter::once(a).chain(code.inside(a))) {
            let text = code.literal(argument).or_else(|| code.steps(argument).first().copied()).unwrap_or_default();
            let class = text.rsplit('\\').next().unwrap_or(text);
            if class.ends_with("Controller") {
                found.extend(ACTIONS.iter().map(|action| (format!("{class}.{action}"), layers.clone())));
            }
        }
    }
    found
}

/// A router that the function is given: what stands in front of it, the caller says. Mounts of ECMAScript are looked up.
fn given_router(code: &Code, call: NodeId, receiver: &str) -> Option<Layer> {
    if !matches!(code.language, Language::Go | Language::CSharp) {
        return None;
    }
    let function = code.around(call).find(|a| code.kind(*a) == Kind::Function && code.name(*a).is_some())?;
    let parameter = code.children(function).find(|c| {
        code.kind(*c) == Kind::Parameter
            && code.slice(*c).split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == receiver)
    })?;
    Some(Layer {
        span: code.span_of(parameter),
        name: receiver.to_owned(),
        strength: Strength::Unknown,
        level: Level::Router,
        audits: false,
    })
}

/// The class of Laravel's `Route::controller(C::class)->group(…)` around a call.
fn controller_of(code: &Code, call: NodeId) -> Option<&str> {
    code.around(call).filter(|a| code.kind(*a) == Kind::Call && code.called(*a) == "group").find_map(|outer| {
        let mut chain = code.inside(outer).filter(|n| code.kind(*n) == Kind::Call && code.called(*n) == "controller");
        let class = chain.rfind(|n| code.node(*n).start == code.node(outer).start)?;
        let first = code.arguments(class).into_iter().next()?;
        code.steps(first).first().map(|s| s.rsplit('\\').next().unwrap_or(s))
    })
}

/// A list's entry may be wrapped in nodes of its own.
fn last_literal(code: &Code, id: NodeId) -> Option<&str> {
    std::iter::once(id).chain(code.inside(id)).find_map(|n| code.literal(n))
}

/// The methods that a verb registers; none if it registers no route.
fn methods_of(verb: &str, language: Language) -> Option<Vec<String>> {
    let one = |m: &str| Some(vec![m.to_owned()]);
    match (verb, language) {
        ("HandleFunc" | "Handle" | "Method" | "MethodFunc" | "match" | "route", _) => Some(Vec::new()),
        (_, Language::CSharp) => one(match verb {
            "MapPost" => "POST",
            "MapPut" => "PUT",
            "MapPatch" => "PATCH",
            "MapDelete" => "DELETE",
            "MapGet" => "GET",
            _ => return None,
        }),
        ("post" | "POST" | "Post", _) => one("POST"),
        ("put" | "PUT" | "Put", _) => one("PUT"),
        ("patch" | "PATCH" | "Patch", _) => one("PATCH"),
        ("delete" | "DELETE" | "Delete" | "del", _) => one("DELETE"),
        ("all" | "any" | "Any" | "ALL", _) => one("ALL"),
        ("get" | "GET" | "Get", _) => one("GET"),
        _ => None,
    }
}

/// The path that a call names, and the arguments that run: `post(path, …)`, `route(path).post(…)`, `route({ method, url,
/// handler })`, `HandleFunc("POST /x", …)`.
fn place_and_rest(
    code: &Code,
    names: &Names<'_>,
    call: NodeId,
    arguments: &[NodeId],
    methods: &mut Vec<String>,
) -> Option<(String, Vec<NodeId>)> {
    let mut arguments = arguments.to_vec();
    if methods.is_empty() {
        if let [options] = arguments.as_slice() {
            return of_options(code, names, *options, methods);
        }
        // `Method("POST", "/x", h)`, `match(['post', 'put'], '/x', …)`
        let verbs: Vec<String> = arguments
            .first()
            .map(|a| std::iter::once(*a).chain(code.inside(*a)).filter_map(|n| code.literal(n)).collect::<Vec<_>>())
            .unwrap_or_default()
            .iter()
            .map(|v| v.to_ascii_uppercase())
            .collect();
        if !verbs.is_empty() && verbs.iter().all(|v| v.bytes().all(|b| b.is_ascii_alphabetic()) && v.len() < 8) {
            methods.extend(verbs);
            arguments.remove(0);
        }
    }
    let first = *arguments.first()?;
    let Some(mut path) = path_text(code, names, first) else {
        // `router.route('/x').post(check, handler)`
        let object = code.inside(call).find(|n| {
            code.kind(*n) == Kind::Call && code.called(*n) == "route" && code.node(*n).start == code.node(call).start
        })?;
        let path = path_text(code, names, *code.arguments(object).first()?)?;
        return Some((path, arguments));
    };
    if methods.is_empty() {
        if let Some((verb, rest)) = path.clone().split_once(' ') {
            methods.push(verb.to_ascii_uppercase());
            path = rest.to_owned();
        } else {
            methods.extend(of_chain(code, call));
        }
    }
    let is_path = path.is_empty() || path.starts_with(['/', '*', ':', '{']) || code.language != Language::JavaScript;
    (is_path && !path.contains("://") && path.len() < 200).then_some(())?;
    let rest: Vec<NodeId> = arguments[1..].to_vec();
    // `fastify.post(path, { preHandler }, handler)`
    let mut out = Vec::new();
    for argument in rest {
        if code.kind(argument) == Kind::Object {
            for hook in HOOKS {
                out.extend(code.entry(argument, &[hook]));
            }
            out.extend(code.entry(argument, &["handler"]));
        } else {
            out.push(argument);
        }
    }
    Some((path, out))
}

/// Fastify's hooks.
const HOOKS: &[&str] = &["onRequest", "preParsing", "preValidation", "preHandler", "beforeHandler"];

fn of_options(
    code: &Code,
    names: &Names<'_>,
    options: NodeId,
    methods: &mut Vec<String>,
) -> Option<(String, Vec<NodeId>)> {
    let method = code.entry(options, &["method"])?;
    methods.extend(
        std::iter::once(method).chain(code.inside(method)).filter_map(|n| code.literal(n)).map(str::to_ascii_uppercase),
    );
    let path = path_text(code, names, code.entry(options, &["url", "path"])?)?;
    let mut rest: Vec<NodeId> = HOOKS.iter().filter_map(|h| code.entry(options, &[h])).collect();
    // Hapi's `options: { auth: { scope } }` stands in for a hook.
    rest.extend(code.entry(options, &["config", "options"]));
    rest.push(code.entry(options, &["handler"])?);
    Some((path, rest))
}

/// gorilla's `HandleFunc(path, h).Methods("POST")`.
fn of_chain(code: &Code, call: NodeId) -> Vec<String> {
    let outer = code.around(call).take(3).find(|a| code.kind(*a) == Kind::Call && code.called(*a) == "Methods");
    let given = outer.map(|o| code.arguments(o)).unwrap_or_default();
    given
        .iter()
        .map(|a| code.literal(*a).unwrap_or_else(|| code.slice(*a)))
        .map(|m| m.replace("http.Method", "").to_ascii_uppercase())
        .collect()
}

fn framework(code: &Code, names: &Names<'_>, steps: &[&str]) -> Option<&'static str> {
    match code.language {
        Language::Php => (steps.first() == Some(&"Route") || steps.first() == Some(&"$router")).then_some("Laravel"),
        Language::CSharp => Some("ASP.NET Core"),
        _ => {
            let known = FRAMEWORKS.iter().find(|(package, _)| names.imports.iter().any(|(_, s)| s.contains(package)));
            Some(known.map_or(if code.language == Language::Go { "net/http" } else { "a router" }, |(_, name)| *name))
        }
    }
}

/// Whether a receiver is a router, and not a client that posts somewhere.
fn names_router(code: &Code, names: &Names<'_>, receiver: &str, rest: &[NodeId]) -> bool {
    if matches!(code.language, Language::Php | Language::CSharp) {
        return true;
    }
    let made = names.values(receiver).iter().any(|v| {
        let steps = code.steps(*v);
        steps.last().is_some_and(|s| {
            let lower = s.to_ascii_lowercase();
            lower.ends_with("router")
                || matches!(
                    lower.as_str(),
                    "express"
                        | "fastify"
                        | "hono"
                        | "koa"
                        | "polka"
                        | "group"
                        | "newservemux"
                        | "default"
                        | "new"
                        | "subrouter"
                        | "basepath"
                        | "with"
                        | "route"
                )
        })
    });
    if made {
        return true;
    }
    let handles = rest.iter().any(|a| code.kind(*a) == Kind::Function);
    let lower = receiver.to_ascii_lowercase();
    let named =
        ROUTERS.contains(&receiver) || lower.ends_with("router") || lower.ends_with("routes") || lower.ends_with("app");
    // `api.post('/x', payload)` is a client's as well as a router's.
    let certain = named && receiver != "api" && receiver != "admin" && receiver != "server";
    let framework = FRAMEWORKS.iter().any(|(package, _)| names.imports.iter().any(|(_, s)| s.contains(package)));
    let chained = matches!(receiver, "route" | "With" | "Group");
    certain && (handles || framework || is_callable(code, rest)) || named && (handles || framework) || chained
}

/// The last argument can be a handler: a name, a member or a call, no mapping or text.
fn is_callable(code: &Code, rest: &[NodeId]) -> bool {
    rest.last().is_some_and(|l| matches!(code.kind(*l), Kind::Name | Kind::Member | Kind::Call | Kind::Function))
}

/// The entries of a list, or the thing itself.
pub(super) fn flattened(code: &Code, id: NodeId) -> Vec<NodeId> {
    if code.kind(id) == Kind::List {
        code.children(id).filter(|c| code.kind(*c) != Kind::Comment).collect()
    } else {
        vec![id]
    }
}

/// What a handler wraps: `requireAdmin(publish)` is a check and a handler, `asyncHandler(async (req, res) => …)` only a
/// handler.
fn unwrapped(code: &Code, handler: NodeId) -> (NodeId, Vec<Layer>) {
    let (mut at, mut layers) = (handler, Vec::new());
    // Bounded by the file: each turn goes inside.
    while code.kind(at) == Kind::Call {
        if code.called(at) == "bind" {
            match code.child(at, Role::Callee).and_then(|c| code.child(c, Role::Object)) {
                Some(object) => at = object,
                None => break,
            }
            continue;
        }
        let inner = code
            .arguments(at)
            .into_iter()
            .rev()
            .find(|a| matches!(code.kind(*a), Kind::Function | Kind::Name | Kind::Member | Kind::Call));
        let Some(inner) = inner else { break };
        let own = layer(code, at, Level::Route);
        if own.strength > Strength::Nothing && !words::is_wrapper(code.called(at)) {
            layers.push(own);
        }
        at = inner;
    }
    (at, layers)
}

/// Checks chained behind the registering call: `->middleware('can:publish')`, `.RequireAuthorization("Steward")`.
fn chained(code: &Code, call: NodeId) -> Vec<Layer> {
    let mut found = Vec::new();
    for outer in code.around(call).take(24) {
        if !matches!(code.kind(outer), Kind::Call | Kind::Member) || code.node(outer).start != code.node(call).start {
            break;
        }
        if code.kind(outer) == Kind::Call {
            found.extend(named_check(code, outer, Level::Route));
        }
    }
    found
}

/// A call of a chain that puts checks on.
pub(super) fn named_check(code: &Code, call: NodeId, level: Level) -> Vec<Layer> {
    let verb = code.called(call);
    let texts: Vec<NodeId> = code
        .arguments(call)
        .into_iter()
        .flat_map(|a| {
            std::iter::once(a).chain(code.inside(a)).filter(|n| code.kind(*n) == Kind::String).collect::<Vec<_>>()
        })
        .collect();
    match verb {
        "middleware" => texts
            .into_iter()
            .filter_map(|t| {
                let text = code.literal(t)?;
                Some(Layer {
                    span: code.span_of(t),
                    strength: of_alias(text),
                    audits: words::audits(&[text.split(':').next().unwrap_or(text)], &[]),
                    name: text.to_owned(),
                    level,
                })
            })
            .collect(),
        "can" => vec![Layer { strength: Strength::Authorisation, ..layer(code, call, level) }],
        "RequireAuthorization" | "RequireRole" | "RequireClaim" | "RequirePermission" => {
            let strength =
                if code.arguments(call).is_empty() { Strength::Authentication } else { Strength::Authorisation };
            vec![Layer { strength, name: verb.to_owned(), ..layer(code, call, level) }]
        }
        "AddEndpointFilter" => vec![layer(code, call, level)],
        _ => Vec::new(),
    }
}

/// Laravel's middleware aliases: `auth:sanctum`, `role:steward`, `can:publish`.
fn of_alias(text: &str) -> Strength {
    let (alias, given) = text.split_once(':').map_or((text, None), |(a, g)| (a, Some(g)));
    match alias {
        "auth" | "auth.basic" | "auth.session" | "verified" | "password.confirm" | "guest" => Strength::Authentication,
        "web" | "api" | "throttle" | "signed" | "bindings" | "cache.headers" => Strength::Nothing,
        _ => words::strength(alias, &given.into_iter().collect::<Vec<_>>()),
    }
}
