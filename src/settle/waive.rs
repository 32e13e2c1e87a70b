//! Who waives what: in come breaches and findings, out come their states with the reasons, and notices about
//! suppressions and exceptions that waive nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::baseline::Baseline;
use super::exception::{self, Waiver};
use super::suppression::Fault;
use super::{Breach, Input, mask};
use crate::fact::Notice;
use crate::finding::{Finding, State};
use crate::settle::suppression::Suppression;
use crate::source::FileId;

/// All that can waive a finding, and whether it did.
pub(super) struct Waivers<'a> {
    input: Input<'a>,
    suppressions: BTreeMap<FileId, Vec<usize>>,
    used: BTreeSet<usize>,
    exceptions: Vec<Waiver<'a>>,
    known: HashSet<&'a str>,
}

impl<'a> Waivers<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        let mut suppressions: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
        for (i, suppression) in input.suppressions.iter().enumerate().filter(|(_, s)| s.fault.is_none()) {
            suppressions.entry(suppression.file()).or_default().push(i);
        }
        let limit = input.config.governance.max_exception_days;
        let valid = input.config.exceptions.iter().filter(|e| exception::fault(e, input.date, limit).is_none());
        Self {
            input: *input,
            suppressions,
            used: BTreeSet::new(),
            exceptions: valid.filter_map(Waiver::new).collect(),
            known: input.baseline.map(Baseline::fingerprints).unwrap_or_default(),
        }
    }

    /// What can be told of a hit alone: a comment at its place, an exception for its place.
    pub(super) fn waive_breach(&mut self, breach: &mut Breach<'_>) {
        let rule = self.input.rules[breach.rule].id.as_str();
        for i in self.suppressions.get(&breach.span.file).into_iter().flatten() {
            let suppression = &self.input.suppressions[*i];
            if suppression.covers(breach.span) && suppression.rules.iter().any(|r| r == rule) {
                self.used.insert(*i);
                (breach.state, breach.waiver) = (State::Suppressed, Some(mask(&suppression.reason)));
            }
        }
        let (path, key) = (self.input.files.path(breach.span.file), breach.fact.map_or("", |f| f.key.as_str()));
        for waiver in self.exceptions.iter_mut().filter(|w| !w.by_fingerprint() && w.covers(rule, path, key, "")) {
            waiver.used = true;
            if breach.state == State::Active {
                (breach.state, breach.waiver) = (State::Excepted, waiver.exception.reason.as_deref().map(mask));
            }
        }
    }

    /// What a finding's fingerprint tells: an exception for this one, the baseline.
    pub(super) fn waive_finding(&mut self, finding: &mut Finding) {
        let rule = self.input.rules[finding.rule].id.as_str();
        let path = self.input.files.path(finding.primary.file);
        for waiver in self.exceptions.iter_mut().filter(|w| w.by_fingerprint()) {
            if waiver.covers(rule, path, "", &finding.fingerprint) {
                waiver.used = true;
                if finding.state == State::Active {
                    (finding.state, finding.waiver) = (State::Excepted, waiver.exception.reason.as_deref().map(mask));
                }
            }
        }
        if finding.state == State::Active && self.known.contains(finding.fingerprint.as_str()) {
            (finding.state, finding.waiver) = (State::Baseline, Some("known in the baseline".to_owned()));
        }
    }

    /// What waived nothing, and what could not.
    pub(super) fn notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (i, suppression) in self.input.suppressions.iter().enumerate() {
            let (code, message) = match suppression.fault {
                Some(Fault::NoReason) => (
                    "suppression-without-reason",
                    "this suppression gives no reason and waives nothing: `synthgate: ignore[RULE] -- reason`"
                        .to_owned(),
                ),
                Some(Fault::Everything) => (
                    "suppression-of-everything",
                    "this suppression names no single rule and waives nothing: `synthgate: ignore[RULE] -- reason`"
                        .to_owned(),
                ),
                Some(Fault::Malformed) => (
                    "malformed-suppression",
                    "this suppression can't be read and waives nothing: `synthgate: ignore[RULE] -- reason`".to_owned(),
                ),
                None if self.used.contains(&i) => continue,
                None => match self.unused(suppression) {
                    Some(message) => ("unused-suppression", message),
                    None => continue,
                },
            };
            notices.push(Notice::at(code, suppression.span, message));
        }
        for waiver in self.exceptions.iter().filter(|w| !w.used && self.was_asked(w.exception.rule.trim())) {
            let message = format!("this exception for {} waives nothing: take it out", waiver.exception.rule.trim());
            notices.push(Notice::at("unused-exception", waiver.exception.span, message));
        }
        notices
    }

    /// None where a rule that it names was not asked, so that nobody knows.
    fn unused(&self, suppression: &Suppression) -> Option<String> {
        let known = |id: &str| self.input.rules.iter().any(|r| r.id == id);
        if let Some(id) = suppression.rules.iter().find(|id| !known(id)) {
            let ids = self.input.rules.iter().map(|r| r.id.as_str());
            let near = ids.map(|r| (strsim::levenshtein(r, id), r)).min().filter(|(d, _)| *d <= 2);
            let hint = near.map_or_else(String::new, |(_, r)| format!("; did you mean {r}?"));
            return Some(format!("this suppression names {id}, which is no rule{hint}"));
        }
        let asked = suppression.rules.iter().all(|id| self.was_asked(id));
        asked.then(|| format!("nothing here breaks {}: take the suppression out", suppression.rules.join(", ")))
    }

    fn was_asked(&self, id: &str) -> bool {
        self.input.rules.iter().zip(self.input.asked).any(|(rule, asked)| *asked && rule.id == id)
    }
}
