//! A string and the way from its offsets to bytes on disk: in come a source and a scalar (a `run: |` block, a quoted
//! value with escapes), out come the spans of parts of it.

use std::ops::Range;

use crate::parse::tree::Node;
use crate::source::{Source, Span};

/// Text that stands in a file, perhaps indented, folded or escaped there.
pub struct Passage<'a> {
    source: &'a Source,
    /// The decoded text.
    pub text: &'a str,
    whole: Span,
    map: Map,
}

/// How offsets of the text become offsets of the file.
enum Map {
    /// The file holds the text as it is, from this offset on.
    Direct(usize),
    /// Each word of the text with its place in the file, if it was found there.
    Words(Vec<Word>),
}

struct Word {
    text: Range<usize>,
    file: Option<usize>,
}

/// A word of the text is looked for this far behind the one before it: indentation, escapes and entities lie between.
const REACH: usize = 4096;

impl<'a> Passage<'a> {
    /// The whole text of a source.
    pub fn of_source(source: &'a Source) -> Self {
        Self { source, text: source.text(), whole: Span::whole(source.id), map: Map::Direct(0) }
    }

    /// A range of a source's text.
    pub fn of_range(source: &'a Source, range: Range<usize>) -> Self {
        let text = source.text().get(range.clone()).unwrap_or_default();
        Self { source, text, whole: source.span(range.clone()), map: Map::Direct(range.start) }
    }

    /// The text of a scalar; empty for what is none.
    pub fn of_node(source: &'a Source, node: &'a Node) -> Self {
        let text = node.text().unwrap_or_default();
        let range = source.range(node.span);
        let raw = source.text().get(range.clone()).unwrap_or_default();
        let map = match raw.find(text) {
            Some(at) if raw == text || !text.contains('\n') => Map::Direct(range.start + at),
            _ => Map::Words(align(text, raw, range.start)),
        };
        Self { source, text, whole: node.span, map }
    }

    /// The span of the whole text.
    pub fn whole(&self) -> Span {
        self.whole
    }

    /// The span of a part of the text; that of the whole where the part could not be found in the file (an alias).
    pub fn span(&self, range: Range<usize>) -> Span {
        match &self.map {
            Map::Direct(start) => self.source.span(start + range.start..start + range.end),
            Map::Words(words) => {
                let ends = place(words, range.start, true).zip(place(words, range.end, false));
                match ends {
                    Some((start, end)) if start <= end => self.source.span(start..end),
                    _ => self.whole,
                }
            }
        }
    }
}

/// Finds each word of the text in the file's bytes, in order.
fn align(text: &str, raw: &str, start: usize) -> Vec<Word> {
    let separates = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '\\');
    let mut words = Vec::new();
    let mut cursor = 0;
    let mut at = 0;
    while let Some(begin) = text[at..].find(|c| !separates(c)).map(|i| at + i) {
        let end = text[begin..].find(separates).map_or(text.len(), |i| begin + i);
        let mut limit = (cursor + (end - begin) + REACH).min(raw.len());
        while !raw.is_char_boundary(limit) {
            limit += 1;
        }
        let found = raw[cursor..limit].find(&text[begin..end]).map(|i| cursor + i);
        if let Some(found) = found {
            cursor = found + (end - begin);
        }
        words.push(Word { text: begin..end, file: found.map(|f| f + start) });
        at = end;
    }
    words
}

/// The file offset of a text offset: where a range starts it belongs to the word behind, where it ends to the one
/// before.
fn place(words: &[Word], at: usize, starts: bool) -> Option<usize> {
    let i = if starts {
        words.partition_point(|w| w.text.end <= at)
    } else {
        words.partition_point(|w| w.text.start < at).checked_sub(1)?
    };
    let word = words.get(i)?;
    let inside = at.clamp(word.text.start, word.text.end) - word.text.start;
    word.file.map(|f| f + inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::tree::{Scalar, ScalarKind, Value};
    use crate::source::FileId;

    fn node(source: &Source, range: Range<usize>, text: &str) -> Node {
        let scalar = Scalar { text: text.to_owned(), kind: ScalarKind::Text };
        Node { span: source.span(range), value: Value::Scalar(scalar) }
    }

    fn shown(source: &Source, node: &Node, needle: &str) -> String {
        let passage = Passage::of_node(source, node);
        let at = passage.text.find(needle).unwrap();
        source.slice(passage.span(at..at + needle.len())).to_owned()
    }

    #[test]
    fn parts_of_blocks_and_escaped_strings_are_found_in_the_file() {
        let block = Source::from_str(FileId(0), "a", "run: |\n    echo a\n    curl https://b.example\n");
        let node_of_block = node(&block, 5..block.text().len(), "echo a\ncurl https://b.example\n");
        assert_eq!(shown(&block, &node_of_block, "https://b.example"), "https://b.example");
        assert_eq!(shown(&block, &node_of_block, "a\ncurl"), "a\n    curl");

        let json = Source::from_str(FileId(0), "a", r#"{"k": "say \"https://b.example\"\nnow"}"#);
        let escaped = node(&json, 7..json.text().len() - 2, "say \"https://b.example\"\nnow");
        assert_eq!(shown(&json, &escaped, "https://b.example"), "https://b.example");
        assert_eq!(shown(&json, &escaped, "now"), "now");
    }

    #[test]
    fn what_is_written_elsewhere_points_at_the_whole() {
        let source = Source::from_str(FileId(0), "a", "k: *url");
        let alias = node(&source, 3..7, "https://b.example");
        assert_eq!(shown(&source, &alias, "b.example"), "*url");
    }
}
