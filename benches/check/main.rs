//! The figures of `benches/README.md`: a full check of a tree that looks like a Salesforce DX project, beside
//! `rg -c password` over the same tree in the same run; and single large tables, read to their last record.
//!
//!     cargo bench --bench check                     # 1x, 2x and 4x of 14,000 files and 100 MB
//!     cargo bench --bench check -- --scale 1        # one size
//!     cargo bench --bench check -- --keep DIR       # write the tree of one size there, and keep it
//!
//! Nothing here is a test: a slow machine fails nothing.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

mod ground;
mod measure;
mod phases;
mod sources;

use std::path::{Path, PathBuf};
use std::process::Command;

use measure::{Run, measure};

const RUNS: usize = 5;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|i| arguments.get(i + 1));
    let scales: Vec<usize> = match value("--scale").and_then(|s| s.parse().ok()) {
        Some(scale) => vec![scale],
        None => vec![1, 2, 4],
    };
    let temporary = tempfile::tempdir()?;
    println!("| what | files | MB | time | of rg's | CPU | memory | findings |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut apart = Vec::new();
    for scale in scales {
        let root = value("--keep").map_or_else(|| temporary.path().join(format!("tree-{scale}x")), PathBuf::from);
        let written = ground::write(&root, scale)?;
        tree(&format!("{scale}x"), &root, written)?;
        apart.push((scale, phases::measure(&root)));
    }
    for large in ground::LARGE {
        let root = temporary.path().join(large.name);
        let written = ground::write_large(&root, large)?;
        tree(large.name, &root, written)?;
    }
    println!("\n| one thread | read | parse | extract | link | evaluate | source files | parsed |");
    println!("|---|---|---|---|---|---|---|---|");
    for (scale, p) in apart {
        let ms = |d: std::time::Duration| d.as_millis();
        println!(
            "| {scale}x | {} ms | {} ms | {} ms | {} ms | {} ms | {} | {} |",
            ms(p.read),
            ms(p.parse),
            ms(p.extract),
            ms(p.link),
            ms(p.evaluate),
            p.code,
            p.parsed_code
        );
    }
    Ok(())
}

/// One line of the table: the check, and ripgrep if it is there.
fn tree(name: &str, root: &Path, written: ground::Written) -> std::io::Result<()> {
    let check = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synthgate"));
        command.args(["check", "--no-cache", "--exit-zero", "--output", "concise"]).current_dir(root);
        command
    };
    let ripgrep = || {
        let mut command = Command::new("rg");
        command.args(["-c", "password"]).current_dir(root);
        command
    };
    let rg = (0..RUNS).map_while(|_| measure(ripgrep()).ok()).min_by(by_time);
    let Some(best) = (0..RUNS).map_while(|_| measure(check()).ok()).min_by(by_time) else {
        println!("| {name} | the check could not be run |");
        return Ok(());
    };
    let times = rg.as_ref().map_or_else(|| "no rg".to_owned(), |rg| format!("{:.1} x", best.seconds / rg.seconds));
    println!(
        "| {name} | {} | {:.0} | {:.3} s | {times} | {:.2} s | {:.0} MB | {} |",
        written.files,
        written.bytes as f64 / 1e6,
        best.seconds,
        best.cpu_seconds,
        best.peak_bytes as f64 / 1e6,
        best.lines.saturating_sub(1),
    );
    if let Some(rg) = rg {
        println!("| {name}, `rg -c password` | | | {:.3} s | 1.0 x | {:.2} s | | |", rg.seconds, rg.cpu_seconds);
    }
    Ok(())
}

fn by_time(a: &Run, b: &Run) -> std::cmp::Ordering {
    a.seconds.total_cmp(&b.seconds)
}
