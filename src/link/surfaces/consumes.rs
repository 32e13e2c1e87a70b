//! What the entries of `consumes` are: datasets by path, glob or name, modules and packages that the surface imports.

use super::{Linker, globs};
use crate::config::Told;
use crate::link::modules::{ImportKind, Resolved, Step, imports};
use crate::link::subject::dataset::DataKind;
use crate::link::subject::surface::{ConsumesOf, Matched};
use crate::source::{FileId, Span};

/// An entry, with what linking knows of it.
pub(super) struct Consumed {
    pub shown: ConsumesOf,
    /// Files of a dataset, or the module.
    pub paths: Vec<String>,
    /// Why it is what it is.
    pub why: String,
    /// Where the kind is declared.
    pub declared: Option<Span>,
    /// The import of a module or package, with the steps that lead to its file.
    pub import: Option<Span>,
    pub steps: Vec<Step>,
}

impl Linker<'_, '_, '_> {
    pub(super) fn consumes(&mut self) -> Vec<Consumed> {
        self.surface.consumes.iter().map(|told| self.entry(told)).collect()
    }

    fn entry(&mut self, told: &Told) -> Consumed {
        let key = format!("surfaces.{}.consumes", self.surface.id.text);
        let id = self.places.anchors.at(told.span, &key);
        let text = told.text.trim();
        let mut consumed = Consumed {
            shown: ConsumesOf { id, text: text.to_owned(), matched: None, kind: None },
            paths: Vec::new(),
            why: String::new(),
            declared: None,
            import: None,
            steps: Vec::new(),
        };
        if !self.dataset(text, &mut consumed) {
            self.import(text, &mut consumed);
        }
        if consumed.shown.matched.is_none() && self.places.integrated.contains(text) {
            consumed.shown.matched = Some(Matched::Package);
        }
        consumed
    }

    /// A path or glob of files, a glob of `datasets`, or the name of a declared file.
    fn dataset(&self, text: &str, consumed: &mut Consumed) -> bool {
        let files = self.files_of(text);
        for file in &files {
            let Some(nature) = self.nature(*file) else { continue };
            let stronger = consumed.shown.kind.is_none() || nature.kind == DataKind::Synthetic;
            if stronger && consumed.shown.kind != Some(DataKind::Synthetic) {
                (consumed.shown.kind, consumed.why, consumed.declared) = (Some(nature.kind), nature.why, nature.span);
            }
        }
        if files.is_empty() {
            // The data themselves need not be in the repository.
            let entry = self.places.config.datasets.iter().find(|d| d.paths.iter().any(|p| p == text));
            let entry = entry.or_else(|| self.declared.entry(text).filter(|_| text.contains('/')));
            let Some(entry) = entry else { return false };
            if let Some(kind) = entry.kind {
                let nature = self.of_entry(entry, kind);
                (consumed.shown.kind, consumed.why, consumed.declared) = (Some(nature.kind), nature.why, nature.span);
            }
        }
        consumed.paths = files.iter().map(|f| self.places.files.path(*f).to_owned()).collect();
        let code = files.iter().all(|f| self.graph.code(*f).is_some()) && !files.is_empty();
        if code && consumed.shown.kind.is_none() {
            consumed.shown.matched = Some(Matched::Module);
            if let Some(steps) = files.iter().map(|f| self.reach.path_to(*f)).find(|s| !s.is_empty()) {
                consumed.import = steps.last().map(|s| s.span);
                consumed.steps = steps;
            }
        } else {
            consumed.shown.matched = Some(Matched::Dataset);
        }
        true
    }

    fn files_of(&self, text: &str) -> Vec<FileId> {
        let files = self.places.files;
        let path = text.trim_start_matches("./");
        if let Some(file) = files.find(path) {
            return vec![file];
        }
        if text.contains(['*', '?', '[', '{']) {
            let globs = globs([&text.to_owned()]);
            return files.iter().filter(|(_, e)| globs.is_match(&*e.path)).map(|(id, _)| id).collect();
        }
        if text.contains('/') {
            let folder = format!("{}/", path.trim_end_matches('/'));
            return files.iter().filter(|(_, e)| e.path.starts_with(&folder)).map(|(id, _)| id).collect();
        }
        // A name: of a declared file.
        let wanted = plain(text);
        let named = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            plain(name) == wanted || plain(name.split('.').next().unwrap_or(name)) == wanted
        };
        files
            .iter()
            .filter(|(_, e)| named(&e.path) && self.declared.kind(&e.path).is_some())
            .map(|(id, _)| id)
            .collect()
    }

    /// A module or package that the surface imports by this name.
    fn import(&self, text: &str, consumed: &mut Consumed) {
        let wanted = plain(text);
        for file in self.reach.files() {
            let Some(code) = self.graph.code(*file) else { continue };
            for import in imports::read(&code) {
                if matches!(
                    import.kind,
                    ImportKind::TypeOnly | ImportKind::Data | ImportKind::Request | ImportKind::Dynamic
                ) || import.guarded
                    || !names(&import.specifier, &wanted)
                {
                    continue;
                }
                let to = match self.graph.resolver().resolve(*file, code.language, &import) {
                    Resolved::File(to) => Some(to),
                    _ => None,
                };
                consumed.shown.matched = Some(if to.is_some() { Matched::Module } else { Matched::Package });
                consumed.import = Some(import.span);
                consumed.steps = self.reach.path_to(*file);
                if let Some(to) = to {
                    consumed.paths.push(self.places.files.path(to).to_owned());
                    if let Some(nature) = self.nature(to) {
                        (consumed.shown.kind, consumed.why, consumed.declared) =
                            (Some(nature.kind), nature.why, nature.span);
                    }
                }
                return;
            }
        }
    }
}

/// Whether a specifier is a package or module of a name: all of it, its package, or its last part.
fn names(specifier: &str, wanted: &str) -> bool {
    if plain(specifier) == wanted {
        return true;
    }
    let mut parts = specifier.split('/');
    let package = match (parts.next(), parts.next()) {
        (Some(scope), Some(name)) if scope.starts_with('@') => format!("{scope}/{name}"),
        (Some(name), _) => name.to_owned(),
        _ => String::new(),
    };
    let last =
        specifier.rsplit(['/', '.', '\\']).find(|p| !matches!(*p, "js" | "ts" | "tsx" | "jsx" | "mjs" | "index"));
    plain(&package) == wanted || last.is_some_and(|l| plain(l) == wanted)
}

/// A name without case and separators: `synthetic-prefs-client`, `synthetic_prefs_client`, `SyntheticPrefsClient`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}
