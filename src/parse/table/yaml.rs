//! Lists of mappings in a file that is a [`Tree`] already: in comes the tree, out come tables and rows.
//!
//! The rules are those of [`json`](super::json): a mapping in a list is a record, mappings in it become dotted
//! columns, lists of scalars repeat their column, lists of mappings are tables of their own.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Cell, CellKind, Column, Container, Head, Visitor};
use crate::parse::tree::{Node, Scalar, ScalarKind, Tree, Value};
use crate::source::Span;

/// Levels below a root that are looked at; no parser of trees goes much deeper.
const MOST_DEPTH: usize = 64;

/// Hands over every list of mappings of a tree, however short: whether it is data or configuration is for others to
/// tell.
pub fn of_tree(tree: &Tree, visitor: &mut dyn Visitor) {
    let mut lists = Lists { tables: HashMap::new(), visitor };
    for root in &tree.roots {
        lists.search(root, &Place { path: String::new(), key: None, depth: 0 });
    }
}

/// Where a node stands, list indices left out.
struct Place<'t> {
    path: String,
    key: Option<&'t str>,
    depth: usize,
}

impl<'t> Place<'t> {
    fn child(&self, key: &'t str) -> Self {
        Self { path: format!("{}/{key}", self.path), key: Some(key), depth: self.depth + 1 }
    }
}

/// A table that has had a row.
struct Table<'t> {
    number: u32,
    columns: HashMap<Cow<'t, str>, u32>,
    rows: u64,
}

struct Lists<'t, 'v> {
    /// By path and kind.
    tables: HashMap<(String, Option<&'t str>), Table<'t>>,
    visitor: &'v mut dyn Visitor,
}

/// A value of a record, before its column has a number.
struct Found<'t> {
    name: Cow<'t, str>,
    key: Span,
    node: &'t Node,
    scalar: &'t Scalar,
}

impl<'t> Lists<'t, '_> {
    /// Looks for lists of mappings outside of records.
    fn search(&mut self, node: &'t Node, place: &Place<'t>) {
        if place.depth > MOST_DEPTH {
            return;
        }
        match &node.value {
            Value::Scalar(_) => {}
            Value::Map(entries) => entries.iter().for_each(|e| self.search(&e.node, &place.child(&e.key))),
            Value::List(items) => self.items(items, place),
        }
    }

    fn items(&mut self, items: &'t [Node], place: &Place<'t>) {
        for item in items {
            match &item.value {
                Value::Map(_) => self.record(item, place),
                Value::List(inner) if place.depth < MOST_DEPTH => {
                    self.items(inner, &Place { path: place.path.clone(), key: place.key, depth: place.depth + 1 });
                }
                Value::List(_) | Value::Scalar(_) => {}
            }
        }
    }

    fn record(&mut self, record: &'t Node, place: &Place<'t>) {
        let mut found = Vec::new();
        self.flatten(record, Cow::Borrowed(""), record.span, place, &mut found);
        let kind = kind(record);
        let next = self.tables.len() as u32;
        let table = self.tables.entry((place.path.clone(), kind)).or_insert_with(|| Table {
            number: next,
            columns: HashMap::new(),
            rows: 0,
        });
        let mut columns = Vec::new();
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(found.len());
        for Found { name, key, node, scalar } in found {
            let fresh = table.columns.len() as u32;
            let column = *table.columns.entry(name.clone()).or_insert(fresh);
            if column == fresh {
                columns.push(Column { name: name.trim().to_owned(), span: key });
            }
            let (kind, value) = match scalar.kind {
                ScalarKind::Text => (CellKind::Text, scalar.text.as_str()),
                ScalarKind::Plain => (CellKind::Plain, scalar.text.as_str()),
                ScalarKind::Null => (CellKind::Null, ""),
            };
            cells.push(Cell { column, value: Cow::Borrowed(value), kind, span: node.span });
        }
        cells.sort_by_key(|c| c.column);
        if table.rows == 0 {
            let name = kind.or(place.key).map(str::to_owned);
            let (table, span) = (table.number, first_line(record));
            self.visitor.begin(Head { table, name, span, columns, container: Container::YamlRecords });
        } else {
            columns.into_iter().for_each(|column| self.visitor.column(table.number, column));
        }
        self.visitor.row(table.number, table.rows, &cells);
        table.rows += 1;
    }

    /// Gathers a record's scalars; lists of mappings in it are handed over on the way.
    fn flatten(
        &mut self,
        node: &'t Node,
        name: Cow<'t, str>,
        key: Span,
        place: &Place<'t>,
        found: &mut Vec<Found<'t>>,
    ) {
        if place.depth > MOST_DEPTH {
            return;
        }
        match &node.value {
            Value::Scalar(scalar) => found.push(Found { name, key, node, scalar }),
            Value::Map(entries) => {
                for entry in entries {
                    let below = if name.is_empty() {
                        Cow::Borrowed(entry.key.as_str())
                    } else {
                        Cow::Owned(format!("{name}.{}", entry.key))
                    };
                    self.flatten(&entry.node, below, entry.key_span, &place.child(&entry.key), found);
                }
            }
            Value::List(items) => {
                for item in items {
                    match &item.value {
                        Value::Map(_) => self.record(item, place),
                        _ => {
                            let inner = Place { path: place.path.clone(), key: place.key, depth: place.depth + 1 };
                            self.flatten(item, name.clone(), key, &inner, found);
                        }
                    }
                }
            }
        }
    }
}

/// What a record says it is a record of: `attributes.type` (Salesforce), or `model`, `object` or `sobject` beside
/// `fields` (Django, Snowfakery).
fn kind(record: &Node) -> Option<&str> {
    let kind = match record.get("type") {
        None => record.text_at(&["attributes", "type"]),
        Some(_) => None,
    };
    let kind = kind.or_else(|| {
        record.get("fields")?;
        ["model", "object", "sobject"].iter().find_map(|key| record.text_at(&[key]))
    })?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    (!kind.is_empty() && kind.len() <= 80 && kind.chars().all(is_name)).then_some(kind)
}

/// A record's first entry.
fn first_line(record: &Node) -> Span {
    match record.entries().first() {
        Some(entry) if matches!(entry.node.value, Value::Scalar(_)) => entry.key_span.to(entry.node.span),
        Some(entry) => entry.key_span,
        None => record.span,
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorder::Recorder;
    use super::*;
    use crate::parse::Format;
    use crate::source::{FileId, Source};
    use proptest::prelude::*;

    fn read(text: &str) -> Recorder {
        let source = Source::from_str(FileId(0), "a.yaml", text);
        let mut recorder = Recorder::default();
        of_tree(&crate::parse::tree::read(&source, Format::Yaml), &mut recorder);
        recorder
    }

    #[test]
    fn a_list_of_mappings_is_a_table() {
        let text = "people:\n  - name: {first: Ann}\n    emails: [a@example.com, b@example.com]\n  - id: 2\n    name: {first: ~}\n";
        let read = read(text);
        assert_eq!(read.tables.len(), 1);
        assert_eq!(read.tables[0].name.as_deref(), Some("people"));
        assert_eq!(read.values(0).0, ["name.first", "emails", "id"]);
        assert_eq!(read.values(0).1[0], [(0, "Ann"), (1, "a@example.com"), (1, "b@example.com")]);
        assert_eq!(read.values(0).1[1], [(0, ""), (2, "2")]);
        assert_eq!(read.tables[0].rows[1][0].kind, CellKind::Null);
        read.each_cell(text.as_bytes(), |disk, cell| assert_eq!(disk, cell.value));
    }

    #[test]
    fn records_name_their_kind() {
        let read = read(
            "- object: Contact\n  count: 3\n  fields:\n    Email: {fake: email}\n- object: Account\n  fields: {Name: Acme}\n\
             - attributes: {type: Lead}\n  Contacts:\n    records:\n      - attributes: {type: Case}\n        Subject: x\n",
        );
        let names: Vec<&str> = read.tables.iter().filter_map(|t| t.name.as_deref()).collect();
        assert_eq!(names, ["Contact", "Account", "Case", "Lead"]);
        assert_eq!(read.values(0).0, ["object", "count", "fields.Email.fake"]);
    }

    #[test]
    fn deep_trees_end() {
        read(&format!("a: {}1{}", "[".repeat(200), "]".repeat(200)));
        read(&"- ".repeat(200));
    }

    /// YAML that is read must give the rows that the same records give as JSON.
    fn as_json(text: &str) -> Recorder {
        Recorder::slice(text.as_bytes(), Format::Json)
    }

    proptest! {
        #[test]
        fn yaml_and_json_agree(records in proptest::collection::vec(
            proptest::collection::btree_map("[a-c]", prop_oneof![
                "[a-z ]{0,8}".prop_map(|t| serde_json::json!(t)),
                proptest::collection::vec("[a-z]{1,3}", 0..3).prop_map(|l| serde_json::json!(l)),
                proptest::collection::btree_map("[a-c]", any::<u8>(), 0..3).prop_map(|m| serde_json::json!(m)),
                proptest::collection::vec(proptest::collection::btree_map("[a-c]", any::<bool>(), 1..3), 1..3).prop_map(|l| serde_json::json!(l)),
            ], 1..4), 1..6)) {
            let text = serde_json::to_string(&serde_json::json!({ "records": records })).unwrap();
            let (yaml, json) = (read(&text), as_json(&text));
            prop_assert_eq!(yaml.tables.len(), json.tables.len());
            for (table, (one, two)) in yaml.tables.iter().zip(&json.tables).enumerate() {
                prop_assert_eq!(&one.name, &two.name);
                prop_assert_eq!(&one.rows, &two.rows);
                prop_assert_eq!(&yaml.values(table).0, &json.values(table).0);
            }
        }
    }
}
