//! Which file brings in which: in come files and a way to their code, out come [`Edge`]s. A file is read when it is
//! first asked for.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::imports::{self, Binding, Form, ImportKind};
use super::resolve::{self, Resolved, Resolver};
use super::roles::FileRole;
use crate::fact::Notice;
use crate::link::place::Traits;
use crate::parse::code::{Code, Language, NodeId};
use crate::source::{FileId, Files, Span};

/// Gives a file's parsed code, or none for a file that holds no code that is read. Called from several threads; who
/// gives it keeps it.
pub type Codes<'a> = &'a (dyn Fn(FileId) -> Option<Arc<Code>> + Sync);

/// One file brings in another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// What is brought in.
    pub to: FileId,
    /// Where that is said: the specifier.
    pub span: Span,
    /// The names taken; empty means all.
    pub names: Vec<Binding>,
    /// When it takes effect.
    pub kind: ImportKind,
    /// How the file was named.
    pub form: Form,
    /// The names are only handed on.
    pub reexport: bool,
    /// Not in production.
    pub guarded: bool,
}

/// A place where the graph can't be followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unresolved {
    /// The file that says it.
    pub file: FileId,
    /// The specifier.
    pub span: Span,
    /// Why, as words for a label.
    pub reason: &'static str,
}

/// What a file says of others.
#[derive(Debug, Default)]
pub(super) struct Links {
    pub edges: Vec<Edge>,
    pub unresolved: Vec<Unresolved>,
}

/// The graph. Shared between threads.
pub struct Graph<'a> {
    pub(super) files: &'a Files,
    pub(super) codes: Codes<'a>,
    pub(super) resolver: Resolver<'a>,
    links: Vec<OnceLock<Links>>,
    roles: Vec<OnceLock<FileRole>>,
    /// What each file defines at its top, by name.
    pub(super) defined: Vec<OnceLock<HashMap<Box<str>, NodeId>>>,
    notices: Mutex<BTreeSet<Notice>>,
}

impl<'a> Graph<'a> {
    /// A graph over the files of a run. Reads nothing yet.
    pub fn new(files: &'a Files, codes: Codes<'a>) -> Self {
        let count = files.len();
        Self {
            files,
            codes,
            resolver: Resolver::new(files),
            links: std::iter::repeat_with(OnceLock::new).take(count).collect(),
            roles: std::iter::repeat_with(OnceLock::new).take(count).collect(),
            defined: std::iter::repeat_with(OnceLock::new).take(count).collect(),
            notices: Mutex::default(),
        }
    }

    /// What a file brings in, in the order in which it says so.
    pub fn edges(&self, file: FileId) -> &[Edge] {
        &self.links(file).edges
    }

    /// Where a file's imports can't be followed.
    pub fn unresolved(&self, file: FileId) -> &[Unresolved] {
        &self.links(file).unresolved
    }

    /// Manifests that could not be read and bounds that were reached, so far.
    pub fn notices(&self) -> Vec<Notice> {
        let mut notices = self.resolver.notices();
        notices.extend(self.notices.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
        notices
    }

    /// The finder of files, for those who ask for one specifier.
    pub fn resolver(&self) -> &Resolver<'a> {
        &self.resolver
    }

    /// A file's code, if it holds code that is read.
    pub fn code(&self, file: FileId) -> Option<Arc<Code>> {
        (self.codes)(file)
    }

    /// Notes a bound that was reached.
    pub(super) fn tell(&self, notice: Notice) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).insert(notice);
    }

    /// What a file is there for, by its path.
    pub fn role(&self, file: FileId) -> FileRole {
        let of = || FileRole::of(self.files.path(file));
        self.roles.get(file.0 as usize).map_or_else(of, |role| *role.get_or_init(of))
    }

    pub(super) fn links(&self, file: FileId) -> &Links {
        static NONE: Links = Links { edges: Vec::new(), unresolved: Vec::new() };
        let Some(cell) = self.links.get(file.0 as usize) else { return &NONE };
        cell.get_or_init(|| (self.codes)(file).map(|code| self.link(file, &code)).unwrap_or_default())
    }

    /// Resolves what a file names.
    fn link(&self, file: FileId, code: &Code) -> Links {
        let mut links = Links::default();
        let mut known = HashSet::new();

        for import in imports::read(code) {
            let resolved = self.resolver.resolve(file, code.language, &import);
            if let Resolved::Unresolved(reason) = resolved {
                if import.form.is_explicit() && import.form != Form::Data && import.kind != ImportKind::TypeOnly {
                    links.unresolved.push(Unresolved { file, span: import.span, reason });
                }
                continue;
            }
            for to in resolved.files().iter().copied().filter(|to| *to != file) {
                // Only the first mention by name is of interest: each use is one.
                if !import.form.is_explicit() && !known.insert((to, import.form)) {
                    continue;
                }
                let names = if self.is_module_itself(code.language, to, &import.names) {
                    Vec::new()
                } else {
                    import.names.clone()
                };
                let data = import.form == Form::Data;
                links.edges.push(Edge {
                    to,
                    span: import.span,
                    names,
                    kind: if data { ImportKind::Data } else { import.kind },
                    form: import.form,
                    reexport: import.reexport,
                    guarded: import.guarded,
                });
            }
        }
        // Somebody else's bundle holds its modules itself.
        if !links.unresolved.is_empty() && Traits::of(self.files.path(file)).vendored {
            links.unresolved.clear();
        }
        links
    }

    /// Python's `from . import orders`: the name is the module, and all of it is meant.
    fn is_module_itself(&self, language: Language, to: FileId, names: &[Binding]) -> bool {
        let path = self.files.path(to);
        let module = if resolve::name(path) == "__init__.py" {
            resolve::name(resolve::folder(path))
        } else {
            resolve::stem(path)
        };
        matches!(language, Language::Python | Language::Notebook) && names.len() == 1 && names[0].name == module
    }
}

impl std::fmt::Debug for Graph<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Graph").field("files", &self.files.len()).finish_non_exhaustive()
    }
}
