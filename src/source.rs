//! Files as the rest of the program sees them: in come paths and bytes, out come [`Source`]s, whose text is UTF-8
//! and whose every position can be given as a [`Span`] of bytes *on disk*.
//!
//! This is the only module that knows encodings, and the only one where offsets become lines and columns.

pub mod locate;

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A file of this run: an index into [`Files`], given out in path order, so that it is the same in every run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct FileId(pub u32);

/// A stretch of bytes of one file as it lies on disk (a byte order mark counts). Empty at 0 means the whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file that holds the bytes.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The whole file: what a fact about a file, not about a place in it, points at.
    pub const fn whole(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// Whether this span stands for the whole file.
    pub const fn is_whole(self) -> bool {
        self.start == 0 && self.end == 0
    }

    /// The smallest span that covers both; both must be of one file, else `self` is returned.
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Where the bytes of a file come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A file on disk.
    Disk(PathBuf),
    /// Bytes that are only in memory: standard input, a blob of the git index, a file of a rule page.
    Memory(Arc<[u8]>),
}

/// One file of the run, known but not yet read.
#[derive(Debug, Clone)]
pub struct FileEntry {
    /// Relative to the root, with `/` on every system.
    pub path: Arc<str>,
    /// Where to read it.
    pub origin: Origin,
    /// Size in bytes on disk.
    pub size: u64,
    /// Whether the git index holds the path.
    pub tracked: bool,
}

/// All files of the run in path order; a [`FileId`] is an index into it.
#[derive(Debug, Clone, Default)]
pub struct Files {
    entries: Vec<FileEntry>,
}

impl Files {
    /// Sorts by path and drops repeats of one path (the first wins), so that ids are the same in every run.
    pub fn new(mut entries: Vec<FileEntry>) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|b, a| a.path == b.path);
        Self { entries }
    }

    /// Number of files.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no file at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of an id that this table gave out.
    pub fn get(&self, id: FileId) -> &FileEntry {
        &self.entries[id.0 as usize]
    }

    /// The relative path of a file.
    pub fn path(&self, id: FileId) -> &str {
        &self.get(id).path
    }

    /// The id of a relative path, by binary search.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.entries.binary_search_by(|e| (*e.path).cmp(path)).ok().map(|i| FileId(i as u32))
    }

    /// The ids of all files below a folder (without a slash at its end), in path order. The empty folder holds all.
    pub fn below(&self, folder: &str) -> impl DoubleEndedIterator<Item = FileId> + use<> {
        let side = |end: u8| {
            self.entries.partition_point(|e| {
                let path = e.path.as_bytes();
                let head = &path[..path.len().min(folder.len())];
                // A folder's files lie between `folder/` and the next byte in its place.
                (head, path.get(folder.len()).copied().unwrap_or(0)) < (folder.as_bytes(), end)
            }) as u32
        };
        let range = if folder.is_empty() { 0..self.entries.len() as u32 } else { side(b'/')..side(b'/' + 1) };
        range.map(FileId)
    }

    /// All ids with their entries, in path order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &FileEntry)> {
        self.entries.iter().enumerate().map(|(i, e)| (FileId(i as u32), e))
    }

    /// The bytes of a file as they are on disk.
    pub fn read(&self, id: FileId) -> std::io::Result<Vec<u8>> {
        match &self.get(id).origin {
            Origin::Disk(path) => std::fs::read(path),
            Origin::Memory(bytes) => Ok(bytes.to_vec()),
        }
    }
}

/// How a file's bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or bytes that are not quite: an invalid byte becomes U+FFFD.
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8Bom,
    /// UTF-16, little endian, behind a byte order mark.
    Utf16Le,
    /// UTF-16, big endian, behind a byte order mark.
    Utf16Be,
}

impl Encoding {
    /// Tells the encoding from the first bytes of a file.
    pub fn detect(head: &[u8]) -> Self {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => Self::Utf8Bom,
            [0xFF, 0xFE, ..] => Self::Utf16Le,
            [0xFE, 0xFF, ..] => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// Length of the byte order mark.
    pub const fn bom_len(self) -> usize {
        match self {
            Self::Utf8 => 0,
            Self::Utf8Bom => 3,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }
}

/// Whether the head of a file (a few kilobytes) says that it is not text: a NUL byte without a UTF-16 mark.
pub fn is_binary(head: &[u8]) -> bool {
    match Encoding::detect(head) {
        Encoding::Utf16Le | Encoding::Utf16Be => false,
        Encoding::Utf8 | Encoding::Utf8Bom => memchr::memchr(0, &head[..head.len().min(8192)]).is_some(),
    }
}

/// A file that has been read: its text as UTF-8 and the way back from text offsets to bytes on disk.
#[derive(Debug)]
pub struct Source {
    /// The file.
    pub id: FileId,
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    text: String,
    encoding: Encoding,
    map: OffsetMap,
    /// Number of invalid byte sequences that became U+FFFD.
    pub invalid: usize,
}

/// From offsets in the decoded text to offsets on disk.
#[derive(Debug)]
enum OffsetMap {
    /// Disk offset = text offset + shift.
    Shift(u32),
    /// One pair (text offset, disk offset) at least every [`STEP`] characters; between them each character is
    /// re-measured in the file's own encoding.
    Steps(Vec<(u32, u32)>),
    /// UTF-8 with invalid sequences: each entry is (text offset just behind the replacement, disk offset there).
    Lossy(Vec<(u32, u32)>),
}

const STEP: usize = 256;

impl Source {
    /// Decodes the bytes of a file.
    pub fn new(id: FileId, path: Arc<str>, bytes: Vec<u8>) -> Self {
        let encoding = Encoding::detect(&bytes);
        let (text, map, invalid) = match encoding {
            Encoding::Utf8 => decode_utf8(bytes, 0),
            Encoding::Utf8Bom => decode_utf8(bytes[3..].to_vec(), 3),
            Encoding::Utf16Le => decode_utf16(&bytes[2..], u16::from_le_bytes),
            Encoding::Utf16Be => decode_utf16(&bytes[2..], u16::from_be_bytes),
        };
        Self { id, path, text, encoding, map, invalid }
    }

    /// A source from a string, for tests and rule pages.
    pub fn from_str(id: FileId, path: &str, text: &str) -> Self {
        Self::new(id, path.into(), text.as_bytes().to_vec())
    }

    /// The decoded text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file's encoding.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The span on disk of a range of the decoded text, clamped to the text and to character boundaries.
    pub fn span(&self, range: Range<usize>) -> Span {
        let start = floor_char(&self.text, range.start);
        let end = ceil_char(&self.text, range.end.max(range.start));
        let (start, end) = (start.min(end), end);
        Span { file: self.id, start: self.disk(start), end: self.disk(end) }
    }

    /// The range of the decoded text that a span of this file covers: [`Source::span`] read backwards.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.text_offset(span.start);
        start..self.text_offset(span.end).max(start)
    }

    /// The decoded text of a span of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(self.range(span)).unwrap_or_default()
    }

    /// The file name, without folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    fn disk(&self, text: usize) -> u32 {
        match &self.map {
            OffsetMap::Shift(shift) => text as u32 + shift,
            OffsetMap::Steps(steps) => {
                let (at, disk) = step_before(steps, text);
                let units: usize = self.text[at..text].chars().map(|c| c.len_utf16() * 2).sum();
                disk + units as u32
            }
            OffsetMap::Lossy(steps) => {
                let (at, disk) = step_before(steps, text);
                disk + (text - at) as u32
            }
        }
    }

    /// The text offset of a byte on disk: `Source::disk` read backwards, by bisection.
    fn text_offset(&self, disk: u32) -> usize {
        match &self.map {
            OffsetMap::Shift(shift) => floor_char(&self.text, (disk.saturating_sub(*shift)) as usize),
            OffsetMap::Steps(steps) | OffsetMap::Lossy(steps) => {
                let i = steps.partition_point(|(_, d)| *d <= disk).saturating_sub(1);
                let mut at = steps[i].0 as usize;
                while at < self.text.len() {
                    let next = ceil_char(&self.text, at + 1);
                    if self.disk(next) > disk {
                        break;
                    }
                    at = next;
                }
                at
            }
        }
    }
}

fn step_before(steps: &[(u32, u32)], text: usize) -> (usize, u32) {
    let i = steps.partition_point(|(t, _)| *t as usize <= text).saturating_sub(1);
    let (at, disk) = steps[i];
    (at as usize, disk)
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn decode_utf8(bytes: Vec<u8>, shift: u32) -> (String, OffsetMap, usize) {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, OffsetMap::Shift(shift), 0),
        Err(e) => e.into_bytes(),
    };
    let mut text = String::with_capacity(bytes.len() + 64);
    let mut steps = vec![(0, shift)];
    let mut disk = shift as usize;
    let mut invalid = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        disk += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            invalid += 1;
            text.push('\u{FFFD}');
            disk += chunk.invalid().len();
            steps.push((text.len() as u32, disk as u32));
        }
    }
    (text, OffsetMap::Lossy(steps), invalid)
}

fn decode_utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> (String, OffsetMap, usize) {
    let units = bytes.chunks_exact(2).map(|b| read([b[0], b[1]]));
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut steps = Vec::new();
    let mut disk = 2u32;
    let mut invalid = bytes.len() % 2;
    for (i, decoded) in char::decode_utf16(units).enumerate() {
        if i % STEP == 0 {
            steps.push((text.len() as u32, disk));
        }
        let c = decoded.unwrap_or_else(|_| {
            invalid += 1;
            '\u{FFFD}'
        });
        text.push(c);
        // A lone surrogate and U+FFFD are both one unit long, so the way back needs no special case.
        disk += c.len_utf16() as u32 * 2;
    }
    if steps.is_empty() {
        steps.push((0, 2));
    }
    (text, OffsetMap::Steps(steps), invalid)
}

/// A place for people: both are 1-based, columns count Unicode characters and skip a byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in Unicode characters.
    pub column: u32,
    /// Byte offset on disk.
    pub offset: u32,
}

/// What a format counts columns in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Unicode characters: JSON of this program, SARIF with `columnKind: unicodeCodePoints`.
    Characters,
    /// UTF-16 code units: LSP, SARIF by default.
    Utf16,
    /// Bytes of UTF-8: reviewdog's rdjson.
    Bytes,
}

/// The 1-based column behind the head of a line.
pub fn column(head: &str, unit: Unit) -> u32 {
    let units = match unit {
        Unit::Characters => head.chars().count(),
        Unit::Utf16 => head.chars().map(char::len_utf16).sum(),
        Unit::Bytes => head.len(),
    };
    units as u32 + 1
}

/// The text of one file cut into lines, made once for each file that a report shows.
#[derive(Debug)]
pub struct LineIndex {
    source: Source,
    /// Text offsets of line starts.
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a source. Lines end with LF or CRLF.
    pub fn new(source: Source) -> Self {
        let starts = std::iter::once(0)
            .chain(memchr::memchr_iter(b'\n', source.text.as_bytes()).map(|i| i as u32 + 1))
            .collect();
        Self { source, starts }
    }

    /// The decoded text.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// Start and end of a span. The whole file is line 1, column 1.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        (self.position(span.start), self.position(span.end))
    }

    /// The position of a byte on disk.
    pub fn position(&self, offset: u32) -> Position {
        let text = self.source.text_offset(offset);
        let line = self.starts.partition_point(|s| *s as usize <= text).max(1);
        let start = self.starts[line - 1] as usize;
        let column = self.source.text[start..text].chars().count() as u32 + 1;
        Position { line: line as u32, column, offset }
    }

    /// The 1-based column of a byte on disk in the unit that a format counts in.
    pub fn column(&self, offset: u32, unit: Unit) -> u32 {
        let text = self.source.text_offset(offset);
        let line = self.starts.partition_point(|s| *s as usize <= text).max(1);
        column(&self.source.text[self.starts[line - 1] as usize..text], unit)
    }

    /// The range of the decoded text that a span covers.
    pub fn text_range(&self, span: Span) -> Range<usize> {
        self.source.range(span)
    }

    /// A line's text (1-based), without its line end; empty behind the last one.
    pub fn line(&self, line: u32) -> &str {
        let range = self.line_range(line);
        self.source.text[range].trim_end_matches(['\n', '\r'])
    }

    /// The text range of a line (1-based) with its line end.
    pub fn line_range(&self, line: u32) -> Range<usize> {
        let i = (line.max(1) - 1) as usize;
        let start = self.starts.get(i).map_or(self.source.text.len(), |s| *s as usize);
        let end = self.starts.get(i + 1).map_or(self.source.text.len(), |s| *s as usize);
        start..end
    }

    /// Number of lines.
    pub fn lines(&self) -> u32 {
        self.starts.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, le: bool) -> Vec<u8> {
        let mut out = if le { vec![0xFF, 0xFE] } else { vec![0xFE, 0xFF] };
        for u in text.encode_utf16() {
            out.extend(if le { u.to_le_bytes() } else { u.to_be_bytes() });
        }
        out
    }

    fn source(bytes: Vec<u8>) -> Source {
        Source::new(FileId(0), "a".into(), bytes)
    }

    #[test]
    fn a_byte_order_mark_counts_as_bytes_but_not_as_a_column() {
        let s = source(b"\xEF\xBB\xBFk: v\n".to_vec());
        let span = s.span(3..4);
        assert_eq!((span.start, span.end), (6, 7));
        let pos = LineIndex::new(s).position(span.start);
        assert_eq!((pos.line, pos.column, pos.offset), (1, 4, 6));
    }

    #[test]
    fn invalid_bytes_do_not_move_what_follows() {
        let s = source(b"a\xFF\xFEb: v".to_vec());
        let at = s.text().find('v').unwrap();
        assert_eq!(s.span(at..at + 1).start, 6);
        assert_eq!(s.invalid, 2);
    }

    #[test]
    fn a_column_depends_on_what_is_counted() {
        let s = source("k: x\né😀v".as_bytes().to_vec());
        let at = s.span(s.text().find('v').unwrap()..s.text().len()).start;
        let index = LineIndex::new(s);
        let columns = [Unit::Characters, Unit::Utf16, Unit::Bytes].map(|unit| index.column(at, unit));
        assert_eq!(columns, [3, 4, 7]);
        assert_eq!(index.position(at).column, 3);
    }

    proptest! {
        #[test]
        fn a_span_decodes_to_the_text_it_was_made_from(text in "\\PC{0,600}", le: bool, a in 0usize..600, b in 0usize..600) {
            let bytes = utf16(&text, le);
            let s = source(bytes.clone());
            prop_assert_eq!(s.text(), &text);
            let (a, b) = (a.min(b), a.max(b));
            let span = s.span(a..b);
            let cut: Vec<u16> = bytes[span.start as usize..span.end as usize]
                .chunks_exact(2)
                .map(|c| if le { u16::from_le_bytes([c[0], c[1]]) } else { u16::from_be_bytes([c[0], c[1]]) })
                .collect();
            let expected = &text[floor_char(&text, a)..ceil_char(&text, b)];
            prop_assert_eq!(String::from_utf16(&cut).unwrap(), expected);
            let index = LineIndex::new(s);
            prop_assert_eq!(&index.text()[index.text_range(span)], expected);
        }
    }
}
