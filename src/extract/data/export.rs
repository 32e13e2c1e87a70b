//! What an export of a production system looks like: a table's columns, the file's name and a dump's header come in,
//! the signs come out (`policies/registry/exports.yaml`).

use std::sync::LazyLock;

use globset::GlobSet;
use regex::Regex;
use serde::Deserialize;

use super::scope::glob_set;
use crate::fact::provenance::At;
use crate::source::Span;

/// The system whose own columns these are, with their indexes.
pub fn system<'n>(columns: impl Iterator<Item = &'n str> + Clone) -> Option<(String, Vec<u32>)> {
    // Records of an API's answer carry their own address; their fields are what was asked for.
    if columns.clone().any(|name| name.eq_ignore_ascii_case("attributes.url")) {
        return None;
    }
    EXPORTS.system_columns.iter().find_map(|row| {
        let among = |list: &[String], name: &str| list.iter().any(|c| c.eq_ignore_ascii_case(name));
        let found: Vec<u32> =
            columns.clone().zip(0u32..).filter(|(name, _)| among(&row.columns, name)).map(|(_, i)| i).collect();
        let alone = columns.clone().any(|name| among(&row.alone, name));
        (found.len() >= row.min || alone).then(|| (row.system.clone(), found))
    })
}

/// The object that the file is named after: `Contact.csv`, `Orders.json`.
pub fn object(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, _) = name.rsplit_once('.')?;
    let stem = stem.strip_suffix("__c").unwrap_or(stem);
    EXPORTS
        .objects
        .iter()
        .find(|object| {
            stem.eq_ignore_ascii_case(object)
                || stem.strip_suffix('s').is_some_and(|singular| singular == object.as_str())
        })
        .cloned()
}

/// Whether the file's name has the form that an export function gives.
pub fn is_export_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    EXPORTS.file_names.is_match(name.to_ascii_lowercase())
}

/// Whether a column of this name holds a record's own key.
pub fn is_key_column(name: &str) -> bool {
    let name = name.trim_end_matches("__c");
    EXPORTS.key_columns.iter().any(|key| key.eq_ignore_ascii_case(name))
}

/// Hosts that a dump's header or comment names: `-- Host: db1.shop.example    Database: shop`.
pub fn hosts(span: Span, text: &str) -> Vec<At<String>> {
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?im)(?:^|[\s;(])(?:host|server|hostname|instance|source host)\s*[:=]\s*([a-z0-9][a-z0-9.-]*\.[a-z0-9-]+|[a-z0-9]+(?:-[a-z0-9]+)+)")
            .unwrap_or_else(|e| unreachable!("a constant: {e}"))
    });
    // Offsets of the text are offsets on disk only where nothing was decoded.
    let same = (span.end.saturating_sub(span.start)) as usize == text.len();
    HOST.captures_iter(text)
        .filter_map(|found| found.get(1))
        .filter(|host| !host.as_str().bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        .map(|host| {
            let at = if same {
                Span {
                    file: span.file,
                    start: span.start.saturating_add(host.start() as u32),
                    end: span.start.saturating_add(host.end() as u32),
                }
            } else {
                span
            };
            At { value: host.as_str().to_ascii_lowercase(), span: at }
        })
        .collect()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Raw {
    system_columns: Vec<SystemColumns>,
    objects: Vec<String>,
    file_names: Vec<String>,
    key_columns: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemColumns {
    system: String,
    min: usize,
    columns: Vec<String>,
    /// One of these is enough.
    alone: Vec<String>,
}

struct Exports {
    system_columns: Vec<SystemColumns>,
    objects: Vec<String>,
    file_names: GlobSet,
    key_columns: Vec<String>,
}

static EXPORTS: LazyLock<Exports> = LazyLock::new(|| {
    let raw: Raw = serde_yaml::from_str(include_str!("../../../policies/registry/exports.yaml"))
        .unwrap_or_else(|e| unreachable!("the built-in table is tested: {e}"));
    Exports {
        file_names: glob_set(raw.file_names.iter().map(String::as_str)),
        system_columns: raw.system_columns,
        objects: raw.objects,
        key_columns: raw.key_columns,
    }
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn system_columns_are_a_sign_in_tables_and_not_in_answers() {
        let found = |columns: &[&'static str]| system(columns.iter().copied()).map(|s| s.0);
        assert_eq!(found(&["Id", "Email", "SystemModstamp"]).as_deref(), Some("Salesforce"));
        assert_eq!(found(&["Id", "createdbyid", "lastmodifiedbyid"]).as_deref(), Some("Salesforce"));
        assert_eq!(found(&["Id", "CreatedById"]), None);
        assert_eq!(found(&["attributes.url", "Id", "SystemModstamp", "IsDeleted"]), None);
        assert_eq!(
            found(&["Name", "Email", "Financial Status", "Fulfillment Status", "Paid at"]).as_deref(),
            Some("Shopify")
        );
    }

    #[test]
    fn names_of_files_are_signs() {
        assert_eq!(object("fixtures/Contact.csv").as_deref(), Some("Contact"));
        assert_eq!(object("x/contact.csv").as_deref(), Some("Contact"));
        assert_eq!(object("x/Orders.json").as_deref(), Some("Order"));
        assert_eq!(object("x/customers.csv"), None);
        assert!(is_export_name("data/orders_export_1.csv"));
        assert!(is_export_name("data/crm_prod.csv"));
        assert!(!is_export_name("data/products.csv"));
        assert!(!is_export_name("data/customers.csv"));
    }

    #[test]
    fn a_dump_header_names_its_host() {
        let text = "-- MySQL dump 10.13\n-- Host: db-prod.acme-retail.com    Database: crm\n";
        let found = hosts(Span { file: FileId(0), start: 10, end: 10 + text.len() as u32 }, text);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].value, "db-prod.acme-retail.com");
        assert_eq!(found[0].span.start as usize, 10 + text.find("db-prod").unwrap());
        assert!(hosts(Span::whole(FileId(0)), "-- Host: localhost  Database: x").is_empty());
        assert!(hosts(Span::whole(FileId(0)), "-- Host: 10.0.0.1").is_empty());
    }
}
