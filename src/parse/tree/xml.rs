//! XML: in comes a source, out goes a tree. The root is a map with one entry, the root element by its local name. An
//! element of nothing but text is a scalar; any other is a map of its attributes (`@name`), its child elements in
//! order, and its stretches of text (`#text`). Namespace prefixes are dropped, namespace declarations are no entries,
//! text is trimmed of the white space around it.
//!
//! One reader of events (quick-xml) serves whole, broken and huge files alike; tests hold it against `roxmltree`.

mod entity;

use std::borrow::Cow;
use std::ops::Range;

use quick_xml::Reader as Events;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::events::{BytesStart, Event};

use self::entity::Entities;
use super::build::too_deep;
use super::{Comment, Entry, MAX_DEPTH, Node, Problem, Scalar, ScalarKind, Tree, Value};
use crate::source::Source;

/// Reads a file.
pub(super) fn read(source: &Source) -> Tree {
    let mut reader =
        Reader { source, text: source.text(), tree: Tree::default(), open: Vec::new(), entities: Entities::default() };
    let mut events = Events::from_str(source.text());
    events.config_mut().allow_dangling_amp = true;
    loop {
        let start = events.buffer_position() as usize;
        let range = |events: &Events<&[u8]>| start..events.buffer_position() as usize;
        let next = match events.read_event() {
            Ok(Event::Eof) => break,
            Ok(event) => reader.event(event, range(&events)),
            Err(error) => {
                let at = (events.error_position() as usize).max(start);
                Err((at..at + 1, message(&error).to_owned()))
            }
        };
        if let Err((at, message)) = next {
            reader.problem(at, message);
            break;
        }
    }
    reader.finish()
}

/// Where reading ends, and why.
type Break = (Range<usize>, String);

struct Reader<'s> {
    source: &'s Source,
    text: &'s str,
    tree: Tree,
    open: Vec<Element>,
    entities: Entities,
}

/// An element that is not yet closed.
struct Element {
    name: Range<usize>,
    /// Behind the start tag.
    content: usize,
    entries: Vec<Entry>,
    /// The stretch of text that is being read.
    run: Option<Run>,
}

/// Text, references and CDATA sections with no tag between them.
struct Run {
    text: String,
    /// White space that is part of the text only if more follows.
    tail: String,
    range: Range<usize>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) -> Result<(), Break> {
        match event {
            Event::Start(tag) => self.start(&tag, range)?,
            Event::Empty(tag) => {
                let content = range.end - 2;
                self.start(&tag, range.clone())?;
                self.end(content, range.end);
            }
            Event::End(_) => self.end(range.start, range.end),
            Event::Text(_) => {
                let text = fold_line_ends(&self.text[range.clone()]);
                self.append(&text, range, Piece::Text)?;
            }
            Event::GeneralRef(_) => {
                let raw = self.text[range.clone()].trim_start_matches('&').trim_end_matches(';');
                match self.entities.resolve(raw) {
                    Ok(text) => self.append(&text, range, Piece::Reference)?,
                    Err(message) => {
                        self.problem(range.clone(), message.to_owned());
                        let raw = &self.text[range.clone()];
                        self.append(raw, range, Piece::Reference)?;
                    }
                }
            }
            Event::CData(_) => {
                let inner = range.start + "<![CDATA[".len()..range.end - "]]>".len();
                let text = fold_line_ends(&self.text[inner.clone()]);
                self.append(&text, inner, Piece::CData)?;
            }
            Event::Comment(_) => {
                let text = self.text[range.start + 4..range.end - 3].trim().to_owned();
                self.tree.comments.push(Comment { span: self.source.span(range), text });
            }
            Event::DocType(_) => {
                if let Err(message) = self.entities.declare(&self.text[range.clone()]) {
                    self.problem(range, message.to_owned());
                }
            }
            Event::Decl(_) | Event::PI(_) | Event::Eof => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: &BytesStart<'_>, range: Range<usize>) -> Result<(), Break> {
        if self.open.len() + 2 > MAX_DEPTH {
            return Err((range, too_deep()));
        }
        if self.open.is_empty() && !self.tree.roots.is_empty() {
            return Err((range, "more than one root element".to_owned()));
        }
        self.end_run();
        let tag_start = range.start + 1;
        let entries = self.attributes(tag, tag_start)?;
        let name = local(tag_start..tag_start + tag.name().0.len(), self.text);
        self.open.push(Element { name, content: range.end, entries, run: None });
        Ok(())
    }

    fn attributes(&mut self, tag: &BytesStart<'_>, tag_start: usize) -> Result<Vec<Entry>, Break> {
        let mut entries = Vec::new();
        if tag.attributes_raw().iter().all(u8::is_ascii_whitespace) {
            return Ok(entries);
        }
        // Keys and values are slices of the tag: their places follow from their addresses.
        let base = tag.as_ptr() as usize;
        let place = |part: &[u8]| {
            let start = tag_start + (part.as_ptr() as usize).saturating_sub(base);
            start..start + part.len()
        };
        let mut attributes = tag.attributes();
        for attribute in attributes.with_checks(false) {
            let Ok(attribute) = attribute else {
                return Err((tag_start - 1..tag_start, "an attribute that is not well formed".to_owned()));
            };
            let name = place(attribute.key.0);
            let raw_name = &self.text[name.clone()];
            if raw_name == "xmlns" || raw_name.starts_with("xmlns:") {
                continue;
            }
            let key_range = local(name, self.text);
            let key = format!("@{}", &self.text[key_range.clone()]);
            let range = place(&attribute.value);
            let text = self.entities.unescape(&self.text[range.clone()]).unwrap_or_else(|message| {
                self.problem(range.clone(), message.to_owned());
                self.text[range.clone()].to_owned()
            });
            entries.push(Entry { key, key_span: self.source.span(key_range), node: self.scalar(text, range) });
        }
        Ok(entries)
    }

    /// Adds to the current stretch of text. Only plain text is trimmed: white space that was written as a reference
    /// or in a CDATA section was meant.
    fn append(&mut self, text: &str, mut range: Range<usize>, piece: Piece) -> Result<(), Break> {
        let (mut body, mut tail) = (text, "");
        if piece == Piece::Text {
            body = text.trim_ascii_end();
            tail = &text[body.len()..];
            range.end = range.start + self.text[range.clone()].trim_ascii_end().len();
        }
        let blank = body.is_empty() && piece == Piece::Text;
        let Some(element) = self.open.last_mut() else {
            return if blank { Ok(()) } else { Err((range, "text outside the root element".to_owned())) };
        };
        if blank {
            element.run.iter_mut().for_each(|run| run.tail.push_str(tail));
            return Ok(());
        }
        if element.run.is_none() && piece == Piece::Text {
            body = body.trim_ascii_start();
            range.start = range.end - self.text[range.clone()].trim_ascii_start().len();
        }
        let run =
            element.run.get_or_insert_with(|| Run { text: String::new(), tail: String::new(), range: range.clone() });
        run.text.push_str(&run.tail);
        run.text.push_str(body);
        run.range.end = range.end;
        run.tail.clear();
        run.tail.push_str(tail);
        Ok(())
    }

    /// Turns the stretch of text before a tag into an entry.
    fn end_run(&mut self) {
        let Some(run) = self.open.last_mut().and_then(|e| e.run.take()) else { return };
        let entry = self.text_entry(run);
        if let Some(element) = self.open.last_mut() {
            element.entries.push(entry);
        }
    }

    /// `#text` has no bytes for its key: the key's span is that of the text.
    fn text_entry(&self, run: Run) -> Entry {
        let node = self.scalar(run.text, run.range);
        Entry { key: "#text".to_owned(), key_span: node.span, node }
    }

    fn scalar(&self, text: String, range: Range<usize>) -> Node {
        Node { span: self.source.span(range), value: Value::Scalar(Scalar { text, kind: ScalarKind::Text }) }
    }

    /// Closes the innermost element. `content_end` is where its end tag starts, `end` is behind it.
    fn end(&mut self, content_end: usize, end: usize) {
        let Some(mut element) = self.open.pop() else { return };
        let text = element.run.take().map(|run| self.text_entry(run));
        let node = if !element.entries.is_empty() {
            element.entries.extend(text);
            let span = self.source.span(element.name.start.saturating_sub(1)..end);
            Node { span, value: Value::Map(element.entries) }
        } else if let Some(text) = text {
            text.node
        } else {
            let at = element.content.min(content_end);
            self.scalar(String::new(), at..at)
        };
        let key = self.text[element.name.clone()].to_owned();
        let entry = Entry { key, key_span: self.source.span(element.name), node };
        match self.open.last_mut() {
            Some(parent) => parent.entries.push(entry),
            None => {
                let node = Node { span: entry.key_span.to(entry.node.span), value: Value::Map(vec![entry]) };
                self.tree.roots.push(node);
            }
        }
    }

    fn finish(mut self) -> Tree {
        if !self.open.is_empty() && self.tree.problems.is_empty() {
            let end = self.text.len();
            self.problem(end..end, "the file ends inside an element".to_owned());
        }
        // Text that the break cut off says nothing.
        while let Some(element) = self.open.last_mut() {
            element.run = None;
            let end = element.content.max(element.name.end);
            self.end(end, end);
        }
        self.tree
    }

    fn problem(&mut self, range: Range<usize>, message: String) {
        self.tree.problems.push(Problem { span: self.source.span(range), message });
    }
}

/// What a stretch of text is made of. Only plain text is trimmed.
#[derive(Clone, Copy, PartialEq)]
enum Piece {
    Text,
    Reference,
    CData,
}

/// Line ends of every kind are one character to an XML reader (XML 1.0, 2.11).
fn fold_line_ends(raw: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\r', raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The part of a name behind its namespace prefix.
fn local(name: Range<usize>, text: &str) -> Range<usize> {
    let prefix = text[name.clone()].rfind(':').map_or(0, |i| i + 1);
    name.start + prefix..name.end
}

/// What is wrong, without the names that quick-xml would quote.
fn message(error: &Error) -> &'static str {
    match error {
        Error::Syntax(SyntaxError::UnclosedComment) => "a comment that does not end",
        Error::Syntax(SyntaxError::UnclosedCData) => "a CDATA section that does not end",
        Error::Syntax(SyntaxError::UnclosedDoctype) => "a document type that does not end",
        Error::Syntax(SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl) => {
            "a processing instruction that does not end"
        }
        Error::Syntax(_) => "a tag that does not end",
        Error::IllFormed(IllFormedError::MismatchedEndTag { .. }) => "an end tag for another element",
        Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => "an end tag without its element",
        _ => "not well-formed XML",
    }
}
