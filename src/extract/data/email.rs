//! E-mail addresses: a cell comes in, out comes whether mail could reach somebody there, counted for each column.

use super::columns::{is_consumer_domain, is_role_address};
use super::reserved::{Judgement, behind_mask, registry};
use super::tally::{Counts, hash};
use crate::fact::table::{CellAt, Group};

/// E-mail domains that are counted one by one in a column.
const MAX_DOMAINS: usize = 64;

/// What an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not an address.
    None,
    /// Provably nobody's.
    Provable,
    /// Nobody's, most likely, or its domain can't be registered: neither proof nor an accusation.
    Neutral,
    /// The address of a function (`support@`).
    Role,
    /// A real address behind a sandbox's mask.
    Masked,
    /// Mail could reach somebody.
    Deliverable {
        /// At a mailbox provider for everybody.
        consumer: bool,
    },
}

/// What is known of a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Domain {
    Provable,
    Neutral,
    Deliverable { consumer: bool },
}

/// Judges addresses; domains repeat, so what was found of the last ones is kept.
#[derive(Debug)]
pub struct Judge {
    cache: Vec<Option<(u64, Domain)>>,
}

const CACHE: usize = 256;

impl Default for Judge {
    fn default() -> Self {
        Self { cache: vec![None; CACHE] }
    }
}

impl Judge {
    /// Judges a whole address.
    pub fn judge(&mut self, address: &str) -> Verdict {
        let Some((local, domain)) = split(address) else { return Verdict::None };
        // Only these can be masked addresses or published ones at somebody's domain.
        let telling = local.bytes().any(|b| matches!(b, b'@' | b'=' | b'+')) || ends_with_invalid(domain);
        if telling {
            match registry().email(address) {
                Judgement::MaskedReal(_) => return self.masked(address),
                Judgement::Synthetic(_) => return Verdict::Provable,
                Judgement::Likely(_) => return Verdict::Neutral,
                Judgement::Impossible(_) => return Verdict::None,
                Judgement::NotProvable(_) => {}
            }
        }
        match self.domain(domain) {
            Domain::Provable => Verdict::Provable,
            Domain::Neutral => Verdict::Neutral,
            Domain::Deliverable { .. } if is_role_address(local) => Verdict::Role,
            Domain::Deliverable { consumer } => Verdict::Deliverable { consumer },
        }
    }

    /// A mask counts when mail could reach somebody without it.
    fn masked(&mut self, address: &str) -> Verdict {
        match behind_mask(address).map(|inner| self.domain(inner)) {
            Some(Domain::Deliverable { .. }) => Verdict::Masked,
            Some(Domain::Provable) => Verdict::Provable,
            _ => Verdict::Neutral,
        }
    }

    fn domain(&mut self, domain: &str) -> Domain {
        let key = hash(domain.as_bytes());
        let slot = key as usize % CACHE;
        if let Some(Some((known, verdict))) = self.cache.get(slot)
            && *known == key
        {
            return *verdict;
        }
        let verdict = judge_domain(domain);
        if let Some(entry) = self.cache.get_mut(slot) {
            *entry = Some((key, verdict));
        }
        verdict
    }
}

fn judge_domain(domain: &str) -> Domain {
    let lower = domain.to_ascii_lowercase();
    match registry().email(&format!("x@{lower}")) {
        Judgement::Synthetic(_) => return Domain::Provable,
        Judgement::Likely(_) | Judgement::Impossible(_) => return Domain::Neutral,
        Judgement::MaskedReal(_) | Judgement::NotProvable(_) => {}
    }
    // A name can be registered only below a suffix of the public suffix list.
    match psl::domain(lower.as_bytes()) {
        Some(registrable) if registrable.suffix().is_known() => {
            Domain::Deliverable { consumer: is_consumer_domain(&lower) }
        }
        _ => Domain::Neutral,
    }
}

/// The parts of an address, if the text is one and nothing else: RFC 5321 without quoted local parts.
pub fn split(text: &str) -> Option<(&str, &str)> {
    let at = memchr::memrchr(b'@', text.as_bytes())?;
    let (local, domain) = (text.get(..at)?, text.get(at + 1..)?);
    let local_ok = !local.is_empty() && local.len() <= 128 && local.bytes().all(is_local_byte);
    let domain_ok = domain.len() >= 4
        && domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b >= 0x80)
        })
        // A top-level domain has a letter: `user@10.0.0.1` and `pkg@1.2.3` are none.
        && domain.rsplit('.').next().is_some_and(|tld| tld.len() >= 2 && !tld.bytes().any(|b| b.is_ascii_digit()) || tld.starts_with("xn--"));
    (local_ok && domain_ok).then_some((local, domain))
}

/// Without `$`, `%` and braces: `$name@…` and `%s@…` are templates of addresses.
fn is_local_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80 || b".!#&'*+-/=?^_`|~@".contains(&b)
}

fn ends_with_invalid(domain: &str) -> bool {
    let tail = domain.len().checked_sub(8).and_then(|at| domain.as_bytes().get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(b".invalid"))
}

/// Addresses inside longer text: each with the byte where it begins.
pub fn in_text(text: &str) -> impl Iterator<Item = (usize, &str)> {
    memchr::memchr_iter(b'@', text.as_bytes()).filter_map(move |at| {
        let bytes = text.as_bytes();
        let inside = |b: &u8| b.is_ascii_alphanumeric() || b".+-_=".contains(b);
        let start = at - bytes.get(..at)?.iter().rev().take_while(|b| inside(b)).count();
        let end =
            at + 1 + bytes.get(at + 1..)?.iter().take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
        let found = text.get(start..end)?.trim_end_matches(['.', '-']);
        let clean = found.trim_start_matches(['.', '-', '=', '_', '+']);
        let start = start + (found.len() - clean.len());
        // The second @ of a masked address was seen with the first.
        (clean.find('@') == Some(at.checked_sub(start)?)).then_some((start, clean))
    })
}

/// A column's addresses.
#[derive(Debug, Default)]
pub struct Tally {
    /// The counts.
    pub counts: Counts,
    /// Unproven and masked ones by domain.
    pub groups: Vec<Group>,
}

impl Tally {
    /// Counts one address.
    pub fn add(&mut self, judge: &mut Judge, address: &str, mut at: CellAt) {
        let verdict = judge.judge(address);
        if verdict == Verdict::None {
            return;
        }
        self.counts.values += 1;
        self.counts.judged += 1;
        match verdict {
            Verdict::None | Verdict::Neutral => {}
            Verdict::Provable => self.counts.provable += 1,
            Verdict::Role => self.counts.ignored += 1,
            Verdict::Masked | Verdict::Deliverable { .. } => {
                let masked = verdict == Verdict::Masked;
                let consumer = verdict == Verdict::Deliverable { consumer: true };
                let domain = if masked { behind_mask(address) } else { split(address).map(|(_, domain)| domain) };
                let group = domain.and_then(|domain| self.group(domain, consumer));
                at.group = group.map(|g| g as u32);
                let new = if masked {
                    self.counts.masked(address.as_bytes(), at)
                } else {
                    self.counts.unproven(address.as_bytes(), at)
                };
                if let Some(group) = group.and_then(|g| self.groups.get_mut(g)) {
                    // A domain that is the project's own may fill the first cells: keep one of each domain too.
                    if group.values == 0 && !self.counts.cells.contains(&at) && self.counts.cells.len() < 8 {
                        self.counts.cells.push(at);
                    }
                    group.values += 1;
                    group.distinct += u64::from(new);
                }
            }
        }
    }

    fn group(&mut self, domain: &str, consumer: bool) -> Option<usize> {
        if let Some(found) = self.groups.iter().position(|g| g.key.eq_ignore_ascii_case(domain)) {
            return Some(found);
        }
        if self.groups.len() >= MAX_DOMAINS {
            return None;
        }
        self.groups.push(Group { key: domain.to_ascii_lowercase(), values: 0, distinct: 0, consumer });
        Some(self.groups.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(address: &str) -> Verdict {
        Judge::default().judge(address)
    }

    #[test]
    fn reserved_domains_reach_nobody() {
        for address in [
            "anna@example.com",
            "a.b@shop.example.org",
            "x@acme.test",
            "y@foo.invalid",
            "z@mail.example",
            "a@host.localhost",
            "customer+de@klarna.com",
            "success@simulator.amazonses.com",
            "user@example.com.invalid",
        ] {
            assert_eq!(judge(address), Verdict::Provable, "{address}");
        }
    }

    #[test]
    fn what_only_looks_like_proof_is_deliverable() {
        for address in
            ["jo@test.com", "jo@email.com", "jo@company.org", "jo@examples.com", "jo@exampl.org", "jo@my-example.com"]
        {
            assert_eq!(judge(address), Verdict::Deliverable { consumer: false }, "{address}");
        }
        assert_eq!(judge("jo.doe@gmail.com"), Verdict::Deliverable { consumer: true });
    }

    #[test]
    fn a_sandbox_mask_hides_a_real_person() {
        for address in ["jo@acme-retail.com.invalid", "jo=acme-retail.com@example.com", "jo@acme-retail.com@uatbox.com"]
        {
            assert_eq!(judge(address), Verdict::Masked, "{address}");
        }
        // The inner domain is nobody's: nothing is hidden.
        assert_eq!(judge("jo=acme.test@example.com"), Verdict::Provable);
        assert_eq!(judge("jo@nowhere.fake.invalid"), Verdict::Neutral);
    }

    #[test]
    fn a_top_level_domain_that_does_not_exist_accuses_nobody() {
        assert_eq!(judge("jo@shop.fake"), Verdict::Neutral);
        assert_eq!(judge("jo@com"), Verdict::None);
        assert_eq!(judge("pkg@1.2.3"), Verdict::None);
        assert_eq!(judge("@Ref1"), Verdict::None);
        assert_eq!(judge("a b@c.com"), Verdict::None);
    }

    #[test]
    fn a_function_is_nobody() {
        assert_eq!(judge("Support@acme-retail.com"), Verdict::Role);
        assert_eq!(judge("no-reply@acme-retail.com"), Verdict::Role);
    }

    #[test]
    fn addresses_are_found_in_sentences() {
        let text = "Wrote to (jo@acme-retail.com), then <al@example.com>. Not @me or a@b";
        let found: Vec<_> = in_text(text).map(|(_, a)| a).filter(|a| split(a).is_some()).collect();
        assert_eq!(found, ["jo@acme-retail.com", "al@example.com"]);
        for (at, address) in in_text(text) {
            assert!(text[at..].starts_with(address));
        }
    }
}
