//! The registry of reserved identifiers (`policies/registry/reserved.yaml`), compiled once: a value comes in, out
//! comes whether it is provably nobody's, and by which row.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde::Deserialize;

/// What a row says of the values that match it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Set aside by a standard or a registry.
    Reserved,
    /// Printed in a provider's or authority's documentation.
    PublishedTestValue,
    /// Outside what can be assigned.
    NeverAssigned,
    /// A real address behind a suffix.
    MaskedReal,
    /// Most likely nobody's.
    Heuristic,
    /// Looks like proof and is none.
    NotProof,
}

impl Proof {
    /// Whether a value that matches is provably nobody's.
    pub const fn is_proof(self) -> bool {
        matches!(self, Self::Reserved | Self::PublishedTestValue | Self::NeverAssigned)
    }
}

/// A row of the registry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its name.
    pub id: String,
    /// What it says.
    pub proof: Proof,
    #[serde(rename = "match")]
    pattern: Option<String>,
    #[serde(default)]
    except: Vec<String>,
    /// Exact values.
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default)]
    cidrs: Vec<String>,
    #[serde(default)]
    ranges: Vec<String>,
    /// ISO 3166 code, or NANP.
    pub country: Option<String>,
    /// The digits are as dialled within the country.
    #[serde(default)]
    pub national: bool,
    /// Why, or what to beware of.
    pub note: Option<String>,
    /// Where it was read.
    pub source: String,
    /// Read there, not from general knowledge.
    pub verified: bool,
}

/// What the registry says of a value.
#[derive(Debug, Clone, Copy)]
pub enum Judgement<'r> {
    /// Provably nobody's.
    Synthetic(&'r Row),
    /// A real person's address behind a mask.
    MaskedReal(&'r Row),
    /// Most likely nobody's: neither proof nor an accusation.
    Likely(&'r Row),
    /// Can't be what it looks like, with the reason.
    Impossible(&'static str),
    /// May be somebody's; the row says why what looks like proof is none.
    NotProvable(Option<&'r Row>),
}

impl Judgement<'_> {
    /// Whether the value may be somebody's.
    pub const fn may_be_real(&self) -> bool {
        matches!(self, Self::MaskedReal(_) | Self::NotProvable(_))
    }
}

/// The registry. Each section is compiled when it is first asked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Registry {
    /// Hosts and the domains of addresses.
    pub domains: Section,
    /// Whole addresses.
    pub emails: Section,
    /// Network addresses.
    pub ips: Section,
    /// Hardware addresses.
    pub macs: Section,
    /// Autonomous systems.
    pub asns: Section,
    /// Telephone numbers.
    pub phones: Section,
    /// Card numbers.
    pub cards: Section,
    /// Tokens that stand for cards.
    pub card_tokens: Section,
    /// Bank accounts of the IBAN system.
    pub ibans: Section,
    /// Other bank accounts and logins.
    pub bank_accounts: Section,
    /// Numbers that a state gives to persons.
    pub national_ids: Section,
    /// Tax numbers of businesses.
    pub tax_ids: Section,
    /// Record ids of CRM systems.
    pub crm_ids: Section,
    /// Everything else.
    pub others: Section,
}

/// The registry that is built in.
pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
        serde_yaml::from_str(include_str!("../../../policies/registry/reserved.yaml"))
            .unwrap_or_else(|e| unreachable!("the built-in registry is tested: {e}"))
    });
    &REGISTRY
}

impl Registry {
    /// An e-mail address. A domain that nobody can register is not provable either: see [`super::email`] for whether
    /// mail can reach it.
    pub fn email(&self, address: &str) -> Judgement<'_> {
        let Some((local, domain)) = address.rsplit_once('@') else {
            return Judgement::Impossible("no @");
        };
        if local.is_empty() || domain.is_empty() || address.bytes().any(|b| b.is_ascii_whitespace()) {
            return Judgement::Impossible("no address");
        }
        match self.emails.find(address.as_bytes()) {
            Some(row) if row.proof == Proof::MaskedReal => match behind_mask(address).map(|inner| self.domain(inner)) {
                // A mask over a reserved domain hides nobody.
                Some(Judgement::Synthetic(inner)) => Judgement::Synthetic(inner),
                _ => Judgement::MaskedReal(row),
            },
            Some(row) if row.proof != Proof::NotProof => judgement(Some(row)),
            _ => self.domain(domain),
        }
    }

    /// A host, or the domain of an address.
    pub fn domain(&self, domain: &str) -> Judgement<'_> {
        judgement(self.domains.find(domain.as_bytes()))
    }

    /// A telephone number as E.164 with `+`, or as dialled within a country (digits only).
    pub fn phone(&self, number: &str) -> Judgement<'_> {
        let row = self.phones.find_where(number.as_bytes(), |row| row.national != number.starts_with('+'));
        judgement(row)
    }

    /// A card number, digits only.
    pub fn card(&self, digits: &str) -> Judgement<'_> {
        judgement(self.cards.find(digits.as_bytes()))
    }

    /// An IBAN, without separators, in capitals.
    pub fn iban(&self, iban: &str) -> Judgement<'_> {
        judgement(self.ibans.find(iban.as_bytes()))
    }

    /// A national id of a country, as written; it is also tried without separators.
    pub fn national_id(&self, country: &str, value: &str) -> Judgement<'_> {
        let of = |row: &Row| row.country.as_deref() == Some(country);
        let row = self.national_ids.find_where(value.as_bytes(), of).or_else(|| {
            let compact: Vec<u8> = value.bytes().filter(|b| !matches!(b, b' ' | b'-' | b'.' | b'/')).collect();
            self.national_ids.find_where(&compact, of)
        });
        judgement(row)
    }

    /// A record id of a CRM.
    pub fn crm_id(&self, id: &str) -> Judgement<'_> {
        judgement(self.crm_ids.find(id.as_bytes()))
    }

    /// A network address.
    pub fn ip(&self, address: IpAddr) -> Judgement<'_> {
        let row = self.ips.rows.iter().find(|row| row.cidrs.iter().any(|cidr| in_cidr(address, cidr)));
        judgement(row)
    }

    /// A hardware address.
    pub fn mac(&self, mac: &str) -> Judgement<'_> {
        judgement(self.macs.find(mac.as_bytes()))
    }

    /// An autonomous system number.
    pub fn asn(&self, asn: u32) -> Judgement<'_> {
        let holds = |range: &String| {
            let ends = range.split_once('-').and_then(|(a, b)| Some((a.parse::<u32>().ok()?, b.parse::<u32>().ok()?)));
            ends.is_some_and(|(first, last)| (first..=last).contains(&asn))
        };
        judgement(self.asns.rows.iter().find(|row| row.ranges.iter().any(holds)))
    }
}

fn judgement(row: Option<&Row>) -> Judgement<'_> {
    match row {
        Some(row) if row.proof.is_proof() => Judgement::Synthetic(row),
        Some(row) if row.proof == Proof::MaskedReal => Judgement::MaskedReal(row),
        Some(row) if row.proof == Proof::Heuristic => Judgement::Likely(row),
        row => Judgement::NotProvable(row),
    }
}

/// The domain that a sandbox's mask hides: `real.com` in `a@real.com.invalid`, `a=real.com@example.com` and
/// `a@real.com@box.com`.
pub fn behind_mask(address: &str) -> Option<&str> {
    let (local, domain) = address.rsplit_once('@')?;
    if let Some((_, inner)) = local.rsplit_once(['@', '=']) {
        return Some(inner);
    }
    let cut = domain.len().checked_sub(".invalid".len())?;
    let (inner, suffix) = domain.split_at_checked(cut)?;
    suffix.eq_ignore_ascii_case(".invalid").then_some(inner)
}

fn in_cidr(address: IpAddr, cidr: &str) -> bool {
    let Some((net, bits)) = cidr.split_once('/') else { return false };
    let (Ok(net), Ok(bits)) = (net.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (address, net) {
        (IpAddr::V4(a), IpAddr::V4(n)) => {
            let mask = u32::MAX.checked_shl(32u32.saturating_sub(bits)).unwrap_or(0);
            u32::from(a) & mask == u32::from(n) & mask
        }
        (IpAddr::V6(a), IpAddr::V6(n)) => {
            let mask = u128::MAX.checked_shl(128u32.saturating_sub(bits)).unwrap_or(0);
            u128::from(a) & mask == u128::from(n) & mask
        }
        _ => false,
    }
}

/// Rows about one kind of value.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Section {
    rows: Vec<Row>,
    #[serde(skip)]
    compiled: std::sync::OnceLock<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    set: RegexSet,
    /// The row of each pattern of the set.
    row_of: Vec<usize>,
    /// The exceptions of each row.
    except: Vec<Vec<Regex>>,
    values: HashMap<Vec<u8>, Vec<usize>>,
}

impl Section {
    /// All rows, in file order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row that says most about a value: proof before a mask, a mask before a guess.
    pub fn find(&self, value: &[u8]) -> Option<&Row> {
        self.find_where(value, |_| true)
    }

    fn find_where(&self, value: &[u8], keep: impl Fn(&Row) -> bool) -> Option<&Row> {
        let compiled = self.compiled.get_or_init(|| Compiled::new(&self.rows));
        let exact = compiled.values.get(value).into_iter().flatten().copied();
        let matched = compiled.set.matches(value);
        let by_pattern = matched.iter().filter_map(|i| compiled.row_of.get(i).copied()).filter(|&row| {
            let except = compiled.except.get(row).map_or(&[][..], Vec::as_slice);
            !except.iter().any(|e| e.is_match(value))
        });
        exact
            .chain(by_pattern)
            .filter_map(|row| self.rows.get(row))
            .filter(|row| keep(row))
            // A masked address also has a reserved domain: the mask is what counts.
            .min_by_key(|row| (row.proof != Proof::MaskedReal, row.proof))
    }
}

impl Compiled {
    fn new(rows: &[Row]) -> Self {
        let with_pattern = || rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.pattern.as_deref()?)));
        let set = RegexSetBuilder::new(with_pattern().map(|(_, p)| p))
            .unicode(false)
            .build()
            .unwrap_or_else(|e| unreachable!("the built-in registry is tested: {e}"));
        let row_of = with_pattern().map(|(i, _)| i).collect();
        let except = rows.iter().map(|row| row.except.iter().map(|p| regex(p)).collect()).collect();
        let mut values: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (i, row) in rows.iter().enumerate() {
            for value in &row.values {
                values.entry(value.as_bytes().to_vec()).or_default().push(i);
            }
        }
        Self { set, row_of, except, values }
    }
}

fn regex(pattern: &str) -> Regex {
    RegexBuilder::new(pattern)
        .unicode(false)
        .build()
        .unwrap_or_else(|e| unreachable!("the built-in registry is tested: {e}"))
}

#[cfg(test)]
mod tests;
