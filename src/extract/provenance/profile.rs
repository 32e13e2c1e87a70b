//! The provenance profile as people write it: in comes a mapping with keys in any spelling, out go the fields of a
//! [`Record`]. Keys count by their local name (`sg:generatorVersion`, `spdx:checksumValue`), in any letter case and
//! with any separator.

use crate::fact::provenance::{At, Record, Source};
use crate::parse::tree::{Node, Value};
use crate::source::Span;

/// A field of the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Kind,
    Version,
    Digest,
    Rows,
    Generator,
    GeneratorVersion,
    Started,
    Ended,
    Agent,
    Source,
    Purpose,
    LawfulBasis,
    Retention,
    Marker,
}

/// Spellings, without separators and in lower case.
const SPELLINGS: &[(&str, Field)] = &[
    ("kind", Field::Kind),
    ("datakind", Field::Kind),
    ("datasetkind", Field::Kind),
    ("version", Field::Version),
    ("datasetversion", Field::Version),
    ("dataversion", Field::Version),
    ("digest", Field::Digest),
    ("sha256", Field::Digest),
    ("sha512", Field::Digest),
    ("md5", Field::Digest),
    ("hash", Field::Digest),
    ("checksum", Field::Digest),
    ("checksumvalue", Field::Digest),
    ("contenthash", Field::Digest),
    ("rows", Field::Rows),
    ("rowcount", Field::Rows),
    ("recordcount", Field::Rows),
    ("records", Field::Rows),
    ("numberofrows", Field::Rows),
    ("generator", Field::Generator),
    ("generatorname", Field::Generator),
    ("generatedby", Field::Generator),
    ("tool", Field::Generator),
    ("software", Field::Generator),
    ("generatorversion", Field::GeneratorVersion),
    ("toolversion", Field::GeneratorVersion),
    ("softwareversion", Field::GeneratorVersion),
    ("started", Field::Started),
    ("start", Field::Started),
    ("starttime", Field::Started),
    ("startedat", Field::Started),
    ("startedattime", Field::Started),
    ("ended", Field::Ended),
    ("end", Field::Ended),
    ("endtime", Field::Ended),
    ("endedat", Field::Ended),
    ("endedattime", Field::Ended),
    ("generatedat", Field::Ended),
    ("generatedattime", Field::Ended),
    ("created", Field::Ended),
    ("createdat", Field::Ended),
    ("datecreated", Field::Ended),
    ("time", Field::Ended),
    ("agent", Field::Agent),
    ("responsible", Field::Agent),
    ("attributedto", Field::Agent),
    ("wasattributedto", Field::Agent),
    ("author", Field::Agent),
    ("creator", Field::Agent),
    ("owner", Field::Agent),
    ("source", Field::Source),
    ("sources", Field::Source),
    ("realsource", Field::Source),
    ("derivedfrom", Field::Source),
    ("wasderivedfrom", Field::Source),
    ("sourcedatasets", Field::Source),
    ("purpose", Field::Purpose),
    ("purposes", Field::Purpose),
    ("intendedpurpose", Field::Purpose),
    ("lawfulbasis", Field::LawfulBasis),
    ("legalbasis", Field::LawfulBasis),
    ("retention", Field::Retention),
    ("retentionperiod", Field::Retention),
    ("marker", Field::Marker),
    ("markerfield", Field::Marker),
    ("markercolumn", Field::Marker),
];

/// Words of a source that say that there is no real one.
const NO_REAL_SOURCE: &[&str] = &[
    "none",
    "no",
    "false",
    "norealsource",
    "noreal",
    "nosource",
    "nothing",
    "synthetic",
    "nonefullysynthetic",
    "fullysynthetic",
];

/// Takes over every field that `map` names and that `record` does not have yet.
pub(super) fn read(map: &Node, record: &mut Record) {
    for entry in map.entries() {
        let key = spelling(&entry.key);
        if let Some((_, field)) = SPELLINGS.iter().find(|(s, _)| *s == key) {
            set(*field, &key, &entry.node, record);
        }
    }
}

/// Without prefix, separators and case: `sg:generatorVersion` and `generator-version` are one.
pub(super) fn spelling(key: &str) -> String {
    let local = key.rsplit([':', '/', '#']).next().unwrap_or(key);
    local.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn set(field: Field, key: &str, node: &Node, record: &mut Record) {
    match field {
        Field::Source => keep(&mut record.source, source(node)),
        Field::Digest => keep(&mut record.digest, scalar(node).map(|at| digest(key, &at))),
        Field::Rows => keep(
            &mut record.rows,
            scalar(node)
                .and_then(|at| Some(At { value: at.value.replace(['_', ','], "").parse().ok()?, span: at.span })),
        ),
        Field::Generator => generator(node, record),
        Field::Kind => {
            keep(&mut record.kind, scalar(node).map(|at| At { value: at.value.to_lowercase(), span: at.span }))
        }
        Field::Version => keep(&mut record.version, scalar(node)),
        Field::GeneratorVersion => keep(&mut record.generator_version, scalar(node)),
        Field::Started => keep(&mut record.started, scalar(node)),
        Field::Ended => keep(&mut record.ended, scalar(node)),
        Field::Agent => keep(&mut record.agent, named(node)),
        Field::Purpose => keep(&mut record.purpose, scalar(node)),
        Field::LawfulBasis => keep(&mut record.lawful_basis, scalar(node)),
        Field::Retention => keep(&mut record.retention, scalar(node)),
        Field::Marker => keep(&mut record.marker, scalar(node)),
    }
}

/// The first value that is not empty stays.
pub(super) fn keep<T>(slot: &mut Option<At<T>>, value: Option<At<T>>) {
    if slot.is_none() {
        *slot = value;
    }
}

/// The first text of a node: a scalar, `{"$": "…", "type": …}` of PROV-JSON, the first of a list. Empty is none.
pub(super) fn scalar(node: &Node) -> Option<At<String>> {
    let inner = match &node.value {
        Value::List(items) => return items.iter().find_map(scalar),
        Value::Map(_) => node.get("$").or_else(|| node.get("@value")).or_else(|| node.get("@id"))?,
        Value::Scalar(_) => node,
    };
    let text = inner.text()?.trim();
    (!text.is_empty()).then(|| At { value: text.to_owned(), span: inner.span })
}

/// A name: a text, or the `name`, `label`, `title` or `email` of a mapping.
pub(super) fn named(node: &Node) -> Option<At<String>> {
    if let Value::List(items) = &node.value {
        return items.iter().find_map(named);
    }
    ["name", "label", "title", "id", "@id", "email"]
        .iter()
        .find_map(|wanted| {
            node.entries().iter().find(|e| spelling(&e.key) == spelling(wanted)).and_then(|e| scalar(&e.node))
        })
        .or_else(|| scalar(node))
}

/// `faker 40.1.0`, `faker@40.1.0`, or `{name: faker, version: 40.1.0}`.
fn generator(node: &Node, record: &mut Record) {
    let Some(name) = named(node) else { return };
    if let Some(version) = node.entries().iter().find(|e| spelling(&e.key).ends_with("version")) {
        keep(&mut record.generator_version, scalar(&version.node));
    } else if let Some((short, version)) = split_version(&name.value) {
        keep(&mut record.generator_version, Some(At { value: version.to_owned(), span: name.span }));
        keep(&mut record.generator, Some(At { value: short.to_owned(), span: name.span }));
    }
    keep(&mut record.generator, Some(name));
}

fn split_version(text: &str) -> Option<(&str, &str)> {
    let (name, version) = text.rsplit_once(['@', ' ']).or_else(|| text.rsplit_once("=="))?;
    let digits = version.trim_start_matches(['v', '=']);
    (digits.starts_with(|c: char| c.is_ascii_digit()) && !name.trim().is_empty()).then(|| (name.trim(), digits))
}

/// What is said of the source: nothing real, or the thing it was derived from.
pub(super) fn source(node: &Node) -> Option<At<Source>> {
    if let Value::List(items) = &node.value {
        // An explicit empty list says that there is no source.
        let none = At { value: Source::NoRealSource, span: node.span };
        return if items.is_empty() { Some(none) } else { items.iter().find_map(source) };
    }
    let at = named(node).or_else(|| path_of(node))?;
    Some(At { value: source_of(&at.value), span: at.span })
}

fn path_of(node: &Node) -> Option<At<String>> {
    node.get("path").and_then(scalar)
}

/// Reads a source's text.
pub(super) fn source_of(text: &str) -> Source {
    let word: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if NO_REAL_SOURCE.contains(&word.as_str()) || word.starts_with("norealsource") || word.starts_with("nonefully") {
        Source::NoRealSource
    } else {
        Source::Derived(text.to_owned())
    }
}

/// `algorithm:hex` in lower case. The algorithm stands in the value (`sha256:…`, `sha256-…`), in the key, or is told
/// by the length.
pub(super) fn digest(key: &str, at: &At<String>) -> At<String> {
    let text = at.value.trim().to_lowercase();
    let (named, hex) = text.split_once([':', '-']).map_or((None, text.as_str()), |(a, h)| (Some(a), h));
    let algorithm = match (named, key, hex.len()) {
        (Some(a), _, _) => a.replace('_', ""),
        (None, "sha256" | "md5" | "sha512", _) => key.to_owned(),
        (None, _, 32) => "md5".into(),
        (None, _, 40) => "sha1".into(),
        (None, _, 64) => "sha256".into(),
        (None, _, 128) => "sha512".into(),
        _ => "unknown".into(),
    };
    At { value: format!("{algorithm}:{hex}"), span: at.span }
}

/// A fault with its place.
pub(super) fn fault(record: &mut Record, span: Span, what: impl Into<String>) {
    record.faults.push(At { value: what.into(), span });
}
