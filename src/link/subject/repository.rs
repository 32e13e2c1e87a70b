//! What a policy sees of the repository as a whole.

use schemars::JsonSchema;
use serde::Serialize;

use super::JobOf;
use crate::fact::environment::Class;
use crate::fact::{FactId, Sign};

/// The repository.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Repository {
    /// The configuration file's path, if there is one.
    pub config_path: Option<String>,
    /// `environments:` in the configuration.
    pub environments_id: Option<FactId>,
    /// Declared environments, in file order.
    pub environments: Vec<DeclaredEnvironment>,
    /// Providers that the repository works with, in path order; one for each provider and file.
    pub integrations: Vec<IntegrationOf>,
    /// Sandbox and scratch org definitions.
    pub sandbox_definitions: Vec<SandboxOf>,
    /// The steps that run this gate.
    pub gates: Vec<GateOf>,
    /// Signs of code that was written to show how something works, outside of tests, examples and documentation.
    pub markers: Vec<MarkerOf>,
    /// Exceptions in the configuration, as written.
    pub exceptions: Vec<ExceptionOf>,
    /// Governance settings.
    pub governance: GovernanceOf,
}

/// A sign of code that was written to show how something works.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MarkerOf {
    /// Where it stands.
    pub id: FactId,
    /// Which.
    pub sign: Sign,
    /// What stands there.
    pub what: String,
    /// The name of the customer system that the file talks to, where that matters.
    pub system: Option<String>,
    /// The file.
    pub path: String,
    /// How its place is known to be production's, as words for a label; empty where nothing speaks against it.
    pub why: String,
}

/// A declared environment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeclaredEnvironment {
    /// Its name in the configuration.
    pub id: FactId,
    /// Its name.
    pub name: String,
    /// Production or not.
    pub class: Class,
    /// Globs of files.
    pub paths: Vec<String>,
    /// Globs of hosts.
    pub hosts: Vec<String>,
    /// Org, shop, tenant or portal ids.
    pub accounts: Vec<String>,
    /// Globs of credential names.
    pub credentials: Vec<String>,
    /// Kinds of data that may live there.
    pub allows: Vec<String>,
}

/// The repository works with a provider.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IntegrationOf {
    /// Where it shows.
    pub id: FactId,
    /// The file.
    pub path: String,
    /// The registry's provider.
    pub provider: String,
    /// crm, commerce, payment, …
    pub category: String,
    /// How we know, for a label.
    pub why: String,
}

/// A sandbox or scratch org definition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SandboxOf {
    /// Where it stands.
    pub id: FactId,
    /// The file.
    pub path: String,
    /// How we know, for a label.
    pub why: String,
}

/// A step that runs this gate.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateOf {
    /// The step.
    pub id: FactId,
    /// The job that holds it.
    pub job: JobOf,
    /// The file.
    pub path: String,
    /// Everything that lets its failure be ignored.
    pub bypasses: Vec<BypassOf>,
    /// It only reports, and another one in the same workflow blocks.
    pub reporting: bool,
    /// Runs on pull requests or merge requests.
    pub on_pull_request: bool,
}

/// One way in which a gate's failure has no consequence.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BypassOf {
    /// The key or command that does it.
    pub id: FactId,
    /// What it is, for a label.
    pub what: String,
}

/// An exception as written: an empty string counts as missing and is null here.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExceptionOf {
    /// The whole entry.
    pub id: FactId,
    /// The rule it waives; null when missing.
    pub rule: Option<String>,
    /// Globs of the files it is for.
    pub paths: Vec<GlobOf>,
    /// A place inside a file.
    pub pointer: Option<String>,
    /// One finding by its fingerprint.
    pub fingerprint: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who allowed it.
    pub approved_by: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The last day on which it holds, as written.
    pub expires: Option<ExpiryOf>,
}

/// A glob of an exception.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GlobOf {
    /// Where it stands.
    pub id: FactId,
    /// The glob.
    pub glob: String,
    /// No literal segment stands before its first wildcard.
    pub broad: bool,
}

/// When an exception ends.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExpiryOf {
    /// Where it stands.
    pub id: FactId,
    /// As written.
    pub date: String,
    /// Days since 1970-01-01, null when it is no date.
    pub day: Option<i64>,
}

/// Governance settings.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GovernanceOf {
    /// `governance:` in the configuration.
    pub id: Option<FactId>,
    /// The longest time an exception may run, in days.
    pub max_exception_days: u32,
    /// The shortest time logs are kept, in days.
    pub log_retention_days: u32,
}
