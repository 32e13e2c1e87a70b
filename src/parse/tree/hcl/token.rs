//! HCL's tokens: in comes text, out come tokens that know the bracket they belong to, so that the reader can step over
//! an expression without looking into it. Reading ends at the first thing that is no HCL; the tokens before it stand.

use std::ops::Range;

use crate::parse::tree::MAX_DEPTH;
use crate::parse::tree::build::{Builder, too_deep};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An identifier, keyword or number.
    Word,
    /// A quoted template with its quotes.
    String,
    /// A heredoc, from its marker to its end marker; the content is the range.
    Heredoc {
        /// First byte of the content.
        start: usize,
        /// Behind the content's last line end.
        end: usize,
        /// `<<-`: the common indentation is not part of the text.
        indented: bool,
    },
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    Newline,
    Comma,
    /// A lone `=`.
    Assign,
    Colon,
    /// Any other operator.
    Other,
}

/// A token and where it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// For an opening bracket the index of its closing one; itself where there is none.
    pub mate: usize,
}

/// Splits a text; comments and what breaks the text off go to `built`.
pub(super) fn tokens(text: &str, built: &mut Builder<'_>) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), open: Vec::new() };
    while lexer.at < text.len() {
        if let Err((range, message)) = lexer.step(built) {
            built.problem(range, message);
            return lexer.tokens;
        }
    }
    if let Some(open) = lexer.open.last().map(|i| lexer.tokens[*i]) {
        built.problem(open.start..open.end, "a bracket that is never closed");
    }
    lexer.tokens
}

type Break = (Range<usize>, String);

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    /// Indices of brackets that are not yet closed.
    open: Vec<usize>,
}

impl Lexer<'_> {
    fn step(&mut self, built: &mut Builder<'_>) -> Result<(), Break> {
        let rest = &self.text.as_bytes()[self.at..];
        let line = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        match rest {
            [b' ' | b'\t' | b'\r', ..] => self.at += 1,
            [b'\n', ..] => self.push(Kind::Newline, 1),
            [b'#', ..] | [b'/', b'/', ..] => {
                let comment = self.text[self.at..self.at + line].trim_end();
                let text = comment.strip_prefix("//").unwrap_or(comment).trim_start_matches('#');
                built.comment(self.at..self.at + comment.len(), text);
                self.at += line;
            }
            [b'/', b'*', inner @ ..] => {
                let Some(len) = memchr::memmem::find(inner, b"*/") else {
                    return Err((self.at..self.at + 2, "a comment that does not end".to_owned()));
                };
                let text = self.text[self.at + 2..self.at + 2 + len].trim_matches('*');
                built.comment(self.at..self.at + len + 4, text);
                self.at += len + 4;
            }
            [b'"', ..] => self.string()?,
            [b'<', b'<', ..] if self.heredoc()? => {}
            [b @ (b'(' | b'[' | b'{'), ..] => self.open(*b)?,
            [b @ (b')' | b']' | b'}'), ..] => self.close(*b)?,
            [b',', ..] => self.push(Kind::Comma, 1),
            [b':', ..] => self.push(Kind::Colon, 1),
            [b'=' | b'!' | b'<' | b'>', b'=', ..] | [b'=', b'>', ..] => self.push(Kind::Other, 2),
            [b'=', ..] => self.push(Kind::Assign, 1),
            [b, ..] if is_word(*b) => self.push(Kind::Word, rest.iter().take_while(|b| is_word(**b)).count()),
            _ => self.push(Kind::Other, 1),
        }
        Ok(())
    }

    fn push(&mut self, kind: Kind, len: usize) {
        let (start, end) = (self.at, self.at + len);
        self.tokens.push(Token { kind, start, end, mate: self.tokens.len() });
        self.at = end;
    }

    fn open(&mut self, bracket: u8) -> Result<(), Break> {
        if self.open.len() >= MAX_DEPTH {
            return Err((self.at..self.at + 1, too_deep()));
        }
        self.open.push(self.tokens.len());
        self.push(Kind::Open(bracket), 1);
        Ok(())
    }

    fn close(&mut self, bracket: u8) -> Result<(), Break> {
        let opener = match bracket {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.open.pop() {
            Some(open) if self.tokens[open].kind == Kind::Open(opener) => {
                self.tokens[open].mate = self.tokens.len();
                self.push(Kind::Close(bracket), 1);
                Ok(())
            }
            _ => Err((self.at..self.at + 1, "this closing bracket does not belong here".to_owned())),
        }
    }

    /// A quoted template. Its `${…}` may hold quoted templates again.
    fn string(&mut self) -> Result<(), Break> {
        let bytes = self.text.as_bytes();
        let unclosed = || (self.at..self.at + 1, "a string without its closing quote".to_owned());
        // One for each open string; within it the open braces of an interpolation.
        let mut open: Vec<Option<usize>> = vec![None];
        let mut at = self.at + 1;
        loop {
            let depth = open.len();
            let Some(inside) = open.last_mut() else { break };
            let Some(byte) = bytes.get(at) else { return Err(unclosed()) };
            let next = bytes.get(at + 1);
            at += 1;
            match (inside, byte) {
                (None, b'\\') => at += 1,
                // `$${` and `%%{` stand for themselves.
                (None, b'$' | b'%') if next == Some(byte) && bytes.get(at + 1) == Some(&b'{') => at += 2,
                (inside @ None, b'$' | b'%') if next == Some(&b'{') => {
                    *inside = Some(0);
                    at += 1;
                }
                (None, b'\n') => return Err(unclosed()),
                (None, b'"') => drop(open.pop()),
                (Some(_), b'"') if depth >= MAX_DEPTH => return Err((at - 1..at, too_deep())),
                (Some(_), b'"') => open.push(None),
                (Some(braces), b'{') => *braces += 1,
                (inside @ Some(0), b'}') => *inside = None,
                (Some(braces), b'}') => *braces -= 1,
                _ => {}
            }
        }
        self.push(Kind::String, at - self.at);
        Ok(())
    }

    /// A heredoc, if one starts here.
    fn heredoc(&mut self) -> Result<bool, Break> {
        let bytes = self.text.as_bytes();
        let indented = bytes.get(self.at + 2) == Some(&b'-');
        let name_start = self.at + 2 + usize::from(indented);
        let name_len = bytes[name_start..].iter().take_while(|b| is_word(**b)).count();
        let name = &self.text[name_start..name_start + name_len];
        let behind = self.text[name_start + name_len..].trim_start_matches([' ', '\t', '\r']);
        if name.is_empty() || !behind.starts_with('\n') {
            return Ok(false);
        }
        let start = self.text.len() - behind.len() + 1;
        let mut at = start;
        for line in self.text[start..].split_inclusive('\n') {
            if line.trim() == name {
                let kind = Kind::Heredoc { start, end: at, indented };
                self.push(kind, at + line.trim_end().len() - self.at);
                return Ok(true);
            }
            at += line.len();
        }
        Err((self.at..name_start + name_len, "a heredoc that does not end".to_owned()))
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..)
}
