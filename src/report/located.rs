//! The view that all formats share: every span of a report as lines and columns and, for code frames, the lines
//! themselves with everything hidden that must not be shown. Each file is opened and read once.

use std::ops::Range;

use super::hide::{Shown, Veil, hide};
use crate::finding::Report;
use crate::parse::Format;
use crate::source::locate::{Mark, Places};
use crate::source::{FileId, Position, Span};

/// How many further places of a finding `full` draws; the rest is counted.
pub(super) const DRAWN: usize = 5;

/// A report whose spans are places.
#[derive(Debug)]
pub struct Located<'a> {
    /// The report.
    pub report: &'a Report,
    findings: Vec<Vec<Place>>,
    notices: Vec<Option<Place>>,
}

/// A span for people.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Where it starts.
    pub start: Position,
    /// Where it ends: behind its last character.
    pub end: Position,
    /// The whole file is meant.
    pub whole: bool,
    /// The line it starts on.
    pub(super) first: Option<Shown>,
    /// The line it ends on, where that is another one.
    pub(super) last: Option<Shown>,
}

impl<'a> Located<'a> {
    /// Finds all places. Code frames are only read where a format draws them.
    pub fn new(report: &'a Report, frames: bool) -> Self {
        let mut wanted = Vec::new();
        for (i, finding) in report.findings.iter().enumerate() {
            let subject = report.rules.get(finding.rule).map_or("", |r| r.subject.as_str());
            let public = matches!(subject, "endpoint" | "credential");
            let drawn = frames && finding.state == crate::finding::State::Active;
            let spans = std::iter::once(finding.primary).chain(finding.related.iter().map(|r| r.span));
            wanted.extend(spans.enumerate().map(|(k, span)| Wanted {
                slot: (i, k),
                span,
                frame: drawn && k <= DRAWN && !span.is_whole(),
                public,
            }));
        }
        let notices = report.findings.len();
        let spans = report.notices.iter().enumerate().filter_map(|(i, n)| Some((i, n.is_failure(), n.span?)));
        wanted.extend(spans.map(|(i, failure, span)| Wanted {
            slot: (notices + i, 0),
            span,
            frame: frames && failure && !span.is_whole(),
            public: false,
        }));
        wanted.sort_by_key(|w| (w.span.file, w.slot));

        let mut slots: Vec<Vec<(usize, Place)>> = Vec::new();
        slots.resize_with(notices + report.notices.len(), Vec::new);
        for of_one_file in wanted.chunk_by(|a, b| a.span.file == b.span.file) {
            for (wanted, place) in of_one_file.iter().zip(places(report, of_one_file)) {
                slots[wanted.slot.0].push((wanted.slot.1, place));
            }
        }
        let in_order = |mut of_one: Vec<(usize, Place)>| {
            of_one.sort_by_key(|(k, _)| *k);
            of_one.into_iter().map(|(_, place)| place).collect()
        };
        let notices = slots.split_off(notices).into_iter().map(|of_one| of_one.into_iter().next().map(|(_, p)| p));
        Self { report, notices: notices.collect(), findings: slots.into_iter().map(in_order).collect() }
    }

    /// A finding's places: the primary first, then the related ones in their order.
    pub fn places(&self, finding: usize) -> &[Place] {
        &self.findings[finding]
    }

    /// Where a notice stands, if it is about a place in a file of the run.
    pub fn notice(&self, notice: usize) -> Option<&Place> {
        self.notices[notice].as_ref()
    }

    /// A place's path.
    pub fn path(&self, place: &Place) -> &'a str {
        self.report.files.path(place.file)
    }
}

struct Wanted {
    slot: (usize, usize),
    span: Span,
    frame: bool,
    public: bool,
}

/// The places of one file, in order of `wanted`. A file that has gone since it was scanned leaves its first line.
fn places(report: &Report, wanted: &[Wanted]) -> Vec<Place> {
    let file = wanted[0].span.file;
    let mut offsets: Vec<u32> = wanted.iter().flat_map(|w| [w.span.start, w.span.end]).collect();
    offsets.sort_unstable();
    offsets.dedup();
    let opened = Places::open(&report.files, file).and_then(|mut p| p.marks(&offsets).map(|m| (p, m)));
    let Ok((mut places, marks)) = opened else {
        let lost = |offset| Position { line: 1, column: 1, offset };
        let lost = |w: &Wanted| (lost(w.span.start), lost(w.span.end), w.span.is_whole());
        return wanted
            .iter()
            .map(lost)
            .map(|(start, end, whole)| Place { file, start, end, whole, first: None, last: None })
            .collect();
    };
    let secrets = &report.hidden.secrets;
    let secrets = &secrets[secrets.partition_point(|s| s.file < file)..secrets.partition_point(|s| s.file <= file)];
    let mark = |offset: u32| marks[offsets.partition_point(|o| *o < offset).min(marks.len() - 1)];
    wanted
        .iter()
        .map(|w| {
            let (start, end) = (mark(w.span.start), mark(w.span.end));
            let (first, last) = if w.frame { lines(report, secrets, &mut places, w, start, end) } else { (None, None) };
            Place { file, start: start.position, end: end.position, whole: w.span.is_whole(), first, last }
        })
        .collect()
}

/// The first and, where it is another one, the last line of a span.
fn lines(
    report: &Report,
    secrets: &[Span],
    places: &mut Places,
    wanted: &Wanted,
    start: Mark,
    end: Mark,
) -> (Option<Shown>, Option<Shown>) {
    let first = shown(report, secrets, places, wanted, start);
    // A span that ends with a line feed ends on the line before.
    let goes_on = end.position.line > start.position.line && end.position.column > 1;
    let last = if goes_on { shown(report, secrets, places, wanted, end) } else { None };
    (first, last)
}

fn shown(report: &Report, secrets: &[Span], places: &mut Places, wanted: &Wanted, mark: Mark) -> Option<Shown> {
    let span = Span { start: wanted.span.start.max(mark.line_start), ..wanted.span };
    let window = places.window(mark, span).ok()?;
    let path = report.files.path(span.file);
    let format = Format::of(path);
    // If what must be hidden can't be found, nothing is shown.
    let secrets = places.ranges_in(&window, secrets).ok()?;
    let columns: Option<Vec<Range<usize>>> = match report.hidden.tables.get(&span.file) {
        Some(columns) => Some(places.ranges_in(&window, columns).ok()?),
        None if matches!(format, Format::Csv | Format::Ndjson | Format::Sql) => Some(Vec::new()),
        None => None,
    };
    let veil = Veil { format, secrets: &secrets, columns: columns.as_deref(), span_is_public: wanted.public };
    Some(hide(&window, &veil))
}
