//! What a policy sees of an anonymiser.

use schemars::JsonSchema;
use serde::Serialize;

use super::Place;
use super::sync_flow::Guarding;
use crate::fact::{FactId, Parameter, Transform};

/// What makes people in data unrecognisable: declared, or functions whose names say so.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Anonymiser {
    /// Where a finding about it stands: its declaration, or the first fact about it.
    pub id: FactId,
    /// What a message calls it: its id, or the function's name.
    pub label: String,
    /// It stands under `anonymisers:` of the configuration.
    pub declared: bool,
    /// What surrounds it; none for a declared one.
    pub place: Option<Place>,
    /// Ways past it: writes of flows that must pass it and do not.
    pub bypasses: Vec<BypassOf>,
    /// Flows that must pass it, whose writes were looked at.
    pub checked_flows: Vec<String>,
    /// Places where it hands on what it was given.
    pub fails_open: Vec<FailsOpenOf>,
    /// What its configuration does when something goes wrong.
    pub policies: Vec<PolicyOf>,
    /// Transformations that anybody can repeat or undo.
    pub weak: Vec<WeakOf>,
    /// Its parameters that others can see, in the order in which they stand.
    pub exposed: Vec<ExposedOf>,
    /// Why what goes in is taken for real, in words: "declared in synthgate.yaml", "the module reads salesforce".
    pub real: Option<String>,
}

/// A write that does not pass the anonymiser.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BypassOf {
    /// The write.
    pub id: FactId,
    /// The call, as code writes it.
    pub call: String,
    /// The flow.
    pub flow: String,
    /// What the anonymiser does on the way.
    pub anonymised: Guarding,
    /// Where it is called, if it is.
    pub anonymiser_id: Option<FactId>,
    /// Where the flow says that records must pass it.
    pub demand_id: FactId,
    /// An import of the flow's files that can't be followed: why.
    pub unresolved: Option<String>,
}

/// A place where it hands on what it was given.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FailsOpenOf {
    /// The statement.
    pub id: FactId,
    /// The function.
    pub symbol: String,
    /// What happens when.
    pub what: String,
    /// The file.
    pub path: String,
}

/// A setting of its configuration.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PolicyOf {
    /// The value.
    pub id: FactId,
    /// The key: `on_error`.
    pub key: String,
    /// The value: `passthrough`.
    pub value: String,
    /// Whether it holds the record back; null where the word is not known.
    pub holds: Option<bool>,
}

/// A transformation that anybody can repeat or undo.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WeakOf {
    /// The call.
    pub id: FactId,
    /// The function, or the name that is given the result.
    pub symbol: String,
    /// How it is weak.
    pub transform: Transform,
    /// What does it: `SHA-256`.
    pub method: String,
    /// The name of what goes in.
    pub input: Option<String>,
    /// The file.
    pub path: String,
}

/// A parameter of an anonymiser or generator that others can see.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExposedOf {
    /// Where.
    pub id: FactId,
    /// Which.
    pub parameter: Parameter,
    /// What stands there; never its value.
    pub what: String,
    /// How others see it: `literal` (in the code), `returned`, `logged`, `bundled`.
    pub how: String,
    /// What stands around it.
    pub place: Place,
}
