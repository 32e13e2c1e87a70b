//! Values that give themselves away by their form: keys and tokens of providers, private keys, web tokens, and
//! whatever is long and drawn at random.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::registry::placeholder::entropy;
use crate::registry::secrets::scan;

/// Tokens of providers that the registry has no need of. What group 1 holds stays readable.
static FOREIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:((?:AKIA|ASIA|AROA|AIDA))[A-Z0-9]{16}",
        r"|(gh[pousr]_)[A-Za-z0-9]{16,}",
        r"|(github_pat_)[A-Za-z0-9_]{16,}",
        r"|(glpat-)[A-Za-z0-9_-]{16,}",
        r"|(xox[a-z]-)[A-Za-z0-9-]{10,}",
        r"|(AIza)[A-Za-z0-9_-]{30,}",
        r"|(ya29\.)[A-Za-z0-9_-]{10,}",
        r"|(npm_)[A-Za-z0-9]{30,}",
        r"|(eyJ)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?)",
        r"|(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)[^-]*",
    ))
    .ok()
});

/// Adds what must be hidden.
pub fn find(text: &str, hidden: &mut Vec<Range<usize>>) {
    let known = scan(text);
    for found in &known {
        let mut range = found.range.start + found.prefix..found.range.end;
        if found.host.is_some() {
            // The host behind the `@` of an auth URL says whose it is and opens nothing.
            range.end = text[range.clone()].rfind('@').map_or(range.end, |at| range.start + at);
        }
        hidden.push(range);
    }
    if let Some(foreign) = &*FOREIGN {
        for found in foreign.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            let kept = found.iter().skip(1).flatten().map(|g| g.end()).next().unwrap_or(whole.start());
            hidden.push(kept..whole.end());
        }
    }
    for token in words(text) {
        let word = &text[token.clone()];
        // A known form keeps its public prefix readable.
        if known.iter().any(|k| k.range.start < token.end && token.start < k.range.end) {
            continue;
        }
        if is_random(word) && !is_digest(text, &token) {
            hidden.push(token);
        }
    }
}

/// Stretches of the characters that tokens are made of, long enough to hold a secret.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || b"_+/-".contains(&bytes[at])) {
                at += 1;
            }
            let end = at;
            at += usize::from(at == start);
            if end - start >= 20 {
                return Some(start..end);
            }
        }
        None
    })
}

/// Whether nobody would write such a word: many digits between the letters, and no two parts alike.
fn is_random(word: &str) -> bool {
    let bytes = word.as_bytes();
    if is_uuid(bytes) {
        return false;
    }
    let hex = bytes.iter().all(u8::is_ascii_hexdigit);
    let kinds: Vec<u8> = bytes.iter().filter(|b| b.is_ascii_alphanumeric()).map(|b| kind(*b)).collect();
    let changes = kinds.windows(2).filter(|w| w[0] != w[1]).count();
    let digit_groups = kinds.windows(2).filter(|w| w[0] != 0 && w[1] == 0).count();
    let letters = kinds.iter().any(|k| *k != 0);
    let telling = if hex { 28 } else { 32 };
    letters
        && digit_groups >= 2
        && changes * 100 >= kinds.len() * telling
        && entropy(bytes) >= if hex { 2.8 } else { 3.4 }
}

fn kind(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    }
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Whether a random word is a digest that something names as such: `sha256:…`, `integrity: sha512-…`, `commit …`,
/// `action@<commit>`. Digests are what provenance is about, and open nothing.
fn is_digest(text: &str, token: &Range<usize>) -> bool {
    const NAMES: &[&str] = &[
        "sha",
        "md5",
        "blake3",
        "digest",
        "checksum",
        "integrity",
        "commit",
        "revision",
        "rev",
        "oid",
        "etag",
        "blob",
        "tree",
        "hash",
    ];
    let word = text[token.clone()].to_ascii_lowercase();
    let own = word.starts_with("sha") || word.starts_with("md5");
    if own && word.as_bytes().iter().take(8).any(|b| matches!(b, b'-' | b'=' | b'_')) {
        return true;
    }
    let mut from = token.start.saturating_sub(24);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let before = text[from..token.start].to_ascii_lowercase();
    let line = before.rsplit('\n').next().unwrap_or(&before);
    if line.ends_with('@') && word.len() == 40 {
        return true;
    }
    // The word directly before it, behind nothing but punctuation; no password's hash.
    let name = line.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let name = &name[name.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |i| i + 1)..];
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    !name.contains("pass") && NAMES.iter().any(|n| name.ends_with(n.trim_end_matches(char::is_numeric)))
}
