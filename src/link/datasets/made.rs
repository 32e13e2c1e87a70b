//! What makes data: in come recipes, load configurations and scripts that read real records or whose generators emit
//! values that may be somebody's, out comes a dataset subject for each of them, with the places that load its rows.

use std::collections::BTreeMap;

use super::{Linker, Marks, OwnDomains, kind};
use crate::fact::table::{ExportSigns, TableFact, Topic};
use crate::fact::{Access, Direction, Fact, FactId, Kind};
use crate::link::modules::Graph;
use crate::link::modules::imports::ImportKind;
use crate::link::places::Places;
use crate::link::subject::dataset::{Dataset, EmissionOf, LoadOf, RealSourceOf};
use crate::link::subject::{Subject, SubjectKind};
use crate::parse::table::Container;
use crate::registry::Registry;
use crate::source::FileId;

/// Calls that are listed of one file.
const MAX_EMISSIONS: usize = 20;

/// What one file makes.
struct Made<'a> {
    first: (FactId, &'a Fact),
    real_sources: Vec<RealSourceOf>,
    emissions: Vec<EmissionOf>,
    loads: Vec<LoadOf>,
}

/// A subject for each file that makes data out of real records or with values that may be somebody's, in file order.
pub(super) fn link(places: &mut Places<'_>, graph: &Graph<'_>, declared: &kind::Declared<'_>) -> Vec<Subject> {
    let mut files = files(places);
    loads(places, graph, &mut files);
    let mut subjects = Vec::new();
    for (file, made) in files {
        let path = places.files.path(file).to_owned();
        let (id, fact) = made.first;
        let (table, marks, own) = (no_rows(), Marks::default(), OwnDomains(Vec::new()));
        let dataset =
            Linker { places, fact, table: &table, marks: &marks, own: &own, record: None }.dataset(id, declared);
        let Made { real_sources, emissions, loads, .. } = made;
        let dataset = Dataset { real_sources, emissions, loads, ..dataset };
        subjects.push(Subject::new(SubjectKind::Dataset, format!("dataset made by {path}"), &dataset));
    }
    subjects
}

fn files<'a>(places: &Places<'a>) -> BTreeMap<FileId, Made<'a>> {
    let mut files: BTreeMap<FileId, Made<'a>> = BTreeMap::new();
    for (id, fact) in places.facts() {
        if !matches!(fact.kind, Kind::RealSource(_) | Kind::Emission(_)) {
            continue;
        }
        let made = files.entry(fact.span.file).or_insert_with(|| Made {
            first: (id, fact),
            real_sources: Vec::new(),
            emissions: Vec::new(),
            loads: Vec::new(),
        });
        match &fact.kind {
            Kind::RealSource(source) => made.real_sources.push(RealSourceOf {
                id,
                tool: source.tool.clone(),
                object: source.object.clone(),
                what: source.what.clone(),
                masked: source.masked,
                unplaced: source.unplaced,
            }),
            Kind::Emission(emission) if made.emissions.len() < MAX_EMISSIONS => made.emissions.push(EmissionOf {
                id,
                tool: emission.known.tool.clone(),
                call: emission.call.clone(),
                kind: emission.known.emits_kind.first().cloned().unwrap_or_default(),
                emits: emission.known.emits.clone(),
                instead: emission.known.instead.clone(),
            }),
            _ => {}
        }
    }
    files
}

/// Finds where the rows of the files go: a write to a provider in the same file or in one that brings it in, a task that
/// names the recipe.
fn loads(places: &mut Places<'_>, graph: &Graph<'_>, files: &mut BTreeMap<FileId, Made<'_>>) {
    if files.values().all(|made| made.emissions.is_empty()) {
        return;
    }
    let mut importers: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
    for (id, fact) in places.facts() {
        let from = fact.span.file;
        let (to, load) = match &fact.kind {
            Kind::Access(access) => {
                let Some(load) = write(id, access) else { continue };
                let brought_in = || brings_in(graph, from, files);
                let mut to = importers.entry(from).or_insert_with(brought_in).clone();
                to.push(from);
                (to, load)
            }
            Kind::Load(load) => {
                let named = |file: &FileId| is_path_of(places.files.path(*file), &load.recipe);
                let to = files.keys().copied().filter(named).collect();
                (to, LoadOf { id, what: load.what.clone(), pinned: false })
            }
            _ => continue,
        };
        if places.traits(from).is_for(crate::fact::Purpose::Test) {
            continue;
        }
        for file in to {
            let made = files.get_mut(&file).filter(|m| !m.emissions.is_empty() && m.loads.len() < MAX_EMISSIONS);
            made.into_iter().for_each(|m| m.loads.push(load.clone()));
        }
    }
}

/// A write to a provider. The application's own database is its own matter.
fn write(id: FactId, access: &Access) -> Option<LoadOf> {
    let provider = access.provider.as_deref().filter(|_| access.direction == Direction::Write && !access.platform)?;
    let system = Registry::builtin().name(provider);
    let what = format!("`{}` writes to {system}", access.call);
    Some(LoadOf { id, what, pinned: access.pinned })
}

/// The files with generators that a file uses when it runs.
fn brings_in(graph: &Graph<'_>, from: FileId, files: &BTreeMap<FileId, Made<'_>>) -> Vec<FileId> {
    let edges = graph.edges(from).iter().filter(|e| e.kind == ImportKind::Runtime && !e.guarded);
    let mut to: Vec<FileId> = edges.map(|e| e.to).filter(|to| *to != from && files.contains_key(to)).collect();
    to.sort_unstable();
    to.dedup();
    to
}

/// Whether a file is the one that a task names: relative to the root or to a folder above the file.
fn is_path_of(path: &str, named: &str) -> bool {
    let named = named.trim_start_matches("./");
    path == named || path.strip_suffix(named).is_some_and(|rest| rest.ends_with('/'))
}

/// The table of what holds none.
fn no_rows() -> TableFact {
    TableFact {
        table: 0,
        name: None,
        container: Container::Recipe,
        rows: 0,
        columns: Vec::new(),
        more_columns: 0,
        topic: Topic::Unknown,
        countries: Vec::new(),
        detections: Vec::new(),
        export: ExportSigns::default(),
    }
}
