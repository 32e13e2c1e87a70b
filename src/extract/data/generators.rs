//! What generators' calls emit (`policies/registry/generators.yaml`): the name that a provenance record gives comes
//! in, out come the kinds of value that the tool may make real by chance.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::fact::environment::segments;

/// May a value that a call emits be a real person's?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Collides {
    /// It may.
    Yes,
    /// It can't.
    No,
    /// Some may.
    Partly,
    /// It is invented, but can be traced to the real value.
    Linkable,
}

/// A generator's call.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Call {
    /// The tool and the version that was looked at.
    pub tool: String,
    /// Words by which a record names the tool.
    pub names: Vec<String>,
    /// The call.
    pub call: String,
    /// What it emits, in words.
    pub emits: String,
    /// The kinds of value, in the words of the detectors.
    pub emits_kind: Vec<String>,
    /// May it hit somebody real.
    pub collides: Collides,
    /// It hands a real value through.
    #[serde(default)]
    pub unchanged: bool,
    /// Where it was read.
    pub source: String,
    /// Read or observed there.
    pub verified: bool,
}

/// All calls.
pub fn calls() -> &'static [Call] {
    static CALLS: LazyLock<Vec<Call>> = LazyLock::new(|| {
        serde_yaml::from_str(include_str!("../../../policies/registry/generators.yaml"))
            .unwrap_or_else(|e| unreachable!("the built-in table is tested: {e}"))
    });
    &CALLS
}

/// The kinds of value that a generator of this name makes and that may be somebody's by chance.
pub fn explains(generator: &str) -> Vec<&'static str> {
    let lower = generator.to_lowercase();
    let words = segments(&lower);
    let mut kinds: Vec<&str> = calls()
        .iter()
        .filter(|call| matches!(call.collides, Collides::Yes | Collides::Partly) && !call.unchanged)
        .filter(|call| call.names.iter().any(|name| words.contains(&name.as_str()) || lower == *name))
        .flat_map(|call| call.emits_kind.iter().map(String::as_str))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_names_its_tool_in_many_ways() {
        assert_eq!(explains("Faker 40.5"), ["card", "email", "iban", "ip", "national-id", "phone"]);
        assert_eq!(explains("@faker-js/faker"), explains("faker"));
        assert_eq!(explains("Snowfakery 4"), ["email"]);
        assert!(explains("our own script").is_empty());
        // A tool that passes real values on explains nothing.
        assert!(explains("neosync").is_empty());
    }
}
