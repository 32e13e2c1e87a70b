//! Liquid's expressions: values, paths, comparisons and filters. In comes a range of the page, out come nodes; a filter
//! is a call of its name whose first argument is what stands in front of it.

use std::ops::Range;

use super::{Kind, Page, Role};

/// How deep `a[b[c]]` is read.
const MAX_NESTED: usize = 16;

/// A reader of one tag's content.
pub(super) struct Reader<'p, 's> {
    pub page: &'p mut Page<'s>,
    pub at: usize,
    pub end: usize,
}

impl Reader<'_, '_> {
    /// `value | filter: argument, key: argument | …`. The range of the whole, none if there is no value.
    pub fn filtered(&mut self) -> Option<Range<usize>> {
        let mut whole = self.value(0)?;
        while self.eats(b'|') {
            let Some(name) = self.word() else { break };
            self.page.node(name.clone(), Kind::Name, Role::Callee);
            let mut end = name.end;
            if self.eats(b':') {
                end = self.arguments().unwrap_or(end);
            }
            self.page.plays(whole.clone(), Role::Argument);
            whole.end = end;
            self.page.is(whole.clone(), Kind::Call);
        }
        Some(whole)
    }

    /// `a, b, key: c`: gives where the last one ends.
    pub fn arguments(&mut self) -> Option<usize> {
        let mut end = None;
        loop {
            let start = self.peek_start();
            let key = self.key();
            let Some(value) = self.value(0) else { return end };
            if let Some(key) = key {
                self.page.plays(key, Role::Key);
                self.page.plays(value.clone(), Role::Value);
                self.page.node(start..value.end, Kind::Pair, Role::Argument);
            } else {
                self.page.plays(value.clone(), Role::Argument);
            }
            end = Some(value.end);
            self.eats(b',');
        }
    }

    /// `a == b and c contains d or e`. Read from the right, as Liquid does.
    pub fn condition(&mut self) -> Option<Range<usize>> {
        let mut terms: Vec<(Range<usize>, Kind)> = Vec::new();
        while let Some(term) = self.comparison() {
            let kind = match self.peek_word() {
                "and" => Kind::And,
                "or" => Kind::Fallback,
                _ => Kind::Other,
            };
            terms.push((term, kind));
            if kind == Kind::Other {
                break;
            }
            self.word();
        }
        let end = terms.last()?.0.end;
        for i in 0..terms.len() - 1 {
            let (left, kind) = terms[i].clone();
            self.page.is(left.start..end, kind);
            self.page.plays(left, Role::Left);
            self.page.plays(terms[i + 1].0.start..end, Role::Right);
        }
        Some(terms[0].0.start..end)
    }

    fn comparison(&mut self) -> Option<Range<usize>> {
        let left = self.filtered()?;
        let operator = self.operator();
        if operator == 0 {
            return Some(left);
        }
        self.at += operator;
        let Some(right) = self.filtered() else { return Some(left) };
        let whole = left.start..right.end;
        self.page.is(whole.clone(), Kind::Compare);
        self.page.plays(left, Role::Left);
        self.page.plays(right, Role::Right);
        Some(whole)
    }

    fn operator(&mut self) -> usize {
        self.blanks();
        let rest = self.rest();
        ["==", "!=", "<>", "<=", ">=", "<", ">"]
            .iter()
            .find(|o| rest.starts_with(o.as_bytes()))
            .map(|o| o.len())
            .or_else(|| (self.peek_word() == "contains").then_some("contains".len()))
            .unwrap_or(0)
    }

    /// A string, number, constant, path or range.
    pub fn value(&mut self, depth: usize) -> Option<Range<usize>> {
        self.blanks();
        let start = self.at;
        match self.rest().first().copied()? {
            quote @ (b'"' | b'\'') => {
                let length = memchr::memchr(quote, &self.rest()[1..])? + 2;
                self.at += length;
                self.page.is(start..self.at, Kind::String);
            }
            b'(' => {
                let length = memchr::memchr(b')', self.rest())? + 1;
                self.at += length;
                self.page.is(start..self.at, Kind::List);
            }
            b if b.is_ascii_digit() || b == b'-' => {
                self.at += 1 + self.rest()[1..].iter().take_while(|b| b.is_ascii_digit() || **b == b'.').count();
                self.page.is(start..self.at, Kind::Number);
            }
            _ => return self.path(depth),
        }
        Some(start..self.at)
    }

    fn path(&mut self, depth: usize) -> Option<Range<usize>> {
        let name = self.word()?;
        let start = name.start;
        let kind = match self.page.slice(name.clone()) {
            "true" => Kind::True,
            "false" => Kind::False,
            "nil" | "null" | "blank" | "empty" => Kind::Null,
            _ => Kind::Name,
        };
        self.page.is(name.clone(), kind);
        loop {
            let object = start..self.at;
            match self.rest() {
                [b'.', b, ..] if b.is_ascii_alphabetic() || *b == b'_' => {
                    self.at += 1;
                    let property = self.word()?;
                    self.page.plays(object, Role::Object);
                    self.page.plays(property, Role::Property);
                    self.page.is(start..self.at, Kind::Member);
                }
                [b'[', ..] if depth < MAX_NESTED => {
                    self.at += 1;
                    let key = self.value(depth + 1);
                    if !self.eats(b']') {
                        return Some(object);
                    }
                    self.page.plays(object, Role::Object);
                    if let Some(key) = key {
                        self.page.plays(key, Role::Key);
                    }
                    self.page.is(start..self.at, Kind::Index);
                }
                _ => return Some(object),
            }
        }
    }

    /// A word: letters, digits, `_`, `-`, and a last `?`.
    pub fn word(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let length = self.peek_word().len();
        let start = self.at;
        self.at += length;
        (length > 0).then_some(start..self.at)
    }

    /// The word that comes next.
    pub fn peek_word(&mut self) -> &str {
        self.blanks();
        let rest = self.rest();
        let starts = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        let mut length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
        // `-%}` is no part of a word.
        while length > 0 && rest[length - 1] == b'-' {
            length -= 1;
        }
        length += usize::from(starts && rest.get(length) == Some(&b'?'));
        let range = self.at..self.at + if starts { length } else { 0 };
        self.page.slice(range)
    }

    /// `key:` in front of a value.
    fn key(&mut self) -> Option<Range<usize>> {
        let before = self.at;
        let key = self.word()?;
        if self.eats(b':') {
            return Some(key);
        }
        self.at = before;
        None
    }

    /// Takes one byte behind blanks, if it is this one.
    pub fn eats(&mut self, byte: u8) -> bool {
        self.blanks();
        let eats = self.rest().first() == Some(&byte);
        self.at += usize::from(eats);
        eats
    }

    fn peek_start(&mut self) -> usize {
        self.blanks();
        self.at
    }

    fn blanks(&mut self) {
        self.at += self.rest().iter().take_while(|b| b.is_ascii_whitespace()).count();
    }

    /// What is left of the tag.
    pub fn rest(&self) -> &[u8] {
        self.page.bytes().get(self.at..self.end).unwrap_or_default()
    }
}
