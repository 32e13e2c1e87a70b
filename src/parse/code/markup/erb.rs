//! ERB: Ruby in `<% %>`, and the markup around it.

use std::ops::Range;

use memchr::memmem;

use super::woven::{self, Hole, Separators};
use super::{Language, Page};

const RUBY: Separators = Separators { front: b'\n', markup: b'_', keeps_first: false, behind: |_, _| *b"\n " };

pub(super) fn read(page: &mut Page) -> Option<Language> {
    let holes = holes(page);
    woven::read(page, &holes, Language::Ruby, RUBY);
    None
}

fn holes(page: &mut Page) -> Vec<Hole> {
    let bytes = page.bytes();
    let mut holes = Vec::new();
    let mut at = 0;
    while let Some(found) = memmem::find(&bytes[at..], b"<%") {
        let start = at + found;
        if bytes.get(start + 2) == Some(&b'%') {
            // `<%%` is text.
            at = start + 3;
            continue;
        }
        let end = memmem::find(&bytes[start + 2..], b"%>").map(|i| start + 2 + i);
        if end.is_none() {
            page.problem(start..start + 2, "the tag is not closed: the rest is read as code");
        }
        let hole = hole(bytes, start, end.unwrap_or(bytes.len()), end.is_some());
        at = hole.whole.end;
        if hole.code.is_empty() {
            page.comment(hole.whole.clone());
        }
        holes.push(hole);
    }
    holes
}

/// A tag from its start to its closing delimiter.
fn hole(bytes: &[u8], start: usize, close: usize, closed: bool) -> Hole {
    let whole: Range<usize> = start..if closed { close + 2 } else { close };
    let marks = bytes[start + 2..close].iter().take(2).take_while(|b| matches!(b, b'=' | b'-' | b'#' | b'|')).count();
    let marked = &bytes[start + 2..start + 2 + marks];
    let mut code = start + 2 + marks..close;
    if code.end > code.start && bytes[code.end - 1] == b'-' {
        code.end -= 1;
    }
    if marked.contains(&b'#') {
        code.end = code.start;
    }
    Hole { whole, code, output: marked.contains(&b'=') }
}
