//! Secrets without a form of their own in source code and scripts: in comes the text, out come assignments whose name,
//! value and neighbourhood say whose secret it is (`clientSecret: '…'` beside `https://login.salesforce.com`).

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::super::url::urls;
use crate::registry::named::{Named, named};

/// How far a host may be from the assignment that it vouches for.
const NEAR: usize = 2000;

/// Longer lines are data.
const LINE: usize = 500;

/// An assignment found in code.
pub(super) struct Assigned<'t> {
    /// Where the value stands.
    pub range: Range<usize>,
    /// The variable or key.
    pub name: &'t str,
    /// Whose secret it is.
    pub named: Named,
}

/// The leftmost match is what lets vector instructions search for so few words.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = [
        "ecret",
        "ECRET",
        "assword",
        "ASSWORD",
        "ecurityToken",
        "ecurity_token",
        "ECURITY_TOKEN",
        "uthToken",
        "uth_token",
        "UTH_TOKEN",
        "hapikey",
        "HAPIKEY",
        "rivateKey",
        "rivate_key",
        "RIVATE_KEY",
        "piToken",
        "pi_token",
        "PI_TOKEN",
    ];
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok()
});

/// A quoted value, or a shell's bare one up to the end of its line.
static ASSIGNMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?P<key>[A-Za-z_][A-Za-z0-9_.-]{2,80})["'\]]{0,2}[ \t]*(?:=>|:=|=|:)[ \t]*"#,
        r#"(?:"(?P<a>[^"\s]{8,256})"|'(?P<b>[^'\s]{8,256})'|`(?P<c>[^`\s]{8,256})`|(?P<d>[A-Za-z0-9+/=_.!#@-]{8,256})[ \t\r]*$)"#,
    ))
    .ok()
});

/// All assignments of named secrets in a text.
pub(super) fn assigned<'t>(path: &str, text: &'t str) -> Vec<Assigned<'t>> {
    let (Some(words), Some(assignment)) = (&*WORDS, &*ASSIGNMENT) else { return Vec::new() };
    let mut found = Vec::new();
    let mut done = 0;
    for hit in words.find_iter(text) {
        if hit.start() < done {
            continue;
        }
        let start = text[..hit.start()].rfind('\n').map_or(0, |i| i + 1);
        let end = text[hit.end()..].find('\n').map_or(text.len(), |i| hit.end() + i);
        done = end;
        if end - start > LINE {
            continue;
        }
        for line in assignment.captures_iter(&text[start..end]) {
            let value = ["a", "b", "c", "d"].iter().find_map(|g| line.name(g));
            let (Some(key), Some(value)) = (line.name("key"), value) else { continue };
            let name = key.as_str().rsplit('.').next().unwrap_or(key.as_str());
            if let Some(named) = judge(path, text, name, value.as_str(), start) {
                found.push(Assigned { range: start + value.start()..start + value.end(), name, named });
            }
        }
    }
    found
}

fn judge(path: &str, text: &str, name: &str, value: &str, at: usize) -> Option<Named> {
    let hosts = hosts_near(text, at);
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let stem = path.rsplit('/').next().and_then(|file| file.split('.').next()).unwrap_or_default();
    named(&[name], value, &hosts)
        // A file's name vouches only for a value of the provider's own shape: its passwords may be anybody's.
        .or_else(|| named(&[stem, name], value, &hosts).filter(|n| n.shaped))
}

fn hosts_near(text: &str, at: usize) -> BTreeSet<String> {
    let (mut from, mut to) = (at.saturating_sub(NEAR), (at + NEAR).min(text.len()));
    while !text.is_char_boundary(from) {
        from += 1;
    }
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    urls(&text[from..to]).into_iter().map(|u| u.host).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(path: &str, text: &str) -> Vec<String> {
        assigned(path, text).into_iter().map(|a| format!("{}: {}", a.name, a.named.form)).collect()
    }

    #[test]
    fn code_that_holds_a_consumer_secret_is_found() {
        let hex = ["9f27c4e1b8d06a53", "e7120fcb94ad3865", "13b7e0925dc8f46a", "0a8e6d31f97b25c4"].concat();
        let text =
            format!("new Connection({{\n  loginUrl: 'https://login.salesforce.com',\n  clientSecret: '{hex}',\n}})");
        assert_eq!(forms("src/sync.js", &text), ["clientSecret: Salesforce consumer secret"]);
        assert_eq!(
            forms("salesforce_client.py", &format!("CLIENT_SECRET = \"{hex}\"")),
            ["CLIENT_SECRET: Salesforce consumer secret"]
        );
        assert_eq!(
            forms("run.sh", "export SALESFORCE_PASSWORD='Winter#2025'"),
            ["SALESFORCE_PASSWORD: Salesforce password"]
        );
        assert_eq!(forms("src/sync.js", &format!("clientSecret: '{hex}'")), [] as [String; 0]);
    }

    #[test]
    fn code_that_reads_or_names_a_secret_is_not() {
        for line in [
            "const password = process.env.SALESFORCE_PASSWORD;",
            "salesforcePassword: getPassword('integration1'),",
            "SALESFORCE_PASSWORD_FIELD = 'Password__c1'",
            "export SALESFORCE_PASSWORD=$PASSWORD",
            "salesforce_password: '{{ vault_salesforce_password1 }}'",
        ] {
            assert_eq!(forms("src/salesforce.js", line), [] as [String; 0], "{line}");
        }
    }
}
