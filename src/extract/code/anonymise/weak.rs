//! Transformations that anybody can repeat or undo: in comes an anonymiser, out come hashes without a key, and
//! generators that start from a number in the code or from the value that they replace.

use super::super::clients::callee_span;
use super::{parameter_name, plain};
use crate::extract::collect::{Around, Collector};
use crate::fact::environment::segments;
use crate::fact::{Kind as Says, Transform, Weak};
use crate::parse::code::{Code, Kind, NodeId, Role};

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

/// Weak transformations inside an anonymiser, or a function of the file that it calls.
pub(super) fn weak(collector: &mut Collector<'_>, code: &Code, function: NodeId, name: &str) {
    let keyed = is_keyed(code, function);
    for node in code.inside(function) {
        if !keyed {
            hash(collector, code, node, name, Some(function));
        }
        seed(collector, code, node, name);
    }
}

/// The functions of the file that a function calls or hands on: `pattern.sub(_hash, text)`.
pub(super) fn helpers(code: &Code, function: NodeId) -> Vec<NodeId> {
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

pub(super) fn hash(collector: &mut Collector<'_>, code: &Code, node: NodeId, symbol: &str, function: Option<NodeId>) {
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
