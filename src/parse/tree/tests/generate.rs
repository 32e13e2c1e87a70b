//! Invented documents: one model, printed in the styles of each format, so that what was read can be compared with
//! what was meant.

use proptest::prelude::*;

use super::{Node, Value};

/// A document without its format.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    Text(String),
    List(Vec<Model>),
    Map(Vec<(String, Model)>),
}

/// A map of whatever.
pub fn model() -> impl Strategy<Value = Model> {
    let leaf = text().prop_map(Model::Text);
    let any = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Model::List),
            prop::collection::vec((text(), inner), 0..4).prop_map(Model::Map),
        ]
    });
    prop::collection::vec((text(), any), 1..5).prop_map(Model::Map)
}

/// Words, numbers, and texts with everything that needs an escape somewhere.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z][a-z0-9_]{0,8}",
        1 => "[1-9][0-9]{0,5}",
        2 => "[a-z éü😀'\"\\\\#:,{}\\[\\]&*!|>%@$<=;/-]{0,12}",
        1 => "[a-z]{1,5}\n[a-z\t]{1,5}\n?",
    ]
}

/// What was read, as a model.
pub fn of(node: &Node) -> Model {
    match &node.value {
        Value::Scalar(scalar) => Model::Text(scalar.text.clone()),
        Value::List(items) => Model::List(items.iter().map(of).collect()),
        Value::Map(entries) => Model::Map(entries.iter().map(|e| (e.key.clone(), of(&e.node))).collect()),
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !matches!(text, "null" | "true" | "false")
}

/// With comments, trailing commas and bare keys.
pub fn json(model: &Model) -> String {
    match model {
        Model::Text(text) if text.parse::<u32>().is_ok() => text.clone(),
        Model::Text(text) => serde_json::to_string(text).unwrap(),
        Model::List(items) => {
            let items: Vec<_> = items.iter().map(json).collect();
            format!("[{}]", items.join(", // next\n"))
        }
        Model::Map(entries) => {
            let entries: String = entries
                .iter()
                .map(|(key, value)| {
                    let key =
                        if is_word(key) && key.len() > 4 { key.clone() } else { serde_json::to_string(key).unwrap() };
                    format!("\n{key} /* : */ : {},", json(value))
                })
                .collect();
            format!("{{{entries}\n}}")
        }
    }
}

/// Block style, with every style of scalar that can hold the text.
pub fn yaml(model: &Model) -> String {
    let mut out = String::from("# generated\n");
    yaml_block(model, 0, &mut out);
    out
}

fn yaml_block(model: &Model, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match model {
        Model::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                out.push_str(&format!("{pad}{}:", yaml_inline(key)));
                yaml_value(value, indent, out);
            }
        }
        Model::List(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&format!("{pad}-"));
                yaml_value(item, indent, out);
            }
        }
        other => out.push_str(&format!("{pad}{}\n", if matches!(other, Model::Map(_)) { "{}" } else { "[]" })),
    }
}

fn yaml_value(model: &Model, indent: usize, out: &mut String) {
    match model {
        Model::Text(text) if is_block(text) => {
            let pad = " ".repeat(indent + 2);
            let chomp = if text.ends_with('\n') { "" } else { "-" };
            let lines: Vec<_> = text.lines().map(|l| format!("{pad}{l}")).collect();
            out.push_str(&format!(" |{chomp} # block\n{}\n", lines.join("\n")));
        }
        Model::Text(text) => out.push_str(&format!(" {} # note\n", yaml_inline(text))),
        Model::Map(entries) if entries.is_empty() => out.push_str(" {}\n"),
        Model::List(items) if items.is_empty() => out.push_str(" []\n"),
        other => {
            out.push('\n');
            yaml_block(other, indent + 2, out);
        }
    }
}

fn is_block(text: &str) -> bool {
    text.contains('\n') && text.lines().all(|l| l.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

fn yaml_inline(text: &str) -> String {
    if is_word(text) {
        text.to_owned()
    } else if text.contains(['\n', '\t', '"']) || text.len().is_multiple_of(2) {
        serde_json::to_string(text).unwrap()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Without repeated keys, for formats that have none; a key that would repeat gets its index.
pub fn unique_keys(model: Model) -> Model {
    match model {
        Model::Map(entries) => {
            let mut seen = std::collections::HashSet::new();
            let unique = |(i, (key, value)): (usize, (String, Model))| {
                let key = if seen.insert(key.clone()) { key } else { format!("{key}{i}_") };
                (key, unique_keys(value))
            };
            Model::Map(entries.into_iter().enumerate().map(unique).collect())
        }
        Model::List(items) => Model::List(items.into_iter().map(unique_keys).collect()),
        text => text,
    }
}

/// Top-level maps as headers, what is in them inline; a key of two words in a row is dotted.
pub fn toml(model: &Model) -> String {
    let Model::Map(entries) = model else { unreachable!("a document is a map") };
    let mut out = String::from("# generated\n");
    let (maps, plain): (Vec<_>, Vec<_>) = entries.iter().partition(|(_, v)| matches!(v, Model::Map(_)));
    for (key, value) in plain {
        out.push_str(&format!("{} = {} # note\n", toml_key(key), toml_value(value)));
    }
    for (key, value) in maps {
        out.push_str(&format!("[{}]\n", toml_key(key)));
        let Model::Map(entries) = value else { continue };
        for (key, value) in entries {
            match value {
                Model::Map(one) if one.len() == 1 => {
                    let (inner, value) = &one[0];
                    out.push_str(&format!("{} . {}={}\n", toml_key(key), toml_key(inner), toml_value(value)));
                }
                value => out.push_str(&format!("{}\t= {}\n", toml_key(key), toml_value(value))),
            }
        }
    }
    out
}

fn toml_key(key: &str) -> String {
    if is_word(key) { key.to_owned() } else { toml_string(key) }
}

fn toml_string(text: &str) -> String {
    if !text.contains(['\'', '\n']) && text.len().is_multiple_of(2) {
        format!("'{text}'")
    } else {
        serde_json::to_string(text).unwrap()
    }
}

fn toml_value(model: &Model) -> String {
    match model {
        Model::Text(text) if text.parse::<u32>().is_ok() => text.clone(),
        Model::Text(text) => toml_string(text),
        Model::List(items) => {
            let items: String = items.iter().map(|i| format!("\n  {}, # next", toml_value(i))).collect();
            format!("[{items}\n]")
        }
        Model::Map(entries) => {
            let entries: Vec<_> = entries.iter().map(|(k, v)| format!("{} = {}", toml_key(k), toml_value(v))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// One attribute with an object: blocks have no generated names.
pub fn hcl(model: &Model) -> String {
    format!("# generated\nroot = {} # note\n", hcl_value(model))
}

fn hcl_value(model: &Model) -> String {
    match model {
        Model::Text(text) if text.parse::<u32>().is_ok() => text.clone(),
        Model::Text(text) => serde_json::to_string(text).unwrap(),
        Model::List(items) => {
            let items: String = items.iter().map(|i| format!("\n  {}, // next", hcl_value(i))).collect();
            format!("[{items}\n]")
        }
        Model::Map(entries) => {
            let entry = |(i, (key, value)): (usize, &(String, Model))| {
                let key = if is_name(key) { key.clone() } else { serde_json::to_string(key).unwrap() };
                let (sign, end) = [("=", ","), (":", ""), (" = ", " # note")][i % 3];
                format!("\n{key}{sign}{}{end}", hcl_value(value))
            };
            format!("{{{}\n}}", entries.iter().enumerate().map(entry).collect::<String>())
        }
    }
}

fn is_name(key: &str) -> bool {
    is_word(key) && key.starts_with(|c: char| c.is_ascii_alphabetic()) && !matches!(key, "for" | "if" | "in" | "else")
}

/// Without what HCL takes for the start of a template.
pub fn without_templates(model: Model) -> Model {
    let plain = |text: String| text.replace(['$', '%'], "");
    match model {
        Model::Map(entries) => Model::Map(entries.into_iter().map(|(k, v)| (plain(k), without_templates(v))).collect()),
        Model::List(items) => Model::List(items.into_iter().map(without_templates).collect()),
        Model::Text(text) => Model::Text(plain(text)),
    }
}
