//! Files of shell text: in comes a source that is no tree, out come the facts of scripts, Makefiles and Dockerfiles.

use std::ops::Range;

use super::super::collect::{Around, Collector};
use super::super::expression::{Expression, expressions};
use super::super::passage::Passage;
use super::super::url::urls;
use super::super::words::endpoint_role;
use super::{Variables, meaning, read};
use crate::fact::{EndpointRole, Fallback, PurposeEvidence, Store};
use crate::source::Source;

/// What a file of shell text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Dialect {
    /// A script.
    Script,
    /// A Makefile.
    Make,
    /// A Dockerfile.
    Docker,
}

impl Dialect {
    /// Tells by name, else by the first line of a file without an extension.
    pub fn of(source: &Source) -> Option<Self> {
        let name = source.name().to_ascii_lowercase();
        let ext = name.rsplit_once('.').map_or("", |(_, e)| e);
        if matches!(name.as_str(), "makefile" | "gnumakefile" | "justfile") || ext == "mk" {
            return Some(Self::Make);
        }
        if name == "dockerfile" || name.starts_with("dockerfile.") || name == "containerfile" || ext == "dockerfile" {
            return Some(Self::Docker);
        }
        if matches!(ext, "sh" | "bash" | "zsh" | "ksh") || name == ".envrc" {
            return Some(Self::Script);
        }
        let first = source.text().lines().next().unwrap_or_default();
        let shebang = first.starts_with("#!")
            && first.split(['/', ' ']).any(|w| matches!(w, "sh" | "bash" | "zsh" | "ksh" | "dash"));
        (shebang && ext.is_empty()).then_some(Self::Script)
    }
}

/// Reads a whole file.
pub(in crate::extract) fn extract_file(collector: &mut Collector<'_>, dialect: Dialect) {
    let source = collector.source;
    if memchr::memchr2(b':', b'$', source.text().as_bytes()).is_none() {
        return;
    }
    match dialect {
        Dialect::Script => {
            let passage = Passage::of_source(source);
            read(collector, &passage, &Around::default(), Variables::Environment, false);
        }
        Dialect::Make => makefile(collector, source),
        Dialect::Docker => dockerfile(collector, source),
    }
}

/// Lines of a text with their ranges; a line that ends in a backslash goes on.
fn logical_lines(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len())) {
        if end < text.len() && text[start..end].trim_end_matches('\r').ends_with('\\') {
            continue;
        }
        if start < end {
            out.push(start..end);
        }
        start = end + 1;
    }
    out
}

fn makefile(collector: &mut Collector<'_>, source: &Source) {
    let text = source.text();
    let mut target = Around::default();
    for range in logical_lines(text) {
        let line = &text[range.clone()];
        let trimmed = line.trim_start();
        let recipe = line.starts_with(['\t', ' ']) && !target.key.is_empty();
        if trimmed.starts_with('#') {
            continue;
        }
        if recipe {
            let skipped = line.len() - trimmed.trim_start_matches(['@', '-', '+']).len();
            let passage = Passage::of_range(source, range.start + skipped..range.end);
            read(collector, &passage, &target, Variables::Environment, true);
        } else if let Some((name, operator, value)) = make_assignment(line) {
            let around = Around::key(name);
            assigned(collector, source, name, range.start + value..range.end, range, operator == "?=", &around);
        } else if let Some((name, _)) = line.split_once(':').filter(|(n, _)| !n.contains(['=', '$', '"', '\''])) {
            target = Around::key(name.trim());
            let span = source.span(range.start..range.start + name.len());
            target.purpose = meaning::purposes_of_name(name).into_iter().next().map(|(purpose, words)| {
                PurposeEvidence { purpose, why: format!("target `{}` (`{words}`)", name.trim()), span: Some(span) }
            });
        }
    }
}

/// `NAME ?= value`: name, operator, where the value starts.
fn make_assignment(line: &str) -> Option<(&str, &str, usize)> {
    let at = line.find('=')?;
    let head = &line[..at];
    let operator = match head.as_bytes().last() {
        Some(b'?') => "?=",
        Some(b':' | b'+' | b'!') => ":=",
        _ => "=",
    };
    let name = head.trim_end_matches(['?', ':', '+', '!']).trim();
    let name = name.strip_prefix("export ").or_else(|| name.strip_prefix("override ")).unwrap_or(name).trim();
    let valid = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    valid.then_some((name, operator, at + 1))
}

fn dockerfile(collector: &mut Collector<'_>, source: &Source) {
    let text = source.text();
    for range in logical_lines(text) {
        let line = &text[range.clone()];
        let trimmed = line.trim_start();
        let Some((word, _)) = trimmed.split_once(char::is_whitespace).filter(|_| !trimmed.starts_with('#')) else {
            continue;
        };
        let start = range.start + (line.len() - trimmed.len()) + word.len();
        match word.to_ascii_uppercase().as_str() {
            "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK" => {
                let passage = Passage::of_range(source, start..range.end);
                read(collector, &passage, &Around::key(word), Variables::Environment, false);
            }
            "ENV" | "ARG" => docker_variables(collector, source, start..range.end, word.eq_ignore_ascii_case("ARG")),
            _ => {}
        }
    }
}

/// `ENV A=b C=d`, `ENV A b`, `ARG A=b`. An `ARG`'s value is what is used when the build sets none.
fn docker_variables(collector: &mut Collector<'_>, source: &Source, range: Range<usize>, default: bool) {
    let text = &source.text()[range.clone()];
    let commands = super::lex::commands(text, true);
    let words: Vec<_> = commands.iter().flat_map(|c| &c.words).collect();
    let pairs: Vec<(&str, Range<usize>)> = match words.as_slice() {
        [name, value] if name.assignment().is_none() => vec![(name.raw, value.range.clone())],
        _ => words.iter().filter_map(|w| w.assignment()).collect(),
    };
    for (name, value) in pairs {
        let value = range.start + value.start..range.start + value.end;
        assigned(collector, source, name, value.clone(), value, default, &Around::key(name));
    }
}

/// A variable that is given a value; `default` says that the value only counts where nothing else sets it.
fn assigned(
    collector: &mut Collector<'_>,
    source: &Source,
    name: &str,
    value: Range<usize>,
    whole: Range<usize>,
    default: bool,
    around: &Around,
) {
    let passage = Passage::of_range(source, value.clone());
    let found: Vec<Expression> = expressions(passage.text);
    let role = endpoint_role(name);
    for url in urls(passage.text).iter().filter(|_| role != EndpointRole::Inert) {
        let inner = super::super::expression::fallback_of(&found, &url.range)
            .map(|e| super::super::collect::fallback(&passage, e, e.range.clone()));
        let own = default.then(|| Fallback { variable: name.to_owned(), span: source.span(whole.clone()) });
        let fallback = inner.or(own);
        let role = if role == EndpointRole::Unknown { EndpointRole::Connection } else { role };
        collector.endpoint(passage.span(url.range.clone()), around, url, role, fallback);
    }
    for expression in found.iter().filter(|e| e.store == Store::Environment || e.store.is_absolute()) {
        collector.reference(passage.span(expression.range.clone()), around, expression, name);
    }
}
