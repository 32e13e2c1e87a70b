//! How fast configuration is read into trees: megabytes a second for each format, and the time for the metadata of a
//! large Salesforce project. Run with `cargo bench --bench trees`, for some formats with `-- yaml hcl`.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use synthgate::parse::Format;
use synthgate::parse::tree::read;
use synthgate::source::{FileId, Source};

const BYTES: usize = 8 << 20;
const METADATA_FILES: usize = 9_500;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    println!("{:<12}{:>10}{:>12}", "format", "MB/s", "problems");
    for (name, format, piece) in PIECES.iter().filter(|(name, ..)| is_wanted(name)) {
        let text = document(*format, piece);
        let source = Source::from_str(FileId(0), name, &text);
        let problems = read(&source, *format).problems.len();
        let time = best_of(5, || drop(black_box(read(&source, *format))));
        println!("{name:<12}{:>10.0}{problems:>12}", text.len() as f64 / 1e6 / time.as_secs_f64());
    }
    if !is_wanted("metadata") {
        return;
    }
    let files: Vec<Source> = (0..METADATA_FILES)
        .map(|i| Source::from_str(FileId(i as u32), "field-meta.xml", &FIELD.replace("NUMBER", &i.to_string())))
        .collect();
    let time = best_of(5, || files.iter().for_each(|f| drop(black_box(read(f, Format::Xml)))));
    println!("\n{METADATA_FILES} metadata files, one thread: {:.1} ms", time.as_secs_f64() * 1e3);
}

fn best_of(runs: usize, mut work: impl FnMut()) -> Duration {
    let once = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..runs).map(once).min().unwrap_or_default()
}

/// A whole document of about [`BYTES`] bytes that repeats a piece.
fn document(format: Format, piece: &str) -> String {
    let (head, tail) = match format {
        Format::Json => ("[\n", "{}]\n"),
        Format::Xml => ("<root>\n", "</root>\n"),
        _ => ("", ""),
    };
    let mut text = String::from(head);
    let mut i = 0;
    while text.len() < BYTES {
        text.push_str(&piece.replace("NUMBER", &i.to_string()));
        i += 1;
    }
    text.push_str(tail);
    text
}

const PIECES: &[(&str, Format, &str)] = &[
    (
        "yaml",
        Format::Yaml,
        "service-NUMBER:\n  image: shop/api:1.20\n  environment:\n    SF_URL: \"https://login.example.com\" # target\n    \
         SF_SECRET: ${SF_SECRET}\n  ports: [8080, 8443]\n",
    ),
    (
        "json",
        Format::Json,
        "  {\"id\": NUMBER, \"name\": \"Ann Example\", \"email\": \"ann@example.com\", \"tags\": [\"a\", \"b\"], \"note\": null},\n",
    ),
    ("xml", Format::Xml, FIELD_INNER),
    (
        "toml",
        Format::Toml,
        "[service.sNUMBER]\nurl = \"https://login.example.com\"\nports = [8080, 8443]\nsince = 1979-05-27\n",
    ),
    (
        "dotenv",
        Format::Dotenv,
        "# target\nSF_URL_NUMBER=\"https://login.example.com\"\nSF_USER_NUMBER=order sync # who\n",
    ),
    (
        "properties",
        Format::Properties,
        "# target\nspring.sf.NUMBER.url=https://login.example.com\nspring.sf.NUMBER.user : sync\n",
    ),
    ("ini", Format::Ini, "[section NUMBER]\nurl = https://login.example.com ; target\nuser = order sync\n"),
    (
        "hcl",
        Format::Hcl,
        "resource \"aws_db_instance\" \"dNUMBER\" {\n  identifier = \"customers-${var.env}\"\n  port = 5432\n  \
         tags = { Name = \"x\" }\n}\n",
    ),
];

const FIELD_INNER: &str = "  <fields>\n    <fullName>Field_NUMBER__c</fullName>\n    <label>Field &amp; NUMBER</label>\n    \
    <length>255</length>\n    <required>false</required>\n    <type>Text</type>\n  </fields>\n";

const FIELD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <CustomField xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <fullName>Field_NUMBER__c</fullName>\n    \
    <description>Synchronised from the shop.</description>\n    <externalId>false</externalId>\n    \
    <label>Field NUMBER</label>\n    <length>255</length>\n    <required>false</required>\n    \
    <trackHistory>false</trackHistory>\n    <type>Text</type>\n    <unique>false</unique>\n</CustomField>\n";
