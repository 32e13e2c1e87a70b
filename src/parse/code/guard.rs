//! What a grammar must not be given: in come a text and its language, out comes the place of something on which the
//! grammar's own scanner, which is C, ends the whole process, or with which it takes all memory.

use std::ops::Range;

use memchr::memmem;

use super::language::Language;

/// The place of what the language's grammar can't stand.
pub(super) fn refused(text: &str, language: Language) -> Option<Range<usize>> {
    let place = match language {
        Language::Ruby => long_heredoc(text.as_bytes()),
        Language::Java | Language::CSharp => deep_angles(text.as_bytes()),
        _ => None,
    };
    place.or_else(|| repetition(text.as_bytes()))
}

/// A piece of so many bytes or less that is repeated over so many bytes is refused, unless it is a ruler or a table of
/// numbers. What no grammar follows is kept by the parser in all its readings until the file ends, and then written out:
/// 20 KB of `x => ` in a Java file take 5 GB, 9 KB of `,x{:x[` in a Go file 700 MB. Such text is never written by hand.
const MAX_PERIOD: usize = 24;
const MAX_REPEATED: usize = 4_000;

fn repetition(bytes: &[u8]) -> Option<Range<usize>> {
    // Whatever is that long holds one of these windows whole.
    (0..bytes.len()).step_by(1024).find_map(|at| {
        let rest = &bytes[at..];
        (1..=MAX_PERIOD).find_map(|period| {
            let same = |length: usize| rest.get(..length) == rest.get(period..period + length);
            let long = MAX_REPEATED - 1024;
            let repeated = rest.len() >= period + long && same(32) && same(long);
            (repeated && !is_plain(&rest[..period * 2])).then_some(at..at + long)
        })
    })
}

/// Whether a piece holds nothing but numbers and rulers.
fn is_plain(piece: &[u8]) -> bool {
    piece.iter().enumerate().all(|(at, byte)| match byte {
        b'x' => at > 0 && piece[at - 1] == b'0' || at == 0,
        _ => byte.is_ascii_digit() || b" \t\r\n,.-=*#_~/".contains(byte),
    })
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

/// How many `<` may be open within a statement. The grammars of Java and C# read `A<A<A<…` in both of its meanings at
/// once: 16 KB of it take 730 MB.
const MAX_ANGLES: usize = 400;

fn deep_angles(bytes: &[u8]) -> Option<Range<usize>> {
    let mut open = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'<' => open += 1,
            b'>' => open = open.saturating_sub(1),
            b';' | b'{' | b'}' => open = 0,
            _ => {}
        }
        if open > MAX_ANGLES {
            return Some(at..at + 1);
        }
    }
    None
}
