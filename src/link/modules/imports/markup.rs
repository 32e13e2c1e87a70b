//! Markup and templates: scripts and custom elements by their tags, partials by their names, and what Salesforce puts
//! together because it lies in one folder.

use std::collections::HashSet;

use super::{Form, Found, ImportKind};
use crate::parse::code::{Kind, Language, NodeId, Role};

/// Ends of templates that code names by their path.
const TEMPLATES: &[&str] = &[
    ".html",
    ".htm",
    ".twig",
    ".erb",
    ".liquid",
    ".phtml",
    ".ejs",
    ".hbs",
    ".handlebars",
    ".mustache",
    ".pug",
    ".njk",
    ".jinja",
    ".jinja2",
    ".j2",
    ".mjml",
    ".haml",
    ".slim",
    ".ftl",
    ".cshtml",
    ".vue",
    ".svelte",
    ".jsp",
];

/// What renders a template that it is given by its name alone.
const RENDERS: &[&str] = &["render", "view", "View", "render_to_string", "includeIf", "make", "each", "inertia"];

pub(super) fn read(found: &mut Found<'_>) {
    let path = found.code.source().path.clone();
    if !matches!(found.code.language, Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Python)
        || path.ends_with(".vue")
    {
        elements(found, &path);
    }
    partials(found);
    names(found);
    neighbours(found, &path);
}

/// `<script src>`, custom elements, and the classes that Visualforce and Aura name.
fn elements(found: &mut Found<'_>, path: &str) {
    let code = found.code;
    let lightning = path.contains("lwc/") && path.ends_with(".html");
    let vue = path.ends_with(".vue");
    let blade = path.ends_with(".blade.php");
    let imported: HashSet<String> = found.imports.iter().flat_map(|i| &i.names).map(|n| n.local().to_owned()).collect();
    let mut seen = HashSet::new();
    for id in code.of_kind(Kind::Element) {
        let Some(name) = code.child(id, Role::Name) else { continue };
        let tag = code.slice(name);
        let component = match tag.strip_prefix("c-").map(camel).filter(|_| lightning) {
            Some(component) => Some(format!("lwc/{component}")),
            None if vue
                && !tag.contains('.')
                && (tag.contains('-') || tag.starts_with(|c: char| c.is_ascii_uppercase())) =>
            {
                Some(pascal(tag)).filter(|name| !imported.contains(name)).map(|name| format!("vue/{name}"))
            }
            None if blade => tag.strip_prefix("x-").map(|component| format!("blade/{}", component.replace('.', "/"))),
            None => tag.strip_prefix("c:").map(|component| format!("aura/{component}")),
        };
        if let Some(component) = component.filter(|c| seen.insert(c.clone())) {
            found.add(name, &component, ImportKind::Runtime, Form::Component);
        }
        for attribute in code.children(id).filter(|a| code.kind(*a) == Kind::Attribute) {
            self::attribute(found, tag, attribute);
        }
    }
}

fn attribute(found: &mut Found<'_>, tag: &str, attribute: NodeId) {
    let code = found.code;
    let (Some(key), Some(value)) = (code.key(attribute), code.child(attribute, Role::Value)) else { return };
    let text = code.slice(value).trim_matches(['"', '\'']);
    if tag.eq_ignore_ascii_case("script") && key == "src" && !text.contains(['{', '<']) {
        if !text.contains("://") && !text.starts_with("//") && !text.is_empty() {
            found.add(value, text, ImportKind::Runtime, Form::Path);
        }
    } else if matches!(key, "controller" | "extensions" | "standardController") && tag.contains(':') {
        for class in text.split(',').map(str::trim).filter(|c| !c.is_empty() && c.len() < 80) {
            found.add(value, class, ImportKind::Runtime, Form::Class);
        }
    }
}

/// What template languages call an import: `{% render 'card' %}`, `@include('cart.row')`.
fn partials(found: &mut Found<'_>) {
    let code = found.code;
    let path = &code.source().path;
    if code.language != Language::Liquid && !path.ends_with(".blade.php") {
        return;
    }
    let is_tag = |id: &NodeId| code.language == Language::Liquid || code.slice(*id).starts_with('@');
    for id in code.of_kind(Kind::Import).filter(is_tag) {
        let Some(source) = super::source(code, id) else { continue };
        let tag = code.slice(id).trim_start_matches(['{', '%', '-', ' ', '\n', '@']);
        let tag = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let Some(name) = super::literal(code, source) else {
            found.add(source, code.slice(source), ImportKind::Dynamic, Form::Template);
            continue;
        };
        let specifier = match (code.language, tag) {
            (Language::Liquid, "section" | "sections") => format!("sections/{name}"),
            (Language::Liquid, "layout") => format!("layout/{name}"),
            (Language::Liquid, _) => format!("snippets/{name}"),
            _ => name.to_owned(),
        };
        found.add(source, &specifier, ImportKind::Runtime, Form::Template);
    }
}

/// Templates that code names: by a path with an end, or by what renders them.
fn names(found: &mut Found<'_>) {
    let code = found.code;
    for id in code.of_kind(Kind::String) {
        let parent = code.node(id).parent;
        let named = code.kind(parent) == Kind::Pair;
        let call = if named { code.node(parent).parent } else { parent };
        if !matches!(code.kind(call), Kind::Call | Kind::New | Kind::Decorator) {
            continue;
        }
        let Some(text) =
            code.literal(id).filter(|t| !t.is_empty() && t.len() < 200 && !t.contains([' ', '\n', ':', '<', '{']))
        else {
            continue;
        };
        let end = TEMPLATES.iter().any(|end| text.len() > end.len() && text.ends_with(end));
        let key = named.then(|| code.key(parent)).flatten();
        let rendered = || {
            let first = !named && code.child(call, Role::Argument) == Some(id);
            let option = matches!(key, Some("partial" | "template" | "layout" | "action" | "component"));
            (first || option)
                && RENDERS.contains(&code.called(call))
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./@".contains(&b))
        };
        let imported = matches!(code.slice(code.child(call, Role::Callee).unwrap_or(call)), "require" | "import");
        if imported || !(end || rendered()) {
            continue;
        }
        let whole = matches!(key, Some("template" | "action" | "layout"));
        let specifier = if whole && !end { format!("/{text}") } else { text.to_owned() };
        found.add(id, &specifier, ImportKind::Runtime, Form::Template);
    }
}

/// Files that belong together because of where they lie: a Lightning component's script and template, an Aura bundle,
/// a Rails controller and its views.
fn neighbours(found: &mut Found<'_>, path: &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, end) = name.split_once('.').unwrap_or((name, ""));
    let bundle = folder.rsplit('/').next().unwrap_or_default();
    let parent = folder.rsplit('/').nth(1).unwrap_or_default();
    let others: &[&str] = match (parent, end) {
        ("lwc", "js" | "ts") if stem == bundle => &[".html"],
        ("lwc", "html") if stem == bundle => &[".js", ".ts"],
        ("aura", "cmp" | "app") => &["Controller.js", "Helper.js", "Renderer.js"],
        ("aura", "js") => &[".cmp"],
        _ => &[],
    };
    let views = path.split_once("app/controllers/").and_then(|(_, rest)| rest.strip_suffix("_controller.rb"));
    if others.is_empty() && views.is_none() {
        return;
    }
    let at = class_name(found);
    for other in others {
        found.add_at(at, &format!("./{bundle}{other}"), ImportKind::Runtime, Form::Class);
    }
    if let Some(views) = views {
        found.add_at(at, &format!("/{views}/*"), ImportKind::Runtime, Form::Template);
    }
}

/// The name of the first class, else the file.
fn class_name(found: &Found<'_>) -> crate::source::Span {
    let code = found.code;
    let name = code.of_kind(Kind::Class).filter_map(|class| code.child(class, Role::Name)).last();
    name.map_or_else(|| crate::source::Span::whole(code.source().id), |n| code.span_of(n))
}

/// `order-list` as `orderList`.
fn camel(tag: &str) -> String {
    let mut out = String::with_capacity(tag.len());
    let mut up = false;
    for c in tag.chars() {
        match c {
            '-' => up = true,
            c if std::mem::take(&mut up) => out.push(c.to_ascii_uppercase()),
            c => out.push(c),
        }
    }
    out
}

/// `order-list` as `OrderList`.
fn pascal(tag: &str) -> String {
    let camel = camel(tag);
    let mut chars = camel.chars();
    chars.next().map_or_else(String::new, |c| c.to_ascii_uppercase().to_string() + chars.as_str())
}
