//! Client libraries (`policies/registry/clients.yaml`): in come what code imports and calls, out come the provider and
//! what the call does with it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::fact::Direction;
use crate::fact::environment::Class;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clients {
    verbs: Verbs,
    clients: Vec<Client>,
    generators: Vec<Generator>,
    mocks: Vec<String>,
    databases: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verbs {
    reads: Vec<String>,
    writes: Vec<String>,
}

/// A provider's client libraries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// The registry's provider, or a platform's own name.
    pub provider: String,
    /// crm, commerce, payment, …
    pub category: String,
    /// What code imports.
    packages: Vec<String>,
    /// Class names that tell the library.
    #[serde(default)]
    types: Vec<String>,
    /// Short names that code gives it: `sf`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Parts of addresses that are its own, whatever the host.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The application's own commerce platform.
    #[serde(default)]
    pub platform: bool,
    /// Calls that log in as a person.
    #[serde(default)]
    pub logins: Vec<Login>,
    /// Named arguments that hold a session.
    #[serde(default)]
    pub sessions: Vec<String>,
    /// Named arguments that choose an environment.
    #[serde(default)]
    pub environment: Vec<Chooser>,
    #[serde(default)]
    reads: Vec<String>,
    #[serde(default)]
    writes: Vec<String>,
    /// Where it was read.
    pub source: String,
    /// Whether it was.
    pub verified: bool,
}

/// A call that logs in with a password.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Its last word.
    pub call: String,
    /// It has at least so many arguments.
    #[serde(default)]
    pub arguments: Option<usize>,
    /// It has these named arguments.
    #[serde(default)]
    pub named: Vec<String>,
}

/// A named argument that chooses an environment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chooser {
    /// The argument.
    pub named: String,
    /// What its value's last word means.
    pub values: BTreeMap<String, Class>,
}

/// A tool that makes synthetic data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generator {
    /// Its name.
    pub tool: String,
    packages: Vec<String>,
    #[serde(default)]
    types: Vec<String>,
}

/// The built-in table.
pub fn clients() -> &'static Clients {
    static CLIENTS: LazyLock<Clients> = LazyLock::new(|| {
        serde_yaml::from_str(include_str!("../../policies/registry/clients.yaml"))
            .unwrap_or_else(|e| unreachable!("the embedded registry is read in every test: {e}"))
    });
    &CLIENTS
}

impl Clients {
    /// The rows of a provider.
    pub fn of_provider(&self, provider: &str) -> impl Iterator<Item = &Client> {
        self.clients.iter().filter(move |c| c.provider == provider)
    }

    /// All rows.
    pub fn all(&self) -> impl Iterator<Item = &Client> {
        self.clients.iter()
    }

    /// The client library that an import belongs to.
    pub fn of_package(&self, specifier: &str) -> Option<&Client> {
        self.clients.iter().find(|c| fits_any(&c.packages, specifier))
    }

    /// The client library that a class name belongs to.
    pub fn of_type(&self, name: &str) -> Option<&Client> {
        self.clients.iter().find(|c| c.types.iter().any(|t| t == name))
    }

    /// The generator that an import belongs to.
    pub fn generator(&self, specifier: &str) -> Option<&Generator> {
        self.generators.iter().find(|g| fits_any(&g.packages, specifier))
    }

    /// The generator that a class name belongs to.
    pub fn generator_of_type(&self, name: &str) -> Option<&Generator> {
        self.generators.iter().find(|g| g.types.iter().any(|t| t == name))
    }

    /// Whether an import stands in for the network.
    pub fn is_mock(&self, specifier: &str) -> bool {
        fits_any(&self.mocks, specifier)
    }

    /// Whether an import talks to a database.
    pub fn is_database(&self, specifier: &str) -> bool {
        fits_any(&self.databases, specifier)
    }

    /// What a call on a client does, by its last word.
    pub fn direction(&self, client: Option<&Client>, verb: &str) -> Option<Direction> {
        let is = |words: &[String]| words.iter().any(|w| w.eq_ignore_ascii_case(verb));
        if client.is_some_and(|c| is(&c.writes)) || is(&self.verbs.writes) {
            Some(Direction::Write)
        } else if client.is_some_and(|c| is(&c.reads)) || is(&self.verbs.reads) {
            Some(Direction::Read)
        } else {
            None
        }
    }

    /// What code that uses a client library or a generator must hold: packages as they are imported, and class names.
    /// An application's own platform says nothing by itself.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let clients = self.clients.iter().filter(|c| !c.platform).flat_map(|c| c.packages.iter().chain(&c.types));
        let generators = self.generators.iter().flat_map(|g| g.packages.iter().chain(&g.types));
        clients.chain(generators).map(|w| w.trim_end_matches('*').trim_end_matches(['.', '/', '\\']))
    }
}

/// Whether a specifier is one of the packages, or lies below one that ends with `*`. Ecosystems write paths of packages
/// with `.`, `/`, `\` and `::`.
pub(super) fn fits_any(packages: &[String], specifier: &str) -> bool {
    packages.iter().any(|package| match package.strip_suffix('*') {
        Some(start) => specifier.starts_with(start) || specifier == start.trim_end_matches(['.', '/', '\\']),
        None => package == specifier || specifier.strip_prefix(package.as_str()).is_some_and(|r| r.starts_with('/')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_tell_their_provider() {
        for (specifier, provider) in [
            ("jsforce", Some("salesforce")),
            ("@jsforce/jsforce-node", Some("salesforce")),
            ("simple_salesforce.api", Some("salesforce")),
            ("com.sforce.soap.partner.PartnerConnection", Some("salesforce")),
            ("@shopify/shopify-api", Some("shopify")),
            ("stripe/lib", Some("stripe")),
            ("jsforcelike", None),
            ("./salesforce", None),
        ] {
            assert_eq!(clients().of_package(specifier).map(|c| c.provider.as_str()), provider, "{specifier}");
        }
        assert_eq!(clients().generator("@faker-js/faker").map(|g| g.tool.as_str()), Some("Faker"));
        assert!(clients().is_mock("nock") && !clients().is_mock("knock"));
    }

    #[test]
    fn every_registered_provider_has_the_registrys_category() {
        for client in &clients().clients {
            if let Some(category) = crate::registry::Registry::builtin().category(&client.provider) {
                assert_eq!(category, client.category, "{}", client.provider);
            } else {
                assert!(client.platform || client.provider == "woocommerce", "{} is unknown", client.provider);
            }
        }
    }
}
