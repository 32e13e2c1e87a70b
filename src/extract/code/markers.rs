//! Signs of code that was written to show how something works: in comes a [`Code`], out come places where certificates
//! are not checked towards a customer system, functions that say they anonymise and hand back what they got, notes that
//! masking is still to be done, and the org ids of a vendor's tutorials. Whether the place is one that production runs
//! is linking's question.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use regex::Regex;

use super::super::collect::{Around, Collector};
use super::names::Names;
use super::routes::words;
use super::strings::{Text, addresses, is_whole};
use crate::fact::{Kind as Says, Marker, Sign};
use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::registry::clients::clients;

/// What a file's bytes hold where certificates may not be checked, or where something anonymises. Asked before a file
/// is parsed.
#[rustfmt::skip]
pub const WORDS: &[&str] = &[
    "rejectUnauthorized", "NODE_TLS_REJECT_UNAUTHORIZED", "InsecureSkipVerify", "CURLOPT_SSL_VERIFY", "VERIFY_NONE",
    "CERT_NONE", "verify=False", "verify = False", "ServerCertificateCustomValidationCallback",
    "ServerCertificateValidationCallback", "_create_unverified_context", "X509TrustManager", "NoopHostnameVerifier", "ostnameVerifier",
    "TrustAllStrategy", "DangerousAcceptAny", "def anonymi", "def pseudonymi", "function anonymi",
    "function pseudonymi", "anonymize(", "anonymise(", "Anonymize(", "Anonymise(", "anonymize = ", "anonymise = ",
    "pseudonymize(", "pseudonymise(", "Pseudonymize(", "Pseudonymise(", "mask_pii", "maskPii", "maskPII",
    "mask_customer", "maskCustomer", "mask_contact", "maskContact", "mask_record", "maskRecord", "mask_email",
    "maskEmail", "redact_pii", "redactPii", "redactPII", "scrub_pii", "scrubPii", "scrubPII", "deidentify",
    SAMPLE_ORGS[0], SAMPLE_ORGS[1], SAMPLE_ORGS[2],
];

/// Org ids that stand in Salesforce's own guides; in two parts, so that this file is not taken for one that uses them.
const SAMPLE_ORGS: [&str; 3] =
    [concat!("00D", "000000000062"), concat!("00D", "x0000000BV7z"), concat!("00D", "xx0000001gPL")];

/// Kinds of system whose records are customers'.
const CUSTOMER_SYSTEMS: &[&str] = &["crm", "commerce"];

static NOTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:TODO|FIXME|XXX|HACK)\b[^\n]*?(?:\b(?:de-?)?(?:anonymi[sz]|pseudonymi[sz])|\b(?P<weak>mask(?:s|ing|ed)?|redact(?:s|ing|ed|ion)?|scrub(?:s|bing|bed)?)\b)[^\n]*",
    )
    .ok()
});

/// What makes a note about masking one about people.
static PERSONAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:pii|phi|personal|gdpr|customers?|contacts?|e-?mails?|phones?|names?|addresses|ssn|sensitive|privacy|birth|users? data|real data|records?)\b").ok()
});

/// Masks that are none of people.
static OTHER_MASK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:input|bit|net|subnet|network|image|alpha|layer|clip|date|time|phone|text|field|attention|padding|loss|segmentation|css|svg|color|colour)[ -]?mask|\bmask(?:ed)?[ -](?:the |an? )?(?:input|image|layer|bits?|tensor|token)").ok()
});

/// Whether a text holds a note that [`extract`] would tell: asked before a file is parsed.
pub fn has_note(text: &str) -> bool {
    ["TODO", "FIXME", "XXX", "HACK"].iter().any(|word| {
        memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).any(|at| {
            let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n);
            is_note(text.get(at..end).unwrap_or_default()).is_some()
        })
    })
}

/// Finds them.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    let mut insecure = Vec::new();
    for id in 0..code.len() as u32 {
        if code.kind(id) == Kind::Function {
            identity(collector, code, id);
        }
        match code.kind(id) {
            Kind::Comment => notes(collector, code, id),
            Kind::String => sample_org(collector, code, id),
            Kind::Function if trusts_all(code, id) => insecure.push(id),
            Kind::Pair | Kind::Assign | Kind::Call | Kind::New | Kind::Member
                if unverified(code, id) && !chosen_by_environment(code, id) && !of_database(code, id) =>
            {
                insecure.push(id);
            }
            _ => {}
        }
    }
    // One place of several that say the same: the outermost.
    insecure.dedup_by(|later, earlier| code.is_within(*later, *earlier));
    if insecure.is_empty() {
        return;
    }
    let Some(system) = customer_system(code, names) else { return };
    for id in insecure {
        let what = shown(code, id);
        add(collector, code.span_of(id), Sign::UnverifiedTls, what, Some(system.clone()));
    }
}

fn add(collector: &mut Collector<'_>, span: crate::source::Span, sign: Sign, what: String, system: Option<String>) {
    let key = format!("{sign:?}.{what}");
    collector.add(span, &Around::key(key), Says::Marker(Marker { sign, what, system }));
}

/// A line of code for a label.
fn shown(code: &Code, id: NodeId) -> String {
    code.slice(id).lines().next().unwrap_or_default().chars().take(60).collect()
}

/// The customer system that a file talks to: by its client library, or by an address.
fn customer_system(code: &Code, names: &Names<'_>) -> Option<String> {
    let by_library = names.imports.iter().filter_map(|(_, s)| clients().of_package(s));
    let by_library = by_library
        .filter(|c| !c.platform && CUSTOMER_SYSTEMS.contains(&c.category.as_str()))
        .map(|c| c.provider.clone())
        .next();
    by_library.or_else(|| {
        let strings = (0..code.len() as u32).filter(|id| is_whole(code, *id));
        strings.flat_map(|id| addresses(&Text::of(code, names, id))).find_map(|url| {
            let known = super::super::provider_of(&url.host)?;
            CUSTOMER_SYSTEMS.contains(&known.category).then(|| known.provider.to_owned())
        })
    })
}

/// Whether a node turns the check of certificates off.
fn unverified(code: &Code, id: NodeId) -> bool {
    let value_is = |kind: Kind, text: &str| {
        code.child(id, Role::Value)
            .is_some_and(|v| code.kind(v) == kind || code.slice(v).trim_matches(['"', '\'']) == text)
    };
    match code.kind(id) {
        Kind::Pair => match code.key(id).unwrap_or_default() {
            "rejectUnauthorized" | "strictSSL" | "CURLOPT_SSL_VERIFYPEER" => value_is(Kind::False, "0"),
            // `requests.get(url, verify=False)`, Guzzle's and Faraday's `verify: false`
            "verify" | "verify_ssl" | "ssl_verify" => value_is(Kind::False, "False"),
            "InsecureSkipVerify" => value_is(Kind::True, "true"),
            "verify_mode" | "cert_reqs" => {
                code.slice(id).contains("VERIFY_NONE") || code.slice(id).contains("CERT_NONE")
            }
            _ => false,
        },
        Kind::Assign => {
            let target = code.child(id, Role::Target).map(|t| code.steps(t)).unwrap_or_default();
            match target.last().copied().unwrap_or_default() {
                "NODE_TLS_REJECT_UNAUTHORIZED" => value_is(Kind::Number, "0"),
                "InsecureSkipVerify" => value_is(Kind::True, "true"),
                "verify" | "check_hostname" => target.len() > 1 && value_is(Kind::False, "False"),
                "verify_mode" => code.slice(id).contains("VERIFY_NONE") || code.slice(id).contains("CERT_NONE"),
                "ServerCertificateCustomValidationCallback" | "ServerCertificateValidationCallback" => {
                    let text = code.slice(id).trim_end_matches(';').trim_end();
                    text.ends_with("=> true") || text.contains("DangerousAcceptAny") || text.contains("return true")
                }
                _ => false,
            }
        }
        Kind::Call => {
            let steps = code.steps(id);
            match steps.last().copied().unwrap_or_default() {
                "_create_unverified_context" => true,
                "setHostnameVerifier"
                | "hostnameVerifier"
                | "setDefaultHostnameVerifier"
                | "setSSLHostnameVerifier" => {
                    code.inside(id).any(|f| code.kind(f) == Kind::Function && agrees(code, f))
                }
                "curl_setopt" => {
                    let arguments = code.arguments(id);
                    arguments.get(1).is_some_and(|a| code.slice(*a) == "CURLOPT_SSL_VERIFYPEER")
                        && arguments
                            .get(2)
                            .is_some_and(|a| matches!(code.kind(*a), Kind::False) || code.slice(*a) == "0")
                }
                _ => false,
            }
        }
        Kind::New => matches!(code.called(id), "NoopHostnameVerifier" | "TrustAllStrategy"),
        Kind::Member => {
            let steps = code.steps(id);
            steps.last() == Some(&"INSTANCE")
                && steps.iter().any(|s| matches!(*s, "NoopHostnameVerifier" | "TrustAllStrategy"))
        }
        _ => false,
    }
}

/// A trust manager of Java or Kotlin that has nothing to say against any certificate.
fn trusts_all(code: &Code, function: NodeId) -> bool {
    if code.name(function) != Some("checkServerTrusted") {
        return false;
    }
    let Some(body) = code.child(function, Role::Body) else { return false };
    // An abstract method has no body; one that hands on or throws checks.
    !code.inside(body).any(|n| matches!(code.kind(n), Kind::Call | Kind::New | Kind::Throw))
}

/// `(host, session) -> true`.
fn agrees(code: &Code, function: NodeId) -> bool {
    let text = code.slice(function).trim_end_matches(['}', ' ', '\n', ';']).trim_end();
    text.ends_with("-> true") || text.ends_with("return true")
}

/// Whether the place runs only where the code asked for an environment.
fn chosen_by_environment(code: &Code, id: NodeId) -> bool {
    const WHERE: &[&str] = &["env", "prod", "dev", "local", "test", "debug", "staging", "sandbox", "insecure"];
    code.around(id).filter(|a| code.kind(*a) == Kind::If).any(|branch| {
        let condition =
            code.child(branch, Role::Condition).map(|c| code.slice(c).to_ascii_lowercase()).unwrap_or_default();
        WHERE.iter().any(|w| condition.contains(w))
    })
}

/// Whether the setting is a database's, a queue's or a mail server's.
fn of_database(code: &Code, id: NodeId) -> bool {
    const OTHERS: &[&str] = &[
        "pool",
        "pg",
        "knex",
        "sequelize",
        "redis",
        "ioredis",
        "mongo",
        "mysql",
        "kafka",
        "amqp",
        "transport",
        "typeorm",
        "datasource",
        "database",
        "db",
        "dialectoptions",
        "postgres",
        "smtp",
        "elasticsearch",
        "ldap",
    ];
    code.around(id).any(|a| {
        let said = match code.kind(a) {
            Kind::Call | Kind::New => code.steps(a).join(" "),
            // `ssl: { rejectUnauthorized }` is how database drivers say it.
            Kind::Pair if code.key(a) == Some("ssl") => return true,
            Kind::Pair => code.key(a).unwrap_or_default().to_owned(),
            Kind::Assign => code.child(a, Role::Target).map(|t| code.steps(t).join(" ")).unwrap_or_default(),
            _ => return false,
        };
        words::words(&said).iter().any(|w| OTHERS.contains(&w.as_str()))
    })
}

/// A function that says it anonymises and returns what it was given.
fn identity(collector: &mut Collector<'_>, code: &Code, id: NodeId) {
    let Some(name) = named(code, id) else { return };
    if !says_anonymise(name) || is_honest(code, id, name) {
        return;
    }
    let Some(body) = code.child(id, Role::Body) else { return };
    let inside: Vec<NodeId> = std::iter::once(body).chain(code.inside(body)).collect();
    let acts = inside.iter().any(|n| {
        matches!(
            code.kind(*n),
            Kind::Call
                | Kind::New
                | Kind::Assign
                | Kind::If
                | Kind::Loop
                | Kind::Function
                | Kind::Throw
                | Kind::Case
                | Kind::Concat
        )
    });
    if acts {
        return;
    }
    let returned: Vec<NodeId> =
        match inside.iter().filter(|n| code.kind(**n) == Kind::Return).copied().collect::<Vec<_>>() {
            // `(record) => record`, and Ruby's last expression.
            none if none.is_empty() => inside.iter().copied().filter(|n| code.kind(*n) == Kind::Name).collect(),
            some => {
                some.into_iter().filter_map(|r| code.children(r).find(|c| code.kind(*c) != Kind::Comment)).collect()
            }
        };
    let [value] = returned.as_slice() else { return };
    let given = code.text().get(code.node(id).start as usize..code.node(body).start as usize).unwrap_or_default();
    let text = code.slice(*value);
    let parameters = given.split_once('(').map_or(given, |(_, rest)| rest);
    let is_parameter = !text.is_empty()
        && parameters.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).any(|word| word == text);
    if is_parameter {
        let place = code.child(id, Role::Name).unwrap_or(id);
        add(collector, code.span_of(place), Sign::IdentityAnonymiser, name.to_owned(), None);
    }
}

fn named(code: &Code, function: NodeId) -> Option<&str> {
    code.name(function).or_else(|| {
        let parent = code.node(function).parent;
        match code.kind(parent) {
            Kind::Assign => code.steps(code.child(parent, Role::Target)?).pop(),
            Kind::Pair => code.key(parent),
            _ => None,
        }
    })
}

/// Whether a function's name says that it changes people's data.
fn says_anonymise(name: &str) -> bool {
    const PEOPLE: &[&str] = &[
        "pii",
        "personal",
        "customer",
        "customers",
        "contact",
        "contacts",
        "email",
        "emails",
        "phone",
        "name",
        "names",
        "user",
        "users",
        "record",
        "records",
        "row",
        "rows",
        "lead",
        "leads",
        "person",
        "people",
        "address",
        "data",
        "ssn",
        "fields",
    ];
    let words = words::words(name);
    let Some(first) = words.first() else { return false };
    let strong = |w: &String| {
        ["anonymiz", "anonymis", "pseudonymiz", "pseudonymis", "deidentif"].iter().any(|p| w.starts_with(p))
            && !w.ends_with("er")
            && !w.ends_with("ed")
    };
    let weak = matches!(first.as_str(), "mask" | "redact" | "scrub" | "obfuscate");
    let negated = words
        .iter()
        .any(|w| matches!(w.as_str(), "skip" | "no" | "without" | "is" | "should" | "un" | "de" | "can" | "has"));
    !negated && (words.iter().any(strong) || weak && words.iter().skip(1).any(|w| PEOPLE.contains(&w.as_str())))
}

/// Whether a class or name says itself that it does nothing.
fn is_honest(code: &Code, function: NodeId, name: &str) -> bool {
    const HONEST: &[&str] = &[
        "noop",
        "null",
        "identity",
        "passthrough",
        "dummy",
        "fake",
        "stub",
        "mock",
        "disabled",
        "none",
        "abstract",
        "base",
        "default",
    ];
    let class = code.enclosing(function, Kind::Class).and_then(|c| code.name(c)).unwrap_or_default();
    words::words(&format!("{class} {name}")).iter().any(|w| HONEST.contains(&w.as_str()) || w == "op")
}

fn notes(collector: &mut Collector<'_>, code: &Code, id: NodeId) {
    let text = code.slice(id);
    for (at, line) in lines(text) {
        if let Some(range) = is_note(line) {
            let start = code.node(id).start + at + range.start as u32;
            let end = start + range.len() as u32;
            let what: String =
                line.get(range).unwrap_or_default().trim_end_matches(['*', '/', ' ']).chars().take(80).collect();
            add(collector, code.span(start..end), Sign::Note, what, None);
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut at = 0u32;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len() as u32;
        (start, line.trim_end())
    })
}

/// The place of a note that people's data are still to be masked.
fn is_note(line: &str) -> Option<std::ops::Range<usize>> {
    let found = NOTE.as_ref()?.captures(line)?;
    let whole = found.get(0)?;
    let text = whole.as_str();
    if found.name("weak").is_some() {
        let personal = PERSONAL.as_ref()?.is_match(text);
        if !personal || OTHER_MASK.as_ref()?.is_match(text) {
            return None;
        }
    }
    let end = whole.start() + text.trim_end_matches(['*', '/', ' ', '-', '>']).len();
    Some(whole.start()..end)
}

fn sample_org(collector: &mut Collector<'_>, code: &Code, id: NodeId) {
    let Some(text) = code.literal(id) else { return };
    let rest = SAMPLE_ORGS.iter().find_map(|org| text.strip_prefix(org));
    if rest.is_some_and(|r| r.len() <= 3 && r.bytes().all(|b| b.is_ascii_alphanumeric())) {
        add(collector, code.span_of(id), Sign::SampleOrg, text.to_owned(), None);
    }
}
