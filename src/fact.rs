//! The vocabulary of the whole program: a [`Fact`] is one thing that a file says, with the bytes that say it.
//!
//! Extraction makes facts from one file at a time and knows no other file; linking joins them into subjects.
//! Facts hold no secret: a secret's value is a keyed fingerprint here (see [`crate::mask`]).

pub mod code;
pub mod environment;
pub mod provenance;
pub mod route;
pub mod table;

use crate::source::Span;
pub use code::{
    Access, Choice, Connector, ConnectorEnd, Direction, Emission, FailsOpen, Load, RealSource, Symbol, Transform, Weak,
};
use environment::{Class, Evidence};

/// A fact of this run: an index into the list of all facts, in file and then span order.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub struct FactId(pub u32);

/// One thing that a file says.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The bytes that say it.
    pub span: Span,
    /// The key path of the place (`spring.salesforce.password`, `jobs.seed.env.SF_URL`), never a value: part of a
    /// finding's fingerprint and of its message.
    pub key: String,
    /// What stands around it.
    pub context: Context,
    /// What is said.
    pub kind: Kind,
}

/// What stands around a fact in its own file.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Environment evidence from structure: the key path, profile, job environment, workspace (rung 3).
    pub structure: Vec<Evidence>,
    /// The CI job that holds the fact: an index into the facts of the same file.
    pub job: Option<u32>,
    /// The integration that the fact belongs to: a named credential, a compose service, a connection, a plugin.
    pub integration: Option<String>,
    /// What the surroundings are for, where structure says so (a `seed` task); the path's own purpose is added when
    /// facts are linked.
    pub purpose: Option<PurposeEvidence>,
    /// The fact stands in a comment: it never takes effect, but history keeps what it says.
    pub in_comment: bool,
}

/// What a piece of code or configuration is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Checks the software: unit, end to end, load.
    Test,
    /// Loads data into a system: seed, import, sample data.
    Seed,
    /// Makes synthetic data.
    Generate,
    /// Brings the software or its configuration to an environment.
    Deploy,
    /// Shows the product off or teaches its use.
    Demo,
}

/// A purpose and how it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurposeEvidence {
    /// The purpose.
    pub purpose: Purpose,
    /// How we know, as words for a label: "job name `seed-demo-data`", "folder `tests/`".
    pub why: String,
    /// Where it says so, if not at the fact itself.
    pub span: Option<Span>,
}

/// What a fact says.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A URL or host.
    Endpoint(Endpoint),
    /// A secret's value.
    Secret(Secret),
    /// The name under which a secret is found elsewhere.
    Reference(Reference),
    /// A user name or client id as it is: tells whether two secrets beside it are one.
    Identity(Identity),
    /// A way to authenticate that rests on a shared human identity.
    AuthFlow(AuthFlow),
    /// An account of a provider: a Salesforce org id, a shop domain, a tenant.
    Account(Account),
    /// A job of a CI workflow.
    Job(Job),
    /// A table of data, with what its cells were found to be.
    Table(Box<table::TableFact>),
    /// A column of a table: its name's place.
    Column(table::ColumnAt),
    /// A cell that a diagnostic may point at. Its span is a personal value: never shown whole.
    Cell(table::CellFact),
    /// A provenance record about one dataset.
    Provenance(Box<provenance::Record>),
    /// The repository works with a provider at all (an SDK's project file, a metadata folder).
    Integration(Integration),
    /// A client of a provider chooses its environment by an argument (`sandbox=True`).
    Choice(Choice),
    /// A name takes over where a variable is not set.
    Symbol(Symbol),
    /// Code reads from or writes to a system.
    Access(Access),
    /// An anonymiser hands on what it was given. The span is that of the statement that does.
    FailsOpen(FailsOpen),
    /// An anonymiser's transformation that anybody can repeat or undo. The span is that of the call.
    Weak(Weak),
    /// What a masking configuration does when something goes wrong. The span is that of the value.
    ErrorPolicy {
        /// The key: `on_error`.
        key: String,
        /// The value: `passthrough`.
        value: String,
    },
    /// A generator reads real records. The span is that of the query or object.
    RealSource(RealSource),
    /// A generator's call emits values that may be somebody's. The span is that of the call.
    Emission(Emission),
    /// A task or command loads what a recipe makes. The span is that of the recipe's path.
    Load(Load),
    /// A connector's configuration names both ends of a flow. The span is that of the mapping's first key.
    Connector(Box<Connector>),
    /// Code makes synthetic data. The span is that of the import or call.
    Generator {
        /// The tool: `Faker`.
        tool: String,
    },
    /// Code asks where it runs before it goes on: `assert_sandbox(sf)`, `if (env !== 'sandbox') throw …`.
    EnvironmentCheck,
    /// A sign of code that was written to show how something works.
    Marker(Marker),
    /// A parameter of an anonymiser or generator that others can see.
    Exposure(Exposure),
    /// A setting that turns the history of changes off.
    History(History),
    /// A document says how long logs are kept.
    Retention {
        /// In days.
        days: u32,
    },
    /// A check that a configuration puts on a pattern of paths.
    Warden(route::Warden),
    /// An entry point that is admin code.
    Route(Box<route::Route>),
    /// A sandbox or scratch org definition.
    SandboxDefinition {
        /// How we know, for a label.
        why: String,
    },
    /// A place that another fact or the configuration speaks of, made by linking so that a finding can point at it:
    /// an exception, a job's `environment:`, the command that skips the gate.
    Anchor,
}

/// A setting that turns the history of changes off.
#[derive(Debug, Clone)]
pub struct History {
    /// The field or object.
    pub name: String,
    /// It is a field's.
    pub field: bool,
}

/// What others can see of an anonymiser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Parameter {
    /// What is added before hashing.
    Salt,
    /// The key of a keyed hash.
    Key,
    /// Where a random source starts.
    Seed,
    /// Where the generator's model lies.
    Model,
}

/// A parameter of an anonymiser or generator that others can see.
#[derive(Debug, Clone)]
pub struct Exposure {
    /// Which.
    pub parameter: Parameter,
    /// How: `literal`, `returned`, `logged`, `bundled`.
    pub how: &'static str,
    /// What a label calls it: never the value.
    pub what: String,
}

/// What shows that code was written to show how something works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Certificates are not checked.
    UnverifiedTls,
    /// A function that says it anonymises returns what it was given.
    IdentityAnonymiser,
    /// A note says that people's data are still to be masked.
    Note,
    /// The org id of a vendor's guide.
    SampleOrg,
}

/// A sign of code that was written to show how something works.
#[derive(Debug, Clone)]
pub struct Marker {
    /// Which.
    pub sign: Sign,
    /// What stands there, for a label.
    pub what: String,
    /// The customer system that the file talks to, where that matters.
    pub system: Option<String>,
}

/// Where an endpoint's text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointRole {
    /// The value of a connection key of a configuration, job or client: what is talked to.
    Connection,
    /// An argument of a command that logs in or sends data.
    Command,
    /// A header or comment of a data dump that names the host it was taken from.
    DumpHeader,
    /// An OAuth audience: names an issuer, is no target.
    Audience,
    /// Allowed to be called or embedded (RemoteSiteSetting, CSP): no call by itself.
    Allowlist,
    /// Recorded traffic, stubs, displayed links, documentation: never a target.
    Inert,
    /// A string whose use is not known.
    Unknown,
}

impl EndpointRole {
    /// Whether the text is talked to.
    pub const fn is_target(self) -> bool {
        matches!(self, Self::Connection | Self::Command)
    }
}

/// A URL or host in a file. The span is that of the URL.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Lower case, without port and credentials.
    pub host: String,
    /// The path with its leading `/`, without query and fragment; may be empty.
    pub path: String,
    /// Where the text goes.
    pub role: EndpointRole,
    /// Set where the URL is what is used when a variable is not set (`${SF_URL:-https://…}`).
    pub fallback: Option<Fallback>,
}

/// The literal that takes over when a variable is not set.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// The variable's name.
    pub variable: String,
    /// The whole expression.
    pub span: Span,
}

/// A secret value in a file. The span is that of the value.
#[derive(Debug, Clone)]
pub struct Secret {
    /// The registry's provider, if the value has one of its forms.
    pub provider: Option<String>,
    /// The form's name: "Stripe live secret key". None for a value that only its key's name makes a secret.
    pub form: Option<String>,
    /// The environment that the form itself tells (`sk_live_…`), if it does.
    pub class: Option<Class>,
    /// The host inside the value (the part after `@` of a `force://` URL).
    pub host: Option<String>,
    /// Whether the form has a checksum and it fits.
    pub checksum: bool,
    /// The key or variable that holds it: `SF_CLIENT_SECRET`.
    pub name: Option<String>,
    /// HMAC under the run's key: equal values have equal fingerprints. Never shown.
    pub fingerprint: [u8; 16],
    /// Why the value is a placeholder, if it is one ("says `changeme`", "published test value").
    pub placeholder: Option<String>,
    /// Publishable by design: a client id, a publishable key.
    pub public: bool,
    /// The value was base64 in the file (Kubernetes Secret `data`).
    pub encoded: bool,
    /// A Salesforce session id or similar short-lived token.
    pub session: bool,
}

/// Where a reference is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Store {
    /// An environment variable: `${X}`, `{{ env_var('X') }}`, `$X`.
    Environment,
    /// `secrets.X` of GitHub Actions.
    Github,
    /// A CI variable of GitLab.
    Gitlab,
    /// `vault:path#key`, `secret/data/…`.
    Vault,
    /// A Kubernetes `secretKeyRef`.
    Kubernetes,
    /// An ARN of AWS Secrets Manager or Parameter Store.
    Aws,
    /// An Azure Key Vault URI or reference.
    Azure,
    /// A Google Secret Manager resource name.
    Google,
    /// `op://vault/item/field`.
    OnePassword,
    /// A Salesforce named or external credential: `callout:Name`.
    NamedCredential,
    /// A property of a configuration store, Helm values, Mule secure properties and others.
    Property,
}

impl Store {
    /// Whether a reference of this store means the same secret wherever it stands. A name that the deployment
    /// resolves (`${VAR}`, `secretKeyRef`) does not.
    pub const fn is_absolute(self) -> bool {
        matches!(self, Self::Vault | Self::Aws | Self::Azure | Self::Google | Self::OnePassword)
    }
}

/// What a credential's part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialRole {
    /// Password, token, key, client secret.
    Secret,
    /// User name or client id: not a secret alone.
    Identity,
    /// Not known to be a credential at all: an ordinary variable.
    Other,
}

/// A name under which a secret is found elsewhere.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Where it is looked up.
    pub store: Store,
    /// The part of the store: a repository's secrets, a namespace and secret name, a vault mount; may be empty.
    pub scope: String,
    /// The name.
    pub name: String,
    /// What it is for, from its own name and the key that reads it.
    pub role: CredentialRole,
}

/// A user name or client id in a file. The span is that of the value.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The key that holds it.
    pub name: String,
    /// HMAC under the run's key, as for a secret.
    pub fingerprint: [u8; 16],
}

/// How a client proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Flow {
    /// OAuth `grant_type=password`, SOAP login, password + security token.
    PasswordGrant,
    /// A named or external credential with protocol Password.
    PasswordProtocol,
    /// A session id pasted into configuration.
    SessionToken,
}

/// An authentication that acts as a shared human identity.
#[derive(Debug, Clone)]
pub struct AuthFlow {
    /// Which.
    pub flow: Flow,
    /// The host it is used against, if the file says.
    pub host: Option<String>,
    /// The provider, if the shape says so (a Salesforce `securityToken`, a Mule `sfdc-config`).
    pub provider: Option<String>,
}

/// An account of a provider.
#[derive(Debug, Clone)]
pub struct Account {
    /// The registry's provider.
    pub provider: String,
    /// The account's id or domain.
    pub id: String,
    /// The environment that the id's form tells, if it does.
    pub class: Option<Class>,
}

/// The repository works with a provider.
#[derive(Debug, Clone)]
pub struct Integration {
    /// The registry's provider.
    pub provider: String,
    /// crm, commerce, payment, …
    pub category: String,
    /// How we know, for a label.
    pub why: String,
}

/// A job of a CI workflow. The span is that of the job's key.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// `github` or `gitlab`.
    pub host: String,
    /// The job's key in the file.
    pub id: String,
    /// Its display name, if it has one.
    pub name: Option<String>,
    /// The workflow's name, or the file's.
    pub workflow: String,
    /// `environment:` values, literal or from a matrix, with their places.
    pub environments: Vec<(String, Span)>,
    /// What the job is for, each with its evidence; more than one is possible.
    pub purposes: Vec<PurposeEvidence>,
    /// The job creates or deletes a scratch org, and so legitimately holds Dev Hub credentials.
    pub scratch_org: Option<Span>,
    /// How the job runs this gate, once for each step that does.
    pub gates: Vec<Gate>,
}

/// A step that runs this gate, and what can make it pass unseen.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The step's `uses:` or the command in its `run:`.
    pub span: Span,
    /// Everything that lets the step, job or workflow be skipped or its failure be ignored.
    pub bypasses: Vec<Bypass>,
    /// The gate only reports (`--exit-zero`), and another one in this workflow blocks.
    pub reporting: bool,
    /// Runs on pull requests or merge requests.
    pub on_pull_request: bool,
}

/// One way in which a gate's failure has no consequence.
#[derive(Debug, Clone)]
pub struct Bypass {
    /// The key or command that does it.
    pub span: Span,
    /// What it is, for a label: "`continue-on-error: true` lets the job go on".
    pub what: String,
}

/// What extraction says of one file.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// In span order.
    pub facts: Vec<Fact>,
    /// What could not be read or was left out.
    pub notices: Vec<Notice>,
}

/// Something that is not a finding but that the reader must know: a file that could not be parsed, a bound reached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// A stable code: `parse-error`, `too-large`, `unreadable`, `binary`, `symlink`, …
    pub code: &'static str,
    /// One sentence, without any value from the file.
    pub message: String,
    /// Where, if it is about a file.
    pub span: Option<Span>,
    /// Where, if the file is not in the table of files (a FIFO, a broken link): its path.
    pub path: Option<String>,
}

/// Codes of notices that say that the run can't be trusted: exit code 2.
const FAILURES: &[&str] = &["config-error", "policy-error", "map-error", "evaluation-error", "baseline-error"];

impl Notice {
    /// Whether the run itself failed, whatever it found.
    pub fn is_failure(&self) -> bool {
        FAILURES.contains(&self.code)
    }

    /// A notice about a place.
    pub fn at(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: Some(span), path: None }
    }
}
