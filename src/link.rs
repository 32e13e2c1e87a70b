//! The one join: all facts and the configuration in, [`Subject`]s out, in an order that depends on nothing else.
//!
//! A subject is linked only where a rule could say something: a repository full of ordinary addresses and variables
//! has few of them.

pub mod anchors;
pub mod anonymisers;
pub mod codes;
pub mod credentials;
pub mod datasets;
pub mod endpoints;
pub mod environments;
pub mod hosts;
pub mod modules;
pub mod permissions;
pub mod place;
pub mod places;
pub mod provenance;
pub mod repository;
pub mod sentinels;
pub mod subject;
pub mod surfaces;
pub mod sync_flows;

use crate::config::Config;
use crate::fact::{Fact, Kind, Notice};
use crate::source::Files;
use places::Places;
pub use provenance::StoredBytes;
use subject::Subject;
pub use sync_flows::senders::Sender;

/// What linking made of the facts.
#[derive(Debug)]
pub struct Linked {
    /// The facts that came in, and behind them the [anchors](crate::fact::Kind::Anchor) that subjects point at.
    pub facts: Vec<Fact>,
    /// Credentials, endpoints, datasets, surfaces, flows, anonymisers, permissions, the repository: each kind in the
    /// order of its first fact, declared ones in the order of the configuration.
    pub subjects: Vec<Subject>,
    /// What could not be followed: manifests that are broken, bounds that were reached.
    pub notices: Vec<Notice>,
}

/// What linking may ask about the files themselves.
pub struct Reading<'a> {
    /// The bytes of a file that a provenance record's digest is about.
    pub stored: StoredBytes<'a>,
    /// The code of a file.
    pub code: codes::ReadCode<'a>,
}

/// Joins the facts of all files. They come in file and then in extraction order; a fact's id is its index.
pub fn link(files: &Files, mut facts: Vec<Fact>, config: &Config, reading: &Reading<'_>) -> Linked {
    let mut places = Places::new(files, &facts, config);
    let codes = codes::Codes::new(files, reading.code);
    let code = |file| codes.get(file);
    let graph = modules::Graph::new(files, &code);
    let mut subjects = credentials::link(&mut places);
    subjects.extend(endpoints::link(&mut places, &graph, &codes));
    let (datasets, kinds) = datasets::link(&mut places, &graph, reading.stored);
    subjects.extend(datasets);
    subjects.extend(surfaces::link(&mut places, &graph, &kinds));
    let flows = sync_flows::link(&mut places, &graph);
    subjects.extend(flows.iter().map(sync_flows::subject));
    subjects.extend(anonymisers::link(&mut places, &graph, &flows));
    subjects.extend(permissions::link(&mut places, &codes));
    subjects.push(repository::link(&mut places));
    let notices = graph.notices();
    let anchors = places.into_anchors();
    facts.extend(anchors);
    Linked { facts, subjects, notices }
}

/// Who writes to systems of customers' records, declared or not; `facts` are those of [`Linked`].
pub fn senders(files: &Files, facts: &[Fact], config: &Config, reading: &Reading<'_>) -> Vec<Sender> {
    // Anchors stand behind the facts of the files and say nothing.
    let end = facts.iter().position(|f| matches!(f.kind, Kind::Anchor)).unwrap_or(facts.len());
    let mut places = Places::new(files, facts.get(..end).unwrap_or_default(), config);
    let codes = codes::Codes::new(files, reading.code);
    let code = |file| codes.get(file);
    let graph = modules::Graph::new(files, &code);
    sync_flows::senders::find(&mut places, &graph)
}

#[cfg(test)]
mod tests;
