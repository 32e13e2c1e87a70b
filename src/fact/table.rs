//! A table of data, summed up: its columns, what they hold, and what their cells were found to be.

use crate::parse::table::Container;
use crate::source::Span;

/// A table as linking sees it; the rows have streamed past and are gone.
#[derive(Debug, Clone)]
pub struct TableFact {
    /// The table's own name, none where the file is the table.
    pub name: Option<String>,
    /// What it was read from.
    pub container: Container,
    /// Number of rows read.
    pub rows: u64,
    /// Its columns, in order.
    pub columns: Vec<ColumnFact>,
}

/// One column, summed up.
#[derive(Debug, Clone)]
pub struct ColumnFact {
    /// The name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
}
