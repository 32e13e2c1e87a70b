//! For tests: a [`Visitor`] that keeps everything, and the check that every cell's bytes say what its value says.

use super::{CellKind, Column, Container, Format, Head, Input, Visitor, read_within, window::Bounds};
use crate::source::{Encoding, FileId, Span};

/// A cell that outlives its reader.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub column: u32,
    pub value: String,
    pub kind: CellKind,
    pub span: Span,
}

/// A table with all of its rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Read {
    pub name: Option<String>,
    pub span: Span,
    pub container: Container,
    pub columns: Vec<(String, Span)>,
    pub rows: Vec<Vec<Kept>>,
}

/// A row's values, each with its column.
pub(super) type Row<'a> = Vec<(u32, &'a str)>;

/// Everything that a file told.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Recorder {
    pub tables: Vec<Read>,
    pub problems: Vec<(Span, String)>,
    pub preamble: Vec<(Span, String)>,
}

impl Visitor for Recorder {
    fn begin(&mut self, head: Head) {
        assert_eq!(head.table as usize, self.tables.len(), "tables are numbered as they come");
        let columns = head.columns.into_iter().map(|c| (c.name, c.span)).collect();
        let Head { name, span, container, .. } = head;
        self.tables.push(Read { name, span, container, columns, rows: Vec::new() });
    }

    fn column(&mut self, table: u32, column: Column) {
        self.tables[table as usize].columns.push((column.name, column.span));
    }

    fn row(&mut self, table: u32, row: u64, cells: &[super::Cell<'_>]) {
        let table = &mut self.tables[table as usize];
        assert_eq!(row as usize, table.rows.len(), "rows are counted within their table");
        assert!(cells.is_sorted_by_key(|c| c.column), "cells come in column order");
        assert!(cells.iter().all(|c| (c.column as usize) < table.columns.len()), "columns are announced before cells");
        let keep =
            |c: &super::Cell<'_>| Kept { column: c.column, value: c.value.to_string(), kind: c.kind, span: c.span };
        table.rows.push(cells.iter().map(keep).collect());
    }

    fn problem(&mut self, span: Span, message: String) {
        self.problems.push((span, message));
    }

    fn preamble(&mut self, span: Span, text: &str) {
        self.preamble.push((span, text.to_owned()));
    }
}

impl Recorder {
    /// Reads bytes that are in memory.
    pub fn slice(bytes: &[u8], format: Format) -> Self {
        let mut recorder = Self::default();
        super::read(Input::Bytes(bytes), FileId(0), format, &mut recorder).unwrap();
        recorder
    }

    /// Reads a stream in pieces of `chunk` bytes.
    pub fn stream(bytes: &[u8], format: Format, bounds: Bounds) -> Self {
        let mut recorder = Self::default();
        read_within(Input::Stream(Box::new(bytes)), FileId(0), format, &mut recorder, bounds).unwrap();
        recorder
    }

    /// Reads bytes as a slice and in pieces, checks that both tell the same, and gives it.
    pub fn both(bytes: &[u8], format: Format, chunk: usize) -> Self {
        let whole = Self::slice(bytes, format);
        let pieces = Self::stream(bytes, format, Bounds { chunk, ..Bounds::default() });
        assert_eq!(whole, pieces, "in pieces of {chunk}");
        whole
    }

    /// Column names and values of a table, for comparing; a cell's column comes first.
    pub fn values(&self, table: usize) -> (Vec<&str>, Vec<Row<'_>>) {
        let table = &self.tables[table];
        (
            table.columns.iter().map(|(name, _)| name.as_str()).collect(),
            table.rows.iter().map(|row| row.iter().map(|c| (c.column, c.value.as_str())).collect()).collect(),
        )
    }

    /// Calls `check` with the text on disk and the value of every cell that is not null.
    pub fn each_cell(&self, bytes: &[u8], mut check: impl FnMut(&str, &Kept)) {
        for cell in self.tables.iter().flat_map(|t| &t.rows).flatten().filter(|c| c.kind != CellKind::Null) {
            check(&on_disk(bytes, cell.span), cell);
        }
    }
}

/// The text of a span, read from the file's bytes alone.
pub(super) fn on_disk(bytes: &[u8], span: Span) -> String {
    let raw = &bytes[span.start as usize..span.end as usize];
    let wide = |read: fn([u8; 2]) -> u16| -> String {
        char::decode_utf16(raw.chunks_exact(2).map(|b| read([b[0], b[1]]))).map(|c| c.unwrap_or('\u{FFFD}')).collect()
    };
    match Encoding::detect(bytes) {
        Encoding::Utf16Le => wide(u16::from_le_bytes),
        Encoding::Utf16Be => wide(u16::from_be_bytes),
        Encoding::Utf8 | Encoding::Utf8Bom => String::from_utf8_lossy(raw).into_owned(),
    }
}

/// How a text is put on disk: plain, with a mark, or as UTF-16.
pub(super) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    let wide = |mark: [u8; 2], write: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(text.encode_utf16().flat_map(write)).collect()
    };
    match encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf8Bom => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        Encoding::Utf16Le => wide([0xFF, 0xFE], u16::to_le_bytes),
        Encoding::Utf16Be => wide([0xFE, 0xFF], u16::to_be_bytes),
    }
}

/// Any of the encodings, by number.
pub(super) fn encoding(number: u8) -> Encoding {
    [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16Be][usize::from(number % 4)]
}
