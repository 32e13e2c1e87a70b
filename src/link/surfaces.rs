//! Surfaces: in come the declared ones, the module graph and what the datasets are, out comes a subject for each, with
//! the invented data that it shows, the way they take, and how people are told.

mod conditions;
mod consumes;
mod disclosure;
mod experiments;
mod hiding;
mod live;
mod locales;
mod made;
mod media;
mod rendering;
mod settings;
mod sources;
mod styles;
mod ways;

use styles::Sheets;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::datasets::{Kinds, kind::Declared};
use super::modules::{FileRole, Graph, Reach, ReachOptions};
use super::places::Places;
use super::subject::surface::{FileOf, FileUse, Surface};
use super::subject::{Subject, SubjectKind};
use crate::config;
use crate::parse::code::Language;
use crate::source::{FileId, Span};

/// How many files of a surface a policy sees.
const MAX_FILES: usize = 200;

/// Links all declared surfaces, in the order of the configuration.
pub fn link(places: &mut Places<'_>, graph: &Graph<'_>, kinds: &Kinds) -> Vec<Subject> {
    let config = places.config;
    let declared = Declared::new(config);
    let sheets = Sheets::new(places.files);
    let mut subjects = Vec::new();
    for surface in &config.surfaces {
        let mut linker = Linker::new(places, graph, kinds, &declared, &sheets, surface);
        let linked = linker.surface();
        let label = format!("surface {}", surface.id.text);
        subjects.push(Subject::new(SubjectKind::Surface, label, &linked));
    }
    subjects
}

/// One surface on its way to a subject.
struct Linker<'l, 'a, 'g> {
    places: &'l mut Places<'a>,
    graph: &'l Graph<'g>,
    kinds: &'l Kinds,
    declared: &'l Declared<'a>,
    sheets: &'l Sheets<'a>,
    surface: &'a config::Surface,
    /// Its files, in path order.
    files: Vec<FileId>,
    /// What ships of it, without data.
    roots: Vec<FileId>,
    reach: Reach,
}

impl<'l, 'a, 'g> Linker<'l, 'a, 'g> {
    fn new(
        places: &'l mut Places<'a>,
        graph: &'l Graph<'g>,
        kinds: &'l Kinds,
        declared: &'l Declared<'a>,
        sheets: &'l Sheets<'a>,
        surface: &'a config::Surface,
    ) -> Self {
        let globs = globs(&surface.paths);
        let all = places.files;
        let files: Vec<FileId> = all.iter().filter(|(_, e)| globs.is_match(&*e.path)).map(|(id, _)| id).collect();
        let ships = |id: &FileId| {
            let path = all.path(*id);
            graph.role(*id) == FileRole::Production && declared.kind(path).is_none()
        };
        let roots: Vec<FileId> = files.iter().copied().filter(ships).collect();
        let reach = graph.reach(&roots, ReachOptions { requests: true, away: Some(false), ..ReachOptions::default() });
        Self { places, graph, kinds, declared, sheets, surface, files, roots, reach }
    }

    fn surface(&mut self) -> Surface {
        let id = self.places.anchors.at(self.surface.id.span, &format!("surfaces.{}", self.surface.id.text));
        let consumes = self.consumes();
        let sources = self.sources(&consumes);
        let disclosure = self.disclosure(&sources);
        let unresolved = self.unresolved();
        let consumes = consumes.into_iter().map(|c| c.shown).collect();
        let shown: Vec<FileId> = self.files.iter().copied().take(MAX_FILES).collect();
        Surface {
            id,
            label: self.surface.id.text.clone(),
            kind: self.surface.kind,
            content: self.surface.content,
            ai_system: self.surface.ai_system,
            files: shown.into_iter().map(|file| self.file(file)).collect(),
            more_files: self.files.len().saturating_sub(MAX_FILES) as u64,
            shipped: self.roots.len() as u64,
            consumes,
            sources,
            unresolved,
            disclosure,
            experiments: self.experiments(),
            media: self.media(),
        }
    }

    fn file(&mut self, file: FileId) -> FileOf {
        let path = self.places.files.path(file).to_owned();
        let role = match self.graph.role(file) {
            FileRole::Production => FileUse::Production,
            FileRole::Test => FileUse::Test,
            FileRole::Story => FileUse::Story,
            FileRole::Example => FileUse::Example,
            FileRole::Script => FileUse::Script,
        };
        let read = Language::of(&path).is_some();
        FileOf { id: self.places.anchors.at(Span::whole(file), &path), path, role, read }
    }
}

/// Globs of the configuration as one automaton; a bad one is an error there and matches nothing here.
fn globs<'g>(patterns: impl IntoIterator<Item = &'g String>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    let glob = |p: &String| GlobBuilder::new(p).literal_separator(true).build();
    for glob in patterns.into_iter().filter_map(|p| glob(p).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

#[cfg(test)]
mod tests;
