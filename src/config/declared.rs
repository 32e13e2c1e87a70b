//! Surfaces, flows and anonymisers: in come their raw entries and the nodes that they were read from, out come entries
//! whose every text knows its place.

use super::raw::{RawAnonymiser, RawFlow, RawFlowEnd, RawSurface};
use super::{Anonymiser, Disclosure, Flow, FlowEnd, Media, Monitor, Surface, Told};
use crate::parse::tree::Node;

pub(super) fn surface(node: &Node, raw: RawSurface) -> Surface {
    let disclosure = raw.disclosure.map(|d| {
        let own = node.get("disclosure").unwrap_or(node);
        Disclosure { span: own.span, key: given(own, "key", d.key), flag: given(own, "flag", d.flag) }
    });
    let media = node.get("media").map(Node::items).unwrap_or_default();
    let media =
        media.iter().zip(raw.media).map(|(own, m)| Media { paths: all(own, "paths", m.paths), generated: m.generated });
    Surface {
        span: node.span,
        id: told(node, "id", raw.id),
        kind: raw.kind,
        content: raw.content,
        paths: raw.paths,
        consumes: all(node, "consumes", raw.consumes),
        disclosure,
        locales: raw.locales,
        ai_system: raw.ai_system,
        media: media.collect(),
    }
}

pub(super) fn flow(node: &Node, raw: RawFlow) -> Flow {
    Flow {
        span: node.span,
        id: told(node, "id", raw.id),
        source: end(node, "source", raw.source),
        target: end(node, "target", raw.target),
        code: all(node, "code", raw.code),
        guard: given(node, "guard", raw.guard),
        guard_test: given(node, "guard-test", raw.guard_test),
        must_anonymise: given(node, "must-anonymise", raw.must_anonymise),
        monitor: raw.monitor.map(|m| Monitor {
            span: node.get("monitor").unwrap_or(node).span,
            owner: m.owner.filter(|t| !t.trim().is_empty()),
            signal: m.signal.filter(|t| !t.trim().is_empty()),
            cadence: m.cadence.filter(|t| !t.trim().is_empty()),
        }),
    }
}

pub(super) fn anonymiser(node: &Node, raw: RawAnonymiser) -> Anonymiser {
    Anonymiser {
        span: node.span,
        id: told(node, "id", raw.id),
        symbols: all(node, "symbols", raw.symbols),
        config: given(node, "config", raw.config),
        schema: all(node, "schema", raw.schema),
        reference_filter: given(node, "reference-filter", raw.reference_filter),
    }
}

fn end(node: &Node, key: &str, raw: RawFlowEnd) -> FlowEnd {
    let own = node.get(key).unwrap_or(node);
    FlowEnd {
        system: told(own, "system", raw.system),
        environment: given(own, "environment", raw.environment),
        objects: raw.objects,
    }
}

fn told(node: &Node, key: &str, text: String) -> Told {
    Told { text, span: node.get(key).unwrap_or(node).span }
}

/// An empty text counts as missing.
fn given(node: &Node, key: &str, text: Option<String>) -> Option<Told> {
    text.filter(|t| !t.trim().is_empty()).map(|t| told(node, key, t))
}

fn all(node: &Node, key: &str, texts: Vec<String>) -> Vec<Told> {
    let items = node.get(key).map(Node::items).unwrap_or_default();
    let place = |i: usize| items.get(i).unwrap_or(node).span;
    texts.into_iter().enumerate().map(|(i, text)| Told { text, span: place(i) }).collect()
}
