//! What decides whether a message is shown: in come a file's code and a node, out come the switches around it.

use crate::parse::code::{Code, Kind, NodeId, Role};

/// A name in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Switch {
    /// The condition.
    pub at: NodeId,
    /// The name.
    pub name: String,
    /// What is looked at is there when the switch is off.
    pub negated: bool,
}

/// How far an expression, and what is assigned to its names, is followed.
const MAX_STEPS: usize = 10;

/// Attributes that hold a condition, and whether the element is there when it does not hold.
const CONDITIONS: &[(&str, bool)] = &[
    ("v-if", false),
    ("v-else-if", false),
    ("v-show", false),
    ("if", false),
    ("show", false),
    ("lwc:if", false),
    ("lwc:elseif", false),
    ("if:true", false),
    ("if:false", true),
    ("*ngIf", false),
    ("[hidden]", true),
    ("x-show", false),
    ("x-if", false),
    ("rendered", false),
    ("isTrue", false),
    ("hidden", true),
    (":hidden", true),
    ("v-bind:hidden", true),
    ("open", false),
    ("visible", false),
    ("when", false),
];

/// The switches around a node, innermost first.
pub(super) fn switches(code: &Code, id: NodeId) -> Vec<Switch> {
    let mut found = Vec::new();
    let mut inner = id;
    for outer in std::iter::once(id).chain(code.around(id)) {
        match code.kind(outer) {
            Kind::If if outer != id => {
                let role = code.role(inner);
                if let Some(condition) = code.child(outer, Role::Condition)
                    && matches!(role, Role::Then | Role::Else)
                {
                    collect(code, condition, condition, role == Role::Else, MAX_STEPS, &mut found);
                }
            }
            Kind::And if outer != id && code.role(inner) == Role::Right => {
                if let Some(left) = code.child(outer, Role::Left) {
                    collect(code, left, left, false, MAX_STEPS, &mut found);
                }
            }
            Kind::Element => of_element(code, outer, &mut found),
            Kind::Function => returns_before(code, outer, id, &mut found),
            _ => {}
        }
        inner = outer;
    }
    found.dedup();
    found
}

/// `v-if` and its kin; an `else` is the other side of the element before.
fn of_element(code: &Code, element: NodeId, found: &mut Vec<Switch>) {
    for attribute in attributes(code, element) {
        let key = key_of(code, attribute);
        if let (Some((_, negated)), Some(value)) =
            (CONDITIONS.iter().find(|(name, _)| *name == key), code.child(attribute, Role::Value))
        {
            collect(code, value, attribute, *negated, MAX_STEPS, found);
        } else if matches!(key, "flag" | "feature" | "featureKey" | "flagKey" | "name" | "toggle" | "featureName") {
            // `<Feature flag="show-ai-notice">`: what is inside is there with the flag.
            let text = code.child(attribute, Role::Value).and_then(|v| code.literal(v));
            if let Some(name) = text.filter(|t| t.contains(['-', '_']) || t.chars().skip(1).any(char::is_uppercase)) {
                found.push(Switch { at: attribute, name: name.to_owned(), negated: false });
            }
        } else if matches!(key, "v-else" | "lwc:else") {
            let before = code.children(code.node(element).parent).take_while(|c| *c != element);
            let Some(other) = before.filter(|c| code.kind(*c) == Kind::Element).last() else { continue };
            for attribute in attributes(code, other) {
                let holds = matches!(code.key(attribute), Some("v-if" | "lwc:if"));
                if let Some(value) = code.child(attribute, Role::Value).filter(|_| holds) {
                    collect(code, value, attribute, true, MAX_STEPS, found);
                }
            }
        }
    }
}

/// `if (!flags.showAiNotice) return null;` above the node, in its function.
fn returns_before(code: &Code, function: NodeId, id: NodeId, found: &mut Vec<Switch>) {
    let before = code.node(id).start;
    for branch in code.inside(function).filter(|n| code.kind(*n) == Kind::If && code.node(*n).end <= before) {
        if code.enclosing(branch, Kind::Function) != Some(function)
            || code.enclosing(branch, Kind::If).is_some_and(|o| o > function)
        {
            continue;
        }
        let Some(then) = code.child(branch, Role::Then) else { continue };
        let leaves = std::iter::once(then)
            .chain(code.inside(then))
            .any(|n| code.kind(n) == Kind::Return && code.enclosing(n, Kind::Function) == Some(function));
        if let Some(condition) = code.child(branch, Role::Condition).filter(|_| leaves) {
            collect(code, condition, condition, true, MAX_STEPS, found);
        }
    }
}

/// The names that decide whether an expression holds.
fn collect(code: &Code, id: NodeId, at: NodeId, negated: bool, left: usize, found: &mut Vec<Switch>) {
    if left == 0 || found.len() > 64 {
        return;
    }
    let mut add = |name: &str| {
        found.push(Switch { at, name: name.trim_start_matches(['$', '@', '!']).to_owned(), negated });
    };
    match code.kind(id) {
        Kind::Not => {
            for child in code.children(id) {
                collect(code, child, at, !negated, left - 1, found);
            }
        }
        // Of several that must hold, each can hide; where one is enough, none can alone.
        Kind::And if !negated => {
            for child in code.children(id) {
                collect(code, child, at, negated, left - 1, found);
            }
        }
        Kind::Fallback => {
            let literal = code.child(id, Role::Right).is_some_and(|r| is_literal(code, r));
            if let Some(first) = code.child(id, Role::Left).filter(|_| literal || negated) {
                collect(code, first, at, negated, left - 1, found);
            }
            if let Some(second) = code.child(id, Role::Right).filter(|_| negated && !literal) {
                collect(code, second, at, negated, left - 1, found);
            }
        }
        Kind::Compare => compared(code, id, at, negated, left, found),
        Kind::Call => {
            if let Some(word) = code.steps(id).last() {
                add(word);
            }
            for argument in code.with_role(id, Role::Argument) {
                match code.kind(argument) {
                    Kind::String => code.literal(argument).into_iter().for_each(&mut add),
                    Kind::Member | Kind::Name => code.steps(argument).last().into_iter().for_each(|w| add(w)),
                    _ => {}
                }
            }
            // `computed(() => flags.showAiNotice)`
            for inner in
                code.with_role(id, Role::Argument).filter(|a| code.kind(*a) == Kind::Function).collect::<Vec<_>>()
            {
                if let Some(body) = code.child(inner, Role::Body) {
                    collect(code, body, at, negated, left - 1, found);
                }
            }
        }
        Kind::Member | Kind::Index => {
            let steps = code.steps(id);
            steps.iter().skip(usize::from(steps.len() > 1)).for_each(|s| add(s));
            if let [holder, name, ..] = steps.as_slice()
                && matches!(*holder, "this" | "self")
            {
                follow(code, name, at, negated, left, found);
            }
        }
        Kind::Name => {
            let name = code.slice(id);
            add(name);
            follow(code, name, at, negated, left, found);
        }
        Kind::String => {
            if let Some(text) = code.literal(id).filter(|t| !t.contains(' ')) {
                add(text);
            } else {
                inside(code, id, at, negated, left, found);
            }
        }
        Kind::Function | Kind::Loop | Kind::Class | Kind::Element => {}
        _ => inside(code, id, at, negated, left, found),
    }
}

fn inside(code: &Code, id: NodeId, at: NodeId, negated: bool, left: usize, found: &mut Vec<Switch>) {
    let children: Vec<NodeId> = code.children(id).take(16).collect();
    for child in children {
        // Wrappers lie in one another, as deep as the file has them.
        collect(code, child, at, negated, left - 1, found);
    }
}

/// `flag === false`, `mode == "off"`.
fn compared(code: &Code, id: NodeId, at: NodeId, negated: bool, left: usize, found: &mut Vec<Switch>) {
    let sides: Vec<NodeId> = code.children(id).collect();
    let value = |n: &NodeId| match code.kind(*n) {
        Kind::True => Some(true),
        Kind::False | Kind::Null => Some(false),
        Kind::String => code.literal(*n).and_then(|t| match t {
            "true" | "on" | "enabled" | "1" => Some(true),
            "false" | "off" | "disabled" | "0" => Some(false),
            _ => None,
        }),
        _ => None,
    };
    let [a, b] = sides.as_slice() else { return };
    let Some((side, value)) = value(b).map(|v| (*a, v)).or_else(|| value(a).map(|v| (*b, v))) else { return };
    let between = code.text().get(code.node(*a).end as usize..code.node(*b).start as usize).unwrap_or_default();
    let unequal = between.contains('!');
    collect(code, side, at, negated ^ unequal ^ !value, left - 1, found);
}

/// What is assigned to a name in the same file, or what a getter of that name returns.
fn follow(code: &Code, name: &str, at: NodeId, negated: bool, left: usize, found: &mut Vec<Switch>) {
    let named = |n: &NodeId| {
        code.child(*n, Role::Target).is_some_and(|t| {
            code.slice(t) == name
                || code.steps(t).last() == Some(&name)
                || code.inside(t).any(|i| code.slice(i) == name)
        })
    };
    let values: Vec<NodeId> =
        code.of_kind(Kind::Assign).filter(named).filter_map(|a| code.child(a, Role::Value)).take(3).collect();
    for value in values {
        collect(code, value, at, negated, left - 1, found);
    }
    let getter = code.of_kind(Kind::Function).find(|f| code.name(*f) == Some(name));
    let Some(getter) = getter else { return };
    let returned: Vec<NodeId> = code
        .inside(getter)
        .filter(|n| code.kind(*n) == Kind::Return)
        .filter_map(|r| code.child(r, Role::Value))
        .take(3)
        .collect();
    for value in returned {
        collect(code, value, at, negated, left - 1, found);
    }
}

/// What a name of a template means in the script that belongs to it.
pub(super) fn of_script(script: &Code, name: &str, negated: bool) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    follow(script, name, 0, negated, MAX_STEPS, &mut found);
    found.into_iter().map(|s| (s.name, s.negated)).collect()
}

fn is_literal(code: &Code, id: NodeId) -> bool {
    matches!(
        code.kind(id),
        Kind::True | Kind::False | Kind::Null | Kind::String | Kind::Number | Kind::Object | Kind::List
    )
}

pub(super) fn attributes(code: &Code, element: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    code.children(element).filter(|c| code.kind(*c) == Kind::Attribute)
}

/// An attribute's key. One without a value is its key.
pub(super) fn key_of(code: &Code, attribute: NodeId) -> &str {
    code.key(attribute).unwrap_or_else(|| code.slice(attribute))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::parse::code::Language;
    use crate::source::{FileId, Source};

    fn code(path: &str, text: &str) -> Code {
        let language = Language::of(path).expect("a language");
        Code::read(&Arc::new(Source::from_str(FileId(0), path, text)), language)
    }

    /// The switches around the message `k.notice`, as `name` or `!name`.
    fn around(path: &str, text: &str) -> Vec<String> {
        let code = code(path, text);
        let at = code.of_kind(Kind::String).find(|s| code.literal(*s) == Some("k.notice")).expect("the message");
        let mark = |s: Switch| if s.negated { format!("!{}", s.name) } else { s.name };
        switches(&code, at).into_iter().map(mark).collect()
    }

    #[test]
    fn conditions_around_a_message_are_found_in_every_markup() {
        let jsx = |inner: &str| format!("export const A = ({{ flags }}) => <div>{inner}</div>;");
        assert_eq!(around("a.tsx", &jsx("{flags.showAiNotice && <p>{t('k.notice')}</p>}")), ["showAiNotice"]);
        assert_eq!(around("a.tsx", &jsx("{!flags.hideAiNotice ? <p>{t('k.notice')}</p> : null}")), ["!hideAiNotice"]);
        assert_eq!(around("a.tsx", &jsx("{flags.quiet ? null : <p>{t('k.notice')}</p>}")), ["!quiet"]);
        assert_eq!(around("a.tsx", &jsx("{flags.mode === false || <p>{t('k.notice')}</p>}")), [] as [&str; 0]);
        assert_eq!(around("a.tsx", &jsx("<p>{t('k.notice')}</p>")), [] as [&str; 0]);
        let early = "function A() { const show = useFlag('show-ai-notice'); if (!show) return null; return <p>{t('k.notice')}</p>; }";
        assert_eq!(around("a.tsx", early), ["show", "useFlag", "show-ai-notice"]);
        let vue = "<template><p v-if=\"flags.showAiNotice\">{{ $t('k.notice') }}</p></template>";
        assert_eq!(around("a.vue", vue), ["showAiNotice"]);
        let liquid = "{% if section.settings.show_ai_notice %}<p>{{ 'k.notice' | t }}</p>{% endif %}";
        assert_eq!(around("a.liquid", liquid), ["settings", "show_ai_notice"]);
        let erb = "<% if Flipper.enabled?(:show_ai_notice) %><p><%= t('k.notice') %></p><% end %>";
        assert!(around("a.html.erb", erb).contains(&"show_ai_notice".to_owned()));
        let blade = "@if (config('features.show_ai_notice'))<p>{{ __('k.notice') }}</p>@endif";
        assert!(around("a.blade.php", blade).contains(&"features.show_ai_notice".to_owned()));
    }
}
