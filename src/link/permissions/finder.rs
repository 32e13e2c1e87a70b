//! Finding files by what code calls them: in comes a specifier or the name of a class, out come the files that it may
//! mean, the nearest first. Made once, and only where there is a route to follow.

use std::collections::HashMap;

use crate::parse::code::Language;
use crate::source::{FileId, Files};

/// How many files a name may mean before it means none.
const MAX_CANDIDATES: usize = 8;

/// Source files by the word that they are named for.
pub(super) struct Finder<'a> {
    pub files: &'a Files,
    stems: HashMap<String, Vec<FileId>>,
}

impl<'a> Finder<'a> {
    pub fn new(files: &'a Files) -> Self {
        let mut stems: HashMap<String, Vec<FileId>> = HashMap::new();
        for (id, entry) in files.iter() {
            if Language::of(&entry.path).is_none()
                || entry.path.contains("node_modules/")
                || entry.path.contains("vendor/")
            {
                continue;
            }
            let mut parts = entry.path.rsplit('/');
            let name = parts.next().unwrap_or_default();
            let stem = name.rsplit_once('.').map_or(name, |(s, _)| s);
            // A folder's own file stands for the folder.
            let stem = if matches!(stem, "index" | "__init__") { parts.next().unwrap_or(stem) } else { stem };
            stems.entry(plain(stem)).or_default().push(id);
        }
        Self { files, stems }
    }

    /// The files that a specifier or a class's name may mean, as a file sees it.
    pub fn find(&self, from: FileId, specifier: &str) -> Vec<FileId> {
        let segments: Vec<&str> = specifier
            .split(['/', '\\', '.', ':'])
            .filter(|s| !s.is_empty() && !matches!(*s, "@" | "~" | "js" | "ts"))
            .collect();
        let Some(last) = segments.last() else { return Vec::new() };
        let own = self.files.path(from);
        let language = Language::of(own);
        let mut found: Vec<(usize, usize, FileId)> = self
            .stems
            .get(&plain(last))
            .into_iter()
            .flatten()
            .filter(|id| **id != from && related(Language::of(self.files.path(**id)), language))
            .map(|id| {
                let path = self.files.path(*id);
                (matching(path, &segments), common(path, own), *id)
            })
            .collect();
        found.sort_by_key(|(matching, common, id)| (std::cmp::Reverse((*matching, *common)), *id));
        if found.len() > MAX_CANDIDATES {
            found.truncate(1);
        }
        found.into_iter().map(|(_, _, id)| id).collect()
    }

    /// Source files in a file's folder and in those above it, and in the folders there whose names are given; nearest
    /// first.
    pub fn above<'s>(&'s self, from: FileId, folders: &'s [&str]) -> impl Iterator<Item = FileId> + 's {
        let own = self.files.path(from).rsplit_once('/').map_or("", |(f, _)| f);
        let language = Language::of(self.files.path(from));
        let mut found: Vec<(usize, FileId)> = self
            .files
            .iter()
            .filter(|(id, _)| *id != from)
            .filter(|(_, e)| {
                let folder = e.path.rsplit_once('/').map_or("", |(f, _)| f);
                let is_above =
                    |folder: &str| folder.is_empty() || own == folder || own.starts_with(&format!("{folder}/"));
                let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
                is_above(folder) || folders.contains(&name) && is_above(parent)
            })
            .filter(|(_, e)| related(Language::of(&e.path), language))
            .map(|(id, e)| (e.path.matches('/').count(), id))
            .collect();
        found.sort_by_key(|(depth, id)| (std::cmp::Reverse(*depth), *id));
        found.into_iter().map(|(_, id)| id)
    }

    /// Source files of a file's language whose stem a test admits.
    pub fn named(&self, from: FileId, admits: impl Fn(&str) -> bool) -> Vec<FileId> {
        let language = Language::of(self.files.path(from));
        let mut found: Vec<FileId> = self
            .stems
            .iter()
            .filter(|(stem, _)| admits(stem))
            .flat_map(|(_, ids)| ids.iter().copied())
            .filter(|id| related(Language::of(self.files.path(*id)), language))
            .collect();
        found.sort_unstable();
        found
    }
}

/// Letters and digits in lower case: `synthetic.service`, `SyntheticService` and `synthetic_service` are one.
fn plain(stem: &str) -> String {
    stem.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether code of one language can name code of the other.
fn related(a: Option<Language>, b: Option<Language>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if group(a) == group(b))
}

/// One number for all languages whose code can name each other's.
pub(super) fn group(language: Language) -> u8 {
    match language {
        Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Vue => 1,
        Language::Java | Language::Kotlin => 2,
        Language::Python | Language::Notebook => 3,
        other => 10 + other as u8,
    }
}

/// How many of the last segments stand in the path in the same order.
fn matching(path: &str, segments: &[&str]) -> usize {
    let lower = path.to_ascii_lowercase();
    let stem = lower.rsplit_once('.').map_or(&*lower, |(s, _)| s);
    let mut parts = stem.trim_end_matches("/index").trim_end_matches("/__init__").rsplit('/').map(plain);
    segments.iter().rev().take_while(|s| parts.next() == Some(plain(s))).count()
}

/// How many folders two paths share from the root.
fn common(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(x, y)| x == y).count()
}
