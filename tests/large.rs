//! Files larger than what is held in memory: judged to the last row, in bounded memory.
#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Peak memory that a run may need, in kilobytes.
const MEMORY: u64 = 300 * 1024;

/// A live-shaped key that no scanner finds in this tree.
const KEY: &str = concat!("sk_li", "ve_", "9fJ2mQ7xT4vB8nR1cZ6kW3pL");

/// Runs a check and gives its JSON report and, on Linux, its peak memory in kilobytes.
fn check(root: &Path) -> (serde_json::Value, Option<u64>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_synthgate"))
        .current_dir(root)
        .args(["check", "-o", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let out = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || serde_json::from_reader::<_, serde_json::Value>(out).unwrap());
    let mut peak = None;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let now = line.and_then(|l| l.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak = peak.max(now);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    (reader.join().unwrap(), peak)
}

fn judged_to_the_end(root: &Path, path: &str, rows: u64) {
    let (report, peak) = check(root);
    let found = |rule: &str| {
        let all = report["findings"].as_array().unwrap();
        all.iter()
            .find(|f| f["rule"] == rule && f["path"] == path)
            .unwrap_or_else(|| panic!("{rule}: {report:#}"))
            .clone()
    };
    let message = found("PROV-001")["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with(&format!("{rows} rows with ")), "{message}");
    let size = std::fs::metadata(root.join(path)).unwrap().len();
    let secret = found("CRED-001");
    let (start, end) = (secret["start"]["offset"].as_u64().unwrap(), secret["end"]["offset"].as_u64().unwrap());
    assert!(start > size - 200, "{start} of {size}");
    let mut file = std::fs::File::open(root.join(path)).unwrap();
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(start)).unwrap();
    let mut bytes = vec![0; (end - start) as usize];
    std::io::Read::read_exact(&mut file, &mut bytes).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), KEY);
    if let Some(peak) = peak {
        assert!(peak < MEMORY, "{peak} kB");
    }
}

#[test]
fn forty_megabytes_of_records_on_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let mut out = BufWriter::new(std::fs::File::create(dir.path().join("customers.json")).unwrap());
    let rows = 330_000;
    write!(out, "[").unwrap();
    for i in 1..rows {
        write!(out, "{{\"id\":{i},\"email\":\"person{i}@example.com\",\"first_name\":\"Ann\",\"last_name\":\"Archer\",\"note\":\"a note about nothing at all\"}},").unwrap();
    }
    write!(out, "{{\"id\":{rows},\"email\":\"last@example.com\",\"first_name\":\"Zoe\",\"last_name\":\"Zander\",\"note\":\"{KEY}\"}}]").unwrap();
    out.flush().unwrap();
    drop(out);
    assert!(std::fs::metadata(dir.path().join("customers.json")).unwrap().len() > 40_000_000);
    judged_to_the_end(dir.path(), "customers.json", rows);
}

/// 200 MB where the program is optimised; a debug build gets the same at a third of the size, still streamed.
#[test]
fn two_hundred_megabytes_of_rows() {
    let dir = tempfile::tempdir().unwrap();
    let mut out = BufWriter::new(std::fs::File::create(dir.path().join("customers.csv")).unwrap());
    let rows: u64 = if cfg!(debug_assertions) { 800_000 } else { 2_500_000 };
    writeln!(out, "id,email,first_name,last_name,city,note").unwrap();
    for i in 1..rows {
        writeln!(out, "{i},person{i}@example.com,Ann,Archer,Tannau,a note about nothing at all in this row").unwrap();
    }
    writeln!(out, "{rows},last@example.com,Zoe,Zander,Tannau,{KEY}").unwrap();
    out.flush().unwrap();
    drop(out);
    judged_to_the_end(dir.path(), "customers.csv", rows);
}
