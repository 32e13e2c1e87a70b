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
