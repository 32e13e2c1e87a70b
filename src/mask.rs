//! The one function that every shown value passes, and the keyed fingerprint by which secrets are compared.
//!
//! In comes text that may hold anything, out comes the same text, character for character as long, in which nobody's
//! secret or personal value can be read: [`keys`] hides what a name gives away (`password: …`), [`tokens`] what its
//! form does (a provider's key, a private key, anything drawn at random), [`personal`] addresses, phone numbers, cards
//! and identity numbers. Code, words, hosts, paths, dates, versions and named digests stay readable.
//!
//! People's names have no form: who knows that a span holds one hides it with [`mask_whole`].

mod keys;
mod personal;
mod tokens;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What stands for a hidden character: plain ASCII, so that it is one column wide everywhere.
pub const HIDDEN: char = '*';

/// Hides every secret and personal value. The number of characters stays, so that spans and underlines still fit.
/// Masking twice is masking once.
pub fn mask(text: &str) -> Cow<'_, str> {
    let mut masked = Cow::Borrowed(text);
    // What is hidden can make visible what stood beside it (a value that looked like a reference), so go on until
    // nothing changes. Characters are only ever hidden, so that ends; the bound is for the reader's peace.
    for _ in 0..8 {
        let hidden = hidden(&masked);
        let next = hide(&masked, &hidden);
        if *next == *masked {
            break;
        }
        masked = Cow::Owned(next);
    }
    masked
}

/// The same as [`mask`], by the name of what a code frame relies on: each character is as wide as before.
pub fn mask_same_width(text: &str) -> Cow<'_, str> {
    mask(text)
}

/// Hides every letter and digit of a value that is known to be somebody's. Its outline stays: spaces, `@`, dots.
pub fn mask_whole(value: &str) -> String {
    value.chars().map(|c| if c.is_alphanumeric() { HIDDEN } else { c }).collect()
}

/// What must not be seen of a text, as ranges of bytes, in any order.
fn hidden(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    keys::find(text, &mut ranges);
    tokens::find(text, &mut ranges);
    personal::find(text, &mut ranges);
    ranges
}

fn hide(text: &str, ranges: &[Range<usize>]) -> String {
    let mut ranges: Vec<&Range<usize>> = ranges.iter().filter(|r| !r.is_empty()).collect();
    ranges.sort_by_key(|r| (r.start, r.end));
    let mut ranges = ranges.into_iter().peekable();
    let mut end = 0;
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        while let Some(range) = ranges.next_if(|r| r.start <= at) {
            end = end.max(range.end);
        }
        let keeps_lines = matches!(c, '\n' | '\r' | '\t');
        out.push(if at < end && !keeps_lines { HIDDEN } else { c });
    }
    out
}

/// HMAC-SHA-256, cut to 16 bytes, of a secret under the run's key: `SYNTHGATE_KEY`, else a random key of this
/// process. Equal secrets have equal fingerprints; a fingerprint is never printed.
pub fn fingerprint(secret: &str) -> [u8; 16] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(run_key()).unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(secret.as_bytes());
    let full = mac.finalize().into_bytes();
    let mut out = [0; 16];
    out.copy_from_slice(&full[..16]);
    out
}

fn run_key() -> &'static [u8] {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    KEY.get_or_init(|| match std::env::var("SYNTHGATE_KEY") {
        Ok(key) if !key.is_empty() => key.into_bytes(),
        _ => {
            let mut key = vec![0; 32];
            if getrandom::fill(&mut key).is_err() {
                // Without a source of randomness the key must still be unguessable enough not to be constant.
                key = format!("{:?}{}", std::time::SystemTime::now(), std::process::id()).into_bytes();
            }
            key
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEX: &str = "9f27c4e1b8d06a53e7120fcb94ad386513b7e0925dc8f46a0a8e6d31f97b25c4";
    const MIX: &str = "8Kd2mXz7Qp4Lr9Tn3Vb6Yw1Hs5Gf0JcAeRuPiOk8Zx2Cv4Bn6Mq1Wt3Ey5Ui7Op9As";

    /// Different secrets and personal values, each in the text it may stand in: (text, what must not survive).
    fn planted() -> Vec<(String, String)> {
        let (h, m) = (HEX, MIX);
        let one = |text: &str, value: String| (text.replace("@@", &value), value);
        vec![
            one("STRIPE_KEY=@@", format!("sk_{}_{}", "live", &m[..24])),
            one("x = '@@'", format!("shp{}_{}", "at", &h[..32])),
            one(
                "token @@ leaked",
                format!("pat-na1-{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..32]),
            ),
            one("curl -H 'sid: @@'", format!("00D5g0000{}AQ0{}", "04ABCD!", &m[..60])),
            one("@@", format!("force://PlatformCLI::5Aep{}{}@acme.my.salesforce.com", "861", &m[..60])),
            one("<consumerSecret>@@</consumerSecret>", h.to_owned()),
            one("SF_CLIENT_SECRET: \"@@\"", h.to_owned()),
            one("password: @@", "hunter2".to_owned()),
            one("db = { \"password\": \"@@\" }", "pa ss wörd".to_owned()),
            one("postgres://app:@@@db.internal:5432/shop", "s3cr3t-pw".to_owned()),
            one("https://api.example.com/v1?access_token=@@&page=2", "abc123def456".to_owned()),
            one("sfdx --client-secret @@ --json", "kL9mQ2xT".to_owned()),
            one("curl -u admin:@@ https://shop.example", "Wint3r!".to_owned()),
            one("Authorization: Bearer @@", format!("{}.x1", &m[..30])),
            one("aws_access_key_id = @@", format!("AKIA{}", "Q7RZ4MNB2XW9KDPL")),
            one("remote: @@", format!("ghp_{}", &m[..36])),
            one("jwt @@", format!("eyJhbGciOiJIUzI1NiJ9.eyJ{}.{}", &m[..30], &m[30..60])),
            one(
                "-----BEGIN RSA PRIVATE KEY-----\n@@\n-----END RSA PRIVATE KEY-----",
                format!("{}+/{}", &m[..40], &m[3..20]),
            ),
            one("opaque value @@ in a log", m[..40].to_owned()),
            one("opaque value @@ in a log", h[..32].to_owned()),
            one("to: @@", "jane.doe@acme-retail.com".to_owned()),
            one("mailto:@@?subject=x", "o'neil+crm@mail.example".to_owned()),
            one("call @@ now", "+1 415-555-0142".to_owned()),
            one("tel (@@", "415) 555-0142".to_owned()),
            one("phone,@@,x", "+442079460123".to_owned()),
            one("\"phone\": \"@@\"", "4155550142".to_owned()),
            one("ring 0@@", "20 7946 0958".to_owned()),
            one("card @@ expires", "4111 1111 1111 1111".to_owned()),
            one("pan=@@", "378282246310005".to_owned()),
            one("IBAN @@", "DE89 3704 0044 0532 0130 00".to_owned()),
            one("iban @@", "GB29NWBK60161331926819".to_owned()),
            one("ssn @@", "536-22-8726".to_owned()),
            one("NI number @@", "AB 12 34 56 C".to_owned()),
            one("cpf @@", "529.982.247-25".to_owned()),
            one("owner @@", "0036g000006JcedAAC".to_owned()),
            one("dni @@", "12345678Z".to_owned()),
        ]
    }

    #[test]
    fn no_planted_value_survives() {
        for (text, value) in planted() {
            let masked = mask(&text);
            assert!(!masked.contains(&value), "{text} -> {masked}");
            // Nor does most of it: two neighbouring thirds of a value must not be readable.
            let chars: Vec<char> = value.chars().collect();
            let shown = chars.len() * 2 / 3;
            let long: String = chars[..shown].iter().collect();
            assert!(!masked.contains(&long), "{text} -> {masked}");
            assert_eq!(masked.chars().count(), text.chars().count());
            assert_eq!(mask(&masked), masked, "{text}");
        }
    }

    #[test]
    fn what_names_the_thing_stays_readable() {
        for (text, masked) in [
            (format!("KEY=sk_{}_{}", "live", &MIX[..24]), format!("KEY=sk_{}_{}", "live", "*".repeat(24))),
            ("mail jane.doe@acme.com".to_owned(), "mail j*******@****.com".to_owned()),
            ("password: hunter2 # old".to_owned(), "password: ******* # old".to_owned()),
            ("pg://app:pw1@db.internal/x".to_owned(), "pg://app:***@db.internal/x".to_owned()),
            ("card 4111-1111-1111-1111".to_owned(), "card ***************1111".to_owned()),
            ("call +14155550142".to_owned(), "call +*********42".to_owned()),
        ] {
            assert_eq!(mask(&text), masked);
        }
        assert_eq!(mask_whole("Zoë O'Neil"), "*** *'****");
    }

    #[test]
    fn ordinary_lines_stay_as_they_are() {
        for line in [
            "  secret: ${SF_INTEGRATION_SECRET}",
            "      secret: vault:kv/sf#secret",
            "SF_TOKEN: ${{ secrets.SF_UAT_TOKEN }}",
            "  password: {{ .Values.db.password }}",
            "const token = await getToken(user, options);",
            "export function maskPassword(password: string): string {",
            "  token: accessToken,",
            "    secretKeyRef: { name: salesforce, key: client-secret }",
            "secretName: salesforce-credentials",
            "max_tokens: 1024",
            "const url = 'https://acme--uat.sandbox.my.salesforce.com/services/data/v59.0/sobjects/Contact';",
            "force-app/main/default/namedCredentials/Stripe_Production.namedCredential-meta.xml",
            "created 2026-11-21T17:37:43.123Z, version 1.20.3-rc.1, price 1999.99, total 1700000000",
            "id 1700000000000, order 100000000123, size 20971520",
            "integrity sha512-9f27c4e1b8d06a53e7120fcb94ad386513b7e0925dc8f46a0a8e6d31f97b25c4==",
            "digest: sha256:9f27c4e1b8d06a53e7120fcb94ad386513b7e0925dc8f46a0a8e6d31f97b25c4",
            "  md5: 9f27c4e1b8d06a53e7120fcb94ad3865",
            "uses: actions/checkout@9f27c4e1b8d06a53e7120fcb94ad386513b7e092",
            "git@github.com:acme/shop.git",
            "import { getFieldValueFromRecordOrDefault } from 'lightning/uiRecordApi2';",
            "uuid 3b1f0c9e-77aa-4c02-9d41-5e6f80a1b2c3",
            "192.168.10.24 and 2001:db8::1 on port 8443",
            "image: registry/app@1.2.3 icon@2x.png lodash@4.17.21",
            "INSERT INTO customers (id, email, phone) VALUES",
            "mobile: 768px, tablet: 1024px",
            "public static final String CLIENT_SECRET_HEADER = \"X-Client-Secret\";",
            "secrets: inherit",
            "tokenUrl: https://login.salesforce.com/services/oauth2/token",
            "3.14159265358979 and 0.1234567890 and 12,345,678,901",
            "2026-01-02 03:04:05 +0000",
        ] {
            assert_eq!(mask(line), line);
        }
    }

    proptest! {
        #[test]
        fn masking_keeps_the_number_of_characters_and_is_done_once(text in "\\PC{0,200}") {
            let masked = mask(&text).into_owned();
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            prop_assert_eq!(mask(&masked).into_owned(), masked);
        }

        #[test]
        fn text_that_looks_like_secrets_is_masked_once_too(
            text in "((password|token|phone|iban|sid|key|mail)[:= \"'@./]{0,2}[A-Za-z0-9@.+/=:$\\- ]{0,24}[\",; &]?){0,6}"
        ) {
            let masked = mask(&text).into_owned();
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            prop_assert_eq!(mask(&masked).into_owned(), masked);
        }

        #[test]
        fn a_planted_value_does_not_survive_in_any_line(i in 0usize..36, before in "[a-z ,;(]{0,20} ", after in " [a-z ,;)]{0,20}") {
            let all = planted();
            let (text, value) = &all[i % all.len()];
            let line = format!("{before}{text}{after}");
            prop_assert!(!mask(&line).contains(value));
        }
    }
}
