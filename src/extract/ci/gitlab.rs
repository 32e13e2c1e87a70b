//! GitLab CI: in comes a tree, out come jobs with environments, purposes and gates, and what each is given. `extends`,
//! `default:` and root variables are followed inside the file; included files are not known here.

use super::super::collect::{Around, Collector};
use super::super::expression::{Expression, bare_variables, expressions};
use super::super::passage::Passage;
use super::super::shell::{self, Variables};
use super::super::trail::walk;
use super::super::url::urls;
use super::super::words::endpoint_role;
use super::bypass::{self, Shell};
use super::purpose::Purposes;
use crate::fact::{Bypass, Gate, Job, Store};
use crate::parse::tree::{Entry, Node, Tree, Value};
use crate::source::{Source, Span};

/// Root keys that are no jobs.
const RESERVED: &[&str] = &[
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "pages:deploy",
];

/// `.gitlab-ci.yml`, files beside it in `.gitlab/`, and files named like it.
pub(in crate::extract) fn reads_file(source: &Source, tree: &Tree) -> bool {
    let yaml = source.path.ends_with(".yml") || source.path.ends_with(".yaml");
    let named = source.name().contains("gitlab-ci")
        || source.path.contains(".gitlab/ci/")
        || source.path.contains(".gitlab-ci/");
    yaml && named && tree.roots.iter().any(|r| matches!(r.value, Value::Map(_)))
}

/// Reads a pipeline.
pub(in crate::extract) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    for root in &tree.roots {
        let pipeline = Pipeline { root };
        for entry in root.entries() {
            let hidden = entry.key.starts_with('.');
            let layers = pipeline.layers(&entry.node);
            let runs = ["script", "trigger", "run"].iter().any(|k| layers.iter().any(|l| l.get(k).is_some()));
            if !hidden && runs && !RESERVED.contains(&entry.key.as_str()) {
                job(collector, &pipeline, entry, &layers);
            }
        }
    }
    super::settle_reporting(collector);
}

struct Pipeline<'a> {
    root: &'a Node,
}

/// A chain of `extends` longer than this is not followed.
const MAX_EXTENDS: usize = 16;

impl<'a> Pipeline<'a> {
    /// A job and what it extends, itself first, then the nearest template; `default:` comes last.
    fn layers(&self, job: &'a Node) -> Vec<&'a Node> {
        let mut out: Vec<&'a Node> = vec![job];
        let mut next = 0;
        while next < out.len() && out.len() < MAX_EXTENDS {
            // The last template of a list wins.
            let names = out[next].get("extends").map(Node::items).unwrap_or_default();
            for template in names.iter().rev().filter_map(Node::text).filter_map(|n| self.root.get(n)) {
                if !out.iter().any(|n| std::ptr::eq(*n, template)) {
                    out.push(template);
                }
            }
            next += 1;
        }
        out.extend(self.root.get("default"));
        out
    }
}

/// The first layer that has a key.
fn effective<'a>(layers: &[&'a Node], key: &str) -> Option<&'a Entry> {
    layers.iter().find_map(|l| l.entry(key))
}

fn job(collector: &mut Collector<'_>, pipeline: &Pipeline<'_>, entry: &Entry, layers: &[&Node]) {
    let key = entry.key.clone();
    let stem = collector.source.name();
    let fact = Job {
        host: "gitlab".to_owned(),
        id: key.clone(),
        name: None,
        workflow: pipeline.root.text_at(&["workflow", "name"]).unwrap_or(stem).to_owned(),
        environments: environments(pipeline, layers),
        ..Job::default()
    };
    let Some(number) = collector.job(entry.key_span, &Around::key(&key), fact) else { return };
    let base = Around { job: Some(number), ..Around::key(&key) };
    let mut purposes = Purposes::default();
    purposes.name("job", &entry.key, entry.key_span);
    let variables = pipeline.root.get("variables").into_iter().chain(layers.iter().filter_map(|l| l.get("variables")));
    for node in variables {
        values(collector, node, &base.at(format!("{key}.variables")));
    }
    for name in ["id_tokens", "secrets", "image", "services", "trigger", "parallel"] {
        if let Some(entry) = effective(layers, name) {
            values(collector, &entry.node, &base.at(format!("{key}.{name}")));
        }
    }
    let mut gates = Vec::new();
    for name in ["before_script", "script", "after_script"] {
        let script = effective(layers, name).or_else(|| pipeline.root.entry(name).filter(|_| name != "script"));
        let Some(script) = script else { continue };
        let found = lines(collector, &script.node, &base.at(format!("{key}.{name}")), &mut purposes);
        // What `after_script` returns has no consequence at all.
        if name == "after_script" {
            let what = "the result of `after_script` is ignored".to_owned();
            gates.extend(
                found.into_iter().map(|(span, _)| (span, vec![Bypass { span: script.key_span, what: what.clone() }])),
            );
        } else {
            gates.extend(found);
        }
    }
    let gates = finish_gates(gates, pipeline, layers);
    if let Some(job) = collector.job_mut(number) {
        job.scratch_org = purposes.scratch_org;
        job.purposes = purposes.settle();
        job.gates = gates;
    }
}

/// A script's lines; each list item is a command of one shell that ends at the first failure.
fn lines(
    collector: &mut Collector<'_>,
    script: &Node,
    around: &Around,
    purposes: &mut Purposes,
) -> Vec<(Span, Vec<Bypass>)> {
    let mut out = Vec::new();
    let mut off: Option<Span> = None;
    for line in flat(script, 0) {
        let passage = Passage::of_node(collector.source, line);
        let commands = shell::read(collector, &passage, around, Variables::Gitlab, false);
        purposes.commands(&commands, &passage);
        // `set +e` in an earlier line holds on.
        let shell = Shell { exits_on_error: off.is_none(), pipefail: false };
        for gate in bypass::gates(&commands, &passage, shell) {
            let mut bypasses = gate.bypasses;
            if let Some(span) = off.filter(|_| bypasses.is_empty()) {
                bypasses.push(Bypass { span, what: "`set +e` lets the script go on".to_owned() });
            }
            out.push((gate.span, bypasses));
        }
        let text = line.text().unwrap_or_default().trim();
        if text == "set +e" {
            off = Some(line.span);
        } else if text == "set -e" {
            off = None;
        }
    }
    out
}

/// Scripts may nest lists (`- *setup`) up to ten levels.
fn flat(node: &Node, depth: usize) -> Vec<&Node> {
    if depth > 10 {
        return Vec::new();
    }
    match &node.value {
        Value::List(items) => items.iter().flat_map(|i| flat(i, depth + 1)).collect(),
        _ => vec![node],
    }
}

/// Variables and other settings: URLs and references, each under its own name.
fn values(collector: &mut Collector<'_>, node: &Node, base: &Around) {
    walk(node, &mut |trail, node| {
        let Some(text) = node.text() else { return true };
        let path = trail.path();
        let around = base.at(if path.is_empty() { base.key.clone() } else { format!("{}.{path}", base.key) });
        let passage = Passage::of_node(collector.source, node);
        let name = trail.name();
        let mut found: Vec<Expression> = expressions(text);
        let bare = bare_variables(text).into_iter();
        let bare: Vec<Expression> = bare.filter(|b| !found.iter().any(|e| e.range.start == b.range.start)).collect();
        found.extend(bare);
        for expression in &mut found {
            if expression.store == Store::Environment {
                expression.store = Store::Gitlab;
            }
            collector.reference(passage.span(expression.range.clone()), &around, expression, name);
        }
        let urls = urls(text);
        if !urls.is_empty() {
            collector.urls(&passage, &urls, &found, &around, endpoint_role(name));
        }
        true
    });
}

/// `environment: x`, `environment: {name: x}`, with variables that the job or a matrix sets.
fn environments(pipeline: &Pipeline<'_>, layers: &[&Node]) -> Vec<(String, Span)> {
    let Some(entry) = effective(layers, "environment") else { return Vec::new() };
    let node = entry.node.get("name").unwrap_or(&entry.node);
    let Some(text) = node.text() else { return Vec::new() };
    let Some(variable) = bare_variables(text).into_iter().chain(expressions(text)).next() else {
        return vec![(text.to_owned(), node.span)];
    };
    let mut out = Vec::new();
    let matrix = effective(layers, "parallel").and_then(|e| e.node.get("matrix"));
    for leg in matrix.map(Node::items).unwrap_or_default() {
        let values = leg.get(&variable.name).map(Node::items).unwrap_or_default();
        out.extend(values.iter().filter_map(|v| Some((v.text()?.to_owned(), v.span))));
    }
    if out.is_empty() {
        let set =
            layers.iter().chain(std::iter::once(&pipeline.root)).find_map(|l| l.at(&["variables", &variable.name]));
        let set = set.map(|n| n.get("value").unwrap_or(n));
        match set.and_then(|n| Some((n.text()?.to_owned(), n.span))) {
            Some(value) => out.push(value),
            // `review/$CI_COMMIT_REF_SLUG`: what is written is all that is known.
            None => out.push((text.to_owned(), node.span)),
        }
    }
    out
}

fn finish_gates(found: Vec<(Span, Vec<Bypass>)>, pipeline: &Pipeline<'_>, layers: &[&Node]) -> Vec<Gate> {
    if found.is_empty() {
        return Vec::new();
    }
    let mut outer = Vec::new();
    if let Some(entry) = effective(layers, "allow_failure").filter(|e| e.node.text() != Some("false")) {
        outer.push(at(entry, "`allow_failure` lets the pipeline go on"));
    }
    if let Some(entry) = effective(layers, "when")
        .filter(|e| matches!(e.node.text(), Some("manual" | "never" | "delayed" | "on_failure")))
    {
        outer.push(at(entry, "`when` keeps it from running by itself"));
    }
    let by_job = match effective(layers, "rules") {
        Some(rules) => by_rules(rules, &mut outer),
        None => by_only(layers, &mut outer),
    };
    let on_pull_request = by_job && workflow_allows(pipeline.root);
    if !on_pull_request {
        let keys = ["rules", "only", "except"].iter().filter_map(|k| effective(layers, k)).filter(|_| !by_job);
        let entry = keys.chain(pipeline.root.entry("workflow")).next();
        outer.extend(
            entry.map(|e| Bypass { span: e.key_span, what: "the job does not run for merge requests".to_owned() }),
        );
    }
    let gate = |(span, mut bypasses): (Span, Vec<Bypass>)| {
        bypasses.extend(outer.iter().cloned());
        Gate { span, bypasses, reporting: false, on_pull_request }
    };
    found.into_iter().map(gate).collect()
}

fn at(entry: &Entry, what: &str) -> Bypass {
    Bypass { span: entry.key_span.to(entry.node.span), what: what.to_owned() }
}

/// Whether the rules let the job run for merge requests; what hides or skips it goes to `out`.
fn by_rules(rules: &Entry, out: &mut Vec<Bypass>) -> bool {
    let mut runs = false;
    for rule in rules.node.items() {
        let condition = rule.text_at(&["if"]);
        let applies = condition.is_none_or(includes_merge_requests);
        let when = rule.text_at(&["when"]).unwrap_or("on_success");
        if !applies || runs {
            continue;
        }
        let narrowed = ["changes", "exists"].iter().find_map(|k| rule.entry(k));
        match (when, narrowed, condition) {
            ("never", Some(entry), _) => out.push(at(entry, "changes of these files skip it")),
            // `if: $CI_PIPELINE_SOURCE == "merge_request_event"`, `when: never`: everything behind it is for others.
            ("never", None, Some(c)) if certain(c) => return false,
            ("never", None, None) => return runs,
            ("never", None, Some(_)) => {
                out.push(Bypass { span: rule.span, what: "a rule with `when: never` can skip it".to_owned() })
            }
            ("manual", ..) => {
                runs = true;
                out.extend(rule.entry("when").map(|e| at(e, "`when: manual` leaves it to somebody to start it")));
            }
            (_, Some(entry), _) => {
                runs = true;
                out.push(at(entry, "it runs for changes of these files only"));
            }
            _ => runs = true,
        }
        if let Some(entry) = rule.entry("allow_failure").filter(|e| e.node.text() != Some("false")) {
            out.push(at(entry, "`allow_failure` lets the pipeline go on"));
        }
    }
    runs
}

/// Whether a rule's condition can hold for a merge request: it names one, or any branch.
fn includes_merge_requests(condition: &str) -> bool {
    let compact: String = condition.chars().filter(|c| !c.is_whitespace()).collect();
    if compact.contains("merge_request_event") {
        return compact.contains("==\"merge_request_event")
            || compact.contains("=='merge_request_event")
            || compact.contains("=~");
    }
    compact.contains("$CI_MERGE_REQUEST")
        || compact == "$CI_COMMIT_BRANCH"
        || !compact.contains("CI_COMMIT")
            && !compact.contains("CI_PIPELINE_SOURCE")
            && !compact.contains("CI_DEFAULT_BRANCH")
}

/// Whether a condition always holds for merge requests.
fn certain(condition: &str) -> bool {
    let compact: String = condition.chars().filter(|c| !c.is_whitespace() && *c != '"' && *c != '\'').collect();
    matches!(
        compact.as_str(),
        "$CI_PIPELINE_SOURCE==merge_request_event" | "$CI_MERGE_REQUEST_IID" | "$CI_MERGE_REQUEST_ID"
    )
}

/// `only` and `except`, the older spelling. Without both a job runs for every push of every branch.
fn by_only(layers: &[&Node], out: &mut Vec<Bypass>) -> bool {
    let mut runs = true;
    if let Some(only) = effective(layers, "only") {
        if let Some(changes) = only.node.entry("changes") {
            out.push(at(changes, "it runs for changes of these files only"));
        }
        let refs = only.node.get("refs").or(Some(&only.node)).filter(|n| !matches!(n.value, Value::Map(_)));
        runs = refs.is_none_or(|r| {
            r.items()
                .iter()
                .filter_map(Node::text)
                .any(|t| matches!(t, "merge_requests" | "branches" | "pushes" | "external_pull_requests"))
        });
    }
    if let Some(except) = effective(layers, "except") {
        if let Some(changes) = except.node.entry("changes") {
            out.push(at(changes, "changes of these files skip it"));
        }
        let refs = except.node.get("refs").unwrap_or(&except.node);
        runs &= !refs.items().iter().filter_map(Node::text).any(|t| matches!(t, "merge_requests" | "branches"));
    }
    runs
}

/// `workflow: rules` may keep whole pipelines from merge requests.
fn workflow_allows(root: &Node) -> bool {
    let rules = root.at(&["workflow", "rules"]).map(Node::items).unwrap_or_default();
    rules.is_empty()
        || rules
            .iter()
            .any(|r| r.text_at(&["when"]) != Some("never") && r.text_at(&["if"]).is_none_or(includes_merge_requests))
}
