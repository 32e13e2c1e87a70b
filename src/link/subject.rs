//! Subjects: what a policy is asked about. A subject's JSON is the policy's `input`; every field is always present,
//! null when unknown, so that a policy never meets an undefined value. The Rust types here are the schema.

use crate::fact::FactId;

/// The kinds of subject.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A secret, or a name under which one is found.
    Credential,
    /// A URL or host at one place of use.
    Endpoint,
    /// One table.
    Dataset,
    /// The repository as a whole.
    Repository,
    /// A parsed file, raw: for a project's own policies.
    File,
}

impl SubjectKind {
    /// All kinds that this version links.
    pub const ALL: &'static [Self] = &[Self::Credential, Self::Endpoint, Self::Dataset, Self::Repository, Self::File];

    /// The word for it in a policy's header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Endpoint => "endpoint",
            Self::Dataset => "dataset",
            Self::Repository => "repository",
            Self::File => "file",
        }
    }
}

/// One subject, ready for evaluation.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Its kind.
    pub kind: SubjectKind,
    /// A stable, non-secret name for notices and evaluation errors: `dataset fixtures/customers.csv`.
    pub label: String,
    /// The facts it was joined from.
    pub facts: Vec<FactId>,
    /// What the policy sees, without `run` and `options`, which evaluation adds.
    pub input: serde_json::Value,
}
