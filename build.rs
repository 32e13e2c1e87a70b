//! Embeds `policies/rules` and `policies/lib`: in come the folders, out comes a table of paths and texts that
//! `src/policy/embedded.rs` includes. No list of rules is kept by hand. Tests of rules (`*_test.rego`) stay outside.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for folder in ["policies/rules", "policies/lib"] {
        println!("cargo::rerun-if-changed={folder}");
        collect(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let relative = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let _ = writeln!(table, "    ({relative:?}, include_str!({:?})),", file.to_string_lossy());
    }
    table.push_str("]\n");
    fs::write(out.join("policies.rs"), table)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, files)?;
        } else if name.ends_with(".md") || name.ends_with(".rego") && !name.ends_with("_test.rego") {
            files.push(path);
        }
    }
    Ok(())
}
