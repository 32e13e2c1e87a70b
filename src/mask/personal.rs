//! Values that are somebody's, by their form: addresses, phone numbers, cards, bank accounts, identity numbers, ids of
//! customer records. A number is only hidden where its own checksum or its punctuation says what it is.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"([A-Za-z0-9._%+'=&-]{1,64})@([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*)\.([A-Za-z]{2,24})\b").ok()
});

/// International numbers, North American ones with punctuation, and national ones with a trunk zero in groups.
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|[^A-Za-z0-9.+*])(",
        r"\+[1-9](?:[ .()/-]{0,2}[0-9]){6,14}",
        r"|\(?[2-9][0-9]{2}\)[ -]?[0-9]{3}[ .-][0-9]{4}",
        r"|[2-9][0-9]{2}([.-])[0-9]{3}[.-][0-9]{4}",
        r"|0[1-9][0-9]{0,4}(?:[ ][0-9]{2,4}){2,4}",
        r"|0[1-9][0-9]{1,4}[/-][0-9]{5,8}",
        r")(?:$|[^A-Za-z0-9*])",
    ))
    .ok()
});

static CARD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^A-Za-z0-9.*])([2-6][0-9]{12,18}|[2-6][0-9]{3}(?:[ -][0-9]{4}){3}|3[47][0-9]{2}[ -][0-9]{6}[ -][0-9]{5})(?:$|[^A-Za-z0-9*])").ok()
});

static IBAN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\b[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}\b|(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,4})?\b)").ok()
});

/// Identity numbers whose punctuation or letters are their own.
static IDENTITY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:^|[^A-Za-z0-9-])(",
        // United States, Canada.
        r"[0-9]{3}-[0-9]{2}-[0-9]{4}|[0-9]{3}[ -][0-9]{3}[ -][0-9]{3}",
        // United Kingdom.
        r"|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
        // Spain, Italy.
        r"|[0-9XYZ][0-9]{7}-?[A-HJ-NP-TV-Z]|[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]",
        // Brazil, Switzerland, India, Sweden and Denmark, Finland, France.
        r"|[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}|[2-9][0-9]{3} [0-9]{4} [0-9]{4}",
        r"|[0-9]{6}[-+][0-9]{4}|(?:19|20)[0-9]{6}-[0-9]{4}|[0-9]{6}[-+A][0-9]{3}[0-9A-FHJ-NPR-Y]",
        r"|[12] [0-9]{2} [0-9]{2} [0-9]{2} [0-9]{3} [0-9]{3}(?: [0-9]{2})?",
        r")(?:$|[^A-Za-z0-9-])",
    ))
    .ok()
});

/// Ids of Salesforce records that hold a person or what one bought.
static RECORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(001|003|005|006|00Q|500|701|801)[A-Za-z0-9]{12}(?:[A-Z0-5]{3})?\b").ok());

/// Adds what must be hidden.
pub fn find(text: &str, hidden: &mut Vec<Range<usize>>) {
    if text.contains('@') {
        emails(text, hidden);
    }
    if text.bytes().filter(u8::is_ascii_digit).count() < 6 {
        return;
    }
    groups(&PHONE, text, |range| hidden.push(but_ends(text, range, 1, 2)));
    groups(&CARD, text, |range| {
        if passes_luhn(&text[range.clone()]) {
            hidden.push(range.start..range.end - 4);
        }
    });
    groups(&IDENTITY, text, |range| hidden.push(range));
    if let Some(iban) = &*IBAN {
        let fits = iban.find_iter(text).filter(|m| passes_mod97(m.as_str()));
        hidden.extend(fits.map(|m| m.start() + 2..m.end()));
    }
    if let Some(record) = &*RECORD {
        let ids = record.find_iter(text).filter(|m| m.as_str()[3..].bytes().any(|b| b.is_ascii_alphabetic()));
        hidden.extend(
            ids.filter(|m| m.as_str().bytes().filter(u8::is_ascii_digit).count() >= 5).map(|m| m.start() + 3..m.end()),
        );
    }
}

/// Calls `visit` with the first group of each match, overlapping ends included: one character may end one match and
/// begin the next.
fn groups(regex: &LazyLock<Option<Regex>>, text: &str, mut visit: impl FnMut(Range<usize>)) {
    let Some(regex) = &**regex else { return };
    let mut at = 0;
    while let Some(found) = regex.captures_at(text, at) {
        let Some(group) = found.get(1) else { break };
        visit(group.range());
        at = group.end();
    }
}

/// All but some characters at the start (a `+`) and the end; for phone numbers, by which people recognise their own.
fn but_ends(text: &str, range: Range<usize>, start: usize, end: usize) -> Range<usize> {
    let start = if text[range.clone()].starts_with('+') { start } else { 0 };
    range.start + start..range.end.saturating_sub(end)
}

fn emails(text: &str, hidden: &mut Vec<Range<usize>>) {
    const FILES: &[&str] =
        &["png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "mjs", "ts", "json", "html", "map"];
    let Some(email) = &*EMAIL else { return };
    for found in email.captures_iter(text) {
        let (Some(local), Some(domain), Some(top)) = (found.get(1), found.get(2), found.get(3)) else { continue };
        // `git@github.com:…` is a remote, `icon@2x.png` a file.
        let remote = local.as_str() == "git" && text[top.end()..].starts_with([':', '/']);
        // What stands before the `@` of a URL's host is a login; [`super::keys`] hides its password.
        let login = text[..local.start()].rfind("://").is_some_and(|at| {
            text[at + 3..local.start()].bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'/' | b'?' | b'#'))
        });
        if remote || login || FILES.contains(&top.as_str().to_ascii_lowercase().as_str()) {
            continue;
        }
        let first = if local.len() > 1 { 1 } else { 0 };
        hidden.push(local.start() + first..local.end());
        hidden.push(domain.range());
    }
}

fn passes_luhn(number: &str) -> bool {
    let digits = number.bytes().rev().filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0'));
    let sum: u32 = digits.enumerate().map(|(i, d)| if i % 2 == 0 { d } else { d * 2 / 10 + d * 2 % 10 }).sum();
    sum.is_multiple_of(10)
}

fn passes_mod97(iban: &str) -> bool {
    let plain: Vec<u8> = iban.bytes().filter(u8::is_ascii_alphanumeric).collect();
    if !(15..=34).contains(&plain.len()) {
        return false;
    }
    let turned = plain[4..].iter().chain(&plain[..4]);
    let rest = turned.fold(0u32, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        _ => (rest * 100 + u32::from(b.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    rest == 1
}
