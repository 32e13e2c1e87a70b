//! Environments: the two classes, the evidence ladder, and the words that name an environment.

use crate::source::Span;

/// Does real customers' data live there?
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Real customers.
    Production,
    /// Anything else.
    NonProduction,
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Production => "production",
            Self::NonProduction => "non-production",
        })
    }
}

/// How strong evidence is; the first rung is the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// Declared in `synthgate.yaml`.
    Declared,
    /// The provider registry: host, path or credential form.
    Registry,
    /// The structure it stands in: key path, profile, job environment, workspace.
    Structure,
    /// The file's or folder's name.
    Path,
    /// Its own name.
    Name,
}

/// One reason to place something in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// How strong.
    pub rung: Rung,
    /// Which class it speaks for.
    pub class: Class,
    /// The environment's name as found: `uat`, `prod`, `staging`.
    pub name: String,
    /// How we know, as words for a label: "key `production:`", "folder `uat/`", "host `*.sandbox.my.salesforce.com`".
    pub why: String,
    /// Where it says so, if not at the fact itself.
    pub span: Option<Span>,
}

/// The class that a single word names, if it names an environment: `prod`, `uat`, `sandbox`, …
///
/// A whole word only: `product`, `latest` and `device` name none. Words that are more often something else in code
/// and configuration (`main`, `master`, `release`, `default`) name none either.
pub fn class_of_word(word: &str) -> Option<Class> {
    let base = word.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_']);
    // Asked of every key of every file: nothing is allocated.
    let mut lower = [0; LONGEST_WORD];
    let lower = lower.get_mut(..base.len())?;
    lower.copy_from_slice(base.as_bytes());
    lower.make_ascii_lowercase();
    Some(match &*lower {
        b"prod" | b"production" | b"prd" | b"live" => Class::Production,
        b"dev" | b"develop" | b"development" | b"test" | b"testing" | b"tst" | b"qa" | b"uat" | b"stage"
        | b"staging" | b"stg" | b"sandbox" | b"sbx" | b"sbox" | b"scratch" | b"preprod" | b"nonprod" | b"preview"
        | b"demo" | b"local" | b"localhost" | b"sit" | b"e2e" | b"integration" | b"acceptance" | b"playground"
        | b"ci" => Class::NonProduction,
        b"int" if word.len() > 3 => Class::NonProduction,
        _ => return None,
    })
}

/// The length of `development` and `integration`.
const LONGEST_WORD: usize = 11;

/// The environment word inside a name (`SF_PROD_TOKEN`, `sandboxUrl`, `orders-uat`), with its class.
///
/// Segments are cut at everything that is not a letter or digit and at case changes. `pre-prod` and `non-prod` are
/// read as one word. With several words the last one that is not contradicted wins only if all agree; names that
/// speak for both classes (`prod_to_uat`) say nothing.
pub fn class_of_name(name: &str) -> Option<(Class, String)> {
    let segments = segments(name);
    let mut found: Option<(Class, String)> = None;
    let mut i = 0;
    while i < segments.len() {
        let word = &segments[i];
        let lower = word.to_ascii_lowercase();
        let (hit, used) = match (lower.as_str(), segments.get(i + 1).map(|s| s.to_ascii_lowercase())) {
            ("pre" | "non" | "not", Some(next)) if class_of_word(&next) == Some(Class::Production) => {
                (Some((Class::NonProduction, format!("{lower}-{next}"))), 2)
            }
            _ => (name_word(&lower).map(|c| (c, lower.clone())), 1),
        };
        if let Some((class, word)) = hit {
            match &found {
                Some((c, _)) if *c != class => return None,
                Some(_) => {}
                None => found = Some((class, word)),
            }
        }
        i += used;
    }
    found
}

/// Inside a longer name, words that are common in other meanings do not count: `integration_user`, `ci_token`,
/// `live_chat`, `test_connection`, `local_port`.
fn name_word(word: &str) -> Option<Class> {
    match word {
        "integration" | "ci" | "live" | "local" | "localhost" | "preview" | "demo" | "e2e" | "acceptance" | "stage" => {
            None
        }
        _ => class_of_word(word),
    }
}

/// Cuts a name into words: at everything that is not alphanumeric, and between a lower and an upper case letter.
pub fn segments(name: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for part in name.split(|c: char| !c.is_alphanumeric()) {
        let mut start = 0;
        let mut previous: Option<char> = None;
        for (i, c) in part.char_indices() {
            let next_lower = part[i + c.len_utf8()..].chars().next().is_some_and(char::is_lowercase);
            let cut = previous.is_some_and(|p| {
                (p.is_lowercase() || p.is_ascii_digit()) && c.is_uppercase()
                    || p.is_uppercase() && c.is_uppercase() && next_lower
            });
            if cut && start < i {
                out.push(&part[start..i]);
                start = i;
            }
            previous = Some(c);
        }
        if start < part.len() {
            out.push(&part[start..]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_whole_segment() {
        for (name, class) in [
            ("SF_PROD_TOKEN", Some(Class::Production)),
            ("PRODUCT_TOKEN", None),
            ("productionUrl", Some(Class::Production)),
            ("sandboxUrl", Some(Class::NonProduction)),
            ("SFUatKey", Some(Class::NonProduction)),
            ("pre-prod", Some(Class::NonProduction)),
            ("non_production_key", Some(Class::NonProduction)),
            ("prod_to_uat", None),
            ("latest", None),
            ("attestation", None),
            ("uat2", Some(Class::NonProduction)),
        ] {
            assert_eq!(class_of_name(name).map(|f| f.0), class, "{name}");
        }
    }
}
