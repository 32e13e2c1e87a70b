//! The closing line: how many block, how many more there are, what could not be decided, what is waived.

use crate::finding::{Report, State, Verdict};

/// `3 blocking, 2 more findings, 1 undetermined in 214 files (0.12 s); 2 excepted, 1 unused suppression`.
pub fn summary(report: &Report) -> String {
    let counts = Counts::of(report);
    let mut head = Vec::new();
    if counts.failures > 0 {
        head.push(plural(counts.failures, "error"));
    }
    match (counts.blocking, counts.other) {
        (0, 0) => {}
        (0, n) => head.push(format!("{}, none blocking", plural(n, "finding"))),
        (b, 0) => head.push(format!("{b} blocking")),
        (b, n) => head.extend([format!("{b} blocking"), plural_more(n)]),
    }
    if counts.undetermined > 0 {
        head.push(format!("{} undetermined", counts.undetermined));
    }
    if counts.blocking + counts.other + counts.undetermined == 0 {
        head.push("no findings".to_owned());
    }
    let seconds = report.stats.elapsed_ms as f64 / 1000.0;
    let mut line = format!("{} in {} ({seconds:.2} s)", head.join(", "), plural(report.stats.files, "file"));
    let tail = counts.tail();
    if !tail.is_empty() {
        line.push_str("; ");
        line.push_str(&tail.join(", "));
    }
    line
}

#[derive(Default)]
struct Counts {
    blocking: u64,
    other: u64,
    undetermined: u64,
    suppressed: u64,
    excepted: u64,
    baseline: u64,
    outside: u64,
    failures: u64,
    unused_suppressions: u64,
    unused_exceptions: u64,
    notices: u64,
}

impl Counts {
    fn of(report: &Report) -> Self {
        let mut counts = Self::default();
        for finding in &report.findings {
            let count = match (finding.state, finding.verdict) {
                (State::Suppressed, _) => &mut counts.suppressed,
                (State::Excepted, _) => &mut counts.excepted,
                (State::Baseline, _) => &mut counts.baseline,
                (State::OutsideDiff, _) => &mut counts.outside,
                (State::Active, Verdict::Undetermined) => &mut counts.undetermined,
                (State::Active, _) if finding.blocking => &mut counts.blocking,
                (State::Active, _) => &mut counts.other,
            };
            *count += 1;
        }
        for notice in &report.notices {
            let count = match notice.code {
                "unused-suppression" => &mut counts.unused_suppressions,
                "unused-exception" => &mut counts.unused_exceptions,
                _ if notice.is_failure() => &mut counts.failures,
                _ => &mut counts.notices,
            };
            *count += 1;
        }
        counts
    }

    fn tail(&self) -> Vec<String> {
        let words = [
            (self.excepted, "excepted"),
            (self.suppressed, "suppressed"),
            (self.baseline, "in the baseline"),
            (self.outside, "outside the change"),
        ];
        let things = [
            (self.unused_suppressions, "unused suppression"),
            (self.unused_exceptions, "unused exception"),
            (self.notices, "notice"),
        ];
        let words = words.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
        let things = things.iter().filter(|(n, _)| *n > 0).map(|(n, thing)| plural(*n, thing));
        words.chain(things).collect()
    }
}

/// `1 file`, `2 files`.
pub(super) fn plural(n: u64, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

fn plural_more(n: u64) -> String {
    if n == 1 { "1 more finding".to_owned() } else { format!("{n} more findings") }
}
