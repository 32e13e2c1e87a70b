//! `concise`: one line a finding, `path:line:col: severity RULE-ID message`, then notices, then the summary line.

use std::io::{self, Write};

use super::located::Located;
use super::summary::summary;
use super::words::{clean, harmless};
use crate::finding::{State, Verdict};

/// Writes the format.
pub(super) fn write(located: &Located<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = located.report;
    for (i, finding) in report.findings.iter().enumerate().filter(|(_, f)| f.state == State::Active) {
        let Some(place) = located.places(i).first() else { continue };
        let rule = report.rules.get(finding.rule).map_or("", |r| r.id.as_str());
        let severity = match finding.verdict {
            Verdict::Undetermined => Verdict::Undetermined.as_str(),
            _ => finding.severity.as_str(),
        };
        let (line, column) = (place.start.line, place.start.column);
        let path = harmless(located.path(place));
        writeln!(out, "{path}:{line}:{column}: {severity} {} {}", harmless(rule), clean(&finding.message))?;
    }
    for (i, notice) in report.notices.iter().enumerate() {
        let place = match (located.notice(i), &notice.path) {
            (Some(place), _) => {
                format!("{}:{}:{}: ", harmless(located.path(place)), place.start.line, place.start.column)
            }
            (None, Some(path)) => format!("{}: ", harmless(path)),
            (None, None) => String::new(),
        };
        let word = if notice.is_failure() { "error" } else { "notice" };
        writeln!(out, "{place}{word} {} {}", notice.code, clean(&notice.message))?;
    }
    writeln!(out, "{}", summary(report))
}
