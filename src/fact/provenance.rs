//! A provenance record as one type, whatever container it was read from: the profile of DESIGN.md.

use crate::source::Span;

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// The container that a record was read from, in the order in which they speak for a file: a sidecar is made for it,
/// what a tool writes about many files comes behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Container {
    /// A PROV-JSON sidecar (W3C Member Submission 2013-04-24).
    ProvJson,
    /// A Frictionless `datapackage.json` resource.
    Frictionless,
    /// dbt `meta.provenance`.
    Dbt,
    /// DVC `.dvc` or `dvc.lock`.
    Dvc,
    /// MLCommons Croissant.
    Croissant,
    /// A Hugging Face dataset card.
    HuggingFace,
    /// An OpenLineage event.
    OpenLineage,
    /// An Open Data Contract Standard contract.
    Odcs,
    /// An RO-Crate `CreateAction`.
    RoCrate,
}

/// What a record says of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Derived from this entity.
    Derived(String),
    /// Says that there is no real source.
    NoRealSource,
}

/// What a record is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file, relative to the repository's root (already resolved against the record's own folder).
    Path(String),
    /// The file of this path, or any data file beside it that has this stem: a sidecar without its `.prov.json`.
    Stem(String),
    /// A dbt seed or model by name.
    Name(String),
    /// Nothing that could be resolved.
    Unknown,
}

/// One record about one dataset. Every field that the container does not carry is none.
#[derive(Debug, Clone)]
pub struct Record {
    /// What it was read from.
    pub container: Container,
    /// What it is about.
    pub target: Target,
    /// synthetic, masked, real, not-personal.
    pub kind: Option<At<String>>,
    /// The dataset's version.
    pub version: Option<At<String>>,
    /// `sha256:<hex>`, `md5:<hex>`: algorithm and lower case hex.
    pub digest: Option<At<String>>,
    /// Number of rows.
    pub rows: Option<At<u64>>,
    /// The generator's name.
    pub generator: Option<At<String>>,
    /// The generator's version.
    pub generator_version: Option<At<String>>,
    /// Start time, as written.
    pub started: Option<At<String>>,
    /// End time, as written.
    pub ended: Option<At<String>>,
    /// Who answers for it.
    pub agent: Option<At<String>>,
    /// Where it comes from.
    pub source: Option<At<Source>>,
    /// What it may be used for.
    pub purpose: Option<At<String>>,
    /// The lawful basis of using the real source.
    pub lawful_basis: Option<At<String>>,
    /// How long it is kept.
    pub retention: Option<At<String>>,
    /// The record-level marker column.
    pub marker: Option<At<String>>,
    /// Names that the record uses and does not define, and other faults, each with its place.
    pub faults: Vec<At<String>>,
}

impl Record {
    /// A record that says nothing yet.
    pub fn new(container: Container, target: Target) -> Self {
        Self {
            container,
            target,
            kind: None,
            version: None,
            digest: None,
            rows: None,
            generator: None,
            generator_version: None,
            started: None,
            ended: None,
            agent: None,
            source: None,
            purpose: None,
            lawful_basis: None,
            retention: None,
            marker: None,
            faults: Vec::new(),
        }
    }
}
