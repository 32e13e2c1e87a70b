//! SQL as tokens, in every dialect's quoting at once: in come bytes and a place, out comes the next token, or nothing
//! where it is cut off by the window's end.

use std::ops::Range;

/// What a backslash in a string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backslash {
    /// It escapes the next character (MySQL).
    Escape,
    /// It is a character like any other (the standard, PostgreSQL, SQLite, SQL Server).
    Plain,
    /// The file does not say: before a quote it escapes, unless the string must end there.
    Guess,
}

/// How the inside of a literal becomes its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// Nothing to resolve.
    Raw,
    /// Doubled quotes.
    Doubled(u8),
    /// Backslashes as MySQL has them, and doubled quotes.
    Mysql(u8),
    /// `E'…'`: backslashes as PostgreSQL has them, and doubled quotes.
    Postgres,
    /// A field of `COPY`: backslashes as in `E'…'`, quotes are characters.
    Copied,
    /// `X'…'` or `0x…`: pairs of hexadecimal digits.
    Hex,
}

/// A piece of SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A keyword, a name or a number.
    Word(Range<usize>),
    /// A name in backticks or brackets: its inside, and whether the closing mark is doubled in it.
    Name(Range<usize>, Option<u8>),
    /// A string literal, or a name in double quotes: its inside.
    Str { inside: Range<usize>, quote: u8, quoting: Quoting },
    /// A comment: its inside.
    Comment(Range<usize>),
    /// Any other character.
    Punct(u8),
    /// Nothing is left.
    End,
}

/// Reads forward through a window's bytes.
#[derive(Clone)]
pub(super) struct Lexer<'d> {
    pub data: &'d [u8],
    pub at: usize,
    /// Nothing follows behind `data`.
    pub ended: bool,
    pub backslash: Backslash,
    /// The first byte of `data` begins a line.
    pub begins: bool,
    /// The last token was the first on its line.
    pub line_start: bool,
}

/// The window ends within a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut;

impl<'d> Lexer<'d> {
    /// The next token that is no comment.
    pub fn solid(&mut self) -> Result<Token, Cut> {
        loop {
            match self.token()? {
                Token::Comment(_) => {}
                token => return Ok(token),
            }
        }
    }

    /// The next token; where it is cut off the place stays before it.
    pub fn token(&mut self) -> Result<Token, Cut> {
        let before = (self.at, self.line_start);
        let token = self.read();
        if token.is_err() {
            (self.at, self.line_start) = before;
        }
        token
    }

    /// Skips white space; true if a line ended.
    pub fn space(&mut self) -> bool {
        let mut line_end = false;
        while let Some(b) = self.data.get(self.at)
            && b.is_ascii_whitespace()
        {
            line_end |= *b == b'\n';
            self.at += 1;
        }
        line_end
    }

    fn read(&mut self) -> Result<Token, Cut> {
        let at_start = match self.at.checked_sub(1) {
            Some(before) => self.data.get(before) == Some(&b'\n'),
            None => self.begins,
        };
        self.line_start = self.space() || at_start;
        let at = self.at;
        let Some(first) = self.data.get(at).copied() else { return self.end_or_cut() };
        match first {
            b'\'' | b'"' => self.string(at + 1, first, self.backslash),
            b'`' => self.name(at + 1, b'`'),
            b'[' => self.name(at + 1, b']'),
            b'$' => self.dollar(),
            b'-' | b'/' => self.comment(first),
            b'#' if self.line_start || self.backslash == Backslash::Escape => self.line_comment(at + 1),
            // Commands of psql: `\connect`, `\restrict`.
            b'\\' if self.line_start => self.line_comment(at + 1),
            _ if is_word(first) => self.word(),
            _ => {
                self.at += 1;
                Ok(Token::Punct(first))
            }
        }
    }

    fn end_or_cut(&self) -> Result<Token, Cut> {
        if self.ended { Ok(Token::End) } else { Err(Cut) }
    }

    fn word(&mut self) -> Result<Token, Cut> {
        let start = self.at;
        let rest = &self.data[start..];
        let Some(len) = rest.iter().position(|b| !is_word(*b)).or(self.ended.then_some(rest.len())) else {
            return Err(Cut);
        };
        let word = &rest[..len];
        let quote = start + len;
        if self.data.get(quote) == Some(&b'\'') {
            match word {
                b"n" | b"N" => return self.string(quote + 1, b'\'', self.backslash),
                b"e" | b"E" => return self.postgres_string(quote + 1),
                b"x" | b"X" => return self.hex_string(quote + 1),
                b"b" | b"B" => return self.string(quote + 1, b'\'', Backslash::Plain),
                b"q" | b"Q" | b"nq" | b"NQ" | b"nQ" | b"Nq" => return self.oracle_string(quote + 1),
                _ => {}
            }
        }
        self.at = quote;
        Ok(Token::Word(start..quote))
    }

    /// A string whose inside begins at `inside`.
    fn string(&mut self, inside: usize, quote: u8, backslash: Backslash) -> Result<Token, Cut> {
        let (end, quoting) = close_string(self.data, inside, quote, backslash, self.ended)?;
        self.at = (end + 1).min(self.data.len());
        Ok(Token::Str { inside: inside..end, quote, quoting })
    }

    fn postgres_string(&mut self, inside: usize) -> Result<Token, Cut> {
        let (end, quoting) = close_string(self.data, inside, b'\'', Backslash::Escape, self.ended)?;
        self.at = (end + 1).min(self.data.len());
        let quoting = if quoting == Quoting::Raw { Quoting::Raw } else { Quoting::Postgres };
        Ok(Token::Str { inside: inside..end, quote: b'\'', quoting })
    }

    fn hex_string(&mut self, inside: usize) -> Result<Token, Cut> {
        match self.string(inside, b'\'', Backslash::Plain)? {
            Token::Str { inside, quote, .. } => Ok(Token::Str { inside, quote, quoting: Quoting::Hex }),
            other => Ok(other),
        }
    }

    /// Oracle's `q'[…]'`.
    fn oracle_string(&mut self, inside: usize) -> Result<Token, Cut> {
        let Some(open) = self.data.get(inside).copied() else { return self.end_or_cut() };
        let close = match open {
            b'[' => b']',
            b'(' => b')',
            b'{' => b'}',
            b'<' => b'>',
            other => other,
        };
        let start = inside + 1;
        let rest = self.data.get(start..).unwrap_or_default();
        let len = memchr::memmem::find(rest, &[close, b'\'']);
        let len = len.or(self.ended.then_some(rest.len())).ok_or(Cut)?;
        self.at = (start + len + 2).min(self.data.len());
        Ok(Token::Str { inside: start..start + len, quote: b'\'', quoting: Quoting::Raw })
    }

    /// A name in backticks or brackets. A bracket that is not closed on its line is a bracket.
    fn name(&mut self, inside: usize, close: u8) -> Result<Token, Cut> {
        let mut from = inside;
        let mut doubled = None;
        loop {
            let rest = self.data.get(from..).unwrap_or_default();
            match memchr::memchr2(close, b'\n', rest) {
                Some(len) if rest[len] == b'\n' => break,
                Some(len) if self.data.get(from + len + 1) == Some(&close) => {
                    doubled = Some(close);
                    from += len + 2;
                }
                Some(len) if from + len + 1 == self.data.len() && !self.ended => return Err(Cut),
                Some(len) => {
                    self.at = from + len + 1;
                    return Ok(Token::Name(inside..from + len, doubled));
                }
                None if !self.ended => return Err(Cut),
                None => break,
            }
        }
        self.at = inside;
        Ok(Token::Punct(self.data[inside - 1]))
    }

    /// PostgreSQL's `$tag$…$tag$`; any other dollar is a character.
    fn dollar(&mut self) -> Result<Token, Cut> {
        let start = self.at;
        let rest = &self.data[start..];
        let tag = rest[1..].iter().position(|b| !(b.is_ascii_alphanumeric() || *b == b'_') || *b == b'$');
        match tag {
            None if !self.ended => Err(Cut),
            Some(len) if rest[len + 1] == b'$' && !rest[1].is_ascii_digit() => {
                let tag = &rest[..len + 2];
                let inside = start + tag.len();
                let body = &self.data[inside..];
                let len = memchr::memmem::find(body, tag).or(self.ended.then_some(body.len())).ok_or(Cut)?;
                self.at = (inside + len + tag.len()).min(self.data.len());
                Ok(Token::Str { inside: inside..inside + len, quote: b'$', quoting: Quoting::Raw })
            }
            _ => {
                self.at += 1;
                Ok(Token::Punct(b'$'))
            }
        }
    }

    fn comment(&mut self, first: u8) -> Result<Token, Cut> {
        let start = self.at;
        match (first, self.data.get(start + 1)) {
            (b'-', Some(b'-')) => self.line_comment(start + 2),
            (b'/', Some(b'*')) => {
                let body = &self.data[start + 2..];
                let len = memchr::memmem::find(body, b"*/").or(self.ended.then_some(body.len())).ok_or(Cut)?;
                self.at = (start + 4 + len).min(self.data.len());
                Ok(Token::Comment(start + 2..start + 2 + len))
            }
            (_, None) if !self.ended => Err(Cut),
            _ => {
                self.at += 1;
                Ok(Token::Punct(first))
            }
        }
    }

    fn line_comment(&mut self, inside: usize) -> Result<Token, Cut> {
        let body = &self.data[inside..];
        let len = memchr::memchr(b'\n', body).or(self.ended.then_some(body.len())).ok_or(Cut)?;
        self.at = inside + len;
        Ok(Token::Comment(inside..inside + len))
    }
}

/// What a word is made of; bytes of other scripts are letters.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'@' | b'#') || byte >= 0x80
}

/// Finds the closing quote of a string; without one the string ends with the file.
#[inline]
pub(super) fn close_string(
    data: &[u8],
    inside: usize,
    quote: u8,
    backslash: Backslash,
    ended: bool,
) -> Result<(usize, Quoting), Cut> {
    let mut from = inside;
    let mut quoting = Quoting::Raw;
    loop {
        let rest = data.get(from..).unwrap_or_default();
        let found = match backslash {
            Backslash::Plain => memchr::memchr(quote, rest),
            _ => memchr::memchr2(quote, b'\\', rest),
        };
        let Some(len) = found else {
            return if ended { Ok((data.len().max(inside), quoting)) } else { Err(Cut) };
        };
        let at = from + len;
        if data[at] == quote {
            match data.get(at + 1) {
                Some(next) if *next == quote => {
                    if quoting == Quoting::Raw {
                        quoting = Quoting::Doubled(quote);
                    }
                    from = at + 2;
                    continue;
                }
                None if !ended => return Err(Cut),
                _ => return Ok((at, quoting)),
            }
        }
        match (backslash, data.get(at + 1)) {
            (_, None) if !ended => return Err(Cut),
            (Backslash::Guess, Some(next)) if *next != quote => from = at + 1,
            (Backslash::Guess, _) if ends_value(data, at + 2, ended)? => return Ok((at + 1, quoting)),
            _ => {
                quoting = Quoting::Mysql(quote);
                from = at + 2;
            }
        }
    }
}

/// Whether what follows a quote says that it closed a value.
fn ends_value(data: &[u8], at: usize, ended: bool) -> Result<bool, Cut> {
    let rest = data.get(at..).unwrap_or_default();
    match rest.iter().find(|b| !b.is_ascii_whitespace()) {
        Some(b) => Ok(matches!(b, b',' | b')' | b';')),
        None if ended => Ok(true),
        None => Err(Cut),
    }
}
