//! `github`: workflow commands, which GitHub shows as annotations on the changed files.
//!
//! A step may have 10 errors, 10 warnings and 10 notices; GitHub drops the rest without a word. So the most severe
//! go first and what is left out is counted in the last notice.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::located::{Located, Place};
use super::summary::{plural, summary};
use super::words::{clean, harmless};
use crate::finding::{Finding, Severity, State, Verdict};

/// How many annotations of one level a step may have.
const SHOWN: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    const fn of(finding: &Finding) -> Self {
        match (finding.blocking, finding.verdict, finding.severity) {
            (true, _, _) => Self::Error,
            (false, Verdict::Undetermined, _) | (false, _, Severity::Low) => Self::Notice,
            (false, ..) => Self::Warning,
        }
    }

    const fn command(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// Writes the format.
pub(super) fn write(located: &Located<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = located.report;
    let failures: Vec<usize> = (0..report.notices.len()).filter(|i| report.notices[*i].is_failure()).collect();
    for i in failures.iter().take(SHOWN) {
        writeln!(out, "{}", failure(located, *i))?;
    }
    let mut order: Vec<usize> =
        (0..report.findings.len()).filter(|i| report.findings[*i].state == State::Active).collect();
    // A stable sort: within a level and severity, path order stays.
    order.sort_by_key(|i| {
        let f = &report.findings[*i];
        (Level::of(f), Reverse((f.severity, f.confidence)))
    });
    let mut left_out = failures.len().saturating_sub(SHOWN);
    for of_level in order.chunk_by(|a, b| Level::of(&report.findings[*a]) == Level::of(&report.findings[*b])) {
        let level = Level::of(&report.findings[of_level[0]]);
        let room = match level {
            Level::Error => SHOWN.saturating_sub(failures.len()),
            Level::Warning => SHOWN,
            // One notice is kept back for the count of what is left out.
            Level::Notice => SHOWN - 1,
        };
        for i in of_level.iter().take(room) {
            writeln!(out, "{}", command(located, level, *i))?;
        }
        left_out += of_level.len().saturating_sub(room);
    }
    if left_out > 0 {
        let more = plural(left_out as u64, "more result");
        writeln!(out, "::notice title=synthgate::{}", data(&format!("{more} not shown here. {}", summary(report))))?;
    }
    Ok(())
}

/// What says that the run can't be trusted goes before all findings.
fn failure(located: &Located<'_>, i: usize) -> String {
    let notice = &located.report.notices[i];
    let mut line = format!("::error title={}", property(notice.code));
    match (located.notice(i), &notice.path) {
        (Some(place), _) => location(&mut line, located.path(place), place),
        (None, Some(path)) => {
            let _ = write!(line, ",file={}", escape_property(&harmless(path)));
        }
        (None, None) => {}
    }
    let _ = write!(line, "::{}", data(&clean(&notice.message)));
    line
}

fn command(located: &Located<'_>, level: Level, i: usize) -> String {
    let finding = &located.report.findings[i];
    let (id, title) = located.report.rules.get(finding.rule).map_or(("", ""), |r| (r.id.as_str(), r.title.as_str()));
    let mut line = format!("::{} title={}", level.command(), property(&format!("{id} {title}")));
    if let Some(place) = located.places(i).first() {
        location(&mut line, located.path(place), place);
    }
    let undetermined = if finding.verdict == Verdict::Undetermined { "undetermined: " } else { "" };
    let mut message = format!("{undetermined}{}", clean(&finding.message));
    if !finding.help.is_empty() {
        let _ = write!(message, "\nfix: {}", clean(&finding.help));
    }
    let _ = write!(line, "::{}", data(&message));
    line
}

/// Columns only make sense to GitHub within one line.
fn location(line: &mut String, path: &str, place: &Place) {
    let _ = write!(line, ",file={},line={}", escape_property(&harmless(path)), place.start.line);
    if place.whole {
        return;
    }
    let last = if place.end.column == 1 { place.end.line - 1 } else { place.end.line }.max(place.start.line);
    let _ = write!(line, ",endLine={last}");
    if place.start.line == place.end.line {
        let _ = write!(line, ",col={},endColumn={}", place.start.column, place.end.column);
    }
}

fn property(text: &str) -> String {
    escape_property(&clean(text))
}

fn escape_property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
