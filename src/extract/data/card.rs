//! Payment card numbers: a cell comes in, out comes whether it is a number that an issuer could have given out.

use super::columns::is_card_word;
use super::reserved::{Judgement, registry};
use super::tally::Counts;
use crate::fact::table::CellAt;

/// Digits of a card, without separators, on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pan {
    digits: [u8; 19],
    len: u8,
}

impl Pan {
    /// The digits as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or("")
    }

    fn bytes(&self) -> &[u8] {
        self.digits.get(..self.len as usize).unwrap_or(&[])
    }

    /// Reads 12 to 19 digits in groups that single blanks or hyphens separate, and nothing else.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut pan = Self { digits: [0; 19], len: 0 };
        let mut separator = true;
        for byte in text {
            match byte {
                b'0'..=b'9' => {
                    *pan.digits.get_mut(pan.len as usize)? = *byte;
                    pan.len += 1;
                    separator = false;
                }
                b' ' | b'-' if !separator => separator = true,
                _ => return None,
            }
        }
        (pan.len >= 12 && !separator).then_some(pan)
    }

    /// Luhn, an issued range, and a length that the range uses.
    pub fn is_issuable(&self) -> bool {
        luhn(self.bytes()) && is_issued(self.as_str()) && !self.is_pattern()
    }

    /// All digits the same, or counting up or down: nobody's number.
    fn is_pattern(&self) -> bool {
        let bytes = self.bytes();
        let steps = |by: u8| bytes.windows(2).all(|w| (w[0] - b'0' + by) % 10 == w[1] - b'0');
        steps(0) || steps(1) || steps(9)
    }
}

/// The check digit of ISO/IEC 7812-1.
pub fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            match i % 2 {
                0 => value,
                _ if value > 4 => value * 2 - 9,
                _ => value * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Ranges of issuer identification numbers with the lengths of their cards. Source: ISO/IEC 7812 registry as the
/// schemes publish it (Visa, Mastercard, American Express, Diners Club, Discover, JCB, UnionPay, Maestro, Mir, RuPay,
/// Elo, Hipercard, Dankort, Troy).
const ISSUED: &[(&str, &str, &[u8])] = &[
    ("4", "4", &[13, 16, 19]),
    ("51", "55", &[16]),
    ("2221", "2720", &[16]),
    ("34", "34", &[15]),
    ("37", "37", &[15]),
    ("300", "305", &[14, 16, 17, 18, 19]),
    ("3095", "3095", &[14, 16, 17, 18, 19]),
    ("36", "36", &[14, 15, 16, 17, 18, 19]),
    ("38", "39", &[14, 16, 17, 18, 19]),
    ("3528", "3589", &[16, 17, 18, 19]),
    ("3088", "3094", &[16]),
    ("6011", "6011", &[16, 17, 18, 19]),
    ("644", "659", &[16, 17, 18, 19]),
    ("62", "62", &[16, 17, 18, 19]),
    ("81", "81", &[16, 17, 18, 19]),
    ("5018", "5020", &[12, 13, 14, 15, 16, 17, 18, 19]),
    ("5038", "5038", &[12, 13, 14, 15, 16, 17, 18, 19]),
    ("5612", "5612", &[12, 13, 14, 15, 16, 17, 18, 19]),
    ("5893", "5893", &[12, 13, 14, 15, 16, 17, 18, 19]),
    ("6304", "6304", &[12, 13, 14, 15, 16, 17, 18, 19]),
    ("6759", "6763", &[12, 13, 14, 15, 16, 17, 18, 19]),
    ("2200", "2204", &[16, 17, 18, 19]),
    ("60", "60", &[16]),
    ("82", "82", &[16]),
    ("508", "508", &[16]),
    ("5041", "5041", &[16]),
    ("5067", "5067", &[16]),
    ("5090", "5090", &[16]),
    ("636297", "636297", &[16]),
    ("636368", "636368", &[16]),
    ("9792", "9792", &[16]),
];

fn is_issued(digits: &str) -> bool {
    ISSUED.iter().any(|(first, last, lengths)| {
        let prefix = digits.get(..first.len()).unwrap_or("");
        (*first..=*last).contains(&prefix) && lengths.contains(&(digits.len() as u8))
    })
}

/// Counts one number of a column. `values` of the counts are numbers that pass Luhn and stand in an issued range:
/// what share of the column they are decides whether it is one of cards.
pub fn add(counts: &mut Counts, pan: &Pan, at: CellAt) {
    if !pan.is_issuable() {
        return;
    }
    counts.values += 1;
    counts.judged += 1;
    match registry().card(pan.as_str()) {
        Judgement::Synthetic(_) => counts.provable += 1,
        Judgement::Likely(_) | Judgement::Impossible(_) => {}
        Judgement::MaskedReal(_) | Judgement::NotProvable(_) => {
            counts.unproven(pan.as_str().as_bytes(), at);
        }
    }
}

/// Bytes around a number in which a word that makes it a card may stand.
const BESIDE: usize = 32;

/// Card numbers in longer text, with a card word beside: each with the range of its bytes.
pub fn in_text(text: &str) -> impl Iterator<Item = (std::ops::Range<usize>, Pan)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            if !bytes.get(at)?.is_ascii_digit() {
                at += 1;
                continue;
            }
            let start = at;
            let mut end = at;
            while bytes.get(at).is_some_and(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-')) {
                at += 1;
                if bytes.get(at - 1).is_some_and(u8::is_ascii_digit) {
                    end = at;
                }
            }
            // Part of a longer word, number or identifier.
            let glued = start
                .checked_sub(1)
                .and_then(|i| bytes.get(i))
                .is_some_and(|b| b.is_ascii_alphanumeric() || b"._/#".contains(b))
                || bytes.get(end).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
            let Some(pan) = bytes.get(start..end).and_then(Pan::parse) else { continue };
            if !glued && pan.is_issuable() && card_word_beside(text, start, end) {
                return Some((start..end, pan));
            }
        }
        None
    })
}

fn card_word_beside(text: &str, start: usize, end: usize) -> bool {
    let from = text.floor_char_boundary(start.saturating_sub(BESIDE));
    let to = text.floor_char_boundary((end + BESIDE).min(text.len()));
    [text.get(from..start), text.get(end..to)]
        .into_iter()
        .flatten()
        .any(|beside| beside.split(|c: char| !c.is_alphanumeric()).any(is_card_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuable(text: &str) -> bool {
        Pan::parse(text.as_bytes()).is_some_and(|pan| pan.is_issuable())
    }

    #[test]
    fn a_card_has_a_check_digit_an_issuer_and_a_length() {
        assert!(issuable("4242 4242 4242 4242"));
        assert!(issuable("3782-822463-10005"));
        assert!(!issuable("4242424242424241"));
        assert!(!issuable("9999999999999995"));
        assert!(!issuable("424242424242424"));
        assert!(!issuable("1234567812345670"));
        assert!(!issuable("4242  4242 4242 4242"));
        assert!(!issuable("0000000000000000"));
    }

    #[test]
    fn published_numbers_are_nobodys_and_others_may_be_somebodys() {
        let at = CellAt { row: 0, span: crate::source::Span::whole(crate::source::FileId(0)), group: None };
        let mut counts = Counts::default();
        for text in ["4242424242424242", "5555555555554444", "4539578763621486", "4539578763621487"] {
            if let Some(pan) = Pan::parse(text.as_bytes()) {
                add(&mut counts, &pan, at);
            }
        }
        assert_eq!((counts.values, counts.provable, counts.unproven), (3, 2, 1));
    }

    #[test]
    fn text_needs_a_card_word() {
        let found = |text: &str| in_text(text).count();
        assert_eq!(found("Customer read out his Visa 4539 5787 6362 1486 on the phone"), 1);
        assert_eq!(found("tracking 4539578763621486 arrived"), 0);
        assert_eq!(found("card ref X4539578763621486"), 0);
        assert_eq!(found("Karte: 4539578763621486."), 1);
    }
}
