//! `json`: everything, for programs. The types here are the contract of DESIGN.md and the source of its schema; the
//! order of their fields is the order of the keys.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter};

use super::located::{Located, Place};
use super::words::is_unseen;
use crate::finding::{Confidence, Finding, Rule, Run, Severity, State, Stats, Verdict};
use crate::mask::mask;
use crate::source::Position;

/// What `--output json` writes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Document<'a> {
    /// Of this contract: 1.
    version: u32,
    tool: Tool<'a>,
    run: &'a Run,
    stats: Stats,
    findings: Vec<Entry<'a>>,
    verdicts: BTreeMap<&'a str, Counts>,
    notices: Vec<NoticeEntry<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool<'a> {
    name: &'static str,
    version: &'static str,
    /// `sha256:…` of all policies that ran.
    policies: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Entry<'a> {
    rule: &'a str,
    name: &'a str,
    title: Cow<'a, str>,
    /// `fail` or `undetermined`.
    verdict: Verdict,
    severity: Severity,
    confidence: Confidence,
    blocking: bool,
    state: State,
    message: Cow<'a, str>,
    path: &'a str,
    start: Position,
    end: Position,
    related: Vec<RelatedEntry<'a>>,
    /// The number of merged places, where there is more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u64>,
    help: Cow<'a, str>,
    controls: &'a [String],
    fingerprint: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RelatedEntry<'a> {
    path: &'a str,
    start: Position,
    end: Position,
    message: Cow<'a, str>,
}

/// Subjects by verdict.
#[derive(Debug, Default, Serialize, JsonSchema)]
struct Counts {
    pass: u64,
    fail: u64,
    undetermined: u64,
    not_applicable: u64,
    waived: u64,
    attested: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NoticeEntry<'a> {
    code: &'a str,
    message: Cow<'a, str>,
    /// Null where the notice is about no file.
    path: Option<&'a str>,
    start: Option<Position>,
}

/// The JSON Schema of the format.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Document<'static>).to_value()
}

/// Writes the format.
pub(super) fn write(located: &Located<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = located.report;
    let entries = report.findings.iter().enumerate();
    let document = Document {
        version: 1,
        tool: Tool { name: "synthgate", version: env!("CARGO_PKG_VERSION"), policies: &report.policies },
        run: &report.run,
        stats: report.stats,
        findings: entries
            .filter_map(|(i, f)| Some(entry(located, report.rules.get(f.rule)?, f, located.places(i))))
            .collect(),
        verdicts: report.verdicts.iter().map(|(rule, counts)| (rule.as_str(), self::counts(counts))).collect(),
        notices: (0..report.notices.len()).map(|i| notice(located, i)).collect(),
    };
    write_value(&document, out)
}

fn entry<'a>(located: &Located<'a>, rule: &'a Rule, finding: &'a Finding, places: &[Place]) -> Entry<'a> {
    let (primary, rest) = match places {
        [primary, rest @ ..] => (Some(primary), rest),
        [] => (None, places),
    };
    let lost = Position { line: 1, column: 1, offset: 0 };
    let related = rest.iter().zip(&finding.related).map(|(place, related)| RelatedEntry {
        path: located.path(place),
        start: place.start,
        end: place.end,
        message: mask(&related.message),
    });
    Entry {
        rule: &rule.id,
        name: &rule.name,
        title: mask(&rule.title),
        verdict: finding.verdict,
        severity: finding.severity,
        confidence: finding.confidence,
        blocking: finding.blocking,
        state: finding.state,
        message: mask(&finding.message),
        path: located.report.files.path(finding.primary.file),
        start: primary.map_or(lost, |p| p.start),
        end: primary.map_or(lost, |p| p.end),
        related: related.collect(),
        count: Some(finding.count).filter(|n| *n > 1),
        help: mask(&finding.help),
        controls: &rule.controls,
        fingerprint: &finding.fingerprint,
    }
}

fn counts(by_verdict: &BTreeMap<&'static str, u64>) -> Counts {
    let of = |verdict: Verdict| by_verdict.get(verdict.as_str()).copied().unwrap_or(0);
    Counts {
        pass: of(Verdict::Pass),
        fail: of(Verdict::Fail),
        undetermined: of(Verdict::Undetermined),
        not_applicable: of(Verdict::NotApplicable),
        waived: of(Verdict::Waived),
        attested: of(Verdict::Attested),
    }
}

fn notice<'a>(located: &Located<'a>, i: usize) -> NoticeEntry<'a> {
    let notice = &located.report.notices[i];
    let place = located.notice(i);
    NoticeEntry {
        code: notice.code,
        message: mask(&notice.message),
        path: place.map(|p| located.path(p)).or(notice.path.as_deref()),
        start: place.map(|p| p.start),
    }
}

/// Pretty JSON with a line end, safe to print: what is unseen in a terminal is written as an escape, which a reader
/// gets back as it was.
pub(super) fn write_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Visible(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Escapes characters that move the cursor or hide text; serde_json itself escapes only those below U+0020.
struct Visible(PrettyFormatter<'static>);

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_unseen(*c)) {
            out.write_all(&fragment.as_bytes()[from..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        out.write_all(&fragment.as_bytes()[from..])
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        self.0.write_char_escape(out, escape)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_array(out)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array(out)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_array_value(out)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object(out)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object(out)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.begin_object_value(out)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.0.end_object_value(out)
    }
}
