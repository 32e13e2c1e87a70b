//! The names of one file: in comes its code, out comes what each is imported from, declared as, assigned, or defined by.

use std::collections::HashMap;

use crate::extract::code::names::Names;
use crate::parse::code::{Code, Kind, NodeId, Role};

/// What a file's names stand for, made once.
#[derive(Default)]
pub(super) struct Index {
    pub imported: HashMap<String, Vec<String>>,
    pub types: HashMap<String, String>,
    pub values: HashMap<String, Vec<NodeId>>,
    /// Functions, else classes, by the last part of their name; the first one counts.
    pub functions: HashMap<String, NodeId>,
}

impl Index {
    pub fn of(code: &Code) -> Self {
        let names = Names::of(code);
        let owned = |texts: &[&str]| texts.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let mut index = Self {
            imported: names.all_imported().map(|(name, from)| (name.to_owned(), owned(from))).collect(),
            types: names.all_types().map(|(name, class)| (name.to_owned(), class.to_owned())).collect(),
            values: names.all_values().map(|(name, values)| (name.to_owned(), values.to_vec())).collect(),
            functions: HashMap::new(),
        };
        let mut add = |name: &str, node: NodeId| {
            let last = name.rsplit(['.', ':', '\\']).next().unwrap_or(name);
            index.functions.entry(last.to_owned()).or_insert(node);
        };
        for function in code.of_kind(Kind::Function) {
            if let Some(name) = code.name(function) {
                add(name, function);
            }
        }
        for id in 0..code.len() as u32 {
            let Some(value) = code.child(id, Role::Value) else { continue };
            match code.kind(id) {
                Kind::Assign => {
                    let mut inside = std::iter::once(value).chain(code.inside(value));
                    let function = inside.find(|n| code.kind(*n) == Kind::Function);
                    let name = code.child(id, Role::Target).and_then(|t| code.steps(t).pop());
                    if let (Some(name), Some(function)) = (name, function) {
                        add(name, function);
                    }
                }
                Kind::Pair if code.kind(value) == Kind::Function => add(code.key(id).unwrap_or_default(), value),
                _ => {}
            }
        }
        for class in code.of_kind(Kind::Class) {
            if let Some(name) = code.name(class) {
                add(name, class);
            }
        }
        index
    }
}
