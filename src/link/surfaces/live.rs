//! Whether what a file imports is used where customers are: in come a file's code and the names that it takes, out
//! comes whether any use of them runs in production.

use crate::link::modules::{Binding, imports};
use crate::parse::code::{Code, Kind, NodeId};

/// Whether some use of what an import brings in runs in production. An import without names is brought in for what it
/// does.
pub(super) fn is_live(code: &Code, names: &[Binding], import: u32) -> bool {
    if names.is_empty() || names.iter().any(|n| n.name == "*" && n.alias.is_none()) {
        return true;
    }
    let locals: Vec<&str> = names.iter().map(Binding::local).collect();
    let mut uses = uses(code, &locals).peekable();
    if uses.peek().is_none() {
        // Templates use names that are not captured as such.
        return locals.iter().any(|local| mentions(code.text(), local) > 1) || imported_only(code, import);
    }
    uses.any(|id| !imports::guarded(code, id))
}

/// The places where names are used, apart from their imports.
pub(super) fn uses<'c>(code: &'c Code, locals: &'c [&'c str]) -> impl Iterator<Item = NodeId> + 'c {
    (0..code.len() as NodeId).filter(move |id| {
        matches!(code.kind(*id), Kind::Name | Kind::Other | Kind::Pair)
            && locals.contains(&code.slice(*id))
            && !code.around(*id).any(|a| matches!(code.kind(a), Kind::Import | Kind::TypeImport))
    })
}

/// How often a word stands in a text.
fn mentions(text: &str, word: &str) -> usize {
    let part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$'));
    let bytes = text.as_bytes();
    memchr::memmem::find_iter(bytes, word.as_bytes())
        .filter(|at| {
            let before = at.checked_sub(1).and_then(|i| bytes.get(i));
            !part(before) && !part(bytes.get(at + word.len()))
        })
        .count()
}

/// The names are taken by something else than an import declaration (`const { a } = require("x")` and the like), whose
/// uses are not known by name.
fn imported_only(code: &Code, import: u32) -> bool {
    !(0..code.len() as NodeId).any(|id| {
        let node = code.node(id);
        node.kind == Kind::Import && node.start <= import && import <= node.end
    })
}
