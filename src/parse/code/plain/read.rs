//! Reading a query file: in comes its text, out come the patterns that are plain and the text of the others.
//!
//! Of the language of queries this reads nodes, words in quotes, fields, negated fields, alternatives of single nodes,
//! captures, the `.` between siblings, and the conditions `#eq?`, `#not-eq?` and `#any-of?` of a capture and words.

use std::ops::Range;

use tree_sitter::Language as Grammar;

use super::super::grammar::Meaning;

use super::{Capture, Child, Parted, Pattern, Plain, Shape, Test};

/// Parts a query. `meaning` says what a capture of a name means; the outer None, that only a match as a whole can tell.
pub(in crate::parse::code) fn part(
    text: &str,
    grammar: &Grammar,
    meaning: impl Fn(&str) -> Option<Option<Meaning>>,
) -> Parted {
    let mut parted = Parted { plain: Plain::default(), rest: String::new(), orders: Vec::new() };
    let tokens = tokens(text);
    let (mut at, mut order) = (0, 0);
    while at < tokens.len() {
        let end = pattern_end(&tokens, at);
        let mut reader = Reader { tokens: &tokens[at..end], at: 0, grammar, meaning: &meaning };
        match reader.pattern() {
            Some(found) => {
                for (kind, shape, captures) in found {
                    parted.plain.row(kind).push(Pattern { order, shape, captures });
                }
            }
            None => {
                parted.rest.push_str(&text[tokens[at].range.start..tokens[end - 1].range.end]);
                parted.rest.push('\n');
                parted.orders.push(order);
            }
        }
        order += 1;
        at = end;
    }
    parted
}

/// A piece of a query's text.
struct Token<'q> {
    text: &'q str,
    range: Range<usize>,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &text[at..];
        let len = match byte {
            b';' => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'"' => quoted(rest),
            b'(' | b')' | b'[' | b']' => 1,
            _ => rest.find(|c: char| c.is_whitespace() || "()[]\";".contains(c)).unwrap_or(rest.len()),
        };
        tokens.push(Token { text: &rest[..len], range: at..at + len });
        at += len;
    }
    tokens
}

/// The length of a quoted text with its quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Where the pattern that begins at a token ends: after its brackets and what follows them (captures, quantifiers).
fn pattern_end(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        match token.text {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ => {}
        }
        at += 1;
        let goes_on = tokens.get(at).is_some_and(|t| t.text.starts_with(['@', '*', '+', '?']));
        if depth == 0 && !goes_on {
            break;
        }
    }
    at
}

/// A pattern's node: the kind, what it must be besides, its captures.
type Top = (u16, Shape, Vec<Capture>);

/// Reads one pattern; None as soon as it is not plain.
struct Reader<'r, 'q, M> {
    tokens: &'r [Token<'q>],
    at: usize,
    grammar: &'r Grammar,
    meaning: &'r M,
}

/// A condition: what is captured under a name is, or is not, one of these words.
struct Condition {
    name: String,
    is: bool,
    words: Vec<String>,
}

impl<M: Fn(&str) -> Option<Option<Meaning>>> Reader<'_, '_, M> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(|t| t.text)
    }

    fn next(&mut self) -> Option<&str> {
        self.at += 1;
        self.tokens.get(self.at - 1).map(|t| t.text)
    }

    fn eat(&mut self, text: &str) -> bool {
        let is = self.peek() == Some(text);
        self.at += usize::from(is);
        is
    }

    /// Whether a condition comes next.
    fn is_condition(&self) -> bool {
        self.peek() == Some("(") && self.tokens.get(self.at + 1).is_some_and(|t| t.text.starts_with('#'))
    }

    /// A whole pattern: for each kind of node one.
    fn pattern(&mut self) -> Option<Vec<Top>> {
        let mut conditions = Vec::new();
        // Brackets around a pattern and its conditions.
        let grouped = self.peek() == Some("(") && self.tokens.get(self.at + 1).is_some_and(|t| t.text == "(");
        self.at += usize::from(grouped);
        let mut nodes = Vec::new();
        if self.eat("[") {
            while !self.eat("]") {
                nodes.push(self.top(&mut conditions)?);
            }
        } else {
            nodes.push(self.top(&mut conditions)?);
        }
        let captures = self.captures()?;
        if grouped {
            while self.is_condition() {
                conditions.push(self.condition()?);
            }
            self.eat(")").then_some(())?;
        }
        let at_end = self.at == self.tokens.len();
        for (_, shape, own) in &mut nodes {
            own.extend(captures.iter().cloned());
            for condition in &conditions {
                (shape.put(own, condition) == 1).then_some(())?;
            }
        }
        at_end.then_some(nodes)
    }

    /// `(kind !field field: (_) @capture . (_) @capture .)`, or a word in quotes.
    fn top(&mut self, conditions: &mut Vec<Condition>) -> Option<Top> {
        let (shape, captures) = (self.shape(conditions)?, self.captures()?);
        let Test::Kinds(kinds) = &shape.is else { return None };
        Some((*kinds.first()?, shape, captures))
    }

    fn shape(&mut self, conditions: &mut Vec<Condition>) -> Option<Shape> {
        let mut shape = Shape::default();
        if self.eat("_") {
            return Some(shape);
        }
        if self.peek()?.starts_with('"') {
            shape.is = Test::Kinds(vec![self.word()?]);
            return Some(shape);
        }
        if self.eat("[") {
            let mut kinds = Vec::new();
            while !self.eat("]") {
                match self.shape(conditions)? {
                    Shape { is: Test::Kinds(more), children, without, .. }
                        if children.is_empty() && without.is_empty() =>
                    {
                        kinds.extend(more);
                    }
                    _ => return None,
                }
            }
            shape.is = Test::Kinds(kinds);
            return Some(shape);
        }
        self.eat("(").then_some(())?;
        shape.is = if self.eat("_") { Test::Named } else { Test::Kinds(vec![self.kind()?]) };
        let mut next = false;
        while !self.eat(")") {
            if let Some(field) = self.peek()?.strip_prefix('!') {
                shape.without.push(self.grammar.field_id_for_name(field)?);
                self.at += 1;
            } else if self.is_condition() {
                conditions.push(self.condition()?);
            } else if self.eat(".") {
                next = true;
                shape.ends = self.peek() == Some(")");
            } else {
                shape.children.push(self.child(next, conditions)?);
                next = false;
            }
        }
        Some(shape)
    }

    fn child(&mut self, next: bool, conditions: &mut Vec<Condition>) -> Option<Child> {
        let mut field = None;
        if let Some(name) = self.peek()?.strip_suffix(':') {
            field = Some(self.grammar.field_id_for_name(name)?);
            self.at += 1;
        }
        let (shape, captures) = (self.shape(conditions)?, self.captures()?);
        // A quantifier, or something else that is not read here.
        let known = self.peek().is_none_or(|t| !t.starts_with(['*', '+', '?']));
        known.then_some(Child { field, next, shape, captures })
    }

    /// `(#any-of? @capture "word" …)`
    fn condition(&mut self) -> Option<Condition> {
        self.eat("(").then_some(())?;
        let is = match self.next()? {
            "#eq?" | "#any-of?" => true,
            "#not-eq?" => false,
            _ => return None,
        };
        let name = self.next()?.strip_prefix('@')?.to_owned();
        let mut words = Vec::new();
        while !self.eat(")") {
            let word = self.next()?.strip_prefix('"')?.strip_suffix('"')?;
            (!word.contains('\\')).then_some(())?;
            words.push(word.to_owned());
        }
        Some(Condition { name, is, words })
    }

    /// The name of a kind of node that is one kind, not a family of them.
    fn kind(&mut self) -> Option<u16> {
        let grammar = self.grammar;
        let name = self.next()?;
        let id = grammar.id_for_node_kind(name, true);
        (id != 0 && !grammar.node_kind_is_supertype(id)).then_some(id)
    }

    /// A word of the language, in quotes.
    fn word(&mut self) -> Option<u16> {
        let grammar = self.grammar;
        let word = self.next()?.strip_prefix('"')?.strip_suffix('"')?;
        let id = if word.contains('\\') { 0 } else { grammar.id_for_node_kind(word, false) };
        (id != 0).then_some(id)
    }

    fn captures(&mut self) -> Option<Vec<Capture>> {
        let mut captures = Vec::new();
        while let Some(name) = self.peek().and_then(|text| text.strip_prefix('@')) {
            captures.push(Capture { name: name.to_owned(), meaning: (self.meaning)(name)? });
            self.at += 1;
        }
        Some(captures)
    }
}

impl Shape {
    /// Puts a condition where its capture is, and tells in how many places that was.
    fn put(&mut self, captures: &[Capture], condition: &Condition) -> usize {
        let mut places = 0;
        if captures.iter().any(|c| c.name == condition.name) && self.words.is_none() {
            self.words = Some((condition.is, condition.words.clone()));
            places += 1;
        }
        for child in &mut self.children {
            places += child.shape.put(&child.captures, condition);
        }
        places
    }
}
