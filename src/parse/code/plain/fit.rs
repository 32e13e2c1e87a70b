//! Whether a node has a plain pattern's shape: in come the node and its children, out come the captured ones.

use tree_sitter::Node;

use super::{Capture, Child, Looking, Member, Shape, Test};

impl<'t> Looking<'t> {
    /// Whether a node with these children has a shape. Then gives what takes part in it: each child that does in some
    /// way, which is all that a query's single matches come to.
    pub(super) fn take_part(
        &mut self,
        shape: &Shape,
        node: Node<'t>,
        members: &[Member<'t>],
        found: &mut dyn FnMut(Node<'t>, &Capture),
    ) -> bool {
        let words = |(wanted, words): &(bool, Vec<String>)| {
            let text = self.text.get(node.byte_range()).unwrap_or_default();
            words.iter().any(|w| w == text) == *wanted
        };
        if !shape.words.as_ref().is_none_or(words) {
            return false;
        }
        if shape.without.iter().any(|field| members.iter().any(|(_, f)| *f == Some(*field))) {
            return false;
        }
        if shape.children.is_empty() {
            return true;
        }
        let parts = self.parts(shape, members);
        for (child, of_child) in shape.children.iter().zip(&parts) {
            for (member, _) in members.iter().zip(of_child).filter(|(_, takes_part)| **takes_part) {
                self.give(child, member.0, found);
            }
        }
        !parts.is_empty()
    }

    /// For each child of a shape, which members can be it so that all of them are there, in order. Nothing if they
    /// can't be.
    fn parts(&mut self, shape: &Shape, members: &[Member<'t>]) -> Vec<Vec<bool>> {
        let mut parts: Vec<Vec<bool>> = Vec::with_capacity(shape.children.len());
        for child in &shape.children {
            // Those that can be it after those before it.
            let before = parts.last();
            let (mut seen, mut near) = (before.is_none(), before.is_none());
            let mut of_child = Vec::with_capacity(members.len());
            for (at, member) in members.iter().enumerate() {
                let follows = if child.next { near } else { seen };
                of_child.push(follows && self.fits(child, member));
                let is_before = before.is_some_and(|before| before[at]);
                seen = seen || is_before;
                near = is_before || near && !member.0.is_named();
            }
            if !of_child.contains(&true) {
                return Vec::new();
            }
            parts.push(of_child);
        }
        // And of these, those that the ones after them follow.
        let (mut after, mut next): (Option<Vec<bool>>, _) = (None, shape.ends);
        for (child, of_child) in shape.children.iter().zip(&mut parts).rev() {
            let (mut seen, mut near) = (after.is_none(), after.is_none());
            for (at, member) in members.iter().enumerate().rev() {
                of_child[at] = of_child[at] && if next { near } else { seen };
                let is_after = after.as_ref().is_some_and(|after| after[at]);
                seen = seen || is_after;
                near = is_after || near && !member.0.is_named();
            }
            if !of_child.contains(&true) {
                return Vec::new();
            }
            (after, next) = (Some(of_child.clone()), child.next);
        }
        parts
    }

    /// Whether a node is what a shape's child must be.
    fn fits(&mut self, child: &Child, (node, field): &Member<'t>) -> bool {
        if child.field.is_some() && child.field != *field || !child.shape.is.holds(node) {
            return false;
        }
        if child.shape.is_bare() {
            return true;
        }
        let mut members = Vec::new();
        self.members(*node, &mut members);
        self.take_part(&child.shape, *node, &members, &mut |_, _| {})
    }

    /// Gives a child's captures, and those inside it.
    fn give(&mut self, child: &Child, node: Node<'t>, found: &mut dyn FnMut(Node<'t>, &Capture)) {
        child.captures.iter().for_each(|capture| found(node, capture));
        if !child.shape.children.is_empty() {
            let mut members = Vec::new();
            self.members(node, &mut members);
            self.take_part(&child.shape, node, &members, found);
        }
    }
}

impl Shape {
    /// Whether the kind is all that it asks for.
    fn is_bare(&self) -> bool {
        self.children.is_empty() && self.without.is_empty() && self.words.is_none()
    }
}

impl Test {
    fn holds(&self, node: &Node) -> bool {
        match self {
            // A wildcard of a query fits no error.
            Self::Any => !node.is_error(),
            Self::Named => node.is_named() && !node.is_error(),
            Self::Kinds(kinds) => kinds.contains(&node.kind_id()),
        }
    }
}
