//! Real repositories: how many imports find their file. Run by hand with folders in `SYNTHGATE_REPOSITORIES`, separated
//! by `:`, and `--ignored --nocapture`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use rayon::prelude::*;

use super::World;
use crate::discover;
use crate::link::modules::imports::{self, Form, ImportKind};
use crate::link::modules::{FileRole, Graph, ReachOptions, Resolved, Resolver};

#[test]
#[ignore = "reads repositories that are named in the environment"]
fn imports_of_real_repositories_find_their_files() {
    let folders = std::env::var("SYNTHGATE_REPOSITORIES").unwrap_or_default();
    for folder in folders.split(':').filter(|f| !f.is_empty()) {
        count(Path::new(folder));
    }
}

fn count(folder: &Path) {
    let world = World::of(discover::discover(folder, None).files);
    let ids: Vec<_> = world.files.iter().map(|(id, _)| id).collect();
    let start = Instant::now();
    ids.par_iter().for_each(|id| {
        world.code(*id);
    });
    let parsed = start.elapsed();
    let resolver = Resolver::new(&world.files);
    let start = Instant::now();
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut lost = Vec::new();
    let mut outside: BTreeMap<String, usize> = BTreeMap::new();
    for id in &ids {
        let Some(code) = world.code(*id) else { continue };
        for import in imports::read(&code) {
            let relative = import.specifier.starts_with('.');
            let what = match (import.form, import.kind) {
                (Form::Data, _) => "data",
                (_, ImportKind::Dynamic) => "computed",
                (Form::Module, _) if relative => "relative",
                (Form::Module, _) => "named",
                (Form::Path, _) => "path",
                (Form::Class, _) => "class",
                (Form::Component, _) => "component",
                (Form::Template, _) => "template",
                (Form::Request, _) => "request",
            };
            let row = counts.entry(what).or_default();
            match resolver.resolve(*id, code.language, &import) {
                Resolved::File(_) | Resolved::Files(_) => row[0] += 1,
                Resolved::External(name) => {
                    row[1] += 1;
                    if what == "named" {
                        *outside.entry(format!("{name} ({})", import.specifier)).or_default() += 1;
                    }
                }
                Resolved::Unresolved(reason) => {
                    row[2] += 1;
                    if !matches!(what, "data" | "computed" | "class") {
                        lost.push(format!("{} {what} `{}`: {reason}", world.files.path(*id), import.specifier));
                    }
                }
            }
        }
    }
    let resolved = start.elapsed();
    println!("== {} ({} files; parse {parsed:?}, resolve {resolved:?})", folder.display(), ids.len());
    for (what, [found, external, missing]) in &counts {
        let share = 100.0 * *found as f64 / (*found + *missing).max(1) as f64;
        println!("   {what:9} {found:6} found {external:6} external {missing:5} unresolved  {share:.1} %");
    }
    for line in lost.iter().step_by((lost.len() / 25).max(1)).take(25) {
        println!("      {line}");
    }
    let mut outside: Vec<(String, usize)> = outside.into_iter().collect();
    outside.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
    let most: Vec<String> = outside.iter().take(12).map(|(name, count)| format!("{name} {count}")).collect();
    println!("      outside: {}", most.join(", "));
    for notice in resolver.notices().iter().take(5) {
        println!("      notice {} {}", world.files.path(notice.span.unwrap().file), notice.message);
    }
    walk(&world);
}

fn walk(world: &World) {
    let codes = |id| world.code(id);
    let graph = Graph::new(&world.files, &codes);
    let start = Instant::now();
    let roots: Vec<_> = world
        .files
        .iter()
        .filter(|(id, e)| world.code(*id).is_some() && FileRole::of(&e.path) == FileRole::Production)
        .map(|(id, _)| id)
        .collect();
    let reach = graph.reach(&roots, ReachOptions::default());
    let all = start.elapsed();
    let start = Instant::now();
    let few: Vec<_> = roots.iter().step_by((roots.len() / 100).max(1)).collect();
    let sizes: Vec<usize> =
        few.iter().map(|root| graph.reach(&[**root], ReachOptions::default()).files().len()).collect();
    println!(
        "   {} roots reach {} files in {all:?}; {} walks from one in {:?}, {} files at most, {} skipped, {} unresolved",
        roots.len(),
        reach.files().len(),
        few.len(),
        start.elapsed(),
        sizes.iter().max().unwrap_or(&0),
        reach.skipped().len(),
        reach.unresolved().len()
    );
}
