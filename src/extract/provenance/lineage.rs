//! OpenLineage run events: what a job wrote, when, and from what. <https://openlineage.io/spec/2-0-2/OpenLineage.json>

use super::profile::{keep, named, read, scalar, source};
use super::{Found, target_of};
use crate::fact::provenance::{Container, Record, Target};
use crate::parse::tree::Node;

/// A record for each output of a run event.
pub(super) fn open_lineage(path: &str, root: &Node) -> Vec<Found> {
    let is_event = root.get("outputs").is_some()
        && root.get("job").is_some()
        && (root.text_at(&["schemaURL"]).is_some_and(|u| u.contains("openlineage")) || root.get("producer").is_some());
    if !is_event {
        return Vec::new();
    }
    let outputs = root.get("outputs").map(Node::items).unwrap_or_default();
    outputs
        .iter()
        .filter_map(|output| {
            let name = output.get("name").and_then(scalar)?;
            let target = match target_of(path, Some(&name.value)) {
                Target::Path(_) if name.value.contains(['/', '.']) => target_of("", Some(&name.value)),
                _ => Target::Name(name.value.clone()),
            };
            let mut record = Record::new(Container::OpenLineage, target);
            for facet in output.get("facets").map(Node::entries).unwrap_or_default() {
                match facet.key.as_str() {
                    "version" => keep(&mut record.version, facet.node.get("datasetVersion").and_then(scalar)),
                    "ownership" => keep(&mut record.agent, facet.node.get("owners").and_then(named)),
                    key if key.to_lowercase().ends_with("provenance") => read(&facet.node, &mut record),
                    _ => {}
                }
            }
            keep(&mut record.generator, root.get("producer").and_then(scalar));
            keep(&mut record.ended, root.get("eventTime").and_then(scalar));
            keep(&mut record.source, root.get("inputs").and_then(source));
            Some((name.span, record))
        })
        .collect()
}
