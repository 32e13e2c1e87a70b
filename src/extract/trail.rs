//! The way from a document's root to a scalar: its keys, the mappings around it, and what they say of the environment
//! (rung 3 of the ladder) and of the scalar's own name.

use crate::fact::environment::{Class, Evidence, Rung, class_of_name, class_of_word};
use crate::parse::tree::{Entry, Node, Step, Value, dotted};
use crate::source::Span;

/// Bound on the depth of a walk: parsers stop earlier, this guards trees made in other ways.
const MAX_DEPTH: usize = 300;

/// The steps from a root to a node, each with the mapping or list it starts from.
#[derive(Debug, Clone, Default)]
pub struct Trail<'a> {
    parents: Vec<&'a Node>,
    steps: Vec<Step<'a>>,
}

/// Calls `visit` for each node below a root, the root included, before its children, with the trail that leads to it.
/// A visit that returns false keeps the walk out of the node.
pub fn walk<'a>(root: &'a Node, visit: &mut impl FnMut(&Trail<'a>, &'a Node) -> bool) {
    go(root, &mut Trail::default(), visit);
}

fn go<'a>(node: &'a Node, trail: &mut Trail<'a>, visit: &mut impl FnMut(&Trail<'a>, &'a Node) -> bool) {
    if trail.steps.len() >= MAX_DEPTH || !visit(trail, node) {
        return;
    }
    match &node.value {
        Value::Scalar(_) => {}
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                trail.within(node, Step::Index(i), |trail| go(item, trail, visit));
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                trail.within(node, Step::Key(entry), |trail| go(&entry.node, trail, visit));
            }
        }
    }
}

impl<'a> Trail<'a> {
    /// Takes one step further while `run` runs.
    pub fn within(&mut self, parent: &'a Node, step: Step<'a>, run: impl FnOnce(&mut Self)) {
        self.parents.push(parent);
        self.steps.push(step);
        run(self);
        self.parents.pop();
        self.steps.pop();
    }

    /// The trail as a key path; `env[1].value` of `{name: SF_URL, value: …}` is `env[1].SF_URL`.
    pub fn path(&self) -> String {
        let mut path = dotted(&self.steps);
        let leaf = self.entry().map_or("", |e| e.key.as_str());
        if is_holder(leaf) && self.name() != leaf && path.ends_with(leaf) {
            path.truncate(path.len() - leaf.len());
            path.push_str(self.name());
        }
        path
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step<'a>] {
        &self.steps
    }

    /// The mapping or list that holds the node, none at a root.
    pub fn parent(&self) -> Option<&'a Node> {
        self.parents.last().copied()
    }

    /// The mappings and lists around the node, innermost first.
    pub fn ancestors(&self) -> impl Iterator<Item = &'a Node> + '_ {
        self.parents.iter().rev().copied()
    }

    /// The innermost key.
    pub fn entry(&self) -> Option<&'a Entry> {
        self.steps.iter().rev().find_map(|s| match s {
            Step::Key(e) => Some(*e),
            Step::Index(_) => None,
        })
    }

    /// The key as written, innermost first, each without what stands before its last dot.
    fn keys(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.steps.iter().rev().filter_map(|s| match s {
            Step::Key(e) => Some(e.key.rsplit('.').next().unwrap_or(&e.key)),
            Step::Index(_) => None,
        })
    }

    /// The name that tells what the node is: its key; the `name` beside a key that only says `value`; the key above
    /// one that names an environment (`login_url: {production: …}`).
    pub fn name(&self) -> &'a str {
        let leaf = self.keys().next().unwrap_or_default();
        if is_holder(leaf) {
            let beside = self.parent().and_then(|p| {
                ["name", "key", "variable", "parameterName", "@name", "@key", "field"]
                    .iter()
                    .find_map(|k| p.text_at(&[k]))
            });
            return beside.or_else(|| self.keys().nth(1)).unwrap_or(leaf);
        }
        self.keys().take(3).find(|k| class_of_word(k).is_none()).unwrap_or(leaf)
    }

    /// What the keys and mappings around the node say of its environment, outermost first.
    pub fn evidence(&self) -> Vec<Evidence> {
        let mut out = Vec::new();
        for (i, (parent, step)) in self.parents.iter().zip(&self.steps).enumerate() {
            let innermost = i + 1 == self.steps.len();
            let holder = self.steps[..i].last().and_then(|s| s.key()).unwrap_or_default();
            declared_beside(parent, i + 2 >= self.steps.len(), &mut out);
            match step {
                Step::Key(entry) => of_key(parent, entry, holder, innermost, &mut out),
                Step::Index(n) => of_item(parent, *n, holder, &mut out),
            }
        }
        out.dedup();
        out
    }
}

/// Keys that only say that a value follows: its name stands beside or above.
fn is_holder(key: &str) -> bool {
    const HOLDERS: &[&str] =
        &["value", "default", "defaultvalue", "_", "#text", "$", "text", "initial", "current", "parametervalue"];
    HOLDERS.iter().any(|holder| holder.eq_ignore_ascii_case(key))
}

/// Words that name an environment, but something else at least as often: they count only where a sibling names one
/// too (`test:` beside `production:`), or inside a key that lists environments.
const WEAK: &[&str] = &[
    "test",
    "testing",
    "integration",
    "live",
    "local",
    "localhost",
    "preview",
    "demo",
    "ci",
    "e2e",
    "stage",
    "acceptance",
    "playground",
    "scratch",
    "develop",
    "int",
    "sit",
];

/// Keys whose children are environments.
fn lists_environments(key: &str) -> bool {
    const WORDS: &[&str] =
        &["environments", "environment", "envs", "env", "profiles", "stages", "targets", "outputs", "workspaces"];
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(key))
}

fn evidence(rung: Rung, class: Class, name: &str, why: String, span: Span) -> Evidence {
    Evidence { rung, class, name: name.to_owned(), why, span: Some(span) }
}

fn of_key(parent: &Node, entry: &Entry, holder: &str, innermost: bool, out: &mut Vec<Evidence>) {
    let parts = entry.key.split('.').count();
    for (i, word) in entry.key.split('.').enumerate() {
        let own_name = innermost && i + 1 == parts;
        let why = || format!("key `{word}`");
        if let Some(class) = class_of_word(word) {
            let strong = !WEAK.iter().any(|weak| weak.eq_ignore_ascii_case(word));
            if strong || lists_environments(holder) || has_environment_sibling(parent, entry) {
                out.push(evidence(Rung::Structure, class, word, why(), entry.key_span));
            }
        } else if let Some((class, name)) = class_of_name(word)
            && !own_name
            && lists_environments(holder)
        {
            out.push(evidence(Rung::Structure, class, &name, why(), entry.key_span));
        } else if let Some((class, name)) = class_of_name(word)
            && !own_name
            && !WEAK.contains(&name.as_str())
        {
            // The innermost key is the fact's own name, which linking reads.
            out.push(evidence(Rung::Name, class, &name, why(), entry.key_span));
        }
    }
}

fn has_environment_sibling(parent: &Node, entry: &Entry) -> bool {
    parent.entries().iter().any(|e| e.key != entry.key && class_of_word(&e.key).is_some())
}

/// `environments: [{name: uat, …}]`.
fn of_item(parent: &Node, index: usize, holder: &str, out: &mut Vec<Evidence>) {
    if !lists_environments(holder) {
        return;
    }
    let Some(item) = parent.items().get(index) else { return };
    let name = ["name", "environment", "env", "id", "key"].iter().find_map(|k| item.get(k));
    if let Some((node, text)) = name.and_then(|n| Some((n, n.text()?)))
        && let Some((class, _)) = class_of_word(text).map(|c| (c, String::new())).or_else(|| class_of_name(text))
    {
        out.push(evidence(Rung::Structure, class, text, format!("`{holder}` entry `{text}`"), node.span));
    }
}

/// A key of the mapping, or of its head, that says which environment it is for: `environment: production`,
/// `spring.config.activate.on-profile`, `metadata.namespace`, `is_sandbox: true`.
fn declared_beside(parent: &Node, near: bool, out: &mut Vec<Evidence>) {
    const HEADS: &[&[&str]] = &[
        &["spring", "config", "activate", "on-profile"],
        &["spring", "profiles"],
        &["metadata", "namespace"],
        &["metadata", "labels", "environment"],
        &["metadata", "labels", "env"],
    ];
    const DECLARING: &[&str] = &[
        "environment",
        "env",
        "environmentname",
        "deployenv",
        "deploymentenvironment",
        "deployenvironment",
        "targetenv",
        "onprofile",
        "springprofilesactive",
        "aspnetcoreenvironment",
        "muleenv",
        "sfenv",
        "salesforceenv",
        "springprofiles",
        "springconfigactivateonprofile",
        "springprofilesactive",
    ];
    const SANDBOX_FLAGS: &[&str] = &["issandbox", "usesandbox", "sandbox", "sandboxmode", "sandboxflag"];
    for head in HEADS {
        if let Some((node, text)) = parent.at(head).and_then(|n| Some((n, n.text()?))) {
            let class = class_of_word(text).or_else(|| class_of_name(text).map(|c| c.0));
            let what = head.last().copied().unwrap_or_default();
            out.extend(class.map(|c| evidence(Rung::Structure, c, text, format!("{what} `{text}`"), node.span)));
        }
    }
    for entry in parent.entries() {
        let Some(text) = entry.node.text().filter(|t| t.len() < 40) else { continue };
        let key: String =
            entry.key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        if DECLARING.contains(&key.as_str()) {
            if let Some(class) = class_of_word(text) {
                let why = format!("`{}: {text}` beside it", entry.key);
                out.push(evidence(Rung::Structure, class, text, why, entry.node.span));
            }
        } else if near && SANDBOX_FLAGS.contains(&key.as_str()) {
            let class = match text.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Class::NonProduction,
                "false" | "0" | "no" | "off" => Class::Production,
                _ => continue,
            };
            let name = if class == Class::Production { "production" } else { "sandbox" };
            let why = format!("`{}: {text}` beside it", entry.key);
            out.push(evidence(Rung::Structure, class, name, why, entry.node.span));
        }
    }
}
