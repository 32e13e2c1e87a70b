//! Telephone numbers: a cell and its country come in, out comes whether somebody could be called there.

use super::countries::Country;
use super::reserved::{Judgement, registry};
use super::tally::{Counts, hash};
use crate::fact::table::CellAt;

/// Digits of a number as written, on the stack.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    digits: [u8; 18],
    len: u8,
    /// Written with `+` or `00`.
    international: bool,
}

impl Number {
    /// Reads a number in the usual notations, extensions cut off; none when anything else is there.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches("tel:");
        let text = text.find(['x', 'X', ';', '#', 'e']).map_or(text, |at| text.get(..at).unwrap_or(text));
        let mut number = Self { digits: [0; 18], len: 0, international: text.starts_with('+') };
        let bytes = text.as_bytes();
        let mut i = 0;
        while let Some(byte) = bytes.get(i) {
            match byte {
                // +44 (0)20 …: the trunk zero is not dialled from abroad.
                b'(' if number.international && bytes.get(i..i + 3) == Some(b"(0)") => i += 2,
                b'0'..=b'9' => {
                    *number.digits.get_mut(number.len as usize)? = *byte;
                    number.len += 1;
                }
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' => {}
                b'+' if i == 0 => {}
                _ => return None,
            }
            i += 1;
        }
        if !number.international && number.as_str().starts_with("00") && number.len > 10 {
            number.digits.copy_within(2.., 0);
            number.len -= 2;
            number.international = true;
        }
        ((7..=15).contains(&number.len)).then_some(number)
    }

    fn as_str(&self) -> &str {
        self.digits.get(..self.len as usize).and_then(|d| std::str::from_utf8(d).ok()).unwrap_or("")
    }

    fn is_international(&self) -> bool {
        self.international
    }
}

/// The number of values of one column that are checked against the numbering plans: parsing a number takes some
/// 15 microseconds, and the plans of the world are loaded (100 milliseconds) only when there is a number to check.
const SAMPLE: u64 = 128;

/// A column's numbers.
#[derive(Debug)]
pub struct Tally {
    /// The counts. `judged` is less than `values` where a sample was taken or no country was known.
    pub counts: Counts,
    checked: u64,
    /// Of the numbers beyond the first ones only those whose hash is a multiple of this are checked.
    stride: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Self { counts: Counts::default(), checked: 0, stride: 1 }
    }
}

impl Tally {
    /// Counts one number.
    pub fn add(&mut self, number: &Number, country: Option<&Country>, at: CellAt) {
        self.counts.values += 1;
        let digits = number.as_str();
        let e164 = if number.is_international() {
            Some(format!("+{digits}"))
        } else {
            if matches!(registry().phone(digits), Judgement::Synthetic(_)) {
                self.counts.judged += 1;
                self.counts.provable += 1;
                return;
            }
            country.and_then(|country| country.to_e164(digits))
        };
        // Without a country a national number says nothing.
        let Some(e164) = e164 else { return };
        match registry().phone(&e164) {
            Judgement::Synthetic(_) => {
                self.counts.judged += 1;
                self.counts.provable += 1;
            }
            Judgement::NotProvable(_) if self.is_sampled(&e164) => {
                self.counts.judged += 1;
                if is_assignable(&e164) {
                    self.counts.unproven(e164.as_bytes(), at);
                }
            }
            _ => {}
        }
    }

    /// Whether this number is one of the sample: the first 32, then fewer and fewer, spread over the rows.
    fn is_sampled(&mut self, e164: &str) -> bool {
        if self.checked >= SAMPLE || !hash(e164.as_bytes()).is_multiple_of(self.stride) {
            return false;
        }
        self.checked += 1;
        if self.checked.is_multiple_of(SAMPLE / 4) {
            self.stride *= 4;
        }
        true
    }
}

/// Whether the numbering plan of its country has the number.
fn is_assignable(e164: &str) -> bool {
    phonenumber::parse(None, e164).is_ok_and(|number| number.is_valid())
}

/// International numbers in longer text: each with the range of its bytes.
pub fn in_text(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, Number)> {
    memchr::memchr_iter(b'+', text.as_bytes()).filter_map(move |at| {
        let bytes = text.as_bytes();
        let glued = at.checked_sub(1).and_then(|i| bytes.get(i)).is_some_and(|b| b.is_ascii_alphanumeric());
        let inside = |b: &&u8| b.is_ascii_digit() || b" -.()/".contains(b);
        let len = 1 + bytes.get(at + 1..)?.iter().take(24).take_while(inside).count();
        let found = text.get(at..at + len)?.trim_end_matches(|c: char| !c.is_ascii_digit());
        let ends = bytes.get(at + found.len()).is_none_or(|b| !b.is_ascii_alphanumeric());
        let number = Number::parse(found).filter(|n| !glued && ends && n.len >= 10)?;
        Some((at..at + found.len(), number))
    })
}

#[cfg(test)]
mod tests {
    use super::super::countries::of_cell;
    use super::*;

    fn count(country: Option<&str>, values: &[&str]) -> (u64, u64, u64, u64) {
        let at = CellAt { row: 0, span: crate::source::Span::whole(crate::source::FileId(0)), group: None };
        let mut tally = Tally::default();
        for value in values {
            if let Some(number) = Number::parse(value) {
                tally.add(&number, country.and_then(of_cell), at);
            }
        }
        (tally.counts.values, tally.counts.judged, tally.counts.provable, tally.counts.unproven)
    }

    #[test]
    fn reserved_numbers_ring_nowhere() {
        let values = ["+1 (312) 555-0142", "555-0142", "+44 (0)20 7946 0018", "0044 7700 900123", "+49 30 23125 123"];
        assert_eq!(count(None, &values), (5, 5, 5, 0));
        assert_eq!(count(Some("US"), &["312-555-0142", "1-312-555-0199 x12"]), (2, 2, 2, 0));
        assert_eq!(count(Some("GB"), &["020 7946 0018", "(07700) 900123"]), (2, 2, 2, 0));
    }

    #[test]
    fn one_beside_the_range_may_ring() {
        assert_eq!(count(Some("US"), &["312-555-0200", "312-867-5309"]).3, 2);
        assert_eq!(count(None, &["+44 20 7946 1018", "+49 30 23126 123"]).3, 2);
    }

    #[test]
    fn without_a_country_a_national_number_says_nothing() {
        assert_eq!(count(None, &["312-867-5309", "030 1234567"]), (2, 0, 0, 0));
        assert_eq!(count(None, &["n/a", "12-34", "2024-01-01T00:00"]), (0, 0, 0, 0));
    }

    #[test]
    fn large_columns_are_sampled() {
        let values: Vec<String> = (0..9000).map(|i| format!("+1312867{i:04}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let (values, judged, _, unproven) = count(None, &values);
        assert_eq!(values, 9000);
        assert!(judged <= SAMPLE && judged > 96, "{judged}");
        assert!(unproven > 90);
    }

    #[test]
    fn text_needs_an_international_number() {
        let found: Vec<_> =
            in_text("call +49 151 23456789 or 312 867 5309, 3+4123456789, +1").map(|(r, _)| r.start).collect();
        assert_eq!(found, [5]);
    }
}
