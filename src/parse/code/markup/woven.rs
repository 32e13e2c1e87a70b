//! Templates whose tags hold one program: ERB's Ruby, PHP. In come the tags, out come the program's captures, with the
//! markup between them lying in the branches and blocks that it belongs to.
//!
//! The program is parsed as one text of the page's length. Markup between two tags becomes a statement (`____`) of the
//! same bytes: a branch that holds nothing but markup has its extent from it.

use std::ops::Range;

use super::html::{self, HOLE};
use super::snippets::Snippets;
use super::{Capture, Kind, Language, Meaning, Page, Role};

/// A tag.
pub(super) struct Hole {
    /// With its delimiters.
    pub whole: Range<usize>,
    /// The code inside, empty for a comment.
    pub code: Range<usize>,
    /// Whether it shows its value.
    pub output: bool,
}

/// How a language's statements are told apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct Separators {
    /// What is written over the first byte of a tag.
    pub front: u8,
    /// What ends markup that stands for a statement.
    pub markup: u8,
    /// Whether the first tag's own delimiter belongs to the grammar.
    pub keeps_first: bool,
    /// What is written behind a tag's code: in place of its closing delimiter, which has two bytes.
    pub behind: fn(&[u8], bool) -> [u8; 2],
}

/// Reads a page.
pub(super) fn read(page: &mut Page, holes: &[Hole], language: Language, separators: Separators) {
    let mut program = Snippets::new(page.text);
    let mut markup = Vec::new();
    for (i, hole) in holes.iter().enumerate() {
        let start = if i == 0 && separators.keeps_first { hole.whole.start } else { hole.code.start };
        if program.code(start..hole.code.end) {
            if start != hole.whole.start {
                program.put(hole.whole.start, separators.front);
            }
            let behind = (separators.behind)(&page.bytes()[hole.code.clone()], hole.output);
            program.put(hole.code.end, behind[0]);
            program.put(hole.code.end + 1, behind[1]);
        }
        let Some(next) = holes.get(i + 1) else { break };
        let between = super::trimmed(page.text, hole.whole.end..next.whole.start);
        if between.len() > 1 {
            program.fill(between.start..between.end - 1, b'_');
            program.put(between.end - 1, separators.markup);
            markup.push(between.start..between.end - usize::from(separators.markup != b'_'));
        }
    }
    let before = page.captures.len();
    program.parse(page, language, true);
    let own = page.captures.split_off(before);
    page.captures.extend(own.into_iter().filter(|c| !stands_for(c, &markup)));
    let regions = regions(&page.captures, &markup);
    show(page, holes, &regions);
    around(page, holes, &regions);
}

/// Whether a capture is the statement that stands for markup; as a branch's body it remains.
fn stands_for(capture: &Capture, markup: &[Range<usize>]) -> bool {
    let i = markup.partition_point(|m| m.start < capture.start as usize);
    let same = markup.get(i).is_some_and(|m| (m.start, m.end) == (capture.start as usize, capture.end as usize));
    same && !matches!(capture.meaning, Meaning::For(Role::Then | Role::Else | Role::Body))
}

/// What holds markup, in the order in which it begins.
fn regions(captures: &[Capture], markup: &[Range<usize>]) -> Vec<Range<usize>> {
    let holds = |c: &&Capture| {
        let is_extent = matches!(c.meaning, Meaning::Is(_) | Meaning::For(Role::Then | Role::Else | Role::Body));
        let i = markup.partition_point(|m| m.start < c.start as usize);
        is_extent && markup.get(i).is_some_and(|m| m.end <= c.end as usize)
    };
    let mut regions: Vec<Range<usize>> =
        captures.iter().filter(holds).map(|c| c.start as usize..c.end as usize).collect();
    regions.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
    regions.dedup();
    regions
}

/// Tags that show a value; not those whose code goes on behind the tag (`form_for do |f|`).
fn show(page: &mut Page, holes: &[Hole], regions: &[Range<usize>]) {
    for hole in holes.iter().filter(|hole| hole.output) {
        let i = regions.partition_point(|r| r.start < hole.whole.start);
        if regions.get(i).is_none_or(|r| r.start >= hole.whole.end) {
            page.is(hole.whole.clone(), Kind::Interpolation);
        }
    }
}

/// The markup around the tags.
fn around(page: &mut Page, holes: &[Hole], regions: &[Range<usize>]) {
    let mut bytes = page.bytes().to_vec();
    holes.iter().for_each(|hole| bytes[hole.whole.clone()].fill(HOLE));
    html::with_scripts(page, &bytes, regions);
}
