//! The whole flow on one screen: in come options, out comes a [`Report`].

mod ground;
mod scan;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use rayon::prelude::*;

use crate::config::Config;
use crate::fact::{Fact, Notice};
use crate::finding::{Confidence, Report, Severity, Stats};
use crate::link::{self, Reading, subject::Subject};
use crate::parse::code::Language;
use crate::policy::Policies;
use crate::settle::{self, suppression::Suppression};
use crate::source::{FileId, Files};
use ground::Ground;

/// Whether the run itself failed, whatever it found.
pub fn failed(report: &Report) -> bool {
    report.notices.iter().any(Notice::is_failure)
}

/// Whether something was left out that could have held a finding. Pictures and archives could not; languages that this
/// version does not read are its own limit, and no fault of a file.
pub fn left_out(report: &Report) -> bool {
    report.notices.iter().any(|n| !matches!(n.code, "binary" | "language"))
}

/// More notices of one kind than this are one notice.
const MANY: usize = 3;

/// What a run is asked to do.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The root; the current folder's git work tree, or the folder itself, if not given.
    pub root: Option<PathBuf>,
    /// The configuration file, if it is not one of [`crate::config::NAMES`].
    pub config: Option<PathBuf>,
    /// Folders of policies beside those that the configuration names.
    pub policies: Vec<PathBuf>,
    /// The run date, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Report only findings below these paths, relative to the root.
    pub paths: Vec<String>,
    /// Run only these rules: ids, names or families. Empty means all.
    pub select: Vec<String>,
    /// Do not run these.
    pub ignore: Vec<String>,
    /// What blocks, over the configuration.
    pub fail_on: Option<(Severity, Option<Confidence>)>,
    /// The baseline file, if it is not `synthgate-baseline.json`.
    pub baseline: Option<PathBuf>,
    /// A file that is read from memory in place of, or in addition to, the one on disk: its path and bytes.
    pub stdin: Option<(String, Vec<u8>)>,
    /// Run built-in rules on the interpreter too, to compare the engines.
    pub always_interpret: bool,
}

/// Checks a folder on disk.
pub fn run(options: &Options) -> Report {
    let started = Instant::now();
    check(Ground::of_folder(options), options, started)
}

/// Checks files that are only in memory: rule pages and tests.
pub fn run_in_memory(files: &[(String, Vec<u8>)], options: &Options) -> Report {
    let started = Instant::now();
    check(Ground::of_memory(files), options, started)
}

/// The subjects of a folder, as policies see them.
pub fn subjects(options: &Options) -> Vec<Subject> {
    let ground = Ground::of_folder(options);
    let mut notices = Vec::new();
    let config = ground.configuration(options, &mut notices);
    let mut subjects = Gathered::new(&ground, &config, options, &mut notices).subjects;
    if !options.paths.is_empty() {
        subjects.retain(|s| options.paths.iter().any(|p| s.label.contains(p.as_str())));
    }
    subjects
}

/// What a draft of a configuration is made from.
#[derive(Debug)]
pub struct Survey {
    /// All files that are scanned, in path order.
    pub paths: Vec<String>,
    /// What was linked.
    pub subjects: Vec<Subject>,
    /// Who writes to systems of customers' records.
    pub senders: Vec<link::Sender>,
}

/// Looks at a folder as if it had no configuration.
pub fn survey(options: &Options) -> Survey {
    let ground = Ground::of_folder(options);
    let config = Config::default();
    let Gathered { facts, subjects, .. } = Gathered::new(&ground, &config, options, &mut Vec::new());
    let paths = ground.chosen(&config).into_iter().map(|id| ground.files.path(id).to_owned()).collect();
    let files = &ground.files;
    let reading = Reading { stored: &|id| ground.stored(id), code: &|id| scan::code(files, id) };
    let senders = link::senders(files, &facts, &config, &reading);
    Survey { paths, subjects, senders }
}

fn check(mut ground: Ground, options: &Options, started: Instant) -> Report {
    let mut notices = std::mem::take(&mut ground.notices);
    let config = ground.configuration(options, &mut notices);
    let baseline = ground.baseline(options, &mut notices);
    let policies = ground.policies(&config, options, &mut notices);
    let run = ground.run(&config, options);
    let mut gathered = Gathered::new(&ground, &config, options, &mut notices);
    let evaluation = policies.evaluate(&gathered.subjects, &run.date);
    notices.extend(evaluation.errors.iter().map(|e| ground.evaluation_error(e)));
    gathered.stats.evaluations = evaluation.evaluations;
    let rules: Vec<_> = policies.rules().cloned().collect();
    let settled = settle::settle(&settle::Input {
        rules: &rules,
        asked: &asked(&policies),
        facts: &gathered.facts,
        subjects: &gathered.subjects,
        evaluation: &evaluation,
        files: &ground.files,
        config: &config,
        date: &run.date,
        suppressions: &gathered.suppressions,
        baseline: baseline.as_ref(),
        paths: &options.paths,
    });
    notices.extend(settled.notices);
    notices.sort();
    notices.dedup();
    Report {
        findings: settled.findings,
        verdicts: settled.verdicts,
        rules,
        notices,
        stats: Stats { elapsed_ms: started.elapsed().as_millis() as u64, ..gathered.stats },
        run,
        policies: policies.digest(),
        files: ground.files,
        hidden: settled.hidden,
    }
}

/// Does something to each file, on all threads, and gives the results in file order. The largest files come first: one
/// that is begun last would keep a single thread busy while the others wait.
fn in_parallel<T: Send>(files: &Files, ids: &[FileId], work: impl Fn(FileId) -> T + Sync) -> Vec<T> {
    let mut order: Vec<(usize, FileId)> = ids.iter().copied().enumerate().collect();
    order.sort_by_key(|(_, id)| std::cmp::Reverse(files.get(*id).size));
    let mut done: Vec<(usize, T)> = order.par_iter().with_max_len(1).map(|(i, id)| (*i, work(*id))).collect();
    done.sort_unstable_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, t)| t).collect()
}

/// Everything that all files say, joined.
struct Gathered {
    facts: Vec<Fact>,
    subjects: Vec<Subject>,
    suppressions: Vec<Suppression>,
    stats: Stats,
}

impl Gathered {
    /// Reads all files in parallel, in file order, and links what they say.
    fn new(ground: &Ground, config: &Config, options: &Options, notices: &mut Vec<Notice>) -> Self {
        let maps = ground.maps(config, options, notices);
        let ids: Vec<FileId> = ground.chosen(config);
        let files = &ground.files;
        let scanned = in_parallel(files, &ids, |id| scan::scan(files, id, &maps));
        let mut stats = Stats::default();
        let (mut facts, mut suppressions): (Vec<Fact>, Vec<Suppression>) = (Vec::new(), Vec::new());
        let mut binary = 0u64;
        for file in scanned {
            facts.extend(file.found.facts);
            notices.extend(file.found.notices);
            suppressions.extend(file.suppressions);
            stats.files += u64::from(file.bytes.is_some());
            stats.bytes += file.bytes.unwrap_or(0);
            binary += u64::from(file.binary);
        }
        let minified = notices.iter().filter(|n| n.code == "minified").count();
        if minified > MANY {
            let message =
                format!("{minified} minified or generated source files were searched for secrets, not read as code");
            notices.retain(|n| n.code != "minified");
            notices.push(Notice { code: "minified", message, span: None, path: None });
        }
        notices.extend(unread(files, &ids));
        if binary > 0 {
            let message = format!("{binary} binary file{} not read", if binary == 1 { " was" } else { "s were" });
            notices.push(Notice { code: "binary", message, span: None, path: None });
        }
        let reading = Reading { stored: &|id| ground.stored(id), code: &|id| scan::code(files, id) };
        let linked = link::link(&ground.files, facts, config, &reading);
        notices.extend(linked.notices);
        stats.facts = linked.facts.len() as u64;
        stats.subjects = linked.subjects.len() as u64;
        Self { facts: linked.facts, subjects: linked.subjects, suppressions, stats }
    }
}

/// Source files of languages that this version does not read, as one notice.
fn unread(files: &Files, ids: &[FileId]) -> Option<Notice> {
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for id in ids {
        let path = files.path(*id);
        if let Some(language) = Language::unread(path).filter(|_| Language::of(path).is_none()) {
            *languages.entry(language).or_default() += 1;
        }
    }
    let count: usize = languages.values().sum();
    let names: Vec<&str> = languages.into_keys().collect();
    let (last, others) = names.split_last()?;
    let names = if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) };
    let plural = if count == 1 { " was" } else { "s were" };
    let message = format!("{count} file{plural} searched for secrets only, not read as code: {names}");
    Some(Notice { code: "language", message, span: None, path: None })
}

fn asked(policies: &Policies) -> Vec<bool> {
    (0..policies.rules().len()).map(|rule| policies.is_enabled(rule)).collect()
}
