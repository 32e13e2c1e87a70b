//! The rules asked about all subjects: in come subjects, out come verdicts and hits, in the order of the subjects and
//! then of the rules, whatever the number of threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use regorus::rvm::{Program, RegoVM};
use regorus::{Engine, Value};
use serde::Deserialize;

use super::engine::{self, Broken, EntryPoint};
use super::problem::{EvaluationError, PolicyFile};
use super::{Loaded, Policies, hit};
use crate::finding::{Hit, Verdict};
use crate::link::subject::{Subject, SubjectKind};

/// How long all evaluations of a run may take together.
const TOTAL: Duration = Duration::from_secs(120);

/// What all rules say of all subjects.
#[derive(Debug, Default)]
pub struct Evaluation {
    /// Every fail and undetermined, by subject and then rule.
    pub results: Vec<RuleResult>,
    /// How many subjects each rule has nothing against, by rule index.
    pub clean: BTreeMap<usize, Clean>,
    /// What broke. Not empty: the run can't be trusted and ends with exit code 2.
    pub errors: Vec<EvaluationError>,
    /// How often a rule was asked about a subject.
    pub evaluations: u64,
}

/// Subjects that a rule has nothing against.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Clean {
    /// The rule holds.
    pub pass: u64,
    /// The rule is not about them.
    pub not_applicable: u64,
}

/// What a rule has against a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleResult {
    /// Index into [`Policies::rules`].
    pub rule: usize,
    /// Index into the subjects that were given.
    pub subject: usize,
    /// [`Verdict::Fail`] or [`Verdict::Undetermined`].
    pub verdict: Verdict,
    /// Breaches; not empty where the verdict is fail.
    pub hits: Vec<Hit>,
    /// What could not be decided; not empty where the verdict is undetermined.
    pub undetermined: Vec<Hit>,
}

impl Policies {
    /// Asks every rule that is switched on about every subject of its kind. The date is the run's, `2026-11-21`.
    pub fn evaluate(&self, subjects: &[Subject], date: &str) -> Evaluation {
        let run = Run::new(self, subjects, date);
        let parts: Vec<Part> = subjects
            .par_chunks(16)
            .enumerate()
            .map_init(Worker::default, |worker, (chunk, part)| run.part(worker, chunk * 16, part))
            .collect();
        let mut evaluation =
            Evaluation { evaluations: run.evaluations.load(Ordering::Relaxed), ..Evaluation::default() };
        for part in parts {
            evaluation.results.extend(part.results);
            evaluation.errors.extend(part.errors);
            for (rule, clean) in part.clean {
                let sum = evaluation.clean.entry(rule).or_default();
                sum.pass += clean.pass;
                sum.not_applicable += clean.not_applicable;
            }
        }
        // What breaks a rule on one subject often breaks it on all; once is enough. Which threads ran into a limit, and
        // into which, before the rule was stopped is chance: there, only the first subject is named.
        let mut seen = BTreeSet::new();
        evaluation.errors.retain(|e| {
            let place = (e.path.clone(), e.line, e.message.clone());
            let limited = run.is_stopped(&e.rule);
            seen.insert((e.rule.clone(), (!limited).then_some(place)))
        });
        evaluation
    }

    /// The program of a kind's built-in rules, compiled when it is first asked for.
    pub(super) fn program(&self, kind: SubjectKind) -> Result<&Arc<Program>, &Broken> {
        let slot = SubjectKind::ALL.iter().position(|k| *k == kind).unwrap_or_default();
        self.programs.0[slot].get_or_init(|| self.compile(kind)).as_ref()
    }

    fn compile(&self, kind: SubjectKind) -> Result<Arc<Program>, Broken> {
        let rules = || self.rules.iter().filter(|l| l.builtin && l.kind == kind);
        let wanted = |f: &&PolicyFile| f.path.starts_with("policies/lib/") || rules().any(|l| l.path == f.path);
        let mut files: Vec<&PolicyFile> = self.builtin.iter().filter(wanted).collect();
        let entries = entries(rules());
        files.push(&entries);
        let names: Vec<String> = rules().map(|l| engine::entry(&l.rule.id)).collect();
        engine::program(&files, &names)
    }

    /// An interpreter with a project's own rules, and with the built-in ones where tests ask for it.
    pub(super) fn own_engine(&self, date: &str) -> Result<Engine, Broken> {
        let mut files: Vec<&PolicyFile> = self.own_normalised.iter().map(|n| &n.file).collect();
        if self.always_interpret {
            let missing = |f: &&PolicyFile| !self.own_normalised.iter().any(|n| n.file.path == f.path);
            files.extend(self.builtin.iter().filter(missing));
        }
        let asked = || self.rules.iter().filter(|l| self.interprets(l));
        let entries = entries(asked());
        files.push(&entries);
        let mut engine = engine::interpreter(&files, date, self.limits)?;
        if let Some(first) = asked().next() {
            engine::prepare(&mut engine, &engine::entry(&first.rule.id))?;
        }
        Ok(engine)
    }

    fn interprets(&self, loaded: &Loaded) -> bool {
        !loaded.builtin || self.always_interpret
    }

    /// The original line of a line that the interpreter names.
    pub(super) fn own_line(&self, path: &str, line: u32) -> u32 {
        self.own_normalised.iter().find(|n| n.file.path == path).map_or(line, |n| n.original(line))
    }
}

fn entries<'a>(rules: impl Iterator<Item = &'a Loaded>) -> PolicyFile {
    let points: Vec<EntryPoint<'_>> =
        rules.map(|l| EntryPoint { id: &l.rule.id, package: &l.package, promises: l.promises }).collect();
    engine::entry_module(&points)
}

/// What all threads share.
struct Run<'a> {
    policies: &'a Policies,
    /// For each kind, its rules that are switched on.
    rules: Vec<Vec<usize>>,
    engine: Option<Result<Engine, Broken>>,
    date: Value,
    /// Rules that ran into a limit: asking on would only take as long again.
    stopped: Vec<AtomicBool>,
    started: Instant,
    evaluations: AtomicU64,
}

/// What one thread has for itself.
#[derive(Default)]
struct Worker {
    machines: BTreeMap<&'static str, RegoVM>,
    engine: Option<Engine>,
}

#[derive(Default)]
struct Part {
    results: Vec<RuleResult>,
    clean: BTreeMap<usize, Clean>,
    errors: Vec<EvaluationError>,
}

impl<'a> Run<'a> {
    fn new(policies: &'a Policies, subjects: &[Subject], date: &str) -> Self {
        let mut rules = vec![Vec::new(); SubjectKind::ALL.len()];
        for (slot, kind) in SubjectKind::ALL.iter().enumerate() {
            if subjects.iter().any(|s| s.kind == *kind) {
                let asked = policies.rules.iter().enumerate().filter(|(_, l)| l.enabled && l.kind == *kind);
                rules[slot] = asked.map(|(i, _)| i).collect();
            }
        }
        let on_vm = |slot: &usize| rules[*slot].iter().any(|i| !policies.interprets(&policies.rules[*i]));
        (0..rules.len()).into_par_iter().filter(on_vm).for_each(|slot| {
            let _ = policies.program(SubjectKind::ALL[slot]);
        });
        let interprets = rules.iter().flatten().any(|i| policies.interprets(&policies.rules[*i]));
        let mut run = Value::new_object();
        if let Ok(object) = run.as_object_mut() {
            object.insert("date".into(), date.into());
        }
        Self {
            policies,
            rules,
            engine: interprets.then(|| policies.own_engine(date)),
            date: run,
            stopped: policies.rules.iter().map(|_| AtomicBool::new(false)).collect(),
            started: Instant::now(),
            evaluations: AtomicU64::new(0),
        }
    }

    fn is_stopped(&self, id: &str) -> bool {
        let stopped = self.policies.rules.iter().zip(&self.stopped).find(|(l, _)| l.rule.id == id);
        stopped.is_some_and(|(_, stopped)| stopped.load(Ordering::Relaxed))
    }

    fn part(&self, worker: &mut Worker, first: usize, subjects: &[Subject]) -> Part {
        let mut part = Part::default();
        for (offset, subject) in subjects.iter().enumerate() {
            let slot = SubjectKind::ALL.iter().position(|k| *k == subject.kind).unwrap_or_default();
            if self.rules[slot].is_empty() {
                continue;
            }
            let input = self.input(subject);
            for rule in &self.rules[slot] {
                if self.stopped[*rule].load(Ordering::Relaxed) {
                    continue;
                }
                self.evaluations.fetch_add(1, Ordering::Relaxed);
                match self.ask(worker, *rule, subject, &input) {
                    Ok(answer) => part.record(*rule, first + offset, answer),
                    Err(broken) => part.errors.push(self.error(*rule, subject, broken)),
                }
            }
        }
        part
    }

    /// The subject with `run`, as regorus has it; `options` differ from rule to rule.
    fn input(&self, subject: &Subject) -> Value {
        let mut input = Value::deserialize(&subject.input).unwrap_or(Value::Undefined);
        if let Ok(object) = input.as_object_mut() {
            object.insert("run".into(), self.date.clone());
        }
        input
    }

    fn ask(&self, worker: &mut Worker, rule: usize, subject: &Subject, input: &Value) -> Result<hit::Answer, Broken> {
        let loaded = &self.policies.rules[rule];
        let limits = self.policies.limits;
        if self.started.elapsed() > TOTAL {
            return Err(Broken {
                limit: true,
                ..Broken::because(format!("all evaluations together took longer than {} s", TOTAL.as_secs()))
            });
        }
        let mut input = input.clone();
        if let Ok(object) = input.as_object_mut() {
            object.insert("options".into(), loaded.options.clone());
        }
        let entry = engine::entry(&loaded.rule.id);
        let value = if self.policies.interprets(loaded) {
            let engine = match (&mut worker.engine, &self.engine) {
                (Some(engine), _) => engine,
                (slot @ None, Some(Ok(engine))) => slot.insert(engine.clone()),
                (None, Some(Err(broken))) => return Err(broken.clone()),
                (None, None) => return Err(Broken::because("no interpreter was made")),
            };
            let files: Vec<&PolicyFile> = self.policies.own_normalised.iter().map(|n| &n.file).collect();
            engine::run_interpreter(engine, &entry, input, limits, &files).map_err(|mut broken| {
                if let (Some(path), Some(line)) = (&broken.path, broken.line) {
                    broken.line = Some(self.policies.own_line(path, line));
                }
                broken
            })?
        } else {
            let key = loaded.kind.as_str();
            if !worker.machines.contains_key(key) {
                let program = self.policies.program(loaded.kind).map_err(Clone::clone)?;
                worker.machines.insert(key, engine::machine(program, limits)?);
            }
            let Some(vm) = worker.machines.get_mut(key) else {
                return Err(Broken::because("no register VM was made"));
            };
            engine::run_machine(vm, &entry, input, limits)?
        };
        hit::answer(&value, subject, loaded.severity).map_err(Broken::because)
    }

    fn error(&self, rule: usize, subject: &Subject, broken: Broken) -> EvaluationError {
        if broken.limit {
            self.stopped[rule].store(true, Ordering::Relaxed);
        }
        let loaded = &self.policies.rules[rule];
        EvaluationError {
            rule: loaded.rule.id.clone(),
            path: broken.path.unwrap_or_else(|| loaded.path.clone()),
            line: broken.line,
            subject: subject.label.clone(),
            message: broken.message,
        }
    }
}

impl Part {
    fn record(&mut self, rule: usize, subject: usize, answer: hit::Answer) {
        let verdict = match &answer {
            hit::Answer { deny, .. } if !deny.is_empty() => Verdict::Fail,
            hit::Answer { undetermined, .. } if !undetermined.is_empty() => Verdict::Undetermined,
            hit::Answer { applies: false, .. } => {
                self.clean.entry(rule).or_default().not_applicable += 1;
                return;
            }
            _ => {
                self.clean.entry(rule).or_default().pass += 1;
                return;
            }
        };
        self.results.push(RuleResult { rule, subject, verdict, hits: answer.deny, undetermined: answer.undetermined });
    }
}

#[cfg(test)]
mod tests {
    use super::super::load;
    use super::*;
    use crate::config::RuleSetting;
    use crate::fact::FactId;

    const RULE: &str = r#"# METADATA
# title: T
# description: Why.
# custom:
#   id: TEST-001
#   name: a-rule
#   subject: credential
#   severity: high
#   confidence: high
#   fix: Do it.
#   options: {most: 1}
package synthgate.tests.a_rule

import rego.v1

import data.synthgate.lib.words

deny contains {"at": use.id, "message": words.shown(use.name), "related": others} if {
	count(input.uses) > input.options.most
	some use in input.uses
	use.bad
	others := [{"at": u.id, "message": input.run.date} | some u in input.uses; u.id != use.id]
}

undetermined contains {"at": input.id, "message": "who knows"} if input.unknown

applies if count(input.uses) > 0
"#;
    const LIBRARY: &str = "package synthgate.lib.words\n\nimport rego.v1\n\nshown(x) := sprintf(\"`%s`\", [x])\n";

    fn policies(rule: &str) -> Policies {
        load::of_program(&[
            ("policies/lib/words.rego", LIBRARY),
            ("policies/rules/tests/a_rule.md", "# page"),
            ("policies/rules/tests/a_rule.rego", rule),
        ])
    }

    fn subject(first: u32, bad: &[bool], unknown: bool) -> Subject {
        let uses: Vec<serde_json::Value> = bad
            .iter()
            .enumerate()
            .map(|(i, bad)| serde_json::json!({"id": first + 1 + i as u32, "name": format!("n{i}"), "bad": bad}))
            .collect();
        Subject {
            kind: SubjectKind::Credential,
            label: format!("credential {first}"),
            facts: vec![],
            input: serde_json::json!({"id": first, "uses": uses, "unknown": unknown}),
            merge: None,
        }
    }

    fn subjects() -> Vec<Subject> {
        let kinds: [(&[bool], bool); 5] =
            [(&[true, false], false), (&[true], true), (&[], false), (&[false, false], false), (&[true, true], true)];
        (0..200).map(|i| subject(i * 10, kinds[i as usize % 5].0, kinds[i as usize % 5].1)).collect()
    }

    #[test]
    fn verdicts_follow_the_precedence() {
        let evaluation = policies(RULE).evaluate(&subjects(), "2026-11-21");
        assert_eq!(evaluation.errors, []);
        assert_eq!(evaluation.evaluations, 200);
        assert_eq!(evaluation.clean[&0], Clean { pass: 40, not_applicable: 40 });
        let first = &evaluation.results[0];
        assert_eq!((first.subject, first.verdict), (0, Verdict::Fail));
        assert_eq!((first.hits[0].at, first.hits[0].message.as_str()), (FactId(1), "`n0`"));
        assert_eq!(first.hits[0].related, [(FactId(2), "2026-11-21".to_owned())]);
        assert_eq!((evaluation.results[1].subject, evaluation.results[1].verdict), (1, Verdict::Undetermined));
        let both = &evaluation.results[2];
        assert_eq!((both.subject, both.verdict), (4, Verdict::Fail));
        assert_eq!((both.hits.len(), both.undetermined.len()), (2, 1));
    }

    #[test]
    fn engines_and_threads_agree() {
        let subjects = subjects();
        let expected = policies(RULE).evaluate(&subjects, "2026-11-21");
        let mut interpreted = policies(RULE);
        interpreted.always_interpret();
        for threads in [1, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            for policies in [&policies(RULE), &interpreted] {
                let evaluation = pool.install(|| policies.evaluate(&subjects, "2026-11-21"));
                assert_eq!(evaluation.errors, []);
                assert_eq!(evaluation.results, expected.results);
                assert_eq!(evaluation.clean, expected.clean);
            }
        }
    }

    #[test]
    fn settings_change_rules() {
        let mut policies = policies(RULE);
        let setting = |json: serde_json::Value| RuleSetting {
            options: serde_json::from_value(json).unwrap(),
            severity: Some(crate::finding::Severity::Low),
            ..RuleSetting::default()
        };
        let settings = BTreeMap::from([
            ("TEST-001".to_owned(), setting(serde_json::json!({"most": 2, "mosst": 3}))),
            ("TEST-002".to_owned(), setting(serde_json::json!({}))),
        ]);
        let notices: Vec<String> = policies.configure(&settings).into_iter().map(|n| n.message).collect();
        assert_eq!(
            notices,
            [
                "TEST-001 has no option `mosst`; did you mean `most`?",
                "no rule TEST-002 in this version; did you mean TEST-001?"
            ]
        );
        assert_eq!(policies.find("a-rule").unwrap().severity, crate::finding::Severity::Low);
        let evaluation = policies.evaluate(&subjects(), "2026-11-21");
        assert!(evaluation.results.iter().all(|r| r.verdict == Verdict::Undetermined));
        policies.retain(|_| false);
        assert_eq!(policies.evaluate(&subjects(), "2026-11-21").evaluations, 0);
    }

    #[test]
    fn what_breaks_is_an_error_with_its_place_and_never_a_pass() {
        for (code, interpreted, line, message) in [
            (
                "deny contains {\"at\": 7777, \"message\": \"m\"} if true\n",
                false,
                None,
                "does not stand in the subject",
            ),
            ("deny contains {\"at\": input.id} if true\n", false, None, "without a `message`"),
            (
                "deny contains {\"at\": input.id, \"message\": \"m\"} if input.id + \"x\" > 3\n",
                true,
                Some(18),
                "numeric",
            ),
            ("deny contains 1 if {\n\tfoo(input)\n}\n", false, Some(19), "foo"),
        ] {
            let start = RULE.find("deny contains").unwrap();
            let mut policies = policies(&format!("{}{code}", &RULE[..start]));
            if interpreted {
                policies.always_interpret();
            }
            let evaluation = policies.evaluate(&subjects(), "2026-11-21");
            assert_eq!(evaluation.clean.get(&0), None, "{code}");
            assert!(!evaluation.errors.is_empty(), "{code}");
            let error = &evaluation.errors[0];
            assert!(error.message.contains(message), "{code}: {error}");
            assert_eq!(
                (error.path.as_str(), error.line),
                ("policies/rules/tests/a_rule.rego", line),
                "{code}: {error}"
            );
            assert_eq!(error.subject, "credential 0", "{error}");
        }
    }

    #[test]
    fn a_policy_that_loops_stops_itself_and_no_other() {
        let start = RULE.find("deny contains").unwrap();
        let code = "l := [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\nloop := {[a, b, c, d, e, f, g] | some a in l; some b in l; \
            some c in l; some d in l; some e in l; some f in l; some g in l}\n\
            deny contains {\"at\": input.id, \"message\": \"m\"} if {\n\tcount(loop) > 3\n}\n";
        for interpreted in [false, true] {
            let mut policies = policies(&format!("{}{code}", &RULE[..start]));
            policies.limits = engine::Limits { instructions: 50_000, time: Duration::from_millis(300) };
            if interpreted {
                policies.always_interpret();
            }
            let evaluation = policies.evaluate(&subjects(), "2026-11-21");
            assert_eq!(evaluation.clean.get(&0), None);
            assert_eq!(evaluation.errors.len(), 1, "{:?}", evaluation.errors);
            assert!(evaluation.errors[0].message.contains("it loops"), "{}", evaluation.errors[0]);
            assert!(evaluation.evaluations < 20);
        }
    }
}
