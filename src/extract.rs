//! From a shape to facts, one file at a time: in come a [`Source`] and its [`Tree`], out come [`FileFacts`]. What one
//! file says is all that is known here; joining files is linking's part.
//!
//! This file holds the one table of extractors ([`EXTRACTORS`]); each stands in its own file below.

mod ci;
mod collect;
pub mod data;
mod expression;
mod flow;
mod generic;
mod identity;
mod inert;
mod passage;
pub mod provenance;
mod secret;
mod shell;
mod trail;
mod url;
mod window;
mod words;

#[cfg(test)]
mod tests;

use crate::fact::FileFacts;
use crate::parse::Format;
use crate::parse::tree::Tree;
use crate::registry::{HostMatch, Registry};
use crate::source::Source;
use collect::Collector;
pub use window::stream;

/// What extraction knows before it sees a file.
#[derive(Debug, Default)]
pub struct Maps {
    /// Host globs that the configuration declares: their endpoints are facts wherever they stand.
    declared: Option<globset::GlobSet>,
    /// Path globs that the configuration declares: what stands there belongs to an environment.
    paths: Option<globset::GlobSet>,
}

impl Maps {
    /// Adds the hosts that `synthgate.yaml` declares; a glob that does not compile is left out (the configuration's own
    /// check names it).
    pub fn declare_hosts<'a>(&mut self, globs: impl IntoIterator<Item = &'a str>) {
        let mut set = globset::GlobSetBuilder::new();
        for glob in globs.into_iter().filter_map(|g| globset::Glob::new(g).ok()) {
            set.add(glob);
        }
        self.declared = set.build().ok();
    }

    /// Adds the paths that `synthgate.yaml` declares as an environment's.
    pub fn declare_paths<'a>(&mut self, globs: impl IntoIterator<Item = &'a str>) {
        let mut set = globset::GlobSetBuilder::new();
        let glob = |g| globset::GlobBuilder::new(g).literal_separator(true).build();
        for glob in globs.into_iter().filter_map(|g| glob(g).ok()) {
            set.add(glob);
        }
        self.paths = set.build().ok();
    }

    /// Whether a path is declared as an environment's.
    fn declares_path(&self, path: &str) -> bool {
        self.paths.as_ref().is_some_and(|set| set.is_match(path))
    }

    /// Whether a host is declared or belongs to a provider of the registry.
    fn knows(&self, host: &str) -> bool {
        self.declares(host) || provider_of(host).is_some()
    }

    fn declares(&self, host: &str) -> bool {
        self.declared.as_ref().is_some_and(|set| set.is_match(host))
    }
}

/// What the registry says of a host.
fn provider_of(host: &str) -> Option<HostMatch> {
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
    let mut collector = Collector::new(source, Some(format), maps);
    if let Some(extractor) = EXTRACTORS.iter().find(|e| (e.reads)(source, tree)) {
        (extractor.run)(&mut collector, tree);
    }
    secret::scan_file(&mut collector, Some(tree));
    collector.finish()
}

/// The facts of a file that is no tree: what shell scripts, Makefiles and Dockerfiles do, and provider-shaped secrets
/// in any text.
pub fn text(source: &Source, maps: &Maps) -> FileFacts {
    let mut collector = Collector::new(source, None, maps);
    if let Some(dialect) = shell::Dialect::of(source) {
        shell::extract_file(&mut collector, dialect);
    }
    secret::scan_file(&mut collector, None);
    collector.finish()
}
