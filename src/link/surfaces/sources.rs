//! The invented data that a surface shows: in come what it reaches and what it is declared to consume, out come
//! sources with the imports that lead there.

use std::collections::HashMap;

use super::consumes::Consumed;
use super::{Linker, live};
use crate::config::{self, DatasetKind};
use crate::link::datasets::kind;
use crate::link::modules::{Edge, FileRole, ImportKind, Step};
use crate::link::subject::dataset::DataKind;
use crate::link::subject::surface::{Matched, Reached, SourceOf, StepOf, UnresolvedOf};
use crate::source::{FileId, Span};

/// How many sources of one surface are told.
const MAX_SOURCES: usize = 50;

/// What a file's data are.
pub(super) struct Nature {
    pub kind: DataKind,
    pub why: String,
    /// Where that is declared.
    pub span: Option<Span>,
}

impl Linker<'_, '_, '_> {
    /// Sources by way of imports, nearest first; then those that only `consumes` names.
    pub(super) fn sources(&mut self, consumed: &[Consumed]) -> Vec<SourceOf> {
        let mut found: HashMap<FileId, Vec<Step>> = HashMap::new();
        let reached = self.reach.files().to_vec();
        for from in reached {
            // What lies behind invented data is part of them.
            if self.is_invented(from) || !self.roots.contains(&from) && self.graph.role(from) != FileRole::Production {
                continue;
            }
            for edge in self.graph.edges(from) {
                if !self.is_invented(edge.to) || !self.takes_effect(from, edge) {
                    continue;
                }
                let mut steps = self.reach.path_to(from);
                steps.push(Step { from, to: edge.to, span: edge.span });
                let shortest = found.entry(edge.to).or_insert_with(|| steps.clone());
                if steps.len() < shortest.len() {
                    *shortest = steps;
                }
            }
        }
        let mut found: Vec<(FileId, Vec<Step>)> = found.into_iter().collect();
        found.sort_by_key(|(file, steps)| (steps.len(), *file));
        found.truncate(MAX_SOURCES);
        let mut sources: Vec<SourceOf> = Vec::new();
        for (file, steps) in found {
            let Some(nature) = self.nature(file) else { continue };
            sources.push(self.imported(file, &steps, nature));
        }
        for consumed in consumed {
            let known = |s: &SourceOf| s.path.as_deref().is_some_and(|p| consumed.paths.iter().any(|c| c == p));
            if !sources.iter().any(known) {
                sources.extend(self.consumed(consumed));
            }
        }
        let made = self.made(&sources);
        sources.extend(made);
        sources
    }

    /// What a file's data are, if they are invented or may be: declared, recorded, or presumed.
    pub(super) fn nature(&self, file: FileId) -> Option<Nature> {
        let path = self.places.files.path(file);
        if let Some((entry, declared)) = self.declared.kind(path) {
            return Some(self.of_entry(entry, declared));
        }
        let known = self.kinds.get(&file)?;
        let span = known.id.and_then(|id| self.places.facts.get(id.0 as usize)).map(|f| f.span);
        Some(Nature { kind: known.value?, why: known.why.clone(), span })
    }

    /// What an entry of `datasets` says.
    pub(super) fn of_entry(&self, entry: &config::Dataset, declared: DatasetKind) -> Nature {
        let file = self.places.config.path.as_deref().unwrap_or("synthgate.yaml");
        Nature { kind: kind::of_config(declared), why: format!("declared in {file}"), span: Some(entry.span) }
    }

    fn is_invented(&self, file: FileId) -> bool {
        self.nature(file).is_some_and(|n| matches!(n.kind, DataKind::Synthetic | DataKind::PresumedSynthetic))
    }

    /// Whether an import brings its file to customers.
    pub(super) fn takes_effect(&self, from: FileId, edge: &Edge) -> bool {
        if edge.guarded || matches!(edge.kind, ImportKind::TypeOnly | ImportKind::Dynamic) {
            return false;
        }
        if edge.reexport {
            // Of what is only handed on, what somebody asked for. A page hands on to its framework all that it has, and
            // walks do not enter what lies among tests.
            return match self.reach.path_to(edge.to).last() {
                Some(step) => step.from == from,
                None => self.roots.contains(&from),
            };
        }
        self.graph.code(from).is_none_or(|code| live::is_live(&code, &edge.names, edge.span.start))
    }

    fn imported(&mut self, file: FileId, steps: &[Step], nature: Nature) -> SourceOf {
        let path = self.places.files.path(file).to_owned();
        let steps: Vec<StepOf> = steps.iter().map(|step| self.step(step)).collect();
        // A source is reached by one step at least: roots are no data.
        let id = match steps.last() {
            Some(last) => last.id,
            None => self.places.anchors.at(Span::whole(file), &path),
        };
        let declared_id = nature.span.map(|span| self.places.anchors.at(span, "datasets"));
        SourceOf {
            id,
            label: path.clone(),
            path: Some(path),
            kind: nature.kind,
            why: nature.why,
            declared_id,
            reached: Reached::Import,
            steps,
        }
    }

    pub(super) fn step(&mut self, step: &Step) -> StepOf {
        let (from, to) = (self.places.files.path(step.from).to_owned(), self.places.files.path(step.to).to_owned());
        StepOf { id: self.places.anchors.at(step.span, &format!("import {to}")), from, to }
    }

    /// What only `consumes` names: declared data, or a module or package that the surface imports.
    fn consumed(&mut self, consumed: &Consumed) -> Option<SourceOf> {
        let entry = consumed.shown.id;
        let text = consumed.shown.text.clone();
        let path = consumed.paths.first().cloned();
        match (consumed.shown.matched?, consumed.shown.kind) {
            (_, Some(kind @ (DataKind::Synthetic | DataKind::PresumedSynthetic))) => Some(SourceOf {
                id: entry,
                label: text,
                path,
                kind,
                why: consumed.why.clone(),
                declared_id: consumed.declared.map(|span| self.places.anchors.at(span, "datasets")),
                reached: Reached::Consumes,
                steps: Vec::new(),
            }),
            (Matched::Module | Matched::Package, None) => {
                let steps: Vec<StepOf> = consumed.steps.iter().map(|step| self.step(step)).collect();
                let import = consumed.import?;
                Some(SourceOf {
                    id: self.places.anchors.at(import, &format!("import {text}")),
                    label: text,
                    path,
                    kind: DataKind::Synthetic,
                    why: "named in `consumes`".to_owned(),
                    declared_id: Some(entry),
                    reached: Reached::Consumes,
                    steps,
                })
            }
            _ => None,
        }
    }

    /// Imports that a run computes, where declared synthetic data lie in the folders that they may lead to.
    pub(super) fn unresolved(&mut self) -> Vec<UnresolvedOf> {
        const MAX: usize = 5;
        // What is computed deep in a framework leads everywhere, and says nothing of this surface.
        const NEAR: usize = 2;
        let places: Vec<_> = self
            .reach
            .unresolved()
            .iter()
            .filter(|u| self.reach.path_to(u.file).len() <= NEAR && self.graph.role(u.file) == FileRole::Production)
            .filter(|u| self.may_lead_to_synthetic(u.file, u.span))
            .take(MAX)
            .map(|u| (u.file, u.span, u.reason))
            .collect();
        let mut shown = Vec::new();
        for (file, span, reason) in places {
            let path = self.places.files.path(file).to_owned();
            let id = self.places.anchors.at(span, "import");
            shown.push(UnresolvedOf { id, path, reason: reason.to_owned() });
        }
        shown
    }

    /// A computed import begins with what is literal: `import(`./data/${name}.json`)` leads below `data/` only.
    fn may_lead_to_synthetic(&self, file: FileId, span: Span) -> bool {
        let Some(code) = self.graph.code(file) else { return false };
        let text = code.source().slice(span);
        let Some(inner) = text.strip_prefix(['`', '"', '\'']) else {
            // Its beginning is not literal; its end may be: `path.join(dir, "package.json")`.
            let last = text.rsplit(['"', '\'', '`']).nth(1).filter(|name| name.contains('.'));
            return last.map_or_else(|| self.has_synthetic(""), |name| self.has_synthetic_end(name));
        };
        let end = inner.find(['`', '"', '\'', '$', '#', '{']).unwrap_or(inner.len());
        let (literal, hole) = inner.split_at(end);
        if hole.len() <= 1 && text.len() == literal.len() + 2 {
            // It is no computed one: there is no such file.
            return false;
        }
        let folder = self.places.files.path(file).rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
        let relative = literal.starts_with('.');
        if !relative {
            // An alias or a package: its own folders are not known here.
            return literal.is_empty() && self.has_synthetic("");
        }
        for part in literal.split('/') {
            match part {
                "." | "" => {}
                ".." => _ = parts.pop(),
                name => parts.push(name),
            }
        }
        let mut below = parts.join("/");
        if literal.ends_with('/') && !below.is_empty() {
            below.push('/');
        }
        self.has_synthetic(&below)
    }

    /// Whether a declared synthetic file's path ends like this.
    fn has_synthetic_end(&self, end: &str) -> bool {
        let end = end.trim_start_matches(['.', '/']);
        self.places.files.iter().any(|(_, e)| {
            e.path.ends_with(end) && self.declared.kind(&e.path).is_some_and(|(_, kind)| kind == DatasetKind::Synthetic)
        })
    }

    /// Whether a declared synthetic file's path begins like this.
    fn has_synthetic(&self, prefix: &str) -> bool {
        self.places.files.iter().any(|(_, e)| {
            e.path.starts_with(prefix)
                && self.declared.kind(&e.path).is_some_and(|(_, kind)| kind == DatasetKind::Synthetic)
        })
    }
}
