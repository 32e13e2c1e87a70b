//! The statements that say which table and which columns values belong to: in comes a lexer that stands behind the
//! first keyword, out come names with their places.

use std::ops::Range;

use super::token::{Cut, Lexer, Quoting, Token};
use super::value;

/// A name with its place.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub text: String,
    pub range: Range<usize>,
}

/// `[schema.]table [(columns)]`.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// All parts, joined by dots.
    pub full: String,
    /// The place of the last part.
    pub range: Range<usize>,
    /// The columns, if they are listed.
    pub columns: Option<Vec<Name>>,
}

/// A `COPY` from the lines that follow.
#[derive(Debug, Clone)]
pub(super) struct Copy {
    pub target: Target,
    /// Between fields.
    pub delimiter: u8,
    /// `FORMAT csv`.
    pub csv: bool,
    /// The first line names the columns.
    pub header: bool,
    /// What stands for null.
    pub null: String,
}

/// Reads what stands between `INSERT` or `REPLACE` and the first list of values. None where there is no such list
/// (`INSERT … SELECT`, `REPLACE(a, b)`, `ON INSERT`).
pub(super) fn insert(lexer: &mut Lexer<'_>) -> Result<Option<Target>, Cut> {
    const MODIFIERS: [&[u8]; 15] = [
        b"into",
        b"ignore",
        b"overwrite",
        b"table",
        b"low_priority",
        b"delayed",
        b"high_priority",
        b"or",
        b"replace",
        b"rollback",
        b"abort",
        b"fail",
        b"all",
        b"first",
        b"insert",
    ];
    let first = loop {
        match lexer.solid()? {
            Token::Word(word) if MODIFIERS.iter().any(|m| is(lexer, &word, m)) => {}
            token => break token,
        }
    };
    let Some(mut target) = target(lexer, first)? else { return Ok(None) };
    let mut in_brackets = 0_usize;
    loop {
        let before = lexer.clone();
        match lexer.solid()? {
            Token::Word(word) if in_brackets == 0 && is_values(lexer, &word) => {
                let mut behind = lexer.clone();
                return Ok(match behind.solid()? {
                    Token::Punct(b'(') => Some(target),
                    // `VALUES ROW(…)`, `OVERRIDING SYSTEM VALUE VALUES`.
                    Token::Word(word) if is(&behind, &word, b"row") => Some(target),
                    Token::Word(word) if is_values(&behind, &word) => continue,
                    _ => None,
                });
            }
            Token::Word(word) if is(lexer, &word, b"select") || is(lexer, &word, b"set") => return Ok(None),
            Token::Punct(b'(') if target.columns.is_none() && in_brackets == 0 => {
                *lexer = before;
                match names(lexer)? {
                    Some(columns) => target.columns = Some(columns),
                    None => return Ok(None),
                }
            }
            Token::Punct(b'(') => in_brackets += 1,
            Token::Punct(b')') if in_brackets > 0 => in_brackets -= 1,
            Token::Word(_) | Token::Name(..) | Token::Str { quote: b'"', .. } => {}
            Token::Punct(b'.' | b',' | b'*') => {}
            _ => {
                *lexer = before;
                return Ok(None);
            }
        }
    }
}

/// Reads what stands behind `CREATE`, if it makes a table with columns.
pub(super) fn create(lexer: &mut Lexer<'_>) -> Result<Option<Target>, Cut> {
    const MODIFIERS: [&[u8]; 9] =
        [b"or", b"replace", b"global", b"local", b"temp", b"temporary", b"unlogged", b"external", b"foreign"];
    loop {
        match lexer.solid()? {
            Token::Word(word) if MODIFIERS.iter().any(|m| is(lexer, &word, m)) => {}
            Token::Word(word) if is(lexer, &word, b"table") => break,
            _ => return Ok(None),
        }
    }
    const EXISTS: [&[u8]; 3] = [b"if", b"not", b"exists"];
    let first = loop {
        match lexer.solid()? {
            Token::Word(word) if EXISTS.iter().any(|m| is(lexer, &word, m)) => {}
            token => break token,
        }
    };
    let Some(mut target) = target(lexer, first)? else { return Ok(None) };
    match lexer.solid()? {
        Token::Punct(b'(') => {}
        _ => return Ok(None),
    }
    let mut columns = Vec::new();
    while let Some(column) = definition(lexer)? {
        columns.extend(column);
    }
    target.columns = Some(columns);
    Ok(Some(target))
}

/// Reads what stands behind `COPY`, if the rows follow in the file.
pub(super) fn copy(lexer: &mut Lexer<'_>) -> Result<Option<Copy>, Cut> {
    let first = lexer.solid()?;
    let Some(mut target) = target(lexer, first)? else { return Ok(None) };
    let before = lexer.clone();
    match lexer.solid()? {
        Token::Punct(b'(') => {
            *lexer = before;
            target.columns = names(lexer)?;
        }
        _ => *lexer = before,
    }
    for expected in [&b"from"[..], b"stdin"] {
        match lexer.solid()? {
            Token::Word(word) if is(lexer, &word, expected) => {}
            _ => return Ok(None),
        }
    }
    let mut copy = Copy { target, delimiter: 0, csv: false, header: false, null: String::new() };
    let mut null = None;
    let mut option = Vec::new();
    loop {
        match lexer.solid()? {
            Token::Word(word) => {
                option = lexer.data[word].to_ascii_lowercase();
                copy.csv |= option == b"csv";
                copy.header |= option == b"header";
            }
            Token::Str { inside, quoting, .. } => {
                let text = value::decode(&lexer.data[inside], quoting).0;
                match &option[..] {
                    b"delimiter" | b"delimiters" | b"as" => copy.delimiter = text.bytes().next().unwrap_or(0),
                    b"null" => null = Some(text.into_owned()),
                    _ => {}
                }
            }
            Token::Punct(b';') | Token::End => break,
            _ => {}
        }
    }
    if copy.delimiter == 0 {
        copy.delimiter = if copy.csv { b',' } else { b'\t' };
    }
    copy.null = null.unwrap_or_else(|| if copy.csv { String::new() } else { "\\N".to_owned() });
    // The rows begin on the next line.
    match memchr::memchr(b'\n', &lexer.data[lexer.at..]) {
        Some(len) => lexer.at += len + 1,
        None if lexer.ended => lexer.at = lexer.data.len(),
        None => return Err(Cut),
    }
    Ok(Some(copy))
}

/// Whether a word is a keyword, in any letter case.
pub(super) fn is(lexer: &Lexer<'_>, word: &Range<usize>, keyword: &[u8]) -> bool {
    lexer.data[word.clone()].eq_ignore_ascii_case(keyword)
}

fn is_values(lexer: &Lexer<'_>, word: &Range<usize>) -> bool {
    is(lexer, word, b"values") || is(lexer, word, b"value")
}

/// A name as a token, none for anything else.
fn name(lexer: &Lexer<'_>, token: &Token) -> Option<Name> {
    let (range, text) = match token {
        Token::Word(range) => (range, value::decode(&lexer.data[range.clone()], Quoting::Raw).0.into_owned()),
        Token::Name(range, doubled) => {
            let quoting = doubled.map_or(Quoting::Raw, Quoting::Doubled);
            (range, value::decode(&lexer.data[range.clone()], quoting).0.into_owned())
        }
        Token::Str { inside, quote: b'"' | b'\'', quoting } => {
            (inside, value::decode(&lexer.data[inside.clone()], *quoting).0.into_owned())
        }
        _ => return None,
    };
    Some(Name { text: text.trim().to_owned(), range: range.clone() })
}

/// `a.b.c`, of which the first token has been read.
fn target(lexer: &mut Lexer<'_>, first: Token) -> Result<Option<Target>, Cut> {
    let Some(mut last) = name(lexer, &first) else { return Ok(None) };
    let mut full = last.text.clone();
    loop {
        let before = lexer.clone();
        if lexer.solid()? != Token::Punct(b'.') {
            *lexer = before;
            return Ok(Some(Target { full, range: last.range, columns: None }));
        }
        let token = lexer.solid()?;
        // `db..table`
        let Some(part) = name(lexer, &token) else {
            if token == Token::Punct(b'.') {
                continue;
            }
            return Ok(None);
        };
        full = format!("{full}.{}", part.text);
        last = part;
    }
}

/// `(a, b, c)`; none where something else is in the brackets.
fn names(lexer: &mut Lexer<'_>) -> Result<Option<Vec<Name>>, Cut> {
    lexer.solid()?;
    let mut names = Vec::new();
    loop {
        let token = lexer.solid()?;
        let Some(found) = name(lexer, &token) else { return Ok(None) };
        names.push(found);
        loop {
            match lexer.solid()? {
                Token::Punct(b',') => break,
                Token::Punct(b')') => return Ok(Some(names)),
                // `t.column`: the last part is the name.
                Token::Punct(b'.') => {
                    let token = lexer.solid()?;
                    let Some(part) = name(lexer, &token) else { return Ok(None) };
                    names.pop();
                    names.push(part);
                }
                _ => return Ok(None),
            }
        }
    }
}

/// One definition of a `CREATE TABLE`, up to its comma: some column, or nothing where it is a key or constraint. None
/// behind the last.
fn definition(lexer: &mut Lexer<'_>) -> Result<Option<Option<Name>>, Cut> {
    const NO_COLUMN: [&[u8]; 11] = [
        b"primary",
        b"unique",
        b"constraint",
        b"foreign",
        b"check",
        b"fulltext",
        b"spatial",
        b"exclude",
        b"like",
        b"period",
        b"partition",
    ];
    let first = lexer.solid()?;
    let mut column =
        match &first {
            Token::Punct(b')' | b';') | Token::End => return Ok(None),
            Token::Word(word) if NO_COLUMN.iter().any(|k| is(lexer, word, k)) => None,
            Token::Word(word) if is(lexer, word, b"key") || is(lexer, word, b"index") => {
                if is_index(&mut lexer.clone())? { None } else { name(lexer, &first) }
            }
            other => name(lexer, other),
        };
    let mut depth = 0_usize;
    loop {
        let before = lexer.clone();
        match lexer.solid()? {
            Token::Punct(b'(') => depth += 1,
            Token::Punct(b')') if depth > 0 => depth -= 1,
            Token::Punct(b',') if depth == 0 => return Ok(Some(column.take())),
            Token::Punct(b')' | b';') | Token::End => {
                *lexer = before;
                return Ok(match column {
                    Some(column) => Some(Some(column)),
                    None => Some(None),
                });
            }
            _ => {}
        }
    }
}

/// Whether `KEY …` is an index: `KEY name (a)`, `` KEY `name` (a) ``, `KEY (a)`; but not `key varchar(20)`.
fn is_index(behind: &mut Lexer<'_>) -> Result<bool, Cut> {
    match behind.solid()? {
        Token::Name(..) | Token::Str { .. } | Token::Punct(b'(') => Ok(true),
        Token::Word(_) => match behind.solid()? {
            Token::Punct(b'(') => match behind.solid()? {
                Token::Word(word) => Ok(!behind.data[word].first().is_some_and(u8::is_ascii_digit)),
                Token::Name(..) | Token::Str { .. } => Ok(true),
                _ => Ok(false),
            },
            Token::Word(word) => Ok(is(behind, &word, b"using")),
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}
