//! From the values of open records to rows: where each value stands is remembered until its record closes; then the
//! record's table is found, columns are numbered, and the row is handed over with values borrowed from the window.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::trouble::Troubles;
use super::super::window::Window;
use super::super::{Cell, CellKind, Column, Container, Head, Visitor};
use super::Layout;
use super::shape::{NodeId, Shape};
use super::text;
use crate::source::Span;

/// Values of one record; further ones are not read.
const MOST_VALUES: usize = 65_536;

/// Columns of one table; the values of further ones are not read.
const MOST_COLUMNS: usize = 16_384;

/// Tables of one file; the rows of further ones are not read.
const MOST_TABLES: usize = 1024;

const MANY_VALUES: &str = "a record has more than 65,536 values: the rest of them is not read";
const MANY_COLUMNS: &str = "the records have more than 16,384 different keys: the values of further ones are not read";
const MANY_TABLES: &str = "there are more than 1,024 tables: the rows of further ones are not read";
const LONG_RECORD: &str = "a record is longer than 64 MB: the rest of its values is not read";
const NOT_UTF8: &str = "bytes that are not valid UTF-8 are read as U+FFFD";

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A string without escapes.
    Text,
    /// A string with escapes.
    Escaped,
    /// A number or boolean.
    Plain,
    /// `null`.
    Null,
}

/// A value of an open record.
pub(super) struct Value {
    node: NodeId,
    form: Form,
    key: Span,
    span: Span,
    /// Offset in the whole text, and length.
    start: u64,
    len: usize,
    /// The decoded value, once the window has moved on.
    owned: Option<Box<str>>,
}

impl Value {
    pub fn new(node: NodeId, key: Span, span: Span, start: u64, len: usize, form: Form) -> Self {
        Self { node, form, key, span, start, len, owned: None }
    }

    /// The value's text; says whether its bytes were UTF-8.
    fn text<'d>(&mut self, window: &'d Window<'_>) -> (Cow<'d, str>, bool) {
        if self.form == Form::Null {
            return (Cow::Borrowed(""), true);
        }
        match self.owned.take() {
            Some(owned) => (Cow::Owned(owned.into_string()), true),
            None => text::decode(self.raw(window), self.form == Form::Escaped),
        }
    }

    fn raw<'d>(&self, window: &'d Window<'_>) -> &'d [u8] {
        let from = usize::try_from(self.start.saturating_sub(window.offset())).unwrap_or(usize::MAX);
        window.data().get(from..from.saturating_add(self.len)).unwrap_or_default()
    }
}

/// An open record.
struct Open {
    node: NodeId,
    /// Its first value.
    first: usize,
    /// Its `{`, as an offset in the whole text.
    at: u64,
    /// Its `{` on disk; filled when the text goes.
    span: Option<Span>,
}

/// A table that has had a row.
struct Table {
    record: NodeId,
    kind: Option<String>,
    /// Column by the slot of its place in the record.
    by_slot: Vec<Option<u32>>,
    columns: u32,
    rows: u64,
}

/// See the module.
#[derive(Default)]
pub(super) struct Rows {
    open: Vec<Open>,
    values: Vec<Value>,
    tables: Vec<Table>,
    by_record: HashMap<NodeId, Vec<usize>>,
    /// The table of the row before.
    last: usize,
    /// Bytes of values that were copied out of records that are too long to be held.
    spilled: usize,
    /// The values of the record that closes: kept for its memory.
    closing: Vec<Value>,
}

impl Rows {
    /// Whether a value belongs to a record.
    pub fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Where the outermost open record begins in the whole text.
    pub fn outermost(&self) -> Option<u64> {
        self.open.first().map(|o| o.at)
    }

    /// A record begins.
    pub fn open(&mut self, node: NodeId, at: u64) {
        self.open.push(Open { node, first: self.values.len(), at, span: None });
    }

    /// A value of the innermost open record.
    pub fn push(&mut self, value: Value, troubles: &mut Troubles) {
        let first = self.open.last().map_or(0, |o| o.first);
        if self.values.len() - first >= MOST_VALUES {
            return troubles.note(MANY_VALUES, value.span);
        }
        self.values.push(value);
    }

    /// Copies all values, so that the window may move on within a record.
    pub fn spill(&mut self, window: &Window<'_>, troubles: &mut Troubles) {
        for open in self.open.iter_mut().filter(|o| o.span.is_none()) {
            open.span = Some(window.span_at(open.at..open.at + 1));
        }
        for value in self.values.iter_mut().filter(|v| v.owned.is_none()) {
            if self.spilled + value.len > window.bounds().longest {
                troubles.note(LONG_RECORD, value.span);
                value.owned = Some(Box::default());
                value.form = Form::Null;
                continue;
            }
            self.spilled += value.len;
            let (text, valid) = text::decode(value.raw(window), value.form == Form::Escaped);
            if !valid {
                troubles.note(NOT_UTF8, value.span);
            }
            value.owned = Some(text.into());
        }
    }

    /// The innermost open record has ended before `end`: it becomes a row.
    #[allow(clippy::too_many_arguments)]
    pub fn close<'d>(
        &mut self,
        shape: &Shape,
        layout: Layout,
        window: &'d Window<'_>,
        end: usize,
        cells: &mut Vec<Cell<'d>>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) {
        let Some(open) = self.open.pop() else { return };
        let mut values = std::mem::take(&mut self.closing);
        values.extend(self.values.drain(open.first..));
        if self.open.is_empty() {
            self.spilled = 0;
        }
        let kind = kind(shape, open.node, &values, window);
        let Some((number, fresh)) = self.table(open.node, kind) else {
            return troubles.note(MANY_TABLES, first_line(&open, window, end));
        };
        let table = &mut self.tables[number];
        let mut columns = Vec::new();
        let mut sorted = true;
        cells.clear();
        for value in &mut values {
            let (column, new) = table.column(shape.slot(value.node));
            let Some(column) = column else {
                troubles.note(MANY_COLUMNS, value.span);
                continue;
            };
            if new {
                columns.push(Column { name: shape.name(value.node).trim().to_owned(), span: value.key });
            }
            let (text, valid) = value.text(window);
            if !valid {
                troubles.note(NOT_UTF8, value.span);
            }
            sorted &= cells.last().is_none_or(|before| before.column <= column);
            cells.push(Cell { column, value: text, kind: value.form.into(), span: value.span });
        }
        if !sorted {
            cells.sort_by_key(|c| c.column);
        }
        let id = number as u32;
        if fresh {
            let name = table.kind.clone().or_else(|| name(shape.key(open.node)));
            let container = if layout == Layout::Document { Container::JsonRecords } else { Container::Ndjson };
            visitor.begin(Head { table: id, name, span: first_line(&open, window, end), columns, container });
        } else {
            columns.into_iter().for_each(|column| visitor.column(id, column));
        }
        visitor.row(id, table.rows, cells);
        table.rows += 1;
        cells.clear();
        values.clear();
        self.closing = values;
    }

    /// The table of a record, and whether it is a new one; none when there are too many.
    fn table(&mut self, record: NodeId, kind: Option<Cow<'_, str>>) -> Option<(usize, bool)> {
        let is = |t: &Table| t.record == record && t.kind.as_deref() == kind.as_deref();
        if self.tables.get(self.last).is_some_and(is) {
            return Some((self.last, false));
        }
        let of_record = self.by_record.entry(record).or_default();
        if let Some(found) = of_record.iter().copied().find(|t| self.tables.get(*t).is_some_and(is)) {
            self.last = found;
            return Some((found, false));
        }
        if self.tables.len() >= MOST_TABLES {
            return None;
        }
        self.last = self.tables.len();
        of_record.push(self.last);
        let kind = kind.map(Cow::into_owned);
        self.tables.push(Table { record, kind, by_slot: Vec::new(), columns: 0, rows: 0 });
        Some((self.last, true))
    }
}

impl Table {
    /// The column of a slot, and whether it is a new one; none when there are too many.
    fn column(&mut self, slot: usize) -> (Option<u32>, bool) {
        if let Some(Some(column)) = self.by_slot.get(slot) {
            return (Some(*column), false);
        }
        if self.columns as usize >= MOST_COLUMNS {
            return (None, false);
        }
        if self.by_slot.len() <= slot {
            self.by_slot.resize(slot + 1, None);
        }
        let column = self.columns;
        self.by_slot[slot] = Some(column);
        self.columns += 1;
        (Some(column), true)
    }
}

impl From<Form> for CellKind {
    fn from(form: Form) -> Self {
        match form {
            Form::Text | Form::Escaped => Self::Text,
            Form::Plain => Self::Plain,
            Form::Null => Self::Null,
        }
    }
}

/// What a record says it is a record of, where that is a name.
fn kind<'d>(shape: &Shape, record: NodeId, values: &[Value], window: &'d Window<'_>) -> Option<Cow<'d, str>> {
    let keys = shape.kind(record);
    let has = |node: Option<NodeId>, values: &[Value]| node.is_some_and(|n| values.iter().any(|v| v.node == n));
    let at = match keys {
        _ if keys.salesforce.is_some() && !has(keys.own, values) => keys.salesforce?,
        _ => keys.fields.and(keys.model)?,
    };
    let value = values.iter().find(|v| v.node == at)?;
    let text = match &value.owned {
        Some(owned) => Cow::Owned(owned.to_string()),
        None => text::decode(value.raw(window), value.form == Form::Escaped).0,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    (!text.is_empty() && text.len() <= 80 && text.chars().all(is_name)).then_some(text)
}

fn name(key: &[u8]) -> Option<String> {
    let name = String::from_utf8_lossy(key);
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The first line of a record, or its `{` alone where the record was too long to be held.
fn first_line(open: &Open, window: &Window<'_>, end: usize) -> Span {
    if let Some(span) = open.span {
        return span;
    }
    let start = usize::try_from(open.at.saturating_sub(window.offset())).unwrap_or(usize::MAX);
    let record = window.data().get(start..end).unwrap_or_default();
    if record.len() > window.bounds().held {
        return window.span(start..start + 1);
    }
    let line = memchr::memchr(b'\n', record).unwrap_or(record.len());
    window.span(start..start + record[..line].trim_ascii_end().len())
}
