//! Parameters of an anonymiser or generator that others can see: in comes a [`Code`], out come salts, keys and seeds that
//! the code itself holds, that a handler returns, that a log line shows, or that a client bundle carries.
//!
//! A seed of a drawing, a salt of a password and an HMAC of a webhook are nobody's anonymisation: the function, its
//! class, its file or the value that goes in must say that people's data are changed here.

use super::super::collect::{Around, Collector};
use super::names::Names;
use super::routes::words::words;
use crate::fact::{Exposure, Kind as Says, Parameter};
use crate::parse::code::{Code, Kind, NodeId, Role};

/// What the build of a client puts into its bundle.
pub(in crate::extract) const BUNDLED: &[&str] =
    &["VITE_", "NEXT_PUBLIC_", "REACT_APP_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "GATSBY_", "VUE_APP_", "PUBLIC_"];

/// Words that name an anonymiser or a generator of people.
const STEMS: &[&str] =
    &["anonymis", "anonymiz", "pseudonymis", "pseudonymiz", "deidentif", "synthetic", "masker", "masking", "tokeniser"];

/// Whether a file may hold one: asked before it is parsed.
pub fn may_hold(path: &str, text: &str) -> bool {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let parameters =
        ["salt", "SALT", "Salt", "hmac", "Hmac", "HMAC", "seed", "SEED", "pepper", "OperatorConfig", "_KEY", "_SECRET"];
    let parameter = parameters.iter().any(|w| has(w));
    if !parameter {
        return false;
    }
    let bundled = BUNDLED.iter().any(|w| has(w)) && bundled_names(text).next().is_some();
    let lower = path.to_ascii_lowercase();
    let said = ["onymi", "eidentif", "ynthetic", "asking", "mask_", "maskE", "maskP", "maskC"].iter().any(|w| has(w));
    let presidio = has("presidio_anonymizer");
    let answers = has("enerator")
        && ["/generator", "Generator"].iter().any(|w| has(w))
        && ["route", "Route", "app.", "Mapping", "Controller"].iter().any(|w| has(w));
    bundled || said || presidio || answers || STEMS.iter().any(|w| lower.contains(w))
}

/// The variables of a client bundle in a text that name a generation parameter, with their places.
pub fn bundled_names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    BUNDLED.iter().flat_map(move |prefix| {
        memchr::memmem::find_iter(text.as_bytes(), prefix.as_bytes()).filter_map(move |at| {
            let whole = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric() && text.as_bytes()[at - 1] != b'_';
            let rest = text.get(at..)?;
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let name = rest.get(..end)?;
            (whole && is_bundled(name)).then_some((at, name))
        })
    })
}

/// Whether a bundled variable's name is that of a salt, seed or key of an anonymiser. `…_SUPABASE_ANON_KEY` is a key for
/// anonymous visitors, `…_GENERATOR_KEY` one of a service, and `PUBLIC_MASKING_KEY` may be the public half of a pair.
pub(in crate::extract) fn is_bundled(name: &str) -> bool {
    let words = words(name);
    let is = |w: &str| words.iter().any(|x| x == w);
    let stem = words.iter().any(|w| STEMS.iter().any(|s| w.starts_with(s)) || w == "mask");
    let about = stem || words.iter().any(|w| matches!(w.as_str(), "synth" | "faker" | "generator"));
    let key = stem && (is("key") || is("secret")) && !name.starts_with("PUBLIC_");
    key || about && (is("salt") || is("seed") || is("pepper") || is("hmac"))
}

/// Finds them.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    if !may_hold(&collector.source.path, code.text()) {
        return;
    }
    let file = STEMS.iter().any(|s| words(&collector.source.path).iter().any(|w| w.starts_with(s)))
        || names.imports.iter().any(|(_, specifier)| specifier.starts_with("presidio_anonymizer"));
    // SvelteKit hands each by its name: `import { PUBLIC_MASK_SALT } from '$env/static/public'`.
    for (import, _) in names.imports.iter().filter(|(_, s)| s.starts_with("$env/") && s.ends_with("/public")) {
        let taken = code.inside(*import).filter(|n| code.role(*n) == Role::Name && is_bundled(code.slice(*n)));
        taken.for_each(|n| add(collector, code.span_of(n), Parameter::Salt, "bundled", code.slice(n)));
    }
    for id in 0..code.len() as u32 {
        match code.kind(id) {
            Kind::Call | Kind::New => {
                keyed(collector, code, names, id, file);
                seeded(collector, code, id, file);
                logged(collector, code, id, file);
            }
            Kind::Assign | Kind::Pair => salted(collector, code, id, file),
            Kind::Member | Kind::Index => bundled(collector, code, id),
            _ => {}
        }
    }
}

fn add(collector: &mut Collector<'_>, span: crate::source::Span, parameter: Parameter, how: &'static str, what: &str) {
    let what: String = what.chars().take(60).collect();
    let key = format!("{how}.{what}");
    collector.add(span, &Around::key(key), Says::Exposure(Exposure { parameter, how, what }));
}

/// Whether a place changes people's data, by what stands around it.
fn anonymises(code: &Code, id: NodeId, file: bool) -> bool {
    file || code.around(id).any(|a| {
        let name = match code.kind(a) {
            Kind::Function | Kind::Class => code.name(a),
            Kind::Assign => code.child(a, Role::Target).and_then(|t| code.steps(t).pop()),
            _ => None,
        };
        name.is_some_and(says_so)
    })
}

/// Whether a name says that people's data are changed.
pub(in crate::extract) fn says_so(name: &str) -> bool {
    let words = words(name);
    let people = [
        "pii", "email", "emails", "phone", "name", "customer", "contact", "record", "user", "person", "address", "row",
    ];
    words.iter().any(|w| STEMS.iter().any(|s| w.starts_with(s)))
        || words.iter().any(|w| matches!(w.as_str(), "mask" | "redact" | "scrub"))
            && words.iter().any(|w| people.contains(&w.as_str()))
}

/// A keyed hash whose key is a literal.
fn keyed(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, call: NodeId, file: bool) {
    let steps = code.steps(call);
    let lower: Vec<String> = steps.iter().map(|s| s.to_ascii_lowercase()).collect();
    let Some(last) = lower.last() else { return };
    // `createHmac(…)`, `hmac.new(…)`; what is called on the result is given data.
    let own = last.contains("hmac") || last.ends_with("generatemac") || last.ends_with("secretkeyspec");
    let of_module = matches!(last.as_str(), "new" | "hexdigest" | "digest" | "base64digest")
        && lower.iter().rev().nth(1).is_some_and(|s| s == "hmac");
    if !own && !of_module {
        return;
    }
    let arguments = code.arguments(call);
    let key = match steps.last().copied().unwrap_or_default() {
        "createHmac" => arguments.get(1),
        // Ruby's `OpenSSL::HMAC.hexdigest(digest, key, data)`, Go's `hmac.New(hash, key)`
        "hash_hmac" | "generateMac" | "hmac" if arguments.len() > 2 => arguments.get(2),
        "hexdigest" | "digest" | "base64digest" | "New" if arguments.len() > 1 => arguments.get(1),
        "update" | "final" | "doFinal" | "copy" => None,
        _ => arguments.first(),
    };
    let key = code.entry(call, &["key"]).or(key.copied());
    let Some(literal) = key.and_then(|k| literal_in(code, names, k)) else { return };
    if !anonymises(code, call, file) && !about_people(code, &arguments) || signs(code, call) {
        return;
    }
    add(collector, code.span_of(literal), Parameter::Key, "literal", &format!("{}(…)", steps.join(".")));
}

/// A literal that an expression is or that its name always holds; one that looks like a name of something is none.
fn literal_in(code: &Code, names: &Names<'_>, id: NodeId) -> Option<NodeId> {
    let direct = std::iter::once(id).chain(code.inside(id)).find(|n| code.kind(*n) == Kind::String);
    let found = direct.or_else(|| {
        let name = std::iter::once(id).chain(code.inside(id)).find(|n| code.kind(*n) == Kind::Name)?;
        match names.values(code.slice(name)) {
            [value] => Some(*value).filter(|v| code.kind(*v) == Kind::String),
            _ => None,
        }
    })?;
    // A key that is read from somewhere by its name: `env("SALT")`, `config["salt"]`.
    let reads = code.around(found).take_while(|a| *a > id).any(|a| {
        matches!(code.kind(a), Kind::Index)
            || code.kind(a) == Kind::Call
                && !matches!(
                    code.called(a).to_ascii_lowercase().as_str(),
                    "encode"
                        | "getbytes"
                        | "valueof"
                        | "from"
                        | "bytes"
                        | "unhexlify"
                        | "fromhex"
                        | "b64decode"
                        | "byte"
                )
    });
    let whole_is_read = code.kind(id) == Kind::Call
        && direct.is_some()
        && !matches!(
            code.called(id).to_ascii_lowercase().as_str(),
            "encode" | "getbytes" | "valueof" | "from" | "bytes" | "unhexlify" | "fromhex" | "b64decode" | "byte"
        );
    let text = code.literal(found).unwrap_or_default();
    let is_literal =
        text.len() > 2 && !reads && !whole_is_read && code.kind(id) != Kind::Index && !text.starts_with("${");
    is_literal.then_some(found)
}

/// Whether what goes in is a person's.
fn about_people(code: &Code, arguments: &[NodeId]) -> bool {
    const PEOPLE: &[&str] = &["email", "emails", "phone", "ssn", "msisdn", "surname"];
    arguments.iter().skip(1).chain(arguments.first()).any(|a| {
        std::iter::once(*a)
            .chain(code.inside(*a))
            .any(|n| code.kind(n) == Kind::Name && words(code.slice(n)).iter().any(|w| PEOPLE.contains(&w.as_str())))
    })
}

/// Whether the function around a place signs or checks messages.
fn signs(code: &Code, id: NodeId) -> bool {
    let function =
        code.around(id).find(|a| code.kind(*a) == Kind::Function).and_then(|f| code.name(f)).unwrap_or_default();
    words(function).iter().any(|w| {
        matches!(
            w.as_str(),
            "sign" | "signature" | "verify" | "webhook" | "token" | "csrf" | "unsubscribe" | "gravatar"
        )
    })
}

/// `Faker.seed(42)` in what masks people: everybody can draw the same values again.
fn seeded(collector: &mut Collector<'_>, code: &Code, call: NodeId, file: bool) {
    let steps = code.steps(call);
    let verb = steps.last().map(|s| s.to_ascii_lowercase()).unwrap_or_default();
    let seeds = matches!(
        verb.as_str(),
        "seed" | "seed_instance" | "setseed" | "srand" | "mt_srand" | "default_rng" | "manual_seed"
    ) || code.kind(call) == Kind::New && verb == "random";
    let number = code.arguments(call).first().copied().filter(|a| code.kind(*a) == Kind::Number);
    let (true, Some(number)) = (seeds, number) else { return };
    // In a generator of synthetic data a seed makes runs repeatable; in what masks real people it undoes the mask.
    let masks = code.around(call).any(|a| {
        matches!(code.kind(a), Kind::Function | Kind::Class)
            && code.name(a).is_some_and(|n| says_so(n) && !n.to_ascii_lowercase().contains("synthetic"))
    });
    let path = collector.source.path.to_ascii_lowercase();
    let masks = masks || file && STEMS.iter().filter(|s| **s != "synthetic").any(|s| path.contains(s));
    if masks {
        add(collector, code.span_of(number), Parameter::Seed, "literal", &steps.join("."));
    }
}

/// `salt = "abc"`, `{ pepper: "abc" }`.
fn salted(collector: &mut Collector<'_>, code: &Code, id: NodeId, file: bool) {
    let name = match code.kind(id) {
        Kind::Pair => code.key(id).unwrap_or_default(),
        _ => code.child(id, Role::Target).and_then(|t| code.steps(t).pop()).unwrap_or_default(),
    };
    let own = words(name);
    let is = |w: &str| own.iter().any(|x| x == w);
    let parameter = if is("salt") || is("pepper") {
        Parameter::Salt
    } else if is("hmac") && (is("key") || is("secret")) || name == "key" && is_operator(code, id) {
        Parameter::Key
    } else {
        return;
    };
    let Some(value) = code.child(id, Role::Value) else { return };
    let text = code.literal(value).or_else(|| code.children(value).find_map(|c| code.literal(c)));
    let Some(text) = text.filter(|_| code.kind(value) == Kind::String) else { return };
    let invented = ["${", "{{", "change", "example", "your", "<", "xxx", "todo"]
        .iter()
        .any(|w| text.to_ascii_lowercase().contains(w));
    // The name of a column, a setting or a store is no salt.
    let named = own.iter().any(|w| {
        matches!(
            w.as_str(),
            "name" | "column" | "field" | "path" | "env" | "variable" | "label" | "id" | "length" | "type"
        )
    });
    if text.len() > 2
        && !invented
        && !named
        && !text.contains(char::is_whitespace)
        && (anonymises(code, id, file) || says_so(name))
    {
        add(collector, code.span_of(value), parameter, "literal", name);
    }
}

/// Presidio's `OperatorConfig("encrypt", {"key": …})`.
fn is_operator(code: &Code, id: NodeId) -> bool {
    code.around(id).take(3).any(|a| code.called_if_call(a) == "OperatorConfig")
}

/// A log line that shows a salt or key.
fn logged(collector: &mut Collector<'_>, code: &Code, call: NodeId, file: bool) {
    const LOGS: &[&str] = &["log", "info", "debug", "warn", "warning", "error", "print", "println", "printf", "puts"];
    let steps = code.steps(call);
    if !steps.last().is_some_and(|s| LOGS.contains(&s.to_ascii_lowercase().as_str())) || !anonymises(code, call, file) {
        return;
    }
    for argument in code.arguments(call) {
        let shown = std::iter::once(argument).chain(code.inside(argument)).find(|n| {
            let kind = code.kind(*n);
            let name = matches!(kind, Kind::Name).then(|| code.slice(*n)).unwrap_or_default();
            let words = words(name);
            words.iter().any(|w| matches!(w.as_str(), "salt" | "pepper"))
                || words.iter().any(|w| w == "hmac") && words.iter().any(|w| w == "key")
        });
        if let Some(shown) = shown {
            add(collector, code.span_of(shown), Parameter::Salt, "logged", code.slice(shown));
        }
    }
}

/// `import.meta.env.VITE_ANONYMISER_SALT`.
fn bundled(collector: &mut Collector<'_>, code: &Code, id: NodeId) {
    let steps = code.steps(id);
    let carried = |n: &str| BUNDLED.iter().any(|prefix| n.starts_with(prefix)) && is_bundled(n);
    let Some(name) = steps.last().filter(|n| carried(n)) else { return };
    // What Node reads by itself is in no bundle.
    let of_node = name.starts_with("PUBLIC_") && steps.first() == Some(&"process");
    if steps.len() > 1 && !of_node {
        add(collector, code.span_of(id), Parameter::Salt, "bundled", name);
    }
}

/// What a handler returns of the parameters of a generator: the mapping's entries that tell how to draw the data again.
/// The privacy budget alone is meant to be published.
pub(super) fn returned(collector: &mut Collector<'_>, code: &Code, function: NodeId) {
    for object in code.inside(function).filter(|n| code.kind(*n) == Kind::Object) {
        if !is_answer(code, object, function) {
            continue;
        }
        let pairs: Vec<(NodeId, &str)> = code
            .children(object)
            .filter(|p| code.kind(*p) == Kind::Pair)
            .filter_map(|p| Some((p, code.key(p)?)))
            .collect();
        for (pair, key) in pairs {
            let words = words(key);
            let is = |w: &str| words.iter().any(|x| x == w);
            let parameter = if is("salt") || is("pepper") {
                Parameter::Salt
            } else if words == ["seed"] || is("seed") && (is("generator") || is("random") || is("faker")) {
                Parameter::Seed
            } else if is("key")
                && (is("hmac") || is("masking") || is("anonymisation") || is("anonymization") || is("salt"))
            {
                Parameter::Key
            } else if words.iter().any(|w| w == "model") && (is("path") || is("file") || is("uri")) {
                Parameter::Model
            } else {
                continue;
            };
            // A setting that was made unreadable is none.
            let value = code.child(pair, Role::Value).map(|v| code.slice(v).to_ascii_lowercase()).unwrap_or_default();
            if ["redact", "mask", "***", "null", "none", "undefined"].iter().any(|w| value.contains(w)) {
                continue;
            }
            add(collector, code.span_of(pair), parameter, "returned", key);
        }
    }
}

/// Whether a mapping is what a handler answers: returned, or given to a call that answers.
fn is_answer(code: &Code, object: NodeId, function: NodeId) -> bool {
    const ANSWERS: &[&str] = &[
        "json",
        "send",
        "jsonify",
        "jsonresponse",
        "response",
        "render",
        "ok",
        "success",
        "reply",
        "respond",
        "write",
    ];
    for around in code.around(object) {
        if around == function {
            return false;
        }
        match code.kind(around) {
            Kind::Return => return true,
            Kind::Call | Kind::New => return ANSWERS.contains(&code.called(around).to_ascii_lowercase().as_str()),
            Kind::Assign | Kind::Function | Kind::If | Kind::Loop => return false,
            _ => {}
        }
    }
    false
}
