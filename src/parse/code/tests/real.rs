//! A look at real repositories, by hand: `SYNTHGATE_CODE=<folder> cargo test real_repositories -- --ignored --nocapture`
//! reads all files of the folder and tells, for each language, how fast and how whole they were read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::*;

#[derive(Default)]
struct Tally {
    files: usize,
    bytes: usize,
    nodes: usize,
    troubled: Vec<String>,
    time: Duration,
}

#[test]
#[ignore = "reads a folder that is named in the environment"]
fn real_repositories_are_read() {
    let folder = std::env::var("SYNTHGATE_CODE").unwrap();
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for path in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok).map(|e| e.into_path()) {
        read(&path, &mut tallies);
    }
    for (name, t) in &tallies {
        let speed = t.bytes as f64 / t.time.as_secs_f64() / 1e6;
        let dense = t.nodes as f64 / t.bytes as f64;
        let report = format!("{name}: {} files, {} bytes, {speed:.1} MB/s, {dense:.3} nodes a byte", t.files, t.bytes);
        let _ = std::io::Write::write_all(
            &mut std::io::stdout(),
            format!("{report}, {} with problems\n", t.troubled.len()).as_bytes(),
        );
        for trouble in t.troubled.iter().take(20) {
            let _ = std::io::Write::write_all(&mut std::io::stdout(), format!("    {trouble}\n").as_bytes());
        }
    }
    assert!(tallies.values().any(|t| t.files > 0));
}

fn read(path: &PathBuf, tallies: &mut BTreeMap<&'static str, Tally>) {
    let shown = path.to_string_lossy();
    let Some(language) = Language::of(&shown) else { return };
    let Ok(bytes) = std::fs::read(Path::new(path)) else { return };
    let source = Arc::new(Source::new(FileId(0), shown.as_ref().into(), bytes));
    let begun = Instant::now();
    let code = Code::read(&source, language);
    let tally = tallies.entry(language.name()).or_default();
    tally.time += begun.elapsed();
    tally.files += 1;
    tally.bytes += source.text().len();
    tally.nodes += code.len();
    if let Some(problem) = code.problems.first() {
        let line = source.text()[..source.range(problem.span).start].matches('\n').count() + 1;
        tally.troubled.push(format!("{shown}:{line} {}", problem.message));
    }
    // A notebook's cells are not the file's own text.
    if language != Language::Notebook {
        well_formed(&code);
    }
    ways::are_one(&source, language);
}
