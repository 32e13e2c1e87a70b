//! Anonymisers: in come declared ones, the facts about functions that anonymise, and the flows that must pass them, out
//! comes a subject for each: declared ones in the order of the configuration, then one for each file.

mod exposed;

use std::collections::BTreeMap;

use super::modules::{FileRole, Graph};
use super::places::Places;
use super::subject::anonymiser::{Anonymiser, BypassOf, FailsOpenOf, PolicyOf, WeakOf};
use super::subject::sync_flow::SyncFlow;
use super::subject::{Subject, SubjectKind};
use crate::config;
use crate::fact::{Direction, Fact, FactId, Kind};
use crate::source::FileId;

/// Values of error policies that keep the record back, and those that let it through.
const HOLDS: &[&str] = &["fail", "raise", "retry", "queue", "quarantine", "abort", "stop", "drop", "reject"];
const OPENS: &[&str] =
    &["passthrough", "pass", "ignore", "continue", "log", "copy", "allow", "skip-masking", "keep", "warn"];

/// Links all anonymisers; `flows` are the declared ones.
pub fn link(places: &mut Places<'_>, graph: &Graph<'_>, flows: &[SyncFlow]) -> Vec<Subject> {
    let config = places.config;
    let mut files: BTreeMap<FileId, Vec<(FactId, &Fact)>> = BTreeMap::new();
    for (id, fact) in places.facts() {
        if matches!(fact.kind, Kind::FailsOpen(_) | Kind::Weak(_) | Kind::ErrorPolicy { .. } | Kind::Exposure(_))
            && ships(places, graph, fact.span.file)
        {
            files.entry(fact.span.file).or_default().push((id, fact));
        }
    }
    let mut subjects = Vec::new();
    for own in &config.anonymisers {
        let linked = declared(places, own, flows, &mut files);
        subjects.push(linked);
    }
    // A function that only a flow names.
    for flow in flows {
        let Some(demand) = &flow.must_anonymise else { continue };
        if !config
            .anonymisers
            .iter()
            .any(|a| a.id.text == demand.name || a.symbols.iter().any(|s| s.text == demand.name))
        {
            let mut linked = blank(demand.id, demand.name.clone());
            linked.declared = true;
            linked.real = Some("a flow must pass it".to_owned());
            bypasses(&mut linked, flow);
            subjects.push(linked);
        }
    }
    for (file, facts) in files {
        if facts.is_empty() {
            continue;
        }
        let (id, fact) = facts[0];
        let mut linked = blank(id, symbol(fact));
        linked.place = Some(places.place(fact, Vec::new()));
        linked.real = real(places, file);
        for (id, fact) in facts {
            add(places, &mut linked, id, fact);
        }
        subjects.push(linked);
    }
    let subject = |a: Anonymiser| Subject::new(SubjectKind::Anonymiser, format!("anonymiser {}", a.label), &a);
    subjects.into_iter().map(subject).collect()
}

/// Tests, stories and examples may do as they like; masked recordings and copies of others' code too.
fn ships(places: &mut Places<'_>, graph: &Graph<'_>, file: FileId) -> bool {
    let traits = places.traits(file);
    matches!(graph.role(file), FileRole::Production | FileRole::Script)
        && !traits.vendored
        && !traits.documentation
        && !traits.purposes.iter().any(|p| matches!(p.purpose, crate::fact::Purpose::Test | crate::fact::Purpose::Demo))
}

/// A declared anonymiser takes the facts about its functions and its configuration.
fn declared(
    places: &mut Places<'_>,
    own: &config::Anonymiser,
    flows: &[SyncFlow],
    files: &mut BTreeMap<FileId, Vec<(FactId, &Fact)>>,
) -> Anonymiser {
    let mut linked =
        blank(places.anchors.at(own.id.span, &format!("anonymisers.{}", own.id.text)), own.id.text.clone());
    linked.declared = true;
    linked.real = Some("declared in synthgate.yaml".to_owned());
    let config_file = own.config.as_ref().and_then(|c| places.files.find(c.text.trim_start_matches("./")));
    let last = |s: &str| s.rsplit(['.', ':', '#']).next().unwrap_or(s).to_owned();
    let symbols: Vec<String> = own.symbols.iter().map(|s| last(&s.text)).collect();
    for (file, facts) in files.iter_mut() {
        let mine = |fact: &Fact| match &fact.kind {
            Kind::FailsOpen(f) => symbols.contains(&f.symbol),
            Kind::Weak(w) => symbols.contains(&w.symbol),
            Kind::ErrorPolicy { .. } | Kind::Exposure(_) => config_file == Some(*file),
            _ => false,
        };
        for (id, fact) in facts.extract_if(.., |(_, f)| mine(f)) {
            add(places, &mut linked, id, fact);
        }
    }
    for flow in flows {
        let demands = flow
            .must_anonymise
            .as_ref()
            .is_some_and(|m| m.name == own.id.text || own.symbols.iter().any(|s| s.text == m.name));
        if demands {
            bypasses(&mut linked, flow);
        }
    }
    linked
}

fn bypasses(linked: &mut Anonymiser, flow: &SyncFlow) {
    let Some(demand) = &flow.must_anonymise else { return };
    linked.checked_flows.push(flow.label.clone());
    for write in &flow.writes {
        let Some(anonymised) = write.anonymised else { continue };
        linked.bypasses.push(BypassOf {
            id: write.id,
            call: write.call.clone(),
            flow: flow.label.clone(),
            anonymised,
            anonymiser_id: write.anonymiser_id,
            demand_id: demand.id,
            unresolved: flow.unresolved.first().map(|u| u.reason.clone()),
        });
    }
}

fn add(places: &mut Places<'_>, linked: &mut Anonymiser, id: FactId, fact: &Fact) {
    let path = places.files.path(fact.span.file).to_owned();
    match &fact.kind {
        Kind::FailsOpen(f) => {
            linked.fails_open.push(FailsOpenOf { id, symbol: f.symbol.clone(), what: f.what.clone(), path });
        }
        Kind::Weak(w) => linked.weak.push(WeakOf {
            id,
            symbol: w.symbol.clone(),
            transform: w.transform,
            method: w.method.clone(),
            input: w.input.clone(),
            path,
        }),
        Kind::ErrorPolicy { key, value } => {
            let known = |words: &[&str]| words.contains(&value.as_str());
            let holds = if known(HOLDS) { Some(true) } else { known(OPENS).then_some(false) };
            linked.policies.push(PolicyOf { id, key: key.clone(), value: value.clone(), holds });
        }
        Kind::Exposure(e) => linked.exposed.push(exposed::of(places, id, fact, e)),
        _ => {}
    }
}

fn symbol(fact: &Fact) -> String {
    match &fact.kind {
        Kind::FailsOpen(f) => f.symbol.clone(),
        Kind::Weak(w) => w.symbol.clone(),
        Kind::Exposure(_) => "the anonymiser".to_owned(),
        _ => "the masking configuration".to_owned(),
    }
}

/// Why what goes in is taken for real: the module reads a CRM or a shop.
fn real(places: &mut Places<'_>, file: FileId) -> Option<String> {
    places.facts_of(file).find_map(|(_, fact)| match &fact.kind {
        Kind::Access(a) if a.direction == Direction::Read && !a.pinned => {
            let provider = a.provider.as_ref()?;
            Some(format!("the module reads {provider}"))
        }
        _ => None,
    })
}

fn blank(id: FactId, label: String) -> Anonymiser {
    Anonymiser {
        id,
        label,
        declared: false,
        place: None,
        bypasses: Vec::new(),
        checked_flows: Vec::new(),
        fails_open: Vec::new(),
        policies: Vec::new(),
        weak: Vec::new(),
        exposed: Vec::new(),
        real: None,
    }
}
