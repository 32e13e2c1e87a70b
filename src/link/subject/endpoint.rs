//! What a policy sees of an endpoint.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Environment, Place};
use crate::fact::environment::Class;
use crate::fact::{EndpointRole, FactId};

/// A URL or host at one place of use; also an account, or a test-mode credential, which choose a target as a host does.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Endpoint {
    /// The place.
    pub id: FactId,
    /// Its key path.
    pub key: String,
    /// What a message calls it: its host, "account `acme-eu`", "Stripe test secret key".
    pub label: String,
    /// Lower case, without port; empty where an account or a test-mode credential stands for the endpoint.
    pub host: String,
    /// The URL's path with its leading `/`; may be empty.
    pub url_path: String,
    /// An account of a provider (an org, a shop, a tenant) that is the target, as its host is elsewhere.
    pub account: Option<String>,
    /// The form of a credential that selects the provider's test mode, as its host does elsewhere.
    pub credential_form: Option<String>,
    /// Where the text goes.
    pub role: EndpointRole,
    /// The registry's provider.
    pub provider: Option<String>,
    /// The provider's category: crm, commerce, payment, …
    pub category: Option<String>,
    /// The provider serves both environments from this host, so that it says nothing.
    pub shared_host: bool,
    /// The provider has a host for each environment.
    pub both_environments: bool,
    /// The environment of the host: declared, or by the registry.
    pub environment: Environment,
    /// What stands around it, and the environment of that.
    pub place: Place,
    /// Set where the URL takes over when a variable is not set.
    pub fallback: Option<FallbackOf>,
    /// A client's argument that chooses the environment, as a host does elsewhere: `sandbox=True`.
    pub choice: Option<String>,
    /// Set where code that seeds or makes data writes: the call, and what the file does about where it runs.
    pub write: Option<WriteOf>,
}

/// A call by which code that seeds or makes data writes it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WriteOf {
    /// The call: `sf.Contact.create`.
    pub call: String,
    /// The object or table, where the call says so.
    pub object: Option<String>,
    /// It writes to the application's own database, or to its own commerce platform.
    pub own: bool,
    /// What makes the data, first place of each tool.
    pub generators: Vec<GeneratorOf>,
    /// Where the file asks what environment it runs in, before the write or in a function that may be called before.
    pub checks: Vec<CheckOf>,
    /// The client can only reach an environment that is not production.
    pub pinned: bool,
}

/// A tool that makes synthetic data.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GeneratorOf {
    /// Where it is imported or called.
    pub id: FactId,
    /// Its name: `Faker`.
    pub tool: String,
}

/// A place that asks where the code runs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckOf {
    /// The branch, assertion or call.
    pub id: FactId,
}

/// The literal that takes over when a variable is not set.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FallbackOf {
    /// The whole expression.
    pub id: FactId,
    /// The variable's name.
    pub variable: String,
    /// The environment that the variable's own name tells (`SF_PROD_URL`).
    pub variable_class: Option<Class>,
    /// The name that takes over, where it is not the value itself.
    pub symbol: Option<SymbolOf>,
}

/// A name that takes over where a variable is not set.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SymbolOf {
    /// As it is used: `constants.DEFAULT_URL`.
    pub name: String,
    /// Where its value stands; null where that is not known here.
    pub id: Option<FactId>,
    /// Why not.
    pub unknown: Option<String>,
}
