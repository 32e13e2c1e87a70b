//! JSON and NDJSON: in comes a window, out come the lists of records that stand in it, at the root or under keys.
//!
//! The document is never held: a small event reader ([`machine`]) walks over its tokens, remembers where the values of
//! the records that are open stand, and hands a record over as a row when it closes ([`rows`]). So a document of one
//! line and many megabytes costs no more than its longest record.
//!
//! An object in a list is a record. Objects in a record become dotted columns, lists of scalars repeat their column,
//! lists of objects are tables of their own (Salesforce's child relationships); their rows come before the parent's.

mod machine;
mod rows;
mod scan;
mod shape;
mod text;

use std::io;

use machine::Machine;

use super::Visitor;
use super::trouble::Troubles;
use super::window::Window;

/// How a file holds its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One JSON value.
    Document,
    /// One record a line; a record that is broken ends with its line.
    Lines,
    /// One record after the other, each over several lines.
    Stream,
}

const SAMPLE: usize = 64 << 10;
const LONG_TOKEN: &str = "a value is longer than 64 MB and is not read";

/// Reads a file of JSON.
pub(super) fn read(
    window: &mut Window<'_>,
    expected: Layout,
    visitor: &mut dyn Visitor,
    troubles: &mut Troubles,
) -> io::Result<()> {
    window.fill(SAMPLE)?;
    let sample = &window.data()[..window.data().len().min(SAMPLE)];
    let mut machine = Machine::new(layout(sample, expected), window.offset());
    loop {
        machine.run(window, visitor, troubles);
        let (cursor, keep) = (machine.cursor(), machine.keep(window, troubles));
        window.consume(usize::try_from(keep.saturating_sub(window.offset())).unwrap_or(usize::MAX));
        if window.ended() {
            machine.end(window, visitor, troubles);
            return Ok(());
        }
        let waiting = usize::try_from((window.offset() + window.data().len() as u64).saturating_sub(cursor));
        if waiting.unwrap_or(usize::MAX) > window.bounds().longest {
            let at = window.span_at(cursor..cursor + 1);
            troubles.note(LONG_TOKEN, at);
            machine.lose_token(window);
        }
        window.grow()?;
    }
}

/// Many exports of records a line are named `.json`, and some `.jsonl` are not records a line.
fn layout(sample: &[u8], expected: Layout) -> Layout {
    let mut lines = sample.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(10);
    let is_record = |line: &[u8]| line.starts_with(b"{") && line.ends_with(b"}");
    match expected {
        Layout::Document => match (lines.next(), lines.next()) {
            (Some(first), Some(second)) if is_record(first) && second.starts_with(b"{") => Layout::Lines,
            _ => Layout::Document,
        },
        _ if lines.clone().any(is_record) || lines.count() < 2 => Layout::Lines,
        _ => Layout::Stream,
    }
}

#[cfg(test)]
mod tests {
    use super::super::recorder::{Recorder, encode, encoding, on_disk};
    use super::super::window::Bounds;
    use super::super::{CellKind, Container};
    use super::*;
    use crate::parse::Format;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(text: &str) -> Recorder {
        Recorder::both(text.as_bytes(), Format::Json, 5)
    }

    fn lines(text: &str) -> Recorder {
        Recorder::both(text.as_bytes(), Format::Ndjson, 5)
    }

    fn messages(read: &Recorder) -> Vec<&str> {
        read.problems.iter().map(|p| p.1.as_str()).collect()
    }

    #[test]
    fn nested_objects_are_dotted_columns_and_lists_repeat_their_column() {
        let text = r#"{"version": 1, "people": [
          {"id": 1, "name": {"first": "Ann", "last": null}, "emails": ["a@example.com", "b@example.com"]},
          {"name": {"first": "B\u00f6b"}, "id": 2, "extra": true}
        ]}"#;
        let read = read(text);
        assert_eq!(read.problems, []);
        assert_eq!(read.tables.len(), 1);
        assert_eq!(read.tables[0].name.as_deref(), Some("people"));
        assert_eq!(read.tables[0].container, Container::JsonRecords);
        let (columns, rows) = read.values(0);
        assert_eq!(columns, ["id", "name.first", "name.last", "emails", "extra"]);
        assert_eq!(rows[0], [(0, "1"), (1, "Ann"), (2, ""), (3, "a@example.com"), (3, "b@example.com")]);
        assert_eq!(rows[1], [(0, "2"), (1, "Böb"), (4, "true")]);
        let kinds: Vec<CellKind> = read.tables[0].rows[0].iter().map(|c| c.kind).collect();
        assert_eq!(kinds, [CellKind::Plain, CellKind::Text, CellKind::Null, CellKind::Text, CellKind::Text]);
        let bytes = text.as_bytes();
        assert_eq!(on_disk(bytes, read.tables[0].columns[1].1), "first");
        assert_eq!(on_disk(bytes, read.tables[0].rows[0][2].span), "null");
        assert!(on_disk(bytes, read.tables[0].span).starts_with(r#"{"id": 1"#));
        assert!(on_disk(bytes, read.tables[0].span).ends_with("]},"[..2].trim()));
    }

    #[test]
    fn a_salesforce_tree_is_a_table_for_each_object() {
        let read = read(
            r#"{"records":[{"attributes":{"type":"Account","referenceId":"A1"},"Name":"Acme","Contacts":{"records":[
              {"attributes":{"type":"Contact","referenceId":"C1"},"Email":"x@example.com"}]}},
              {"attributes":{"type":"Lead","referenceId":"L1"},"Company":"Initech"}]}"#,
        );
        let names: Vec<&str> = read.tables.iter().filter_map(|t| t.name.as_deref()).collect();
        assert_eq!(names, ["Contact", "Account", "Lead"]);
        assert_eq!(read.values(0).0, ["attributes.type", "attributes.referenceId", "Email"]);
        assert_eq!(read.values(1).0, ["attributes.type", "attributes.referenceId", "Name"]);
        assert_eq!(read.values(2).0, ["attributes.type", "attributes.referenceId", "Company"]);
    }

    #[test]
    fn a_records_kind_names_its_table_only_where_it_is_a_kind() {
        let name = |text: &str| read(text).tables[0].name.clone();
        assert_eq!(name(r#"[{"model":"auth.user","pk":1,"fields":{"email":"x"}}]"#).as_deref(), Some("auth.user"));
        assert_eq!(name(r#"[{"model":"T","year":1908}]"#), None);
        assert_eq!(name(r#"{"data":[{"type":"user","attributes":{"type":"premium"}}]}"#).as_deref(), Some("data"));
        assert_eq!(name(r#"[{"attributes":{"type":"two words"}}]"#), None);
    }

    #[test]
    fn records_a_line_are_told_from_one_document() {
        for text in ["{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\r\n\r\n{\"a\":2}"] {
            for read in [read(text), lines(text)] {
                assert_eq!(read.tables[0].container, Container::Ndjson);
                assert_eq!(read.values(0).1, [[(0, "1")], [(0, "2")]]);
            }
        }
        assert_eq!(lines("{\n \"a\": 1\n}\n{\n \"a\": 2\n}\n").values(0).1.len(), 2);
        assert_eq!(read("{\"a\": 1,\n \"b\": {\"c\": 2}}").tables.len(), 0);
        assert_eq!(messages(&read("{\n}\n{\n}\n")), [machine::MANY_VALUES]);
    }

    #[test]
    fn a_broken_line_costs_itself_only() {
        let read = lines("{\"a\":1}\n{\"a\":2,\"b\":[{\"c\n{\"a\":3}\nnot json\n{\"a\":4}\n");
        let rows = read.tables.iter().find(|t| t.name.is_none()).map(|t| t.rows.len());
        assert_eq!(rows, Some(4));
        assert!(messages(&read).iter().any(|m| m.contains("line ends inside a record")));
        assert!(messages(&read).iter().any(|m| m.contains("outside of any record")));
    }

    #[test]
    fn what_stands_before_the_break_counts() {
        let read = read(r#"[{"a":1,"b":"x"},{"a":2,"b":"y"#);
        assert_eq!(read.values(0).1, [[(0, "1"), (1, "x")], [(0, "2"), (1, "y")]]);
        assert_eq!(messages(&read)[1], "the file ends inside a list or object");
        let read = self::read("[{\"a\":\"open\n,\"b\":2},{\"a\":3}]");
        assert_eq!(read.tables[0].rows.len(), 2);
        assert_eq!(messages(&read), ["a string is not closed on its line"]);
    }

    #[test]
    fn comments_and_trailing_commas_are_forgiven() {
        let read = read("// made up\n[{a: 1, 'b': 'x',}, /* two */ {\"a\": 2},]\n");
        assert_eq!(read.values(0).1, [vec![(0, "1"), (1, "x")], vec![(0, "2")]]);
        assert_eq!(read.problems, []);
        assert_eq!(read.preamble.iter().map(|p| p.1.as_str()).collect::<Vec<_>>(), ["made up", "two"]);
    }

    #[test]
    fn nesting_has_a_bound() {
        let deep = format!("[{{\"a\":{}1{},\"b\":2}}]", "[".repeat(100_000), "]".repeat(100_000));
        let read = read(&deep);
        assert_eq!(read.values(0).1, [[(0, "2")]]);
        assert!(messages(&read)[0].contains("deeper than 64"));
        Recorder::both("[{\"a\":".repeat(100_000).as_bytes(), Format::Json, 1000);
    }

    #[test]
    fn a_record_longer_than_the_window_is_read_value_by_value() {
        let items: Vec<String> = (0..400).map(|i| format!("{{\"n\":{i},\"t\":\"x\\u0041\"}}")).collect();
        let text = format!(
            "[{{\"name\":\"caf\\u00e9\",\"items\":[{}],\"last\":\"end\"}},{{\"name\":\"b\"}}]",
            items.join(",")
        );
        let bounds = Bounds { chunk: 32, held: 64, ..Bounds::default() };
        for number in 0..4 {
            let bytes = encode(&text, encoding(number));
            let pieces = Recorder::stream(&bytes, Format::Json, bounds);
            assert_eq!(pieces.tables[0].rows.len(), 400);
            assert_eq!(pieces.values(1).1, [vec![(0, "café"), (1, "end")], vec![(0, "b")]]);
            let whole = Recorder::slice(&bytes, Format::Json);
            assert_eq!(whole.values(1).1, pieces.values(1).1);
            assert_eq!(whole.tables[1].rows, pieces.tables[1].rows);
        }
    }

    #[test]
    fn a_value_beyond_the_bound_is_lost_alone() {
        let text = format!("[{{\"a\":\"{}\",\"b\":1}},{{\"a\":\"x\",\"b\":2}}]", "y".repeat(300_000));
        let bounds = Bounds { chunk: 64, longest: 1000, held: 500, ..Bounds::default() };
        let read = Recorder::stream(text.as_bytes(), Format::Json, bounds);
        assert_eq!(read.values(0).1, [vec![(0, "1")], vec![(0, "2"), (1, "x")]]);
        assert_eq!(messages(&read), [LONG_TOKEN]);
    }

    fn text_value() -> impl Strategy<Value = String> {
        prop_oneof!["[a-z@.]{0,10}", "\\PC{0,8}", Just(String::from("tab\t\"quote\" \\ \n")), Just(String::from("😀é"))]
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let scalar = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(|b| json!(b)),
            any::<i32>().prop_map(|n| json!(n)),
            text_value().prop_map(|t| json!(t)),
        ];
        scalar.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
                proptest::collection::btree_map("[a-c]{1,2}", inner, 0..4).prop_map(|m| json!(m)),
            ]
        })
    }

    /// What a record must give: the slow and obvious way, by column name.
    fn expected(value: &serde_json::Value, name: &str, out: &mut Vec<(String, String)>) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, value) in map {
                    let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                    expected(value, &name, out);
                }
            }
            serde_json::Value::Array(items) => {
                items.iter().filter(|i| !i.is_object()).for_each(|item| expected(item, name, out));
            }
            serde_json::Value::Null => out.push((name.to_owned(), String::new())),
            serde_json::Value::String(text) => out.push((name.to_owned(), text.clone())),
            other => out.push((name.to_owned(), other.to_string())),
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            records in proptest::collection::vec(proptest::collection::btree_map("[a-c]{1,2}", value(), 0..5), 1..8),
            pretty: bool, number: u8, chunk in 1usize..40,
        ) {
            let document = json!({ "records": records });
            let text = if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) }.unwrap();
            let bytes = encode(&text, encoding(number));
            let read = Recorder::both(&bytes, Format::Json, chunk);
            prop_assert_eq!(&read.problems, &[]);
            let table = read.tables.iter().find(|t| t.name.as_deref() == Some("records") ).unwrap();
            prop_assert_eq!(table.rows.len(), records.len());
            for (row, record) in table.rows.iter().zip(&records) {
                let mut want = Vec::new();
                expected(&json!(record), "", &mut want);
                let mut got: Vec<(String, String)> =
                    row.iter().map(|c| (table.columns[c.column as usize].0.clone(), c.value.clone())).collect();
                want.sort();
                got.sort();
                prop_assert_eq!(got, want);
            }
            read.each_cell(&bytes, |disk, cell| {
                let quoted = if cell.kind == CellKind::Text { format!("\"{disk}\"") } else { disk.to_owned() };
                let parsed: serde_json::Value = serde_json::from_str(&quoted).unwrap();
                assert_eq!(parsed.as_str().map_or_else(|| parsed.to_string(), str::to_owned), cell.value);
            });
        }

        #[test]
        fn no_bytes_are_too_bad(text in "[\\[\\]{}\",:a\\\\n1/* \n-]{0,120}", raw in proptest::collection::vec(any::<u8>(), 0..40), chunk in 1usize..20, by_line: bool) {
            let bytes = [text.as_bytes(), &raw].concat();
            Recorder::both(&bytes, if by_line { Format::Ndjson } else { Format::Json }, chunk);
        }
    }
}
