//! Parameters of an anonymiser that stand in settings: in comes a tree, out come salts, keys and seeds that are written
//! out beside what they are for, and those whose name puts them into a client's bundle (`VITE_ANONYMISER_SALT` in
//! `.env`). A reference to a store (`${SALT}`, `vault:…`) and a placeholder are none.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::extract::code::exposed::{BUNDLED, is_bundled, says_so};
use crate::extract::code::routes::words::words;
use crate::extract::collect::{Around, Collector};
use crate::extract::trail::{Trail, walk};
use crate::extract::{expression, generic};
use crate::fact::{Exposure, Kind, Parameter};
use crate::parse::tree::{Entry, Step, Tree, Value};
use crate::registry::placeholder::placeholder;
use crate::source::Span;

/// How the text of a scalar begins that is looked up elsewhere.
const LOOKED_UP: &[&str] = &[
    "vault:",
    "op://",
    "arn:",
    "env:",
    "env.",
    "env(",
    "secret:",
    "secrets.",
    "ssm:",
    "sops:",
    "enc[",
    "file:",
    "$",
    "{{",
    "%",
    "projects/",
    "@microsoft.keyvault",
    "ref+",
    "keyvault",
    "!",
];

/// Words with which a salt's key is about something else: its name, its length, where it is kept.
const ABOUT: &[&str] = &[
    "name",
    "column",
    "field",
    "path",
    "env",
    "variable",
    "var",
    "label",
    "id",
    "length",
    "size",
    "type",
    "file",
    "ref",
    "rounds",
    "generator",
    "version",
    "algorithm",
    "from",
    "source",
    "bytes",
    "store",
    "arn",
    "uri",
    "url",
    "public",
];

/// Nobody writes settings of this size: larger files hold data.
const MAX_BYTES: usize = 1 << 20;

/// Words of a path whose seeds undo what was masked. Models that learn from masked pictures have seeds too.
const UNDOES: &[&str] = &["onymi", "deidentif", "de-identif", "scrub", "redact", "masking", "data-mask", "data_mask"];

/// Finds them. `masks` says that the whole file is a masking configuration.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree, masks: bool) {
    // Most files speak of none. Each spelling by itself, and the leftmost match: so that vector instructions search.
    static SPEAKS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let words = [
            "salt", "Salt", "SALT", "pepper", "Pepper", "PEPPER", "seed", "Seed", "SEED", "hmac", "Hmac", "HMAC",
            "onym", "ONYM", "masking", "Masking", "MASKING",
        ];
        AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
    });
    let text = collector.source.text();
    if text.len() > MAX_BYTES || SPEAKS.as_ref().is_some_and(|words| !words.is_match(text)) {
        return;
    }
    let path = collector.source.path.to_ascii_lowercase();
    let seeds = masks && !path.contains("synthetic") && UNDOES.iter().any(|w| path.contains(w));
    for root in &tree.roots {
        walk(root, &mut |trail, node| {
            for entry in node.entries() {
                let Some((parameter, how)) = parameter(trail, entry, masks) else { continue };
                if how == "literal" && is_tagged(collector, entry) {
                    continue;
                }
                if parameter == Parameter::Seed && how == "literal" && !seeds {
                    continue;
                }
                let around = generic::around(trail, &Around::default());
                let around = around.at(format!("{}.{how}", entry.key));
                let kind = Kind::Exposure(Exposure { parameter, how, what: entry.key.chars().take(60).collect() });
                collector.add(entry.node.span, &around, kind);
            }
            true
        });
    }
}

fn parameter(trail: &Trail<'_>, entry: &Entry, masks: bool) -> Option<(Parameter, &'static str)> {
    let Value::Scalar(_) = entry.node.value else { return None };
    let own = words(&entry.key);
    let is = |w: &str| own.iter().any(|x| x == w);
    let carried = BUNDLED.iter().any(|prefix| entry.key.starts_with(prefix));
    if carried && is_bundled(&entry.key) {
        let parameter = if is("seed") {
            Parameter::Seed
        } else if is("salt") || is("pepper") {
            Parameter::Salt
        } else {
            Parameter::Key
        };
        return Some((parameter, "bundled"));
    }
    let parameter = if is("salt") || is("pepper") {
        Parameter::Salt
    } else if (is("key") || is("secret")) && (is("hmac") || is("pseudonymisation") || is("pseudonymization")) {
        Parameter::Key
    } else if own == ["seed"] || own == ["random", "seed"] || own == ["faker", "seed"] {
        Parameter::Seed
    } else {
        return None;
    };
    let said =
        masks || says_so(&entry.key) || trail.steps().iter().any(|s| matches!(s, Step::Key(e) if says_so(&e.key)));
    let text = entry.node.text()?.trim();
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    if !said || own.iter().any(|w| ABOUT.contains(&w.as_str())) {
        return None;
    }
    // A seed is a number; a number as a salt is its length.
    match parameter {
        Parameter::Seed => is_number && !text.is_empty(),
        _ => text.len() > 2 && !is_number && is_written_out(text, &entry.key),
    }
    .then_some((parameter, "literal"))
}

/// `salt: !secret masking_salt`: the loader looks it up.
fn is_tagged(collector: &Collector<'_>, entry: &Entry) -> bool {
    let (start, end) = (entry.key_span.end, entry.node.span.start);
    start < end && collector.source.slice(Span { start, end, ..entry.node.span }).contains('!')
}

/// Whether a value is the secret itself.
fn is_written_out(text: &str, key: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    !LOOKED_UP.iter().any(|w| lower.starts_with(w))
        && !expression::possible(text)
        && !text.contains(char::is_whitespace)
        && !matches!(lower.as_str(), "true" | "false" | "none" | "null" | "random" | "auto" | "per-run" | "generated")
        && placeholder(text, Some(key)).is_none()
}
