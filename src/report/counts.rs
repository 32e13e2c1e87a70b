//! `counts`: `key=value` lines for the next step of a pipeline, as `$GITHUB_OUTPUT` takes them.

use std::io::{self, Write};

use crate::finding::{Report, State, Verdict};

/// Writes the format: `findings` (active ones that fail), `blocking`, `undetermined`, `waived`, `notices`.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let count =
        |wanted: fn(State, Verdict) -> bool| report.findings.iter().filter(|f| wanted(f.state, f.verdict)).count();
    writeln!(out, "findings={}", count(|s, v| s == State::Active && v == Verdict::Fail))?;
    writeln!(out, "blocking={}", report.blocking())?;
    writeln!(out, "undetermined={}", count(|s, v| s == State::Active && v == Verdict::Undetermined))?;
    writeln!(out, "waived={}", count(|s, _| s != State::Active))?;
    writeln!(out, "notices={}", report.notices.len())
}
