//! Data that code names by its path: relative to the file, to its package, to the root, to a web root; else the one
//! file of the repository that ends like it.

use super::{Resolved, Resolver, folder, join, paths};
use crate::source::FileId;

/// Files that mark the folder of a package.
pub(super) const MANIFESTS: &[&str] = &[
    "package.json",
    "pyproject.toml",
    "setup.py",
    "manage.py",
    "composer.json",
    "Gemfile",
    "go.mod",
    "Cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "sfdx-project.json",
    "requirements.txt",
];

/// Folders below a package's that its paths are also relative to.
const ROOTS: &[&str] =
    &["", "public", "static", "src", "app", "src/main/resources", "resources", "assets", "wwwroot", "storage"];

/// Names that are in every repository: the same name elsewhere says nothing.
const ORDINARY: &[&str] = &[
    "package.json",
    "tsconfig.json",
    "composer.json",
    "config.json",
    "config.yaml",
    "config.yml",
    "settings.json",
    "settings.yaml",
    "index.json",
    "manifest.json",
    "data.json",
    "en.json",
    "translation.json",
    "application.yml",
    "application.yaml",
    "pom.xml",
    "docker-compose.yml",
    "docker-compose.yaml",
    "schema.json",
    "schema.sql",
    "openapi.json",
    "openapi.yaml",
    "swagger.json",
    "openapi.yml",
    "values.yaml",
    "metadata.json",
    "version.json",
    "results.json",
    "output.json",
    "test.json",
    "database.yml",
];

impl Resolver<'_> {
    pub(super) fn data(&self, from: FileId, path: &str) -> Resolved {
        let own = folder(self.files.path(from));
        let rooted = path.starts_with('/');
        if !rooted && let Some(file) = join(own, path).and_then(|p| self.file(&p)) {
            return Resolved::File(file);
        }
        let plain = path.trim_start_matches(['@', '~', '/']);
        let package = self.nearest(own, MANIFESTS).map_or("", |(folder, _)| folder);
        for base in [package, ""] {
            for root in ROOTS {
                if let Some(file) = join(&paths::below(base, root), plain).and_then(|p| self.file(&p)) {
                    return Resolved::File(file);
                }
            }
        }
        self.only_one(own, plain)
    }

    /// The only file that ends with the path, or with as much of its end as any file does.
    fn only_one(&self, own: &str, path: &str) -> Resolved {
        let Some(path) = join("", path.trim_start_matches(['.', '/'])) else {
            return Resolved::Unresolved(super::OUTSIDE);
        };
        if ORDINARY.contains(&path.as_str()) {
            return Resolved::Unresolved(super::MISSING);
        }
        let mut suffix = path.as_str();
        loop {
            let mut found = self.ending(suffix);
            match (found.next(), found.next()) {
                (Some(one), None) => {
                    let near = paths::shared(own, self.files.path(one)) > 0 || suffix.contains('/');
                    return if near || path.len() > 8 {
                        Resolved::File(one)
                    } else {
                        Resolved::Unresolved(super::MISSING)
                    };
                }
                (Some(_), Some(_)) => return Resolved::Unresolved("several files of the repository end like this"),
                _ => {}
            }
            // A folder of the running system may stand in front; a name alone is not enough then.
            match suffix.split_once('/') {
                Some((_, rest)) if rest.contains('/') => suffix = rest,
                _ => return Resolved::Unresolved(super::MISSING),
            }
        }
    }
}
