//! miette's diagnostics in our frames: a mistake in `synthgate.yaml`, a policy that does not load.

use std::fmt;

use miette::{Diagnostic, LabeledSpan, ReportHandler, Severity, SourceCode};

use super::frame::{Canvas, Frame, Label, Row};
use super::{said, title};
use crate::parse::Format;
use crate::report::hide::{Shown, Veil, hide};
use crate::report::style::{Ink, Style};
use crate::report::words::clean;
use crate::source::locate::Window;

/// Draws errors of the run itself the way findings are drawn.
#[derive(Debug, Clone, Copy, Default)]
pub struct Handler {
    /// How it looks.
    pub style: Style,
}

/// Causes and related diagnostics that are shown of one error.
const SHOWN: usize = 20;

impl Handler {
    /// The error as text, ending with a line end.
    pub fn render(&self, diagnostic: &dyn Diagnostic) -> String {
        let style = &self.style;
        let mut out = self.one(diagnostic, diagnostic.source_code());
        let causes = std::iter::successors(std::error::Error::source(diagnostic), |e| e.source());
        for cause in causes.take(SHOWN) {
            said(&mut out, style, "from", Ink::Faint, &cause.to_string());
        }
        if let Some(help) = diagnostic.help() {
            said(&mut out, style, "fix", Ink::Fix, &help.to_string());
        }
        for related in diagnostic.related().into_iter().flatten().take(SHOWN) {
            out.push('\n');
            // miette has related diagnostics fall back on the source of the one that holds them.
            out.push_str(&self.one(related, related.source_code().or(diagnostic.source_code())));
            if let Some(help) = related.help() {
                said(&mut out, style, "fix", Ink::Fix, &help.to_string());
            }
        }
        out
    }

    fn one(&self, diagnostic: &dyn Diagnostic, source: Option<&dyn SourceCode>) -> String {
        let (ink, weight) = match diagnostic.severity().unwrap_or_default() {
            Severity::Error => (Ink::Blocks, "error"),
            Severity::Warning => (Ink::Warns, "warning"),
            Severity::Advice => (Ink::Asks, "note"),
        };
        let mut canvas = Canvas { style: &self.style, digits: 2, out: String::new() };
        let code = diagnostic.code().map_or_else(|| "synthgate".to_owned(), |code| code.to_string());
        title(&mut canvas.out, &self.style, ink, (&code, &diagnostic.to_string()), weight);
        let labels: Vec<LabeledSpan> = diagnostic.labels().into_iter().flatten().collect();
        if let Some(frame) = source.and_then(|source| frame(source, &labels, ink)) {
            canvas.out.push('\n');
            canvas.digits = canvas.digits.max(frame.1.highest().to_string().len());
            let name = frame.0;
            Frame { path: &name, ..frame.1 }.draw(&mut canvas);
        }
        canvas.out
    }
}

/// The labels of one source as a frame, with the source's name.
fn frame<'a>(source: &dyn SourceCode, labels: &[LabeledSpan], ink: Ink) -> Option<(String, Frame<'a>)> {
    let mut name = String::new();
    let mut at = None;
    let mut rows: Vec<Row> = Vec::new();
    for (i, label) in labels.iter().enumerate() {
        // Without context lines miette hands out the span alone, not its line.
        let contents = source.read_span(label.inner(), 1, 1).ok()?;
        if i == 0 {
            name = contents.name().unwrap_or("input").to_owned();
        }
        let data = String::from_utf8_lossy(contents.data());
        let start = floor(&data, label.offset().saturating_sub(contents.span().offset()));
        let end = floor(&data, start + label.len());
        let first_line = data[..start].matches('\n').count();
        let line_start = data[..start].rfind('\n').map_or(0, |i| i + 1);
        let lines: Vec<&str> = data[line_start..].lines().collect();
        let text = lines.first().copied().unwrap_or_default();
        let number = (contents.line() + first_line + 1) as u32;
        let range = start - line_start..(end - line_start).min(text.len()).max(start - line_start);
        at = at.or(Some((number, data[line_start..start].chars().count() as u32 + 1)));
        let covered = data[start..end].trim_end_matches(['\n', '\r']).matches('\n').count();
        let last = lines.get(covered).filter(|_| covered > 0);
        let ink = if i == 0 || label.primary() { ink } else { Ink::Related };
        let label = Label { range, text: clean(label.label().unwrap_or("here")), ink };
        let line = shown(number, text, label.range.clone());
        let label = Label { range: line.range.clone(), ..label };
        match rows
            .iter_mut()
            .find(|r| last.is_none() && r.last.is_none() && r.line.as_ref().is_some_and(|l| l.line == number))
        {
            Some(row) => row.labels.push(label),
            None => {
                let last = last.map(|text| shown(number + covered as u32, text, 0..text.len()));
                rows.push(Row { line: Some(line), last, labels: vec![label] });
            }
        }
    }
    rows.sort_by_key(|row| row.line.as_ref().map_or(0, |l| l.line));
    (!rows.is_empty()).then_some((name, Frame { path: "", link: None, at, rows }))
}

fn shown(line: u32, text: &str, range: std::ops::Range<usize>) -> Shown {
    let window = Window { line, text: text.to_owned(), range, cut_left: false, cut_right: false, start: 0 };
    hide(&window, &Veil { format: Format::Yaml, secrets: &[], columns: None, span_is_public: true })
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl ReportHandler for Handler {
    fn debug(&self, diagnostic: &dyn Diagnostic, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(diagnostic))
    }
}
