//! Places of one file, found in one pass: in come byte offsets, out come lines and columns, and the lines' text cut
//! to a window.
//!
//! A report points at a handful of places of a file that may be hundreds of megabytes long, or one line of forty.
//! So nothing here holds more of a file than a buffer, no place is searched for twice, and reading stops behind the
//! last one. What comes out is what [`LineIndex`](super::LineIndex) would say of the same file.

mod encoded;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use encoded::{boundary_behind, characters, decode, floor_boundary, line_len, newlines, whole_characters};

use super::{Encoding, FileId, Files, Origin, Position, Span};

/// How much of a line is read on each side of a place. Wide enough that a value which is cut by the frame of a
/// terminal is still known whole, and so can be masked.
const REACH: u64 = 2048;

/// How much is read at a time while lines are counted.
const CHUNK: usize = 128 * 1024;

/// An opened file whose places can be asked for.
#[derive(Debug)]
pub struct Places {
    id: FileId,
    bytes: Bytes,
    len: u64,
    encoding: Encoding,
}

/// A position together with the start of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// For people.
    pub position: Position,
    /// Byte offset at which the line starts.
    pub line_start: u32,
}

/// A line's text around a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// 1-based line.
    pub line: u32,
    /// The text without its line end; the whole line unless it was cut.
    pub text: String,
    /// The part of `text` that the span covers, in bytes; ends with the line where the span goes on.
    pub range: Range<usize>,
    /// The line goes on before the text.
    pub cut_left: bool,
    /// The line goes on behind the text.
    pub cut_right: bool,
    /// Where the text begins on disk, and each of the file's marked spans that reach into it, as ranges of `text`.
    pub start: u32,
}

#[derive(Debug)]
enum Bytes {
    Disk(File),
    Memory(Arc<[u8]>),
}

impl Places {
    /// Opens a file.
    pub fn open(files: &Files, id: FileId) -> io::Result<Self> {
        let (mut bytes, len) = match &files.get(id).origin {
            Origin::Disk(path) => {
                let file = File::open(path)?;
                let len = file.metadata()?.len();
                (Bytes::Disk(file), len)
            }
            Origin::Memory(bytes) => (Bytes::Memory(Arc::clone(bytes)), bytes.len() as u64),
        };
        let encoding = Encoding::detect(&bytes.read(0, 4)?);
        Ok(Self { id, bytes, len, encoding })
    }

    /// The marks of offsets, which must be sorted. Offsets behind the end of the file stand at its end.
    pub fn marks(&mut self, offsets: &[u32]) -> io::Result<Vec<Mark>> {
        let mut counter = Counter::new(self.encoding);
        let mut out = Vec::with_capacity(offsets.len());
        let mut rest: Vec<u8> = Vec::new();
        let mut pending = offsets.iter().copied().peekable();
        while pending.peek().is_some() {
            let from = counter.at + rest.len() as u64;
            let read = self.bytes.read(from, CHUNK)?;
            let last = read.is_empty();
            rest.extend_from_slice(&read);
            let whole = if last { rest.len() } else { whole_characters(&rest, self.encoding) };
            let mut done = 0;
            while let Some(&offset) = pending.peek() {
                let ahead = u64::from(offset).saturating_sub(counter.at);
                if ahead > (whole - done) as u64 && !last {
                    break;
                }
                let step = floor_boundary(&rest[done..whole], ahead as usize, self.encoding);
                counter.advance(&rest[done..done + step]);
                done += step;
                out.push(counter.mark(offset));
                pending.next();
            }
            counter.advance(&rest[done..whole]);
            rest.drain(..whole);
            if last {
                break;
            }
        }
        Ok(out)
    }

    /// The line that `mark` stands on, cut around the part of `span` that lies on it.
    pub fn window(&mut self, mark: Mark, span: Span) -> io::Result<Window> {
        let line_start = u64::from(mark.line_start);
        let from = u64::from(span.start).max(line_start);
        let start = from.saturating_sub(REACH).max(line_start);
        let to = u64::from(span.end).clamp(from, from + REACH);
        let mut bytes = self.bytes.read(start, (to + REACH - start) as usize)?;
        let lead = if start > line_start { boundary_behind(&bytes, self.encoding) } else { 0 };
        bytes.drain(..lead);
        let start = start + lead as u64;
        let read_to = start + bytes.len() as u64;
        let line_len = line_len(&bytes, (from - start) as usize, self.encoding);
        bytes.truncate(line_len.unwrap_or_else(|| whole_characters(&bytes, self.encoding)));
        let inside =
            |at: u64| decode(&bytes[..(at.saturating_sub(start) as usize).min(bytes.len())], self.encoding).len();
        let mut text = decode(&bytes, self.encoding);
        let mut range = inside(from)..inside(to);
        if line_len.is_some() || read_to >= self.len {
            text.truncate(text.trim_end_matches('\r').len());
        }
        range.end = range.end.min(text.len());
        range.start = range.start.min(range.end);
        Ok(Window {
            line: mark.position.line,
            cut_left: start > line_start,
            cut_right: line_len.is_none() && read_to < self.len,
            start: start as u32,
            text,
            range,
        })
    }

    /// The ranges of a window's text that spans of this file cover; those that only touch it are left out.
    pub fn ranges_in(&mut self, window: &Window, spans: &[Span]) -> io::Result<Vec<Range<usize>>> {
        let start = u64::from(window.start);
        let len = (window.text.len() * 2) as u64;
        let near: Vec<&Span> = spans
            .iter()
            .filter(|s| s.file == self.id && u64::from(s.end) > start && u64::from(s.start) < start + len)
            .collect();
        if near.is_empty() {
            return Ok(Vec::new());
        }
        let bytes = self.bytes.read(start, len as usize)?;
        let inside = |at: u32| {
            let cut = (u64::from(at).saturating_sub(start) as usize).min(bytes.len());
            decode(&bytes[..cut], self.encoding).len().min(window.text.len())
        };
        Ok(near.into_iter().map(|s| inside(s.start)..inside(s.end)).filter(|r| !r.is_empty()).collect())
    }
}

impl Bytes {
    /// At most `len` bytes from `at`; fewer only at the end of the file.
    fn read(&mut self, at: u64, len: usize) -> io::Result<Vec<u8>> {
        match self {
            Self::Disk(file) => {
                file.seek(SeekFrom::Start(at))?;
                let mut out = Vec::with_capacity(len);
                file.take(len as u64).read_to_end(&mut out)?;
                Ok(out)
            }
            Self::Memory(bytes) => {
                let at = (at as usize).min(bytes.len());
                Ok(bytes[at..at.saturating_add(len).min(bytes.len())].to_vec())
            }
        }
    }
}

/// Where counting has come to.
struct Counter {
    encoding: Encoding,
    at: u64,
    line: u32,
    line_start: u64,
    column: u32,
}

impl Counter {
    fn new(encoding: Encoding) -> Self {
        let at = encoding.bom_len() as u64;
        Self { encoding, at, line: 1, line_start: at, column: 1 }
    }

    /// Takes whole characters.
    fn advance(&mut self, bytes: &[u8]) {
        let (lines, behind) = newlines(bytes, self.encoding);
        if lines > 0 {
            self.line += lines;
            self.line_start = self.at + behind as u64;
            self.column = 1;
        }
        self.column += characters(&bytes[behind..], self.encoding);
        self.at += bytes.len() as u64;
    }

    fn mark(&self, offset: u32) -> Mark {
        let position = Position { line: self.line, column: self.column, offset };
        Mark { position, line_start: self.line_start as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FileEntry, LineIndex, Source};
    use super::*;
    use proptest::prelude::*;

    fn files(bytes: &[u8]) -> Files {
        let entry = FileEntry {
            path: "a".into(),
            origin: Origin::Memory(bytes.into()),
            size: bytes.len() as u64,
            tracked: true,
        };
        Files::new(vec![entry])
    }

    fn encoded(text: &str, form: u8) -> Vec<u8> {
        match form {
            0 => text.as_bytes().to_vec(),
            1 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            2 => [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
            _ => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
        }
    }

    proptest! {
        #[test]
        fn marks_and_windows_are_what_the_line_index_says(
            lines in proptest::collection::vec("[a-zé😀 \t]{0,40}", 0..12),
            crlf: bool, form in 0u8..4, long in 0usize..9000, a in 0usize..600, b in 0usize..600,
        ) {
            let mut text = lines.join(if crlf { "\r\n" } else { "\n" });
            text.push_str(&"é€😀".repeat(long / 9));
            let bytes = encoded(&text, form);
            let source = Source::new(FileId(0), "a".into(), bytes.clone());
            let span = source.span(a.min(b)..a.max(b));
            let index = LineIndex::new(source);
            let (start, end) = index.positions(span);
            let mut places = Places::open(&files(&bytes), FileId(0)).unwrap();
            let marks = places.marks(&[span.start, span.end]).unwrap();
            prop_assert_eq!((marks[0].position, marks[1].position), (start, end));
            let window = places.window(marks[0], span).unwrap();
            let line = index.line(start.line);
            prop_assert!(line.contains(&window.text));
            if !window.cut_left && !window.cut_right {
                prop_assert_eq!(&window.text, line);
            }
            let shown = &window.text[window.range.clone()];
            prop_assert!(index.text()[index.text_range(span)].starts_with(shown), "{shown:?}");
        }

        #[test]
        fn invalid_bytes_are_counted_as_they_are_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0u32..300) {
            prop_assume!(Encoding::detect(&bytes) == Encoding::Utf8);
            let index = LineIndex::new(Source::new(FileId(0), "a".into(), bytes.clone()));
            let at = at.min(bytes.len() as u32);
            // Only offsets that a span can have: those at which a decoded character begins.
            let at = index.text_range(Span { file: FileId(0), start: at, end: at }).start;
            let offset = Source::new(FileId(0), "a".into(), bytes.clone()).span(at..at).start;
            let mut places = Places::open(&files(&bytes), FileId(0)).unwrap();
            prop_assert_eq!(places.marks(&[offset]).unwrap()[0].position, index.position(offset));
        }
    }

    #[test]
    fn a_place_deep_in_one_long_line_costs_a_window() {
        let text = format!("[{}\"here\"{}]", "1,".repeat(400_000), ",2".repeat(400_000));
        let at = text.find("\"here").unwrap() as u32;
        let mut places = Places::open(&files(text.as_bytes()), FileId(0)).unwrap();
        let span = Span { file: FileId(0), start: at, end: at + 6 };
        let mark = places.marks(&[at]).unwrap()[0];
        assert_eq!((mark.position.line, mark.position.column), (1, at + 1));
        let window = places.window(mark, span).unwrap();
        assert!(window.cut_left && window.cut_right && window.text.len() < 5000);
        assert_eq!(&window.text[window.range], "\"here\"");
    }

    #[test]
    fn a_marked_span_is_found_in_the_window() {
        let text = "a: é-secret\nb: x\n";
        let mut places = Places::open(&files(text.as_bytes()), FileId(0)).unwrap();
        let span = Source::from_str(FileId(0), "a", text).span(3..12);
        let mark = places.marks(&[span.start]).unwrap()[0];
        let window = places.window(mark, Span { end: span.start + 1, ..span }).unwrap();
        let ranges = places.ranges_in(&window, &[span]).unwrap();
        assert_eq!(&window.text[ranges[0].clone()], "é-secret");
    }
}
