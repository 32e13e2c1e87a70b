//! The provider registry: in comes `policies/registry/providers.yaml`, out comes what a host, a path, an account id or
//! the form of a credential says about provider and environment.
//!
//! Below: [`secrets`] finds credential forms in any text, [`named`] those that only a key's name makes a secret,
//! [`placeholder`] tells values that nobody could use, [`controls`] names the controls of frameworks.

pub mod audits;
pub mod clients;
pub mod controls;
pub mod generators;
mod hosts;
pub mod named;
pub mod placeholder;
mod rows;
pub mod secrets;
mod shape;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::fact::environment::Class;
use hosts::{HostIndex, HostRow, Section};
use rows::{ByPath, Row};
pub use shape::Shape;

/// Everything that the registry knows.
#[derive(Debug)]
pub struct Registry {
    providers: Vec<Provider>,
    by_id: HashMap<String, usize>,
    hosts: HostIndex,
    words: HashMap<String, (usize, bool)>,
    /// Forms of credentials, each with the index of its provider.
    forms: Vec<(usize, rows::FormRow)>,
}

/// One provider's API.
#[derive(Debug)]
pub struct Provider {
    /// Stable and lower case: `salesforce`. This is what facts, subjects and policies carry.
    pub id: String,
    /// For people: `Salesforce`.
    pub name: String,
    /// crm, commerce, payment, …
    pub category: String,
    /// What tells the environment on the wire: `host`, `credential`, `none-in-band`, …
    pub decides: String,
    /// Whether its main hosts or forms were read in a source.
    pub verified: bool,
    /// Whether a host or path alone can tell both of its environments apart.
    pub both_environments: bool,
    by_path: Option<ByPath>,
    accounts: Vec<(Class, regex::Regex)>,
    pub(crate) named: Vec<named::NamedForm>,
    unverified: Vec<String>,
}

/// What a host says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMatch {
    /// The provider's id.
    pub provider: &'static str,
    /// The provider's name for people.
    pub name: &'static str,
    /// crm, commerce, payment, …
    pub category: &'static str,
    /// The environment, if the host (with its path) tells it.
    pub class: Option<Class>,
    /// The registry's host or glob that fits, for labels: `*.sandbox.my.salesforce.com`.
    pub pattern: &'static str,
    /// Whether that host was read in a source.
    pub verified: bool,
    /// Whether the provider has a host or path of its own for each environment.
    pub both_environments: bool,
    /// Serves both environments: never evidence.
    pub shared: bool,
}

static BUILTIN: LazyLock<Registry> = LazyLock::new(|| {
    Registry::parse(include_str!("../policies/registry/providers.yaml"))
        .unwrap_or_else(|e| unreachable!("the embedded registry is read in every test: {e}"))
});

impl Registry {
    /// The registry that is part of the program.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    fn parse(text: &str) -> Result<Self, String> {
        let rows: Vec<Row> = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
        let mut registry = Self {
            providers: Vec::with_capacity(rows.len()),
            by_id: HashMap::new(),
            hosts: HostIndex::default(),
            words: HashMap::new(),
            forms: Vec::new(),
        };
        let mut hosts = Vec::new();
        for (i, mut row) in rows.into_iter().enumerate() {
            hosts.extend(row.hosts(i));
            for (words, strong) in [(&row.words, true), (&row.weak_words, false)] {
                registry.words.extend(words.iter().map(|w| (w.clone(), (i, strong))));
            }
            registry.forms.extend(std::mem::take(&mut row.credentials).into_iter().map(|form| (i, form)));
            registry.by_id.insert(row.id.clone(), i);
            registry.providers.push(row.into_provider()?);
        }
        registry.hosts = HostIndex::new(hosts);
        Ok(registry)
    }

    /// The globs of all hosts.
    pub fn host_patterns(&self) -> impl Iterator<Item = &str> {
        self.hosts.rows().iter().map(|row| row.pattern.as_str())
    }

    /// All providers, by category and id.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// A provider by its id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.by_id.get(id).map(|i| &self.providers[*i])
    }

    /// A provider's name for people; an unknown id is its own name.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.provider(id).map_or(id, |p| &p.name)
    }

    /// A provider's category.
    pub fn category(&self, id: &str) -> Option<&str> {
        self.provider(id).map(|p| p.category.as_str())
    }

    /// The provider that a word of a key's name means, and whether the word alone is enough (`salesforce`) or needs
    /// further proof (`sf`).
    pub fn provider_of_word(&self, word: &str) -> Option<(&Provider, bool)> {
        self.words.get(word).map(|(i, strong)| (&self.providers[*i], *strong))
    }

    /// What a host says, with the path of its URL (which may be empty). Hosts are compared without regard to case, a
    /// port and a final dot. A host of documentation (`yourdomain.my.salesforce.com`) is no host. A `*` stands for what
    /// is only known at run time: then only what is left can say that the host is a sandbox, and nothing that it is not.
    pub fn classify_host(&'static self, host: &str, path: &str) -> Option<HostMatch> {
        if host.contains('*') {
            let found = ["unknown", "unknown--unknown"]
                .iter()
                .find_map(|part| self.classify_host(&host.replace('*', part), path))?;
            let class = found.class.filter(|c| *c == Class::NonProduction);
            return Some(HostMatch { class, ..found });
        }
        let host = host.split(':').next().unwrap_or(host).trim_end_matches('.');
        let lower;
        let host = if host.bytes().any(|b| b.is_ascii_uppercase()) {
            lower = host.to_ascii_lowercase();
            &lower
        } else {
            host
        };
        let row = self.hosts.find(host)?;
        if row.pattern.contains('*') && hosts::is_placeholder(host) {
            return None;
        }
        let provider = &self.providers[row.provider];
        let class = match row.section {
            Section::Production => Some(Class::Production),
            Section::Sandbox => Some(Class::NonProduction),
            Section::ByPath => provider.by_path.as_ref().and_then(|p| p.class(path)),
            Section::Shared => None,
        };
        Some(HostMatch {
            provider: &provider.id,
            name: &provider.name,
            category: &provider.category,
            class,
            pattern: &row.pattern,
            verified: provider.has_read(row),
            both_environments: provider.both_environments,
            shared: row.section == Section::Shared,
        })
    }

    /// The environment that the form of an account's id tells (`f_ecom_abcd_prd`, `1234567_SB1`).
    pub fn classify_account(&self, provider: &str, id: &str) -> Option<Class> {
        self.provider(provider)?.accounts.iter().find(|(_, form)| form.is_match(id)).map(|(class, _)| *class)
    }
}

impl Provider {
    fn has_read(&self, row: &HostRow) -> bool {
        let section = match row.section {
            Section::Sandbox => "sandbox",
            Section::Production => "production",
            Section::Shared => "shared",
            Section::ByPath => "by-path",
        };
        self.verified && !self.unverified.iter().any(|u| *u == row.pattern || u == section)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn class(host: &str, path: &str) -> Option<Class> {
        Registry::builtin().classify_host(host, path).and_then(|m| m.class)
    }

    const P: Option<Class> = Some(Class::Production);
    const N: Option<Class> = Some(Class::NonProduction);

    #[test]
    fn all_providers_are_there_and_each_once() {
        let registry = Registry::builtin();
        assert_eq!(registry.providers.len(), 265);
        assert_eq!(registry.by_id.len(), 265);
        let names: BTreeSet<_> = registry.providers.iter().map(|p| &p.name).collect();
        assert_eq!(names.len(), 265);
    }

    #[test]
    fn no_host_is_in_both_environments_of_a_provider() {
        let registry = Registry::builtin();
        let mut seen = BTreeSet::new();
        for row in registry.hosts.rows() {
            assert!(seen.insert((row.provider, &row.pattern)), "{} is listed twice", row.pattern);
        }
    }

    /// A host that stands for a glob: each wildcard filled with something that no other glob claims.
    fn sample(pattern: &str) -> String {
        pattern.replace("[0-9]", "7").replace('*', "q5x")
    }

    #[test]
    fn every_listed_host_says_what_it_is_listed_for() {
        let registry = Registry::builtin();
        for row in registry.hosts.rows() {
            let host = sample(&row.pattern);
            let provider = &registry.providers[row.provider];
            let path = provider.by_path.as_ref().map_or("", |p| &p.sandbox);
            let found = registry.classify_host(&host, path).unwrap_or_else(|| panic!("{host} is nobody's"));
            // Two APIs of one company may share a host.
            let listed_twice = registry.hosts.rows().iter().filter(|r| r.pattern == row.pattern).count() > 1;
            assert!(found.provider == provider.id || listed_twice, "{host} is {}", found.provider);
            let expected = match row.section {
                Section::Production => P,
                Section::Sandbox | Section::ByPath => N,
                Section::Shared => None,
            };
            assert_eq!(found.class, expected, "{host} by {}", found.pattern);
            assert_eq!(found.shared, row.section == Section::Shared);
        }
    }

    #[test]
    fn a_sandbox_glob_wins_over_a_production_glob() {
        for (host, expected) in [
            ("acme--uat.sandbox.my.salesforce.com", N),
            ("acme--uat.my.salesforce.com", N),
            ("ACME.my.salesforce.com.", P),
            ("acme-dev-ed.my.salesforce.com", N),
            ("orgfarm-1a-dev-ed.develop.my.salesforce.com", N),
            ("acme.my.salesforce.com:443", P),
            ("acme-test.chargebee.com", N),
            ("acme.chargebee.com", P),
            ("demo.docusign.net", N),
            ("na3.docusign.net", P),
            ("x.develop.lightning.force.com", None),
            ("yourdomain.my.salesforce.com", None),
            ("developer.salesforce.com", None),
            ("shop.acme-retail.com", None),
            ("salesforce.com.evil.example", None),
            ("1234567-sb1.suitetalk.api.netsuite.com", N),
            ("1234567.suitetalk.api.netsuite.com", P),
        ] {
            assert_eq!(class(host, ""), expected, "{host}");
        }
    }

    #[test]
    fn where_the_host_is_one_the_path_decides() {
        assert_eq!(class("express.api.dhl.com", "/mydhlapi/test/rates"), N);
        assert_eq!(class("express.api.dhl.com", "/mydhlapi/rates"), P);
        assert_eq!(class("express.api.dhl.com", "/mydhlapi/testing"), P);
        assert_eq!(class("express.api.dhl.com", ""), None);
        assert_eq!(class("beta.digitzsapi.com", "/sandbox/x"), N);
        assert_eq!(class("beta.digitzsapi.com", "/v3"), P);
    }

    #[test]
    fn a_shared_host_is_known_and_says_nothing() {
        let found = Registry::builtin().classify_host("api.stripe.com", "/v1/charges").unwrap();
        assert_eq!((found.provider, found.class, found.shared), ("stripe", None, true));
        let found = Registry::builtin().classify_host("acme.myshopify.com", "").unwrap();
        assert_eq!((found.provider, found.class, found.shared), ("shopify", None, true));
    }

    #[test]
    fn account_ids_tell_where_their_form_does() {
        let account = |provider, id| Registry::builtin().classify_account(provider, id);
        assert_eq!(account("salesforce-b2c-commerce", "f_ecom_zzte_053"), N);
        assert_eq!(account("salesforce-b2c-commerce", "f_ecom_zzte_prd"), P);
        assert_eq!(account("netsuite", "1234567_SB2"), N);
        assert_eq!(account("netsuite", "1234567"), P);
        assert_eq!(account("hubspot", "1234567"), None);
    }
}
