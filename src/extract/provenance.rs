//! Provenance records, wherever people keep them: in comes a parsed file, out come `Provenance` facts, one a dataset.
//!
//! This file holds the one table of containers. Each reads its own shape; what a key of the profile may be called is
//! known in [`profile`] alone.

mod catalogue;
mod contract;
mod lineage;
mod profile;
mod prov_json;
mod versioned;

use crate::fact::provenance::{Record, Target};
use crate::fact::{Context, Fact, Kind};
use crate::parse::Format;
use crate::parse::tree::{self, Node, Tree};
use crate::source::{Source, Span};

/// A record and the place that stands for it.
type Found = (Span, Record);

/// Reads the records of one container out of a document that it recognises; none where it is something else.
type Reader = fn(path: &str, root: &Node) -> Vec<Found>;

/// Whether a file of this name, in lower case, may be the container.
type Named = fn(&str) -> bool;

/// Containers by what their files are called; the shape decides whether the file is one.
const CONTAINERS: &[(Named, Reader)] = &[
    (
        |name| name == "datapackage.json" || name == "datapackage.yaml" || name == "datapackage.yml",
        catalogue::frictionless,
    ),
    (|name| name == "ro-crate-metadata.json" || name == "ro-crate-metadata.jsonld", catalogue::ro_crate),
    (|name| name.ends_with(".json") || name.ends_with(".jsonld"), catalogue::croissant),
    (|name| name.ends_with(".dvc"), versioned::dvc_file),
    (|name| name == "dvc.lock", versioned::dvc_lock),
    (|name| name.ends_with(".yml") || name.ends_with(".yaml"), contract::dbt),
    (|name| name.ends_with(".yml") || name.ends_with(".yaml"), contract::odcs),
    (|name| name.ends_with(".json"), lineage::open_lineage),
];

/// Records in a configuration file.
pub fn extract(source: &Source, tree: &Tree) -> Vec<Fact> {
    if let Some(target) = prov_json::target(&source.path) {
        let whole = Span::whole(source.id);
        return vec![fact(prov_json::record(&source.path, target, tree, whole))];
    }
    let name = source.name().to_lowercase();
    let readers = CONTAINERS.iter().filter(|(is, _)| is(&name)).map(|(_, read)| read);
    readers.flat_map(|read| tree.roots.iter().flat_map(|root| read(&source.path, root))).map(fact).collect()
}

/// Records in a text file: the front matter of a dataset card.
pub fn of_text(source: &Source) -> Vec<Fact> {
    if !source.name().eq_ignore_ascii_case("README.md") || !source.text().starts_with("---") {
        return Vec::new();
    }
    let Some(end) = source.text()[3..].find("\n---").map(|i| i + 4) else { return Vec::new() };
    if !source.text()[..end].contains("provenance") && !source.text()[..end].contains("source_datasets") {
        return Vec::new();
    }
    // The rest of the card is blanked, so that the front matter's offsets stay those of the file.
    let blank: String = source.text()[3..end].to_owned();
    let front = Source::new(source.id, source.path.clone(), format!("   {blank}").into_bytes());
    if front.encoding() != source.encoding() || source.invalid > 0 {
        return Vec::new();
    }
    let tree = tree::read(&front, Format::Yaml);
    tree.roots.iter().flat_map(|root| catalogue::dataset_card(&source.path, root)).map(fact).collect()
}

fn fact((span, record): Found) -> Fact {
    Fact { span, key: "provenance".into(), context: Context::default(), kind: Kind::Provenance(Box::new(record)) }
}

/// A path that a record names, resolved against the folder of the record's own file; none if it is elsewhere.
fn beside(record: &str, path: &str) -> Option<String> {
    let path = path.trim().trim_start_matches("file://");
    if path.contains("://") || path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = record.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The target of a path in a record.
fn target_of(record: &str, path: Option<&str>) -> Target {
    path.and_then(|p| beside(record, p)).map_or(Target::Unknown, Target::Path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::provenance::Source as From;
    use crate::source::FileId;

    fn records(path: &str, text: &str) -> Vec<Record> {
        let source = Source::from_str(FileId(0), path, text);
        let facts = match Format::of(path) {
            Format::Text => of_text(&source),
            format => extract(&source, &tree::read(&source, format)),
        };
        facts
            .into_iter()
            .map(|f| match f.kind {
                Kind::Provenance(record) => *record,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    fn value<T: Clone>(at: &Option<crate::fact::provenance::At<T>>) -> Option<T> {
        at.as_ref().map(|a| a.value.clone())
    }

    const SIDECAR: &str = r#"{
      "prefix": {"sg": "https://example.test/ns#"},
      "entity": {
        "sg:customers": {
          "prov:atLocation": "fixtures/customers.csv",
          "sg:kind": "synthetic", "sg:version": "1.2.0",
          "spdx:checksumValue": {"$": "sha256:ABCDEF", "type": "xsd:string"},
          "sg:rows": {"$": "400", "type": "xsd:int"},
          "sg:source": "none"
        },
        "sg:recipe": {"prov:label": "recipe"}
      },
      "activity": {"sg:run": {"prov:startTime": "2026-11-01T10:00:00Z", "prov:endTime": "2026-11-01T10:00:05Z"}},
      "agent": {
        "sg:faker": {"prov:type": {"$": "prov:SoftwareAgent", "type": "prov:QUALIFIED_NAME"}, "prov:label": "faker", "schema:softwareVersion": "40.1.0"},
        "sg:team": {"prov:type": {"$": "prov:Organization", "type": "prov:QUALIFIED_NAME"}, "prov:label": "Data platform"}
      },
      "wasGeneratedBy": {"_:g": {"prov:entity": "sg:customers", "prov:activity": "sg:run"}},
      "wasAssociatedWith": {"_:a": {"prov:activity": "sg:run", "prov:agent": "sg:faker"}},
      "wasAttributedTo": {"_:t": {"prov:entity": "sg:customers", "prov:agent": "sg:team"}}
    }"#;

    #[test]
    fn a_sidecar_is_read_through_its_relations() {
        let all = records("fixtures/customers.prov.json", SIDECAR);
        let record = &all[0];
        assert_eq!(record.target, Target::Stem("fixtures/customers".into()));
        assert_eq!(record.faults, []);
        assert_eq!(value(&record.kind).as_deref(), Some("synthetic"));
        assert_eq!(value(&record.digest).as_deref(), Some("sha256:abcdef"));
        assert_eq!(value(&record.rows), Some(400));
        assert_eq!(value(&record.generator).as_deref(), Some("faker"));
        assert_eq!(value(&record.generator_version).as_deref(), Some("40.1.0"));
        assert_eq!(value(&record.started).as_deref(), Some("2026-11-01T10:00:00Z"));
        assert_eq!(value(&record.source), Some(From::NoRealSource));
        assert!(record.agent.is_some());
    }

    #[test]
    fn a_dangling_reference_and_a_foreign_file_are_faults() {
        let dangling = SIDECAR.replace("\"prov:agent\": \"sg:team\"", "\"prov:agent\": \"sg:nobody\"");
        let faults = &records("fixtures/customers.csv.prov.json", &dangling)[0].faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].value.contains("sg:nobody"));
        let foreign = SIDECAR.replace("fixtures/customers.csv", "fixtures/orders.csv");
        let faults = &records("fixtures/customers.prov.json", &foreign)[0].faults;
        assert!(faults.iter().any(|f| f.value.contains("another file")), "{faults:?}");
    }

    #[test]
    fn a_broken_sidecar_is_a_record_with_a_fault() {
        let faults = &records("a.prov.json", &SIDECAR[..200])[0].faults;
        assert!(faults[0].value.contains("not valid JSON"), "{faults:?}");
        assert_eq!(records("a.prov.json", "[]")[0].faults.len(), 1);
    }

    #[test]
    fn every_container_gives_a_record() {
        let cases: &[(&str, &str, Target, &str)] = &[
            (
                "data/datapackage.json",
                r#"{"version":"2.0.0","contributors":[{"title":"Data platform"}],"created":"2026-11-01T00:00:00Z","resources":[{"path":"c.csv","hash":"sha256:00ff","provenance":{"kind":"synthetic","generator":"faker@40.1.0","source":"no real source"}}]}"#,
                Target::Path("data/c.csv".into()),
                "sha256:00ff",
            ),
            (
                "seeds/schema.yml",
                "seeds:\n  - name: raw_customers\n    config:\n      meta:\n        provenance: {kind: synthetic, digest: 'sha256:00ff'}\n",
                Target::Name("raw_customers".into()),
                "sha256:00ff",
            ),
            (
                "data/c.csv.dvc",
                "outs:\n- md5: 00FF\n  hash: md5\n  path: c.csv\n",
                Target::Path("data/c.csv".into()),
                "md5:00ff",
            ),
            (
                "croissant.json",
                r#"{"conformsTo":"http://mlcommons.org/croissant/1.1","distribution":[{"@type":"cr:FileObject","contentUrl":"data/c.csv","sha256":"00ff","prov:wasGeneratedBy":{"prov:wasAssociatedWith":{"name":"faker","softwareVersion":"40"}}}]}"#,
                Target::Path("data/c.csv".into()),
                "sha256:00ff",
            ),
            (
                "data/README.md",
                "---\nlicense: mit\nprovenance:\n  kind: synthetic\n  sha256: 00ff\nconfigs:\n- data_files: c.csv\n---\n# Card\n",
                Target::Path("data/c.csv".into()),
                "sha256:00ff",
            ),
            (
                "contract.odcs.yaml",
                "kind: DataContract\nversion: 1.0.0\nschema:\n- name: customers\n  customProperties:\n  - property: provenance\n    value: {kind: synthetic, sha256: 00ff}\n",
                Target::Name("customers".into()),
                "sha256:00ff",
            ),
            (
                "ro-crate-metadata.json",
                r##"{"@graph":[{"@id":"c.csv","@type":"File","sha256":"00ff"},{"@id":"#t","@type":"SoftwareApplication","name":"faker","softwareVersion":"40"},{"@id":"#a","@type":"CreateAction","result":{"@id":"c.csv"},"instrument":{"@id":"#t"},"endTime":"2026-11-01"}]}"##,
                Target::Path("c.csv".into()),
                "sha256:00ff",
            ),
        ];
        for (path, text, target, digest) in cases {
            let all = records(path, text);
            assert_eq!(all.len(), 1, "{path}: {all:?}");
            assert_eq!(&all[0].target, target, "{path}");
            assert_eq!(value(&all[0].digest).as_deref(), Some(*digest), "{path}");
            assert_eq!(all[0].faults, [], "{path}");
        }
        let event = r#"{"eventTime":"2026-11-01T00:00:00Z","producer":"https://example.test/gen","job":{"name":"gen"},"inputs":[],"outputs":[{"name":"data/c.csv","facets":{"version":{"datasetVersion":"3"}}}]}"#;
        let record = &records("event.json", event)[0];
        assert_eq!(record.target, Target::Path("data/c.csv".into()));
        assert_eq!(value(&record.source), Some(From::NoRealSource));
    }

    #[test]
    fn an_ordinary_file_holds_no_record() {
        assert!(records("package.json", r#"{"name":"x","version":"1.0.0","outputs":[]}"#).is_empty());
        assert!(records("dbt_project.yml", "seeds:\n  shop:\n    +enabled: true\n").is_empty());
        assert!(records("README.md", "---\ntitle: Shop\n---\n").is_empty());
    }
}
