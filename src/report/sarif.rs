//! `sarif`: SARIF 2.1.0 for code-scanning services.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, and what GitHub reads of it:
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>

use std::cmp::Reverse;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::json::write_value;
use super::located::{Located, Place};
use super::style::Style;
use crate::fact::Notice;
use crate::finding::{Confidence, Finding, Report, Rule, Severity, State, Verdict};
use crate::mask::mask;

/// A service that gets more results of one run than this rejects the file.
const RESULTS: usize = 25_000;
/// More tags of one rule than this are rejected too.
const TAGS: usize = 20;
/// Further locations that are shown of one result.
const RELATED: usize = 100;

/// Writes the format.
pub(super) fn write(located: &Located<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let report = located.report;
    let (kept, left_out) = kept(report, style.waived);
    let results: Vec<Value> = kept.into_iter().filter_map(|i| result(located, i)).collect();
    let mut notifications: Vec<Value> = (0..report.notices.len()).map(|i| notification(located, i)).collect();
    if left_out > 0 {
        notifications.push(json!({
            "level": "warning",
            "message": { "text": format!("{left_out} less severe results are left out: a service takes {RESULTS} a run") },
            "descriptor": { "id": "too-many-results" },
        }));
    }
    let run = json!({
        "tool": { "driver": {
            "name": "synthgate",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
        } },
        "automationDetails": { "id": "synthgate/" },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": { "%SRCROOT%": { "description": { "text": "The root of the scanned repository." } } },
        "invocations": [{ "executionSuccessful": !report.notices.iter().any(Notice::is_failure), "toolExecutionNotifications": notifications }],
        "results": results,
        "properties": {
            "commit": report.run.commit,
            "base": report.run.base,
            "date": report.run.date,
            "config": report.run.config,
            "policies": report.policies,
        },
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    write_value(&log, out)
}

/// The findings to write, in the report's order, and how many had to be left out: the least severe ones.
fn kept(report: &Report, waived: bool) -> (Vec<usize>, usize) {
    let mut kept: Vec<usize> =
        (0..report.findings.len()).filter(|i| waived || report.findings[*i].state == State::Active).collect();
    let left_out = kept.len().saturating_sub(RESULTS);
    if left_out > 0 {
        kept.sort_by_key(|i| {
            let f = &report.findings[*i];
            Reverse((f.blocking, f.verdict == Verdict::Fail, f.severity, f.confidence))
        });
        kept.truncate(RESULTS);
        kept.sort_unstable();
    }
    (kept, left_out)
}

fn rule(rule: &Rule) -> Value {
    // GitHub shows a security severity only with the tag `security`.
    let tags = ["security", rule.family.as_str()].into_iter().chain(rule.controls.iter().map(String::as_str));
    let help = if rule.page.is_empty() { format!("{}\n\n{}\n", rule.why, rule.fix) } else { rule.page.clone() };
    json!({
        "id": rule.id,
        "name": rule.name,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.why },
        "help": { "text": format!("{} Fix: {}", rule.why, rule.fix), "markdown": help },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": tags.take(TAGS).collect::<Vec<_>>(),
            "precision": precision(rule.confidence),
            "problem.severity": if rule.severity >= Severity::High { "error" } else { "warning" },
            "security-severity": security_severity(rule.severity),
            "controls": rule.controls,
            "origin": rule.origin,
        },
    })
}

/// None for a finding without a place, which settling never makes: one such result has the whole file rejected.
fn result(located: &Located<'_>, i: usize) -> Option<Value> {
    let finding = &located.report.findings[i];
    let rule = located.report.rules.get(finding.rule)?;
    let (primary, related) = located.places(i).split_first()?;
    let undetermined = finding.verdict == Verdict::Undetermined;
    let reason = if undetermined { "Undetermined: " } else { "" };
    let help = if finding.help.is_empty() { String::new() } else { format!("\nFix: {}", message(&finding.help)) };
    // Masked apart: a title that ends in "secret" would make a secret of the first word behind its colon.
    let text = format!("{}: {reason}{}{help}", message(&rule.title), message(&finding.message));
    let mut result = json!({
        "ruleId": rule.id,
        "ruleIndex": finding.rule,
        "level": if undetermined { "note" } else { level(finding.severity) },
        "message": { "text": text },
        "locations": [location(located, primary)],
        "partialFingerprints": { "primaryLocationLineHash": finding.fingerprint, "synthgate/v1": finding.fingerprint },
        "properties": properties(finding, rule),
    });
    let related: Vec<Value> = related
        .iter()
        .zip(&finding.related)
        .take(RELATED)
        .enumerate()
        .map(|(id, (place, related))| {
            let mut at = location(located, place);
            at["id"] = json!(id + 1);
            at["message"] = json!({ "text": message(&related.message) });
            at
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if finding.count > 1 {
        result["occurrenceCount"] = json!(finding.count);
    }
    if finding.state != State::Active {
        result["suppressions"] = json!([suppression(finding)]);
    }
    Some(result)
}

fn properties(finding: &Finding, rule: &Rule) -> Value {
    json!({
        "verdict": finding.verdict,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "blocking": finding.blocking,
        "state": finding.state,
        "controls": rule.controls,
    })
}

fn suppression(finding: &Finding) -> Value {
    let kind = if finding.state == State::Suppressed { "inSource" } else { "external" };
    let reason = finding.waiver.as_deref().unwrap_or(finding.state.as_str());
    json!({ "kind": kind, "status": "accepted", "justification": message(reason) })
}

fn notification(located: &Located<'_>, i: usize) -> Value {
    let notice = &located.report.notices[i];
    let mut notification = json!({
        "level": if notice.is_failure() { "error" } else { "note" },
        "message": { "text": message(&notice.message) },
        "descriptor": { "id": notice.code },
    });
    match (located.notice(i), &notice.path) {
        (Some(place), _) => notification["locations"] = json!([location(located, place)]),
        (None, Some(path)) => {
            notification["locations"] = json!([{ "physicalLocation": { "artifactLocation": artifact(path) } }]);
        }
        (None, None) => {}
    }
    notification
}

fn location(located: &Located<'_>, place: &Place) -> Value {
    let region = if place.whole {
        json!({ "startLine": 1 })
    } else {
        json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
            "byteOffset": place.start.offset,
            "byteLength": place.end.offset.saturating_sub(place.start.offset),
        })
    };
    json!({ "physicalLocation": { "artifactLocation": artifact(located.path(place)), "region": region } })
}

fn artifact(path: &str) -> Value {
    json!({ "uri": uri(path), "uriBaseId": "%SRCROOT%" })
}

/// A relative reference (RFC 3986): what is not unreserved is percent-encoded, a colon too, lest `a:b` be a scheme.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Masked plain text in which no link of the format's own (`[text](target)`) can stand.
fn message(text: &str) -> String {
    mask(text).replace("](", "] (")
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// On GitHub's scale: over 9.0 is critical, over 7.0 high, over 4.0 medium.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.5",
    }
}

const fn precision(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    }
}
