//! Rule pages are tests: every example of every page is checked as a repository of its own, on both engines, and what
//! all rules say of all pages' files is one snapshot, so that a new rule's false positives show.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on stops")]

use std::fmt::Write as _;

use synthgate::check::{self, Options};
use synthgate::finding::{Report, Rule};
use synthgate::policy::Policies;
use synthgate::policy::page::{self, Example};
use synthgate::source::{LineIndex, Source};

/// Every rule with the examples of its page.
fn pages() -> Vec<(Rule, Vec<Example>)> {
    let policies = Policies::builtin();
    let pages: Vec<(Rule, Vec<Example>)> = policies
        .rules()
        .map(|rule| (rule.clone(), page::examples(&rule.page).unwrap_or_else(|e| panic!("{}: {e:?}", rule.id))))
        .collect();
    assert!(!pages.is_empty(), "there are no rules");
    pages
}

fn run(example: &Example, always_interpret: bool) -> Report {
    let options = Options { date: Some(example.date.clone()), always_interpret, ..Options::default() };
    check::run_in_memory(&example.files, &options)
}

#[test]
fn every_page_is_the_page_of_its_rule() {
    let mut faults = String::new();
    for rule in Policies::builtin().rules() {
        for problem in page::faults(rule) {
            let _ = writeln!(faults, "{}/{}.md:{problem}", rule.family, rule.name.replace('-', "_"));
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

#[test]
fn every_example_says_what_is_found() {
    let mut faults = String::new();
    for (rule, examples) in pages() {
        for example in &examples {
            let report = run(example, false);
            let mut found = page::compare(example, &rule.id, &report);
            found.extend(broken(&report));
            if !found.is_empty() {
                let _ = writeln!(
                    faults,
                    "\n{} ({}/{}.md), {}",
                    rule.id,
                    rule.family,
                    rule.name.replace('-', "_"),
                    example.title
                );
                for fault in found {
                    let _ = writeln!(faults, "    {fault}");
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn both_engines_say_the_same_of_every_page() {
    for (rule, examples) in pages() {
        for example in &examples {
            let (machine, interpreter) = (run(example, false), run(example, true));
            assert_eq!(broken(&interpreter), Vec::<String>::new(), "{}, {}", rule.id, example.title);
            assert_eq!(shown(&machine), shown(&interpreter), "{}, {}", rule.id, example.title);
            assert_eq!(machine.verdicts, interpreter.verdicts, "{}, {}", rule.id, example.title);
        }
    }
}

#[test]
fn all_rules_over_all_pages() {
    let mut out = String::new();
    for (rule, examples) in pages() {
        let _ = writeln!(out, "{} {}", rule.id, rule.name);
        for example in &examples {
            let _ = writeln!(out, "  {}", example.title);
            for line in shown(&run(example, false)) {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
    insta::assert_snapshot!(out);
}

/// Notices that say that the run can't be trusted.
fn broken(report: &Report) -> Vec<String> {
    let failures = report.notices.iter().filter(|n| n.is_failure());
    failures.map(|n| format!("{}: {}", n.code, n.message)).collect()
}

/// Findings as lines: who, what, where.
fn shown(report: &Report) -> Vec<String> {
    let place = |span: synthgate::source::Span| {
        let path = report.files.path(span.file);
        if span.is_whole() {
            return path.to_owned();
        }
        let bytes = report.files.read(span.file).unwrap_or_default();
        let at = LineIndex::new(Source::new(span.file, path.into(), bytes)).position(span.start);
        format!("{path}:{}:{}", at.line, at.column)
    };
    let line = |f: &synthgate::finding::Finding| {
        let mut line = format!(
            "{} {} {} {} {}: {}",
            report.rules[f.rule].id,
            f.verdict,
            f.severity,
            f.confidence,
            place(f.primary),
            f.message
        );
        for related in &f.related {
            let _ = write!(line, "\n      {}: {}", place(related.span), related.message);
        }
        line
    };
    report.findings.iter().map(line).collect()
}
