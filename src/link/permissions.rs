//! Permissions: in come routes of admin code, out comes a subject for each that changes something, with the checks in
//! front of it and in it, and with what it writes to the audit log, wherever in the repository that is said.

mod console;
mod everywhere;
mod finder;
mod follow;
mod front;
mod index;
mod laravel;
mod memory;
mod tabled;
mod urls;

use std::cmp::Reverse;

use super::codes::Codes;
use super::places::Places;
use super::subject::permission::{AuditOf, CheckOf, Permission, RouteOf};
use super::subject::{Subject, SubjectKind};
use crate::extract::code::routes;
use crate::fact::route::{Layer, Level, Route, Strength, Warden};
use crate::fact::{Fact, FactId, Kind};
use finder::Finder;
use follow::Follower;

/// Links permissions.
pub fn link(places: &mut Places<'_>, codes: &Codes<'_>) -> Vec<Subject> {
    // Where Rails' controllers hang, and with which method, another file says.
    let routes: Vec<(FactId, &Fact, &Route)> = places
        .facts()
        .filter_map(|(id, fact)| match &fact.kind {
            Kind::Route(route) if route.mutates || route.framework == "Rails" => Some((id, fact, &**route)),
            _ => None,
        })
        .collect();
    let mut subjects: Vec<Subject> = memory::link(places);
    if routes.is_empty() {
        return subjects;
    }
    let finder = Finder::new(places.files);
    let mut follower = Follower::new(&finder, codes, &places.config.governance.audit_sinks);
    let mut permissions: Vec<Permission> =
        routes.into_iter().filter_map(|(id, fact, route)| of_route(places, &mut follower, id, fact, route)).collect();
    console::link(&mut permissions, !places.config.governance.audit_sinks.is_empty());
    for permission in permissions {
        let label = format!("permission {} in {}", permission.label, permission.place.path);
        subjects.push(Subject::new(SubjectKind::Permission, label, &permission));
    }
    subjects
}

fn of_route(
    places: &mut Places<'_>,
    follower: &mut Follower<'_>,
    id: FactId,
    fact: &Fact,
    route: &Route,
) -> Option<Permission> {
    let file = fact.span.file;
    let tabled = tabled::of_route(follower, file, route)?;
    let methods = if tabled.methods.is_empty() { route.methods.clone() } else { tabled.methods };
    let mutates = if methods.is_empty() { route.mutates } else { routes::is_changing(&methods) };
    if !mutates {
        return None;
    }
    let mut layers: Vec<Layer> = route.layers.clone();
    layers.extend(front::elsewhere(follower, file, route));
    layers.extend(tabled.layers);
    let path = tabled.path.unwrap_or_else(|| route.path.clone());
    let (mut checks, mut audits) = (Vec::new(), Vec::new());
    if let Some((at, warden)) = warden(places, route) {
        // It is known what the configuration asks for.
        layers.retain(|l| l.level != Level::Application);
        checks.push(CheckOf { id: at, name: warden.role, strength: warden.strength, level: Level::Application });
    }
    for layer in layers {
        let (strength, found) = follower.layer(&layer);
        let sink = || routes::words::audits(&[&layer.name], &places.config.governance.audit_sinks);
        if layer.audits || !found.audits.is_empty() || !layer.name.is_empty() && sink() {
            audits.push(AuditOf { id: places.anchors.at(layer.span, &fact.key), call: layer.name.clone() });
        }
        if strength > Strength::Nothing {
            let id = places.anchors.at(layer.span, &fact.key);
            checks.push(CheckOf { id, name: layer.name, strength, level: layer.level });
        }
    }
    let body = follower.handler(file, route);
    let followed = body.is_some();
    let body = body.unwrap_or_default();
    for check in body.checks {
        let id = places.anchors.at(check.span, &fact.key);
        checks.push(CheckOf { id, name: check.name, strength: check.strength, level: Level::Body });
    }
    for audit in body.audits {
        audits.push(AuditOf { id: places.anchors.at(audit.span, &fact.key), call: audit.name });
    }
    if audits.is_empty() {
        let everything = everywhere::records(follower, file);
        audits.extend(
            everything
                .iter()
                .map(|l| AuditOf { id: places.anchors.at(l.span, &fact.key), call: l.name.clone() })
                .take(1),
        );
    }
    // A stable sort: of equal ones, the nearest to the route first.
    checks.sort_by_key(|c| Reverse(c.strength));
    let label = label(route, &methods, &path);
    Some(Permission {
        id,
        label,
        place: places.place(fact, Vec::new()),
        route: Some(RouteOf {
            framework: route.framework.to_owned(),
            methods,
            path,
            handler: route.handler.clone(),
            mutates,
            declared: route.declared,
            synthetic: route.synthetic,
            guard: checks.first().map_or(Strength::Nothing, |c| c.strength),
            checks,
            audits,
            others_audit: false,
            followed,
        }),
        console: None,
        history: None,
        retention: None,
    })
}

/// The first rule of a configuration that a route's path begins with.
fn warden(places: &Places<'_>, route: &Route) -> Option<(FactId, Warden)> {
    if route.framework != "Symfony" || route.path.is_empty() {
        return None;
    }
    places.facts().find_map(|(id, fact)| match &fact.kind {
        Kind::Warden(w) if route.path.starts_with(&w.prefix) && w.strength > Strength::Nothing => Some((id, w.clone())),
        _ => None,
    })
}

/// "POST /admin/synthetic/publish", "SyntheticDataController.publish".
fn label(route: &Route, methods: &[String], path: &str) -> String {
    if path.is_empty() || methods.is_empty() {
        let name =
            [&*route.holder, &*route.handler].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(".");
        return if name.is_empty() { path.to_owned() } else { name };
    }
    // A parameter's pattern that the code puts together ends the path.
    let path = match path.rfind('{') {
        Some(at) if !path[at..].contains('}') => {
            let name = path[at..].split(':').next().unwrap_or_default().trim_end();
            format!("{}{name}}}", &path[..at])
        }
        _ => path.to_owned(),
    };
    format!("{} {path}", methods.join("|"))
}
