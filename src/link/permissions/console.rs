//! The console: in come the entry points of admin code, out comes whether the audit log is a question to each or to all.
//!
//! Where most write one, the one that does not is the mistake. Where hardly any does, there is one finding, and it is
//! about the console: the same sentence on each of two hundred routes is no news after the first.

use crate::fact::Purpose;
use crate::link::subject::permission::{ConsoleOf, Permission, SilentOf};

/// How many entry points are shown.
const MAX_SHOWN: usize = 100;

/// One in so many must write the log for the others to stand out.
const HABIT: usize = 2;

/// Marks the routes that stand out; where there are none, the first that is silent speaks for all.
pub(super) fn link(permissions: &mut [Permission], declared: bool) {
    let counts = |p: &&Permission| p.route.as_ref().is_some_and(|r| r.mutates) && is_run(p);
    let is_audited = |p: &&Permission| p.route.as_ref().is_some_and(|r| !r.audits.is_empty());
    let routes = permissions.iter().filter(counts).count();
    let audited = permissions.iter().filter(counts).filter(is_audited).count();
    let habit = audited > 0 && audited * HABIT >= routes;
    for route in permissions.iter_mut().filter_map(|p| p.route.as_mut()) {
        // What is about synthetic data by its name is never lost in a crowd.
        route.others_audit = habit || audited > 0 && route.synthetic;
    }
    let is_silent = |p: &Permission| {
        counts(&p) && p.route.as_ref().is_some_and(|r| r.audits.is_empty() && r.followed && !r.others_audit)
    };
    let silent: Vec<&Permission> = permissions.iter().filter(|p| is_silent(p)).collect();
    let console = ConsoleOf {
        routes,
        audited,
        silent: silent.iter().take(MAX_SHOWN).map(|p| SilentOf { id: p.id, label: p.label.clone() }).collect(),
        count: silent.len(),
        synthetic: silent.iter().all(|p| p.route.as_ref().is_some_and(|r| r.synthetic)),
        declared,
    };
    if let Some(first) = permissions.iter_mut().find(|p| is_silent(p)) {
        first.console = Some(console);
    }
}

/// Somebody runs it, and not as a test: what policies ask of a place as well.
fn is_run(permission: &Permission) -> bool {
    let place = &permission.place;
    let effective = !(place.in_comment || place.recording || place.documentation || place.fixture || place.vendored);
    effective && !place.purposes.iter().any(|p| p.purpose == Purpose::Test)
}
