//! What code uses where a variable is not set: in comes a [`Code`], out come endpoints with their fallback, whichever
//! way the language writes it (`??`, `||`, `or`, a second argument, `orElse`, a branch that fills the gap, a table that
//! is indexed with a default).

use super::super::collect::{Around, Collector};
use super::super::expression::expressions;
use super::super::url::Url;
use super::super::words;
use super::names::Names;
use super::strings::{Text, addresses};
use crate::fact::environment::{Class, class_of_word};
use crate::fact::{EndpointRole, Fallback, Kind as Says, Symbol};
use crate::parse::code::{Code, Kind, NodeId, Role};

/// Calls whose second argument is what is used without the variable.
const WITH_DEFAULT: &[&str] = &[
    "getenv",
    "get",
    "fetch",
    "env",
    "config",
    "str",
    "url",
    "getordefault",
    "getproperty",
    "get_env",
    "getvalue",
    "getstring",
    "value",
    "setting",
    "getenvordefault",
];

/// Calls on what was read, whose argument is what is used without it.
const OR_ELSE: &[&str] = &[
    "orelse",
    "unwrap_or",
    "unwrap_or_else",
    "orelseget",
    "or_else",
    "ifempty",
    "ifblank",
    "presence",
    "default",
    "getordefault",
];

/// Finds fallbacks.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    for id in 0..code.len() as u32 {
        match code.kind(id) {
            Kind::Fallback => {
                if let (Some(left), Some(right)) = (code.child(id, Role::Left), code.child(id, Role::Right))
                    && let Some(variable) = variable(code, names, left)
                {
                    add(collector, code, names, right, id, &variable);
                }
            }
            Kind::Call => of_call(collector, code, names, id),
            Kind::If => of_branch(collector, code, names, id),
            Kind::String => of_placeholder(collector, code, id),
            _ => {}
        }
    }
}

/// The variable that an expression reads from the environment or from the settings, if it does: by itself, or by a name
/// that was given it.
pub(super) fn variable<'c>(code: &'c Code, names: &Names<'c>, id: NodeId) -> Option<String> {
    let direct = std::iter::once(id).chain(code.inside(id)).find_map(|n| read(code, n));
    direct.or_else(|| {
        let name = (code.kind(id) == Kind::Name).then(|| code.slice(id))?;
        let value = names.values(name).iter().find(|v| !code.is_within(id, **v))?;
        std::iter::once(*value).chain(code.inside(*value)).find_map(|n| read(code, n))
    })
}

/// What an expression is where its variable is not set: the variable, and what takes over. A choice between two
/// (`X === 'sandbox' ? a : b`) is the branch that an unset variable takes.
pub(super) fn defaulted<'c>(code: &'c Code, names: &Names<'c>, id: NodeId) -> Option<(String, NodeId)> {
    let mut at = id;
    for _ in 0..MAX_WRAPPERS {
        match code.kind(at) {
            Kind::Fallback => {
                let (left, right) = (code.child(at, Role::Left)?, code.child(at, Role::Right)?);
                return Some((variable(code, names, left)?, right));
            }
            Kind::If => {
                let condition = code.child(at, Role::Condition)?;
                let text = code.slice(condition);
                let negated = text.contains("!=") || text.trim_start_matches('(').starts_with('!');
                let unset = if negated { Role::Then } else { Role::Else };
                return Some((variable(code, names, condition)?, code.child(at, unset)?));
            }
            Kind::Call => {
                if let Some(found) = by_call(code, names, at) {
                    return Some(found);
                }
                // `ENV.fetch("X", "production").to_sym`
                let callee = code.child(at, Role::Callee);
                let inner = callee.and_then(|c| code.child(c, Role::Object));
                at = code.child(at, Role::Object).or(inner)?;
            }
            // Brackets.
            Kind::Other => at = code.children(at).next()?,
            _ => return None,
        }
    }
    None
}

/// How many conversions may stand around what is read.
const MAX_WRAPPERS: usize = 8;

/// The variable's name of an expression that reads one: `process.env.X`, `ENV["X"]`, `os.getenv("X")`.
fn read(code: &Code, id: NodeId) -> Option<String> {
    if !matches!(code.kind(id), Kind::Member | Kind::Index | Kind::Call) {
        return None;
    }
    let steps = code.steps(id);
    let literal = || {
        let given = code.arguments(id).into_iter().next().or_else(|| code.child(id, Role::Key))?;
        Some(code.literal(given)?.to_owned())
    };
    match steps.as_slice() {
        ["process", "env", name] | ["import" | "meta", .., "env", name] | ["Deno", "env", name] | ["env", name]
            if is_variable(name) =>
        {
            Some((*name).to_owned())
        }
        ["ENV" | "$_ENV" | "$_SERVER", name] if is_variable(name) => Some((*name).to_owned()),
        ["os", "environ", name] | ["environ", name] if is_variable(name) => Some((*name).to_owned()),
        [.., last] if code.kind(id) == Kind::Call && is_reader(&steps, last) => literal(),
        [.., "ENV" | "environ" | "env", "fetch" | "get" | "dig"] => literal(),
        _ if code.kind(id) == Kind::Index && matches!(steps.first(), Some(&("ENV" | "$_ENV"))) => literal(),
        _ => None,
    }
}

fn is_reader(steps: &[&str], last: &str) -> bool {
    let head = steps.first().copied().unwrap_or_default().trim_start_matches(['$', '@']);
    match last.to_ascii_lowercase().as_str() {
        "getenv" | "lookupenv" | "getenvironmentvariable" | "get_env" => true,
        "env" => true,
        "var" => head.starts_with("env") || steps.contains(&"env"),
        "get" | "getproperty" | "getstring" | "getvalue" | "value" | "fetch" | "config" => {
            matches!(
                head.to_ascii_lowercase().as_str(),
                "env"
                    | "environ"
                    | "config"
                    | "configuration"
                    | "settings"
                    | "viper"
                    | "system"
                    | "app"
                    | "_config"
                    | "_configuration"
                    | "configservice"
            ) || steps.iter().any(|s| matches!(*s, "env" | "environ" | "config" | "configService"))
        }
        _ => false,
    }
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !matches!(name, "get" | "fetch")
}

fn of_call(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, id: NodeId) {
    if let Some((variable, given)) = by_call(code, names, id) {
        add(collector, code, names, given, id, &variable);
    }
}

/// A call that is given what takes over for its variable.
fn by_call<'c>(code: &'c Code, names: &Names<'c>, id: NodeId) -> Option<(String, NodeId)> {
    let verb = code.called(id).to_ascii_lowercase();
    let arguments = code.arguments(id);
    if OR_ELSE.contains(&verb.as_str()) {
        let object = code.child(id, Role::Object).or_else(|| code.child(id, Role::Callee));
        let variable = variable(code, names, object?)?;
        return Some((variable, inner(code, *arguments.last()?)));
    }
    if !WITH_DEFAULT.contains(&verb.as_str()) {
        return None;
    }
    let variable = read(code, id)?;
    let named = code.entry(id, &["default", "defaultValue", "default_value", "fallback"]);
    // `ENV.fetch("X") { "https://…" }` gives a block.
    let second = arguments.get(1).copied().or_else(|| code.children(id).find(|c| code.kind(*c) == Kind::Function));
    Some((variable, inner(code, named.or(second)?)))
}

/// What a lambda gives, or the expression itself.
fn inner(code: &Code, id: NodeId) -> NodeId {
    if code.kind(id) != Kind::Function {
        return id;
    }
    code.inside(id).find(|n| matches!(code.kind(*n), Kind::String | Kind::Concat)).unwrap_or(id)
}

/// `url = process.env.X; if (!url) url = "https://…"`, and `x ? x : "https://…"`.
fn of_branch(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, id: NodeId) {
    let Some(condition) = code.child(id, Role::Condition) else { return };
    if let Some(other) = code.child(id, Role::Else).filter(|e| is_text(code, *e)) {
        if let Some(variable) = variable(code, names, condition) {
            add(collector, code, names, other, id, &variable);
        }
        return;
    }
    let Some(then) = code.child(id, Role::Then) else { return };
    for assign in std::iter::once(then).chain(code.inside(then)).filter(|n| code.kind(*n) == Kind::Assign) {
        let (Some(target), Some(value)) = (code.child(assign, Role::Target), code.child(assign, Role::Value)) else {
            continue;
        };
        let Some(name) = code.steps(target).pop() else { continue };
        let asked =
            std::iter::once(condition).chain(code.inside(condition)).any(|n| code.steps(n).last() == Some(&name));
        if !asked || !is_text(code, value) && !is_name(code, value) {
            continue;
        }
        let read = names.values(name).iter().filter(|v| **v != value).find_map(|v| variable(code, names, *v));
        if let Some(variable) = read {
            add(collector, code, names, value, id, &variable);
        }
    }
}

fn is_text(code: &Code, id: NodeId) -> bool {
    matches!(code.kind(id), Kind::String | Kind::Concat)
}

fn is_name(code: &Code, id: NodeId) -> bool {
    matches!(code.kind(id), Kind::Name | Kind::Member)
}

/// `@Value("${sf.url:https://…}")`.
fn of_placeholder(collector: &mut Collector<'_>, code: &Code, id: NodeId) {
    let Some(text) = code.literal(id).filter(|t| t.contains("${") && t.contains("://")) else { return };
    if code.enclosing(id, Kind::Decorator).is_none() {
        return;
    }
    let start = code.text()[..].as_ptr() as usize;
    let at = (text.as_ptr() as usize - start) as u32;
    for expression in expressions(text) {
        let Some(default) = expression.default.clone() else { continue };
        for url in super::super::url::urls(&text[default.clone()]) {
            let begin = at + (default.start + url.range.start) as u32;
            let span = code.span(begin..begin + url.range.len() as u32);
            let whole = code.span(at + expression.range.start as u32..at + expression.range.end as u32);
            let fallback = Fallback { variable: expression.name.clone(), span: whole };
            collector.endpoint(span, &Around::key(&*expression.name), &url, EndpointRole::Connection, Some(fallback));
        }
    }
}

/// Adds the endpoints of what is used without a variable.
fn add(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, value: NodeId, whole: NodeId, variable: &str) {
    let fallback = || Fallback { variable: variable.to_owned(), span: code.span_of(whole) };
    let key = super::place::of(code, names, whole).key.join(".");
    let around = Around::key(if key.is_empty() { variable.to_owned() } else { key });
    if is_text(code, value) || is_name(code, value) {
        let text = Text::of(code, names, value);
        for url in addresses(&text) {
            // A constant is named where it is used: its own place is no fallback.
            let span = if is_text(code, value) { code.span(text.range(&url)) } else { code.span_of(value) };
            collector.endpoint(span, &around, &url, EndpointRole::Connection, Some(fallback()));
        }
    }
    if is_name(code, value) && names.text(code, value).is_none() {
        let symbol = code.steps(value).join(".");
        let last = code.steps(value).pop().unwrap_or_default();
        let is_address = |name: &str| words::endpoint_role(name) == EndpointRole::Connection;
        if !symbol.is_empty() && (is_address(last) || is_address(variable)) && read(code, value).is_none() {
            let kind = Symbol { name: symbol, fallback: fallback() };
            collector.add(code.span_of(value), &around, Says::Symbol(kind));
        }
        return;
    }
    let Some(word) = names.text(code, value) else { return };
    if class_of_word(word) == Some(Class::Production) {
        for (at, url) in chosen(code, names, whole, word) {
            collector.endpoint(at, &around, &url, EndpointRole::Connection, Some(fallback()));
        }
    }
}

/// The addresses that a literal table gives for a word it is indexed with.
fn chosen<'c>(code: &'c Code, names: &Names<'c>, key: NodeId, word: &str) -> Vec<(crate::source::Span, Url)> {
    // The key itself, or the name that it is given to.
    let parent = code.node(key).parent;
    let named = (code.kind(parent) == Kind::Assign).then(|| code.child(parent, Role::Target)).flatten();
    let named = named.and_then(|t| code.steps(t).pop());
    let mut found = Vec::new();
    for index in code.of_kind(Kind::Index) {
        let Some(by) = code.child(index, Role::Key) else { continue };
        let is_it = code.is_within(key, by) || named.is_some() && code.steps(by).pop() == named;
        let Some(table) = code.child(index, Role::Object).filter(|_| is_it).and_then(|o| code.steps(o).pop()) else {
            continue;
        };
        for object in names.values(table).iter().filter(|v| code.kind(**v) == Kind::Object) {
            let Some(entry) = code.entry(*object, &[word]) else { continue };
            for string in std::iter::once(entry).chain(code.inside(entry)).filter(|n| code.kind(*n) == Kind::String) {
                let text = Text::of(code, names, string);
                found.extend(addresses(&text).into_iter().map(|url| (code.span(text.range(&url)), url)));
            }
        }
    }
    found
}
