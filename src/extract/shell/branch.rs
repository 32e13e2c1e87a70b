//! The branch of a script that a command stands in: in come commands in order, out comes what `if [ "$ENV" = prod ]`
//! and `case "$ENV" in prod)` say of the environment there.

use super::super::passage::Passage;
use super::lex::{Command, Join};
use crate::fact::environment::{Class, Evidence, Rung, class_of_word};

/// Open `if` and `case` blocks, outermost first.
#[derive(Debug, Default)]
pub(in crate::extract) struct Branches {
    open: Vec<Block>,
}

#[derive(Debug)]
struct Block {
    case: bool,
    /// The condition is still being read: it holds for what follows `then`.
    condition: bool,
    evidence: Option<Evidence>,
}

/// Blocks deeper than this are not followed.
const MAX_DEPTH: usize = 64;

impl Branches {
    /// Takes the next command into account.
    pub fn step(&mut self, command: &Command<'_>, passage: &Passage<'_>) {
        if command.nested {
            return;
        }
        let first = command.words.first().map_or("", |w| w.raw);
        match first {
            "if" if self.open.len() < MAX_DEPTH => {
                let evidence = condition(command, passage);
                self.open.push(Block { case: false, condition: true, evidence });
            }
            "elif" => self.replace(condition(command, passage), true),
            "then" => self.body(),
            "else" => self.replace(None, false),
            "fi" | "esac" => {
                self.open.pop();
            }
            "case" if self.open.len() < MAX_DEPTH => {
                // `case $X in prod)` may stand on one line: the pattern is the last word.
                let evidence = arm(command, passage);
                self.open.push(Block { case: true, condition: false, evidence });
            }
            _ => self.other(command, passage),
        }
    }

    /// What the open branches say, outermost first.
    pub fn evidence(&self) -> impl Iterator<Item = Evidence> + '_ {
        self.open.iter().filter(|b| !b.condition).filter_map(|b| b.evidence.clone())
    }

    fn other(&mut self, command: &Command<'_>, passage: &Passage<'_>) {
        let Some(block) = self.open.last_mut() else { return };
        if block.condition {
            if block.evidence.is_none() && matches!(command.join, Join::And) {
                block.evidence = condition(command, passage);
            }
        } else if block.case && command.words.len() == 1 && command.join != Join::Close {
            // `prod)` and `prod | production)`: the lexer has cut the bracket and the bar off.
            let found = arm(command, passage);
            let agrees = match (&block.evidence, &found) {
                (Some(a), Some(b)) => command.join != Join::Pipe || a.class == b.class,
                (None, Some(_)) => command.join != Join::Pipe,
                _ => false,
            };
            block.evidence = found.filter(|_| agrees);
        }
    }

    fn body(&mut self) {
        if let Some(block) = self.open.last_mut() {
            block.condition = false;
        }
    }

    fn replace(&mut self, evidence: Option<Evidence>, condition: bool) {
        if let Some(block) = self.open.last_mut() {
            block.evidence = evidence;
            block.condition = condition;
        }
    }
}

/// An environment word that a condition compares with; a negated condition says nothing.
fn condition(command: &Command<'_>, passage: &Passage<'_>) -> Option<Evidence> {
    if command.words.iter().any(|w| matches!(w.raw, "!=" | "!" | "-ne")) {
        return None;
    }
    let at = command.words.iter().position(|w| matches!(w.raw, "=" | "==" | "=~"))?;
    let word = command.words.get(at + 1)?;
    let text = word.plain().trim_matches(['*', '^', '$']);
    evidence(text, class_of_word(text)?, passage, word.range.clone())
}

fn arm(command: &Command<'_>, passage: &Passage<'_>) -> Option<Evidence> {
    let word = command.words.last()?;
    let text = word.plain().trim_end_matches('*').trim_end_matches(['-', '_']);
    evidence(text, class_of_word(text)?, passage, word.range.clone())
}

fn evidence(text: &str, class: Class, passage: &Passage<'_>, range: std::ops::Range<usize>) -> Option<Evidence> {
    let why = format!("branch for `{text}`");
    Some(Evidence { rung: Rung::Structure, class, name: text.to_owned(), why, span: Some(passage.span(range)) })
}
