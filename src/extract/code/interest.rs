//! Whether a source file holds anything that a fact could be made of: one automaton over its bytes decides before
//! anything is parsed.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::super::Maps;
use crate::registry::Registry;
use crate::registry::clients::clients;

/// Words that are not the registry's.
const WORDS: &[&str] = &["grant_type", "security_token", "securityToken", "session_id", "sessionId"];

static WORDS_OF_REGISTRY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let hosts = Registry::builtin().host_patterns().filter_map(literal);
    let words = clients().words().filter(|w| w.len() > 3);
    let all: Vec<&str> = hosts.chain(words).chain(WORDS.iter().copied()).collect();
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(all).ok()
});

/// Whether a text is worth parsing.
pub fn has(text: &str, maps: &Maps) -> bool {
    WORDS_OF_REGISTRY.as_ref().is_none_or(|words| words.is_match(text)) || maps.mentions_declared(text)
}

/// The longest part of a host's glob that is literal: `.my.salesforce.com` of `*.my.salesforce.com`.
pub(in crate::extract) fn literal(glob: &str) -> Option<&str> {
    glob.split(['*', '[', ']', '?', '{', '}']).max_by_key(|part| part.len()).filter(|part| part.len() > 5)
}
