//! What generators' calls emit (`policies/registry/generators.yaml`): in comes the name that a provenance record gives,
//! or a call as code writes it; out come the kinds of value that may be a real person's by chance.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::fact::environment::segments;
use crate::parse::code::Language;

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
    /// The call that stays within reserved ranges.
    #[serde(default)]
    pub instead: Option<String>,
    /// How the call is written.
    #[serde(default)]
    pub code: Option<InCode>,
    /// Where it was read.
    pub source: String,
    /// Read or observed there.
    pub verified: bool,
}

/// How a call is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InCode {
    languages: Vec<Written>,
    /// What a file that calls it imports, or how the library's class begins.
    #[serde(default)]
    packages: Vec<String>,
    calls: Vec<String>,
    /// Named arguments with which it emits something else.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Named arguments without which it emits something else, with their values.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// With more arguments it emits something else.
    #[serde(default)]
    pub max_arguments: Option<usize>,
}

/// What a call is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Written {
    /// JavaScript.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with markup.
    Tsx,
    /// A Vue single file.
    Vue,
    /// Python, also in a notebook.
    Python,
    /// Ruby.
    Ruby,
    /// Ruby in HTML.
    Erb,
    /// PHP.
    Php,
    /// PHP in Blade.
    Blade,
    /// C#.
    CSharp,
    /// Java.
    Java,
    /// Kotlin.
    Kotlin,
    /// Go.
    Go,
    /// A Snowfakery recipe.
    Recipe,
}

impl Written {
    /// What a language's calls are written in, for languages of which generators are known.
    pub fn of(language: Language) -> Option<Self> {
        Some(match language {
            Language::JavaScript => Self::JavaScript,
            Language::TypeScript => Self::TypeScript,
            Language::Tsx => Self::Tsx,
            Language::Vue => Self::Vue,
            Language::Python | Language::Notebook => Self::Python,
            Language::Ruby => Self::Ruby,
            Language::Erb => Self::Erb,
            Language::Php => Self::Php,
            Language::Blade => Self::Blade,
            Language::CSharp => Self::CSharp,
            Language::Java => Self::Java,
            Language::Kotlin => Self::Kotlin,
            Language::Go => Self::Go,
            _ => return None,
        })
    }
}

impl InCode {
    /// Whether an import or a class belongs to the library.
    pub fn is_of(&self, package: &str) -> bool {
        super::clients::fits_any(&self.packages, package)
    }

    /// Whether steps end with two or more words of one of the calls.
    pub fn is_said_by_two(&self, steps: &[&str]) -> bool {
        let words: Vec<String> = steps.iter().flat_map(|s| s.split("::")).map(plain).collect();
        self.calls
            .iter()
            .map(|c| c.split('.').map(plain).collect::<Vec<_>>())
            .any(|c| c.len() > 1 && words.ends_with(&c))
    }
}

/// All calls.
pub fn calls() -> &'static [Call] {
    static CALLS: LazyLock<Vec<Call>> = LazyLock::new(|| {
        serde_yaml::from_str(include_str!("../../policies/registry/generators.yaml"))
            .unwrap_or_else(|e| unreachable!("the built-in table is tested: {e}"))
    });
    &CALLS
}

/// The calls whose last words are these and whose values may be somebody's.
pub fn unsafe_calls(written: Written, steps: &[&str]) -> impl Iterator<Item = (&'static Call, &'static InCode)> {
    type ByLast = HashMap<(Written, String), Vec<(Vec<String>, &'static Call, &'static InCode)>>;
    static BY_LAST: LazyLock<ByLast> = LazyLock::new(|| {
        let mut by_last = ByLast::new();
        let risky = |call: &&Call| matches!(call.collides, Collides::Yes | Collides::Partly) && !call.unchanged;
        for (call, code) in calls().iter().filter(risky).filter_map(|c| Some((c, c.code.as_ref()?))) {
            for words in code.calls.iter().map(|c| c.split('.').map(plain).collect::<Vec<_>>()) {
                for written in &code.languages {
                    let last = words.last().cloned().unwrap_or_default();
                    by_last.entry((*written, last)).or_default().push((words.clone(), call, code));
                }
            }
        }
        by_last
    });
    let words: Vec<String> = steps.iter().flat_map(|s| s.split("::")).map(plain).collect();
    let rows = words.last().and_then(|last| BY_LAST.get(&(written, last.clone())));
    rows.into_iter().flatten().filter(move |(own, ..)| words.ends_with(own)).map(|(_, call, code)| (*call, *code))
}

/// A word of a call without letter case and underscores: `free_email` and `FreeEmail` are one.
fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
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
        assert_eq!(explains("Snowfakery 4"), ["card", "email", "national-id", "phone"]);
        assert_eq!(explains("FakerPHP 1.24"), ["card", "email", "iban", "national-id", "phone"]);
        assert!(explains("our own script").is_empty());
        // A tool that passes real values on explains nothing.
        assert!(explains("neosync").is_empty());
    }

    #[test]
    fn a_call_is_known_by_its_last_words_in_its_language() {
        let known = |written, steps: &[&str]| unsafe_calls(written, steps).next().map(|(call, _)| call.tool.as_str());
        assert_eq!(known(Written::Python, &["self", "fake", "free_email"]), Some("Python Faker 40.54"));
        assert_eq!(known(Written::JavaScript, &["faker", "internet", "email"]), Some("@faker-js/faker 10.6.0"));
        assert_eq!(known(Written::JavaScript, &["faker", "internet", "exampleEmail"]), None);
        assert_eq!(known(Written::JavaScript, &["user", "email"]), Some("Chance"));
        assert_eq!(known(Written::Ruby, &["Faker::PhoneNumber", "cell_phone"]), Some("faker-ruby 3.8"));
        assert_eq!(known(Written::CSharp, &["f", "Internet", "Email"]), Some("Bogus"));
        assert_eq!(known(Written::Recipe, &["FreeEmail"]), Some("Snowfakery"));
        assert_eq!(known(Written::Recipe, &["Email"]), None);
        assert_eq!(known(Written::Go, &["internet", "exampleEmail"]), None);
    }

    #[test]
    fn every_row_that_is_read_in_code_is_about_values_that_detectors_know() {
        for call in calls().iter().filter(|c| c.code.is_some()) {
            let kinds = ["email", "phone", "card", "iban", "national-id"];
            assert!(call.emits_kind.len() == 1 && kinds.contains(&call.emits_kind[0].as_str()), "{}", call.call);
        }
    }
}
