//! The keys of a JSON document as a tree, grown while it streams past: which key a record has at a place is a number,
//! and the key that followed last time is looked at first, so that a record like the one before costs no hashing.

use std::collections::HashMap;

/// Number of a place in the tree of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NodeId(u32);

/// More places than this are not remembered: an object that is keyed by ids is no record.
const MOST_NODES: usize = 65_536;

/// Longer keys are texts, not names.
const LONGEST_KEY: usize = 1024;

/// Longer dotted names are cut off from the tree.
const LONGEST_NAME: usize = 4096;

/// One place: all values that the same keys lead to, whatever the indices of the lists on the way.
struct Node {
    key: Box<[u8]>,
    /// Keys from the record (or the root) to here, joined by dots.
    name: String,
    /// Children by key, and in the order in which they came first.
    by_key: HashMap<Box<[u8]>, NodeId>,
    in_order: Vec<NodeId>,
    /// Position among the parent's children.
    rank: usize,
    /// The records of the list that stands here.
    items: Option<NodeId>,
    /// The record that this place belongs to, and its number among that record's places.
    record: NodeId,
    slot: u32,
    /// For records: number of places below, and where their kind stands.
    slots: u32,
    kind: KindKeys,
}

impl Node {
    fn new(key: Box<[u8]>, name: String, record: NodeId) -> Self {
        Self {
            key,
            name,
            by_key: HashMap::new(),
            in_order: Vec::new(),
            rank: 0,
            items: None,
            record,
            slot: 0,
            slots: 0,
            kind: KindKeys::default(),
        }
    }
}

/// The keys of a record that may say what it is a record of.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KindKeys {
    /// `attributes.type`: Salesforce.
    pub salesforce: Option<NodeId>,
    /// `type` of the record itself, which makes `attributes` something else (JSON:API).
    pub own: Option<NodeId>,
    /// `model` (Django), `object` or `sobject` beside `fields`.
    pub model: Option<NodeId>,
    /// A map of that name.
    pub fields: Option<NodeId>,
}

/// The tree of keys.
pub(super) struct Shape {
    nodes: Vec<Node>,
}

impl Shape {
    /// The root alone.
    pub fn new() -> Self {
        let root = Node::new(Box::default(), String::new(), Self::ROOT);
        Self { nodes: vec![root] }
    }

    /// The document.
    pub const ROOT: NodeId = NodeId(0);

    /// The place that a decoded key leads to. `next` guesses the position among the parent's keys and is moved on.
    /// None when the tree is full or the key is too long.
    pub fn child(&mut self, parent: NodeId, key: &[u8], next: &mut usize) -> Option<NodeId> {
        let node = self.node(parent);
        for ahead in 0..3 {
            if let Some(id) = node.in_order.get(*next + ahead)
                && *self.node(*id).key == *key
            {
                *next += ahead + 1;
                return Some(*id);
            }
        }
        if let Some(id) = node.by_key.get(key).copied() {
            *next = self.node(id).rank + 1;
            return Some(id);
        }
        self.grow(parent, key)
    }

    fn grow(&mut self, parent: NodeId, key: &[u8]) -> Option<NodeId> {
        let id = NodeId(u32::try_from(self.nodes.len()).ok()?);
        let Node { name, record, .. } = self.node(parent);
        let (record, text) = (*record, String::from_utf8_lossy(key));
        let name = if name.is_empty() { text.into_owned() } else { format!("{name}.{text}") };
        if self.nodes.len() >= MOST_NODES || key.len() > LONGEST_KEY || name.len() > LONGEST_NAME {
            return None;
        }
        self.note_kind(parent, record, key, id);
        let slot = self.node(record).slots;
        self.node_mut(record).slots += 1;
        let rank = self.node(parent).in_order.len();
        self.nodes.push(Node { slot, rank, ..Node::new(key.into(), name, record) });
        let parent = self.node_mut(parent);
        parent.by_key.insert(key.into(), id);
        parent.in_order.push(id);
        Some(id)
    }

    fn note_kind(&mut self, parent: NodeId, record: NodeId, key: &[u8], id: NodeId) {
        let below_attributes = *self.node(parent).key == *b"attributes"
            && self.node(record).by_key.get(&b"attributes"[..]).is_some_and(|a| *a == parent);
        let kind = &mut self.node_mut(record).kind;
        match key {
            b"type" if below_attributes => kind.salesforce = Some(id),
            b"type" if parent == record => kind.own = Some(id),
            b"model" | b"object" | b"sobject" if parent == record => kind.model = kind.model.or(Some(id)),
            b"fields" if parent == record => kind.fields = Some(id),
            _ => {}
        }
    }

    /// The place of the records of the list that stands at `list`; a list directly in a list is the same list.
    pub fn items(&mut self, list: NodeId) -> Option<NodeId> {
        if let Some(items) = self.node(list).items {
            return Some(items);
        }
        if self.nodes.len() >= MOST_NODES {
            return None;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).ok()?);
        let key = self.node(list).key.clone();
        self.nodes.push(Node::new(key, String::new(), id));
        self.node_mut(list).items = Some(id);
        Some(id)
    }

    /// The dotted name of a place within its record.
    pub fn name(&self, id: NodeId) -> &str {
        &self.node(id).name
    }

    /// The last key that leads to a place; for records that of their list, empty at the root.
    pub fn key(&self, id: NodeId) -> &[u8] {
        &self.node(id).key
    }

    /// A place's number among those of its record.
    pub fn slot(&self, id: NodeId) -> usize {
        self.node(id).slot as usize
    }

    /// Where a record's kind stands.
    pub fn kind(&self, record: NodeId) -> KindKeys {
        self.node(record).kind
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }
}
