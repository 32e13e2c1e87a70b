//! What a policy's names mean: rules that reach themselves, and names that mean nothing.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{AssignOp, BUILTINS, Expr, Literal, Rule, RuleHead};

use super::module::{self, Parsed, bytes, dotted, each_expr, head_name, head_ref};
use super::problem::{PolicyFile, PolicyProblem, suggestion};

/// Rules and functions that reach themselves: regorus walks them until its stack ends, and the program with it.
pub(super) fn recursion(modules: &[(&PolicyFile, &Parsed)]) -> Vec<PolicyProblem> {
    let calls = Calls::new(modules);
    let mut done = BTreeSet::new();
    let mut problems = Vec::new();
    for start in calls.edges.keys() {
        if let Some(cycle) = calls.cycle(start, &mut done) {
            let (module, name) = &cycle[0];
            let (file, parsed) = modules[*module];
            let path: Vec<&str> = cycle.iter().map(|(_, name)| name.as_str()).collect();
            let message = format!("`{name}` calls itself: {} -> {name}", path.join(" -> "));
            problems.push(file.problem(parsed.defines(name).unwrap_or(0..0), message));
        }
    }
    problems
}

/// Calls of functions that do not exist, and names in a head that the body does not know. regorus finds both only when
/// it evaluates the rule, which may be never.
pub(super) fn unknown(file: &PolicyFile, parsed: &Parsed, modules: &[(&PolicyFile, &Parsed)]) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let index = modules.iter().position(|(f, _)| f.path == file.path).unwrap_or_default();
    for rule in &parsed.module.policy {
        each_expr(rule, &mut |expr| {
            let Expr::Call { fcn, .. } = expr else { return };
            let Some(name) = dotted(fcn).map(|parts| parts.join(".")) else { return };
            if name != "print" && !BUILTINS.contains_key(name.as_str()) && targets(modules, index, fcn).is_empty() {
                let known = BUILTINS.keys().copied().chain(parsed.names());
                let problem = file.problem(bytes(fcn.span()), format!("no function `{name}`"));
                problems.push(match suggestion(&name, known) {
                    Some(s) => problem.help(format!("did you mean `{s}`?")),
                    None => problem,
                });
            }
        });
        problems.extend(unbound(file, parsed, rule, &|expr| !targets(modules, index, expr).is_empty()));
    }
    problems
}

/// Names in the head that neither the body nor the rest of the policies define.
fn unbound(file: &PolicyFile, parsed: &Parsed, rule: &Rule, is_rule: &dyn Fn(&Expr) -> bool) -> Vec<PolicyProblem> {
    let Rule::Spec { head, bodies, .. } = rule else { return Vec::new() };
    let mut known: BTreeSet<&str> = locals(rule);
    for body in bodies {
        module::each_expr_of_query(&body.query, &mut |expr| {
            if let Expr::Var { span, .. } = expr {
                known.insert(span.text());
            }
        });
    }
    let value = match head {
        RuleHead::Set { key, .. } => key.as_ref(),
        RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. } => assign.as_ref().map(|a| &a.value),
    };
    let mut pending: Vec<&Expr> = value.map(|v| &**v).into_iter().collect();
    let mut problems = Vec::new();
    while let Some(expr) = pending.pop() {
        match expr {
            // A comprehension binds names of its own.
            Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => {}
            Expr::Call { params, .. } => pending.extend(params.iter().map(|p| &**p)),
            Expr::RefDot { refr, .. } => pending.push(refr),
            // `input.l[i]` in a head binds `i`.
            Expr::RefBrack { refr, .. } => pending.push(refr),
            Expr::Var { span, .. } => {
                let name = span.text();
                let root = matches!(name, "input" | "data" | "_") || parsed.import(name).is_some();
                if !root && !known.contains(name) && !is_rule(expr) {
                    problems.push(file.problem(bytes(span), format!("`{name}` is defined nowhere in this rule")));
                }
            }
            _ => module::children(expr, &mut |child| pending.push(child)),
        }
    }
    problems
}

/// A rule or function: its module's index and its name.
type Node = (usize, String);

/// Which rule refers to which, by name: an over-approximation, which is what a guard against recursion wants.
struct Calls {
    edges: BTreeMap<Node, BTreeSet<Node>>,
}

impl Calls {
    fn new(modules: &[(&PolicyFile, &Parsed)]) -> Self {
        let mut edges: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
        for (index, (_, parsed)) in modules.iter().enumerate() {
            for rule in &parsed.module.policy {
                let Some(name) = head_name(rule) else { continue };
                let out = edges.entry((index, name.to_owned())).or_default();
                let locals = locals(rule);
                each_expr(rule, &mut |expr| {
                    let local = matches!(expr, Expr::Var { span, .. } if locals.contains(span.text()));
                    if !local && !std::ptr::eq(expr, &**head_ref(rule)) {
                        out.extend(targets(modules, index, expr));
                    }
                });
            }
        }
        Self { edges }
    }

    /// A cycle that can be reached from a node that no earlier search has been to.
    fn cycle(&self, start: &Node, done: &mut BTreeSet<Node>) -> Option<Vec<Node>> {
        if done.contains(start) {
            return None;
        }
        let mut path: Vec<(&Node, Vec<&Node>)> = vec![(start, self.next(start))];
        while let Some((_, pending)) = path.last_mut() {
            let Some(next) = pending.pop() else {
                if let Some((node, _)) = path.pop() {
                    done.insert(node.clone());
                }
                continue;
            };
            if let Some(from) = path.iter().position(|(node, _)| *node == next) {
                let mut cycle: Vec<Node> = path[from..].iter().map(|(node, _)| (*node).clone()).collect();
                let first = cycle.iter().enumerate().min_by_key(|(_, node)| *node).map_or(0, |(i, _)| i);
                cycle.rotate_left(first);
                done.extend(path.iter().map(|(node, _)| (*node).clone()));
                return Some(cycle);
            }
            if !done.contains(next) {
                path.push((next, self.next(next)));
            }
        }
        None
    }

    fn next(&self, node: &Node) -> Vec<&Node> {
        self.edges.get(node).into_iter().flatten().collect()
    }
}

/// Names that a rule binds in its head or body, which are then not those of rules.
fn locals(rule: &Rule) -> BTreeSet<&str> {
    let mut patterns: Vec<&Expr> = Vec::new();
    let mut names = BTreeSet::new();
    let Rule::Spec { head, bodies, .. } = rule else { return names };
    if let RuleHead::Func { args, .. } = head {
        patterns.extend(args.iter().map(|a| &**a));
    }
    for statement in bodies.iter().flat_map(|b| &b.query.stmts) {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => names.extend(vars.iter().map(|s| s.text())),
            Literal::SomeIn { key, value, .. } => {
                patterns.extend(key.iter().map(|k| &**k));
                patterns.push(value);
            }
            Literal::Every { key, value, .. } => names.extend(key.iter().chain([value]).map(|s| s.text())),
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, .. } = &**expr {
                    patterns.push(lhs);
                }
            }
            Literal::NotExpr { .. } => {}
        }
    }
    while let Some(pattern) = patterns.pop() {
        match pattern {
            Expr::Var { span, .. } => drop(names.insert(span.text())),
            Expr::Array { items, .. } => patterns.extend(items.iter().map(|i| &**i)),
            Expr::Object { fields, .. } => patterns.extend(fields.iter().map(|(_, _, v)| &**v)),
            _ => {}
        }
    }
    names
}

/// The rules that an expression names: `f`, `data.p.f`, `lib.f`; of a whole package, all of them.
pub(super) fn targets(modules: &[(&PolicyFile, &Parsed)], index: usize, expr: &Expr) -> Vec<Node> {
    let (_, here) = modules[index];
    if let Expr::Var { span, .. } = expr {
        let name = span.text();
        let local = modules.iter().enumerate().filter(|(_, (_, m))| m.package == here.package);
        let found: Vec<Node> =
            local.filter(|(_, (_, m))| m.names().contains(name)).map(|(i, _)| (i, name.to_owned())).collect();
        if !found.is_empty() {
            return found;
        }
    }
    let Some(mut path) = dotted(expr) else { return Vec::new() };
    if path[0] != "data" {
        let Some(mut import) = here.import(&path[0]) else { return Vec::new() };
        import.extend(path.into_iter().skip(1));
        path = import;
    }
    if path.first().is_none_or(|root| root != "data") {
        return Vec::new();
    }
    let path = &path[1..];
    let mut found = Vec::new();
    for (i, (_, module)) in modules.iter().enumerate() {
        match path.strip_prefix(module.package.as_slice()) {
            Some([]) => found.extend(module.names().into_iter().map(|n| (i, n.to_owned()))),
            Some([name, ..]) if module.names().contains(name.as_str()) => found.push((i, name.clone())),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cycles(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<PolicyFile> = files.iter().map(|(p, t)| PolicyFile::new(*p, *t)).collect();
        let parsed: Vec<Parsed> = Parsed::all(&files).into_iter().map(|p| p.unwrap()).collect();
        let modules: Vec<(&PolicyFile, &Parsed)> = files.iter().zip(&parsed).collect();
        recursion(&modules).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_calls_itself_is_named() {
        assert_eq!(cycles(&[("a.rego", "package a\nf(x) := f(x + 1)\n")]), ["a.rego:2:1: `f` calls itself: f -> f"]);
        assert_eq!(
            cycles(&[("a.rego", "package a\nx := y\ny := z if true\nz := {x | x := x}\nw := z\n")]),
            ["a.rego:2:1: `x` calls itself: x -> y -> z -> x"]
        );
        assert_eq!(
            cycles(&[
                ("a.rego", "package a\nimport data.b\nf(x) := b.g(x)\n"),
                ("b.rego", "package b\nimport data.a as other\ng(x) := other.f(x)\n"),
            ]),
            ["a.rego:3:1: `f` calls itself: f -> g -> f"]
        );
        assert_eq!(cycles(&[("a.rego", "package a\nf(x) := data.a\n")]).len(), 1);
    }

    #[test]
    fn what_does_not_is_left_alone() {
        let text = "package a\nimport data.b.f as g\nf(x) := x.f if input.f\nh := f(1)\ni := [h, h, g(1)]\n\
            deny contains f(x) if some x in i\nn contains m if { some n in i; m := n }\n";
        assert!(cycles(&[("a.rego", text), ("b.rego", "package b\nf(x) := x\n")]).is_empty());
    }
}
