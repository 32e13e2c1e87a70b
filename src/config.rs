//! `synthgate.yaml`: in comes its text, out comes a validated [`Config`] or diagnostics with spans in it.
//!
//! Everything is optional. Keys of rules to come are accepted and validated from now on. The types here are the
//! source of the JSON Schema that `synthgate schema config` prints.

use std::collections::BTreeMap;

use crate::fact::environment::Class;
use crate::finding::{Confidence, Severity};
use crate::source::Span;

mod declared;
pub mod fit;
pub mod load;
pub mod raw;

pub use fit::Problem;
pub use load::{Loaded, load, schema};
pub use raw::{SurfaceContent, SurfaceKind};

/// The names under which a configuration file is looked for, relative to the root.
pub const NAMES: &[&str] = &["synthgate.yaml", "synthgate.yml", ".github/synthgate.yaml", ".github/synthgate.yml"];

/// A validated configuration.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file's path relative to the root, none without a file.
    pub path: Option<String>,
    /// What blocks.
    pub fail_on: FailOn,
    /// Globs of files that are scanned; empty means all.
    pub include: Vec<String>,
    /// Globs of files that are not.
    pub exclude: Vec<String>,
    /// Folders of the project's own policies, relative to the root.
    pub policies: Vec<String>,
    /// Declared environments, in file order.
    pub environments: Vec<Environment>,
    /// Where `environments:` stands, if it does.
    pub environments_span: Option<Span>,
    /// Declared datasets, in file order.
    pub datasets: Vec<Dataset>,
    /// Declared surfaces.
    pub surfaces: Vec<Surface>,
    /// Declared flows.
    pub flows: Vec<Flow>,
    /// Declared anonymisers.
    pub anonymisers: Vec<Anonymiser>,
    /// Governance settings.
    pub governance: Governance,
    /// Where `governance:` stands, if it does.
    pub governance_span: Option<Span>,
    /// Exceptions as written: what is missing in one is a finding (GOVN-007), not an error.
    pub exceptions: Vec<Exception>,
    /// Rule settings by id.
    pub rules: BTreeMap<String, RuleSetting>,
}

/// What blocks: both must be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FailOn {
    /// At least this bad.
    pub severity: Severity,
    /// At least this sure.
    pub confidence: Confidence,
}

impl Default for FailOn {
    fn default() -> Self {
        Self { severity: Severity::High, confidence: Confidence::High }
    }
}

/// A declared environment.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Its name: the key under `environments:`.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Production or not.
    pub class: Class,
    /// Globs of files that belong to it.
    pub paths: Vec<String>,
    /// Globs of hosts that belong to it.
    pub hosts: Vec<String>,
    /// Org, shop, tenant or portal ids.
    pub accounts: Vec<String>,
    /// Globs of credential names.
    pub credentials: Vec<String>,
    /// Kinds of data that may live there.
    pub allows: Vec<DatasetKind>,
}

/// What a dataset is declared to be.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DatasetKind {
    /// Invented.
    Synthetic,
    /// Made from real data by an anonymiser.
    Masked,
    /// Real customers.
    Real,
    /// About no person.
    NotPersonal,
}

impl DatasetKind {
    /// The word in the configuration and in policies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Synthetic => "synthetic",
            Self::Masked => "masked",
            Self::Real => "real",
            Self::NotPersonal => "not-personal",
        }
    }
}

/// A declared dataset.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Where the entry stands.
    pub span: Span,
    /// Globs of its files.
    pub paths: Vec<String>,
    /// What it is.
    pub kind: Option<DatasetKind>,
    /// Record-level marker column.
    pub marker: Option<String>,
    /// What it may be used for.
    pub purpose: Vec<String>,
    /// Systems it is loaded into.
    pub loaded_into: Vec<String>,
    /// Columns that identify in combination.
    pub quasi_identifiers: Vec<String>,
}

/// A text of the configuration and where it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The text.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A declared customer-facing surface.
#[derive(Debug, Clone)]
pub struct Surface {
    /// Where the entry stands.
    pub span: Span,
    /// Its id.
    pub id: Told,
    /// Where customers meet it.
    pub kind: SurfaceKind,
    /// What it shows.
    pub content: Option<SurfaceContent>,
    /// Globs of its files.
    pub paths: Vec<String>,
    /// Datasets and clients that it reads.
    pub consumes: Vec<Told>,
    /// How people are told.
    pub disclosure: Option<Disclosure>,
    /// Globs of its message catalogues.
    pub locales: Vec<String>,
    /// Whether an AI system decides what it shows.
    pub ai_system: Option<bool>,
    /// Images, video or audio that it shows.
    pub media: Vec<Media>,
}

/// How people are told that something is invented.
#[derive(Debug, Clone)]
pub struct Disclosure {
    /// Where the entry stands.
    pub span: Span,
    /// The message key.
    pub key: Option<Told>,
    /// The flag that shows it.
    pub flag: Option<Told>,
}

/// Media of a surface.
#[derive(Debug, Clone)]
pub struct Media {
    /// Globs of the files, each with its place.
    pub paths: Vec<Told>,
    /// Whether a model made them.
    pub generated: bool,
}

/// A declared sync flow.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Where the entry stands.
    pub span: Span,
    /// Its id.
    pub id: Told,
    /// Where data comes from.
    pub source: FlowEnd,
    /// Where data goes.
    pub target: FlowEnd,
    /// Globs of the files that carry it out.
    pub code: Vec<Told>,
    /// The function that keeps synthetic records out.
    pub guard: Option<Told>,
    /// The test of the guard.
    pub guard_test: Option<Told>,
    /// The anonymiser that records must pass.
    pub must_anonymise: Option<Told>,
    /// Where `monitor:` stands, with owner, signal and cadence as given.
    pub monitor: Option<Monitor>,
}

/// One end of a flow.
#[derive(Debug, Clone)]
pub struct FlowEnd {
    /// The system: `salesforce`, `shopify`.
    pub system: Told,
    /// The environment's name.
    pub environment: Option<Told>,
    /// Objects or tables.
    pub objects: Vec<String>,
}

/// How a flow is watched.
#[derive(Debug, Clone)]
pub struct Monitor {
    /// Where the entry stands.
    pub span: Span,
    /// Who.
    pub owner: Option<String>,
    /// By what.
    pub signal: Option<String>,
    /// How often.
    pub cadence: Option<String>,
}

/// A declared anonymiser.
#[derive(Debug, Clone)]
pub struct Anonymiser {
    /// Where the entry stands.
    pub span: Span,
    /// Its id.
    pub id: Told,
    /// Functions that do it.
    pub symbols: Vec<Told>,
    /// Its configuration file.
    pub config: Option<Told>,
    /// Globs of the schema that it must cover.
    pub schema: Vec<Told>,
    /// A keyed filter of real identifiers.
    pub reference_filter: Option<Told>,
}

/// Governance settings.
#[derive(Debug, Clone)]
pub struct Governance {
    /// Globs of governance documents.
    pub documents: Vec<String>,
    /// Call names that write the audit log.
    pub audit_sinks: Vec<String>,
    /// Globs of admin code.
    pub admin_paths: Vec<String>,
    /// Roles that may change markers.
    pub steward_roles: Vec<String>,
    /// The longest time an exception may run, in days.
    pub max_exception_days: u32,
    /// The shortest time logs are kept, in days.
    pub log_retention_days: u32,
}

impl Default for Governance {
    fn default() -> Self {
        Self {
            documents: Vec::new(),
            audit_sinks: Vec::new(),
            admin_paths: Vec::new(),
            steward_roles: Vec::new(),
            max_exception_days: 180,
            log_retention_days: 180,
        }
    }
}

/// An exception as written. An empty string counts as missing.
#[derive(Debug, Clone)]
pub struct Exception {
    /// The whole entry.
    pub span: Span,
    /// The rule it waives; empty when missing.
    pub rule: String,
    /// Globs of the files it is for, each with its place.
    pub paths: Vec<(String, Span)>,
    /// A place inside a file: `/a/b` or `row:17,col:email`.
    pub pointer: Option<String>,
    /// One finding by its fingerprint.
    pub fingerprint: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who allowed it.
    pub approved_by: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
    /// The last day on which it holds, as written, with its place.
    pub expires: Option<(String, Span)>,
}

/// A rule's setting.
#[derive(Debug, Clone, Default)]
pub struct RuleSetting {
    /// Where the id stands.
    pub span: Option<Span>,
    /// On unless said otherwise.
    pub enabled: Option<bool>,
    /// Another severity.
    pub severity: Option<Severity>,
    /// Another confidence.
    pub confidence: Option<Confidence>,
    /// Options over the rule's defaults.
    pub options: BTreeMap<String, serde_json::Value>,
    /// Why.
    pub reason: Option<String>,
}
