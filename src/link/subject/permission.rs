//! What a policy sees of a permission.

use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::FactId;

/// A permission.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Permission {
    /// Where a finding about it stands.
    pub id: FactId,
    /// What a message calls it.
    pub label: String,
}
