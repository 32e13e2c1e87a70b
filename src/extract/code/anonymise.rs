//! Anonymisers in code: in comes a [`Code`], out come places where one hands on what it was given (a handler, a busy
//! service), and transformations that can be undone or repeated by anybody (an unkeyed hash, a fixed seed).
//!
//! An anonymiser is a function whose name says so, or one that the configuration declares.

use super::super::Maps;
use super::super::collect::{Around, Collector};
use super::clients::callee_span;
use crate::fact::environment::segments;
use crate::fact::{FailsOpen, Kind as Says, Transform, Weak};
use crate::parse::code::{Code, Kind, NodeId, Role};

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

/// Words for what identifies somebody.
const IDENTIFIERS: &[&str] = &[
    "email",
    "mail",
    "phone",
    "mobile",
    "ssn",
    "name",
    "firstname",
    "lastname",
    "surname",
    "customer",
    "contact",
    "address",
    "iban",
    "card",
    "birthdate",
    "dob",
    "passport",
    "nino",
    "taxid",
    "personid",
    "userid",
    "customerid",
    "contactid",
    "username",
    "msisdn",
    "postcode",
    "zip",
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

/// Weak transformations inside an anonymiser, or a function of the file that it calls.
fn weak(collector: &mut Collector<'_>, code: &Code, function: NodeId, name: &str) {
    let keyed = is_keyed(code, function);
    for node in code.inside(function) {
        if !keyed {
            hash(collector, code, node, name, Some(function));
        }
        seed(collector, code, node, name);
    }
}

/// The functions of the file that a function calls or hands on: `pattern.sub(_hash, text)`.
fn helpers(code: &Code, function: NodeId) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    for node in code.inside(function) {
        let name = match code.kind(node) {
            // A call that is given something else hashes something else.
            Kind::Call if parameter_in(code, function, node).is_some() => code.called(node),
            Kind::Name if code.role(node) == Role::Argument => code.slice(node),
            _ => continue,
        };
        let mut named = code.of_kind(Kind::Function).filter(|f| code.name(*f) == Some(name));
        // Two of the same name: nobody knows which is meant.
        if let (Some(helper), None) = (named.next(), named.next())
            && helper != function
            && !found.contains(&helper)
            && found.len() < 20
        {
            found.push(helper);
        }
    }
    found
}

/// Whether a function takes or reads a key, a salt or the like: then what it hashes is more than the value.
fn is_keyed(code: &Code, function: NodeId) -> bool {
    code.inside(function).any(|n| match code.kind(n) {
        Kind::Name | Kind::Parameter => {
            let words: Vec<String> = segments(code.slice(n)).iter().map(|w| w.to_ascii_lowercase()).collect();
            words.iter().any(|w| KEYS.iter().any(|k| w.starts_with(k)))
                || words.len() > 1 && words.iter().any(|w| w == "key")
        }
        _ => false,
    })
}

/// Words for what makes a hash more than a hash.
const KEYS: &[&str] =
    &["hmac", "salt", "pepper", "secret", "bcrypt", "argon", "pbkdf", "scrypt", "keyed", "nonce", "uuid", "random"];

/// Hashes that take no key.
const HASHES: &[(&str, &str)] = &[
    ("md5", "MD5"),
    ("sha1", "SHA-1"),
    ("sha256", "SHA-256"),
    ("sha512", "SHA-512"),
    ("sha224", "SHA-224"),
    ("sha384", "SHA-384"),
    ("crc32", "CRC-32"),
    ("md5hex", "MD5"),
    ("sha1hex", "SHA-1"),
    ("sha256hex", "SHA-256"),
    ("sha512hex", "SHA-512"),
    ("sum256", "SHA-256"),
    ("sha256managed", "SHA-256"),
    ("sha512managed", "SHA-512"),
    ("sha1managed", "SHA-1"),
    ("md5cryptoserviceprovider", "MD5"),
    ("hashcode", "a hash code"),
    ("murmur3", "MurmurHash"),
    ("adler32", "Adler-32"),
];

/// Functions whose first argument, or that of the call they are called on, names the hash.
const NAMED: &[&str] = &["createhash", "getinstance", "new", "hash", "generatedigest", "digest"];

fn hash(collector: &mut Collector<'_>, code: &Code, node: NodeId, symbol: &str, function: Option<NodeId>) {
    if !matches!(code.kind(node), Kind::Call | Kind::New) {
        return;
    }
    let steps: Vec<String> =
        code.steps(node).iter().flat_map(|s| s.split("::").map(plain).collect::<Vec<_>>()).collect();
    // The outermost call of a chain holds its arguments: `createHash('sha256').update(email).digest()`.
    let parent = code.node(node).parent;
    let chained =
        |p: NodeId| matches!(code.kind(p), Kind::Call | Kind::New) && code.node(p).start == code.node(node).start;
    if chained(parent) || code.kind(parent) == Kind::Member && chained(code.node(parent).parent) {
        return;
    }
    let text = code.slice(node);
    let lower = plain(text);
    let algorithm =
        steps.iter().find_map(|s| HASHES.iter().find(|(h, _)| h == s)).map(|(_, name)| *name).or_else(|| {
            let named = steps.iter().any(|s| NAMED.contains(&s.as_str()));
            let literal = code.inside(node).filter(|n| code.kind(*n) == Kind::String).map(|n| plain(code.slice(n)));
            named
                .then(|| literal.into_iter().find_map(|l| HASHES.iter().find(|(h, _)| *h == l)))
                .flatten()
                .map(|(_, name)| *name)
        });
    // `digest.digest(value)` of `MessageDigest.getInstance("SHA-256")`
    let algorithm = algorithm.or_else(|| function.and_then(|f| made_before(code, f, node)));
    let Some(algorithm) = algorithm else { return };
    // A key, a salt, or a function made for it.
    if KEYS.iter().any(|w| lower.contains(w)) || lower.contains("key") && !lower.contains("keys") {
        return;
    }
    // Whatever an anonymiser is given is what identifies.
    let Some(input) = identifier(code, node).or_else(|| function.and_then(|f| parameter_in(code, f, node))) else {
        return;
    };
    let kind = Weak {
        symbol: symbol.to_owned(),
        transform: Transform::Hash,
        method: algorithm.to_owned(),
        input: Some(input.to_owned()),
    };
    collector.add(callee_span(code, node), &Around::key(symbol), Says::Weak(kind));
}

/// The hash that the object of a call was made for, earlier in the function.
fn made_before(code: &Code, function: NodeId, call: NodeId) -> Option<&'static str> {
    const FEEDS: &[&str] = &["digest", "update", "computehash", "dofinal", "write", "hexdigest"];
    let steps = code.steps(call);
    let (verb, receiver) = steps.split_last()?;
    if !FEEDS.contains(&plain(verb).as_str()) || code.arguments(call).is_empty() {
        return None;
    }
    let name = receiver.last()?;
    let made = code.inside(function).find(|n| {
        *n < call
            && code.kind(*n) == Kind::Assign
            && code.child(*n, Role::Target).is_some_and(|t| code.steps(t).last() == Some(name))
    })?;
    let value = plain(code.slice(code.child(made, Role::Value)?));
    let keyed = KEYS.iter().any(|w| value.contains(w));
    HASHES.iter().filter(|_| !keyed).find(|(hash, _)| value.contains(hash)).map(|(_, name)| *name)
}

/// A parameter of a function that stands in a call.
fn parameter_in(code: &Code, function: NodeId, call: NodeId) -> Option<&str> {
    let parameters: Vec<&str> = code
        .of_kind_in(function, Kind::Parameter)
        .filter_map(|p| parameter_name(code, p))
        .filter(|p| !matches!(*p, "self" | "this" | "cls"))
        .collect();
    let mut names = code.inside(call).filter(|n| code.kind(*n) == Kind::Name);
    names.find_map(|n| parameters.iter().find(|p| **p == code.slice(n).trim_start_matches('$')).copied())
}

/// The first name in a call's arguments that stands for what identifies somebody.
fn identifier(code: &Code, call: NodeId) -> Option<&str> {
    let is = |text: &str| {
        let whole = plain(text);
        IDENTIFIERS.contains(&whole.as_str())
            || segments(text).iter().any(|w| IDENTIFIERS.contains(&w.to_ascii_lowercase().as_str()))
    };
    code.inside(call).find_map(|n| {
        let text = match code.kind(n) {
            Kind::Name if !matches!(code.role(n), Role::Callee) => code.slice(n),
            Kind::Member | Kind::Index => code.steps(n).pop()?,
            Kind::String if code.role(n) == Role::Key => code.literal(n)?,
            _ => return None,
        };
        is(text).then_some(text)
    })
}

/// A generator that starts from a number that stands in the code, or from the value that it replaces.
fn seed(collector: &mut Collector<'_>, code: &Code, node: NodeId, symbol: &str) {
    const SEEDS: &[&str] = &["seed", "seedinstance", "setseed", "srand", "seedlocale"];
    let call = matches!(code.kind(node), Kind::Call | Kind::New);
    let verb = if call { plain(code.called(node)) } else { String::new() };
    let random =
        code.kind(node) == Kind::New && verb == "random" || call && verb == "random" && code.called(node) == "Random";
    if !SEEDS.contains(&verb.as_str()) && !random {
        return;
    }
    let Some(given) = code.arguments(node).into_iter().next() else { return };
    let (transform, input) = match code.kind(given) {
        Kind::Number => (Transform::FixedSeed, None),
        _ => match identifier(code, node) {
            Some(input) => (Transform::SeedFromValue, Some(input.to_owned())),
            None => return,
        },
    };
    let kind = Weak { symbol: symbol.to_owned(), transform, method: code.steps(node).join("."), input };
    collector.add(callee_span(code, node), &Around::key(symbol), Says::Weak(kind));
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
