//! What a policy sees of a permission: an entry point of admin code, or how long changes are remembered.

use schemars::JsonSchema;
use serde::Serialize;

use super::Place;
use crate::fact::FactId;
use crate::fact::route::{Level, Strength};

/// A permission: exactly one of its parts is set.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Permission {
    /// Where a finding about it stands.
    pub id: FactId,
    /// What a message calls it: "POST /admin/synthetic/publish".
    pub label: String,
    /// What stands around it.
    pub place: Place,
    /// An entry point that changes something.
    pub route: Option<RouteOf>,
    /// A setting that turns the history of changes off.
    pub history: Option<HistoryOf>,
    /// How long a document says that logs are kept.
    pub retention: Option<RetentionOf>,
}

/// An entry point of admin code.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RouteOf {
    /// The framework's name.
    pub framework: String,
    /// HTTP methods; empty where the framework has none.
    pub methods: Vec<String>,
    /// The path as far as it is known; may be empty.
    pub path: String,
    /// The handler's name; empty for an inline function.
    pub handler: String,
    /// It changes something.
    pub mutates: bool,
    /// Its file is declared as admin code.
    pub declared: bool,
    /// Its names say both administration and synthetic data.
    pub synthetic: bool,
    /// What its checks make sure of, the strongest.
    pub guard: Strength,
    /// The checks in front of it and in it, the strongest first; those that ask nothing of the caller are left out.
    pub checks: Vec<CheckOf>,
    /// Where it writes the audit log.
    pub audits: Vec<AuditOf>,
    /// The handler's body was found, so that what is not there is not there.
    pub followed: bool,
}

/// A check of the caller.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckOf {
    /// Where it stands.
    pub id: FactId,
    /// Its name as the code writes it; empty for a branch.
    pub name: String,
    /// What it makes sure of.
    pub strength: Strength,
    /// Where it is put on.
    pub level: Level,
}

/// A call that writes the audit log, or a declaration by which one is written.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditOf {
    /// Where it stands.
    pub id: FactId,
    /// What is called.
    pub call: String,
}

/// A setting that turns the history of changes off.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HistoryOf {
    /// The object or field.
    pub name: String,
    /// It is the field that marks synthetic records.
    pub marker: bool,
}

/// How long logs are kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RetentionOf {
    /// As the document says, in days.
    pub days: u32,
    /// The shortest time that the configuration allows.
    pub minimum: u32,
}
