//! User names and client ids: in comes a value under such a key, out comes a fact, where a secret stands beside it and
//! the place belongs to an environment. Two environments that read a secret of one name for one user read one secret.

use super::collect::{Around, Collector};
use super::trail::Trail;
use super::words::credential_role;
use crate::fact::{CredentialRole, Identity, Kind};
use crate::mask::fingerprint;
use crate::parse::tree::Node;
use crate::registry::placeholder::placeholder;

/// Reads the value of a key whose name says that it identifies.
pub(super) fn of_key(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, base: &Around, value: &str) {
    let own = |value: &str| (5..=200).contains(&value.len()) && !value.contains(char::is_whitespace);
    if !own(value) || !beside_secret(trail) {
        return;
    }
    let name = trail.name();
    let around = collector.around(trail, base, node);
    let placed = !around.structure.is_empty() || collector.is_placed();
    // A user of an invented domain is still one and the same user; only an invented name is a placeholder.
    let user = value.split('@').next().unwrap_or(value);
    if !placed || placeholder(user, Some(name)).is_some() || COMMON.contains(&value.to_ascii_lowercase().as_str()) {
        return;
    }
    let identity = Identity { name: name.to_owned(), fingerprint: fingerprint(value) };
    collector.add(node.span, &around, Kind::Identity(identity));
}

fn beside_secret(trail: &Trail<'_>) -> bool {
    let siblings = trail.parent().map(Node::entries).unwrap_or_default();
    siblings.iter().any(|e| credential_role(&e.key) == CredentialRole::Secret)
}

/// Names that everybody's server has: they identify nobody.
const COMMON: &[&str] = &[
    "admin",
    "administrator",
    "postgres",
    "mysql",
    "mongo",
    "redis",
    "rabbitmq",
    "guest",
    "default",
    "service",
    "system",
    "oracle",
    "elastic",
    "kafka",
    "airflow",
    "metabase",
    "application",
    "backend",
    "apikey",
    "token",
    "oauth2",
];
