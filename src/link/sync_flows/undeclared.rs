//! Flows that nobody declared: in come reads and writes of all files, out come modules that carry records from one
//! system to another, loaders of prices and stock, and connectors that name two ends.

use std::collections::BTreeMap;

use super::super::modules::{FileRole, Graph};
use super::super::places::Places;
use super::super::subject::sync_flow::{EndOf, FlowKind, Grounds, SyncFlow};
use super::super::subject::{self};
use super::ends::{self, is_system};
use super::trace::Trace;
use super::writes::Write;
use super::{code_of, records, tests_of};
use crate::extract::code::{callee_span, is_price_or_stock};
use crate::fact::environment::{Evidence, Rung};
use crate::fact::{Access, Connector, ConnectorEnd, Direction, Fact, FactId, Kind};
use crate::source::FileId;

/// Systems between which a flow of customers' records is of interest.
const ENDS: &[&str] = &["crm", "commerce", "marketing"];

/// Links them, in the order of their files.
pub(super) fn link(places: &mut Places<'_>, graph: &Graph<'_>, covered: &[(FileId, String)]) -> Vec<SyncFlow> {
    let mut files: BTreeMap<FileId, Vec<(FactId, &Fact, &Access)>> = BTreeMap::new();
    let mut flows = Vec::new();
    for (id, fact) in places.facts() {
        match &fact.kind {
            Kind::Access(access) => files.entry(fact.span.file).or_default().push((id, fact, access)),
            Kind::Connector(connector) => flows.push(of_connector(places, id, fact, connector)),
            _ => {}
        }
    }
    for (file, accesses) in files {
        let traits = places.traits(file);
        if graph.role(file) != FileRole::Production && graph.role(file) != FileRole::Script
            || traits.vendored
            || traits.documentation
            || traits.recording
            || !traits.purposes.is_empty()
        {
            continue;
        }
        let declared = covered.iter().find(|(f, _)| *f == file).map(|(_, id)| id.clone());
        match module(places, graph, file, &accesses, declared.clone()) {
            Some(flow) => flows.push(flow),
            None if declared.is_none() => flows.extend(loader(places, graph, file, &accesses)),
            None => {}
        }
    }
    flows
}

/// A module that reads one system and writes another.
fn module(
    places: &mut Places<'_>,
    graph: &Graph<'_>,
    file: FileId,
    accesses: &[(FactId, &Fact, &Access)],
    declared: Option<String>,
) -> Option<SyncFlow> {
    let of = |direction: Direction| {
        accesses.iter().filter(move |(_, _, a)| {
            a.direction == direction && a.category.as_deref().is_some_and(|c| ENDS.contains(&c))
        })
    };
    let (read, write) = of(Direction::Read).find_map(|read| {
        // CRM to commerce or back: two shops, or a shop and its newsletter, are another matter.
        let pair = |a: &Access, b: &Access| {
            let (a, b) = (a.category.as_deref(), b.category.as_deref());
            a == Some("crm") && b == Some("commerce") || a == Some("commerce") && b == Some("crm")
        };
        let write = of(Direction::Write).find(|w| w.2.provider != read.2.provider && pair(read.2, w.2))?;
        Some((read, write))
    })?;
    let (from, to) = (read.2.provider.clone()?, write.2.provider.clone()?);
    let objects = |direction: Direction, system: &str| {
        let own = accesses.iter().filter(|(_, _, a)| a.direction == direction && a.provider.as_deref() == Some(system));
        let mut names: Vec<String> = own.filter_map(|(_, _, a)| a.object.clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    let covered_by = declared.or_else(|| {
        // A flow without code of its own covers every module between its systems.
        let flow = places.config.flows.iter().find(|f| {
            f.code.is_empty() && is_system(&from, &f.source.system.text) && is_system(&to, &f.target.system.text)
        })?;
        Some(flow.id.text.clone())
    });
    let source = ends::called(places, read.0, &from, read.2.category.clone(), objects(Direction::Read, &from), file);
    let target = ends::called(places, write.0, &to, write.2.category.clone(), objects(Direction::Write, &to), file);
    let writes = judged(places, graph, file, accesses, &to);
    Some(SyncFlow {
        id: write.0,
        label: format!("{from} to {to}"),
        kind: FlowKind::Module,
        code: vec![code_of(places, file)],
        place: Some(places.place(write.1, Vec::new())),
        declared_as: covered_by,
        ..flow(write.0, source, target, writes)
    })
}

/// A module that writes prices or stock in a loop over records that it reads from a file or from another system.
fn loader(
    places: &mut Places<'_>,
    graph: &Graph<'_>,
    file: FileId,
    accesses: &[(FactId, &Fact, &Access)],
) -> Option<SyncFlow> {
    let priced = |a: &Access| {
        a.direction == Direction::Write
            && (a.object.as_deref().is_some_and(is_price_or_stock) || is_price_or_stock(&a.call))
    };
    let write = accesses.iter().find(|(_, _, a)| priced(a))?;
    let read = accesses.iter().find(|(_, _, a)| a.direction == Direction::Read && a.provider != write.2.provider)?;
    let to = write.2.provider.clone().unwrap_or_else(|| "the database".to_owned());
    let from = read.2.provider.clone().unwrap_or_else(|| "a file".to_owned());
    let source = ends::called(places, read.0, &from, read.2.category.clone(), Vec::new(), file);
    let target =
        ends::called(places, write.0, &to, write.2.category.clone(), write.2.object.iter().cloned().collect(), file);
    let mut writes = judged(places, graph, file, accesses, &to);
    writes.retain(|w| w.price_or_stock);
    Some(SyncFlow {
        id: write.0,
        label: format!("{from} to {to}"),
        kind: FlowKind::Loader,
        code: vec![code_of(places, file)],
        place: Some(places.place(write.1, Vec::new())),
        ..flow(write.0, source, target, writes)
    })
}

/// The writes of a module to a system, with what stands before them.
fn judged(
    places: &mut Places<'_>,
    graph: &Graph<'_>,
    file: FileId,
    accesses: &[(FactId, &Fact, &Access)],
    system: &str,
) -> Vec<subject::sync_flow::WriteTo> {
    let Some(code) = graph.code(file) else { return Vec::new() };
    let guard = records(places);
    let trace = Trace::new(graph, &[file]);
    let own = accesses.iter().filter(|(_, _, a)| {
        a.direction == Direction::Write && a.provider.as_deref().unwrap_or("the database") == system
    });
    let mut writes = Vec::new();
    for (_, fact, access) in own {
        let Some(call) = code.calls().find(|c| callee_span(&code, *c) == fact.span) else { continue };
        let write = Write { file, call, object: access.object.clone(), grounds: Grounds::Client, through: Vec::new() };
        writes.push(trace.judge(places, &write, &guard, None, system));
    }
    writes
}

/// A connector's configuration.
fn of_connector(places: &mut Places<'_>, id: FactId, fact: &Fact, connector: &Connector) -> SyncFlow {
    let mut end = |end: &ConnectorEnd| {
        let mut evidence: Vec<Evidence> = Vec::new();
        for (host, span) in &end.hosts {
            let known = super::super::hosts::known(&places.environments, host, "");
            evidence.extend(known.evidence.into_iter().map(|e| Evidence {
                why: format!("host {host}"),
                span: Some(*span),
                rung: Rung::Registry,
                ..e
            }));
        }
        if evidence.is_empty() {
            evidence.extend(end.environment.as_ref().and_then(|(name, span)| {
                let class = places.environments.class_of_deployment(name)?;
                Some(Evidence {
                    rung: Rung::Structure,
                    class,
                    name: name.clone(),
                    why: format!("`{name}`"),
                    span: Some(*span),
                })
            }));
        }
        EndOf {
            id: places.anchors.at(end.span, &fact.key),
            system: end.system.clone(),
            category: end.system.as_deref().and_then(super::super::hosts::category),
            environment: places.environment(evidence, &fact.key),
            objects: Vec::new(),
        }
    };
    let (source, target) = (end(&connector.source), end(&connector.target));
    let name = connector.name.clone().unwrap_or_else(|| "this connector".to_owned());
    let must_anonymise = connector.anonymiser.as_ref().map(|(name, span)| subject::sync_flow::NamedOf {
        id: places.anchors.at(*span, &fact.key),
        name: name.clone(),
    });
    SyncFlow {
        label: name,
        kind: FlowKind::Connector,
        must_anonymise,
        place: Some(places.place(fact, Vec::new())),
        ..flow(id, source, target, Vec::new())
    }
}

fn flow(id: FactId, source: EndOf, target: EndOf, writes: Vec<subject::sync_flow::WriteTo>) -> SyncFlow {
    SyncFlow {
        id,
        label: String::new(),
        kind: FlowKind::Module,
        source,
        target,
        code: Vec::new(),
        missing_code: Vec::new(),
        writes,
        guard: None,
        test: tests_of::none(),
        unresolved: Vec::new(),
        must_anonymise: None,
        declared_as: None,
        place: None,
    }
}
