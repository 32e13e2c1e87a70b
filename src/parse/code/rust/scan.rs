//! A look at Rust's text before `syn` gets it: in comes the text, out come its comments, which `syn` drops, and whether
//! its recursion stays within the stack.

use std::ops::Range;

/// How deep brackets may lie in one another.
const MAX_BRACKETS: usize = 256;

/// How many tokens may follow one another without a `;`, a `,` or a block's end, summed over the open brackets: `!!!!x`,
/// `a.b.c.d`, `else if … else if` and `A<A<A<…` all recurse without brackets.
const MAX_CHAIN: usize = 4_000;

/// What was seen.
pub(super) struct Scan {
    /// With their delimiters, in order.
    pub comments: Vec<Range<usize>>,
    /// Whether `syn` can take it.
    pub shallow: bool,
}

/// Reads a text.
pub(super) fn scan(text: &str) -> Scan {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, comments: Vec::new(), open: vec![0], chain: 0, most: 0 };
    while scanner.at < scanner.bytes.len() {
        scanner.step();
    }
    Scan { shallow: scanner.most <= MAX_CHAIN, comments: scanner.comments }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    comments: Vec<Range<usize>>,
    /// The tokens of each open bracket since its last end of a chain.
    open: Vec<usize>,
    /// Their sum.
    chain: usize,
    most: usize,
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or_default()
    }

    fn step(&mut self) {
        match self.peek(0) {
            b'/' if matches!(self.peek(1), b'/' | b'*') => self.comment(),
            b'"' => self.string(),
            b'\'' => self.quote(),
            b'(' | b'[' | b'{' => {
                self.token();
                self.open.push(0);
                self.at += 1;
                if self.open.len() > MAX_BRACKETS {
                    self.most = usize::MAX;
                }
            }
            b')' | b']' | b'}' => self.close(),
            b',' | b';' => {
                self.end_chain();
                self.at += 1;
            }
            byte if is_word(byte) => self.word(),
            byte => {
                if !byte.is_ascii_whitespace() {
                    self.token();
                }
                self.at += 1;
            }
        }
    }

    fn token(&mut self) {
        if let Some(tokens) = self.open.last_mut() {
            *tokens += 1;
            self.chain += 1;
            self.most = self.most.max(self.chain);
        }
    }

    fn end_chain(&mut self) {
        if let Some(tokens) = self.open.last_mut() {
            self.chain -= *tokens;
            *tokens = 0;
        }
    }

    fn close(&mut self) {
        self.end_chain();
        if self.open.len() > 1 {
            self.open.pop();
        }
        let block = self.peek(0) == b'}';
        self.at += 1;
        // Behind a block an `else`, a method or an operator goes on with what stands before it.
        let rest = self.bytes.get(self.at..).unwrap_or_default().trim_ascii_start();
        let goes_on = rest.starts_with(b"else")
            || rest.starts_with(b"as ")
            || rest.first().is_some_and(|b| b"?.=+*/%&|^<>-([".contains(b) && !rest.starts_with(b"/"));
        if block && !goes_on {
            self.end_chain();
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at +=
            if self.peek(1) == b'/' { memchr::memchr(b'\n', rest).unwrap_or(rest.len()) } else { block_comment(rest) };
        let end = if self.bytes[start..self.at].ends_with(b"\r") { self.at - 1 } else { self.at };
        self.comments.push(start..end);
    }

    /// A string from its opening quote.
    fn string(&mut self) {
        self.token();
        self.at += 1;
        while let Some(offset) = memchr::memchr2(b'"', b'\\', self.bytes.get(self.at..).unwrap_or_default()) {
            self.at += offset + 1;
            if self.bytes[self.at - 1] == b'\\' {
                self.at += 1;
            } else {
                return;
            }
        }
        self.at = self.bytes.len();
    }

    /// A raw string from behind its opening quote, with the number of `#` before it.
    fn raw_string(&mut self, hashes: usize) {
        self.token();
        while let Some(offset) = memchr::memchr(b'"', self.bytes.get(self.at..).unwrap_or_default()) {
            self.at += offset + 1;
            let closing = self.bytes[self.at..].iter().take(hashes).take_while(|b| **b == b'#').count();
            if closing == hashes {
                self.at += hashes;
                return;
            }
        }
        self.at = self.bytes.len();
    }

    /// A character, or a lifetime.
    fn quote(&mut self) {
        self.token();
        let rest = &self.bytes[self.at + 1..];
        let length = match rest {
            [b'\\', _, more @ ..] => more.iter().take(12).position(|b| *b == b'\'').map(|end| end + 3),
            [first, more @ ..] => {
                let width = match first {
                    0..0x80 => 1,
                    0x80..0xE0 => 2,
                    0xE0..0xF0 => 3,
                    _ => 4,
                };
                (more.get(width - 1) == Some(&b'\'')).then_some(width + 1)
            }
            [] => None,
        };
        self.at += 1 + length.unwrap_or_default();
    }

    fn word(&mut self) {
        let start = self.at;
        self.at += self.bytes[start..].iter().take_while(|b| is_word(**b)).count();
        let word = &self.bytes[start..self.at];
        let hashes = self.bytes[self.at..].iter().take_while(|b| **b == b'#').count();
        let quoted = self.peek(hashes) == b'"';
        match word {
            b"r" | b"br" | b"cr" if quoted => {
                self.at += hashes + 1;
                self.raw_string(hashes);
            }
            // `b"…"` and others with escapes are read with their quote.
            _ => self.token(),
        }
    }
}

/// The length of a block comment; they nest.
fn block_comment(bytes: &[u8]) -> usize {
    let (mut at, mut depth) = (2, 1_usize);
    while depth > 0 {
        let Some(offset) = memchr::memchr2(b'/', b'*', bytes.get(at..).unwrap_or_default()) else { return bytes.len() };
        at += offset;
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => (at, depth) = (at + 2, depth + 1),
            (b'*', Some(b'/')) => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    at
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
