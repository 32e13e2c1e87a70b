//! What a policy sees of a sync flow.

use schemars::JsonSchema;
use serde::Serialize;

use crate::fact::FactId;

/// A sync flow.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SyncFlow {
    /// Where a finding about it stands.
    pub id: FactId,
    /// What a message calls it.
    pub label: String,
}
