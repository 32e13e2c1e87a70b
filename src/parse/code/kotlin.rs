//! What tree-sitter-kotlin-ng 1.1 reads amiss: in come the nodes of a file, out come the nodes that it means.

use super::{Kind, Node, Role};

/// The grammar binds `!` tighter than `.`: it reads `!order.isTest()` as `(!order).isTest()`. Here the negation goes
/// around the whole chain, as the language has it.
pub(super) fn mend(nodes: &mut [Node]) {
    for not in 0..nodes.len() {
        if nodes[not].kind != Kind::Not {
            continue;
        }
        let start = nodes[not].start;
        let mut top = not;
        loop {
            let up = nodes[top].parent as usize;
            // Links of a chain begin where it begins, so that each is the first in the next.
            let link = up + 1 == top && nodes[up].start == start && is_link(nodes[up].kind, nodes[top].role);
            if !link {
                break;
            }
            top = up;
        }
        // In broken code nothing may be negated.
        if top < not && not + 1 < nodes[not].last as usize {
            around(nodes, top, not);
        }
    }
}

/// Whether a node of a kind is a link of a chain by what the node at its start is for it.
fn is_link(kind: Kind, role: Role) -> bool {
    match role {
        Role::Object => matches!(kind, Kind::Member | Kind::Index),
        Role::Callee => kind == Kind::Call,
        Role::Value => kind == Kind::Await,
        _ => false,
    }
}

/// Puts the negation around the links: from `links…, not, operand` to `not, links…, operand`.
fn around(nodes: &mut [Node], top: usize, not: usize) {
    let (first, operand) = (nodes[top], nodes[not + 1].start);
    let (negation, inner) = (nodes[not], nodes[not + 1].role);
    let end = (first.last as usize).min(nodes.len());
    for node in nodes[..end].iter_mut().skip(not + 2) {
        if (top..not).contains(&(node.parent as usize)) {
            node.parent += 1;
        }
    }
    nodes.copy_within(top..not, top + 1);
    for (id, node) in nodes.iter_mut().enumerate().take(not + 1).skip(top + 1) {
        node.start = operand;
        node.parent = id as u32 - 1;
    }
    nodes[top] = Node { kind: Kind::Not, ..first };
    nodes[top + 1].role = inner;
    nodes[not + 1].role = negation.role;
}
