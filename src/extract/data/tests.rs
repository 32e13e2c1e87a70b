//! Tables in, facts out.

use super::*;
use crate::fact::table::{Detection, Detector, TableFact, Topic};
use crate::fact::{EndpointRole, Kind};

/// Feeds comma separated lines, the first one the header, with spans as they stand in the text.
fn judge(path: &str, text: &str) -> FileFacts {
    let mut judge = Judge::new(FileId(0), path);
    let mut at = 0u32;
    let mut lines = text.lines().map(|line| {
        let start = at;
        at += line.len() as u32 + 1;
        let mut column = start;
        line.split(',')
            .map(|cell| {
                let span = Span { file: FileId(0), start: column, end: column + cell.len() as u32 };
                column += cell.len() as u32 + 1;
                (cell, span)
            })
            .collect::<Vec<_>>()
    });
    let header = lines.next().unwrap_or_default();
    let columns = header.iter().map(|(name, span)| Heading { name: (*name).to_owned(), span: *span }).collect();
    let span = Span { file: FileId(0), start: 0, end: text.find('\n').unwrap_or(text.len()) as u32 };
    judge.begin(Head { table: 0, name: None, span, columns, container: Container::Delimited });
    for (row, cells) in lines.enumerate() {
        let cells: Vec<Cell<'_>> = cells
            .into_iter()
            .zip(0u32..)
            .map(|((value, span), column)| Cell { column, value: value.into(), kind: CellKind::Text, span })
            .collect();
        judge.row(0, row as u64, &cells);
    }
    judge.finish()
}

fn table(facts: &FileFacts) -> &TableFact {
    facts
        .facts
        .iter()
        .find_map(|f| match &f.kind {
            Kind::Table(table) => Some(&**table),
            _ => None,
        })
        .expect("a table")
}

fn detection(facts: &FileFacts, detector: Detector) -> Option<&Detection> {
    table(facts).detections.iter().find(|d| d.detector == detector)
}

#[test]
fn columns_are_what_their_names_say_and_their_values_confirm() {
    let facts = judge(
        "fixtures/customers.csv",
        "id,first_name,email,phone,dob,email_verified\n1,Ann,ann@example.com,,1980-01-02,true\n2,Bo,bo@example.com,,1981-01-02,false\n",
    );
    let families: Vec<_> = table(&facts).columns.iter().map(|c| c.family).collect();
    assert_eq!(
        families,
        [Some(Family::Id), Some(Family::Name), Some(Family::Email), None, Some(Family::BirthDate), None]
    );
    assert_eq!((table(&facts).rows, table(&facts).topic), (2, Topic::People));
}

#[test]
fn a_gender_alone_makes_no_people_of_clothes_and_houses() {
    let topic = |path: &str, text: &str| table(&judge(path, text)).topic;
    assert_eq!(topic("data/shoes.csv", "name,gender,size,color,brand\nRun,women,9,red,Acme\n"), Topic::Products);
    assert_eq!(topic("seed/products.csv", "name,gender,price\nRun,women,80\n"), Topic::Products);
    assert_eq!(topic("seed/approved_premises.csv", "name,gender,city\nElm House,male,Leeds\n"), Topic::Places);
    assert_eq!(topic("data/survey.csv", "name,gender,city\nAnn,female,Leeds\n"), Topic::People);
}

#[test]
fn deliverable_addresses_are_counted_and_the_first_are_kept_with_their_places() {
    let text = "name,email\na,a@example.com\nb,b@gmail.com\nc,c@acme-retail.com\nd,d@acme-retail.com\ne,e@acme-retail.com\nf,info@acme-retail.com\n";
    let facts = judge("data/customers.csv", text);
    let found = detection(&facts, Detector::Email).expect("addresses");
    assert_eq!((found.values, found.provable, found.unproven, found.ignored, found.distinct), (6, 1, 4, 1, 4));
    let shown: Vec<&str> = found.cells.iter().map(|c| &text[c.span.start as usize..c.span.end as usize]).collect();
    assert_eq!(shown, ["b@gmail.com", "c@acme-retail.com", "d@acme-retail.com"]);
    assert_eq!(facts.facts.iter().filter(|f| matches!(f.kind, Kind::Cell(_))).count(), 3);
}

#[test]
fn a_column_of_cards_is_told_from_a_sequence() {
    let cards = "card_number\n4539578763621486\n4242424242424242\n";
    let found = judge("a.csv", cards);
    let found = detection(&found, Detector::Card).expect("cards");
    assert_eq!((found.values, found.provable, found.unproven, found.named), (2, 1, 1, true));
    let rows: String = (0..100).map(|i| format!("45395787636214{i:02}\n")).collect();
    let facts = judge("a.csv", &format!("ref_no_x\n{rows}"));
    let by_chance = detection(&facts, Detector::Card).map_or(0, |d| d.values);
    assert!(by_chance * 2 < table(&facts).columns[0].values, "{by_chance}");
    assert!(detection(&judge("a.csv", &format!("order_number\n{rows}")), Detector::Card).is_none());
}

#[test]
fn a_file_without_a_header_is_judged_from_its_first_row() {
    let facts = judge("x.csv", "Ann,ann@acme-retail.com\nBo,bo@acme-retail.com\nCy,cy@acme-retail.com\n");
    assert_eq!(table(&facts).rows, 3);
    assert_eq!(table(&facts).columns[1].shown, "column 2");
    assert_eq!(detection(&facts, Detector::Email).map(|d| d.unproven), Some(3));
    assert!(facts.facts.iter().all(|f| !f.key.contains('@')));
}

#[test]
fn phones_follow_the_row_s_country() {
    let facts = judge(
        "x.csv",
        "phone,country\n020 7946 0018,GB\n020 8366 1177,United Kingdom\n312-555-0142,US\n312-867-5309,US\n030 1234,\n",
    );
    let found = detection(&facts, Detector::Phone).expect("phones");
    assert_eq!((found.judged, found.provable, found.unproven), (4, 2, 2));
    assert_eq!(table(&facts).countries, ["GB", "US"]);
}

#[test]
fn sentences_are_read() {
    let text = "id,notes\n1,Please mail jo@acme-retail.com about Visa 4539578763621486\n";
    let facts = judge("x.csv", text);
    let email = detection(&facts, Detector::Email).expect("an address");
    assert!(email.free_text);
    let span = email.cells[0].span;
    assert_eq!(&text[span.start as usize..span.end as usize], "jo@acme-retail.com");
    assert_eq!(detection(&facts, Detector::Card).map(|d| d.unproven), Some(1));
}

#[test]
fn an_export_has_its_system_s_columns_and_consistent_keys() {
    let ids = ["0036g000006JcedAAC", "0036g000006JceeAAC", "0036g000006JcefAAC"];
    let rows: String = ids.iter().map(|id| format!("{id},2020-01-01,false\n")).collect();
    let facts = judge("fixtures/Contact.csv", &format!("Id,SystemModstamp,IsDeleted\n{rows}"));
    let export = &table(&facts).export;
    assert_eq!(export.system.as_ref().map(|s| s.0.as_str()), Some("Salesforce"));
    assert_eq!(export.object.as_deref(), Some("Contact"));
    assert_eq!(export.key, Some((0, 3)));
    let crm = detection(&facts, Detector::CrmId).expect("ids");
    assert_eq!(
        (crm.distinct, crm.groups[0].key.as_str(), crm.forms.as_slice()),
        (3, "6g0", &["Contact".to_owned()][..])
    );
}

#[test]
fn a_dump_header_s_host_is_an_endpoint() {
    let mut judge = Judge::new(FileId(0), "dump.sql");
    judge.preamble(Span::whole(FileId(0)), "-- Host: db.prod.acme-retail.com");
    let facts = judge.finish();
    assert!(matches!(&facts.facts[0].kind, Kind::Endpoint(e) if e.role == EndpointRole::DumpHeader));
}

#[test]
fn what_is_no_dataset_has_no_facts() {
    let text = "name,email\na,a@gmail.com\n";
    assert!(judge("test/cassettes/a.csv", text).facts.is_empty());
    assert!(judge("a.csv", "request.method,response.status,email\nGET,200,a@gmail.com\n").facts.is_empty());
    assert!(judge("a.csv", "name,email\n").facts.is_empty());
}
