//! Datasets: in come tables, the configuration and provenance records, out comes a subject for each table about which
//! a rule could say something. A list of settings becomes none.

pub(super) mod kind;
mod made;
mod people;

use std::collections::HashMap;

use super::hosts;
use super::modules::Graph;
use super::places::Places;
use super::provenance::{self, StoredBytes};
use super::subject::dataset::{
    AccountOf, CellOf, ColumnOf, ColumnRef, Dataset, DetectionOf, ExportOf, HostOf, KeyOf, KindOf,
};
use super::subject::provenance::Provenance;
use super::subject::{Subject, SubjectKind};
use crate::config::Config;
use crate::fact::environment::Class;
use crate::fact::table::{Detection, Detector, TableFact};
use crate::fact::{Fact, FactId, Kind};
use crate::parse::table::Container;
use crate::registry::generators;
use crate::source::{FileId, Span};

/// What the data of each file are that is a dataset: of its first table.
pub type Kinds = HashMap<FileId, KindOf>;

/// Links all tables, in the order of their facts.
pub fn link(places: &mut Places<'_>, graph: &Graph<'_>, stored: StoredBytes<'_>) -> (Vec<Subject>, Kinds) {
    let tables: Vec<(FactId, &Fact, &TableFact)> = places
        .facts()
        .filter_map(|(id, fact)| match &fact.kind {
            Kind::Table(table) => Some((id, fact, &**table)),
            _ => None,
        })
        .collect();
    let mut files: Vec<FileId> = tables.iter().map(|(_, fact, _)| fact.span.file).collect();
    files.sort_unstable();
    files.dedup();
    let records = provenance::join(places, &files, stored);
    let declared = kind::Declared::new(places.config);
    let own = OwnDomains::new(places.config);
    let mut marks = Marks::default();
    let (mut subjects, mut kinds) = (Vec::new(), Kinds::new());
    for (id, fact, table) in tables {
        let path = places.files.path(fact.span.file);
        let record = records.get(&fact.span.file);
        if !is_telling(table) && record.is_none() && declared.entry(path).is_none() {
            continue;
        }
        marks.read(places, fact.span.file);
        let dataset = Linker { places, fact, table, marks: &marks, own: &own, record }.dataset(id, &declared);
        let label = match &table.name {
            Some(name) => format!("dataset {path} ({name})"),
            None => format!("dataset {path}"),
        };
        subjects.push(Subject::new(SubjectKind::Dataset, label, &dataset));
        kinds.entry(fact.span.file).or_insert(dataset.kind);
    }
    subjects.extend(made::link(places, graph, &declared));
    (subjects, kinds)
}

/// Whether a rule could say something about a table that nobody declared: lists in configuration files without
/// anything personal are not data.
fn is_telling(table: &TableFact) -> bool {
    let data = !matches!(table.container, Container::JsonRecords | Container::YamlRecords);
    let personal = table.columns.iter().any(|c| c.family.is_some_and(|f| f.is_personal()) && !c.weak);
    data || personal || !table.detections.is_empty() || table.export.system.is_some()
}

/// The facts of one file that a dataset's parts are.
#[derive(Default)]
struct Marks {
    file: Option<FileId>,
    columns: HashMap<(u32, u32), FactId>,
    cells: HashMap<(u32, u32, Detector, Span), FactId>,
    hosts: HashMap<Span, FactId>,
}

impl Marks {
    fn read(&mut self, places: &mut Places<'_>, file: FileId) {
        if self.file == Some(file) {
            return;
        }
        *self = Self { file: Some(file), ..Self::default() };
        for (id, fact) in places.facts_of(file) {
            match &fact.kind {
                Kind::Column(at) => _ = self.columns.insert((at.table, at.column), id),
                Kind::Cell(at) => _ = self.cells.insert((at.table, at.column, at.detector, fact.span), id),
                Kind::Endpoint(_) => _ = self.hosts.entry(fact.span).or_insert(id),
                _ => {}
            }
        }
    }
}

/// Domains of hosts that the configuration declares: mail to the project's own people is no leak.
struct OwnDomains(Vec<String>);

impl OwnDomains {
    fn new(config: &Config) -> Self {
        let hosts = config.environments.iter().flat_map(|e| &e.hosts);
        let domains = hosts.filter_map(|host| psl::domain_str(host.trim_start_matches(['*', '.'])));
        Self(domains.map(str::to_ascii_lowercase).collect())
    }

    fn has(&self, domain: &str) -> bool {
        psl::domain_str(domain).is_some_and(|registrable| self.0.iter().any(|own| own == registrable))
    }
}

/// One table on its way to a subject.
struct Linker<'l, 'a> {
    places: &'l mut Places<'a>,
    fact: &'l Fact,
    table: &'l TableFact,
    marks: &'l Marks,
    own: &'l OwnDomains,
    record: Option<&'l Provenance>,
}

impl Linker<'_, '_> {
    fn dataset(mut self, id: FactId, declared: &kind::Declared<'_>) -> Dataset {
        let path = self.places.files.path(self.fact.span.file).to_owned();
        let declaration = declared.entry(&path).map(|entry| kind::declaration(self.places, entry));
        let kind: KindOf = kind::of(self.places, declared, self.record, self.table, &path);
        let columns: Vec<ColumnOf> = (0u32..).zip(&self.table.columns).map(|(i, c)| self.column(id, i, c)).collect();
        let found = &self.table.detections;
        let detections = found.iter().map(|d| self.detection(id, d)).collect();
        let export = self.export(id);
        Dataset {
            id,
            name: self.table.name.clone(),
            place: self.places.place(self.fact, Vec::new()),
            container: self.table.container,
            rows: self.table.rows,
            more_columns: self.table.more_columns,
            topic: self.table.topic,
            countries: self.table.countries.clone(),
            people: people::of(self.table, &columns),
            columns,
            kind,
            declaration,
            detections,
            export,
            provenance: self.record.cloned(),
            real_sources: Vec::new(),
            emissions: Vec::new(),
            loads: Vec::new(),
        }
    }

    fn column(&self, table: FactId, index: u32, column: &crate::fact::table::ColumnFact) -> ColumnOf {
        let id = self.marks.columns.get(&(self.table.table, index)).copied().unwrap_or(table);
        ColumnOf { id, name: column.shown.clone(), family: column.family, values: column.values }
    }

    fn column_ref(&self, table: FactId, index: u32) -> ColumnRef {
        let id = self.marks.columns.get(&(self.table.table, index)).copied().unwrap_or(table);
        let name = self.table.columns.get(index as usize).map_or_else(String::new, |c| c.shown.clone());
        ColumnRef { id, name }
    }

    fn detection(&mut self, table: FactId, found: &Detection) -> DetectionOf {
        let is_own = |group: Option<u32>| {
            found.detector == Detector::Email
                && group.and_then(|g| found.groups.get(g as usize)).is_some_and(|g| self.own.has(&g.key))
        };
        let own = found.groups.iter().filter(|g| found.detector == Detector::Email && self.own.has(&g.key));
        let (own, own_distinct) = own.fold((0, 0), |(v, d), g| (v + g.values, d + g.distinct));
        let cells = found.cells.iter().filter(|cell| !is_own(cell.group)).filter_map(|cell| {
            let key = (self.table.table, found.column, found.detector, cell.span);
            self.marks.cells.get(&key).map(|id| CellOf { id: *id, row: cell.row.saturating_add(1) })
        });
        let generator = self.record.and_then(|r| r.generator.as_ref()).map(|said| generators::explains(&said.value));
        DetectionOf {
            detector: found.detector,
            column: self.column_ref(table, found.column),
            column_values: self.table.columns.get(found.column as usize).map_or(0, |c| c.values),
            named: found.named,
            free_text: found.free_text,
            values: found.values,
            judged: found.judged,
            provable: found.provable,
            unproven: found.unproven.saturating_sub(own),
            masked: found.masked,
            distinct: found.distinct.saturating_sub(own_distinct),
            distinct_capped: found.distinct_capped,
            consumer: found.groups.iter().filter(|g| g.consumer).map(|g| g.values).sum(),
            own,
            ignored: found.ignored,
            consecutive: found.consecutive,
            forms: found.forms.clone(),
            account: self.account(found),
            explained: generator.is_some_and(|kinds| kinds.contains(&word(found.detector))),
            cells: cells.take(3).collect(),
        }
    }

    /// The declared production org on whose instance most of the ids were made.
    fn account(&mut self, found: &Detection) -> Option<AccountOf> {
        if found.detector != Detector::CrmId {
            return None;
        }
        let production = self.places.config.environments.iter().filter(|e| e.class == Class::Production);
        let instances = production.flat_map(|e| e.accounts.iter().map(move |account| (e, account)));
        let orgs = instances.filter(|(_, account)| account.starts_with("00D") && account.len() >= 15);
        let (environment, group) = orgs
            .filter_map(|(e, account)| {
                Some((e, found.groups.iter().find(|g| Some(g.key.as_str()) == account.get(3..6))?))
            })
            .max_by_key(|(_, group)| group.distinct)?;
        let id = self.places.anchors.at(environment.span, &format!("environments.{}", environment.name));
        Some(AccountOf { id, environment: environment.name.clone(), distinct: group.distinct })
    }

    fn export(&mut self, table: FactId) -> ExportOf {
        let signs = &self.table.export;
        let (system, columns) = match &signs.system {
            Some((system, columns)) => (Some(system.clone()), columns.as_slice()),
            None => (None, &[][..]),
        };
        let key = signs.key.map(|(column, ids)| {
            let ColumnRef { id, name } = self.column_ref(table, column);
            KeyOf { id, name, ids }
        });
        let system_columns = columns.iter().map(|c| self.column_ref(table, *c)).collect();
        let mut hosts = Vec::new();
        for at in &signs.hosts {
            let id = self.marks.hosts.get(&at.span).copied().unwrap_or(table);
            let mut evidence = hosts::known(&self.places.environments, &at.value, "").evidence;
            let words = self.places.environments.of_name(&at.value, || format!("host `{}`", at.value));
            evidence.extend(words);
            let environment = self.places.environment(evidence, "host");
            hosts.push(HostOf { id, host: at.value.clone(), environment });
        }
        ExportOf { system, system_columns, object: signs.object.clone(), file_name: signs.file_name, key, hosts }
    }
}

/// The word for a detector in `generators.yaml`.
const fn word(detector: Detector) -> &'static str {
    match detector {
        Detector::Card => "card",
        Detector::Email => "email",
        Detector::Phone => "phone",
        Detector::Iban => "iban",
        Detector::NationalId => "national-id",
        Detector::CrmId | Detector::CommerceId => "crm-id",
    }
}
