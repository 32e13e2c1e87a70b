//! `synthgate rules`: what there is.

use std::io::Write as _;

use crate::policy::Policies;

/// Lists the rules, a line each, or as JSON.
pub(super) fn run(json: bool) -> anyhow::Result<u8> {
    let policies = Policies::builtin();
    let rules: Vec<_> = policies.rules().collect();
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&rules)?)?;
        return Ok(0);
    }
    let width = rules.iter().map(|r| r.name.len()).max().unwrap_or(0);
    for rule in rules {
        writeln!(out, "{}  {:width$}  {:8}  {:6}  {}", rule.id, rule.name, rule.severity, rule.confidence, rule.title)?;
    }
    Ok(0)
}
