//! Maps that a file names again and again (TOML's `[a.b]`, HCL's `resource "a" "b"`): in come paths of keys with
//! values, out goes one map that holds them all. Each lookup is one hash, so a file of a million headers stays linear.

use std::collections::HashMap;
use std::ops::Range;

use super::{Entry, MAX_DEPTH, Node, Value};
use crate::source::{Source, Span};

/// A map of maps that grows while a file is read.
pub(super) struct Nest<'s> {
    source: &'s Source,
    /// The root first; a map always stands behind the one that holds it.
    maps: Vec<Growing>,
}

/// A map of a [`Nest`].
#[derive(Debug, Clone, Copy)]
pub(super) struct MapId(usize);

#[derive(Default)]
struct Growing {
    depth: usize,
    /// Where a header or block names it; its entries may lie elsewhere.
    span: Option<Span>,
    entries: Vec<(Key, Child)>,
    /// Where the last map or list of maps of a key stands in `entries`.
    by_key: HashMap<String, usize>,
}

/// A key's text and bytes.
pub(super) type Key = (String, Range<usize>);

enum Child {
    Value(Node),
    Map(usize),
    List(Vec<usize>),
}

impl<'s> Nest<'s> {
    /// The root of an empty nest.
    pub const ROOT: MapId = MapId(0);

    pub fn new(source: &'s Source) -> Self {
        let span = Some(source.span(0..source.text().len()));
        Self { source, maps: vec![Growing { span, ..Growing::default() }] }
    }

    /// How deep a map lies.
    pub fn depth(&self, map: MapId) -> usize {
        self.maps[map.0].depth
    }

    /// Adds a value, whether or not the key is there already.
    pub fn put(&mut self, map: MapId, key: Key, node: Node) {
        self.maps[map.0].entries.push((key, Child::Value(node)));
    }

    /// The map of a key, the last one of a list; made where there is none. None past the depth bound.
    pub fn map(&mut self, at: MapId, key: Key) -> Option<MapId> {
        let found = self.maps[at.0].by_key.get(&key.0).and_then(|i| match &self.maps[at.0].entries[*i].1 {
            Child::Map(id) => Some(*id),
            Child::List(ids) => ids.last().copied(),
            Child::Value(_) => None,
        });
        match found {
            Some(id) => Some(MapId(id)),
            None => self.add_map(at, key),
        }
    }

    /// A new map for a key, whether or not the key is there already. None past the depth bound.
    pub fn add_map(&mut self, at: MapId, key: Key) -> Option<MapId> {
        let id = self.grow(at, 1)?;
        self.add(at, key, Child::Map(id));
        Some(MapId(id))
    }

    /// A new map at the end of the key's list. None past the depth bound.
    pub fn push_map(&mut self, at: MapId, key: Key) -> Option<MapId> {
        let id = self.grow(at, 2)?;
        let at_map = &mut self.maps[at.0];
        match at_map.by_key.get(&key.0).map(|i| &mut at_map.entries[*i].1) {
            Some(Child::List(ids)) => ids.push(id),
            _ => self.add(at, key, Child::List(vec![id])),
        }
        Some(MapId(id))
    }

    /// Notes that a map covers a range, too.
    pub fn cover(&mut self, map: MapId, range: Range<usize>) {
        let span = self.source.span(range);
        let own = &mut self.maps[map.0].span;
        *own = Some(own.map_or(span, |own| own.to(span)));
    }

    fn grow(&mut self, at: MapId, levels: usize) -> Option<usize> {
        let depth = self.maps[at.0].depth + levels;
        if depth >= MAX_DEPTH {
            return None;
        }
        self.maps.push(Growing { depth, ..Growing::default() });
        Some(self.maps.len() - 1)
    }

    fn add(&mut self, at: MapId, key: Key, child: Child) {
        let map = &mut self.maps[at.0];
        map.by_key.insert(key.0.clone(), map.entries.len());
        map.entries.push((key, child));
    }

    /// The finished map.
    pub fn finish(mut self) -> Option<Node> {
        // Children stand behind their parents, so going backwards finds every child finished.
        let mut done: Vec<Option<Node>> = Vec::new();
        done.resize_with(self.maps.len(), || None);
        while let Some(map) = self.maps.pop() {
            let entries: Vec<Entry> =
                map.entries.into_iter().filter_map(|(key, child)| entry(self.source, key, child, &mut done)).collect();
            let covered = entries.iter().map(|e| e.key_span.to(e.node.span)).reduce(Span::to);
            let span = match (map.span, covered) {
                (Some(own), Some(covered)) => own.to(covered),
                (own, covered) => own.or(covered).unwrap_or_else(|| self.source.span(0..0)),
            };
            let id = self.maps.len();
            done[id] = Some(Node { span, value: Value::Map(entries) });
        }
        done.into_iter().next().flatten()
    }
}

fn entry(source: &Source, key: Key, child: Child, done: &mut [Option<Node>]) -> Option<Entry> {
    let key_span = source.span(key.1);
    let node = match child {
        Child::Value(node) => node,
        Child::Map(id) => done[id].take()?,
        Child::List(ids) => {
            let items: Vec<Node> = ids.into_iter().filter_map(|id| done[id].take()).collect();
            let span = items.iter().map(|n| n.span).reduce(Span::to)?;
            Node { span, value: Value::List(items) }
        }
    };
    Some(Entry { key: key.0, key_span, node })
}
