//! From a grammar's tree to nodes: in come a source and its language, out comes a [`Code`].

use std::cell::{Cell, RefCell};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tree_sitter::{ParseOptions, Parser, QueryCapture, QueryCursor, QueryMatch, StreamingIterator, Tree};

use super::grammar::{self, Compiled, Meaning, compiled, operation, word};
use super::guard;
use super::kotlin;
use super::language::{Language, Reader};
#[cfg(feature = "rust")]
use super::rust;
use super::{Code, Kind, MAX_BYTES, Node, Problem, Role};
use super::{markup, notebook};
use crate::source::Source;

/// How many captures of one file count. Past it there is a problem.
pub(super) const MAX_NODES: usize = 2_000_000;

/// How deep nodes may lie in one another: walks outwards are bounded by it. What lies deeper is left out. A query's time
/// grows with the product of a tree's depth and size.
const MAX_DEPTH: usize = 1_000;

/// How often a parser may ask whether to go on before it must end: a bound on the work for a file, the same on any
/// machine. Ordinary files need about one turn for each 100 tokens.
const MAX_TURNS: usize = 400_000;

/// How often a parser may read a text, and some more for small ones: a grammar may look for a closing quote up to the
/// end of the file from each of many places.
const MAX_READS: usize = 50;

/// How long a parser may take for a file at least and at most, and for each byte: the net below the bounds on the work,
/// which are the same on any machine. Where nothing follows the grammar, one step can take a million times as long as
/// otherwise (3 KB of `!,` in a C# file). Ordinary files take 200 nanoseconds a byte.
const TIME_EACH: Duration = Duration::from_micros(10);
const MIN_TIME: Duration = Duration::from_secs(1);
const MAX_TIME: Duration = Duration::from_secs(3);

/// A parser is given the text in pieces of this size, so that what it reads can be counted.
const CHUNK: usize = 4 << 10;

/// How many places that follow no grammar are told.
pub(super) const MAX_PROBLEMS: usize = 3;

/// How many pieces of a place that follows no grammar are looked into: each costs as much as there are.
const MAX_BROKEN: usize = 8_000;

/// A captured range with what it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Capture {
    pub start: u32,
    pub end: u32,
    /// The order among captures of the same bytes: the first kind counts.
    pub order: u32,
    pub meaning: Meaning,
}

/// Parses a file.
pub(super) fn read(source: &Arc<Source>, language: Language) -> Code {
    let mut captures = Vec::new();
    let mut problems = Vec::new();
    let mut language = language;
    let mut cells = None;
    let text = source.text();
    let reader = language.row().map(|row| row.reader);
    if reader == Some(Reader::Cells) {
        let read = notebook::read(source);
        (captures, problems, language) = (read.captures, read.problems, read.language);
        cells = Some(Arc::new(read.cells));
    } else if text.len() > MAX_BYTES {
        problems.push(problem(source, 0..0, "source code of more than 4 MB is not parsed"));
    } else if reader == Some(Reader::Syn) {
        #[cfg(feature = "rust")]
        {
            (captures, problems) = rust::read(source);
        }
    } else if reader == Some(Reader::Template) {
        (captures, problems, language) = markup::read(source, language);
    } else if let Some(compiled) = compiled(language).filter(|_| language.may_be(text)) {
        run(source, text, compiled, None, &mut captures, &mut problems);
    }
    let len = cells.as_ref().map_or(text.len(), |cells| cells.text.len());
    let (mut nodes, too_deep) = nodes(captures, len as u32);
    if language == Language::Kotlin {
        kotlin::mend(&mut nodes);
    }
    let mut code = Code { language, source: Arc::clone(source), cells, nodes, problems };
    if let Some(place) = too_deep {
        let span = code.span(place.start..place.end.min(place.start + 80));
        code.problems.push(Problem { span, message: "lies deeper than 1000 in other code: not read".to_owned() });
    }
    code
}

/// Parses a text, or some ranges of it, with a grammar and collects what its query captures.
pub(super) fn run(
    source: &Source,
    text: &str,
    compiled: &Compiled,
    ranges: Option<&[tree_sitter::Range]>,
    captures: &mut Vec<Capture>,
    problems: &mut Vec<Problem>,
) {
    if let Some(place) = guard::refused(text, compiled.language) {
        problems.push(problem(source, place, "can't be read safely by the grammar: not read as code"));
        return;
    }
    let Some(mut tree) = parse(text, compiled, ranges) else {
        problems.push(problem(source, 0..0, "too intricate to be parsed in bounded time: not read as code"));
        return;
    };
    let mut compiled = compiled;
    // Types in a `.js` file, and `<i class="x">`, which the grammar of JavaScript does not know.
    if tree.root_node().has_error()
        && compiled.language == Language::JavaScript
        && let Some(other) = grammar::compiled(Language::Tsx)
        && let Some(read) = parse(text, other, ranges).filter(|tree| !tree.root_node().has_error())
    {
        (tree, compiled) = (read, other);
    }
    let mut end = text.len();
    if tree.root_node().has_error() {
        end = tell(source, &tree, problems).unwrap_or(end);
    }
    // An empty range would be all of it.
    if end == 0 {
        return;
    }
    if let Some(place) = deeper(&tree) {
        problems.push(problem(source, place, "lies deeper than 1000 in other code: not read"));
    }
    let mut full = None;
    let mut place = |node: tree_sitter::Node, captures: &[Capture]| {
        let is_full = captures.len() >= MAX_NODES;
        if is_full {
            full = Some(node.byte_range());
        }
        !is_full
    };
    compiled.plain.walk(&tree, text, end, MAX_DEPTH, |found| {
        take(found.node, found.meaning, found.order, compiled, text, captures);
        place(found.node, captures)
    });
    if !compiled.orders.is_empty() {
        run_query(&tree, text, compiled, end, captures, &mut place);
    }
    if let Some(place) = full {
        problems.push(problem(source, place, "more than two million nodes: the rest is not read"));
    }
}

/// Runs what is left of a query.
fn run_query(
    tree: &Tree,
    text: &str,
    compiled: &Compiled,
    end: usize,
    captures: &mut Vec<Capture>,
    place: &mut dyn FnMut(tree_sitter::Node, &[Capture]) -> bool,
) {
    thread_local!(static CURSOR: RefCell<QueryCursor> = RefCell::new(QueryCursor::new()));
    CURSOR.with_borrow_mut(|cursor| {
        cursor.set_match_limit(4096);
        cursor.set_max_start_depth(Some(MAX_DEPTH as u32));
        cursor.set_byte_range(0..end);
        let mut matches = cursor.matches(&compiled.query, tree.root_node(), text.as_bytes());
        while let Some(found) = matches.next() {
            take_match(found, compiled, text, captures);
            if found.captures().first().is_some_and(|c| !place(c.node, captures)) {
                return;
            }
        }
    });
}

/// Collects the captures of a match.
fn take_match(found: &QueryMatch, compiled: &Compiled, text: &str, captures: &mut Vec<Capture>) {
    let order = compiled.orders.get(found.pattern_index).copied().unwrap_or_default();
    let meaning = |capture: &QueryCapture| compiled.captures[capture.index as usize];
    for capture in found.captures() {
        match meaning(capture) {
            Meaning::Private | Meaning::PairTo => {}
            Meaning::PairFrom => {
                if let Some(to) = found.captures().iter().find(|c| meaning(c) == Meaning::PairTo) {
                    let (start, end) = (capture.node.start_byte() as u32, to.node.end_byte() as u32);
                    captures.push(Capture { start, end, order, meaning: Meaning::Is(Kind::Pair) });
                }
            }
            meaning => take(capture.node, meaning, order, compiled, text, captures),
        }
    }
}

/// Collects what one captured node says.
fn take(
    node: tree_sitter::Node,
    meaning: Meaning,
    order: u32,
    compiled: &Compiled,
    text: &str,
    captures: &mut Vec<Capture>,
) {
    let written = |node: tree_sitter::Node| text.get(node.byte_range()).unwrap_or_default();
    let mut add = |range: Range<usize>, meaning| {
        if !range.is_empty() {
            captures.push(Capture { start: range.start as u32, end: range.end as u32, order, meaning });
        }
    };
    let meaning = match meaning {
        Meaning::Binary => {
            let [left, operator, right] = compiled.operands.map(|field| node.child_by_field_id(field?.get()));
            let kind = operator.and_then(|operator| operation(compiled.language, written(operator)));
            let (Some(left), Some(right), Some(kind)) = (left, right, kind) else { return };
            add(left.byte_range(), Meaning::For(Role::Left));
            add(right.byte_range(), Meaning::For(Role::Right));
            Meaning::Is(kind)
        }
        Meaning::Word => Meaning::Is(word(written(node))),
        Meaning::Hole => {
            let (start, text) = (node.start_byte(), written(node));
            let name = text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            if name > 0 && !text.starts_with(|c: char| c.is_ascii_digit()) {
                add(start - 1..start + name, Meaning::Is(Kind::Interpolation));
                add(start..start + name, Meaning::Is(Kind::Name));
            }
            return;
        }
        meaning => meaning,
    };
    add(node.byte_range(), meaning);
}

fn parse(text: &str, compiled: &Compiled, ranges: Option<&[tree_sitter::Range]>) -> Option<Tree> {
    thread_local!(static PARSER: RefCell<Parser> = RefCell::new(Parser::new()));
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&compiled.grammar).ok()?;
        parser.set_included_ranges(ranges.unwrap_or_default()).ok()?;
        let bytes = text.as_bytes();
        let left = Cell::new(bytes.len() * MAX_READS + (8 << 20));
        let most = (TIME_EACH * bytes.len() as u32).clamp(MIN_TIME, MAX_TIME);
        let begun = Instant::now();
        let mut turns = 0;
        let mut go_on = |_: &tree_sitter::ParseState| {
            turns += 1;
            let over = turns > MAX_TURNS || left.get() == 0 || begun.elapsed() > most;
            if over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut go_on);
        let mut give = |at: usize, _| {
            let chunk = bytes.get(at..bytes.len().min(at + CHUNK)).unwrap_or_default();
            left.set(left.get().saturating_sub(chunk.len()));
            if left.get() == 0 { &[] } else { chunk }
        };
        let tree = parser.parse_with_options(&mut give, None, Some(options)).filter(|_| left.get() > 0);
        if tree.is_none() {
            parser.reset();
        }
        tree
    })
}

/// The first place that lies too deep in a tree. Only subtrees that have enough nodes for it are looked at.
fn deeper(tree: &Tree) -> Option<Range<usize>> {
    let mut cursor = tree.walk();
    let mut depth = 0;
    loop {
        if depth >= MAX_DEPTH {
            return Some(cursor.node().byte_range());
        }
        if depth + cursor.node().descendant_count() > MAX_DEPTH && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
            depth -= 1;
        }
    }
}

/// Names the first places that follow no grammar. Gives where a stretch begins that is too long to be looked into.
fn tell(source: &Source, tree: &Tree, problems: &mut Vec<Problem>) -> Option<usize> {
    let mut cursor = tree.walk();
    let mut told = 0;
    // Into what has an error, past what has none.
    loop {
        let node = cursor.node();
        if node.is_error() && node.child_count() as usize > MAX_BROKEN {
            problems.push(problem(
                source,
                node.byte_range(),
                "follows no grammar that is known here: not read from here on",
            ));
            return Some(node.start_byte());
        }
        if told < MAX_PROBLEMS && (node.is_error() || node.is_missing()) {
            problems.push(problem(
                source,
                node.byte_range(),
                "follows no grammar that is known here; the rest was read",
            ));
            told += 1;
        }
        if node.has_error() && !node.is_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

pub(super) fn problem(source: &Source, range: Range<usize>, message: &str) -> Problem {
    // A place is enough: an error may span the rest of the file.
    let end = range.end.min(range.start + 80);
    Problem { span: source.span(range.start..end), message: message.to_owned() }
}

/// Orders captures into nodes: parents before their children, one node for each range. Also gives the first place that
/// lies too deep.
pub(super) fn nodes(mut captures: Vec<Capture>, len: u32) -> (Vec<Node>, Option<Range<u32>>) {
    let mut too_deep = None;
    captures.sort_unstable_by_key(|c| (c.start, std::cmp::Reverse(c.end), c.order));
    let mut nodes: Vec<Node> = Vec::with_capacity(captures.len() / 2 + 1);
    nodes.push(Node { kind: Kind::File, role: Role::None, start: 0, end: len, parent: 0, last: 0 });
    let mut open: Vec<u32> = vec![0];
    // Whether the last node is a pair of brackets that nothing was found in yet.
    let mut brackets = false;
    for capture in captures {
        if brackets && let Some(last) = nodes.last_mut() {
            // What stands in brackets takes their place, and with it their role.
            let within = (last.start..last.end).contains(&capture.start) && last.kind == Kind::Other;
            if within && last.end != capture.end && capture.meaning != Meaning::Is(Kind::Comment) {
                (last.start, last.end) = (capture.start, capture.end);
                brackets = false;
            }
        }
        let same = nodes.len() > 1 && nodes.last().is_some_and(|n| (n.start, n.end) == (capture.start, capture.end));
        if !same {
            while open.len() > 1 && open.last().is_some_and(|o| nodes[*o as usize].end <= capture.start) {
                close(&mut nodes, &mut open);
            }
            // Overlapping captures of two grammars (a template's tag across an element): the outer one wins its range.
            let parent = open.iter().rev().copied().find(|o| nodes[*o as usize].end >= capture.end).unwrap_or(0);
            while open.last().is_some_and(|o| *o != parent) {
                close(&mut nodes, &mut open);
            }
            if open.len() > MAX_DEPTH {
                too_deep.get_or_insert(capture.start..capture.end);
                continue;
            }
            brackets = false;
            open.push(nodes.len() as u32);
            let (start, end) = (capture.start, capture.end);
            nodes.push(Node { kind: Kind::Other, role: Role::None, start, end, parent, last: 0 });
        }
        let Some(node) = nodes.last_mut() else { continue };
        match capture.meaning {
            Meaning::Is(kind) if node.kind == Kind::Other => node.kind = kind,
            // A comment is no argument, wherever it stands.
            Meaning::For(role) if node.role == Role::None && node.kind != Kind::Comment => node.role = role,
            Meaning::Parens => brackets = true,
            _ => {}
        }
    }
    while !open.is_empty() {
        close(&mut nodes, &mut open);
    }
    (nodes, too_deep)
}

fn close(nodes: &mut [Node], open: &mut Vec<u32>) {
    if let Some(id) = open.pop() {
        nodes[id as usize].last = nodes.len() as u32;
    }
}
