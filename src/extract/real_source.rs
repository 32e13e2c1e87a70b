//! Generators that read real records: in come recipes, load configurations and scripts, out come the objects of people
//! that they read. What makes data without a real source needs no customer.

use super::code::names::Names;
use super::collect::{Around, Collector};
use super::generic;
use super::recipe::is_recipe;
use super::trail::walk;
use crate::fact::{Kind, RealSource};
use crate::parse::code::{self, Code};
use crate::parse::tree::{Node, Tree};

/// Salesforce objects that hold people, or what they did.
const PEOPLE: &[&str] = &[
    "contact",
    "lead",
    "account",
    "personaccount",
    "user",
    "case",
    "order",
    "opportunity",
    "individual",
    "campaignmember",
];

/// Fields that only tell which record it is, not whose.
const PLAIN_FIELDS: &[&str] = &["id", "recordtypeid", "count()", "name__c", "isactive", "issandbox"];

/// Finds them in configuration.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    let path = collector.source.path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    for root in &tree.roots {
        if name == "export.json" && root.get("objects").is_some() {
            sfdmu(collector, root);
        } else if (name.ends_with(".yml") || name.ends_with(".yaml")) && is_recipe(root) {
            recipe(collector, root);
        }
    }
}

/// `SOQLDataset.iterate: {from: Contact}`, `SalesforceQuery.random_record: Contact`.
fn recipe(collector: &mut Collector<'_>, root: &Node) {
    walk(root, &mut |trail, node| {
        for entry in node.entries() {
            let reads = ["SOQLDataset.", "SalesforceQuery."].iter().any(|p| entry.key.starts_with(p));
            if !reads {
                continue;
            }
            let object = entry.node.text_at(&["from"]).or_else(|| entry.node.text());
            // A record's id alone is a link, not a copy.
            let fields = entry.node.text_at(&["fields"]);
            let copies = fields.map_or(entry.key.starts_with("SOQLDataset."), names_people);
            let Some(object) = object.filter(|o| copies && is_people(o)) else { continue };
            let around = generic::around(trail, &Around::default());
            let what = format!("`{}` takes {object}", entry.key);
            let kind = RealSource {
                tool: "Snowfakery".to_owned(),
                object: object.to_owned(),
                what,
                masked: false,
                unplaced: false,
            };
            collector.add(entry.node.span, &around, Kind::RealSource(kind));
        }
        true
    });
}

/// SFDX Data Move Utility: objects with a query, copied from one org to another.
fn sfdmu(collector: &mut Collector<'_>, root: &Node) {
    let objects = root.get("objects").map(Node::items).unwrap_or_default();
    for (i, item) in objects.iter().enumerate() {
        let operation = item.text_at(&["operation"]).unwrap_or("Upsert").to_ascii_lowercase();
        let excluded = item.text_at(&["excluded"]) == Some("true");
        if matches!(operation.as_str(), "readonly" | "delete" | "deletesource" | "deletehierarchy") || excluded {
            continue;
        }
        let Some(query) = item.get("query") else { continue };
        let Some((object, true)) = query.text().and_then(soql) else { continue };
        let mocked = item.text_at(&["updateWithMockData"]) == Some("true")
            && !item.get("mockFields").map(Node::items).unwrap_or_default().is_empty();
        let kind = RealSource {
            tool: "sfdmu".to_owned(),
            what: format!("{object} is copied as it is"),
            object,
            masked: mocked,
            unplaced: true,
        };
        collector.add(query.span, &Around::key(format!("objects[{i}].query")), Kind::RealSource(kind));
    }
}

/// A script that makes data with a generator and reads people from a CRM.
pub(super) fn of_code(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    let generator = names.imports.iter().find_map(|(_, s)| crate::registry::clients::clients().generator(s));
    let Some(generator) = generator else { return };
    for call in code.calls() {
        if names.client(code, call).is_none_or(|c| c.category != "crm") {
            continue;
        }
        for argument in code.arguments(call).into_iter().filter(|a| code.kind(*a) == code::Kind::String) {
            let Some((object, true)) = code.literal(argument).and_then(soql) else { continue };
            let what = format!("`{}` takes {object}", code.steps(call).join("."));
            let kind = RealSource { tool: generator.tool.clone(), object, what, masked: false, unplaced: false };
            collector.add(code.span_of(argument), &Around::key("query"), Kind::RealSource(kind));
        }
    }
}

/// The object of a query, and whether it is people's and more than their ids is read.
fn soql(query: &str) -> Option<(String, bool)> {
    let lower = query.to_ascii_lowercase();
    let select = lower.find("select")? + 6;
    let from = lower.find(" from ")?;
    let fields = lower.get(select..from)?;
    let object = query.get(from + 6..)?.split_whitespace().next()?.to_owned();
    let telling = names_people(fields);
    let people = is_people(&object);
    Some((object, telling && people))
}

fn names_people(fields: &str) -> bool {
    fields
        .split(',')
        .map(|f| f.trim().to_ascii_lowercase())
        .any(|f| !f.is_empty() && !PLAIN_FIELDS.contains(&f.as_str()) && !f.ends_with("__c") && !f.ends_with("id"))
}

fn is_people(object: &str) -> bool {
    PEOPLE.contains(&object.trim().to_ascii_lowercase().as_str())
}
