//! Go and Rust: packages and modules by their paths.

use std::collections::HashSet;

use super::{Binding, Form, Found, ImportKind};
use crate::parse::code::{Kind, Language, NodeId, Role};

pub(super) fn read(found: &mut Found<'_>) {
    match found.code.language {
        Language::Go => go(found),
        Language::Rust => rust(found),
        _ => {}
    }
}

/// `import "module/package"`, the other files of the same package, and embedded data.
fn go(found: &mut Found<'_>) {
    let code = found.code;
    if let Some(package) = code.of_kind(Kind::Package).next() {
        let at = code.child(package, Role::Name).unwrap_or(package);
        found.add(at, ".", ImportKind::Runtime, Form::Module);
    }
    for id in code.of_kind(Kind::Import) {
        let Some(source) = super::source(code, id) else { continue };
        let Some(path) = super::literal(code, source) else { continue };
        let alias = code.child(id, Role::Alias).map(|a| code.slice(a).to_owned());
        let last = path.rsplit('/').next().unwrap_or(path).to_owned();
        let import = found.add(source, path, ImportKind::Runtime, Form::Module);
        import.names = vec![Binding { name: "*".to_owned(), alias: Some(alias.unwrap_or(last)) }];
    }
    for id in code.of_kind(Kind::Comment) {
        let Some(paths) = code.slice(id).strip_prefix("//go:embed ") else { continue };
        for path in paths.split_whitespace().filter(|p| !p.contains('*')) {
            found.add(id, path.trim_matches('"'), ImportKind::Data, Form::Data);
        }
    }
}

/// `mod x;`, `use crate::a::{b, c as d}`, and paths that begin with `crate::` where they are used.
fn rust(found: &mut Found<'_>) {
    let code = found.code;
    for id in code.of_kind(Kind::Import) {
        let Some(source) = super::source(code, id) else { continue };
        let public = code.slice(id).starts_with("pub");
        if code.with_role(id, Role::Modifier).any(|m| code.slice(m) == "mod") {
            module(found, source, public);
            continue;
        }
        // Groups in groups are imports in imports: each continues the path of the one around it.
        let mut path = plain(code.slice(source));
        for outer in code.around(id).filter(|o| code.kind(*o) == Kind::Import) {
            let head = super::source(code, outer).map(|s| plain(code.slice(s))).unwrap_or_default();
            path = [head.as_str(), "::", path.as_str()].concat();
        }
        let names: Vec<NodeId> = code.with_role(id, Role::Name).collect();
        let bindings = super::bindings(code, id);
        if names.is_empty() {
            let name = path.rsplit("::").next().unwrap_or(&path).to_owned();
            let alias = code.child(id, Role::Alias).map(|a| code.slice(a).to_owned());
            let import = found.add(source, &path, ImportKind::Runtime, Form::Module);
            import.names = vec![Binding { name, alias }];
            import.reexport = public;
        }
        for (mut binding, node) in bindings.into_iter().zip(names) {
            let inner = plain(&binding.name);
            let full = match inner.as_str() {
                "*" | "self" => path.clone(),
                inner => format!("{path}::{inner}"),
            };
            binding.name = inner.rsplit("::").next().unwrap_or(&inner).to_owned();
            if binding.name == "self" {
                binding = Binding { name: "*".to_owned(), alias: path.rsplit("::").next().map(str::to_owned) };
            }
            let import = found.add(node, &full, ImportKind::Runtime, Form::Module);
            import.names = vec![binding];
            import.reexport = public;
        }
    }
    paths(found);
}

/// A module in a file of its own.
fn module(found: &mut Found<'_>, source: NodeId, public: bool) {
    let code = found.code;
    let name = code.slice(source);
    let used = memchr::memmem::find(code.text().as_bytes(), format!("{name}::").as_bytes()).is_some();
    let import = found.add(source, &format!("mod {name}"), ImportKind::Runtime, Form::Module);
    import.names = vec![Binding { name: "*".to_owned(), alias: Some(name.to_owned()) }];
    // A public module that the file itself does not use is there for others.
    import.reexport = public && !used;
}

/// `crate::orders::load(…)` in the middle of the code.
fn paths(found: &mut Found<'_>) {
    let code = found.code;
    let text = code.text();
    let mut silent = super::classes::silent(code);
    silent.extend(code.of_kind(Kind::Import).map(|id| code.node(id).start..code.node(id).end));
    silent.sort_by_key(|range| range.start);
    let mut seen = HashSet::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), "crate::") {
        let i = silent.partition_point(|range| range.start <= at as u32);
        if silent[..i].iter().rev().take(8).any(|range| range.end > at as u32) || text[..at].ends_with(['$', '_']) {
            continue;
        }
        let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':');
        let rest = text.get(at..).unwrap_or_default();
        let path = rest.split(|c| !is_path(c)).next().unwrap_or_default().trim_end_matches(':');
        if seen.insert(path) {
            let span = code.span(at as u32..(at + path.len()) as u32);
            let import = found.add_at(span, path, ImportKind::Runtime, Form::Module);
            import.names =
                path.rsplit("::").next().map(|n| Binding { name: n.to_owned(), alias: None }).into_iter().collect();
        }
    }
}

/// A path without blanks.
fn plain(path: &str) -> String {
    path.split_whitespace().collect()
}
