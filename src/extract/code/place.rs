//! Where an expression goes: in comes a node, out come the key that it stands under and the role of an address there.

use super::super::words;
use super::names::Names;
use crate::fact::EndpointRole;
use crate::parse::code::{Code, Kind, NodeId, Role};

/// Where a text goes.
pub(super) struct Use<'c> {
    /// The path of keys and names that it stands under, outermost first: `config.salesforce.loginUrl`.
    pub key: Vec<&'c str>,
    /// What an address there is for.
    pub role: EndpointRole,
}

/// Calls that compare, stub or show: what they are given is never called.
const INERT_CALLS: &[&str] = &[
    "expect",
    "assert",
    "assertequal",
    "assertequals",
    "assertthat",
    "asserttrue",
    "assertin",
    "assert_equal",
    "assert_called_with",
    "equal",
    "equals",
    "deepequal",
    "strictequal",
    "tobe",
    "toequal",
    "tomatch",
    "tocontain",
    "tostrictequal",
    "tohavebeencalledwith",
    "calledwith",
    "areequal",
    "tohaveurl",
    "nock",
    "stub_request",
    "stubfor",
    "intercept",
    "mock",
    "when",
    "whenever",
    "thenreturn",
    "mockreturnvalue",
    "mockresolvedvalue",
    "mockimplementation",
    "returns",
    "and_return",
    "rsps",
    "route",
    "register_uri",
    "log",
    "info",
    "debug",
    "warn",
    "warning",
    "error",
    "print",
    "println",
    "printf",
    "puts",
    "console",
    "echo",
    "startswith",
    "endswith",
    "includes",
    "contains",
    "indexof",
    "match",
    "test",
    "replace",
    "split",
    "raise",
    "describe",
    "it",
    "context",
    "require",
    "import",
    "t",
    "translate",
    "link_to",
    "href",
    "equalsignorecase",
    "eq",
    "to_eq",
    "should",
    "usefaketimers",
    "setmock",
    "goto",
    "visit",
];

/// Calls that talk to what they are given.
const TALKING: &[&str] = &[
    "fetch",
    "axios",
    "got",
    "request",
    "urlopen",
    "curl_init",
    "httprequest",
    "setendpoint",
    "openconnection",
    "resttemplate",
    "webclient",
    "faraday",
    "httpclient",
    "restclient",
    "urlfetch",
    "ajax",
    "superagent",
    "ky",
    "newrequest",
    "newrequestwithcontext",
    "login",
    "connect",
    "connection",
    "getforobject",
    "postforobject",
    "postforentity",
    "exchange",
    "createclient",
    "client",
];

/// HTTP methods as calls: they talk if what they are called on speaks HTTP.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "request", "head", "send", "open"];

/// What speaks HTTP, or is a client by its name.
const HTTP: &[&str] = &[
    "requests",
    "session",
    "httpx",
    "axios",
    "http",
    "https",
    "client",
    "got",
    "superagent",
    "agent",
    "httparty",
    "faraday",
    "guzzle",
    "resttemplate",
    "webclient",
    "aiohttp",
    "urllib3",
    "net",
    "excon",
    "typhoeus",
    "restclient",
    "http_client",
    "httpclient",
    "okhttp",
    "unirest",
    "needle",
    "ky",
    "api",
];

/// Where an expression goes.
pub(super) fn of<'c>(code: &'c Code, names: &Names<'c>, id: NodeId) -> Use<'c> {
    let mut found = follow(code, id);
    if names.mocked && matches!(found.role, EndpointRole::Connection | EndpointRole::Command) {
        found.role = EndpointRole::Inert;
    }
    if found.role == EndpointRole::Connection && is_local(code, id) && !is_called(code, &found.key, id) {
        // A value of a function's own says nothing before somebody talks to it.
        found.role = EndpointRole::Unknown;
    }
    if let (EndpointRole::Connection, [name]) = (found.role, found.key.as_slice())
        && only_compared(code, name, id)
    {
        found.role = EndpointRole::Inert;
    }
    found
}

fn follow<'c>(code: &'c Code, id: NodeId) -> Use<'c> {
    let mut key: Vec<&'c str> = Vec::new();
    let mut role = EndpointRole::Unknown;
    let mut inner = id;
    let mut called = false;
    for node in code.around(id) {
        match code.kind(node) {
            Kind::Pair | Kind::Attribute => {
                // The key of an entry is a name, not a place.
                if code.role(inner) == Role::Key && code.child(node, Role::Value).is_some() {
                    return Use { key, role: EndpointRole::Inert };
                }
                let name = code.key(node).unwrap_or_default();
                role = nearest(role, words::endpoint_role(name));
                key.insert(0, name);
            }
            Kind::Compare | Kind::Case | Kind::Throw | Kind::Element | Kind::Text => {
                return Use { key, role: EndpointRole::Inert };
            }
            Kind::Call | Kind::New | Kind::Decorator => {
                if matches!(code.role(inner), Role::Callee | Role::Object) {
                    inner = node;
                    continue;
                }
                let calls = of_call(code, node);
                if calls == EndpointRole::Inert {
                    return Use { key, role: calls };
                }
                if calls == EndpointRole::Command && (key.is_empty() || role == EndpointRole::Connection) {
                    return Use { key, role: calls };
                }
                // What an unknown call does with it is not known.
                if calls == EndpointRole::Unknown && code.kind(node) != Kind::Decorator {
                    role = EndpointRole::Unknown;
                    called = true;
                }
            }
            Kind::Assign => {
                let target = code.child(node, Role::Target).filter(|t| !code.is_within(id, *t));
                let steps = target.map(|t| code.steps(t)).unwrap_or_default();
                if let Some(name) = steps.last() {
                    if !called {
                        role = nearest(role, words::endpoint_role(name));
                    }
                    key.insert(0, name);
                }
                return Use { key, role };
            }
            Kind::Function | Kind::Class | Kind::Loop | Kind::Try | Kind::Handler | Kind::File => break,
            _ => {}
        }
        inner = node;
    }
    Use { key, role }
}

/// The word that stands nearest to a value says most about it.
fn nearest(role: EndpointRole, next: EndpointRole) -> EndpointRole {
    if role == EndpointRole::Unknown || next == EndpointRole::Inert { next } else { role }
}

fn of_call(code: &Code, call: NodeId) -> EndpointRole {
    let steps = code.steps(call);
    let lower: Vec<String> = steps.iter().map(|s| s.to_ascii_lowercase()).collect();
    let Some(verb) = lower.last().map(|v| v.trim_end_matches(['!', '?'])) else { return EndpointRole::Unknown };
    let head = lower.first().map_or("", String::as_str);
    let inert = |word: &str| INERT_CALLS.contains(&word);
    if inert(verb) && !(METHODS.contains(&verb) && HTTP.contains(&head))
        || matches!(head, "expect" | "assert" | "cy" | "page" | "nock" | "console" | "logger" | "log")
    {
        return EndpointRole::Inert;
    }
    if lower.len() > 1
        && METHODS.contains(&verb)
        && lower[..lower.len() - 1].iter().any(|w| HTTP.contains(&w.trim_start_matches(['@', '$', '_'])))
    {
        return EndpointRole::Command;
    }
    if TALKING.contains(&verb)
        || code.kind(call) == Kind::New && ["client", "connection", "api"].iter().any(|w| verb.ends_with(w))
    {
        return EndpointRole::Command;
    }
    EndpointRole::Unknown
}

/// Whether a value is assigned inside a function: to a variable of its own, not to a field or a setting.
fn is_local(code: &Code, id: NodeId) -> bool {
    let assign = code.around(id).find(|a| code.kind(*a) == Kind::Assign);
    assign.is_some_and(|a| {
        let variable = code.child(a, Role::Target).is_some_and(|t| code.kind(t) == Kind::Name);
        variable && code.enclosing(a, Kind::Function).is_some()
    })
}

/// Whether what a value was assigned to is given to a call that talks.
fn is_called(code: &Code, key: &[&str], value: NodeId) -> bool {
    let Some(name) = key.first() else { return false };
    let uses = (0..code.len() as u32).filter(|n| {
        code.kind(*n) == Kind::Name && code.slice(*n) == *name && code.role(*n) != Role::Target && *n > value
    });
    uses.into_iter().any(|n| follow(code, n).role == EndpointRole::Command)
}

/// Whether a name that was given a value is only ever compared with something.
fn only_compared(code: &Code, name: &str, value: NodeId) -> bool {
    let mut uses = (0..code.len() as u32)
        .filter(|n| code.kind(*n) == Kind::Name && code.slice(*n) == name && code.role(*n) != Role::Target);
    let Some(first) = uses.next() else { return false };
    std::iter::once(first).chain(uses).filter(|n| *n != value).all(|n| follow(code, n).role == EndpointRole::Inert)
}
