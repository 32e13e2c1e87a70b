//! Properties over the whole registry: whatever it says is reserved is never flagged, and what stands one character
//! beside a reserved range is.

use proptest::prelude::*;
use proptest::string::string_regex;

use super::*;
use crate::extract::data::{card, email, iban, national, phone};

/// A pattern of the registry as one that `string_regex` can draw from: no anchors, ASCII digits.
fn drawable(pattern: &str) -> String {
    pattern
        .replace("(?i)", "")
        .replace(['^', '$'], "")
        .replace(r"\d", "[0-9]")
        .replace(r"\w", "[A-Za-z0-9_]")
        .replace(r"\s", " ")
        .replace("(?:|[.@])", "")
}

/// Draws values of every row of a section that is a proof: patterns as they are, exact values.
fn reserved_values(section: &'static Section, keep: fn(&Row) -> bool) -> BoxedStrategy<String> {
    let rows: Vec<BoxedStrategy<String>> = section
        .rows()
        .iter()
        .filter(|row| row.proof.is_proof() && keep(row))
        .flat_map(|row| {
            let drawn =
                row.pattern.iter().map(|pattern| string_regex(&drawable(pattern)).expect("a drawable pattern").boxed());
            let excepted: Vec<Regex> = row.except.iter().map(|p| regex(p)).collect();
            let drawn = drawn.map(move |s| {
                let excepted = excepted.clone();
                s.prop_filter("an exception", move |v| !excepted.iter().any(|e| e.is_match(v.as_bytes()))).boxed()
            });
            drawn.chain(row.values.iter().cloned().map(|v| Just(v).boxed())).collect::<Vec<_>>()
        })
        .collect();
    proptest::strategy::Union::new(rows).boxed()
}

/// The same text with one character, of the same class, changed.
fn beside(value: &str, at: usize, by: u8) -> String {
    let positions: Vec<usize> =
        value.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(i, _)| i).collect();
    let Some(at) = positions.get(at % positions.len().max(1)) else { return value.to_owned() };
    let mut bytes = value.as_bytes().to_vec();
    bytes[*at] = match bytes[*at] {
        b if b.is_ascii_digit() => (b - b'0' + 1 + by % 9) % 10 + b'0',
        b if b.is_ascii_lowercase() => (b - b'a' + 1 + by % 25) % 26 + b'a',
        b => (b - b'A' + 1 + by % 25) % 26 + b'A',
    };
    String::from_utf8(bytes).expect("ASCII stays ASCII")
}

fn counts() -> (crate::extract::data::tally::Counts, crate::fact::table::CellAt) {
    let span = crate::source::Span::whole(crate::source::FileId(0));
    (Default::default(), crate::fact::table::CellAt { row: 0, span, group: None })
}

#[test]
fn every_row_has_a_source_and_every_pattern_compiles() {
    let r = registry();
    for section in [
        &r.domains,
        &r.emails,
        &r.ips,
        &r.macs,
        &r.asns,
        &r.phones,
        &r.cards,
        &r.card_tokens,
        &r.ibans,
        &r.bank_accounts,
        &r.national_ids,
        &r.tax_ids,
        &r.crm_ids,
        &r.others,
    ] {
        assert!(!section.rows().is_empty());
        assert!(section.find(b"\xFF").is_none());
        for row in section.rows() {
            assert!(!row.source.is_empty(), "{}", row.id);
            assert!(
                row.proof.is_proof() || row.proof != Proof::NotProof || row.note.is_some() || row.pattern.is_some()
            );
        }
    }
}

#[test]
fn published_cards_pass_luhn_or_are_no_cards() {
    for row in registry().cards.rows() {
        for value in &row.values {
            assert!(card::luhn(value.as_bytes()), "{value}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_reserved_domain_is_never_deliverable(
        domain in "(?:[a-z][a-z0-9]{0,8}\\.){0,2}(?:example\\.com|example\\.org|example\\.net|[a-z]{3,9}\\.(?:test|example|invalid|localhost|local|internal|onion))",
        local in "[a-z]{1,8}(?:[.][a-z]{1,8})?",
    ) {
        let verdict = email::Judge::default().judge(&format!("{local}@{domain}"));
        prop_assert!(!matches!(verdict, email::Verdict::Deliverable { .. }), "{local}@{domain} {verdict:?}");
    }

    #[test]
    fn a_domain_beside_a_reserved_one_is_deliverable(at in 0usize..7, by: u8) {
        let domain = format!("{}.com", beside("example", at, by));
        let verdict = email::Judge::default().judge(&format!("jo.doe@{domain}"));
        prop_assert!(matches!(verdict, email::Verdict::Deliverable { .. }), "{domain} {verdict:?}");
    }

    #[test]
    fn a_published_address_is_never_deliverable(address in reserved_values(&registry().emails, |r| r.id == "klarna-playground-shopper" || r.id == "sfdx-test-user")) {
        let verdict = email::Judge::default().judge(&address);
        prop_assert_eq!(verdict, email::Verdict::Provable, "{}", address);
    }

    #[test]
    fn a_masked_address_is_as_deliverable_as_what_it_masks(local in "[a-z]{2,8}", name in "[a-z]{4,12}") {
        prop_assume!(!["example", "klarna"].contains(&name.as_str()));
        for masked in [format!("{local}@{name}.com.invalid"), format!("{local}={name}.com@example.com"), format!("{local}@{name}.com@box.com")] {
            prop_assert_eq!(email::Judge::default().judge(&masked), email::Verdict::Masked, "{}", masked);
        }
    }

    #[test]
    fn a_reserved_phone_is_never_flagged(number in reserved_values(&registry().phones, |r| !r.national)) {
        let mut tally = phone::Tally::default();
        if let Some(parsed) = phone::Number::parse(&number) {
            tally.add(&parsed, None, counts().1);
        }
        prop_assert_eq!(tally.counts.unproven, 0, "{}", number);
    }

    #[test]
    fn a_phone_beside_a_range_is_judged_by_its_plan(number in reserved_values(&registry().phones, |r| r.id.starts_with("gb-") || r.id == "nanp-555-01xx"), at: usize, by: u8) {
        let other = beside(&number, at, by);
        prop_assume!(!matches!(registry().phone(&other), Judgement::Synthetic(_)));
        let mut tally = phone::Tally::default();
        tally.add(&phone::Number::parse(&other).expect("still a number"), None, counts().1);
        let valid = phonenumber::parse(None, &other).is_ok_and(|n| n.is_valid());
        prop_assert_eq!(tally.counts.unproven, u64::from(valid), "{}", other);
    }

    #[test]
    fn a_published_card_is_never_flagged_and_one_beside_is(number in reserved_values(&registry().cards, |_| true), at in 0usize..10, by: u8) {
        let (mut kept, place) = counts();
        if let Some(pan) = card::Pan::parse(number.as_bytes()) {
            card::add(&mut kept, &pan, place);
        }
        prop_assert_eq!(kept.unproven, 0, "{}", number);
        // Beside: another digit in the body, with the check digit that goes with it.
        let body = beside(&number[..number.len() - 1], 6 + at % (number.len() - 7), by);
        let other = (0..10).map(|d| format!("{body}{d}")).find(|n| card::luhn(n.as_bytes())).expect("one check digit fits");
        prop_assume!(matches!(registry().card(&other), Judgement::NotProvable(_)));
        let pan = card::Pan::parse(other.as_bytes()).expect("still a number");
        let (mut kept, place) = counts();
        card::add(&mut kept, &pan, place);
        prop_assert_eq!(kept.unproven, u64::from(pan.is_issuable()), "{}", other);
        if number.len() == 16 && number.starts_with('4') {
            prop_assert_eq!(kept.unproven, 1, "{}", other);
        }
    }

    #[test]
    fn a_published_account_is_never_flagged_and_one_beside_is(value in reserved_values(&registry().ibans, |_| true), at in 0usize..10, by: u8) {
        prop_assert!(!iban::judge(&value).may_be_real(), "{}", value);
        let body = beside(&value[value.len() - 8..], at, by);
        prop_assume!(body.bytes().zip(value[value.len() - 8..].bytes()).all(|(a, b)| a.is_ascii_digit() == b.is_ascii_digit()));
        let country = &value[..2];
        let bban = format!("{}{body}", &value[4..value.len() - 8]);
        let other = (2..=98).map(|c| format!("{country}{c:02}{bban}")).find(|i| i.parse::<::iban::Iban>().is_ok());
        if let Some(other) = other.filter(|o| matches!(registry().iban(o), Judgement::NotProvable(_))) {
            prop_assert!(iban::judge(&other).may_be_real(), "{}", other);
        }
    }

    #[test]
    fn a_reserved_national_id_is_never_flagged(value in reserved_values(&registry().national_ids, |_| true)) {
        for scheme in national::SCHEMES {
            let Some(compact) = national::Compact::parse(value.as_bytes()) else { continue };
            let reserved_here = matches!(registry().national_id(scheme.country, &value), Judgement::Synthetic(_));
            if reserved_here && scheme.has_form(&value, compact.bytes()) {
                prop_assert!(!national::judge(scheme, &value, &compact).may_be_real(), "{} {}", scheme.id, value);
            }
        }
    }

    #[test]
    fn a_social_security_number_beside_the_ranges_is_flagged(area in 1u32..900, group in 1u32..100, serial in 1u32..10_000) {
        prop_assume!(area != 666);
        let text = format!("{area:03}-{group:02}-{serial:04}");
        prop_assume!(!matches!(registry().national_id("US", &text), Judgement::Synthetic(_)));
        let scheme = national::SCHEMES.iter().find(|s| s.id == "us-ssn").expect("the scheme");
        let compact = national::Compact::parse(text.as_bytes()).expect("a number");
        prop_assert!(national::judge(scheme, &text, &compact).may_be_real(), "{}", text);
        let zero = format!("{area:03}-00-{serial:04}");
        let compact = national::Compact::parse(zero.as_bytes()).expect("a number");
        prop_assert!(!national::judge(scheme, &zero, &compact).may_be_real(), "{}", zero);
    }

    #[test]
    fn documentation_networks_are_reserved_and_their_neighbours_are_not(last: u8) {
        let reserved = |text: String| matches!(registry().ip(text.parse().expect("an address")), Judgement::Synthetic(_));
        for net in ["192.0.2.", "198.51.100.", "203.0.113."] {
            prop_assert!(reserved([net, &last.to_string()].concat()));
        }
        for net in ["192.0.3.", "198.51.101.", "203.0.112."] {
            prop_assert!(!reserved([net, &last.to_string()].concat()));
        }
        prop_assert!(reserved(["2001:db8::", &last.to_string()].concat()));
        prop_assert!(!reserved(["2001:db9::", &last.to_string()].concat()));
    }
}
