//! Experiments and flags in configuration and code: in come a file and the names of declared synthetic data, out come the
//! definitions that take such data, with who gets them and what is said of their approval. The shapes are those of flag
//! services' exports (LaunchDarkly, Unleash, Flagsmith, GrowthBook, Optimizely, Statsig) and of files of one's own.

mod code;
mod serving;

use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::extract::code::is_minified;
use crate::parse::Format;
use crate::parse::code::{Code, Language};
use crate::parse::tree::{self, Entry, Node, Value};
use crate::source::{Source, Span};
pub use serving::{Audience, Serving};

/// Names of data, each with a number that says whose it is.
#[derive(Debug)]
pub struct Names {
    names: Vec<(String, usize)>,
    words: Option<AhoCorasick>,
}

impl Names {
    /// Looks for these names: paths, file names, ids.
    pub fn new(names: Vec<(String, usize)>) -> Self {
        let words = AhoCorasick::builder().ascii_case_insensitive(true).build(names.iter().map(|(n, _)| n)).ok();
        Self { names, words }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whose name a text is: all of it, or its end behind a slash.
    fn of(&self, text: &str) -> Option<(&str, usize)> {
        let text = text.trim().trim_start_matches("./");
        let same = |name: &str| {
            text.eq_ignore_ascii_case(name)
                || text.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(name))
                || name.contains('/') && text.ends_with(name)
        };
        self.names.iter().find(|(name, _)| same(name)).map(|(name, whose)| (name.as_str(), *whose))
    }
}

/// A definition that takes declared synthetic data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Experiment {
    /// Its id.
    pub id: String,
    /// Where its id stands.
    pub span: Span,
    /// The data it names: where, what, and whose name it is.
    pub inputs: Vec<(Span, String, usize)>,
    /// Who gets them.
    pub serving: Serving,
    /// Who approved it.
    pub approver: Option<String>,
    /// Who runs it.
    pub owner: Option<String>,
    /// When it ends.
    pub end_date: Option<String>,
    /// How people are told.
    pub disclosure: Option<String>,
}

/// Keys that hold variants.
const VARIANTS: &[&str] = &[
    "variants",
    "variations",
    "treatments",
    "arms",
    "cohorts",
    "buckets",
    "branches",
    "multivariate_options",
    "groups",
    "multivariate_feature_state_values",
];

/// Keys that hold definitions.
const HOLDERS: &[&str] = &[
    "experiments",
    "experiment",
    "flags",
    "features",
    "tests",
    "abtests",
    "toggles",
    "featureflags",
    "gates",
    "dynamicconfigs",
    "splits",
    "layers",
    "rollouts",
];

/// The experiments of a file.
pub fn experiments(source: &Arc<Source>, names: &Names) -> Vec<Experiment> {
    let format = Format::of(&source.path);
    let mentioned = names.words.as_ref().is_some_and(|words| words.is_match(source.text()));
    if !mentioned {
        return Vec::new();
    }
    let roots = match Language::of(&source.path) {
        _ if format.is_tree() => tree::read(source, format).roots,
        Some(language) if !is_minified(source.text()) => code::roots(&Code::read(source, language)),
        _ => return Vec::new(),
    };
    let mut search = Search { names, in_code: !format.is_tree(), found: Vec::new() };
    for root in &roots {
        search.below(root, None, false);
    }
    search.found
}

struct Search<'n> {
    names: &'n Names,
    /// In code a mapping below `features` may be anything: only one with variants is a definition.
    in_code: bool,
    found: Vec<Experiment>,
}

impl Search<'_> {
    /// Looks for definitions in a node. `named` is its key, `held` says that it stands where definitions do.
    fn below(&mut self, node: &Node, named: Option<&Entry>, held: bool) {
        match &node.value {
            Value::Scalar(_) => {}
            Value::List(items) => items.iter().for_each(|item| self.below(item, None, held)),
            Value::Map(entries) => {
                let defines = held && entries.iter().any(|e| matches!(e.node.value, Value::Scalar(_)))
                    || entries
                        .iter()
                        .any(|e| VARIANTS.contains(&plain(&e.key).as_str()) || VARIANTS.contains(&e.key.as_str()));
                if defines && let Some(experiment) = definition(node, named, self.names) {
                    self.found.push(experiment);
                    return;
                }
                for entry in entries {
                    let holds = !self.in_code && HOLDERS.contains(&plain(&entry.key).as_str());
                    self.below(&entry.node, Some(entry), holds || held && !defines);
                }
            }
        }
    }
}

fn definition(node: &Node, named: Option<&Entry>, names: &Names) -> Option<Experiment> {
    let own = ["id", "key", "name", "slug", "flagKey", "feature"].iter().find_map(|key| {
        let at = node.get(key)?;
        let at = at.get("name").unwrap_or(at);
        Some((at.text()?.to_owned(), at.span))
    });
    let by_key = named.filter(|e| !HOLDERS.contains(&plain(&e.key).as_str())).map(|e| (e.key.clone(), e.key_span));
    let (id, span) = by_key.or(own)?;
    let mut inputs = Vec::new();
    let mut serving: Option<Serving> = None;
    for (variant, part) in parts(node) {
        let mut own = Vec::new();
        inputs_in(part, names, &mut own);
        if own.is_empty() {
            continue;
        }
        let served = serving::of(node, variant.as_ref(), part);
        // Of several variants with such data the one that most people get counts.
        if serving.as_ref().is_none_or(|s| served.audience < s.audience) {
            serving = Some(served);
        }
        inputs.extend(own);
    }
    let about = |keys: &[&str]| text_of(node, keys, 0);
    Some(Experiment {
        id,
        span,
        serving: serving?,
        inputs,
        approver: about(&["approver", "approvedby", "signedoffby", "signoff"])
            .or_else(|| node.get("approval").and_then(Node::text).and_then(given)),
        owner: about(&["owner", "maintainer", "maintainerid", "team"]),
        end_date: about(&["enddate", "ends", "end", "expires", "expiry", "stopdate", "dateended", "endtime"]),
        disclosure: about(&["disclosure", "disclosurekey", "notice", "noticekey"]),
    })
}

/// The variant that a part of a definition is: its name and its number.
pub(super) struct Variant {
    pub name: String,
    pub number: usize,
}

/// A definition's variants, and the definition itself without them.
fn parts(node: &Node) -> Vec<(Option<Variant>, &Node)> {
    let mut parts = Vec::new();
    for entry in node.entries() {
        if !VARIANTS.contains(&plain(&entry.key).as_str()) && !VARIANTS.contains(&entry.key.as_str()) {
            parts.push((None, &entry.node));
            continue;
        }
        match &entry.node.value {
            Value::Map(variants) => {
                let of = |(number, e): (usize, &'_ Entry)| Variant { name: e.key.clone(), number };
                parts.extend(variants.iter().enumerate().map(|(i, e)| (Some(of((i, e))), &e.node)));
            }
            Value::List(items) => {
                for (number, item) in items.iter().enumerate() {
                    let name = ["id", "key", "name"].iter().find_map(|k| item.text_at(&[k]));
                    let name = name.or_else(|| item.text()).unwrap_or_default().to_owned();
                    parts.push((Some(Variant { name, number }), item));
                }
            }
            Value::Scalar(_) => parts.push((None, &entry.node)),
        }
    }
    parts
}

fn inputs_in(node: &Node, names: &Names, found: &mut Vec<(Span, String, usize)>) {
    match &node.value {
        Value::Scalar(_) => {
            if let Some((name, whose)) = node.text().and_then(|t| names.of(t)) {
                found.push((node.span, name.to_owned(), whose));
            }
        }
        Value::List(items) => items.iter().for_each(|item| inputs_in(item, names, found)),
        Value::Map(entries) => entries.iter().for_each(|e| inputs_in(&e.node, names, found)),
    }
}

/// The text under one of some keys, in the definition or in what describes it.
fn text_of(node: &Node, keys: &[&str], depth: usize) -> Option<String> {
    let own = node.entries().iter().find(|e| keys.contains(&plain(&e.key).as_str())).and_then(|e| {
        let inner = ["key", "name", "email", "id"].iter().find_map(|k| e.node.text_at(&[k]));
        e.node.text().or(inner).and_then(given)
    });
    own.or_else(|| {
        const ABOUT: &[&str] =
            &["approval", "metadata", "meta", "governance", "review", "tags", "customfields", "audit"];
        let about = node.entries().iter().filter(|e| depth < 2 && ABOUT.contains(&plain(&e.key).as_str()));
        about.filter_map(|e| text_of(&e.node, keys, depth + 1)).next()
    })
}

fn given(text: &str) -> Option<String> {
    let text = text.trim();
    let nothing = text.is_empty()
        || matches!(text.to_ascii_lowercase().as_str(), "none" | "tbd" | "todo" | "n/a" | "-" | "false" | "pending");
    (!nothing).then(|| text.to_owned())
}

/// A key without case and separators.
pub(super) fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(path: &str, text: &str) -> Vec<Experiment> {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        experiments(&source, &Names::new(vec![("synthetic_orders".into(), 0), ("fixtures/eta.json".into(), 1)]))
    }

    fn who(path: &str, text: &str) -> Vec<(String, Audience)> {
        read(path, text).into_iter().map(|e| (e.id, e.serving.audience)).collect()
    }

    fn one(id: &str, audience: Audience) -> Vec<(String, Audience)> {
        vec![(id.to_owned(), audience)]
    }

    #[test]
    fn definitions_of_ones_own_are_read() {
        let open =
            r#"{"checkout_eta_v2": {"variants": {"A": {"source": "orders"}, "B": {"source": "synthetic_orders"}}}}"#;
        assert_eq!(who("flags.json", open), one("checkout_eta_v2", Audience::Customers));
        let limited = "experiments:\n  - id: checkout_eta\n    variants:\n      - name: A\n      - name: B\n        source: fixtures/eta.json\n        segment: internal_qa\n";
        assert_eq!(who("experiments.yml", limited), one("checkout_eta", Audience::Internal));
        let off = "experiments:\n  - id: checkout_eta\n    status: draft\n    variants:\n      - name: B\n        source: fixtures/eta.json\n";
        assert_eq!(who("experiments.yml", off), one("checkout_eta", Audience::Nobody));
        let none = r#"{"checkout_eta_v2": {"variants": {"A": {"source": "orders"}}}}"#;
        assert_eq!(who("flags.json", none), []);
        assert_eq!(who("data.json", r#"{"rows": {"source": "synthetic_orders"}}"#), []);
        let flag = "flags:\n  checkout_eta:\n    enabled: true\n    source: synthetic_orders\n    owner: growth\n    approval: { approver: cpo@example.com }\n    end-date: 2026-12-01\n    disclosure: checkout.made_up\n";
        let found = read("flags.yml", flag);
        assert_eq!(found[0].approver.as_deref(), Some("cpo@example.com"));
        assert_eq!(found[0].owner.as_deref(), Some("growth"));
        assert_eq!(found[0].end_date.as_deref(), Some("2026-12-01"));
        assert_eq!(found[0].disclosure.as_deref(), Some("checkout.made_up"));
    }

    #[test]
    fn exports_of_flag_services_are_read() {
        let launch = |fallthrough: u8, rule: &str| {
            format!(
                r#"{{"flags": {{"checkout-eta": {{"key": "checkout-eta", "variations": [{{"value": "live"}}, {{"value": "synthetic_orders"}}],
                "environments": {{"production": {{"on": true, "fallthrough": {{"variation": {fallthrough}}}, "offVariation": 0, "rules": [{rule}]}}}}}}}}}}"#
            )
        };
        assert_eq!(who("ld.json", &launch(1, "")), one("checkout-eta", Audience::Customers));
        let qa = r#"{"variation": 1, "clauses": [{"attribute": "segmentMatch", "values": ["internal-qa"]}]}"#;
        assert_eq!(who("ld.json", &launch(0, qa)), one("checkout-eta", Audience::Internal));
        assert_eq!(who("ld.json", &launch(0, "")), one("checkout-eta", Audience::Nobody));
        let unleash = r#"{"features": [{"name": "checkout.eta", "enabled": true, "variants": [{"name": "b", "weight": 500, "payload": {"value": "synthetic_orders"}}]}]}"#;
        assert_eq!(who("unleash.json", unleash), one("checkout.eta", Audience::Customers));
        let growth = r#"{"features": {"checkout-eta": {"defaultValue": "live", "rules": [{"variations": ["live", "synthetic_orders"], "weights": [0.5, 0.5]}]}}}"#;
        assert_eq!(who("growthbook.json", growth), one("checkout-eta", Audience::Customers));
        let optimizely = r#"{"experiments": [{"key": "checkout_eta", "status": "Running", "audienceIds": [], "variations": [{"key": "v", "variables": [{"value": "synthetic_orders"}]}]}]}"#;
        assert_eq!(who("datafile.json", optimizely), one("checkout_eta", Audience::Customers));
    }
}
