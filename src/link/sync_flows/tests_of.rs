//! Tests of a guard: in come a flow and all files, out comes whether a test names the guard or the marker.

use super::super::modules::{FileRole, Graph};
use super::super::places::Places;
use super::super::sentinels::Wanted;
use super::super::subject::sync_flow::TestOf;
use crate::config::Flow;
use crate::parse::code::Language;

/// Larger tests are data.
const MAX_BYTES: u64 = 1 << 20;

/// How many tests are searched.
const MAX_TESTS: usize = 20_000;

/// What is known of a declared flow's guard. A declared test is enough; only where there is none are tests searched.
pub(super) fn declared(places: &mut Places<'_>, graph: &Graph<'_>, flow: &Flow, guard: &Wanted, key: &str) -> TestOf {
    let mut test = none();
    if let Some(told) = &flow.guard_test {
        test.declared_id = Some(places.anchors.at(told.span, &format!("{key}.guard-test")));
        test.exists = places.files.find(told.text.trim_start_matches("./")).is_some();
        test.declared = Some(told.text.clone());
        return test;
    }
    let files = places.files;
    let tests = files.iter().filter(|(id, entry)| {
        graph.role(*id) == FileRole::Test && entry.size < MAX_BYTES && Language::of(&entry.path).is_some()
    });
    for (id, entry) in tests.take(MAX_TESTS) {
        let Ok(bytes) = files.read(id) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let names = guard.symbols.iter().any(|s| text.contains(s.rsplit(['.', ':']).next().unwrap_or(s)));
        if names && test.names_guard.is_none() {
            test.names_guard = Some(entry.path.to_string());
        }
        if test.names_marker.is_none() && guard.is_marked(&text) {
            test.names_marker = Some(entry.path.to_string());
        }
        if test.names_guard.is_some() || guard.symbols.is_empty() && test.names_marker.is_some() {
            break;
        }
    }
    test
}

/// Nothing is known.
pub(super) fn none() -> TestOf {
    TestOf { declared_id: None, declared: None, exists: false, names_guard: None, names_marker: None }
}
