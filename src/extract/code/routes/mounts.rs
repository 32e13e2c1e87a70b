//! Where routers hang: in comes a [`Code`], out come the places that put a router under a path with checks in front of
//! it, and what stands in front of one route in its own file.

use super::super::names::Names;
use super::calls::{flattened, named_check};
use super::{join, layer, path_text};
use crate::fact::route::{Layer, Level};
use crate::parse::code::{Code, Kind, NodeId};

/// How many routers stand one inside the other.
const MAX_DEPTH: usize = 6;

/// A call that puts checks, or another router, on a router.
#[derive(Debug)]
pub struct Mount {
    /// The call.
    pub call: NodeId,
    /// The router that it is called on.
    pub parent: String,
    /// The path, or nothing for all.
    pub prefix: String,
    /// The routers that are put there, by name (`admin`, `routes.admin`, the specifier of a `require`).
    pub routers: Vec<String>,
    /// The checks in front of it.
    pub checks: Vec<Layer>,
}

/// All of a file.
pub fn mounts(code: &Code, names: &Names<'_>) -> Vec<Mount> {
    code.calls().filter_map(|call| of_call(code, names, call)).collect()
}

fn of_call(code: &Code, names: &Names<'_>, call: NodeId) -> Option<Mount> {
    const VERBS: &[&str] = &[
        "use",
        "Use",
        "register",
        "addHook",
        "include_router",
        "register_blueprint",
        "Mount",
        "mount",
        "route",
        "all",
    ];
    let steps = code.steps(call);
    let verb = *steps.last()?;
    let parent = (*steps.len().checked_sub(2).and_then(|i| steps.get(i))?).to_owned();
    if !VERBS.contains(&verb) {
        return None;
    }
    let mut arguments = code.arguments(call);
    let mut prefix = String::new();
    let first = arguments.first().copied().filter(|a| code.kind(*a) != Kind::Pair);
    let text = first.and_then(|f| path_text(code, names, f)).filter(|t| t.starts_with('/') || verb == "addHook");
    if let Some(text) = text {
        if verb != "addHook" {
            prefix = text;
        }
        arguments.remove(0);
    }
    if let Some(text) = code.entry(call, &["prefix", "url_prefix"]).and_then(|p| path_text(code, names, p)) {
        prefix = text;
    }
    let options = arguments.iter().copied().find(|a| code.kind(*a) == Kind::Object);
    if let Some(text) = options.and_then(|o| code.entry(o, &["prefix"])).and_then(|p| path_text(code, names, p)) {
        prefix = text;
    }
    let (mut routers, mut checks) = (Vec::new(), Vec::new());
    if let Some(list) = code.entry(call, &["dependencies"]) {
        checks.extend(dependencies(code, list, Level::Router));
    }
    for argument in arguments.into_iter().flat_map(|a| flattened(code, a)) {
        match code.kind(argument) {
            Kind::Object | Kind::Pair | Kind::String => {}
            Kind::Name | Kind::Member => {
                routers.push(code.steps(argument).join("."));
                checks.push(layer(code, argument, Level::Router));
            }
            Kind::Call if code.called(argument) == "require" => {
                routers.extend(code.arguments(argument).first().and_then(|a| code.literal(*a)).map(str::to_owned));
            }
            _ => {
                checks.push(layer(code, argument, Level::Router));
                // `adminRouter.routes()`
                if matches!(code.called(argument), "routes" | "middleware" | "allowedMethods") {
                    routers.push(code.steps(argument).first().copied().unwrap_or_default().to_owned());
                }
            }
        }
    }
    Some(Mount { call, parent, prefix, routers, checks })
}

/// The checks of FastAPI's `dependencies=[Depends(…), Security(…)]`.
pub(super) fn dependencies(code: &Code, list: NodeId, level: Level) -> Vec<Layer> {
    let calls = std::iter::once(list)
        .chain(code.inside(list))
        .filter(|n| code.kind(*n) == Kind::Call && matches!(code.called(*n), "Depends" | "Security"));
    calls
        .filter_map(|call| {
            let what = code.arguments(call).into_iter().next()?;
            let mut made = layer(code, what, level);
            if code.called(call) == "Security" && code.entry(call, &["scopes"]).is_some() {
                made.strength = crate::fact::route::Strength::Authorisation;
            }
            Some(made)
        })
        .collect()
}

/// What stands in front of a route in its own file: the prefix and the checks of its router, of its groups, and of what
/// the router is mounted under.
pub(super) fn above(
    code: &Code,
    names: &Names<'_>,
    mounts: &[Mount],
    call: NodeId,
    receiver: &str,
    path: &str,
) -> (String, Vec<Layer>) {
    let mut layers = Vec::new();
    let mut prefix = groups(code, names, call, &mut layers);
    let mut router = receiver.to_owned();
    let mut before = code.node(call).start;
    for _ in 0..MAX_DEPTH {
        let full = join(&prefix, path);
        // Checks on this router that run for this path, put on before the route.
        for mount in mounts.iter().filter(|m| m.parent == router && code.node(m.call).start < before && m.call != call)
        {
            let hangs = !mount.prefix.is_empty() && !full.starts_with(&mount.prefix) && !full.is_empty();
            if !hangs && visible(code, mount.call, call) {
                layers.extend(mount.checks.iter().filter(|c| !is_router(names, code, &c.name)).cloned());
            }
        }
        prefix = join(&own(code, names, &router, &mut layers), &prefix);
        let Some(mount) = mounts.iter().find(|m| m.parent != router && m.routers.contains(&router)) else { break };
        layers.extend(mount.checks.iter().filter(|c| c.name != router).cloned());
        prefix = join(&mount.prefix, &prefix);
        before = code.node(mount.call).start;
        router.clone_from(&mount.parent);
    }
    (prefix, layers)
}

/// A check in a function counts for what the same function, or one inside it, registers.
fn visible(code: &Code, check: NodeId, route: NodeId) -> bool {
    code.enclosing(check, Kind::Function).is_none_or(|f| code.is_within(route, f))
}

/// Whether a name is a router itself, mounted, and no check.
fn is_router(names: &Names<'_>, code: &Code, name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("router")
        || lower.ends_with("routes")
        || names.values(name).iter().any(|v| code.called(*v).to_ascii_lowercase().ends_with("router"))
}

/// What the router was made with: `APIRouter(prefix="/x", dependencies=[…])`, `r.Group("/x", check)`.
fn own(code: &Code, names: &Names<'_>, router: &str, layers: &mut Vec<Layer>) -> String {
    let Some(made) = names.values(router).first().copied() else { return String::new() };
    if let Some(list) = code.entry(made, &["dependencies"]) {
        layers.extend(dependencies(code, list, Level::Router));
    }
    let named = code.entry(made, &["prefix", "url_prefix"]);
    let mut prefix = named.and_then(|p| path_text(code, names, p)).unwrap_or_default();
    if matches!(code.called(made), "Group" | "group" | "MapGroup" | "basePath" | "PathPrefix") {
        for argument in code.arguments(made) {
            match path_text(code, names, argument) {
                Some(text) => prefix = text,
                None => layers.push(layer(code, argument, Level::Router)),
            }
        }
    }
    let calls = std::iter::once(made).chain(code.inside(made)).filter(|n| code.kind(*n) == Kind::Call);
    for call in calls.filter(|c| code.node(*c).start == code.node(made).start) {
        layers.extend(named_check(code, call, Level::Router));
        if code.called(call) == "MapGroup" {
            prefix = code.arguments(call).first().and_then(|a| path_text(code, names, *a)).unwrap_or(prefix);
        }
        if matches!(code.called(call), "With" | "Use") {
            layers.extend(code.arguments(call).into_iter().map(|a| layer(code, a, Level::Router)));
        }
    }
    prefix
}

/// The groups around a call: Laravel's `Route::middleware(…)->prefix(…)->group(function () { … })`, chi's `r.Route("/x",
/// func(r) { … })`, and checks in the chain before the verb (`r.With(check).Post(…)`).
pub fn groups(code: &Code, names: &Names<'_>, call: NodeId, layers: &mut Vec<Layer>) -> String {
    let mut prefix = String::new();
    for inner in
        code.inside(call).filter(|n| code.kind(*n) == Kind::Call && code.node(*n).start == code.node(call).start)
    {
        match code.called(inner) {
            "With" => layers.extend(code.arguments(inner).into_iter().map(|a| layer(code, a, Level::Route))),
            _ => layers.extend(named_check(code, inner, Level::Route)),
        }
    }
    for outer in code.around(call).filter(|a| code.kind(*a) == Kind::Call) {
        let holds = code.arguments(outer).iter().any(|a| code.kind(*a) == Kind::Function && code.is_within(call, *a));
        if !holds || !matches!(code.called(outer), "group" | "Group" | "Route" | "scope" | "namespace" | "register") {
            continue;
        }
        let mut own = String::new();
        let chain = std::iter::once(outer)
            .chain(code.inside(outer))
            .filter(|n| code.kind(*n) == Kind::Call && code.node(*n).start == code.node(outer).start);
        for part in chain {
            layers.extend(named_check(code, part, Level::Router));
            let first = code.arguments(part).first().copied();
            match (code.called(part), first) {
                ("prefix" | "Route" | "Group", Some(path)) => {
                    own = path_text(code, names, path).map_or(own.clone(), |text| join(&text, &own));
                }
                // `Route::group(['prefix' => …, 'middleware' => […]], function …)`
                ("group", Some(options)) if code.kind(options) != Kind::Function => {
                    own = code.entry(options, &["prefix"]).and_then(|p| path_text(code, names, p)).unwrap_or(own);
                    let list = code.entry(options, &["middleware"]);
                    layers.extend(list.into_iter().flat_map(|l| aliases(code, l)));
                }
                _ => {}
            }
        }
        let own = if own.is_empty() || own.starts_with('/') { own } else { format!("/{own}") };
        prefix = join(&own, &prefix);
    }
    prefix
}

fn aliases(code: &Code, list: NodeId) -> Vec<Layer> {
    let texts = std::iter::once(list).chain(code.inside(list)).filter(|n| code.kind(*n) == Kind::String);
    texts
        .filter_map(|t| {
            let text = code.literal(t)?;
            let (alias, given) = text.split_once(':').map_or((text, None), |(a, g)| (a, Some(g)));
            let strength = super::words::strength(alias, &given.into_iter().collect::<Vec<_>>());
            Some(Layer {
                span: code.span_of(t),
                name: text.to_owned(),
                strength,
                level: Level::Router,
                audits: text.contains("audit"),
            })
        })
        .collect()
}
