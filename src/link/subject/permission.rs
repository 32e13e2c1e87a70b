//! What a policy sees of a permission: an entry point of admin code, all of them together, or how long changes are
//! remembered.

use schemars::JsonSchema;
use serde::Serialize;

use super::Place;
use crate::fact::FactId;
use crate::fact::route::{Level, Strength};

/// A permission: an entry point, which may speak for the whole console, or one of the others.
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
    /// All entry points of admin code that change something, where hardly any of them writes an audit log: set on the
    /// first that does not.
    pub console: Option<ConsoleOf>,
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
    /// The others write the audit log, so that this one stands out if it does not.
    pub others_audit: bool,
    /// The handler's body was found, so that what is not there is not there.
    pub followed: bool,
}

/// The entry points of admin code that change something, as one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsoleOf {
    /// How many there are.
    pub routes: usize,
    /// How many of them write an audit log.
    pub audited: usize,
    /// Those that write none, 100 at most.
    pub silent: Vec<SilentOf>,
    /// How many write none; of the rest the handler was not found.
    pub count: usize,
    /// The names of all that write none say that they are about synthetic data.
    pub synthetic: bool,
    /// Audit logs are declared under `governance.audit-sinks`.
    pub declared: bool,
}

/// An entry point that writes no audit log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SilentOf {
    /// Where it stands.
    pub id: FactId,
    /// What a message calls it.
    pub label: String,
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
