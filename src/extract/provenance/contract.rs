//! Contracts and schemas that describe tables by name: dbt properties and the Open Data Contract Standard.

use super::Found;
use super::profile::{keep, named, read, scalar};
use crate::fact::provenance::{Container, Record, Target};
use crate::parse::tree::{Node, Value};

/// dbt: `meta.provenance` or `config.meta.provenance` of a seed, model, source table or snapshot.
/// <https://docs.getdbt.com/reference/resource-configs/meta>
pub(super) fn dbt(_path: &str, root: &Node) -> Vec<Found> {
    let mut found = Vec::new();
    for kind in ["seeds", "models", "snapshots"] {
        found.extend(list(root.get(kind)).iter().filter_map(described));
    }
    for source in list(root.get("sources")) {
        found.extend(list(source.get("tables")).iter().filter_map(described));
    }
    found
}

fn described(node: &Node) -> Option<Found> {
    let name = node.get("name").and_then(scalar)?;
    let given = node.at(&["config", "meta", "provenance"]).or_else(|| node.at(&["meta", "provenance"]))?;
    let mut record = Record::new(Container::Dbt, Target::Name(name.value));
    read(given, &mut record);
    keep(&mut record.version, node.get("version").and_then(scalar));
    for owner in [node.at(&["config", "meta", "owner"]), node.at(&["meta", "owner"])].into_iter().flatten() {
        keep(&mut record.agent, scalar(owner));
    }
    Some((name.span, record))
}

/// In `dbt_project.yml` the same keys hold folders, not lists.
fn list(node: Option<&Node>) -> &[Node] {
    match node.map(|n| &n.value) {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

/// Open Data Contract Standard 3: `customProperties` of the contract or of a schema object.
/// <https://bitol-io.github.io/open-data-contract-standard/>
pub(super) fn odcs(_path: &str, root: &Node) -> Vec<Found> {
    if root.text_at(&["kind"]) != Some("DataContract") {
        return Vec::new();
    }
    let contract = properties(root);
    list(root.get("schema"))
        .iter()
        .filter_map(|object| {
            let own = properties(object);
            if own.is_empty() && contract.is_empty() {
                return None;
            }
            let name = object.get("physicalName").or_else(|| object.get("name")).and_then(scalar)?;
            let mut record = Record::new(Container::Odcs, Target::Name(name.value));
            for (key, value) in own.iter().chain(&contract) {
                property(key, value, &mut record);
            }
            keep(&mut record.version, root.get("version").and_then(scalar));
            keep(&mut record.agent, root.get("team").and_then(named));
            Some((name.span, record))
        })
        .collect()
}

/// `customProperties` that are about provenance: `provenance` itself, or `provenance.<field>`.
fn properties(node: &Node) -> Vec<(String, &Node)> {
    list(node.get("customProperties"))
        .iter()
        .filter_map(|p| Some((p.text_at(&["property"])?.to_owned(), p.get("value")?)))
        .filter(|(key, _)| key.to_lowercase().starts_with("provenance"))
        .collect()
}

fn property(key: &str, value: &Node, record: &mut Record) {
    match key.split_once(['.', '-', '_']) {
        None => read(value, record),
        Some((_, field)) => {
            let entry = crate::parse::tree::Entry { key: field.to_owned(), key_span: value.span, node: value.clone() };
            read(&Node { span: value.span, value: Value::Map(vec![entry]) }, record);
        }
    }
}
