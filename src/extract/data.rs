//! From table rows to facts: a [`Judge`] takes what a table reader finds, row by row, and ends in facts that say what
//! each column holds and what its values were found to be. No value is kept, no cell allocates, and a table needs the
//! same memory whether it has ten rows or ten million.

pub mod card;
pub mod columns;
pub mod countries;
pub mod crm;
pub mod email;
mod export;
pub mod iban;
pub mod national;
pub mod phone;
pub mod reserved;
pub mod scope;
mod shape;
mod summary;
pub mod tally;

use countries::Country;
use shape::Shape;

use crate::fact::table::{CellAt, Family, MAX_COLUMNS};
use crate::fact::{FileFacts, Notice, provenance::At};
use crate::parse::table::{Cell, CellKind, Column as Heading, Container, Head, Visitor};
use crate::source::{FileId, Span};

/// Tables of one file that are judged.
const MAX_TABLES: usize = 4096;

/// Judges the tables of one file.
#[derive(Debug)]
pub struct Judge {
    file: FileId,
    path: String,
    /// Why nothing here is a dataset, if so.
    excluded: Option<&'static str>,
    tables: Vec<Table>,
    emails: email::Judge,
    /// The country that the path is for.
    country: Option<&'static Country>,
    /// Hosts that a dump's header names.
    hosts: Vec<At<String>>,
    /// Tables beyond the bound.
    more_tables: u64,
    notices: Vec<Notice>,
}

/// A table on its way past.
#[derive(Debug)]
struct Table {
    number: u32,
    name: Option<String>,
    span: Span,
    container: Container,
    rows: u64,
    columns: Vec<Column>,
    more_columns: u64,
    /// The column that names each row's country.
    country_column: Option<u32>,
    /// The last country cell, so that a run of equal ones is read once.
    last_country: (String, Option<&'static Country>),
    /// Rows by country, for the first few.
    countries: Vec<(&'static Country, u64)>,
    /// The file has no header: its first row was taken for one.
    headless: bool,
}

/// A column on its way past.
#[derive(Debug)]
struct Column {
    name: String,
    span: Span,
    header: columns::Header,
    /// Numbers of cards are looked for.
    cards: bool,
    values: u64,
    /// What the values have been seen to be.
    seen: shape::Seen,
    /// Values that are one address and nothing else.
    addresses: u64,
    email: Option<Box<email::Tally>>,
    phone: Option<Box<phone::Tally>>,
    card: Option<Box<tally::Counts>>,
    iban: Option<Box<tally::Counts>>,
    national: Option<Box<national::Tally>>,
    crm: Option<Box<crm::Tally>>,
    commerce: Option<Box<crm::Tally>>,
}

impl Judge {
    /// A judge for the tables of one file.
    pub fn new(file: FileId, path: &str) -> Self {
        Self {
            file,
            path: path.to_owned(),
            excluded: scope::not_a_dataset(path),
            tables: Vec::new(),
            emails: email::Judge::default(),
            country: countries::of_path(path),
            hosts: Vec::new(),
            more_tables: 0,
            notices: Vec::new(),
        }
    }

    /// Whether a file of this path can hold a dataset at all: else its tables need not be read.
    pub fn wants(path: &str) -> bool {
        scope::not_a_dataset(path).is_none()
    }

    /// The facts, when the last row has passed.
    pub fn finish(mut self) -> FileFacts {
        if self.more_tables > 0 {
            let message = format!("{} tables behind the first {MAX_TABLES} were not judged", self.more_tables);
            self.notices.push(Notice::at("too-many-tables", Span::whole(self.file), message));
        }
        summary::facts(self)
    }

    fn table(&mut self, number: u32) -> Option<&mut Table> {
        // Tables are numbered in order of appearance, and rows mostly come for the last one.
        match self.tables.get(number as usize) {
            Some(table) if table.number == number => self.tables.get_mut(number as usize),
            _ => self.tables.iter_mut().rev().find(|table| table.number == number),
        }
    }
}

impl Visitor for Judge {
    fn begin(&mut self, head: Head) {
        if self.excluded.is_some() {
            return;
        }
        if self.tables.len() >= MAX_TABLES {
            self.more_tables += 1;
            return;
        }
        let headless = head.container == Container::Delimited && is_data(&head.columns);
        let mut table = Table {
            number: head.table,
            name: head.name,
            span: head.span,
            container: head.container,
            rows: 0,
            columns: Vec::with_capacity(head.columns.len().min(MAX_COLUMNS)),
            more_columns: 0,
            country_column: None,
            last_country: (String::new(), None),
            countries: Vec::new(),
            headless,
        };
        let first: Vec<Heading> = if headless { head.columns.clone() } else { Vec::new() };
        for column in head.columns {
            table.add(column);
        }
        let number = table.number;
        self.tables.push(table);
        if headless {
            let cells: Vec<Cell<'_>> = first
                .iter()
                .zip(0u32..)
                .map(|(c, column)| Cell { column, value: c.name.as_str().into(), kind: CellKind::Text, span: c.span })
                .collect();
            self.row(number, 0, &cells);
        }
    }

    fn column(&mut self, table: u32, column: Heading) {
        if let Some(table) = self.table(table) {
            table.add(column);
        }
    }

    fn row(&mut self, table: u32, _row: u64, cells: &[Cell<'_>]) {
        let country = self.country;
        let mut emails = std::mem::take(&mut self.emails);
        if let Some(table) = self.table(table) {
            table.row(cells, country, &mut emails);
        }
        self.emails = emails;
    }

    fn problem(&mut self, span: Span, message: String) {
        self.notices.push(Notice::at("parse-error", span, message));
    }

    fn preamble(&mut self, span: Span, text: &str) {
        if self.excluded.is_none() && self.hosts.len() < 16 {
            self.hosts.extend(export::hosts(span, text));
        }
    }
}

/// Whether what was taken for a header is a row of values.
fn is_data(headings: &[Heading]) -> bool {
    let number = |name: &str| name.len() >= 2 && name.bytes().all(|b| b.is_ascii_digit() || b".-/: ".contains(&b));
    let numbers = headings.iter().filter(|h| number(&h.name)).count();
    headings.iter().any(|h| email::split(&h.name).is_some()) || (headings.len() > 1 && numbers * 2 > headings.len())
}

impl Table {
    fn add(&mut self, heading: Heading) {
        if self.columns.len() >= MAX_COLUMNS {
            self.more_columns += 1;
            return;
        }
        let header = if self.headless { columns::Header::default() } else { columns::header(&heading.name) };
        if header.family == Some(Family::Country) && self.country_column.is_none() {
            self.country_column = Some(self.columns.len() as u32);
        }
        self.columns.push(Column::new(heading, header));
    }

    fn row(&mut self, cells: &[Cell<'_>], path_country: Option<&'static Country>, emails: &mut email::Judge) {
        let row = self.rows;
        self.rows += 1;
        let country = self.country(cells).or(path_country);
        for cell in cells {
            if cell.kind == CellKind::Null || cell.value.is_empty() {
                continue;
            }
            if let Some(column) = self.columns.get_mut(cell.column as usize) {
                column.cell(cell, row, country, emails);
            }
        }
    }

    /// The row's country, counted.
    fn country(&mut self, cells: &[Cell<'_>]) -> Option<&'static Country> {
        let wanted = self.country_column?;
        let cell = cells.iter().find(|cell| cell.column == wanted && cell.kind != CellKind::Null)?;
        if *cell.value != *self.last_country.0 {
            self.last_country.0.clear();
            self.last_country.0.push_str(cell.value.get(..64).unwrap_or(&cell.value));
            self.last_country.1 = countries::of_cell(&cell.value);
        }
        let country = self.last_country.1?;
        if let Some((_, rows)) = self.countries.iter_mut().find(|(known, _)| known.code == country.code) {
            *rows += 1;
        } else if self.countries.len() < 32 {
            self.countries.push((country, 1));
        }
        Some(country)
    }
}

impl Column {
    fn new(heading: Heading, header: columns::Header) -> Self {
        Self {
            cards: matches!(header.family, None | Some(Family::Card)),
            name: heading.name,
            span: heading.span,
            header,
            values: 0,
            seen: shape::Seen::default(),
            addresses: 0,
            email: None,
            phone: None,
            card: None,
            iban: None,
            national: None,
            crm: None,
            commerce: None,
        }
    }

    /// One value. Most are sorted out by their length and by what bytes they have.
    fn cell(&mut self, cell: &Cell<'_>, row: u64, country: Option<&'static Country>, emails: &mut email::Judge) {
        self.values += 1;
        let text: &str = &cell.value;
        let shape = Shape::of(text.as_bytes());
        self.seen.add(&shape);
        if shape.len < 6 {
            return;
        }
        let at = CellAt { row, span: cell.span, group: None };
        if shape.at && self.addresses(text, &shape, cell, at, emails) {
            return;
        }
        if shape.digits >= 7 {
            self.numbers(text, &shape, country, at);
        }
        if shape.is_text() {
            self.text(text, &shape, cell, at);
        }
    }

    /// E-mail addresses. True when the value is one and nothing else.
    fn addresses(&mut self, text: &str, shape: &Shape, cell: &Cell<'_>, at: CellAt, emails: &mut email::Judge) -> bool {
        let whole = text.trim();
        if !shape.blank || whole.len() < text.len() {
            if email::split(whole).is_none() {
                return false;
            }
            self.addresses += 1;
            self.email.get_or_insert_default().add(emails, whole, at);
            return true;
        }
        for (start, found) in email::in_text(text).take(MAX_IN_TEXT) {
            if email::split(found).is_some() {
                let tally = self.email.get_or_insert_default();
                tally.counts.free_text = true;
                tally.add(emails, found, within(cell, at, start..start + found.len()));
            }
        }
        false
    }

    /// Values that are one number or id and nothing else.
    fn numbers(&mut self, text: &str, shape: &Shape, country: Option<&'static Country>, at: CellAt) {
        let family = self.header.family;
        if shape.len <= 40 {
            match family {
                Some(Family::Phone) => {
                    if let Some(number) = phone::Number::parse(text) {
                        self.phone.get_or_insert_default().add(&number, country, at);
                    }
                    return;
                }
                Some(Family::Iban) => return iban::add(self.iban.get_or_insert_default(), text.as_bytes(), at),
                Some(Family::NationalId) => {
                    let header = self.header;
                    let new = || Box::new(national::Tally::new(header.schemes(), country.map(|c| c.code.as_str())));
                    return self.national.get_or_insert_with(new).add(text.trim(), at);
                }
                _ => {}
            }
        }
        if self.cards
            && shape.letters == 0
            && (12..=19).contains(&shape.digits)
            && let Some(pan) = card::Pan::parse(text.as_bytes())
        {
            return card::add(self.card.get_or_insert_default(), &pan, at);
        }
        if (shape.len == 15 || shape.len == 18)
            && let Some(object) = crm::salesforce(text)
        {
            return self.crm.get_or_insert_default().add(object, text, at);
        }
        if text.starts_with("gid://")
            && let Some(object) = crm::commerce(text)
        {
            self.commerce.get_or_insert_default().add(object, text, at);
        }
    }

    /// What may stand inside sentences.
    fn text(&mut self, text: &str, shape: &Shape, cell: &Cell<'_>, at: CellAt) {
        if shape.digits >= 12 {
            for (range, pan) in card::in_text(text).take(MAX_IN_TEXT) {
                let counts = self.card.get_or_insert_default();
                counts.free_text = true;
                card::add(counts, &pan, within(cell, at, range));
            }
            for range in iban::in_text(text).take(MAX_IN_TEXT) {
                let counts = self.iban.get_or_insert_default();
                counts.free_text = true;
                iban::add(counts, text.get(range.clone()).unwrap_or("").as_bytes(), within(cell, at, range));
            }
        }
        if shape.digits >= 10 && shape.plus {
            for (range, number) in phone::in_text(text).take(MAX_IN_TEXT) {
                let tally = self.phone.get_or_insert_default();
                tally.counts.free_text = true;
                tally.add(&number, None, within(cell, at, range));
            }
        }
    }
}

/// Values of one kind that are looked at in one text.
const MAX_IN_TEXT: usize = 64;

/// The place of a part of a cell, where the text is on disk as it was decoded; else the cell's.
fn within(cell: &Cell<'_>, at: CellAt, range: std::ops::Range<usize>) -> CellAt {
    let span = cell.span;
    if (span.end.saturating_sub(span.start)) as usize != cell.value.len() {
        return at;
    }
    let start = span.start.saturating_add(range.start as u32);
    let end = span.start.saturating_add(range.end as u32);
    CellAt { span: Span { file: span.file, start, end }, ..at }
}

#[cfg(test)]
mod tests;
