//! PROV-JSON (W3C Member Submission, 2013-04-24) as a sidecar: `<file>.prov.json` or `<stem>.prov.json`.

use super::profile::{fault, keep, named, read, scalar, source_of, spelling};
use crate::fact::provenance::{At, Container, Record, Source, Target};
use crate::parse::tree::{Entry, Node, Tree, Value};
use crate::source::Span;

/// Relations, with the keys that refer to what is declared elsewhere in the document.
const RELATIONS: &[&str] = &[
    "wasGeneratedBy",
    "used",
    "wasInformedBy",
    "wasStartedBy",
    "wasEndedBy",
    "wasInvalidatedBy",
    "wasDerivedFrom",
    "wasAttributedTo",
    "wasAssociatedWith",
    "actedOnBehalfOf",
    "wasInfluencedBy",
    "specializationOf",
    "alternateOf",
    "hadMember",
];

const REFERENCES: &[&str] = &[
    "entity",
    "activity",
    "agent",
    "generatedentity",
    "usedentity",
    "plan",
    "delegate",
    "responsible",
    "informed",
    "informant",
    "trigger",
    "starter",
    "ender",
    "collection",
    "specificentity",
    "generalentity",
    "alternate1",
    "alternate2",
    "influencee",
    "influencer",
];

/// The file that a sidecar at `path` is for, none if it is no sidecar.
pub(super) fn target(path: &str) -> Option<Target> {
    let stem = path.strip_suffix(".prov.json").or_else(|| path.strip_suffix(".prov.jsonld"))?;
    Some(Target::Stem(stem.to_owned()))
}

/// The record of a sidecar. A document that can't be read is a record with a fault.
pub(super) fn record(path: &str, target: Target, tree: &Tree, whole: Span) -> (Span, Record) {
    let mut record = Record::new(Container::ProvJson, target);
    if let Some(problem) = tree.problems.first() {
        fault(&mut record, problem.span, format!("not valid JSON: {}", problem.message));
    }
    let Some(root) = tree.roots.first().filter(|r| matches!(r.value, Value::Map(_))) else {
        if record.faults.is_empty() {
            fault(&mut record, whole, "not a PROV-JSON document: an object with `entity`, `activity` and `agent`");
        }
        return (whole, record);
    };
    let document = Document::new(root);
    document.references(&mut record);
    let Some(entity) = document.entity(path) else {
        let at = root.entry("entity").map_or(whole, |e| e.key_span);
        fault(
            &mut record,
            at,
            "no entity for the file: none names it in `prov:atLocation` or `prov:label`, and not exactly one is generated",
        );
        return (at, record);
    };
    document.describe(entity, &mut record);
    misplaced(path, entity, &mut record);
    (entity.key_span, record)
}

/// All scopes of a document: itself and its bundles.
struct Document<'a> {
    scopes: Vec<&'a Node>,
}

impl<'a> Document<'a> {
    fn new(root: &'a Node) -> Self {
        let bundles = root.get("bundle").map(Node::entries).unwrap_or_default();
        Self { scopes: std::iter::once(root).chain(bundles.iter().map(|e| &e.node)).collect() }
    }

    /// All declarations or relations of a kind.
    fn all(&self, kind: &'a str) -> impl Iterator<Item = &'a Entry> + '_ {
        self.scopes.iter().flat_map(move |s| s.get(kind).map(Node::entries).unwrap_or_default())
    }

    fn declared(&self, id: &str) -> bool {
        ["entity", "activity", "agent", "bundle"].iter().any(|kind| self.all(kind).any(|e| e.key == id))
    }

    /// Each relation may be one object or a list of them.
    fn relations(&self, kind: &'a str) -> Vec<&'a Node> {
        self.all(kind).flat_map(|e| e.node.items()).collect()
    }

    fn references(&self, record: &mut Record) {
        for relation in RELATIONS.iter().flat_map(|kind| self.relations(kind)) {
            for entry in relation.entries().iter().filter(|e| REFERENCES.contains(&spelling(&e.key).as_str())) {
                let dangling = entry.node.items().iter().filter_map(scalar).filter(|id| !self.declared(&id.value));
                let found: Vec<_> = dangling.map(|id| (id.span, id.value)).collect();
                for (span, id) in found {
                    fault(record, span, format!("refers to `{id}`, which the document does not declare"));
                }
            }
        }
    }

    /// The entity that stands for the file: named by location or label, else the only generated one, else the only one.
    fn entity(&self, path: &str) -> Option<&'a Entry> {
        let file = path.rsplit('/').next().unwrap_or(path);
        let stem = file.strip_suffix(".prov.json").unwrap_or(file);
        let named = self.all("entity").find(|e| locations(&e.node).any(|l| names(&l.value, stem)));
        named
            .or_else(|| {
                let generated: Vec<_> =
                    self.relations("wasGeneratedBy").into_iter().filter_map(|r| reference(r, "entity")).collect();
                let mut only = self.all("entity").filter(|e| generated.contains(&e.key));
                only.next().filter(|_| only.next().is_none())
            })
            .or_else(|| {
                let mut all = self.all("entity");
                all.next().filter(|_| all.next().is_none())
            })
    }

    fn describe(&self, entity: &Entry, record: &mut Record) {
        read(&entity.node, record);
        for generation in self
            .relations("wasGeneratedBy")
            .into_iter()
            .filter(|r| reference(r, "entity").as_ref() == Some(&entity.key))
        {
            keep(&mut record.ended, attribute(generation, "time"));
            let Some(activity) = reference(generation, "activity") else { continue };
            if let Some(found) = self.all("activity").find(|a| a.key == activity) {
                read(&found.node, record);
            }
            for association in self
                .relations("wasAssociatedWith")
                .into_iter()
                .filter(|r| reference(r, "activity").as_ref() == Some(&activity))
            {
                self.agent(association, record);
            }
        }
        for attribution in self
            .relations("wasAttributedTo")
            .into_iter()
            .filter(|r| reference(r, "entity").as_ref() == Some(&entity.key))
        {
            self.agent(attribution, record);
        }
        for derivation in self
            .relations("wasDerivedFrom")
            .into_iter()
            .filter(|r| reference(r, "generatedentity").as_ref() == Some(&entity.key))
        {
            if let Some(used) = attribute(derivation, "usedentity") {
                let label = self.all("entity").find(|e| e.key == used.value).and_then(|e| named(&e.node));
                let value = match source_of(label.as_ref().map_or(&used.value, |l| &l.value)) {
                    Source::NoRealSource => Source::NoRealSource,
                    Source::Derived(_) => source_of(used.value.rsplit(':').next().unwrap_or(&used.value)),
                };
                keep(&mut record.source, Some(At { value, span: used.span }));
            }
        }
    }

    /// A software agent is the generator; every agent answers for the data, a person or organisation first.
    fn agent(&self, relation: &Node, record: &mut Record) {
        let Some(id) = attribute(relation, "agent") else { return };
        let Some(agent) = self.all("agent").find(|a| a.key == id.value) else { return };
        let name = named(&agent.node).unwrap_or_else(|| At { value: id.value.clone(), span: agent.key_span });
        let software = agent.node.entries().iter().any(|e| {
            spelling(&e.key) == "type"
                && e.node.items().iter().filter_map(scalar).any(|t| spelling(&t.value) == "softwareagent")
        });
        if software {
            let mut tool = Record::new(Container::ProvJson, Target::Unknown);
            read(&agent.node, &mut tool);
            keep(&mut record.generator_version, tool.generator_version.or(tool.version));
            keep(&mut record.generator, Some(name.clone()));
        }
        keep(&mut record.agent, Some(name));
    }
}

/// A sidecar's entity that says it is another file.
fn misplaced(path: &str, entity: &Entry, record: &mut Record) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".prov.json").unwrap_or(file);
    let places: Vec<_> =
        entity.node.entries().iter().filter(|e| is_location(&e.key)).filter_map(|e| scalar(&e.node)).collect();
    if let Some(first) = places.first()
        && !places.iter().any(|l| names(&l.value, stem))
    {
        fault(record, first.span, "the entity names another file than the one that this sidecar stands beside");
    }
}

fn is_location(key: &str) -> bool {
    matches!(spelling(key).as_str(), "atlocation" | "location" | "path" | "file" | "contenturl")
}

fn locations(entity: &Node) -> impl Iterator<Item = At<String>> + '_ {
    entity
        .entries()
        .iter()
        .filter(|e| is_location(&e.key) || spelling(&e.key) == "label")
        .filter_map(|e| scalar(&e.node))
}

/// Whether a location names the file that has this name or stem.
fn names(location: &str, stem: &str) -> bool {
    let file = location.rsplit(['/', '\\']).next().unwrap_or(location);
    file == stem || file.rsplit_once('.').is_some_and(|(s, _)| s == stem)
}

fn attribute(node: &Node, wanted: &str) -> Option<At<String>> {
    node.entries().iter().find(|e| spelling(&e.key) == wanted).and_then(|e| scalar(&e.node))
}

fn reference(node: &Node, wanted: &str) -> Option<String> {
    attribute(node, wanted).map(|at| at.value)
}
