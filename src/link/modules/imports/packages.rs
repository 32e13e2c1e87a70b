//! Go and Rust: packages and modules by their paths.

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

/// `mod x;` and `use crate::a::b`.
fn rust(found: &mut Found<'_>) {
    let code = found.code;
    for id in code.of_kind(Kind::Package) {
        if code.slice(id).ends_with(';')
            && let Some(name) = code.child(id, Role::Name)
        {
            let name_text = code.slice(name);
            let used = memchr::memmem::find(code.text().as_bytes(), format!("{name_text}::").as_bytes()).is_some();
            let import = found.add(name, &format!("mod {name_text}"), ImportKind::Runtime, Form::Module);
            import.names = vec![Binding { name: "*".to_owned(), alias: Some(name_text.to_owned()) }];
            // A public module that the file itself does not use is there for others.
            import.reexport = code.slice(id).starts_with("pub") && !used;
        }
    }
    for id in code.of_kind(Kind::Import) {
        let Some(source) = super::source(code, id) else { continue };
        let path: String = code.slice(source).split_whitespace().collect();
        let names: Vec<NodeId> = code.with_role(id, Role::Name).collect();
        let bindings = super::bindings(code, id);
        let public = code.slice(id).starts_with("pub");
        if names.is_empty() {
            let name = path.rsplit("::").next().unwrap_or(&path).to_owned();
            let import = found.add(source, &path, ImportKind::Runtime, Form::Module);
            import.names = vec![Binding { name, alias: None }];
            import.reexport = public;
        }
        for (binding, node) in bindings.into_iter().zip(names) {
            let full = if path.ends_with(&binding.name) { path.clone() } else { format!("{path}::{}", binding.name) };
            let import = found.add(node, &full, ImportKind::Runtime, Form::Module);
            import.names = vec![binding];
            import.reexport = public;
        }
    }
}
