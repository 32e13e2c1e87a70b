//! What follows from a question or a call: in comes a node that speaks of a marker, out comes the branch, filter or
//! assertion that it decides.

use crate::parse::code::{Code, Kind, NodeId, Role};

/// What decides over what a sentinel does.
pub(super) enum Decisive {
    /// It is asked in the condition of a branch.
    Branch(NodeId),
    /// It decides which elements a call keeps.
    Filter(NodeId),
    /// Its result is given a name.
    Named(NodeId),
    /// It is an argument of a call that hands records on.
    Passed(NodeId),
    /// An assertion is made of it.
    Asserted(NodeId),
    /// It is raised or returned.
    Given,
}

/// Calls that keep some elements.
const FILTERS: &[&str] = &[
    "filter",
    "reject",
    "select",
    "where",
    "partition",
    "grep",
    "removeif",
    "skipwhile",
    "takewhile",
    "exclude",
    "filternot",
    "findall",
    "deleteif",
    "keepif",
    "excluding",
    "compact",
    "filterasync",
    "removeall",
    "filterbatch",
    "except",
    "query",
    "arrayfilter",
    "takeunless",
    "takeif",
    "dropwhile",
    "removewhere",
];

/// Calls that raise an error unless what they are given is so.
const ASSERTS: &[&str] = &[
    "assert",
    "require",
    "check",
    "invariant",
    "checkargument",
    "checkstate",
    "istrue",
    "isfalse",
    "asserttrue",
    "assertfalse",
    "abortif",
    "abortunless",
    "throwif",
    "throwunless",
    "precondition",
    "verify",
    "ensure",
    "guard",
    "true",
    "false",
];

/// Calls that send records through functions.
const CHAINS: &[&str] = &[
    "pipe",
    "pipeline",
    "use",
    "map",
    "transform",
    "through",
    "process",
    "compose",
    "flatmap",
    "each",
    "foreach",
    "then",
    "apply",
];

/// What decides over a node, looked for outwards up to the function that it stands in.
pub(super) fn decisive(code: &Code, node: NodeId, scope: NodeId) -> Option<Decisive> {
    let mut inner = node;
    for outer in code.around(node) {
        if outer == scope && scope != 0 || code.kind(outer) == Kind::Class {
            return None;
        }
        match code.kind(outer) {
            // A comprehension's condition has nothing behind it: it keeps elements.
            Kind::If
                if code.role(inner) == Role::Condition
                    && code.child(outer, Role::Then).is_none()
                    && code.child(outer, Role::Else).is_none() =>
            {
                return Some(Decisive::Filter(outer));
            }
            Kind::If | Kind::Loop | Kind::Case if code.role(inner) == Role::Condition => {
                return Some(Decisive::Branch(outer));
            }
            // `case 'synthetic':` in grammars that give the pattern no role.
            Kind::Case if code.role(inner) != Role::Body && inner == outer + 1 => return Some(Decisive::Branch(outer)),
            // `rows[~rows.is_synthetic]`
            Kind::Index
                if code.role(inner) == Role::Key
                    && !matches!(code.kind(inner), Kind::String | Kind::Name | Kind::Number) =>
            {
                return Some(Decisive::Filter(outer));
            }
            Kind::If | Kind::Loop if matches!(code.role(inner), Role::Then | Role::Else | Role::Body) => return None,
            // `r.synthetic || upsert(r)`; as a part of a longer question the whole of it decides.
            Kind::And | Kind::Fallback if code.role(inner) == Role::Left && is_statement(code, outer) => {
                return Some(Decisive::Branch(outer));
            }
            Kind::Call | Kind::New
                if matches!(code.role(inner), Role::Argument | Role::None) || code.kind(inner) == Kind::Function =>
            {
                let name = code.called(outer).replace('_', "").to_ascii_lowercase();
                if FILTERS.contains(&name.trim_end_matches(['!', '?'])) {
                    return Some(Decisive::Filter(outer));
                }
                if CHAINS.contains(&name.as_str()) {
                    return Some(Decisive::Passed(outer));
                }
                if ASSERTS.contains(&name.as_str()) {
                    return Some(Decisive::Asserted(outer));
                }
            }
            Kind::Assign if code.role(inner) == Role::Value => return Some(Decisive::Named(outer)),
            Kind::Throw if code.slice(outer).starts_with("assert") => return Some(Decisive::Asserted(outer)),
            Kind::Return | Kind::Throw => return Some(Decisive::Given),
            Kind::Function if code.role(inner) == Role::Body && code.kind(inner) != Kind::Other => {}
            Kind::Function => {
                // A lambda of several statements: what it returns decides.
                let parent = code.node(outer).parent;
                if !matches!(code.kind(parent), Kind::Call | Kind::New) {
                    return None;
                }
            }
            _ => {}
        }
        inner = outer;
    }
    None
}

/// An operator that stands alone: what is to its right runs or not.
fn is_statement(code: &Code, operator: NodeId) -> bool {
    let asked = code.around(operator).take_while(|a| code.kind(*a) != Kind::Function).any(|a| {
        matches!(code.kind(a), Kind::If | Kind::Loop | Kind::Case)
            && code.child(a, Role::Condition).is_some_and(|c| code.is_within(operator, c))
    });
    let parent = code.node(operator).parent;
    !asked && !matches!(code.kind(parent), Kind::Assign | Kind::And | Kind::Fallback | Kind::Not | Kind::Pair)
}
