//! `synthgate-baseline.json`: findings that were there when the gate was brought in. What is in it does not block;
//! what comes on top does. Its entries hold no line numbers, so that moved code stays known.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::finding::{Report, State, Verdict};

/// The file's name at the repository's root.
pub const FILE: &str = "synthgate-baseline.json";

/// The known findings of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// Of this format: 1.
    pub version: u32,
    /// When it was written: a date.
    #[serde(default)]
    pub created: String,
    /// Sorted by path, rule and fingerprint.
    pub entries: Vec<Entry>,
}

/// A known finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// Its rule.
    pub rule: String,
    /// Its file.
    pub path: String,
    /// Who mends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
}

/// A baseline that can't be read: the run can't be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("the baseline can't be read: {message}")]
#[diagnostic(code(baseline), help("write it anew with `synthgate baseline`, or take it back from version control"))]
pub struct Malformed {
    /// What is wrong.
    pub message: String,
    /// The file with its text.
    #[source_code]
    pub source_code: miette::NamedSource<String>,
    /// Where.
    #[label("here")]
    pub at: miette::SourceSpan,
}

impl Baseline {
    /// Reads a baseline; `path` is for the message.
    pub fn parse(path: &str, text: &str) -> Result<Self, Box<Malformed>> {
        let malformed = |message: String, at: usize| {
            let source_code = miette::NamedSource::new(path, text.to_owned());
            Box::new(Malformed { message, source_code, at: (at.min(text.len()), 0).into() })
        };
        let body = text.trim_start_matches('\u{feff}');
        let bom = text.len() - body.len();
        let baseline: Self =
            serde_json::from_str(body).map_err(|e| malformed(reason(&e), bom + offset(body, e.line(), e.column())))?;
        if baseline.version != 1 {
            let at = text.find("\"version\"").unwrap_or(0);
            return Err(malformed(format!("version {} is not known to this program", baseline.version), at));
        }
        for entry in &baseline.entries {
            if entry.fingerprint.len() != 32 || !entry.fingerprint.bytes().all(|b| b.is_ascii_hexdigit()) {
                let at = text.find(&format!("\"{}\"", entry.fingerprint)).unwrap_or(0);
                return Err(malformed("a fingerprint is 32 hexadecimal digits".to_owned(), at));
            }
        }
        Ok(baseline)
    }

    /// The baseline of a report: every failing finding that is active, and those that the old one knew and that are
    /// still there, with their owners and due dates.
    pub fn of(report: &Report, old: Option<&Self>, created: &str) -> Self {
        let known = |finding: &str| old.and_then(|b| b.entries.iter().find(|e| e.fingerprint == finding));
        let kept = report.findings.iter().filter(|f| {
            f.verdict == Verdict::Fail && matches!(f.state, State::Active | State::Baseline | State::OutsideDiff)
        });
        let mut entries: Vec<Entry> = kept
            .filter_map(|f| {
                let rule = report.rules.get(f.rule)?.id.clone();
                let path = report.files.path(f.primary.file).to_owned();
                let (owner, due) = known(&f.fingerprint).map_or((None, None), |e| (e.owner.clone(), e.due.clone()));
                Some(Entry { fingerprint: f.fingerprint.clone(), rule, path, owner, due })
            })
            .collect();
        entries.sort_by(|a, b| (&a.path, &a.rule, &a.fingerprint).cmp(&(&b.path, &b.rule, &b.fingerprint)));
        Self { version: 1, created: created.to_owned(), entries }
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        // Strings and numbers only: there is nothing that JSON can't write.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    pub(super) fn fingerprints(&self) -> HashSet<&str> {
        self.entries.iter().map(|e| e.fingerprint.as_str()).collect()
    }
}

/// serde_json's message without the place, which the frame shows.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

/// The byte offset of a 1-based line and of a column as serde_json counts it.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_is_what_was_written() {
        let text = r#"{"version":1,"created":"2026-11-21","entries":[{"fingerprint":"00000000000000000000000000000001","rule":"CRED-002","path":"a.yaml","owner":"crm","due":"2027-01-01"}]}"#;
        let baseline = Baseline::parse("b.json", text).unwrap();
        assert_eq!(Baseline::parse("b.json", &baseline.to_json()).unwrap(), baseline);
        assert!(baseline.fingerprints().contains("00000000000000000000000000000001"));
    }

    #[test]
    fn what_is_wrong_is_shown_at_its_place() {
        for (text, message, at) in [
            ("{\"version\":1,\n\"entries\":[{]}", "key must be a string", 26),
            ("{\"version\":2,\"entries\":[]}", "version 2 is not known to this program", 1),
            (
                "{\"version\":1,\"entries\":[{\"fingerprint\":\"xy\",\"rule\":\"A\",\"path\":\"a\"}]}",
                "a fingerprint is 32 hexadecimal digits",
                39,
            ),
            ("", "EOF while parsing a value", 0),
        ] {
            let error = Baseline::parse("b.json", text).unwrap_err();
            assert_eq!((error.message.as_str(), error.at.offset()), (message, at), "{text}");
        }
    }
}
