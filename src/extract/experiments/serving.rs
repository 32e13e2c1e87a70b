//! Who gets a variant: in come a definition and one of its variants, out comes an audience with the reason.

use super::{Variant, plain};
use crate::fact::environment::{Class, class_of_word};
use crate::parse::tree::{Node, Value};

/// Who gets something; those who are most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    /// Everybody, or everybody that no rule names.
    Customers,
    /// A segment of the own people.
    Internal,
    /// Nobody.
    Nobody,
}

/// Who gets a variant, and how that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// Who.
    pub audience: Audience,
    /// Why, as words for a label.
    pub why: String,
}

fn serving(audience: Audience, why: impl Into<String>) -> Serving {
    Serving { audience, why: why.into() }
}

/// Who gets a part of a definition.
pub(super) fn of(node: &Node, variant: Option<&Variant>, part: &Node) -> Serving {
    let production = production(node);
    let holders = [production, Some(node)];
    let mut holders = holders.into_iter().flatten();
    if let Some(off) = holders.clone().find_map(off) {
        let served = holders.clone().find_map(|h| h.get("offVariation")).and_then(Node::text);
        return match (served, variant) {
            (Some(served), Some(v)) if is(served, v) => serving(Audience::Customers, "it is what is served when off"),
            _ => serving(Audience::Nobody, off),
        };
    }
    let Some(variant) = variant else { return limits(node, part) };
    if holders.clone().any(|h| is_default(h, variant)) {
        return serving(Audience::Customers, "everybody gets it whom no rule names");
    }
    if let Some(by_rule) = holders.clone().find_map(|h| by_rules(h, variant)) {
        return by_rule;
    }
    // A fallthrough is said, no rule names the variant: nobody gets it.
    if holders.any(|h| h.get("fallthrough").is_some_and(|f| f.get("variation").is_some())) {
        return serving(Audience::Nobody, "no rule and no fallthrough serves it");
    }
    if share(part) == Some(true) {
        return match limits(node, part) {
            limited if limited.audience == Audience::Internal => limited,
            _ => serving(Audience::Nobody, "it has no share of the traffic"),
        };
    }
    limits(node, part)
}

/// The settings of a definition in production.
fn production(node: &Node) -> Option<&Node> {
    let each = ["environments", "environment_settings", "envs"].iter().find_map(|k| node.get(k))?;
    let by_key = each.entries().iter().find(|e| class_of_word(&e.key) == Some(Class::Production)).map(|e| &e.node);
    by_key.or_else(|| {
        each.items().iter().find(|item| {
            ["name", "key", "environment"]
                .iter()
                .filter_map(|k| item.text_at(&[k]))
                .any(|name| class_of_word(name) == Some(Class::Production))
        })
    })
}

/// Why a definition is off.
fn off(node: &Node) -> Option<String> {
    const SWITCHES: &[&str] = &["on", "enabled", "active", "isenabled", "isactive", "live"];
    const STATES: &[&str] = &["status", "state", "phase", "stage"];
    const OFF: &[&str] = &[
        "draft",
        "paused",
        "archived",
        "off",
        "stopped",
        "concluded",
        "ended",
        "disabled",
        "inactive",
        "completed",
        "not started",
        "notstarted",
        "planned",
        "retired",
    ];
    node.entries().iter().find_map(|e| {
        let key = plain(&e.key);
        let text = e.node.text()?.trim().to_ascii_lowercase();
        let off = SWITCHES.contains(&key.as_str()) && matches!(text.as_str(), "false" | "off" | "no" | "0")
            || STATES.contains(&key.as_str()) && OFF.contains(&text.as_str())
            || key == "archived" && text == "true";
        off.then(|| format!("`{}: {text}`", e.key))
    })
}

fn is(text: &str, variant: &Variant) -> bool {
    text.eq_ignore_ascii_case(&variant.name) || text.parse() == Ok(variant.number)
}

/// Whether a variant is what everybody gets whom no rule names.
fn is_default(node: &Node, variant: &Variant) -> bool {
    const DEFAULTS: &[&str] = &["default", "defaultvariant", "defaulttreatment", "defaultvalue", "fallback", "winner"];
    let named = node
        .entries()
        .iter()
        .filter(|e| DEFAULTS.contains(&plain(&e.key).as_str()))
        .any(|e| e.node.text().is_some_and(|t| is(t, variant)));
    let Some(fallthrough) = node.get("fallthrough") else { return named };
    named
        || fallthrough.text_at(&["variation"]).is_some_and(|t| is(t, variant))
        || fallthrough.text().is_some_and(|t| is(t, variant))
        || fallthrough.at(&["rollout", "variations"]).is_some_and(|shares| {
            shares
                .items()
                .iter()
                .any(|s| s.text_at(&["variation"]).is_some_and(|t| is(t, variant)) && share(s) != Some(true))
        })
}

/// Whether a share of the traffic is nothing; none where no share is given.
fn share(node: &Node) -> Option<bool> {
    const SHARES: &[&str] = &[
        "weight",
        "rollout",
        "percentage",
        "traffic",
        "allocation",
        "split",
        "percent",
        "share",
        "percentageallocation",
    ];
    let entry = node.entries().iter().find(|e| SHARES.contains(&plain(&e.key).as_str()))?;
    let number: f64 = entry.node.text()?.trim().trim_end_matches('%').parse().ok()?;
    Some(number == 0.0)
}

/// Who gets a variant by rules that name it.
fn by_rules(node: &Node, variant: &Variant) -> Option<Serving> {
    const RULES: &[&str] = &["rules", "targeting", "strategies", "overrides", "segments", "targets"];
    const SERVES: &[&str] = &["variation", "variant", "serve", "treatment", "value", "variantkey", "then"];
    let lists = node.entries().iter().filter(|e| RULES.contains(&plain(&e.key).as_str()));
    let naming: Vec<&Node> = lists
        .flat_map(|e| e.node.items())
        .filter(|rule| {
            rule.entries()
                .iter()
                .filter(|e| SERVES.contains(&plain(&e.key).as_str()))
                .any(|e| e.node.text().is_some_and(|t| is(t, variant)))
        })
        .collect();
    if naming.is_empty() {
        return None;
    }
    match naming.iter().map(|rule| segment(rule)).collect::<Option<Vec<String>>>() {
        Some(segments) => {
            Some(serving(Audience::Internal, format!("only the segment `{}` gets it", segments.join("`, `"))))
        }
        None => Some(serving(Audience::Customers, "a rule serves it to more than the own people")),
    }
}

/// Who gets a part by the segments that it, or its definition, names.
fn limits(node: &Node, part: &Node) -> Serving {
    match segment(part).or_else(|| segment(node)) {
        Some(segment) => serving(Audience::Internal, format!("only the segment `{segment}` gets it")),
        None => serving(Audience::Customers, "nothing limits who gets it"),
    }
}

/// Keys that name who is meant.
const SEGMENTS: &[&str] = &[
    "segment",
    "segments",
    "audience",
    "audiences",
    "target",
    "targets",
    "targeting",
    "cohort",
    "users",
    "usergroups",
    "allow",
    "allowlist",
    "only",
    "group",
    "audienceids",
    "audienceconditions",
    "clauses",
    "conditions",
    "constraints",
    "condition",
    "filters",
    "parameters",
    "values",
];

/// The internal segment that a node is limited to: all that it names are internal.
fn segment(node: &Node) -> Option<String> {
    let mut named = Vec::new();
    for entry in node.entries().iter().filter(|e| SEGMENTS.contains(&plain(&e.key).as_str())) {
        texts(&entry.node, 0, &mut named);
    }
    let internal: Vec<&&str> = named.iter().filter(|t| is_internal(t)).collect();
    let outside = named
        .iter()
        .any(|t| matches!(t.to_ascii_lowercase().as_str(), "all" | "everyone" | "customers" | "*" | "public"));
    (!outside).then(|| internal.first().map(|t| (**t).to_owned())).flatten()
}

fn texts<'a>(node: &'a Node, depth: usize, found: &mut Vec<&'a str>) {
    match &node.value {
        Value::Scalar(_) => found.extend(node.text()),
        Value::List(items) if depth < 8 => items.iter().for_each(|i| texts(i, depth + 1, found)),
        Value::Map(entries) if depth < 8 => entries.iter().for_each(|e| texts(&e.node, depth + 1, found)),
        _ => {}
    }
}

fn is_internal(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "internal",
        "qa",
        "staff",
        "employee",
        "employees",
        "dogfood",
        "testers",
        "company",
        "developers",
        "dev",
        "team",
    ];
    let lower = text.to_ascii_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word))
}
