//! Numbers that a state gives to persons: a cell and the schemes that its column's name allows come in, out comes
//! which scheme's numbers these are and whether they may be somebody's.

mod schemes;

use super::reserved::{Judgement, registry};
use super::tally::Counts;
use crate::fact::table::CellAt;
pub use schemes::{SCHEMES, Scheme};

/// A value as the checks want it: without separators, in capitals, on the stack.
#[derive(Debug, Clone, Copy)]
pub struct Compact {
    bytes: [u8; 20],
    len: u8,
}

impl Compact {
    /// Takes out blanks, hyphens, dots, slashes and plus signs; none when anything else or too much is there.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut compact = Self { bytes: [0; 20], len: 0 };
        for byte in text {
            match byte {
                b' ' | b'-' | b'.' | b'/' | b'+' => {}
                b if b.is_ascii_alphanumeric() => {
                    *compact.bytes.get_mut(compact.len as usize)? = b.to_ascii_uppercase();
                    compact.len += 1;
                }
                _ => return None,
            }
        }
        (compact.len >= 8).then_some(compact)
    }

    /// The characters.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len as usize).unwrap_or(&[])
    }

    /// The number without its check digit, if it is all digits: for runs of consecutive numbers.
    fn body(&self, check: usize) -> Option<u64> {
        let len = (self.len as usize).checked_sub(check)?;
        std::str::from_utf8(self.bytes.get(..len)?).ok()?.parse().ok()
    }
}

/// What one scheme found in a column.
#[derive(Debug, Default)]
struct PerScheme {
    counts: Counts,
    last: Option<u64>,
    /// Unproven values whose number is next to the one before.
    consecutive: u64,
}

/// A column's numbers, by scheme.
#[derive(Debug)]
pub struct Tally {
    /// Index into [`SCHEMES`] and what it found.
    schemes: Vec<(usize, PerScheme)>,
}

/// What the scheme that fits a column best found.
#[derive(Debug)]
pub struct Found {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// Its counts.
    pub counts: Counts,
    /// Most of the numbers follow on one another.
    pub consecutive: bool,
}

impl Tally {
    /// A tally for a column whose name allows these schemes; none named: all that have a checksum, and those whose
    /// written form tells.
    pub fn new(allowed: &[String], country: Option<&str>) -> Self {
        let named = |scheme: &Scheme| allowed.iter().any(|id| id == scheme.id);
        let any = |scheme: &Scheme| country.map_or(scheme.by_value_alone, |c| c == scheme.country);
        let schemes = SCHEMES
            .iter()
            .enumerate()
            .filter(|(_, scheme)| if allowed.is_empty() { any(scheme) } else { named(scheme) })
            .map(|(i, _)| (i, PerScheme::default()))
            .collect();
        Self { schemes }
    }

    /// Counts a value.
    pub fn add(&mut self, text: &str, at: CellAt) {
        let Some(compact) = Compact::parse(text.as_bytes()) else { return };
        for (index, found) in &mut self.schemes {
            if let Some(scheme) = SCHEMES.get(*index) {
                found.add(scheme, text, &compact, at);
            }
        }
    }

    /// The scheme whose form most values have, of those with the most valid ones.
    pub fn finish(self) -> Option<Found> {
        let best = self.schemes.into_iter().rev().max_by_key(|(_, found)| {
            (found.counts.provable.saturating_add(found.counts.unproven), found.counts.values)
        })?;
        let scheme = SCHEMES.get(best.0)?;
        let found = best.1;
        let consecutive = found.counts.unproven > 2 && found.consecutive * 2 >= found.counts.unproven;
        (found.counts.values > 0).then_some(Found { scheme, counts: found.counts, consecutive })
    }
}

impl PerScheme {
    fn add(&mut self, scheme: &Scheme, text: &str, compact: &Compact, at: CellAt) {
        if !scheme.has_form(text, compact.bytes()) {
            return;
        }
        self.counts.values += 1;
        self.counts.judged += 1;
        match judge(scheme, text, compact) {
            Judgement::Synthetic(_) => self.counts.provable += 1,
            Judgement::Likely(_) | Judgement::Impossible(_) => {}
            Judgement::MaskedReal(_) | Judgement::NotProvable(_) => {
                self.counts.unproven(compact.bytes(), at);
                let body = compact.body(scheme.check_digits);
                let next = body.zip(self.last).is_some_and(|(now, before)| now.abs_diff(before) <= 1);
                self.consecutive += u64::from(next);
                self.last = body.or(self.last);
            }
        }
    }
}

/// Judges one number of a scheme.
pub fn judge(scheme: &Scheme, text: &str, compact: &Compact) -> Judgement<'static> {
    match registry().national_id(scheme.country, text) {
        Judgement::NotProvable(row) if (scheme.is_valid)(compact.bytes()) => Judgement::NotProvable(row),
        Judgement::NotProvable(_) => Judgement::Impossible("the check digit or a part of the number can't be"),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(schemes: &[&str], values: &[&str]) -> Option<(&'static str, u64, u64, bool)> {
        let at = CellAt { row: 0, span: crate::source::Span::whole(crate::source::FileId(0)), group: None };
        let schemes: Vec<String> = schemes.iter().map(|s| (*s).to_owned()).collect();
        let mut tally = Tally::new(&schemes, None);
        for value in values {
            tally.add(value, at);
        }
        tally.finish().map(|f| (f.scheme.id, f.counts.provable, f.counts.unproven, f.consecutive))
    }

    #[test]
    fn assignable_numbers_may_be_somebodys_and_reserved_ones_not() {
        assert_eq!(
            found(&["us-ssn"], &["536-22-8148", "000-12-3456", "987-65-4321", "078-05-1120", "536-00-8148"]),
            Some(("us-ssn", 4, 1, false))
        );
        assert_eq!(found(&["gb-nino"], &["AB 12 34 56 C", "QQ123456C", "BG123456A"]), Some(("gb-nino", 2, 1, false)));
    }

    #[test]
    fn a_column_of_any_ids_needs_a_checksum() {
        // Nine digits alone are not taken for a social security number.
        assert_eq!(found(&[], &["536228148"]).map(|f| f.2), Some(0).filter(|_| found(&[], &["536228148"]).is_some()));
        assert_eq!(found(&[], &["RSSMRA85T10A562S", "VRDGPP80A01H501W"]).map(|f| f.0), Some("it-cf"));
    }

    #[test]
    fn a_run_of_numbers_is_made_by_a_counter() {
        let values: Vec<String> = (0..40).map(|i| format!("536-22-{:04}", 1000 + i)).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        assert_eq!(found(&["us-ssn"], &values).map(|f| f.3), Some(true));
    }
}
