//! Whether something stands on the way to a call: a guard that keeps records out, an anonymiser that changes them. In
//! come a piece of code, the call that writes, and what to look for; out comes what was found and what it does.
//!
//! The order of statements and the nesting of blocks stand for the flow of control: what stands in a block around the
//! call, before it, is always run before it. That is exact for code without jumps, and errs to the side of silence.

use crate::fact::environment::segments;
mod decisive;
mod hooks;
pub mod switch;

pub use crate::parse::code::function_name;
use crate::parse::code::{Code, Kind, NodeId, Role};
use decisive::{Decisive, decisive};

/// How far callers and callees are followed.
pub const MAX_DEPTH: usize = 3;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Functions by name; of a dotted name the last step counts.
    pub symbols: Vec<String>,
    /// Words that a field or a function speaks of, lower case and without separators: `issynthetic`.
    pub markers: Vec<String>,
    /// Such words that count only where a word of a name begins: `testuser` of `is_test_user`, not of `latestUser`.
    pub words: Vec<String>,
    /// The function changes the record, so that a call of it is enough; a guard must keep the record from the call.
    pub transforms: bool,
}

/// What stands on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// The record does not get past it, or is changed by it.
    Holds,
    /// It is called, and nothing follows from what it says.
    Ignored,
    /// What it does is not known.
    Unknown,
    /// It stands behind the call.
    Late,
    /// It stands in a branch that may not be taken.
    Conditional,
}

/// Something that was found on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentinel {
    /// The call, condition or query.
    pub node: NodeId,
    /// What it does.
    pub effect: Effect,
    /// The call of a function whose own body decides, if that is what it is.
    pub call: bool,
}

impl Wanted {
    /// Whether a name is one of the functions.
    pub fn is_symbol(&self, name: &str) -> bool {
        !name.is_empty() && self.symbols.iter().any(|s| last(s) == name)
    }

    /// Whether a text speaks of a marker.
    pub fn is_marked(&self, text: &str) -> bool {
        if self.markers.is_empty() && self.words.is_empty() || text.len() > 20_000 {
            return false;
        }
        let (mut plain, mut starts) = (String::with_capacity(text.len()), Vec::new());
        for word in segments(text) {
            starts.push(plain.len());
            plain.extend(word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
        }
        self.markers.iter().any(|m| plain.contains(m.as_str()))
            || starts.iter().any(|at| self.words.iter().any(|w| plain[*at..].starts_with(w.as_str())))
    }
}

/// The function that a node belongs to: the nearest one with a name, else the file. A lambda belongs to what calls it.
pub fn scope(code: &Code, id: NodeId) -> NodeId {
    let named = code.around(id).find(|a| code.kind(*a) == Kind::Function && function_name(code, *a).is_some());
    named.unwrap_or(0)
}

/// Everything that is wanted and stands in the scope of a call, the strongest effect first. `throws` tells whether a
/// function that is only called keeps records out by raising an error; none where it is not known.
pub fn on_the_way(
    code: &Code,
    call: NodeId,
    wanted: &Wanted,
    throws: &dyn Fn(NodeId) -> Option<bool>,
) -> Vec<Sentinel> {
    let own = scope(code, call);
    let mut found: Vec<Sentinel> = Vec::new();
    for node in code.inside(own) {
        if !is_wanted(code, node, wanted) || node == call || scope(code, node) != own {
            continue;
        }
        found.extend(judge(code, node, call, own, wanted, throws));
    }
    // A guard may be put on the function itself, or on its class.
    let holders = [(code.kind(own) == Kind::Function).then_some(own), code.enclosing(own, Kind::Class)];
    for decorator in holders.into_iter().flatten().flat_map(|h| code.decorators(h)) {
        let named =
            |name: &str| wanted.is_symbol(name) || !wanted.transforms && wanted.is_marked(name) && is_guard_name(name);
        let said = code.steps(decorator).last().is_some_and(|s| named(s))
            || code.inside(decorator).any(|n| code.kind(n) == Kind::Name && named(code.slice(n)));
        if said {
            found.push(Sentinel { node: decorator, effect: Effect::Holds, call: false });
        }
    }
    found.extend(hooks::before(code, own, wanted));
    found.sort_by_key(|s| (s.effect, s.node));
    found.dedup_by_key(|s| s.node);
    found
}

/// Whether a function's body keeps marked records out by itself: a query, a filter, or a branch that leaves. Where its
/// answer is not used, it must raise an error.
pub fn filters(code: &Code, function: NodeId, wanted: &Wanted, is_used: bool) -> bool {
    code.inside(function).any(|node| {
        is_wanted(code, node, wanted)
            && (is_used && is_clause(code, node)
                || decisive(code, node, function).is_some_and(|d| match d {
                    Decisive::Asserted(_) => true,
                    Decisive::Filter(_) => is_used,
                    Decisive::Branch(branch) if is_used => leaves(code, branch),
                    Decisive::Branch(branch) => code.inside(branch).any(|n| raises_at(code, n)),
                    _ => false,
                }))
    })
}

/// Whether anything is done with what a call gives.
pub fn is_used(code: &Code, call: NodeId) -> bool {
    let mut inner = call;
    for outer in code.around(call) {
        match code.kind(outer) {
            Kind::Await => inner = outer,
            Kind::File | Kind::Function | Kind::Class | Kind::Try | Kind::Handler | Kind::Finally | Kind::Other => {
                // A lambda without braces gives what it is.
                return code.kind(outer) == Kind::Function && code.role(inner) == Role::Body;
            }
            Kind::If | Kind::Loop | Kind::Case => {
                return !matches!(code.role(inner), Role::Then | Role::Else | Role::Body | Role::None);
            }
            _ => return true,
        }
    }
    false
}

/// Whether a node is run on every way to a call.
pub fn is_before(code: &Code, node: NodeId, call: NodeId) -> bool {
    at(code, node, call) == Effect::Holds
}

/// Whether a function raises an error somewhere that it does not handle itself.
pub fn raises(code: &Code, function: NodeId) -> bool {
    code.inside(function).any(|n| code.kind(n) == Kind::Throw || EXITS.contains(&code.called_if_call(n)))
}

/// Calls that end the program or the request.
const EXITS: &[&str] = &["exit", "abort", "fail", "panic", "die", "reject", "addError", "halt"];

fn is_wanted(code: &Code, node: NodeId, wanted: &Wanted) -> bool {
    match code.kind(node) {
        Kind::Call | Kind::New => {
            let name = code.called(node);
            wanted.is_symbol(name)
                || !wanted.transforms && wanted.is_marked(name) && (is_guard_name(name) || asks(code, node))
        }
        // A function that is handed on: `filter(rejectSynthetic)`.
        Kind::Name => {
            let name = code.slice(node);
            code.role(node) != Role::Callee
                && code.role(node) != Role::Property
                && code.role(node) != Role::Name
                && (wanted.is_symbol(name) || !wanted.transforms && asks(code, node) && wanted.is_marked(name))
        }
        Kind::Member | Kind::Index => {
            let own = code.steps(node).pop().unwrap_or_default();
            code.role(node) != Role::Callee
                && (wanted.is_symbol(own) || !wanted.transforms && asks(code, node) && wanted.is_marked(own))
        }
        Kind::String | Kind::Query => {
            !wanted.transforms
                && (is_clause_text(code, node, wanted) || asks(code, node) && wanted.is_marked(code.slice(node)))
        }
        Kind::Pair => {
            !wanted.transforms && code.key(node).is_some_and(|k| wanted.is_marked(k)) && is_query_entry(code, node)
        }
        _ => false,
    }
}

/// Words with which the name of a function says that it keeps something out.
const GUARD_WORDS: &[&str] = &[
    "reject",
    "assert",
    "ensure",
    "drop",
    "filter",
    "exclude",
    "block",
    "skip",
    "guard",
    "is",
    "has",
    "check",
    "detect",
    "quarantine",
    "refuse",
    "validate",
    "without",
    "only",
    "remove",
    "strip",
    "prevent",
    "deny",
    "no",
    "non",
    "not",
];

fn is_guard_name(name: &str) -> bool {
    segments(name).iter().any(|w| GUARD_WORDS.contains(&w.to_ascii_lowercase().as_str()))
}

/// Whether a node is part of a question: a condition, or the function of a filter.
fn asks(code: &Code, node: NodeId) -> bool {
    decisive(code, node, 0)
        .is_some_and(|d| matches!(d, Decisive::Branch(_) | Decisive::Filter(_) | Decisive::Asserted(_)))
}

/// A clause of a query that leaves marked records out.
fn is_clause(code: &Code, node: NodeId) -> bool {
    matches!(code.kind(node), Kind::String | Kind::Query) && code.slice(node).to_ascii_lowercase().contains("where")
        || code.kind(node) == Kind::Pair
}

fn is_clause_text(code: &Code, node: NodeId, wanted: &Wanted) -> bool {
    let text = code.slice(node);
    let lower = text.to_ascii_lowercase();
    lower.find("where").is_some_and(|at| wanted.is_marked(&text[at..]))
}

/// An entry of a query that is given as a mapping: `find({ is_synthetic: false })`, `where(is_synthetic: false)`.
fn is_query_entry(code: &Code, pair: NodeId) -> bool {
    const QUERIES: &[&str] = &[
        "find", "findmany", "findall", "where", "filter", "exclude", "query", "list", "select", "not", "search",
        "filterby", "findby",
    ];
    let call = code.around(pair).find(|a| matches!(code.kind(*a), Kind::Call | Kind::Function));
    let name =
        call.filter(|c| code.kind(*c) == Kind::Call).map(|c| code.called(c).replace('_', "").to_ascii_lowercase());
    name.is_some_and(|n| QUERIES.contains(&n.as_str()))
}

fn judge(
    code: &Code,
    node: NodeId,
    call: NodeId,
    own: NodeId,
    wanted: &Wanted,
    throws: &dyn Fn(NodeId) -> Option<bool>,
) -> Option<Sentinel> {
    let made = |effect, call| Some(Sentinel { node, effect, call });
    // The record goes through it on its way into the call.
    if code.is_within(node, call) {
        return made(Effect::Holds, false);
    }
    if is_clause(code, node) {
        return made(if node < call { Effect::Holds } else { Effect::Late }, false);
    }
    let is_call = matches!(code.kind(node), Kind::Call | Kind::New);
    match decisive(code, node, own) {
        Some(Decisive::Branch(branch)) => made(of_branch(code, branch, call), false),
        Some(Decisive::Filter(filter)) => made(at(code, filter, call), false),
        Some(Decisive::Asserted(_)) if wanted.transforms => None,
        Some(Decisive::Asserted(assert)) => {
            let place = at(code, assert, call);
            let held = place != Effect::Holds || !is_swallowed(code, assert, call);
            made(if held { place } else { Effect::Ignored }, false)
        }
        Some(Decisive::Passed(chain)) => made(at(code, chain, call), false),
        Some(Decisive::Named(assign)) => {
            let names: Vec<&str> = code.child(assign, Role::Target).map(|t| code.steps(t)).unwrap_or_default();
            let name = names.last().copied().unwrap_or_default();
            if wanted.transforms {
                return made(at(code, assign, call), false);
            }
            let effect = of_name(code, name, call, own, node);
            made(effect, is_call)
        }
        Some(Decisive::Given) => made(Effect::Holds, false),
        None if !is_call => None,
        None if wanted.transforms => made(at(code, node, call), false),
        None => {
            let place = at(code, node, call);
            if place != Effect::Holds {
                return made(place, true);
            }
            let effect = match throws(node) {
                Some(true) if is_swallowed(code, node, call) => Effect::Ignored,
                Some(true) => Effect::Holds,
                Some(false) => Effect::Ignored,
                None => Effect::Unknown,
            };
            made(effect, true)
        }
    }
}

/// Where a statement stands: always before the call, behind it, or in a branch that may not be taken.
fn at(code: &Code, node: NodeId, call: NodeId) -> Effect {
    if code.is_within(call, node) || code.is_within(node, call) {
        return Effect::Holds;
    }
    if node > call {
        return Effect::Late;
    }
    // The nearest block of the statement that may be left out must hold the call too.
    let optional = std::iter::once(node).chain(code.around(node)).find(|a| {
        matches!(code.role(*a), Role::Then | Role::Else) || matches!(code.kind(*a), Kind::Handler | Kind::Case)
    });
    match optional {
        Some(block) if !code.is_within(call, block) => Effect::Conditional,
        _ => Effect::Holds,
    }
}

/// A question that is asked of the record: it holds if the call stands in one of its branches, or if the other leaves.
fn of_branch(code: &Code, branch: NodeId, call: NodeId) -> Effect {
    if code.is_within(call, branch) {
        let condition = code.child(branch, Role::Condition);
        let asked = condition.is_none_or(|c| !code.is_within(call, c));
        return if asked { Effect::Holds } else { Effect::Ignored };
    }
    if code.kind(branch) == Kind::Loop {
        // `[r for r in rows if not r.is_synthetic]`
        return at(code, branch, call);
    }
    if branch > call {
        return Effect::Late;
    }
    if matches!(code.kind(branch), Kind::And | Kind::Fallback) {
        let right = code.child(branch, Role::Right).is_some_and(|r| exits(code, r, branch) || leaves(code, r));
        return if right { at(code, branch, call) } else { Effect::Ignored };
    }
    if !code.inside(branch).any(|n| exits(code, n, branch) && !(raises_at(code, n) && is_swallowed(code, n, call))) {
        return Effect::Ignored;
    }
    // Which of its cases a switch takes is asked in any case.
    let whole = if code.kind(branch) == Kind::Case { code.node(branch).parent } else { branch };
    at(code, whole, call)
}

/// Whether a branch ends what it stands in.
fn leaves(code: &Code, branch: NodeId) -> bool {
    code.inside(branch).any(|n| exits(code, n, branch))
}

/// Whether a node ends what a branch stands in.
fn exits(code: &Code, node: NodeId, branch: NodeId) -> bool {
    (matches!(code.kind(node), Kind::Return | Kind::Skip) || raises_at(code, node))
        && code.around(node).take_while(|a| *a != branch).all(|a| code.kind(a) != Kind::Function)
}

fn raises_at(code: &Code, node: NodeId) -> bool {
    code.kind(node) == Kind::Throw || EXITS.contains(&code.called_if_call(node))
}

/// Whether an error that a node raises is handled before a call, by a handler that goes on.
fn is_swallowed(code: &Code, node: NodeId, call: NodeId) -> bool {
    let mut inner = node;
    for outer in code.around(node) {
        if code.kind(outer) == Kind::Function && function_name(code, outer).is_some() {
            return false;
        }
        let handled = code.kind(outer) == Kind::Try && !matches!(code.kind(inner), Kind::Handler | Kind::Finally);
        if handled && !code.is_within(call, outer) {
            let mut handlers = code.children(outer).filter(|c| code.kind(*c) == Kind::Handler).peekable();
            return handlers.peek().is_some() && handlers.any(|h| !leaves(code, h));
        }
        inner = outer;
    }
    false
}

/// What follows from a result that was given a name: it must be asked, or be what the call writes.
fn of_name(code: &Code, name: &str, call: NodeId, own: NodeId, from: NodeId) -> Effect {
    if name.is_empty() {
        return Effect::Unknown;
    }
    let mut effect = Effect::Ignored;
    for node in code.inside(own).filter(|n| *n > from && code.kind(*n) == Kind::Name && code.slice(*n) == name) {
        if code.is_within(node, call) {
            return Effect::Holds;
        }
        match decisive(code, node, own) {
            Some(Decisive::Branch(branch)) if of_branch(code, branch, call) == Effect::Holds => return Effect::Holds,
            _ => {}
        }
        // `for (const row of clean) …`, `clean.forEach(row => …)`
        let around = code.around(node).find(|a| matches!(code.kind(*a), Kind::Loop | Kind::Call));
        if around.is_some_and(|a| code.is_within(call, a)) {
            return Effect::Holds;
        }
        effect = Effect::Unknown;
    }
    effect
}

/// The last step of a dotted name.
fn last(name: &str) -> &str {
    name.rsplit(['.', ':', '#', '\\']).next().unwrap_or(name)
}

#[cfg(test)]
mod tests;
