//! The writes of a flow: in come its files and its target, out come the calls that hand a record to the target. Of a
//! chain of calls the one counts that knows the record: not the request at its end, and not the job at its begin.

use std::collections::{BTreeMap, BTreeSet};

use super::super::modules::FileRole;
use super::super::places::Places;
use super::calls::Callee;
use super::ends::is_system;
use super::system::System;
use super::trace::Trace;
use crate::extract::code::names::Names;
use crate::extract::code::{callee_span, requests};
use crate::fact::environment::segments;
use crate::fact::{Access, Direction, Kind as Says};
use crate::link::subject::sync_flow::Grounds;
use crate::parse::code::{Code, Kind, NodeId};
use crate::registry::clients::clients;
use crate::source::{FileId, Span};

/// How many writes of one flow are looked at.
const MAX_WRITES: usize = 200;

/// How far callers are followed up.
const MAX_LIFT: usize = 4;

/// A call and its file.
type Place = (FileId, NodeId);

/// A call that writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Write {
    /// Its file.
    pub file: FileId,
    /// The call.
    pub call: NodeId,
    /// The object, where it says so.
    pub object: Option<String>,
    /// How it is known.
    pub grounds: Grounds,
    /// The calls that it leads to, down to the one that sends. A guard may stand before each.
    pub through: Vec<(FileId, NodeId)>,
}

impl Trace<'_, '_> {
    /// The calls that write to a system: through its client, by a request of its own, by a function that does; where
    /// nothing of the kind is seen, by their names.
    pub fn writes(&self, places: &mut Places<'_>, target: &str, objects: &[String]) -> Vec<Write> {
        let system = System::new(target);
        let files: Vec<FileId> =
            self.roots.iter().chain(&self.reach).copied().filter(|f| self.graph.role(*f) != FileRole::Test).collect();
        let files: Vec<FileId> = files.into_iter().filter(|f| self.speaks(*f, &system)).collect();
        let mut direct = Vec::new();
        for file in &files {
            direct.extend(self.known(places, *file, &system));
            direct.extend(self.requested(*file, &system));
        }
        let mut found = self.lifted(direct, &system);
        if found.is_empty() {
            let named = files.iter().flat_map(|file| self.named(*file, &system)).collect();
            found = self.lifted(named, &system);
        }
        if found.is_empty() {
            for file in self.roots.iter().filter(|f| self.graph.role(**f) != FileRole::Test) {
                found.extend(self.guessed(*file, &system, objects).into_iter().map(|w| ((w.file, w.call), w)));
            }
        }
        found.into_values().take(MAX_WRITES).collect()
    }

    /// Whether a file of the flow's reach may have to do with a system; a flow's own files always.
    fn speaks(&self, file: FileId, system: &System) -> bool {
        self.roots.contains(&file) || self.graph.code(file).is_some_and(|c| system.may_be_in(c.text()))
    }

    /// Writes of one file that extraction saw.
    pub(super) fn known(&self, places: &mut Places<'_>, file: FileId, system: &System) -> Vec<Write> {
        let mut accesses: Vec<(Span, &Access)> = Vec::new();
        for (_, fact) in places.facts_of(file) {
            if let Says::Access(access) = &fact.kind
                && access.direction == Direction::Write
                && access.provider.as_deref().is_some_and(|p| is_system(p, &system.name))
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
            Some(write(file, call, access.object.clone(), Grounds::Client))
        });
        calls.collect()
    }

    /// Requests of one file that go to the system by their address, what they are made on, or the client that they
    /// stand in.
    pub(super) fn requested(&self, file: FileId, system: &System) -> Vec<Write> {
        let Some(code) = self.graph.code(file) else { return Vec::new() };
        if !system.may_be_in(code.text()) && !system.is_place(&code, 0) {
            return Vec::new();
        }
        let names = Names::of(&code);
        if names.mocked {
            return Vec::new();
        }
        let of_system = |change: &requests::Change| {
            let own =
                |host: &String| crate::extract::provider_of(host).is_some_and(|m| is_system(m.provider, &system.name));
            if change.hosts.iter().any(own) {
                return true;
            }
            // Another address is another system's.
            if change.hosts.iter().any(|h| h.contains('.') && !h.starts_with('*')) {
                return false;
            }
            let to =
                change.address.is_some_and(|a| system.is_said(code.slice(a)) || system.is_addressed(code.slice(a)));
            to || system.is_receiver(&code, &names, change.call) || system.is_place(&code, change.call)
        };
        let mut seen = BTreeSet::new();
        let changes = code.calls().filter_map(|call| requests::change(&code, &names, call));
        let own = changes.filter(|c| of_system(c) && !is_message(&code, c)).map(|c| c.call);
        own.filter(|call| seen.insert(*call)).map(|call| write(file, call, None, Grounds::Request)).collect()
    }

    /// Calls on something that bears the system's name, whose own name begins with a word for writing.
    pub(super) fn named(&self, file: FileId, system: &System) -> Vec<Write> {
        let Some(code) = self.graph.code(file) else { return Vec::new() };
        if !system.may_be_in(code.text()) {
            return Vec::new();
        }
        let names = Names::of(&code);
        let calls = code.calls().filter(|call| {
            let steps = code.steps(*call);
            let verb = steps.last().copied().unwrap_or_default();
            code.kind(*call) == Kind::Call
                && is_write_word(verb)
                && !is_plain(&steps)
                && !is_model(&steps)
                && if steps.len() > 1 {
                    system.is_receiver(&code, &names, *call)
                } else {
                    system.is_imported(&names, verb)
                }
        });
        calls.map(|call| write(file, call, None, Grounds::Name)).collect()
    }

    /// Calls whose name says that they write, on something that is no plain object.
    fn guessed(&self, file: FileId, system: &System, objects: &[String]) -> Vec<Write> {
        let Some(code) = self.graph.code(file) else { return Vec::new() };
        let names = Names::of(&code);
        if names.mocked {
            return Vec::new();
        }
        let registered = system.is_registered();
        let calls = code.calls().filter(|call| {
            let steps = code.steps(*call);
            let (verb, receiver) = steps.split_last().unwrap_or((&"", &[]));
            let lower = verb.to_ascii_lowercase();
            let bulk = ["upsert", "insert"].iter().any(|w| lower.starts_with(w))
                || ["bulkcreate", "bulkupsert", "createmany", "bulkwrite"].contains(&lower.replace('_', "").as_str());
            // `update`, `save`, `send` are everybody's words: they count on something that is a system by its name.
            let on_system = receiver.iter().any(|step| {
                segments(step).iter().any(|w| is_system_word(&w.to_ascii_lowercase(), registered))
                    || system.is_said(step)
            });
            let named = clients().direction(None, verb) == Some(Direction::Write)
                && (on_system || objects.iter().any(|o| steps.contains(&o.as_str())));
            let sends =
                || requests::change(&code, &names, *call).is_some_and(|c| c.call == *call && c.hosts.is_empty());
            // A provider that the registry knows is no store of the application's own.
            let keeps = registered && is_model(&steps);
            code.kind(*call) == Kind::Call && !is_plain(&steps) && !keeps && (bulk && !registered || named || sends())
        });
        calls.map(|call| write(file, call, None, Grounds::Guess)).collect()
    }

    /// Follows writes up to the calls of the flow's own files that know the record.
    fn lifted(&self, direct: Vec<Write>, system: &System) -> BTreeMap<Place, Write> {
        let mut found = BTreeMap::new();
        let mut below: BTreeMap<Place, Vec<Place>> = BTreeMap::new();
        let mut visited: BTreeSet<Place> = direct.iter().map(|w| (w.file, w.call)).collect();
        let mut open = direct;
        for _ in 0..MAX_LIFT {
            let mut above = Vec::new();
            for inner in open {
                let own = self.roots.contains(&inner.file);
                let callee = self.graph.code(inner.file).and_then(|code| Callee::around(&code, inner.file, inner.call));
                // A library's own call of a flow's file knows its record; a plain request says nothing of it.
                let callee = callee.filter(|c| !own || inner.grounds == Grounds::Request && c.is_pipe());
                let files = if own { &self.roots } else { &self.all };
                let mut sites = callee.map(|c| self.sites(&c, files, Some(system))).unwrap_or_default();
                sites.retain(|site| *site != (inner.file, inner.call));
                if own && sites.is_empty() {
                    found.insert((inner.file, inner.call), inner);
                    continue;
                }
                for site in sites {
                    below.entry(site).or_default().push((inner.file, inner.call));
                    if visited.insert(site) && self.leads(site) {
                        above.push(Write { file: site.0, call: site.1, ..inner.clone() });
                    }
                }
            }
            open = above;
        }
        found.extend(open.into_iter().filter(|w| self.roots.contains(&w.file)).map(|w| ((w.file, w.call), w)));
        for (at, write) in &mut found {
            let mut next = below.get(at).cloned().unwrap_or_default();
            while let Some(place) = next.pop() {
                if !write.through.contains(&place) && write.through.len() < MAX_WRITES {
                    next.extend(below.get(&place).into_iter().flatten());
                    write.through.push(place);
                }
            }
        }
        found
    }

    /// Whether a call is no log-in and no query on its way to a common function.
    fn leads(&self, (file, call): Place) -> bool {
        let Some(code) = self.graph.code(file) else { return false };
        let names = Names::of(&code);
        !requests::asks(&code, &names, call)
    }
}

fn write(file: FileId, call: NodeId, object: Option<String>, grounds: Grounds) -> Write {
    Write { file, call, object, grounds, through: Vec::new() }
}

/// Names of things that are a system of somebody else.
const REMOTE: &[&str] =
    &["client", "conn", "connection", "api", "crm", "sink", "target", "producer", "publisher", "gateway"];

/// Names of things that keep records.
const STORES: &[&str] =
    &["store", "repo", "repository", "db", "database", "table", "collection", "warehouse", "queue", "topic"];

fn is_system_word(word: &str, registered: bool) -> bool {
    REMOTE.contains(&word) || !registered && STORES.contains(&word)
}

/// Names of things that are none.
const PLAIN: &[&str] = &[
    "Object",
    "Map",
    "Set",
    "Array",
    "console",
    "log",
    "logger",
    "document",
    "Math",
    "JSON",
    "Promise",
    "hash",
    "crypto",
    "fs",
    "out",
    "stdout",
    "res",
    "response",
    "config",
    "settings",
    "router",
    "app",
    "server",
    "headers",
    "params",
    "session",
    "cache",
    "state",
    "logging",
    "redis",
    "metrics",
    "Log",
    "Logger",
    "_logger",
    "i18n",
    "localStorage",
    "sessionStorage",
    "form",
    "signal",
    "hashlib",
    "digest",
    "builder",
    "list",
    "dict",
];

fn is_plain(steps: &[&str]) -> bool {
    steps.iter().any(|s| PLAIN.contains(s))
}

/// What keeps the application's own records or settings: `HubspotObject.objects.update_or_create(…)`.
fn is_model(steps: &[&str]) -> bool {
    const KEEPS: &[&str] = &[
        "repository",
        "repo",
        "dao",
        "prisma",
        "manager",
        "configuration",
        "config",
        "settings",
        "options",
        "token",
        "tokens",
        "auth",
        "authorization",
        "credential",
        "credentials",
        "log",
        "cache",
        "history",
    ];
    let orm = steps.len() == 3 && steps.get(1) == Some(&"objects") && steps[0].starts_with(char::is_uppercase);
    let keeps = |s: &&str| segments(s).iter().any(|w| KEEPS.contains(&w.to_ascii_lowercase().as_str()));
    orm || steps.iter().rev().skip(1).any(keeps)
}

/// Whether a function's name begins with a word for writing.
fn is_write_word(verb: &str) -> bool {
    const WORDS: &[&str] = &[
        "create", "update", "upsert", "insert", "save", "push", "post", "put", "patch", "send", "add", "delete",
        "write", "submit", "store", "publish", "bulk", "export", "remove", "set", "upload",
    ];
    let trimmed = verb.trim_start_matches('_');
    let first = segments(trimmed).first().map(|w| w.to_ascii_lowercase()).unwrap_or_default();
    // `set_token`, `setHeader`, `addListener` configure.
    let configures = ["set", "add", "put"].contains(&first.as_str())
        && segments(trimmed).iter().skip(1).any(|w| {
            ["header", "headers", "token", "listener", "option", "options", "logger", "timeout", "config", "url", "key"]
                .contains(&w.to_ascii_lowercase().as_str())
        });
    WORDS.contains(&first.as_str()) && !configures
}

/// A message to people or to a log, whatever class sends it.
fn is_message(code: &Code, change: &requests::Change) -> bool {
    const MESSAGES: &[&str] =
        &["slack", "webhook", "sentry", "datadog", "statsd", "metrics", "teams", "discord", "telegram", "pagerduty"];
    let says = |text: &str| segments(text).iter().any(|w| MESSAGES.contains(&w.to_ascii_lowercase().as_str()));
    change.address.is_some_and(|a| code.slice(a).len() < 400 && says(code.slice(a)))
        || code.steps(change.call).iter().any(|s| says(s))
}
