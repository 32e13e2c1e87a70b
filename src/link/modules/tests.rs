//! The graph over repositories in memory.

mod bad;
mod classes;
mod es;
mod markup;
mod python;
mod real;
#[cfg(feature = "rust")]
mod rust;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::*;
use crate::parse::code::{Code, Language};
use crate::source::{FileEntry, FileId, Files, Origin, Source};

/// A repository of files with their texts.
pub(super) struct World {
    pub files: Files,
    cache: Mutex<HashMap<FileId, Option<Arc<Code>>>>,
}

impl World {
    pub fn new<P: AsRef<str>, T: AsRef<str>>(files: &[(P, T)]) -> Self {
        let entry = |(path, text): &(P, T)| FileEntry {
            path: path.as_ref().into(),
            origin: Origin::Memory(text.as_ref().as_bytes().into()),
            size: text.as_ref().len() as u64,
            tracked: true,
        };
        Self::of(Files::new(files.iter().map(entry).collect()))
    }

    pub fn of(files: Files) -> Self {
        Self { files, cache: Mutex::default() }
    }

    /// What the callers of a graph do: parse once, keep.
    pub fn code(&self, id: FileId) -> Option<Arc<Code>> {
        if let Some(code) = self.cache.lock().unwrap().get(&id) {
            return code.clone();
        }
        let path = &self.files.get(id).path;
        let code = Language::of(path).map(|language| {
            let source = Source::new(id, path.clone(), self.files.read(id).unwrap());
            Arc::new(Code::read(&Arc::new(source), language))
        });
        self.cache.lock().unwrap().insert(id, code.clone());
        code
    }

    pub fn id(&self, path: &str) -> FileId {
        self.files.find(path).unwrap_or_else(|| panic!("no {path}"))
    }

    /// What a file brings in, as `path`, `package:name` or `!reason`, in order.
    pub fn imports(&self, path: &str) -> Vec<String> {
        let resolver = Resolver::new(&self.files);
        let id = self.id(path);
        let code = self.code(id).unwrap();
        let show = |import: Import| match resolver.resolve(id, code.language, &import) {
            Resolved::File(file) => vec![self.files.path(file).to_owned()],
            Resolved::Files(files) => files.iter().map(|f| self.files.path(*f).to_owned()).collect(),
            Resolved::External(name) => vec![format!("package:{name}")],
            Resolved::Unresolved(reason) => vec![format!("!{reason}")],
        };
        imports::read(&code).into_iter().flat_map(show).collect()
    }

    /// The files that a file brings in, in order.
    pub fn found(&self, path: &str) -> Vec<String> {
        let mut found = self.imports(path);
        found.retain(|import| !import.starts_with('!') && !import.starts_with("package:"));
        found
    }

    /// The paths that a root reaches.
    pub fn reach(&self, root: &str) -> Vec<String> {
        let codes = |id| self.code(id);
        let graph = Graph::new(&self.files, &codes);
        let reach = graph.reach(&[self.id(root)], ReachOptions::default());
        let mut paths: Vec<String> = reach.files().iter().map(|f| self.files.path(*f).to_owned()).collect();
        paths.sort();
        paths
    }

    /// The path that a root takes to a file, with what the specifiers say: `a -"./b"-> b`.
    pub fn path(&self, root: &str, to: &str) -> String {
        let codes = |id| self.code(id);
        let graph = Graph::new(&self.files, &codes);
        let reach = graph.reach(&[self.id(root)], ReachOptions::default());
        let mut out = root.to_owned();
        for step in reach.path_to(self.id(to)) {
            let said = self.code(step.from).unwrap().source().slice(step.span).to_owned();
            out += &format!(" -{said}-> {}", self.files.path(step.to));
        }
        out
    }

    /// Where a name is defined: `path: first line of the definition`.
    pub fn definition(&self, path: &str, name: &str) -> String {
        let codes = |id| self.code(id);
        let graph = Graph::new(&self.files, &codes);
        match graph.definition(self.id(path), name) {
            Some((file, node)) => {
                let code = self.code(file).unwrap();
                format!("{}: {}", self.files.path(file), code.slice(node).lines().next().unwrap_or_default())
            }
            None => "nowhere".to_owned(),
        }
    }
}
