//! permissions.

use super::codes::Codes;
use super::places::Places;
use super::subject::Subject;

/// Links permissions.
pub fn link(_places: &mut Places<'_>, _codes: &Codes<'_>) -> Vec<Subject> {
    Vec::new()
}
