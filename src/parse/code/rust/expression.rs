//! Expressions and statements: in come those of a syntax tree, out come captures. Each function gives the bytes of what
//! it read, so that no range is looked for twice.

use std::ops::Range;

use syn::{BinOp, Expr, Lit, Member, Pat, Stmt, UnOp};

use super::Reader;
use crate::parse::code::{Kind, Role};

/// Macros whose first text has holes.
const FORMATS: &[&str] = &[
    "format",
    "format_args",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "anyhow",
    "bail",
    "ensure",
    "todo",
    "unreachable",
    "unimplemented",
    "assert",
    "debug_assert",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
];

/// Macros that leave with an error.
const THROWS: &[&str] = &["panic", "bail", "todo", "unreachable", "unimplemented"];

impl Reader<'_> {
    pub(super) fn block(&mut self, block: &syn::Block, role: Option<Role>) -> Range<usize> {
        let range = self.range(block.brace_token.span.join());
        for statement in &block.stmts {
            self.statement(statement);
        }
        self.told(range, role)
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Local(local) => {
                self.attributes(&local.attrs);
                let whole = self.range(local.let_token.span).start..self.range(local.semi_token.span).end;
                self.is(&whole, Kind::Assign);
                self.binding(&local.pat);
                if let Some(init) = &local.init {
                    self.expression(&init.expr, Some(Role::Value));
                    if let Some((_, other)) = &init.diverge {
                        self.expression(other, Some(Role::Else));
                    }
                }
            }
            Stmt::Item(item) => self.item(item),
            Stmt::Expr(expr, _) => {
                self.expression(expr, None);
            }
            Stmt::Macro(m) => {
                self.macro_call(&m.mac, None);
            }
        }
    }

    /// What a `let` binds, with its declared type.
    fn binding(&mut self, pat: &Pat) {
        match pat {
            Pat::Type(typed) => {
                self.part(&self.range_of(&*typed.ty), Role::Type);
                self.pattern(&typed.pat, Some(Role::Target));
            }
            _ => {
                self.pattern(pat, Some(Role::Target));
            }
        }
    }

    /// Reads an expression that has a role.
    pub(super) fn expression(&mut self, expr: &Expr, role: Option<Role>) -> Range<usize> {
        let range = match expr {
            // Brackets are no node: what they hold has their role.
            Expr::Paren(e) => {
                self.expression(&e.expr, role);
                return self.range(e.paren_token.span.join());
            }
            Expr::Group(e) => return self.expression(&e.expr, role),
            Expr::Lit(e) => self.literal(&e.lit),
            Expr::Path(e) if e.qself.is_none() => self.path(&e.path),
            Expr::Call(e) => {
                let callee = self.expression(&e.func, Some(Role::Callee));
                let whole = callee.start..self.range(e.paren_token.span.close()).end;
                self.arguments(e.args.iter());
                self.made(whole, Kind::Call)
            }
            Expr::MethodCall(e) => {
                let object = self.expression(&e.receiver, Some(Role::Object));
                let name = self.name(e.method.span());
                self.part(&name, Role::Property);
                self.arguments(e.args.iter());
                self.made(object.start..self.range(e.paren_token.span.close()).end, Kind::Call)
            }
            Expr::Macro(e) => return self.macro_call(&e.mac, role),
            Expr::Struct(e) => self.structure(e),
            Expr::Field(e) => {
                let object = self.expression(&e.base, Some(Role::Object));
                let name = self.member(&e.member);
                self.part(&name, Role::Property);
                self.made(object.start..name.end, Kind::Member)
            }
            Expr::Index(e) => {
                let object = self.expression(&e.expr, Some(Role::Object));
                self.expression(&e.index, Some(Role::Key));
                self.made(object.start..self.range(e.bracket_token.span.close()).end, Kind::Index)
            }
            Expr::Binary(e) => {
                let kind = operation(&e.op);
                let assigns = kind == Some(Kind::Assign);
                let (first, second) = if assigns { (Role::Target, Role::Value) } else { (Role::Left, Role::Right) };
                let left = self.expression(&e.left, Some(first));
                let right = self.expression(&e.right, Some(second));
                let whole = left.start..right.end;
                kind.map_or(whole.clone(), |kind| self.made(whole, kind))
            }
            Expr::Assign(e) => {
                let left = self.expression(&e.left, Some(Role::Target));
                let right = self.expression(&e.right, Some(Role::Value));
                self.made(left.start..right.end, Kind::Assign)
            }
            Expr::Unary(e) => {
                let operand = self.expression(&e.expr, Some(Role::Value));
                match e.op {
                    UnOp::Not(t) => self.made(self.range(t.span).start..operand.end, Kind::Not),
                    UnOp::Deref(t) => self.made(self.range(t.span).start..operand.end, Kind::Await),
                    UnOp::Neg(t) => self.range(t.span).start..operand.end,
                    _ => operand,
                }
            }
            _ => self.control(expr),
        };
        self.told(range, role)
    }

    /// What hands on a value, and collections.
    fn control(&mut self, expr: &Expr) -> Range<usize> {
        match expr {
            Expr::Reference(e) => {
                let value = self.expression(&e.expr, Some(Role::Value));
                self.made(self.range(e.and_token.span).start..value.end, Kind::Await)
            }
            Expr::Try(e) => {
                let value = self.expression(&e.expr, Some(Role::Value));
                self.made(value.start..self.range(e.question_token.span).end, Kind::Await)
            }
            Expr::Await(e) => {
                let value = self.expression(&e.base, Some(Role::Value));
                self.made(value.start..self.range(e.await_token.span).end, Kind::Await)
            }
            Expr::Cast(e) => {
                let value = self.expression(&e.expr, Some(Role::Value));
                let kind = self.range_of(&*e.ty);
                self.part(&kind, Role::Type);
                self.made(value.start..kind.end, Kind::Await)
            }
            Expr::Array(e) => {
                e.elems.iter().for_each(|e| _ = self.expression(e, None));
                self.made(self.range(e.bracket_token.span.join()), Kind::List)
            }
            Expr::Tuple(e) => {
                e.elems.iter().for_each(|e| _ = self.expression(e, None));
                self.made(self.range(e.paren_token.span.join()), Kind::List)
            }
            Expr::Repeat(e) => {
                self.expression(&e.expr, None);
                self.expression(&e.len, None);
                self.made(self.range(e.bracket_token.span.join()), Kind::List)
            }
            Expr::Closure(e) => self.closure(e),
            _ => self.branch(expr),
        }
    }

    fn branch(&mut self, expr: &Expr) -> Range<usize> {
        match expr {
            Expr::If(e) => {
                self.expression(&e.cond, Some(Role::Condition));
                let then = self.block(&e.then_branch, Some(Role::Then));
                if let Expr::Let(condition) = &*e.cond
                    && is_error(&condition.pat)
                {
                    self.is(&then, Kind::Handler);
                }
                let other = e.else_branch.as_ref().map(|(_, other)| self.expression(other, Some(Role::Else)));
                self.made(self.range(e.if_token.span).start..other.unwrap_or(then).end, Kind::If)
            }
            Expr::Let(e) => {
                self.binding(&e.pat);
                let value = self.expression(&e.expr, Some(Role::Value));
                self.made(self.range(e.let_token.span).start..value.end, Kind::Assign)
            }
            Expr::Match(e) => self.matching(e),
            Expr::While(e) => {
                self.expression(&e.cond, Some(Role::Condition));
                let body = self.block(&e.body, Some(Role::Body));
                self.made(self.range(e.while_token.span).start..body.end, Kind::Loop)
            }
            Expr::Loop(e) => {
                let body = self.block(&e.body, Some(Role::Body));
                self.made(self.range(e.loop_token.span).start..body.end, Kind::Loop)
            }
            Expr::ForLoop(e) => {
                self.pattern(&e.pat, Some(Role::Target));
                self.expression(&e.expr, Some(Role::Iterated));
                let body = self.block(&e.body, Some(Role::Body));
                self.made(self.range(e.for_token.span).start..body.end, Kind::Loop)
            }
            Expr::Return(e) => {
                let start = self.range(e.return_token.span);
                let Some(value) = &e.expr else { return self.made(start, Kind::Return) };
                let end = self.expression(value, Some(Role::Value)).end;
                self.made(start.start..end, if is_failure(value) { Kind::Throw } else { Kind::Return })
            }
            Expr::Break(e) => {
                let start = self.range(e.break_token.span);
                let label = e.label.as_ref().map(|l| self.range(l.ident.span()).end);
                let value = e.expr.as_ref().map(|value| self.expression(value, Some(Role::Value)).end);
                self.made(start.start..value.or(label).unwrap_or(start.end), Kind::Skip)
            }
            Expr::Continue(e) => {
                let start = self.range(e.continue_token.span);
                let label = e.label.as_ref().map(|l| self.range(l.ident.span()).end);
                self.made(start.start..label.unwrap_or(start.end), Kind::Skip)
            }
            _ => self.enclosed(expr),
        }
    }

    /// Blocks of all kinds, ranges, and what this version of `syn` knows beside.
    fn enclosed(&mut self, expr: &Expr) -> Range<usize> {
        match expr {
            Expr::Block(e) => self.block(&e.block, None),
            Expr::Unsafe(e) => self.block(&e.block, None),
            Expr::Async(e) => self.block(&e.block, None),
            Expr::Const(e) => self.block(&e.block, None),
            Expr::TryBlock(e) => self.block(&e.block, None),
            Expr::Range(e) => {
                let limits = match &e.limits {
                    syn::RangeLimits::HalfOpen(t) => self.range(t.spans[0]).start..self.range(t.spans[1]).end,
                    syn::RangeLimits::Closed(t) => self.range(t.spans[0]).start..self.range(t.spans[2]).end,
                };
                let start = e.start.as_ref().map(|e| self.expression(e, None).start);
                let end = e.end.as_ref().map(|e| self.expression(e, None).end);
                start.unwrap_or(limits.start)..end.unwrap_or(limits.end)
            }
            Expr::Yield(e) => {
                let start = self.range(e.yield_token.span);
                let end = e.expr.as_ref().map(|value| self.expression(value, Some(Role::Value)).end);
                self.made(start.start..end.unwrap_or(start.end), Kind::Await)
            }
            other => self.range_of(other),
        }
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> Range<usize> {
        for input in &closure.inputs {
            match input {
                Pat::Type(typed) => self.parameter(&typed.pat, Some(&typed.ty)),
                pat => self.parameter(pat, None),
            }
        }
        let first = closure.capture.map_or(closure.or1_token.span, |word| word.span);
        let start = closure.asyncness.map_or(first, |word| word.span);
        let body = self.expression(&closure.body, Some(Role::Body));
        self.made(self.range(start).start..body.end, Kind::Function)
    }

    fn matching(&mut self, e: &syn::ExprMatch) -> Range<usize> {
        let handles = e.arms.iter().any(|arm| is_error(&arm.pat));
        self.expression(&e.expr, Some(if handles { Role::Body } else { Role::Condition }));
        for arm in &e.arms {
            let error = is_error(&arm.pat);
            let pat = self.pattern(&arm.pat, Some(if error { Role::Target } else { Role::Condition }));
            if let Some((_, guard)) = &arm.guard {
                self.expression(guard, Some(Role::Condition));
            }
            let body = self.expression(&arm.body, Some(Role::Body));
            self.is(&(pat.start..body.end), if error { Kind::Handler } else { Kind::Case });
        }
        let whole = self.range(e.match_token.span).start..self.range(e.brace_token.span.close()).end;
        self.made(whole, if handles { Kind::Try } else { Kind::Other })
    }

    fn structure(&mut self, e: &syn::ExprStruct) -> Range<usize> {
        let callee = self.path(&e.path);
        self.part(&callee, Role::Callee);
        for field in &e.fields {
            if field.colon_token.is_none() {
                // `Order { id }`: the pair is its key.
                let range = self.range_of(&field.member);
                self.is(&range, Kind::Pair);
                self.part(&range, Role::Key);
                continue;
            }
            let key = self.member(&field.member);
            self.part(&key, Role::Key);
            let value = self.expression(&field.expr, Some(Role::Value));
            self.is(&(key.start..value.end), Kind::Pair);
        }
        if let (Some(dots), Some(rest)) = (&e.dot2_token, &e.rest) {
            let value = self.expression(rest, Some(Role::Value));
            self.is(&(self.range(dots.spans[0]).start..value.end), Kind::Spread);
        }
        self.made(callee.start..self.range(e.brace_token.span.close()).end, Kind::New)
    }

    fn arguments<'e>(&mut self, arguments: impl Iterator<Item = &'e Expr>) {
        for argument in arguments {
            self.expression(argument, Some(Role::Argument));
        }
    }

    /// `name!(…)`: its input is read as expressions where it is some, else token by token.
    pub(super) fn macro_call(&mut self, mac: &syn::Macro, role: Option<Role>) -> Range<usize> {
        let callee = self.path(&mac.path);
        let name = mac.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default();
        let end = match &mac.delimiter {
            syn::MacroDelimiter::Paren(d) => d.span.close(),
            syn::MacroDelimiter::Brace(d) => d.span.close(),
            syn::MacroDelimiter::Bracket(d) => d.span.close(),
        };
        let whole = callee.start..self.range(end).end;
        let throws = THROWS.contains(&name.as_str());
        if !throws {
            self.part(&callee, Role::Callee);
        }
        let parsed = mac.parse_body_with(syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated);
        match parsed {
            Ok(arguments) => {
                let role = if throws { Role::Value } else { Role::Argument };
                for argument in &arguments {
                    self.macro_argument(argument, role);
                }
                if FORMATS.contains(&name.as_str())
                    && let Some(Expr::Lit(text)) = arguments.iter().find(|a| is_text(a))
                {
                    let text = self.range(text.lit.span());
                    self.holes(&text);
                }
            }
            Err(_) => self.loose_arguments(mac.tokens.clone()),
        }
        let whole = self.made(whole, if throws { Kind::Throw } else { Kind::Call });
        self.told(whole, role)
    }

    /// An argument of a macro; `name = value` names it.
    fn macro_argument(&mut self, argument: &Expr, role: Role) {
        match argument {
            Expr::Assign(e) => {
                let key = self.expression(&e.left, Some(Role::Key));
                let value = self.expression(&e.right, Some(Role::Value));
                let whole = self.made(key.start..value.end, Kind::Pair);
                self.part(&whole, role);
            }
            _ => {
                self.expression(argument, Some(role));
            }
        }
    }

    /// `{name}` and `{}` in a text that formats; `{{` is a brace.
    fn holes(&mut self, text: &Range<usize>) {
        let bytes = self.slice(text).to_owned().into_bytes();
        let mut at = 0;
        while let Some(open) = memchr::memchr(b'{', bytes.get(at..).unwrap_or_default()).map(|o| at + o) {
            if bytes.get(open + 1) == Some(&b'{') {
                at = open + 2;
                continue;
            }
            let Some(length) = memchr::memchr(b'}', &bytes[open..]) else { return };
            let hole = text.start + open..text.start + open + length + 1;
            self.is(&hole, Kind::Interpolation);
            let inside = &bytes[open + 1..open + length];
            let name = inside.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
            if name > 0 && !inside[0].is_ascii_digit() {
                self.is(&(hole.start + 1..hole.start + 1 + name), Kind::Name);
            }
            at = open + length + 1;
        }
    }

    fn literal(&mut self, literal: &Lit) -> Range<usize> {
        let range = self.range(literal.span());
        let kind = match literal {
            Lit::Int(_) | Lit::Float(_) => Kind::Number,
            Lit::Bool(b) if b.value => Kind::True,
            Lit::Bool(_) => Kind::False,
            _ => Kind::String,
        };
        self.made(range, kind)
    }

    /// `a::b::c` is a member of a member; what stands in angle brackets is left out.
    pub(super) fn path(&mut self, path: &syn::Path) -> Range<usize> {
        let mut whole: Option<Range<usize>> = None;
        for segment in &path.segments {
            let name = self.range(segment.ident.span());
            let kind = if path.segments.len() == 1 && segment.ident == "None" { Kind::Null } else { Kind::Name };
            self.is(&name, kind);
            whole = Some(match whole {
                None => name,
                Some(object) => {
                    self.part(&object, Role::Object);
                    self.part(&name, Role::Property);
                    self.made(object.start..name.end, Kind::Member)
                }
            });
        }
        whole.unwrap_or(0..0)
    }

    fn member(&mut self, member: &Member) -> Range<usize> {
        match member {
            Member::Named(name) => self.name(name.span()),
            Member::Unnamed(index) => self.range(index.span),
        }
    }

    fn made(&mut self, range: Range<usize>, kind: Kind) -> Range<usize> {
        self.is(&range, kind);
        range
    }

    fn told(&mut self, range: Range<usize>, role: Option<Role>) -> Range<usize> {
        if let Some(role) = role {
            self.part(&range, role);
        }
        range
    }
}

/// What an operator makes of its operands.
fn operation(op: &BinOp) -> Option<Kind> {
    match op {
        BinOp::Or(_) => Some(Kind::Fallback),
        BinOp::And(_) => Some(Kind::And),
        BinOp::Add(_) => Some(Kind::Concat),
        BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => Some(Kind::Compare),
        BinOp::AddAssign(_)
        | BinOp::SubAssign(_)
        | BinOp::MulAssign(_)
        | BinOp::DivAssign(_)
        | BinOp::BitOrAssign(_) => Some(Kind::Assign),
        _ => None,
    }
}

/// `Err(…)` as a pattern.
fn is_error(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct(p) => p.path.segments.last().is_some_and(|s| s.ident == "Err"),
        Pat::Paren(p) => is_error(&p.pat),
        _ => false,
    }
}

/// `Err(…)` as a value.
fn is_failure(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(&*call.func, Expr::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "Err")))
}

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Lit(e) if matches!(e.lit, Lit::Str(_)))
}
