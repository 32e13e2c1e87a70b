//! `synthgate.yaml` as it is written: the source of the JSON Schema, and what the text is read into once it fits.
//!
//! What a rule judges (an exception without a reason, an empty owner) is optional here: a finding, not an error.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::DatasetKind;
use crate::fact::environment::Class;
use crate::finding::{Confidence, Severity};

/// Configuration of synthgate: what belongs to which environment, what the datasets are, who may make exceptions.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[schemars(title = "synthgate.yaml")]
pub struct Raw {
    /// Version of this format: 1.
    pub version: u32,
    /// What blocks: a failing finding at least this severe and this certain.
    pub fail_on: RawFailOn,
    /// Globs of the files that are scanned. All, unless given.
    pub include: Vec<String>,
    /// Globs of files that are not scanned.
    pub exclude: Vec<String>,
    /// Folders of the project's own policies.
    pub policies: Vec<String>,
    /// The environments of this project, by name.
    pub environments: BTreeMap<String, RawEnvironment>,
    /// What the data files of this repository are.
    pub datasets: Vec<RawDataset>,
    /// Pages and components that customers see.
    pub surfaces: Vec<RawSurface>,
    /// Data flows between systems.
    pub flows: Vec<RawFlow>,
    /// Code or tools that make masked data out of real data.
    pub anonymisers: Vec<RawAnonymiser>,
    /// Documents, roles and limits of governance.
    pub governance: RawGovernance,
    /// Findings that somebody accepted, for a reason and a time.
    pub exceptions: Vec<RawException>,
    /// Settings of single rules, by id.
    pub rules: BTreeMap<String, RawRule>,
}

/// What blocks.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawFailOn {
    /// At least this severe; high unless given.
    pub severity: Option<Severity>,
    /// At least this certain; high unless given.
    pub confidence: Option<Confidence>,
}

/// One environment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawEnvironment {
    /// Whether real customers' data lives there.
    pub class: Class,
    /// Globs of files that belong to it.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Globs of hosts that belong to it.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Org, shop, tenant or portal ids.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Globs of the names of its credentials.
    #[serde(default)]
    pub credentials: Vec<String>,
    /// Kinds of data that may live there.
    #[serde(default)]
    pub allows: Vec<DatasetKind>,
}

/// What some data files are.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawDataset {
    /// Globs of the files.
    pub paths: Vec<String>,
    /// What they are.
    pub kind: Option<DatasetKind>,
    /// The column that marks a record as synthetic.
    pub marker: Option<String>,
    /// What they may be used for.
    pub purpose: Vec<String>,
    /// Systems they are loaded into.
    pub loaded_into: Vec<String>,
    /// Columns that identify a person in combination.
    pub quasi_identifiers: Vec<String>,
}

/// A page or component that customers see.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawSurface {
    /// Its name in findings.
    pub id: String,
    /// Where customers meet it.
    pub kind: SurfaceKind,
    /// What it shows.
    #[serde(default)]
    pub content: Option<SurfaceContent>,
    /// Globs of its files.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Datasets and clients that it reads.
    #[serde(default)]
    pub consumes: Vec<String>,
    /// How people are told.
    #[serde(default)]
    pub disclosure: Option<RawDisclosure>,
    /// Globs of its message catalogues.
    #[serde(default)]
    pub locales: Vec<String>,
    /// Whether an AI system decides what it shows.
    #[serde(default)]
    pub ai_system: Option<bool>,
    /// Images, video or audio that it shows.
    #[serde(default)]
    pub media: Vec<RawMedia>,
}

/// Where customers meet a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SurfaceKind {
    Checkout,
    Account,
    Discovery,
    Admin,
    Email,
    Other,
}

/// What a surface shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum SurfaceContent {
    OrderHistory,
    Review,
    Rating,
    Recommendations,
    Price,
    Other,
}

/// How people are told.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawDisclosure {
    /// The message key.
    pub key: Option<String>,
    /// The flag that shows it.
    pub flag: Option<String>,
}

/// Media of a surface.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawMedia {
    /// Globs of the files.
    pub paths: Vec<String>,
    /// Whether a model made them.
    pub generated: bool,
}

/// A data flow between two systems.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawFlow {
    /// Its name in findings.
    pub id: String,
    /// Where data comes from.
    pub source: RawFlowEnd,
    /// Where data goes.
    pub target: RawFlowEnd,
    /// Files that carry it out.
    #[serde(default)]
    pub code: Vec<String>,
    /// The function that keeps synthetic records out.
    #[serde(default)]
    pub guard: Option<String>,
    /// The test of the guard.
    #[serde(default)]
    pub guard_test: Option<String>,
    /// The anonymiser that records must pass.
    #[serde(default)]
    pub must_anonymise: Option<String>,
    /// Who watches it, by what signal, how often.
    #[serde(default)]
    pub monitor: Option<RawMonitor>,
}

/// One end of a flow.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawFlowEnd {
    /// The system: `salesforce`, `shopify`.
    pub system: String,
    /// The environment's name.
    #[serde(default)]
    pub environment: Option<String>,
    /// Objects or tables.
    #[serde(default)]
    pub objects: Vec<String>,
}

/// How a flow is watched.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawMonitor {
    /// Who.
    pub owner: Option<String>,
    /// By what.
    pub signal: Option<String>,
    /// How often.
    pub cadence: Option<String>,
}

/// What makes masked data out of real data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RawAnonymiser {
    /// Its name in findings.
    pub id: String,
    /// Functions that do it.
    #[serde(default)]
    pub symbols: Vec<String>,
    /// Its configuration file.
    #[serde(default)]
    pub config: Option<String>,
    /// Globs of the schema that it must cover.
    #[serde(default)]
    pub schema: Vec<String>,
    /// A keyed filter of real identifiers.
    #[serde(default)]
    pub reference_filter: Option<String>,
}

/// Documents, roles and limits.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawGovernance {
    /// Globs of governance documents.
    pub documents: Vec<String>,
    /// Calls that write the audit log.
    pub audit_sinks: Vec<String>,
    /// Globs of admin code.
    pub admin_paths: Vec<String>,
    /// Roles that may change markers.
    pub steward_roles: Vec<String>,
    /// The longest time an exception may run, in days; 180 unless given.
    pub max_exception_days: Option<u32>,
    /// The shortest time audit logs are kept, in days; 180 unless given.
    pub log_retention_days: Option<u32>,
}

/// A finding that somebody accepted. What is missing is reported by GOVN-007.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawException {
    /// The rule.
    pub rule: Option<String>,
    /// Globs of the files.
    pub paths: Vec<String>,
    /// A place in the file: `/a/b` or `row:17,col:email`.
    pub pointer: Option<String>,
    /// One finding.
    pub fingerprint: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who allowed it.
    pub approved_by: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The last day on which it holds: `YYYY-MM-DD`.
    pub expires: Option<String>,
}

/// Settings of one rule.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RawRule {
    /// Whether it runs.
    pub enabled: Option<bool>,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Another confidence.
    pub confidence: Option<Confidence>,
    /// Its options.
    pub options: BTreeMap<String, serde_json::Value>,
    /// Why.
    pub reason: Option<String>,
}
