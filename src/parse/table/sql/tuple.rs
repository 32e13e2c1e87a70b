//! One parenthesised list of values: in comes a lexer that stands on its `(`, out come the places of its values.

use std::ops::Range;

use super::token::{Cut, Lexer, Quoting, Token, close_string};

/// A value and how it was written.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub range: Range<usize>,
    pub form: Form,
}

/// See [`Literal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A string.
    Text(Quoting),
    /// A number, a call, anything that is no string.
    Plain,
    /// `NULL` or `DEFAULT`.
    Null,
}

/// How a list of values ended.
pub(super) enum End {
    /// With its bracket.
    Closed,
    /// With something that can't stand there: reading must find its way again.
    Broken,
}

/// Reads the list. Values that were whole before a cut or a break are in `literals`.
///
/// An expression counts as its first string (`CAST('2020-01-31' AS date)`, `'a'::text`, `_utf8mb4'x'`), and as its
/// own text where it has none.
pub(super) fn read(lexer: &mut Lexer<'_>, literals: &mut Vec<Literal>) -> Result<End, Cut> {
    literals.clear();
    lexer.at += 1;
    loop {
        lexer.space();
        let start = lexer.at;
        let literal = match simple(lexer) {
            Some(literal) => literal,
            None => {
                lexer.at = start;
                match expression(lexer)? {
                    Some(literal) => literal,
                    None => return Ok(End::Broken),
                }
            }
        };
        let empty = literal.range.is_empty() && literal.form == Form::Plain;
        if !empty {
            literals.push(literal);
        }
        match lexer.data.get(lexer.at) {
            Some(b',') => lexer.at += 1,
            Some(b')') => {
                lexer.at += 1;
                return Ok(End::Closed);
            }
            None if !lexer.ended => return Err(Cut),
            _ => return Ok(End::Broken),
        }
    }
}

/// The values that nearly all lists are made of: a string or a bare word, followed by a comma or the bracket. None
/// for anything else, also for what is cut off.
#[inline]
fn simple(lexer: &mut Lexer<'_>) -> Option<Literal> {
    let start = lexer.at;
    let data = lexer.data;
    if *data.get(start)? == b'\'' {
        let (end, quoting) = close_string(data, start + 1, b'\'', lexer.backslash, lexer.ended).ok()?;
        lexer.at = end + 1;
        lexer.space();
        let closed = matches!(data.get(lexer.at), Some(b',' | b')'));
        return closed.then_some(Literal { range: start + 1..end, form: Form::Text(quoting) });
    }
    let is_bare = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'+' | b'_');
    let len = data[start..].iter().position(|b| !is_bare(b))?;
    lexer.at = start + len;
    if !matches!(data.get(lexer.at), Some(b',' | b')')) || len == 0 {
        return None;
    }
    let word = &data[start..lexer.at];
    if word.starts_with(b"--") {
        return None;
    }
    if let [b'0', b'x' | b'X', digits @ ..] = word
        && digits.iter().all(u8::is_ascii_hexdigit)
    {
        let text = super::value::hex_text(digits).is_some();
        let form = if text { Form::Text(Quoting::Hex) } else { Form::Plain };
        return Some(Literal { range: if text { start + 2..lexer.at } else { start..lexer.at }, form });
    }
    Some(Literal { range: start..lexer.at, form: bare_form(word) })
}

fn bare_form(word: &[u8]) -> Form {
    if word.eq_ignore_ascii_case(b"null") || word.eq_ignore_ascii_case(b"default") { Form::Null } else { Form::Plain }
}

/// Any expression up to the comma or bracket that ends it; none where it can't be one.
fn expression(lexer: &mut Lexer<'_>) -> Result<Option<Literal>, Cut> {
    let mut start = lexer.at;
    let mut depth = 0_usize;
    let mut first: Option<Literal> = None;
    let mut end = start;
    loop {
        lexer.space();
        match lexer.data.get(lexer.at) {
            Some(b',' | b')') if depth == 0 => break,
            // An array: its bracket is no quoted name here.
            Some(b'[') => {
                lexer.at += 1;
                depth += 1;
                continue;
            }
            _ => {}
        }
        let before = lexer.at;
        match lexer.token()? {
            Token::Punct(b'(') => depth += 1,
            Token::Punct(b')' | b']') => depth = depth.saturating_sub(1),
            Token::Punct(b';') | Token::End => return Ok(None),
            Token::Str { inside, quote, quoting } => {
                let stray = quote != b'$' && lexer.data.get(lexer.at).is_some_and(|b| super::token::is_word(*b));
                if stray {
                    // Text right behind a string: a quote is missing or one too many.
                    lexer.at = before;
                    return Ok(None);
                }
                if first.is_none() {
                    // `X'…'` that spells no text is a number.
                    let hex = quoting == Quoting::Hex && super::value::hex_text(&lexer.data[inside.clone()]).is_none();
                    first = Some(Literal { range: inside, form: if hex { Form::Plain } else { Form::Text(quoting) } });
                }
            }
            Token::Comment(_) => {
                if end == start {
                    lexer.space();
                    (start, end) = (lexer.at, lexer.at);
                }
                continue;
            }
            Token::Word(_) | Token::Name(..) | Token::Punct(_) => {}
        }
        end = lexer.at;
    }
    let range = start..end;
    Ok(Some(first.unwrap_or_else(|| {
        let form = bare_form(lexer.data[range.clone()].trim_ascii());
        Literal { range, form }
    })))
}
