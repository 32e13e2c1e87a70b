//! What the gate says in the end: rules, hits, findings, verdicts, the report.

use std::collections::BTreeMap;

use crate::fact::{FactId, Notice};
use crate::source::{FileId, Files, Span};

/// How bad it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth a ticket.
    Medium,
    /// Must not be merged.
    High,
    /// An incident.
    Critical,
}

/// How sure the gate is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess with a reason.
    Low,
    /// One signal.
    Medium,
    /// Two independent signals, or one that can't be wrong.
    High,
}

/// What a rule says of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The rule is broken.
    Fail,
    /// All conditions but one hold, and that one can't be known. Never counts as pass.
    Undetermined,
    /// Every failing hit is suppressed, excepted or in the baseline.
    Waived,
    /// The rule holds.
    Pass,
    /// The rule is not about this subject.
    NotApplicable,
    /// Somebody signed that it holds.
    Attested,
}

/// Whether a finding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It counts.
    Active,
    /// An inline comment waives it.
    Suppressed,
    /// An exception in `synthgate.yaml` waives it.
    Excepted,
    /// It is known in `synthgate-baseline.json`.
    Baseline,
    /// The change did not bring it.
    OutsideDiff,
}

macro_rules! words {
    ($t:ty { $($v:ident = $w:literal),* $(,)? }) => {
        impl $t {
            /// The word that stands for it in every output.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$v => $w),* } }
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$v),*];
        }
        impl std::fmt::Display for $t {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.pad(self.as_str()) }
        }
        impl std::str::FromStr for $t {
            type Err = String;
            fn from_str(s: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|v| v.as_str() == s).ok_or_else(|| {
                    let all: Vec<&str> = Self::ALL.iter().map(|v| v.as_str()).collect();
                    format!("`{s}` is none of {}", all.join(", "))
                })
            }
        }
    };
}
words!(Severity { Low = "low", Medium = "medium", High = "high", Critical = "critical" });
words!(Confidence { Low = "low", Medium = "medium", High = "high" });
words!(Verdict { Fail = "fail", Undetermined = "undetermined", Waived = "waived", Pass = "pass", NotApplicable = "not_applicable", Attested = "attested" });
words!(State { Active = "active", Suppressed = "suppressed", Excepted = "excepted", Baseline = "baseline", OutsideDiff = "outside-diff" });

/// A rule as its METADATA header describes it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Rule {
    /// `CRED-002`.
    pub id: String,
    /// `shared-credential`.
    pub name: String,
    /// One line: what is wrong when it fails.
    pub title: String,
    /// The folder it lives in: `credentials`.
    pub family: String,
    /// The kind of subject it judges.
    pub subject: String,
    /// The severity of a finding, unless a hit lowers it.
    pub severity: Severity,
    /// The confidence of a finding, unless a hit says otherwise.
    pub confidence: Confidence,
    /// Controls that a verdict is evidence towards: `gdpr:art-32`.
    pub controls: Vec<String>,
    /// One sentence: why it matters (the header's `description`).
    pub why: String,
    /// One sentence: what to do.
    pub fix: String,
    /// The rule's options with their defaults.
    pub options: BTreeMap<String, serde_json::Value>,
    /// Built in, or the path of the project's own policy.
    pub origin: String,
    /// The page: Markdown.
    #[serde(skip)]
    pub page: String,
}

/// Exactly what a policy returns for one breach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The fact to point at.
    pub at: FactId,
    /// Further facts with what each shows.
    pub related: Vec<(FactId, String)>,
    /// What stands at `at` and how we know: the label of the primary span.
    pub message: String,
    /// Only where it differs from the rule's.
    pub confidence: Option<Confidence>,
    /// Only where it is lower than the rule's.
    pub severity: Option<Severity>,
    /// A concrete way out, where the rule's is too general.
    pub fix: Option<String>,
}

/// A place that also matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What stands there.
    pub message: String,
}

/// One thing to look at.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Index into [`Report::rules`].
    pub rule: usize,
    /// [`Verdict::Fail`] or [`Verdict::Undetermined`].
    pub verdict: Verdict,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Fails the build.
    pub blocking: bool,
    /// What is wrong here. Masked.
    pub message: String,
    /// Where.
    pub primary: Span,
    /// Further places, in order; 100 at most.
    pub related: Vec<Related>,
    /// How many places were merged into this finding, where more than one.
    pub count: u64,
    /// What to do.
    pub help: String,
    /// Stable across moved lines: rule, path and key path or masked text, and occurrence.
    pub fingerprint: String,
    /// Whether it counts.
    pub state: State,
    /// Why it does not count: the suppression's or exception's reason.
    pub waiver: Option<String>,
}

/// Counts of subjects by verdict.
pub type Verdicts = BTreeMap<String, BTreeMap<&'static str, u64>>;

/// What was done.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, schemars::JsonSchema)]
pub struct Stats {
    /// Files read.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Facts extracted.
    pub facts: u64,
    /// Subjects linked.
    pub subjects: u64,
    /// Rules asked about subjects.
    pub evaluations: u64,
    /// Time of the whole run.
    pub elapsed_ms: u64,
}

/// What the run stood on.
#[derive(Debug, Clone, Default, serde::Serialize, schemars::JsonSchema)]
pub struct Run {
    /// HEAD, if there is a git repository with a commit.
    pub commit: Option<String>,
    /// The base of a diff.
    pub base: Option<String>,
    /// The run date, `YYYY-MM-DD`.
    pub date: String,
    /// The configuration file's path, if there is one.
    pub config: Option<String>,
}

/// What no output may show of a file's text, over and above what the mask recognises by its form.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    /// Spans of secret values, in order.
    pub secrets: Vec<Span>,
    /// Files that hold tables of data, with the spans of their column names: the names are shown, cells are not.
    pub tables: BTreeMap<FileId, Vec<Span>>,
}

/// Everything that an output may show. A reporter is a pure function of it.
#[derive(Debug, Default)]
pub struct Report {
    /// Every fail and every undetermined hit, in any state, ordered by path, start and rule.
    pub findings: Vec<Finding>,
    /// Counts of subjects by rule id and verdict.
    pub verdicts: Verdicts,
    /// The rules that ran, by id.
    pub rules: Vec<Rule>,
    /// What could not be read, bounds that were reached; ordered.
    pub notices: Vec<Notice>,
    /// Counts and time.
    pub stats: Stats,
    /// What the run stood on.
    pub run: Run,
    /// Digest of all policies that ran: `sha256:…`.
    pub policies: String,
    /// The files that spans point into.
    pub files: Files,
    /// What must not be shown of them.
    pub hidden: Hidden,
}

impl Report {
    /// Findings that fail the build.
    pub fn blocking(&self) -> usize {
        self.findings.iter().filter(|f| f.blocking).count()
    }
}
