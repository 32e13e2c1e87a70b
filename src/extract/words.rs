//! What a key's or variable's name says of its value: in comes `SF_LOGIN_URL` or `clientSecret`, out come the role of
//! an endpoint and the role of a credential. All word lists of the generic readers stand here.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::fact::environment::{class_of_word, segments};
use crate::fact::{CredentialRole, EndpointRole};

/// Last words of a key whose value is talked to.
const CONNECTION: &[&str] = &[
    "url",
    "urls",
    "uri",
    "uris",
    "endpoint",
    "endpoints",
    "host",
    "hosts",
    "hostname",
    "server",
    "servers",
    "domain",
    "baseurl",
    "baseuri",
    "loginurl",
    "instanceurl",
    "apiurl",
    "serverurl",
    "address",
    "origin",
    "target",
    "site",
    "instance",
    "login",
    "remote",
    "broker",
    "brokers",
    "dsn",
    "shop",
    "store",
    "backend",
    "gateway",
    "api",
    "connection",
    "proxy",
    "upstream",
];

/// Words anywhere in a key whose value is shown or described, never called.
const INERT: &[&str] = &[
    "link",
    "links",
    "doc",
    "docs",
    "documentation",
    "homepage",
    "repository",
    "repo",
    "bugs",
    "schema",
    "license",
    "licence",
    "badge",
    "href",
    "image",
    "images",
    "img",
    "icon",
    "logo",
    "avatar",
    "photo",
    "picture",
    "thumbnail",
    "callback",
    "callbacks",
    "redirect",
    "redirects",
    "reference",
    "referrer",
    "referer",
    "src",
    "help",
    "support",
    "terms",
    "privacy",
    "example",
    "examples",
    "description",
    "summary",
    "title",
    "comment",
    "note",
    "notes",
    "message",
    "text",
    "readme",
    "changelog",
    "xmlns",
    "namespace",
    "author",
    "blog",
    "website",
    "video",
    "banner",
    "copyright",
    "favicon",
    "og",
    "canonical",
    "placeholder",
    "hint",
];

/// The words of a name, lower case, without the environment that may end it: `SF_URL_PROD`, `loginUrlSandbox`.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = segments(name).iter().map(|w| w.to_ascii_lowercase()).collect();
    while words.len() > 1 && words.last().is_some_and(|w| class_of_word(w).is_some()) {
        words.pop();
    }
    words
}

/// The role of a URL under this key; none where the key says nothing.
pub fn endpoint_role(key: &str) -> EndpointRole {
    thread_local!(static KNOWN: Known<EndpointRole> = Known::none());
    KNOWN.with(|known| known.get(key, judge_endpoint))
}

fn judge_endpoint(key: &str) -> EndpointRole {
    let words = words_of(key);
    let Some(last) = words.last() else { return EndpointRole::Unknown };
    if words.iter().any(|w| w == "aud" || w == "audience") {
        return EndpointRole::Audience;
    }
    if words.iter().any(|w| INERT.contains(&w.as_str())) || key.starts_with('$') {
        return EndpointRole::Inert;
    }
    let last = last.trim_end_matches(|c: char| c.is_ascii_digit());
    if CONNECTION.contains(&last) || ["url", "uri", "endpoint", "host"].iter().any(|w| last.ends_with(w)) {
        return EndpointRole::Connection;
    }
    EndpointRole::Unknown
}

/// Words that end the name of a secret.
const SECRET_LAST: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "passcode",
    "secret",
    "secrets",
    "token",
    "apikey",
    "credential",
    "credentials",
    "creds",
    "pat",
    "clientsecret",
    "accesstoken",
    "authtoken",
    "securitytoken",
    "apitoken",
    "refreshtoken",
    "secretkey",
    "privatekey",
    "accesskey",
    "consumersecret",
    "sessionid",
];

/// Words before a last `key` that make it a secret's.
const SECRET_KEY: &[&str] = &[
    "api",
    "access",
    "secret",
    "private",
    "signing",
    "encryption",
    "service",
    "account",
    "auth",
    "jwt",
    "server",
    "master",
    "shared",
    "webhook",
    "admin",
    "integration",
    "rest",
    "live",
    "storage",
    "ssh",
    "rsa",
    "client",
];

/// Words before a last `key` that make it no secret at all.
const PLAIN_KEY: &[&str] = &[
    "primary",
    "foreign",
    "cache",
    "sort",
    "partition",
    "public",
    "publishable",
    "unique",
    "natural",
    "surrogate",
    "group",
    "object",
    "map",
    "hash",
    "external",
    "dedupe",
    "idempotency",
    "record",
    "row",
    "site",
    "translation",
    "i18n",
    "route",
    "routing",
    "message",
    "host",
    "metadata",
    "label",
    "config",
    "replication",
    "bucket",
    "index",
];

/// Last words of a name that belongs to a user or client and is no secret alone.
const IDENTITY_LAST: &[&str] =
    &["username", "user", "login", "clientid", "consumerkey", "userid", "accountid", "tenantid"];

/// Words before a last `id` that make it an identity.
const IDENTITY_ID: &[&str] = &[
    "client",
    "app",
    "application",
    "account",
    "tenant",
    "consumer",
    "user",
    "key",
    "organization",
    "organisation",
    "org",
    "project",
    "environment",
    "workspace",
    "team",
    "subscription",
    "installation",
];

/// The role of what a variable, secret or key of this name holds.
pub fn credential_role(name: &str) -> CredentialRole {
    thread_local!(static KNOWN: Known<CredentialRole> = Known::none());
    KNOWN.with(|known| known.get(name, judge_credential))
}

/// What names were judged as. A repository's files say the same few keys a million times.
struct Known<R>(RefCell<HashMap<Box<str>, R>>);

impl<R: Copy> Known<R> {
    fn none() -> Self {
        Self(RefCell::new(HashMap::new()))
    }

    /// More names than this are judged anew each time.
    const MOST: usize = 4096;

    fn get(&self, name: &str, judge: impl FnOnce(&str) -> R) -> R {
        if let Some(role) = self.0.borrow().get(name) {
            return *role;
        }
        let role = judge(name);
        let mut known = self.0.borrow_mut();
        if known.len() < Self::MOST && name.len() < 100 {
            known.insert(name.into(), role);
        }
        role
    }
}

fn judge_credential(name: &str) -> CredentialRole {
    let words = words_of(name);
    let Some(last) = words.last().map(String::as_str) else { return CredentialRole::Other };
    let last = last.trim_end_matches(|c: char| c.is_ascii_digit());
    let before = words.len().checked_sub(2).and_then(|i| words.get(i)).map_or("", String::as_str);
    if SECRET_LAST.contains(&last) || is_auth_url(&words, last) || (before, last) == ("connection", "string") {
        return CredentialRole::Secret;
    }
    if last == "key" {
        // `consumerKey` is Salesforce's word for a client id.
        if before == "consumer" {
            return CredentialRole::Identity;
        }
        let variable = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let secret = SECRET_KEY.contains(&before) || variable && words.len() > 2 && !PLAIN_KEY.contains(&before);
        return if secret { CredentialRole::Secret } else { CredentialRole::Other };
    }
    if (before, last) == ("session", "id") {
        return CredentialRole::Secret;
    }
    if IDENTITY_LAST.contains(&last) || last == "id" && IDENTITY_ID.contains(&before) {
        return CredentialRole::Identity;
    }
    CredentialRole::Other
}

/// `SFDX_AUTH_URL`, `DEVHUB_SFDX_URL`, `SFDX_AUTH_URL_TECHNICAL_ORG`: a Salesforce auth URL is a refresh token with a
/// host.
fn is_auth_url(words: &[String], last: &str) -> bool {
    let has = |word: &str| words.iter().any(|w| w == word);
    let salesforce = has("sfdx") || has("sfdxauth") || has("devhub") || has("hub");
    has("url") && (salesforce && (last == "url" || has("auth")) || has("auth") && (has("sf") || has("org")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_a_credential_by_its_last_words() {
        for (name, role) in [
            ("SF_CLIENT_SECRET", CredentialRole::Secret),
            ("clientSecret", CredentialRole::Secret),
            ("SF_PRD_KEY", CredentialRole::Secret),
            ("SF_PROD_JWT_KEY", CredentialRole::Secret),
            ("DEVHUB_SFDX_URL", CredentialRole::Secret),
            ("SFDX_AUTH_URL", CredentialRole::Secret),
            ("consumerKey", CredentialRole::Identity),
            ("SF_USERNAME", CredentialRole::Identity),
            ("client-id", CredentialRole::Identity),
            ("SFDX_AUTH_URL_TECHNICAL_ORG", CredentialRole::Secret),
            ("SF_TOKEN_PROD", CredentialRole::Secret),
            ("SFDX_CLIENT_ID_UAT", CredentialRole::Identity),
            ("TOKEN_URL", CredentialRole::Other),
            ("secretName", CredentialRole::Other),
            ("PRIMARY_KEY", CredentialRole::Other),
            ("sort_key", CredentialRole::Other),
            ("PASSWORD_FILE", CredentialRole::Other),
            ("key", CredentialRole::Other),
        ] {
            assert_eq!(credential_role(name), role, "{name}");
        }
    }

    #[test]
    fn a_name_tells_whether_a_url_is_called() {
        for (name, role) in [
            ("SF_LOGIN_URL", EndpointRole::Connection),
            ("baseURL", EndpointRole::Connection),
            ("token_endpoint", EndpointRole::Connection),
            ("crm.host", EndpointRole::Connection),
            ("audience", EndpointRole::Audience),
            ("callbackUrl", EndpointRole::Inert),
            ("$schema", EndpointRole::Inert),
            ("docs_url", EndpointRole::Inert),
            ("SF_URL_PROD", EndpointRole::Connection),
            ("production", EndpointRole::Unknown),
        ] {
            assert_eq!(endpoint_role(name), role, "{name}");
        }
    }
}
