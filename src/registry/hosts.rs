//! Which environment a host belongs to: in come the registry's hosts and globs, out comes an index that answers for
//! one host with a few hash look-ups. A run asks it many thousand times, mostly about hosts of nobody's registry.

use std::collections::HashMap;

/// What a listed host says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// Non-production. Stands first: a sandbox glob is matched before every production glob of its provider.
    Sandbox,
    /// Production.
    Production,
    /// The path decides.
    ByPath,
    /// Both environments: no evidence.
    Shared,
}

/// One listed host or glob.
#[derive(Debug, Clone)]
pub struct HostRow {
    /// Index of the provider.
    pub provider: usize,
    /// Under which key it stands.
    pub section: Section,
    /// As listed.
    pub pattern: String,
}

/// All listed hosts.
#[derive(Debug, Default)]
pub struct HostIndex {
    rows: Vec<HostRow>,
    /// Whole hosts.
    exact: HashMap<String, Vec<u32>>,
    /// Globs by the labels behind their last wildcard: `*.my.salesforce.com` under `my.salesforce.com`.
    suffix: HashMap<String, Vec<u32>>,
    /// Globs that end with a wildcard; there is a handful.
    open: Vec<u32>,
}

impl HostIndex {
    /// Builds the index.
    pub fn new(rows: Vec<HostRow>) -> Self {
        let mut index = Self { rows, ..Self::default() };
        for (i, row) in index.rows.iter().enumerate() {
            let i = i as u32;
            let Some(last) = row.pattern.rfind(['*', ']']) else {
                index.exact.entry(row.pattern.clone()).or_default().push(i);
                continue;
            };
            match row.pattern[last + 1..].split_once('.') {
                Some((_, labels)) if !labels.is_empty() => index.suffix.entry(labels.to_owned()).or_default().push(i),
                _ => index.open.push(i),
            }
        }
        index
    }

    /// The best row for a host in lower case: a whole host before a glob, then sandbox before production before
    /// shared, then the longest pattern.
    pub fn find(&self, host: &str) -> Option<&HostRow> {
        if let Some(rows) = self.exact.get(host) {
            return rows.iter().map(|i| &self.rows[*i as usize]).min_by_key(|r| r.section);
        }
        let mut best: Option<&HostRow> = None;
        let mut consider = |row| best = Some(better(best, row));
        let mut labels = host;
        while let Some((_, rest)) = labels.split_once('.') {
            labels = rest;
            for i in self.suffix.get(labels).into_iter().flatten() {
                let row = &self.rows[*i as usize];
                if glob(&row.pattern, host, row.section == Section::Shared) {
                    consider(row);
                }
            }
        }
        for i in &self.open {
            let row = &self.rows[*i as usize];
            if glob(&row.pattern, host, row.section == Section::Shared) {
                consider(row);
            }
        }
        best
    }

    /// Every listed host or glob.
    pub fn rows(&self) -> &[HostRow] {
        &self.rows
    }
}

fn better<'a>(best: Option<&'a HostRow>, row: &'a HostRow) -> &'a HostRow {
    match best {
        Some(b)
            if (b.section, std::cmp::Reverse(b.pattern.len()))
                <= (row.section, std::cmp::Reverse(row.pattern.len())) =>
        {
            b
        }
        _ => row,
    }
}

/// Whether a host fits a glob. `*` is any part of one label; at the glob's end, and everywhere when `across`, it may
/// cross dots. `[0-9]` is one digit.
///
/// A production glob must not cross dots: `*.lightning.force.com` would else call `x.develop.lightning.force.com`
/// production.
fn glob(pattern: &str, host: &str, across: bool) -> bool {
    let (p, h) = (pattern.as_bytes(), host.as_bytes());
    let (mut i, mut j) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while j < h.len() {
        let step = match p.get(i) {
            Some(b'*') => {
                back = Some((i, j));
                i += 1;
                continue;
            }
            Some(b'[') => h[j].is_ascii_digit().then_some(DIGIT.len()),
            Some(c) => (*c == h[j]).then_some(1),
            None => None,
        };
        if let Some(step) = step {
            i += step;
            j += 1;
            continue;
        }
        // Let the last `*` take one byte more.
        match back {
            Some((star, from)) if h[from] != b'.' || across || star + 1 == p.len() => {
                back = Some((star, from + 1));
                i = star + 1;
                j = from + 1;
            }
            _ => return false,
        }
    }
    p[i..].iter().all(|c| *c == b'*')
}

const DIGIT: &str = "[0-9]";

/// Whether the part of a host that a wildcard stands for is a word of documentation, so that there is no such host:
/// `yourdomain.my.salesforce.com`, `<shop>.myshopify.com`, `${ORG}.my.salesforce.com`.
pub fn is_placeholder(host: &str) -> bool {
    if host.bytes().any(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')) && b.is_ascii()) {
        return true;
    }
    let first = host.split('.').next().unwrap_or(host);
    let plain: String = first.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    PLACEHOLDER_LABELS.contains(&plain.as_str())
        || plain.starts_with("your")
        || plain.starts_with("mydomain") && plain.len() <= "mydomainname".len()
        || first.bytes().all(|b| b == b'x')
}

/// Labels that stand for "put yours here" in the vendors' own documentation.
const PLACEHOLDER_LABELS: &[&str] = &[
    "orgname",
    "mycompany",
    "myorg",
    "mystore",
    "myshop",
    "mysite",
    "mysubdomain",
    "myinstance",
    "subdomain",
    "domain",
    "tenant",
    "instance",
    "instancename",
    "domainname",
    "companyname",
    "company",
    "storename",
    "shopname",
    "sitename",
    "placeholder",
    "changeme",
    "replaceme",
    "example",
    "shop",
    "store",
    "site",
    "org",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_stays_in_its_label() {
        for (pattern, host, fits) in [
            ("*.my.salesforce.com", "acme.my.salesforce.com", true),
            ("*.my.salesforce.com", "acme.develop.my.salesforce.com", false),
            ("*--*.sandbox.my.salesforce.com", "acme--uat.sandbox.my.salesforce.com", true),
            ("cs*.salesforce.com", "css.my.salesforce.com", false),
            ("*.cs[0-9]*.my.salesforce.com", "acme.cs42.my.salesforce.com", true),
            ("*.cs[0-9]*.my.salesforce.com", "acme.csx.my.salesforce.com", false),
            ("www.zohoapis.*", "www.zohoapis.com.au", true),
            ("*-test.chargebee.com", "acme-test.chargebee.com", true),
            ("*-test.chargebee.com", "acme.chargebee.com", false),
        ] {
            assert_eq!(glob(pattern, host, false), fits, "{pattern} on {host}");
        }
        assert!(glob("*.cloudhub.io", "app.us-e2.cloudhub.io", true));
    }

    #[test]
    fn documentation_hosts_are_no_hosts() {
        for host in [
            "yourdomain.my.salesforce.com",
            "${org}.my.salesforce.com",
            "<shop>.myshopify.com",
            "your-store.myshopify.com",
            "mydomainname.my.salesforce.com",
            "mycompany.my.salesforce.com",
            "orgname.my.salesforce.com",
            "{site}.chargebee.com",
        ] {
            assert!(is_placeholder(host), "{host}");
        }
        for host in ["acme.my.salesforce.com", "mydomaine-lyon.my.salesforce.com", "storefront.myshopify.com"] {
            assert!(!is_placeholder(host), "{host}");
        }
    }

    proptest! {
        #[test]
        fn a_glob_never_panics(pattern in "[a-c*.]{0,12}", host in "[a-c.]{0,12}", across: bool) {
            glob(&pattern, &host, across);
        }

        #[test]
        fn without_wildcards_a_glob_is_equality(pattern in "[a-b.]{0,4}", host in "[a-b.]{0,4}") {
            prop_assert_eq!(glob(&pattern, &host, false), pattern == host);
        }
    }
}
