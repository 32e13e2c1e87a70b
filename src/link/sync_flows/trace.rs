//! The way of records through code: in come the files of a flow and a call that writes, out comes what stands before
//! it, in its own function, in those that call it and in those that it calls.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::super::modules::{Graph, ReachOptions};
use super::super::places::Places;
use super::super::sentinels::switch::{self, Switch};
use super::super::sentinels::{self, Effect, MAX_DEPTH, Sentinel, Wanted};
use super::super::subject::sync_flow::{Guarding, SwitchOf, WriteTo};
use super::calls::Callee;
use super::disabled::{self, State};
use super::surroundings;
use super::system::System;
use super::writes::Write;
use crate::extract::code::names::Names;
use crate::extract::code::{callee_span, is_price_or_stock};
use crate::fact::FactId;
use crate::parse::code::{Code, Kind, Language, NodeId};
use crate::source::{FileId, Span};

/// The files of a flow and what they reach.
pub struct Trace<'g, 'a> {
    pub(super) graph: &'g Graph<'a>,
    /// The flow's own files.
    pub(super) roots: Vec<FileId>,
    /// What they reach.
    pub(super) reach: Vec<FileId>,
    /// Both.
    pub(super) all: Vec<FileId>,
    unresolved: Vec<(Span, &'static str)>,
    /// The calls of functions that were asked for.
    sites: RefCell<HashMap<Asked, Vec<(FileId, NodeId)>>>,
}

/// A function, in how many files it is looked for, and whether for a system.
type Asked = (Callee, usize, bool);

/// What was found on the way of one write.
#[derive(Debug, Clone, Copy)]
struct Found {
    effect: Option<Effect>,
    at: Option<(FileId, NodeId)>,
    /// The call in the same file that it stands before.
    before: Option<NodeId>,
}

impl<'g, 'a> Trace<'g, 'a> {
    /// For the files of one flow.
    pub fn new(graph: &'g Graph<'a>, roots: &[FileId]) -> Self {
        let reach = graph.reach(roots, ReachOptions::default());
        let files: Vec<FileId> = reach.files().iter().copied().filter(|f| !roots.contains(f)).collect();
        let unresolved =
            reach.unresolved().iter().filter(|u| roots.contains(&u.file)).map(|u| (u.span, u.reason)).collect();
        let all = roots.iter().chain(&files).copied().collect();
        Self { graph, roots: roots.to_vec(), reach: files, all, unresolved, sites: RefCell::default() }
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

    /// The calls of a function in some files, looked for once.
    pub(super) fn sites(&self, callee: &Callee, files: &[FileId], system: Option<&System>) -> Vec<(FileId, NodeId)> {
        let key = (callee.clone(), files.len(), system.is_some());
        if let Some(known) = self.sites.borrow().get(&key) {
            return known.clone();
        }
        let found = callee.sites(self.graph, files, system);
        self.sites.borrow_mut().insert(key, found.clone());
        found
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
        let found = self.on_the_way(write, guard);
        let (mut guarded, mut guard_at, mut switch) = (guarding(found.effect), found.at, None);
        if let Some((file, asked)) = self.switch(&found, guard) {
            let state = disabled::state(places, &asked.name, asked.runs_if, key);
            guarded = match (&state, guarded) {
                (State::Unknown, _) => Guarding::Switched,
                (_, Guarding::Conditional) => Guarding::Holds,
                (_, other) => other,
            };
            let disabled = if let State::Off(disabled) = state { Some(disabled) } else { None };
            let id = self.graph.code(file).map(|c| places.anchors.at(head(&c, asked.node), key));
            switch = id.map(|id| SwitchOf { id, name: asked.name, disabled });
        }
        if guarded == Guarding::Missing && !guard.transforms {
            let around = self.on_the_way(write, &surroundings());
            if around.effect == Some(Effect::Holds) {
                (guarded, guard_at) = (Guarding::Environment, around.at);
            }
        }
        let masked = anonymiser.map(|a| {
            let found = self.on_the_way(write, a);
            let switched = self.switch(&found, a).map(|(_, s)| disabled::state(places, &s.name, s.runs_if, key));
            let masking = match (switched, guarding(found.effect)) {
                (Some(State::On), Guarding::Conditional) => Guarding::Holds,
                (Some(State::Unknown), Guarding::Conditional) => Guarding::Switched,
                (_, other) => other,
            };
            (masking, found.at)
        });
        let (call, span) = match &code {
            Some(code) => (code.steps(write.call).join("."), callee_span(code, write.call)),
            None => (String::new(), Span::whole(write.file)),
        };
        let place = |places: &mut Places<'_>, at: Option<(FileId, NodeId)>| {
            let (file, node) = at?;
            let code = self.graph.code(file)?;
            Some((places.anchors.at(head(&code, node), key), shown(&code, node)))
        };
        let at = place(places, guard_at);
        let price_or_stock = write.object.as_deref().is_some_and(is_price_or_stock) || is_price_or_stock(&call);
        WriteTo {
            id: places.anchors.at(span, &format!("{key}.{call}")),
            path: places.files.path(write.file).to_owned(),
            object: write.object.clone(),
            price_or_stock,
            grounds: write.grounds,
            call,
            guard: guarded,
            guard_id: at.as_ref().map(|(id, _)| *id),
            guard_text: at.map(|(_, text)| text),
            switch,
            anonymised: masked.map(|(effect, _)| effect),
            anonymiser_id: masked.and_then(|(_, at)| place(places, at)).map(|(id, _)| id),
        }
    }

    /// The setting that decides whether what was found runs: around it, or in the body of the guard that is called.
    fn switch(&self, found: &Found, wanted: &Wanted) -> Option<(FileId, Switch)> {
        let (file, node) = found.at?;
        let code = self.graph.code(file)?;
        let names = Names::of(&code);
        match found.effect? {
            Effect::Conditional => {
                let call = found.before?;
                switch::around(&code, &names, node, call).map(|s| (file, s))
            }
            Effect::Holds if !wanted.transforms => {
                let called = matches!(code.kind(node), Kind::Call | Kind::New);
                let (at, function) = self.graph.definition(file, &code.steps(node).join(".")).filter(|_| called)?;
                let code = self.graph.code(at)?;
                let function = (code.kind(function) == Kind::Function).then_some(function)?;
                switch::inside(&code, &Names::of(&code), function).map(|s| (at, s))
            }
            _ => None,
        }
    }

    /// What stands before a write, or before one of the calls that it leads to.
    fn on_the_way(&self, write: &Write, wanted: &Wanted) -> Found {
        let found = self.found(write.file, write.call, wanted, MAX_DEPTH);
        if found.effect == Some(Effect::Holds) {
            return found;
        }
        let below = write.through.iter().map(|(file, call)| self.found(*file, *call, wanted, 0));
        let below = below.filter(|f| f.effect.is_some()).min_by_key(|f| f.effect);
        match below {
            Some(below) if found.effect.is_none_or(|e| Some(e) > below.effect) => below,
            _ => found,
        }
    }

    fn found(&self, file: FileId, call: NodeId, wanted: &Wanted, depth: usize) -> Found {
        let none = Found { effect: None, at: None, before: None };
        let Some(code) = self.graph.code(file) else { return none };
        let throws = |node: NodeId| self.raises(file, &code, node);
        let own = sentinels::on_the_way(&code, call, wanted, &throws);
        let first = own.first().map(|s: &Sentinel| Found {
            effect: Some(s.effect),
            at: Some((file, s.node)),
            before: Some(call),
        });
        if first.as_ref().is_some_and(|f| f.effect == Some(Effect::Holds)) {
            return first.unwrap_or(none);
        }
        if let Some(at) = self.filtered(file, &code, call, wanted) {
            return Found { effect: Some(Effect::Holds), at: Some(at), before: None };
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

    /// A function that is called before the write and keeps marked records out by itself, as records come from it; or
    /// the one that is called to write.
    fn filtered(&self, file: FileId, code: &Arc<Code>, call: NodeId, wanted: &Wanted) -> Option<(FileId, NodeId)> {
        let scope = sentinels::scope(code, call);
        let before = code.calls().filter(|c| *c < call && sentinels::scope(code, *c) == scope).take(100);
        let before = before.filter(|c| wanted.transforms || sentinels::is_before(code, *c, call));
        // `rows().each { … }`: what it is called on gives the records.
        let within = code.inside(call).filter(|n| code.kind(*n) == Kind::Call).take(100);
        let holds = |name: &str, is_used: bool| {
            let (at, node) = self.graph.definition(file, name)?;
            let own = self.graph.code(at)?;
            let holds = if wanted.transforms {
                own.inside(node).any(|n| wanted.is_symbol(own.called_if_call(n)))
            } else {
                own.kind(node) == Kind::Function && sentinels::filters(&own, node, wanted, is_used)
            };
            holds.then_some((at, node))
        };
        std::iter::once(call).chain(within).chain(before).find_map(|c| {
            let steps = code.steps(c);
            let used = c >= call || sentinels::is_used(code, c);
            let own = holds(&steps.join("."), used);
            // A call without brackets looks like a name.
            let bare = || match steps.as_slice() {
                [head, _, ..] if code.language == Language::Ruby => holds(head, true),
                _ => None,
            };
            own.or_else(bare)
        })
    }

    /// What stands before all calls of the function that a write stands in; none where nobody calls it.
    fn by_callers(&self, file: FileId, code: &Code, call: NodeId, wanted: &Wanted, depth: usize) -> Option<Found> {
        let callee = Callee::around(code, file, call)?;
        let mut worst: Option<Found> = None;
        for (caller, site) in self.sites(&callee, &self.all, None) {
            if (caller, site) == (file, call) {
                continue;
            }
            let found = self.found(caller, site, wanted, depth);
            if found.effect != Some(Effect::Holds) {
                return Some(found).filter(|f| f.effect.is_some());
            }
            worst = worst.or(Some(found));
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
