//! From what the rules say to findings: in come hits that name facts, out come [`Finding`]s that name bytes, with
//! whatever waives them, in an order and under fingerprints that depend on nothing but the repository.
//!
//! A hit's facts become spans; hits of one subject (endpoints: of one file and host) become one finding; a
//! suppression, an exception or the baseline may waive it; what is left and is severe and certain enough blocks.

pub mod baseline;
pub mod exception;
mod fingerprint;
pub mod suppression;
mod waive;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::config::Config;
use crate::fact::table::TableFact;
use crate::fact::{Fact, FactId, Kind, Notice};
use crate::finding::{Finding, Hidden, Hit, Related, Rule, State, Verdict, Verdicts};
use crate::link::subject::{Subject, SubjectKind};
use crate::parse::table::Container;
use crate::policy::Evaluation;
use crate::source::{FileId, Files, Span};
use baseline::Baseline;
use fingerprint::{Fingerprints, identity};
use suppression::Suppression;
use waive::Waivers;

/// Further places of one finding that are kept; all are counted.
const RELATED: usize = 100;

/// Everything that settling looks at.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// All rules, as configured.
    pub rules: &'a [Rule],
    /// Whether each of them was asked.
    pub asked: &'a [bool],
    /// All facts; a fact's id is its index.
    pub facts: &'a [Fact],
    /// All subjects.
    pub subjects: &'a [Subject],
    /// What the rules say of the subjects.
    pub evaluation: &'a Evaluation,
    /// The files that facts stand in.
    pub files: &'a Files,
    /// What blocks, and the exceptions.
    pub config: &'a Config,
    /// The run date, `YYYY-MM-DD`.
    pub date: &'a str,
    /// The suppressions of all files.
    pub suppressions: &'a [Suppression],
    /// Known findings.
    pub baseline: Option<&'a Baseline>,
    /// Files and folders that are reported, relative to the root; empty means all. Everything else is still judged,
    /// since rules cross files.
    pub paths: &'a [String],
}

/// What settling gives to the report.
#[derive(Debug, Default)]
pub struct Settled {
    /// In order of path, start and rule.
    pub findings: Vec<Finding>,
    /// Counts of subjects.
    pub verdicts: Verdicts,
    /// Suppressions and exceptions that are unused or do not count.
    pub notices: Vec<Notice>,
    /// What no output may show.
    pub hidden: Hidden,
}

/// Settles the answers of all rules.
pub fn settle(input: &Input<'_>) -> Settled {
    let mut waivers = Waivers::new(input);
    let mut breaches = breaches(input);
    for breach in &mut breaches {
        waivers.waive_breach(breach);
    }
    let mut findings = merge(input, &mut breaches);
    for finding in &mut findings {
        waivers.waive_finding(finding);
        let bar = input.config.fail_on;
        let reached = finding.severity >= bar.severity && finding.confidence >= bar.confidence;
        finding.blocking = finding.verdict == Verdict::Fail && finding.state == State::Active && reached;
    }
    let verdicts = verdicts(input, &breaches, &findings);
    findings.retain(|f| is_reported(input, f));
    Settled { findings, verdicts, notices: waivers.notices(), hidden: hidden(input.facts) }
}

/// One hit with its place.
struct Breach<'a> {
    rule: usize,
    subject: usize,
    verdict: Verdict,
    hit: &'a Hit,
    fact: Option<&'a Fact>,
    span: Span,
    state: State,
    waiver: Option<String>,
    /// The finding that it became part of.
    finding: usize,
}

/// All hits, in order of place and then of rule.
fn breaches<'a>(input: &Input<'a>) -> Vec<Breach<'a>> {
    let mut breaches = Vec::new();
    for judged in &input.evaluation.results {
        let fails = judged.hits.iter().map(|hit| (Verdict::Fail, hit));
        let doubts = judged.undetermined.iter().map(|hit| (Verdict::Undetermined, hit));
        for (verdict, hit) in fails.chain(doubts) {
            let fact = input.facts.get(hit.at.0 as usize);
            let Some(span) = fact.map(|f| f.span).or_else(|| somewhere(input, judged.subject)) else { continue };
            breaches.push(Breach {
                rule: judged.rule,
                subject: judged.subject,
                verdict,
                hit,
                fact,
                span,
                state: State::Active,
                waiver: None,
                finding: 0,
            });
        }
    }
    let id = |rule: usize| input.rules.get(rule).map_or("", |r| r.id.as_str());
    breaches.sort_by(|a, b| {
        let key = |b: &Breach<'_>| (b.span, b.verdict, b.subject);
        (a.span, id(a.rule))
            .cmp(&(b.span, id(b.rule)))
            .then(key(a).cmp(&key(b)))
            .then(a.hit.message.cmp(&b.hit.message))
    });
    breaches
}

/// A finding always has a place: where a hit names no fact there is, the subject's first, else the first file.
fn somewhere(input: &Input<'_>, subject: usize) -> Option<Span> {
    let first = input.subjects.get(subject).and_then(|s| s.facts.first());
    let span = first.and_then(|id| input.facts.get(id.0 as usize)).map(|f| f.span);
    span.or_else(|| (!input.files.is_empty()).then_some(Span::whole(FileId(0))))
}

/// What hits of one finding have in common: rule, verdict, state, waiver, merge key and number.
type GroupKey<'a> = (usize, Verdict, State, Option<&'a str>, &'a str, usize);

/// One finding a rule and subject, as far as all its hits are waived alike. Endpoints of one file and host are one
/// subject here. The repository is a subject too, but what is wrong in two of its corners is two things, and so it is
/// in a raw file.
fn merge(input: &Input<'_>, breaches: &mut [Breach<'_>]) -> Vec<Finding> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut by_key: HashMap<GroupKey<'_>, usize> = HashMap::new();
    for (i, breach) in breaches.iter().enumerate() {
        let subject = input.subjects.get(breach.subject);
        let merged = subject.and_then(|s| s.merge.as_deref());
        let apart = subject.is_none_or(|s| matches!(s.kind, SubjectKind::Repository | SubjectKind::File));
        let number = match (merged, apart) {
            (Some(_), _) => 0,
            (None, false) => breach.subject,
            (None, true) => input.subjects.len() + i,
        };
        let key = (breach.rule, breach.verdict, breach.state, breach.waiver.as_deref(), merged.unwrap_or(""), number);
        let group = *by_key.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(i);
    }
    drop(by_key);
    let mut fingerprints = Fingerprints::default();
    let mut findings = Vec::with_capacity(groups.len());
    // Breaches are in order, so the groups are in the order of their first places.
    for (number, group) in groups.iter().enumerate() {
        findings.push(finding(input, breaches, group, &mut fingerprints));
        for i in group {
            breaches[*i].finding = number;
        }
    }
    findings
}

fn finding(input: &Input<'_>, breaches: &[Breach<'_>], group: &[usize], fingerprints: &mut Fingerprints) -> Finding {
    let first = &breaches[group[0]];
    let rule = &input.rules[first.rule];
    let others = group[1..].iter().map(|i| &breaches[*i]);
    let own = first.hit.related.iter().map(|(at, text)| (*at, text, None));
    let related = own.chain(others.flat_map(|b| {
        std::iter::once((b.hit.at, &b.hit.message, Some(b.span)))
            .chain(b.hit.related.iter().map(|(at, text)| (*at, text, None)))
    }));
    let identity = match input.subjects.get(first.subject).and_then(|s| s.merge.as_deref()) {
        Some(merged) => merged.to_owned(),
        None => first.fact.map(identity).unwrap_or_default(),
    };
    let of_group = |i: &usize| &breaches[*i];
    let severity = group.iter().map(of_group).map(|b| b.hit.severity.unwrap_or(rule.severity).min(rule.severity)).max();
    let told = input.config.rules.get(&rule.id).and_then(|setting| setting.confidence);
    let confidence = group.iter().map(of_group).map(|b| told.or(b.hit.confidence).unwrap_or(rule.confidence)).max();
    Finding {
        rule: first.rule,
        verdict: first.verdict,
        severity: severity.unwrap_or(rule.severity),
        confidence: confidence.unwrap_or(rule.confidence),
        blocking: false,
        message: mask(&first.hit.message),
        primary: first.span,
        related: distinct(input, first.span, related),
        count: group.len() as u64,
        help: mask(first.hit.fix.as_deref().unwrap_or(&rule.fix)),
        fingerprint: fingerprints.next(&rule.id, input.files.path(first.span.file), &identity),
        state: first.state,
        waiver: first.waiver.clone(),
    }
}

/// Further places, each once, as many as are kept.
fn distinct<'a>(
    input: &Input<'_>,
    primary: Span,
    related: impl Iterator<Item = (FactId, &'a String, Option<Span>)>,
) -> Vec<Related> {
    let mut seen = HashSet::new();
    related
        .filter_map(|(at, text, span)| Some((span.or_else(|| input.facts.get(at.0 as usize).map(|f| f.span))?, text)))
        .filter(|(span, text)| *span != primary && seen.insert((*span, text.as_str())))
        .take(RELATED)
        .map(|(span, text)| Related { span, message: mask(text) })
        .collect()
}

/// Subjects by verdict, with the precedence fail, undetermined, waived, pass.
fn verdicts(input: &Input<'_>, breaches: &[Breach<'_>], findings: &[Finding]) -> Verdicts {
    let mut verdicts = Verdicts::new();
    for (rule, _) in input.rules.iter().zip(input.asked).filter(|(_, asked)| **asked) {
        verdicts.insert(rule.id.clone(), BTreeMap::new());
    }
    let mut worst: BTreeMap<(usize, usize), Verdict> = BTreeMap::new();
    for breach in breaches {
        let verdict = match (breach.verdict, findings[breach.finding].state) {
            (Verdict::Fail, State::Suppressed | State::Excepted | State::Baseline) => Verdict::Waived,
            (verdict, _) => verdict,
        };
        // The order of the enum is the order of precedence.
        let entry = worst.entry((breach.rule, breach.subject)).or_insert(verdict);
        *entry = (*entry).min(verdict);
    }
    let failing = worst.into_iter().map(|((rule, _), verdict)| (rule, verdict, 1));
    let clean = input
        .evaluation
        .clean
        .iter()
        .flat_map(|(rule, c)| [(*rule, Verdict::Pass, c.pass), (*rule, Verdict::NotApplicable, c.not_applicable)]);
    for (rule, verdict, count) in failing.chain(clean) {
        let Some(rule) = input.rules.get(rule) else { continue };
        *verdicts.entry(rule.id.clone()).or_default().entry(verdict.as_str()).or_default() += count;
    }
    verdicts
}

/// PATH arguments limit what is reported: a finding counts as theirs when any of its places does.
fn is_reported(input: &Input<'_>, finding: &Finding) -> bool {
    let inside = |span: Span| {
        let path = input.files.path(span.file);
        input.paths.iter().any(|wanted| {
            let wanted = wanted.trim_start_matches("./").trim_end_matches('/');
            wanted.is_empty()
                || wanted == "."
                || path.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    input.paths.is_empty() || inside(finding.primary) || finding.related.iter().any(|r| inside(r.span))
}

/// What the facts know of that no output may show.
fn hidden(facts: &[Fact]) -> Hidden {
    let mut hidden = Hidden::default();
    for fact in facts {
        match &fact.kind {
            Kind::Secret(secret) if !secret.public && secret.placeholder.is_none() => hidden.secrets.push(fact.span),
            Kind::Table(table) if is_data(table) => {
                hidden.tables.entry(fact.span.file).or_default().extend(table.columns.iter().map(|c| c.span));
            }
            _ => {}
        }
    }
    hidden.secrets.sort_unstable();
    hidden
}

/// Whether a table's rows are data that no frame may show. A list of settings in a configuration file is none.
fn is_data(table: &TableFact) -> bool {
    !matches!(table.container, Container::JsonRecords | Container::YamlRecords)
        || !table.detections.is_empty()
        || table.columns.iter().any(|c| c.family.is_some_and(|f| f.is_personal()) && !c.weak)
}

fn mask(text: &str) -> String {
    crate::mask::mask(text).into_owned()
}

#[cfg(test)]
mod tests;
