//! Places that get a fact of their own, so that a policy can point at them: in come spans, out come fact ids.

use std::collections::HashMap;

use crate::fact::{Context, Fact, FactId, Kind};
use crate::source::Span;

/// Facts made by linking. They stand behind all others.
#[derive(Debug)]
pub struct Anchors {
    base: usize,
    facts: Vec<Fact>,
    known: HashMap<Span, FactId>,
}

impl Anchors {
    /// For anchors behind this many facts.
    pub fn behind(facts: usize) -> Self {
        Self { base: facts, facts: Vec::new(), known: HashMap::new() }
    }

    /// The fact of a place; `key` is its key path.
    pub fn at(&mut self, span: Span, key: &str) -> FactId {
        let next = FactId(u32::try_from(self.base + self.facts.len()).unwrap_or(u32::MAX));
        *self.known.entry(span).or_insert_with(|| {
            self.facts.push(Fact { span, key: key.to_owned(), context: Context::default(), kind: Kind::Anchor });
            next
        })
    }

    /// All of them, in the order of their ids.
    pub fn into_facts(self) -> Vec<Fact> {
        self.facts
    }
}
