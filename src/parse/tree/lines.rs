//! What the formats of `key = value` lines share: a place in the text that moves line by line, and entries with spans
//! for what is found there.

use std::ops::Range;

use super::{Comment, Entry, Node, Problem, Scalar, ScalarKind, Tree, Value};
use crate::source::Source;

/// A text that is read line by line.
pub(super) struct Lines<'s> {
    source: &'s Source,
    pub text: &'s str,
    /// Where the next line starts.
    pub at: usize,
    comments: Vec<Comment>,
    problems: Vec<Problem>,
}

impl<'s> Lines<'s> {
    pub fn new(source: &'s Source) -> Self {
        Self { source, text: source.text(), at: 0, comments: Vec::new(), problems: Vec::new() }
    }

    /// The next line without its end, and past it. Lines end with LF, CRLF or CR.
    pub fn next(&mut self) -> Option<Range<usize>> {
        if self.at >= self.text.len() {
            return None;
        }
        let range = self.at..self.line_end(self.at);
        self.at = self.past_line_end(range.end);
        Some(range)
    }

    /// Where the line ends that `at` is in.
    pub fn line_end(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())
    }

    /// Behind the line end that stands at `end`.
    pub fn past_line_end(&self, end: usize) -> usize {
        match &self.text.as_bytes()[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [] => end,
            _ => end + 1,
        }
    }

    /// The range without the blanks at its ends.
    pub fn trim(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
        let start = range.start + (text.len() - text.trim_ascii_start().len());
        start..(range.start + text.trim_ascii_end().len()).max(start)
    }

    /// Adds a comment that starts with a one-byte marker.
    pub fn comment(&mut self, range: Range<usize>) {
        let range = self.trim(range);
        let text = self.text.get(range.start + 1..range.end).unwrap_or("").trim().to_owned();
        self.comments.push(Comment { span: self.source.span(range), text });
    }

    /// Notes a line that can't be read.
    pub fn problem(&mut self, range: Range<usize>, message: &str) {
        let span = self.source.span(self.trim(range));
        self.problems.push(Problem { span, message: message.to_owned() });
    }

    /// An entry with a scalar.
    pub fn entry(&self, key: (String, Range<usize>), value: (String, Range<usize>), kind: ScalarKind) -> Entry {
        let node = Node { span: self.source.span(value.1), value: Value::Scalar(Scalar { text: value.0, kind }) };
        Entry { key: key.0, key_span: self.source.span(key.1), node }
    }

    /// An entry with a map that lies in `range`.
    pub fn section(&self, key: Range<usize>, range: Range<usize>, entries: Vec<Entry>) -> Entry {
        let node = Node { span: self.source.span(range), value: Value::Map(entries) };
        Entry { key: self.text[key.clone()].to_owned(), key_span: self.source.span(key), node }
    }

    /// The tree of one map, which is the whole file.
    pub fn finish(self, entries: Vec<Entry>) -> Tree {
        let root = Node { span: self.source.span(0..self.text.len()), value: Value::Map(entries) };
        Tree { roots: vec![root], comments: self.comments, problems: self.problems }
    }
}
