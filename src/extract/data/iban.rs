//! Bank accounts: a cell comes in, out comes whether it is an IBAN that a bank could have given out.

use super::reserved::{Judgement, registry};
use super::tally::Counts;
use crate::fact::table::CellAt;

/// The longest IBAN.
const MAX: usize = 34;

/// Counts a value of a column, if it has the shape of an IBAN.
pub fn add(counts: &mut Counts, text: &[u8], at: CellAt) {
    let mut buffer = [0u8; MAX];
    let Some(iban) = compact(text, &mut buffer) else { return };
    counts.values += 1;
    counts.judged += 1;
    match judge(iban) {
        Judgement::Synthetic(_) => counts.provable += 1,
        Judgement::Likely(_) => {}
        // Fails mod 97, or its check digits are none: no account, which is as good as reserved.
        Judgement::Impossible(_) => counts.provable += 1,
        Judgement::MaskedReal(_) | Judgement::NotProvable(_) => {
            counts.unproven(iban.as_bytes(), at);
        }
    }
}

/// Judges an IBAN without separators, in capitals.
pub fn judge(iban: &str) -> Judgement<'static> {
    match registry().iban(iban) {
        Judgement::NotProvable(row) => {
            // 00, 01 and 99 leave the same remainder as 97, 98 and 02, but are never issued.
            let digits = iban.get(2..4).and_then(|d| d.parse::<u8>().ok());
            if !digits.is_some_and(|d| (2..=98).contains(&d)) || iban.parse::<::iban::Iban>().is_err() {
                return Judgement::Impossible("fails mod 97 or the country's form");
            }
            Judgement::NotProvable(row)
        }
        known => known,
    }
}

/// The value without blanks and hyphens, in capitals, if two letters, two digits and 11 to 30 more follow.
fn compact<'b>(text: &[u8], buffer: &'b mut [u8; MAX]) -> Option<&'b str> {
    let mut len = 0;
    for byte in text {
        match byte {
            b' ' | b'-' => continue,
            b if b.is_ascii_alphanumeric() => *buffer.get_mut(len)? = b.to_ascii_uppercase(),
            _ => return None,
        }
        len += 1;
    }
    let iban = buffer.get(..len)?;
    let head = len >= 15
        && iban.get(..2)?.iter().all(u8::is_ascii_alphabetic)
        && iban.get(2..4)?.iter().all(u8::is_ascii_digit);
    if head { std::str::from_utf8(iban).ok() } else { None }
}

/// IBANs in longer text, with the word beside: each with the range of its bytes.
pub fn in_text(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    memchr::memmem::find_iter(text.as_bytes(), b"IBAN").filter_map(move |word| {
        let rest = text.get(word + 4..)?;
        let start = word + 4 + rest.len() - rest.trim_start_matches([' ', ':', '.', '=', '#']).len();
        let inside = |b: &&u8| b.is_ascii_alphanumeric() || **b == b' ';
        let len = text.as_bytes().get(start..)?.iter().take(MAX + 8).take_while(inside).count();
        // Words may follow: the longest prefix, by groups, that is an account.
        let candidate = text.get(start..start + len)?;
        let mut ends: Vec<usize> = candidate.match_indices(' ').map(|(i, _)| i).collect();
        ends.push(candidate.len());
        ends.into_iter().rev().find_map(|end| {
            let mut buffer = [0u8; MAX];
            let iban = compact(candidate.get(..end)?.as_bytes(), &mut buffer)?;
            iban.parse::<::iban::Iban>().is_ok().then_some(start..start + end)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(values: &[&str]) -> (u64, u64, u64) {
        let at = CellAt { row: 0, span: crate::source::Span::whole(crate::source::FileId(0)), group: None };
        let mut counts = Counts::default();
        for value in values {
            add(&mut counts, value.as_bytes(), at);
        }
        (counts.values, counts.provable, counts.unproven)
    }

    #[test]
    fn published_and_impossible_accounts_are_nobodys() {
        assert_eq!(counts(&["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "NL13TEST0123456789"]), (3, 3, 0));
        assert_eq!(counts(&["DE00370400440532013000", "DE88370400440532013000"]), (2, 2, 0));
        assert_eq!(counts(&["n/a", "", "ORDER-1", "DE"]), (0, 0, 0));
    }

    #[test]
    fn one_digit_beside_with_its_own_check_digits_may_be_somebodys() {
        assert_eq!(counts(&["DE68 2105 0170 0012 3456 78"]), (1, 0, 1));
    }

    #[test]
    fn text_needs_the_word() {
        let text = "Refund to IBAN: DE68 2105 0170 0012 3456 78 please; ref DE68210501700012345678";
        let found: Vec<_> = in_text(text).map(|r| &text[r]).collect();
        assert_eq!(found, ["DE68 2105 0170 0012 3456 78"]);
    }
}
