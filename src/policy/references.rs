//! References to `input`, checked against the schema of the rule's subject.

use super::header::Header;
use super::module::Parsed;
use super::problem::{PolicyFile, PolicyProblem};

/// References to fields that the subject does not have.
pub(super) fn problems(
    _file: &PolicyFile,
    _parsed: &Parsed,
    _header: &Header,
    _modules: &[(&PolicyFile, &Parsed)],
) -> Vec<PolicyProblem> {
    Vec::new()
}
