//! Guards that stand on a class: in comes a method, out come the hooks of its class that run before it.

use super::{Effect, Sentinel, Wanted, raises, scope};
use crate::parse::code::{Code, Kind, NodeId, function_name};

/// Guards that a class puts before its methods: `before_action :reject_synthetic`.
pub(super) fn before(code: &Code, own: NodeId, wanted: &Wanted) -> Vec<Sentinel> {
    const HOOKS: &[&str] = &[
        "before_action",
        "before_filter",
        "prepend_before_action",
        "around_action",
        "before_perform",
        "around_perform",
        "before_enqueue",
        "before_save",
        "before_create",
        "before_update",
        "before_validation",
        "validate",
    ];
    let Some(class) = code.enclosing(own, Kind::Class) else { return Vec::new() };
    let method = function_name(code, own).unwrap_or_default();
    let calls = code.inside(class).filter(|n| HOOKS.contains(&code.called_if_call(*n)) && scope(code, *n) != own);
    let mut found = Vec::new();
    for hook in calls {
        let limited = |key: &str| code.entry(hook, &[key]).map(|v| code.slice(v).contains(method));
        if limited("only") == Some(false) || limited("except") == Some(true) {
            continue;
        }
        for named in code.arguments(hook).into_iter().filter(|a| matches!(code.kind(*a), Kind::String | Kind::Name)) {
            let name = code.slice(named).trim_matches([':', '"', '\'']);
            if !(wanted.is_symbol(name) || !wanted.transforms && wanted.is_marked(name)) {
                continue;
            }
            let defined = code.of_kind(Kind::Function).find(|f| code.name(*f) == Some(name));
            const ENDS: &[&str] = &["render", "redirect_to", "head", "throw", "halt", "redirect_back"];
            let effect = match defined {
                Some(f) if raises(code, f) || code.inside(f).any(|n| ENDS.contains(&code.called_if_call(n))) => {
                    Effect::Holds
                }
                Some(_) if wanted.transforms => Effect::Holds,
                Some(_) => Effect::Ignored,
                None => Effect::Unknown,
            };
            found.push(Sentinel { node: named, effect, call: false });
        }
    }
    found
}
