//! Secret values: in come a file's text and its tree, out come provider-shaped secrets wherever they stand (comments
//! included: history keeps them), and values that only their key makes a secret. The value itself goes nowhere: a fact
//! holds its keyed fingerprint.

mod code;
mod line;

use super::collect::{Around, Collector};
use super::trail::{Trail, walk};
use super::url::{bare_host, urls};
use crate::fact::environment::{Class, segments};
use crate::fact::{Kind, Secret};
use crate::mask::fingerprint;
use crate::parse::Format;
use crate::parse::tree::{Node, Step, Tree};
use crate::registry::Registry;
use crate::registry::named::{Named, named};
use crate::registry::placeholder::{placeholder, reads_like_words};
use crate::registry::secrets::{SecretMatch, scan};
use crate::source::Span;
pub(super) use line::name_before;

/// Looks for provider-shaped secrets in the whole text; the tree, if there is one, tells their keys.
pub(super) fn scan_file(collector: &mut Collector<'_>, tree: Option<&Tree>) {
    let source = collector.source;
    if tree.is_none() && Format::of(&source.path) == Format::Text {
        scan_code(collector);
    }
    let mut found: Vec<(Span, SecretMatch)> =
        scan(source.text()).into_iter().map(|m| (source.span(m.range.clone()), m)).collect();
    if found.is_empty() {
        return;
    }
    for root in tree.iter().flat_map(|t| &t.roots) {
        walk(root, &mut |trail, node| {
            if node.text().is_some() && !node.span.is_whole() {
                let inside = |span: &Span| node.span.start <= span.start && span.end <= node.span.end;
                for (span, secret) in found.extract_if(.., |(span, _)| inside(span)) {
                    let mut around = collector.around(trail, &Around::default(), node);
                    around.job = collector.job_at(&around.key);
                    add(collector, span, &around, &secret, Some(trail.name()), false);
                }
            }
            true
        });
    }
    let comments = tree.map(|t| t.comments.as_slice()).unwrap_or_default();
    for (span, secret) in found {
        let in_comment = comments.iter().any(|c| c.span.start <= span.start && span.end <= c.span.end)
            || tree.is_none() && line::in_comment(&source.path, source.text(), secret.range.start);
        let name = name_before(source.text(), secret.range.start);
        let around = Around { in_comment, ..Around::key(name.unwrap_or_default()) };
        add(collector, span, &around, &secret, name, false);
    }
}

/// Looks for secrets in code that only their name and neighbourhood show.
fn scan_code(collector: &mut Collector<'_>) {
    let source = collector.source;
    for found in code::assigned(&source.path, source.text()) {
        let in_comment = line::in_comment(&source.path, source.text(), found.range.start);
        let value = source.text().get(found.range.clone()).unwrap_or_default();
        if !scan(value).is_empty() {
            // Its own form says more; it is found by that.
            continue;
        }
        let secret = Secret {
            provider: Some(found.named.provider.to_owned()),
            form: Some(found.named.form),
            class: None,
            host: None,
            checksum: false,
            name: Some(found.name.to_owned()),
            fingerprint: fingerprint(value),
            placeholder: found.named.placeholder,
            public: false,
            encoded: false,
            session: false,
        };
        let around = Around { in_comment, ..Around::key(found.name) };
        collector.add(source.span(found.range), &around, Kind::Secret(secret));
    }
}

fn add(
    collector: &mut Collector<'_>,
    span: Span,
    around: &Around,
    found: &SecretMatch,
    name: Option<&str>,
    encoded: bool,
) {
    let text = collector.source.text();
    let value = text.get(found.range.clone()).unwrap_or_default();
    let mut secret = of_match(found, value, name, encoded);
    // What opens production does so in an example too.
    if secret.class != Some(Class::Production) && is_documented(text, found.range.start) {
        secret.placeholder = secret.placeholder.or_else(|| Some("documented as an example".to_owned()));
    }
    collector.add(span, around, Kind::Secret(secret));
}

/// Whether what stands before a value calls it an example: `@example whsec_…` of a comment, `example: …` of an API's
/// description.
fn is_documented(text: &str, at: usize) -> bool {
    let head = text.get(..at).unwrap_or_default();
    let line =
        head.rsplit('\n').next().unwrap_or_default().trim_end_matches([' ', '\t', '"', '\'', '`', ':', '(', '=']);
    line.len() < 400 && line.trim_end_matches('"').to_ascii_lowercase().ends_with("example")
}

pub(super) fn of_match(found: &SecretMatch, value: &str, name: Option<&str>, encoded: bool) -> Secret {
    Secret {
        provider: Some(found.provider.to_owned()),
        form: Some(found.form.to_owned()),
        class: found.class,
        host: found.host.clone(),
        checksum: found.checksum,
        name: name.filter(|n| !n.is_empty()).map(str::to_owned),
        fingerprint: fingerprint(value),
        placeholder: found.placeholder.clone(),
        public: found.public,
        encoded,
        session: found.session,
    }
}

/// Judges a value that stands under a key for a secret. `value` is what it decodes to, where it is encoded; `provider`
/// is whose it is, where the format says so.
pub(super) fn of_key(
    collector: &mut Collector<'_>,
    (trail, node): (&Trail<'_>, &Node),
    base: &Around,
    value: &str,
    encoded: bool,
    provider: Option<&'static str>,
) {
    let name = trail.name();
    let shaped = scan(value);
    if let Some(found) = shaped.first() {
        // What stands in the text as it is was found there; only what was decoded is new.
        if encoded {
            let secret = of_match(found, value.get(found.range.clone()).unwrap_or_default(), Some(name), true);
            let around = collector.around(trail, base, node);
            collector.add(node.span, &around, Kind::Secret(secret));
        }
        return;
    }
    let path = path_of(trail, name);
    let hosts = hosts_beside(trail);
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let known = match provider {
        Some(provider) => Some(Named {
            provider,
            form: format!("{} {}", Registry::builtin().name(provider), segments(name).join(" ").to_ascii_lowercase()),
            placeholder: placeholder(value, Some(name)),
            shaped: false,
        }),
        None => named(&path, value, &hosts),
    };
    let around = collector.around(trail, base, node);
    let placed = !around.structure.is_empty() || collector.is_placed();
    if known.is_none() && !(placed && is_random(value) && placeholder(value, Some(name)).is_none()) {
        return;
    }
    let secret = Secret {
        provider: known.as_ref().map(|n| n.provider.to_owned()),
        form: known.as_ref().map(|n| n.form.clone()),
        class: None,
        host: None,
        checksum: false,
        name: Some(name.to_owned()),
        fingerprint: fingerprint(value),
        placeholder: known.and_then(|n| n.placeholder),
        public: false,
        encoded,
        session: false,
    };
    collector.add(node.span, &around, Kind::Secret(secret));
}

/// Whether the value of a secret's key is worth judging.
pub(super) fn is_worth_judging(text: &str) -> bool {
    (8..=4096).contains(&text.len())
}

/// A value of a provider that the registry does not know: only what nobody chose by hand.
fn is_random(value: &str) -> bool {
    value.len() >= 12
        && !value.contains(char::is_whitespace)
        && !value.contains("://")
        && value.bytes().any(|b| b.is_ascii_digit())
        && value.bytes().any(|b| b.is_ascii_alphabetic())
        && !reads_like_words(value)
}

/// The keys that lead to a value, its own name last, the manifest's name first.
fn path_of<'t>(trail: &Trail<'t>, name: &'t str) -> Vec<&'t str> {
    let manifest = trail.ancestors().last().and_then(|root| root.text_at(&["metadata", "name"]));
    let keys = trail.steps().iter().filter_map(|s| if let Step::Key(e) = s { Some(e.key.as_str()) } else { None });
    let mut path: Vec<&str> = manifest.into_iter().chain(keys).collect();
    if path.last() != Some(&name) {
        path.push(name);
    }
    path
}

/// Hosts in the mapping that holds a value; in a long flat file only those near it in name.
fn hosts_beside(trail: &Trail<'_>) -> Vec<String> {
    let Some(parent) = trail.parent() else { return Vec::new() };
    let prefix = trail.name().split(['_', '.', '-']).next().unwrap_or_default();
    let many = parent.entries().len() > 24;
    let near = parent.entries().iter().filter(|e| !many || e.key.starts_with(prefix));
    near.filter_map(|e| e.node.text().filter(|t| t.len() < 512))
        .filter_map(|t| urls(t).into_iter().next().map(|u| u.host).or_else(|| bare_host(t).filter(|h| h.contains('.'))))
        .take(8)
        .collect()
}
