//! From a shape to facts, one file at a time: in come a [`Source`] and its [`Tree`], out come [`FileFacts`]. What one
//! file says is all that is known here; joining files is linking's part.
//!
//! This file holds the one table of extractors ([`EXTRACTORS`]); each stands in its own file below.

mod ci;
pub mod code;
mod collect;
mod connector;
pub mod data;
pub mod experiments;
mod expression;
mod firewall;
mod flow;
mod generic;
mod identity;
mod inert;
mod map;
mod masking;
pub mod messages;
mod passage;
pub mod provenance;
mod real_source;
mod recipe;
mod retention;
mod secret;
pub mod settings;
mod shell;
mod trail;
mod url;
mod window;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::fact::{FileFacts, Notice};
use crate::parse::Format;
use crate::parse::code::Language;
use crate::parse::tree::Tree;
use crate::registry::{HostMatch, Registry};
use crate::source::{FileId, Source};
use collect::Collector;
use map::Map;
pub use window::stream;

/// What extraction knows before it sees a file.
#[derive(Debug, Default)]
pub struct Maps {
    maps: Vec<Map>,
    /// The globs of all maps as one automaton, with the map of each.
    files: globset::GlobSet,
    owners: Vec<usize>,
    /// Host globs that the configuration declares: their endpoints are facts wherever they stand.
    declared: Option<globset::GlobSet>,
    /// Functions that the configuration declares as anonymisers, by the last step of their names.
    anonymisers: Vec<String>,
    /// Configuration files of declared anonymisers.
    maskings: Vec<String>,
    /// The literal parts of those globs: a text without any of them names no declared host.
    declared_words: Vec<String>,
    /// Path globs that the configuration declares: what stands there belongs to an environment.
    paths: Option<globset::GlobSet>,
    /// Path globs that the configuration declares as admin code.
    admin: Option<globset::GlobSet>,
}

impl Maps {
    /// The maps that are part of the program.
    pub fn builtin() -> Self {
        let mut maps = Self::default();
        for (path, text) in map::BUILTIN {
            // A test holds that these are without fault.
            map::load(&Source::from_str(FileId(0), path, text), &mut maps.maps);
        }
        maps.index();
        maps
    }

    /// Adds a project's own maps (`integrations/*.yaml` below a folder of `policies:`). What is wrong in the file is
    /// returned, each with its place and the nearest known word; the rest of it counts.
    pub fn add(&mut self, source: &Source) -> Vec<Notice> {
        let notices = map::load(source, &mut self.maps);
        self.index();
        notices
    }

    /// Makes one automaton of all globs: asking each map by itself would cost more than reading most files.
    fn index(&mut self) {
        let mut set = globset::GlobSetBuilder::new();
        self.owners.clear();
        for (i, map) in self.maps.iter().enumerate() {
            for glob in &map.files {
                set.add(glob.clone());
                self.owners.push(i);
            }
        }
        self.files = set.build().unwrap_or_default();
    }

    /// The maps that read a file.
    fn of(&self, path: &str, format: Format) -> Vec<&Map> {
        let mut own: Vec<usize> = self.files.matches(path).into_iter().map(|glob| self.owners[glob]).collect();
        own.sort_unstable();
        own.dedup();
        own.into_iter().map(|i| &self.maps[i]).filter(|m| m.formats.is_empty() || m.formats.contains(&format)).collect()
    }

    /// Adds the hosts that `synthgate.yaml` declares; a glob that does not compile is left out (the configuration's own
    /// check names it).
    pub fn declare_hosts<'a>(&mut self, globs: impl IntoIterator<Item = &'a str>) {
        let mut set = globset::GlobSetBuilder::new();
        for (text, glob) in globs.into_iter().filter_map(|g| Some((g, globset::Glob::new(g).ok()?))) {
            self.declared_words.extend(code::interest::literal(text).map(str::to_owned));
            set.add(glob);
        }
        self.declared = set.build().ok();
    }

    /// Adds the anonymisers that `synthgate.yaml` declares: their functions and their configuration files.
    pub fn declare_anonymisers<'a>(
        &mut self,
        symbols: impl IntoIterator<Item = &'a str>,
        files: impl IntoIterator<Item = &'a str>,
    ) {
        let last = |s: &str| s.rsplit(['.', ':', '#']).next().unwrap_or(s).to_owned();
        self.anonymisers.extend(symbols.into_iter().map(last).filter(|s| s.len() > 2));
        self.maskings.extend(files.into_iter().map(|f| f.trim_start_matches("./").to_owned()));
    }

    /// Whether the configuration declares a function as an anonymiser.
    fn is_declared_anonymiser(&self, name: &str) -> bool {
        self.anonymisers.iter().any(|a| a == name)
    }

    /// Whether a file is the configuration of a declared anonymiser.
    fn is_masking(&self, path: &str) -> bool {
        self.maskings.iter().any(|m| m == path)
    }

    /// Adds the paths that `synthgate.yaml` declares as an environment's.
    pub fn declare_paths<'a>(&mut self, globs: impl IntoIterator<Item = &'a str>) {
        self.paths = path_globs(globs);
    }

    /// Adds the paths that `synthgate.yaml` declares as admin code.
    pub fn declare_admin<'a>(&mut self, globs: impl IntoIterator<Item = &'a str>) {
        self.admin = path_globs(globs);
    }

    /// Whether a path is declared as admin code.
    fn declares_admin(&self, path: &str) -> bool {
        self.admin.as_ref().is_some_and(|set| set.is_match(path))
    }

    /// Whether a path is declared as an environment's.
    fn declares_path(&self, path: &str) -> bool {
        self.paths.as_ref().is_some_and(|set| set.is_match(path))
    }

    /// Whether a text holds the literal part of a declared host, or the name of a declared anonymiser.
    fn mentions_declared(&self, text: &str) -> bool {
        self.declared_words
            .iter()
            .chain(&self.anonymisers)
            .any(|word| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some())
    }

    /// Whether a host is declared or belongs to a provider of the registry.
    fn knows(&self, host: &str) -> bool {
        self.declares(host) || provider_of(host).is_some()
    }

    fn declares(&self, host: &str) -> bool {
        self.declared.as_ref().is_some_and(|set| set.is_match(host))
    }
}

/// One automaton of path globs; one that does not compile is left out (the configuration's own check names it).
fn path_globs<'a>(globs: impl IntoIterator<Item = &'a str>) -> Option<globset::GlobSet> {
    let mut set = globset::GlobSetBuilder::new();
    let glob = |g| globset::GlobBuilder::new(g).literal_separator(true).build();
    for glob in globs.into_iter().filter_map(|g| glob(g).ok()) {
        set.add(glob);
    }
    set.build().ok().filter(|set| !set.is_empty())
}

/// What the registry says of a host.
pub(crate) fn provider_of(host: &str) -> Option<HostMatch> {
    Registry::builtin().classify_host(host, "")
}

/// The registry's id of the Salesforce Platform, whose logins have shapes of their own.
const SALESFORCE: &str = "salesforce";

/// One extractor of trees: which files it reads, and how.
struct Extractor {
    /// Whether a file is its own; the first one that says so reads it.
    reads: fn(&Source, &Tree) -> bool,
    /// Makes the facts.
    run: fn(&mut Collector<'_>, &Tree),
}

/// The table: special readers first, the generic one last.
const EXTRACTORS: &[Extractor] = &[
    Extractor { reads: ci::github::reads_file, run: ci::github::extract },
    Extractor { reads: ci::gitlab::reads_file, run: ci::gitlab::extract },
    Extractor { reads: |_, _| true, run: generic::extract },
];

/// The facts of a file that was parsed as a tree.
pub fn tree(source: &Source, format: Format, tree: &Tree, maps: &Maps) -> FileFacts {
    let mut collector = Collector::new(source, maps);
    let own = maps.of(&source.path, format);
    let only = !own.is_empty() && map::apply(&mut collector, tree, &own);
    if let Some(extractor) = EXTRACTORS.iter().find(|e| !only && (e.reads)(source, tree)) {
        (extractor.run)(&mut collector, tree);
    }
    connector::extract(&mut collector, tree);
    masking::extract(&mut collector, tree);
    real_source::extract(&mut collector, tree);
    recipe::extract(&mut collector, tree);
    firewall::extract(&mut collector, tree);
    retention::extract(&mut collector, tree);
    secret::scan_file(&mut collector, Some(tree));
    collector.finish()
}

/// The facts of a file that is no tree: what shell scripts, Makefiles and Dockerfiles do, and provider-shaped secrets
/// in any text.
pub fn text(source: &Arc<Source>, maps: &Maps) -> FileFacts {
    let mut collector = Collector::new(source, maps);
    if let Some(dialect) = shell::Dialect::of(source) {
        shell::extract_file(&mut collector, dialect);
    }
    if let Some(language) = Language::of(&source.path) {
        code::extract(&mut collector, source, language);
    }
    retention::of_text(&mut collector);
    secret::scan_file(&mut collector, None);
    collector.finish()
}
