//! What a policy sees of a sync flow.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Environment, Place};
use crate::fact::FactId;

/// How a flow is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FlowKind {
    /// `flows:` of the configuration.
    Declared,
    /// A module that reads one system and writes another.
    Module,
    /// A module that writes prices or stock from records that it reads.
    Loader,
    /// A connector's configuration that names both ends.
    Connector,
}

/// A flow of records from one system to another.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SyncFlow {
    /// Where a finding about it stands: its declaration, the module's first write, the connector.
    pub id: FactId,
    /// What a message calls it: "`orders-to-crm`", "salesforce to shopify".
    pub label: String,
    /// How it is known.
    pub kind: FlowKind,
    /// Where records come from.
    pub source: EndOf,
    /// Where they go.
    pub target: EndOf,
    /// The files that carry it out.
    pub code: Vec<CodeOf>,
    /// Entries of `code:` that match no file.
    pub missing_code: Vec<MissingOf>,
    /// The calls that write to the target.
    pub writes: Vec<WriteTo>,
    /// The declared guard.
    pub guard: Option<GuardOf>,
    /// What tests say of the guard.
    pub test: TestOf,
    /// Imports and calls of its files that can't be followed.
    pub unresolved: Vec<UnresolvedOf>,
    /// The anonymiser that records must pass.
    pub must_anonymise: Option<NamedOf>,
    /// The declared flow that covers it, for a module: its id.
    pub declared_as: Option<String>,
    /// What surrounds a module or connector; none for a declared flow.
    pub place: Option<Place>,
}

/// One end of a flow.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EndOf {
    /// Where it is named or called.
    pub id: FactId,
    /// The registry's provider or the system's name as declared.
    pub system: Option<String>,
    /// The provider's category: crm, commerce, …
    pub category: Option<String>,
    /// Its environment.
    pub environment: Environment,
    /// Objects or tables, as declared or called.
    pub objects: Vec<String>,
}

/// A file that carries a flow out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CodeOf {
    /// The file.
    pub id: FactId,
    /// Its path.
    pub path: String,
}

/// An entry of `code:` that matches nothing.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MissingOf {
    /// The entry.
    pub id: FactId,
    /// Its glob.
    pub glob: String,
}

/// What stands on the way of records to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Guarding {
    /// It holds records back, or changes them.
    Holds,
    /// It is asked, and nothing follows.
    Ignored,
    /// What it does can't be told.
    Unknown,
    /// It comes behind the write.
    Late,
    /// It stands in a branch that may not be taken.
    Conditional,
    /// A setting decides whether it runs, and nothing says what production sets.
    Switched,
    /// Only the environment, or a list of who may be written, is asked: not whether the record is invented.
    Environment,
    /// There is none.
    Missing,
}

/// How a call is known to write to a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grounds {
    /// It is made on the system's client library.
    Client,
    /// It is a request to the system's address, or of a client that bears its name.
    Request,
    /// It is made on something that bears the system's name, and its own name says that it writes.
    Name,
    /// Its name says that it writes, nothing says where.
    Guess,
}

/// A call that writes to the target.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WriteTo {
    /// The call.
    pub id: FactId,
    /// As code writes it: `sf.sobject.upsert`.
    pub call: String,
    /// The file.
    pub path: String,
    /// The object or table, where the call says so.
    pub object: Option<String>,
    /// How it is known to write to the target.
    pub grounds: Grounds,
    /// It writes prices or stock.
    pub price_or_stock: bool,
    /// What keeps synthetic records from it.
    pub guard: Guarding,
    /// Where that stands.
    pub guard_id: Option<FactId>,
    /// The guard as code writes it, shortened.
    pub guard_text: Option<String>,
    /// The setting that decides whether the guard runs.
    pub switch: Option<SwitchOf>,
    /// Whether records pass the anonymiser that the flow demands; none where it demands none.
    pub anonymised: Option<Guarding>,
    /// Where the anonymiser is called.
    pub anonymiser_id: Option<FactId>,
}

/// A guard that the configuration names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GuardOf {
    /// Its declaration.
    pub id: FactId,
    /// The function's name.
    pub name: String,
    /// Where it is defined, if that was found.
    pub definition_id: Option<FactId>,
    /// The setting of production's profile that switches it off.
    pub disabled: Option<DisabledOf>,
}

/// A setting that code asks before it asks the guard.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SwitchOf {
    /// Where it is asked.
    pub id: FactId,
    /// Its name as code writes it.
    pub name: String,
    /// Where production sets it so that the guard does not run.
    pub disabled: Option<DisabledOf>,
}

/// A setting that switches a guard off.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DisabledOf {
    /// Its value.
    pub id: FactId,
    /// The file.
    pub path: String,
    /// Its key path.
    pub key: String,
}

/// Something that the configuration names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NamedOf {
    /// Where.
    pub id: FactId,
    /// The name.
    pub name: String,
}

/// What tests say of a guard.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TestOf {
    /// `guard-test:` of the configuration.
    pub declared_id: Option<FactId>,
    /// Its path as declared.
    pub declared: Option<String>,
    /// Whether that file exists.
    pub exists: bool,
    /// A test that names the guard.
    pub names_guard: Option<String>,
    /// A test that names the marker.
    pub names_marker: Option<String>,
}

/// Something that can't be followed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnresolvedOf {
    /// Where.
    pub id: FactId,
    /// Why.
    pub reason: String,
}
