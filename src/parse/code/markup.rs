//! Markup and templates: in come a source and its language, out come captures of the markup, of the template's tags
//! and of the code inside them, merged by [`super::build::nodes`].
//!
//! Markup is scanned by hand, not by a grammar: a template's markup need not be balanced (`{% if a %}<div>{% else %}`),
//! and the time must not depend on how deep elements lie. A template language says where its tags stand (holes) and
//! which ranges belong together (regions: the branches of an `if`); an element never leaves the region it begins in.

mod blade;
mod directives;
mod erb;
mod expressions;
mod html;
mod liquid;
mod php;
mod snippets;
mod vue;
mod woven;

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::build::{self, Capture, MAX_NODES, MAX_PROBLEMS};
use super::grammar::{Meaning, compiled};
use super::language::Language;
use super::{Kind, Problem, Role};
use crate::source::Source;

/// How deep elements and blocks may lie in one another; deeper ones count as text of what is around them.
const MAX_DEPTH: usize = 256;

/// Reads a template. The language that comes back is that of the script, where a file holds markup and a script.
pub(super) fn read(source: &Source, language: Language) -> (Vec<Capture>, Vec<Problem>, Language) {
    let mut page = Page::new(source);
    let language = match language {
        Language::Vue => vue::read(&mut page),
        Language::Liquid => liquid::read(&mut page),
        Language::Erb => erb::read(&mut page),
        Language::Blade => blade::read(&mut page),
        Language::Php => php::read(&mut page),
        _ => html::read(&mut page),
    }
    .unwrap_or(language);
    page.forget_comments();
    (page.captures, page.problems, language)
}

/// A file while it is read.
struct Page<'s> {
    source: &'s Source,
    text: &'s str,
    captures: Vec<Capture>,
    problems: Vec<Problem>,
    /// Where markup's comments stand, in order: what is captured inside does not count.
    comments: Vec<Range<usize>>,
    full: bool,
}

impl<'s> Page<'s> {
    fn new(source: &'s Source) -> Self {
        let text = source.text();
        Self { source, text, captures: Vec::new(), problems: Vec::new(), comments: Vec::new(), full: false }
    }

    fn bytes(&self) -> &'s [u8] {
        self.text.as_bytes()
    }

    /// The text of a range, empty if there is none.
    fn slice(&self, range: Range<usize>) -> &'s str {
        self.text.get(range).unwrap_or_default()
    }

    /// Says what a range is. What a scanner says comes before what a query says of the same bytes.
    fn is(&mut self, range: Range<usize>, kind: Kind) {
        self.capture(range, Meaning::Is(kind));
    }

    /// Says what a range is for what is around it.
    fn plays(&mut self, range: Range<usize>, role: Role) {
        self.capture(range, Meaning::For(role));
    }

    /// Both at once.
    fn node(&mut self, range: Range<usize>, kind: Kind, role: Role) {
        self.is(range.clone(), kind);
        self.plays(range, role);
    }

    fn capture(&mut self, range: Range<usize>, meaning: Meaning) {
        if range.is_empty() || self.full {
            return;
        }
        if self.captures.len() >= MAX_NODES {
            self.full = true;
            self.problem(range, "more than two million nodes: the rest is not read");
            return;
        }
        self.captures.push(Capture { start: range.start as u32, end: range.end as u32, order: 0, meaning });
    }

    /// A comment of the markup or of the template.
    fn comment(&mut self, range: Range<usize>) {
        self.is(range.clone(), Kind::Comment);
        self.comments.push(range);
    }

    fn problem(&mut self, range: Range<usize>, message: &str) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(build::problem(self.source, range, message));
        }
    }

    /// Parses ranges of a text that is as long as the page's with a language's grammar.
    fn parse(&mut self, text: &str, language: Language, ranges: Option<&[tree_sitter::Range]>) {
        let Some(compiled) = compiled(language) else { return };
        build::run(self.source, text, compiled, ranges, &mut self.captures, &mut self.problems);
        // A text made of snippets is one byte longer.
        let len = self.text.len() as u32;
        self.captures.iter_mut().rev().for_each(|c| c.end = c.end.min(len));
        self.problems.truncate(MAX_PROBLEMS);
    }

    fn forget_comments(&mut self) {
        if self.comments.is_empty() {
            return;
        }
        self.comments.sort_by_key(|c| (c.start, std::cmp::Reverse(c.end)));
        // Of comments inside one another the outer one counts.
        let mut end = 0;
        self.comments.retain(|c| {
            let outer = c.start >= end;
            end = end.max(c.end);
            outer
        });
        let comments = std::mem::take(&mut self.comments);
        self.captures.retain(|c| {
            let (start, end) = (c.start as usize, c.end as usize);
            let i = comments.partition_point(|comment| comment.end <= start);
            comments.get(i).is_none_or(|comment| {
                !(comment.start <= start && end <= comment.end) || (comment.start == start && comment.end == end)
            })
        });
    }
}

/// A range without the blanks at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let slice = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (slice.len() - slice.trim_start().len());
    start..start + slice.trim().len()
}
