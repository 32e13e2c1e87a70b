//! SQL dumps and seeds: in comes a window, out come the rows of `INSERT … VALUES`, `REPLACE … VALUES` and
//! `COPY … FROM stdin`.
//!
//! Nothing is executed and no dialect is asked for: statements other than these are stepped over token by token, so
//! that their strings, comments and `$$` bodies do not mislead; `CREATE TABLE` is read for its columns. A list of
//! values is consumed value by value, so that an `INSERT` of 100 MB costs no more than its longest row.

mod statement;
mod tables;
mod token;
mod tuple;
mod value;

use std::io;

use statement::Copy;
use tables::{Current, Tables};
use token::{Backslash, Cut, Lexer, Quoting, Token};
use tuple::{End, Form, Literal};

use super::delimited::row;
use super::delimited::sniff::Dialect;
use super::trouble::Troubles;
use super::window::Window;
use super::{Container, Visitor};

/// How many bytes are looked at to tell the dialect; comments are handed on from as many.
const SAMPLE: usize = 64 << 10;

/// Longer statement heads are not remembered for the next one.
const LONGEST_HEAD: usize = 64 << 10;

const BROKEN: &str = "this is not expected in a list of SQL values: the row is read up to here";
const UNCLOSED: &str = "the file ends inside a SQL statement";
const LONG: &str = "a SQL statement or row is longer than 64 MB and is not read";

/// Reads a file of SQL.
pub(super) fn read(window: &mut Window<'_>, visitor: &mut dyn Visitor, troubles: &mut Troubles) -> io::Result<()> {
    window.fill(SAMPLE)?;
    let sample = &window.data()[..window.data().len().min(SAMPLE)];
    let mut reader = Reader {
        backslash: backslash(sample),
        state: State::Statement,
        fresh: true,
        astray: false,
        begins: true,
        tables: Tables::default(),
        current: None,
        head: Vec::new(),
        literals: Vec::new(),
        early: window.offset() + SAMPLE as u64,
    };
    loop {
        let read = reader.run(window, visitor, troubles);
        reader.begins = match read.checked_sub(1) {
            Some(last) => window.data().get(last) == Some(&b'\n'),
            None => reader.begins,
        };
        window.consume(read);
        if window.ended() {
            return Ok(());
        }
        if window.data().len() > window.bounds().longest {
            troubles.note(LONG, window.span(0..1));
            reader.state = State::Lost;
        }
        window.grow()?;
    }
}

/// Whether the file's own marks say what a backslash in a string is.
fn backslash(sample: &[u8]) -> Backslash {
    let has = |mark: &str| memchr::memmem::find(sample, mark.as_bytes()).is_some();
    let mysql = ["MySQL dump", "MariaDB dump", "phpMyAdmin", "ENGINE=", "/*!40", "INSERT INTO `", "CREATE TABLE `"];
    let plain = ["PostgreSQL database dump", "PRAGMA foreign_keys", "[dbo]", "IDENTITY_INSERT", "sqlite_sequence"];
    if has("standard_conforming_strings = off") || mysql.iter().any(|mark| has(mark)) {
        Backslash::Escape
    } else if plain.iter().any(|mark| has(mark)) {
        Backslash::Plain
    } else {
        Backslash::Guess
    }
}

/// What the next bytes are.
enum State {
    /// A statement, or the middle of one that is stepped over.
    Statement,
    /// Lists of values.
    Values,
    /// Lines of `COPY`.
    Lines(Box<Copy>),
    /// The rest of a row that can't be read.
    Lost,
}

struct Reader {
    backslash: Backslash,
    state: State,
    /// A statement begins here.
    fresh: bool,
    /// A row could not be read: a bracket that begins a line is the next one.
    astray: bool,
    /// The window begins with a line.
    begins: bool,
    tables: Tables,
    /// Where rows go, once a statement has said so.
    current: Option<Current>,
    /// The bytes of the last `INSERT … VALUES`: dumps repeat it for each row.
    head: Vec<u8>,
    literals: Vec<Literal>,
    /// Comments before this offset are handed on.
    early: u64,
}

/// What a step came to.
enum Step {
    Went,
    Done,
}

impl Reader {
    /// Reads all that is whole in the window; gives how many bytes.
    fn run(&mut self, window: &Window<'_>, visitor: &mut dyn Visitor, troubles: &mut Troubles) -> usize {
        let mut lexer = Lexer {
            data: window.data(),
            at: 0,
            ended: window.ended(),
            backslash: self.backslash,
            begins: self.begins,
            line_start: false,
        };
        let mut cells = Vec::new();
        loop {
            let before = lexer.at;
            let step = match &self.state {
                State::Statement => self.statement(&mut lexer, window, visitor),
                State::Values => self.values(&mut lexer, window, visitor, troubles),
                State::Lines(_) => self.line(&mut lexer),
                State::Lost => Ok(self.find_way(&mut lexer)),
            };
            match step {
                Ok(step) => {
                    if !self.literals.is_empty() {
                        if let Some(current) = &mut self.current {
                            self.tables.row(current, &self.literals, window, &mut cells, visitor, troubles);
                        }
                        self.literals.clear();
                    }
                    if matches!(step, Step::Done) {
                        return lexer.data.len();
                    }
                }
                Err(Cut) => {
                    self.literals.clear();
                    if window.ended() {
                        troubles.note(UNCLOSED, window.span(before..lexer.data.len()));
                        return lexer.data.len();
                    }
                    return before;
                }
            }
        }
    }

    /// Steps over one token, or reads the head of a statement that has rows.
    fn statement(
        &mut self,
        lexer: &mut Lexer<'_>,
        window: &Window<'_>,
        visitor: &mut dyn Visitor,
    ) -> Result<Step, Cut> {
        let token = lexer.token()?;
        let begins = self.fresh || lexer.line_start;
        match token {
            Token::Comment(inside) => {
                if window.offset() + (inside.start as u64) < self.early {
                    let text = String::from_utf8_lossy(&lexer.data[inside.clone()]);
                    visitor.preamble(window.span(inside), text.trim());
                }
                return Ok(Step::Went);
            }
            Token::End => return Ok(Step::Done),
            Token::Punct(b';') => (self.fresh, self.astray) = (true, false),
            Token::Punct(b'(') if lexer.line_start && self.astray => {
                lexer.at -= 1;
                self.state = State::Values;
            }
            Token::Word(word) => {
                let fresh = ["go", "begin", "then", "else"].iter().any(|w| statement::is(lexer, &word, w.as_bytes()));
                if begins {
                    self.keyword(&word, lexer, window, visitor)?;
                }
                self.fresh = fresh;
            }
            _ => self.fresh = false,
        }
        Ok(Step::Went)
    }

    fn keyword(
        &mut self,
        word: &std::ops::Range<usize>,
        lexer: &mut Lexer<'_>,
        window: &Window<'_>,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Cut> {
        let data = lexer.data;
        let is = |keyword: &str| data[word.clone()].eq_ignore_ascii_case(keyword.as_bytes());
        if is("insert") || is("replace") {
            if !self.head.is_empty() && data[word.start..].starts_with(&self.head) {
                lexer.at = word.start + self.head.len();
                self.state = State::Values;
            } else if let Some(target) = statement::insert(lexer)? {
                self.head.clear();
                if lexer.at - word.start <= LONGEST_HEAD {
                    self.head.extend_from_slice(&data[word.start..lexer.at]);
                }
                self.current = Some(self.tables.target(&target, Container::SqlInsert, window, visitor));
                self.state = State::Values;
            }
        } else if is("create") {
            if let Some(target) = statement::create(lexer)? {
                self.tables.created(&target, window);
                self.head.clear();
            }
        } else if is("copy")
            && let Some(copy) = statement::copy(lexer)?
        {
            self.head.clear();
            self.current = Some(self.tables.target(&copy.target, Container::SqlCopy, window, visitor));
            self.state = State::Lines(Box::new(copy));
        }
        Ok(())
    }

    /// Reads one list of values, or what follows the last one.
    fn values(
        &mut self,
        lexer: &mut Lexer<'_>,
        window: &Window<'_>,
        visitor: &mut dyn Visitor,
        troubles: &mut Troubles,
    ) -> Result<Step, Cut> {
        lexer.space();
        match lexer.data.get(lexer.at) {
            Some(b',') => {
                lexer.at += 1;
                return Ok(Step::Went);
            }
            Some(b'(') => {
                let start = lexer.at;
                if let End::Broken = tuple::read(lexer, &mut self.literals)? {
                    let at = lexer.at.min(lexer.data.len());
                    let what = if at == lexer.data.len() { UNCLOSED } else { BROKEN };
                    troubles.note(what, window.span(at.max(start)..(at + 1).min(lexer.data.len())));
                    self.state = State::Lost;
                }
                return Ok(Step::Went);
            }
            _ => {}
        }
        let before = lexer.clone();
        match lexer.solid()? {
            Token::Punct(b'(' | b',') => lexer.at -= 1,
            Token::Word(word) if statement::is(lexer, &word, b"row") => {}
            // Oracle: `INSERT ALL INTO t VALUES (…) INTO t VALUES (…) SELECT …`.
            Token::Word(word) if statement::is(lexer, &word, b"into") => {
                if let Some(target) = statement::insert(lexer)? {
                    self.current = Some(self.tables.target(&target, Container::SqlInsert, window, visitor));
                } else {
                    self.state = State::Statement;
                }
            }
            _ => {
                *lexer = before;
                self.fresh = false;
                self.state = State::Statement;
            }
        }
        Ok(Step::Went)
    }

    /// Reads one line of `COPY`.
    fn line(&mut self, lexer: &mut Lexer<'_>) -> Result<Step, Cut> {
        let State::Lines(copy) = &mut self.state else { return Ok(Step::Went) };
        let rest = &lexer.data[lexer.at..];
        if rest.is_empty() && lexer.ended {
            return Ok(Step::Done);
        }
        let dialect = Dialect { delimiter: copy.delimiter, line_end: b'\n' };
        let end = memchr::memchr(b'\n', rest).or(lexer.ended.then_some(rest.len())).ok_or(Cut)?;
        if rest[..end].trim_ascii_end() == b"\\." {
            lexer.at = (lexer.at + end + 1).min(lexer.data.len());
            (self.state, self.fresh) = (State::Statement, true);
            return Ok(Step::Went);
        }
        let len = if copy.csv { csv_fields(rest, dialect, lexer, &mut self.literals)? } else { end + 1 };
        if !copy.csv {
            text_fields(&rest[..end], lexer.at, copy.delimiter, &copy.null, &mut self.literals);
        } else {
            for literal in &mut self.literals {
                let unquoted = literal.range.start == lexer.at || lexer.data[literal.range.start - 1] != b'"';
                if unquoted && lexer.data[literal.range.clone()] == *copy.null.as_bytes() {
                    literal.form = Form::Null;
                }
            }
        }
        if std::mem::take(&mut copy.header) {
            self.literals.clear();
        }
        lexer.at = (lexer.at + len).min(lexer.data.len());
        Ok(Step::Went)
    }

    /// Finds the end of a row that can't be read: the next row on the same line, or the next line.
    fn find_way(&mut self, lexer: &mut Lexer<'_>) -> Step {
        let rest = &lexer.data[lexer.at..];
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        if let Some(row) = memchr::memmem::find(&rest[..line], b"),(") {
            lexer.at += row + 1;
            self.state = State::Values;
        } else if line < rest.len() {
            lexer.at += line + 1;
            (self.fresh, self.astray) = (false, true);
            self.state = State::Statement;
        } else {
            lexer.at = lexer.data.len();
            return Step::Done;
        }
        Step::Went
    }
}

fn csv_fields(rest: &[u8], dialect: Dialect, lexer: &Lexer<'_>, literals: &mut Vec<Literal>) -> Result<usize, Cut> {
    let mut fields = Vec::new();
    let len = match row::cut(rest, dialect, lexer.ended, &mut fields) {
        row::Cut::Row(len) => len,
        row::Cut::Open { sure: true, .. } => row::cut_plain(rest, dialect, &mut fields),
        _ => return Err(Cut),
    };
    literals.extend(fields.iter().map(|field| {
        let quoting = if field.doubled { Quoting::Doubled(b'"') } else { Quoting::Raw };
        Literal { range: lexer.at + field.start..lexer.at + field.end, form: Form::Text(quoting) }
    }));
    Ok(len)
}

/// Cuts a line of `COPY`'s text format; a delimiter behind a backslash belongs to its field.
fn text_fields(line: &[u8], at: usize, delimiter: u8, null: &str, literals: &mut Vec<Literal>) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut start = 0;
    let mut from = 0;
    let mut escaped = false;
    loop {
        let found = line.get(from..).and_then(|rest| memchr::memchr2(delimiter, b'\\', rest));
        let end = found.map_or(line.len(), |len| from + len);
        if line.get(end) == Some(&b'\\') {
            escaped = true;
            from = end + 2;
            continue;
        }
        let form = match &line[start..end] {
            raw if raw == null.as_bytes() => Form::Null,
            _ if escaped => Form::Text(Quoting::Copied),
            _ => Form::Text(Quoting::Raw),
        };
        literals.push(Literal { range: at + start..at + end, form });
        if end >= line.len() {
            return;
        }
        (start, from, escaped) = (end + 1, end + 1, false);
    }
}

#[cfg(test)]
mod tests;
