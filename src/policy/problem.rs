//! What can be wrong with a policy, as values with a place: at load a [`PolicyProblem`], while it runs an
//! [`EvaluationError`]. Both end the run with exit code 2; neither is ever silence.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A policy's file: where it is from and what it says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyFile {
    /// Relative to the root with `/`; of a built-in policy, its path in this project.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
}

impl PolicyFile {
    /// A file with its text.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// A problem at a range of bytes of this file.
    pub(super) fn problem(&self, range: Range<usize>, message: impl Into<String>) -> PolicyProblem {
        let start = floor(&self.text, range.start);
        let end = floor(&self.text, range.end.max(range.start));
        let (line, column) = position(&self.text, start);
        PolicyProblem {
            path: self.path.clone(),
            text: Arc::clone(&self.text),
            range: start..end,
            line,
            column,
            message: message.into(),
            help: None,
        }
    }

    /// The byte range of a line (1-based) without its end, from a column of regorus on (1-based, a tab is four).
    pub(super) fn rest_of_line(&self, line: u32, column: u32) -> Range<usize> {
        let mut start = 0;
        for _ in 1..line {
            match memchr::memchr(b'\n', &self.text.as_bytes()[start..]) {
                Some(at) => start += at + 1,
                None => break,
            }
        }
        let text = self.text[start..].lines().next().unwrap_or("");
        let mut seen = 1;
        let skipped = text.char_indices().find(|(_, c)| {
            let here = seen >= column;
            seen += if *c == '\t' { 4 } else { 1 };
            here
        });
        start + skipped.map_or(text.len(), |(i, _)| i)..start + text.len()
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn position(text: &str, at: usize) -> (u32, u32) {
    let before = &text[..at];
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count();
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line as u32 + 1, before[start..].chars().count() as u32 + 1)
}

/// Something wrong with a policy that shows when it is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// The policy's file, relative to the root.
    pub path: String,
    /// Its whole text, to draw a frame from; empty when it could not be read.
    pub text: Arc<str>,
    /// The bytes of the text that are wrong.
    pub range: Range<usize>,
    /// 1-based line of the range's start.
    pub line: u32,
    /// 1-based column of the range's start, in characters.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl PolicyProblem {
    /// A problem with a file or folder that could not be read.
    pub(super) fn unreadable(path: String, message: String) -> Self {
        Self { path, text: "".into(), range: 0..0, line: 1, column: 1, message, help: None }
    }

    /// Adds what to do.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyProblem {}

/// A policy that broke while it ran: over a limit, a builtin that refused its arguments, a result of the wrong shape.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvaluationError {
    /// The rule's id.
    pub rule: String,
    /// The policy's file.
    pub path: String,
    /// 1-based line in that file, where it is known.
    pub line: Option<u32>,
    /// The subject's label.
    pub subject: String,
    /// What broke, without any value of the subject.
    pub message: String,
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {} on {}: {}", self.rule, self.subject, self.message)
    }
}

impl std::error::Error for EvaluationError {}

/// The one of `known` that `word` was probably meant to be.
pub(super) fn suggestion<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|k| (strsim::osa_distance(word, k), k))
        .filter(|(distance, k)| *distance <= (k.chars().count().max(word.chars().count()) / 3).max(1))
        .min_by_key(|(distance, k)| (*distance, *k))
        .map(|(_, k)| k)
}
