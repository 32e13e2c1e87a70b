//! Python: `import`, `from … import`, and `importlib.import_module`.

use super::{Binding, Form, Found, ImportKind};
use crate::parse::code::{Code, Kind, NodeId, Role};

pub(super) fn read(found: &mut Found<'_>) {
    let code = found.code;
    let package = code.source().name().starts_with("__init__.py");
    for id in 0..code.len() as NodeId {
        match code.kind(id) {
            Kind::Import if code.slice(id).starts_with("from") => from(found, id, package),
            Kind::Import => plain(found, id),
            Kind::Call => call(found, id),
            _ => {}
        }
    }
}

/// `import a.b as c, d`: each source on its own.
fn plain(found: &mut Found<'_>, id: NodeId) {
    let code = found.code;
    let kind = kind(code, id);
    for child in code.children(id) {
        match code.role(child) {
            Role::Source => {
                let name = code.slice(child);
                let local = name.split('.').next().unwrap_or(name).to_owned();
                let import = found.add(child, name, kind, Form::Module);
                import.names = vec![Binding { name: "*".to_owned(), alias: Some(local) }];
            }
            Role::Alias => {
                if let Some(binding) = found.imports.last_mut().and_then(|i| i.names.first_mut()) {
                    binding.alias = Some(code.slice(child).to_owned());
                }
            }
            _ => {}
        }
    }
}

/// `from a import b, c as d`: each name on its own, for it may be a module or something in one.
fn from(found: &mut Found<'_>, id: NodeId, package: bool) {
    let code = found.code;
    let Some(source) = super::source(code, id) else { return };
    let module: String = code.slice(source).split_whitespace().collect();
    let kind = kind(code, id);
    let names = super::bindings(code, id);
    if names.is_empty() {
        let import = found.add(source, &module, kind, Form::Module);
        import.names = vec![Binding { name: "*".to_owned(), alias: None }];
        import.reexport = package;
        return;
    }
    let nodes: Vec<NodeId> = code.with_role(id, Role::Name).collect();
    for (binding, node) in names.into_iter().zip(nodes) {
        let mut span = code.span_of(source);
        if code.node(node).end - code.node(source).start < 200 {
            span = span.to(code.span_of(node));
        }
        let import = found.add_at(span, &module, kind, Form::Module);
        import.names = vec![binding];
        // What a package's own file imports, it hands on.
        import.reexport = package;
    }
}

fn kind(code: &Code, id: NodeId) -> ImportKind {
    let typed = code.around(id).any(|outer| {
        let condition = (code.kind(outer) == Kind::If).then(|| code.child(outer, Role::Condition)).flatten();
        condition.is_some_and(|c| code.slice(c).ends_with("TYPE_CHECKING"))
    });
    if typed { ImportKind::TypeOnly } else { ImportKind::Runtime }
}

fn call(found: &mut Found<'_>, id: NodeId) {
    let code = found.code;
    let Some(callee) = code.child(id, Role::Callee) else { return };
    if !matches!(code.slice(callee), "importlib.import_module" | "import_module" | "__import__") {
        return;
    }
    let Some(argument) = code.child(id, Role::Argument) else { return };
    match code.literal(argument) {
        Some(text) => found.add(argument, text, ImportKind::Runtime, Form::Module),
        None => found.add(argument, code.slice(argument), ImportKind::Dynamic, Form::Module),
    };
}
