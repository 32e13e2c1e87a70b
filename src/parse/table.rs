//! Data as one type: whatever the container, named columns and rows that stream past a [`Visitor`], each cell with
//! its bytes. Nothing here holds more than a window of the file, so a table may be larger than memory.

use std::borrow::Cow;

use crate::source::Span;

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
}

/// How a cell was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text, quoted or of a format where all is text.
    Text,
    /// A number, boolean or other bare word of JSON or SQL.
    Plain,
    /// Null, or missing in this record.
    Null,
}

/// One value.
#[derive(Debug, Clone)]
pub struct Cell<'a> {
    /// Index into the table's columns, in the order in which they were announced.
    pub column: u32,
    /// The decoded value, quotes and escapes resolved.
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
