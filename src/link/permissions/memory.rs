//! How long changes are remembered: in come settings of field history and the days of documents, out comes a subject
//! for each that is about the mark of synthetic records, or stands in a governance document.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::fact::environment::segments;
use crate::fact::{Fact, FactId, History, Kind};
use crate::link::places::Places;
use crate::link::subject::permission::{HistoryOf, Permission, RetentionOf};
use crate::link::subject::{Subject, SubjectKind};

/// Links them.
pub(super) fn link(places: &mut Places<'_>) -> Vec<Subject> {
    let documents = documents(&places.config.governance.documents);
    let found: Vec<(FactId, &Fact)> =
        places.facts().filter(|(_, f)| matches!(f.kind, Kind::History(_) | Kind::Retention { .. })).collect();
    let mut subjects = Vec::new();
    for (id, fact) in found {
        let path = places.files.path(fact.span.file);
        let (label, history, retention) = match &fact.kind {
            Kind::History(own) => {
                let Some(history) = of_history(places, path, own) else { continue };
                (history.name.clone(), Some(history), None)
            }
            Kind::Retention { days } if documents.is_match(path) => {
                let minimum = places.config.governance.log_retention_days;
                (path.to_owned(), None, Some(RetentionOf { days: *days, minimum }))
            }
            _ => continue,
        };
        let label_of = format!("permission {label}");
        let place = places.place(fact, Vec::new());
        let permission = Permission { id, label, place, route: None, console: None, history, retention };
        subjects.push(Subject::new(SubjectKind::Permission, label_of, &permission));
    }
    subjects
}

/// A field that marks synthetic records, or an object that has one.
fn of_history(places: &Places<'_>, path: &str, own: &History) -> Option<HistoryOf> {
    if own.field {
        return marks(places, &own.name).then(|| HistoryOf { name: own.name.clone(), marker: true });
    }
    let folder = path.rsplit_once('/').map_or("", |(f, _)| f);
    let fields = format!("{folder}/fields/");
    let holds = places.files.iter().any(|(_, e)| {
        let field = e.path.strip_prefix(&fields).and_then(|name| name.strip_suffix(".field-meta.xml"));
        field.is_some_and(|f| marks(places, f))
    });
    holds.then(|| HistoryOf { name: own.name.clone(), marker: false })
}

/// Whether a field is the declared marker of a dataset, or named like one.
fn marks(places: &Places<'_>, field: &str) -> bool {
    let plain = |s: &str| s.trim_end_matches("__c").replace('_', "").to_ascii_lowercase();
    let declared = places.config.datasets.iter().filter_map(|d| d.marker.as_deref()).any(|m| plain(m) == plain(field));
    let words: Vec<String> = segments(field.trim_end_matches("__c")).iter().map(|w| w.to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    declared
        || matches!(
            words.as_slice(),
            ["is", "synthetic"] | ["synthetic"] | ["synthetic", "flag" | "marker" | "data" | "record"]
        )
}

fn documents(globs: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs.iter().filter_map(|g| GlobBuilder::new(g).literal_separator(true).build().ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}
