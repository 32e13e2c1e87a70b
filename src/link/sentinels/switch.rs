//! Settings that decide whether a guard runs: in comes a guard that stands in a branch, or one that leaves early, out
//! comes the setting that is asked. What it is set to is in configuration.

use crate::extract::code::names::Names;
use crate::fact::environment::segments;
use crate::parse::code::{Code, Kind, NodeId, Role};

/// A setting that is asked in code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The question.
    pub node: NodeId,
    /// The setting's name, as it is written.
    pub name: String,
    /// What it must be for the guard to run.
    pub runs_if: bool,
}

/// The setting in whose branch a guard stands, while the call stands outside of it.
pub fn around(code: &Code, names: &Names<'_>, guard: NodeId, call: NodeId) -> Option<Switch> {
    let block = std::iter::once(guard).chain(code.around(guard)).find(|a| {
        matches!(code.role(*a), Role::Then | Role::Else)
            && code.kind(code.node(*a).parent) == Kind::If
            && !code.is_within(call, *a)
    })?;
    let condition = code.child(code.node(block).parent, Role::Condition)?;
    let (name, on) = asked(code, names, condition, 0)?;
    Some(Switch { node: condition, name, runs_if: on == (code.role(block) == Role::Then) })
}

/// The setting for which a guard's own body leaves before it has asked anything else.
pub fn inside(code: &Code, names: &Names<'_>, function: NodeId) -> Option<Switch> {
    let first = code.inside(function).find(|n| {
        matches!(code.kind(*n), Kind::If | Kind::Throw | Kind::Loop)
            && code.enclosing(*n, Kind::Function) == Some(function)
    })?;
    let condition = (code.kind(first) == Kind::If).then(|| code.child(first, Role::Condition)).flatten()?;
    let (name, on) = asked(code, names, condition, 0)?;
    let throws = code.inside(first).any(|n| code.kind(n) == Kind::Throw);
    let returns = code.inside(first).any(|n| code.kind(n) == Kind::Return);
    match (throws, returns) {
        // `if (config.strict) { … throw … }`
        (true, _) => Some(Switch { node: condition, name, runs_if: on }),
        // `if (!config.strict) return`
        (false, true) => Some(Switch { node: condition, name, runs_if: !on }),
        (false, false) => None,
    }
}

/// How deep questions are nested.
const MAX_DEPTH: usize = 6;

/// Words for what holds settings.
const HOLDERS: &[&str] = &[
    "config",
    "configuration",
    "conf",
    "cfg",
    "settings",
    "setting",
    "options",
    "flags",
    "flag",
    "feature",
    "features",
    "env",
    "environ",
    "toggles",
    "properties",
    "props",
    "app",
    "params",
    "flipper",
    "launchdarkly",
    "unleash",
];

/// Words of settings that switch.
const SWITCHES: &[&str] = &[
    "enabled", "enable", "disabled", "disable", "skip", "strict", "toggle", "flag", "active", "bypass", "enforce", "on",
];

/// The setting that a condition asks, and what it is where the condition holds. A question of several parts is none.
fn asked(code: &Code, names: &Names<'_>, condition: NodeId, depth: usize) -> Option<(String, bool)> {
    if depth > MAX_DEPTH {
        return None;
    }
    let inner = || code.children(condition).next();
    match code.kind(condition) {
        Kind::Other => inner().and_then(|i| asked(code, names, i, depth + 1)),
        Kind::Not => {
            let value = code.child(condition, Role::Value).or_else(inner)?;
            asked(code, names, value, depth + 1).map(|(name, on)| (name, !on))
        }
        Kind::Compare => {
            // Some grammars give the sides no role.
            let left = code.child(condition, Role::Left).or_else(inner)?;
            let right = code.child(condition, Role::Right).or_else(|| code.children(condition).nth(1))?;
            let (name, on) = asked(code, names, left, depth + 1)?;
            let value = match code.slice(right).trim_matches(['"', '\'', '`']).to_ascii_lowercase().as_str() {
                "true" | "1" | "on" | "yes" | "enabled" => true,
                "false" | "0" | "off" | "no" | "disabled" => false,
                _ => return None,
            };
            let between = code.text().get(code.node(left).end as usize..code.node(right).start as usize)?;
            let differs = between.contains('!') || between.contains("not");
            Some((name, on == (value != differs)))
        }
        // `config.guardEnabled ?? true`
        Kind::Fallback => asked(code, names, code.child(condition, Role::Left)?, depth + 1),
        Kind::Name | Kind::Member | Kind::Index => {
            if let Some(name) = setting(&code.steps(condition)) {
                return Some((name, true));
            }
            match names.values(code.steps(condition).pop()?) {
                [value] if code.kind(condition) == Kind::Name => asked(code, names, *value, depth + 1),
                _ => None,
            }
        }
        Kind::Call => of_call(code, condition),
        _ => None,
    }
}

/// `config.guards.rejectSynthetic.enabled`, `SKIP_GUARD`, `ENV["GUARD"]`.
fn setting(steps: &[&str]) -> Option<String> {
    let (last, holders) = steps.split_last()?;
    let says =
        |text: &str, words: &[&str]| segments(text).iter().any(|w| words.contains(&w.to_ascii_lowercase().as_str()));
    let held = holders.iter().any(|h| says(h, HOLDERS));
    let shouted = last.len() > 3 && !last.contains(|c: char| c.is_ascii_lowercase());
    if !(held || says(last, SWITCHES) && (shouted || !holders.is_empty())) {
        return None;
    }
    // `enabled` alone is everybody's: what stands before it has the name.
    let own = if segments(last).iter().all(|w| says(w, SWITCHES)) {
        holders.last().filter(|h| !segments(h).iter().all(|w| says(w, HOLDERS)))?
    } else {
        last
    };
    Some(own.trim_end_matches('?').to_owned())
}

/// `isEnabled("reject_synthetic")`, `getenv("GUARD")`, `Flipper.enabled?(:guard)`.
fn of_call(code: &Code, call: NodeId) -> Option<(String, bool)> {
    const ASKS: &[&str] = &[
        "enabled",
        "getenv",
        "env",
        "get",
        "feature",
        "flag",
        "config",
        "fetch",
        "variation",
        "active",
        "setting",
        "getboolean",
        "bool",
        "toggle",
    ];
    let steps = code.steps(call);
    let said = steps.iter().any(|s| {
        segments(s).iter().any(|w| {
            let w = w.to_ascii_lowercase();
            ASKS.contains(&w.as_str()) && w != "get" || HOLDERS.contains(&w.as_str())
        })
    });
    let first = code.arguments(call).into_iter().next();
    match first {
        Some(name) if said && code.kind(name) == Kind::String => {
            let text = code.literal(name).unwrap_or_else(|| code.slice(name)).trim_start_matches(':');
            let off = steps.last().is_some_and(|s| s.to_ascii_lowercase().contains("disabled"));
            let name = text.rsplit(['.', '/']).find(|p| !SWITCHES.contains(p))?;
            Some((name.to_owned(), !off))
        }
        // `config.isGuardEnabled()`
        None => setting(&steps).map(|name| (name, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::parse::code::Language;
    use crate::source::{FileId, Source};

    fn read(path: &str, text: &str) -> Option<(String, bool)> {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        let code = Code::read(&source, Language::of(path).unwrap());
        let names = Names::of(&code);
        let find = |name: &str| code.calls().find(|c| code.called(*c) == name);
        let found = match (find("guard"), find("upsert")) {
            (Some(guard), Some(call)) => around(&code, &names, guard, call),
            _ => inside(&code, &names, code.of_kind(Kind::Function).next()?),
        };
        found.map(|s| (s.name, s.runs_if))
    }

    #[test]
    fn a_setting_around_a_guard_is_known_with_what_it_must_be() {
        for (path, text, name, on) in [
            ("a.ts", "function f(r) { if (config.guardEnabled) guard(r); sf.upsert(r); }", "guardEnabled", true),
            ("a.ts", "function f(r) { if (!settings.skipGuard) { guard(r); } sf.upsert(r); }", "skipGuard", false),
            (
                "a.ts",
                "function f(r) { if (config.guards.rejectSynthetic.enabled) guard(r); sf.upsert(r); }",
                "rejectSynthetic",
                true,
            ),
            (
                "a.ts",
                "function f(r) { if (process.env.CRM_GUARD === 'true') guard(r); sf.upsert(r); }",
                "CRM_GUARD",
                true,
            ),
            ("a.ts", "function f(r) { if (flags.isEnabled('crm-guard')) guard(r); sf.upsert(r); }", "crm-guard", true),
            (
                "a.py",
                "def f(r):\n    if settings.SYNTHETIC_GUARD:\n        guard(r)\n    sf.upsert(r)\n",
                "SYNTHETIC_GUARD",
                true,
            ),
            (
                "a.py",
                "on = os.getenv('CRM_GUARD') == '1'\ndef f(r):\n    if on:\n        guard(r)\n    sf.upsert(r)\n",
                "CRM_GUARD",
                true,
            ),
            ("a.rb", "def f(r)\n  guard(r) if Flipper.enabled?(:crm_guard)\n  sf.upsert(r)\nend\n", "crm_guard", true),
            (
                "a.rb",
                "def f(r)\n  guard(r) unless ENV['SKIP_GUARD'] == 'true'\n  sf.upsert(r)\nend\n",
                "SKIP_GUARD",
                false,
            ),
            (
                "a.php",
                "<?php function f($r) { if (config('crm.guard')) { guard($r); } $sf->upsert($r); }",
                "guard",
                true,
            ),
            (
                "A.java",
                "class A { void f(R r) { if (properties.isGuardEnabled()) { guard(r); } sf.upsert(r); } }",
                "isGuardEnabled",
                true,
            ),
            (
                "A.cs",
                "class A { void F(R r) { if (_options.GuardEnabled) guard(r); sf.upsert(r); } }",
                "GuardEnabled",
                true,
            ),
            (
                "a.go",
                "package a\nfunc f(r R) { if cfg.GuardEnabled { guard(r) }\n sf.upsert(r) }",
                "GuardEnabled",
                true,
            ),
            (
                "a.ts",
                "function check(r) { if (!config.guardEnabled) return; if (r.synthetic) throw new Error(); }",
                "guardEnabled",
                true,
            ),
            ("a.ts", "function check(r) { if (config.strictGuard) { throw new Error(); } }", "strictGuard", true),
        ] {
            assert_eq!(read(path, text), Some((name.to_owned(), on)), "{path}: {text}");
        }
        for text in [
            "function f(r) { if (r.amount > 5) guard(r); sf.upsert(r); }",
            "function f(r) { if (config.enabled) guard(r); sf.upsert(r); }",
            "function f(r) { if (config.a && r.b) guard(r); sf.upsert(r); }",
            "function check(r) { if (r.synthetic) throw new Error(); }",
        ] {
            assert_eq!(read("a.ts", text), None, "{text}");
        }
    }
}
