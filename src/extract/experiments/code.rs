//! Definitions that stand in code: in comes a [`Code`], out come its literal mappings as a file of settings would hold
//! them, each under the name that it is given. A name that is imported stands for where it is imported from:
//! `variations: [orders, syntheticOrders]`.

use crate::extract::code::names::Names;
use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::parse::tree::{Entry, Node, Scalar, ScalarKind, Value};

/// Nobody writes definitions deeper in one another.
const MAX_DEPTH: usize = 32;

/// The mappings that lie in no other one.
pub(super) fn roots(code: &Code) -> Vec<Node> {
    let names = Names::of(code);
    let mut roots = Vec::new();
    let mut end = 0;
    for id in code.of_kind(Kind::Object) {
        if id < end {
            continue;
        }
        end = code.node(id).last;
        let Some(node) = node(code, &names, id, 0) else { continue };
        roots.push(match named(code, id) {
            Some(name) => {
                let (key, key_span, span) = (code.slice(name).to_owned(), code.span_of(name), node.span);
                Node { span, value: Value::Map(vec![Entry { key, key_span, node }]) }
            }
            None => node,
        });
    }
    roots
}

/// The variable or constant that holds a mapping.
fn named(code: &Code, object: NodeId) -> Option<NodeId> {
    let around = code.node(object).parent;
    let holds = code.kind(around) == Kind::Assign && code.role(object) == Role::Value;
    holds.then(|| code.child(around, Role::Target))?.filter(|target| code.kind(*target) == Kind::Name)
}

fn node(code: &Code, names: &Names<'_>, id: NodeId, depth: usize) -> Option<Node> {
    if depth > MAX_DEPTH {
        return None;
    }
    let scalar = |text: &str, kind| Value::Scalar(Scalar { text: text.to_owned(), kind });
    let value = match code.kind(id) {
        Kind::Object => {
            let pairs = code.children(id).filter(|c| code.kind(*c) == Kind::Pair);
            Value::Map(pairs.filter_map(|pair| entry(code, names, pair, depth)).collect())
        }
        Kind::List => Value::List(code.children(id).filter_map(|item| node(code, names, item, depth + 1)).collect()),
        Kind::String => scalar(code.literal(id)?, ScalarKind::Text),
        Kind::Null => scalar("", ScalarKind::Null),
        Kind::Number | Kind::True | Kind::False => scalar(&code.slice(id).to_ascii_lowercase(), ScalarKind::Plain),
        _ => {
            let from = code.steps(id).first().and_then(|name| names.imported(name).first().copied())?;
            scalar(from, ScalarKind::Text)
        }
    };
    Some(Node { span: code.span_of(id), value })
}

fn entry(code: &Code, names: &Names<'_>, pair: NodeId, depth: usize) -> Option<Entry> {
    let key = code.key(pair)?.to_owned();
    let key_span = code.span_of(code.child(pair, Role::Key)?);
    let node = node(code, names, code.child(pair, Role::Value)?, depth + 1)?;
    Some(Entry { key, key_span, node })
}
