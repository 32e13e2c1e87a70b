//! Who writes to whom, before anybody has declared it: in come all files, out come the systems of customers' records
//! that code writes to, with the files that do. A draft of flows is made from it.

use std::collections::BTreeMap;

use super::super::modules::{FileRole, Graph};
use super::super::places::Places;
use super::system::System;
use super::trace::Trace;
use crate::fact::{Direction, Kind};
use crate::parse::code::Language;
use crate::registry::clients::clients;

/// Larger sources are generated.
const MAX_BYTES: u64 = 1 << 20;

/// Systems of interest.
const CATEGORIES: &[&str] = &["crm", "commerce", "marketing"];

/// Where records of a system are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The registry's provider.
    pub system: String,
    /// Another provider that the same files read, if there is one.
    pub source: Option<String>,
    /// The files, in path order.
    pub files: Vec<String>,
}

/// Finds them, in the order of the providers' names.
pub fn find(places: &mut Places<'_>, graph: &Graph<'_>) -> Vec<Sender> {
    let rows = clients().all().filter(|c| CATEGORIES.contains(&&*c.category) && !c.platform);
    let systems: Vec<System> = rows.map(|c| System::new(&c.provider)).collect();
    let trace = Trace::new(graph, &[]);
    let mut found: BTreeMap<String, Sender> = BTreeMap::new();
    let files = places.files;
    for (file, entry) in files.iter() {
        let markup = |l: Language| matches!(l, Language::Html | Language::Liquid | Language::Erb | Language::Blade);
        let code = Language::of(&entry.path).is_some_and(|l| !markup(l));
        if entry.size > MAX_BYTES || !code || graph.role(file) != FileRole::Production {
            continue;
        }
        let traits = places.traits(file);
        if traits.vendored || traits.documentation || traits.recording || !traits.purposes.is_empty() {
            continue;
        }
        let Ok(bytes) = files.read(file) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for system in systems.iter().filter(|s| s.may_be_in(&text)) {
            let writes = !trace.known(places, file, system).is_empty()
                || !trace.requested(file, system).is_empty()
                || !trace.named(file, system).is_empty();
            if !writes {
                continue;
            }
            let read = places.facts_of(file).find_map(|(_, fact)| match &fact.kind {
                Kind::Access(a) if a.direction == Direction::Read && a.provider.as_ref() != Some(&system.name) => {
                    a.provider.clone()
                }
                _ => None,
            });
            let blank = Sender { system: system.name.clone(), source: None, files: Vec::new() };
            let sender = found.entry(system.name.clone()).or_insert(blank);
            sender.files.push(entry.path.to_string());
            sender.source = sender.source.take().or(read);
        }
    }
    found.into_values().collect()
}
