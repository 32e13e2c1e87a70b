//! Values that their name gives away: `password: …`, `"client_secret": "…"`, `<token>…</token>`, `--api-key …`,
//! `https://user:…@host`, `?access_token=…`. A reference to a secret kept elsewhere is no secret and stays readable.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::fact::environment::segments;
use crate::registry::secrets::{is_prefix, scan};

/// A key, an assignment, a value. XML elements and command line options read as the same.
static ASSIGNMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?P<key>[A-Za-z][A-Za-z0-9_.-]{1,80})"#,
        r#"(?:["'`\]]{0,3}[ \t]{0,8}(?:=>|:=|=|:)[ \t]{0,8}|>|(?P<option>[ ]))"#,
        r#"(?P<value>"[^"\n]*"|'[^'\n]*'|`[^`\n]*`|[^\s"'`,;&<>()\[\]]+)"#,
    ))
    .ok()
});

/// A password inside a URL, behind the user's name.
static USERINFO: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"://[^/\s:@"'<>]*:(?P<value>[^/\s"'<>]+?)@[A-Za-z0-9\[]"#).ok());

/// Headers, `curl -u`, and query parameters whose plain names mean a secret only there.
static PLACES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?i)\b(?:bearer|basic|oauth)[ ]+["']?(?P<a>[A-Za-z0-9._~+/=!-]*[0-9][A-Za-z0-9._~+/=!-]*)"#,
        r#"|(?:^|\s)(?:-u|--user)[ =]["']?[^\s:"']+:(?P<b>[^\s"']+)"#,
        r#"|[?&](?:key|code|sig|auth|hmac|st|se)=(?P<c>[^&\s"'<>#]{8,})"#,
    ))
    .ok()
});

/// Names of secrets, as whole words of a key's name.
const SECRET: &[&str] = &[
    "secret",
    "secrets",
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "pw",
    "token",
    "tokens",
    "apikey",
    "apisecret",
    "apitoken",
    "authtoken",
    "accesstoken",
    "refreshtoken",
    "clientsecret",
    "consumersecret",
    "securitytoken",
    "privatekey",
    "secretkey",
    "accesskey",
    "authkey",
    "signingkey",
    "encryptionkey",
    "hmackey",
    "hapikey",
    "transactionkey",
    "sessionid",
    "sid",
    "cookie",
    "credential",
    "credentials",
    "authorization",
    "signature",
    "salt",
    "pin",
];

/// Names of what belongs to a person; their values must hold this many digits to be one.
const PERSONAL: &[(&str, usize)] = &[
    ("phone", 6),
    ("phones", 6),
    ("mobile", 6),
    ("telephone", 6),
    ("tel", 6),
    ("fax", 6),
    ("msisdn", 6),
    ("cell", 6),
    ("ssn", 4),
    ("sin", 8),
    ("nino", 6),
    ("bsn", 8),
    ("cpf", 9),
    ("pesel", 9),
    ("dni", 7),
    ("aadhaar", 10),
    ("nif", 7),
    ("passport", 5),
    ("taxid", 7),
    ("nationalid", 6),
    ("iban", 10),
    ("accountnumber", 6),
    ("sortcode", 6),
    ("pan", 12),
    ("cardnumber", 12),
    ("ccnumber", 12),
    ("creditcard", 12),
    ("cvv", 3),
    ("cvc", 3),
    ("cvv2", 3),
    ("dob", 6),
    ("birthdate", 6),
    ("dateofbirth", 6),
    ("birthday", 4),
];

/// A name that ends so is about a secret, but holds none.
const ABOUT: &[&str] = &[
    "name",
    "ref",
    "refs",
    "url",
    "uri",
    "path",
    "file",
    "type",
    "field",
    "label",
    "header",
    "store",
    "version",
    "count",
    "length",
    "expiry",
    "expires",
    "ttl",
    "arn",
    "endpoint",
    "policy",
    "max",
    "min",
    "limit",
    "rotation",
    "enabled",
    "required",
    "provider",
    "prefix",
    "class",
    "service",
    "manager",
    "hint",
    "placeholder",
    "input",
    "regex",
    "pattern",
    "help",
    "description",
    "title",
];

/// Words that stand where a value would and are none.
const NO_VALUE: &[&str] = &[
    "string",
    "str",
    "bytes",
    "any",
    "object",
    "number",
    "integer",
    "int",
    "boolean",
    "bool",
    "text",
    "varchar",
    "char",
    "true",
    "false",
    "null",
    "nil",
    "none",
    "undefined",
    "required",
    "optional",
    "inherit",
    "yes",
    "no",
    "on",
    "off",
    "write",
    "read",
    "unset",
    "new",
    "await",
    "self",
    "this",
    "void",
    "function",
    "return",
    "is",
    "in",
    "and",
    "or",
    "for",
];

/// Adds what must be hidden.
pub fn find(text: &str, hidden: &mut Vec<Range<usize>>) {
    if let Some(assignment) = &*ASSIGNMENT {
        let mut at = 0;
        while let Some(found) = assignment.captures_at(text, at) {
            let (Some(key), Some(value)) = (found.name("key"), found.name("value")) else { break };
            // A value may itself be the key of what follows: `fix: secret=…`.
            at = key.end().max(at + 1);
            while !text.is_char_boundary(at) {
                at += 1;
            }
            let is_option = found.name("option").is_some();
            if is_option && !text[..key.start()].ends_with("--") {
                continue;
            }
            let quoted = value.as_str().starts_with(['"', '\'', '`']) && value.len() >= 2;
            let range = if quoted { value.start() + 1..value.end() - 1 } else { value.range() };
            if tells(key.as_str(), &text[range.clone()], quoted || is_option) {
                hidden.push(range);
            }
        }
    }
    for (regex, groups) in [(&*USERINFO, &["value"][..]), (&*PLACES, &["a", "b", "c"])] {
        let Some(regex) = regex else { continue };
        for found in regex.captures_iter(text) {
            for value in groups.iter().filter_map(|g| found.name(g)) {
                if !is_elsewhere(value.as_str()) {
                    hidden.push(value.range());
                }
            }
        }
    }
}

/// Whether a key's name gives its value away. `certain`: the value is a literal, not perhaps a name in code.
fn tells(key: &str, value: &str, certain: bool) -> bool {
    if value.is_empty() || is_elsewhere(value) || is_known_form(value) {
        return false;
    }
    let words: Vec<String> = segments(key).iter().map(|s| s.to_ascii_lowercase()).collect();
    let Some(last) = words.last() else { return false };
    let joined = || words.windows(2).map(|w| w.concat()).chain(words.windows(3).map(|w| w.concat()));
    let named = |list: &[&str]| {
        words.iter().any(|w| list.contains(&w.as_str())) || joined().any(|w| list.contains(&w.as_str()))
    };
    if named(SECRET) && !ABOUT.contains(&last.as_str()) {
        return is_value(&words, value, certain);
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    PERSONAL.iter().any(|(name, least)| digits >= *least && named(&[name]))
        // A number with a unit is a size: `mobile: 768px`.
        && !value.ends_with("px")
}

/// Whether a value has a provider's form, hidden already or not: [`super::tokens`] leaves its public prefix readable.
fn is_known_form(value: &str) -> bool {
    let shown = value.trim_end_matches(super::HIDDEN);
    if shown.len() < value.len() {
        return is_prefix(shown);
    }
    scan(value).first().is_some_and(|m| m.prefix > 0 && m.range == (0..value.len()))
}

/// Whether a value can be a secret's: no type, no number of something, no name of a variable.
fn is_value(key: &[String], value: &str, certain: bool) -> bool {
    if value.len() < 3 && !certain || NO_VALUE.iter().any(|w| value.eq_ignore_ascii_case(w)) {
        return false;
    }
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    if certain {
        return true;
    }
    if value.bytes().all(|b| b.is_ascii_digit()) {
        return value.len() > 6 || key.iter().any(|w| w.starts_with("pass") || w == "pin" || w == "pwd");
    }
    let is_name = value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b'?' | b'!'));
    let speaks_of_secrets = segments(value)
        .iter()
        .any(|s| SECRET.contains(&s.to_ascii_lowercase().as_str()) || s.eq_ignore_ascii_case("key"));
    let member = value.contains('.') && !digits;
    !(is_name && !digits && (speaks_of_secrets || member || value.starts_with(char::is_uppercase)))
}

/// Whether a value says where the secret is instead of being it.
fn is_elsewhere(value: &str) -> bool {
    const STARTS: &[&str] = &[
        "$",
        "{",
        "<",
        "%",
        "vault:",
        "arn:",
        "op://",
        "callout:",
        "projects/",
        "secret/",
        "ssm:",
        "env:",
        "http://",
        "https://",
        "process.env",
        "os.environ",
        "ENV[",
        "import.meta",
        "secrets.",
        "vars.",
        "env.",
        "inputs.",
        "@Microsoft.KeyVault",
        "!",
        "&",
    ];
    STARTS.iter().any(|s| value.starts_with(s)) || value.contains("${") || value.contains("{{") || value.contains("#{")
}
