//! Hits in, findings out: merging, waiving, counting, order.

use std::collections::BTreeMap;

use super::*;
use crate::config::{Exception, RuleSetting};
use crate::fact::{Context, Endpoint, EndpointRole};
use crate::finding::{Confidence, Severity};
use crate::policy::{Clean, RuleResult};
use crate::source::{FileEntry, Origin, Source};

const YAML: &str = "a: https://x.example\n# synthgate: ignore[ENDP-001] -- the vendor has no sandbox\nb: https://x.example/2\nc: https://y.example\n";

struct World {
    rules: Vec<Rule>,
    facts: Vec<Fact>,
    subjects: Vec<Subject>,
    results: Vec<(usize, usize, Vec<Hit>, Vec<Hit>)>,
    files: Files,
    config: Config,
    suppressions: Vec<Suppression>,
    baseline: Option<Baseline>,
    paths: Vec<String>,
}

impl World {
    fn new() -> Self {
        let entry = |path: &str| FileEntry {
            path: path.into(),
            origin: Origin::Memory(YAML.as_bytes().into()),
            size: YAML.len() as u64,
            tracked: true,
        };
        let files = Files::new(vec![entry("b/two.yaml"), entry("a/one.yaml")]);
        let suppressions = suppression::suppressions(&Source::from_str(FileId(0), "a/one.yaml", YAML));
        Self {
            rules: vec![rule("ENDP-001", Severity::High), rule("CRED-002", Severity::High)],
            facts: Vec::new(),
            subjects: Vec::new(),
            results: Vec::new(),
            files,
            config: Config::default(),
            suppressions,
            baseline: None,
            paths: Vec::new(),
        }
    }

    /// A subject of its own with one fact at a piece of the text, and a hit of a rule there.
    fn hit(&mut self, rule: usize, kind: SubjectKind, path: &str, piece: &str) -> &mut Hit {
        let at = self.fact(path, piece);
        let merge = (kind == SubjectKind::Endpoint).then(|| format!("{path} {}", &piece[..17.min(piece.len())]));
        self.subjects.push(Subject {
            kind,
            label: piece.into(),
            facts: vec![at],
            input: serde_json::Value::Null,
            merge,
        });
        let hit =
            Hit { at, related: vec![], message: format!("{piece} here"), confidence: None, severity: None, fix: None };
        self.results.push((rule, self.subjects.len() - 1, vec![hit], vec![]));
        &mut self.results.last_mut().unwrap().2[0]
    }

    fn fact(&mut self, path: &str, piece: &str) -> FactId {
        let at = YAML.find(piece).unwrap() as u32;
        let file = self.files.find(path).unwrap();
        let kind = Kind::Endpoint(Endpoint {
            host: "x".into(),
            path: String::new(),
            role: EndpointRole::Connection,
            fallback: None,
        });
        let span = Span { file, start: at, end: at + piece.len() as u32 };
        self.facts.push(Fact {
            span,
            key: YAML[..at as usize].rsplit('\n').next().unwrap().replace(": ", ""),
            context: Context::default(),
            kind,
        });
        FactId(self.facts.len() as u32 - 1)
    }

    fn settle(&self) -> Settled {
        let result = |(rule, subject, hits, undetermined): &(usize, usize, Vec<Hit>, Vec<Hit>)| RuleResult {
            rule: *rule,
            subject: *subject,
            verdict: if hits.is_empty() { Verdict::Undetermined } else { Verdict::Fail },
            hits: hits.clone(),
            undetermined: undetermined.clone(),
        };
        let evaluation = Evaluation {
            results: self.results.iter().map(result).collect(),
            clean: BTreeMap::from([(0, Clean { pass: 3, not_applicable: 1 })]),
            ..Evaluation::default()
        };
        settle(&Input {
            rules: &self.rules,
            asked: &vec![true; self.rules.len()],
            facts: &self.facts,
            subjects: &self.subjects,
            evaluation: &evaluation,
            files: &self.files,
            config: &self.config,
            date: "2026-11-21",
            suppressions: &self.suppressions,
            baseline: self.baseline.as_ref(),
            paths: &self.paths,
        })
    }
}

fn rule(id: &str, severity: Severity) -> Rule {
    Rule {
        id: id.into(),
        name: id.to_lowercase(),
        title: id.into(),
        family: String::new(),
        subject: String::new(),
        severity,
        confidence: Confidence::High,
        controls: vec![],
        why: String::new(),
        fix: "fix it".into(),
        options: BTreeMap::new(),
        origin: String::new(),
        page: String::new(),
    }
}

fn exception(rule: &str, path: &str, expires: &str) -> Exception {
    let span = Span::whole(FileId(0));
    Exception {
        span,
        rule: rule.into(),
        paths: vec![(path.into(), span)],
        pointer: None,
        fingerprint: None,
        reason: Some("until the migration".into()),
        approved_by: Some("ciso@acme.example".into()),
        ticket: None,
        expires: Some((expires.into(), span)),
    }
}

fn codes(settled: &Settled) -> Vec<&str> {
    settled.notices.iter().map(|n| n.code).collect()
}

#[test]
fn endpoints_of_one_file_and_host_are_one_finding_and_a_suppressed_one_is_apart() {
    let mut w = World::new();
    w.hit(0, SubjectKind::Endpoint, "a/one.yaml", "https://x.example/2");
    w.hit(0, SubjectKind::Endpoint, "a/one.yaml", "https://x.example");
    w.hit(0, SubjectKind::Endpoint, "b/two.yaml", "https://x.example/2");
    w.hit(0, SubjectKind::Endpoint, "b/two.yaml", "https://x.example");
    w.hit(0, SubjectKind::Endpoint, "b/two.yaml", "https://y.example");
    let settled = w.settle();
    let seen: Vec<_> = settled
        .findings
        .iter()
        .map(|f| (w.files.path(f.primary.file), f.primary.start, f.count, f.related.len(), f.state, f.blocking))
        .collect();
    let (second, third) = (YAML.find("https://x.example/2").unwrap() as u32, YAML.find("https://y").unwrap() as u32);
    assert_eq!(
        seen,
        [
            ("a/one.yaml", 3, 1, 0, State::Active, true),
            ("a/one.yaml", second, 1, 0, State::Suppressed, false),
            ("b/two.yaml", 3, 2, 1, State::Active, true),
            ("b/two.yaml", third, 1, 0, State::Active, true),
        ]
    );
    assert_eq!(settled.findings[1].waiver.as_deref(), Some("the vendor has no sandbox"));
    assert_eq!(codes(&settled), [""; 0]);
    assert_eq!(
        settled.verdicts["ENDP-001"],
        BTreeMap::from([("fail", 4), ("waived", 1), ("pass", 3), ("not_applicable", 1)])
    );
    assert_eq!(settled.verdicts["CRED-002"], BTreeMap::new());
}

#[test]
fn the_order_of_hits_changes_nothing() {
    let mut w = World::new();
    w.hit(1, SubjectKind::Credential, "b/two.yaml", "https://x.example");
    w.hit(0, SubjectKind::Endpoint, "b/two.yaml", "https://x.example");
    w.hit(0, SubjectKind::Endpoint, "a/one.yaml", "https://y.example");
    let before = w.settle();
    w.results.reverse();
    assert_eq!(format!("{:?}", w.settle().findings), format!("{:?}", before.findings));
    let rules: Vec<usize> = before.findings.iter().map(|f| f.rule).collect();
    assert_eq!(rules, [0, 1, 0], "by path, start and rule id");
}

#[test]
fn hits_lower_severity_and_the_configuration_has_the_last_word_on_confidence() {
    let mut w = World::new();
    let hit = w.hit(1, SubjectKind::Credential, "a/one.yaml", "https://x.example");
    (hit.severity, hit.confidence) = (Some(Severity::Critical), Some(Confidence::Medium));
    hit.fix = Some("do this".into());
    let settled = w.settle();
    let f = &settled.findings[0];
    assert_eq!(
        (f.severity, f.confidence, f.blocking, f.help.as_str()),
        (Severity::High, Confidence::Medium, false, "do this")
    );
    let setting = RuleSetting { confidence: Some(Confidence::High), ..RuleSetting::default() };
    w.config.rules.insert("CRED-002".into(), setting);
    assert!(w.settle().findings[0].blocking);
    w.config.fail_on.severity = Severity::Critical;
    assert!(!w.settle().findings[0].blocking);
}

#[test]
fn an_undetermined_hit_never_blocks_and_never_passes() {
    let mut w = World::new();
    w.hit(1, SubjectKind::Credential, "a/one.yaml", "https://x.example");
    let (_, _, hits, undetermined) = &mut w.results[0];
    std::mem::swap(hits, undetermined);
    let settled = w.settle();
    assert_eq!((settled.findings[0].verdict, settled.findings[0].blocking), (Verdict::Undetermined, false));
    assert_eq!(settled.verdicts["CRED-002"], BTreeMap::from([("undetermined", 1)]));
}

#[test]
fn a_valid_exception_waives_its_rule_in_its_paths_and_an_idle_one_is_named() {
    let mut w = World::new();
    w.suppressions.clear();
    w.hit(1, SubjectKind::Credential, "a/one.yaml", "https://x.example");
    w.hit(1, SubjectKind::Credential, "b/two.yaml", "https://x.example");
    w.config.exceptions = vec![
        exception("CRED-002", "a/**", "2027-01-01"),
        exception("CRED-002", "b/**", "2026-11-20"),
        exception("ENDP-001", "a/**", "2027-01-01"),
    ];
    let settled = w.settle();
    let states: Vec<State> = settled.findings.iter().map(|f| f.state).collect();
    assert_eq!(states, [State::Excepted, State::Active]);
    // The one that has ended is GOVN-007's, not idle.
    assert_eq!(codes(&settled), ["unused-exception"]);
    assert_eq!(settled.verdicts["CRED-002"], BTreeMap::from([("fail", 1), ("waived", 1)]));
}

#[test]
fn a_fingerprint_survives_moved_lines_and_names_one_finding() {
    let mut w = World::new();
    w.hit(1, SubjectKind::Credential, "a/one.yaml", "https://y.example");
    w.hit(1, SubjectKind::Credential, "b/two.yaml", "https://y.example");
    let before = w.settle();
    w.facts[0].span.start += 100;
    w.facts[0].span.end += 100;
    let after = w.settle();
    assert_eq!(before.findings[0].fingerprint, after.findings[0].fingerprint);
    assert_ne!(before.findings[0].fingerprint, before.findings[1].fingerprint);

    let mut one = exception("CRED-002", "", "2027-01-01");
    one.paths.clear();
    one.fingerprint = Some(before.findings[1].fingerprint.clone());
    w.config.exceptions = vec![one];
    let states: Vec<State> = w.settle().findings.iter().map(|f| f.state).collect();
    assert_eq!(states, [State::Active, State::Excepted]);
}

#[test]
fn the_baseline_knows_what_was_there_and_not_what_comes() {
    let mut w = World::new();
    w.suppressions.clear();
    w.hit(1, SubjectKind::Credential, "a/one.yaml", "https://x.example");
    let settled = w.settle();
    let report = crate::finding::Report {
        findings: settled.findings,
        rules: w.rules.clone(),
        files: w.files.clone(),
        ..crate::finding::Report::default()
    };
    w.baseline = Some(Baseline::of(&report, None, "2026-11-21"));
    w.hit(1, SubjectKind::Credential, "a/one.yaml", "https://y.example");
    let settled = w.settle();
    let states: Vec<State> = settled.findings.iter().map(|f| f.state).collect();
    assert_eq!(states, [State::Baseline, State::Active]);
    assert_eq!(settled.verdicts["CRED-002"], BTreeMap::from([("fail", 1), ("waived", 1)]));
}

#[test]
fn suppressions_that_do_not_count_are_named() {
    let mut w = World::new();
    let text = "# synthgate: ignore[ENDP-001]\na: 1\n# synthgate: ignore[*] -- all\nb: 1\n# synthgate: ignore[ENDP-010] -- x\nc: 1\n# synthgate: ignore[CRED-002] -- x\n";
    w.suppressions = suppression::suppressions(&Source::from_str(FileId(0), "a/one.yaml", text));
    let settled = w.settle();
    assert_eq!(
        codes(&settled),
        ["suppression-without-reason", "suppression-of-everything", "unused-suppression", "unused-suppression"]
    );
    assert!(settled.notices[2].message.ends_with("no rule; did you mean ENDP-001?"), "{}", settled.notices[2].message);
}

#[test]
fn paths_limit_what_is_reported_not_what_is_counted() {
    let mut w = World::new();
    w.suppressions.clear();
    w.hit(1, SubjectKind::Credential, "a/one.yaml", "https://x.example");
    w.hit(1, SubjectKind::Credential, "b/two.yaml", "https://x.example");
    for (paths, left) in [(vec![], 2), (vec!["b"], 1), (vec!["./a/one.yaml"], 1), (vec!["."], 2), (vec!["a/one"], 0)] {
        w.paths = paths.iter().map(|p: &&str| (*p).to_owned()).collect();
        let settled = w.settle();
        assert_eq!(settled.findings.len(), left, "{paths:?}");
        assert_eq!(settled.verdicts["CRED-002"]["fail"], 2);
    }
}

#[test]
fn no_more_than_a_hundred_places_are_kept_and_all_are_counted() {
    let mut w = World::new();
    w.suppressions.clear();
    for i in 0..150 {
        w.hit(0, SubjectKind::Endpoint, "a/one.yaml", "https://x.example");
        w.facts[i].span.start += i as u32;
    }
    let settled = w.settle();
    assert_eq!((settled.findings.len(), settled.findings[0].count, settled.findings[0].related.len()), (1, 150, 100));
}
