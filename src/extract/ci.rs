//! CI workflows: in come GitHub and GitLab trees, out come jobs with their environments, purposes and gates, and what
//! each job is given (secrets, URLs) with the job as context.

pub(super) mod bypass;
mod condition;
pub(super) mod github;
mod github_expression;
pub(super) mod gitlab;
mod purpose;

use super::collect::Collector;
use crate::fact::Gate;

/// A gate that only reports is no hole where another one of the same workflow blocks.
fn settle_reporting(collector: &mut Collector<'_>) {
    let blocks = |g: &Gate| g.bypasses.is_empty() && g.on_pull_request;
    let blocking = collector.jobs_mut().any(|job| job.gates.iter().any(blocks));
    if blocking {
        for gate in collector.jobs_mut().flat_map(|job| &mut job.gates) {
            gate.reporting = !blocks(gate);
        }
    }
}
