//! Countries as tables and paths write them: a cell, a folder or a file's name comes in, a country comes out, and with
//! it how a number dialled within the country becomes E.164.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A country.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: String,
    alpha3: String,
    calling: String,
    trunk: String,
    names: Vec<String>,
}

impl Country {
    /// The E.164 form of digits that are dialled within the country, if their number fits at all.
    pub fn to_e164(&self, digits: &str) -> Option<String> {
        if self.calling == "1" {
            let national = if digits.len() == 11 { digits.strip_prefix('1')? } else { digits };
            return (national.len() == 10).then(|| format!("+1{national}"));
        }
        // A full number without its `+`: 49301234567 in a German column.
        let trunk = !self.trunk.is_empty() && digits.starts_with(&self.trunk);
        if !trunk && digits.len() >= 11 && digits.starts_with(&self.calling) {
            return Some(format!("+{digits}"));
        }
        let national = if trunk { digits.get(self.trunk.len()..)? } else { digits };
        (national.len() >= 5 && national.len() <= 13).then(|| format!("+{}{national}", self.calling))
    }
}

struct Countries {
    rows: Vec<Country>,
    by_name: HashMap<String, usize>,
}

static COUNTRIES: LazyLock<Countries> = LazyLock::new(|| {
    let rows: Vec<Country> = serde_yaml::from_str(include_str!("../../../policies/registry/countries.yaml"))
        .unwrap_or_else(|e| unreachable!("the built-in table is tested: {e}"));
    let mut by_name = HashMap::new();
    for (i, row) in rows.iter().enumerate() {
        for name in row.names.iter().chain([&row.code, &row.alpha3]) {
            by_name.insert(name.to_lowercase(), i);
        }
    }
    Countries { rows, by_name }
});

/// The country that a cell of a country column names.
pub fn of_cell(value: &str) -> Option<&'static Country> {
    if value.len() > 40 {
        return None;
    }
    let mut key = String::with_capacity(value.len());
    for word in crate::fact::environment::segments(value) {
        if !key.is_empty() {
            key.push(' ');
        }
        key.extend(word.chars().flat_map(char::to_lowercase).map(plain));
    }
    COUNTRIES
        .by_name
        .get(&key)
        .or_else(|| COUNTRIES.by_name.get(&value.trim().to_lowercase()))
        .and_then(|i| COUNTRIES.rows.get(*i))
}

/// The country that a path is for: a locale (`de-DE`, `fr_FR`) or a folder or suffix that is a country's code.
pub fn of_path(path: &str) -> Option<&'static Country> {
    let of_code = |code: &str| COUNTRIES.rows.iter().find(|row| row.code.eq_ignore_ascii_case(code));
    let mut found = None;
    for part in path.split('/') {
        let stem = part.split('.').next().unwrap_or(part);
        let pieces: Vec<&str> = stem.split(['-', '_']).collect();
        for (i, piece) in pieces.iter().enumerate() {
            let locale = i > 0
                && pieces.get(i - 1).is_some_and(|l| l.len() == 2 && l.bytes().all(|b| b.is_ascii_lowercase()))
                && piece.len() == 2
                && piece.bytes().all(|b| b.is_ascii_uppercase());
            let alone = piece.len() == 2 && (pieces.len() == 1 || i + 1 == pieces.len()) && !is_english(piece);
            if locale || alone {
                found = of_code(piece).or(found);
            }
        }
    }
    found
}

/// Two-letter words that are seldom a country in a path.
fn is_english(code: &str) -> bool {
    matches!(
        code.to_ascii_lowercase().as_str(),
        "no" | "in"
            | "is"
            | "it"
            | "at"
            | "be"
            | "as"
            | "my"
            | "to"
            | "us"
            | "me"
            | "so"
            | "do"
            | "id"
            | "ca"
            | "pl"
            | "se"
    )
}

fn plain(c: char) -> char {
    match c {
        'ä' | 'á' | 'à' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' => 'i',
        'ö' | 'ó' | 'ô' | 'õ' => 'o',
        'ü' | 'ú' | 'û' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        'ł' => 'l',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_has_many_names() {
        for (text, code) in [
            ("US", "US"),
            ("usa", "US"),
            ("United States", "US"),
            ("Österreich", "AT"),
            ("España", "ES"),
            ("GBR", "GB"),
            ("Norge", "NO"),
        ] {
            assert_eq!(of_cell(text).map(|c| c.code.as_str()), Some(code), "{text}");
        }
        assert!(of_cell("Atlantis").is_none());
    }

    #[test]
    fn a_path_names_a_country_only_when_it_can_mean_nothing_else() {
        let of = |path| of_path(path).map(|c: &Country| c.code.as_str());
        assert_eq!(of("data/de/customers.csv"), Some("DE"));
        assert_eq!(of("seeds/customers_fr.csv"), Some("FR"));
        assert_eq!(of("l/en_GB/x.csv"), Some("GB"));
        assert_eq!(of("data/contact_us.csv"), None);
        assert_eq!(of("data/customers.csv"), None);
    }

    #[test]
    fn a_number_within_a_country_becomes_international() {
        let e164 = |code: &str, digits: &str| of_cell(code).and_then(|c| c.to_e164(digits));
        assert_eq!(e164("GB", "02079460018").as_deref(), Some("+442079460018"));
        assert_eq!(e164("US", "3125550142").as_deref(), Some("+13125550142"));
        assert_eq!(e164("US", "13125550142").as_deref(), Some("+13125550142"));
        assert_eq!(e164("DE", "03023125123").as_deref(), Some("+493023125123"));
        assert_eq!(e164("IT", "0612345678").as_deref(), Some("+390612345678"));
        assert_eq!(e164("US", "555"), None);
    }
}
