//! Anonymisers in code: in comes a [`Code`], out come places where one hands on what it was given (a handler, a busy
//! service), and transformations that can be undone or repeated by anybody (an unkeyed hash, a fixed seed).
//!
//! An anonymiser is a function whose name says so, or one that the configuration declares.

mod weak;

use super::super::Maps;
use super::super::collect::{Around, Collector};
use crate::fact::environment::segments;
use crate::fact::{FailsOpen, Kind as Says};
use crate::parse::code::{Code, Kind, NodeId, Role};
use weak::{hash, helpers, weak};

/// Parts of names that say that a function makes people unrecognisable.
const NAMES: &[&str] = &[
    "anonymis",
    "anonymiz",
    "pseudonymis",
    "pseudonymiz",
    "pseudonym",
    "deidentif",
    "scrubpii",
    "obfuscatepii",
    "tokenizepii",
];

/// First words that do so only before a word for people or their records.
const VERBS: &[&str] = &["mask", "scrub", "redact", "obfuscate", "sanitise", "sanitize"];
const PEOPLE: &[&str] = &[
    "record",
    "records",
    "row",
    "rows",
    "customer",
    "customers",
    "contact",
    "contacts",
    "user",
    "users",
    "person",
    "people",
    "pii",
    "email",
    "emails",
    "phone",
    "name",
    "names",
    "personal",
    "member",
    "members",
    "patient",
    "lead",
    "leads",
    "account",
    "accounts",
    "address",
];

/// Whether a function's name says that it makes people unrecognisable.
pub fn is_anonymiser(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    if NAMES.iter().any(|n| plain.contains(n)) {
        // `isAnonymized`, `anonymizedAt` and `anonymous` describe, they do nothing; `buildAnonymizer` gives one.
        let words = segments(name);
        let thing = words.len() > 1
            && words
                .iter()
                .any(|w| w.to_ascii_lowercase().ends_with("nymizer") || w.to_ascii_lowercase().ends_with("nymiser"));
        return !thing
            && !["is", "has", "was", "get", "test", "should"]
                .iter()
                .any(|w| segments(name).first().is_some_and(|f| f.eq_ignore_ascii_case(w)))
            && !plain.ends_with("at")
            && !plain.ends_with("ed");
    }
    let words: Vec<String> = segments(name).iter().map(|w| w.to_ascii_lowercase()).collect();
    words.first().is_some_and(|w| VERBS.contains(&w.as_str()))
        && words.iter().skip(1).any(|w| PEOPLE.contains(&w.as_str()))
}

/// Finds them.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code) {
    let maps = collector.maps;
    for call in code.calls() {
        if is_one(maps, code.called(call)) {
            around_call(collector, code, call);
        }
    }
    for function in code.of_kind(Kind::Function) {
        let Some(name) = crate::parse::code::function_name(code, function) else { continue };
        if is_one(maps, name) {
            inside(collector, code, function, name);
            weak(collector, code, function, name);
            for helper in helpers(code, function) {
                let own = crate::parse::code::function_name(code, helper).unwrap_or_default();
                if !is_one(maps, own) {
                    weak(collector, code, helper, name);
                }
            }
        }
    }
    // `pseudonym = md5(email)` needs no function around it.
    for assign in code.of_kind(Kind::Assign) {
        let target = code.child(assign, Role::Target).and_then(|t| code.steps(t).pop()).unwrap_or_default();
        let said = segments(target)
            .iter()
            .any(|w| w.to_ascii_lowercase().starts_with("pseudonym") || w.to_ascii_lowercase().starts_with("anonym"));
        if said && let Some(value) = code.child(assign, Role::Value) {
            for node in std::iter::once(value).chain(code.inside(value)) {
                hash(collector, code, node, target, None);
            }
        }
    }
}

fn is_one(maps: &Maps, name: &str) -> bool {
    !name.is_empty() && (maps.is_declared_anonymiser(name) || is_anonymiser(name))
}

/// A call of an anonymiser inside a `try`: what its handlers do with the record.
fn around_call(collector: &mut Collector<'_>, code: &Code, call: NodeId) {
    let Some(record) =
        code.arguments(call).first().and_then(|a| code.steps(*a).pop().filter(|_| code.kind(*a) == Kind::Name))
    else {
        return;
    };
    let symbol = code.called(call);
    let mut inner = call;
    for outer in code.around(call) {
        if code.kind(outer) == Kind::Function && code.kind(code.node(outer).parent) != Kind::Call {
            break;
        }
        if code.kind(outer) == Kind::Try && !matches!(code.kind(inner), Kind::Handler | Kind::Finally) {
            let handlers: Vec<NodeId> = code.children(outer).filter(|c| code.kind(*c) == Kind::Handler).collect();
            for handler in handlers {
                if let Some((at, what)) = hands_on(code, handler, record) {
                    add(collector, code, at, symbol, format!("an error {what}"));
                } else if goes_on(code, call, handler, record) {
                    add(
                        collector,
                        code,
                        handler,
                        symbol,
                        format!("an error leaves `{record}` as it came, and the code goes on with it"),
                    );
                }
            }
        }
        // `anonymize(record).catch(() => record)`
        if code.kind(outer) == Kind::Call && RESCUES.contains(&code.called(outer)) {
            for argument in code.arguments(outer) {
                if let Some((at, what)) = hands_on(code, argument, record) {
                    add(collector, code, at, symbol, format!("an error {what}"));
                }
            }
        }
        inner = outer;
    }
}

/// Calls that put a record aside, so that it is not lost and not used.
const ASIDE: &[&str] = &[
    "quarantine",
    "dead",
    "deadletter",
    "dlq",
    "retry",
    "enqueue",
    "requeue",
    "log",
    "logger",
    "warn",
    "warning",
    "error",
    "info",
    "debug",
    "exception",
    "capture",
    "report",
    "print",
    "println",
    "printf",
    "puts",
    "console",
    "notify",
    "alert",
    "sentry",
    "raise",
    "nack",
    "reject",
    "delay",
    "schedule",
    "backoff",
    "format",
    "str",
    "repr",
    "len",
    "type",
    "metrics",
    "increment",
];

/// Whether a handler returns a record as it came, or hands it to somebody; with the place and the words for it.
fn hands_on(code: &Code, handler: NodeId, record: &str) -> Option<(NodeId, String)> {
    let is_record = |node: NodeId| matches!(code.kind(node), Kind::Name) && code.slice(node) == record;
    for node in std::iter::once(handler).chain(code.inside(handler)) {
        match code.kind(node) {
            Kind::Return => {
                let value = code.child(node, Role::Value);
                if value.is_some_and(is_record) {
                    return Some((node, format!("returns `{record}` as it came")));
                }
            }
            // A lambda whose body is the record.
            Kind::Function if code.child(node, Role::Body).is_some_and(is_record) => {
                return Some((node, format!("gives `{record}` back as it came")));
            }
            Kind::Assign if code.child(node, Role::Value).is_some_and(is_record) => {
                return Some((node, format!("takes `{record}` as it came")));
            }
            Kind::Call if code.arguments(node).into_iter().any(is_record) => {
                let aside = code
                    .steps(node)
                    .iter()
                    .any(|s| segments(s).iter().any(|w| ASIDE.contains(&w.to_ascii_lowercase().as_str())));
                if !aside {
                    return Some((node, format!("hands `{record}` on as it came")));
                }
            }
            _ => {}
        }
    }
    None
}

/// `try { record = anonymize(record) } catch { log() }`: the code behind goes on with the record as it came.
fn goes_on(code: &Code, call: NodeId, handler: NodeId, record: &str) -> bool {
    let parent = code.node(call).parent;
    // `let out = record; try { out = anonymize(record) } …` holds the record too.
    let holds = |name: &str| {
        name == record
            || code.of_kind(Kind::Assign).take_while(|a| *a < call).any(|a| {
                code.child(a, Role::Target).is_some_and(|t| code.steps(t).last() == Some(&name))
                    && code.child(a, Role::Value).is_some_and(|v| code.slice(v) == record)
            })
    };
    let reassigned = std::iter::once(parent).chain(code.around(parent).take(2)).any(|a| {
        code.kind(a) == Kind::Assign
            && code.child(a, Role::Target).is_some_and(|t| code.kind(t) == Kind::Name && holds(code.slice(t)))
    });
    let leaves = code.inside(handler).any(|n| matches!(code.kind(n), Kind::Throw | Kind::Return | Kind::Skip));
    let throws = code.inside(handler).any(|n| matches!(code.called_if_call(n), "exit" | "abort" | "reject" | "fail"));
    reassigned && !leaves && !throws
}

/// Inside an anonymiser: handlers, and branches for a service that is busy, that return what was given.
fn inside(collector: &mut Collector<'_>, code: &Code, function: NodeId, name: &str) {
    const BUSY: &[&str] = &[
        "429",
        "503",
        "rate",
        "limit",
        "throttl",
        "timeout",
        "timed",
        "busy",
        "unavailable",
        "overload",
        "toomany",
        "peak",
        "circuit",
        "breaker",
        "quota",
    ];
    for parameter in code.of_kind_in(function, Kind::Parameter) {
        let Some(given) = parameter_name(code, parameter) else { continue };
        if matches!(given, "self" | "this" | "cls") {
            continue;
        }
        // `.onErrorResume { Mono.just(text) }`
        for call in code.inside(function).filter(|n| RESCUES.contains(&code.called_if_call(*n))) {
            for argument in code.arguments(call) {
                if let Some((at, what)) = hands_on(code, argument, given) {
                    add(collector, code, at, name, format!("an error {what}"));
                }
            }
        }
        let returns = |node: NodeId| {
            code.kind(node) == Kind::Return
                && code.child(node, Role::Value).is_some_and(|v| code.kind(v) == Kind::Name && code.slice(v) == given)
        };
        for node in code.inside(function).filter(|n| returns(*n)) {
            let around: Vec<NodeId> = code.around(node).take_while(|a| *a != function).collect();
            // What was assigned anew is not what was given.
            let changed = code.inside(function).any(|n| {
                n < node
                    && code.kind(n) == Kind::Assign
                    && code.child(n, Role::Target).is_some_and(|t| code.steps(t).first() == Some(&given))
            });
            if changed {
                continue;
            }
            if around.iter().any(|a| code.kind(*a) == Kind::Handler) || falls_through(code, function, node) {
                add(collector, code, node, name, format!("an error returns `{given}` as it came"));
            } else if let Some(branch) = around.iter().find(|a| code.kind(**a) == Kind::If) {
                let condition = code.child(*branch, Role::Condition).map(|c| code.slice(c)).unwrap_or_default();
                let plain: String =
                    condition.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
                if BUSY.iter().any(|w| plain.contains(w)) {
                    add(
                        collector,
                        code,
                        node,
                        name,
                        format!("a busy service (`{}`) returns `{given}` as it came", short(condition)),
                    );
                }
            }
        }
    }
}

/// Calls that say what happens instead of an error.
const RESCUES: &[&str] = &[
    "catch",
    "rescue",
    "onErrorReturn",
    "onErrorResume",
    "recover",
    "recoverWith",
    "exceptionally",
    "getOrElse",
    "catchError",
];

/// `try { return mask(x) } catch { log() } return x`: what stands behind the handler is what an error comes to.
fn falls_through(code: &Code, function: NodeId, node: NodeId) -> bool {
    let tries = code.inside(function).filter(|n| code.kind(*n) == Kind::Try && code.node(*n).last <= node);
    let own = |n: NodeId| code.enclosing(n, Kind::Function) == Some(function);
    let mut tries = tries.filter(|t| own(*t) && code.node(*t).parent == code.node(node).parent);
    tries.any(|t| {
        let in_handler = |n: NodeId| code.around(n).take_while(|a| *a != t).any(|a| code.kind(a) == Kind::Handler);
        let returns = code.inside(t).any(|n| code.kind(n) == Kind::Return && !in_handler(n));
        let leaves =
            |h: NodeId| code.inside(h).any(|n| matches!(code.kind(n), Kind::Throw | Kind::Return | Kind::Skip));
        let mut handlers = code.children(t).filter(|c| code.kind(*c) == Kind::Handler);
        returns && handlers.any(|h| !leaves(h))
    })
}

/// The name of a parameter, without its type and default.
fn parameter_name(code: &Code, parameter: NodeId) -> Option<&str> {
    if let Some(name) = code.children(parameter).find(|c| code.kind(*c) == Kind::Name && code.role(*c) != Role::Type) {
        return Some(code.slice(name));
    }
    let text = code.slice(parameter);
    let name = text.split([':', '=']).next().unwrap_or(text).trim().rsplit(' ').next().unwrap_or(text);
    let name = name.trim_start_matches(['$', '*', '&', '.']);
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some(name)
}

fn add(collector: &mut Collector<'_>, code: &Code, at: NodeId, symbol: &str, what: String) {
    let fact = FailsOpen { symbol: symbol.to_owned(), what };
    let text = code.slice(at);
    let line = text.find('\n').unwrap_or(text.len()) as u32;
    let start = code.node(at).start;
    collector.add(code.span(start..start + line), &Around::key(symbol), Says::FailsOpen(fact));
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(40).collect()
}

#[cfg(test)]
mod tests;
