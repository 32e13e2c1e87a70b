//! The one join: all facts and the configuration in, [`Subject`]s out, in an order that depends on nothing else.
//!
//! A subject is linked only where a rule could say something: a repository full of ordinary addresses and variables
//! has few of them.

pub mod anchors;
pub mod credentials;
pub mod datasets;
pub mod endpoints;
pub mod environments;
pub mod hosts;
pub mod place;
pub mod places;
pub mod provenance;
pub mod repository;
pub mod subject;

use crate::config::Config;
use crate::fact::Fact;
use crate::source::Files;
use places::Places;
pub use provenance::StoredBytes;
use subject::Subject;

/// What linking made of the facts.
#[derive(Debug)]
pub struct Linked {
    /// The facts that came in, and behind them the [anchors](crate::fact::Kind::Anchor) that subjects point at.
    pub facts: Vec<Fact>,
    /// Credentials, endpoints, datasets, the repository: each kind in the order of its first fact.
    pub subjects: Vec<Subject>,
}

/// Joins the facts of all files. They come in file and then in extraction order; a fact's id is its index. `stored`
/// gives the bytes of a file that a provenance record's digest is about.
pub fn link(files: &Files, mut facts: Vec<Fact>, config: &Config, stored: StoredBytes<'_>) -> Linked {
    let mut places = Places::new(files, &facts, config);
    let mut subjects = credentials::link(&mut places);
    subjects.extend(endpoints::link(&mut places));
    subjects.extend(datasets::link(&mut places, stored));
    subjects.push(repository::link(&mut places));
    let anchors = places.into_anchors();
    facts.extend(anchors);
    Linked { facts, subjects }
}

#[cfg(test)]
mod tests;
