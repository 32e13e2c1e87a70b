//! Finding expressions that are resolved elsewhere: in comes a string, out come `${X:-default}`, `{{ env_var('X') }}`,
//! `vault:…`, ARNs and their like, with store, scope, name and the default that takes over when nothing is set.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::fact::Store;

/// One expression in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The whole expression: `${X:-default}`.
    pub range: Range<usize>,
    /// Where it is looked up.
    pub store: Store,
    /// The part of the store; may be empty.
    pub scope: String,
    /// The name that is looked up.
    pub name: String,
    /// The literal that takes over when nothing is set.
    pub default: Option<Range<usize>>,
}

/// What can begin an expression; a text without any of these has none.
const STARTS: &[&str] = &[
    "$",
    "{{",
    "<%",
    "#{",
    "!{",
    "arn:aws",
    "vault:",
    "vault://",
    ".vault.azure.net/",
    "@Microsoft.KeyVault(",
    "op://",
    "callout:",
    "projects/",
    "secretsmanager:",
    "akv://",
    "sm://",
    "gcp:",
];

/// Whether a text can hold an expression at all. Run once over a file, it saves reading its scalars.
pub fn possible(text: &str) -> bool {
    static STARTS_OF: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(STARTS).ok());
    STARTS_OF.as_ref().is_none_or(|a| a.is_match(text))
}

/// All expressions of a text in order of their start; nested ones follow the one that holds them.
pub fn expressions(text: &str) -> Vec<Expression> {
    let mut out = Vec::new();
    if !possible(text) {
        return out;
    }
    braces(text, &mut out);
    templates(text, &mut out);
    stores(text, &mut out);
    out.sort_by_key(|e| (e.range.start, std::cmp::Reverse(e.range.end)));
    out.dedup_by(|b, a| a.range == b.range);
    out
}

/// The variables of shell text that stand without braces: `$SF_TOKEN`.
pub fn bare_variables(text: &str) -> Vec<Expression> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    for at in memchr::memchr_iter(b'$', bytes) {
        let rest = &bytes[at + 1..];
        let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let escaped = at > 0 && matches!(bytes[at - 1], b'\\' | b'$');
        if length > 1 && !escaped && !rest[0].is_ascii_digit() {
            out.push(environment(at..at + 1 + length, &text[at + 1..at + 1 + length], None));
        }
    }
    out
}

/// The innermost expression whose default holds a range: a URL there is a fallback.
pub fn fallback_of<'a>(expressions: &'a [Expression], inner: &Range<usize>) -> Option<&'a Expression> {
    expressions
        .iter()
        .filter(|e| e.default.as_ref().is_some_and(|d| d.start <= inner.start && inner.end <= d.end))
        .min_by_key(|e| e.range.len())
}

fn environment(range: Range<usize>, name: &str, default: Option<Range<usize>>) -> Expression {
    Expression { range, store: Store::Environment, scope: String::new(), name: name.to_owned(), default }
}

/// `${…}` in all its dialects: shell, compose, Spring, Kafka Connect, Mule, serverless. `${{ … }}` is not one of them.
fn braces(text: &str, out: &mut Vec<Expression>) {
    let bytes = text.as_bytes();
    let mut starts = Vec::new();
    for at in memchr::memchr3_iter(b'{', b'}', b'\n', bytes) {
        match bytes[at] {
            b'{' if at > 0 && bytes[at - 1] == b'$' && bytes.get(at + 1) != Some(&b'{') => starts.push(Some(at - 1)),
            b'{' => starts.push(None),
            b'}' => {
                if let Some(Some(start)) = starts.pop() {
                    out.extend(brace(text, start..at + 1));
                }
            }
            // An expression may span lines, but text that never closes its braces must not pile up.
            _ if starts.len() > 64 => starts.clear(),
            _ => {}
        }
    }
}

fn brace(text: &str, range: Range<usize>) -> Option<Expression> {
    let start = range.start + 2;
    let body = &text[start..range.end - 1];
    let length = body.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-')).count();
    let (mut name, mut rest) = body.split_at(length);
    // In a shell a name holds no `-`: `${X-default}`. In Spring it does: `${my-prop:default}`.
    if let Some(dash) = name.find('-').filter(|_| !rest.starts_with(':') || rest.starts_with("://")) {
        (name, rest) = body.split_at(dash);
    }
    if let Some((store, prefix)) = prefixed(name, rest) {
        return lookup(text, range, store, start + prefix);
    }
    if name.is_empty() {
        return None;
    }
    let at = start + name.len();
    let end = range.end - 1;
    let default = match rest.as_bytes() {
        [b':', b'-' | b'=', ..] => Some(at + 2..end),
        [b':', b'+' | b'?', ..] => None,
        [b':', ..] => Some(at + 1..end),
        [b'-' | b'=', ..] => Some(at + 1..end),
        _ => None,
    };
    let mut found = environment(range, name, default);
    if name.contains(['.', '-']) {
        found.store = Store::Property;
    }
    Some(found)
}

/// `${env:X}`, `${vault:path:key}`, `${ssm:/path}`, `${secure::x}`: a provider stands before the colon. The length of
/// what comes before the name is returned with its store.
fn prefixed(name: &str, rest: &str) -> Option<(Store, usize)> {
    let store = match name {
        "env" | "ENV" => Store::Environment,
        "vault" => Store::Vault,
        "ssm" | "aws" | "secretsmanager" => Store::Aws,
        "gcp" | "sm" => Store::Google,
        "secure" | "sys" | "file" | "self" | "opt" | "param" | "secrets" => Store::Property,
        _ => return None,
    };
    let colons = rest.bytes().take_while(|b| *b == b':').count();
    (colons > 0 && !rest.starts_with(":-")).then_some((store, name.len() + colons))
}

fn lookup(text: &str, range: Range<usize>, store: Store, start: usize) -> Option<Expression> {
    let body = &text[start..range.end - 1];
    let (name, default) = match (store, body.find(":-").or_else(|| body.find(','))) {
        (Store::Environment, Some(at)) => {
            let skip = if body[at..].starts_with(":-") { 2 } else { 1 };
            (&body[..at], Some(start + at + skip..range.end - 1))
        }
        _ => (body, None),
    };
    let name = name.trim();
    (!name.is_empty()).then(|| Expression { range, store, scope: String::new(), name: name.to_owned(), default })
}

/// A template's form: its text, the store, and which capture is the name; capture `default` is a literal.
struct Form {
    store: Store,
    regex: Regex,
}

static TEMPLATES: LazyLock<Vec<Form>> = LazyLock::new(|| {
    const FORMS: &[(Store, &str)] = &[
        // dbt and Jinja.
        (
            Store::Environment,
            r#"\{\{-?\s*env_var\(\s*['"](?<name>\w+)['"]\s*(?:,\s*['"](?<default>[^'"]*)['"]\s*)?\)[^}]*\}\}"#,
        ),
        (Store::Environment, r"\{\{-?\s*(?:\$?env|ENV|environ)\.(?<name>\w+)[^}]*\}\}"),
        (Store::Environment, r#"\{\{-?\s*lookup\(\s*['"]env['"]\s*,\s*['"](?<name>\w+)['"]\s*\)[^}]*\}\}"#),
        (Store::Property, r"\{\{-?\s*secrets?\.(?<name>[\w.-]+)[^}]*\}\}"),
        (Store::Vault, r#"\{\{-?\s*(?:with\s+secret|vault)[\s.(]+['"]?(?<name>[\w./-]+)['"]?[^}]*\}\}"#),
        (Store::Property, r"\{\{-?\s*\$?\.Values\.(?<name>[\w.]+)[^}]*\}\}"),
        (Store::Property, r"\{\{-?\s*var\.value\.(?<name>\w+)[^}]*\}\}"),
        // Rails.
        (
            Store::Environment,
            r#"<%=\s*ENV\[\s*['"](?<name>\w+)['"]\s*\](?:\s*\|\|\s*['"](?<default>[^'"]*)['"])?[^%]*%>"#,
        ),
        (
            Store::Environment,
            r#"<%=\s*ENV\.fetch\(\s*['"](?<name>\w+)['"]\s*(?:,\s*['"](?<default>[^'"]*)['"]\s*)?\)(?:\s*\{\s*['"](?<default2>[^'"]*)['"]\s*\})?[^%]*%>"#,
        ),
        // Mule.
        (Store::Property, r#"#\[\s*p\(\s*['"](?:secure::)?(?<name>[\w.-]+)['"]\s*\)[^\]]*\]"#),
        (Store::Property, r"!\[(?<name>[A-Za-z0-9+/=]{8,})\]"),
    ];
    forms(FORMS)
});

static STORES: LazyLock<Vec<Form>> = LazyLock::new(|| {
    const FORMS: &[(Store, &str)] = &[
        (
            Store::Aws,
            r"\barn:aws[\w-]*:(?:secretsmanager:[\w-]*:\d*:secret:|ssm:[\w-]*:\d*:parameter/)(?<name>[\w/+=.@-]+)",
        ),
        (Store::Aws, r"\{\{resolve:(?:secretsmanager|ssm-secure|ssm):(?<name>[\w/+=.@:-]+)\}\}"),
        (Store::Azure, r"https://(?<scope>[\w-]+)\.vault\.azure\.net/secrets/(?<name>[\w-]+)(?:/[0-9a-f]+)?/?"),
        (Store::Azure, r"@Microsoft\.KeyVault\(VaultName=(?<scope>[\w-]+);\s*SecretName=(?<name>[\w-]+)[^)]*\)"),
        (Store::Azure, r"\bakv://(?<scope>[\w-]+)/(?<name>[\w-]+)"),
        (Store::OnePassword, r"\bop://(?<scope>[^/\s'\x22]+)/(?<name>[^\s'\x22]+)"),
        (Store::Google, r"\bprojects/(?<scope>[\w-]+)/secrets/(?<name>[\w-]+)(?:/versions/\w+)?"),
        (Store::Vault, r"\bvault:(?://)?(?<name>[\w./-]+(?:#[\w.-]+)?)"),
        (Store::NamedCredential, r"\bcallout:(?<name>\w+)"),
    ];
    forms(FORMS)
});

fn forms(table: &[(Store, &str)]) -> Vec<Form> {
    table.iter().filter_map(|(store, text)| Some(Form { store: *store, regex: Regex::new(text).ok()? })).collect()
}

fn templates(text: &str, out: &mut Vec<Expression>) {
    if memchr::memmem::find(text.as_bytes(), b"{{").is_some()
        || memchr::memmem::find(text.as_bytes(), b"<%").is_some()
        || memchr::memchr2(b'#', b'!', text.as_bytes()).is_some()
    {
        TEMPLATES.iter().for_each(|form| apply(form, text, out));
    }
}

fn stores(text: &str, out: &mut Vec<Expression>) {
    // Every one of these forms holds a colon or a slash.
    if memchr::memchr2(b':', b'/', text.as_bytes()).is_some() {
        STORES.iter().for_each(|form| apply(form, text, out));
    }
}

fn apply(form: &Form, text: &str, out: &mut Vec<Expression>) {
    for found in form.regex.captures_iter(text) {
        let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else { continue };
        // `${{ … }}` is CI's own expression.
        if text[..whole.start()].ends_with('$') {
            continue;
        }
        // `${vault:path}` was read as a brace.
        if out.iter().any(|e| e.range.start <= whole.start() && whole.end() <= e.range.end && e.default.is_none()) {
            continue;
        }
        out.push(Expression {
            range: whole.range(),
            store: form.store,
            scope: found.name("scope").map_or_else(String::new, |m| m.as_str().to_owned()),
            name: name.as_str().to_owned(),
            default: found.name("default").or_else(|| found.name("default2")).map(|m| m.range()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_tells_store_name_and_default() {
        const URL: &str = "https://login.salesforce.com";
        for (text, store, name, default) in [
            ("${SF_URL}", Store::Environment, "SF_URL", None),
            ("${SF_URL:-https://login.salesforce.com}", Store::Environment, "SF_URL", Some(URL)),
            ("${SF_URL-https://login.salesforce.com}", Store::Environment, "SF_URL", Some(URL)),
            ("${SF_URL:=https://login.salesforce.com}", Store::Environment, "SF_URL", Some(URL)),
            ("${SF_URL:?https://login.salesforce.com}", Store::Environment, "SF_URL", None),
            ("${SF_URL:+https://login.salesforce.com}", Store::Environment, "SF_URL", None),
            ("${sf.login-url:https://login.salesforce.com}", Store::Property, "sf.login-url", Some(URL)),
            ("${env:SF_TOKEN}", Store::Environment, "SF_TOKEN", None),
            ("${vault:secret/crm:token}", Store::Vault, "secret/crm:token", None),
            ("${secure::sf.password}", Store::Property, "sf.password", None),
            ("{{ env_var('SF_URL', 'https://login.salesforce.com') }}", Store::Environment, "SF_URL", Some(URL)),
            ("<%= ENV.fetch('SF_URL', 'https://login.salesforce.com') %>", Store::Environment, "SF_URL", Some(URL)),
            ("<%= ENV['SF_TOKEN'] %>", Store::Environment, "SF_TOKEN", None),
            ("{{ secrets.SF_TOKEN }}", Store::Property, "SF_TOKEN", None),
            ("vault:secret/data/crm#token", Store::Vault, "secret/data/crm#token", None),
            (
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm/prod-AbCdEf",
                Store::Aws,
                "crm/prod-AbCdEf",
                None,
            ),
            ("https://kv-prod.vault.azure.net/secrets/crm-token/", Store::Azure, "crm-token", None),
            ("op://shop/crm/token", Store::OnePassword, "crm/token", None),
            ("projects/shop/secrets/crm/versions/latest", Store::Google, "crm", None),
            ("callout:Stripe_API/v1/charges", Store::NamedCredential, "Stripe_API", None),
        ] {
            let found = expressions(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            let e = &found[0];
            assert_eq!(
                (e.store, e.name.as_str(), e.default.clone().map(|d| &text[d])),
                (store, name, default),
                "{text}"
            );
        }
    }

    #[test]
    fn the_innermost_default_counts() {
        let text = "${A:-${B:-https://login.salesforce.com}}";
        let found = expressions(text);
        let at = text.find("https").unwrap();
        assert_eq!(fallback_of(&found, &(at..at + 28)).map(|e| e.name.as_str()), Some("B"));
    }

    #[test]
    fn what_is_no_expression_is_none() {
        for text in ["a {b} c", "$", "${", "${}", "${{ secrets.X }}", "}}}", "price: $5", "https://a.example/x"] {
            assert_eq!(expressions(text), [], "{text}");
        }
    }
}
