//! Files whose URLs are never called: manifests, lock files, API descriptions, translations, recordings. In comes a
//! file's path and tree, out comes whether the generic reader leaves it alone.

use crate::parse::tree::{Node, Tree};
use crate::source::Source;

/// File names, lower case.
const NAMES: &[&str] = &[
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "composer.json",
    "bower.json",
    "pyproject.toml",
    "cargo.toml",
    "pom.xml",
    "pipfile",
    "renovate.json",
    ".renovaterc",
    "lerna.json",
    "nx.json",
    "turbo.json",
    "angular.json",
    "jest.config.json",
    "babel.config.json",
    ".prettierrc.json",
    ".eslintrc.json",
    ".swcrc",
    "mkdocs.yml",
    "_config.yml",
    ".all-contributorsrc",
    "codecov.yml",
    ".codecov.yml",
    "dependabot.yml",
    "funding.yml",
    ".pre-commit-config.yaml",
    ".pre-commit-hooks.yaml",
    "manifest.json",
    "site.webmanifest",
    "sbom.json",
    "bom.json",
    "bom.xml",
    "contributors.json",
    "biome.json",
    "deno.json",
    "vercel.json",
    "citation.cff",
    "galaxy.yml",
    "chart.yaml",
    "pubspec.yaml",
    "redocly.yaml",
    ".spectral.yaml",
    "openapi.yaml",
    "swagger.json",
    "build.xml",
    "nuget.config",
    "synthgate.yaml",
    "synthgate-baseline.json",
    "catalog-info.yaml",
    "crowdin.yml",
    "components.json",
    "typedoc.json",
    "gradle-wrapper.properties",
    "maven-wrapper.properties",
];

/// Parts of a file's name.
const NAME_PARTS: &[&str] = &["tsconfig", "jsconfig", ".schema.", "openapi", "swagger", ".lock", "-lock.", ".sarif"];

/// Folders, whole names.
const FOLDERS: &[&str] = &[
    "node_modules",
    "vendor",
    "locales",
    "locale",
    "i18n",
    "l10n",
    "translations",
    "lang",
    "langs",
    "__snapshots__",
    "cassettes",
    "vcr_cassettes",
    "__recordings__",
    "recordings",
    "__mocks__",
    "wiremock",
    "mappings",
    "har",
    "issue_template",
    ".vscode",
    ".idea",
    "schemas",
    "openapi",
    "storybook-static",
    "staticresources",
];

/// Whether URLs in the file are only shown, recorded or described.
pub(super) fn is_inert(source: &Source, tree: &Tree) -> bool {
    by_path(&source.path) || tree.roots.first().is_some_and(by_shape)
}

fn by_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    NAMES.contains(&name)
        || NAME_PARTS.iter().any(|p| name.contains(p))
        || folders.split('/').any(|f| FOLDERS.contains(&f))
}

/// API descriptions, JSON schemas, recorded traffic and component libraries tell themselves by their first keys.
fn by_shape(root: &Node) -> bool {
    let has = |key: &str| root.get(key).is_some();
    has("openapi")
        || has("swagger")
        || has("asyncapi") && has("channels")
        || has("http_interactions")
        || has("$defs")
        || has("definitions") && has("$schema")
        || has("properties") && has("$schema")
        || has("request") && has("response")
        || root.at(&["log", "entries"]).is_some() && root.at(&["log", "version"]).is_some()
        || has("recordingId")
        || has("bomFormat")
        || has("lockfileVersion")
        // WSDL.
        || root.at(&["definitions", "service"]).is_some()
        || has("encoding") && has("interactions")
}
