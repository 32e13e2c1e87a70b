//! YAML 1.2: in comes a source, out goes a tree with one root a document. Aliases and merge keys (`<<`) are resolved,
//! duplicate keys kept, tags ignored, plain scalars left as they are written.
//!
//! A document that breaks keeps what stood before the break and does not lose the documents behind it. A file that a
//! template engine has still to fill in (a Helm chart) is read a second time with its templates out of the way, see
//! [`template`].

mod template;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, StructureStyle};

use super::build::{Builder, too_deep};
use super::{Entry, Node, ScalarKind, Tree, Value};
use crate::source::Source;

/// How many nodes all aliases of a file may expand to ("billion laughs"). Long texts count as several.
const MAX_EXPANDED: usize = 250_000;

/// Reads all documents of a file.
pub(super) fn read(source: &Source) -> Tree {
    let text = source.text();
    let first = Reader::new(source, text, Vec::new()).run();
    if !first.templated && (first.tree.problems.is_empty() || !template::occurs(text)) {
        return first.tree;
    }
    let masked = template::mask(text);
    let second = Reader::new(source, &masked.text, masked.ranges).run();
    if first.templated || second.tree.problems.len() <= first.tree.problems.len() { second.tree } else { first.tree }
}

/// What one reading of a file gave.
struct Reading {
    tree: Tree,
    /// A flow mapping that is really a template (`key: {{ .Values.x }}`): the reading means nothing.
    templated: bool,
}

struct Reader<'s, 't> {
    source: &'s Source,
    /// What is parsed: the source's text, or a copy of the same length with masked templates.
    text: &'t str,
    /// Where the copy differs, in order.
    masked: Vec<Range<usize>>,
    built: Builder<'s>,
    /// One for each open collection.
    levels: Vec<Level>,
    /// The current document's events, kept only where anchors occur.
    tape: Option<Vec<Op<'t>>>,
    /// Where on the tape the node of an anchor lies.
    anchors: HashMap<usize, Range<usize>>,
    budget: usize,
    templated: bool,
}

struct Level {
    /// The collection's anchor (0: none).
    anchor: usize,
    /// Where its node starts on the tape.
    tape_start: usize,
    /// Whether it has a merge key.
    merges: bool,
}

/// An event as the tape keeps it for aliases.
enum Op<'t> {
    OpenMap(usize),
    OpenList(usize),
    Scalar { text: Cow<'t, str>, kind: ScalarKind, range: Range<usize> },
    Close { end: Option<usize>, merges: bool },
    Alias(Range<usize>),
}

/// The document can't be read on.
struct Broken;

impl<'s, 't> Reader<'s, 't> {
    fn new(source: &'s Source, text: &'t str, masked: Vec<Range<usize>>) -> Self {
        let bytes = text.as_bytes();
        let aliases = memchr::memchr(b'*', bytes).is_some() && memchr::memchr(b'&', bytes).is_some();
        Self {
            source,
            text,
            masked,
            built: Builder::new(source),
            levels: Vec::new(),
            tape: aliases.then(Vec::new),
            anchors: HashMap::new(),
            budget: MAX_EXPANDED,
            templated: false,
        }
    }

    fn run(mut self) -> Reading {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            // A licence header may be long.
            max_buffered_comment_events: 100_000,
        };
        let mut parser = Parser::new_from_str_with_options(self.text, options);
        while !self.templated
            && let Some(next) = parser.next_event()
        {
            let broken = match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    self.event(event, range).is_err()
                }
                Err(error) => {
                    self.scan_error(&error);
                    true
                }
            };
            if broken && !self.skip_document(&mut parser) {
                break;
            }
        }
        Reading { tree: self.built.finish(), templated: self.templated }
    }

    /// Keeps what the broken document has and goes to the next one, if there is any.
    fn skip_document(&mut self, parser: &mut Parser<'t, StrInput<'t>>) -> bool {
        self.built.set_place_of_use(None);
        while self.built.depth() > self.levels.len() {
            self.built.close(None);
        }
        while let Some(level) = self.levels.pop() {
            if self.built.depth() > self.levels.len() {
                close(&mut self.built, None, level.merges);
            }
        }
        self.forget_document();
        parser.proceed_next_document().unwrap_or(false)
    }

    fn forget_document(&mut self) {
        self.levels.clear();
        self.anchors.clear();
        if let Some(tape) = &mut self.tape {
            tape.clear();
        }
    }

    fn event(&mut self, event: Event<'t>, range: Range<usize>) -> Result<(), Broken> {
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let (text, kind, range) = self.scalar(text, style, range);
                if kind == ScalarKind::Plain && text == "<<" && self.built.wants_key() {
                    self.levels.last_mut().into_iter().for_each(|l| l.merges = true);
                }
                let start = self.record(|| Op::Scalar { text: text.clone(), kind, range: range.clone() });
                self.built.scalar(text.into_owned(), kind, range);
                self.anchor(anchor, start);
            }
            Event::MappingStart(style, anchor, _) => {
                self.templated |= style == StructureStyle::Flow && self.text[range.start..].starts_with("{{");
                let start = self.record(|| Op::OpenMap(range.start));
                self.levels.push(Level { anchor, tape_start: start, merges: false });
                return self.built.open_map(range.start).then_some(()).ok_or(Broken);
            }
            Event::SequenceStart(_, anchor, _) => {
                let start = self.record(|| Op::OpenList(range.start));
                self.levels.push(Level { anchor, tape_start: start, merges: false });
                return self.built.open_list(range.start).then_some(()).ok_or(Broken);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                // Only a flow collection has a bracket at its end.
                let end = (!range.is_empty()).then_some(range.end);
                let Some(Level { anchor, tape_start, merges }) = self.levels.pop() else { return Ok(()) };
                self.record(|| Op::Close { end, merges });
                close(&mut self.built, end, merges);
                self.anchor(anchor, tape_start);
            }
            Event::Alias(id) => return self.alias(id, range),
            Event::UnresolvedAlias(_) => {
                self.built.problem(range.clone(), "an alias without its anchor");
                let text: Cow<'t, str> = Cow::Owned(self.source.text()[range.clone()].to_owned());
                self.record(|| Op::Scalar { text: text.clone(), kind: ScalarKind::Plain, range: range.clone() });
                self.built.scalar(text.into_owned(), ScalarKind::Plain, range);
            }
            Event::Comment(..) => {
                let text = self.source.text()[range.clone()].trim_start_matches('#');
                self.built.comment(range.clone(), text);
            }
            Event::DocumentEnd => self.forget_document(),
            _ => {}
        }
        Ok(())
    }

    /// A scalar's text, kind and the range of its content: quotes and block headers are not part of it.
    fn scalar(
        &self,
        text: Cow<'t, str>,
        style: ScalarStyle,
        range: Range<usize>,
    ) -> (Cow<'t, str>, ScalarKind, Range<usize>) {
        let full = range.clone();
        let slice = &self.text[range.clone()];
        let (kind, range) = match style {
            ScalarStyle::Plain if range.is_empty() => return (Cow::Borrowed(""), ScalarKind::Null, range),
            ScalarStyle::Plain if matches!(&*text, "~" | "null" | "Null" | "NULL") => (ScalarKind::Null, range),
            ScalarStyle::Plain => (ScalarKind::Plain, range),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let end = if slice.len() > 1 { range.end - 1 } else { range.end };
                (ScalarKind::Text, (range.start + 1).min(end)..end)
            }
            // A block without a line has a span for its header.
            ScalarStyle::Literal | ScalarStyle::Folded if text.trim_ascii().is_empty() => {
                (ScalarKind::Text, range.end..range.end)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                (ScalarKind::Text, range.start..range.start + slice.trim_end().len())
            }
        };
        if !self.is_masked(&full) {
            return (text, kind, range);
        }
        let original = &self.source.text()[range.clone()];
        let text = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                // The copy's blank lines at the end may be templates of the original.
                let (text, range) = dedent(self.source.text(), full);
                return (Cow::Owned(text), kind, range);
            }
            _ if original.contains('\n') => original.lines().map(str::trim).collect::<Vec<_>>().join(" "),
            _ => original.to_owned(),
        };
        (Cow::Owned(text), kind, range)
    }

    fn is_masked(&self, range: &Range<usize>) -> bool {
        let i = self.masked.partition_point(|m| m.end <= range.start);
        self.masked.get(i).is_some_and(|m| m.start < range.end)
    }

    /// Puts an event on the tape, if there is one, and says where.
    fn record(&mut self, op: impl FnOnce() -> Op<'t>) -> usize {
        self.tape.as_mut().map_or(0, |tape| {
            tape.push(op());
            tape.len() - 1
        })
    }

    /// Notes that the node from `start` to the end of the tape has an anchor.
    fn anchor(&mut self, anchor: usize, start: usize) {
        if let (1.., Some(tape)) = (anchor, &self.tape) {
            self.anchors.insert(anchor, start..tape.len());
        }
    }

    fn alias(&mut self, id: usize, range: Range<usize>) -> Result<(), Broken> {
        let (Some(target), Some(tape)) = (self.anchors.get(&id).cloned(), &mut self.tape) else {
            self.built.problem(range.clone(), "an alias inside the node that it stands for");
            self.built.scalar(String::new(), ScalarKind::Null, range);
            return Ok(());
        };
        self.built.set_place_of_use(Some(range.clone()));
        let done = replay(tape, target.clone(), &mut self.built, &mut self.budget);
        self.built.set_place_of_use(None);
        tape.push(Op::Alias(target));
        done.map_err(|stop| {
            if stop == Stop::Budget {
                let message = format!("aliases expand to more than {MAX_EXPANDED} nodes");
                self.built.problem(range, message);
            }
            Broken
        })
    }

    fn scan_error(&mut self, error: &ScanError) {
        let at = error.marker().byte_offset().unwrap_or(0);
        let message = match error.kind() {
            // Neither may quote the file.
            ErrorKind::UnexpectedCharacter { .. } | ErrorKind::Custom(_) => "unexpected character".to_owned(),
            ErrorKind::RecursionLimitExceeded => too_deep(),
            kind => kind.to_string(),
        };
        self.built.problem(at..at + 1, message);
    }
}

/// Why an alias was not expanded to its end.
#[derive(PartialEq)]
enum Stop {
    Depth,
    Budget,
}

/// Builds the nodes of a stretch of tape once more. An alias on the tape lies inside a collection, so the depth bound
/// of the builder bounds this recursion too.
fn replay(tape: &[Op<'_>], range: Range<usize>, built: &mut Builder<'_>, budget: &mut usize) -> Result<(), Stop> {
    for op in &tape[range] {
        let cost = if let Op::Scalar { text, .. } = op { 1 + text.len() / 64 } else { 1 };
        *budget = budget.checked_sub(cost).ok_or(Stop::Budget)?;
        match op {
            Op::OpenMap(start) => built.open_map(*start).then_some(()).ok_or(Stop::Depth)?,
            Op::OpenList(start) => built.open_list(*start).then_some(()).ok_or(Stop::Depth)?,
            Op::Scalar { text, kind, range } => built.scalar(text.clone().into_owned(), *kind, range.clone()),
            Op::Close { end, merges } => close(built, *end, *merges),
            Op::Alias(target) => replay(tape, target.clone(), built, budget)?,
        }
    }
    Ok(())
}

fn close(built: &mut Builder<'_>, end: Option<usize>, merges: bool) {
    if merges { built.close_with(end, merge) } else { built.close(end) }
}

/// Resolves merge keys: their entries stand where the `<<` stood, explicit keys and earlier merges win.
fn merge(entries: Vec<Entry>) -> Vec<Entry> {
    let mut seen: HashSet<String> = entries.iter().filter(|e| !is_merge(e)).map(|e| e.key.clone()).collect();
    let mut out = Vec::with_capacity(entries.len());
    for entry in entries {
        if !is_merge(&entry) {
            out.push(entry);
            continue;
        }
        let maps = match entry.node.value {
            Value::List(maps) => maps,
            _ => vec![entry.node],
        };
        for map in maps {
            if let Value::Map(merged) = map.value {
                out.extend(merged.into_iter().filter(|e| seen.insert(e.key.clone())));
            }
        }
    }
    out
}

fn is_merge(entry: &Entry) -> bool {
    let is_map = |node: &Node| matches!(node.value, Value::Map(_));
    entry.key == "<<"
        && match &entry.node.value {
            Value::List(items) => items.iter().all(is_map),
            _ => is_map(&entry.node),
        }
}

/// A block scalar's own text, its lines without the indentation of the first, and its range up to the last line
/// that is indented like it.
fn dedent(text: &str, range: Range<usize>) -> (String, Range<usize>) {
    let line_start = text[..range.start].rfind('\n').map_or(0, |i| i + 1);
    let indent = range.start - line_start;
    let mut out = String::new();
    let (mut kept, mut end) = (0, range.start);
    let mut at = range.start;
    for (i, line) in text[range].split_inclusive('\n').enumerate() {
        let strip = if i == 0 { 0 } else { line.bytes().take(indent).take_while(|b| *b == b' ').count() };
        let body = line[strip..].trim_end();
        out.push_str(if i == 0 { "" } else { "\n" });
        out.push_str(body);
        if !body.is_empty() && (i == 0 || strip == indent) {
            (kept, end) = (out.len(), at + line.trim_end().len());
        }
        at += line.len();
    }
    out.truncate(kept);
    (out, text.len().min(line_start + indent)..end)
}
