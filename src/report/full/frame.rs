//! One code frame: lines of one file with their numbers, spans underlined, labels hung below them.
//!
//! ```text
//!    ,-[config/production.yaml:12:11]
//! 12 |   secret: ${SF_INTEGRATION_SECRET}
//!    :           ----------+-------------
//!    :                     `-- production reads this reference
//! ```

use std::ops::Range;

use super::crop::fit;
use crate::report::hide::Shown;
use crate::report::style::{Ink, Style};
use crate::report::words::{harmless, width, wrap};

/// A label that has less room than this to its right is led back to the left margin.
const ROOM: usize = 28;
/// A label hangs at most this far inside its span, to keep the room on its right.
const ANCHOR: usize = 10;

/// The places of one file.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub path: &'a str,
    /// A URL that the path leads to.
    pub link: Option<String>,
    /// Line and column of the place that the header names; none for the whole file.
    pub at: Option<(u32, u32)>,
    pub rows: Vec<Row>,
}

/// One line of the file with everything that is said of it.
#[derive(Debug)]
pub(super) struct Row {
    /// None where the whole file is meant, or its text can't be shown.
    pub line: Option<Shown>,
    /// The last line of a span of several lines.
    pub last: Option<Shown>,
    pub labels: Vec<Label>,
}

/// What stands at a span. The text is clean.
#[derive(Debug)]
pub(super) struct Label {
    pub range: Range<usize>,
    pub text: String,
    pub ink: Ink,
}

/// What all frames of one finding share.
pub(super) struct Canvas<'a> {
    pub style: &'a Style,
    /// Digits of the highest line number.
    pub digits: usize,
    pub out: String,
}

impl Frame<'_> {
    /// The highest line number that is drawn.
    pub(super) fn highest(&self) -> u32 {
        let lines = self.rows.iter().flat_map(|r| [&r.line, &r.last]).flatten().map(|l| l.line);
        lines.max().unwrap_or(0)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        let glyphs = canvas.style.glyphs();
        let at = self.at.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default();
        let path = canvas.link(&format!("{}{at}", harmless(self.path)), self.link.as_deref());
        let corner = canvas.style.paint(Ink::Faint, &format!("{}[", glyphs.corner));
        let close = canvas.style.paint(Ink::Faint, "]");
        canvas.out.push_str(&format!("{:1$} {corner}{path}{close}\n", "", canvas.digits));
        for row in &self.rows {
            row.draw(canvas);
        }
    }
}

impl Row {
    fn draw(&self, canvas: &mut Canvas<'_>) {
        match (&self.line, &self.last) {
            (Some(line), Some(last)) => self.draw_several(canvas, line, last),
            (Some(line), None) => self.draw_one(canvas, line),
            (None, _) => {
                for label in &self.labels {
                    let hung = [Hung { from: 0, to: 1, anchor: 0, label }];
                    canvas.hang(&hung);
                }
            }
        }
    }

    fn draw_one(&self, canvas: &mut Canvas<'_>, line: &Shown) {
        let ranges: Vec<Range<usize>> = self.labels.iter().map(|l| l.range.clone()).collect();
        let (text, columns) = fit(line, &ranges, canvas.room(), canvas.style.glyphs());
        canvas.numbered(line.line, &text);
        let mut hung: Vec<Hung<'_>> = self
            .labels
            .iter()
            .zip(columns)
            .map(|(label, at)| Hung {
                from: at.start,
                to: at.end,
                anchor: at.start + (at.len() / 2).min(ANCHOR),
                label,
            })
            .collect();
        hung.sort_by_key(|h| (h.from, h.to));
        for layer in layers(hung, canvas.room()) {
            canvas.underline(&layer);
            canvas.hang(&layer);
        }
    }

    /// A span of several lines is bracketed: its first and its last line are shown.
    fn draw_several(&self, canvas: &mut Canvas<'_>, first: &Shown, last: &Shown) {
        let glyphs = canvas.style.glyphs();
        let ink = self.labels.first().map_or(Ink::Faint, |l| l.ink);
        let room = canvas.room().saturating_sub(width(glyphs.span_top));
        let paint = |text: &str| canvas.style.paint(ink, text);
        let (top, side, end) = (paint(glyphs.span_top), paint(&glyphs.span_side.to_string()), paint(glyphs.span_end));
        let (text, _) = fit(first, std::slice::from_ref(&(first.range.start..first.range.start)), room, glyphs);
        canvas.numbered(first.line, &format!("{top}{text}"));
        if last.line > first.line + 1 {
            canvas.dotted(&format!("{side}   {}", glyphs.cut));
        }
        let (text, _) = fit(last, std::slice::from_ref(&(last.range.end..last.range.end)), room, glyphs);
        canvas.numbered(last.line, &format!("{end}{text}"));
        for label in &self.labels {
            canvas.hang(&[Hung { from: 0, to: 1, anchor: 0, label }]);
        }
    }
}

/// A label with its columns.
struct Hung<'a> {
    from: usize,
    to: usize,
    anchor: usize,
    label: &'a Label,
}

/// Splits the labels of a line into rows of labels that do not overlap and each have room for their text.
fn layers(hung: Vec<Hung<'_>>, room: usize) -> Vec<Vec<Hung<'_>>> {
    let mut layers: Vec<Vec<Hung<'_>>> = Vec::new();
    for label in hung {
        let cramped = |l: &Hung<'_>| l.anchor + 4 + ROOM > room;
        let fits = |layer: &&mut Vec<Hung<'_>>| {
            layer.last().is_some_and(|last| last.to < label.from && !cramped(&label) && !cramped(last))
        };
        match layers.iter_mut().find(fits) {
            Some(layer) => layer.push(label),
            None => layers.push(vec![label]),
        }
    }
    layers
}

impl Canvas<'_> {
    /// Columns for the text of a line.
    pub(super) fn room(&self) -> usize {
        self.style.width.saturating_sub(self.digits + 3).max(16)
    }

    fn numbered(&mut self, line: u32, text: &str) {
        let gutter = format!("{line:>width$} {}", self.style.glyphs().bar, width = self.digits);
        self.push_line(&gutter, text);
    }

    fn dotted(&mut self, text: &str) {
        let gutter = format!("{:width$} {}", "", self.style.glyphs().dot, width = self.digits);
        self.push_line(&gutter, text);
    }

    fn push_line(&mut self, gutter: &str, text: &str) {
        self.out.push_str(&self.style.paint(Ink::Faint, gutter));
        if !text.is_empty() {
            self.out.push(' ');
            self.out.push_str(text);
        }
        self.out.push('\n');
    }

    fn underline(&mut self, layer: &[Hung<'_>]) {
        let glyphs = self.style.glyphs();
        let mut line = String::new();
        let mut column = 0;
        for hung in layer {
            line.push_str(&" ".repeat(hung.from - column));
            let marks: String =
                (hung.from..hung.to).map(|c| if c == hung.anchor { glyphs.anchor } else { glyphs.line }).collect();
            line.push_str(&self.style.paint(hung.label.ink, &marks));
            column = hung.to;
        }
        self.dotted(&line);
    }

    /// Hangs the labels of one layer below their anchors, the rightmost first.
    fn hang(&mut self, layer: &[Hung<'_>]) {
        for (i, hung) in layer.iter().enumerate().rev() {
            let left = &layer[..i];
            let space = self.room().saturating_sub(hung.anchor + 4);
            if left.is_empty() && space < ROOM && width(&hung.label.text) > space {
                self.lead_back(hung);
                continue;
            }
            for (k, text) in wrap(&hung.label.text, space).into_iter().enumerate() {
                let mut line = String::new();
                let mut column = 0;
                for stem in left {
                    line.push_str(&" ".repeat(stem.anchor - column));
                    line.push_str(&self.style.paint(stem.label.ink, &self.style.glyphs().stem.to_string()));
                    column = stem.anchor + 1;
                }
                line.push_str(&" ".repeat(hung.anchor - column));
                self.hook(&mut line, k == 0, hung.label.ink, &text);
                self.dotted(&line);
            }
        }
    }

    /// A label far to the right: its stem turns to the left margin, where the text has room.
    fn lead_back(&mut self, hung: &Hung<'_>) {
        const MARGIN: usize = 2;
        let glyphs = self.style.glyphs();
        let run = glyphs.line.to_string().repeat(hung.anchor.saturating_sub(MARGIN + 1));
        let turn = format!("{}{run}{}", glyphs.turn.0, glyphs.turn.1);
        let line = format!("{:MARGIN$}{}", "", self.style.paint(hung.label.ink, &turn));
        self.dotted(&line);
        for (k, text) in wrap(&hung.label.text, self.room() - MARGIN - 4).into_iter().enumerate() {
            let mut line = " ".repeat(MARGIN);
            self.hook(&mut line, k == 0, hung.label.ink, &text);
            self.dotted(&line);
        }
    }

    fn hook(&self, line: &mut String, first: bool, ink: Ink, text: &str) {
        let hook = if first { self.style.glyphs().hook } else { "    " };
        line.push_str(&self.style.paint(if first { ink } else { Ink::Plain }, hook));
        line.push_str(text);
    }

    fn link(&self, text: &str, url: Option<&str>) -> String {
        match url.filter(|_| self.style.links) {
            Some(url) => format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\"),
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, span: &str) -> Shown {
        let at = text.find(span).unwrap();
        Shown { line: 7, text: text.into(), range: at..at + span.len(), cut_left: false, cut_right: false }
    }

    fn drawn(style: &Style, text: &str, labels: &[(&str, &str)]) -> String {
        let line = shown(text, labels[0].0);
        let labels = labels
            .iter()
            .map(|(span, label)| Label { range: shown(text, span).range, text: (*label).into(), ink: Ink::Warns })
            .collect();
        let rows = vec![Row { line: Some(line), last: None, labels }];
        let frame = Frame { path: "a.yaml", link: None, at: Some((7, 1)), rows };
        let mut canvas = Canvas { style, digits: 2, out: String::new() };
        frame.draw(&mut canvas);
        canvas.out
    }

    const ASCII: Style = Style { color: false, unicode: false, width: 80, links: false, waived: false };

    #[test]
    fn a_label_hangs_below_its_span() {
        insta::assert_snapshot!(drawn(&ASCII, "  secret: ${SF_INTEGRATION_SECRET}", &[("${SF_INTEGRATION_SECRET}", "production reads this reference")]), @"
           ,-[a.yaml:7:1]
         7 |   secret: ${SF_INTEGRATION_SECRET}
           :           ----------+-------------
           :                     `-- production reads this reference
        ");
    }

    #[test]
    fn two_labels_of_a_line_hang_side_by_side() {
        insta::assert_snapshot!(drawn(&ASCII, "url: https://a.example token: abc", &[("https://a.example", "first"), ("abc", "second")]), @"
           ,-[a.yaml:7:1]
         7 | url: https://a.example token: abc
           :      --------+--------        -+-
           :              |                 `-- second
           :              `-- first
        ");
    }

    #[test]
    fn overlapping_labels_hang_one_after_the_other() {
        insta::assert_snapshot!(drawn(&ASCII, "url: https://a.example/x", &[("https://a.example/x", "whole"), ("a.example", "host")]), @"
           ,-[a.yaml:7:1]
         7 | url: https://a.example/x
           :      ---------+---------
           :               `-- whole
           :              ----+----
           :                  `-- host
        ");
    }

    #[test]
    fn a_label_far_to_the_right_is_led_back() {
        let text = format!("{}value", " ".repeat(66));
        insta::assert_snapshot!(drawn(&ASCII, &text, &[("value", "a sentence that would not have any room on the right of its span")]), @"
           ,-[a.yaml:7:1]
         7 |                                                                   value
           :                                                                   --+--
           :   ,-----------------------------------------------------------------'
           :   `-- a sentence that would not have any room on the right of its span
        ");
    }

    #[test]
    fn wide_characters_tabs_and_unseen_ones_keep_their_columns() {
        insta::assert_snapshot!(drawn(&ASCII, "\t日本: é\u{202e}x\u{1b}[31m", &[("x", "here")]), @"
           ,-[a.yaml:7:1]
         7 |     日本: é?x?[31m
           :             +
           :             `-- here
        ");
    }

    #[test]
    fn a_long_line_is_cropped_around_the_span() {
        let text = format!("{}needle{}", "hay ".repeat(300), " hay".repeat(300));
        insta::assert_snapshot!(drawn(&Style { unicode: true, ..ASCII }, &text, &[("needle", "found")]), @"
           ╭─[a.yaml:7:1]
         7 │ … hay hay hay hay hay hay hay hay needle hay hay hay hay hay hay hay hay h…
           ·                                   ───┬──
           ·                                      ╰── found
        ");
    }
}
