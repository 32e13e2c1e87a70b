//! What is no dataset, however much it looks like a table: recorded traffic, documentation, manifests, translations,
//! metadata answers. A path or a table's columns come in, the reason comes out (`policies/registry/not-datasets.yaml`).

use std::sync::LazyLock;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::parse::Format;

/// Why a file's lists are no datasets, if they are none.
pub fn not_a_dataset(path: &str) -> Option<&'static str> {
    let format = Format::of(path);
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let in_folder = SCOPE.folders.iter().find(|row| {
        row.formats.is_for(format) && folders.split('/').any(|f| row.names.iter().any(|n| n.eq_ignore_ascii_case(f)))
    });
    if let Some(row) = in_folder {
        return Some(&row.why);
    }
    let matches = SCOPE.globs.matches(name.to_ascii_lowercase());
    matches.into_iter().filter_map(|i| SCOPE.row_of.get(i)).find(|row| row.1.is_for(format)).map(|row| row.0.as_str())
}

/// Why a table with these columns (lower case) is no dataset, if it is none.
pub fn not_data<'c>(has: impl Fn(&str) -> bool + 'c) -> Option<&'static str> {
    SCOPE.columns.iter().find(|row| row.all.iter().all(|c| has(c))).map(|row| row.why.as_str())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    folders: Vec<Folders>,
    names: Vec<Names>,
    columns: Vec<Columns>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Folders {
    why: String,
    names: Vec<String>,
    #[serde(default)]
    formats: Formats,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    why: String,
    globs: Vec<String>,
    #[serde(default)]
    formats: Formats,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    why: String,
    all: Vec<String>,
}

/// Formats that a row is for; empty means all.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
struct Formats(Vec<String>);

impl Formats {
    fn is_for(&self, format: Format) -> bool {
        self.0.is_empty() || self.0.iter().any(|f| f == name(format))
    }
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Yaml => "yaml",
        Format::Json => "json",
        Format::Ndjson => "ndjson",
        Format::Csv => "csv",
        Format::Sql => "sql",
        _ => "other",
    }
}

struct Scope {
    folders: Vec<Folders>,
    globs: GlobSet,
    /// For each glob its reason and formats.
    row_of: Vec<(String, Formats)>,
    columns: Vec<Columns>,
}

static SCOPE: LazyLock<Scope> = LazyLock::new(|| {
    let raw: Raw = serde_yaml::from_str(include_str!("../../../policies/registry/not-datasets.yaml"))
        .unwrap_or_else(|e| unreachable!("the built-in table is tested: {e}"));
    let mut row_of = Vec::new();
    let mut patterns = Vec::new();
    for row in raw.names {
        for glob in row.globs {
            patterns.push(glob);
            row_of.push((row.why.clone(), row.formats.clone()));
        }
    }
    Scope { folders: raw.folders, globs: glob_set(patterns.iter().map(String::as_str)), row_of, columns: raw.columns }
});

/// One matcher for many built-in globs.
pub(super) fn glob_set<'g>(globs: impl Iterator<Item = &'g str>) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs {
        builder.add(Glob::new(glob).unwrap_or_else(|e| unreachable!("built-in globs are tested: {e}")));
    }
    builder.build().unwrap_or_else(|e| unreachable!("built-in globs are tested: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_data_and_the_rest_is_not() {
        for path in [
            "fixtures/customers.csv",
            "db/sample_data/customers.csv",
            "data/Contact.json",
            "docs/export/customers.csv",
            "seeds/users.sql",
        ] {
            assert_eq!(not_a_dataset(path), None, "{path}");
        }
        for (path, why) in [
            ("spec/vcr/customers.yml", "recorded traffic"),
            ("test/cassettes/list.json", "recorded traffic"),
            ("package.json", "a package manifest"),
            ("web/package-lock.json", "a lockfile"),
            ("src/locales/de.json", "translations"),
            ("docs/api/users.json", "documentation"),
            ("api/openapi.yaml", "a schema or interface description"),
            ("src/__snapshots__/a.json", "test snapshots"),
            ("assets/world.geojson", "a map or vocabulary"),
        ] {
            assert_eq!(not_a_dataset(path), Some(why), "{path}");
        }
    }

    #[test]
    fn columns_tell_recordings_and_descriptions() {
        let has = |columns: &'static [&'static str]| move |c: &str| columns.contains(&c);
        assert!(not_data(has(&["request.method", "response.status", "id"])).is_some());
        assert!(not_data(has(&["email", "name"])).is_none());
    }
}
