//! Secrets without a form of their own: in come a key's path, its value and what stands beside it, out comes the
//! provider whose secret it is, if that is clear.
//!
//! Three things must agree: a word of the provider in the path (or its host beside the value), a word for a secret at
//! the end of the key's own name, and a value of the provider's alphabet and length that nobody made up of words.

use super::placeholder::{entropy, placeholder, reads_like_words};
use super::{Provider, Registry, Shape};
use crate::fact::environment::{class_of_word, segments};

/// A form that only the key's name shows.
#[derive(Debug)]
pub struct NamedForm {
    /// What it is called: "consumer secret".
    pub(crate) form: String,
    /// Words at the end of the key's name: "client secret".
    pub(crate) keys: Vec<String>,
    /// Alphabet and length; none for a password, which people choose.
    pub(crate) shape: Option<Shape>,
}

/// A secret recognised by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The provider's id.
    pub provider: &'static str,
    /// "Salesforce consumer secret".
    pub form: String,
    /// Why the value is a placeholder, if it is one.
    pub placeholder: Option<String>,
    /// The value has a shape of the provider, not only random looks.
    pub shaped: bool,
}

/// Words for a secret where the registry has no form for the provider; the value must then look random by itself.
const GENERIC: &[(&str, &str)] = &[
    ("client secret", "client secret"),
    ("consumer secret", "consumer secret"),
    ("api secret", "API secret"),
    ("api key", "API key"),
    ("secret key", "secret key"),
    ("private key", "private key"),
    ("access token", "access token"),
    ("auth token", "auth token"),
    ("api token", "API token"),
    ("refresh token", "refresh token"),
    ("token secret", "token secret"),
    ("shared secret", "shared secret"),
    ("webhook secret", "webhook secret"),
    ("signing secret", "signing secret"),
    ("secret", "secret"),
];

/// Judges one value. `path` are the keys that lead to it, the last being its own; `hosts` are hosts that stand beside
/// it (in the same mapping or integration).
pub fn named(path: &[&str], value: &str, hosts: &[&str]) -> Option<Named> {
    let value = value.trim();
    let key = path.last()?;
    if !could_be_secret(value) {
        return None;
    }
    let words = Words::of(key);
    words.ends_with_secret().then_some(())?;
    let registry = Registry::builtin();
    let by_name = path.iter().rev().find_map(|key| provider_in(registry, key));
    let by_host = hosts.iter().find_map(|h| {
        let provider = registry.classify_host(h, "")?.provider;
        registry.provider(provider)
    });
    let (provider, sure) = match (by_name, by_host) {
        (Some((p, true)), _) => (p, true),
        (Some((p, false)), Some(host)) if p.id == host.id => (p, true),
        (Some((p, false)), _) => (p, false),
        (None, Some(host)) => (host, false),
        (None, None) => return None,
    };
    let (form, shaped) = form_of(provider, &words, value)?;
    // A weak word (`SF_…`) or a neighbouring host names the provider only together with the provider's own shape.
    (sure || shaped).then(|| Named {
        provider: &provider.id,
        form: format!("{} {form}", provider.name),
        placeholder: placeholder(value, Some(key)),
        shaped,
    })
}

fn provider_in(registry: &'static Registry, key: &str) -> Option<(&'static Provider, bool)> {
    let parts: Vec<String> = segments(key).iter().map(|s| s.to_ascii_lowercase()).collect();
    let pairs = parts.windows(2).map(|w| w.concat());
    let mut weak = None;
    for word in parts.iter().cloned().chain(pairs) {
        match registry.provider_of_word(&word) {
            Some((provider, true)) => return Some((provider, true)),
            Some(found) => weak = weak.or(Some(found)),
            None => {}
        }
    }
    weak
}

/// The form's name and whether it has a shape that fits.
fn form_of<'a>(provider: &'a Provider, words: &Words, value: &str) -> Option<(&'a str, bool)> {
    for form in &provider.named {
        if !form.keys.iter().any(|k| words.end_with(k)) {
            continue;
        }
        match &form.shape {
            Some(shape) if shape.is(value) => return Some((&form.form, true)),
            None if is_chosen_password(value) => return Some((&form.form, false)),
            _ => {}
        }
    }
    // A value of random look that misses the provider's shapes may still be a key of a kind that is not listed.
    let generic = GENERIC.iter().find(|(k, _)| words.end_with(k))?;
    is_random(value).then_some((generic.1, false))
}

/// The words of a key's name, lower case, without environment words and numbers at the end (`SF_SECRET_PROD_2`).
struct Words(Vec<String>);

impl Words {
    fn of(key: &str) -> Self {
        let mut words: Vec<String> = segments(key).iter().map(|s| s.to_ascii_lowercase()).collect();
        while words.len() > 1
            && words.last().is_some_and(|w| class_of_word(w).is_some() || w.bytes().all(|b| b.is_ascii_digit()))
        {
            words.pop();
        }
        Self(words)
    }

    /// Whether the name ends with these words, however they are joined: `client_secret`, `clientSecret`,
    /// `clientsecret`.
    fn end_with(&self, phrase: &str) -> bool {
        let joined: String = phrase.split(' ').collect();
        let mut tail = String::new();
        for word in self.0.iter().rev() {
            tail.insert_str(0, word);
            if tail == joined {
                return true;
            }
            if tail.len() >= joined.len() {
                // `sfclientsecret`: a name without any joints.
                return self.0.len() == 1 && tail.ends_with(&joined);
            }
        }
        false
    }

    fn ends_with_secret(&self) -> bool {
        const LAST: &[&str] = &["secret", "token", "key", "password", "passwd", "pwd", "hapikey", "signature"];
        self.0.last().is_some_and(|w| LAST.iter().any(|l| w.ends_with(l)))
    }
}

/// Whether a value can be a secret's at all: one word of printable ASCII, no reference to somewhere else, no URL.
fn could_be_secret(value: &str) -> bool {
    const ELSEWHERE: &[&str] = &[
        "$",
        "<",
        "{",
        "%",
        "vault:",
        "arn:",
        "op://",
        "secret/",
        "projects/",
        "env:",
        "ssm:",
        "file:",
        "callout:",
        "!",
        "&",
        "/",
    ];
    (8..=600).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_graphic())
        && !value.contains("://")
        && !value.contains("${")
        && !value.contains("{{")
        && !ELSEWHERE.iter().any(|e| value.starts_with(e))
}

fn is_random(value: &str) -> bool {
    value.len() >= 20
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-.~!".contains(&b))
        && entropy(value.as_bytes()) >= 3.2
        && !reads_like_words(value)
}

/// A password that a person chose: not only letters, no path, no list.
fn is_chosen_password(value: &str) -> bool {
    let digit = value.bytes().any(|b| b.is_ascii_digit());
    let symbol = value.bytes().any(|b| b.is_ascii_punctuation() && !matches!(b, b'.' | b'_' | b'-' | b'/' | b','));
    let letter = value.bytes().any(|b| b.is_ascii_alphabetic());
    value.len() <= 64 && letter && (digit || symbol) && !value.contains('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 64 hexadecimal characters, built here so that no scanner takes this file for a leak.
    fn hex64() -> String {
        ["9f27c4e1b8d06a53", "e7120fcb94ad3865", "13b7e0925dc8f46a", "0a8e6d31f97b25c4"].concat()
    }

    fn judged(path: &[&str], value: &str, hosts: &[&str]) -> Option<String> {
        named(path, value, hosts).map(|n| n.form)
    }

    #[test]
    fn a_provider_a_word_for_secret_and_a_fitting_value_make_a_secret() {
        let hex = hex64();
        for (path, hosts) in [
            (&["SF_CLIENT_SECRET"][..], &[][..]),
            (&["SALESFORCE_CONSUMER_SECRET_PROD"], &[]),
            (&["salesforce", "oauth", "consumerSecret"], &[]),
            (&["sfClientSecret"], &["login.salesforce.com"]),
            (&["CLIENT_SECRET"], &["acme.my.salesforce.com"]),
        ] {
            assert_eq!(judged(path, &hex, hosts).as_deref(), Some("Salesforce consumer secret"), "{path:?}");
        }
        assert_eq!(judged(&["SALESFORCE_PASSWORD"], "Winter#2025", &[]).as_deref(), Some("Salesforce password"));
        assert_eq!(judged(&["shopify", "apiSecret"], &hex[..32], &[]).as_deref(), Some("Shopify API secret"));
        assert_eq!(
            judged(&["MARKETO_API_KEY"], "qZ7x-31KfT0pW8dYcLm5Rb2n", &[]).as_deref(),
            Some("Adobe Marketo Engage API key")
        );
    }

    #[test]
    fn without_one_of_the_three_there_is_none() {
        let hex = hex64();
        for (path, value, hosts) in [
            (&["CLIENT_SECRET"][..], hex.as_str(), &[][..]),
            (&["SF_CLIENT_ID"], &hex, &["login.salesforce.com"]),
            (&["SF_PASSWORD"], "Winter#2025", &[]),
            (&["SF_BUILD_SHA_KEY"], "main", &[]),
            (&["salesforce", "passwordField"], "Password__c1", &[]),
            (&["SALESFORCE_CLIENT_SECRET"], "${SF_SECRET_FROM_VAULT_1}", &[]),
            (&["salesforce", "client_secret"], "vault:kv/salesforce#secret1", &[]),
            (&["salesforce.label.secret"], "Consumer secret of the app", &[]),
            (&["salesforce", "tokenUrl"], "https://login.salesforce.com/services/oauth2/token", &[]),
            (&["salesforce", "secret"], "integrationConsumerSecretName", &[]),
            (&["salesforce", "secretKey"], "salesforce-client-secret-production", &[]),
        ] {
            assert_eq!(judged(path, value, hosts), None, "{path:?}");
        }
    }

    #[test]
    fn invented_values_are_flagged_not_lost() {
        let found = named(&["SALESFORCE_PASSWORD"], "changeme123", &[]).unwrap();
        assert_eq!(found.placeholder.as_deref(), Some("says `changeme`"));
    }
}
