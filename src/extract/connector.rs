//! Connectors: in comes a configuration that names a source and a target, out comes a fact with both ends, their
//! systems, hosts and environments. Only where both ends tell their environment and one of them is a system of
//! customers' records: volumes, redirects and copies of files have sources and targets too.

use super::collect::{Around, Collector};
use super::trail::{Trail, walk};
use super::url::{bare_host, urls};
use super::{generic, provider_of};
use crate::fact::environment::{class_of_word, segments};
use crate::fact::{Connector, ConnectorEnd, Kind};
use crate::parse::tree::{Entry, Node, Tree};
use crate::registry::Registry;
use crate::source::Span;

const SOURCES: &[&str] = &["source", "src", "from", "origin", "extract", "extractor"];
const TARGETS: &[&str] = &["target", "destination", "dest", "to", "sink", "load", "loader"];

/// Keys whose value names an environment.
const ENVIRONMENTS: &[&str] =
    &["environment", "env", "org", "instance", "profile", "stage", "tier", "alias", "shop", "account"];

/// Keys whose value names a system.
const SYSTEMS: &[&str] = &["system", "type", "provider", "connector", "kind", "app", "application", "name", "plugin"];

/// Keys beside the ends that name what masks the records.
const ANONYMISERS: &[&str] =
    &["anonymiser", "anonymizer", "anonymise", "anonymize", "must-anonymise", "must_anonymise", "masking", "mask"];

/// How deep an end is read.
const MAX_DEPTH: usize = 3;

/// Finds connectors in a tree.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    for root in &tree.roots {
        walk(root, &mut |trail, node| {
            let entries = node.entries();
            let find = |words: &[&str]| entries.iter().find(|e| words.contains(&e.key.to_ascii_lowercase().as_str()));
            if let (Some(source), Some(target)) = (find(SOURCES), find(TARGETS)) {
                connector(collector, trail, node, source, target);
            }
            true
        });
    }
}

fn connector(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, source: &Entry, target: &Entry) {
    let (from, to) = (end(source), end(target));
    let placed = |e: &ConnectorEnd| e.environment.is_some() || !e.hosts.is_empty();
    let about = |e: &ConnectorEnd| {
        let category = e.system.as_deref().and_then(|s| Registry::builtin().category(s));
        category.is_some_and(|c| matches!(c, "crm" | "commerce" | "marketing"))
    };
    if !placed(&from) || !placed(&to) || !about(&from) && !about(&to) {
        return;
    }
    let text = |keys: &[&str]| {
        let entry = node.entries().iter().find(|e| keys.contains(&e.key.to_ascii_lowercase().as_str()))?;
        Some((entry.node.text().unwrap_or(&entry.key).to_owned(), entry.node.span))
    };
    let kind = Connector {
        name: text(&["name", "id"]).map(|(name, _)| name),
        source: from,
        target: to,
        anonymiser: text(ANONYMISERS).filter(|(t, _)| !matches!(t.as_str(), "" | "none" | "false" | "off")),
    };
    let around = generic::around(trail, &Around::default());
    collector.add(source.key_span, &around, Kind::Connector(Box::new(kind)));
}

fn end(entry: &Entry) -> ConnectorEnd {
    let mut end = ConnectorEnd { span: entry.key_span, system: None, environment: None, hosts: Vec::new() };
    match entry.node.text() {
        Some(text) => words(&mut end, text, entry.node.span),
        None => fields(&mut end, &entry.node, MAX_DEPTH),
    }
    end
}

fn fields(end: &mut ConnectorEnd, node: &Node, depth: usize) {
    for entry in node.entries() {
        let key = entry.key.to_ascii_lowercase();
        let Some(text) = entry.node.text() else {
            if depth > 0 {
                fields(end, &entry.node, depth - 1);
            }
            continue;
        };
        hosts(end, text, entry.node.span);
        if ENVIRONMENTS.contains(&key.as_str()) && end.environment.is_none() {
            end.environment = environment(text).map(|name| (name, entry.node.span));
        }
        if SYSTEMS.contains(&key.as_str()) && end.system.is_none() {
            end.system = system(text);
        }
    }
}

/// `uat org`, `prod shop`, `https://acme.myshopify.com`
fn words(end: &mut ConnectorEnd, text: &str, span: Span) {
    hosts(end, text, span);
    end.environment = environment(text).map(|name| (name, span));
    if end.system.is_none() {
        end.system = system(text);
    }
}

fn hosts(end: &mut ConnectorEnd, text: &str, span: Span) {
    if text.len() > 2000 {
        return;
    }
    let host = urls(text).into_iter().next().map(|u| u.host).or_else(|| bare_host(text).filter(|h| h.contains('.')));
    let Some(host) = host else { return };
    if let Some(known) = provider_of(&host) {
        end.system = Some(known.provider.to_owned());
        end.hosts.push((host, span));
    }
}

fn environment(text: &str) -> Option<String> {
    let word = segments(text).into_iter().find(|w| class_of_word(w).is_some())?;
    Some(word.to_string())
}

fn system(text: &str) -> Option<String> {
    let found = segments(text).into_iter().find_map(|w| {
        let word = w.to_ascii_lowercase();
        match word.as_str() {
            "org" => Some("salesforce".to_owned()),
            _ => Registry::builtin().provider_of_word(&word).map(|(p, _)| p.id.clone()),
        }
    });
    found.or_else(|| text.to_ascii_lowercase().contains("shop").then(|| "shopify".to_owned()))
}
