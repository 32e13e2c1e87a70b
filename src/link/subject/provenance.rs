//! What a policy sees of a dataset's provenance: the profile of DESIGN.md, joined from every record about the file.

use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::FactId;
use crate::fact::provenance::Container;

/// All that records say of one dataset. Where several speak of it (a sidecar and a DVC file), each field is that of
/// the first that has it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Provenance {
    /// The first record.
    pub id: FactId,
    /// The first record's file.
    pub path: String,
    /// What the records were read from.
    pub containers: Vec<Container>,
    /// synthetic, masked, real, not-personal, as written.
    pub kind: Option<Said>,
    /// The dataset's version.
    pub version: Option<Said>,
    /// The generator's name.
    pub generator: Option<Said>,
    /// The generator's version.
    pub generator_version: Option<Said>,
    /// Start time.
    pub started: Option<Said>,
    /// End time.
    pub ended: Option<Said>,
    /// Who answers for it.
    pub agent: Option<Said>,
    /// Where it comes from.
    pub source: Option<SourceOf>,
    /// What it may be used for.
    pub purpose: Option<Said>,
    /// The lawful basis of using a real source.
    pub lawful_basis: Option<Said>,
    /// How long it is kept.
    pub retention: Option<Said>,
    /// The record-level marker column.
    pub marker: Option<Said>,
    /// The number of rows.
    pub rows: Option<RowsOf>,
    /// Digests, compared with the file's bytes.
    pub digests: Vec<DigestOf>,
    /// What is malformed or refers to nothing.
    pub faults: Vec<FaultOf>,
}

/// A value and where it stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Said {
    /// Where.
    pub id: FactId,
    /// What.
    pub value: String,
}

/// The source that a record names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceOf {
    /// Where.
    pub id: FactId,
    /// The entity it was derived from; null where the record says that there is no real source.
    pub entity: Option<String>,
}

/// The number of rows that a record names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RowsOf {
    /// Where.
    pub id: FactId,
    /// How many.
    pub value: u64,
}

/// A digest that a record names, and what the file's bytes say.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DigestOf {
    /// Where.
    pub id: FactId,
    /// sha256, md5, …
    pub algorithm: String,
    /// Whether the bytes have this digest; null where that can't be known.
    pub matches: Option<bool>,
    /// The bytes differ from those of the record in their line endings only.
    pub line_endings_only: bool,
    /// Why it can't be known.
    pub unknown: Option<String>,
}

/// Something that is wrong with a record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FaultOf {
    /// Where.
    pub id: FactId,
    /// What.
    pub what: String,
}
