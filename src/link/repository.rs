//! The repository as one subject: what the configuration declares, which providers it works with, how the gate runs.

mod markers;

use super::places::Places;
use super::subject::repository::{
    BypassOf, DeclaredEnvironment, ExceptionOf, ExpiryOf, GateOf, GlobOf, GovernanceOf, IntegrationOf, Repository,
    SandboxOf,
};
use super::subject::{Subject, SubjectKind};
use crate::config::Exception;
use crate::fact::{Fact, FactId, Gate, Job, Kind};

/// Links the repository.
pub fn link(places: &mut Places<'_>) -> Subject {
    let config = places.config;
    let mut repository = Repository {
        config_path: config.path.clone(),
        environments_id: config.environments_span.map(|span| places.anchors.at(span, "environments")),
        environments: Vec::new(),
        integrations: Vec::new(),
        sandbox_definitions: Vec::new(),
        gates: Vec::new(),
        markers: Vec::new(),
        exceptions: Vec::new(),
        governance: GovernanceOf {
            id: config.governance_span.map(|span| places.anchors.at(span, "governance")),
            max_exception_days: config.governance.max_exception_days,
            log_retention_days: config.governance.log_retention_days,
        },
    };
    for e in &config.environments {
        repository.environments.push(DeclaredEnvironment {
            id: places.anchors.at(e.span, &format!("environments.{}", e.name)),
            name: e.name.clone(),
            class: e.class,
            paths: e.paths.clone(),
            hosts: e.hosts.clone(),
            accounts: e.accounts.clone(),
            credentials: e.credentials.clone(),
            allows: e.allows.iter().map(|k| k.as_str().to_owned()).collect(),
        });
    }
    for (index, exception) in config.exceptions.iter().enumerate() {
        repository.exceptions.push(exception_of(places, index, exception));
    }
    for (id, fact) in places.facts() {
        add(places, &mut repository, id, fact);
    }
    Subject::new(SubjectKind::Repository, "repository".to_owned(), &repository)
}

fn add(places: &mut Places<'_>, repository: &mut Repository, id: FactId, fact: &Fact) {
    let path = places.files.path(fact.span.file);
    match &fact.kind {
        Kind::Integration(i) => {
            let known = repository.integrations.iter().any(|k| k.provider == i.provider && k.path == path);
            let traits = places.traits(fact.span.file);
            if !known && !traits.vendored && !traits.documentation {
                repository.integrations.push(IntegrationOf {
                    id,
                    path: path.to_owned(),
                    provider: i.provider.clone(),
                    category: i.category.clone(),
                    why: i.why.clone(),
                });
            }
        }
        Kind::SandboxDefinition { why } => {
            repository.sandbox_definitions.push(SandboxOf { id, path: path.to_owned(), why: why.clone() });
        }
        Kind::Marker(marker) => repository.markers.extend(markers::of(places, id, fact, marker)),
        Kind::Job(job) => {
            for gate in &job.gates {
                let gate = gate_of(places, id, fact, job, gate);
                repository.gates.push(gate);
            }
        }
        _ => {}
    }
}

fn gate_of(places: &mut Places<'_>, id: FactId, fact: &Fact, job: &Job, gate: &Gate) -> GateOf {
    let key = format!("{}.gate", fact.key);
    let bypasses = gate.bypasses.iter().map(|b| BypassOf { id: places.anchors.at(b.span, &key), what: b.what.clone() });
    let bypasses = bypasses.collect();
    GateOf {
        id: places.anchors.at(gate.span, &key),
        job: places.job(id, &fact.key, job),
        path: places.files.path(fact.span.file).to_owned(),
        bypasses,
        reporting: gate.reporting,
        on_pull_request: gate.on_pull_request,
    }
}

fn exception_of(places: &mut Places<'_>, index: usize, exception: &Exception) -> ExceptionOf {
    // The rule and its first path tell exceptions apart across edits; the index alone would move.
    let first = exception.paths.first().map_or("", |(glob, _)| glob);
    let key = match exception.rule.as_str() {
        "" => format!("exceptions[{index}]"),
        rule => format!("exceptions.{rule}.{first}"),
    };
    let given = |text: &Option<String>| text.clone().filter(|t| !t.trim().is_empty());
    let paths = exception.paths.iter().map(|(glob, span)| GlobOf {
        id: places.anchors.at(*span, &format!("{key}.paths")),
        glob: glob.clone(),
        broad: is_broad(glob),
    });
    let paths = paths.collect();
    ExceptionOf {
        id: places.anchors.at(exception.span, &key),
        rule: given(&Some(exception.rule.clone())),
        paths,
        pointer: given(&exception.pointer),
        fingerprint: given(&exception.fingerprint),
        reason: given(&exception.reason),
        approved_by: given(&exception.approved_by),
        ticket: given(&exception.ticket),
        expires: exception.expires.as_ref().filter(|(date, _)| !date.trim().is_empty()).map(|(date, span)| ExpiryOf {
            id: places.anchors.at(*span, &format!("{key}.expires")),
            date: date.clone(),
            day: day_number(date),
        }),
    }
}

/// No literal segment stands before the first wildcard: `**`, `*.yaml`, `**/x.yaml`.
pub fn is_broad(glob: &str) -> bool {
    let first = glob.trim_start_matches("./").split('/').find(|s| !s.is_empty()).unwrap_or_default();
    first.is_empty() || first.contains(['*', '?', '[', '{'])
}

/// Days since 1970-01-01 of a date `YYYY-MM-DD`.
pub fn day_number(date: &str) -> Option<i64> {
    let date: jiff::civil::Date = date.trim().parse().ok()?;
    let span = date.since(jiff::civil::date(1970, 1, 1)).ok()?;
    Some(i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_is_broad_until_a_literal_segment() {
        for (glob, broad) in [
            ("**", true),
            ("*.yaml", true),
            ("**/config/*", true),
            ("./**", true),
            ("", true),
            ("config/**", false),
            ("a.yaml", false),
        ] {
            assert_eq!(is_broad(glob), broad, "{glob}");
        }
    }

    #[test]
    fn days_are_counted_from_the_epoch() {
        assert_eq!(day_number("1970-01-02"), Some(1));
        assert_eq!(day_number("2026-11-21"), Some(20778));
        assert_eq!(day_number("2026-13-01"), None);
        assert_eq!(day_number("soon"), None);
    }
}
