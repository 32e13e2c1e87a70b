//! The end of a [`Judge`](super::Judge): what was counted becomes facts.

use super::{Column, Judge, Table, columns, crm, export, scope, tally};
use crate::fact::table::{
    CellFact, ColumnAt, ColumnFact, Detection, Detector, ExportSigns, Family, Group, TableFact, Topic,
};
use crate::fact::{Context, Endpoint, EndpointRole, Fact, FileFacts, Kind};
use crate::source::Span;

/// The facts of all tables of a file, in span order.
pub(super) fn facts(judge: Judge) -> FileFacts {
    let mut facts = Vec::new();
    let hosts = judge.hosts;
    let several = judge.tables.len() > 1;
    for host in &hosts {
        facts.push(fact(host.span, "host".to_owned(), Kind::Endpoint(dump_header(&host.value))));
    }
    for table in judge.tables {
        if table.is_data() {
            table.into_facts(&judge.path, several, &hosts, judge.country.map(|c| c.code.as_str()), &mut facts);
        }
    }
    facts.sort_by_key(|fact| (fact.span.start, fact.span.end));
    FileFacts { facts, notices: judge.notices }
}

fn dump_header(host: &str) -> Endpoint {
    Endpoint { host: host.to_owned(), path: String::new(), role: EndpointRole::DumpHeader, fallback: None }
}

fn fact(span: Span, key: String, kind: Kind) -> Fact {
    Fact { span, key, context: Context::default(), kind }
}

impl Table {
    fn is_data(&self) -> bool {
        let has = |name: &str| self.columns.iter().any(|c| c.name.eq_ignore_ascii_case(name));
        self.rows > 0 && !self.columns.is_empty() && scope::not_data(has).is_none()
    }

    fn into_facts(
        mut self,
        path: &str,
        several: bool,
        hosts: &[crate::fact::provenance::At<String>],
        path_country: Option<&str>,
        facts: &mut Vec<Fact>,
    ) {
        let number = self.number;
        let mut export = self.export(path);
        export.hosts = hosts.to_vec();
        let topic = self.topic(path);
        let mut detections = Vec::new();
        let mut columns = Vec::with_capacity(self.columns.len());
        for (index, column) in (0u32..).zip(std::mem::take(&mut self.columns)) {
            let shown = if self.headless || is_a_value(&column.name) {
                format!("column {}", index + 1)
            } else {
                column.name.clone()
            };
            // The name is part of a finding's fingerprint: where a file has several tables the table's stands before.
            let key = match &self.name {
                Some(table) if several => format!("{table}.{shown}"),
                _ => shown.clone(),
            };
            facts.push(fact(column.span, key.clone(), Kind::Column(ColumnAt { table: number, column: index })));
            let family = column.family();
            columns.push(ColumnFact {
                name: column.name.clone(),
                shown,
                span: column.span,
                weak: column.header.weak && family == column.header.family,
                family,
                values: column.values,
            });
            for detection in column.detections(index) {
                for cell in &detection.cells {
                    let at = CellFact { table: number, column: index, row: cell.row, detector: detection.detector };
                    facts.push(fact(cell.span, key.clone(), Kind::Cell(at)));
                }
                detections.push(detection);
            }
        }
        self.countries.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        let mut countries: Vec<String> = self.countries.iter().map(|(c, _)| c.code.clone()).collect();
        if countries.is_empty() {
            countries.extend(path_country.map(str::to_owned));
        }
        let key = self.name.clone().unwrap_or_default();
        let table = TableFact {
            table: number,
            name: self.name,
            container: self.container,
            rows: self.rows,
            columns,
            more_columns: self.more_columns,
            topic,
            countries,
            detections,
            export,
        };
        facts.push(fact(self.span, key, Kind::Table(Box::new(table))));
    }

    /// What the table is about: by its name, else by its columns. A table of organisations with people in it
    /// (`accounts` with first and last names) is about people.
    fn topic(&self, path: &str) -> Topic {
        let named = columns::topic(self.name.as_deref(), path);
        let count = |family: Family| self.columns.iter().filter(|c| c.family() == Some(family)).count();
        let people = self.columns.iter().any(|c| match c.family() {
            Some(Family::Name) => !c.header.weak,
            Some(Family::BirthDate | Family::NationalId) => true,
            _ => false,
        });
        // Clothes, schools and hostels have a gender too.
        let goods = count(Family::Product) + count(Family::Property);
        let gender = count(Family::Gender) > 0;
        match named {
            Topic::Organisations | Topic::Products | Topic::Places if people => Topic::People,
            Topic::Unknown if people || gender && goods == 0 => Topic::People,
            Topic::Unknown if count(Family::Company) >= 2 => Topic::Organisations,
            Topic::Unknown if count(Family::Property) >= 2 => Topic::Places,
            Topic::Unknown if count(Family::Product) >= if gender { 2 } else { 3 } => Topic::Products,
            topic => topic,
        }
    }

    fn export(&self, path: &str) -> ExportSigns {
        let ids = |crm: &crm::Tally| crm.with_suffix;
        let key = self.columns.iter().zip(0u32..).find_map(|(column, index)| {
            let found = column.crm.as_deref().map_or(0, ids);
            let enough = found >= 3 && found * 2 >= column.values;
            (enough && export::is_key_column(&column.name)).then_some((index, found))
        });
        ExportSigns {
            system: export::system(self.columns.iter().map(|c| c.name.as_str())),
            object: export::object(path),
            file_name: export::is_export_name(path),
            key,
            hosts: Vec::new(),
        }
    }
}

/// A "name" that is a value itself: a message must not show it.
fn is_a_value(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    name.contains('@') || digits >= 7 || name.len() > 80
}

impl Column {
    /// What the name says, if the values can be that; else what the values say.
    fn family(&self) -> Option<Family> {
        let family = self.header.family.filter(|family| self.confirms(*family));
        let addresses = self.addresses >= 3 && self.addresses * 2 >= self.values;
        match family {
            Some(family) if !(self.header.weak && addresses) => Some(family),
            _ if addresses => Some(Family::Email),
            family => family,
        }
    }

    fn confirms(&self, family: Family) -> bool {
        match family {
            Family::Email => self.addresses > 0 || self.email.is_some(),
            Family::Phone => self.seen.numbers > 0,
            Family::Name | Family::FreeText => self.seen.words > 0,
            Family::BirthDate => self.seen.dates > 0,
            Family::Card => self.seen.digits > 0 && self.values > 0,
            Family::Iban => self.iban.as_ref().is_some_and(|i| i.values > 0),
            Family::NationalId => self.seen.dates > 0 || self.seen.numbers > 0,
            _ => self.values > 0,
        }
    }

    fn detections(self, index: u32) -> Vec<Detection> {
        let named = |family: Family| self.header.family == Some(family);
        let mut out = Vec::new();
        if let Some(email) = self.email {
            let groups = email.groups;
            out.push(Detection { groups, ..detection(index, Detector::Email, named(Family::Email), email.counts) });
        }
        if let Some(phone) = self.phone {
            out.push(detection(index, Detector::Phone, named(Family::Phone), phone.counts));
        }
        if let Some(card) = self.card {
            out.push(detection(index, Detector::Card, named(Family::Card), *card));
        }
        if let Some(iban) = self.iban {
            out.push(detection(index, Detector::Iban, named(Family::Iban), *iban));
        }
        if let Some(found) = self.national.and_then(|n| n.finish()) {
            let forms = vec![found.scheme.title.to_owned()];
            let judged = detection(index, Detector::NationalId, true, found.counts);
            out.push(Detection { forms, consecutive: found.consecutive, ..judged });
        }
        for (tally, detector) in [(self.crm, Detector::CrmId), (self.commerce, Detector::CommerceId)] {
            if let Some(tally) = tally {
                let crm::Tally { counts, groups, objects, .. } = *tally;
                out.push(Detection { groups, forms: objects, ..detection(index, detector, true, counts) });
            }
        }
        out.retain(|d| d.values > 0);
        out
    }
}

fn detection(column: u32, detector: Detector, named: bool, counts: tally::Counts) -> Detection {
    Detection {
        column,
        detector,
        free_text: counts.free_text,
        values: counts.values,
        judged: counts.judged,
        provable: counts.provable,
        unproven: counts.unproven,
        masked: counts.masked,
        distinct: counts.distinct.count(),
        distinct_capped: counts.distinct.capped,
        ignored: counts.ignored,
        consecutive: false,
        named,
        forms: Vec::new(),
        groups: Vec::<Group>::new(),
        cells: counts.cells,
    }
}
