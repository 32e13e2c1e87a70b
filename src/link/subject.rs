//! Subjects: what a policy is asked about. A subject's JSON is the policy's `input`; every field is always present,
//! null when unknown, so that a policy never meets an undefined value. The Rust types here and in the files below are
//! the schema.

pub mod anonymiser;
pub mod credential;
pub mod dataset;
pub mod endpoint;
pub mod permission;
pub mod provenance;
pub mod repository;
pub mod surface;
pub mod sync_flow;

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::fact::environment::{Class, Rung};
use crate::fact::{FactId, Purpose};

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
    /// A page, component or message that customers see.
    Surface,
    /// A flow of records from one system to another.
    SyncFlow,
    /// What makes masked data out of real data.
    Anonymiser,
    /// A right: to call a route, to change an object.
    Permission,
    /// The repository as a whole.
    Repository,
    /// A parsed file, raw: for a project's own policies.
    File,
}

impl SubjectKind {
    /// All kinds that this version links.
    pub const ALL: &'static [Self] = &[
        Self::Credential,
        Self::Endpoint,
        Self::Dataset,
        Self::Surface,
        Self::SyncFlow,
        Self::Anonymiser,
        Self::Permission,
        Self::Repository,
        Self::File,
    ];

    /// The word for it in a policy's header.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Endpoint => "endpoint",
            Self::Dataset => "dataset",
            Self::Surface => "surface",
            Self::SyncFlow => "sync_flow",
            Self::Anonymiser => "anonymiser",
            Self::Permission => "permission",
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
    pub input: Value,
    /// Findings of one rule on subjects with the same key are one finding with a count: an endpoint's file and host.
    pub merge: Option<String>,
}

impl Subject {
    /// A subject from its typed input. Its facts are read off the input: every field `id`, and every one whose name
    /// ends in `_id`, is a fact that a hit may point at.
    pub fn new(kind: SubjectKind, label: String, input: &impl Serialize) -> Self {
        // Our own types hold no maps with keys that JSON can't write.
        let input = serde_json::to_value(input).unwrap_or_default();
        let mut facts = Vec::new();
        collect_ids(&input, &mut facts);
        facts.sort_unstable();
        facts.dedup();
        Self { kind, label, facts, input, merge: None }
    }
}

/// Subjects are a few levels deep, because types are.
fn collect_ids(value: &Value, ids: &mut Vec<FactId>) {
    match value {
        Value::Array(items) => items.iter().for_each(|v| collect_ids(v, ids)),
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_u64().and_then(|n| u32::try_from(n).ok()) {
                    Some(id) if name == "id" || name.ends_with("_id") => ids.push(FactId(id)),
                    _ => collect_ids(field, ids),
                }
            }
        }
        _ => {}
    }
}

/// The JSON Schema of a kind's input: what a policy's references are checked against. Everything is inlined (no
/// `$ref`). A kind whose input is free-form (a raw document) has the schema `true`.
pub fn schema(kind: SubjectKind) -> &'static Value {
    static CREDENTIAL: LazyLock<Value> = LazyLock::new(schema_of::<credential::Credential>);
    static ENDPOINT: LazyLock<Value> = LazyLock::new(schema_of::<endpoint::Endpoint>);
    static DATASET: LazyLock<Value> = LazyLock::new(schema_of::<dataset::Dataset>);
    static SURFACE: LazyLock<Value> = LazyLock::new(schema_of::<surface::Surface>);
    static SYNC_FLOW: LazyLock<Value> = LazyLock::new(schema_of::<sync_flow::SyncFlow>);
    static ANONYMISER: LazyLock<Value> = LazyLock::new(schema_of::<anonymiser::Anonymiser>);
    static PERMISSION: LazyLock<Value> = LazyLock::new(schema_of::<permission::Permission>);
    static REPOSITORY: LazyLock<Value> = LazyLock::new(schema_of::<repository::Repository>);
    static ANYTHING: Value = Value::Bool(true);
    match kind {
        SubjectKind::Credential => &CREDENTIAL,
        SubjectKind::Endpoint => &ENDPOINT,
        SubjectKind::Surface => &SURFACE,
        SubjectKind::SyncFlow => &SYNC_FLOW,
        SubjectKind::Anonymiser => &ANONYMISER,
        SubjectKind::Permission => &PERMISSION,
        SubjectKind::Repository => &REPOSITORY,
        SubjectKind::Dataset => &DATASET,
        SubjectKind::File => &ANYTHING,
    }
}

/// The schema of one type, with everything inlined.
pub fn schema_of<T: JsonSchema>() -> Value {
    let mut settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.inline_subschemas = true;
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// Where something was placed on the evidence ladder. Nothing known: `class` and `name` are null, `why` is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Environment {
    /// Production or not.
    pub class: Option<Class>,
    /// The environment's name: as declared, else as found (`uat`, `prod`).
    pub name: Option<String>,
    /// The strongest rung that speaks.
    pub rung: Option<Rung>,
    /// All reasons that agree with the placement, strongest first, as one line for a label.
    pub why: String,
    /// Other evidence speaks for the other class.
    pub contradicted: bool,
    /// All evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

/// One reason of a placement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// Where it says so, if not at the fact itself.
    pub id: Option<FactId>,
    /// How strong.
    pub rung: Rung,
    /// Which class it speaks for.
    pub class: Class,
    /// The environment's name as found.
    pub name: String,
    /// How we know, as words for a label.
    pub why: String,
}

/// What surroundings are for, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PurposeOf {
    /// Where it says so, if not at the fact itself.
    pub id: Option<FactId>,
    /// The purpose.
    pub purpose: Purpose,
    /// How we know, as words for a label: "folder `tests/`".
    pub why: String,
}

/// What a fact's file and surroundings say of it, whatever the fact is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// The file.
    pub path: String,
    /// The environment of the place: declared paths, structure, job, file name. Not of what stands there.
    pub environment: Environment,
    /// What the place is for: its path's purpose, and what the structure says.
    pub purposes: Vec<PurposeOf>,
    /// The CI job that holds it.
    pub job: Option<JobOf>,
    /// The integration that it belongs to.
    pub integration: Option<String>,
    /// It stands in a comment.
    pub in_comment: bool,
    /// Recorded traffic or a stub of it.
    pub recording: bool,
    /// Documentation or a template to copy (`.env.example`, `docs/`, a README).
    pub documentation: bool,
    /// Data that tests read (`fixtures/`, `testdata/`): what it says is expected, not used.
    pub fixture: bool,
    /// Somebody else's code that was copied in (`vendor/`, `node_modules/`).
    pub vendored: bool,
    /// Source code, not configuration or data.
    pub code: bool,
}

/// A CI job as its contents see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JobOf {
    /// The job's key.
    pub id: FactId,
    /// The key's text.
    pub name: String,
    /// The workflow's name, or the file's.
    pub workflow: String,
    /// `github` or `gitlab`.
    pub host: String,
    /// The deployment environments it is bound to (`environment:`), literal or from a matrix.
    pub environments: Vec<JobEnvironment>,
    /// What it is for.
    pub purposes: Vec<PurposeOf>,
    /// Where it creates or deletes a scratch org, if it does.
    pub scratch_org_id: Option<FactId>,
}

/// A deployment environment that a job is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JobEnvironment {
    /// Where it says so.
    pub id: FactId,
    /// The name as written.
    pub name: String,
    /// Its class, if the name or the configuration tells.
    pub class: Option<Class>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_schema_is_required_and_nothing_is_referenced() {
        fn check(schema: &Value, path: &str) {
            if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
                let required: Vec<&str> =
                    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                for (name, property) in properties {
                    assert!(required.contains(&name.as_str()), "{path}.{name} can be missing");
                    check(property, &format!("{path}.{name}"));
                }
            }
            assert!(schema.get("$ref").is_none(), "{path} is a reference");
            if let Some(items) = schema.get("items") {
                check(items, &format!("{path}[]"));
            }
            for any in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
                check(any, path);
            }
        }
        for kind in SubjectKind::ALL.iter().copied().filter(|k| *k != SubjectKind::File) {
            let schema = schema(kind);
            assert!(schema["properties"].is_object());
            check(schema, kind.as_str());
        }
    }
}
