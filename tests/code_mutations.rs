//! Real-looking files of every language, broken at random, the same way in every run: reading them ends, and what comes
//! out holds together. The fuzz targets ask the same for longer.

mod code_holds;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use synthgate::parse::code::Language;

/// How many broken files there are of each sample.
const CASES: u32 = 150;

/// What is put into a file: what opens, closes and separates in one language or another.
const TOKENS: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "`",
    "\\",
    "\n",
    ";",
    ":",
    "=",
    "é",
    "😀",
    "\u{1}",
    "\0",
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "<script>",
    "</div>",
    "{{",
    "}}",
    "{%",
    "%}",
    "{% if a %}",
    "{% endif %}",
    "{% comment %}",
    "<%",
    "%>",
    "<%=",
    "<?php",
    "<?=",
    "?>",
    "@if(",
    "@endif",
    "@foreach",
    "{!!",
    "${",
    "#{",
    "<<~A",
    "<<<A",
    "\"\"\"",
    "/*",
    "*/",
    "//",
    "#",
    "?",
    "!",
    "%",
    "end",
    "do",
    "if",
    "else",
    "class",
    "=>",
    "\r\n",
    "\\u12",
    "@",
    "::",
    "r#\"",
    "$\"",
    "fun ",
    "\t",
];

/// One change of a text.
#[derive(Debug, Clone)]
enum Change {
    Insert(usize, usize),
    Repeat(usize, usize, usize),
    Delete(usize, usize),
    Copy(usize, usize, usize),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let (place, token) = (|| any::<usize>(), || 0..TOKENS.len());
    prop_oneof![
        6 => (place(), token()).prop_map(|(at, token)| Change::Insert(at, token)),
        1 => (place(), token(), 2..400usize).prop_map(|(at, token, times)| Change::Repeat(at, token, times)),
        4 => (place(), 1..40usize).prop_map(|(at, length)| Change::Delete(at, length)),
        2 => (place(), 1..200usize, place()).prop_map(|(from, length, to)| Change::Copy(from, length, to)),
        1 => place().prop_map(Change::Cut),
    ]
}

fn changed(sample: &str, changes: &[Change]) -> Vec<u8> {
    let mut bytes = sample.as_bytes().to_vec();
    for change in changes {
        let len = bytes.len();
        let place = |at: usize| at % (len + 1);
        let range = |at: usize, length: usize| place(at)..(place(at) + length).min(len);
        match *change {
            Change::Insert(at, token) => drop(bytes.splice(place(at)..place(at), TOKENS[token].bytes())),
            Change::Repeat(at, token, times) => {
                drop(bytes.splice(place(at)..place(at), TOKENS[token].repeat(times).into_bytes()));
            }
            Change::Delete(at, length) => drop(bytes.drain(range(at, length))),
            Change::Copy(from, length, to) => {
                let copy = bytes[range(from, length)].to_vec();
                drop(bytes.splice(place(to)..place(to), copy));
            }
            Change::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

#[test]
fn broken_files_of_all_languages_are_read() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/code");
    let (mut read, mut left_out) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if Language::of(&name).is_none() {
            left_out.push(name);
            continue;
        }
        let sample = std::fs::read_to_string(&path).unwrap();
        code_holds::check(&name, sample.as_bytes());
        let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let outcome = runner.run(&vec(change(), 1..12), |changes| {
            code_holds::check(&name, &changed(&sample, &changes));
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{name}: {error}");
        }
        read += 1;
    }
    assert!(read > 0);
    // A language may be left out of a build; of a whole one none is.
    let whole = cfg!(all(
        feature = "javascript",
        feature = "python",
        feature = "apex",
        feature = "java",
        feature = "php",
        feature = "ruby",
        feature = "csharp",
        feature = "go",
        feature = "kotlin",
        feature = "rust",
        feature = "markup"
    ));
    assert!(!whole || left_out.is_empty(), "{left_out:?} are of no language");
    println!("{read} samples were broken; left out of this build: {left_out:?}");
}
