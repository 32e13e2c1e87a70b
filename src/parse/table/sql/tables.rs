//! The tables of a file of SQL: in come the targets of statements and the literals of rows, out go heads, columns and
//! rows. Statements of several tables may take turns; a table is the same one wherever its name stands.

use std::collections::HashMap;

use super::super::trouble::Troubles;
use super::super::window::Window;
use super::super::{Cell, CellKind, Column, Container, Head, Visitor};
use super::statement::{Name, Target};
use super::token::Quoting;
use super::tuple::{Form, Literal};
use super::value;
use crate::source::Span;

/// Tables of one file; the rows of further ones are not read.
const MOST_TABLES: usize = 4096;

/// Columns of one table; the values of further ones are not read.
const MOST_COLUMNS: usize = 16_384;

const LONG_ROW: &str = "a row has more values than the table has columns";
const SHORT_ROW: &str = "a row has fewer values than the table has columns";
const MANY_COLUMNS: &str = "a table has more than 16,384 columns: the values of further ones are not read";
const MANY_TABLES: &str = "there are more than 4,096 tables: the rows of further ones are not read";
const NOT_UTF8: &str = "bytes that are not valid UTF-8 are read as U+FFFD";

/// Schemas that a name is the same without.
const DEFAULT_SCHEMAS: [&str; 3] = ["public.", "dbo.", "main."];

/// Where the rows of a statement go.
pub(super) struct Current {
    /// None when there are too many tables.
    table: Option<usize>,
    /// The column of each value.
    columns: Vec<u32>,
    /// The columns are in the table's order.
    sorted: bool,
    /// The statement or the table's definition says how many there are.
    known: bool,
    /// The table's name, for a problem.
    span: Span,
}

struct Table {
    columns: HashMap<String, u32>,
    count: u32,
    rows: u64,
}

/// See the module.
#[derive(Default)]
pub(super) struct Tables {
    tables: Vec<Table>,
    by_name: HashMap<String, usize>,
    /// Columns of `CREATE TABLE`, by the table's whole name and by its last part.
    created: HashMap<String, Vec<(String, Span)>>,
}

impl Tables {
    /// A `CREATE TABLE`.
    pub fn created(&mut self, target: &Target, window: &Window<'_>) {
        if self.created.len() >= 2 * MOST_TABLES {
            return;
        }
        let spanned = |name: &Name| (name.text.clone(), window.span(name.range.clone()));
        let columns: Vec<_> = target.columns.iter().flatten().take(MOST_COLUMNS).map(spanned).collect();
        self.created.insert(last_part(&target.full), columns.clone());
        self.created.insert(target.full.to_ascii_lowercase(), columns);
    }

    /// The table and columns of a statement that has rows; the table begins if it is a new one.
    pub fn target(
        &mut self,
        target: &Target,
        container: Container,
        window: &Window<'_>,
        visitor: &mut dyn Visitor,
    ) -> Current {
        let span = window.span(target.range.clone());
        let listed: Option<Vec<(String, Span)>> = match &target.columns {
            Some(names) => Some(names.iter().map(|n| (n.text.clone(), window.span(n.range.clone()))).collect()),
            None => {
                let created = self.created.get(&target.full.to_ascii_lowercase());
                created.or_else(|| self.created.get(&last_part(&target.full))).cloned()
            }
        };
        let key = target.full.to_ascii_lowercase();
        let fresh = !self.by_name.contains_key(&key);
        if fresh && self.tables.len() >= MOST_TABLES {
            return Current { table: None, columns: Vec::new(), sorted: true, known: false, span };
        }
        let number = *self.by_name.entry(key).or_insert(self.tables.len());
        if fresh {
            self.tables.push(Table { columns: HashMap::new(), count: 0, rows: 0 });
        }
        let table = &mut self.tables[number];
        let mut announced = Vec::new();
        let mut columns = Vec::new();
        for (name, span) in listed.iter().flatten() {
            let next = table.count;
            let column = *table.columns.entry(name.to_ascii_lowercase()).or_insert(next);
            if column == next {
                table.count += 1;
                announced.push(Column { name: name.clone(), span: *span });
            }
            columns.push(column);
        }
        let id = number as u32;
        if fresh {
            let name = Some(shown(&target.full).to_owned());
            visitor.begin(Head { table: id, name, span, columns: announced, container });
        } else {
            announced.into_iter().for_each(|column| visitor.column(id, column));
        }
        let known = listed.is_some_and(|l| !l.is_empty());
        if !known {
            columns = (0..table.count).collect();
        }
        let sorted = columns.is_sorted();
        Current { table: Some(number), columns, sorted, known, span }
    }

    /// Hands over a row.
    pub fn row<'d>(
        &mut self,
        current: &mut Current,
        literals: &[Literal],
        window: &'d Window<'_>,
        cells: &mut Vec<Cell<'d>>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) {
        let Some(number) = current.table else { return troubles.note(MANY_TABLES, current.span) };
        let table = &mut self.tables[number];
        if literals.len() != current.columns.len() {
            table.fit(number as u32, current, literals, window, visitor, troubles);
        }
        cells.clear();
        let data = window.data();
        for (column, Literal { range, form }) in current.columns.iter().zip(literals) {
            let raw = data.get(range.clone()).unwrap_or_default();
            let ((value, valid), kind) = match form {
                Form::Text(quoting) => (value::decode(raw, *quoting), CellKind::Text),
                Form::Plain => (value::decode(raw, Quoting::Raw), CellKind::Plain),
                Form::Null => (value::decode(&[], Quoting::Raw), CellKind::Null),
            };
            let span = window.span(range.clone());
            if !valid {
                troubles.note(NOT_UTF8, span);
            }
            cells.push(Cell { column: *column, value, kind, span });
        }
        if !current.sorted {
            cells.sort_by_key(|c| c.column);
        }
        visitor.row(number as u32, table.rows, cells);
        table.rows += 1;
        cells.clear();
    }
}

impl Table {
    /// A row that is not as long as the statement says: columns are made up for what it has too much.
    fn fit(
        &mut self,
        id: u32,
        current: &mut Current,
        literals: &[Literal],
        window: &Window<'_>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) {
        let known = current.columns.len();
        let place = |i: usize| literals.get(i).map_or(current.span, |l| window.span(l.range.clone()));
        if literals.len() < known {
            return troubles.note(SHORT_ROW, place(literals.len().saturating_sub(1)));
        }
        if current.known || self.rows > 0 {
            troubles.note(LONG_ROW, place(known));
        }
        for (i, literal) in literals.iter().enumerate().skip(known) {
            if self.count as usize >= MOST_COLUMNS {
                return troubles.note(MANY_COLUMNS, window.span(literal.range.clone()));
            }
            let name = format!("column{}", i + 1);
            let next = self.count;
            let column = *self.columns.entry(name.clone()).or_insert(next);
            if column == next {
                self.count += 1;
                visitor.column(id, Column { name, span: window.span(literal.range.clone()) });
            }
            current.sorted &= current.columns.last().is_none_or(|last| *last <= column);
            current.columns.push(column);
        }
    }
}

/// The name without a schema that goes without saying.
fn shown(full: &str) -> &str {
    DEFAULT_SCHEMAS
        .iter()
        .find_map(|schema| {
            let (head, rest) = full.split_at_checked(schema.len())?;
            head.eq_ignore_ascii_case(schema).then_some(rest)
        })
        .unwrap_or(full)
}

fn last_part(full: &str) -> String {
    full.rsplit('.').next().unwrap_or(full).to_ascii_lowercase()
}
