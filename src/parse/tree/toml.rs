//! TOML 1.0: in comes a source, out goes a tree. Dotted keys and `[a.b]` headers become nested maps, `[[a]]` a list of
//! maps; numbers and dates keep their text, duplicate keys are kept. A break ends the reading, and the whole entries
//! before it are kept.
//!
//! The tokens are toml-span's; its values are not used, because they lose order, duplicates and dates, and a broken
//! file gives none.

use std::ops::Range;

use toml_span::tokens::{Error, Token, Tokenizer};

use super::build::{Builder, too_deep};
use super::nest::{Key, MapId, Nest};
use super::{Entry, Node, ScalarKind, Tree, Value};
use crate::source::Source;

/// Reads a file.
pub(super) fn read(source: &Source) -> Tree {
    let mut reader = Reader {
        text: source.text(),
        tokens: Tokenizer::new(source.text()),
        peeked: None,
        built: Builder::new(source),
        nest: Nest::new(source),
        map: Nest::ROOT,
        dotted: Vec::new(),
    };
    if let Err((range, message)) = reader.document() {
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
    tokens: Tokenizer<'s>,
    peeked: Option<(Range<usize>, Token<'s>)>,
    /// Builds one value at a time, and keeps comments and problems.
    built: Builder<'s>,
    nest: Nest<'s>,
    /// The map of the last header.
    map: MapId,
    /// Depths of the open maps that a dotted key of an inline table stands for.
    dotted: Vec<usize>,
}

impl<'s> Reader<'s> {
    fn document(&mut self) -> Result<(), Break> {
        loop {
            self.skip(true)?;
            match self.peek()? {
                None => return Ok(()),
                Some((_, Token::LeftBracket)) => self.header()?,
                Some(_) => self.assignment()?,
            }
            self.skip(false)?;
            match self.next()? {
                None | Some((_, Token::Newline)) => {}
                Some((range, _)) => return Err((range, "more text behind the end of an entry".to_owned())),
            }
        }
    }

    fn header(&mut self) -> Result<(), Break> {
        let start = self.expect(Token::LeftBracket, "a header")?.start;
        let is_list = matches!(self.peek()?, Some((_, Token::LeftBracket)));
        if is_list {
            self.next()?;
        }
        let mut path = self.key_path()?;
        let mut end = 0;
        for _ in 0..=usize::from(is_list) {
            end = self.expect(Token::RightBracket, "a header without its closing bracket")?.end;
        }
        let Some(last) = path.pop() else { return Ok(()) };
        let deep = || (start..end, too_deep());
        let at = self.descend(Nest::ROOT, path).ok_or_else(deep)?;
        let map = if is_list { self.nest.push_map(at, last) } else { self.nest.map(at, last) };
        self.map = map.ok_or_else(deep)?;
        self.nest.cover(self.map, start..end);
        Ok(())
    }

    fn assignment(&mut self) -> Result<(), Break> {
        let mut path = self.key_path()?;
        self.expect(Token::Equals, "a key without `=`")?;
        let Some(last) = path.pop() else { return Ok(()) };
        let place = last.1.clone();
        let at = self.descend(self.map, path).ok_or_else(|| (place, too_deep()))?;
        self.built.set_outer_depth(self.nest.depth(at));
        let read = self.value();
        // A list that breaks off keeps its first items.
        self.built.close_all();
        if let Some(node) = self.built.take_value() {
            self.nest.put(at, last, node);
        }
        read
    }

    fn descend(&mut self, from: MapId, path: Vec<Key>) -> Option<MapId> {
        path.into_iter().try_fold(from, |at, key| self.nest.map(at, key))
    }

    /// `a."b".c`, up to the token that is no part of it.
    fn key_path(&mut self) -> Result<Vec<Key>, Break> {
        let mut path = Vec::new();
        loop {
            self.skip(false)?;
            match self.next()? {
                Some((range, Token::Keylike(word))) => path.push((word.to_owned(), range)),
                Some((range, Token::String { src, val, multiline: false })) => {
                    path.push((val.into_owned(), inside(&range, src, false)));
                }
                other => return Err((self.place(other), "a key is missing".to_owned())),
            }
            self.skip(false)?;
            match self.peek()? {
                Some((_, Token::Period)) => self.next()?,
                _ => return Ok(path),
            };
        }
    }

    /// Builds one value with all that is in it.
    fn value(&mut self) -> Result<(), Break> {
        loop {
            self.skip(self.built.depth() > 0)?;
            let has_items = self.value_start()? && self.first_slot()?;
            if !has_items && !self.next_slot()? {
                return Ok(());
            }
        }
    }

    /// A scalar, or the start of a collection (true).
    fn value_start(&mut self) -> Result<bool, Break> {
        let next = self.next()?;
        match next {
            Some((range, Token::LeftBracket)) => self.opened(range, Builder::open_list),
            Some((range, Token::LeftBrace)) => self.opened(range, Builder::open_map),
            Some((range, Token::String { src, val, multiline })) => {
                self.built.scalar(val.into_owned(), ScalarKind::Text, inside(&range, src, multiline));
                Ok(false)
            }
            Some((range, Token::Keylike(_) | Token::Plus | Token::Period)) => {
                self.bare(range)?;
                Ok(false)
            }
            other => Err((self.place(other), "a value is missing".to_owned())),
        }
    }

    fn opened(&mut self, at: Range<usize>, open: fn(&mut Builder<'s>, usize) -> bool) -> Result<bool, Break> {
        if open(&mut self.built, at.start) { Ok(true) } else { Err((at, too_deep())) }
    }

    /// A number, date or word: all that stands up to a comma, bracket, comment or line end.
    fn bare(&mut self, mut range: Range<usize>) -> Result<(), Break> {
        loop {
            match self.peek()? {
                Some((more, Token::Keylike(_) | Token::Plus | Token::Period | Token::Colon)) => range.end = more.end,
                // A date and its time may have a space between them.
                Some((_, Token::Whitespace(" "))) if range.len() == "2026-11-21".len() => {}
                _ => break,
            }
            self.next()?;
        }
        if range.end == self.text.len() && self.built.depth() > 0 {
            // `12` may be the head of `123`: a value that the break may have cut says nothing.
            return Ok(());
        }
        let text = &self.text[range.clone()];
        let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_word && !matches!(text, "true" | "false" | "inf" | "nan") {
            self.built.problem(range.clone(), "a bare word that is no number, date, true or false");
        }
        self.built.scalar(text.to_owned(), ScalarKind::Plain, range);
        Ok(())
    }

    /// Behind an opening bracket: whether an item follows.
    fn first_slot(&mut self) -> Result<bool, Break> {
        self.skip(true)?;
        if self.closes()? {
            return Ok(false);
        }
        self.inline_key()?;
        Ok(true)
    }

    /// Behind a value: closes what ends here. Whether a further item follows.
    fn next_slot(&mut self) -> Result<bool, Break> {
        loop {
            while self.dotted.pop_if(|depth| *depth == self.built.depth()).is_some() {
                self.built.close(None);
            }
            if self.built.depth() == 0 {
                return Ok(false);
            }
            self.skip(true)?;
            if matches!(self.peek()?, Some((_, Token::Comma))) {
                self.next()?;
                self.skip(true)?;
                if !self.closes()? {
                    self.inline_key()?;
                    return Ok(true);
                }
            } else if !self.closes()? {
                let other = self.next()?;
                return Err((self.place(other), "a comma or a closing bracket is missing".to_owned()));
            }
        }
    }

    /// Closes the innermost collection if its bracket stands here.
    fn closes(&mut self) -> Result<bool, Break> {
        let closing = if self.built.in_map() { Token::RightBrace } else { Token::RightBracket };
        let end = match self.peek()? {
            Some((range, token)) if *token == closing => range.end,
            _ => return Ok(false),
        };
        self.next()?;
        self.built.close_with(Some(end), join_dotted);
        Ok(true)
    }

    /// The key of an inline table's entry. A dotted one opens maps that close behind its value.
    fn inline_key(&mut self) -> Result<(), Break> {
        if !self.built.in_map() {
            return Ok(());
        }
        let path = self.key_path()?;
        self.expect(Token::Equals, "a key without `=`")?;
        for (i, (key, range)) in path.into_iter().enumerate() {
            if i > 0 {
                self.opened(range.clone(), Builder::open_map)?;
                self.dotted.push(self.built.depth());
            }
            self.built.scalar(key, ScalarKind::Text, range);
        }
        Ok(())
    }

    /// Skips blanks and comments, and line ends where they mean nothing.
    fn skip(&mut self, line_ends: bool) -> Result<(), Break> {
        loop {
            match self.peek()? {
                Some((range, Token::Comment(text))) => {
                    let text = text.trim_start_matches('#');
                    self.built.comment(range, text);
                }
                Some((_, Token::Whitespace(_))) => {}
                Some((_, Token::Newline)) if line_ends => {}
                _ => return Ok(()),
            }
            self.next()?;
        }
    }

    fn peek(&mut self) -> Result<Option<(Range<usize>, &Token<'s>)>, Break> {
        if self.peeked.is_none() {
            self.peeked = self.step()?;
        }
        Ok(self.peeked.as_ref().map(|(range, token)| (range.clone(), token)))
    }

    fn next(&mut self) -> Result<Option<(Range<usize>, Token<'s>)>, Break> {
        match self.peeked.take() {
            Some(token) => Ok(Some(token)),
            None => self.step(),
        }
    }

    fn step(&mut self) -> Result<Option<(Range<usize>, Token<'s>)>, Break> {
        let start = self.tokens.current();
        match self.tokens.step() {
            Ok(token) => Ok(token.map(|(_, token)| (start..self.tokens.current(), token))),
            Err(error) => Err((start..start + 1, message(&error).to_owned())),
        }
    }

    fn expect(&mut self, token: Token<'_>, message: &str) -> Result<Range<usize>, Break> {
        self.skip(false)?;
        match self.next()? {
            Some((range, found)) if found == token => Ok(range),
            other => Err((self.place(other), message.to_owned())),
        }
    }

    fn place(&self, token: Option<(Range<usize>, Token<'_>)>) -> Range<usize> {
        token.map_or(self.text.len()..self.text.len(), |(range, _)| range)
    }
}

/// The range between the quotes of a string token; the line end behind opening triple quotes is not content.
fn inside(token: &Range<usize>, src: &str, multiline: bool) -> Range<usize> {
    if !multiline {
        return token.start + 1..token.end - 1;
    }
    let content = &src[3..];
    let line_end = usize::from(content.starts_with('\n')) + 2 * usize::from(content.starts_with("\r\n"));
    token.start + 3 + line_end..token.end - 3
}

/// Makes one map of neighbours that a dotted key split (`a.b = 1, a.c = 2`). Depth is bounded where maps are opened.
fn join_dotted(entries: Vec<Entry>) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::with_capacity(entries.len());
    let mut joined = Vec::new();
    for entry in entries {
        let last = out.len().wrapping_sub(1);
        let own = out.last_mut().filter(|own| own.key == entry.key).map(|own| &mut own.node);
        match (own, entry) {
            (
                Some(Node { value: Value::Map(own), span }),
                Entry { node: Node { value: Value::Map(more), span: to }, .. },
            ) => {
                own.extend(more);
                *span = span.to(to);
                joined.push(last);
            }
            (_, entry) => out.push(entry),
        }
    }
    joined.dedup();
    for i in joined {
        if let Value::Map(own) = &mut out[i].node.value {
            *own = join_dotted(std::mem::take(own));
        }
    }
    out
}

/// What is wrong, without the characters that toml-span would quote.
fn message(error: &Error) -> &'static str {
    match error {
        Error::InvalidEscape(..) | Error::InvalidHexEscape(..) | Error::InvalidEscapeValue(..) => {
            "an escape that TOML does not know"
        }
        Error::NewlineInString(_) | Error::UnterminatedString(_) => "a string without its closing quote",
        Error::InvalidCharInString(..) => "a control character in a string",
        _ => "an unexpected character",
    }
}
