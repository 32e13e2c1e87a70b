//! Catalogues that describe files: Frictionless, Croissant, RO-Crate, Hugging Face dataset cards.

use super::profile::{self, fault, keep, named, read, scalar, source, spelling};
use super::{Found, target_of};
use crate::fact::provenance::{At, Container, Record, Target};
use crate::parse::tree::{Node, Value};

/// Data Package (Frictionless): a record for each resource that has a digest or a `provenance`; a resource inherits
/// version, contributors, sources and creation time from its package. <https://datapackage.org/standard/data-package/>
pub(super) fn frictionless(path: &str, root: &Node) -> Vec<Found> {
    let resources = root.get("resources").map(Node::items).unwrap_or_default();
    let package = root.get("provenance");
    let said = |r: &&Node| r.get("provenance").is_some() || r.get("hash").is_some() || package.is_some();
    resources
        .iter()
        .filter(said)
        .flat_map(|resource| {
            let files = resource.get("path").map(Node::items).unwrap_or_default();
            let files: Vec<&Node> = files.iter().filter(|n| n.text().is_some()).collect();
            files.into_iter().map(|file| {
                let mut record = Record::new(Container::Frictionless, target_of(path, file.text()));
                for map in [resource.get("provenance"), Some(resource), package].into_iter().flatten() {
                    read(map, &mut record);
                }
                inherit(root, &mut record);
                (file.span, record)
            })
        })
        .collect()
}

fn inherit(package: &Node, record: &mut Record) {
    for key in ["version", "created"] {
        let value = package.get(key).and_then(scalar);
        keep(if key == "version" { &mut record.version } else { &mut record.ended }, value);
    }
    keep(&mut record.agent, package.get("contributors").and_then(named));
    keep(&mut record.source, package.get("sources").and_then(source));
}

/// Croissant 1.1: a record for each `FileObject` of the distribution; provenance on the object or on the dataset.
/// <https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html>
pub(super) fn croissant(path: &str, root: &Node) -> Vec<Found> {
    let conforms = root.entries().iter().any(|e| {
        spelling(&e.key) == "conformsto"
            && e.node.items().iter().filter_map(scalar).any(|v| v.value.contains("mlcommons.org/croissant"))
    });
    if !conforms {
        return Vec::new();
    }
    let files = root.get("distribution").map(Node::items).unwrap_or_default();
    files
        .iter()
        .filter(|f| type_of(f).is_some_and(|t| spelling(&t) == "fileobject"))
        .filter_map(|file| {
            let location = file.get("contentUrl").or_else(|| file.get("name")).and_then(scalar)?;
            let mut record = Record::new(Container::Croissant, target_of(path, Some(&location.value)));
            keep(&mut record.digest, file.get("sha256").and_then(scalar).map(|at| profile::digest("sha256", &at)));
            for map in [file, root] {
                described(map, &mut record);
            }
            Some((location.span, record))
        })
        .collect()
}

/// The PROV-O terms that Croissant and RO-Crate use on a node, over the plain profile.
fn described(map: &Node, record: &mut Record) {
    for entry in map.entries() {
        match spelling(&entry.key).as_str() {
            "wasgeneratedby" => {
                for activity in entry.node.items() {
                    read(activity, record);
                    let tool = activity
                        .entries()
                        .iter()
                        .find(|e| matches!(spelling(&e.key).as_str(), "instrument" | "wasassociatedwith"));
                    if let Some(tool) = tool {
                        keep(&mut record.generator, named(&tool.node));
                        let version = tool
                            .node
                            .items()
                            .iter()
                            .flat_map(Node::entries)
                            .find(|e| spelling(&e.key).ends_with("version"));
                        keep(&mut record.generator_version, version.and_then(|e| scalar(&e.node)));
                        keep(&mut record.agent, named(&tool.node));
                    }
                }
            }
            "wasderivedfrom" => keep(&mut record.source, source(&entry.node)),
            "wasattributedto" => keep(&mut record.agent, named(&entry.node)),
            "version" => keep(&mut record.version, scalar(&entry.node)),
            "provenance" => read(&entry.node, record),
            "datakind" | "datasetkind" | "kind" => keep(&mut record.kind, scalar(&entry.node)),
            "creator" => keep(&mut record.agent, named(&entry.node)),
            "datecreated" => keep(&mut record.ended, scalar(&entry.node)),
            _ => {}
        }
    }
}

/// RO-Crate: a record for each file that a `CreateAction` has as its result.
/// <https://www.researchobject.org/ro-crate/specification/1.1/provenance.html>
pub(super) fn ro_crate(path: &str, root: &Node) -> Vec<Found> {
    let graph = root.get("@graph").map(Node::items).unwrap_or_default();
    let node = |id: &str| graph.iter().find(|n| n.get("@id").and_then(Node::text) == Some(id));
    let actions = graph.iter().filter(|n| type_of(n).as_deref() == Some("CreateAction"));
    actions
        .flat_map(|action| {
            let results = action.get("result").map(Node::items).unwrap_or_default();
            results.iter().filter_map(scalar).collect::<Vec<_>>().into_iter().map(move |result| (action, result))
        })
        .map(|(action, result)| {
            let mut record = Record::new(Container::RoCrate, target_of(path, Some(&result.value)));
            read(action, &mut record);
            match node(&result.value) {
                Some(file) => {
                    read(file, &mut record);
                    described(file, &mut record);
                }
                None => fault(
                    &mut record,
                    result.span,
                    format!("refers to `{}`, which the crate does not declare", result.value),
                ),
            }
            for (key, slot) in [("instrument", true), ("agent", false)] {
                let Some(id) = action.get(key).and_then(scalar) else { continue };
                match node(&id.value) {
                    Some(found) if slot => {
                        record.generator = named(found).or(record.generator.take());
                        keep(&mut record.generator_version, version_of(found));
                    }
                    Some(found) => record.agent = named(found).or(record.agent.take()),
                    None => fault(
                        &mut record,
                        id.span,
                        format!("refers to `{}`, which the crate does not declare", id.value),
                    ),
                }
            }
            keep(&mut record.source, action.get("object").and_then(source));
            keep(&mut record.version, node("./").and_then(|n| n.get("version")).and_then(scalar));
            (result.span, record)
        })
        .collect()
}

fn version_of(node: &Node) -> Option<At<String>> {
    node.entries().iter().find(|e| spelling(&e.key).ends_with("version")).and_then(|e| scalar(&e.node))
}

fn type_of(node: &Node) -> Option<String> {
    Some(scalar(node.get("@type")?)?.value)
}

/// A Hugging Face dataset card: front matter with `provenance`, `source_datasets` and `annotations_creators`. The card
/// is about all data files beside it, or about those that `configs[].data_files` names.
pub(super) fn dataset_card(path: &str, root: &Node) -> Vec<Found> {
    let Some(entry) = root.entry("provenance").or_else(|| root.entry("source_datasets")) else { return Vec::new() };
    let files: Vec<&Node> = root
        .get("configs")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .flat_map(|c| c.get("data_files").map(Node::items).unwrap_or_default())
        .flat_map(|f| f.get("path").unwrap_or(f).items())
        .filter(|f| f.text().is_some())
        .collect();
    let mut base = Record::new(Container::HuggingFace, Target::Unknown);
    if let Some(given) = root.get("provenance") {
        read(given, &mut base);
    }
    keep(&mut base.source, root.get("source_datasets").and_then(source));
    keep(&mut base.version, root.get("version").and_then(scalar));
    if let Some(Value::List(_) | Value::Scalar(_)) = root.get("annotations_creators").map(|n| &n.value)
        && let Some(creator) =
            root.get("annotations_creators").and_then(scalar).filter(|c| c.value == "machine-generated")
    {
        keep(&mut base.kind, Some(At { value: "synthetic".into(), span: creator.span }));
    }
    if files.is_empty() {
        return vec![(entry.key_span, Record { target: folder(path), ..base })];
    }
    files.into_iter().map(|file| (file.span, Record { target: target_of(path, file.text()), ..base.clone() })).collect()
}

/// Every file below the card's folder.
fn folder(path: &str) -> Target {
    let folder = path.rsplit_once('/').map_or("", |(f, _)| f);
    Target::Path(if folder.is_empty() { "**".into() } else { format!("{folder}/**") })
}
