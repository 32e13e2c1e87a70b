//! `synthgate` decides whether a repository keeps synthetic and real customer data apart, says where its data comes
//! from, and tells people when what they see is invented.
//!
//! The flow is one street: [`source`] and discover, [`parse`], extract ([`fact`]), [`link`], evaluate, settle
//! ([`finding`]), report. A module imports only from its left.

pub mod check;
pub mod cli;
pub mod config;
pub mod discover;
pub mod draft;
pub mod extract;
pub mod fact;
pub mod finding;
pub mod link;
pub mod mask;
pub mod parse;
pub mod policy;
pub mod registry;
pub mod report;
pub mod settle;
pub mod source;
