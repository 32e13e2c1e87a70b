//! How code logs in to a CRM: in come a [`Code`] and its calls on clients, out come password logins, password grants,
//! pasted sessions, and passwords that stand in the call (CRED-004, CRED-001).

use super::super::collect::{Around, Collector};
use super::super::url::urls;
use super::super::{SALESFORCE, provider_of};
use super::clients::{Used, callee_span};
use super::names::Names;
use crate::fact::environment::segments;
use crate::fact::{CredentialRole, Flow, Kind as Says, Secret};
use crate::mask::fingerprint;
use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::registry::Registry;
use crate::registry::clients::{Client, Login, clients};
use crate::registry::placeholder::{placeholder, reads_like_words};

/// Finds logins.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, used: &Used) {
    if names.mocked {
        return;
    }
    for (call, client) in &used.calls {
        if client.category == "crm" {
            login(collector, code, names, *call, client);
            session(collector, code, names, *call, client);
        }
    }
    by_word(collector, code, names, used);
    grants(collector, code, names, used);
}

/// Logins of objects whose library is not said: C# and Java take whole namespaces in (`using Salesforce.Common;`). The
/// library is there, and the word of the call is nobody else's.
fn by_word(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, used: &Used) {
    let own: Vec<&'static Client> = names.imports.iter().filter_map(|(_, s)| clients().of_package(s)).collect();
    for client in own.iter().filter(|c| c.category == "crm").take(1) {
        let unknown = |call: &NodeId| !used.calls.iter().any(|(known, _)| known == call);
        for call in code.calls().filter(unknown) {
            let steps = code.steps(call);
            let words = |verb: &str| verb.chars().filter(char::is_ascii_uppercase).count() > 1;
            if steps.len() > 1 && steps.last().is_some_and(|verb| words(verb)) {
                login(collector, code, names, call, client);
            }
        }
    }
}

fn login(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, call: NodeId, client: &Client) {
    let verb = code.called(call);
    let Some(login) = client.logins.iter().find(|l| l.call == verb && fits(code, call, l)) else { return };
    let steps = code.steps(call).join(".");
    let around = Around::key(&*steps);
    collector.flow(callee_span(code, call), &around, Flow::PasswordGrant, None, Some(&client.provider));
    let given = if login.named.is_empty() {
        code.arguments(call).into_iter().nth(1)
    } else {
        entry(code, call, &login.named[0])
    };
    if let Some(given) = given {
        password(collector, code, names, given, client);
    }
}

fn fits(code: &Code, call: NodeId, login: &Login) -> bool {
    let arguments = code.arguments(call);
    let positional = arguments.iter().filter(|a| !matches!(code.kind(**a), Kind::Pair | Kind::Function)).count();
    login.arguments.is_none_or(|n| positional >= n) && login.named.iter().all(|name| entry(code, call, name).is_some())
}

/// A named argument, or an entry of a mapping that is the argument.
fn entry(code: &Code, call: NodeId, name: &str) -> Option<NodeId> {
    std::iter::once(call).chain(code.arguments(call)).find_map(|holder| code.entry(holder, &[name]))
}

/// A password that stands in the code.
fn password(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, given: NodeId, client: &Client) {
    let first = std::iter::once(given).chain(code.inside(given)).find(|n| code.kind(*n) == Kind::String);
    let node = match (code.kind(given), first) {
        (Kind::String | Kind::Concat, Some(string)) => string,
        (Kind::Name | Kind::Member, _) => match code.steps(given).pop().map(|n| names.values(n)) {
            Some([value]) if code.kind(*value) == Kind::String => *value,
            _ => return,
        },
        _ => return,
    };
    let Some(value) = code.literal(node).filter(|v| (6..200).contains(&v.len()) && !v.contains(char::is_whitespace))
    else {
        return;
    };
    let provider = &client.provider;
    let secret = Secret {
        provider: Some(provider.clone()),
        form: Some(format!("{} password", Registry::builtin().name(provider))),
        class: None,
        host: None,
        checksum: false,
        name: Some("password".to_owned()),
        fingerprint: fingerprint(value),
        placeholder: placeholder(value, Some("password")),
        public: false,
        encoded: false,
        session: false,
    };
    collector.add(
        code.span(code.node(node).start + 1..code.node(node).end - 1),
        &Around::key("password"),
        Says::Secret(secret),
    );
}

/// A session id or access token from configuration. What an OAuth call returned is none.
fn session(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, call: NodeId, client: &Client) {
    for name in &client.sessions {
        let Some(value) = entry(code, call, name) else { continue };
        let token = segments(name).iter().any(|w| w.eq_ignore_ascii_case("session") || w.eq_ignore_ascii_case("token"));
        let literal = code.literal(value).is_some_and(|v| placeholder(v, Some(name)).is_none() && !reads_like_words(v));
        let configured = literal || super::fallback::variable(code, names, value).is_some();
        if token && configured {
            let around = Around::key(name.as_str());
            collector.flow(code.span_of(value), &around, Flow::SessionToken, None, Some(&client.provider));
        }
    }
}

/// `grant_type=password` against a CRM's token URL: the host stands in the same call or function, or the file speaks of
/// no other system.
fn grants(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, used: &Used) {
    for id in 0..code.len() as u32 {
        let span = match code.kind(id) {
            Kind::Pair if is_grant(code, id) => code.child(id, Role::Value).map(|v| code.span_of(v)),
            Kind::String => in_text(code, id),
            Kind::Call => as_arguments(code, id),
            Kind::Assign => as_index(code, id),
            _ => None,
        };
        let Some(span) = span else { continue };
        let scope = code.enclosing(id, Kind::Function).unwrap_or(0);
        let host = host_in(code, names, scope).or_else(|| host_in(code, names, 0));
        let salesforce = used.calls.iter().any(|(_, c)| c.provider == SALESFORCE) || names_salesforce(code);
        if host.is_some() || salesforce && !other_hosts(code, scope) {
            let provider = host.is_none().then_some(SALESFORCE);
            collector.flow(span, &Around::key("grant_type"), Flow::PasswordGrant, host, provider);
        }
    }
}

fn is_grant(code: &Code, pair: NodeId) -> bool {
    let key = code.key(pair).is_some_and(|k| matches!(k, "grant_type" | "grantType"));
    key && code
        .child(pair, Role::Value)
        .and_then(|v| code.literal(v))
        .is_some_and(|v| v.eq_ignore_ascii_case("password"))
}

/// `"grant_type=password&client_id=…"`
fn in_text(code: &Code, id: NodeId) -> Option<crate::source::Span> {
    let at = code.slice(id).find("grant_type=password")?;
    let start = code.node(id).start + at as u32;
    Some(code.span(start..start + "grant_type=password".len() as u32))
}

/// `params.append("grant_type", "password")`
fn as_arguments(code: &Code, call: NodeId) -> Option<crate::source::Span> {
    let arguments = code.arguments(call);
    let [key, value, ..] = arguments.as_slice() else { return None };
    let is = code.literal(*key) == Some("grant_type") && code.literal(*value) == Some("password");
    is.then(|| code.span_of(*value))
}

/// `data["grant_type"] = "password"`
fn as_index(code: &Code, assign: NodeId) -> Option<crate::source::Span> {
    let (target, value) = (code.child(assign, Role::Target)?, code.child(assign, Role::Value)?);
    let is = code.steps(target).last() == Some(&"grant_type") && code.literal(value) == Some("password");
    is.then(|| code.span_of(value))
}

/// The first host of a CRM in a part of the code.
fn host_in(code: &Code, _: &Names<'_>, scope: NodeId) -> Option<String> {
    let strings = code.inside(scope).filter(|n| code.kind(*n) == Kind::String);
    strings
        .flat_map(|n| urls(code.slice(n)))
        .map(|u| u.host)
        .find(|h| provider_of(h).is_some_and(|m| m.category == "crm"))
}

/// Another system's address stands in the function: the grant is that one's.
fn other_hosts(code: &Code, scope: NodeId) -> bool {
    let strings = code.inside(scope).filter(|n| code.kind(*n) == Kind::String);
    strings.flat_map(|n| urls(code.slice(n))).any(|u| provider_of(&u.host).is_none_or(|m| m.category != "crm"))
}

fn names_salesforce(code: &Code) -> bool {
    let path = &code.source().path;
    let says = |word: &str| {
        segments(word).iter().any(|w| ["sf", "sfdc", "salesforce"].iter().any(|s| w.eq_ignore_ascii_case(s)))
    };
    says(path.rsplit('/').next().unwrap_or(path))
        || code.of_kind(Kind::Class).any(|c| code.name(c).is_some_and(says))
        || code.of_kind(Kind::Name).any(|n| {
            super::super::words::credential_role(code.slice(n)) != CredentialRole::Other && says(code.slice(n))
        })
}
