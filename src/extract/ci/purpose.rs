//! What a job is for: in come its names and commands, out come purposes with their evidence.

use super::super::passage::Passage;
use super::super::shell::lex::Command;
use super::super::shell::meaning::{handles_scratch_org, purpose_of, purposes_of_name};
use crate::fact::{Purpose, PurposeEvidence};
use crate::source::Span;

/// Purposes of a job while it is read.
#[derive(Debug, Default)]
pub(super) struct Purposes {
    named: Vec<PurposeEvidence>,
    commanded: Vec<PurposeEvidence>,
    /// Where the job creates or deletes a scratch org.
    pub scratch_org: Option<Span>,
}

impl Purposes {
    /// Takes a name of the job into account: "job name", "job id".
    pub fn name(&mut self, what: &str, name: &str, span: Span) {
        for (purpose, words) in purposes_of_name(name) {
            let why = if words == name { format!("{what} `{name}`") } else { format!("{what} `{name}` (`{words}`)") };
            push(&mut self.named, PurposeEvidence { purpose, why, span: Some(span) });
        }
    }

    /// Takes an action that a step uses into account: the last part of its name.
    pub fn action(&mut self, name: &str, span: Span) {
        // A name of one word says what the action is (`deploy`); inside a longer one it is often something else
        // (`download-artifact-test`), but a deployment is not.
        for (purpose, words) in purposes_of_name(name) {
            if matches!(purpose, Purpose::Deploy | Purpose::Seed) || words == name {
                push(&mut self.commanded, PurposeEvidence { purpose, why: format!("uses `{name}`"), span: Some(span) });
            }
        }
    }

    /// Takes the commands of a step into account.
    pub fn commands(&mut self, commands: &[Command<'_>], passage: &Passage<'_>) {
        for command in commands {
            let (Some(first), Some(last)) = (command.words.first(), command.words.last()) else { continue };
            let span = || passage.span(first.range.start..last.range.end);
            if let Some((purpose, words)) = purpose_of(command) {
                push(
                    &mut self.commanded,
                    PurposeEvidence { purpose, why: format!("runs `{words}`"), span: Some(span()) },
                );
            }
            if self.scratch_org.is_none() && handles_scratch_org(command) {
                self.scratch_org = Some(span());
            }
        }
    }

    /// All purposes. Tests inside a deployment do not make it a test job, and what a job is called beats what it runs.
    pub fn settle(self) -> Vec<PurposeEvidence> {
        let deploys = |list: &[PurposeEvidence]| list.iter().any(|p| p.purpose == Purpose::Deploy);
        let mut out = self.named;
        let tests_by_name = out.iter().any(|p| p.purpose == Purpose::Test);
        let deployment = deploys(&out) || deploys(&self.commanded) && !tests_by_name;
        for evidence in self.commanded {
            let own_check = deployment && evidence.purpose == Purpose::Test;
            if !own_check && !out.iter().any(|p| p.purpose == evidence.purpose) {
                out.push(evidence);
            }
        }
        out
    }
}

fn push(list: &mut Vec<PurposeEvidence>, evidence: PurposeEvidence) {
    if !list.iter().any(|p| p.purpose == evidence.purpose) {
        list.push(evidence);
    }
}
