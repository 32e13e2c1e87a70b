//! A policy's code, parsed: in comes the file, out comes its syntax tree with the names it defines, or a problem
//! where regorus stopped reading.

use std::collections::BTreeSet;
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Range;

use regorus::PolicyLengthConfig;
use regorus::unstable::{Expr, Literal, Module, Parser, Query, Ref, Rule, RuleHead, Span};

use super::problem::{PolicyFile, PolicyProblem};

/// How long a policy may be. Generated policies pass; what is longer is no policy.
pub(super) const LENGTH: PolicyLengthConfig = PolicyLengthConfig {
    max_col: NonZeroU32::new(4096).unwrap(),
    max_file_bytes: NonZeroUsize::new(1 << 18).unwrap(),
    max_lines: NonZeroUsize::new(20_000).unwrap(),
};

/// Levels of an expression that everything behind the parser can walk by recursion.
const MAX_DEPTH: usize = 200;

/// regorus' parser tries each `{` and `[` as several things, so that its time doubles with each level (16 levels take
/// seconds). Policies that people write stay below 8 levels; the budget is the sum of 2^level over all brackets.
const MAX_NESTING: u32 = 10;
const NESTING_BUDGET: u64 = 200_000;

/// Room for a chain as long as a policy may be; only what is used is ever touched.
const DEEP_STACK: usize = 256 << 20;

/// A parsed policy.
#[derive(Debug)]
pub(super) struct Parsed {
    /// regorus' tree. Its parser bounds the depth of expressions (32), so that recursion over it is bounded too.
    pub module: Module,
    /// The package's parts: `synthgate`, `credentials`, `shared_credential`.
    pub package: Vec<String>,
}

impl Parsed {
    /// Parses files as Rego v1.
    ///
    /// regorus bounds nesting but not the length of chains (`1 + 1 + …`, `a.b.c…`), which become just as deep a tree:
    /// reading one and letting go of it needs a deep stack, and it is refused before anything else walks it.
    pub fn all(files: &[PolicyFile]) -> Vec<Result<Self, PolicyProblem>> {
        let read = || files.iter().map(Self::new).collect();
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, read);
            match thread.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(parsed)) => parsed,
                _ => files.iter().map(|f| Err(f.problem(0..0, "the policy could not be read"))).collect(),
            }
        })
    }

    fn new(file: &PolicyFile) -> Result<Self, PolicyProblem> {
        if let Some(at) = too_nested(&file.text) {
            return Err(file
                .problem(at..at + 1, "brackets nest too deeply here, or too often in this file")
                .help("give the inner parts names of their own"));
        }
        let fail = |e: anyhow::Error| {
            let (line, column, message) = place(&e.to_string());
            let range = line.map_or(0..0, |l| file.rest_of_line(l, column));
            file.problem(range, message)
        };
        let source = regorus::unstable::Source::from_contents_with_limits(
            file.path.clone(),
            file.text.to_string(),
            LENGTH.max_file_bytes,
            LENGTH.max_lines,
        )
        .map_err(fail)?;
        let mut parser = Parser::new(&source).map_err(fail)?;
        parser.set_max_col(LENGTH.max_col);
        parser.enable_rego_v1().map_err(fail)?;
        let module = parser.parse().map_err(fail)?;
        if let Some(span) = too_deep(&module) {
            return Err(file.problem(bytes(&span), format!("an expression of more than {MAX_DEPTH} levels")));
        }
        let mut package = Vec::new();
        let spans = Parser::get_path_ref_components(&module.package.refr).map_err(fail)?;
        package.extend(spans.iter().map(|s| s.text().trim_matches('"').to_owned()));
        Ok(Self { module, package })
    }

    /// The rules that the module defines, as names of their first part, with where each is first defined.
    pub fn defines(&self, name: &str) -> Option<Range<usize>> {
        self.module.policy.iter().find(|r| head_name(r) == Some(name)).map(|r| bytes(head_ref(r).span()))
    }

    /// All names that the module defines.
    pub fn names(&self) -> BTreeSet<&str> {
        self.module.policy.iter().filter_map(|r| head_name(r)).collect()
    }

    /// `data.` and the package, as rule paths are written.
    pub fn path(&self) -> String {
        let mut path = String::from("data");
        for part in &self.package {
            let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if plain && !part.starts_with(|c: char| c.is_ascii_digit()) {
                path.push('.');
                path.push_str(part);
            } else {
                path.push_str(&format!("[{part:?}]"));
            }
        }
        path
    }

    /// What an import's last name or alias stands for: `lib` for `import data.synthgate.lib`.
    pub fn import(&self, alias: &str) -> Option<Vec<String>> {
        self.module.imports.iter().find_map(|import| {
            let parts = dotted(&import.refr)?;
            let name = import.r#as.as_ref().map_or_else(|| parts.last().cloned(), |s| Some(s.text().to_owned()));
            (name.as_deref() == Some(alias)).then_some(parts)
        })
    }
}

/// Where brackets exceed [`MAX_NESTING`] or [`NESTING_BUDGET`]; strings and comments don't count.
fn too_nested(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut level, mut spent, mut at) = (0u32, 0u64, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => at += memchr::memchr(b'\n', &bytes[at..]).unwrap_or(bytes.len() - at),
            b'`' => at += memchr::memchr(b'`', &bytes[at + 1..]).map_or(bytes.len() - at, |n| n + 1),
            b'"' => {
                at += 1;
                while at < bytes.len() && !matches!(bytes[at], b'"' | b'\n') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'[' | b'{' => {
                level += 1;
                spent += 1 << level.min(20);
                if level > MAX_NESTING || spent > NESTING_BUDGET {
                    return Some(at);
                }
            }
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the first expression beyond [`MAX_DEPTH`] stands. Walks with a list, not by recursion.
fn too_deep(module: &Module) -> Option<Span> {
    let mut pending: Vec<(&Expr, usize)> = Vec::new();
    let mut queries: Vec<(&Query, usize)> = Vec::new();
    for rule in &module.policy {
        top(rule, &mut |e| pending.push((e, 0)), &mut |q| queries.push((q, 0)));
    }
    loop {
        if let Some((query, depth)) = queries.pop() {
            of_query(query, &mut |e| pending.push((e, depth)), &mut |q| queries.push((q, depth + 1)));
        } else if let Some((expr, depth)) = pending.pop() {
            if depth > MAX_DEPTH {
                return Some(expr.span().clone());
            }
            if let Expr::ArrayCompr { query, .. } | Expr::SetCompr { query, .. } | Expr::ObjectCompr { query, .. } =
                expr
            {
                queries.push((query, depth + 1));
            }
            children(expr, &mut |child| pending.push((child, depth + 1)));
        } else {
            return None;
        }
    }
}

/// The reference in a rule's head.
pub(super) fn head_ref(rule: &Rule) -> &Ref<Expr> {
    match rule {
        Rule::Spec { head, .. } => match head {
            RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. } => refr,
        },
        Rule::Default { refr, .. } => refr,
    }
}

/// The first name of a rule's head.
pub(super) fn head_name(rule: &Rule) -> Option<&str> {
    let mut expr: &Expr = head_ref(rule);
    loop {
        match expr {
            Expr::Var { span, .. } => return Some(span.text()),
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => expr = refr,
            _ => return None,
        }
    }
}

/// `a.b["c"]` as its parts, if all of them are constant.
pub(super) fn dotted(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::Var { span, .. } => Some(vec![span.text().to_owned()]),
        Expr::RefDot { refr, field, .. } => {
            let mut parts = dotted(refr)?;
            parts.push(field.0.text().to_owned());
            Some(parts)
        }
        Expr::RefBrack { refr, index, .. } => {
            let mut parts = dotted(refr)?;
            let Expr::String { value, .. } = &**index else { return None };
            parts.push(value.as_string().ok()?.to_string());
            Some(parts)
        }
        _ => None,
    }
}

/// A span's bytes.
pub(super) fn bytes(span: &Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

/// Calls `visit` for every expression of a rule, outer ones first.
pub(super) fn each_expr<'a>(rule: &'a Rule, visit: &mut impl FnMut(&'a Expr)) {
    let (mut exprs, mut queries) = (Vec::new(), Vec::new());
    top(rule, &mut |e| exprs.push(e), &mut |q| queries.push(q));
    exprs.into_iter().for_each(|e| each(e, visit));
    queries.into_iter().for_each(|q| each_expr_of_query(q, visit));
}

/// Calls `visit` for every query of a rule, those of comprehensions and `every` included.
pub(super) fn each_query<'a>(rule: &'a Rule, visit: &mut impl FnMut(&'a Query)) {
    let mut pending = Vec::new();
    top(rule, &mut |_| {}, &mut |q| pending.push(q));
    each_expr(rule, &mut |expr| {
        if let Expr::ArrayCompr { query, .. } | Expr::SetCompr { query, .. } | Expr::ObjectCompr { query, .. } = expr {
            pending.push(query);
        }
    });
    while let Some(query) = pending.pop() {
        visit(query);
        of_query(query, &mut |_| {}, &mut |q| pending.push(q));
    }
}

/// The same for a query.
pub(super) fn each_expr_of_query<'a>(query: &'a Query, visit: &mut impl FnMut(&'a Expr)) {
    let (mut exprs, mut queries) = (Vec::new(), Vec::new());
    of_query(query, &mut |e| exprs.push(e), &mut |q| queries.push(q));
    exprs.into_iter().for_each(|e| each(e, visit));
    queries.into_iter().for_each(|q| each_expr_of_query(q, visit));
}

fn each<'a>(expr: &'a Expr, visit: &mut impl FnMut(&'a Expr)) {
    visit(expr);
    children(expr, &mut |child| each(child, visit));
    if let Expr::ArrayCompr { query, .. } | Expr::SetCompr { query, .. } | Expr::ObjectCompr { query, .. } = expr {
        each_expr_of_query(query, visit);
    }
}

/// The expressions and queries that stand directly in a rule.
fn top<'a>(rule: &'a Rule, expr: &mut impl FnMut(&'a Expr), query: &mut impl FnMut(&'a Query)) {
    expr(head_ref(rule));
    match rule {
        Rule::Default { args, value, .. } => {
            args.iter().for_each(|a| expr(a));
            expr(value);
        }
        Rule::Spec { head, bodies, .. } => {
            match head {
                RuleHead::Compr { assign, .. } => assign.iter().for_each(|a| expr(&a.value)),
                RuleHead::Set { key, .. } => key.iter().for_each(|k| expr(k)),
                RuleHead::Func { args, assign, .. } => {
                    args.iter().for_each(|a| expr(a));
                    assign.iter().for_each(|a| expr(&a.value));
                }
            }
            for body in bodies {
                body.assign.iter().for_each(|a| expr(&a.value));
                query(&body.query);
            }
        }
    }
}

/// The expressions and queries that stand directly in a query.
fn of_query<'a>(of: &'a Query, expr: &mut impl FnMut(&'a Expr), query: &mut impl FnMut(&'a Query)) {
    for statement in &of.stmts {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                key.iter().for_each(|k| expr(k));
                expr(value);
                expr(collection);
            }
            Literal::Expr { expr: e, .. } | Literal::NotExpr { expr: e, .. } => expr(e),
            Literal::Every { domain, query: q, .. } => {
                expr(domain);
                query(q);
            }
        }
        for with in &statement.with_mods {
            expr(&with.refr);
            expr(&with.r#as);
        }
    }
}

/// The direct sub-expressions, without those of a comprehension's query.
pub(super) fn children<'a>(expr: &'a Expr, visit: &mut impl FnMut(&'a Expr)) {
    match expr {
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. }
        | Expr::Var { .. } => {}
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().for_each(|i| visit(i)),
        Expr::Object { fields, .. } => fields.iter().for_each(|(_, k, v)| {
            visit(k);
            visit(v);
        }),
        Expr::ArrayCompr { term, .. } | Expr::SetCompr { term, .. } => visit(term),
        Expr::ObjectCompr { key, value, .. } => {
            visit(key);
            visit(value);
        }
        Expr::Call { fcn, params, .. } => {
            visit(fcn);
            params.iter().for_each(|p| visit(p));
        }
        Expr::UnaryExpr { expr, .. } => visit(expr),
        Expr::RefDot { refr, .. } => visit(refr),
        Expr::RefBrack { refr, index, .. } => {
            visit(refr);
            visit(index);
        }
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => {
            visit(lhs);
            visit(rhs);
        }
        Expr::Membership { key, value, collection, .. } => {
            key.iter().for_each(|k| visit(k));
            visit(value);
            visit(collection);
        }
    }
}

/// Takes an error of regorus apart: line and column, where it has them, and the bare message. The text has the form
/// `\n--> file:line:column\n … \nerror: message`; errors of the reader itself have none.
pub(super) fn place(error: &str) -> (Option<u32>, u32, String) {
    let message = error.rsplit_once("error: ").map_or(error, |(_, m)| m).trim().to_owned();
    let numbers = error.split_once("--> ").and_then(|(_, rest)| {
        let head = rest.lines().next()?;
        let (head, column) = head.rsplit_once(':')?;
        let (_, line) = head.rsplit_once(':')?;
        Some((line.parse().ok()?, column.parse().ok()?))
    });
    match numbers {
        Some((line, column)) => (Some(line), column, message),
        None => (None, 1, message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(file: &PolicyFile) -> Result<Parsed, PolicyProblem> {
        Parsed::all(std::slice::from_ref(file)).remove(0)
    }

    #[test]
    fn a_syntax_error_has_line_and_column() {
        let file = PolicyFile::new("policies/a.rego", "package p\n\ndeny contains x if {\n\tx := := 3\n}\n");
        let Err(problem) = one(&file) else { panic!("parsed") };
        assert_eq!((problem.path.as_str(), problem.line, problem.column), ("policies/a.rego", 4, 7));
        assert!(!problem.message.contains('\n'), "{}", problem.message);
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        for (open, close) in [("[", "]"), ("{", "}"), ("(", ")"), ("f(", ")")] {
            let text = format!("package p\nx := {}1{}\n", open.repeat(100_000), close.repeat(100_000));
            assert!(one(&PolicyFile::new("a.rego", text)).is_err());
            let text = format!("package p\nx := {}1{}\n", open.repeat(1000), close.repeat(1000));
            assert!(one(&PolicyFile::new("a.rego", text)).is_err());
        }
    }

    #[test]
    fn a_chain_is_as_deep_as_it_is_long() {
        for (first, link) in [("x := 1", " + 1"), ("x := input", ".a"), ("x := input", "[0]"), ("x := {1}", "|{1}")] {
            for count in [1500, 100_000] {
                let text = format!("package p\n{first}{}\n", link.repeat(count).replace(" + 1", " +\n1"));
                assert!(one(&PolicyFile::new("a.rego", text)).is_err(), "{count} x {link}");
            }
        }
        assert!(one(&PolicyFile::new("a.rego", format!("package p\nx := 1{}\n", " + 1".repeat(100)))).is_ok());
    }

    #[test]
    fn names_packages_and_imports_are_read() {
        let text = "package a.b[\"c-d\"]\nimport data.synthgate.lib.environments\nimport data.x.y as z\n\
            p.q contains 1 if true\nr[k] := 1 if some k in [1]\nf(x) := x\n";
        let parsed = one(&PolicyFile::new("a.rego", text)).unwrap();
        assert_eq!(parsed.path(), "data.a.b[\"c-d\"]");
        assert_eq!(parsed.names().into_iter().collect::<Vec<_>>(), ["f", "p", "r"]);
        assert_eq!(parsed.import("environments").unwrap().join("."), "data.synthgate.lib.environments");
        assert_eq!(parsed.import("z").unwrap().join("."), "data.x.y");
    }
}
