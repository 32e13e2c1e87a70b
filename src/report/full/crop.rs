//! A line cut to the width of a frame: in comes a line with spans, out comes what is drawn of it and the columns at
//! which the spans are drawn.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::report::hide::Shown;
use crate::report::style::Glyphs;
use crate::report::words::{visible, width};

/// So much of a span is enough to know it by.
const ENOUGH: usize = 24;

/// The line as it is drawn in at most `room` columns, cropped around the spans, and the columns of each span.
pub(super) fn fit(line: &Shown, spans: &[Range<usize>], room: usize, glyphs: &Glyphs) -> (String, Vec<Range<usize>>) {
    let cells = Cells::new(&line.text, glyphs);
    let columns: Vec<Range<usize>> = spans
        .iter()
        .map(|span| {
            let start = cells.column(span.start);
            start..cells.column(span.end).max(start + 1)
        })
        .collect();
    let total = cells.total();
    if total <= room && !line.cut_left && !line.cut_right {
        return (cells.text(0..total), columns);
    }
    let mark = width(glyphs.cut);
    let space = room.saturating_sub(2 * mark);
    let a = columns.iter().map(|c| c.start).min().unwrap_or(0);
    let b = columns.iter().map(|c| c.end).max().unwrap_or(0);
    // What stands before a span (its key) says more than its tail. Else the span is in the middle if it fits, or
    // begins a little behind the left edge.
    let before = if b - a < space { (space - (b - a)) / 2 } else { 4.min(space / 4) };
    let from_the_start = !line.cut_left && a + (b - a).min(ENOUGH) <= space;
    let from = if from_the_start { 0 } else { a.saturating_sub(before).min(total.saturating_sub(space)) };
    let from = cells.boundary(from);
    let to = (from + space).min(total);
    let (left, right) = (from > 0 || line.cut_left, to < total || line.cut_right);
    let lead = if left { glyphs.cut } else { "" };
    let text = format!("{lead}{}{}", cells.text(from..to), if right { glyphs.cut } else { "" });
    let shift = |c: usize| c.clamp(from, to) - from + width(lead);
    let columns = columns
        .into_iter()
        .map(|c| {
            let start = shift(c.start).min(shift(to).saturating_sub(1));
            start..shift(c.end).max(start + 1)
        })
        .collect();
    (text, columns)
}

/// A line as the terminal shows it: each character with its column.
struct Cells {
    /// Byte offset in the source text, column, what is drawn.
    cells: Vec<(usize, usize, String)>,
    total: usize,
}

impl Cells {
    fn new(text: &str, glyphs: &Glyphs) -> Self {
        let mut total = 0;
        let mut cells = Vec::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let drawn = if c == '\t' { "    ".to_owned() } else { visible(c, glyphs.bad).to_string() };
            let wide = if c == '\t' { 4 } else { drawn.chars().map(|c| c.width().unwrap_or(0)).sum() };
            cells.push((at, total, drawn));
            total += wide;
        }
        Self { cells, total }
    }

    fn total(&self) -> usize {
        self.total
    }

    fn column(&self, byte: usize) -> usize {
        self.cells.get(self.cells.partition_point(|(at, ..)| *at < byte)).map_or(self.total, |(_, column, _)| *column)
    }

    /// The first column at or behind `column` at which a character begins.
    fn boundary(&self, column: usize) -> usize {
        self.cells.get(self.cells.partition_point(|(_, c, _)| *c < column)).map_or(self.total, |(_, c, _)| *c)
    }

    /// What stands between two columns; a wide character that does not fit whole is left out.
    fn text(&self, columns: Range<usize>) -> String {
        let ends = self.cells.iter().skip(1).map(|(_, c, _)| *c).chain(std::iter::once(self.total));
        let inside = self.cells.iter().zip(ends).filter(|((_, c, _), end)| *c >= columns.start && *end <= columns.end);
        inside.map(|((.., drawn), _)| drawn.as_str()).collect()
    }
}
