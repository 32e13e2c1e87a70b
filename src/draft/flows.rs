//! Flows: in come modules that carry records from one system to another, and files that write to a system, out come
//! entries of a draft: one for each module of two systems, one for each system that the application itself writes to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{MAX, counted, quoted, string};
use crate::link::Sender;
use crate::link::subject::{Subject, SubjectKind};

/// More files of one folder are written as the folder.
const MANY: usize = 4;

/// Writes the flows that were seen.
pub(super) fn write(subjects: &[Subject], senders: &[Sender], text: &mut String, seen: &mut Vec<String>) {
    let of_two = |s: &&Subject| s.kind == SubjectKind::SyncFlow && string(&s.input["kind"]) == "module";
    let mut found: Vec<(String, String, Vec<String>)> = Vec::new();
    for flow in subjects.iter().filter(of_two) {
        let (source, target) = (string(&flow.input["source"]["system"]), string(&flow.input["target"]["system"]));
        let code = flow.input["code"][0]["path"].as_str().unwrap_or_default();
        found.push((source.to_owned(), target.to_owned(), vec![code.to_owned()]));
    }
    for sender in senders {
        let known =
            |file: &String| found.iter().any(|(_, target, code)| *target == sender.system && code.contains(file));
        let files: Vec<String> = sender.files.iter().filter(|f| !known(f)).cloned().collect();
        if !files.is_empty() {
            let source = sender.source.clone().unwrap_or_else(|| "app".to_owned());
            found.push((source, sender.system.clone(), globs(&files)));
        }
    }
    found.truncate(MAX);
    seen.push(counted(found.len(), "flow", "by what modules write to"));
    if found.is_empty() {
        return;
    }
    text.push_str(
        "\n# Where records go from here. `source` is what they come from: `app` stands for this application's own. Name the\n\
         # function that keeps synthetic records out.\nflows:\n",
    );
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    for (source, target, code) in found {
        let name = format!("{source}-to-{target}");
        let count = used.entry(name.clone()).or_default();
        *count += 1;
        let id = if *count == 1 { name } else { format!("{name}-{count}") };
        let code: Vec<String> = code.iter().map(|c| quoted(c)).collect();
        let _ = writeln!(text, "  - id: {}", quoted(&id));
        let _ = writeln!(text, "    source: {{ system: {} }} # environment: production", quoted(&source));
        let _ = writeln!(text, "    target: {{ system: {} }} # environment: production", quoted(&target));
        let _ = writeln!(text, "    code: [{}]", code.join(", "));
        text.push_str("    # guard: rejectSynthetic\n    # guard-test: tests/guard.test.ts\n");
    }
}

/// Files as they are, and folders of which many are.
fn globs(files: &[String]) -> Vec<String> {
    let folder = |file: &str| file.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let ending = |file: &str| file.rsplit_once('.').map(|(_, e)| e.to_owned()).unwrap_or_default();
    let mut counts: BTreeMap<(Option<String>, String), usize> = BTreeMap::new();
    for file in files {
        *counts.entry((folder(file), ending(file))).or_default() += 1;
    }
    let globs: BTreeSet<String> = files
        .iter()
        .map(|file| match (folder(file), counts.get(&(folder(file), ending(file)))) {
            (Some(folder), Some(count)) if *count > MANY => format!("{folder}/*.{}", ending(file)),
            _ => file.clone(),
        })
        .collect();
    globs.into_iter().take(MAX).collect()
}
