//! `tsconfig.json` and `jsconfig.json`: `paths`, `baseUrl`, and the chain of `extends`.
//! <https://www.typescriptlang.org/tsconfig/#paths>

use std::sync::Arc;

use super::{Resolver, folder, join, paths};
use crate::parse::Format;
use crate::source::FileId;

/// What a configuration says of names of modules.
#[derive(Debug, Clone, Default)]
pub(super) struct TsConfig {
    /// The folder that plain names are looked up in.
    pub base: Option<String>,
    /// A pattern with one `*` at most, and the paths that it stands for, in order.
    pub paths: Vec<(String, Vec<String>)>,
}

const NAMES: &[&str] = &["tsconfig.json", "jsconfig.json", "tsconfig.base.json", "tsconfig.app.json"];

/// How many configurations may extend one another, and how many references one may have.
const MAX_CHAIN: usize = 16;

impl Resolver<'_> {
    /// The configurations that may hold for a folder's files, nearest first.
    pub(super) fn tsconfigs<'p>(&'p self, folder: &'p str) -> impl Iterator<Item = Arc<TsConfig>> + 'p {
        paths::upwards(folder).filter_map(|folder| {
            self.es.configs.get(folder.to_owned(), || {
                let files = NAMES.iter().filter_map(|name| self.file(&paths::below(folder, name)));
                let config = files.map(|file| self.tsconfig(file)).find(|c| !c.paths.is_empty() || c.base.is_some());
                config.map(Arc::new)
            })
        })
    }

    fn tsconfig(&self, file: FileId) -> TsConfig {
        let mut config = TsConfig::default();
        self.extend(file, &mut config, &mut Vec::new());
        if config.paths.is_empty() {
            // A solution's configuration only refers to those that say something.
            for reference in self.references(file) {
                self.extend(reference, &mut config, &mut vec![file]);
            }
        }
        config
    }

    /// Takes what a configuration says and is not yet said, then what those say that it extends.
    fn extend(&self, file: FileId, config: &mut TsConfig, chain: &mut Vec<FileId>) {
        if chain.contains(&file) || chain.len() >= MAX_CHAIN {
            self.notice("module-graph", file, "this configuration extends itself; what it says is read once");
            return;
        }
        chain.push(file);
        let Some(tree) = self.tree(file, Format::Json) else { return };
        let own = folder(self.files.path(file));
        let options = tree.get("compilerOptions");
        let base = options.and_then(|o| o.text_at(&["baseUrl"])).and_then(|b| join(own, b));
        if config.paths.is_empty()
            && let Some(paths) = options.and_then(|o| o.get("paths"))
        {
            let below = base.clone().or_else(|| config.base.clone()).unwrap_or_else(|| own.to_owned());
            for entry in paths.entries() {
                let targets = entry.node.items().iter().filter_map(|n| join(&below, n.text()?)).collect();
                config.paths.push((entry.key.clone(), targets));
            }
            // The longest fixed beginning counts first.
            config.paths.sort_by_key(|(p, _)| std::cmp::Reverse((!p.contains('*'), p.find('*').unwrap_or(p.len()))));
        }
        config.base = config.base.take().or(base);
        let extended: Vec<FileId> = tree
            .get("extends")
            .map(|e| e.items())
            .unwrap_or_default()
            .iter()
            .rev()
            .filter_map(|n| self.extended(own, n.text()?))
            .collect();
        for parent in extended {
            self.extend(parent, config, chain);
        }
        chain.pop();
    }

    /// `./base`, `../tsconfig.json`, `@acme/tsconfig/base.json`.
    fn extended(&self, own: &str, name: &str) -> Option<FileId> {
        let at = if name.starts_with('.') {
            join(own, name)?
        } else {
            let (package, rest) = super::package::split(name);
            paths::below(self.package_folder(package)?, rest)
        };
        ["", ".json", "/tsconfig.json"].iter().find_map(|end| self.file(&format!("{at}{end}")))
    }

    fn references(&self, file: FileId) -> Vec<FileId> {
        let Some(tree) = self.tree(file, Format::Json) else { return Vec::new() };
        let own = folder(self.files.path(file));
        let items = tree.get("references").map(|r| r.items()).unwrap_or_default();
        let path = |n: &crate::parse::tree::Node| self.extended(own, &format!("./{}", n.text_at(&["path"])?));
        // Of another folder's configuration only that folder's files care.
        let here = |file: &FileId| folder(self.files.path(*file)) == own;
        items.iter().take(MAX_CHAIN).filter_map(path).filter(here).collect()
    }
}

/// What a pattern's `*` stands for in a name, if it fits.
pub(super) fn fit<'n>(pattern: &str, name: &'n str) -> Option<&'n str> {
    match pattern.split_once('*') {
        None => (pattern == name).then_some(""),
        Some((head, tail)) => {
            (name.len() >= head.len() + tail.len()).then(|| name.strip_prefix(head)?.strip_suffix(tail)).flatten()
        }
    }
}
