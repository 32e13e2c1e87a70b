//! Snowfakery: in come recipes and what names them, out come fakes whose values may be somebody's by chance
//! (`fake: FreeEmail`), and the places that load a recipe's rows into an org.

use std::sync::LazyLock;

use regex::Regex;

use super::collect::{Around, Collector};
use super::generic;
use super::trail::walk;
use crate::fact::{Emission, Kind, Load};
use crate::parse::tree::{Node, Tree};
use crate::registry::generators::{Written, unsafe_calls};

/// Options of tasks that name the recipe whose rows they load.
const RECIPE_KEYS: &[&str] = &["generator_yaml", "recipe"];

/// Finds them in configuration.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    let path = collector.source.path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    if !name.ends_with(".yml") && !name.ends_with(".yaml") {
        return;
    }
    for root in &tree.roots {
        if is_recipe(root) {
            fakes(collector, root);
        } else if name.starts_with("cumulusci") {
            loads(collector, root);
        }
    }
}

/// A Snowfakery recipe: a list with objects to make.
pub(super) fn is_recipe(root: &Node) -> bool {
    let items = root.items();
    items.iter().any(|i| i.get("object").is_some()) || items.iter().any(|i| i.get("snowfakery_version").is_some())
}

/// `fake: FreeEmail`, `fake.FreeEmail: {…}`, `${{fake.free_email()}}`.
fn fakes(collector: &mut Collector<'_>, root: &Node) {
    static FORMULA: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bfake\.([A-Za-z_]+)").ok());
    walk(root, &mut |trail, node| {
        let around = generic::around(trail, &Around::default());
        for entry in node.entries() {
            if entry.key == "fake" {
                let named = entry.node.text().or_else(|| entry.node.entries().first().map(|e| e.key.as_str()));
                named.into_iter().for_each(|n| fake(collector, entry.node.span, &around, n));
            } else if let Some(named) = entry.key.strip_prefix("fake.") {
                fake(collector, entry.key_span, &around, named);
            }
        }
        if let (Some(text), Some(formula)) = (node.text().filter(|t| t.contains("{{")), &*FORMULA) {
            for found in formula.captures_iter(text).filter_map(|c| c.get(1)) {
                fake(collector, node.span, &around, found.as_str());
            }
        }
        true
    });
}

fn fake(collector: &mut Collector<'_>, span: crate::source::Span, around: &Around, named: &str) {
    if let Some((call, _)) = unsafe_calls(Written::Recipe, &[named.trim()]).next() {
        collector.add(span, around, Kind::Emission(Emission::of(call, format!("fake: {}", named.trim()))));
    }
}

/// Tasks of `cumulusci.yml` that load what a recipe makes.
fn loads(collector: &mut Collector<'_>, root: &Node) {
    walk(root, &mut |trail, node| {
        for entry in node.entries().iter().filter(|e| RECIPE_KEYS.contains(&e.key.as_str())) {
            let Some(recipe) = entry.node.text().filter(|t| is_recipe_path(t)) else { continue };
            let around = generic::around(trail, &Around::default());
            let what = format!("`{}` loads it into an org", trail.path().trim_end_matches(".options"));
            collector.add(entry.node.span, &around, Kind::Load(Load { recipe: recipe.to_owned(), what }));
        }
        true
    });
}

/// Whether a command's word names a recipe.
pub(super) fn is_recipe_path(word: &str) -> bool {
    word.ends_with(".yml") || word.ends_with(".yaml")
}
