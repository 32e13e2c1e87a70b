//! What a policy sees of a credential.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Environment, JobOf, Place};
use crate::fact::environment::Class;
use crate::fact::{CredentialRole, FactId, Flow, Store};

/// How a credential is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CredentialKind {
    /// Its value stands in the repository: all places with the same value are one credential.
    Value,
    /// Its name does: all places with the same store, scope and name are one credential.
    Reference,
    /// Neither, only the way in which a client proves who it is: one for each place.
    Flow,
}

/// A secret, a name under which one is found, or a way to authenticate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Credential {
    /// How it is known.
    pub kind: CredentialKind,
    /// The first place, in path and file order.
    pub id: FactId,
    /// A reference's name; for a value, the first key or variable that holds it.
    pub name: Option<String>,
    /// The most telling role of its places.
    pub role: CredentialRole,
    /// The registry's provider.
    pub provider: Option<String>,
    /// The provider's category: crm, commerce, payment, …
    pub category: Option<String>,
    /// A value's form: "Stripe live secret key".
    pub form: Option<String>,
    /// The environment that the form itself tells.
    pub form_class: Option<Class>,
    /// Whether the form has a checksum and it fits.
    pub checksum: bool,
    /// The host inside the value (`force://…@host`).
    pub host: Option<String>,
    /// Why the value is a placeholder, if it is one.
    pub placeholder: Option<String>,
    /// Publishable by design.
    pub public: bool,
    /// A session id or a similar short-lived token.
    pub session: bool,
    /// Where a reference is looked up.
    pub store: Option<Store>,
    /// The part of the store; empty where there is none.
    pub scope: String,
    /// A reference that means the same secret wherever it stands.
    pub absolute: bool,
    /// A user name or client id whose secret stands beside it in two places or more: a rule judges that secret.
    pub beside_secret: bool,
    /// What the credential itself tells: declared names, its form, the host inside it, its own name.
    pub environment: Environment,
    /// Ways to authenticate that rest on a shared human identity.
    pub flows: Vec<FlowOf>,
    /// Every place, in path and file order.
    pub uses: Vec<Use>,
}

/// One way to authenticate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FlowOf {
    /// The place.
    pub id: FactId,
    /// Its key path.
    pub key: String,
    /// Which.
    pub flow: Flow,
    /// The provider, by shape or host.
    pub provider: Option<String>,
    /// The provider's category.
    pub category: Option<String>,
    /// The host it is used against.
    pub host: Option<String>,
    /// What stands around it.
    pub place: Place,
}

/// One place where a credential is written or read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Use {
    /// The place.
    pub id: FactId,
    /// Its key path.
    pub key: String,
    /// The key or variable that holds the value, or the reference's name.
    pub name: Option<String>,
    /// What the credential's part is here.
    pub role: CredentialRole,
    /// The value was base64 here.
    pub encoded: bool,
    /// The environment of this use: the place's, and what the credential's own name, form or host tells.
    pub environment: Environment,
    /// What stands around it. For a credential the hosts beside it are evidence of the place, too.
    pub place: Place,
    /// User names and client ids that stand beside it as they are.
    pub identities: Vec<IdentityOf>,
    /// The CI jobs that receive it here: the one that holds it, or all of a workflow whose own variables hold it.
    pub received_by: Vec<JobOf>,
}

/// A user name or client id beside a secret. Its value is not shown; equal ones have equal numbers in this run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IdentityOf {
    /// Where it stands.
    pub id: FactId,
    /// The key that holds it.
    pub name: String,
    /// The first fact with the same value.
    pub same_as_id: FactId,
}
