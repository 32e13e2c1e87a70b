//! That a walk with a table of plain patterns finds what tree-sitter's own query finds, on every sample of these tests.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use super::super::build;
use super::super::grammar::{Compiled, compile_whole, compiled};
use super::super::language::{Reader, Row};
use super::*;

/// Compares both ways on a text, if its language has a grammar of its own.
pub(super) fn are_one(source: &Source, language: Language) {
    if !language.row().is_some_and(has_grammar) {
        return;
    }
    static WHOLE: LazyLock<Mutex<HashMap<Language, Option<&'static Compiled>>>> = LazyLock::new(Mutex::default);
    let whole = *WHOLE.lock().unwrap().entry(language).or_insert_with(|| {
        let whole = compile_whole(language)?;
        Some(Box::leak(Box::new(whole)))
    });
    let (Some(whole), Some(parted)) = (whole, compiled(language)) else { return };
    let nodes = |compiled| {
        let (mut captures, mut problems) = (Vec::new(), Vec::new());
        build::run(source, source.text(), compiled, None, &mut captures, &mut problems);
        (build::nodes(captures, source.text().len() as u32).0, problems)
    };
    let ((whole, _), (parted, problems)) = (nodes(whole), nodes(parted));
    // Where code is left out because it lies too deep, both leave out about the same.
    if problems.iter().any(|p| p.message.contains("deeper")) {
        return;
    }
    let apart = whole.iter().zip(&parted).find(|(a, b)| a != b);
    let text = |node: &Node| source.text().get(node.start as usize..node.end as usize).unwrap_or_default();
    if let Some((a, b)) = apart {
        panic!("{}: {a:?} {:?} by the query, {b:?} {:?} by the table", source.path, text(a), text(b));
    }
    assert_eq!(whole.len(), parted.len(), "{}", source.path);
}

#[test]
fn most_patterns_are_plain_and_none_is_lost() {
    for row in LANGUAGES.iter().filter(|row| has_grammar(row)) {
        let Some(whole) = compile_whole(row.language) else { continue };
        let Some(parted) = compiled(row.language) else { panic!("{}", row.name) };
        let (all, left) = (whole.query.pattern_count(), parted.query.pattern_count());
        assert_eq!(parted.plain.orders() + left, all, "{}", row.name);
        assert!(left * 20 < all, "{}: {left} of {all}", row.name);
    }
}

fn has_grammar(row: &Row) -> bool {
    row.reader == Reader::Grammar || row.language == Language::Php
}
