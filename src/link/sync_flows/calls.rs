//! Who calls a function: in come a function and the files that may call it, out come the calls that mean it. A method is
//! meant by its name only where the name is rare; `save` and `post` must be called on something that looks like its
//! class.

use std::sync::Arc;

use super::super::modules::{FileRole, Graph};
use super::super::sentinels;
use super::system::System;
use crate::extract::code::names::Names;
use crate::fact::environment::segments;
use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::registry::clients::clients;
use crate::source::FileId;

/// How many files are searched for the callers of one function.
const MAX_FILES: usize = 2_000;

/// A function that is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Callee {
    /// Its file.
    pub file: FileId,
    /// Its name.
    pub name: String,
    /// The class that it belongs to.
    pub class: Option<String>,
}

/// Words that name no record: who calls a function of such words alone says what is written.
const PIPES: &[&str] = &[
    "request", "requests", "call", "callout", "send", "execute", "do", "make", "perform", "invoke", "submit",
    "dispatch", "exec", "http", "api", "rest", "json", "async", "with", "retry", "retries", "post", "put", "patch",
    "delete", "save", "create", "update", "upsert", "insert", "write", "push",
];

impl Callee {
    /// The function that a node stands in; none at a file's top.
    pub fn around(code: &Code, file: FileId, node: NodeId) -> Option<Self> {
        let function = sentinels::scope(code, node);
        let name = sentinels::function_name(code, function)?.to_owned();
        let class = code.enclosing(function, Kind::Class).and_then(|c| code.name(c)).map(str::to_owned);
        Some(Self { file, name, class })
    }

    /// Whether the name says nothing of what is written: `post`, `_request`, `makeCalloutWithRetry`.
    pub fn is_pipe(&self) -> bool {
        let mut words = segments(self.name.trim_end_matches(['!', '?'])).into_iter().peekable();
        words.peek().is_some() && words.all(|w| PIPES.contains(&w.to_ascii_lowercase().as_str()))
    }

    /// The calls of the function in some files.
    pub fn sites(&self, graph: &Graph<'_>, files: &[FileId], system: Option<&System>) -> Vec<(FileId, NodeId)> {
        let mut found = Vec::new();
        for file in files.iter().take(MAX_FILES) {
            if graph.role(*file) == FileRole::Test {
                continue;
            }
            let Some(code) = graph.code(*file) else { continue };
            if memchr::memmem::find(code.text().as_bytes(), self.name.as_bytes()).is_none() {
                continue;
            }
            let own: Vec<NodeId> = code.calls().filter(|call| code.called(*call) == self.name).collect();
            let handed = self.handed_on(&code);
            if own.is_empty() && handed.is_empty() {
                continue;
            }
            let names = Names::of(&code);
            let meant = |node: &NodeId| self.is_meant(graph, &code, &names, *file, *node, system);
            found.extend(own.into_iter().filter(meant).map(|call| (*file, call)));
            found.extend(handed.into_iter().filter(|(node, _)| meant(node)).map(|(_, call)| (*file, call)));
        }
        found
    }

    /// Places where the function is handed to a call that will call it: `rows.forEach(push)`, `&method(:push)`. With each
    /// stands that call.
    fn handed_on(&self, code: &Code) -> Vec<(NodeId, NodeId)> {
        let mut found = Vec::new();
        for node in 0..code.len() as NodeId {
            let named = match code.kind(node) {
                Kind::Name | Kind::Member => {
                    code.role(node) == Role::Argument && code.steps(node).last() == Some(&self.name.as_str())
                }
                Kind::String => code.slice(node).strip_prefix(':') == Some(self.name.as_str()),
                _ => false,
            };
            let call = |node: NodeId| code.around(node).find(|a| matches!(code.kind(*a), Kind::Call | Kind::New));
            let Some(mut holder) = named.then(|| call(node)).flatten() else { continue };
            if code.kind(node) == Kind::String {
                // `method(:push)` gives the function, and what that stands in calls it.
                let Some(outer) = (code.called(holder) == "method").then(|| call(holder)).flatten() else { continue };
                holder = outer;
            }
            found.push((node, holder));
        }
        found
    }

    fn is_meant(
        &self,
        graph: &Graph<'_>,
        code: &Arc<Code>,
        names: &Names<'_>,
        file: FileId,
        call: NodeId,
        system: Option<&System>,
    ) -> bool {
        let steps = match code.kind(call) {
            Kind::String => vec![self.name.as_str()],
            _ => code.steps(call),
        };
        if let Some((at, _)) = graph.definition(file, &steps.join(".")) {
            return at == self.file;
        }
        if !is_common(self) {
            return true;
        }
        let Some(receiver) = steps.len().checked_sub(2).and_then(|at| steps.get(at)) else { return false };
        let Some(class) = &self.class else { return false };
        let class = plain(class);
        let alike = |name: &str| {
            let name = plain(name);
            name.len() > 2 && (class.contains(&name) || name.contains(&class))
        };
        let name = receiver.trim_start_matches(['@', '$', '_']);
        alike(name)
            || names.declared_type(name).is_some_and(alike)
            || names.values(name).iter().take(8).any(|v| code.steps(*v).iter().any(|s| alike(s)))
            || system.is_some_and(|s| s.is_said(receiver))
    }
}

/// Whether many classes have a method of that name.
fn is_common(callee: &Callee) -> bool {
    let name = callee.name.trim_matches('_');
    callee.is_pipe()
        || clients().direction(None, name).is_some()
        || ["run", "process", "handle", "apply", "call", "sync", "fetch", "new", "initialize"].contains(&name)
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
