//! From the text of `synthgate.yaml` to a [`Config`].

use std::sync::LazyLock;

use globset::Glob;
use serde_json::Value;

use super::declared;
use super::fit::{Problem, fit};
use super::raw::{Raw, RawDataset, RawEnvironment, RawException};
use super::{Config, Dataset, Environment, Exception, FailOn, Governance, RuleSetting};
use crate::finding::{Confidence, Severity};
use crate::parse::Format;
use crate::parse::tree::{self, Node};
use crate::source::{Source, Span};

/// The JSON Schema of `synthgate.yaml` (draft 2020-12).
pub fn schema() -> &'static Value {
    static SCHEMA: LazyLock<Value> = LazyLock::new(|| schemars::schema_for!(Raw).to_value());
    &SCHEMA
}

/// What became of a configuration file.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The configuration; where there are errors, what could be read of it.
    pub config: Config,
    /// Mistakes that make the run untrustworthy: exit code 2.
    pub errors: Vec<Problem>,
}

/// Reads and validates a configuration file.
pub fn load(source: &Source) -> Loaded {
    let tree = tree::read(source, Format::Yaml);
    let mut errors: Vec<Problem> = tree
        .problems
        .iter()
        .map(|p| Problem {
            span: p.span,
            message: p.message.clone(),
            help: "mend the YAML syntax at this place".into(),
        })
        .collect();
    if let Some(second) = tree.roots.get(1) {
        errors.push(Problem {
            span: second.span,
            message: "a second YAML document".into(),
            help: "keep the whole configuration in one document".into(),
        });
    }
    let empty = Node { span: Span::whole(source.id), value: tree::Value::Map(Vec::new()) };
    let root = tree
        .roots
        .first()
        .filter(|r| !matches!(&r.value, tree::Value::Scalar(s) if s.text.is_empty()))
        .unwrap_or(&empty);
    let value = fit(root, schema(), &mut errors);
    let raw = match serde_json::from_value::<Raw>(value) {
        Ok(raw) => raw,
        Err(e) => {
            // Only reached beside an error with a place: the schema is made from the same types.
            if errors.is_empty() {
                errors.push(Problem {
                    span: root.span,
                    message: e.to_string(),
                    help: "compare with `synthgate schema config`".into(),
                });
            }
            Raw::default()
        }
    };
    let mut reader = Reader { root, errors: &mut errors };
    let config = reader.config(source, raw);
    Loaded { config, errors }
}

/// Gives the values of [`Raw`] their places back.
struct Reader<'a> {
    root: &'a Node,
    errors: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn config(&mut self, source: &Source, raw: Raw) -> Config {
        self.version(raw.version);
        for key in ["include", "exclude", "policies"] {
            self.globs(self.root.get(key));
        }
        Config {
            path: Some(source.path.to_string()),
            fail_on: FailOn {
                severity: raw.fail_on.severity.unwrap_or(Severity::High),
                confidence: raw.fail_on.confidence.unwrap_or(Confidence::High),
            },
            include: raw.include,
            exclude: raw.exclude,
            policies: raw.policies,
            environments: self.environments(raw.environments),
            environments_span: self.root.entry("environments").map(|e| e.key_span),
            datasets: self.each("datasets", raw.datasets, Self::dataset),
            surfaces: self.each("surfaces", raw.surfaces, |this, node, raw| {
                for key in ["paths", "locales"] {
                    this.globs(node.get(key));
                }
                for media in node.get("media").map(Node::items).unwrap_or_default() {
                    this.globs(media.get("paths"));
                }
                declared::surface(node, raw)
            }),
            flows: self.each("flows", raw.flows, |this, node, raw| {
                this.globs(node.get("code"));
                declared::flow(node, raw)
            }),
            anonymisers: self.each("anonymisers", raw.anonymisers, |this, node, raw| {
                this.globs(node.get("schema"));
                declared::anonymiser(node, raw)
            }),
            governance: Governance {
                documents: raw.governance.documents,
                audit_sinks: raw.governance.audit_sinks,
                admin_paths: raw.governance.admin_paths,
                steward_roles: raw.governance.steward_roles,
                max_exception_days: raw.governance.max_exception_days.unwrap_or(180),
                log_retention_days: raw.governance.log_retention_days.unwrap_or(180),
            },
            governance_span: self.root.entry("governance").map(|e| e.key_span),
            exceptions: self.each("exceptions", raw.exceptions, Self::exception),
            rules: raw
                .rules
                .into_iter()
                .map(|(id, rule)| {
                    let span = self.root.get("rules").and_then(|r| r.entry(&id)).map(|e| e.key_span);
                    let setting = RuleSetting {
                        span,
                        enabled: rule.enabled,
                        severity: rule.severity,
                        confidence: rule.confidence,
                        options: rule.options,
                        reason: rule.reason,
                    };
                    (id, setting)
                })
                .collect(),
        }
    }

    fn version(&mut self, version: u32) {
        if version > 1 {
            self.errors.push(Problem {
                span: self.root.get("version").map_or(self.root.span, |n| n.span),
                message: format!("this program reads version 1, not {version}"),
                help: "write `version: 1`, or use a newer synthgate".into(),
            });
        }
    }

    fn environments(&mut self, mut raw: std::collections::BTreeMap<String, RawEnvironment>) -> Vec<Environment> {
        let entries = self.root.get("environments").map(Node::entries).unwrap_or_default();
        entries
            .iter()
            .filter_map(|entry| {
                let e = raw.remove(&entry.key)?;
                for key in ["paths", "hosts", "credentials"] {
                    self.globs(entry.node.get(key));
                }
                Some(Environment {
                    name: entry.key.clone(),
                    span: entry.key_span,
                    class: e.class,
                    paths: e.paths,
                    hosts: e.hosts.into_iter().map(|h| h.to_ascii_lowercase()).collect(),
                    accounts: e.accounts,
                    credentials: e.credentials,
                    allows: e.allows,
                })
            })
            .collect()
    }

    fn dataset(&mut self, node: &Node, raw: RawDataset) -> Dataset {
        self.globs(node.get("paths"));
        Dataset {
            span: node.span,
            paths: raw.paths,
            kind: raw.kind,
            marker: raw.marker,
            purpose: raw.purpose,
            loaded_into: raw.loaded_into,
            quasi_identifiers: raw.quasi_identifiers,
        }
    }

    fn exception(&mut self, node: &Node, raw: RawException) -> Exception {
        self.globs(node.get("paths"));
        let spans = node.get("paths").map(Node::items).unwrap_or_default().iter().map(|n| n.span);
        let given = |text: Option<String>| text.filter(|t| !t.trim().is_empty());
        Exception {
            span: node.span,
            rule: raw.rule.unwrap_or_default().trim().to_owned(),
            paths: raw.paths.into_iter().zip(spans).collect(),
            pointer: given(raw.pointer),
            fingerprint: given(raw.fingerprint),
            reason: given(raw.reason),
            approved_by: given(raw.approved_by),
            ticket: given(raw.ticket),
            expires: given(raw.expires).map(|t| (t, node.get("expires").map_or(node.span, |n| n.span))),
        }
    }

    fn each<R, T>(&mut self, key: &str, raw: Vec<R>, make: fn(&mut Self, &Node, R) -> T) -> Vec<T> {
        let nodes = self.root.get(key).map(Node::items).unwrap_or_default();
        nodes.iter().zip(raw).map(|(node, r)| make(self, node, r)).collect()
    }

    fn globs(&mut self, list: Option<&Node>) {
        for node in list.map(Node::items).unwrap_or_default() {
            let Some(text) = node.text() else { continue };
            if let Err(e) = Glob::new(text) {
                self.errors.push(Problem {
                    span: node.span,
                    message: format!("not a glob: {}", e.kind()),
                    help: "close every `[` and `{`; write `[[]` for a bracket that is part of a name".into(),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn problems(text: &str) -> Vec<(String, String, String)> {
        let source = Source::from_str(FileId(0), "synthgate.yaml", text);
        load(&source)
            .errors
            .into_iter()
            .map(|p| (text[p.span.start as usize..p.span.end as usize].to_owned(), p.message, p.help))
            .collect()
    }

    #[test]
    fn a_typo_is_an_error_at_its_place_with_a_suggestion() {
        assert_eq!(
            problems("version: 1\nenviroments:\n  prod: { class: production }\n"),
            [("enviroments".into(), "unknown key `enviroments`".into(), "did you mean `environments`?".into())]
        );
        assert_eq!(
            problems("environments:\n  prod: { class: prodution }\n"),
            [(
                "prodution".into(),
                "`environments.prod.class` must be one of production, non-production".into(),
                "did you mean `production`?".into()
            )]
        );
    }

    #[test]
    fn a_bad_glob_is_an_error_at_its_place() {
        let found = problems("exclude: [\"vendor/**\", \"a[\"]\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "a[");
    }

    #[test]
    fn what_a_rule_judges_is_no_error() {
        assert_eq!(problems("exceptions:\n  - rule: CRED-002\n    reason: \"\"\n"), []);
        assert_eq!(problems(""), []);
        assert_eq!(problems("# only a comment\n"), []);
        assert_eq!(problems("rules:\n  NOPE-001: { options: { k: 10, deep: [1] } }\n"), []);
    }

    #[test]
    fn the_whole_example_of_the_design_is_accepted() {
        let text = include_str!("../../tests/fixtures/synthgate-full.yaml");
        assert_eq!(problems(text), []);
        let config = load(&Source::from_str(FileId(0), "synthgate.yaml", text)).config;
        assert_eq!(config.environments.iter().map(|e| e.name.as_str()).collect::<Vec<_>>(), ["production", "uat"]);
        assert_eq!(config.exceptions[0].expires.as_ref().map(|e| e.0.as_str()), Some("2027-01-31"));
        assert_eq!(config.rules["PRIV-006"].options["k"], 10);
        let flag = config.surfaces[0].disclosure.as_ref().and_then(|d| d.flag.as_ref()).unwrap();
        assert_eq!(&text[flag.span.start as usize..flag.span.end as usize], "showAiNotice");
        assert_eq!(config.flows[0].guard.as_ref().map(|g| g.text.as_str()), Some("rejectSynthetic"));
    }

    #[test]
    fn numbers_that_stand_for_text_keep_their_text() {
        let text = "environments:\n  p:\n    class: production\n    accounts: [0123456, 1.20]\n";
        let config = load(&Source::from_str(FileId(0), "synthgate.yaml", text)).config;
        assert_eq!(config.environments[0].accounts, ["0123456", "1.20"]);
    }
}
