//! Fits a parsed YAML tree to a JSON Schema: in come both, out comes the JSON value or every mistake with its place.
//!
//! The schema is the one that users get for their editors, so what it says and what is accepted can't differ.

use serde_json::{Map, Value};

use crate::parse::tree::{Entry, Node, Scalar, ScalarKind, Value as TreeValue};
use crate::source::Span;

/// A mistake in the configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
}

/// Fits `node` to the root of `schema`.
pub fn fit(node: &Node, schema: &Value, problems: &mut Vec<Problem>) -> Value {
    Fitting { defs: &schema["$defs"], problems }.fit(node, schema, "")
}

struct Fitting<'a> {
    defs: &'a Value,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Fitting<'a> {
    fn fit(&mut self, node: &Node, schema: &'a Value, path: &str) -> Value {
        let schema = self.resolve(schema);
        if is_null(node) && (accepts(schema, "null") || !path.is_empty() && !is_required(schema)) {
            return Value::Null;
        }
        if let Some(words) = words(schema) {
            return self.fit_word(node, &words, path);
        }
        match &node.value {
            TreeValue::Map(entries) if accepts(schema, "object") => self.fit_map(node.span, entries, schema, path),
            TreeValue::List(items) if accepts(schema, "array") => Value::Array(
                items.iter().enumerate().map(|(i, n)| self.fit(n, &schema["items"], &format!("{path}[{i}]"))).collect(),
            ),
            TreeValue::Scalar(scalar) => self.fit_scalar(node, scalar, schema, path),
            _ => self.wrong(node, schema, path),
        }
    }

    fn fit_map(&mut self, span: Span, entries: &[Entry], schema: &'a Value, path: &str) -> Value {
        let mut out = Map::new();
        let properties = schema["properties"].as_object();
        for entry in entries {
            let inner = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
            let known = properties.and_then(|p| p.get(&entry.key));
            let below = match (known, &schema["additionalProperties"]) {
                (Some(known), _) => known,
                (None, Value::Object(_)) => &schema["additionalProperties"],
                (None, Value::Bool(false)) => {
                    let keys: Vec<&str> = properties.into_iter().flat_map(|p| p.keys()).map(String::as_str).collect();
                    self.problems.push(Problem {
                        span: entry.key_span,
                        message: format!("unknown key `{}`{}", shown(&entry.key), within(path)),
                        help: suggest(&entry.key, &keys),
                    });
                    continue;
                }
                _ => &Value::Null,
            };
            if out.contains_key(&entry.key) {
                self.problems.push(Problem {
                    span: entry.key_span,
                    message: format!("`{}` stands here twice", shown(&entry.key)),
                    help: "keep one of the two".into(),
                });
            }
            let value = self.fit(&entry.node, below, &inner);
            // A null stands for "not given": the key's default applies.
            if !value.is_null() {
                out.insert(entry.key.clone(), value);
            }
        }
        for key in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !entries.iter().any(|e| e.key == key) {
                self.problems.push(Problem {
                    span: entries.first().map_or(span, |e| e.key_span),
                    message: format!("`{key}` is missing{}", within(path)),
                    help: format!("add `{key}:`"),
                });
            }
        }
        Value::Object(out)
    }

    fn fit_scalar(&mut self, node: &Node, scalar: &Scalar, schema: &'a Value, path: &str) -> Value {
        let text = scalar.text.as_str();
        if is_any(schema) {
            return plain(scalar);
        }
        if accepts(schema, "string") {
            return Value::String(text.into());
        }
        let plain = scalar.kind == ScalarKind::Plain;
        if plain && accepts(schema, "boolean") && matches!(text, "true" | "false" | "True" | "False" | "TRUE" | "FALSE")
        {
            return Value::Bool(text.eq_ignore_ascii_case("true"));
        }
        if plain
            && accepts(schema, "integer")
            && let Ok(number) = text.parse::<u32>()
        {
            return number.into();
        }
        self.wrong(node, schema, path)
    }

    fn fit_word(&mut self, node: &Node, words: &[&str], path: &str) -> Value {
        match node.text() {
            Some(text) if words.contains(&text) => Value::String(text.into()),
            text => {
                self.problems.push(Problem {
                    span: node.span,
                    message: format!("`{path}` must be one of {}", words.join(", ")),
                    help: suggest(text.unwrap_or_default(), words),
                });
                Value::Null
            }
        }
    }

    fn wrong(&mut self, node: &Node, schema: &Value, path: &str) -> Value {
        let wanted = ["object", "array", "string", "integer", "boolean"].into_iter().find(|t| accepts(schema, t));
        let (wanted, help) = match wanted {
            Some("object") => ("a mapping", "write `key: value` lines below it".to_owned()),
            Some("array") => ("a list", "write `- item` lines below it, or `[item]`".to_owned()),
            Some("integer") => ("a whole number", "write it in digits, without quotes".to_owned()),
            Some("boolean") => ("true or false", "write `true` or `false`, without quotes".to_owned()),
            _ => ("a string", "write it on one line, in quotes if need be".to_owned()),
        };
        let place = if path.is_empty() { "the file".to_owned() } else { format!("`{path}`") };
        self.problems.push(Problem { span: node.span, message: format!("{place} must be {wanted}"), help });
        Value::Null
    }

    fn resolve(&self, mut schema: &'a Value) -> &'a Value {
        // Two rounds are enough: an optional reference to a definition.
        for _ in 0..4 {
            if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
                schema = &self.defs[name];
            } else if let Some(some) = schema["anyOf"].as_array().and_then(|a| a.iter().find(|s| s["type"] != "null")) {
                schema = some;
            }
        }
        schema
    }
}

fn is_null(node: &Node) -> bool {
    matches!(&node.value, TreeValue::Scalar(s) if s.kind == ScalarKind::Null)
}

fn is_required(schema: &Value) -> bool {
    schema["required"].as_array().is_some_and(|r| !r.is_empty())
}

fn is_any(schema: &Value) -> bool {
    schema.get("type").is_none() && schema.get("properties").is_none()
}

fn accepts(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(t) => t == kind,
        Value::Array(all) => all.iter().any(|t| t == kind),
        _ => is_any(schema),
    }
}

/// The words of an enumeration: `enum`, or `oneOf` with a `const` each (variants that have a description).
fn words(schema: &Value) -> Option<Vec<&str>> {
    if let Some(all) = schema["enum"].as_array() {
        return Some(all.iter().filter_map(Value::as_str).collect());
    }
    let all = schema["oneOf"].as_array()?;
    Some(
        all.iter()
            .flat_map(|s| {
                s["const"]
                    .as_str()
                    .into_iter()
                    .chain(s["enum"].as_array().into_iter().flatten().filter_map(Value::as_str))
            })
            .collect(),
    )
}

/// A scalar of a place that takes anything: a rule's option.
fn plain(scalar: &Scalar) -> Value {
    if scalar.kind == ScalarKind::Plain
        && let Ok(value @ (Value::Bool(_) | Value::Number(_) | Value::Null)) = serde_json::from_str(&scalar.text)
    {
        return value;
    }
    Value::String(scalar.text.clone())
}

fn within(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!(" in `{path}`") }
}

fn shown(key: &str) -> String {
    key.chars().take(60).collect()
}

/// "did you mean …", or all that is possible.
pub(super) fn suggest(word: &str, known: &[&str]) -> String {
    let near = known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(&word.to_lowercase(), k), *k))
        .filter(|(d, k)| *d <= 1 + k.len() / 4)
        .min();
    match near {
        Some((_, k)) => format!("did you mean `{k}`?"),
        None => format!("possible here: {}", known.join(", ")),
    }
}
