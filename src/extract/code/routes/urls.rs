//! Django's URL tables: in comes a [`Code`], out come the views that it puts under a path and the other tables that it
//! includes, each with the checks that the table wraps around it.

use super::super::names::Names;
use super::{layer, members, path_text, python, words};
use crate::fact::route::{Layer, Level, Strength};
use crate::parse::code::{Code, Kind, NodeId, Role};

/// How many calls stand one around the other.
const MAX_WRAPS: usize = 8;

/// A line of a table.
#[derive(Debug, Clone)]
pub struct Line {
    /// The path, without anchors.
    pub path: String,
    /// What is put there.
    pub target: Target,
    /// The checks around it.
    pub layers: Vec<Layer>,
}

/// What a line of a table puts under its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A view, by the last part of its name: a function's, or a class's. Names of which one is meant.
    View(Vec<String>),
    /// Another table, as the file names it.
    Table(String),
}

/// All lines of a file's tables.
pub fn lines(code: &Code) -> Vec<Line> {
    let names = Names::of(code);
    code.calls().filter_map(|call| line(code, &names, call)).collect()
}

fn line(code: &Code, names: &Names<'_>, call: NodeId) -> Option<Line> {
    let verb = code.called(call);
    if !matches!(verb, "path" | "re_path" | "url" | "register") {
        return None;
    }
    let mut given = code.arguments(call).into_iter().filter(|a| code.kind(*a) != Kind::Pair);
    let path = path_text(code, names, given.next()?)?;
    let (target, mut layers) = unwrapped(code, names, given.next()?)?;
    layers.extend(holder(code, call));
    let path = plain(path.trim_start_matches(['^', '/']).trim_end_matches(['$', '/']));
    Some(Line { path, target, layers })
}

/// A pattern's named groups as parameters: `(?P<id>\d+)` is `<id>`.
fn plain(pattern: &str) -> String {
    let (mut out, mut rest) = (String::new(), pattern);
    while let Some((before, group)) = rest.split_once("(?P<") {
        let Some((name, body)) = group.split_once('>') else { break };
        out.push_str(before);
        out.push('<');
        out.push_str(name);
        out.push('>');
        let mut open = 1u32;
        let end = body.bytes().position(|b| {
            match b {
                b'(' => open = open.saturating_add(1),
                b')' => open = open.saturating_sub(1),
                _ => {}
            }
            open == 0
        });
        rest = end.and_then(|e| body.get(e + 1..)).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// `login_required(staff_only(views.publish))`, `permission_required("x")(PublishView.as_view())`, `include("x.urls")`.
fn unwrapped(code: &Code, names: &Names<'_>, expression: NodeId) -> Option<(Target, Vec<Layer>)> {
    let (mut at, mut layers) = (expression, Vec::new());
    for _ in 0..MAX_WRAPS {
        match code.kind(at) {
            Kind::Call if code.called(at) == "as_view" => {
                let steps = code.steps(at);
                let name = *steps.len().checked_sub(2).and_then(|i| steps.get(i))?;
                return Some((Target::View(meant(code, names, name)), layers));
            }
            Kind::Call if code.called(at).ends_with("include") => {
                let given = code.arguments(at);
                let (last, checks) = given.split_last()?;
                // `decorator_include([login_required], "x.urls")`; `include("x.urls", namespace="x")`
                let (last, checks) = match code.kind(*last) {
                    Kind::Pair => (*given.first()?, &[][..]),
                    _ => (*last, checks),
                };
                let checks = checks.iter().flat_map(|c| super::calls::flattened(code, *c));
                layers.extend(checks.filter(|c| code.kind(*c) != Kind::Pair).map(|c| layer(code, c, Level::Router)));
                let inner = if code.kind(last) == Kind::List { code.children(last).next()? } else { last };
                let table = code.literal(inner).map_or_else(|| code.steps(inner).join("."), str::to_owned);
                return Some((Target::Table(table), layers));
            }
            Kind::Call => {
                // `permission_required("x")(view)` calls what a call gave.
                let check = code.child(at, Role::Callee).filter(|c| code.kind(*c) == Kind::Call).unwrap_or(at);
                let mut own = python::of_check(code, check, Level::Route).into_iter();
                layers.extend(own.by_ref().filter(|l| l.strength > Strength::Nothing || l.audits));
                let views = |a: &NodeId| matches!(code.kind(*a), Kind::Name | Kind::Member | Kind::Call);
                at = code.arguments(at).into_iter().rev().find(views)?;
            }
            Kind::Name | Kind::Member => {
                let name = code.steps(at).pop()?;
                return Some((Target::View(meant(code, names, name)), layers));
            }
            _ => return None,
        }
    }
    None
}

/// A name, and what it is assigned from, where that is loaded by name: `self.publish_view = get_class("x", "PublishView")`.
fn meant(code: &Code, names: &Names<'_>, name: &str) -> Vec<String> {
    let loaded = names.values(name).iter().filter(|v| code.kind(**v) == Kind::Call).flat_map(|v| code.arguments(*v));
    let texts = loaded.filter_map(|a| code.literal(a)).filter_map(|t| t.rsplit(['.', ':']).next());
    std::iter::once(name).chain(texts).map(str::to_owned).collect()
}

/// The rights that the class of a table names for all its lines: `default_permissions = ["is_staff"]`.
fn holder(code: &Code, call: NodeId) -> Option<Layer> {
    let class = code.enclosing(call, Kind::Class)?;
    let own = members(code, class).into_iter().filter(|m| code.kind(*m) == Kind::Assign);
    own.filter_map(|assign| {
        let name = code.child(assign, Role::Target).and_then(|t| code.steps(t).pop())?;
        let value = code.child(assign, Role::Value)?;
        let says = code.inside(value).any(|n| matches!(code.kind(n), Kind::String | Kind::Name));
        let right =
            says && words::words(name).iter().any(|w| matches!(w.as_str(), "permission" | "permissions" | "roles"));
        right.then(|| Layer {
            span: code.span_of(assign),
            name: name.to_owned(),
            strength: Strength::Authorisation,
            level: Level::Router,
            audits: false,
        })
    })
    .next()
}
