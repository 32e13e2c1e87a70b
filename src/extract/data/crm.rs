//! Ids of records: a cell comes in, out comes whether it is the id of a person or an order in a Salesforce org or a
//! commerce platform.

use super::reserved::{Judgement, registry};
use super::tally::Counts;
use crate::fact::table::{CellAt, Group};

/// Key prefixes of objects that are about a person or an order. Record types, profiles, packages, sites and the like
/// are metadata. Source: Salesforce object key prefixes, general knowledge.
const OBJECTS: &[(&str, &str)] = &[
    ("001", "Account"),
    ("003", "Contact"),
    ("005", "User"),
    ("00Q", "Lead"),
    ("500", "Case"),
    ("006", "Opportunity"),
    ("701", "Campaign"),
    ("801", "Order"),
];

/// Instances that are counted one by one in a column.
const MAX_INSTANCES: usize = 16;

/// The object of an id that may be a real record's.
pub fn salesforce(id: &str) -> Option<&'static str> {
    let bytes = id.as_bytes();
    if !(bytes.len() == 15 || bytes.len() == 18) {
        return None;
    }
    let object = OBJECTS.iter().find(|(prefix, _)| id.starts_with(prefix))?.1;
    // The characters behind the instance are reserved zeros or digits; a body of digits alone is some other number.
    let body = bytes.get(..15)?;
    let shaped = body.iter().all(u8::is_ascii_alphanumeric)
        && body.get(6..8)?.iter().all(u8::is_ascii_digit)
        && body.get(3..)?.iter().any(u8::is_ascii_alphabetic);
    let suffix_fits = bytes.get(15..).is_none_or(|suffix| suffix.is_empty() || suffix == self::suffix(body));
    if !shaped || !suffix_fits {
        return None;
    }
    match registry().crm_id(id) {
        Judgement::NotProvable(_) => Some(object),
        _ => None,
    }
}

/// The last three of 18 characters: five capital bits each. Source: `sf-id-suffix` in the registry.
pub fn suffix(body: &[u8]) -> [u8; 3] {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut out = [b'A'; 3];
    for (slot, chunk) in out.iter_mut().zip(body.chunks(5)) {
        let bits = chunk.iter().enumerate().fold(0, |bits, (i, b)| bits | (usize::from(b.is_ascii_uppercase()) << i));
        *slot = ALPHABET.get(bits).copied().unwrap_or(b'A');
    }
    out
}

/// The object of a commerce platform's global id (`gid://shopify/Customer/…`) that may be a real record's.
pub fn commerce(id: &str) -> Option<&str> {
    let rest = id.strip_prefix("gid://")?;
    let mut parts = rest.splitn(3, '/');
    let (_, object, key) = (parts.next()?, parts.next()?, parts.next()?);
    let key = key.split('?').next()?;
    let real = key.len() >= 9 && key.bytes().all(|b| b.is_ascii_digit()) && !is_counted(key.as_bytes());
    (real && COMMERCE_OBJECTS.contains(&object)).then_some(object)
}

/// Objects of commerce platforms that are about a person or an order.
const COMMERCE_OBJECTS: &[&str] = &[
    "Customer",
    "Order",
    "DraftOrder",
    "Checkout",
    "AbandonedCheckout",
    "CompanyContact",
    "MailingAddress",
    "CustomerPaymentMethod",
];

/// All the same, counting up, or round: typed by hand.
fn is_counted(digits: &[u8]) -> bool {
    let steps = |by: u8| digits.windows(2).all(|w| (w[0] - b'0' + by) % 10 == w[1] - b'0');
    let zeros = digits.iter().filter(|d| **d == b'0').count();
    steps(0) || steps(1) || steps(9) || zeros + 3 >= digits.len()
}

/// A column's ids.
#[derive(Debug, Default)]
pub struct Tally {
    /// The counts.
    pub counts: Counts,
    /// Unproven ones by instance.
    pub groups: Vec<Group>,
    /// Objects seen, in the order of their first.
    pub objects: Vec<String>,
    /// Ids whose suffix could be checked.
    pub with_suffix: u64,
}

impl Tally {
    /// Counts an id that [`salesforce`] or [`commerce`] knows.
    pub fn add(&mut self, object: &str, id: &str, mut at: CellAt) {
        self.counts.values += 1;
        self.counts.judged += 1;
        self.with_suffix += u64::from(id.len() == 18);
        if !self.objects.iter().any(|o| o == object) {
            self.objects.push(object.to_owned());
        }
        let group = if id.starts_with("gid:") { None } else { id.get(3..6).and_then(|key| self.group(key)) };
        at.group = group.map(|g| g as u32);
        // Letter case tells two ids apart, so the 15 characters are hashed with what their suffix says of it.
        let new = match id.as_bytes().get(..15).filter(|_| !id.starts_with("gid:")) {
            Some(body) => {
                let mut key = [0u8; 18];
                key[..15].copy_from_slice(body);
                key[15..].copy_from_slice(&suffix(body));
                self.counts.unproven(&key, at)
            }
            None => self.counts.unproven(id.as_bytes(), at),
        };
        if let Some(group) = group.and_then(|g| self.groups.get_mut(g)) {
            group.values += 1;
            group.distinct += u64::from(new);
        }
    }

    fn group(&mut self, instance: &str) -> Option<usize> {
        if let Some(found) = self.groups.iter().position(|g| g.key == instance) {
            return Some(found);
        }
        if self.groups.len() >= MAX_INSTANCES {
            return None;
        }
        self.groups.push(Group { key: instance.to_owned(), values: 0, distinct: 0, consumer: false });
        Some(self.groups.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_is_recomputed() {
        for id in ["0036g000006JcedAAC", "0012F00000XCsLSQA1", "003S000001WqpKSIAZ", "001000000000001AAA"] {
            assert_eq!(suffix(&id.as_bytes()[..15]), id.as_bytes()[15..], "{id}");
        }
    }

    #[test]
    fn only_people_and_orders_of_a_real_org_count() {
        assert_eq!(salesforce("0036g000006JcedAAC"), Some("Contact"));
        assert_eq!(salesforce("0036g000006Jced"), Some("Contact"));
        assert_eq!(salesforce("0036g000006JcedAAB"), None);
        assert_eq!(salesforce("001000000000001AAA"), None);
        assert_eq!(salesforce("001xx000003DGb2AAG"), None);
        assert_eq!(salesforce("0126g000006JcedAAC"), None);
        assert_eq!(salesforce("500123456789012345"), None);
        assert_eq!(salesforce("syn-000123"), None);
    }

    #[test]
    fn a_global_id_is_judged_by_its_object() {
        assert_eq!(commerce("gid://shopify/Customer/6940095463521"), Some("Customer"));
        assert_eq!(commerce("gid://shopify/Product/6940095463521"), None);
        assert_eq!(commerce("gid://shopify/Customer/1"), None);
        assert_eq!(commerce("gid://shopify/Order/1234567890"), None);
    }
}
