//! The ends of flows: in come declared ends and what the flow's own files say, out come systems with their environment.
//! The hosts in a flow's files beat the name that the configuration gives: they are what is talked to.

use super::super::hosts;
use super::super::places::Places;
use super::super::subject::sync_flow::EndOf;
use crate::config::FlowEnd;
use crate::fact::environment::{Evidence, Rung};
use crate::fact::{FactId, Kind};
use crate::source::FileId;

/// A declared end.
pub(super) fn declared(places: &mut Places<'_>, end: &FlowEnd, files: &[FileId], key: &str) -> EndOf {
    let system = end.system.text.clone();
    let mut evidence = hosts_of(places, &system, files);
    if evidence.is_empty() {
        evidence.extend(end.environment.as_ref().and_then(|told| {
            let class = places.environments.class_of_deployment(&told.text)?;
            let why = "declared in synthgate.yaml".to_owned();
            Some(Evidence { rung: Rung::Declared, class, name: told.text.clone(), why, span: Some(told.span) })
        }));
    }
    let span = end.environment.as_ref().map_or(end.system.span, |e| e.span);
    EndOf {
        id: places.anchors.at(span, key),
        category: hosts::category(&provider(&system)),
        system: Some(system),
        environment: places.environment(evidence, key),
        objects: end.objects.clone(),
    }
}

/// What the hosts of a system in a flow's files say, if they agree.
fn hosts_of(places: &mut Places<'_>, system: &str, files: &[FileId]) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = Vec::new();
    for file in files {
        for (_, fact) in places.facts_of(*file) {
            let Kind::Endpoint(endpoint) = &fact.kind else { continue };
            if !endpoint.role.is_target() || endpoint.fallback.is_some() || fact.context.in_comment {
                continue;
            }
            let known = hosts::known(&places.environments, &endpoint.host, &endpoint.path);
            if known.provider.as_deref().is_some_and(|p| is_system(p, system)) {
                let told = known.evidence.into_iter().next();
                found.extend(told.map(|e| Evidence {
                    why: format!("host {}", endpoint.host),
                    span: Some(fact.span),
                    rung: Rung::Registry,
                    ..e
                }));
            }
        }
    }
    let agree = found.windows(2).all(|w| w[0].class == w[1].class);
    if agree { found } else { Vec::new() }
}

/// An end that is only called.
pub(super) fn called(
    places: &mut Places<'_>,
    id: FactId,
    system: &str,
    category: Option<String>,
    objects: Vec<String>,
    file: FileId,
) -> EndOf {
    let evidence = hosts_of(places, system, &[file]);
    EndOf { id, system: Some(system.to_owned()), category, environment: places.environment(evidence, "end"), objects }
}

/// Whether a provider is the system that somebody named: `sfdc` is no id, `Salesforce` is one.
pub(super) fn is_system(provider: &str, system: &str) -> bool {
    let plain =
        |s: &str| s.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect::<String>();
    let (provider, system) = (plain(provider), plain(system));
    provider == system || system.starts_with(&provider) || provider.starts_with(&system) && system.len() > 3
}

/// The registry's id of a system's name.
fn provider(system: &str) -> String {
    system.to_ascii_lowercase().replace([' ', '_'], "-")
}
