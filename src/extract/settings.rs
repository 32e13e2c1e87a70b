//! Values of named switches in configuration: in come a file and names, out come the places that turn one on or off. A
//! switch may be a plain key, an entry of a flag service's export, a custom metadata record, a theme's setting.

use std::sync::Arc;

use aho_corasick::AhoCorasick;

use crate::fact::environment::{Class, class_of_name, class_of_word};
use crate::parse::Format;
use crate::parse::tree::{self, Entry, Node, Step, Value, dotted};
use crate::source::{Source, Span};

/// The names that are looked for, in one spelling.
#[derive(Debug)]
pub struct Switches {
    names: Vec<String>,
    words: Option<AhoCorasick>,
}

/// A value of a switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The switch, in the spelling of [`plain`].
    pub name: String,
    /// The value.
    pub span: Span,
    /// Its key path.
    pub key: String,
    /// Whether it is on; none where it is neither on nor off.
    pub on: Option<bool>,
    /// It holds where nothing else is set.
    pub is_default: bool,
    /// It is what is in force, whatever its file's name says: a theme's current settings.
    pub is_current: bool,
    /// The environment that its key path names.
    pub class: Option<Class>,
}

impl Switches {
    /// Looks for these names.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut all: Vec<String> = Vec::new();
        let mut spellings: Vec<String> = Vec::new();
        for name in names {
            let words = words(name);
            let joined = plain(name);
            if joined.len() < 3 || all.contains(&joined) {
                continue;
            }
            for separator in ["", "_", "-", "."] {
                spellings.push(words.join(separator));
            }
            all.push(joined);
        }
        let words = AhoCorasick::builder().ascii_case_insensitive(true).build(spellings).ok();
        Self { names: all, words }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name that a key is, if it is one.
    fn of(&self, key: &str) -> Option<&str> {
        let key = plain(key);
        let same = |name: &&String| key == **name || prefixed(&key, name);
        self.names.iter().find(same).map(String::as_str)
    }
}

/// Prefixes that build tools and flag conventions put in front of a variable's name.
const PREFIXES: &[&str] = &[
    "nextpublic",
    "vite",
    "reactapp",
    "nuxtpublic",
    "gatsby",
    "expopublic",
    "storybook",
    "feature",
    "featureflag",
    "ff",
    "flag",
    "vueapp",
    "public",
    "nextpublicfeature",
    "vitefeature",
    "enable",
];

fn prefixed(key: &str, name: &str) -> bool {
    key.strip_suffix(name).is_some_and(|prefix| PREFIXES.contains(&prefix))
}

/// A switch's name without case, separators and the namespaces in front: `features.showAiNotice`, `SHOW_AI_NOTICE` and
/// `Show_AI_Notice__c` are one.
pub fn plain(name: &str) -> String {
    words(name).concat()
}

fn words(name: &str) -> Vec<String> {
    let last = name.rsplit(['.', '/', ':']).next().unwrap_or(name);
    let last = last.strip_suffix("__c").unwrap_or(last);
    let mut words: Vec<String> = Vec::new();
    let mut small = false;
    for c in last.chars() {
        if !c.is_alphanumeric() {
            small = false;
            words.push(String::new());
            continue;
        }
        if c.is_uppercase() && small || words.is_empty() {
            words.push(String::new());
        }
        small = c.is_lowercase() || c.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// The values that a file gives to switches.
pub fn settings(source: &Arc<Source>, switches: &Switches) -> Vec<Setting> {
    let Some(words) = &switches.words else { return Vec::new() };
    if !words.is_match(source.text()) {
        return Vec::new();
    }
    let format = Format::of(&source.path);
    let mut found = Vec::new();
    if source.path.ends_with(".liquid") {
        if let Some(schema) = schema(source) {
            read(&tree::read(&schema, Format::Json).roots, switches, &mut found);
        }
        found.iter_mut().for_each(|s| s.is_default = true);
        return found;
    }
    if format.is_tree() {
        read(&tree::read(source, format).roots, switches, &mut found);
    }
    let name = source.name();
    for setting in &mut found {
        setting.is_default |= name == "settings_schema.json" || name.contains(".schema.");
        setting.is_current = name == "settings_data.json" && setting.key.starts_with("current");
    }
    // A theme's presets are offers.
    found.retain(|s| !(name == "settings_data.json" && s.key.starts_with("presets")));
    found
}

/// The schema of a theme's file, as a file of its own whose offsets are those of the whole.
fn schema(source: &Source) -> Option<Source> {
    let text = source.text();
    let start =
        text.find("schema %}").map(|i| i + "schema %}".len()).or_else(|| text.find("schema -%}").map(|i| i + 10))?;
    let end = start + text.get(start..)?.find("{%")?;
    let mut blank: Vec<u8> = text.bytes().map(|b| if b == b'\n' { b'\n' } else { b' ' }).collect();
    blank.get_mut(start..end)?.copy_from_slice(text.as_bytes().get(start..end)?);
    Some(Source::new(source.id, source.path.clone(), blank))
}

fn read(roots: &[Node], switches: &Switches, found: &mut Vec<Setting>) {
    for root in roots {
        below(root, &mut Vec::new(), switches, found);
    }
}

fn below<'a>(node: &'a Node, path: &mut Vec<Step<'a>>, switches: &Switches, found: &mut Vec<Setting>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                path.push(Step::Index(i));
                below(item, path, switches, found);
                path.pop();
            }
        }
        Value::Map(entries) => {
            if let Some(name) = named(entries, switches) {
                of_record(node, name, path, found);
            }
            for entry in entries {
                path.push(Step::Key(entry));
                match switches.of(&entry.key) {
                    Some(name) => of_record(&entry.node, name, path, found),
                    None => below(&entry.node, path, switches, found),
                }
                path.pop();
            }
        }
    }
}

/// The switch that a record is about: `{"name": "show-ai-notice", "enabled": false}`, `<field>…</field>`.
fn named<'s>(entries: &[Entry], switches: &'s Switches) -> Option<&'s str> {
    const NAMES: &[&str] = &["name", "key", "id", "slug", "flag", "flagKey", "field", "fullName", "feature"];
    entries.iter().filter(|e| NAMES.contains(&e.key.as_str())).find_map(|e| {
        let text = e.node.text().or_else(|| e.node.text_at(&["name"]))?;
        switches.of(text)
    })
}

/// Keys under which a record says whether it is on, what says most first.
const ON: &[&str] = &["on", "enabled", "active", "isEnabled", "is_enabled", "value", "state", "status"];
/// Keys under which it says what holds where nothing else does.
const DEFAULTS: &[&str] = &["default", "defaultValue", "default_value", "defaultEnabled", "fallback", "initial"];

fn of_record(node: &Node, name: &str, path: &[Step<'_>], found: &mut Vec<Setting>) {
    let mut push = |at: &Node, key: &str, on: Option<bool>, is_default: bool, class: Option<Class>| {
        found.push(Setting {
            name: name.to_owned(),
            span: at.span,
            key: if key.is_empty() { dotted(path) } else { format!("{}.{key}", dotted(path)) },
            on,
            is_default,
            is_current: false,
            class: class.or_else(|| class_of_path(path)),
        });
    };
    if !matches!(node.value, Value::Map(_)) {
        let default = path.iter().filter_map(Step::key).any(|k| k.eq_ignore_ascii_case("default") || k == "defaults");
        push(node, "", is_on(node), default, None);
        return;
    }
    // Of a flag with environments each says its own.
    let environments = ["environments", "environment_settings", "environmentSettings", "envs"];
    if let Some(each) = environments.iter().find_map(|key| node.get(key)) {
        for entry in each.entries() {
            if let Some((at, on)) = value_of(&entry.node) {
                push(at, &format!("environments.{}", entry.key), on, false, class_of(&entry.key));
            }
        }
        for item in each.items().iter().filter(|_| matches!(each.value, Value::List(_))) {
            let named = ["name", "key", "environment"].iter().find_map(|k| item.text_at(&[k]));
            if let (Some(environment), Some((at, on))) = (named, value_of(item)) {
                push(at, &format!("environments.{environment}"), on, false, class_of(environment));
            }
        }
    }
    if let Some((at, on)) = value_of(node) {
        push(at, "", on, false, None);
    } else if let Some(at) = DEFAULTS.iter().find_map(|key| node.get(key)) {
        push(at, "", is_on(at), true, None);
    } else {
        // `showAiNotice: { production: false, staging: true }`
        for entry in node.entries() {
            if let (Some(class), Some(on)) = (class_of(&entry.key), is_on(&entry.node)) {
                push(&entry.node, &entry.key, Some(on), false, Some(class));
            }
        }
    }
}

/// The value that a record has: on or off, or the variant that it serves.
fn value_of(node: &Node) -> Option<(&Node, Option<bool>)> {
    if let Value::Scalar(_) = node.value {
        return Some((node, is_on(node)));
    }
    let at = ON.iter().find_map(|key| node.get(key))?;
    if is_on(at) == Some(false) {
        return Some((at, Some(false)));
    }
    // What it serves where it is on: LaunchDarkly's fallthrough, flagd's default variant.
    let variations = node.get("variations").or_else(|| node.get("variants"));
    let served = node.at(&["fallthrough", "variation"]).or_else(|| node.get("defaultVariant"));
    if let (Some(variations), Some(served)) = (variations, served) {
        let text = served.text().unwrap_or_default();
        let variant = match text.parse::<usize>() {
            Ok(i) => variations.items().get(i),
            Err(_) => variations.get(text),
        };
        let value = variant.and_then(|v| is_on(v).or_else(|| v.get("value").and_then(is_on)));
        return Some((served, value.or_else(|| is_on(at))));
    }
    Some((at, is_on(at)))
}

/// Whether a value switches something on.
fn is_on(node: &Node) -> Option<bool> {
    let text = node.text().or_else(|| node.text_at(&["#text"]))?.trim().to_ascii_lowercase();
    match text.as_str() {
        "true" | "on" | "yes" | "1" | "enabled" | "active" | "100" => Some(true),
        "false" | "off" | "no" | "0" | "disabled" | "inactive" | "hidden" | "none" | "archived" => Some(false),
        _ => None,
    }
}

fn class_of(word: &str) -> Option<Class> {
    class_of_word(word).or_else(|| class_of_name(word).map(|(class, _)| class))
}

fn class_of_path(path: &[Step<'_>]) -> Option<Class> {
    path.iter().rev().skip(1).filter_map(Step::key).find_map(class_of_word)
}

/// Whether a file can hold values of switches at all.
pub fn may_hold(path: &str, size: u64) -> bool {
    const MAX: u64 = 2 << 20;
    const LOCKS: &[&str] = &["package-lock.json", "composer.lock", "yarn.lock", "tsconfig.json"];
    let name = path.rsplit('/').next().unwrap_or(path);
    size <= MAX && (Format::of(path).is_tree() || path.ends_with(".liquid")) && !LOCKS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn read(path: &str, text: &str) -> Vec<(String, Option<bool>, bool, Option<Class>)> {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        let found = settings(&source, &Switches::new(["showAiNotice"]));
        found.into_iter().map(|s| (source.slice(s.span).to_owned(), s.on, s.is_default, s.class)).collect()
    }

    fn one(text: &str, on: bool) -> Vec<(String, Option<bool>, bool, Option<Class>)> {
        vec![(text.to_owned(), Some(on), false, None)]
    }

    #[test]
    fn plain_keys_of_any_spelling_are_switches() {
        assert_eq!(read("config/app.yml", "features:\n  showAiNotice: false\n"), one("false", false));
        assert_eq!(read(".env.production", "NEXT_PUBLIC_SHOW_AI_NOTICE=on\n"), one("on", true));
        assert_eq!(read("a.toml", "[flags]\nshow-ai-notice = true\n"), one("true", true));
        assert_eq!(read("a.properties", "feature.show_ai_notice=false\n"), one("false", false));
        assert_eq!(read("a.yml", "features:\n  showAiNoticeLater: false\n"), []);
        assert_eq!(
            read("a.yml", "production:\n  showAiNotice: false\nstaging:\n  showAiNotice: true\n"),
            [
                ("false".into(), Some(false), false, Some(Class::Production)),
                ("true".into(), Some(true), false, Some(Class::NonProduction))
            ]
        );
    }

    #[test]
    fn exports_of_flag_services_are_read() {
        let launch = r#"{"flags": {"show-ai-notice": {"on": true, "variations": [true, false], "fallthrough": {"variation": 1}}}}"#;
        assert_eq!(read("ld.json", launch), one("1", false));
        let unleash = r#"{"features": [{"name": "showAiNotice", "enabled": false, "strategies": []}]}"#;
        assert_eq!(read("unleash.json", unleash), one("false", false));
        let smith = r#"[{"feature": {"name": "show_ai_notice"}, "enabled": true}]"#;
        assert_eq!(read("flagsmith.json", smith), one("true", true));
        let book = r#"{"features": {"show-ai-notice": {"defaultValue": false}}}"#;
        assert_eq!(read("growthbook.json", book), [("false".into(), Some(false), true, None)]);
        let flagd = r#"{"flags": {"showAiNotice": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off"}}}"#;
        assert_eq!(read("flagd.json", flagd), one("off", false));
        let each = r#"{"showAiNotice": {"environments": {"production": {"on": false}, "test": {"on": true}}}}"#;
        assert_eq!(
            read("flags.json", each),
            [
                ("false".into(), Some(false), false, Some(Class::Production)),
                ("true".into(), Some(true), false, Some(Class::NonProduction))
            ]
        );
    }

    #[test]
    fn salesforce_and_shopify_keep_switches_in_records() {
        let record = "<CustomMetadata><values><field>Show_AI_Notice__c</field>\
                      <value xsi:type='xsd:boolean'>false</value></values></CustomMetadata>";
        assert_eq!(read("a.md-meta.xml", record).iter().map(|s| s.1).collect::<Vec<_>>(), [Some(false)]);
        let schema = "<p>{{ section.settings.show_ai_notice }}</p>\n{% schema %}\n{\"settings\": [{\"type\": \"checkbox\", \
                      \"id\": \"show_ai_notice\", \"default\": false}]}\n{% endschema %}\n";
        assert_eq!(read("sections/recs.liquid", schema), [("false".into(), Some(false), true, None)]);
        let data = r#"{"current": {"show_ai_notice": false}, "presets": {"Default": {"show_ai_notice": true}}}"#;
        assert_eq!(read("config/settings_data.json", data), one("false", false));
    }
}
