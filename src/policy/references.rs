//! References to fields that a subject does not have: in come a rule and its subject's schema, out come problems with
//! a suggestion. A misspelt `input.usess` is undefined in Rego, and a rule that rests on it never fails.
//!
//! Followed: `input.…`, `some x in …`, `x := …`, `every`, comprehensions, rules and functions of the same package and
//! of imported ones (a function is checked once for each shape of its arguments), `array.concat`, `array.slice` and
//! `sort`. Not followed, and so never a problem: what other builtins return, `walk`, `with`, values of objects that
//! the policy makes with computed keys. Words that are compared with a field of a fixed list (`x.role == "secert"`)
//! are checked too.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Query, Rule, RuleHead, Span};

use super::calls::targets;
use super::header::Header;
use super::module::{Parsed, bytes, children, head_name, head_ref};
use super::problem::{PolicyFile, PolicyProblem, suggestion};
use super::shape::{NoField, Node, Shape};
use crate::link::subject::schema;

/// What a rule and the functions that it calls say of fields that are not there.
pub(super) fn problems(file: &PolicyFile, header: &Header, modules: &[(&PolicyFile, &Parsed)]) -> Vec<PolicyProblem> {
    let options = header.rule.options.keys().map(|k| (k.clone(), Shape::Any)).collect();
    problems_against(file, schema(header.kind), Shape::Object(options), modules)
}

fn problems_against(
    file: &PolicyFile,
    schema: &serde_json::Value,
    options: Shape<'_>,
    modules: &[(&PolicyFile, &Parsed)],
) -> Vec<PolicyProblem> {
    let Some(module) = modules.iter().position(|(f, _)| f.path == file.path) else { return Vec::new() };
    let mut checker = Checker {
        modules,
        input: Shape::Node(Node(schema)),
        options,
        module,
        scopes: Vec::new(),
        shapes: BTreeMap::new(),
        seen: BTreeSet::new(),
        depth: 0,
        problems: BTreeMap::new(),
    };
    for rule in &modules[module].1.module.policy {
        checker.rule(module, rule, &[]);
    }
    checker.problems.into_values().collect()
}

/// Functions and rules call each other at most this deep; beyond it nothing is checked.
const MAX_CALLS: usize = 12;

struct Checker<'a, 's> {
    modules: &'a [(&'a PolicyFile, &'a Parsed)],
    input: Shape<'s>,
    options: Shape<'s>,
    /// The module whose names mean something now.
    module: usize,
    /// Local names, innermost last.
    scopes: Vec<BTreeMap<&'a str, Shape<'s>>>,
    /// Shapes of rules without arguments; those in the making are `Any`.
    shapes: BTreeMap<(usize, String), Shape<'s>>,
    /// Rules and functions that were checked, with the shapes of their arguments.
    seen: BTreeSet<(usize, String, Vec<Shape<'s>>)>,
    depth: usize,
    /// By file and place: a function is checked for several shapes.
    problems: BTreeMap<(String, u32), PolicyProblem>,
}

impl<'a, 's> Checker<'a, 's> {
    /// Checks one definition with the shapes of its arguments.
    fn rule(&mut self, module: usize, rule: &'a Rule, arguments: &[Shape<'s>]) {
        let Rule::Spec { head, bodies, .. } = rule else { return };
        let outer = std::mem::replace(&mut self.module, module);
        let scopes = std::mem::take(&mut self.scopes);
        self.scopes.push(BTreeMap::new());
        if let RuleHead::Func { args, .. } = head {
            for (i, arg) in args.iter().enumerate() {
                self.bind(arg, arguments.get(i).cloned().unwrap_or(Shape::Any));
            }
        }
        let values = |body: usize| -> Vec<&'a Expr> {
            match (head, body) {
                (RuleHead::Set { key, .. }, 0) => key.iter().map(|k| &**k).collect(),
                (RuleHead::Compr { assign, .. } | RuleHead::Func { assign, .. }, 0) => {
                    assign.iter().map(|a| &*a.value).collect()
                }
                _ => bodies.get(body).and_then(|b| b.assign.as_ref()).map(|a| &*a.value).into_iter().collect(),
            }
        };
        if bodies.is_empty() {
            values(0).into_iter().for_each(|v| self.expr(v));
        }
        for (i, body) in bodies.iter().enumerate() {
            self.scopes.push(BTreeMap::new());
            self.statements(&body.query);
            values(i).into_iter().for_each(|v| self.expr(v));
            self.scopes.pop();
        }
        self.scopes = scopes;
        self.module = outer;
    }

    /// Checks rules and functions of other modules, or functions of this one, where they are used.
    fn follow(&mut self, expr: &'a Expr, arguments: &[Shape<'s>]) {
        for (module, name) in targets(self.modules, self.module, expr) {
            let here = module == self.module && arguments.is_empty();
            if here || self.depth >= MAX_CALLS || !self.seen.insert((module, name.clone(), arguments.to_vec())) {
                continue;
            }
            self.depth += 1;
            for rule in self.definitions(module, &name) {
                self.rule(module, rule, arguments);
            }
            self.depth -= 1;
        }
    }

    fn definitions(&self, module: usize, name: &str) -> Vec<&'a Rule> {
        let rules = &self.modules[module].1.module.policy;
        rules.iter().filter(|r| head_name(r) == Some(name)).map(|r| &**r).collect()
    }

    /// Binds what a query's statements bind, then checks them. Two passes, because their order means nothing.
    fn statements(&mut self, query: &'a Query) {
        for _ in 0..2 {
            query.stmts.iter().for_each(|s| self.bind_statement(s));
        }
        query.stmts.iter().for_each(|s| self.statement(s));
    }

    fn bind_statement(&mut self, statement: &'a LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { vars, .. } => {
                for var in vars {
                    if !self.is_bound_here(var.text()) {
                        self.set(var.text(), Shape::Any);
                    }
                }
            }
            Literal::SomeIn { key, value, collection, .. } => {
                let element = self.shape(collection).element();
                key.iter().for_each(|k| self.bind(k, Shape::Any));
                self.bind(value, element);
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op, lhs, rhs, .. } = &**expr {
                    match op {
                        AssignOp::ColEq => {
                            let shape = self.shape(rhs);
                            self.bind(lhs, shape);
                        }
                        AssignOp::Eq if matches!(&**lhs, Expr::Var { span, .. } if self.local(span.text()).is_none()) =>
                        {
                            let shape = self.shape(rhs);
                            self.bind(lhs, shape);
                        }
                        AssignOp::Eq => {}
                    }
                }
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }

    fn statement(&mut self, statement: &'a LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { collection, .. } => self.expr(collection),
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => self.expr(expr),
            Literal::Every { key, value, domain, query, .. } => {
                self.expr(domain);
                let element = self.shape(domain).element();
                self.scopes.push(BTreeMap::new());
                key.iter().for_each(|k| self.set(k.text(), Shape::Any));
                self.set(value.text(), element);
                self.statements(query);
                self.scopes.pop();
            }
        }
    }

    fn bind(&mut self, pattern: &'a Expr, shape: Shape<'s>) {
        match pattern {
            Expr::Var { span, .. } if span.text() != "_" => self.set(span.text(), shape),
            Expr::Array { items, .. } => {
                let element = shape.element();
                items.iter().for_each(|i| self.bind(i, element.clone()));
            }
            Expr::Object { fields, .. } => {
                for (_, key, value) in fields {
                    let shape = constant(key).and_then(|k| shape.field(&k).ok()).unwrap_or(Shape::Any);
                    self.bind(value, shape);
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, name: &'a str, shape: Shape<'s>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name, shape);
        }
    }

    fn local(&self, name: &str) -> Option<&Shape<'s>> {
        self.scopes.iter().rev().find_map(|s| s.get(name))
    }

    fn is_bound_here(&self, name: &str) -> bool {
        self.scopes.last().is_some_and(|s| s.contains_key(name))
    }

    /// Checks an expression and everything in it.
    fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Var { span, .. } if self.local(span.text()).is_none() => self.follow(expr, &[]),
            Expr::RefDot { refr, field, .. } => {
                if self.names_rule(expr) {
                    return self.follow(expr, &[]);
                }
                self.step(refr, field.0.text(), &field.0);
                self.expr(refr);
            }
            Expr::RefBrack { refr, index, .. } => {
                if let Some(name) = constant(index) {
                    self.step(refr, &name, index.span());
                }
                self.expr(refr);
                self.expr(index);
            }
            Expr::Call { fcn, params, .. } => {
                params.iter().for_each(|p| self.expr(p));
                let shapes: Vec<Shape<'s>> = params.iter().map(|p| self.shape(p)).collect();
                self.follow(fcn, &shapes);
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                self.scopes.push(BTreeMap::new());
                self.statements(query);
                self.expr(term);
                self.scopes.pop();
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                self.scopes.push(BTreeMap::new());
                self.statements(query);
                self.expr(key);
                self.expr(value);
                self.scopes.pop();
            }
            _ => {
                self.compared(expr);
                children(expr, &mut |child| self.expr(child));
            }
        }
    }

    /// One step by name into the value of an expression.
    fn step(&mut self, from: &'a Expr, name: &str, at: &Span) {
        let Err(NoField { known, instead }) = self.field(from, name) else { return };
        let whole = text(from);
        let (message, help) = match instead {
            Some(what) => (format!("`{whole}` is {what} and has no field `{name}`"), None),
            None => (
                format!("`{whole}` has no field `{name}`"),
                Some(match suggestion(name, known.iter().map(String::as_str)) {
                    Some(s) => format!("did you mean `{s}`?"),
                    None => format!("it has {}", known.join(", ")),
                }),
            ),
        };
        self.report(at, message, help);
    }

    /// Words beside a field that can only be one of a list.
    fn compared(&mut self, expr: &'a Expr) {
        match expr {
            Expr::BoolExpr { op: BoolOp::Eq | BoolOp::Ne, lhs, rhs, .. } => {
                for (field, word) in [(lhs, rhs), (rhs, lhs)] {
                    if let Some(words) = self.shape(field).words() {
                        self.word(field, word, &words);
                    }
                }
            }
            Expr::Membership { value, collection, .. } => {
                if let Some(words) = self.shape(value).words()
                    && let Expr::Set { items, .. } | Expr::Array { items, .. } = &**collection
                {
                    items.iter().for_each(|item| self.word(value, item, &words));
                }
                if let Some(words) = self.shape(collection).element().words() {
                    self.word(collection, value, &words);
                }
            }
            _ => {}
        }
    }

    fn word(&mut self, field: &Expr, word: &Expr, words: &[&str]) {
        let Some(text_of_word) = constant(word) else { return };
        if !words.contains(&text_of_word.as_str()) {
            let help = match suggestion(&text_of_word, words.iter().copied()) {
                Some(s) => format!("did you mean `{s}`?"),
                None => format!("it can be {}", words.join(", ")),
            };
            self.report(word.span(), format!("`{}` is never `{text_of_word}`", text(field)), Some(help));
        }
    }

    fn report(&mut self, at: &Span, message: String, help: Option<String>) {
        let (file, _) = self.modules[self.module];
        let mut problem = file.problem(bytes(at), message);
        problem.help = help;
        self.problems.entry((file.path.clone(), at.start)).or_insert(problem);
    }

    /// What an expression can hold.
    fn shape(&mut self, expr: &'a Expr) -> Shape<'s> {
        match expr {
            Expr::Var { span, .. } => match (self.local(span.text()), span.text()) {
                (Some(shape), _) => shape.clone(),
                (None, "input") => self.input.clone(),
                (None, _) => self.rule_shape(expr),
            },
            Expr::RefDot { refr, field, .. } => {
                if self.names_rule(expr) {
                    return self.rule_shape(expr);
                }
                self.field(refr, field.0.text()).unwrap_or(Shape::Any)
            }
            Expr::RefBrack { refr, index, .. } => match constant(index) {
                Some(name) => self.field(refr, &name).unwrap_or(Shape::Any),
                None => self.shape(refr).element(),
            },
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                let shapes: Vec<Shape<'s>> = items.iter().map(|i| self.shape(i)).collect();
                Shape::List(Box::new(common(&shapes)))
            }
            Expr::Object { fields, .. } => {
                let named: Option<Vec<(String, Shape<'s>)>> =
                    fields.iter().map(|(_, k, v)| Some((constant(k)?, self.shape(v)))).collect();
                named.map_or(Shape::Any, Shape::Object)
            }
            Expr::ArrayCompr { term, query, .. }
            | Expr::SetCompr { term, query, .. }
            | Expr::ObjectCompr { value: term, query, .. } => {
                self.scopes.push(BTreeMap::new());
                (0..2).for_each(|_| query.stmts.iter().for_each(|s| self.bind_statement(s)));
                let element = self.shape(term);
                self.scopes.pop();
                Shape::List(Box::new(element))
            }
            Expr::BinExpr { lhs, rhs, .. } => {
                let shapes = [self.shape(lhs), self.shape(rhs)];
                common(&shapes)
            }
            Expr::Call { fcn, params, .. } => self.call_shape(fcn, params),
            _ => Shape::Any,
        }
    }

    /// A field of an expression's value; evaluation adds two to the subject.
    fn field(&mut self, from: &'a Expr, name: &str) -> Result<Shape<'s>, NoField> {
        let input = matches!(from, Expr::Var { span, .. } if span.text() == "input");
        match name {
            "options" if input => Ok(self.options.clone()),
            "run" if input => Ok(Shape::Object(vec![("date".into(), Shape::Any)])),
            _ => self.shape(from).field(name),
        }
    }

    fn call_shape(&mut self, fcn: &'a Expr, params: &'a [regorus::unstable::ExprRef]) -> Shape<'s> {
        let shapes: Vec<Shape<'s>> = params.iter().map(|p| self.shape(p)).collect();
        match (super::module::dotted(fcn).map(|p| p.join(".")).as_deref(), shapes.as_slice()) {
            (Some("array.concat"), [a, b]) if a == b => a.clone(),
            (Some("array.slice" | "array.reverse" | "sort"), [list, ..]) => match list {
                Shape::Any => Shape::Any,
                other => Shape::List(Box::new(other.element())),
            },
            _ => {
                let found = targets(self.modules, self.module, fcn);
                let [(module, name)] = found.as_slice() else { return Shape::Any };
                self.value_shape(*module, name, &shapes)
            }
        }
    }

    fn names_rule(&self, expr: &Expr) -> bool {
        let root = super::module::dotted(expr).and_then(|p| p.into_iter().next());
        root.is_some_and(|r| self.local(&r).is_none()) && !targets(self.modules, self.module, expr).is_empty()
    }

    /// The shape of a rule without arguments.
    fn rule_shape(&mut self, expr: &'a Expr) -> Shape<'s> {
        let found = targets(self.modules, self.module, expr);
        let [node] = found.as_slice() else { return Shape::Any };
        if let Some(shape) = self.shapes.get(node) {
            return shape.clone();
        }
        self.shapes.insert(node.clone(), Shape::Any);
        let shape = self.value_shape(node.0, &node.1, &[]);
        self.shapes.insert(node.clone(), shape.clone());
        shape
    }

    /// What all definitions of a rule or function agree on.
    fn value_shape(&mut self, module: usize, name: &str, arguments: &[Shape<'s>]) -> Shape<'s> {
        if self.depth >= MAX_CALLS {
            return Shape::Any;
        }
        self.depth += 1;
        let mut shapes = Vec::new();
        for rule in self.definitions(module, name) {
            shapes.push(self.definition_shape(module, rule, arguments));
        }
        self.depth -= 1;
        common(&shapes)
    }

    fn definition_shape(&mut self, module: usize, rule: &'a Rule, arguments: &[Shape<'s>]) -> Shape<'s> {
        let Rule::Spec { head, bodies, .. } = rule else { return Shape::Any };
        // `else` gives other values; a head with brackets makes an object with computed keys.
        if bodies.len() > 1 || !matches!(&**head_ref(rule), Expr::Var { .. }) {
            return Shape::Any;
        }
        let outer = std::mem::replace(&mut self.module, module);
        let scopes = std::mem::take(&mut self.scopes);
        self.scopes.push(BTreeMap::new());
        if let RuleHead::Func { args, .. } = head {
            for (arg, shape) in args.iter().zip(arguments) {
                self.bind(arg, shape.clone());
            }
        }
        for _ in 0..2 {
            bodies.iter().flat_map(|b| &b.query.stmts).for_each(|s| self.bind_statement(s));
        }
        let shape = match head {
            RuleHead::Set { key: Some(key), .. } => Shape::List(Box::new(self.shape(key))),
            RuleHead::Compr { assign: Some(a), .. } | RuleHead::Func { assign: Some(a), .. } => self.shape(&a.value),
            _ => Shape::Any,
        };
        self.scopes = scopes;
        self.module = outer;
        shape
    }
}

/// The shape that all share, else anything.
fn common<'s>(shapes: &[Shape<'s>]) -> Shape<'s> {
    match shapes {
        [first, rest @ ..] if rest.iter().all(|s| s == first) => first.clone(),
        _ => Shape::Any,
    }
}

fn constant(expr: &Expr) -> Option<String> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => value.as_string().ok().map(|s| s.to_string()),
        _ => None,
    }
}

/// An expression as it is written, on one line.
fn text(expr: &Expr) -> String {
    let mut text = expr.span().text().split_whitespace().collect::<Vec<_>>().join(" ");
    // regorus ends the span of a reference before its last bracket.
    if matches!(expr, Expr::RefBrack { .. }) && !text.ends_with(']') {
        text.push(']');
    }
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::JsonSchema;
    use serde::Serialize;

    #[derive(Serialize, JsonSchema)]
    struct Subject {
        id: u32,
        uses: Vec<Use>,
        owner: Option<Owner>,
        role: Role,
    }

    #[derive(Serialize, JsonSchema)]
    struct Use {
        id: u32,
        environment: Environment,
    }

    #[derive(Serialize, JsonSchema)]
    struct Environment {
        class: Option<Role>,
        name: Option<String>,
    }

    #[derive(Serialize, JsonSchema)]
    struct Owner {
        name: String,
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    #[allow(dead_code)]
    enum Role {
        Secret,
        Identity,
    }

    const LIBRARY: &str = "package lib\n\nplaced(e) := sprintf(\"%s\", [e.nmae])\n\nclass(e) := e.class\n\n\
        first(list) := list[0]\n\nwhole(x) := x.environment\n\nloose(x) := x.anything if x.at\n";

    fn found(code: &str) -> Vec<String> {
        let files = [
            PolicyFile::new("a.rego", format!("package a\nimport data.lib\n{code}\n")),
            PolicyFile::new("lib.rego", LIBRARY),
        ];
        let parsed: Vec<Parsed> = Parsed::all(&files).into_iter().map(|p| p.unwrap()).collect();
        let modules: Vec<(&PolicyFile, &Parsed)> = files.iter().zip(&parsed).collect();
        let schema = crate::link::subject::schema_of::<Subject>();
        let options = Shape::Object(vec![("most".into(), Shape::Any)]);
        let problems = problems_against(&files[0], &schema, options, &modules);
        problems.iter().map(|p| format!("{}:{}:{} {}", p.path, p.line, p.column, p.message)).collect()
    }

    #[test]
    fn a_field_that_is_not_there_is_found_however_it_is_reached() {
        for (code, expected) in [
            ("x if input.usess", "a.rego:3:12 `input` has no field `usess`"),
            ("x if input[\"usess\"]", "a.rego:3:13 `input` has no field `usess`"),
            ("x if { some u in input.uses; u.idd }", "a.rego:3:32 `u` has no field `idd`"),
            ("x if { u.idd; some u in input.uses }", "a.rego:3:10 `u` has no field `idd`"),
            ("x if { some i, u in input.uses; u.idd }", "a.rego:3:35 `u` has no field `idd`"),
            ("x if { u := input.uses[_]; u.environment.clas }", "a.rego:3:42 `u.environment` has no field `clas`"),
            ("x if { input.uses[i].idd; i > 0 }", "a.rego:3:22 `input.uses[i]` has no field `idd`"),
            ("x if every u in input.uses { u.idd > 3 }", "a.rego:3:32 `u` has no field `idd`"),
            ("x := [u.idd | some u in input.uses]", "a.rego:3:9 `u` has no field `idd`"),
            ("x := {u.id: v.idd | some u in input.uses; v := u}", "a.rego:3:15 `v` has no field `idd`"),
            ("x if input.owner.nam", "a.rego:3:18 `input.owner` has no field `nam`"),
            ("x if input.role.name", "a.rego:3:17 `input.role` is a text and has no field `name`"),
            ("x if input.uses.id", "a.rego:3:17 `input.uses` is a list and has no field `id`"),
            ("x if input.options.mst > 1", "a.rego:3:20 `input.options` has no field `mst`"),
            ("x if input.run.day", "a.rego:3:16 `input.run` has no field `day`"),
            ("us := input.uses\nx if us[0].idd", "a.rego:4:12 `us[0]` has no field `idd`"),
            (
                "us contains u if some u in input.uses\nx if { some u in us; u.idd }",
                "a.rego:4:24 `u` has no field `idd`",
            ),
            ("f(u) if u.idd\nx if f(input.uses[0])", "a.rego:3:11 `u` has no field `idd`"),
            ("f(u) := u.environment\nx if f(input.uses[0]).clas", "a.rego:4:23 `f(input.uses[0])` has no field `clas`"),
            ("x if lib.whole(input.uses[0]).clas", "`lib.whole(input.uses[0])` has no field `clas`"),
            ("x := lib.placed(input.uses[0].environment)", "lib.rego:3:31 `e` has no field `nmae`"),
            ("o := {\"u\": input.uses[0]}\nx if o.u.idd", "a.rego:4:10 `o.u` has no field `idd`"),
            ("o := {\"u\": 1}\nx if o.v", "a.rego:4:8 `o` has no field `v`"),
            ("x if array.concat(input.uses, input.uses)[0].idd", "has no field `idd`"),
            ("x if { some u in array.slice(input.uses, 1, 2); u.idd }", "`u` has no field `idd`"),
            ("x if input.role == \"secert\"", "a.rego:3:21 `input.role` is never `secert`"),
            ("x if \"secert\" != input.role", "a.rego:3:7 `input.role` is never `secert`"),
            ("x if input.role in {\"secret\", \"identify\"}", "`input.role` is never `identify`"),
            ("x if { some u in input.uses; u.environment.class == \"s\" }", "`u.environment.class` is never `s`"),
            ("x if not input.usess", "a.rego:3:16 `input` has no field `usess`"),
            ("x := 1 if input.id else := input.idd if true", "a.rego:3:34 `input` has no field `idd`"),
        ] {
            let problems = found(code);
            assert!(problems.len() == 1 && problems[0].contains(expected), "{code}: {problems:?}");
        }
    }

    #[test]
    fn what_is_there_or_not_known_is_left_alone() {
        for code in [
            "x if { some u in input.uses; u.environment.class == input.role; u.environment.name == \"any\" }",
            "x if { some use in input.uses; lib.loose({\"at\": 1, \"anything\": use}) }",
            "x if object.get(input, \"usess\", 1) == 1",
            "x if json.unmarshal(\"{}\").anything",
            "x if { walk(input, [p, v]); v.anything }",
            "input_like := {k: v | some k, v in input.owner}\nx if input_like.anything",
            "f(x) := x.whatever\ny := f({\"whatever\": 1})",
            "f(x) := x.id\ny := [f(u) | some u in input.uses]\nz := f(input)",
            "x if input.run.date == input.options.most",
            "x if { some name, _ in {\"a\": 1}; name == \"b\" }",
            "x if input.owner == null",
            "uses := 3\nx if { some uses in input.uses; uses.id }",
            "x if { [a, b] := [input.uses, input.owner]; a[0].anything; b.name }",
        ] {
            assert_eq!(found(code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn a_suggestion_is_made() {
        let files = [PolicyFile::new("a.rego", "package a\nx if input.usess\ny if input.zzz\n")];
        let parsed: Vec<Parsed> = Parsed::all(&files).into_iter().map(|p| p.unwrap()).collect();
        let modules: Vec<(&PolicyFile, &Parsed)> = files.iter().zip(&parsed).collect();
        let schema = crate::link::subject::schema_of::<Subject>();
        let help: Vec<Option<String>> =
            problems_against(&files[0], &schema, Shape::Any, &modules).into_iter().map(|p| p.help).collect();
        assert_eq!(help[0].as_deref(), Some("did you mean `uses`?"));
        assert_eq!(help[1].as_deref(), Some("it has id, owner, role, uses"));
    }
}
