//! Expressions in heads, moved into bodies: in comes a project's own policy, out comes the text that the interpreter
//! runs, with the way back to the original lines.
//!
//! regorus' interpreter evaluates a head after its body; an undefined value there is an error, or loses the whole set
//! (measured, `engines.rs`). In a body it only drops the one hit, as Rego means it:
//!
//! ```text
//! deny contains x.y if some x in input.l      p[x.k] := x.y if { some x in input.l }
//! deny contains h0__ if {some x in input.l    p[h0__] := h1__ if { some x in input.l
//! ; h0__ := x.y}                              ; h0__ := x.k; h1__ := x.y}
//! ```
//!
//! Values of complete rules and functions are left where they are: there the interpreter is right.

use std::ops::Range;

use regorus::unstable::{Expr, Rule, RuleBody, RuleHead};

use super::module::{Parsed, bytes, children};
use super::problem::PolicyFile;

/// A policy as the interpreter runs it.
#[derive(Debug, Clone)]
pub(super) struct Normalised {
    /// The rewritten text under the original path.
    pub file: PolicyFile,
    /// The original line of each line.
    lines: Vec<u32>,
}

impl Normalised {
    /// The original line (1-based) of a line of the rewritten text.
    pub fn original(&self, line: u32) -> u32 {
        self.lines.get(line.saturating_sub(1) as usize).copied().unwrap_or(line)
    }
}

/// Rewrites one policy.
pub(super) fn normalise(file: &PolicyFile, parsed: &Parsed) -> Normalised {
    let mut out = Writer::new(&file.text);
    for rule in &parsed.module.policy {
        if let Rule::Spec { span, head, bodies } = &**rule {
            let moved = moved(&file.text, head);
            if !moved.is_empty() {
                rewrite(&mut out, &bytes(span), &moved, bodies);
            }
        }
    }
    out.finish(&file.path)
}

/// The parts of a head that can be undefined, in file order.
fn moved(text: &str, head: &RuleHead) -> Vec<Range<usize>> {
    let mut moved = Vec::new();
    match head {
        RuleHead::Set { span, refr, key: Some(key) } => {
            indices(text, refr, &mut moved);
            // Spans of objects and parentheses begin late, so that the key is what follows the word.
            let after = bytes(refr.span()).end;
            let rest = &text[after..span.end as usize];
            if let Some(at) = rest.find("contains").filter(|_| can_be_undefined(key)) {
                moved.push(trimmed(text, after + at + "contains".len()..span.end as usize));
            }
        }
        RuleHead::Compr { refr, assign, .. } if matches!(&**refr, Expr::RefBrack { .. } | Expr::RefDot { .. }) => {
            indices(text, refr, &mut moved);
            if let Some(assign) = assign
                && (can_be_undefined(&assign.value) || !moved.is_empty())
            {
                let range = bytes(&assign.span);
                let operator = if text[range.clone()].starts_with(":=") { 2 } else { 1 };
                moved.push(trimmed(text, range.start + operator..range.end));
            }
        }
        _ => {}
    }
    moved
}

/// What stands in the brackets of a head's reference, where it is not constant: `x.k` of `p[x.k]`.
fn indices(text: &str, refr: &Expr, moved: &mut Vec<Range<usize>>) {
    match refr {
        Expr::RefDot { refr, .. } => indices(text, refr, moved),
        Expr::RefBrack { span, refr, index, .. } => {
            indices(text, refr, moved);
            if can_be_undefined(index) {
                // The span of a bracketed reference ends before its bracket.
                let from = bytes(refr.span()).end;
                let open = text[from..span.end as usize].find('[').map_or(from, |at| from + at + 1);
                moved.push(trimmed(text, open..span.end as usize));
            }
        }
        _ => {}
    }
}

/// Whether an expression holds anything but names and constants.
fn can_be_undefined(expr: &Expr) -> bool {
    match expr {
        Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. } => true,
        Expr::BinExpr { .. } | Expr::BoolExpr { .. } | Expr::ArithExpr { .. } | Expr::Membership { .. } => true,
        Expr::ArrayCompr { .. } | Expr::SetCompr { .. } | Expr::ObjectCompr { .. } => true,
        _ => {
            let mut found = false;
            children(expr, &mut |child| found |= can_be_undefined(child));
            found
        }
    }
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start().len());
    start..(range.start + part.trim_end().len()).max(start)
}

/// Writes a rule with its moved parts behind the statements of its body.
fn rewrite(out: &mut Writer<'_>, rule: &Range<usize>, moved: &[Range<usize>], bodies: &[RuleBody]) {
    for (i, range) in moved.iter().enumerate() {
        out.copy_to(range.start);
        out.push(&format!("h{i}__"));
        out.skip_to(range.end);
    }
    match bodies.first() {
        None => {
            out.copy_to(rule.end);
            out.push(" if { ");
            assignments(out, moved, "");
            out.push(" }");
        }
        Some(body) => {
            let query = bytes(&body.query.span);
            let inner = body.query.stmts.first().map_or(query.start, |s| s.span.start as usize);
            let braces = inner > query.start;
            out.copy_to(query.start);
            if braces {
                // Before the closing brace, which a comment may precede only on an earlier line.
                out.copy_to(query.end.saturating_sub(1));
                assignments(out, moved, "; ");
            } else {
                out.push("{ ");
                out.copy_to(query.end);
                assignments(out, moved, "; ");
                out.push(" }");
            }
        }
    }
}

fn assignments(out: &mut Writer<'_>, moved: &[Range<usize>], first: &str) {
    for (i, range) in moved.iter().enumerate() {
        out.push(if i == 0 { first } else { "; " });
        out.push(&format!("h{i}__ := "));
        out.repeat(range.clone());
    }
}

/// Text that is copied, replaced and moved, line by line traceable to where it came from.
struct Writer<'a> {
    text: &'a str,
    out: String,
    /// The original line of each line that is complete or begun.
    lines: Vec<u32>,
    /// How far the original text is copied or skipped.
    at: usize,
    /// The original line at `at`.
    line: u32,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, out: String::with_capacity(text.len() + 256), lines: vec![1], at: 0, line: 1 }
    }

    fn copy_to(&mut self, to: usize) {
        let to = to.max(self.at);
        let part = &self.text[self.at..to];
        for _ in memchr::memchr_iter(b'\n', part.as_bytes()) {
            self.line += 1;
            self.lines.push(self.line);
        }
        self.out.push_str(part);
        self.at = to;
    }

    fn skip_to(&mut self, to: usize) {
        let to = to.max(self.at);
        self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[self.at..to]).count() as u32;
        self.at = to;
    }

    /// Adds text of one line that is not in the original.
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Adds a part of the original once more, on lines of its own.
    fn repeat(&mut self, range: Range<usize>) {
        let mut line = self.text[..range.start].lines().count().max(1) as u32;
        if self.text[..range.start].ends_with('\n') {
            line += 1;
        }
        self.out.push('\n');
        self.lines.push(line);
        let part = &self.text[range];
        for _ in memchr::memchr_iter(b'\n', part.as_bytes()) {
            line += 1;
            self.lines.push(line);
        }
        self.out.push_str(part);
        self.out.push('\n');
        self.lines.push(self.line);
    }

    fn finish(mut self, path: &str) -> Normalised {
        self.copy_to(self.text.len());
        Normalised { file: PolicyFile::new(path, self.out), lines: self.lines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(text: &str) -> Normalised {
        let file = PolicyFile::new("a.rego", format!("package p\n{text}\n"));
        let parsed = Parsed::all(std::slice::from_ref(&file)).remove(0).unwrap();
        let normalised = normalise(&file, &parsed);
        Parsed::all(std::slice::from_ref(&normalised.file)).remove(0).unwrap_or_else(|e| panic!("{e}\n{}", e.text));
        normalised
    }

    fn flat(text: &str) -> String {
        rewritten(text).file.text.split_whitespace().skip(2).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn expressions_of_heads_move_into_bodies() {
        for (text, expected) in [
            ("d contains x.y if some x in input.l", "d contains h0__ if { some x in input.l; h0__ := x.y }"),
            (
                "d contains {\"m\": x.y} if { some x in input.l }",
                "d contains h0__ if { some x in input.l ; h0__ := {\"m\": x.y} }",
            ),
            (
                "d contains sprintf(\"%s\", [x.y]) if { some x in input.l # why\n}",
                "d contains h0__ if { some x in input.l # why ; h0__ := sprintf(\"%s\", [x.y]) }",
            ),
            (
                "p[x.k] := x.y if some x in input.l",
                "p[h0__] := h1__ if { some x in input.l; h0__ := x.k ; h1__ := x.y }",
            ),
            (
                "p[x.k] contains x.y if some x in input.l",
                "p[h0__] contains h1__ if { some x in input.l; h0__ := x.k ; h1__ := x.y }",
            ),
            ("d contains input.x", "d contains h0__ if { h0__ := input.x }"),
            ("d contains (input.x) if true", "d contains h0__ if { true; h0__ := (input.x) }"),
            ("d contains input.y if input.x == {1}", "d contains h0__ if { input.x == {1}; h0__ := input.y }"),
        ] {
            assert_eq!(flat(text), expected, "{text}");
        }
    }

    #[test]
    fn what_can_not_be_undefined_stays() {
        for text in [
            "d contains msg if msg := input.x",
            "d contains {\"at\": x, \"message\": \"m\"} if some x in input.l",
            "x := input.y if true",
            "f(x) := x.y",
            "default x := false",
            "p[k] := 1 if some k in input.l",
        ] {
            assert_eq!(flat(text), text);
        }
    }

    #[test]
    fn every_line_knows_where_it_came_from() {
        let text = "d contains {\n\t\"m\": x.y,\n} if {\n\tsome x in input.l\n\tx.z\n}\n\ne := 1";
        let normalised = rewritten(text);
        let original: Vec<&str> = text.lines().collect();
        for (i, line) in normalised.file.text.lines().enumerate() {
            // Line 1 is the package's; the tests' text begins on line 2.
            let Some(from) = normalised.original(i as u32 + 1).checked_sub(2) else { continue };
            for needle in ["\"m\"", "some x", "x.z", "e := 1"] {
                assert_eq!(line.contains(needle), line.contains(needle) && original[from as usize].contains(needle));
            }
        }
    }
}
