//! Experiments on a surface that take declared synthetic data: in come the repository's definitions, out come those of
//! this surface: they lie in its paths, its id or `checkout` is in their name or path, or its code asks for them.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Linker, globs};
use crate::config::{DatasetKind, SurfaceKind};
use crate::extract::experiments::{self, Audience, Experiment, Names};
use crate::extract::settings::may_hold;
use crate::link::modules::FileRole;
use crate::link::subject::surface::{ExperimentOf, InputOf, Serves};
use crate::parse::code::{Language, MAX_BYTES};
use crate::source::{FileId, Source};

/// Shorter names of data are ordinary words.
const MIN_NAME: usize = 6;

impl Linker<'_, '_, '_> {
    /// The experiments of a checkout.
    pub(super) fn experiments(&mut self) -> Vec<ExperimentOf> {
        let names = self.data_names();
        if self.surface.kind != SurfaceKind::Checkout || names.is_empty() {
            return Vec::new();
        }
        let all = self.places.files;
        let own = self.places.config.path.as_deref();
        let files: Vec<FileId> = all
            .iter()
            .filter(|(_, e)| {
                let may = may_hold(&e.path, e.size) || Language::of(&e.path).is_some() && e.size <= MAX_BYTES as u64;
                may && Some(&*e.path) != own && self.declared.kind(&e.path).is_none()
            })
            .filter(|(id, _)| !matches!(self.graph.role(*id), FileRole::Test | FileRole::Story | FileRole::Example))
            .map(|(id, _)| id)
            .collect();
        let read = |id: &FileId| {
            let source = Arc::new(Source::new(*id, all.get(*id).path.clone(), all.read(*id).ok()?));
            Some((*id, experiments::experiments(&source, &names)))
        };
        let found: Vec<(FileId, Vec<Experiment>)> = files.par_iter().filter_map(read).collect();
        let mut shown = Vec::new();
        for (file, experiments) in found {
            for experiment in experiments {
                if let Some(joined) = self.joined(file, &experiment) {
                    shown.push(self.experiment(file, experiment, joined));
                }
            }
        }
        shown
    }

    /// What declared synthetic data may be called: paths, file names, and names that are no ordinary words.
    fn data_names(&self) -> Names {
        let mut names: HashMap<String, usize> = HashMap::new();
        let mut add = |name: &str, whose: usize| {
            let telling = name.contains(['/', '.', '_', '-']) || name.chars().skip(1).any(char::is_uppercase);
            if telling && name.len() >= MIN_NAME {
                names.entry(name.to_owned()).or_insert(whose);
            }
        };
        let synthetic = self.places.config.datasets.iter().enumerate();
        for (whose, entry) in synthetic.filter(|(_, d)| d.kind == Some(DatasetKind::Synthetic)) {
            let matching = globs(&entry.paths);
            for (_, file) in self.places.files.iter().filter(|(_, e)| matching.is_match(&*e.path)) {
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                add(&file.path, whose);
                add(name, whose);
                add(name.split('.').next().unwrap_or(name), whose);
            }
            for glob in &entry.paths {
                // `data/synthetic_orders/**`: the folder, and the glob itself.
                let literal = glob.split(['*', '?', '[', '{']).next().unwrap_or(glob).trim_end_matches('/');
                add(glob, whose);
                add(literal.rsplit('/').next().unwrap_or(literal), whose);
            }
        }
        let mut names: Vec<(String, usize)> = names.into_iter().collect();
        names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(&b.0)));
        Names::new(names)
    }

    /// Why an experiment is one of this surface.
    fn joined(&self, file: FileId, experiment: &Experiment) -> Option<String> {
        let path = self.places.files.path(file);
        if self.files.contains(&file) {
            return Some("it lies in the surface's paths".to_owned());
        }
        let surface = self.surface.id.text.to_ascii_lowercase();
        let words = ["checkout", surface.as_str()].into_iter().filter(|w| w.len() > 3);
        for word in words {
            if experiment.id.to_ascii_lowercase().contains(word) {
                return Some(format!("its id says `{word}`"));
            }
            if path.to_ascii_lowercase().contains(word) {
                return Some(format!("its path says `{word}`"));
            }
        }
        let id = experiment.id.as_bytes();
        let asks = |file: &FileId| {
            let code = self.graph.code(*file)?;
            memchr::memmem::find(code.text().as_bytes(), id).map(|_| ())
        };
        let asked = id.len() >= MIN_NAME && self.roots.iter().any(|file| asks(file).is_some());
        asked.then(|| "the surface's code asks for it".to_owned())
    }

    fn experiment(&mut self, file: FileId, experiment: Experiment, joined: String) -> ExperimentOf {
        let mut inputs = Vec::new();
        for (span, dataset, whose) in experiment.inputs {
            let Some(entry) = self.places.config.datasets.get(whose) else { continue };
            inputs.push(InputOf {
                id: self.places.anchors.at(span, &format!("{}.input", experiment.id)),
                dataset,
                declared_id: self.places.anchors.at(entry.span, "datasets"),
            });
        }
        ExperimentOf {
            id: self.places.anchors.at(experiment.span, &experiment.id),
            name: experiment.id,
            path: self.places.files.path(file).to_owned(),
            joined,
            inputs,
            serves: match experiment.serving.audience {
                Audience::Customers => Serves::Customers,
                Audience::Internal => Serves::Internal,
                Audience::Nobody => Serves::Nobody,
            },
            why: experiment.serving.why,
            approver: experiment.approver,
            owner: experiment.owner,
            end_date: experiment.end_date,
            disclosure: experiment.disclosure,
        }
    }
}
