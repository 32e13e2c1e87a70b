//! From what an import names to the files it means: in come the files of the repository and an [`Import`], out comes
//! a [`Resolved`]. Manifests are read when the first import needs them, once.
//!
//! A file of this module holds what one ecosystem does.

mod classes;
mod data;
mod es;
mod package;
mod packages;
mod paths;
mod python;
mod requests;
mod templates;
mod tsconfig;

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::imports::{Form, Import, ImportKind};
use crate::fact::Notice;
use crate::parse::Format;
use crate::parse::code::Language;
use crate::parse::tree::{self, Node};
use crate::source::{FileId, Files, Source, Span};
pub(super) use paths::{folder, join, name, stem};

/// What an import means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// One file.
    File(FileId),
    /// Several: a package's files, a template of each theme.
    Files(Vec<FileId>),
    /// A package that is not part of the repository.
    External(String),
    /// It should be a file of the repository and is not, or can't be known: why, as words for a label.
    Unresolved(&'static str),
}

impl Resolved {
    /// The files, if there are any.
    pub fn files(&self) -> &[FileId] {
        match self {
            Self::File(file) => std::slice::from_ref(file),
            Self::Files(files) => files,
            _ => &[],
        }
    }
}

/// A relative or aliased import whose file is not in the repository.
pub(super) const MISSING: &str = "no file of the repository has this path";
/// An import that is computed when the program runs.
pub(super) const COMPUTED: &str = "computed when the program runs";
/// A path that climbs out of the repository.
pub(super) const OUTSIDE: &str = "leads out of the repository";

/// Finds files behind imports. Shared between threads.
#[derive(Debug)]
pub struct Resolver<'a> {
    files: &'a Files,
    names: OnceLock<HashMap<&'a str, Vec<FileId>>>,
    trees: Memo<FileId, Option<Arc<Node>>>,
    notices: Mutex<BTreeSet<Notice>>,
    es: es::Cache,
    python: OnceLock<Vec<String>>,
    /// By the name up to its first dot.
    stems: OnceLock<HashMap<&'a str, Vec<FileId>>>,
    /// Classes by their names in lower case.
    apex: OnceLock<HashMap<String, Vec<FileId>>>,
    kotlin: OnceLock<Vec<FileId>>,
    /// Prefixes of names with the folders that they stand for.
    php: OnceLock<Vec<(String, String)>>,
    go: OnceLock<Vec<(String, String)>>,
    crates: OnceLock<Vec<(String, String)>>,
}

impl<'a> Resolver<'a> {
    /// A resolver over the files of a run. Reads nothing yet.
    pub fn new(files: &'a Files) -> Self {
        Self {
            files,
            names: OnceLock::new(),
            trees: Memo::default(),
            notices: Mutex::default(),
            es: es::Cache::default(),
            python: OnceLock::new(),
            stems: OnceLock::new(),
            apex: OnceLock::new(),
            kotlin: OnceLock::new(),
            php: OnceLock::new(),
            go: OnceLock::new(),
            crates: OnceLock::new(),
        }
    }

    /// The files that it looks in.
    pub fn files(&self) -> &'a Files {
        self.files
    }

    /// What an import of a file means.
    pub fn resolve(&self, from: FileId, language: Language, import: &Import) -> Resolved {
        if import.kind == ImportKind::Dynamic {
            return Resolved::Unresolved(COMPUTED);
        }
        let specifier = import.specifier.as_str();
        match import.form {
            Form::Data => return self.data(from, specifier),
            Form::Class => return self.class(from, language, specifier),
            Form::Component => return self.component(from, specifier),
            Form::Template => return self.template(from, language, specifier),
            Form::Path => return self.path(from, specifier),
            Form::Request => return self.request(from, specifier),
            Form::Module => {}
        }
        match language {
            Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Vue | Language::Html => {
                self.es(from, specifier, import.kind == ImportKind::TypeOnly)
            }
            Language::Python | Language::Notebook => self.python(from, import),
            Language::Java | Language::Kotlin => self.java(from, specifier),
            Language::Php | Language::Blade => self.php(from, specifier),
            Language::Ruby | Language::Erb => self.ruby(from, specifier),
            Language::Go => self.go(from, specifier),
            Language::Rust => self.rust(from, specifier),
            Language::Apex | Language::CSharp | Language::Liquid => Resolved::External(specifier.to_owned()),
        }
    }

    /// What could not be read on the way, in order.
    pub fn notices(&self) -> Vec<Notice> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn notice(&self, code: &'static str, file: FileId, message: impl Into<String>) {
        let notice = Notice::at(code, Span::whole(file), message);
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).insert(notice);
    }

    /// The files of a name (without folders), in path order.
    fn named(&self, name: &str) -> &[FileId] {
        let names = self.names.get_or_init(|| {
            let mut names: HashMap<&'a str, Vec<FileId>> = HashMap::with_capacity(self.files.len());
            for (id, _) in self.files.iter() {
                names.entry(paths::name(self.files.path(id))).or_default().push(id);
            }
            names
        });
        names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Files by their names up to the first dot.
    fn stems(&self) -> &HashMap<&'a str, Vec<FileId>> {
        self.stems.get_or_init(|| {
            let mut stems: HashMap<&'a str, Vec<FileId>> = HashMap::new();
            for (id, _) in self.files.iter() {
                stems.entry(paths::stem(self.files.path(id))).or_default().push(id);
            }
            stems
        })
    }

    /// The files whose path is a suffix of whole segments, or ends with one.
    fn ending(&self, suffix: &str) -> impl Iterator<Item = FileId> {
        let files = self.files;
        self.named(paths::name(suffix)).iter().copied().filter(move |id| paths::ends_with(files.path(*id), suffix))
    }

    /// The path, if a file has it.
    fn file(&self, path: &str) -> Option<FileId> {
        self.files.find(path)
    }

    /// The nearest folder around a file (or the folder itself) that holds a file of one of these names, with that file.
    fn nearest<'p>(&self, folder: &'p str, names: &[&str]) -> Option<(&'p str, FileId)> {
        paths::upwards(folder).find_map(|folder| {
            let found = names.iter().find_map(|name| self.file(&paths::below(folder, name)))?;
            Some((folder, found))
        })
    }

    /// The first root of a manifest. What can't be read is a notice, and what stands before the break counts.
    fn tree(&self, file: FileId, format: Format) -> Option<Arc<Node>> {
        self.trees.get(file, || {
            let entry = self.files.get(file);
            if entry.size > MAX_MANIFEST {
                self.notice("module-graph", file, "this manifest is too large to be read for the module graph");
                return None;
            }
            let bytes = match self.files.read(file) {
                Ok(bytes) => bytes,
                Err(e) => {
                    self.notice("unreadable", file, format!("could not be read for the module graph: {}", e.kind()));
                    return None;
                }
            };
            let tree = tree::read(&Source::new(file, entry.path.clone(), bytes), format);
            if let Some(problem) = tree.problems.first() {
                let message = format!("imports may not be followed here: {}", problem.message);
                self.notices.lock().unwrap_or_else(PoisonError::into_inner).insert(Notice::at(
                    "module-graph",
                    problem.span,
                    message,
                ));
            }
            tree.roots.into_iter().next().map(Arc::new)
        })
    }
}

/// Manifests are small; a larger file of that name is something else.
const MAX_MANIFEST: u64 = 4 << 20;

/// Values that are made once a key.
#[derive(Debug)]
struct Memo<K, V>(Mutex<HashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The value of a key. Two threads may both make it: it is the same.
    fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        if let Some(value) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return value.clone();
        }
        let value = make();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value.clone());
        value
    }
}
