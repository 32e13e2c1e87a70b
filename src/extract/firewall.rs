//! Symfony's `access_control`: in comes a tree, out come the roles that a path's beginning asks for.

use super::collect::{Around, Collector};
use crate::fact::Kind;
use crate::fact::route::{Strength, Warden};
use crate::parse::tree::{Node, Tree};

/// Reads a file that is named for it.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    if !matches!(collector.source.name(), "security.yaml" | "security.yml") {
        return;
    }
    for root in &tree.roots {
        let rules = root.at(&["security", "access_control"]).map(Node::items).unwrap_or_default();
        for rule in rules {
            let Some(path) = rule.text_at(&["path"]) else { continue };
            let Some(roles) = rule.get("roles").or_else(|| rule.get("allow_if")) else { continue };
            let all: Vec<&str> = roles.text().into_iter().chain(roles.items().iter().filter_map(Node::text)).collect();
            let strength = match all.as_slice() {
                [] => continue,
                all if all.iter().any(|r| matches!(*r, "PUBLIC_ACCESS" | "IS_AUTHENTICATED_ANONYMOUSLY")) => {
                    Strength::Nothing
                }
                all if all.iter().all(|r| r.starts_with("IS_AUTHENTICATED") || *r == "ROLE_USER") => {
                    Strength::Authentication
                }
                _ => Strength::Authorisation,
            };
            // A pattern counts as far as it is plain.
            let plain =
                path.trim_start_matches('^').split(['(', '[', '.', '*', '$', '?', '%', '|']).next().unwrap_or_default();
            let kind = Warden { prefix: plain.trim_end_matches('/').to_owned(), strength, role: all.join(", ") };
            collector.add(roles.span, &Around::key("security.access_control"), Kind::Warden(kind));
        }
    }
}
