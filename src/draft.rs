//! A first `synthgate.yaml`: in come the paths of a repository and the subjects that were linked without one, out comes
//! a commented draft of environments, datasets, surfaces and flows. Everything in it was seen; what it means is the
//! reader's to say.

mod flows;
mod surfaces;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;

use crate::check::Survey;
use crate::link::subject::{Subject, SubjectKind};

/// How many of each kind are drafted.
const MAX: usize = 20;

/// A draft, and what went into it.
#[derive(Debug)]
pub struct Draft {
    /// The file's text.
    pub text: String,
    /// One line for each kind of thing that was seen.
    pub seen: Vec<String>,
}

/// Drafts a configuration.
pub fn draft(survey: &Survey) -> Draft {
    let (paths, subjects) = (&survey.paths, &survey.subjects);
    let mut text = String::from(
        "# Drafted by `synthgate init` from what this repository holds. Read every line: it says what was seen, not what\n\
         # is right. `synthgate schema config` describes every key.\nversion: 1\n",
    );
    let mut seen = Vec::new();
    environments(subjects, &mut text, &mut seen);
    datasets(subjects, &mut text, &mut seen);
    let found = surfaces::find(paths);
    surfaces::write(&found, &mut text);
    seen.push(counted(found.len(), "surface", "by the names of pages and routes"));
    flows::write(subjects, &survey.senders, &mut text, &mut seen);
    Draft { text, seen }
}

fn environments(subjects: &[Subject], text: &mut String, seen: &mut Vec<String>) {
    let mut hosts: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for subject in subjects.iter().filter(|s| s.kind == SubjectKind::Endpoint) {
        let (input, environment) = (&subject.input, &subject.input["environment"]);
        let host = string(&input["host"]);
        let effective = !flag(&input["place"]["documentation"]) && !flag(&input["place"]["recording"]);
        let (Some(class), false, true) =
            (environment["class"].as_str(), host.is_empty() || host.contains('*'), effective)
        else {
            continue;
        };
        // A provider's own entry is everybody's: only hosts of one tenant tell environments of this one apart.
        if host.split('.').count() > 3 || input["provider"].is_null() {
            let name =
                if class == "production" { "production" } else { environment["name"].as_str().unwrap_or("sandbox") };
            hosts.entry((class.to_owned(), name.to_owned())).or_default().insert(host.to_owned());
        }
    }
    let count = hosts.values().map(BTreeSet::len).sum();
    seen.push(counted(count, "host", "whose environment is known"));
    text.push_str("\n# Where real customers live, and where they must not. Hosts win over everything that names suggest.\nenvironments:\n");
    if !hosts.keys().any(|(class, _)| class == "production") {
        text.push_str("  production:\n    class: production\n    # hosts: [\"shop.example.com\"]\n");
    }
    for ((class, name), hosts) in hosts.iter().take(MAX) {
        let _ = writeln!(text, "  {}:\n    class: {class}\n    hosts:", quoted(name));
        for host in hosts.iter().take(MAX) {
            let _ = writeln!(text, "      - {}", quoted(host));
        }
    }
    if !hosts.keys().any(|(class, _)| class != "production") {
        text.push_str(
            "  sandbox:\n    class: non-production\n    # hosts: [\"acme--uat.sandbox.my.salesforce.com\"]\n",
        );
    }
}

fn datasets(subjects: &[Subject], text: &mut String, seen: &mut Vec<String>) {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for subject in subjects.iter().filter(|s| s.kind == SubjectKind::Dataset) {
        let input = &subject.input;
        // Names alone may be products' or tables'.
        let families = input["people"]["families"].as_array().map(Vec::as_slice).unwrap_or_default();
        let people = families.iter().any(|family| family != "name") && !flag(&input["people"]["exempt"]);
        let place = &input["place"];
        if !people || flag(&place["recording"]) || flag(&place["documentation"]) || flag(&place["vendored"]) {
            continue;
        }
        let path = string(&place["path"]);
        // Two files of a folder are a folder of data.
        let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
        let why = string(&input["people"]["why"]).to_owned();
        found.entry(folder.to_owned()).and_modify(|_| {}).or_insert(why);
    }
    seen.push(counted(found.len(), "folder", "with data about people"));
    if found.is_empty() {
        return;
    }
    text.push_str("\n# Data about people. Say what each is: synthetic, masked, real or not-personal.\ndatasets:\n");
    for (path, why) in found.iter().take(MAX) {
        let glob =
            if path.rsplit('/').next().is_some_and(|n| n.contains('.')) { path.clone() } else { format!("{path}/**") };
        let _ = writeln!(text, "  - paths: [{}] # {}", quoted(&glob), comment(why));
        text.push_str("    # kind: synthetic\n    # marker: is_synthetic\n");
    }
}

fn counted(count: usize, what: &str, how: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural} {how}")
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn flag(value: &Value) -> bool {
    value.as_bool().unwrap_or_default()
}

/// Text in double quotes, as YAML and JSON write it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Text of a file behind a `#`: on one line.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config;
    use crate::link::Sender;
    use crate::source::{FileId, Source};

    #[test]
    fn a_draft_is_a_configuration_without_fault() {
        let subjects = vec![
            Subject {
                kind: SubjectKind::SyncFlow,
                label: String::new(),
                facts: Vec::new(),
                input: json!({"kind": "module", "source": {"system": "hubspot"}, "target": {"system": "shopify"}, "code": [{"path": "jobs/a \"b\".py"}]}),
                merge: None,
            },
            Subject {
                kind: SubjectKind::Dataset,
                label: String::new(),
                facts: Vec::new(),
                input: json!({"place": {"path": "fixtures/people.csv"}, "people": {"families": ["email", "name"], "exempt": false, "why": "e-mail and name"}}),
                merge: None,
            },
            Subject {
                kind: SubjectKind::Dataset,
                label: String::new(),
                facts: Vec::new(),
                input: json!({"place": {"path": "migrations/tables.json"}, "people": {"families": ["name"], "exempt": false, "why": "name"}}),
                merge: None,
            },
            Subject {
                kind: SubjectKind::Endpoint,
                label: String::new(),
                facts: Vec::new(),
                input: json!({"host": "acme--uat.sandbox.my.salesforce.com", "provider": "salesforce", "place": {}, "environment": {"class": "non-production", "name": "uat"}}),
                merge: None,
            },
        ];
        let paths = ["src/pages/checkout/index.tsx".to_owned(), "README.md".to_owned()];
        let senders = vec![Sender {
            system: "salesforce".into(),
            source: None,
            files: (0..9).map(|i| format!("app/sync/part_{i}.rb")).chain(["lib/push.rb".into()]).collect(),
        }];
        let drafted = draft(&Survey { paths: paths.to_vec(), subjects, senders });
        let loaded = config::load(&Source::from_str(FileId(0), "synthgate.yaml", &drafted.text));
        assert_eq!(loaded.errors, [], "{}", drafted.text);
        assert_eq!(loaded.config.flows[0].code[0].text, "jobs/a \"b\".py");
        assert_eq!(loaded.config.surfaces[0].paths, ["src/pages/checkout/**"]);
        let paths: Vec<_> = loaded.config.datasets.iter().flat_map(|d| &d.paths).collect();
        assert_eq!(paths, ["fixtures/**"], "tables' and products' names are no people's");
        assert!(loaded.config.environments.iter().any(|e| e.name == "uat" && e.hosts.len() == 1));
        assert_eq!(drafted.seen.len(), 4);
        let pushed: Vec<&str> = loaded.config.flows[1].code.iter().map(|c| c.text.as_str()).collect();
        assert_eq!(pushed, ["app/sync/*.rb", "lib/push.rb"]);
        assert_eq!(loaded.config.flows[1].target.system.text, "salesforce");
        let empty = draft(&Survey { paths: Vec::new(), subjects: Vec::new(), senders: Vec::new() });
        assert_eq!(config::load(&Source::from_str(FileId(0), "synthgate.yaml", &empty.text)).errors, []);
    }
}
