//! What a column's or table's name says it holds: a name comes in, a [`Header`] or [`Topic`] comes out, by the
//! vocabulary in `policies/registry/columns.yaml`.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::fact::environment::segments;
use crate::fact::table::{Family, Topic};

/// What a column's name says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Header {
    /// What it holds.
    pub family: Option<Family>,
    /// The name alone does not make it personal.
    pub weak: bool,
    /// The national schemes that the name allows: an index into the vocabulary's rows, none for all.
    schemes: Option<u16>,
}

/// What the vocabulary says of a column's name.
pub fn header(name: &str) -> Header {
    thread_local! {
        // Names repeat in every file of a repository.
        static SEEN: RefCell<HashMap<Box<str>, Header>> = RefCell::default();
    }
    SEEN.with_borrow_mut(|seen| {
        if let Some(header) = seen.get(name) {
            return *header;
        }
        let header = VOCABULARY.header(name);
        if seen.len() < 4096 && name.len() <= 128 {
            seen.insert(name.into(), header);
        }
        header
    })
}

impl Header {
    /// The national schemes that the name allows; empty for a name that allows all.
    pub fn schemes(&self) -> &'static [String] {
        self.schemes.and_then(|row| VOCABULARY.schemes.get(row as usize)).map_or(&[], Vec::as_slice)
    }
}

/// What a table is about, from its own name, else from the file's name. The last word that says something wins:
/// `customer_products` is about products.
pub fn topic(name: Option<&str>, path: &str) -> Topic {
    let stem = path.rsplit('/').next().unwrap_or(path).split('.').next().unwrap_or("");
    // The key of a record list says less than the file when it is a container's word.
    let own = name.map_or(Topic::Unknown, |name| VOCABULARY.topic(name));
    if own == Topic::Unknown { VOCABULARY.topic(stem) } else { own }
}

/// The word in a path or table name that says that the rows are invented, with the part that holds it.
pub fn presumed_synthetic<'p>(parts: impl Iterator<Item = &'p str>) -> Option<(&'p str, String)> {
    for part in parts {
        for word in segments(part) {
            let word = word.trim_end_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
            if VOCABULARY.presumed_synthetic.contains(word.as_str()) {
                return Some((part, word));
            }
        }
    }
    None
}

/// Whether the local part of an address belongs to a function, not to somebody.
pub fn is_role_address(local: &str) -> bool {
    let base = local.split('+').next().unwrap_or(local);
    // Addresses are ASCII here and short: lowering on the stack.
    let mut buffer = [0u8; 32];
    let Some(lower) = lower_into(base, &mut buffer) else { return false };
    VOCABULARY.role_addresses.contains(lower)
}

/// Whether a domain (lower case) is a mailbox provider for everybody.
pub fn is_consumer_domain(domain: &str) -> bool {
    VOCABULARY.consumer_domains.contains(domain)
}

/// Whether a word (any case) makes a number beside it a card.
pub fn is_card_word(word: &str) -> bool {
    let mut buffer = [0u8; 32];
    lower_into(word, &mut buffer).is_some_and(|word| VOCABULARY.card_words.contains(word))
}

fn lower_into<'b>(text: &str, buffer: &'b mut [u8; 32]) -> Option<&'b str> {
    let target = buffer.get_mut(..text.len())?;
    target.copy_from_slice(text.as_bytes());
    target.make_ascii_lowercase();
    std::str::from_utf8(target).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Raw {
    families: Vec<RawFamily>,
    neutral: Vec<String>,
    things: Vec<String>,
    topics: RawTopics,
    presumed_synthetic: Vec<String>,
    role_addresses: Vec<String>,
    consumer_domains: Vec<String>,
    card_words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFamily {
    family: Family,
    #[serde(default)]
    weak: bool,
    #[serde(default)]
    schemes: Vec<String>,
    forms: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTopics {
    people: Vec<String>,
    organisations: Vec<String>,
    products: Vec<String>,
    places: Vec<String>,
    attribution: Vec<String>,
}

struct Vocabulary {
    /// Forms with their words joined by blanks, and joined without.
    forms: HashMap<String, Header>,
    /// Every word of a form: a name that has none of them belongs to no family.
    words: HashSet<String>,
    schemes: Vec<Vec<String>>,
    neutral: HashSet<String>,
    things: HashSet<String>,
    topics: HashMap<String, Topic>,
    presumed_synthetic: HashSet<String>,
    role_addresses: HashSet<String>,
    consumer_domains: HashSet<String>,
    card_words: HashSet<String>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let raw = serde_yaml::from_str(include_str!("../../../policies/registry/columns.yaml"))
        .unwrap_or_else(|e| unreachable!("the built-in vocabulary is tested: {e}"));
    Vocabulary::new(raw)
});

/// Longer names are not read as phrases.
const MAX_WORDS: usize = 10;

impl Vocabulary {
    fn new(raw: Raw) -> Self {
        let mut forms = HashMap::new();
        let mut words = HashSet::new();
        let mut schemes = Vec::new();
        for row in raw.families {
            let scheme = (!row.schemes.is_empty()).then_some(schemes.len() as u16);
            let header = Header { family: Some(row.family), weak: row.weak, schemes: scheme };
            schemes.push(row.schemes);
            for form in row.forms {
                let joined = form.replace(' ', "");
                words.extend(form.split(' ').map(str::to_owned));
                words.insert(joined.clone());
                // The first row that has a form keeps it.
                forms.entry(form).or_insert(header);
                forms.entry(joined).or_insert(header);
            }
        }
        let topics = [
            (raw.topics.people, Topic::People),
            (raw.topics.organisations, Topic::Organisations),
            (raw.topics.products, Topic::Products),
            (raw.topics.places, Topic::Places),
            (raw.topics.attribution, Topic::Attribution),
        ];
        Self {
            forms,
            words,
            schemes,
            neutral: raw.neutral.into_iter().collect(),
            things: raw.things.into_iter().collect(),
            topics: topics.into_iter().flat_map(|(words, topic)| words.into_iter().map(move |w| (w, topic))).collect(),
            presumed_synthetic: raw.presumed_synthetic.into_iter().collect(),
            role_addresses: raw.role_addresses.into_iter().collect(),
            consumer_domains: raw.consumer_domains.into_iter().collect(),
            card_words: raw.card_words.into_iter().collect(),
        }
    }

    fn header(&self, name: &str) -> Header {
        let (path, last) = name.rsplit_once('.').unwrap_or(("", name));
        let words = words(last);
        if words.is_empty() || words.len() > MAX_WORDS || !words.iter().any(|w| self.words.contains(w)) {
            return self.forms.get(&words.concat()).copied().unwrap_or_default();
        }
        let Some(header) = self.phrase(&words) else { return Header::default() };
        self.in_context(header, path)
    }

    /// The longest form whose other words are all neutral; of two that are equally long the later one, since the head
    /// of a compound stands last (`customer phone`).
    fn phrase(&self, words: &[String]) -> Option<Header> {
        for length in (1..=words.len()).rev() {
            for start in (0..=words.len() - length).rev() {
                let (before, rest) = words.split_at(start);
                let (form, after) = rest.split_at(length);
                let Some(header) = self.forms.get(&form.join(" ")).or_else(|| self.forms.get(&form.concat())) else {
                    continue;
                };
                // `telefono movil`: a word that says the same is as good as neutral.
                let same = |word: &String| self.forms.get(word).is_some_and(|other| other.family == header.family);
                if before.iter().chain(after).all(|word| self.is_neutral(word) || same(word)) {
                    return Some(*header);
                }
            }
        }
        None
    }

    fn is_neutral(&self, word: &str) -> bool {
        self.neutral.contains(word) || word.bytes().all(|b| b.is_ascii_digit())
    }

    /// What stands on the path to a nested key: `company.name` is no person's name, `customer.name` is, and
    /// `address.line1` is part of an address.
    fn in_context(&self, mut header: Header, path: &str) -> Header {
        if path.is_empty() {
            return header;
        }
        let context = words(path);
        let thing = context.iter().any(|w| self.things.contains(w));
        let person = context.iter().any(|w| self.topics.get(w) == Some(&Topic::People));
        match header.family {
            Some(Family::Name) if header.weak && thing => header.family = None,
            Some(Family::Name) if person && !thing => header.weak = false,
            _ => {}
        }
        header
    }

    fn topic(&self, name: &str) -> Topic {
        let words = words(name);
        words.iter().rev().find_map(|word| self.topics.get(word).copied()).unwrap_or(Topic::Unknown)
    }
}

/// The words of a name in lower case, folded to ASCII where a letter has a plain twin.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = segments(name).into_iter().map(fold).collect();
    // `address1` and `line_2`: a number behind a word says which, not what.
    for word in &mut words {
        let base = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        if base > 1 {
            word.truncate(base);
        }
    }
    words
}

fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => out.push('a'),
            'ä' => out.push('a'),
            'æ' => out.push_str("ae"),
            'ç' | 'ć' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => out.push('o'),
            'œ' => out.push_str("oe"),
            'ś' => out.push('s'),
            'ß' => out.push_str("ss"),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' => out.push('z'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn family(name: &str) -> Option<Family> {
        header(name).family
    }

    #[test]
    fn a_name_is_read_in_eight_languages() {
        for (names, expected) in [
            (
                "email E-Mail EMAIL_ADDRESS billingEmail Person_Email__c courriel correo_electronico E-Mail-Adresse emailadres indirizzo_email customer.email adres_e_mail",
                Family::Email,
            ),
            (
                "phone Phone__c MobilePhone telefonnummer Téléphone numéro_de_téléphone telefono_movil cellulare telemóvel telefoonnummer numer_telefonu contact_phone_2",
                Family::Phone,
            ),
            (
                "first_name LastName firstname FULL_NAME Vorname prénom apellidos cognome sobrenome achternaam imię nazwisko customer_name card_holder_name customer.name",
                Family::Name,
            ),
            (
                "street_address Straße calle rue indirizzo endereço straat ulica MailingStreet address1 shipping_address_line_2",
                Family::Address,
            ),
            (
                "dob DateOfBirth Geburtsdatum date_de_naissance fecha_nacimiento data_di_nascita data_nascimento geboortedatum data_urodzenia Birthdate",
                Family::BirthDate,
            ),
            ("card_number CreditCardNumber kreditkartennummer numero_de_tarjeta cc_num", Family::Card),
            ("iban IBAN customer_iban bank_account", Family::Iban),
            ("ssn codice_fiscale bsn pesel personnummer NationalID customer_ssn", Family::NationalId),
        ] {
            for name in names.split(' ') {
                assert_eq!(family(name), Some(expected), "{name}");
            }
        }
    }

    #[test]
    fn a_word_alone_does_not_make_a_column_personal() {
        for name in [
            "company_name product_name filename hostname email_verified email_template_id phone_type event_name file.name",
            "address_type street_view birthday_discount card_type card_last4 ip_count product.name category.name",
            "mailing_list_count telephone_booths named renamed surname_count name_space tax_rate iban_enabled",
        ]
        .iter()
        .flat_map(|l| l.split(' '))
        {
            let header = header(name);
            assert!(!header.family.is_some_and(Family::is_personal), "{name}: {header:?}");
        }
    }

    #[test]
    fn a_bare_name_is_weak_until_the_path_says_whose() {
        assert!(header("name").weak);
        assert!(header("city").weak);
        assert!(!header("customer.name").weak);
        assert!(header("results.name").weak);
    }

    #[test]
    fn the_schemes_follow_the_name() {
        assert_eq!(header("SSN").schemes(), ["us-ssn"]);
        assert_eq!(header("nif").schemes(), ["es-dni", "pt-nif"]);
        assert!(header("national_id").schemes().is_empty());
    }

    #[test]
    fn a_table_is_about_its_last_telling_word() {
        assert_eq!(topic(None, "fixtures/customers.csv"), Topic::People);
        assert_eq!(topic(Some("records"), "data/Accounts.json"), Topic::Organisations);
        assert_eq!(topic(Some("customer_products"), "x.sql"), Topic::Products);
        assert_eq!(topic(Some("public.users"), "dump.sql"), Topic::People);
        assert_eq!(topic(None, "data/Property__c.json"), Topic::Places);
    }
}
