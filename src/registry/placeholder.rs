//! Values that nobody can log in with: in comes a secret's value (and the name of its key), out comes the reason why
//! it is a placeholder, if it is one. A real key is random: whatever has words, a pattern or a template in it is not.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::fact::environment::segments;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    /// Words that a value says of itself; each long enough not to come up in a random value.
    words: Vec<String>,
    /// Words that count only as a whole segment of a value that is made of words.
    segments: Vec<String>,
    /// Segments of a key's name that say that its value is one.
    keys: Vec<String>,
    /// Bodies of values that vendors publish.
    published: Vec<Published>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    by: String,
    values: Vec<String>,
}

struct Index {
    words: AhoCorasick,
    published: AhoCorasick,
    lists: Lists,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    build(include_str!("../../policies/registry/placeholders.yaml"))
        .unwrap_or_else(|e| unreachable!("the embedded list is read in every test: {e}"))
});

fn build(text: &str) -> Result<Index, String> {
    let lists: Lists = serde_yaml::from_str(text).map_err(|e| e.to_string())?;
    let words = AhoCorasick::builder().ascii_case_insensitive(true).build(&lists.words).map_err(|e| e.to_string())?;
    let published = AhoCorasick::new(lists.published.iter().flat_map(|p| &p.values)).map_err(|e| e.to_string())?;
    Ok(Index { words, published, lists })
}

/// Why a value is a placeholder, as words for a label, or none if somebody may be able to use it.
///
/// `key` is the key or variable that holds the value. The reason never holds more of the value than a listed word.
pub fn placeholder(value: &str, key: Option<&str>) -> Option<String> {
    let index = &*INDEX;
    let value = value.trim();
    if is_template(value) {
        return Some("a template, filled in elsewhere".to_owned());
    }
    if index.published.is_match(value) {
        let by = index
            .lists
            .published
            .iter()
            .find(|p| p.values.iter().any(|v| value.contains(v.as_str())))
            .map_or("the vendor", |p| p.by.as_str());
        return Some(format!("published by {by} as an example"));
    }
    if let Some(hit) = index.words.find(value) {
        return Some(format!("says `{}`", index.lists.words[hit.pattern().as_usize()]));
    }
    if let Some(word) = value
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()))
        .find(|part| index.lists.segments.iter().any(|s| part.eq_ignore_ascii_case(s)))
    {
        return Some(format!("says `{}`", word.to_ascii_lowercase()));
    }
    if let Some(word) = key
        .and_then(|key| segments(key).into_iter().find(|s| index.lists.keys.iter().any(|k| s.eq_ignore_ascii_case(k))))
    {
        return Some(format!("its key says `{}`", word.to_ascii_lowercase()));
    }
    pattern(value.as_bytes()).map(str::to_owned)
}

/// `<token>`, `${TOKEN}`, `{{ token }}`, `%TOKEN%`, `[TOKEN]`, `…`, `***`.
fn is_template(value: &str) -> bool {
    let pairs = [("<", ">"), ("[", "]"), ("{", "}"), ("%", "%"), ("__", "__"), ("@", "@"), ("#{", "}")];
    value.is_empty()
        || value.contains("${")
        || value.contains("{{")
        || value.contains("#{")
        || value.contains("<%")
        || value.contains("...")
        || value.contains('…')
        || value.contains("***")
        || value.contains('•')
        || pairs.iter().any(|(a, b)| value.len() > a.len() + b.len() && value.starts_with(a) && value.ends_with(b))
}

/// Patterns that no random generator makes in a value this long.
fn pattern(value: &[u8]) -> Option<&'static str> {
    let body: Vec<u8> = value.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
    if body.len() < 8 {
        return None;
    }
    if longest(&body, |a, b| a == b) >= 6 {
        return Some("one character repeated");
    }
    if longest(&body, follows) >= 8 || longest(&body, |a, b| follows(b, a)) >= 8 {
        return Some("a counting sequence");
    }
    if (1..=body.len() / 3).any(|n| body.iter().zip(&body[n..]).all(|(a, b)| a == b)) {
        return Some("a short piece repeated");
    }
    let distinct = body.iter().fold(0u64, |set, b| set | 1 << (b & 63)).count_ones() as usize;
    if body.len() >= 16 && distinct <= 5 {
        return Some("only a few different characters");
    }
    None
}

/// `a` then `b` when counting: 0 to 9, a to z, and from 9 on to a or 0.
fn follows(a: u8, b: u8) -> bool {
    b == a.wrapping_add(1) || a == b'9' && (b == b'0' || b == b'a')
}

/// The longest run in which each neighbouring pair fits.
fn longest(bytes: &[u8], fits: impl Fn(u8, u8) -> bool) -> usize {
    let (mut best, mut run) = (1, 1);
    for pair in bytes.windows(2) {
        run = if fits(pair[0], pair[1]) { run + 1 } else { 1 };
        best = best.max(run);
    }
    best
}

/// Whether a value is made of words rather than drawn at random: no digit in it, or too few changes between lower
/// case, upper case and digits.
pub fn reads_like_words(value: &str) -> bool {
    let kinds: Vec<u8> = value.bytes().filter(u8::is_ascii_alphanumeric).map(kind).collect();
    let digits = kinds.iter().filter(|k| **k == 0).count();
    if digits == 0 || kinds.len() < 8 {
        return digits == 0;
    }
    // Hex and base62 change kind about every second character, words about every eighth.
    let changes = kinds.windows(2).filter(|w| w[0] != w[1]).count();
    changes * 6 < kinds.len()
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    }
}

/// Shannon entropy in bits a character.
pub fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0u32; 256];
    for b in value {
        counts[usize::from(*b)] += 1;
    }
    let total = value.len().max(1) as f32;
    counts.iter().filter(|n| **n > 0).map(|n| *n as f32 / total).map(|p| -p * p.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_that_nobody_can_use_say_why() {
        for (value, key, reason) in [
            ("changeme", None, "says `changeme`"),
            ("CHANGE_ME_PLEASE", None, "says `change_me`"),
            ("yourSecretKeyHere", None, "says `your"),
            ("AKIAIOSFODNN7EXAMPLE", None, "published by"),
            ("4eC39HqLyjWDarjtT1zdp7dc", None, "published by Stripe"),
            ("00000000000000000000000000000000", None, "one character repeated"),
            ("1234567890abcdef1234567890abcdef", None, "a counting sequence"),
            ("deadbeefdeadbeefdeadbeefdeadbeef", None, "says `deadbeef`"),
            ("a7f3a7f3a7f3a7f3a7f3a7f3a7f3a7f3", None, "a short piece repeated"),
            ("super_secret_value_1", None, "says `super"),
            ("<client-secret>", None, "a template"),
            ("${SF_SECRET}", None, "a template"),
            ("9f27c4e1b8d06a53", Some("EXAMPLE_TOKEN"), "its key says `example`"),
            ("test", None, "says `test`"),
        ] {
            let found = placeholder(value, key).unwrap_or_else(|| panic!("{value} was taken for real"));
            assert!(found.starts_with(reason), "{value}: {found}");
        }
    }

    #[test]
    fn random_values_are_no_placeholders() {
        for value in [
            "9f27c4e1b8d06a53e7120fcb94ad3865",
            "51HxQ2eKcJf8Zp3vTnWm9RbLd",
            "hunter2hunter",
            "Winter#2025",
            "3b1f0c9e-77aa-4c02-9d41-5e6f80a1b2c3",
        ] {
            assert_eq!(placeholder(value, Some("SF_CLIENT_SECRET")), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(value in "\\PC{0,60}", key in "\\PC{0,20}") {
            let _ = placeholder(&value, Some(&key));
            let _ = reads_like_words(&value);
            let _ = entropy(value.as_bytes());
        }

        #[test]
        fn almost_no_random_hex_is_taken_for_a_placeholder(seed: [u8; 16]) {
            let hex: String = seed.iter().map(|b| format!("{b:02x}")).collect();
            // Shrinking leads to zeros, which are a placeholder: judge only what has the entropy of random hex.
            prop_assume!(entropy(hex.as_bytes()) > 3.2);
            prop_assert_eq!(placeholder(&hex, None), None);
        }
    }
}
