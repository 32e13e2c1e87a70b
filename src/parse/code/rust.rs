//! Rust, read with `syn`: in comes a source, out come captures in the same words as a grammar's query gives.
//!
//! What Rust has in other words than the rest:
//! - an `Err(…)` arm is a handler and the `match` around it a try; so is the block of `if let Err(…)`;
//! - `return Err(…)`, `panic!`, `bail!` and their kin are throws;
//! - a macro is a call of its name; `{x}` in the text of those that format is a hole;
//! - a struct's literal is a constructor's call whose fields are pairs; an `impl` is a class of its type's name.
//!
//! What `syn` can't parse, or must not because its recursion would leave the stack, is read token by token: strings,
//! names, calls and pairs, without functions and branches.

mod expression;
mod item;
mod scan;
mod tokens;

use std::ops::Range;
use std::str::FromStr;

use proc_macro2::{Span, TokenStream};

use super::build::{Capture, problem};
use super::grammar::Meaning;
use super::{Kind, Problem, Role};
use crate::source::Source;

/// Room for the recursion of `syn` over what [`scan`] lets through; only what is used of it is ever memory.
const STACK: usize = 256 << 20;

/// Reads a file.
pub(super) fn read(source: &Source) -> (Vec<Capture>, Vec<Problem>) {
    let text = source.text();
    let scan = scan::scan(text);
    // On a thread of its own: the stack is deep there, and what `proc_macro2` keeps of each file goes with it.
    let (captures, trouble) = std::thread::scope(|scope| {
        let work = || parse(text, scan.shallow);
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        thread.ok().and_then(|t| t.join().ok()).unwrap_or_else(|| (Vec::new(), Some((0..0, UNREADABLE))))
    });
    let mut captures = captures;
    captures.extend(scan.comments.into_iter().map(|range| capture(range, 0, Meaning::Is(Kind::Comment))));
    let problems = trouble.map(|(place, message)| problem(source, place, message));
    (captures, problems.into_iter().collect())
}

const UNREADABLE: &str = "can't be read as Rust";
const LOOSE: &str = "is no Rust that is known here; strings and calls were read";
const DEEP: &str = "lies too deep to be parsed; strings and calls were read";

type Trouble = (Range<usize>, &'static str);

fn parse(text: &str, shallow: bool) -> (Vec<Capture>, Option<Trouble>) {
    let offset = shebang(text);
    let mut reader = Reader { text, offset, captures: Vec::new() };
    let stream = match TokenStream::from_str(&text[offset..]) {
        Ok(stream) => stream,
        Err(error) => return (Vec::new(), Some((reader.range(error.span()), UNREADABLE))),
    };
    let trouble = if shallow {
        match syn::parse2::<syn::File>(stream.clone()) {
            Ok(file) => {
                reader.file(&file);
                None
            }
            Err(error) => {
                reader.tokens(stream);
                Some((reader.range(error.span()), LOOSE))
            }
        }
    } else {
        reader.tokens(stream);
        Some((0..0, DEEP))
    };
    proc_macro2::extra::invalidate_current_thread_spans();
    (reader.captures, trouble)
}

/// The bytes of a first line for the shell, which is no Rust.
fn shebang(text: &str) -> usize {
    match text.strip_prefix("#!") {
        Some(rest) if !rest.trim_start().starts_with('[') => text.find('\n').unwrap_or(text.len()),
        _ => 0,
    }
}

fn capture(range: Range<usize>, order: u32, meaning: Meaning) -> Capture {
    Capture { start: range.start as u32, end: range.end as u32, order, meaning }
}

/// Collects captures from the syntax tree.
struct Reader<'t> {
    text: &'t str,
    /// Where the text that spans count in begins.
    offset: usize,
    captures: Vec<Capture>,
}

impl Reader<'_> {
    /// Where a token stands.
    fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        let (start, end) = (range.start + self.offset, range.end + self.offset);
        // Tokens that no text stands for have spans of their own.
        if self.text.get(start..end).is_some() { start..end } else { 0..0 }
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Says what a range is. Of the same bytes, what is said first counts.
    fn is(&mut self, range: &Range<usize>, kind: Kind) {
        self.add(range, Meaning::Is(kind));
    }

    /// Says what a range is for what is around it.
    fn part(&mut self, range: &Range<usize>, role: Role) {
        self.add(range, Meaning::For(role));
    }

    fn add(&mut self, range: &Range<usize>, meaning: Meaning) {
        let within = self.captures.len() < super::build::MAX_NODES;
        if within && range.start < range.end {
            self.captures.push(capture(range.clone(), self.captures.len() as u32 + 1, meaning));
        }
    }
}
