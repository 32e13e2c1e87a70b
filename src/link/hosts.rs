//! What is known of a host, a provider and a credential's name: declarations and the provider registry as one answer.

use std::collections::HashSet;

use super::environments::{Environments, canonical};
use crate::fact::environment::{Class, Evidence, Rung, class_of_name, segments};
use crate::registry::{HostMatch, Registry};

/// What is known of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The registry's provider.
    pub provider: Option<String>,
    /// The provider's category.
    pub category: Option<String>,
    /// The provider serves both environments from this host.
    pub shared: bool,
    /// There is a host for each environment: the provider has them, or the configuration declares both.
    pub both: bool,
    /// Evidence of the host's environment: declarations, then the registry.
    pub evidence: Vec<Evidence>,
}

/// Looks a host up, with the path of its URL.
pub fn known(environments: &Environments<'_>, host: &str, path: &str) -> Known {
    let mut known = Known { evidence: environments.of_host(host), ..Known::default() };
    known.both = !known.evidence.is_empty() && environments.declares_both();
    if let Some(found) = Registry::builtin().classify_host(host, path) {
        known.evidence.extend(found.class.map(|class| evidence(host, class, &found)));
        known.provider = Some(found.provider.to_owned());
        known.category = Some(found.category.to_owned());
        known.shared = found.shared;
        known.both |= found.both_environments;
    }
    known
}

/// The registry's rung. A sandbox is called by the word in its host (`acme--uat.sandbox.…`), where it has one.
fn evidence(host: &str, class: Class, found: &HostMatch) -> Evidence {
    let own = host.split('.').next().and_then(class_of_name).filter(|(c, _)| *c == class);
    let name = match (class, own) {
        (Class::Production, _) => "production".to_owned(),
        (Class::NonProduction, Some((_, word))) => canonical(&word),
        (Class::NonProduction, None) => "sandbox".to_owned(),
    };
    let why = if found.pattern == host {
        format!("a host of {}", found.name)
    } else {
        format!("`{}` of {}", found.pattern, found.name)
    };
    Evidence { rung: Rung::Registry, class, name, why, span: None }
}

/// The category of a provider.
pub fn category(provider: &str) -> Option<String> {
    Registry::builtin().category(provider).map(str::to_owned)
}

/// The provider that a credential's name speaks of (`STRIPE_KEY`). A short word (`SF_PASSWORD`) needs a repository that
/// works with the provider.
pub fn provider_of_name(integrated: &HashSet<&str>, name: &str) -> Option<String> {
    let mut weak = None;
    for word in segments(name) {
        match Registry::builtin().provider_of_word(&word.to_ascii_lowercase()) {
            Some((provider, true)) => return Some(provider.id.clone()),
            Some((provider, false)) if integrated.contains(provider.id.as_str()) => {
                weak = weak.or_else(|| Some(provider.id.clone()));
            }
            _ => {}
        }
    }
    weak
}
