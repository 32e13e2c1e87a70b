//! What makes a finding the same finding tomorrow: rule, path, and what stands there, never a line number, and no
//! secret. The n-th of several alike is told apart by its number in file order.

use std::collections::HashMap;

use crate::fact::{Fact, Kind};

/// Gives out fingerprints, counting those that are alike. Findings must come in file order.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<(String, String, String), u32>,
}

impl Fingerprints {
    /// 32 hexadecimal digits.
    pub(super) fn next(&mut self, rule: &str, path: &str, identity: &str) -> String {
        let occurrence = self.seen.entry((rule.to_owned(), path.to_owned(), identity.to_owned())).or_default();
        let mut hash = blake3::Hasher::new();
        for part in ["synthgate finding 1", rule, path, identity, &occurrence.to_string()] {
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        *occurrence += 1;
        hash.finalize().to_hex()[..32].to_owned()
    }
}

/// What a fact is, over moved lines and inserted list items: its key path without indices, and where that says too
/// little, what it says without its secret.
pub(super) fn identity(fact: &Fact) -> String {
    let key = without_indices(&fact.key);
    if !key.is_empty() && key == fact.key {
        return key;
    }
    let said = match &fact.kind {
        Kind::Endpoint(e) => format!("{}{}", e.host, e.path),
        Kind::Secret(s) => [&s.provider, &s.form, &s.name].map(|part| part.as_deref().unwrap_or_default()).join(" "),
        Kind::Reference(r) => format!("{:?} {} {}", r.store, r.scope, r.name),
        Kind::AuthFlow(a) => format!("{:?} {}", a.flow, a.host.as_deref().unwrap_or_default()),
        Kind::Account(a) => format!("{} {}", a.provider, a.id),
        Kind::Job(j) => format!("{} {}", j.workflow, j.id),
        Kind::Table(t) => t.name.clone().unwrap_or_default(),
        Kind::Provenance(p) => format!("{:?} {:?}", p.container, p.target),
        Kind::Integration(i) => i.provider.clone(),
        _ => String::new(),
    };
    format!("{key} {}", crate::mask::mask(&said))
}

/// `servers[3].url` is `servers[].url`: an item that is put in before must not change the ones behind.
fn without_indices(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    let mut inside = false;
    for c in key.chars() {
        match c {
            ']' => inside = false,
            _ if inside && c.is_ascii_digit() => continue,
            '[' => inside = true,
            _ => inside = false,
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_findings_are_told_apart_and_others_never_meet() {
        let mut fingerprints = Fingerprints::default();
        let first = fingerprints.next("CRED-002", "a.yaml", "a.b");
        assert_eq!(first.len(), 32);
        assert_ne!(first, fingerprints.next("CRED-002", "a.yaml", "a.b"));
        assert_ne!(fingerprints.next("R", "ab", "c"), fingerprints.next("R", "a", "bc"));
        assert_eq!(first, Fingerprints::default().next("CRED-002", "a.yaml", "a.b"));
    }

    #[test]
    fn a_key_path_loses_its_indices() {
        assert_eq!(without_indices("servers[31].urls[0].x"), "servers[].urls[].x");
        assert_eq!(without_indices("a.b"), "a.b");
    }
}
