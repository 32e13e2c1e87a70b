//! ECMAScript and TypeScript: `import`, `export … from`, `require()`, `import()`, and what the type checker alone sees.

use std::collections::HashSet;

use super::{Binding, Form, Found, ImportKind, guarded};
use crate::parse::code::{Code, Kind, Language, NodeId, Role};

pub(super) fn read(found: &mut Found<'_>) {
    let code = found.code;
    let used = used(code);
    for id in 0..code.len() as NodeId {
        match code.kind(id) {
            Kind::Import | Kind::TypeImport => import(found, id, used.as_ref()),
            Kind::Export => export(found, id),
            Kind::Call => call(found, id),
            _ => {}
        }
    }
    hand_on(found);
}

/// The names that the code uses as values. A TypeScript compiler drops an import of which none is one; where there are
/// decorators it may keep them as metadata, and plain JavaScript drops nothing.
fn used(code: &Code) -> Option<HashSet<&str>> {
    let typed = matches!(code.language, Language::TypeScript | Language::Tsx);
    // A template uses names that the script does not.
    let template = code.source().path.ends_with(".vue");
    if !typed || template || code.of_kind(Kind::Decorator).next().is_some() {
        return None;
    }
    let mut used = HashSet::new();
    for id in 0..code.len() as NodeId {
        let node = code.node(id);
        let parent = code.kind(node.parent);
        match node.kind {
            Kind::Name if !matches!(parent, Kind::Import | Kind::TypeImport) => used.insert(code.slice(id)),
            Kind::Pair => used.insert(code.slice(id)),
            Kind::Other if node.role == Role::Name && parent == Kind::Export => used.insert(code.slice(id)),
            _ => false,
        };
    }
    Some(used)
}

fn import(found: &mut Found<'_>, id: NodeId, used: Option<&HashSet<&str>>) {
    let code = found.code;
    let Some(source) = super::source(code, id) else { return };
    let Some(specifier) = code.literal(source) else { return };
    let names = names(code, id);
    let mut typed = code.children(id).filter(|c| code.kind(*c) == Kind::TypeImport).peekable();
    let type_only = code.kind(id) == Kind::TypeImport
        || names.is_empty() && typed.peek().is_some()
        || !names.is_empty() && used.is_some_and(|used| names.iter().all(|n| !used.contains(n.local())));
    let reexport = type_only && code.slice(id).starts_with("export");
    let kind = if type_only { ImportKind::TypeOnly } else { ImportKind::Runtime };
    let import = found.add(source, specifier, kind, Form::Module);
    import.names = names;
    import.reexport = reexport;
}

/// The names of an import: the default one stands outside the braces, `* as x` takes all.
fn names(code: &Code, id: NodeId) -> Vec<Binding> {
    let node = code.node(id);
    let brace = code.slice(id).find('{').map_or(node.end, |at| node.start + at as u32);
    let mut names: Vec<Binding> = Vec::new();
    for child in code.children(id) {
        let text = || code.slice(child).trim_matches(['"', '\'']).to_owned();
        let outside = code.node(child).start < brace;
        match code.role(child) {
            Role::Name if outside => names.push(Binding { name: "default".to_owned(), alias: Some(text()) }),
            Role::Name => names.push(Binding { name: text(), alias: None }),
            Role::Alias if outside => names.push(Binding { name: "*".to_owned(), alias: Some(text()) }),
            Role::Alias => {
                if let Some(last) = names.last_mut() {
                    last.alias = Some(text());
                }
            }
            _ => {}
        }
    }
    names
}

fn export(found: &mut Found<'_>, id: NodeId) {
    let code = found.code;
    let Some(source) = super::source(code, id) else { return };
    let Some(specifier) = code.literal(source) else { return };
    let mut names = super::bindings(code, id);
    if names.is_empty() {
        // `export * from` hands on all names, `export * as x from` one that holds them.
        let alias = code.children(id).find(|c| *c != source).map(|c| code.slice(c).to_owned());
        if code.slice(id).contains('*') {
            names.push(Binding { name: "*".to_owned(), alias });
        }
    }
    let import = found.add(source, specifier, ImportKind::Runtime, Form::Module);
    import.names = names;
    import.reexport = true;
}

/// `require("x")`, `import("x")` and their forms for a bundler or test runner.
fn call(found: &mut Found<'_>, id: NodeId) {
    let code = found.code;
    let Some(callee) = code.child(id, Role::Callee) else { return };
    let loads =
        matches!(code.slice(callee), "require" | "import" | "require.resolve" | "createRequire(import.meta.url)");
    let Some(argument) = loads.then(|| code.child(id, Role::Argument)).flatten() else { return };
    let guarded = guarded(code, id);
    let (kind, specifier) = match code.literal(argument) {
        Some(text) => (ImportKind::Runtime, text),
        None => (ImportKind::Dynamic, code.slice(argument)),
    };
    let names = if kind == ImportKind::Runtime { required(code, id) } else { Vec::new() };
    let import = found.add(argument, specifier, kind, Form::Module);
    import.guarded = guarded;
    import.names = names;
}

/// `const x = require("y")`, `const { a, b: c } = await import("y")`.
fn required(code: &Code, call: NodeId) -> Vec<Binding> {
    let assign = code.around(call).take(3).find(|a| code.kind(*a) == Kind::Assign);
    let holds = |assign: &NodeId| {
        let value = code.child(*assign, Role::Value).map(|v| code.node(v).start);
        let before = value.and_then(|start| code.node(call).start.checked_sub(start));
        before.is_some_and(|gap| gap <= "await ".len() as u32 + 1)
    };
    let Some(target) = assign.filter(holds).and_then(|a| code.child(a, Role::Target)) else { return Vec::new() };
    let text = code.slice(target);
    let Some(inside) = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')) else {
        return vec![Binding { name: "*".to_owned(), alias: Some(text.to_owned()) }];
    };
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$')) && !t.is_empty();
    let mut names = Vec::new();
    for part in inside.split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (name, alias) = part.split_once(':').map_or((part, None), |(n, a)| (n.trim(), Some(a.trim())));
        let alias = alias.map(|a| a.split('=').next().unwrap_or(a).trim());
        let name = name.split('=').next().unwrap_or(name).trim();
        if !plain(name) || alias.is_some_and(|a| !plain(a)) {
            return Vec::new();
        }
        names.push(Binding { name: name.to_owned(), alias: alias.map(str::to_owned) });
    }
    names
}

/// `import { a } from "x"; export { a }` hands `a` on just as `export { a } from "x"` does, if nothing else uses it.
fn hand_on(found: &mut Found<'_>) {
    let code = found.code;
    let mut exported: Vec<(&str, Option<&str>)> = Vec::new();
    for id in code.of_kind(Kind::Export).filter(|e| code.child(*e, Role::Source).is_none()) {
        for child in code.children(id) {
            match code.role(child) {
                Role::Name => exported.push((code.slice(child), None)),
                Role::Alias => {
                    if let Some(last) = exported.last_mut() {
                        last.1 = Some(code.slice(child));
                    }
                }
                Role::None if code.kind(child) == Kind::Name => exported.push((code.slice(child), Some("default"))),
                _ => {}
            }
        }
    }
    if exported.is_empty() {
        return;
    }
    let uses = |name: &str| {
        let named = |id: &NodeId| code.kind(*id) == Kind::Name && code.slice(*id) == name;
        let outside =
            |id: &NodeId| !matches!(code.kind(code.node(*id).parent), Kind::Import | Kind::TypeImport | Kind::Export);
        (0..code.len() as NodeId).filter(named).any(|id| outside(&id))
    };
    for import in
        found.imports.iter_mut().filter(|i| i.kind == ImportKind::Runtime && !i.reexport && !i.names.is_empty())
    {
        let as_what = |b: &Binding| {
            exported.iter().find(|(name, _)| *name == b.local()).map(|(name, alias)| alias.unwrap_or(name))
        };
        if import.names.iter().all(|b| b.name != "*" && as_what(b).is_some() && !uses(b.local())) {
            for binding in &mut import.names {
                binding.alias = as_what(binding).map(str::to_owned);
            }
            import.reexport = true;
        }
    }
}
