//! Data as one type: whatever the container, named columns and rows that stream past a [`Visitor`], each cell with
//! its bytes. Nothing here holds more than a window of the file, so a table may be larger than memory.

mod delimited;
mod json;
#[cfg(test)]
mod recorder;
mod sql;
mod trouble;
mod utf16;
mod window;
mod yaml;

use std::borrow::Cow;
use std::io::{self, Read};

use crate::parse::Format;
use crate::source::{FileId, Span};
use trouble::Troubles;
use window::{Bounds, Window};

pub use yaml::of_tree;

/// A file's bytes as they lie on disk: a byte order mark and UTF-16 are understood, invalid UTF-8 becomes U+FFFD.
pub enum Input<'a> {
    /// All of them, in memory.
    Bytes(&'a [u8]),
    /// A file too large to hold: read forward, once, a window at a time.
    Stream(Box<dyn Read + 'a>),
}

/// Reads the tables of a file of format CSV, JSON, NDJSON or SQL; other formats have no tables that could stream.
///
/// Bad input is told to [`Visitor::problem`] after the last row, one problem a kind; the error is that of the stream.
pub fn read(input: Input<'_>, id: FileId, format: Format, visitor: &mut dyn Visitor) -> io::Result<()> {
    read_within(input, id, format, visitor, Bounds::default())
}

fn read_within(
    input: Input<'_>,
    id: FileId,
    format: Format,
    visitor: &mut dyn Visitor,
    bounds: Bounds,
) -> io::Result<()> {
    let mut window = Window::new(input, id, bounds)?;
    let mut troubles = Troubles::default();
    let done = match format {
        Format::Csv => delimited::read(&mut window, visitor, &mut troubles),
        Format::Json => json::read(&mut window, json::Layout::Document, visitor, &mut troubles),
        Format::Ndjson => json::read(&mut window, json::Layout::Lines, visitor, &mut troubles),
        Format::Sql => sql::read(&mut window, visitor, &mut troubles),
        _ => Ok(()),
    };
    if let Some(at) = window.nul() {
        troubles.note("a NUL byte stands in text", at);
    }
    if window.cut() {
        troubles.note("the file is larger than 4 GiB: only what comes before is read", window.whole());
    }
    troubles.tell(visitor);
    done
}

/// What a table begins with.
#[derive(Debug, Clone)]
pub struct Head {
    /// Number of this table within its file, in order of appearance; rows of several tables may interleave.
    pub table: u32,
    /// The table's own name: a SQL table, a sheet, the key of a record list (`records`), a Salesforce object;
    /// none where the file is the table.
    pub name: Option<String>,
    /// Where the table begins: a CSV's header line, an INSERT's table name, a list's first record's first line.
    pub span: Span,
    /// The columns known so far. Records may bring further ones: see [`Visitor::column`].
    pub columns: Vec<Column>,
    /// What the file says the table is, over and above its rows.
    pub container: Container,
}

/// A named column.
#[derive(Debug, Clone)]
pub struct Column {
    /// The name, decoded and trimmed; nested record keys are joined by `.` (`address.city`, `attributes.type`).
    pub name: String,
    /// Where the name stands first.
    pub span: Span,
}

/// What kind of text a table was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Container {
    /// CSV, TSV, semicolon separated.
    Delimited,
    /// A JSON array of records, at the root or under keys.
    JsonRecords,
    /// One JSON record a line.
    Ndjson,
    /// `INSERT INTO … VALUES` or `REPLACE INTO`.
    SqlInsert,
    /// `COPY … FROM stdin`.
    SqlCopy,
    /// A list of mappings in YAML.
    YamlRecords,
    /// No rows: what makes some, a recipe or a script.
    Recipe,
}

/// How a cell was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text, quoted or of a format where all is text.
    Text,
    /// A number, boolean or other bare word of JSON or SQL.
    Plain,
    /// Null: JSON and SQL `null`, `\N` of a dump, an empty unquoted cell of a CSV.
    Null,
}

/// One value.
#[derive(Debug, Clone)]
pub struct Cell<'a> {
    /// Index into the table's columns, in the order in which they were announced. A list of scalars in a record
    /// (`"emails": ["a@…", "b@…"]`) gives one cell an item, all of the same column.
    pub column: u32,
    /// The decoded value, quotes and escapes resolved; empty for null.
    pub value: Cow<'a, str>,
    /// How it was written.
    pub kind: CellKind,
    /// Its bytes on disk, quotes not included.
    pub span: Span,
}

/// Takes what a table reader finds, in file order.
pub trait Visitor {
    /// A table begins.
    fn begin(&mut self, head: Head);
    /// A column that was not in the head: records may have keys of their own.
    fn column(&mut self, table: u32, column: Column);
    /// A row; `row` counts from 0 within the table. Cells come in column order; missing ones are left out.
    fn row(&mut self, table: u32, row: u64, cells: &[Cell<'_>]);
    /// Something could not be read; reading goes on behind it where that is possible.
    fn problem(&mut self, span: Span, message: String);
    /// A comment or statement outside the rows that may say where the data come from (a dump's header line);
    /// only the first 64 kilobytes of a file are looked at.
    fn preamble(&mut self, _span: Span, _text: &str) {}
}
