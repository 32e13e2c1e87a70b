//! ECMAScript and TypeScript specifiers: relative ones, aliases of configurations and bundlers, packages of the same
//! workspace, and the names of Salesforce.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::tsconfig::{TsConfig, fit};
use super::{Memo, Resolved, Resolver, folder, join, package, paths};
use crate::source::FileId;

/// What manifests said.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// By the folder that the configuration lies in.
    pub configs: Memo<String, Option<Arc<TsConfig>>>,
    /// Folders of packages by name.
    pub packages: OnceLock<HashMap<String, String>>,
}

const ENDS: &[&str] = &[".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".json"];

/// Tried where nothing else is there: declarations of what is built or generated, and a platform's own variants.
const LAST_ENDS: &[&str] = &[
    ".d.ts",
    ".web.tsx",
    ".web.ts",
    ".web.js",
    ".native.tsx",
    ".native.ts",
    ".native.js",
    ".client.ts",
    ".server.ts",
    ".astro",
    ".mdx",
    ".gql",
    ".graphql",
];

/// What a bundler's or framework's habit makes of the beginning of a specifier, below the package's folder.
const HABITS: &[(&str, &[&str])] = &[
    ("@/", &["src", "", "app", "resources/js", "client", "frontend/src"]),
    ("~/", &["src", "app", "", "resources/js"]),
    ("~~/", &["", "src"]),
    ("@@/", &["", "src"]),
    ("$lib/", &["src/lib"]),
    ("@src/", &["src"]),
    ("src/", &["src"]),
];

/// Modules of the Salesforce platform.
const PLATFORM: &[&str] = &["lightning/", "@salesforce/", "lwc", "experience/", "wire-service", "force/"];

impl Resolver<'_> {
    pub(super) fn es(&self, from: FileId, specifier: &str, types: bool) -> Resolved {
        // `!!raw-loader!./x.json`, `./icon.svg?react`
        let specifier = specifier.rsplit('!').next().unwrap_or(specifier);
        let specifier = specifier.split('?').next().unwrap_or(specifier);
        let own = folder(self.files.path(from));
        if specifier.is_empty() {
            return Resolved::Unresolved(super::MISSING);
        }
        if specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../") {
            return self.relative(own, specifier, types);
        }
        if let Some(rooted) = specifier.strip_prefix('/') {
            let package = self.nearest(own, &["package.json"]).map_or("", |(f, _)| f);
            let roots =
                [package, ""].into_iter().flat_map(|f| ["", "public", "static", "src"].map(|sub| paths::below(f, sub)));
            let found = roots.into_iter().find_map(|root| self.es_file(&join(&root, rooted)?, types));
            return found.map_or(Resolved::Unresolved(super::MISSING), Resolved::File);
        }
        if specifier.starts_with("node:") || specifier.contains(':') {
            return Resolved::External(specifier.to_owned());
        }
        if let Some(found) = self.salesforce(from, specifier) {
            return found;
        }
        if let Some(file) = self.aliased(own, specifier, types) {
            return Resolved::File(file);
        }
        if specifier.starts_with('#')
            && let Some(file) = self.internal(own, specifier, types)
        {
            return Resolved::File(file);
        }
        let (package, rest) = package::split(specifier);
        if let Some(file) = self.package_file(package, rest, types) {
            return Resolved::File(file);
        }
        if let Some(file) = self.habitual(own, specifier, types) {
            return Resolved::File(file);
        }
        let inner = specifier.starts_with('#') || ["@/", "~/", "~~/", "@@/"].iter().any(|p| specifier.starts_with(p));
        if inner { Resolved::Unresolved(super::MISSING) } else { Resolved::External(package.to_owned()) }
    }

    fn relative(&self, own: &str, specifier: &str, types: bool) -> Resolved {
        let Some(path) = join(own, specifier) else { return Resolved::Unresolved(super::OUTSIDE) };
        let file = self.es_file(&path, types).or_else(|| {
            let package = self.nearest(folder(&path), &["package.json"]).map_or("", |(f, _)| f);
            let inner = path.strip_prefix(package)?.trim_start_matches('/');
            self.built(package, inner, types)
        });
        file.map_or(Resolved::Unresolved(super::MISSING), Resolved::File)
    }

    /// By `paths` and `baseUrl` of a configuration.
    fn aliased(&self, own: &str, specifier: &str, types: bool) -> Option<FileId> {
        self.tsconfigs(own).find_map(|config| {
            let mut fitting = config.paths.iter().filter_map(|(p, targets)| Some((fit(p, specifier)?, targets)));
            let found = fitting.find_map(|(star, targets)| {
                targets.iter().find_map(|target| {
                    let path = target.replacen('*', star, 1);
                    self.es_file(&path, types).or_else(|| {
                        let package = self.nearest(folder(&path), &["package.json"]).map_or("", |(f, _)| f);
                        self.built(package, path.strip_prefix(package)?.trim_start_matches('/'), types)
                    })
                })
            });
            found.or_else(|| self.es_file(&join(config.base.as_deref()?, specifier)?, types))
        })
    }

    /// By the habits of bundlers, where no configuration says it.
    fn habitual(&self, own: &str, specifier: &str, types: bool) -> Option<FileId> {
        let (prefix, roots) = HABITS.iter().find(|(prefix, _)| specifier.starts_with(prefix))?;
        let rest = &specifier[prefix.len()..];
        // The nearest package may be one of a folder without sources of its own.
        paths::upwards(own)
            .filter(|f| self.file(&paths::below(f, "package.json")).is_some())
            .chain([""])
            .take(3)
            .find_map(|package| {
                roots.iter().find_map(|root| self.es_file(&join(&paths::below(package, root), rest)?, types))
            })
    }

    /// Modules of Lightning web components: `c/name`, and Apex methods.
    fn salesforce(&self, from: FileId, specifier: &str) -> Option<Resolved> {
        let path = self.files.path(from);
        let lightning = path.contains("/lwc/") || path.starts_with("lwc/");
        if let Some(name) = specifier.strip_prefix("c/").filter(|_| lightning) {
            return Some(self.lightning(from, name).map_or(Resolved::Unresolved(super::MISSING), Resolved::File));
        }
        if let Some(method) = specifier
            .strip_prefix("@salesforce/apex/")
            .or_else(|| specifier.strip_prefix("@salesforce/apexContinuation/"))
        {
            let mut steps = method.rsplit('.').skip(1);
            let class = steps.next().unwrap_or(method);
            let found = self.nearest_of(from, self.ending(&format!("{class}.cls")));
            return Some(found.map_or_else(|| Resolved::External(class.to_owned()), Resolved::File));
        }
        PLATFORM
            .iter()
            .any(|p| lightning && specifier.starts_with(p) && (p.ends_with('/') || specifier.len() == p.len()))
            .then(|| Resolved::External("salesforce".to_owned()))
    }

    /// The module of a Lightning web component, by its name in camel case.
    pub(super) fn lightning(&self, from: FileId, name: &str) -> Option<FileId> {
        let ends = ["js", "ts", "html"];
        ends.iter().find_map(|end| self.nearest_of(from, self.ending(&format!("lwc/{name}/{name}.{end}"))))
    }

    /// Of several files the one that shares most folders with a file; the first in path order among equals.
    pub(super) fn nearest_of(&self, from: FileId, found: impl Iterator<Item = FileId>) -> Option<FileId> {
        let own = folder(self.files.path(from));
        found.min_by_key(|id| (std::cmp::Reverse(paths::shared(own, folder(self.files.path(*id)))), *id))
    }

    /// The file of a path without or with its end, or the index of a folder.
    pub(super) fn es_file(&self, path: &str, types: bool) -> Option<FileId> {
        let mut at = String::with_capacity(path.len() + 16);
        let mut with = |head: &str, end: &str| {
            at.clear();
            at.push_str(head);
            at.push_str(end);
            self.file(&at)
        };
        if let Some(file) = with(path, "") {
            return Some(file);
        }
        for (end, sources) in
            [(".js", [".ts", ".tsx", ".jsx"].as_slice()), (".jsx", &[".tsx"]), (".mjs", &[".mts"]), (".cjs", &[".cts"])]
        {
            if let Some(stem) = path.strip_suffix(end)
                && let Some(file) = sources.iter().find_map(|source| with(stem, source))
            {
                return Some(file);
            }
        }
        let head = if path.is_empty() { String::new() } else { format!("{path}/") };
        let index = format!("{head}index");
        let declared = if types { with(path, ".d.ts") } else { None };
        declared
            .or_else(|| ENDS.iter().find_map(|end| with(path, end)))
            .or_else(|| self.main_of(path, types))
            .or_else(|| ENDS.iter().find_map(|end| self.file(&format!("{index}{end}"))))
            .or_else(|| LAST_ENDS.iter().find_map(|end| self.file(&format!("{path}{end}"))))
            .or_else(|| self.file(&format!("{index}.d.ts")))
            // A declaration beside a script that is not there: `x.js` for `x.d.ts`.
            .or_else(|| self.file(&format!("{}.d.ts", path.strip_suffix(".js")?)))
    }

    /// A folder with a manifest of its own that names its entry.
    fn main_of(&self, path: &str, types: bool) -> Option<FileId> {
        let manifest = self.file(&paths::below(path, "package.json"))?;
        let tree = self.tree(manifest, crate::parse::Format::Json)?;
        let main = tree.text_at(&["module"]).or_else(|| tree.text_at(&["main"]))?;
        let target = join(path, main)?;
        // The entry must be another path, or this would ask for itself.
        (target != path).then(|| {
            self.file(&target)
                .or_else(|| ENDS.iter().find_map(|end| self.file(&format!("{target}{end}"))))
                .or_else(|| types.then(|| self.file(&format!("{target}.d.ts"))).flatten())
        })?
    }
}
