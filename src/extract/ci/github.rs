//! GitHub workflows and composite actions: in comes a tree, out come jobs with environments, purposes and gates, and the
//! references, endpoints and flows that each job is given.

use std::sync::LazyLock;

use regex::Regex;

use super::super::collect::{Around, Collector};
use super::super::expression::{Expression, expressions, fallback_of};
use super::super::passage::Passage;
use super::super::shell::{self, Variables};
use super::super::trail::walk;
use super::super::url::{Url, urls};
use super::super::words::{credential_role, endpoint_role};
use super::bypass::{self, Shell};
use super::condition::skips_pull_requests;
use super::github_expression::{Read, reads, results};
use super::purpose::Purposes;
use crate::fact::environment::segments;
use crate::fact::environment::{Evidence, Rung, class_of_word};
use crate::fact::{Bypass, CredentialRole, EndpointRole, Gate, Job, Store};
use crate::parse::tree::{Entry, Node, Tree, Value};
use crate::source::{Source, Span};

/// Workflows, and actions in `action.yml`.
pub(in crate::extract) fn reads_file(source: &Source, tree: &Tree) -> bool {
    let Some(root) = tree.roots.first() else { return false };
    let yaml = source.path.ends_with(".yml") || source.path.ends_with(".yaml");
    let workflow = source.path.contains(".github/workflows/") || source.path.contains(".gitea/workflows/");
    let action = matches!(source.name(), "action.yml" | "action.yaml") && root.at(&["runs", "steps"]).is_some();
    yaml && (workflow && root.get("jobs").is_some() || action)
}

/// Reads a workflow.
pub(in crate::extract) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    let Some(root) = tree.roots.first() else { return };
    let workflow = Workflow::of(root, collector.source);
    for entry in root.get("jobs").map(Node::entries).unwrap_or_default() {
        job(collector, &workflow, entry);
    }
    if let Some(steps) = root.at(&["runs", "steps"]) {
        let mut purposes = Purposes::default();
        for (i, step) in steps.items().iter().enumerate() {
            let around = Around::key(format!("runs.steps[{i}]"));
            inputs(collector, step, &around);
            run(collector, step, &around, Shell { exits_on_error: true, pipefail: true }, &mut purposes);
        }
    }
    super::settle_reporting(collector);
}

/// What holds for every job of a workflow.
struct Workflow<'a> {
    root: &'a Node,
    name: String,
    on_pull_request: bool,
    ready_for_review: bool,
    /// What keeps the workflow from running on some pull requests.
    filters: Vec<Bypass>,
    /// The environments of the branches whose pushes start it.
    pushed_to: Vec<Evidence>,
}

impl<'a> Workflow<'a> {
    fn of(root: &'a Node, source: &Source) -> Self {
        let stem = source.name().rsplit_once('.').map_or(source.name(), |(s, _)| s);
        let name = root.text_at(&["name"]).unwrap_or(stem).to_owned();
        let mut workflow = Self {
            root,
            name,
            on_pull_request: false,
            ready_for_review: false,
            filters: Vec::new(),
            pushed_to: Vec::new(),
        };
        // YAML 1.1 readers turn `on` into `true`; the tree keeps what is written.
        if let Some(on) = root.entry("on").or_else(|| root.entry("true")) {
            workflow.triggers(&on.node);
            if !workflow.on_pull_request {
                workflow.bypass(on, "the workflow does not run on pull requests".to_owned());
            }
        }
        workflow
    }

    fn triggers(&mut self, on: &Node) {
        self.pushed_to = on.at(&["push", "branches"]).map(branch_environment).unwrap_or_default();
        const REQUESTS: &[&str] = &["pull_request", "pull_request_target", "merge_group", "workflow_call"];
        let listed = on.items().iter().filter_map(Node::text).any(|t| REQUESTS.contains(&t));
        self.on_pull_request = listed;
        for entry in on.entries().iter().filter(|e| REQUESTS.contains(&e.key.as_str())) {
            self.on_pull_request = true;
            if entry.key.starts_with("pull_request") {
                self.filter(&entry.node);
            }
        }
    }

    fn filter(&mut self, request: &Node) {
        for key in ["paths", "paths-ignore"] {
            if let Some(entry) = request.entry(key).filter(|e| !covers_all(&e.node)) {
                self.bypass(entry, format!("`{key}` lets pull requests through unchecked"));
            }
        }
        if let Some(entry) = request.entry("branches").filter(|e| !names_release_branch(&e.node)) {
            self.bypass(entry, "`branches` leaves out pull requests to the main branch".to_owned());
        }
        if let Some(entry) = request.entry("branches-ignore").filter(|e| names_release_branch(&e.node)) {
            self.bypass(entry, "`branches-ignore` leaves out pull requests to the main branch".to_owned());
        }
        let types: Vec<&str> =
            request.get("types").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
        self.ready_for_review |= types.contains(&"ready_for_review");
        if let Some(entry) = request.entry("types").filter(|_| !types.contains(&"synchronize")) {
            self.bypass(entry, "`types` leaves out new commits of a pull request (`synchronize`)".to_owned());
        }
    }

    fn bypass(&mut self, entry: &Entry, what: String) {
        self.filters.push(Bypass { span: entry.key_span, what });
    }
}

/// Branches that are all named for environments of one class: a push to `production` deploys production.
fn branch_environment(branches: &Node) -> Vec<Evidence> {
    let evidence = |node: &Node| {
        let name = node.text()?;
        let why = format!("runs on pushes to branch `{name}`");
        Some(Evidence {
            rung: Rung::Name,
            class: class_of_word(name)?,
            name: name.to_owned(),
            why,
            span: Some(node.span),
        })
    };
    let found: Option<Vec<Evidence>> = branches.items().iter().map(evidence).collect();
    found.filter(|all| all.windows(2).all(|w| w[0].class == w[1].class)).unwrap_or_default()
}

fn covers_all(globs: &Node) -> bool {
    globs.items().iter().filter_map(Node::text).any(|g| g == "**")
}

/// Whether branch globs match a branch that is released from. The default branch's name is not in the file, so that the
/// usual ones all count.
fn names_release_branch(globs: &Node) -> bool {
    const USUAL: &[&str] = &["main", "master", "trunk", "production", "prod", "default", "develop", "stable"];
    globs.items().iter().filter_map(Node::text).any(|g| {
        USUAL.contains(&g)
            || g.starts_with("**")
            || g == "*"
            || g.starts_with("release")
            || g.contains("default")
            || g.contains("${{")
    })
}

fn job(collector: &mut Collector<'_>, workflow: &Workflow<'_>, entry: &Entry) {
    let node = &entry.node;
    if !matches!(node.value, Value::Map(_)) {
        return;
    }
    let key = format!("jobs.{}", entry.key);
    let name = node.entry("name").and_then(|e| Some((e.node.text()?, e.node.span)));
    let fact = Job {
        host: "github".to_owned(),
        id: entry.key.clone(),
        name: name.map(|(n, _)| n.to_owned()),
        workflow: workflow.name.clone(),
        environments: environments(collector.source, workflow, node),
        ..Job::default()
    };
    let placed = Around { structure: workflow.pushed_to.clone(), ..Around::key(&key) };
    let Some(number) = collector.job(entry.key_span, &placed, fact) else { return };
    let base = Around { job: Some(number), ..Around::key(&key) };
    let mut purposes = Purposes::default();
    purposes.name("job", &entry.key, entry.key_span);
    if let Some((name, span)) = name {
        purposes.name("job name", name, span);
    }
    if let Some(env) = workflow.root.get("env") {
        values(collector, env, &base.at("env"));
    }
    given(collector, node, &base);
    matrix_secrets(collector, node, &base);
    let mut gates = Vec::new();
    for (i, step) in node.get("steps").map(Node::items).unwrap_or_default().iter().enumerate() {
        let around = base.at(format!("{key}.steps[{i}]"));
        inputs(collector, step, &around);
        let shell = shell_of(workflow.root, node, step);
        let commands = run(collector, step, &around, shell, &mut purposes);
        gates.extend(step_gates(workflow, node, step, commands));
    }
    gates.extend(called_gate(workflow, node));
    if let Some(job) = collector.job_mut(number) {
        job.scratch_org = purposes.scratch_org;
        job.purposes = purposes.settle();
        job.gates = gates;
    }
}

/// What a job gets outside its steps: `env`, the inputs and secrets of a called workflow, container and services.
fn given(collector: &mut Collector<'_>, job: &Node, base: &Around) {
    for key in ["env", "with", "secrets", "container", "services", "outputs", "strategy"] {
        if let Some(node) = job.get(key) {
            values(collector, node, &base.at(format!("{}.{key}", base.key)));
        }
    }
}

/// `secrets[matrix.key]` and `secrets[format('SF_{0}_KEY', matrix.env)]`: the secrets that the legs of the matrix read.
fn matrix_secrets(collector: &mut Collector<'_>, job: &Node, base: &Around) {
    static DYNAMIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"secrets\[\s*(?:format\(\s*'(?<form>[^']*)'\s*,\s*)?matrix\.(?<key>[\w-]+)(?:\.[\w-]+)?\s*\)?\s*\]")
            .ok()
    });
    let Some(regex) = DYNAMIC.as_ref() else { return };
    walk(job, &mut |trail, node| {
        let Some(text) = node.text().filter(|t| t.contains("secrets[")) else { return true };
        let passage = Passage::of_node(collector.source, node);
        for found in regex.captures_iter(text) {
            let (Some(whole), Some(key)) = (found.get(0), found.name("key")) else { continue };
            for (value, _) in matrix_values(job, key.as_str()) {
                let name = found.name("form").map_or_else(|| value.clone(), |f| f.as_str().replace("{0}", &value));
                let expression = Expression {
                    range: whole.range(),
                    store: Store::Github,
                    scope: String::new(),
                    name,
                    default: None,
                };
                let around = base.at(join(&base.key, &trail.path()));
                collector.add_reference(passage.span(whole.range()), &around, &expression, CredentialRole::Secret);
            }
        }
        true
    });
}

/// What a step gets: `env`, `with`, and the secrets that its `if` looks at.
fn inputs(collector: &mut Collector<'_>, step: &Node, around: &Around) {
    for key in ["env", "with"] {
        if let Some(node) = step.get(key) {
            values(collector, node, &around.at(format!("{}.{key}", around.key)));
        }
    }
}

/// Every scalar below a node, each under its own name.
fn values(collector: &mut Collector<'_>, node: &Node, base: &Around) {
    walk(node, &mut |trail, node| {
        let Some(text) = node.text() else { return true };
        let around = base.at(join(&base.key, &trail.path()));
        let passage = Passage::of_node(collector.source, node);
        let name = trail.name();
        let found = read_expressions(collector, &passage, &around, name);
        let urls = urls(text);
        if !urls.is_empty() {
            collector.urls(&passage, &urls, &found, &around, endpoint_role(name));
        }
        true
    });
}

fn join(base: &str, path: &str) -> String {
    if path.is_empty() { base.to_owned() } else { format!("{base}.{path}") }
}

/// The references of a text's expressions; returns them with their defaults, so that URLs in them are fallbacks.
fn read_expressions(
    collector: &mut Collector<'_>,
    passage: &Passage<'_>,
    around: &Around,
    read_as: &str,
) -> Vec<Expression> {
    let found = reads(passage.text);
    for Read { context, expression, .. } in &found {
        let span = passage.span(expression.range.clone());
        match context.as_str() {
            "secrets" => {
                // Whatever is kept as a secret is one, unless its own name says that it only identifies.
                let role = match credential_role(&expression.name) {
                    _ if expression.name.eq_ignore_ascii_case("GITHUB_TOKEN") => CredentialRole::Other,
                    CredentialRole::Identity => CredentialRole::Identity,
                    _ if is_setting(&expression.name) => CredentialRole::Other,
                    _ => CredentialRole::Secret,
                };
                collector.add_reference(span, around, expression, role);
            }
            "vars" => {
                let mut variable = expression.clone();
                variable.scope = "vars".to_owned();
                collector.reference(span, around, &variable, read_as);
            }
            _ => {}
        }
    }
    let mut all: Vec<Expression> = found
        .into_iter()
        // The expression is what is shown for a fallback; the whole of it is the place.
        .map(|r| Expression { range: r.whole, ..r.expression })
        .filter(|e| e.default.is_some())
        .collect();
    all.extend(expressions(passage.text).into_iter().filter(|e| !passage.text[e.range.clone()].starts_with("${{")));
    all
}

/// `SF_LOGIN_URL`, `AWS_ROLE_NAME`, `GCP_REGION`: kept as a secret, but an address or a name.
fn is_setting(name: &str) -> bool {
    const LAST: &[&str] = &[
        "name",
        "id",
        "role",
        "arn",
        "region",
        "bucket",
        "email",
        "mail",
        "path",
        "dir",
        "port",
        "org",
        "organization",
        "project",
        "channel",
        "namespace",
        "cluster",
        "branch",
        "alias",
        "version",
        "environment",
        "env",
        "zone",
        "registry",
        "repository",
        "repo",
        "team",
        "slug",
        "ttl",
    ];
    let last = segments(name).last().map(|w| w.to_ascii_lowercase()).unwrap_or_default();
    credential_role(name) == CredentialRole::Other
        && (endpoint_role(name) == EndpointRole::Connection || LAST.contains(&last.as_str()))
}

/// Reads a step's script.
fn run(
    collector: &mut Collector<'_>,
    step: &Node,
    around: &Around,
    shell: Shell,
    purposes: &mut Purposes,
) -> Vec<bypass::GateCommand> {
    if let Some((node, name)) = step.get("uses").and_then(|n| Some((n, n.text()?))) {
        let action = name.split('@').next().unwrap_or(name).rsplit('/').next().unwrap_or(name);
        purposes.action(action, node.span);
    }
    let Some(node) = step.get("run").filter(|n| n.text().is_some()) else { return Vec::new() };
    let around = around.at(format!("{}.run", around.key));
    let passage = Passage::of_node(collector.source, node);
    let found = read_expressions(collector, &passage, &around, "");
    let defaults: Vec<Url> =
        urls(passage.text).into_iter().filter(|u| fallback_of(&found, &u.range).is_some()).collect();
    collector.urls(&passage, &defaults, &found, &around, EndpointRole::Connection);
    let commands = shell::read(collector, &passage, &around, Variables::Named, false);
    purposes.commands(&commands, &passage);
    bypass::gates(&commands, &passage, shell)
}

/// The shell of a step: GitHub runs `bash -e` without pipefail, `bash -eo pipefail` where `shell: bash` is said.
fn shell_of(root: &Node, job: &Node, step: &Node) -> Shell {
    let named = step
        .text_at(&["shell"])
        .or_else(|| job.text_at(&["defaults", "run", "shell"]))
        .or_else(|| root.text_at(&["defaults", "run", "shell"]));
    match named {
        None => Shell { exits_on_error: true, pipefail: false },
        Some("bash") => Shell { exits_on_error: true, pipefail: true },
        Some(own) if own.contains("{0}") => {
            let flags: Vec<&str> = own.split_whitespace().filter(|w| w.starts_with('-')).collect();
            let exits = flags.iter().any(|f| !f.starts_with("--") && f.contains('e'));
            Shell { exits_on_error: exits, pipefail: own.contains("pipefail") }
        }
        Some(_) => Shell { exits_on_error: true, pipefail: false },
    }
}

/// `environment:` as text, as a mapping, from a matrix, from a choice or from the workflow's inputs.
fn environments(source: &Source, workflow: &Workflow<'_>, job: &Node) -> Vec<(String, Span)> {
    let Some(node) = job.get("environment") else { return Vec::new() };
    let Some(node) = node.get("name").or(Some(node)).filter(|n| n.text().is_some()) else { return Vec::new() };
    let text = node.text().unwrap_or_default();
    if !text.contains("${{") {
        return vec![(text.to_owned(), node.span)];
    }
    let passage = Passage::of_node(source, node);
    let mut out: Vec<(String, Span)> =
        results(text).into_iter().map(|r| (text[r.clone()].to_owned(), passage.span(r))).collect();
    for read in reads(text) {
        let name = read.expression.name.as_str();
        match read.context.as_str() {
            "matrix" => out.extend(matrix_values(job, name)),
            "inputs" => out.extend(input_values(workflow.root, name)),
            _ => {}
        }
        let default = read.expression.default.clone().map(|d| (text[d.clone()].to_owned(), passage.span(d)));
        out.extend(default.filter(|d| !out.contains(d)));
    }
    out
}

/// All values of a matrix key, with their places.
fn matrix_values(job: &Node, key: &str) -> Vec<(String, Span)> {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else { return Vec::new() };
    // `matrix.target.name` is read as `target`: its mappings name the environment under one of these keys.
    const NAMES: &[&str] = &["environment", "env", "name"];
    let value = |n: &Node| {
        let n = if n.text().is_some() { Some(n) } else { NAMES.iter().find_map(|k| n.get(k)) }?;
        Some((n.text()?.to_owned(), n.span))
    };
    let listed = matrix.get(key).map(Node::items).unwrap_or_default().iter();
    let included = matrix.get("include").map(Node::items).unwrap_or_default().iter().filter_map(|i| i.get(key));
    listed.chain(included).filter_map(value).collect()
}

/// The options and the default of a workflow's input.
fn input_values(root: &Node, name: &str) -> Vec<(String, Span)> {
    let on = root.get("on").or_else(|| root.get("true"));
    let mut out: Vec<(String, Span)> = Vec::new();
    for trigger in ["workflow_dispatch", "workflow_call"] {
        let Some(input) = on.and_then(|on| on.at(&[trigger, "inputs", name])) else { continue };
        let options = input.get("options").map(Node::items).unwrap_or_default().iter().chain(input.get("default"));
        for (text, span) in options.filter_map(|n| Some((n.text()?, n.span))) {
            if !text.is_empty() && !out.iter().any(|(t, _)| t == text) {
                out.push((text.to_owned(), span));
            }
        }
    }
    out
}

/// The gates of a step: `uses: …/synthgate…`, or commands of its script.
fn step_gates(workflow: &Workflow<'_>, job: &Node, step: &Node, commands: Vec<bypass::GateCommand>) -> Vec<Gate> {
    let mut found: Vec<(Span, Vec<Bypass>)> = commands.into_iter().map(|c| (c.span, c.bypasses)).collect();
    if let Some(node) = step.get("uses").filter(|n| n.text().is_some_and(is_gate_action)) {
        let zero = step.get("with").map(Node::entries).unwrap_or_default().iter().find(|e| {
            let text = e.node.text().unwrap_or_default();
            e.key.replace('_', "-") == "exit-zero" && text == "true" || text.contains("--exit-zero")
        });
        let bypasses =
            zero.map(|e| Bypass { span: e.node.span, what: "`--exit-zero` reports and never fails".to_owned() });
        found.push((node.span, bypasses.into_iter().collect()));
    }
    let outer: Vec<Bypass> = if found.is_empty() { Vec::new() } else { around_gate(workflow, job, Some(step)) };
    let gate = |(span, mut bypasses): (Span, Vec<Bypass>)| {
        bypasses.extend(outer.iter().cloned());
        Gate { span, bypasses, reporting: false, on_pull_request: workflow.on_pull_request }
    };
    found.into_iter().map(gate).collect()
}

/// A job that calls a reusable workflow of the gate.
fn called_gate(workflow: &Workflow<'_>, job: &Node) -> Option<Gate> {
    let node = job.get("uses").filter(|n| n.text().is_some_and(is_gate_action))?;
    let bypasses = around_gate(workflow, job, None);
    Some(Gate { span: node.span, bypasses, reporting: false, on_pull_request: workflow.on_pull_request })
}

/// `acme/synthgate@v1`, `./.github/actions/synthgate`, `docker://ghcr.io/acme/synthgate:1`.
fn is_gate_action(uses: &str) -> bool {
    let path = uses.trim_start_matches("docker://").split('@').next().unwrap_or(uses);
    path.split('/').any(|part| {
        let name = part.split(':').next().unwrap_or(part).trim_end_matches(".yml").trim_end_matches(".yaml");
        matches!(name, "synthgate" | "synthgate-action" | "action-synthgate" | "setup-synthgate")
            && name != "setup-synthgate"
    })
}

/// What step, job and workflow do to a gate.
fn around_gate(workflow: &Workflow<'_>, job: &Node, step: Option<&Node>) -> Vec<Bypass> {
    let mut out = Vec::new();
    for (what, node) in [("step", step), ("job", Some(job))] {
        let Some(node) = node else { continue };
        if let Some(entry) = node.entry("continue-on-error").filter(|e| e.node.text() != Some("false")) {
            let text = entry.node.text().unwrap_or_default();
            let says = if text == "true" { "lets" } else { "can let" };
            let span = entry.key_span.to(entry.node.span);
            out.push(Bypass { span, what: format!("`continue-on-error: {text}` {says} the {what}'s failure pass") });
        }
        if let Some(entry) = node.entry("if") {
            let text = entry.node.text().unwrap_or_default();
            if let Some(why) = skips_pull_requests(text, workflow.ready_for_review) {
                let span = entry.key_span.to(entry.node.span);
                out.push(Bypass { span, what: format!("the {what}'s `if` {why}") });
            }
        }
    }
    out.extend(workflow.filters.iter().cloned());
    out
}
