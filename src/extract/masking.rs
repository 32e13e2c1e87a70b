//! Masking configurations: in comes a tree, out comes what it does when something goes wrong (`on_error: passthrough`),
//! and the parameters that it shows. A file is one if the configuration declares it, or if its name says so.

mod parameters;

use super::collect::{Around, Collector};
use super::generic;
use super::trail::walk;
use crate::fact::Kind;
use crate::parse::tree::Tree;

/// Keys that say what happens then.
const KEYS: &[&str] = &[
    "on_error",
    "on-error",
    "onerror",
    "error_policy",
    "error-policy",
    "errorpolicy",
    "on_timeout",
    "on-timeout",
    "ontimeout",
    "on_rate_limit",
    "on-rate-limit",
    "onratelimit",
    "on_failure",
    "on-failure",
];

/// Words in the name of a file that masks.
const NAMES: &[&str] = &["mask", "anonymi", "pseudonym", "deidentif", "de-identif", "scrub", "redact"];

/// Finds error policies and parameters.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    let name = collector.source.path.to_ascii_lowercase();
    let masks = NAMES.iter().any(|w| name.contains(w)) || collector.maps.is_masking(&collector.source.path);
    parameters::extract(collector, tree, masks);
    if !masks {
        return;
    }
    for root in &tree.roots {
        walk(root, &mut |trail, node| {
            for entry in node.entries() {
                let Some(value) = entry.node.text() else { continue };
                if KEYS.contains(&entry.key.to_ascii_lowercase().as_str()) {
                    let mut around = generic::around(trail, &Around::default());
                    around.key =
                        if around.key.is_empty() { entry.key.clone() } else { format!("{}.{}", around.key, entry.key) };
                    let kind = Kind::ErrorPolicy { key: entry.key.clone(), value: value.trim().to_ascii_lowercase() };
                    collector.add(entry.node.span, &around, kind);
                }
            }
            true
        });
    }
}
