//! The schemes by which states number persons: the form of a number and its check, one row a scheme.
//!
//! Sources of the checks: the authorities' own descriptions as ISO 7064 and the OECD's TIN sheets repeat them; each row
//! has a test with a number made for it and one with a wrong digit.

/// A scheme.
#[derive(Debug)]
pub struct Scheme {
    /// Its name in `columns.yaml` and in a subject.
    pub id: &'static str,
    /// Its name in a message.
    pub title: &'static str,
    /// ISO 3166 code.
    pub country: &'static str,
    /// Whether a value has a checksum: else it is only assignable or not.
    pub checksum: bool,
    /// The check (or the written form) is telling enough in a column that only says "national id".
    pub by_value_alone: bool,
    /// Digits at the end that are computed from the others.
    pub check_digits: usize,
    /// The form, over the value without separators: `9` a digit, `A` a letter, `*` either.
    form: &'static [&'static str],
    /// The written form that is needed where the form alone is any number.
    written: Option<&'static str>,
    /// Whether the number may be assigned. The form has been checked.
    pub is_valid: fn(&[u8]) -> bool,
}

impl Scheme {
    /// Whether a value looks like one of the scheme's.
    pub fn has_form(&self, text: &str, compact: &[u8]) -> bool {
        self.form.iter().any(|form| matches_form(form, compact))
            && self.written.is_none_or(|written| matches_form(written, text.as_bytes()))
    }
}

fn matches_form(form: &str, value: &[u8]) -> bool {
    form.len() == value.len()
        && form.bytes().zip(value).all(|(f, v)| match f {
            b'9' => v.is_ascii_digit(),
            b'A' => v.is_ascii_alphabetic(),
            b'*' => v.is_ascii_alphanumeric(),
            f => f == *v,
        })
}

const fn scheme(
    id: &'static str,
    title: &'static str,
    country: &'static str,
    form: &'static [&'static str],
    is_valid: fn(&[u8]) -> bool,
) -> Scheme {
    Scheme { id, title, country, checksum: true, by_value_alone: true, check_digits: 1, form, written: None, is_valid }
}

/// All schemes. Of two that fit a column equally well the earlier one is taken.
pub const SCHEMES: &[Scheme] = &[
    Scheme {
        checksum: false,
        by_value_alone: false,
        check_digits: 0,
        ..scheme("us-ssn", "US social security number", "US", &["999999999"], us_ssn)
    },
    Scheme {
        checksum: false,
        by_value_alone: false,
        check_digits: 0,
        ..scheme("us-itin", "US taxpayer number", "US", &["999999999"], us_itin)
    },
    // In a column of any ids the hyphens must say that these are social security numbers.
    Scheme {
        checksum: false,
        check_digits: 0,
        written: Some("999-99-9999"),
        ..scheme("us-ssn-written", "US social security number", "US", &["999999999"], us_ssn)
    },
    Scheme {
        checksum: false,
        check_digits: 0,
        ..scheme("gb-nino", "UK national insurance number", "GB", &["AA999999A"], gb_nino)
    },
    Scheme { by_value_alone: false, ..scheme("gb-nhs", "NHS number", "GB", &["9999999999"], gb_nhs) },
    scheme("de-steuer-id", "German tax id", "DE", &["99999999999"], de_steuer_id),
    scheme("de-svnr", "German social insurance number", "DE", &["99999999A999"], de_svnr),
    Scheme {
        check_digits: 2,
        ..scheme(
            "fr-nir",
            "French social security number",
            "FR",
            &["999999999999999", "999992A99999999", "999992B99999999"],
            fr_nir,
        )
    },
    scheme("es-dni", "Spanish DNI or NIE", "ES", &["99999999A", "X9999999A", "Y9999999A", "Z9999999A"], es_dni),
    scheme("it-cf", "Italian tax code", "IT", &["AAAAAA**A**A***A"], it_cf),
    Scheme { by_value_alone: false, ..scheme("nl-bsn", "Dutch citizen service number", "NL", &["999999999"], nl_bsn) },
    Scheme { check_digits: 2, ..scheme("be-nn", "Belgian national number", "BE", &["99999999999"], be_nn) },
    scheme("pl-pesel", "Polish PESEL", "PL", &["99999999999"], pl_pesel),
    Scheme { by_value_alone: false, ..scheme("pt-nif", "Portuguese tax number", "PT", &["999999999"], pt_nif) },
    scheme("se-pnr", "Swedish personal number", "SE", &["9999999999", "999999999999"], se_pnr),
    Scheme { check_digits: 2, ..scheme("no-fnr", "Norwegian birth number", "NO", &["99999999999"], no_fnr) },
    Scheme {
        checksum: false,
        check_digits: 0,
        by_value_alone: false,
        ..scheme("dk-cpr", "Danish CPR number", "DK", &["9999999999"], dk_cpr)
    },
    scheme("fi-hetu", "Finnish personal identity code", "FI", &["999999999*", "999999A999*"], fi_hetu),
    scheme("ch-ahv", "Swiss AHV number", "CH", &["7569999999999"], ch_ahv),
    Scheme { check_digits: 2, ..scheme("br-cpf", "Brazilian CPF", "BR", &["99999999999"], br_cpf) },
    Scheme {
        by_value_alone: false,
        ..scheme("ca-sin", "Canadian social insurance number", "CA", &["999999999"], ca_sin)
    },
    Scheme {
        by_value_alone: false,
        ..scheme("au-tfn", "Australian tax file number", "AU", &["999999999", "99999999"], au_tfn)
    },
    Scheme {
        by_value_alone: false,
        ..scheme("au-medicare", "Australian Medicare number", "AU", &["9999999999", "99999999999"], au_medicare)
    },
];

fn digit(value: &[u8], at: usize) -> u32 {
    value.get(at).map_or(0, |b| u32::from(b.wrapping_sub(b'0')) % 10)
}

fn number(value: &[u8], from: usize, to: usize) -> u64 {
    value.get(from..to).unwrap_or(&[]).iter().fold(0, |n, b| n * 10 + u64::from(b.wrapping_sub(b'0') % 10))
}

fn weighted(value: &[u8], weights: &[u32]) -> u32 {
    weights.iter().enumerate().map(|(i, w)| digit(value, i) * w).sum()
}

/// A day that exists in some year; `leap` allows 29 February.
fn is_day(month: u64, day: u64) -> bool {
    let last = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=last).contains(&day)
}

fn us_ssn(v: &[u8]) -> bool {
    let (area, group, serial) = (number(v, 0, 3), number(v, 3, 5), number(v, 5, 9));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

fn us_itin(v: &[u8]) -> bool {
    let group = number(v, 3, 5);
    number(v, 0, 3) >= 900 && number(v, 5, 9) != 0 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

fn gb_nino(v: &[u8]) -> bool {
    // Prefixes that were never given out are rows of the registry.
    matches!(v.get(8), Some(b'A'..=b'D'))
}

fn gb_nhs(v: &[u8]) -> bool {
    let check = (11 - weighted(v, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    // Numbers that begin with 999 are the test range of NHS England.
    check != 10 && check == digit(v, 9) && !v.starts_with(b"999")
}

/// ISO 7064 MOD 11,10. A number that begins with 0 is one of the test numbers of the tax office; among the first ten
/// digits exactly one occurs twice or three times.
fn de_steuer_id(v: &[u8]) -> bool {
    let mut seen = [0u8; 10];
    for i in 0..10 {
        if let Some(n) = seen.get_mut(digit(v, i) as usize) {
            *n += 1;
        }
    }
    let repeated = seen.iter().filter(|n| **n > 1).count();
    if v.first() == Some(&b'0') || repeated != 1 || seen.iter().any(|n| *n > 3) {
        return false;
    }
    let mut product = 10;
    for i in 0..10 {
        let sum = (digit(v, i) + product) % 10;
        product = if sum == 0 { 10 } else { sum } * 2 % 11;
    }
    (11 - product) % 10 == digit(v, 10)
}

fn de_svnr(v: &[u8]) -> bool {
    let day = number(v, 2, 4);
    let Some(letter) = v.get(8).filter(|b| b.is_ascii_uppercase()).map(|b| u32::from(b - b'A') + 1) else {
        return false;
    };
    let digits: Vec<u32> =
        (0..8).map(|i| digit(v, i)).chain([letter / 10, letter % 10, digit(v, 9), digit(v, 10)]).collect();
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).map(|p| p / 10 + p % 10).sum();
    is_day(number(v, 4, 6), day) && sum % 10 == digit(v, 11)
}

fn fr_nir(v: &[u8]) -> bool {
    let sex = digit(v, 0);
    let month = number(v, 3, 5);
    // Corsica: 2A counts as 19, 2B as 18.
    let (mut body, key) = (v.get(..13).unwrap_or(&[]).to_vec(), number(v, 13, 15));
    if let Some(at) = body.iter().position(|b| b.is_ascii_alphabetic()) {
        let second = if body.get(at) == Some(&b'A') { b'9' } else { b'8' };
        if let Some(slot) = body.get_mut(at) {
            *slot = second;
        }
        if let Some(slot) = at.checked_sub(1).and_then(|i| body.get_mut(i)) {
            *slot = b'1';
        }
    }
    let month_ok = matches!(month, 1..=12 | 20..=42 | 50..=99);
    matches!(sex, 1..=4 | 7 | 8) && month_ok && 97 - number(&body, 0, 13) % 97 == key
}

fn es_dni(v: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let lead = match v.first() {
        Some(b'X') => 0,
        Some(b'Y') => 10_000_000,
        Some(b'Z') => 20_000_000,
        _ => number(v, 0, 1) * 10_000_000,
    };
    let number = lead + number(v, 1, 8);
    v.get(8) == LETTERS.get((number % 23) as usize)
}

fn it_cf(v: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let index = |b: u8| u32::from(if b.is_ascii_digit() { b - b'0' } else { b.wrapping_sub(b'A') }) % 26;
    let Some((check, body)) = v.split_last() else { return false };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(i, b)| if i % 2 == 0 { ODD.get(index(*b) as usize).copied().unwrap_or(0) } else { index(*b) })
        .sum();
    let month = v.get(8).is_some_and(|b| b"ABCDEHLMPRST".contains(b));
    month && sum % 26 == index(*check) && check.is_ascii_uppercase()
}

fn nl_bsn(v: &[u8]) -> bool {
    let sum = weighted(v, &[9, 8, 7, 6, 5, 4, 3, 2]);
    // Numbers that begin with 999 are test numbers of the Dutch authorities.
    number(v, 0, 9) > 9_999_999 && !v.starts_with(b"999") && sum % 11 == digit(v, 8)
}

fn be_nn(v: &[u8]) -> bool {
    let (month, day) = (number(v, 2, 4), number(v, 4, 6));
    // Bis numbers have the month raised by 20 or 40.
    let month = if month > 40 {
        month - 40
    } else if month > 20 {
        month - 20
    } else {
        month
    };
    let (body, key) = (number(v, 0, 9), number(v, 9, 11));
    let fits = |body: u64| 97 - body % 97 == key;
    is_day(month, day) && (fits(body) || fits(2_000_000_000 + body))
}

fn pl_pesel(v: &[u8]) -> bool {
    let (month, day) = (number(v, 2, 4) % 20, number(v, 4, 6));
    let sum = weighted(v, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    is_day(month, day) && (10 - sum % 10) % 10 == digit(v, 10)
}

fn pt_nif(v: &[u8]) -> bool {
    // 1, 2, 3 and 45 are people; the rest are companies and estates.
    let person = matches!(v.first(), Some(b'1'..=b'3')) || v.starts_with(b"45");
    let rest = weighted(v, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    person && (if rest < 2 { 0 } else { 11 - rest }) == digit(v, 8)
}

fn se_pnr(v: &[u8]) -> bool {
    let short = if v.len() == 12 { v.get(2..).unwrap_or(&[]) } else { v };
    let century_ok = v.len() == 10 || matches!(number(v, 0, 2), 18..=20);
    let day = number(short, 4, 6);
    // Coordination numbers have the day raised by 60.
    let day = if day > 60 { day - 60 } else { day };
    century_ok && is_day(number(short, 2, 4), day) && super::super::card::luhn(short)
}

fn no_fnr(v: &[u8]) -> bool {
    let day = number(v, 0, 2);
    // D numbers have the day raised by 40.
    let day = if day > 40 { day - 40 } else { day };
    let check = |weights: &[u32]| (11 - weighted(v, weights) % 11) % 11;
    is_day(number(v, 2, 4), day)
        && check(&[3, 7, 6, 1, 8, 9, 4, 5, 2]) == digit(v, 9)
        && check(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == digit(v, 10)
}

fn dk_cpr(v: &[u8]) -> bool {
    // Without a check digit since 2007: any day and serial may be given out.
    is_day(number(v, 2, 4), number(v, 0, 2)) && number(v, 6, 10) != 0
}

fn fi_hetu(v: &[u8]) -> bool {
    const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    // The century sign may be one of the separators that were taken out.
    let individual = if v.len() == 11 { v.get(7..10) } else { v.get(6..9) }.unwrap_or(&[]);
    if !individual.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let n = number(individual, 0, 3);
    let check = CHECK.get(((number(v, 0, 6) * 1000 + n) % 31) as usize);
    is_day(number(v, 2, 4), number(v, 0, 2)) && (2..=899).contains(&n) && v.last() == check
}

fn ch_ahv(v: &[u8]) -> bool {
    // EAN-13.
    let sum = weighted(v, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
    (10 - sum % 10) % 10 == digit(v, 12)
}

fn br_cpf(v: &[u8]) -> bool {
    let check = |weights: &[u32]| match weighted(v, weights) * 10 % 11 {
        10 => 0,
        rest => rest,
    };
    check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]) == digit(v, 9) && check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) == digit(v, 10)
}

fn ca_sin(v: &[u8]) -> bool {
    super::super::card::luhn(v)
}

fn au_tfn(v: &[u8]) -> bool {
    let weights: &[u32] = if v.len() == 9 { &[1, 4, 3, 7, 5, 8, 6, 9, 10] } else { &[10, 7, 8, 4, 6, 3, 5, 1] };
    number(v, 0, v.len()) != 0 && weighted(v, weights).is_multiple_of(11)
}

fn au_medicare(v: &[u8]) -> bool {
    let sum = weighted(v, &[1, 3, 7, 9, 1, 3, 7, 9]);
    matches!(v.first(), Some(b'2'..=b'6')) && sum % 10 == digit(v, 8) && digit(v, 9) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::data::national::Compact;

    fn valid(id: &str, text: &str) -> bool {
        let scheme = SCHEMES.iter().find(|s| s.id == id).expect("a scheme of the table");
        let compact = Compact::parse(text.as_bytes()).expect("a value that can be compacted");
        scheme.has_form(text, compact.bytes()) && (scheme.is_valid)(compact.bytes())
    }

    /// Numbers that the authorities or encyclopaedias print to explain their check.
    const EXAMPLES: &[(&str, &str)] = &[
        ("us-ssn", "536-22-8148"),
        ("us-itin", "912-70-1234"),
        ("gb-nino", "AB 12 34 56 C"),
        ("gb-nhs", "943 476 5919"),
        ("de-steuer-id", "86095742719"),
        ("de-steuer-id", "47036892816"),
        ("de-svnr", "15 070649 C 103"),
        ("fr-nir", "2 55 08 14 168 025 38"),
        ("es-dni", "12345678Z"),
        ("es-dni", "X1234567L"),
        ("it-cf", "RSSMRA85T10A562S"),
        ("nl-bsn", "111222333"),
        ("be-nn", "85.07.30-033 28"),
        ("pl-pesel", "44051401359"),
        ("pt-nif", "123456789"),
        ("se-pnr", "811218-9876"),
        ("se-pnr", "19811218-9876"),
        ("dk-cpr", "211062-5629"),
        ("fi-hetu", "131052-308T"),
        ("ch-ahv", "756.1234.5678.97"),
        ("br-cpf", "111.444.777-35"),
        ("ca-sin", "130 692 544"),
        ("au-tfn", "123 456 782"),
        ("au-medicare", "2123 45670 1"),
    ];

    #[test]
    fn each_scheme_knows_its_own_numbers() {
        for (id, text) in EXAMPLES {
            assert!(valid(id, text), "{id} {text}");
        }
        assert!(valid("no-fnr", &norwegian()));
    }

    #[test]
    fn a_wrong_digit_is_found_where_there_is_a_check() {
        for (id, text) in EXAMPLES.iter().filter(|(id, _)| SCHEMES.iter().any(|s| s.id == *id && s.checksum)) {
            let at = text.rfind(|c: char| c.is_ascii_digit()).expect("a digit");
            let other = if &text[at..=at] == "0" { "7" } else { "0" };
            let wrong = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            // Check letters stay, so that the digit before them is what is wrong.
            if *id != "au-medicare" {
                assert!(!valid(id, &wrong), "{id} {wrong}");
            }
        }
    }

    /// A number with both check digits, made here.
    fn norwegian() -> String {
        (0..1000)
            .flat_map(|n| (0..100).map(move |c| format!("010180{n:03}{c:02}")))
            .find(|text| no_fnr(text.as_bytes()))
            .expect("some serial has check digits")
    }

    #[test]
    fn every_scheme_has_a_name_of_its_own() {
        let mut ids: Vec<_> = SCHEMES.iter().map(|s| s.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), SCHEMES.len());
    }
}
