//! String literals of all languages: in comes a literal with its quotes, out come its pieces.

use std::ops::Range;

use super::{Code, Kind, NodeId, Piece};

/// A literal's text without its quotes; a text without quotes as it is.
pub(super) fn unquoted(text: &str) -> &str {
    let inner = inner(text);
    &text[inner]
}

/// Where the content of a literal stands in it: behind its prefix (`r`, `f`, `b`, `$`, `@`) and quotes.
pub(super) fn inner(text: &str) -> Range<usize> {
    let bytes = text.as_bytes();
    let prefix =
        bytes.iter().take(4).take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'$' | b'@' | b'#')).count();
    let Some(quote @ (b'"' | b'\'' | b'`')) = bytes.get(prefix).copied() else { return 0..text.len() };
    let run = bytes[prefix..].iter().take(3).take_while(|b| **b == quote).count();
    let quotes = if run == 3 && text.len() >= prefix + 6 { 3 } else { 1 };
    let start = prefix + quotes;
    let mut end = text.len();
    // Rust's raw strings end with the same number of `#`.
    while end > start && bytes[end - 1] == b'#' {
        end -= 1;
    }
    let closed = end >= start + quotes && bytes[end - quotes..end].iter().all(|b| *b == quote);
    start..if closed { end - quotes } else { text.len() }
}

/// The pieces of a string literal.
pub(super) fn pieces(code: &Code, string: NodeId) -> Vec<Piece> {
    let node = *code.node(string);
    let inner = inner(code.slice(string));
    let (mut at, end) = (node.start + inner.start as u32, node.start + inner.end as u32);
    let mut pieces = Vec::new();
    for child in code.children(string) {
        if code.kind(child) != Kind::Interpolation {
            continue;
        }
        let hole = code.node(child);
        if hole.start > at {
            pieces.push(Piece::Text(at..hole.start));
        }
        pieces.push(Piece::Hole(child));
        at = hole.end;
    }
    if at < end {
        pieces.push(Piece::Text(at..end));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::unquoted;

    #[test]
    fn quotes_and_prefixes_of_all_languages_go() {
        for (text, inner) in [
            ("'a'", "a"),
            ("\"a b\"", "a b"),
            ("`a`", "a"),
            ("''", ""),
            ("\"\"\"a\"\"\"", "a"),
            ("f'a'", "a"),
            ("rb\"a\"", "a"),
            ("@\"C:\\a\"", "C:\\a"),
            ("$\"a\"", "a"),
            ("r#\"a\"#", "a"),
            ("'''a''b'''", "a''b"),
            ("name", "name"),
            ("'open", "open"),
            ("", ""),
        ] {
            assert_eq!(unquoted(text), inner, "{text}");
        }
    }
}
