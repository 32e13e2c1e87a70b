//! Pieces of code in a page as one text for a grammar: in come ranges, out come captures with the page's offsets.
//!
//! The text is as long as the page and blank where no code stands. What separates pieces (`;`, brackets) is written over
//! the delimiters in front of and behind them, so that no offset moves.

use std::ops::Range;

use super::{Language, Page};

/// A page's pieces of code.
pub(super) struct Snippets<'s> {
    page: &'s str,
    /// Made with the first piece.
    text: Vec<u8>,
}

impl<'s> Snippets<'s> {
    pub fn new(page: &'s str) -> Self {
        Self { page, text: Vec::new() }
    }

    /// An expression: `;(expr)` where two bytes of delimiter stand in front, else `;expr`.
    pub fn expression(&mut self, range: Range<usize>) {
        let bytes = self.page.as_bytes();
        let delimiters = range.start >= 2
            && range.end < bytes.len()
            && matches!(bytes[range.start - 1], b'"' | b'\'' | b'{' | b'!' | b' ' | b'\n' | b'\t')
            && matches!(bytes[range.start - 2], b'=' | b'{' | b' ' | b'\n' | b'\t');
        if self.code(range.clone()) && delimiters {
            self.text[range.start - 2] = b';';
            self.text[range.start - 1] = b'(';
            self.text[range.end] = b')';
        } else if range.start > 0 && !self.text.is_empty() {
            self.text[range.start - 1] = b';';
        }
    }

    /// Statements, with a `;` in front and behind.
    pub fn statements(&mut self, range: Range<usize>) {
        if self.code(range.clone()) {
            self.put(range.start.saturating_sub(1), b';');
            self.put(range.end, b';');
        }
    }

    /// Takes a range over as it is.
    pub fn code(&mut self, range: Range<usize>) -> bool {
        let Some(code) = self.page.as_bytes().get(range.clone()).filter(|code| !code.is_empty()) else { return false };
        if self.text.is_empty() {
            // One more for a `;` at the end.
            self.text = vec![b' '; self.page.len() + 1];
        }
        self.text[range].copy_from_slice(code);
        true
    }

    /// Writes over a range.
    pub fn fill(&mut self, range: Range<usize>, byte: u8) {
        if let Some(place) = self.text.get_mut(range) {
            place.fill(byte);
        }
    }

    /// Writes over one byte.
    pub fn put(&mut self, at: usize, byte: u8) {
        if let Some(place) = self.text.get_mut(at) {
            *place = byte;
        }
    }

    /// Parses the pieces, if there are any.
    pub fn parse(self, page: &mut Page, language: Language, tells: bool) {
        if self.text.is_empty() {
            return;
        }
        let Ok(text) = String::from_utf8(self.text) else { return };
        let told = page.problems.len();
        page.parse(&text, language, None);
        if !tells {
            page.problems.truncate(told);
        }
    }
}
