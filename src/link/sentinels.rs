//! Whether something stands on the way to a call: a guard that keeps records out, an anonymiser that changes them. In
//! come a piece of code, the call that writes, and what to look for; out comes what was found and what it does.
//!
//! The order of statements and the nesting of blocks stand for the flow of control: what stands in a block around the
//! call, before it, is always run before it. That is exact for code without jumps, and errs to the side of silence.

use crate::fact::environment::segments;
pub mod switch;

pub use crate::parse::code::function_name;
use crate::parse::code::{Code, Kind, NodeId, Role};

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
    found.extend(hooks(code, own, wanted));
    found.sort_by_key(|s| (s.effect, s.node));
    found.dedup_by_key(|s| s.node);
    found
}

/// Guards that a class puts before its methods: `before_action :reject_synthetic`.
fn hooks(code: &Code, own: NodeId, wanted: &Wanted) -> Vec<Sentinel> {
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

/// What decides over what a sentinel does.
enum Decisive {
    /// It is asked in the condition of a branch.
    Branch(NodeId),
    /// It decides which elements a call keeps.
    Filter(NodeId),
    /// Its result is given a name.
    Named(NodeId),
    /// It is an argument of a call that hands records on.
    Passed(NodeId),
    /// An assertion is made of it.
    Asserted(NodeId),
    /// It is raised or returned.
    Given,
}

/// Calls that keep some elements.
const FILTERS: &[&str] = &[
    "filter",
    "reject",
    "select",
    "where",
    "partition",
    "grep",
    "removeif",
    "skipwhile",
    "takewhile",
    "exclude",
    "filternot",
    "findall",
    "deleteif",
    "keepif",
    "excluding",
    "compact",
    "filterasync",
    "removeall",
    "filterbatch",
    "except",
    "query",
    "arrayfilter",
    "takeunless",
    "takeif",
    "dropwhile",
    "removewhere",
];

/// Calls that raise an error unless what they are given is so.
const ASSERTS: &[&str] = &[
    "assert",
    "require",
    "check",
    "invariant",
    "checkargument",
    "checkstate",
    "istrue",
    "isfalse",
    "asserttrue",
    "assertfalse",
    "abortif",
    "abortunless",
    "throwif",
    "throwunless",
    "precondition",
    "verify",
    "ensure",
    "guard",
    "true",
    "false",
];

/// Calls that send records through functions.
const CHAINS: &[&str] = &[
    "pipe",
    "pipeline",
    "use",
    "map",
    "transform",
    "through",
    "process",
    "compose",
    "flatmap",
    "each",
    "foreach",
    "then",
    "apply",
];

fn decisive(code: &Code, node: NodeId, scope: NodeId) -> Option<Decisive> {
    let mut inner = node;
    for outer in code.around(node) {
        if outer == scope && scope != 0 || code.kind(outer) == Kind::Class {
            return None;
        }
        match code.kind(outer) {
            // A comprehension's condition has nothing behind it: it keeps elements.
            Kind::If
                if code.role(inner) == Role::Condition
                    && code.child(outer, Role::Then).is_none()
                    && code.child(outer, Role::Else).is_none() =>
            {
                return Some(Decisive::Filter(outer));
            }
            Kind::If | Kind::Loop | Kind::Case if code.role(inner) == Role::Condition => {
                return Some(Decisive::Branch(outer));
            }
            // `case 'synthetic':` in grammars that give the pattern no role.
            Kind::Case if code.role(inner) != Role::Body && inner == outer + 1 => return Some(Decisive::Branch(outer)),
            // `rows[~rows.is_synthetic]`
            Kind::Index
                if code.role(inner) == Role::Key
                    && !matches!(code.kind(inner), Kind::String | Kind::Name | Kind::Number) =>
            {
                return Some(Decisive::Filter(outer));
            }
            Kind::If | Kind::Loop if matches!(code.role(inner), Role::Then | Role::Else | Role::Body) => return None,
            // `r.synthetic || upsert(r)`; as a part of a longer question the whole of it decides.
            Kind::And | Kind::Fallback if code.role(inner) == Role::Left && is_statement(code, outer) => {
                return Some(Decisive::Branch(outer));
            }
            Kind::Call | Kind::New
                if matches!(code.role(inner), Role::Argument | Role::None) || code.kind(inner) == Kind::Function =>
            {
                let name = code.called(outer).replace('_', "").to_ascii_lowercase();
                if FILTERS.contains(&name.trim_end_matches(['!', '?'])) {
                    return Some(Decisive::Filter(outer));
                }
                if CHAINS.contains(&name.as_str()) {
                    return Some(Decisive::Passed(outer));
                }
                if ASSERTS.contains(&name.as_str()) {
                    return Some(Decisive::Asserted(outer));
                }
            }
            Kind::Assign if code.role(inner) == Role::Value => return Some(Decisive::Named(outer)),
            Kind::Throw if code.slice(outer).starts_with("assert") => return Some(Decisive::Asserted(outer)),
            Kind::Return | Kind::Throw => return Some(Decisive::Given),
            Kind::Function if code.role(inner) == Role::Body && code.kind(inner) != Kind::Other => {}
            Kind::Function => {
                // A lambda of several statements: what it returns decides.
                let parent = code.node(outer).parent;
                if !matches!(code.kind(parent), Kind::Call | Kind::New) {
                    return None;
                }
            }
            _ => {}
        }
        inner = outer;
    }
    None
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

/// An operator that stands alone: what is to its right runs or not.
fn is_statement(code: &Code, operator: NodeId) -> bool {
    let asked = code.around(operator).take_while(|a| code.kind(*a) != Kind::Function).any(|a| {
        matches!(code.kind(a), Kind::If | Kind::Loop | Kind::Case)
            && code.child(a, Role::Condition).is_some_and(|c| code.is_within(operator, c))
    });
    let parent = code.node(operator).parent;
    !asked && !matches!(code.kind(parent), Kind::Assign | Kind::And | Kind::Fallback | Kind::Not | Kind::Pair)
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
