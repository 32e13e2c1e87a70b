//! What a policy sees of a anonymiser.

use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::FactId;

/// A anonymiser.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Anonymiser {
    /// Where a finding about it stands.
    pub id: FactId,
    /// What a message calls it.
    pub label: String,
}
