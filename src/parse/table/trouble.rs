//! What could not be read, gathered: a file with a million ragged rows is one problem with a count, at the first of
//! them, not a million problems.

use super::Visitor;
use crate::source::Span;

/// One kind of problem in one file.
struct Trouble {
    what: &'static str,
    first: Span,
    count: u64,
}

/// The problems of one file, by kind, in order of their first place.
#[derive(Default)]
pub(super) struct Troubles {
    kinds: Vec<Trouble>,
}

impl Troubles {
    /// Notes a place; `what` is a sentence without any value from the file, and its identity is the kind.
    pub fn note(&mut self, what: &'static str, at: Span) {
        match self.kinds.iter_mut().find(|k| k.what == what) {
            Some(kind) => kind.count += 1,
            None => self.kinds.push(Trouble { what, first: at, count: 1 }),
        }
    }

    /// Hands everything to the visitor.
    pub fn tell(self, visitor: &mut dyn Visitor) {
        for Trouble { what, first, count } in self.kinds {
            let message = match count {
                1 => what.to_owned(),
                2 => format!("{what} (and in 1 more place)"),
                _ => format!("{what} (and in {} more places)", count - 1),
            };
            visitor.problem(first, message);
        }
    }
}
