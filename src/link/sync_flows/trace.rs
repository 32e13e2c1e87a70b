//! The way of records through code: in come the files of a flow, out come the calls that write to its target, each with
//! what stands before it, in its own function, in those that call it and in those that it calls.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::modules::{FileRole, Graph, ReachOptions};
use super::super::places::Places;
use super::super::sentinels::{self, Effect, MAX_DEPTH, Sentinel, Wanted};
use super::super::subject::sync_flow::{Guarding, WriteTo};
use super::ends::is_system;
use crate::extract::code::{callee_span, is_price_or_stock};
use crate::fact::environment::segments;
use crate::fact::{Access, Direction, FactId, Kind as Says};
use crate::parse::code::{Code, Kind, NodeId};
use crate::registry::clients::clients;
use crate::source::{FileId, Span};

/// How many writes of one flow are looked at.
const MAX_WRITES: usize = 200;

/// A call that writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Write {
    /// Its file.
    pub file: FileId,
    /// The call.
    pub call: NodeId,
    /// The object, where it says so.
    pub object: Option<String>,
    /// A client library says that it writes, not only its name.
    pub known: bool,
}

/// The files of a flow and what they reach.
pub struct Trace<'g, 'a> {
    graph: &'g Graph<'a>,
    roots: Vec<FileId>,
    reach: Vec<FileId>,
    unresolved: Vec<(Span, &'static str)>,
}

/// What was found on the way of one write.
struct Found {
    effect: Option<Effect>,
    at: Option<(FileId, NodeId)>,
}

impl<'g, 'a> Trace<'g, 'a> {
    /// For the files of one flow.
    pub fn new(graph: &'g Graph<'a>, roots: &[FileId]) -> Self {
        let reach = graph.reach(roots, ReachOptions::default());
        let files = reach.files().iter().copied().filter(|f| !roots.contains(f)).collect();
        let unresolved =
            reach.unresolved().iter().filter(|u| roots.contains(&u.file)).map(|u| (u.span, u.reason)).collect();
        Self { graph, roots: roots.to_vec(), reach: files, unresolved }
    }

    /// Imports of the flow's own files that can't be followed.
    pub fn unresolved(&self) -> Vec<(Span, &'static str)> {
        self.unresolved.clone()
    }

    /// Where a function is defined that a file of the flow names.
    pub fn definition(&self, places: &mut Places<'_>, name: &str) -> Option<FactId> {
        let (file, node) = self.roots.iter().find_map(|f| self.graph.definition(*f, name))?;
        let code = self.graph.code(file)?;
        Some(places.anchors.at(head(&code, node), name))
    }

    /// The calls that write to a system: through its client, by a function elsewhere that does, or, where nothing else
    /// is known, by their name.
    pub fn writes(&self, places: &mut Places<'_>, system: &str, objects: &[String]) -> Vec<Write> {
        let mut found: BTreeSet<Write> = BTreeSet::new();
        for file in &self.roots {
            found.extend(self.known(places, *file, system));
        }
        for file in &self.reach {
            for write in self.known(places, *file, system) {
                found.extend(self.calls_of(write));
            }
        }
        if found.is_empty() {
            for file in &self.roots {
                found.extend(self.by_name(*file, system, objects));
            }
        }
        found.into_iter().take(MAX_WRITES).collect()
    }

    /// Writes of one file that extraction saw.
    fn known(&self, places: &mut Places<'_>, file: FileId, system: &str) -> Vec<Write> {
        let mut accesses: Vec<(Span, &Access)> = Vec::new();
        for (_, fact) in places.facts_of(file) {
            if let Says::Access(access) = &fact.kind
                && access.direction == Direction::Write
                && access.provider.as_deref().is_some_and(|p| is_system(p, system))
            {
                accesses.push((fact.span, access));
            }
        }
        if accesses.is_empty() {
            return Vec::new();
        }
        let Some(code) = self.graph.code(file) else { return Vec::new() };
        let calls = code.calls().filter_map(|call| {
            let span = callee_span(&code, call);
            let (_, access) = accesses.iter().find(|(s, _)| *s == span)?;
            Some(Write { file, call, object: access.object.clone(), known: true })
        });
        calls.collect()
    }

    /// Where the flow's own files call the function that a write elsewhere stands in.
    fn calls_of(&self, write: Write) -> Vec<Write> {
        let Some(code) = self.graph.code(write.file) else { return Vec::new() };
        let function = sentinels::scope(&code, write.call);
        let Some(name) = sentinels::function_name(&code, function) else { return Vec::new() };
        let mut found = Vec::new();
        for file in &self.roots {
            for call in self.calls_named(*file, name, (write.file, function)) {
                found.push(Write { file: *file, call, object: write.object.clone(), known: write.known });
            }
        }
        found
    }

    /// The calls of a file that mean a function: by its name, unless the name is known to mean another one.
    fn calls_named(&self, file: FileId, name: &str, target: (FileId, NodeId)) -> Vec<NodeId> {
        let Some(code) = self.graph.code(file) else { return Vec::new() };
        let means = |call: &NodeId| {
            code.called(*call) == name
                && self.graph.definition(file, &code.steps(*call).join(".")).is_none_or(|(f, _)| f == target.0)
        };
        code.calls().filter(means).collect()
    }

    /// Calls whose name says that they write, on something that is no plain object.
    fn by_name(&self, file: FileId, system: &str, objects: &[String]) -> Vec<Write> {
        const STRONG: &[&str] = &[
            "post",
            "put",
            "patch",
            "bulkCreate",
            "bulkUpsert",
            "createMany",
            "bulk_create",
            "bulk_upsert",
            "bulkWrite",
            "bulk_write",
        ];
        const SYSTEMS: &[&str] = &[
            "client",
            "conn",
            "connection",
            "api",
            "crm",
            "store",
            "repo",
            "repository",
            "db",
            "database",
            "table",
            "collection",
            "warehouse",
            "sink",
            "target",
            "producer",
            "publisher",
            "gateway",
            "queue",
            "topic",
        ];
        const PLAIN: &[&str] = &[
            "Object", "Map", "Set", "Array", "console", "log", "logger", "document", "Math", "JSON", "Promise", "hash",
            "crypto", "fs", "out", "stdout", "res", "response", "config", "settings", "router", "app", "server",
            "headers", "params", "session", "cache", "state", "logging",
        ];
        let Some(code) = self.graph.code(file) else { return Vec::new() };
        let calls = code.calls().filter(|call| {
            let steps = code.steps(*call);
            let verb = steps.last().copied().unwrap_or_default();
            let lower = verb.to_ascii_lowercase();
            let strong = STRONG.contains(&verb) || ["upsert", "insert"].iter().any(|w| lower.starts_with(w));
            // `update`, `save`, `send` are everybody's words: they count on something that is a system by its name.
            let (_, receiver) = steps.split_last().unwrap_or((&"", &[]));
            let on_system = receiver.iter().any(|step| {
                segments(step)
                    .iter()
                    .any(|w| SYSTEMS.contains(&w.to_ascii_lowercase().as_str()) || is_system(w, system))
            });
            let named = clients().direction(None, verb) == Some(Direction::Write)
                && (on_system || objects.iter().any(|o| steps.contains(&o.as_str())));
            code.kind(*call) == Kind::Call && (strong || named) && !steps.iter().any(|s| PLAIN.contains(s))
        });
        calls.map(|call| Write { file, call, object: None, known: false }).collect()
    }

    /// What stands on the way of one write.
    pub fn judge(
        &self,
        places: &mut Places<'_>,
        write: &Write,
        guard: &Wanted,
        anonymiser: Option<&Wanted>,
        key: &str,
    ) -> WriteTo {
        let code = self.graph.code(write.file);
        let found = self.found(write.file, write.call, guard, MAX_DEPTH);
        let masked = anonymiser.map(|a| self.found(write.file, write.call, a, MAX_DEPTH));
        let (call, span) = match &code {
            Some(code) => (code.steps(write.call).join("."), callee_span(code, write.call)),
            None => (String::new(), Span::whole(write.file)),
        };
        let place = |places: &mut Places<'_>, at: Option<(FileId, NodeId)>| {
            let (file, node) = at?;
            let code = self.graph.code(file)?;
            Some((places.anchors.at(head(&code, node), key), shown(&code, node)))
        };
        let at = place(places, found.at);
        let price_or_stock = write.object.as_deref().is_some_and(is_price_or_stock) || is_price_or_stock(&call);
        WriteTo {
            id: places.anchors.at(span, &format!("{key}.{call}")),
            path: places.files.path(write.file).to_owned(),
            object: write.object.clone(),
            price_or_stock,
            known: write.known,
            call,
            guard: guarding(found.effect),
            guard_id: at.as_ref().map(|(id, _)| *id),
            guard_text: at.map(|(_, text)| text),
            anonymised: masked.as_ref().map(|m| guarding(m.effect)),
            anonymiser_id: masked.and_then(|m| place(places, m.at)).map(|(id, _)| id),
        }
    }

    fn found(&self, file: FileId, call: NodeId, wanted: &Wanted, depth: usize) -> Found {
        let none = Found { effect: None, at: None };
        let Some(code) = self.graph.code(file) else { return none };
        let throws = |node: NodeId| self.raises(file, &code, node);
        let own = sentinels::on_the_way(&code, call, wanted, &throws);
        let first = own.first().map(|s: &Sentinel| Found { effect: Some(s.effect), at: Some((file, s.node)) });
        if first.as_ref().is_some_and(|f| f.effect == Some(Effect::Holds)) {
            return first.unwrap_or(none);
        }
        if let Some(at) = self.filtered(file, &code, call, wanted) {
            return Found { effect: Some(Effect::Holds), at: Some(at) };
        }
        let above = (depth > 0).then(|| self.by_callers(file, &code, call, wanted, depth - 1)).flatten();
        match (first, above) {
            (_, Some(above)) if above.effect == Some(Effect::Holds) => above,
            (Some(first), _) => first,
            (None, Some(above)) => above,
            (None, None) => none,
        }
    }

    /// Whether a function that is called raises an error for what it refuses.
    fn raises(&self, file: FileId, code: &Code, call: NodeId) -> Option<bool> {
        let (at, node) = self.graph.definition(file, &code.steps(call).join("."))?;
        let code = self.graph.code(at)?;
        Some(sentinels::raises(&code, node))
    }

    /// A function that is called before the write and keeps marked records out by itself: records come from it.
    fn filtered(&self, file: FileId, code: &Arc<Code>, call: NodeId, wanted: &Wanted) -> Option<(FileId, NodeId)> {
        let scope = sentinels::scope(code, call);
        let before = code.calls().filter(|c| *c < call && sentinels::scope(code, *c) == scope);
        before.take(100).find_map(|c| {
            let (at, node) = self.graph.definition(file, &code.steps(c).join("."))?;
            let own = self.graph.code(at)?;
            let holds = if wanted.transforms {
                own.inside(node).any(|n| wanted.is_symbol(own.called_if_call(n)))
            } else {
                sentinels::filters(&own, node, wanted)
            };
            holds.then_some((at, node))
        })
    }

    /// What stands before all calls of the function that a write stands in; none where nobody calls it.
    fn by_callers(&self, file: FileId, code: &Code, call: NodeId, wanted: &Wanted, depth: usize) -> Option<Found> {
        let function = sentinels::scope(code, call);
        let name = sentinels::function_name(code, function)?;
        let mut worst: Option<Found> = None;
        for caller in self.roots.iter().chain(&self.reach).take(2_000) {
            if self.graph.role(*caller) == FileRole::Test {
                continue;
            }
            for site in self.calls_named(*caller, name, (file, function)) {
                if *caller == file && site == call {
                    continue;
                }
                let found = self.found(*caller, site, wanted, depth);
                if found.effect != Some(Effect::Holds) {
                    return Some(found).filter(|f| f.effect.is_some());
                }
                worst = worst.or(Some(found));
            }
        }
        worst
    }
}

fn guarding(effect: Option<Effect>) -> Guarding {
    match effect {
        Some(Effect::Holds) => Guarding::Holds,
        Some(Effect::Ignored) => Guarding::Ignored,
        Some(Effect::Unknown) => Guarding::Unknown,
        Some(Effect::Late) => Guarding::Late,
        Some(Effect::Conditional) => Guarding::Conditional,
        None => Guarding::Missing,
    }
}

/// The first line of a node.
fn head(code: &Code, node: NodeId) -> Span {
    let text = code.slice(node);
    let start = code.node(node).start;
    let length = text.find('\n').unwrap_or(text.len());
    code.span(start..start + length as u32)
}

/// A node as a label shows it.
fn shown(code: &Code, node: NodeId) -> String {
    let line = code.slice(node).lines().next().unwrap_or_default().trim();
    let short: String = line.chars().take(60).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}
