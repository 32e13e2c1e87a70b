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
    match bytes {
        // Heredocs: PHP's with its first line, Ruby's from the end of the line where it was announced.
        [b'<', b'<', b'<', ..] => return between_lines(bytes, memchr::memchr(b'\n', bytes).unwrap_or(bytes.len())),
        [b'\n', ..] => return between_lines(bytes, 0),
        // Ruby's symbols and quotes of one's own choice.
        [b':', rest @ ..] if !rest.is_empty() => {
            let inner = inner_quoted(&text[1..]);
            return inner.start + 1..inner.end + 1;
        }
        [b'%', ..] => {
            let open = 1 + bytes[1..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
            let closed = bytes.len() > open + 1 && bytes[open].is_ascii() && bytes[bytes.len() - 1].is_ascii();
            return if closed { open + 1..bytes.len() - 1 } else { 0..bytes.len() };
        }
        _ => {}
    }
    inner_quoted(text)
}

/// From behind a line's end to before the last line.
fn between_lines(bytes: &[u8], first: usize) -> Range<usize> {
    let start = (first + 1).min(bytes.len());
    let end = memchr::memrchr(b'\n', bytes).unwrap_or(bytes.len());
    start..end.max(start)
}

fn inner_quoted(text: &str) -> Range<usize> {
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
        // PHP's `{$x}`: the grammar leaves the braces outside.
        let bytes = code.text().as_bytes();
        let (before, behind) = (hole.start.wrapping_sub(1) as usize, hole.end as usize);
        let braced = bytes.get(hole.start as usize) == Some(&b'$')
            && (bytes.get(before), bytes.get(behind)) == (Some(&b'{'), Some(&b'}'));
        let (start, behind) = if braced { (hole.start - 1, hole.end + 1) } else { (hole.start, hole.end) };
        if start > at {
            pieces.push(Piece::Text(at..start));
        }
        pieces.push(Piece::Hole(child));
        at = behind;
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
            (":name", "name"),
            (":\"a b\"", "a b"),
            ("%q(a b)", "a b"),
            ("%", "%"),
            ("<<<EOT\na\nb\nEOT", "a\nb"),
            ("\n  a\nSQL", "  a"),
            ("<<<", ""),
            ("'open", "open"),
            ("", ""),
        ] {
            assert_eq!(unquoted(text), inner, "{text}");
        }
    }
}
