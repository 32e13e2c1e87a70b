//! What a policy sees of a surface.

use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::FactId;

/// A surface.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Surface {
    /// Where a finding about it stands.
    pub id: FactId,
    /// What a message calls it.
    pub label: String,
}
