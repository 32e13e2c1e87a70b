//! How fast the table readers are by themselves, on one core: megabytes a second, read as a slice and as a stream,
//! with every cell handed over and none judged.
//!
//!     cargo bench --bench tables

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::io;
use std::time::Instant;

use synthgate::parse::Format;
use synthgate::parse::table::{self, Cell, Column, Head, Input, Visitor};
use synthgate::source::{FileId, Span};

const ROWS: usize = 200_000;
const RUNS: usize = 5;

/// Counts what it is given, so that nothing can be left out.
#[derive(Default)]
struct Count {
    cells: u64,
    bytes: u64,
    problems: u64,
}

impl Visitor for Count {
    fn begin(&mut self, _: Head) {}
    fn column(&mut self, _: u32, _: Column) {}
    fn row(&mut self, _: u32, _: u64, cells: &[Cell<'_>]) {
        self.cells += cells.len() as u64;
        self.bytes += cells.iter().map(|c| c.value.len() as u64).sum::<u64>();
    }
    fn problem(&mut self, _: Span, _: String) {
        self.problems += 1;
    }
}

fn main() -> io::Result<()> {
    println!("| format | MB | cells | slice | stream |");
    println!("|---|---|---|---|---|");
    let texts = texts();
    for (name, format, text) in &texts {
        line(name, *format, text.as_bytes())?;
    }
    let csv = texts.first().map_or("", |t| t.2.as_str());
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(csv.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    line("CSV in UTF-16", Format::Csv, &wide)
}

fn line(name: &str, format: Format, bytes: &[u8]) -> io::Result<()> {
    let megabytes = bytes.len() as f64 / 1e6;
    let mut seconds = [f64::MAX; 2];
    let mut count = Count::default();
    for _ in 0..RUNS {
        for (streamed, best) in seconds.iter_mut().enumerate() {
            count = Count::default();
            let input = if streamed == 1 { Input::Stream(Box::new(bytes)) } else { Input::Bytes(bytes) };
            let started = Instant::now();
            table::read(input, FileId(0), format, &mut count)?;
            *best = best.min(started.elapsed().as_secs_f64());
        }
    }
    let [slice, stream] = seconds.map(|s| megabytes / s);
    println!("| {name} | {megabytes:.0} | {} | {slice:.0} MB/s | {stream:.0} MB/s |", count.cells);
    if count.problems > 0 || count.bytes == 0 {
        println!("| {name}: not read as it was written | | | | |");
    }
    Ok(())
}

/// The same people in every format.
fn texts() -> [(&'static str, Format, String); 7] {
    let columns = ["id", "first", "last", "email", "phone", "street", "city", "amount"];
    let person = |i: usize| {
        [
            i.to_string(),
            format!("Alice{i}"),
            format!("Example{}", i % 77),
            format!("alice.{i}@example.com"),
            format!("+1 415 555 01{:02}", i % 100),
            format!("{i} Sample Street"),
            "Springfield".to_owned(),
            format!("{}.50", i * 3),
        ]
    };
    let join = |between: &str, quote: &str| -> Vec<String> {
        (0..ROWS).map(|i| person(i).map(|value| format!("{quote}{value}{quote}")).join(between)).collect()
    };
    let records: Vec<String> = (0..ROWS)
        .map(|i| {
            let pairs = columns.iter().zip(person(i)).map(|(key, value)| format!("\"{key}\":\"{value}\""));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        })
        .collect();
    let head = columns.join(",");
    let insert = format!("INSERT INTO contacts ({head}) VALUES ");
    let tuples = join(",", "'");
    [
        ("CSV", Format::Csv, format!("{head}\n{}\n", join(",", "").join("\n"))),
        ("CSV, all quoted", Format::Csv, format!("{head}\n{}\n", join(",", "\"").join("\n"))),
        ("JSON in one line", Format::Json, format!("{{\"records\":[{}]}}", records.join(","))),
        ("NDJSON", Format::Ndjson, records.join("\n")),
        ("SQL, one INSERT", Format::Sql, format!("{insert}({});\n", tuples.join("),("))),
        ("SQL, an INSERT a row", Format::Sql, format!("{insert}({});\n", tuples.join(&format!(");\n{insert}(")))),
        ("SQL, COPY", Format::Sql, format!("COPY contacts ({head}) FROM stdin;\n{}\n\\.\n", join("\t", "").join("\n"))),
    ]
}
