//! Reading a map file: in comes YAML with spans, out come compiled maps and, for each mistake, a notice at its place
//! with the nearest known word.

use globset::GlobBuilder;

use super::{Map, Path, Rule, Text, Within, Yield};
use crate::fact::environment::Class;
use crate::fact::{CredentialRole, EndpointRole, Flow, Notice, Purpose, Store};
use crate::parse::tree::{Entry, Node, Tree, Value};
use crate::parse::{Format, tree};
use crate::registry::Registry;
use crate::source::{Source, Span};

/// The code of a notice about a map.
const CODE: &str = "map-error";

/// Reads a file of maps. What is wrong is left out and told.
pub(in crate::extract) fn load(source: &Source, maps: &mut Vec<Map>) -> Vec<Notice> {
    let tree: Tree = tree::read(source, Format::Yaml);
    let mut loader = Loader { source, notices: Vec::new() };
    for problem in &tree.problems {
        loader.fault(problem.span, format!("this is no YAML: {}", problem.message));
    }
    for root in &tree.roots {
        loader.keys(root, &["maps"]);
        for map in root.get("maps").map(Node::items).unwrap_or_default() {
            maps.extend(loader.map(map));
        }
    }
    loader.notices
}

struct Loader<'a> {
    source: &'a Source,
    notices: Vec<Notice>,
}

const MAP_KEYS: &[&str] = &["name", "files", "formats", "when", "only", "facts"];
const YIELD_KEYS: &[&str] =
    &["endpoint", "reference", "secret", "flow", "account", "provider", "sandbox", "commands", "ignore"];
const MORE_KEYS: &[&str] = &["at", "within", "host", "name", "scope", "part", "encoded", "why"];
const WITHIN_KEYS: &[&str] = &["integration", "environment", "purpose"];

const ROLES: &[(&str, EndpointRole)] = &[
    ("connection", EndpointRole::Connection),
    ("command", EndpointRole::Command),
    ("audience", EndpointRole::Audience),
    ("allowlist", EndpointRole::Allowlist),
    ("inert", EndpointRole::Inert),
];

const STORES: &[(&str, Store)] = &[
    ("environment", Store::Environment),
    ("vault", Store::Vault),
    ("kubernetes", Store::Kubernetes),
    ("aws", Store::Aws),
    ("azure", Store::Azure),
    ("google", Store::Google),
    ("one-password", Store::OnePassword),
    ("named-credential", Store::NamedCredential),
    ("property", Store::Property),
];

const FLOWS: &[(&str, Flow)] = &[
    ("password-grant", Flow::PasswordGrant),
    ("password-protocol", Flow::PasswordProtocol),
    ("session-token", Flow::SessionToken),
];

const PURPOSES: &[(&str, Purpose)] = &[
    ("test", Purpose::Test),
    ("seed", Purpose::Seed),
    ("generate", Purpose::Generate),
    ("deploy", Purpose::Deploy),
    ("demo", Purpose::Demo),
];

const CLASSES: &[(&str, Class)] = &[("production", Class::Production), ("non-production", Class::NonProduction)];
const PARTS: &[(&str, CredentialRole)] = &[("secret", CredentialRole::Secret), ("identity", CredentialRole::Identity)];

const FORMATS: &[(&str, Format)] = &[
    ("yaml", Format::Yaml),
    ("json", Format::Json),
    ("toml", Format::Toml),
    ("xml", Format::Xml),
    ("properties", Format::Properties),
    ("dotenv", Format::Dotenv),
    ("ini", Format::Ini),
    ("hcl", Format::Hcl),
];

impl Loader<'_> {
    fn fault(&mut self, span: Span, message: String) {
        self.notices.push(Notice::at(CODE, span, message));
    }

    /// Names every key that is not known.
    fn keys(&mut self, node: &Node, known: &[&str]) {
        if !matches!(node.value, Value::Map(_)) {
            self.fault(node.span, "a mapping is expected here".to_owned());
        }
        for entry in node.entries().iter().filter(|e| !known.contains(&e.key.as_str())) {
            let message = format!("`{}` is no key here{}", entry.key, suggestion(&entry.key, known));
            self.fault(entry.key_span, message);
        }
    }

    fn map(&mut self, node: &Node) -> Option<Map> {
        self.keys(node, MAP_KEYS);
        let mut files = Vec::new();
        let globs = node.get("files").map(Node::items).unwrap_or_default();
        if globs.is_empty() {
            self.fault(node.span, "`files` is missing: a map reads only files that its globs match".to_owned());
            return None;
        }
        for glob in globs {
            match GlobBuilder::new(glob.text().unwrap_or_default()).literal_separator(true).build() {
                Ok(glob) => files.push(glob),
                Err(e) => self.fault(glob.span, format!("this is no glob: {}", e.kind())),
            }
        }
        let formats = node.get("formats").map(Node::items).unwrap_or_default();
        let formats = formats.iter().filter_map(|n| self.one_of(n, FORMATS)).collect();
        let when = node.get("when").and_then(|n| self.path(n));
        let mut rules = Vec::new();
        for rule in node.get("facts").map(Node::items).unwrap_or_default() {
            rules.extend(self.rule(rule));
        }
        let only = node.text_at(&["only"]) == Some("true");
        Some(Map { files, formats, when, only, rules })
    }

    fn rule(&mut self, node: &Node) -> Option<Rule> {
        let known: Vec<&str> = YIELD_KEYS.iter().chain(MORE_KEYS).copied().collect();
        self.keys(node, &known);
        let Some(at) = node.get("at") else {
            self.fault(node.span, "`at` is missing: where does it stand?".to_owned());
            return None;
        };
        let at = self.path(at)?;
        let mut yields = Vec::new();
        for entry in node.entries().iter().filter(|e| YIELD_KEYS.contains(&e.key.as_str())) {
            yields.extend(self.yields(node, entry));
        }
        let within = node.get("within").and_then(|n| self.within(n));
        if within.is_none() && !node.entries().iter().any(|e| YIELD_KEYS.contains(&e.key.as_str())) {
            let message = format!("what stands here is not said: one of {} or `within`", list(YIELD_KEYS));
            self.fault(node.span, message);
        }
        Some(Rule { at, yields, within })
    }

    fn yields(&mut self, rule: &Node, entry: &Entry) -> Option<Yield> {
        let value = &entry.node;
        let text = value.text().unwrap_or_default();
        Some(match entry.key.as_str() {
            "endpoint" => Yield::Endpoint(self.one_of(value, ROLES)?),
            "reference" => Yield::Reference {
                store: self.one_of(value, STORES)?,
                part: rule.get("part").and_then(|n| self.one_of(n, PARTS)),
                name: rule.get("name").and_then(|n| self.text(n)),
                scope: rule.get("scope").and_then(|n| self.text(n)),
            },
            "secret" => Yield::Secret {
                provider: if text == "any" { None } else { Some(self.provider(value)?) },
                base64: rule.text_at(&["encoded"]) == Some("base64"),
            },
            "flow" => {
                let provider = rule.get("provider").and_then(|n| self.provider(n));
                Yield::Flow {
                    flow: self.one_of(value, FLOWS)?,
                    provider,
                    host: rule.get("host").and_then(|n| self.text(n)),
                }
            }
            "account" => Yield::Account(self.provider(value)?),
            // Beside `flow` it says whose login it is.
            "provider" if rule.get("flow").is_some() => return None,
            "provider" => Yield::Provider {
                id: self.provider(value)?,
                why: rule.text_at(&["why"]).unwrap_or("`{key}`").to_owned(),
            },
            "sandbox" => Yield::Sandbox(text.to_owned()),
            "commands" => Yield::Commands,
            _ => Yield::Ignore,
        })
    }

    fn within(&mut self, node: &Node) -> Option<Within> {
        self.keys(node, WITHIN_KEYS);
        let environment = node.get("environment").and_then(|n| match &n.value {
            Value::Map(_) => {
                self.keys(n, &["name", "class"]);
                let class = n.get("class").and_then(|c| self.one_of(c, CLASSES));
                let name = n.get("name").and_then(|t| self.text(t))?;
                Some((name, class))
            }
            _ => Some((self.text(n)?, None)),
        });
        Some(Within {
            integration: node.get("integration").and_then(|n| self.text(n)),
            environment,
            purpose: node.get("purpose").and_then(|n| self.one_of(n, PURPOSES)),
        })
    }

    fn one_of<T: Copy>(&mut self, node: &Node, known: &[(&str, T)]) -> Option<T> {
        let text = node.text().unwrap_or_default();
        let found = known.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = known.iter().map(|(w, _)| *w).collect();
            let hint = suggestion(text, &words);
            let hint = if hint.is_empty() { format!(": one of {}", list(&words)) } else { hint };
            self.fault(node.span, format!("`{text}` is not known here{hint}"));
        }
        found
    }

    fn provider(&mut self, node: &Node) -> Option<String> {
        let id = node.text().unwrap_or_default();
        let registry = Registry::builtin();
        if registry.provider(id).is_none() {
            let ids: Vec<&str> = registry.providers().iter().map(|p| p.id.as_str()).collect();
            self.fault(node.span, format!("the registry has no provider `{id}`{}", suggestion(id, &ids)));
            return None;
        }
        Some(id.to_owned())
    }

    fn path(&mut self, node: &Node) -> Option<Path> {
        self.path_of(node, node.text().unwrap_or_default(), 0)
    }

    fn path_of(&mut self, node: &Node, text: &str, skipped: usize) -> Option<Path> {
        match Path::parse(text) {
            Ok(path) => Some(path),
            Err(fault) => {
                let range = self.source.range(node.span);
                let at = (range.start + skipped + fault.at).min(range.end);
                let span = self.source.span(at..(at + 1).min(range.end).max(at));
                self.fault(span, format!("this path can't be read: {}", fault.message));
                None
            }
        }
    }

    fn text(&mut self, node: &Node) -> Option<Text> {
        let text = node.text()?;
        if let Some(path) = text.strip_prefix('/') {
            return self.path_of(node, path, 1).map(Text::Absolute);
        }
        let up = text.bytes().take_while(|b| *b == b'^').count();
        if up == 0 && !text.starts_with('.') {
            return Some(Text::Literal(text.to_owned()));
        }
        let rest = text[up..].strip_prefix('.').unwrap_or(&text[up..]);
        let path = self.path_of(node, rest, text.len() - rest.len())?;
        Some(Text::Relative { up, path })
    }
}

fn suggestion(word: &str, known: &[&str]) -> String {
    let near = known.iter().map(|k| (strsim::damerau_levenshtein(word, k), k)).min();
    match near {
        Some((distance, k)) if distance <= 2.max(word.len() / 3) => format!(": did you mean `{k}`?"),
        _ => String::new(),
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn the_built_in_maps_are_without_fault() {
        let mut maps = Vec::new();
        for (path, text) in super::super::BUILTIN {
            let source = Source::from_str(FileId(0), path, text);
            let shown: Vec<_> = load(&source, &mut maps)
                .into_iter()
                .map(|n| format!("{path}: {} at {:?}", n.message, n.span.map(|s| source.slice(s).to_owned())))
                .collect();
            assert_eq!(shown, Vec::<String>::new());
        }
        assert!(maps.len() > 15);
    }

    #[test]
    fn each_mistake_is_told_at_its_place() {
        let text = "\
maps:
  - name: x
    file: [\"**/*.x\"]
    files: [\"**/*.{x\"]
    formats: [yam]
    facts:
      - at: a..b
        endpoint: connection
      - at: a
        endpoint: conection
      - at: a
      - at: b
        provider: salesforc
      - at: c
        within: {purpos: seed, purpose: seeds}
";
        let source = Source::from_str(FileId(0), "m.yaml", text);
        let mut maps = Vec::new();
        let shown: Vec<_> = load(&source, &mut maps)
            .into_iter()
            .map(|n| format!("{} | {}", source.slice(n.span.unwrap()).lines().next().unwrap_or_default(), n.message))
            .collect();
        let has = |what: &str| assert!(shown.iter().any(|s| s.starts_with(what)), "{what}: {shown:#?}");
        has("file | `file` is no key here: did you mean `files`?");
        has("**/*.{x | this is no glob");
        has("yam | `yam` is not known here: did you mean `yaml`?");
        has(". | this path can't be read: a key is missing here");
        has("conection | `conection` is not known here: did you mean `connection`?");
        has("at: a | what stands here is not said");
        has("salesforc | the registry has no provider `salesforc`: did you mean `salesforce`?");
        has("purpos | `purpos` is no key here: did you mean `purpose`?");
        has("seeds | `seeds` is not known here: did you mean `seed`?");
    }
}
