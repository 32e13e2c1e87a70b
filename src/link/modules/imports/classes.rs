//! Languages that find classes by their names: Java, Kotlin, C#, Apex, PHP and Ruby. Beside the imports that they
//! write, each class that a file mentions may be one of its own package, folder or load path.

use std::collections::HashSet;
use std::ops::Range;

use super::{Binding, Form, Found, ImportKind};
use crate::parse::code::{Code, Kind, Language, NodeId, Piece, Role};

/// How many classes that one file mentions count.
const MAX_MENTIONS: usize = 2_000;

pub(super) fn read(found: &mut Found<'_>) {
    match found.code.language {
        Language::Java | Language::Kotlin => java(found),
        Language::CSharp | Language::Apex => mentions(found, &[]),
        Language::Php | Language::Blade => php(found),
        Language::Ruby | Language::Erb => ruby(found),
        _ => {}
    }
}

/// `import a.b.C`, `import static a.b.C.m`, `import a.b.*`, and classes of the same package.
fn java(found: &mut Found<'_>) {
    let code = found.code;
    let mut packages = Vec::new();
    for id in code.of_kind(Kind::Import) {
        let Some(source) = super::source(code, id) else { continue };
        let path: String = code.slice(source).split_whitespace().collect();
        let wild = path
            .strip_suffix(".*")
            .or_else(|| code.slice(id).trim_end_matches([';', ' ']).ends_with('*').then_some(&*path));
        match wild {
            Some(package) => packages.push(package.to_owned()),
            None => {
                let name = path.rsplit('.').next().unwrap_or(&path).to_owned();
                let alias = code.child(id, Role::Alias).map(|a| code.slice(a).to_owned());
                let import = found.add(source, &path, ImportKind::Runtime, Form::Module);
                import.names = vec![Binding { name, alias }];
            }
        }
    }
    mentions(found, &packages);
}

/// Each class that a file mentions, as one of its own package or of one that is imported whole.
fn mentions(found: &mut Found<'_>, packages: &[String]) {
    let code = found.code;
    let imported: HashSet<String> = found.imports.iter().flat_map(|i| &i.names).map(|n| n.local().to_owned()).collect();
    for (word, range) in mentioned(code, ".") {
        let class = word.split('.').next().unwrap_or(&word);
        if imported.contains(class) {
            continue;
        }
        let span = code.span(range);
        found.add_at(span, class, ImportKind::Runtime, Form::Class);
        for package in packages.iter().take(8) {
            found.add_at(span, &format!("{package}.{class}"), ImportKind::Runtime, Form::Class);
        }
    }
}

/// `use A\B`, `include`, and classes of the same namespace.
fn php(found: &mut Found<'_>) {
    let code = found.code;
    let namespace = code.of_kind(Kind::Package).next().and_then(|p| code.name(p)).unwrap_or_default();
    for id in code.of_kind(Kind::Import) {
        let Some(source) = super::source(code, id) else { continue };
        let head = code.slice(id);
        if head.starts_with('@') {
            continue;
        }
        if head.starts_with("include") || head.starts_with("require") {
            included(found, source);
            continue;
        }
        let names = super::bindings(code, id);
        if names.is_empty() {
            let path = code.slice(source).trim_start_matches('\\');
            let alias = code.child(id, Role::Alias).map(|a| code.slice(a).to_owned());
            let name = path.rsplit('\\').next().unwrap_or(path).to_owned();
            found.add(source, path, ImportKind::Runtime, Form::Module).names = vec![Binding { name, alias }];
        }
        for (binding, node) in names.into_iter().zip(code.with_role(id, Role::Name)) {
            let path = format!("{}\\{}", code.slice(source).trim_matches('\\'), binding.name);
            found.add(node, &path, ImportKind::Runtime, Form::Module).names = vec![binding];
        }
    }
    let imported: HashSet<String> = found.imports.iter().flat_map(|i| &i.names).map(|n| n.local().to_owned()).collect();
    for (word, range) in mentioned(code, "\\") {
        let (first, rest) = word.split_once('\\').map_or((word.as_str(), None), |(f, r)| (f, Some(r)));
        let full = match (imported.contains(first), word.starts_with('\\')) {
            (true, _) if rest.is_none() => continue,
            (_, true) => word.trim_start_matches('\\').to_owned(),
            _ if namespace.is_empty() => word.clone(),
            _ => format!("{namespace}\\{word}"),
        };
        found.add_at(code.span(range), &full, ImportKind::Runtime, Form::Class);
    }
}

/// `require __DIR__ . "/x.php"`: the literal parts, seen from the file's folder.
fn included(found: &mut Found<'_>, source: NodeId) {
    let code = found.code;
    let literals: Vec<&str> =
        [source].into_iter().chain(code.inside(source)).filter_map(|id| code.literal(id)).collect();
    let text = code.slice(source);
    // What stands in front decides where the rest begins; only the file's own folder is known.
    let known = text.starts_with(['"', '\'', '(']) || text.contains("__DIR__") || text.contains("__FILE__");
    if literals.is_empty() || !known || text.contains('$') {
        found.add(source, text, ImportKind::Dynamic, Form::Path);
        return;
    }
    let ups = text.matches("dirname").count().saturating_sub(usize::from(text.contains("__FILE__")));
    let path = format!("./{}{}", "../".repeat(ups.min(8)), literals.concat().trim_start_matches('/'));
    found.add(source, &path, ImportKind::Runtime, Form::Path);
}

/// `require`, `require_relative`, and constants, which a loader finds by their names.
fn ruby(found: &mut Found<'_>) {
    let code = found.code;
    for id in code.of_kind(Kind::Import) {
        let Some(source) = super::source(code, id) else { continue };
        let relative = code.slice(id).starts_with("require_relative");
        let form = if relative { Form::Path } else { Form::Module };
        match super::literal(code, source) {
            Some(path) if relative => found.add(source, &format!("./{path}"), ImportKind::Runtime, form),
            Some(path) => found.add(source, path, ImportKind::Runtime, form),
            None => found.add(source, code.slice(source), ImportKind::Dynamic, form),
        };
    }
    for id in code.of_kind(Kind::Call) {
        let callee = code.child(id, Role::Callee).map(|c| code.slice(c));
        let loads = matches!(callee, Some("require" | "require_relative" | "load"));
        if let Some(argument) = loads.then(|| code.child(id, Role::Argument)).flatten() {
            found.add(argument, code.slice(argument), ImportKind::Dynamic, Form::Module);
        }
    }
    for (word, range) in mentioned(code, "::") {
        found.add_at(code.span(range), &word, ImportKind::Runtime, Form::Class);
    }
}

/// The words of a code that begin like a class, joined where a joint joins them: where each stands first.
fn mentioned(code: &Code, joint: &str) -> Vec<(String, Range<u32>)> {
    let (text, silent) = (code.text().as_bytes(), silent(code));
    // Around a template's code stands markup, whose words are for people.
    let template = matches!(code.language, Language::Erb | Language::Blade);
    let spoken = template.then(|| spoken(code));
    let own: HashSet<&str> = code.of_kind(Kind::Class).filter_map(|c| code.name(c)).collect();
    let mut seen: HashSet<&[u8]> = HashSet::new();
    let mut found = Vec::new();
    let mut silent = silent.into_iter().peekable();
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80;
    let mut at = 0;
    while at < text.len() && found.len() < MAX_MENTIONS {
        while silent.next_if(|s| s.end as usize <= at).is_some() {}
        if let Some(range) = silent.peek().filter(|s| s.start as usize <= at) {
            at = range.end as usize;
            continue;
        }
        if !(is_word(&text[at]) || joint == "\\" && text[at] == b'\\') {
            at += 1;
            continue;
        }
        let start = at;
        loop {
            at += text[at..].iter().take_while(|b| is_word(b)).count();
            let next = text.get(at..).and_then(|t| t.strip_prefix(joint.as_bytes()));
            match next {
                Some(rest) if rest.first().is_some_and(u8::is_ascii_uppercase) => at += joint.len(),
                _ => break,
            }
        }
        // A lone joint.
        at = at.max(start + 1);
        let word = &text[start..at];
        let before = start.checked_sub(1).map(|b| text[b]);
        // A member, variable or symbol of that name is none.
        let named = matches!(before, Some(b'.' | b'$'))
            || before == Some(b':') && joint == "::" && text.get(start.wrapping_sub(2)) != Some(&b':')
            || text[..start].ends_with(b"->");
        let upper = word.iter().find(|b| **b != b'\\').is_some_and(u8::is_ascii_uppercase);
        if !upper || named || word.len() < 2 || !seen.insert(word) {
            continue;
        }
        let Ok(word) = std::str::from_utf8(word) else { continue };
        let said = spoken.as_ref().is_none_or(|spoken| spoken.contains(&(start as u32)));
        if said && !own.contains(word) {
            found.push((word.to_owned(), start as u32..at as u32));
        }
    }
    found
}

/// Where names begin, to a template's grammar.
fn spoken(code: &Code) -> HashSet<u32> {
    let named = |n: &&crate::parse::code::Node| {
        matches!(n.kind, Kind::Name | Kind::Member | Kind::Call | Kind::New)
            || matches!(n.role, Role::Object | Role::Callee | Role::Super) && n.kind == Kind::Other
    };
    code.nodes().iter().filter(named).map(|n| n.start).collect()
}

/// Where words mean nothing: comments, and the text of strings. In order.
pub(super) fn silent(code: &Code) -> Vec<Range<u32>> {
    let mut silent = Vec::new();
    for id in 0..code.len() as NodeId {
        match code.kind(id) {
            Kind::Comment | Kind::Text => silent.push(code.node(id).start..code.node(id).end),
            Kind::String => silent.extend(code.pieces(id).into_iter().filter_map(|piece| match piece {
                Piece::Text(range) => Some(range),
                Piece::Hole(_) => None,
            })),
            _ => {}
        }
    }
    silent.sort_by_key(|range| range.start);
    silent
}
