//! What a grammar must not be given: in come a text and its language, out comes the place of something on which the
//! grammar's own scanner, which is C, ends the whole process.

use std::ops::Range;

use memchr::memmem;

use super::language::Language;

/// The place of what the language's grammar can't stand.
pub(super) fn refused(text: &str, language: Language) -> Option<Range<usize>> {
    match language {
        Language::Ruby => long_heredoc(text.as_bytes()),
        _ => None,
    }
}

/// A heredoc's word of more bytes than this is refused. The scanner of tree-sitter-ruby 0.23 keeps the word's length in
/// one byte and fails an assertion when it reads it back.
const MAX_WORD: usize = 200;

fn long_heredoc(bytes: &[u8]) -> Option<Range<usize>> {
    memmem::find_iter(bytes, b"<<").find_map(|at| {
        let mut start = at + 2;
        if matches!(bytes.get(start), Some(b'~' | b'-')) {
            start += 1;
        }
        let word = &bytes[start..bytes.len().min(start + MAX_WORD)];
        let ends = match word.first() {
            Some(quote @ (b'"' | b'\'' | b'`')) => word[1..].contains(quote),
            _ => word.iter().any(|b| b.is_ascii() && !b.is_ascii_alphanumeric() && *b != b'_'),
        };
        (!ends && word.len() == MAX_WORD).then(|| at..start + MAX_WORD)
    })
}
