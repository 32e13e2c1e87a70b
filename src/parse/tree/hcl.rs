//! HCL 2 (Terraform): in comes a source, out goes a tree. A block is a map under its type and labels, so
//! `resource "a" "b" {}` lies at `resource.a.b`; blocks without labels may repeat. Templates keep their raw text
//! (`${var.x}`), lists and objects are lists and maps, any other expression is a plain scalar of its own text.
//!
//! Own and not hcl-edit's, because that one returns nothing for a broken file and stops near 70 brackets; tests hold
//! it against hcl-edit.

mod token;

use std::ops::Range;

use self::token::{Kind, Token, tokens};
use super::build::{Builder, too_deep};
use super::json::unescape;
use super::nest::{Key, MapId, Nest};
use super::{ScalarKind, Tree};
use crate::source::Source;

/// Reads a file.
pub(super) fn read(source: &Source) -> Tree {
    let mut built = Builder::new(source);
    let tokens = tokens(source.text(), &mut built);
    let mut reader = Reader { text: source.text(), tokens, built, nest: Nest::new(source), open: Vec::new() };
    if let Err((range, message)) = reader.body() {
        reader.built.problem(range, message);
    }
    let mut tree = Tree { roots: Vec::new(), ..reader.built.finish() };
    tree.roots.extend(reader.nest.finish());
    tree
}

/// Where reading ends, and why.
type Break = (Range<usize>, String);

struct Reader<'s> {
    text: &'s str,
    tokens: Vec<Token>,
    /// Builds one value at a time, and keeps comments and problems.
    built: Builder<'s>,
    nest: Nest<'s>,
    /// The blocks that are open, each with where it starts.
    open: Vec<(MapId, usize)>,
}

impl Reader<'_> {
    /// Attributes and blocks, up to the end of the tokens.
    fn body(&mut self) -> Result<(), Break> {
        let mut i = 0;
        while let Some(token) = self.tokens.get(i).copied() {
            i = match token.kind {
                Kind::Newline => i + 1,
                Kind::Close(b'}') => {
                    if let Some((block, start)) = self.open.pop() {
                        self.nest.cover(block, start..token.end);
                    }
                    i + 1
                }
                Kind::Word | Kind::String => match self.entry(i)? {
                    Some(next) => next,
                    // The tokens end within the entry; why is noted already.
                    None => return Ok(()),
                },
                _ => return Err((token.start..token.end, "neither an attribute nor a block".to_owned())),
            };
        }
        Ok(())
    }

    /// An attribute with its value, or a block's head. None where the tokens end within it.
    fn entry(&mut self, first: usize) -> Result<Option<usize>, Break> {
        let labels = self.tokens[first..].iter().take_while(|t| matches!(t.kind, Kind::Word | Kind::String)).count();
        let head = first..first + labels;
        let map = self.open.last().map_or(Nest::ROOT, |(map, _)| *map);
        let Some(next) = self.tokens.get(head.end).copied() else {
            self.cut(first);
            return Ok(None);
        };
        match next.kind {
            Kind::Assign if labels == 1 => {
                self.built.set_outer_depth(self.nest.depth(map));
                let end = self.value(head.end + 1);
                let key = self.key(first);
                // A list that breaks off keeps its first items.
                self.built.close_all();
                if let Some(node) = self.built.take_value() {
                    self.nest.put(map, key, node);
                }
                end
            }
            Kind::Open(b'{') => {
                let start = self.tokens[first].start;
                let block = self.block(map, head.clone()).ok_or_else(|| (start..next.end, too_deep()))?;
                self.nest.cover(block, start..next.end);
                self.open.push((block, start));
                Ok(Some(head.end + 1))
            }
            _ => Err((next.start..next.end, "neither an attribute nor a block".to_owned())),
        }
    }

    /// The map of a block: shared up to its last label, which is its own.
    fn block(&mut self, map: MapId, head: Range<usize>) -> Option<MapId> {
        let last = head.end - 1;
        let parent = (head.start..last).try_fold(map, |map, i| {
            let key = self.key(i);
            self.nest.map(map, key)
        })?;
        let key = self.key(last);
        self.nest.add_map(parent, key)
    }

    fn key(&self, i: usize) -> Key {
        let token = self.tokens[i];
        match token.kind {
            Kind::String => {
                let range = token.start + 1..token.end - 1;
                (template(&self.text[range.clone()]), range)
            }
            _ => (self.text[token.start..token.end].to_owned(), token.start..token.end),
        }
    }

    /// Builds the value that starts at token `i`, with all that is in it; the index behind it. None where the tokens
    /// end within it.
    fn value(&mut self, i: usize) -> Result<Option<usize>, Break> {
        let mut i = i;
        loop {
            let Some(next) = self.value_start(i)? else {
                self.cut(i);
                return Ok(None);
            };
            i = next;
            loop {
                if self.built.depth() == 0 {
                    return Ok(Some(i));
                }
                let Some(token) = self.tokens.get(i).copied() else { return Ok(None) };
                match token.kind {
                    Kind::Newline | Kind::Comma => i += 1,
                    Kind::Close(_) => {
                        self.built.close(Some(token.end));
                        i += 1;
                    }
                    _ if self.built.in_map() => {
                        i = self.object_key(i)?;
                        break;
                    }
                    _ => break,
                }
            }
        }
    }

    /// A scalar, or the opening of a list or object that is one as it stands.
    fn value_start(&mut self, i: usize) -> Result<Option<usize>, Break> {
        let end = self.expression_end(i);
        let first = self.tokens.get(i).copied();
        if end == Some(self.tokens.len()) && self.built.depth() > 0 {
            return Ok(None);
        }
        let Some(first) = first.filter(|_| end != Some(i)) else {
            let at = first.map_or(self.text.len(), |t| t.start);
            return Err((at..at, "a value is missing".to_owned()));
        };
        // A bracket that is never closed is read up to the break.
        let is_whole = end.is_none_or(|end| first.mate + 1 == end);
        let inner = self.tokens[i..].iter().skip(1).find(|t| t.kind != Kind::Newline);
        let is_for = inner.is_some_and(|t| &self.text[t.start..t.end] == "for");
        let opened = match (first.kind, end) {
            (Kind::Open(b'['), _) if is_whole && !is_for => self.built.open_list(first.start),
            (Kind::Open(b'{'), _) if is_whole && !is_for => self.built.open_map(first.start),
            (_, None) => return Ok(None),
            (_, Some(end)) => {
                self.scalar(first, self.tokens[end - 1].end, is_whole);
                return Ok(Some(end));
            }
        };
        // Past the bound the problem is noted; the end of reading is all that is left to say.
        if opened { Ok(Some(i + 1)) } else { Ok(None) }
    }

    fn scalar(&mut self, first: Token, end: usize, is_whole: bool) {
        let range = first.start..end;
        let raw = &self.text[range.clone()];
        match first.kind {
            Kind::String if is_whole => {
                let range = range.start + 1..end - 1;
                self.built.scalar(template(&self.text[range.clone()]), ScalarKind::Text, range);
            }
            Kind::Heredoc { start, end, indented } if is_whole => {
                let content = &self.text[start..end];
                let text = if indented { dedent(content) } else { content.replace("\r\n", "\n") };
                self.built.scalar(text, ScalarKind::Text, start..start + content.trim_end().len());
            }
            _ if raw == "null" => self.built.scalar(raw.to_owned(), ScalarKind::Null, range),
            _ => self.built.scalar(raw.to_owned(), ScalarKind::Plain, range),
        }
    }

    /// Behind the last token of an expression: a line end, comma or closing bracket ends it. None where a bracket in
    /// it is never closed.
    fn expression_end(&self, i: usize) -> Option<usize> {
        let mut at = i;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                Kind::Newline | Kind::Comma | Kind::Close(_) => return Some(at),
                Kind::Open(_) if token.mate == at => return None,
                _ => at = token.mate + 1,
            }
        }
        Some(at)
    }

    /// `key =` or `key :` of an object's entry; the index behind it.
    fn object_key(&mut self, i: usize) -> Result<usize, Break> {
        let mut end = i;
        while let Some(token) = self.tokens.get(end).copied() {
            match token.kind {
                Kind::Assign | Kind::Colon if end > i => break,
                Kind::Assign | Kind::Colon | Kind::Newline | Kind::Comma | Kind::Close(_) => {
                    return Err((token.start..token.end, "a key without its value".to_owned()));
                }
                _ => end = token.mate + 1,
            }
        }
        let (key, range) = if end == i + 1 {
            self.key(i)
        } else {
            let range = self.tokens[i].start..self.tokens[end - 1].end;
            (self.text[range.clone()].to_owned(), range)
        };
        self.built.scalar(key, ScalarKind::Text, range);
        Ok(end + 1)
    }

    /// Notes that the file ends within an entry, where nothing else says so yet.
    fn cut(&mut self, i: usize) {
        if !self.built.has_problems() {
            let at = self.tokens.get(i).map_or(self.text.len(), |t| t.start);
            self.built.problem(at..at, "the file ends within an entry");
        }
    }
}

/// The text of a quoted template. Escapes are resolved unless it has expressions, whose text stays raw.
fn template(raw: &str) -> String {
    if raw.contains("${") || raw.contains("%{") { raw.to_owned() } else { unescape(raw).into_owned() }
}

/// A heredoc's lines without the indentation that they share.
fn dedent(content: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = content.lines().filter(|l| !l.trim().is_empty()).map(indent).min().unwrap_or(0);
    content.lines().flat_map(|line| [&line[shared.min(indent(line))..], "\n"]).collect()
}
