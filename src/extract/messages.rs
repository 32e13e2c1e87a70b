//! Message catalogues: in comes a file and a message's key, out comes what the file says under it, in which locale, and
//! whether there is any text. Catalogues of all usual formats: JSON, YAML, TOML, properties, XLIFF, .resx and other XML,
//! gettext, Fluent, Apple's strings, and objects or arrays in PHP, JavaScript and TypeScript.

mod lines;
mod locale;

use std::sync::Arc;

pub use locale::locale_of;

use crate::parse::Format;
use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::parse::tree::{self, Entry, Node, Value};
use crate::source::{Source, Span};

/// What a catalogue says under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Where the key, or what stands for it, is.
    pub span: Span,
    /// The locale that the place names, if it does: the catalogue may hold several.
    pub locale: Option<String>,
    /// There is text.
    pub filled: bool,
}

/// The messages of a key in a catalogue that is no code; none where the format is not read.
pub fn messages(source: &Arc<Source>, key: &str) -> Option<Vec<Message>> {
    let forms = Forms::of(key, &source.path);
    let name = source.name().to_ascii_lowercase();
    let ends = |end: &str| name.ends_with(end);
    let format = if [".xlf", ".xliff", ".resx", ".xml", ".ts.xml"].iter().any(|e| ends(e)) {
        Format::Xml
    } else if ends(".arb") {
        Format::Json
    } else {
        Format::of(&source.path)
    };
    if format.is_tree() {
        let tree = tree::read(source, format);
        let mut found = Vec::new();
        for root in &tree.roots {
            let target = Target::of(root);
            below(root, &mut Vec::new(), &forms, &target, &mut found);
        }
        return Some(found);
    }
    if ends(".po") || ends(".pot") {
        return Some(lines::gettext(source, &forms));
    }
    if ends(".ftl") || ends(".strings") {
        return Some(lines::pairs(source, &forms));
    }
    None
}

/// The messages of a key in a catalogue that is code: objects and arrays. None where the language has none.
pub fn messages_in_code(code: &Code, key: &str) -> Option<Vec<Message>> {
    let objects = matches!(code.language, Language::Php | Language::JavaScript | Language::TypeScript | Language::Tsx);
    objects.then(|| of_code(code, &Forms::of(key, &code.source().path)))
}

/// The ways in which a catalogue may spell a key.
pub(super) struct Forms(Vec<String>);

impl Forms {
    fn of(key: &str, path: &str) -> Self {
        let mut forms = vec![key.to_owned()];
        // Lightning names a label with its namespace.
        forms.extend(key.strip_prefix("c.").map(str::to_owned));
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.split('.').next().unwrap_or(name);
        // A Laravel package's messages (`shop::account.notice`) lie in its own folder.
        let key = match key.split_once("::") {
            Some((_, rest)) => {
                forms.push(rest.to_owned());
                rest
            }
            None => key,
        };
        if let Some((namespace, rest)) = key.split_once(':') {
            forms.push(rest.to_owned());
            forms.push(format!("{namespace}.{rest}"));
        }
        // `lang/de/account.php` holds what is called `account.notice`.
        forms.extend(key.strip_prefix(stem).and_then(|rest| rest.strip_prefix(['.', '/'])).map(str::to_owned));
        Self(forms)
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|form| form == name)
    }
}

/// Keys above the messages that are no part of their names.
const WRAPPERS: &[&str] = &["translation", "translations", "messages", "message", "strings", "resources"];

/// Whether a path of keys is that of the message; with the locale that stands above it.
fn names(path: &[&str], forms: &Forms) -> Option<Option<String>> {
    let mut found = None;
    for skip in 0..=path.len().min(2) {
        if forms.has(&path[skip..].join(".")) {
            return Some(found);
        }
        match path.get(skip) {
            Some(first) if locale::is_tag(first) => found = Some(locale::plain(first)),
            Some(first) if WRAPPERS.contains(first) => {}
            _ => return None,
        }
    }
    None
}

/// What a bilingual file says of its languages.
struct Target {
    locale: Option<String>,
    /// Text counts only where it is translated.
    translated: bool,
}

impl Target {
    fn of(root: &Node) -> Self {
        let file = root.get("xliff").unwrap_or(root);
        let holders = [Some(file), file.get("file")];
        let attribute = |names: &[&str]| {
            holders.iter().flatten().find_map(|node| names.iter().find_map(|n| node.text_at(&[n]))).map(locale::plain)
        };
        let target = attribute(&["@target-language", "@trgLang"]);
        let translated = target.is_some();
        Self { locale: target.or_else(|| attribute(&["@source-language", "@srcLang"])), translated }
    }
}

fn below<'a>(node: &'a Node, path: &mut Vec<&'a str>, forms: &Forms, target: &Target, found: &mut Vec<Message>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::List(items) => items.iter().for_each(|item| below(item, path, forms, target, found)),
        Value::Map(entries) => {
            if let Some(id) = named(entries, forms) {
                found.push(Message { span: id.span, locale: of_entry(node, target), filled: has_text(node, target) });
                return;
            }
            for entry in entries {
                path.push(&entry.key);
                match names(path, forms) {
                    Some(locale) => {
                        let locale = locale.or_else(|| target.locale.clone());
                        found.push(Message { span: entry.key_span, locale, filled: is_filled(&entry.node) });
                    }
                    None => below(&entry.node, path, forms, target, found),
                }
                path.pop();
            }
        }
    }
}

/// The entry that names a record as the message: `<trans-unit id="…">`, `{"id": "…", "translation": "…"}`.
fn named<'a>(entries: &'a [Entry], forms: &Forms) -> Option<&'a Node> {
    const IDS: &[&str] = &["@id", "@resname", "@name", "@key", "fullName", "id", "key", "name", "term", "source"];
    if !entries.iter().any(|e| TEXTS.contains(&e.key.as_str()) || e.key == "segment") {
        return None;
    }
    let entry =
        entries.iter().find(|e| IDS.contains(&e.key.as_str()) && e.node.text().is_some_and(|t| forms.has(t)))?;
    Some(&entry.node)
}

/// Where a record keeps its text.
const TEXTS: &[&str] = &[
    "target",
    "value",
    "label",
    "translation",
    "message",
    "string",
    "text",
    "defaultMessage",
    "definition",
    "#text",
    "source",
];

fn has_text(record: &Node, target: &Target) -> bool {
    let record = record.get("segment").unwrap_or(record);
    if target.translated || record.get("target").is_some() {
        return record.get("target").is_some_and(is_filled);
    }
    TEXTS.iter().filter_map(|key| record.get(key)).next().is_some_and(is_filled)
}

fn of_entry(record: &Node, target: &Target) -> Option<String> {
    record.text_at(&["language"]).map(locale::plain).or_else(|| target.locale.clone())
}

/// Whether there is any text: of a message with plural forms, one of them.
fn is_filled(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => node.text().is_some_and(is_text),
        Value::List(items) => items.iter().any(is_filled),
        Value::Map(entries) => {
            entries.iter().any(|e| !e.key.starts_with('@') && e.key != "description" && is_filled(&e.node))
        }
    }
}

/// Whether a text says something.
pub(super) fn is_text(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && !matches!(text, "TODO" | "TBD" | "FIXME" | "-" | "null" | "~")
}

/// Objects and arrays in code.
fn of_code(code: &Code, forms: &Forms) -> Vec<Message> {
    let mut found = Vec::new();
    for pair in code.of_kind(Kind::Pair) {
        let Some(key) = code.key(pair) else { continue };
        let mut path: Vec<&str> =
            code.around(pair).filter(|a| code.kind(*a) == Kind::Pair).filter_map(|a| code.key(a)).collect();
        path.reverse();
        path.push(key);
        // `export const de = { … }`
        let holder = code.enclosing(pair, Kind::Assign).and_then(|a| code.child(a, Role::Target));
        let above = holder.map(|t| code.slice(t)).filter(|t| locale::is_tag(t)).map(locale::plain);
        if let Some(locale) = names(&path, forms) {
            let at = code.child(pair, Role::Key).unwrap_or(pair);
            let filled = code.child(pair, Role::Value).is_some_and(|v| says(code, v));
            found.push(Message { span: code.span_of(at), locale: locale.or(above), filled });
        }
    }
    found
}

fn says(code: &Code, value: NodeId) -> bool {
    match code.kind(value) {
        Kind::String => code.literal(value).is_none_or(is_text),
        Kind::Null => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(path: &str, text: &str, key: &str) -> Vec<(Option<String>, bool)> {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        let code = Language::of(path).map(|language| Code::read(&source, language));
        let found = match code {
            Some(code) => messages_in_code(&code, key),
            None => messages(&source, key),
        };
        let found = found.expect("a catalogue");
        found.into_iter().map(|m| (m.locale, m.filled)).collect()
    }

    const HERE: (Option<String>, bool) = (None, true);

    fn in_locale(locale: &str, filled: bool) -> Vec<(Option<String>, bool)> {
        vec![(Some(locale.to_owned()), filled)]
    }

    #[test]
    fn nested_and_flat_keys_are_found() {
        let key = "disclosure.synthetic";
        assert_eq!(read("locales/en.json", r#"{"disclosure": {"synthetic": "Made up"}}"#, key), [HERE]);
        assert_eq!(read("locales/en.json", r#"{"disclosure.synthetic": "Made up"}"#, key), [HERE]);
        assert_eq!(read("locales/en.json", r#"{"disclosure.synthetic": {"string": "Made up"}}"#, key), [HERE]);
        assert_eq!(read("en.json", r#"{"disclosure": {"synthetic": {"one": "", "other": "Made up"}}}"#, key), [HERE]);
        assert_eq!(read("locales/en.json", r#"{"disclosure": {"synthetic": " "}}"#, key), [(None, false)]);
        assert_eq!(read("locales/en.json", r#"{"x": {"disclosure": {"synthetic": "Made up"}}}"#, key), []);
        assert_eq!(read("messages_de.properties", "disclosure.synthetic=Erfunden\n", key), [HERE]);
        assert_eq!(
            read("config/locales/de.yml", "de:\n  disclosure:\n    synthetic: Erfunden\n", key),
            in_locale("de", true)
        );
        assert_eq!(read("locales/de/disclosure.json", r#"{"synthetic": "Erfunden"}"#, key), [HERE]);
        assert_eq!(read("lang/de/disclosure.php", "<?php return ['synthetic' => 'Erfunden'];", key), [HERE]);
        assert_eq!(read("lang/de/disclosure.php", "<?php return ['synthetic' => ''];", key), [(None, false)]);
        let package = "shop::disclosure.synthetic";
        assert_eq!(read("shop/lang/de/disclosure.php", "<?php return ['synthetic' => 'Erfunden'];", package), [HERE]);
        assert_eq!(read("i18n/de.ts", "export default { disclosure: { synthetic: 'Erfunden' } };", key), [HERE]);
        assert_eq!(
            read("i18n.ts", "export const messages = { de: { disclosure: { synthetic: 'Erfunden' } } };", key),
            in_locale("de", true)
        );
    }

    #[test]
    fn records_name_their_message() {
        let key = "disclosure.synthetic";
        let unit = |target: &str| {
            format!(
                "<xliff version='1.2'><file source-language='en' target-language='de'><body>\
                 <trans-unit id='disclosure.synthetic'><source>Made up</source>{target}</trans-unit></body></file></xliff>"
            )
        };
        assert_eq!(read("messages.de.xlf", &unit("<target>Erfunden</target>"), key), in_locale("de", true));
        assert_eq!(read("messages.de.xlf", &unit(""), key), in_locale("de", false));
        assert_eq!(
            read("x.resx", "<root><data name='disclosure.synthetic'><value>Made up</value></data></root>", key),
            [HERE]
        );
        assert_eq!(
            read("active.de.json", r#"[{"id": "disclosure.synthetic", "translation": "Erfunden"}]"#, key),
            [HERE]
        );
        let labels = "<CustomLabels><labels><fullName>Synthetic_Notice</fullName><language>en_US</language>\
                      <value>Made up</value></labels></CustomLabels>";
        assert_eq!(read("CustomLabels.labels-meta.xml", labels, "c.Synthetic_Notice"), in_locale("en-us", true));
        let translations = "<Translations><customLabels><label>Erfunden</label><name>Synthetic_Notice</name></customLabels></Translations>";
        assert_eq!(read("de.translation-meta.xml", translations, "Synthetic_Notice"), [HERE]);
    }
}
