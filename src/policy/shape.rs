//! What a policy's expression can hold, as far as the subject's JSON Schema tells: in come schemas and steps into them,
//! out come the shapes below, or the names that would have been right.

use serde_json::Value;

/// The shape of a value. Everything that is not known is [`Shape::Any`] and allows everything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape<'s> {
    /// Not known.
    Any,
    /// What a part of the schema describes.
    Node(Node<'s>),
    /// A list or set that the policy makes.
    List(Box<Shape<'s>>),
    /// An object that the policy makes, or the program adds: these fields and no others.
    Object(Vec<(String, Shape<'s>)>),
}

/// A part of a schema, compared by where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'s>(pub &'s Value);

impl Node<'_> {
    fn address(self) -> usize {
        std::ptr::from_ref(self.0).addr()
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl Eq for Node<'_> {}

impl PartialOrd for Node<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.address().cmp(&other.address())
    }
}

/// A step that the schema does not know.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoField {
    /// The fields that there are; none where the value is no object.
    pub known: Vec<String>,
    /// "a text", where the value is no object.
    pub instead: Option<&'static str>,
}

impl<'s> Shape<'s> {
    /// The shape of a field.
    pub fn field(&self, name: &str) -> Result<Self, NoField> {
        match self {
            // A list's own positions are numbers; what is made by an object comprehension may have any key.
            Self::Any | Self::List(_) => Ok(Self::Any),
            Self::Object(fields) => match fields.iter().find(|(n, _)| n == name) {
                Some((_, shape)) => Ok(shape.clone()),
                None => Err(NoField { known: fields.iter().map(|(n, _)| n.clone()).collect(), instead: None }),
            },
            Self::Node(node) => field_of(node.0, name),
        }
    }

    /// The shape of what a list, a set or a map holds.
    pub fn element(&self) -> Self {
        match self {
            Self::List(inner) => (**inner).clone(),
            Self::Any | Self::Object(_) => Self::Any,
            Self::Node(node) => {
                let mut found = alternatives(node.0).into_iter().filter_map(|schema| match type_of(schema) {
                    Some("array") => schema.get("items"),
                    Some("object") if schema.get("properties").is_none() => {
                        schema.get("additionalProperties").filter(|a| a.is_object())
                    }
                    _ => None,
                });
                match (found.next(), found.next()) {
                    (Some(one), None) => Self::Node(Node(one)),
                    _ => Self::Any,
                }
            }
        }
    }

    /// The only texts that the value can be, if it is a word of a fixed list.
    pub fn words(&self) -> Option<Vec<&'s str>> {
        let Self::Node(node) = self else { return None };
        let mut words = Vec::new();
        for schema in alternatives(node.0) {
            if let Some(word) = schema.get("const") {
                words.push(word.as_str()?);
            } else {
                for word in schema.get("enum")?.as_array()? {
                    match word {
                        Value::Null => {}
                        other => words.push(other.as_str()?),
                    }
                }
            }
        }
        (!words.is_empty()).then_some(words)
    }
}

fn field_of<'s>(schema: &'s Value, name: &str) -> Result<Shape<'s>, NoField> {
    let mut known = Vec::new();
    let mut instead = None;
    let mut found: Vec<Shape<'s>> = Vec::new();
    for schema in alternatives(schema) {
        match (schema.get("properties").and_then(Value::as_object), schema.get("additionalProperties")) {
            (Some(properties), _) => match properties.get(name) {
                Some(field) => found.push(Shape::Node(Node(field))),
                None => known.extend(properties.keys().cloned()),
            },
            (None, Some(map)) if map.is_object() => found.push(Shape::Node(Node(map))),
            (None, _) => match type_of(schema) {
                Some("string") => instead = Some("a text"),
                Some("integer" | "number") => instead = Some("a number"),
                Some("boolean") => instead = Some("true or false"),
                Some("array") => instead = Some("a list"),
                _ if schema.get("const").is_some() => instead = Some("a text"),
                _ => return Ok(Shape::Any),
            },
        }
    }
    match found.len() {
        0 if known.is_empty() && instead.is_none() => Ok(Shape::Any),
        0 => {
            known.sort_unstable();
            known.dedup();
            Err(NoField { instead: instead.filter(|_| known.is_empty()), known })
        }
        1 => Ok(found.remove(0)),
        _ => Ok(Shape::Any),
    }
}

/// What a schema allows beside null. The depth is that of the Rust types that the schema is made from.
fn alternatives(schema: &Value) -> Vec<&Value> {
    let lists = ["anyOf", "oneOf", "allOf"];
    match lists.iter().find_map(|key| schema.get(key).and_then(Value::as_array)) {
        Some(list) => list.iter().flat_map(alternatives).collect(),
        None if type_of(schema) == Some("null") => Vec::new(),
        None => vec![schema],
    }
}

/// The one type beside null.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(one) => Some(one),
        Value::Array(several) => {
            let mut types = several.iter().filter_map(Value::as_str).filter(|t| *t != "null");
            match (types.next(), types.next()) {
                (Some(one), None) => Some(one),
                (None, _) => Some("null"),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    #[derive(Serialize, schemars::JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    #[allow(dead_code)]
    enum Word {
        /// Documented.
        First,
        /// Documented too.
        SecondOne,
    }

    #[derive(Serialize, schemars::JsonSchema)]
    struct Inner {
        word: Word,
        maybe_word: Option<Word>,
        text: String,
    }

    #[derive(Serialize, schemars::JsonSchema)]
    struct Outer {
        list: Vec<Inner>,
        maybe: Option<Inner>,
        map: std::collections::BTreeMap<String, Inner>,
        raw: Value,
        number: Option<u32>,
    }

    #[test]
    fn steps_follow_the_schema() {
        let schema = crate::link::subject::schema_of::<Outer>();
        let root = Shape::Node(Node(&schema));
        let inner = root.field("list").unwrap().element();
        assert_eq!(inner.field("word").unwrap().words().unwrap(), ["first", "second-one"]);
        assert_eq!(inner.field("maybe_word").unwrap().words().unwrap(), ["first", "second-one"]);
        assert_eq!(inner.field("text").unwrap().words(), None);
        assert_eq!(inner.field("txt").unwrap_err().known, ["maybe_word", "text", "word"]);
        assert!(root.field("maybe").unwrap().field("text").is_ok());
        assert!(root.field("maybe").unwrap().field("nope").is_err());
        assert!(root.field("map").unwrap().field("anything").unwrap().field("nope").is_err());
        assert!(root.field("map").unwrap().element().field("nope").is_err());
        assert_eq!(root.field("raw").unwrap().field("x"), Ok(Shape::Any));
        assert_eq!(root.field("number").unwrap().field("x").unwrap_err().instead, Some("a number"));
        assert_eq!(root.field("list").unwrap().field("x").unwrap_err().instead, Some("a list"));
        assert_eq!(Shape::Node(Node(&Value::Bool(true))).field("x"), Ok(Shape::Any));
    }
}
