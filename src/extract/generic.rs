//! Reading what no map knows: in comes a tree, out come URLs under connection keys, credential references, fallbacks,
//! and authentication by a shared human identity, each with what its key path says of its environment.
//!
//! Ordinary strings make no fact: a tree of 14,000 files has millions of them.

use super::collect::{Around, Collector};
use super::expression::{Expression, bare_variables, expressions};
use super::inert;
use super::passage::Passage;
use super::shell::{self, Variables, meaning};
use super::trail::{Trail, walk};
use super::url::{Url, bare_host, urls};
use super::words::endpoint_role;
use super::{flow, identity, secret, words};
use crate::fact::{CredentialRole, EndpointRole, PurposeEvidence, Store};
use crate::parse::tree::{Node, Step, Tree, Value};

/// A scalar longer than this is a document of its own, not a setting.
const MAX_SETTING: usize = 16 * 1024;

/// Reads every document of a tree.
pub(super) fn extract(collector: &mut Collector<'_>, tree: &Tree) {
    let inert = inert::is_inert(collector.source, tree);
    // Of a manifest only its scripts do anything.
    let scripts = matches!(collector.source.name(), "package.json" | "composer.json");
    for root in tree.roots.iter().filter(|_| !inert || scripts) {
        read(collector, root, &Around::default(), if inert { Some("scripts") } else { None });
    }
}

/// Reads everything below a node, or below one key of it. `base` is what is known of the surroundings; key path and
/// structure are added.
fn read(collector: &mut Collector<'_>, root: &Node, base: &Around, only: Option<&str>) {
    walk(root, &mut |trail, node| {
        let elsewhere = only.is_some() && trail.steps().first().is_some_and(|s| s.key() != only);
        if collector.is_claimed(node.span) || elsewhere {
            return false;
        }
        match &node.value {
            Value::Map(_) => {
                flow::of_mapping(collector, trail, node, base);
                key_reference(collector, trail, node, base);
            }
            Value::Scalar(_) => scalar(collector, trail, node, base),
            Value::List(_) => {}
        }
        true
    });
}

/// The surroundings of a node: those of the base, and what its trail says.
pub(super) fn around(trail: &Trail<'_>, base: &Around) -> Around {
    let path = trail.path();
    let key = match (base.key.is_empty(), path.is_empty()) {
        (true, _) => path,
        (false, true) => base.key.clone(),
        (false, false) => format!("{}.{path}", base.key),
    };
    let mut around = base.at(key);
    around.structure.extend(trail.evidence());
    around.integration = around.integration.or_else(|| integration(trail));
    around
}

/// The service, connection or plugin that a key path goes through.
fn integration(trail: &Trail<'_>) -> Option<String> {
    const HOLDERS: &[&str] = &[
        "services",
        "integrations",
        "connections",
        "connectors",
        "sources",
        "destinations",
        "extractors",
        "loaders",
        "flows",
        "clients",
        "syncs",
        "pipelines",
    ];
    let steps = trail.steps();
    let at = steps.iter().position(|s| s.key().is_some_and(|k| HOLDERS.contains(&k)))?;
    match (&steps[at], steps.get(at + 1)?) {
        (_, Step::Key(entry)) => Some(entry.key.clone()),
        (Step::Key(holder), Step::Index(i)) => {
            let item = holder.node.items().get(*i)?;
            ["name", "id"].iter().find_map(|k| item.text_at(&[k])).map(str::to_owned)
        }
        _ => None,
    }
}

fn scalar(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, base: &Around) {
    let Some(text) = node.text().filter(|t| (2..=MAX_SETTING).contains(&t.len())) else { return };
    if let Some(script) = command_of(trail, text) {
        let passage = Passage::of_node(collector.source, node);
        let mut around = collector.around(trail, &Around::default(), node);
        around.purpose = script.purpose.or(around.purpose);
        shell::read(collector, &passage, &around, Variables::Environment, false);
        return;
    }
    if let Some((name, at)) = list_assignment(trail, text) {
        let passage = Passage::of_node(collector.source, node);
        value(collector, (trail, node), &passage, at, name, base);
        return;
    }
    let told = is_telling(text, trail) && {
        let passage = Passage::of_node(collector.source, node);
        value(collector, (trail, node), &passage, 0, trail.name(), base)
    };
    if told {
        return;
    }
    match words::credential_role(trail.name()) {
        CredentialRole::Secret if secret::is_worth_judging(text) => {
            secret::of_key(collector, (trail, node), base, text, false, None);
        }
        CredentialRole::Identity => identity::of_key(collector, trail, node, base, text),
        _ => {}
    }
}

/// Whether a text can hold anything that we look for: the check that nearly all strings end at.
fn is_telling(text: &str, trail: &Trail<'_>) -> bool {
    memchr::memmem::find(text.as_bytes(), b"://").is_some()
        || super::expression::possible(text)
        || text.contains('.') && !text.contains(char::is_whitespace) && {
            endpoint_role(trail.name()) == EndpointRole::Connection
        }
}

/// Reads a value, or the part of it from `start` on, that is known under a name. Tells whether there was anything.
pub(super) fn value(
    collector: &mut Collector<'_>,
    (trail, node): (&Trail<'_>, &Node),
    passage: &Passage<'_>,
    start: usize,
    name: &str,
    base: &Around,
) -> bool {
    let text = passage.text;
    let mut found = expressions(text);
    if found.is_empty() && text[start..].starts_with('$') {
        found = bare_variables(text).into_iter().filter(|e| e.range == (start..text.len())).collect();
    }
    if is_hcl(&collector.source.path) {
        // `${var.x}` and `${aws_db.main.password}` are HCL's own values, resolved in the same code.
        found.retain(|e| !matches!(e.store, Store::Property | Store::Environment));
    }
    let role = endpoint_role(name);
    let mut urls = urls(text);
    if urls.is_empty() && found.is_empty() {
        urls.extend(host_as_url(text, start, role));
    } else {
        urls.extend(found.iter().filter_map(|e| default_host(text, e, role)));
    }
    if urls.is_empty() && found.is_empty() {
        return false;
    }
    // `xsi:schemaLocation` and its like name things, they show none.
    if role == EndpointRole::Inert && is_name_of_schema(name) {
        return false;
    }
    let mut around = collector.around(trail, base, node);
    if start > 0 {
        let end = around.key.rfind('[').unwrap_or(around.key.len());
        around.key.truncate(end);
        around.key = format!("{}.{name}", around.key);
    }
    // A sentence that mentions a URL is documentation, whatever its key.
    let prose = text.len() > 80 && text.split(' ').count() > 8 && found.is_empty();
    if !prose {
        collector.urls(passage, &urls, &found, &around, role);
    }
    for expression in &found {
        // `{{ .Values.x }}` under a credential's key is where Helm puts it; under another key it is a plain value.
        let helm = expression.store == Store::Property && text.contains(".Values.");
        if helm && words::credential_role(name) == CredentialRole::Other {
            continue;
        }
        collector.reference(passage.span(expression.range.clone()), &around, expression, name);
    }
    true
}

fn is_name_of_schema(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["schema", "xmlns", "namespace"].iter().any(|w| lower.contains(w))
}

fn is_hcl(path: &str) -> bool {
    [".tf", ".hcl", ".tfvars"].iter().any(|e| path.ends_with(e))
}

/// A bare host under a connection key: `host: acme.my.salesforce.com`.
fn host_as_url(text: &str, start: usize, role: EndpointRole) -> Option<Url> {
    let part = text[start..].trim();
    if role != EndpointRole::Connection || !part.contains('.') {
        return None;
    }
    let (head, path) = part.split_at(part.find('/').unwrap_or(part.len()));
    let host = bare_host(head)?;
    // `2.5`, `v1.0` and file names are no hosts: the last label is letters and known to be longer than one.
    let last = host.rsplit('.').next()?;
    let begin = start + text[start..].find(part)?;
    (last.len() > 1 && last.bytes().all(|b| b.is_ascii_alphabetic())).then(|| Url {
        range: begin..begin + part.len(),
        host,
        path: path.to_owned(),
    })
}

/// A bare host as the default of an expression: `${SF_HOST:-login.salesforce.com}`.
fn default_host(text: &str, expression: &Expression, role: EndpointRole) -> Option<Url> {
    let range = expression.default.clone()?;
    let part = text[range.clone()].trim_matches(['"', '\'', ' ']);
    if part.contains("://") {
        return None;
    }
    let role = if role == EndpointRole::Unknown { endpoint_role(&expression.name) } else { role };
    let url = host_as_url(part, 0, role)?;
    let begin = range.start + text[range].find(part)?;
    Some(Url { range: begin..begin + part.len(), ..url })
}

/// `- SF_URL=https://…` in a list of variables: the name and where the value starts.
fn list_assignment<'t>(trail: &Trail<'_>, text: &'t str) -> Option<(&'t str, usize)> {
    if !matches!(trail.steps().last(), Some(Step::Index(_))) {
        return None;
    }
    let at = text.find('=')?;
    let name = &text[..at];
    let valid = name.len() > 1 && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    valid.then_some((name, at + 1))
}

/// What a command line in a configuration is for: a script of `package.json`, a service's `command`.
struct Script {
    purpose: Option<PurposeEvidence>,
}

fn command_of(trail: &Trail<'_>, text: &str) -> Option<Script> {
    const HOLDERS: &[&str] = &["scripts", "cmds", "cmd", "command", "commands", "run", "script", "entrypoint"];
    if !text.contains(' ') || memchr::memchr2(b'$', b':', text.as_bytes()).is_none() {
        return None;
    }
    let keys: Vec<_> =
        trail.steps().iter().rev().filter_map(|s| if let Step::Key(e) = s { Some(*e) } else { None }).collect();
    let at = keys.iter().take(2).position(|e| HOLDERS.contains(&e.key.as_str()))?;
    let named = keys.get(if at == 0 { 1 } else { 0 });
    let purpose = named.and_then(|entry| {
        let (purpose, words) = meaning::purposes_of_name(&entry.key).into_iter().next()?;
        let why = format!("script `{}` (`{words}`)", entry.key);
        Some(PurposeEvidence { purpose, why, span: Some(entry.key_span) })
    });
    Some(Script { purpose })
}

/// Kubernetes' `secretKeyRef: {name, key}` and `secretRef: {name}`.
fn key_reference(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, base: &Around) {
    let Some(entry) = node.entries().iter().find(|e| e.key == "secretKeyRef" || e.key == "secretRef") else { return };
    let Some(secret) = entry.node.get("name").or_else(|| entry.node.get("secretName")) else { return };
    let key = entry.node.get("key").or_else(|| entry.node.get("property"));
    let (Some(secret_name), shown) = (secret.text(), key.unwrap_or(secret)) else { return };
    let namespace = trail.ancestors().last().unwrap_or(node).text_at(&["metadata", "namespace"]);
    let scope = [namespace, key.map(|_| secret_name)].into_iter().flatten().collect::<Vec<_>>().join("/");
    let expression = Expression {
        range: 0..0,
        store: Store::Kubernetes,
        scope,
        name: key.and_then(Node::text).unwrap_or(secret_name).to_owned(),
        default: None,
    };
    // The variable that receives the value stands beside `valueFrom`.
    let read_as = trail.parent().and_then(|p| p.text_at(&["name"])).unwrap_or_default();
    let own = words::credential_role(&expression.name);
    let role = match (own, words::credential_role(read_as)) {
        (CredentialRole::Identity, CredentialRole::Other | CredentialRole::Identity)
        | (CredentialRole::Other, CredentialRole::Identity) => CredentialRole::Identity,
        _ => CredentialRole::Secret,
    };
    let around = collector.around(trail, base, shown);
    collector.add_reference(shown.span, &around, &expression, role);
}
