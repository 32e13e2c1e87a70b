//! Reading a file by its maps: in come a tree and compiled maps, out come facts, and what surrounds the places that the
//! generic reader will see after them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::collect::{Around, Collector};
use super::super::expression::{Expression, expressions};
use super::super::passage::Passage;
use super::super::secret;
use super::super::shell::{self, Variables};
use super::super::trail::Trail;
use super::super::url::{Url, bare_host, urls};
use super::{Map, Rule, Text, Within, Yield};
use crate::fact::environment::{Evidence, Rung, class_of_name, class_of_word};
use crate::fact::{Account, CredentialRole, Integration, Kind, PurposeEvidence, Store};
use crate::parse::tree::{Node, Tree, Value};
use crate::registry::Registry;
use crate::source::Span;

/// What maps say of the surroundings of places, by the span of the place.
#[derive(Debug, Default)]
pub(in crate::extract) struct Surroundings {
    places: Vec<(Span, Around)>,
}

impl Surroundings {
    /// Adds what is known of all places that hold a node: outer ones first.
    pub fn add_to(&self, around: &mut Around, node: &Node) {
        for (span, known) in &self.places {
            if span.start <= node.span.start && node.span.end <= span.end {
                around.structure.extend(known.structure.iter().cloned());
                around.integration = known.integration.clone().or(around.integration.take());
                around.purpose = known.purpose.clone().or(around.purpose.take());
            }
        }
    }
}

/// Reads a tree by its maps. Tells whether the generic reader is to leave the file alone.
pub(in crate::extract) fn apply(collector: &mut Collector<'_>, tree: &Tree, maps: &[&Map]) -> bool {
    let mut only = false;
    for root in &tree.roots {
        for map in maps.iter().filter(|m| m.when.as_ref().is_none_or(|w| w.first(root).is_some())) {
            only |= map.only;
            // Surroundings first, whatever the order in the file: facts stand in them.
            map.rules.iter().for_each(|rule| surround(collector, root, rule));
            map.rules.iter().for_each(|rule| read(collector, root, rule));
        }
    }
    only
}

fn surround(collector: &mut Collector<'_>, root: &Node, rule: &Rule) {
    let Some(within) = &rule.within else { return };
    rule.at.find(root, &mut |trail, node| {
        let place = Place { root, trail, node };
        let around = place.surroundings(collector, within);
        collector.surroundings.places.push((node.span, around));
    });
}

fn read(collector: &mut Collector<'_>, root: &Node, rule: &Rule) {
    if rule.yields.is_empty() {
        return;
    }
    rule.at.find(root, &mut |trail, node| {
        let place = Place { root, trail, node };
        for yields in &rule.yields {
            place.read(collector, yields);
        }
    });
}

/// A node that a rule's path led to.
struct Place<'p, 'a> {
    root: &'a Node,
    trail: &'p Trail<'a>,
    node: &'a Node,
}

impl Place<'_, '_> {
    fn read(&self, collector: &mut Collector<'_>, yields: &Yield) {
        let around = self.around(collector);
        match yields {
            Yield::Endpoint(role) => {
                let passage = Passage::of_node(collector.source, self.node);
                let found = expressions(passage.text);
                let urls = self.urls(passage.text);
                collector.urls(&passage, &urls, &found, &around, *role);
                for expression in &found {
                    collector.reference(passage.span(expression.range.clone()), &around, expression, self.trail.name());
                }
                collector.claim(self.node.span);
            }
            Yield::Reference { store, part, name, scope } => {
                self.reference(collector, &around, *store, *part, name.as_ref(), scope.as_ref());
            }
            Yield::Secret { provider, base64 } => self.secret(collector, provider.as_deref(), *base64),
            Yield::Flow { flow, provider, host } => {
                let host = host.as_ref().and_then(|h| self.text(collector, h));
                let host = host.and_then(|h| urls(&h).into_iter().next().map(|u| u.host).or_else(|| bare_host(&h)));
                // A key that is there and empty says that nothing is used.
                let empty = matches!(&self.node.value, Value::Scalar(s) if s.text.trim().is_empty());
                if empty {
                    return;
                }
                collector.has_login(self.node.span);
                // An element is shown by its name, a scalar by its value.
                let scalar = matches!(self.node.value, Value::Scalar(_));
                let span = self.trail.entry().filter(|_| !scalar).map_or(self.node.span, |e| e.key_span);
                collector.flow(span, &around, *flow, host, provider.as_deref());
            }
            Yield::Account(provider) => {
                if let Some(id) = self.node.text().filter(|t| !t.is_empty() && expressions(t).is_empty()) {
                    let class = Registry::builtin().classify_account(provider, id);
                    let account = Account { provider: provider.clone(), id: id.to_owned(), class };
                    collector.add(self.node.span, &around, Kind::Account(account));
                }
            }
            Yield::Provider { id, why } => {
                let category = Registry::builtin().category(id).unwrap_or_default().to_owned();
                let why = self.fill(collector, why);
                let span = self.trail.entry().map_or(Span::whole(collector.source.id), |e| e.key_span);
                collector.add(span, &around, Kind::Integration(Integration { provider: id.clone(), category, why }));
            }
            Yield::Sandbox(why) => {
                let span = self.trail.entry().map_or(Span::whole(collector.source.id), |e| e.key_span);
                let why = self.fill(collector, why);
                collector.add(span, &around, Kind::SandboxDefinition { why });
            }
            Yield::Commands => {
                let passage = Passage::of_node(collector.source, self.node);
                shell::read(collector, &passage, &around, Variables::Environment, false);
                collector.claim(self.node.span);
            }
            Yield::Ignore => collector.claim(self.node.span),
        }
    }

    fn around(&self, collector: &Collector<'_>) -> Around {
        collector.around(self.trail, &Around::default(), self.node)
    }

    /// URLs, or a bare host with a path.
    fn urls(&self, text: &str) -> Vec<Url> {
        let found = urls(text);
        if !found.is_empty() || text.contains("${") {
            return found;
        }
        let (head, path) = text.split_at(text.find('/').unwrap_or(text.len()));
        let host = bare_host(head).filter(|h| h.contains('.'));
        host.map(|host| Url { range: 0..text.len(), host, path: path.to_owned() }).into_iter().collect()
    }

    fn reference(
        &self,
        collector: &mut Collector<'_>,
        around: &Around,
        store: Store,
        part: Option<CredentialRole>,
        name: Option<&Text>,
        scope: Option<&Text>,
    ) {
        let name = match name {
            Some(name) => self.text(collector, name),
            None => self.node.text().map(str::to_owned),
        };
        let Some(name) = name.filter(|n| !n.is_empty()) else { return };
        let scope = scope.and_then(|s| self.text(collector, s)).unwrap_or_default();
        let expression = Expression { range: 0..0, store, scope, name, default: None };
        match part {
            Some(role) => {
                collector.add_reference(self.node.span, around, &expression, role);
            }
            None => collector.reference(self.node.span, around, &expression, self.trail.name()),
        }
        collector.claim(self.node.span);
    }

    /// A value under a key that is a secret's: a literal is one, an expression is where it is kept.
    fn secret(&self, collector: &mut Collector<'_>, provider: Option<&str>, base64: bool) {
        let Some(text) = self.node.text().filter(|t| !t.is_empty()) else { return };
        let decoded = base64.then(|| STANDARD.decode(text.split_whitespace().collect::<String>()).ok()).flatten();
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        if base64 && decoded.is_none() {
            return;
        }
        if !base64 && !expressions(text).is_empty() {
            return;
        }
        let provider = provider.and_then(|p| Registry::builtin().provider(p)).map(|p| p.id.as_str());
        let value = decoded.as_deref().unwrap_or(text).trim();
        secret::of_key(collector, (self.trail, self.node), &Around::default(), value, base64, provider);
        collector.claim(self.node.span);
    }

    fn surroundings(&self, collector: &Collector<'_>, within: &Within) -> Around {
        let integration = within.integration.as_ref().and_then(|t| self.text(collector, t));
        let mut out = Around { integration, ..Around::default() };
        if let Some((name, class)) = &within.environment
            && let Some(name) = self.text(collector, name)
        {
            let class = class.or_else(|| class_of_word(&name)).or_else(|| class_of_name(&name).map(|c| c.0));
            let why = format!("`{}` says `{name}`", self.trail.entry().map_or("the file", |e| &e.key));
            let span = Some(self.node.span);
            out.structure.extend(class.map(|class| Evidence { rung: Rung::Structure, class, name, why, span }));
        }
        out.purpose = within.purpose.map(|purpose| {
            let entry = self.trail.entry();
            let why = format!("`{}`", entry.map_or("this file", |e| &e.key));
            PurposeEvidence { purpose, why, span: entry.map(|e| e.key_span) }
        });
        out
    }

    fn text(&self, collector: &Collector<'_>, text: &Text) -> Option<String> {
        let found = match text {
            Text::Literal(text) => return Some(self.fill(collector, text)),
            Text::Absolute(path) => path.first(self.root),
            Text::Relative { up: 0, path } => path.first(self.node),
            Text::Relative { up, path } => path.first(self.trail.ancestors().nth(up - 1)?),
        };
        found?.text().map(str::to_owned)
    }

    fn fill(&self, collector: &Collector<'_>, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let path = &collector.source.path;
        let name = collector.source.name();
        let stem = name.split('.').next().unwrap_or(name);
        let folder = path.rsplit('/').nth(1).unwrap_or_default();
        let key = self.trail.entry().map_or(name, |e| e.key.as_str());
        text.replace("{stem}", stem).replace("{folder}", folder).replace("{key}", key).replace("{file}", name)
    }
}
