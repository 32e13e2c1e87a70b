//! The steps of a check apart, each on one thread: read, parse, extract, link, evaluate. The whole runs them on all
//! threads; what a step costs is easier to see alone.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use synthgate::discover;
use synthgate::extract::{self, Maps};
use synthgate::fact::Fact;
use synthgate::link::{self, Reading};
use synthgate::parse::Format;
use synthgate::parse::code::{Code, Language};
use synthgate::parse::tree;
use synthgate::policy::Policies;
use synthgate::source::{Files, Source};

/// What each step took.
#[derive(Debug, Default)]
pub struct Phases {
    pub read: Duration,
    pub parse: Duration,
    pub extract: Duration,
    pub link: Duration,
    pub evaluate: Duration,
    /// Source files that held anything of interest.
    pub parsed_code: usize,
    /// Source files.
    pub code: usize,
}

/// Measures the steps over one tree. Tables are judged inside a check and are not in these figures.
pub fn measure(root: &Path) -> Phases {
    let mut phases = Phases::default();
    let found = discover::discover(root, None);
    let files: &Files = &found.files;
    let maps = Maps::builtin();
    let mut facts: Vec<Fact> = Vec::new();
    for (id, entry) in files.iter() {
        let started = Instant::now();
        let Ok(bytes) = files.read(id) else { continue };
        let source = Arc::new(Source::new(id, entry.path.clone(), bytes));
        phases.read += started.elapsed();
        let format = Format::of(&entry.path);
        let started = Instant::now();
        if format.is_tree() {
            let parsed = tree::read(&source, format);
            phases.parse += started.elapsed();
            let started = Instant::now();
            facts.extend(extract::tree(&source, format, &parsed, &maps).facts);
            phases.extract += started.elapsed();
            continue;
        }
        let mut parse = Duration::ZERO;
        if let Some(language) = Language::of(&entry.path).filter(|_| format == Format::Text) {
            phases.code += 1;
            if extract::code::interest::has(&source.path, source.text(), &maps) {
                phases.parsed_code += 1;
                let started = Instant::now();
                std::hint::black_box(Code::read(&source, language));
                parse = started.elapsed();
                phases.parse += parse;
            }
        }
        let started = Instant::now();
        facts.extend(extract::text(&source, &maps).facts);
        // Extraction parses what it needs itself.
        phases.extract += started.elapsed().saturating_sub(parse);
    }
    let started = Instant::now();
    let reading = Reading { stored: &|_| Err(std::io::Error::other("not measured")), code: &|_| None };
    let linked = link::link(files, facts, &synthgate::config::Config::default(), &reading);
    phases.link = started.elapsed();
    let policies = Policies::builtin();
    let started = Instant::now();
    std::hint::black_box(policies.evaluate(&linked.subjects, "2026-11-21"));
    phases.evaluate = started.elapsed();
    phases
}
