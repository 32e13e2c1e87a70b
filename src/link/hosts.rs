//! What is known of a host: declarations and the provider registry as one answer.

use super::environments::Environments;
use crate::fact::environment::Evidence;

/// What is known of a host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The registry's provider.
    pub provider: Option<String>,
    /// The provider's category.
    pub category: Option<String>,
    /// The provider serves both environments from this host.
    pub shared: bool,
    /// The provider has a host for each environment.
    pub both: bool,
    /// Evidence of the host's environment: declarations, then the registry.
    pub evidence: Vec<Evidence>,
}

/// Looks a host up.
pub fn known(environments: &Environments<'_>, host: &str, _path: &str) -> Known {
    Known { evidence: environments.of_host(host), ..Known::default() }
}

/// The category of a provider.
pub fn category(_provider: &str) -> Option<String> {
    None
}

/// The provider that a credential's name speaks of (`SF_PASSWORD`, `STRIPE_KEY`).
pub fn provider_of_name(_name: &str) -> Option<String> {
    None
}
