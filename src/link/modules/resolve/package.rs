//! `package.json`: the packages of a workspace by name, their entries and subpaths, and names that begin with `#`.
//! <https://nodejs.org/api/packages.html>

use std::collections::HashMap;
use std::sync::Arc;

use super::tsconfig::fit;
use super::{Resolver, paths};
use crate::parse::Format;
use crate::parse::tree::{Node, Value};
use crate::source::FileId;

/// Conditions that may hold, besides `types`.
const CONDITIONS: &[&str] = &[
    "source",
    "development",
    "import",
    "module",
    "module-sync",
    "browser",
    "node",
    "require",
    "production",
    "default",
    "svelte",
];

/// How deep conditions may lie in one another, and how often a name may lead to another.
const MAX_DEPTH: usize = 8;

/// Folders that a build writes; the repository holds what they were made from.
const BUILT: &[&str] = &["dist", "build", "lib", "es", "esm", "cjs", "out", "output", "umd", "types", ".medusa"];

impl Resolver<'_> {
    /// The folder of a package of this repository.
    pub(super) fn package_folder(&self, name: &str) -> Option<&str> {
        let packages = self.es.packages.get_or_init(|| {
            let mut packages = HashMap::new();
            for id in self.named("package.json") {
                let path = self.files.path(*id);
                if path.contains("node_modules/") {
                    continue;
                }
                let name = self.tree(*id, Format::Json).and_then(|t| t.text_at(&["name"]).map(str::to_owned));
                if let Some(name) = name.filter(|n| !n.is_empty()) {
                    packages.entry(name).or_insert_with(|| paths::folder(path).to_owned());
                }
            }
            packages
        });
        packages.get(name).map(String::as_str)
    }

    /// A file of a package of this repository: its entry, or what a subpath stands for.
    pub(super) fn package_file(&self, package: &str, rest: &str, types: bool) -> Option<FileId> {
        let at = self.package_folder(package)?;
        let manifest = self.manifest(at);
        if let Some(exports) = manifest.as_deref().and_then(|m| m.get("exports")) {
            let wanted = if rest.is_empty() { ".".to_owned() } else { format!("./{rest}") };
            let found = self.exported(exports, &wanted, types, 0, &mut |target| self.built(at, target, types));
            if found.is_some() {
                return found;
            }
        }
        if !rest.is_empty() {
            return self
                .built(at, rest, types)
                .or_else(|| self.es_file(&paths::below(at, &format!("src/{rest}")), types));
        }
        let fields: &[&str] = if types {
            &["source", "types", "typings", "module", "main"]
        } else {
            &["source", "module", "main", "types"]
        };
        let mut entries = fields.iter().filter_map(|f| manifest.as_deref()?.text_at(&[f]));
        entries.find_map(|entry| self.built(at, entry, types)).or_else(|| {
            ["src/index", "index", "src/main", "lib/index", "src"]
                .iter()
                .find_map(|e| self.es_file(&paths::below(at, e), types))
        })
    }

    /// `#name`, by the manifest of the file's own package.
    pub(super) fn internal(&self, folder: &str, name: &str, types: bool) -> Option<FileId> {
        let (at, _) = self.nearest(folder, &["package.json"])?;
        let manifest = self.manifest(at)?;
        let imports = manifest.get("imports")?;
        self.exported(imports, name, types, 0, &mut |target| {
            if target.starts_with('.') {
                return self.built(at, target, types);
            }
            let (package, rest) = split(target);
            self.package_file(package, rest, types)
        })
    }

    pub(super) fn manifest(&self, folder: &str) -> Option<Arc<Node>> {
        self.tree(self.file(&paths::below(folder, "package.json"))?, Format::Json)
    }

    /// The first target of a name whose file is there.
    fn exported(
        &self,
        exports: &Node,
        name: &str,
        types: bool,
        depth: usize,
        found: &mut dyn FnMut(&str) -> Option<FileId>,
    ) -> Option<FileId> {
        let subpaths = exports.entries().iter().any(|e| e.key.starts_with(['.', '#']));
        if !subpaths {
            return (name == ".").then(|| target(exports, types, "", depth, found)).flatten();
        }
        let mut fitting: Vec<(&str, &str, &Node)> =
            exports.entries().iter().filter_map(|e| Some((e.key.as_str(), fit(&e.key, name)?, &e.node))).collect();
        fitting.sort_by_key(|(key, ..)| std::cmp::Reverse((!key.contains('*'), key.len())));
        fitting.into_iter().find_map(|(_, star, node)| target(node, types, star, depth, found))
    }

    /// A path that a manifest names; where a build would have written it, what it is made from.
    pub(super) fn built(&self, folder: &str, target: &str, types: bool) -> Option<FileId> {
        let path = paths::join(folder, target)?;
        if let Some(file) = self.es_file(&path, types) {
            return Some(file);
        }
        let inner = path.strip_prefix(folder)?.trim_start_matches('/');
        let mut segments: Vec<&str> = inner.split('/').collect();
        let at = segments.iter().position(|s| BUILT.contains(s))?;
        // `dist/esm/index.mjs`, `dist/src/index.js`, `.medusa/server/src/x.js`
        while segments.len() > at + 1
            && (BUILT.contains(&segments[at])
                || matches!(segments[at], "src" | "server" | "node" | "browser" | "commonjs"))
        {
            segments.remove(at);
        }
        let last = segments.last_mut()?;
        for end in [".d.ts", ".d.mts", ".d.cts", ".js", ".mjs", ".cjs", ".jsx"] {
            if let Some(stem) = last.strip_suffix(end) {
                *last = stem;
                break;
            }
        }
        ["src", "", "lib", "source"].iter().find_map(|source| {
            let mut path: Vec<&str> = segments.clone();
            path.insert(at.min(path.len()), source);
            self.es_file(&paths::join(folder, &path.join("/"))?, types)
        })
    }
}

/// The first path that a target's conditions lead to and that `found` finds a file for.
fn target(
    node: &Node,
    types: bool,
    star: &str,
    depth: usize,
    found: &mut dyn FnMut(&str) -> Option<FileId>,
) -> Option<FileId> {
    if depth > MAX_DEPTH {
        return None;
    }
    match &node.value {
        Value::Scalar(_) => found(&node.text()?.replace('*', star)),
        Value::List(items) => items.iter().find_map(|item| target(item, types, star, depth + 1, found)),
        Value::Map(entries) => {
            let holds = |key: &str| CONDITIONS.contains(&key) || types && key == "types";
            let first = entries.iter().filter(|e| holds(&e.key));
            // Types are better than nothing: they say which source was built.
            let then = entries.iter().filter(|e| !types && e.key == "types");
            first.chain(then).find_map(|e| target(&e.node, types, star, depth + 1, found))
        }
    }
}

/// `@scope/name/sub/path` into the package's name and the rest.
pub(super) fn split(specifier: &str) -> (&str, &str) {
    let from = if specifier.starts_with('@') { specifier.find('/').map_or(specifier.len(), |at| at + 1) } else { 0 };
    match specifier[from..].find('/') {
        Some(at) => (&specifier[..from + at], &specifier[from + at + 1..]),
        None => (specifier, ""),
    }
}
