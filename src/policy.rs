//! Policies: in come the built-in rules and a project's own `.rego` files, out come [`Rule`]s, and for each rule and
//! [`Subject`](crate::link::subject::Subject) a verdict with its hits.
//!
//! A rule is a `.rego` and a `.md` file of the same name; nothing else names it (`policies/README.md` says how both
//! are written). Policies know facts by their ids and nothing of files, spans or formats.

mod calls;
mod check;
#[cfg(test)]
mod departures;
mod embedded;
mod engine;
mod evaluate;
mod header;
mod hermetic;
mod hit;
mod load;
mod module;
mod normalise;
pub mod page;
mod problem;
mod references;
mod shape;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use regorus::Value;
use regorus::rvm::Program;
use sha2::{Digest, Sha256};

use crate::config::RuleSetting;
use crate::fact::Notice;
use crate::finding::{Rule, Severity};
use crate::link::subject::SubjectKind;

pub use evaluate::{Clean, Evaluation, RuleResult};
pub use problem::{EvaluationError, PolicyFile, PolicyProblem};

/// All loaded rules, ready to be asked.
#[derive(Debug)]
pub struct Policies {
    /// By id.
    rules: Vec<Loaded>,
    /// Policies and shared functions of the program, in path order.
    builtin: Vec<PolicyFile>,
    /// A project's own, in path order.
    own: Vec<PolicyFile>,
    /// The same with expressions of heads moved into bodies: what the interpreter runs.
    own_normalised: Vec<normalise::Normalised>,
    /// Built-in rules, compiled for each kind of subject when one of that kind is first asked about.
    programs: Arc<Programs>,
    limits: engine::Limits,
    always_interpret: bool,
}

/// Compiled rules, by the position of their kind in [`SubjectKind::ALL`].
#[derive(Debug, Default)]
struct Programs([OnceLock<Result<Arc<Program>, engine::Broken>>; SubjectKind::ALL.len()]);

/// One rule with what evaluation needs to know.
#[derive(Debug, Clone)]
struct Loaded {
    rule: Rule,
    kind: SubjectKind,
    /// The severity of the header, which bounds that of a hit whatever the configuration says.
    severity: Severity,
    /// `data.synthgate.credentials.shared_credential`.
    package: String,
    /// The policy's file.
    path: String,
    /// One of the program's own.
    builtin: bool,
    enabled: bool,
    /// The rule's options as a policy sees them.
    options: Value,
    /// What it defines beside `deny`.
    promises: engine::Promises,
}

impl Policies {
    /// The rules that are part of the program.
    pub fn builtin() -> Self {
        load::builtin()
    }

    /// The built-in rules and those below some folders, which are relative to the root. Problems end the run with
    /// exit code 2; the policies that have none are there all the same.
    pub fn load(folders: &[std::path::PathBuf], root: &std::path::Path) -> (Self, Vec<PolicyProblem>) {
        load::with_own(folders, root)
    }

    /// What is wrong with the rules that are part of the program: nothing, or its tests fail. Takes longer than
    /// loading them, because it reads their code.
    pub fn builtin_problems() -> Vec<PolicyProblem> {
        load::builtin_problems()
    }

    /// All rules, by id. Indices into this list are the rule indices of an [`Evaluation`] and of a report.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|l| &l.rule)
    }

    /// A rule by its id (`CRED-002`) or name (`shared-credential`).
    pub fn find(&self, id_or_name: &str) -> Option<&Rule> {
        self.rules().find(|r| r.id.eq_ignore_ascii_case(id_or_name) || r.name == id_or_name)
    }

    /// Whether a rule takes part in evaluations.
    pub fn is_enabled(&self, rule: usize) -> bool {
        self.rules.get(rule).is_some_and(|l| l.enabled)
    }

    /// Applies the `rules:` of the configuration: severity, confidence, options, and what is switched off. An id that
    /// no rule has and an option that the rule does not have are notices with a suggestion.
    pub fn configure(&mut self, settings: &BTreeMap<String, RuleSetting>) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (id, setting) in settings {
            let Some(loaded) = self.rules.iter_mut().find(|l| l.rule.id == *id) else {
                notices.push(self.unknown_rule(id, setting));
                continue;
            };
            let rule = &mut loaded.rule;
            loaded.enabled = setting.enabled.unwrap_or(loaded.enabled);
            rule.severity = setting.severity.unwrap_or(rule.severity);
            rule.confidence = setting.confidence.unwrap_or(rule.confidence);
            for (name, value) in &setting.options {
                match rule.options.get_mut(name) {
                    Some(old) if same_type(old, value) => *old = value.clone(),
                    Some(old) => notices.push(notice(
                        "rule-option",
                        setting,
                        format!("option `{name}` of {id} must be {}, so that its default is used", type_name(old)),
                    )),
                    None => {
                        let hint = problem::suggestion(name, rule.options.keys().map(String::as_str))
                            .map_or_else(String::new, |s| format!("; did you mean `{s}`?"));
                        notices.push(notice("rule-option", setting, format!("{id} has no option `{name}`{hint}")));
                    }
                }
            }
            loaded.options = options_value(&rule.options);
        }
        notices
    }

    fn unknown_rule(&self, id: &str, setting: &RuleSetting) -> Notice {
        let hint = problem::suggestion(id, self.rules().map(|r| r.id.as_str()))
            .map_or_else(String::new, |s| format!("; did you mean {s}?"));
        notice("unknown-rule", setting, format!("no rule {id} in this version{hint}"))
    }

    /// Switches every rule off that is not wanted (`--select`, `--ignore`).
    pub fn retain(&mut self, wanted: impl Fn(&Rule) -> bool) {
        for loaded in &mut self.rules {
            loaded.enabled &= wanted(&loaded.rule);
        }
    }

    /// Runs the built-in rules on the interpreter too, which is how tests hold the two engines against each other.
    pub fn always_interpret(&mut self) {
        self.always_interpret = true;
    }

    /// `sha256:` over the paths and texts of all loaded policies.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for file in self.builtin.iter().chain(&self.own) {
            for part in [file.path.as_bytes(), file.text.as_bytes()] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        let hex: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        format!("sha256:{hex}")
    }
}

fn notice(code: &'static str, setting: &RuleSetting, message: String) -> Notice {
    Notice { code, message, span: setting.span, path: None }
}

fn same_type(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    a.is_null() || std::mem::discriminant(a) == std::mem::discriminant(b)
}

const fn type_name(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "anything",
        serde_json::Value::Bool(_) => "true or false",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a text",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "a map",
    }
}

fn options_value(options: &BTreeMap<String, serde_json::Value>) -> Value {
    let mut value = Value::new_object();
    if let Ok(object) = value.as_object_mut() {
        for (name, option) in options {
            object.insert(Value::from(name.as_str()), Value::from(option.clone()));
        }
    }
    value
}
