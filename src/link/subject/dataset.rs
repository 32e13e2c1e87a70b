//! What a policy sees of a dataset: one table of data.

use schemars::JsonSchema;
use serde::Serialize;

use super::provenance::Provenance;
use super::{Environment, Place};
use crate::fact::FactId;
use crate::fact::table::{Detector, Family, Topic};
use crate::parse::table::Container;

/// A table: rows, columns, and what its values were found to be. No value of a cell is in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Dataset {
    /// Where the table begins.
    pub id: FactId,
    /// The table's own name; null where the file is the table.
    pub name: Option<String>,
    /// What stands around it: path, environment, purposes.
    pub place: Place,
    /// What it was read from.
    pub container: Container,
    /// Number of rows.
    pub rows: u64,
    /// Its columns, in order.
    pub columns: Vec<ColumnOf>,
    /// Columns that were not looked at.
    pub more_columns: u64,
    /// What its rows are about.
    pub topic: Topic,
    /// Countries of its rows, most frequent first, as ISO 3166 codes.
    pub countries: Vec<String>,
    /// Whether it is about people as customers are: what PROV-001 asks of a dataset, without its thresholds.
    pub people: PeopleOf,
    /// What the data are said to be.
    pub kind: KindOf,
    /// The entry of `datasets` in the configuration that is about it.
    pub declaration: Option<DeclarationOf>,
    /// What was found in its columns: one for each column and detector that had something to judge.
    pub detections: Vec<DetectionOf>,
    /// What looks like an export of a production system.
    pub export: ExportOf,
    /// What provenance records say of it.
    pub provenance: Option<Provenance>,
    /// Set for what makes data instead of holding it, a recipe or a script: the real records that it reads.
    pub real_sources: Vec<RealSourceOf>,
    /// For what makes data: calls whose values may be somebody's by chance, twenty at most.
    pub emissions: Vec<EmissionOf>,
    /// For what makes data: where its rows are written to a system of customers.
    pub loads: Vec<LoadOf>,
}

/// A generator's call whose values may be somebody's by chance.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EmissionOf {
    /// The call.
    pub id: FactId,
    /// The tool.
    pub tool: String,
    /// The call as it is written: `fake.free_email`.
    pub call: String,
    /// The kind of value: `email`, `phone`, `national-id`, `card`, `iban`.
    pub kind: String,
    /// What it emits, in words.
    pub emits: String,
    /// The call that stays within reserved ranges.
    pub instead: Option<String>,
}

/// A place that writes rows to a system of customers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoadOf {
    /// The call or task.
    pub id: FactId,
    /// How, for a label.
    pub what: String,
    /// It can only reach an environment that is not production.
    pub pinned: bool,
}

/// Real records that a generator reads.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RealSourceOf {
    /// The query or object.
    pub id: FactId,
    /// The tool.
    pub tool: String,
    /// The object: `Contact`.
    pub object: String,
    /// How, for a label.
    pub what: String,
    /// The records are said to be masked on the way.
    pub masked: bool,
    /// The file says nothing of the environment that is read.
    pub unplaced: bool,
}

/// A column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnOf {
    /// Where its name stands.
    pub id: FactId,
    /// Its name, or its number where the name can't be shown.
    pub name: String,
    /// What it holds.
    pub family: Option<Family>,
    /// Number of values that are not empty.
    pub values: u64,
}

/// Whether a table is about people.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PeopleOf {
    /// Families of personal columns, each once, in column order.
    pub families: Vec<Family>,
    /// The first column of each of these families.
    pub columns: Vec<ColumnRef>,
    /// It is about organisations, products, places or authors, and not about customers.
    pub exempt: bool,
    /// The families in words: "e-mail, name and birth date".
    pub why: String,
}

/// What the data are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DataKind {
    /// Invented.
    Synthetic,
    /// Made from real data by an anonymiser.
    Masked,
    /// Real customers.
    Real,
    /// About no person.
    NotPersonal,
    /// Nothing declares it; its path, table or folder speaks of tests, samples, seeds, demos or fixtures.
    PresumedSynthetic,
}

/// What the data are said to be, and who says so.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KindOf {
    /// Null where nothing says.
    pub value: Option<DataKind>,
    /// Declared in the configuration or by a provenance record, not only presumed.
    pub declared: bool,
    /// How we know, as words for a label: "declared in synthgate.yaml", "folder `fixtures/`".
    pub why: String,
    /// Where it is declared.
    pub id: Option<FactId>,
}

/// An entry of `datasets` in the configuration.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeclarationOf {
    /// Where the entry stands.
    pub id: FactId,
    /// The record-level marker column.
    pub marker: Option<String>,
    /// What it may be used for.
    pub purpose: Vec<String>,
    /// Systems it is loaded into.
    pub loaded_into: Vec<String>,
    /// Columns that identify in combination.
    pub quasi_identifiers: Vec<String>,
}

/// A column that a detection is about.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ColumnRef {
    /// Where its name stands.
    pub id: FactId,
    /// Its name, or its number where the name can't be shown.
    pub name: String,
}

/// What one detector found in one column.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DetectionOf {
    /// Which detector.
    pub detector: Detector,
    /// The column.
    pub column: ColumnRef,
    /// Values of the column that are not empty.
    pub column_values: u64,
    /// The column's name agrees with the detector.
    pub named: bool,
    /// Found inside longer text.
    pub free_text: bool,
    /// Values of the detector's shape. Of cards: numbers that pass Luhn and stand in an issued range.
    pub values: u64,
    /// How many were judged; fewer than `values` where a sample is enough, or where a number has no country.
    pub judged: u64,
    /// Judged values that are provably nobody's.
    pub provable: u64,
    /// Judged values that may be somebody's: deliverable addresses, valid numbers. Without the project's own domains.
    pub unproven: u64,
    /// Judged values that are a real address behind a sandbox's mask.
    pub masked: u64,
    /// Distinct ones among `unproven` and `masked`.
    pub distinct: u64,
    /// There are more distinct ones than were counted.
    pub distinct_capped: bool,
    /// Values at mailbox providers for everybody.
    pub consumer: u64,
    /// Values at domains of declared hosts: the project's own.
    pub own: u64,
    /// Addresses of functions, not of people.
    pub ignored: u64,
    /// The unproven ones are consecutive numbers.
    pub consecutive: bool,
    /// The form: the national scheme in words, the objects of record ids.
    pub forms: Vec<String>,
    /// The declared production account that the ids come from.
    pub account: Option<AccountOf>,
    /// The generator that the provenance record names makes such values by chance.
    pub explained: bool,
    /// The first unproven cells.
    pub cells: Vec<CellOf>,
}

/// A declared account.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AccountOf {
    /// Where its environment is declared.
    pub id: FactId,
    /// The environment's name.
    pub environment: String,
    /// Distinct ids that were made there.
    pub distinct: u64,
}

/// A cell.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CellOf {
    /// Where.
    pub id: FactId,
    /// Its row, from 1.
    pub row: u64,
}

/// What looks like an export of a production system.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExportOf {
    /// The system whose own columns are in the table.
    pub system: Option<String>,
    /// Those columns.
    pub system_columns: Vec<ColumnRef>,
    /// The object that the file is named after.
    pub object: Option<String>,
    /// The file's name has the form that an export function gives.
    pub file_name: bool,
    /// The column whose ids are consistent keys.
    pub key: Option<KeyOf>,
    /// Hosts that the dump's header names.
    pub hosts: Vec<HostOf>,
}

/// A column of record keys.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyOf {
    /// The column's name's place.
    pub id: FactId,
    /// The column's name.
    pub name: String,
    /// Number of ids whose suffix fits.
    pub ids: u64,
}

/// A host that a dump's header names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HostOf {
    /// Where.
    pub id: FactId,
    /// The host.
    pub host: String,
    /// Its environment.
    pub environment: Environment,
}
