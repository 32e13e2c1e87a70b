//! Whether a source file holds anything that a fact could be made of: one automaton over its bytes decides before
//! anything is parsed.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::super::Maps;
use crate::registry::Registry;
use crate::registry::clients::clients;

/// Words that are not the registry's.
const WORDS: &[&str] = &[
    "grant_type",
    "security_token",
    "securityToken",
    "session_id",
    "sessionId",
    "PricebookEntry",
    "InventoryLevel",
    "inventory_level",
    "StockItem",
    "stock_item",
    "nonymi",
    "seudonym",
    "deidentif",
    "de_identif",
    "eIdentif",
    "mask_email",
    "mask_record",
    "mask_row",
    "mask_customer",
    "mask_contact",
    "mask_user",
    "mask_pii",
    "mask_person",
    "scrub_pii",
    "redact_pii",
    "maskPii",
    "maskRecord",
    "maskCustomer",
    "maskContact",
    "maskEmail",
    "maskUser",
];

/// Hosts and words that count wherever they stand come first, then names of libraries.
struct Words {
    automaton: AhoCorasick,
    /// From this pattern on, a word counts only where something is imported or used as a class.
    libraries: usize,
}

static ALL: LazyLock<Option<Words>> = LazyLock::new(|| {
    let mut all: Vec<&str> = Registry::builtin().host_patterns().filter_map(literal).collect();
    all.extend(WORDS);
    all.extend(super::markers::WORDS);
    let libraries = all.len();
    all.extend(clients().words().filter(|w| w.len() > 2));
    // Every byte of all code goes through it: the kind that takes longest to build and is fastest to run.
    let kind = Some(AhoCorasickKind::DFA);
    let automaton = AhoCorasick::builder().kind(kind).match_kind(MatchKind::LeftmostLongest).build(all).ok()?;
    Some(Words { automaton, libraries })
});

/// Whether a text is worth parsing.
pub fn has(path: &str, text: &str, maps: &Maps) -> bool {
    let Some(words) = &*ALL else { return true };
    let counts = |m: aho_corasick::Match| m.pattern().as_usize() < words.libraries || is_library(text, m.range());
    words.automaton.find_iter(text).any(counts)
        || maps.mentions_declared(text)
        || maps.declares_admin(path)
        || super::markers::has_note(text)
        || super::exposed::may_hold(path, text)
        || super::routes::may_be_admin(path, text)
}

/// Whether a word stands as a library's name does: whole, in quotes or in a line that imports; or a class before a dot.
fn is_library(text: &str, range: Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let before = range.start.checked_sub(1).map_or(b'\n', |i| bytes[i]);
    let after = bytes.get(range.end).copied().unwrap_or(b'\n');
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if word(before) || word(after) || before == b'-' || after == b'-' {
        return false;
    }
    let start = memchr::memrchr(b'\n', &bytes[..range.start]).map_or(0, |i| i + 1);
    let line = &text[start..range.start];
    let class =
        bytes[range.start].is_ascii_uppercase() && (after == b'.' || after == b':' || after == b'(' || after == b' ');
    // Go: a path in quotes, one a line.
    let path = before == b'"' && text[range.start..].starts_with("github.com/");
    class || path || IMPORTS.iter().any(|word| line.contains(word))
}

/// What stands before the name of a library that is imported.
const IMPORTS: &[&str] = &["import", "from", "require", "use ", "using ", "include"];

/// The longest part of a host's glob that is literal: `.my.salesforce.com` of `*.my.salesforce.com`.
pub(in crate::extract) fn literal(glob: &str) -> Option<&str> {
    glob.split(['*', '[', ']', '?', '{', '}']).max_by_key(|part| part.len()).filter(|part| part.len() > 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_counts_where_it_is_imported() {
        for (path, text, expected) in [
            ("a.go", "package a\n\nimport (\n\t\"os\"\n\n\tsf \"github.com/simpleforce/simpleforce\"\n)\n", true),
            ("a.go", "package a\n\nimport \"github.com/stripe/stripe-go/v76\"\n", true),
            ("a.go", "package a\n// see github.com/simpleforce/simpleforce\n", false),
            ("a.py", "from faker import Faker\n", true),
            ("a.py", "# a faker in words\n", false),
        ] {
            assert_eq!(has(path, text, &Maps::builtin()), expected, "{text}");
        }
    }
}
