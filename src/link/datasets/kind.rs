//! What a dataset is said to be: the configuration's last matching entry, else its provenance record, else what its
//! path, its table and their words make one presume.

use globset::{GlobBuilder, GlobMatcher};

use crate::config::{self, Config, DatasetKind};
use crate::extract::data::columns;
use crate::fact::table::TableFact;
use crate::link::places::Places;
use crate::link::subject::dataset::{DataKind, DeclarationOf, KindOf};
use crate::link::subject::provenance::Provenance;

/// The entries of `datasets`, ready to match paths.
pub struct Declared<'c> {
    entries: Vec<(Vec<GlobMatcher>, &'c config::Dataset)>,
}

impl<'c> Declared<'c> {
    /// Compiles the globs; a bad one is the configuration's own diagnostic and matches nothing here.
    pub fn new(config: &'c Config) -> Self {
        let compile = |glob: &String| {
            let glob = GlobBuilder::new(glob).literal_separator(true).build().ok()?;
            Some(glob.compile_matcher())
        };
        let entries = config.datasets.iter().map(|d| (d.paths.iter().filter_map(compile).collect(), d));
        Self { entries: entries.collect() }
    }

    /// The last entry that names the path.
    pub fn entry(&self, path: &str) -> Option<&'c config::Dataset> {
        self.matching(path).next()
    }

    /// The last entry that names the path and says what kind it is.
    pub fn kind(&self, path: &str) -> Option<(&'c config::Dataset, DatasetKind)> {
        self.matching(path).find_map(|entry| Some((entry, entry.kind?)))
    }

    /// Entries that name the path, the last one first.
    fn matching(&self, path: &str) -> impl Iterator<Item = &'c config::Dataset> {
        self.entries.iter().rev().filter(move |(globs, _)| globs.iter().any(|g| g.is_match(path))).map(|(_, d)| *d)
    }
}

/// An entry as a policy sees it.
pub fn declaration(places: &mut Places<'_>, entry: &config::Dataset) -> DeclarationOf {
    DeclarationOf {
        id: places.anchors.at(entry.span, "datasets"),
        marker: entry.marker.clone(),
        purpose: entry.purpose.clone(),
        loaded_into: entry.loaded_into.clone(),
        quasi_identifiers: entry.quasi_identifiers.clone(),
    }
}

/// What a dataset is said to be.
pub fn of(
    places: &mut Places<'_>,
    declared: &Declared<'_>,
    record: Option<&Provenance>,
    table: &TableFact,
    path: &str,
) -> KindOf {
    if let Some((entry, kind)) = declared.kind(path) {
        let file = places.config.path.clone().unwrap_or_else(|| "synthgate.yaml".to_owned());
        let id = Some(places.anchors.at(entry.span, "datasets"));
        return KindOf { value: Some(of_config(kind)), declared: true, why: format!("declared in {file}"), id };
    }
    if let Some((said, kind)) = record.and_then(|r| r.kind.as_ref()).and_then(|k| Some((k, of_record(&k.value)?))) {
        let why = "its provenance record says so".to_owned();
        return KindOf { value: Some(kind), declared: true, why, id: Some(said.id) };
    }
    let presumed = presumed(table.name.as_deref(), path);
    let value = presumed.is_some().then_some(DataKind::PresumedSynthetic);
    KindOf { value, declared: false, why: presumed.unwrap_or_default(), id: None }
}

/// A declared kind as a policy sees it.
pub const fn of_config(kind: DatasetKind) -> DataKind {
    match kind {
        DatasetKind::Synthetic => DataKind::Synthetic,
        DatasetKind::Masked => DataKind::Masked,
        DatasetKind::Real => DataKind::Real,
        DatasetKind::NotPersonal => DataKind::NotPersonal,
    }
}

fn of_record(kind: &str) -> Option<DataKind> {
    let word = kind.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    Some(match word.as_str() {
        "synthetic" | "generated" | "machine-generated" => DataKind::Synthetic,
        "masked" | "anonymised" | "anonymized" | "pseudonymised" | "pseudonymized" => DataKind::Masked,
        "real" | "production" | "original" => DataKind::Real,
        "not-personal" | "non-personal" => DataKind::NotPersonal,
        _ => return None,
    })
}

/// Why one presumes that the rows are invented, in words for a label.
fn presumed(name: Option<&str>, path: &str) -> Option<String> {
    if let Some((table, _)) = columns::presumed_synthetic(name.into_iter()) {
        return Some(format!("table `{table}`"));
    }
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    if columns::presumed_synthetic(std::iter::once(file)).is_some() {
        return Some(format!("file name `{file}`"));
    }
    let folder = columns::presumed_synthetic(folders.rsplit('/').filter(|f| !f.is_empty()));
    folder.map(|(folder, _)| format!("folder `{folder}/`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_or_a_table_makes_one_presume() {
        for (name, path, why) in [
            (None, "fixtures/customers.csv", Some("folder `fixtures/`")),
            (None, "db/sample_data/customers.csv", Some("folder `sample_data/`")),
            (None, "data/synthetic_contacts.json", Some("file name `synthetic_contacts.json`")),
            (Some("test_users"), "data/all.sql", Some("table `test_users`")),
            (None, "data/customers.csv", None),
            (None, "latest/contested.csv", None),
        ] {
            assert_eq!(presumed(name, path).as_deref(), why, "{path}");
        }
    }

    #[test]
    fn records_spell_kinds_in_many_ways() {
        assert_eq!(of_record("Synthetic"), Some(DataKind::Synthetic));
        assert_eq!(of_record("not personal"), Some(DataKind::NotPersonal));
        assert_eq!(of_record("anonymized"), Some(DataKind::Masked));
        assert_eq!(of_record("dunno"), None);
    }
}
