//! The event reader: in come the bytes of a window, a token at a time, out come values and records for [`Rows`].
//!
//! It forgives what people write (comments, trailing commas, single quotes) and goes on behind what it can't read. Its
//! stack is on the heap and bounded; what is nested deeper is skipped by counting brackets.

use super::super::Visitor;
use super::super::trouble::Troubles;
use super::super::window::Window;
use super::Layout;
use super::rows::{Form, Rows, Value};
use super::scan::{self, Str};
use super::shape::{NodeId, Shape};
use super::text;
use crate::parse::table::Cell;
use crate::source::Span;

/// Containers that are open at once; what is deeper is skipped.
const MOST_DEPTH: usize = 64;

/// Comments are handed on from the beginning of the file only.
const PREAMBLE: u64 = 64 << 10;

const TOO_DEEP: &str = "lists and objects are nested deeper than 64 levels: the inner ones are not read";
const UNEXPECTED: &str = "this is not expected here in JSON";
const UNCLOSED: &str = "the file ends inside a list or object";
const UNCLOSED_LINE: &str = "the line ends inside a record";
const NO_RECORD: &str = "a value stands outside of any record";
const OPEN_STRING: &str = "a string is not closed on its line";
const NO_SUCH_CLOSE: &str = "a bracket closes what is not open";
const MANY_KEYS: &str = "there are more different keys than can be columns: the values of further ones are not read";
pub(super) const MANY_VALUES: &str = "a file of JSON holds more than one value: only lists of records in them are read";

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    Key,
    Colon,
    Comma,
}

/// An open list or object.
struct Frame {
    object: bool,
    node: NodeId,
    /// Guess at the position of the next key among the node's keys.
    hint: usize,
    /// The key that leads here, for the column of a list's scalars.
    key: Span,
    /// The object is a record.
    record: bool,
}

/// See the module.
pub(super) struct Machine {
    layout: Layout,
    shape: Shape,
    rows: Rows,
    frames: Vec<Frame>,
    next: Next,
    /// The key whose value is awaited: its place in the tree, none if it has none, and its bytes.
    key: (Option<NodeId>, Span),
    /// Containers that are open within something that is skipped.
    skipped: usize,
    /// Inside a string that is too long to hold.
    lost: Option<u8>,
    /// The next byte, as an offset in the whole text.
    at: u64,
    /// Values at the root so far.
    roots: usize,
}

impl Machine {
    pub fn new(layout: Layout, at: u64) -> Self {
        Self {
            layout,
            shape: Shape::new(),
            rows: Rows::default(),
            frames: Vec::new(),
            next: Next::Value,
            key: (None, Span::whole(crate::source::FileId(0))),
            skipped: 0,
            lost: None,
            at,
            roots: 0,
        }
    }

    /// Where reading goes on.
    pub fn cursor(&self) -> u64 {
        self.at
    }

    /// From where on the text must be held: the outermost open record, unless it is too long to be held.
    pub fn keep(&mut self, window: &Window<'_>, troubles: &mut Troubles) -> u64 {
        let Some(from) = self.rows.outermost() else { return self.at };
        let from = from.max(window.offset());
        if self.at.saturating_sub(from) <= window.bounds().held as u64 {
            return from;
        }
        self.rows.spill(window, troubles);
        self.at
    }

    /// Reads all tokens that are whole in the window.
    pub fn run(&mut self, window: &Window<'_>, visitor: &mut dyn Visitor, troubles: &mut Troubles) {
        let mut cells = Vec::new();
        let data = window.data();
        let mut pos = usize::try_from(self.at.saturating_sub(window.offset())).unwrap_or(usize::MAX);
        if let Some(quote) = self.lost {
            match scan::string(data, pos, quote, window.ended()) {
                None => pos = data.len(),
                Some(string) => {
                    (pos, self.lost) = (string.next, None);
                    self.after_value();
                }
            }
        }
        while let Some(next) = self.token(pos, window, &mut cells, visitor, troubles) {
            pos = next;
        }
        // A token that is cut off is looked at again from its start, white space before it is not.
        pos += data[pos.min(data.len())..].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        self.at = window.offset() + pos.min(data.len()) as u64;
    }

    /// Reads one token; none if it is not whole, or nothing is left.
    fn token<'d>(
        &mut self,
        pos: usize,
        window: &'d Window<'_>,
        cells: &mut Vec<Cell<'d>>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) -> Option<usize> {
        let data = window.data();
        let first = *data.get(pos)?;
        match first {
            b' ' | b'\t' | b'\r' | 0x1E => Some(pos + 1),
            b'\n' => {
                if self.layout == Layout::Lines && (!self.frames.is_empty() || self.skipped > 0) {
                    troubles.note(UNCLOSED_LINE, window.span(pos..pos + 1));
                    self.close_all(window, pos, cells, visitor, troubles);
                }
                Some(pos + 1)
            }
            b'"' | b'\'' => {
                let Str { inside, next, escaped } = scan::string(data, pos + 1, first, window.ended())?;
                if next == inside.end {
                    troubles.note(OPEN_STRING, window.span(pos..pos + 1));
                }
                self.word(inside, if escaped { Form::Escaped } else { Form::Text }, window, troubles);
                Some(next)
            }
            b'{' | b'[' => {
                self.open(first == b'{', pos, window, troubles);
                Some(pos + 1)
            }
            b'}' | b']' => {
                self.close(first == b'}', pos, window, cells, visitor, troubles);
                Some(pos + 1)
            }
            b':' | b',' => {
                self.separator(first, pos, window, troubles);
                Some(pos + 1)
            }
            b'/' => self.comment(pos, window, visitor, troubles),
            _ => self.bare(pos, window, troubles),
        }
    }

    /// A string or bare word: a key or a value.
    fn word(&mut self, range: std::ops::Range<usize>, form: Form, window: &Window<'_>, troubles: &mut Troubles) {
        if self.skipped > 0 {
            return;
        }
        if matches!(self.next, Next::Colon | Next::Comma) {
            troubles.note(UNEXPECTED, window.span(range.clone()));
            self.next = match (self.next, self.frames.last()) {
                (Next::Comma, Some(Frame { object: true, .. })) => Next::Key,
                _ => Next::Value,
            };
        }
        if self.next == Next::Key {
            return self.read_key(range, form, window);
        }
        if self.frames.is_empty() && self.layout == Layout::Lines {
            troubles.note(NO_RECORD, window.span(range.clone()));
        }
        if let Some((Some(node), key)) = self.place()
            && self.rows.is_open()
        {
            let start = window.offset() + range.start as u64;
            self.rows.push(Value::new(node, key, window.span(range.clone()), start, range.len(), form), troubles);
        }
        self.after_value();
    }

    fn read_key(&mut self, range: std::ops::Range<usize>, form: Form, window: &Window<'_>) {
        let raw = &window.data()[range.clone()];
        let decoded;
        let key = match form {
            Form::Escaped => {
                decoded = text::decode(raw, true).0;
                decoded.as_bytes()
            }
            _ => raw,
        };
        let node = match self.frames.last_mut() {
            Some(frame) => self.shape.child(frame.node, key, &mut frame.hint),
            None => None,
        };
        self.key = (node, window.span(range));
        self.next = Next::Colon;
    }

    /// Where a value that begins now stands: its node, none if it is not read, and its key. None at the root.
    fn place(&self) -> Option<(Option<NodeId>, Span)> {
        let frame = self.frames.last()?;
        Some(if frame.object { self.key } else { (Some(frame.node), frame.key) })
    }

    fn after_value(&mut self) {
        self.next = if self.frames.is_empty() { Next::Value } else { Next::Comma };
    }

    fn open(&mut self, object: bool, pos: usize, window: &Window<'_>, troubles: &mut Troubles) {
        if self.skipped > 0 {
            self.skipped += 1;
            return;
        }
        let here = || window.span(pos..pos + 1);
        if self.next != Next::Value {
            troubles.note(UNEXPECTED, here());
        }
        let in_list = self.frames.last().is_none_or(|f| !f.object);
        let (place, key) = self.place().unwrap_or((Some(Shape::ROOT), here()));
        if self.frames.is_empty() {
            self.roots += 1;
            if self.layout == Layout::Document && self.roots == 2 {
                troubles.note(MANY_VALUES, here());
            }
        }
        let record = object && in_list && (!self.frames.is_empty() || self.layout != Layout::Document);
        let node = if record { place.and_then(|list| self.shape.items(list)) } else { place };
        let deep = self.frames.len() >= MOST_DEPTH;
        let Some(node) = node.filter(|_| !deep) else {
            troubles.note(if deep { TOO_DEEP } else { MANY_KEYS }, here());
            self.skipped = 1;
            return;
        };
        if record {
            self.rows.open(node, window.offset() + pos as u64);
        }
        self.frames.push(Frame { object, node, hint: 0, key, record });
        self.next = if object { Next::Key } else { Next::Value };
    }

    fn close<'d>(
        &mut self,
        object: bool,
        pos: usize,
        window: &'d Window<'_>,
        cells: &mut Vec<Cell<'d>>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) {
        if self.skipped > 0 {
            self.skipped -= 1;
            if self.skipped == 0 {
                self.after_value();
            }
            return;
        }
        if !self.frames.iter().rev().any(|f| f.object == object) {
            return troubles.note(NO_SUCH_CLOSE, window.span(pos..pos + 1));
        }
        while let Some(frame) = self.frames.pop() {
            if frame.record {
                self.rows.close(&self.shape, self.layout, window, pos + 1, cells, visitor, troubles);
            }
            if frame.object == object {
                break;
            }
            troubles.note(NO_SUCH_CLOSE, window.span(pos..pos + 1));
        }
        self.after_value();
    }

    fn separator(&mut self, byte: u8, pos: usize, window: &Window<'_>, troubles: &mut Troubles) {
        if self.skipped > 0 {
            return;
        }
        let in_object = self.frames.last().is_some_and(|f| f.object);
        self.next = match (byte, self.next) {
            (b':', Next::Colon) => Next::Value,
            (b',', Next::Comma) => {
                if in_object {
                    Next::Key
                } else {
                    Next::Value
                }
            }
            // Records separated by commas without a list around them.
            (b',', Next::Value) if self.frames.is_empty() && self.layout != Layout::Document => Next::Value,
            _ => {
                troubles.note(UNEXPECTED, window.span(pos..pos + 1));
                if byte == b',' && in_object { Next::Key } else { Next::Value }
            }
        };
    }

    fn comment(
        &mut self,
        pos: usize,
        window: &Window<'_>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) -> Option<usize> {
        let data = window.data();
        let Some((inside, next)) = scan::comment(data, pos, window.ended())? else {
            troubles.note(UNEXPECTED, window.span(pos..pos + 1));
            return Some(pos + 1);
        };
        if window.offset() + (inside.start as u64) < PREAMBLE {
            let text = String::from_utf8_lossy(&data[inside.clone()]);
            visitor.preamble(window.span(inside.clone()), text.trim());
        }
        Some(next)
    }

    /// A number, a literal, or a key without quotes.
    fn bare(&mut self, pos: usize, window: &Window<'_>, troubles: &mut Troubles) -> Option<usize> {
        let data = window.data();
        let len = scan::bare(data, pos, window.ended())?;
        let raw = &data[pos..pos + len];
        let is_word = !raw.is_empty()
            && raw.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.' | b'_' | b'$'));
        if !is_word {
            if self.skipped == 0 {
                troubles.note(UNEXPECTED, window.span(pos..pos + len.max(1)));
            }
            return Some(pos + len.max(1));
        }
        self.word(pos..pos + len, if raw == b"null" { Form::Null } else { Form::Plain }, window, troubles);
        Some(pos + len)
    }

    /// Gives up the token at the cursor, which is longer than may be held.
    pub fn lose_token(&mut self, window: &Window<'_>) {
        let data = window.data();
        let pos = usize::try_from(self.at.saturating_sub(window.offset())).unwrap_or(usize::MAX);
        let first = data.get(pos).copied().filter(|b| matches!(b, b'"' | b'\''));
        self.at = window.offset() + data.len() as u64;
        self.lost = first;
    }

    /// The file has ended: what is still open is handed over as far as it came.
    pub fn end(&mut self, window: &Window<'_>, visitor: &mut dyn Visitor, troubles: &mut Troubles) {
        if !self.frames.is_empty() || self.skipped > 0 || self.lost.is_some() {
            let end = window.data().len();
            troubles.note(UNCLOSED, window.span(end..end));
            self.close_all(window, end, &mut Vec::new(), visitor, troubles);
        }
    }

    fn close_all<'d>(
        &mut self,
        window: &'d Window<'_>,
        pos: usize,
        cells: &mut Vec<Cell<'d>>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) {
        while let Some(frame) = self.frames.pop() {
            if frame.record {
                self.rows.close(&self.shape, self.layout, window, pos, cells, visitor, troubles);
            }
        }
        self.skipped = 0;
        self.next = Next::Value;
    }
}
