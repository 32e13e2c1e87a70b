//! The data-flow map: in come the subjects of a run, out comes a picture of what is reachable from synthetic and from
//! personal data: datasets, the modules that bring them in, flows with both ends, surfaces, the systems that scripts
//! write to. As Mermaid for Markdown, or as DOT for Graphviz.
//!
//! Labels come from scanned files: they are masked, and neutralised for the language that shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use crate::link::subject::{Subject, SubjectKind};
use crate::mask;

/// The languages of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Mermaid's flowchart.
    Mermaid,
    /// Graphviz' DOT.
    Dot,
}

/// What a node is; also its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Dataset,
    System,
    Module,
    Flow,
    Surface,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    shape: Shape,
    label: String,
    /// Second line: kind and environment.
    note: String,
    /// Data starts here: synthetic, or somebody's.
    begins: bool,
}

#[derive(Debug, Default)]
struct Map {
    nodes: BTreeMap<String, Node>,
    edges: BTreeSet<(String, String, String)>,
}

/// Draws the map. Nothing to draw gives a picture that says so.
pub fn draw(subjects: &[Subject], language: Language) -> String {
    let mut map = Map::default();
    for subject in subjects {
        match subject.kind {
            SubjectKind::Dataset => map.dataset(&subject.input),
            SubjectKind::Surface => map.surface(&subject.input),
            SubjectKind::SyncFlow => map.flow(&subject.input),
            SubjectKind::Endpoint => map.write(&subject.input),
            _ => {}
        }
    }
    map.cut();
    match language {
        Language::Mermaid => map.mermaid(),
        Language::Dot => map.dot(),
    }
}

impl Map {
    fn node(&mut self, shape: Shape, label: &str, note: &str, begins: bool) -> String {
        let key = format!("{shape:?} {label}");
        let node = self.nodes.entry(key.clone()).or_insert_with(|| Node {
            shape,
            label: label.to_owned(),
            note: note.to_owned(),
            begins,
        });
        node.begins |= begins;
        if node.note.is_empty() {
            node.note = note.to_owned();
        }
        key
    }

    fn edge(&mut self, from: &str, to: &str, label: &str) {
        if from != to {
            self.edges.insert((from.to_owned(), to.to_owned(), label.to_owned()));
        }
    }

    fn dataset(&mut self, input: &Value) {
        let path = text(&input["place"]["path"]);
        let kind = text(&input["kind"]["value"]);
        let personal = list(&input["people"]["columns"]).next().is_some() && !flag(&input["people"]["exempt"]);
        let sources: Vec<&Value> = list(&input["real_sources"]).collect();
        if kind == "not-personal" || kind.is_empty() && !personal && sources.is_empty() {
            return;
        }
        let label = match text(&input["name"]) {
            "" => path.to_owned(),
            name => format!("{path} ({name})"),
        };
        let kind = if kind.is_empty() { "of no declared kind" } else { kind };
        let note = joined(&[kind, environment(&input["place"]["environment"])]);
        let node = self.node(Shape::Dataset, &label, &note, sources.is_empty());
        for source in sources {
            let from = self.node(Shape::System, text(&source["object"]), "real records", true);
            self.edge(&from, &node, text(&source["tool"]));
        }
        for system in list(&input["declaration"]["loaded_into"]).filter_map(Value::as_str) {
            let to = self.node(Shape::System, system, "", false);
            self.edge(&node, &to, "loaded into");
        }
    }

    fn surface(&mut self, input: &Value) {
        let told = if input["disclosure"].is_null() { "no disclosure" } else { "disclosure declared" };
        let note = joined(&[text(&input["kind"]), text(&input["content"]), told]);
        let surface = self.node(Shape::Surface, text(&input["label"]), &note, false);
        for source in list(&input["sources"]) {
            let label = match text(&source["path"]) {
                "" => text(&source["label"]),
                path => path,
            };
            let mut at = self.node(Shape::Dataset, label, text(&source["kind"]), true);
            // The chain runs from the surface to the data; records run the other way.
            let steps: Vec<&Value> = list(&source["steps"]).collect();
            for step in steps.iter().rev() {
                let module = text(&step["from"]);
                if module.is_empty() {
                    continue;
                }
                let next = self.node(Shape::Module, module, "", false);
                self.edge(&at, &next, "");
                at = next;
            }
            self.edge(&at, &surface, "shown");
        }
    }

    fn flow(&mut self, input: &Value) {
        let mut end = |end: &Value, begins: bool| {
            let system = match text(&end["system"]) {
                "" => "a system that nothing names",
                system => system,
            };
            let place = environment(&end["environment"]);
            let label = if place.is_empty() { system.to_owned() } else { format!("{system}, {place}") };
            self.node(Shape::System, &label, "", begins)
        };
        let (source, target) = (end(&input["source"], true), end(&input["target"], false));
        let label = text(&input["label"]).trim_matches('`');
        let declared = text(&input["kind"]) == "declared";
        let guard = list(&input["writes"]).map(|w| text(&w["guard"])).max_by_key(|g| *g != "holds");
        let guard = guard.map_or(String::new(), |g| format!("guard {g}"));
        let note = joined(&[if declared { "declared" } else { "not declared" }, &guard]);
        let flow = self.node(Shape::Flow, label, &note, false);
        self.edge(&source, &flow, "");
        self.edge(&flow, &target, "");
        for code in list(&input["code"]) {
            let module = self.node(Shape::Module, text(&code["path"]), "", false);
            self.edge(&flow, &module, "carried out by");
        }
    }

    /// A script that makes data and writes it.
    fn write(&mut self, input: &Value) {
        let write = &input["write"];
        if write.is_null() {
            return;
        }
        let checked = list(&write["checks"]).next().is_some() || flag(&write["pinned"]);
        let note = if checked { "asks where it runs" } else { "asks nothing" };
        let script = self.node(Shape::Module, text(&input["place"]["path"]), note, true);
        let system = match text(&input["provider"]) {
            "" => "the database",
            provider => provider,
        };
        let system = self.node(Shape::System, system, "", false);
        self.edge(&script, &system, text(&write["object"]));
    }

    /// Keeps what is reached from where data starts.
    fn cut(&mut self) {
        let mut reached: BTreeSet<String> =
            self.nodes.iter().filter(|(_, n)| n.begins).map(|(k, _)| k.clone()).collect();
        let mut open: Vec<String> = reached.iter().cloned().collect();
        while let Some(at) = open.pop() {
            for (from, to, _) in &self.edges {
                if *from == at && reached.insert(to.clone()) {
                    open.push(to.clone());
                }
            }
        }
        // A dataset alone is no flow.
        let joined: BTreeSet<&String> = self.edges.iter().flat_map(|(a, b, _)| [a, b]).collect();
        self.nodes.retain(|key, node| reached.contains(key) && (node.shape != Shape::Surface || joined.contains(key)));
        let nodes = &self.nodes;
        self.edges.retain(|(from, to, _)| nodes.contains_key(from) && nodes.contains_key(to));
    }

    fn numbers(&self) -> BTreeMap<&str, usize> {
        self.nodes.keys().enumerate().map(|(i, key)| (key.as_str(), i)).collect()
    }

    fn mermaid(&self) -> String {
        let numbers = self.numbers();
        let mut out = String::from("flowchart LR\n");
        if self.nodes.is_empty() {
            out.push_str("  none[\"no synthetic and no personal data was found\"]\n");
        }
        for (key, node) in &self.nodes {
            let (open, close) = match node.shape {
                Shape::Dataset => ("[(", ")]"),
                Shape::System => ("[[", "]]"),
                Shape::Module => ("[", "]"),
                Shape::Flow => ("{{", "}}"),
                Shape::Surface => ("([", "])"),
            };
            let note = if node.note.is_empty() { String::new() } else { format!("<br/>{}", of_mermaid(&node.note)) };
            let _ = writeln!(out, "  n{}{open}\"{}{note}\"{close}", numbers[key.as_str()], of_mermaid(&node.label));
        }
        for (from, to, label) in &self.edges {
            let arrow = if label.is_empty() { "-->".to_owned() } else { format!("-->|\"{}\"|", of_mermaid(label)) };
            let _ = writeln!(out, "  n{} {arrow} n{}", numbers[from.as_str()], numbers[to.as_str()]);
        }
        out
    }

    fn dot(&self) -> String {
        let numbers = self.numbers();
        let mut out = String::from("digraph synthgate {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
        if self.nodes.is_empty() {
            out.push_str("  none [shape=plaintext, label=\"no synthetic and no personal data was found\"];\n");
        }
        for (key, node) in &self.nodes {
            let shape = match node.shape {
                Shape::Dataset => "cylinder",
                Shape::System => "box3d",
                Shape::Module => "box",
                Shape::Flow => "hexagon",
                Shape::Surface => "oval",
            };
            let note = if node.note.is_empty() { String::new() } else { format!("\\n{}", of_dot(&node.note)) };
            let _ =
                writeln!(out, "  n{} [shape={shape}, label=\"{}{note}\"];", numbers[key.as_str()], of_dot(&node.label));
        }
        for (from, to, label) in &self.edges {
            let label = if label.is_empty() { String::new() } else { format!(" [label=\"{}\"]", of_dot(label)) };
            let _ = writeln!(out, "  n{} -> n{}{label};", numbers[from.as_str()], numbers[to.as_str()]);
        }
        out.push_str("}\n");
        out
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn environment(value: &Value) -> &str {
    text(&value["name"])
}

fn joined(parts: &[&str]) -> String {
    let given: Vec<&str> = parts.iter().copied().filter(|p| !p.is_empty()).collect();
    given.join(", ")
}

/// Mermaid reads entities in quoted labels: everything that could end the label or begin markup becomes one.
fn of_mermaid(label: &str) -> String {
    let mut out = String::new();
    for c in mask::mask(label).chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '/' | '.' | '_' | '-' | ',' | ':' | '(' | ')' => out.push(c),
            c if c.is_control() => out.push(' '),
            c => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}

fn of_dot(label: &str) -> String {
    let mut out = String::new();
    for c in mask::mask(label).chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn subject(kind: SubjectKind, input: Value) -> Subject {
        Subject { kind, label: String::new(), facts: Vec::new(), input, merge: None }
    }

    fn subjects() -> Vec<Subject> {
        vec![
            subject(
                SubjectKind::Dataset,
                json!({"name": null, "place": {"path": "fixtures/prefs.json", "environment": {"name": null}},
                       "kind": {"value": "synthetic"}, "people": {"columns": [], "exempt": false}}),
            ),
            subject(
                SubjectKind::Surface,
                json!({"label": "recommendations", "kind": "discovery", "content": null, "disclosure": null,
                       "sources": [{"label": "prefs", "path": "fixtures/prefs.json", "kind": "synthetic",
                                    "steps": [{"from": "app/page.tsx", "to": "app/client.ts"},
                                              {"from": "app/client.ts", "to": "fixtures/prefs.json"}]}]}),
            ),
            subject(
                SubjectKind::Surface,
                json!({"label": "cart", "kind": "checkout", "content": null, "disclosure": null, "sources": []}),
            ),
            subject(
                SubjectKind::SyncFlow,
                json!({"label": "`a\"] --> x`", "kind": "declared",
                       "source": {"system": "shopify", "environment": {"name": "production"}},
                       "target": {"system": "salesforce", "environment": {"name": null}},
                       "writes": [{"guard": "missing"}], "code": [{"path": "sync/a.ts"}]}),
            ),
        ]
    }

    #[test]
    fn the_picture_shows_the_way_of_the_data_and_nothing_else() {
        let drawn = draw(&subjects(), Language::Mermaid);
        for line in [
            "fixtures/prefs.json<br/>synthetic",
            "app/client.ts",
            "recommendations<br/>discovery, no disclosure",
            "shopify, production",
        ] {
            assert!(drawn.contains(line), "{line} is not in\n{drawn}");
        }
        assert!(!drawn.contains("cart"), "nothing reaches the cart:\n{drawn}");
        assert_eq!(drawn.matches("-->").count(), 6, "{drawn}");
    }

    #[test]
    fn labels_can_not_break_out() {
        let mermaid = draw(&subjects(), Language::Mermaid);
        assert!(mermaid.contains("a#34;#93; --#62; x"), "{mermaid}");
        let dot = draw(&subjects(), Language::Dot);
        assert!(dot.contains("a\\\"] --> x"), "{dot}");
        assert_eq!(draw(&[], Language::Dot).lines().count(), 5);
    }
}
