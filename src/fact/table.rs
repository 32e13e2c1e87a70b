//! A table of data, summed up: its columns, what they hold, and what their cells were found to be. The rows have
//! streamed past and are gone; no value of a cell is kept here, only counts and places.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::provenance::At;
use crate::parse::table::Container;
use crate::source::Span;

/// A table as linking sees it.
#[derive(Debug, Clone)]
pub struct TableFact {
    /// Number of this table within its file.
    pub table: u32,
    /// The table's own name, none where the file is the table.
    pub name: Option<String>,
    /// What it was read from.
    pub container: Container,
    /// Number of rows read.
    pub rows: u64,
    /// Its columns, in order; at most [`MAX_COLUMNS`].
    pub columns: Vec<ColumnFact>,
    /// Columns beyond that bound, which were not looked at.
    pub more_columns: u64,
    /// What its rows are about.
    pub topic: Topic,
    /// The values of a country column, most frequent first, as ISO 3166 codes; or what the path says.
    pub countries: Vec<String>,
    /// One entry for each column and detector that found something to judge.
    pub detections: Vec<Detection>,
    /// What looks like an export of a production system.
    pub export: ExportSigns,
}

/// Columns of a table that are looked at; further ones are counted.
pub const MAX_COLUMNS: usize = 1024;

/// One column, summed up.
#[derive(Debug, Clone)]
pub struct ColumnFact {
    /// The name.
    pub name: String,
    /// The name as a message may show it: a "name" that is a value itself (a file without a header) is a number.
    pub shown: String,
    /// Where the name stands.
    pub span: Span,
    /// What it holds, by its name, confirmed by its values.
    pub family: Option<Family>,
    /// The name alone does not make it personal (`name`, `city`): what stands beside it must.
    pub weak: bool,
    /// Number of values that are not empty.
    pub values: u64,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Names of persons.
    Name,
    /// Postal addresses and their parts.
    Address,
    /// Dates of birth.
    BirthDate,
    /// Sex or gender.
    Gender,
    /// Numbers of payment cards.
    Card,
    /// Bank accounts.
    Iban,
    /// Numbers that a state gives to persons, personal tax numbers included.
    NationalId,
    /// Network addresses.
    Ip,
    /// Ids of devices.
    DeviceId,
    /// Places on the map.
    Coordinates,
    /// Countries.
    Country,
    /// Ids of records in a CRM or shop.
    CrmId,
    /// Names of accounts.
    Username,
    /// Sentences.
    FreeText,
    /// Money.
    Amount,
    /// Facts about organisations.
    Company,
    /// Facts about things that are sold.
    Product,
    /// Facts about buildings and places.
    Property,
    /// Numbers and codes of other kinds: orders, parcels, vouchers.
    Id,
}

impl Family {
    /// Whether a column of this family is about a person.
    pub const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Email
                | Self::Phone
                | Self::Name
                | Self::Address
                | Self::BirthDate
                | Self::Card
                | Self::Iban
                | Self::NationalId
                | Self::Ip
                | Self::DeviceId
        )
    }

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Address => "address",
            Self::BirthDate => "birth date",
            Self::Gender => "gender",
            Self::Card => "card",
            Self::Iban => "IBAN",
            Self::NationalId => "national id",
            Self::Ip => "IP address",
            Self::DeviceId => "device id",
            Self::Coordinates => "coordinates",
            Self::Country => "country",
            Self::CrmId => "CRM id",
            Self::Username => "user name",
            Self::FreeText => "free text",
            Self::Amount => "amount",
            Self::Company => "company",
            Self::Product => "product",
            Self::Property => "property",
            Self::Id => "id",
        }
    }
}

/// What a table's rows are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Customers, users, orders with their people.
    People,
    /// Companies.
    Organisations,
    /// Things that are sold.
    Products,
    /// Buildings, shops, places.
    Places,
    /// Authors, maintainers: people who are named in public on purpose.
    Attribution,
    /// Nothing says.
    Unknown,
}

/// What looks at values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Detector {
    /// Payment card numbers: Luhn, issued range, length.
    Card,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// IBANs: mod 97 and the country's form.
    Iban,
    /// National ids: checksum, or assignable where there is none.
    NationalId,
    /// Salesforce record ids of persons and orders.
    CrmId,
    /// Ids of customers and orders of a commerce platform.
    CommerceId,
}

/// What one detector found in one column: counts, and the first places.
#[derive(Debug, Clone)]
pub struct Detection {
    /// Index into the table's columns.
    pub column: u32,
    /// Which detector.
    pub detector: Detector,
    /// Found inside longer text.
    pub free_text: bool,
    /// Values of the detector's shape.
    pub values: u64,
    /// How many of them were judged: fewer than `values` where judging is slow and a sample is enough.
    pub judged: u64,
    /// Judged values that are provably nobody's.
    pub provable: u64,
    /// Judged values that may be somebody's.
    pub unproven: u64,
    /// Judged values that are a real address behind a mask that anybody can take off.
    pub masked: u64,
    /// Distinct ones among `unproven` and `masked`.
    pub distinct: u64,
    /// There are more distinct ones than were counted.
    pub distinct_capped: bool,
    /// Values that count neither way: role addresses.
    pub ignored: u64,
    /// The unproven ones are consecutive numbers.
    pub consecutive: bool,
    /// The column's name agrees with the detector.
    pub named: bool,
    /// The form found: the national scheme (`us-ssn`), the objects (`Contact`, `Order`).
    pub forms: Vec<String>,
    /// The unproven values by e-mail domain, or by the Salesforce instance in the id; bounded.
    pub groups: Vec<Group>,
    /// The first unproven cells, in file order.
    pub cells: Vec<CellAt>,
}

/// Some of a detection's values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// An e-mail domain, a Salesforce instance. Never shown.
    pub key: String,
    /// Number of values.
    pub values: u64,
    /// Number of distinct ones.
    pub distinct: u64,
    /// A mailbox provider for everybody.
    pub consumer: bool,
}

/// A cell that a diagnostic may point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellAt {
    /// Row within the table, from 0.
    pub row: u64,
    /// The value's bytes.
    pub span: Span,
    /// Index into the detection's groups, where it has one.
    pub group: Option<u32>,
}

/// A cell as a fact of its own: the place that a finding points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFact {
    /// Number of the table within the file.
    pub table: u32,
    /// Index of the column.
    pub column: u32,
    /// Row within the table, from 0.
    pub row: u64,
    /// What found it.
    pub detector: Detector,
}

/// A column as a fact of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ColumnAt {
    /// Number of the table within the file.
    pub table: u32,
    /// Index of the column.
    pub column: u32,
}

/// What looks like an export of a production system.
#[derive(Debug, Clone, Default)]
pub struct ExportSigns {
    /// The system whose own columns are in the table, and those columns' indexes.
    pub system: Option<(String, Vec<u32>)>,
    /// The file is named like an object: `Contact.csv`.
    pub object: Option<String>,
    /// The file's name has the form that an export function gives.
    pub file_name: bool,
    /// A key column whose ids are consistent: its index and the number of such ids.
    pub key: Option<(u32, u64)>,
    /// Hosts that the dump's header names.
    pub hosts: Vec<At<String>>,
}
