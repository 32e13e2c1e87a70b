//! A report held against an example: out come sentences about what was expected and not found, and the other way
//! round.

use std::collections::BTreeMap;

use super::{At, Example, Expected, Kind};
use crate::finding::{Finding, Report, State, Verdict};
use crate::source::{FileId, LineIndex, Position, Source, Span};

/// What the report of an example's files says other than the example. Empty: they agree. Only findings of the page's
/// rule that no comment or exception waives are looked at.
pub fn compare(example: &Example, rule: &str, report: &Report) -> Vec<String> {
    let index = report.rules.iter().position(|r| r.id == rule);
    let mut places = Places { report, files: BTreeMap::new() };
    let mut findings: Vec<&Finding> =
        report.findings.iter().filter(|f| Some(f.rule) == index && f.state == State::Active).collect();
    let related: Vec<(Span, String)> =
        findings.iter().flat_map(|f| &f.related).map(|r| (r.span, r.message.clone())).collect();
    let mut faults = Vec::new();
    for expected in &example.expected {
        let found = match expected.kind {
            Kind::Related => related.iter().any(|(span, message)| places.fits(expected, *span, message)),
            Kind::Fail | Kind::Undetermined => {
                let verdict = if expected.kind == Kind::Fail { Verdict::Fail } else { Verdict::Undetermined };
                let at = findings.iter().position(|f| {
                    f.verdict == verdict
                        && expected.severity.is_none_or(|s| s == f.severity)
                        && expected.confidence.is_none_or(|c| c == f.confidence)
                        && places.fits(expected, f.primary, &f.message)
                });
                at.map(|i| findings.remove(i)).is_some()
            }
        };
        if !found {
            faults.push(format!("line {}: not found: {}", expected.line, describe(expected)));
        }
    }
    for finding in findings {
        let place = places.describe(finding.primary);
        faults.push(format!(
            "line {}: unexpected: {} {} {} {place}: {}",
            example.line, finding.verdict, finding.severity, finding.confidence, finding.message
        ));
    }
    if !faults.is_empty() {
        for (span, message) in related {
            faults.push(format!("    a related place is {}: {message}", places.describe(span)));
        }
    }
    faults.extend(counts(example, rule, report));
    faults
}

fn counts(example: &Example, rule: &str, report: &Report) -> Option<String> {
    let wanted = example.verdicts.as_ref()?;
    let counted = report.verdicts.get(rule);
    let found: Vec<String> = Verdict::ALL
        .iter()
        .filter_map(|v| Some((v, counted?.get(v.as_str()).copied()?)))
        .filter(|(_, n)| *n > 0)
        .map(|(v, n)| format!("{v} {n}"))
        .collect();
    let wrong = Verdict::ALL.iter().any(|v| {
        let found = counted.and_then(|c| c.get(v.as_str())).copied().unwrap_or(0);
        found != wanted.get(v).copied().unwrap_or(0)
    });
    let none = || "none".to_owned();
    let found = if found.is_empty() { none() } else { found.join(", ") };
    wrong.then(|| format!("line {}: the verdicts are {found}", example.line))
}

fn describe(expected: &Expected) -> String {
    let kind = match expected.kind {
        Kind::Fail => "fail",
        Kind::Undetermined => "undetermined",
        Kind::Related => "related",
    };
    let severity = expected.severity.map(|s| format!(" {s}")).unwrap_or_default();
    let confidence = expected.confidence.map(|c| format!(" {c}")).unwrap_or_default();
    let place = match expected.at {
        At::Columns(line, from, to) => format!("{}:{line}:{from}-{to}", expected.path),
        At::Line(line) => format!("{}:{line}", expected.path),
        At::File => expected.path.clone(),
    };
    format!("{kind}{severity}{confidence} {place}: {}", expected.words)
}

/// Spans as lines and columns; each file is read once.
struct Places<'a> {
    report: &'a Report,
    files: BTreeMap<FileId, Option<LineIndex>>,
}

impl Places<'_> {
    fn fits(&mut self, expected: &Expected, span: Span, message: &str) -> bool {
        if self.report.files.path(span.file) != expected.path || !message.contains(&expected.words) {
            return false;
        }
        let Some((start, end)) = self.positions(span) else { return false };
        match expected.at {
            At::File => span.is_whole(),
            At::Line(line) => !span.is_whole() && start.line == line,
            At::Columns(line, from, to) => {
                (start.line, start.column) == (line, from) && (end.line, end.column) == (line, to)
            }
        }
    }

    fn describe(&mut self, span: Span) -> String {
        let path = self.report.files.path(span.file).to_owned();
        match self.positions(span) {
            Some((start, end)) if !span.is_whole() => {
                let end = if start.line == end.line { format!("{}", end.column) } else { format!("line {}", end.line) };
                format!("{path}:{}:{}-{end}", start.line, start.column)
            }
            _ => path,
        }
    }

    fn positions(&mut self, span: Span) -> Option<(Position, Position)> {
        let files = &self.report.files;
        let index = self.files.entry(span.file).or_insert_with(|| {
            let bytes = files.read(span.file).ok()?;
            Some(LineIndex::new(Source::new(span.file, files.get(span.file).path.clone(), bytes)))
        });
        Some(index.as_ref()?.positions(span))
    }
}
