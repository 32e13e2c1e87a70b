//! Keys and tokens of the registry's providers in any text: in come bytes, out come the ranges that have a provider's
//! form, with what the form says.
//!
//! One automaton over a few literals decides how much work a file is: most files hold none of them. Forms that are too
//! plain to look for (`key-…`, `1000.…`) are only looked for around a word that names their provider.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind, packed};

use super::placeholder::{placeholder, reads_like_words};
use super::rows::{FormKind, FormRow};
use super::{Registry, Shape};
use crate::fact::environment::{Class, class_of_word};

/// A value that has a provider's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretMatch {
    /// Where it stands.
    pub range: Range<usize>,
    /// How much of its beginning is the form's public prefix: `sk_live_`.
    pub prefix: usize,
    /// The provider's id.
    pub provider: &'static str,
    /// The form's name: "Stripe live secret key".
    pub form: &'static str,
    /// The environment that the form tells, if it does.
    pub class: Option<Class>,
    /// Whether the form has a checksum and it fits. (None of the registry's forms has one yet.)
    pub checksum: bool,
    /// The host inside the value: what stands behind the `@` of a `force://` URL.
    pub host: Option<String>,
    /// A session id or similar short-lived token.
    pub session: bool,
    /// Publishable by design, or an identifier that is no secret alone.
    pub public: bool,
    /// Why nobody could use the value, if so.
    pub placeholder: Option<String>,
}

/// Who scans a large text in windows lets them overlap by this much: no form is longer.
pub const OVERLAP: usize = 4096;

/// How far a word may be from the form that it vouches for.
const NEAR: usize = 2000;

/// All provider-shaped values in a text, in order, not overlapping.
pub fn scan(text: &str) -> Vec<SecretMatch> {
    scan_bytes(text.as_bytes())
}

/// The same for bytes that may be cut out of a larger text. Every range begins and ends at an ASCII character.
pub fn scan_bytes(bytes: &[u8]) -> Vec<SecretMatch> {
    let scanner = &*SCANNER;
    let mut found = Vec::new();
    let mut vouchers: Vec<(usize, usize)> = Vec::new();
    scanner.first.each(bytes, |literal, hit| match scanner.literals[literal] {
        Literal::Prefix { at, len } => {
            for (prefix, offset, form) in &scanner.prefixes[at..at + len] {
                let Some(start) = hit.checked_sub(*offset) else { continue };
                scanner.try_form(bytes, start, prefix, *form, &mut found);
            }
        }
        Literal::Word(word) => vouchers.push((hit, word)),
    });
    if !vouchers.is_empty() {
        scanner.scan_near(bytes, &vouchers, &mut found);
    }
    if found.is_empty() { Vec::new() } else { scanner.settle(bytes, found) }
}

/// Whether a text is the public beginning of a form, such as `sk_live_`.
pub fn is_prefix(text: &str) -> bool {
    SCANNER.forms.iter().any(|f| f.prefixes.iter().any(|p| p == text))
}

/// A form, ready for matching.
struct Form {
    provider: &'static str,
    name: String,
    prefixes: Vec<String>,
    shape: Shape,
    before: Option<Shape>,
    class: Option<Class>,
    kind: FormKind,
    /// One of these words must be close by.
    near: Vec<String>,
}

/// What a literal of the first search means.
#[derive(Clone, Copy)]
enum Literal {
    /// It stands in these prefixes (a range of `Scanner::prefixes`).
    Prefix { at: usize, len: usize },
    /// It names the provider of these plain forms (an index into `Scanner::words`).
    Word(usize),
}

struct Scanner {
    forms: Vec<Form>,
    /// Decides whether there is anything to do.
    first: First,
    literals: Vec<Literal>,
    /// A form's prefix, where in it the literal stands, and the form.
    prefixes: Vec<(String, usize, usize)>,
    /// Words that plain forms are looked for around.
    words: Vec<String>,
    /// Prefixes of the plain forms, each with its form; searched only near a word.
    second: AhoCorasick,
    plain: Vec<(String, usize)>,
}

/// The search for the literals. Up to 64 of them are found by vector instructions, three times as fast as by any
/// automaton, if all have four bytes; so the few shorter ones are searched for by themselves.
struct First {
    long: Search,
    short: Search,
    /// Literals of `long`; those of `short` come behind them.
    split: usize,
}

enum Search {
    Packed(packed::Searcher),
    /// Where the processor has no such instructions.
    Automaton(AhoCorasick),
}

/// A match of one form, before the best of several is taken.
struct Candidate {
    range: Range<usize>,
    prefix: usize,
    form: usize,
}

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| {
    Scanner::new(Registry::builtin()).unwrap_or_else(|e| unreachable!("the embedded forms are read in every test: {e}"))
});

impl Scanner {
    fn new(registry: &'static Registry) -> Result<Self, String> {
        let mut forms = Vec::new();
        for (provider, row) in &registry.forms {
            forms.push(Form::new(&registry.providers[*provider], row)?);
        }
        let prefixed: Vec<(String, usize)> =
            forms.iter().enumerate().flat_map(|(i, f)| f.prefixes.iter().map(move |p| (p.clone(), i))).collect();
        let cores = cores(prefixed.iter().filter(|(p, f)| forms[*f].tells(p)).map(|(p, _)| p.as_str()));
        // A form that needs a word is plain, unless its prefix is found anyway.
        let telling = |(prefix, form): &(String, usize)| {
            forms[*form].tells(prefix) || cores.iter().any(|c| prefix.contains(c.as_str()))
        };
        let (telling, plain): (Vec<_>, Vec<_>) = prefixed.iter().cloned().partition(telling);
        // What is too plain to look for and harmless besides (a Twilio SID) is not looked for at all.
        let plain: Vec<(String, usize)> =
            plain.into_iter().filter(|(_, f)| forms[*f].kind != FormKind::Public).collect();
        let mut words: Vec<String> = plain.iter().flat_map(|(_, f)| forms[*f].near.clone()).collect();
        words.sort();
        words.dedup();
        let spelled = words.iter().enumerate().flat_map(|(i, w)| spellings(w).into_iter().map(move |s| (s, Some(i))));
        let mut all: Vec<(String, Option<usize>)> = cores.into_iter().map(|c| (c, None)).chain(spelled).collect();
        all.sort_by_key(|(literal, _)| literal.len() < SHORTEST);
        let (mut literals, mut patterns, mut prefixes) = (Vec::new(), Vec::new(), Vec::new());
        for (literal, word) in all {
            let at = prefixes.len();
            if word.is_none() {
                prefixes.extend(telling.iter().filter_map(|(p, form)| Some((p.clone(), p.find(&literal)?, *form))));
            }
            literals.push(word.map_or(Literal::Prefix { at, len: prefixes.len() - at }, Literal::Word));
            patterns.push(literal);
        }
        let second = AhoCorasick::new(plain.iter().map(|(p, _)| p)).map_err(|e| e.to_string())?;
        Ok(Self { first: First::new(&patterns)?, forms, literals, prefixes, words, second, plain })
    }

    /// Looks for the plain forms around the words that name their provider.
    fn scan_near(&self, bytes: &[u8], vouchers: &[(usize, usize)], found: &mut Vec<Candidate>) {
        let mut done = 0;
        for (at, _) in vouchers {
            let window = at.saturating_sub(NEAR).max(done)..(at + NEAR).min(bytes.len());
            if window.is_empty() {
                continue;
            }
            // A prefix that begins in this window may end in the next one.
            let end = (window.end + 32).min(bytes.len());
            done = window.end;
            for hit in self.second.find_overlapping_iter(&bytes[window.start..end]) {
                let start = window.start + hit.start();
                let (prefix, form) = &self.plain[hit.pattern().as_usize()];
                let near = &self.forms[*form].near;
                if vouchers.iter().any(|(at, w)| at.abs_diff(start) <= NEAR && near.contains(&self.words[*w])) {
                    self.try_form(bytes, start, prefix, *form, found);
                }
            }
        }
    }

    /// Matches one form whose prefix may begin at `start`.
    fn try_form(&self, bytes: &[u8], start: usize, prefix: &str, index: usize, found: &mut Vec<Candidate>) {
        let form = &self.forms[index];
        let Some(body) = bytes.get(start..).and_then(|b| b.strip_prefix(prefix.as_bytes())) else { return };
        let Some(len) = form.shape.head(body) else { return };
        let lead = match &form.before {
            Some(before) => match before.tail(&bytes[..start]) {
                Some(lead) => lead,
                None => return,
            },
            None => 0,
        };
        let range = start - lead..start + prefix.len() + len;
        let whole = begins_token(bytes, range.start) && ends_token(bytes, range.end, &form.shape);
        if whole && (form.near.is_empty() || form.near.iter().any(|w| stands_near(bytes, &range, NEAR, w))) {
            found.push(Candidate { range, prefix: if lead > 0 { 0 } else { prefix.len() }, form: index });
        }
    }

    /// Takes the best of several matches at one place and says what it is.
    fn settle(&self, bytes: &[u8], mut found: Vec<Candidate>) -> Vec<SecretMatch> {
        found.sort_by(|a, b| {
            a.range
                .start
                .cmp(&b.range.start)
                .then(b.range.end.cmp(&a.range.end))
                .then_with(|| self.rank(bytes, a).cmp(&self.rank(bytes, b)))
        });
        let mut end = 0;
        found.retain(|c| {
            let keep = c.range.start >= end;
            if keep {
                end = c.range.end;
            }
            keep
        });
        found.iter().filter_map(|c| self.describe(bytes, c)).collect()
    }

    /// The smaller, the more telling: a longer prefix, a word of the provider close by, a narrower shape.
    fn rank(&self, bytes: &[u8], c: &Candidate) -> impl Ord {
        let form = &self.forms[c.form];
        let named = !form.near.is_empty() || stands_near(bytes, &c.range, 400, form.provider);
        (std::cmp::Reverse(c.prefix), !named, form.shape.width())
    }

    fn describe(&self, bytes: &[u8], c: &Candidate) -> Option<SecretMatch> {
        let form = &self.forms[c.form];
        let value = std::str::from_utf8(bytes.get(c.range.clone())?).ok()?;
        let host = value.strip_prefix("force://").and_then(|v| v.rsplit_once('@')).map(|(_, host)| host.to_owned());
        let class = match &host {
            Some(host) => Registry::builtin().classify_host(host, "").and_then(|m| m.class),
            None => form.class,
        };
        let body = secret_part(value, c.prefix);
        let words = form.kind != FormKind::Session && body.len() >= 8 && reads_like_words(body);
        let prefix = value.get(..c.prefix).unwrap_or_default().trim_end_matches(['_', '-']);
        if words && class_of_word(prefix).is_some() {
            // `test_createsACustomer` is a name in code like any other.
            return None;
        }
        let invented = match placeholder(body, None) {
            None if words => Some("made of words, not drawn at random".to_owned()),
            None if value.starts_with("00Dxx") => Some("an organisation of Salesforce's own examples".to_owned()),
            other => other,
        };
        Some(SecretMatch {
            range: c.range.clone(),
            prefix: c.prefix,
            provider: form.provider,
            form: &SCANNER.forms[c.form].name,
            class,
            checksum: false,
            host,
            session: form.kind == FormKind::Session,
            public: form.kind == FormKind::Public,
            placeholder: invented,
        })
    }
}

impl Form {
    fn new(provider: &'static super::Provider, row: &FormRow) -> Result<Self, String> {
        let shape = |text: &str| Shape::parse(text).map_err(|e| format!("{}, {}: {e}", provider.id, row.form));
        Ok(Self {
            provider: &provider.id,
            name: format!("{} {}", provider.name, row.form),
            prefixes: row.prefix.clone(),
            shape: shape(&row.shape)?,
            before: if row.before.is_empty() { None } else { Some(shape(&row.before)?) },
            class: row.environment.map(|e| e.class()),
            kind: row.kind,
            near: row.near.clone(),
        })
    }

    /// Whether a prefix is worth looking for by itself: it stands alone, or is long enough to be seldom.
    fn tells(&self, prefix: &str) -> bool {
        let seldom = prefix.len() > SHORTEST && prefix.starts_with(|c: char| c.is_ascii_alphabetic());
        self.near.is_empty() || seldom && self.kind != FormKind::Public
    }
}

impl First {
    /// The short patterns must come last.
    fn new(patterns: &[String]) -> Result<Self, String> {
        let split = patterns.iter().position(|p| p.len() < SHORTEST).unwrap_or(patterns.len());
        Ok(Self { long: Search::new(&patterns[..split])?, short: Search::new(&patterns[split..])?, split })
    }

    /// Calls `visit` with each literal's number and place.
    fn each(&self, bytes: &[u8], mut visit: impl FnMut(usize, usize)) {
        self.long.each(bytes, &mut visit);
        self.short.each(bytes, |literal, at| visit(self.split + literal, at));
    }
}

impl Search {
    fn new(patterns: &[String]) -> Result<Self, String> {
        let mut builder = packed::Config::new().match_kind(packed::MatchKind::LeftmostFirst).builder();
        match builder.extend(patterns).build() {
            Some(searcher) => Ok(Self::Packed(searcher)),
            None => AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostFirst)
                .build(patterns)
                .map(Self::Automaton)
                .map_err(|e| e.to_string()),
        }
    }

    fn each(&self, bytes: &[u8], mut visit: impl FnMut(usize, usize)) {
        match self {
            Self::Packed(searcher) => searcher.find_iter(bytes).for_each(|m| visit(m.pattern().as_usize(), m.start())),
            Self::Automaton(a) => a.find_iter(bytes).for_each(|m| visit(m.pattern().as_usize(), m.start())),
        }
    }
}

/// The fewest literals of which each prefix holds one: `live_` stands for `sk_live_` and twenty others, and what
/// several begin with for all of them (`pat-` for `pat-na1-`, `pat-eu1-`, …).
fn cores<'a>(prefixes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<&str> = prefixes.collect();
    all.sort_by_key(|p| (p.len(), *p));
    let mut cores: Vec<String> = Vec::new();
    for prefix in all {
        if cores.iter().any(|c| prefix.contains(c.as_str())) {
            continue;
        }
        let shared = cores.iter().map(|c| common(c, prefix)).enumerate().max_by_key(|(_, n)| *n);
        match shared {
            Some((i, n)) if n >= SHORTEST && cores[i].len() >= SHORTEST => cores[i].truncate(n),
            _ => cores.push(prefix.to_owned()),
        }
    }
    cores
}

/// The length of what two literals begin with.
fn common(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count()
}

/// Vector search looks at this many bytes of a literal at once; shorter ones make it blunt.
const SHORTEST: usize = 4;

/// `twilio`, `Twilio` and `TWILIO`: the first letter does not matter to the first two.
fn spellings(word: &str) -> Vec<String> {
    let upper = word.to_ascii_uppercase();
    match word.get(1..) {
        Some(tail) if tail.len() >= 4 => vec![tail.to_owned(), upper],
        _ => vec![word.to_owned(), upper],
    }
}

/// Whether a token can begin here: not in the middle of a word. The letter of an escape (`\n`, `%3D`) is no word.
fn begins_token(bytes: &[u8], at: usize) -> bool {
    let back = |n: usize| at.checked_sub(n).and_then(|i| bytes.get(i)).copied().unwrap_or(b' ');
    let in_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    !in_word(back(1))
        || back(2) == b'\\' && matches!(back(1), b'n' | b'r' | b't')
        || back(3) == b'%' && back(2).is_ascii_hexdigit() && back(1).is_ascii_hexdigit()
}

/// Whether a token can end here: what follows neither continues it nor shows that the text leaves the provider's
/// alphabet (`sk_live_super_secret_value`).
fn ends_token(bytes: &[u8], at: usize, shape: &Shape) -> bool {
    match (bytes.get(at), bytes.get(at + 1)) {
        (None, _) => true,
        (Some(b'-'), Some(next)) => !next.is_ascii_alphanumeric(),
        (Some(b), _) => !(b.is_ascii_alphanumeric() || *b == b'_' || (*b != b'.' && *b != b'=' && shape.continues(*b))),
    }
}

/// The part of a value that was drawn at random.
fn secret_part(value: &str, prefix: usize) -> &str {
    if let Some(parts) = value.strip_prefix("force://") {
        let before_host = parts.rsplit_once('@').map_or(parts, |(secret, _)| secret);
        return before_host.rsplit_once(':').map_or(before_host, |(_, token)| token);
    }
    if value.starts_with("00D") {
        return value.split_once(['!', '%', '\\']).map_or(value, |(_, token)| token);
    }
    value.get(prefix..).unwrap_or(value)
}

/// Whether a word stands around a range, in any letter case.
fn stands_near(bytes: &[u8], range: &Range<usize>, distance: usize, word: &str) -> bool {
    let around = &bytes[range.start.saturating_sub(distance)..(range.end + distance).min(bytes.len())];
    around.windows(word.len().max(1)).any(|w| w.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEX: &str = "9f27c4e1b8d06a53e7120fcb94ad386513b7e0925dc8f46a0a8e6d31f97b25c4";
    const MIX: &str = "8Kd2mXz7Qp4Lr9Tn3Vb6Yw1Hs5Gf0JcAeRuPiOk8Zx2Cv4Bn6Mq1Wt3Ey5Ui7Op9As";

    /// Live-shaped values are put together here, so that no scanner takes this file for a leak.
    fn planted() -> Vec<(String, &'static str, &'static str, Option<Class>)> {
        let (h, m) = (HEX, MIX);
        let p = Some(Class::Production);
        let n = Some(Class::NonProduction);
        let uuid = format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..32]);
        vec![
            (format!("sk_{}_{}", "live", &m[..24]), "stripe", "Stripe live secret key", p),
            (format!("rk_{}_{}", "live", &m[..40]), "stripe", "Stripe live restricted key", p),
            (format!("sk_{}_{}", "test", &m[..24]), "stripe", "Stripe test secret key", n),
            (format!("shp{}_{}", "at", &h[..32]), "shopify", "Shopify admin access token", None),
            (format!("shp{}_{}", "ss", &h[..32]), "shopify", "Shopify shared secret", None),
            (format!("pat{}{uuid}", "-na1-"), "hubspot", "HubSpot private app token", None),
            (format!("00D5g0000{}AQ0{}", "04ABCD!", &m[..60]), "salesforce", "Salesforce session id", None),
            (format!("5Aep{}{}", "861", &m[..60]), "salesforce", "Salesforce refresh token", None),
            (format!("sq0{}-{}", "atp", &m[..22]), "square", "Square access token", p),
            (format!("{}-sq0{}-{}", "sandbox", "atb", &m[..22]), "square", "Square sandbox access token", n),
            (format!("SG{}{}.{}", ".", &m[..22], &m[22..65]), "sendgrid", "SendGrid API key", None),
            (format!("xkey{}-{h}-{}", "sib", &m[..16]), "brevo", "Brevo API key", None),
            (format!("EZ{}{}", "AK", &m[..54]), "easypost", "EasyPost production API key", p),
            (format!("shippo_{}_{}", "live", &h[..40]), "shippo", "Shippo live API token", p),
            (format!("access-{}-{uuid}", "production"), "plaid", "Plaid production access token", p),
            (format!("FLW{}-{}-X", "SECK", &h[..32]), "flutterwave", "Flutterwave live secret key", p),
            (format!("sk_{uuid}"), "checkout-com", "Checkout.com live secret key", p),
            (format!("sk_{}_{uuid}", "test"), "checkout-com", "Checkout.com test secret key", n),
            (format!("sk_{}x{}_{h}", 1, 1), "recharge", "Recharge API token", p),
            (format!("pk_{}", &h[..34]), "klaviyo", "Klaviyo private API key", None),
            (format!("whsec_{}", &m[..32]), "stripe", "Stripe webhook signing secret", None),
        ]
    }

    #[test]
    fn every_planted_value_is_found_where_it_stands() {
        for (value, provider, form, class) in planted() {
            let word = format!("{provider} ").replace("-com", "");
            for (before, after) in
                [("key = \"", "\"\n"), ("KEY=", ""), ("<a>", "</a>"), ("x\\n", " "), ("q%3D", "&b=c")]
            {
                let text = format!("{before}{value}{after} {word}");
                let found = scan(&text);
                assert_eq!(found.len(), 1, "{form} in {before}…{after}");
                assert_eq!((found[0].provider, found[0].form, found[0].class), (provider, form, class));
                assert_eq!(found[0].range, before.len()..before.len() + value.len());
                assert_eq!(found[0].placeholder, None, "{form}");
            }
        }
    }

    #[test]
    fn an_auth_url_belongs_to_the_host_behind_its_at_sign() {
        let token = format!("5Aep{}{}", "861", &MIX[..60]);
        for (host, class) in [
            ("acme.my.salesforce.com", Some(Class::Production)),
            ("acme--uat.sandbox.my.salesforce.com", Some(Class::NonProduction)),
            ("orgname.my.salesforce.com", None),
        ] {
            let text = format!("SFDX_URL={}://PlatformCLI::{token}@{host}\n", "force");
            let found = scan(&text);
            assert_eq!(found.len(), 1);
            assert_eq!((found[0].host.as_deref(), found[0].class), (Some(host), class));
            assert_eq!(found[0].form, "Salesforce auth URL");
        }
    }

    #[test]
    fn plain_forms_need_a_word_of_their_provider() {
        let key = format!("key-{}", &HEX[..32]);
        assert!(scan(&format!("cache_key = {key}")).is_empty());
        assert_eq!(scan(&format!("MAILGUN_API_KEY={key}"))[0].form, "Mailgun API key");
        assert_eq!(scan(&format!("new Mailgun('{key}')"))[0].provider, "mailgun");
        let key = format!("{}-us12", &HEX[..32]);
        assert_eq!(scan(&format!("mailchimp: {key}"))[0].form, "Mailchimp API key");
        let key = format!("sk_{}_{}", "live", &MIX[..40]);
        assert_eq!(scan(&format!("PAYSTACK_SECRET={key}"))[0].provider, "paystack");
        assert_eq!(scan(&format!("STRIPE_SECRET={key}"))[0].provider, "stripe");
        let far = format!("mailgun{}key-{}", " ".repeat(3000), &HEX[..32]);
        assert!(scan(&far).is_empty());
    }

    #[test]
    fn what_leaves_the_alphabet_or_the_length_is_none() {
        for text in [
            concat!("sk_", "live_super_secret_value"),
            concat!("sk_", "live_short"),
            concat!("shp", "at_9f27c4e1b8d06a53e7120fcb94ad386"),
            concat!("shp", "at_9f27c4e1b8d06a53e7120fcb94ad38655"),
            concat!("shp", "at_zz27c4e1b8d06a53e7120fcb94ad3865"),
            "task_live_8Kd2mXz7Qp4Lr9Tn3Vb6Yw1H",
            "static void test_CurrencyConversionWithDatedRates()",
            "def test_creates_a_customer_when_none_is_there(self):",
            "pat-na1-not-a-token",
            "sk_live_8Kd2mXz7Qp4Lr9Tn3Vb6Yw1H-and-more",
            "00D5g000004ABCD",
        ] {
            assert_eq!(scan(text), [], "{text}");
        }
    }

    #[test]
    fn invented_values_say_so() {
        for (text, reason) in [
            (concat!("sk_", "live_4eC39HqLyjWDarjtT1zdp7dc"), "published by Stripe"),
            (concat!("sk_", "live_00000000000000000000"), "one character"),
            (concat!("shp", "at_1234567890abcdef1234567890abcdef"), "a counting sequence"),
            (concat!("sk_", "live_thisIsNotARealSecretKey"), "says `"),
            (concat!("sk_", "live_winterGardenSummerHouse"), "made of words"),
        ] {
            let found = scan(text);
            assert_eq!(found.len(), 1, "{text}");
            assert!(found[0].placeholder.as_ref().is_some_and(|p| p.starts_with(reason)), "{:?}", found[0].placeholder);
        }
    }

    #[test]
    fn publishable_keys_are_public_and_foreign_keys_are_none_of_ours() {
        let key = format!("pk_{}_{}", "live", &MIX[..24]);
        assert!(scan(&key)[0].public);
        assert_eq!(scan(&format!("AKIA{}", "Q7RZ4MNB2XW9KDPL")), []);
        assert_eq!(scan(&format!("ghp_{}", &MIX[..36])), []);
    }

    #[test]
    fn the_literals_are_few_enough_for_vector_instructions() {
        let literals = SCANNER.literals.len();
        assert!(literals <= 64, "{literals}");
        if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) {
            assert!(matches!(SCANNER.first.long, Search::Packed(_)));
            assert!(matches!(SCANNER.first.short, Search::Packed(_)));
        }
    }

    #[test]
    fn no_form_is_in_both_environments_of_a_provider() {
        let forms = &SCANNER.forms;
        for (i, a) in forms.iter().enumerate() {
            for b in &forms[i + 1..] {
                let same = a.provider == b.provider && a.prefixes.iter().any(|p| b.prefixes.contains(p));
                assert!(!(same && a.class != b.class), "{} and {}", a.name, b.name);
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_scanned_without_panic(bytes: Vec<u8>) {
            scan_bytes(&bytes);
        }

        #[test]
        fn a_planted_value_is_found_in_any_text(before in "[^A-Za-z0-9_\\\\%]{0,40}", after in "[ \"'\n<&,;]\\PC{0,40}", i in 0usize..21) {
            let all = planted();
            let (value, provider, ..) = &all[i];
            let found = scan(&format!("{before}{value}{after} {}", provider.replace("-com", "")));
            prop_assert!(found.iter().any(|m| m.provider == *provider && m.range.start == before.len()));
        }
    }
}
