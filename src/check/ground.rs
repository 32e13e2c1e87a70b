//! What a run stands on: the files, the repository around them, and what the project says of itself.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::Options;
use crate::config::{self, Config, Problem};
use crate::discover::{self, git};
use crate::extract::Maps;
use crate::fact::Notice;
use crate::finding::Run;
use crate::parse::Format;
use crate::policy::{EvaluationError, Policies, PolicyProblem};
use crate::settle::baseline::{self, Baseline};
use crate::source::{FileEntry, FileId, Files, Origin, Source, Span};

/// The ground of one run.
pub(super) struct Ground {
    root: PathBuf,
    /// Opened for what only the main thread asks; `git2` repositories are not shared between threads.
    repository: Option<git::Repository>,
    /// All files, whether they are scanned or not.
    pub files: Files,
    /// What could not be walked.
    pub notices: Vec<Notice>,
}

impl Ground {
    /// A folder on disk, with whatever files the options add from elsewhere.
    pub fn of_folder(options: &Options) -> Self {
        let root = options.root.clone().unwrap_or_else(|| discover::root_of(Path::new(".")));
        let repository = git::Repository::open(&root);
        let found = discover::discover(&root, repository.as_ref());
        let mut extra: Vec<FileEntry> = options.stdin.iter().map(|(path, bytes)| memory(path, bytes)).collect();
        extra.extend([&options.config, &options.baseline].into_iter().flatten().filter_map(|p| on_disk(&root, p)));
        let files = if extra.is_empty() {
            found.files
        } else {
            // What comes first stands for its path.
            extra.extend(found.files.iter().map(|(_, e)| e.clone()));
            Files::new(extra)
        };
        Self { root, repository, files, notices: found.notices }
    }

    /// Files that are only in memory.
    pub fn of_memory(files: &[(String, Vec<u8>)]) -> Self {
        let entries = files.iter().map(|(path, bytes)| memory(path, bytes)).collect();
        Self { root: PathBuf::new(), repository: None, files: Files::new(entries), notices: Vec::new() }
    }

    /// The configuration; its mistakes are notices.
    pub fn configuration(&self, options: &Options, notices: &mut Vec<Notice>) -> Config {
        let found = match &options.config {
            Some(path) => self.files.find(&shown(&self.root, path)),
            None => config::NAMES.iter().find_map(|name| self.files.find(name)),
        };
        let mut loaded = match found.map(|id| (id, self.files.read(id))) {
            None => config::Loaded::default(),
            Some((id, Ok(bytes))) => config::load(&Source::new(id, self.files.get(id).path.clone(), bytes)),
            Some((id, Err(e))) => {
                notices.push(Notice::at("config-error", Span::whole(id), format!("could not be read: {}", e.kind())));
                config::Loaded::default()
            }
        };
        notices.extend(loaded.errors.iter().map(problem));
        if let Some((severity, confidence)) = options.fail_on {
            loaded.config.fail_on.severity = severity;
            loaded.config.fail_on.confidence = confidence.unwrap_or(loaded.config.fail_on.confidence);
        }
        loaded.config
    }

    /// The known findings.
    pub fn baseline(&self, options: &Options, notices: &mut Vec<Notice>) -> Option<Baseline> {
        let path = options.baseline.as_ref().map_or_else(|| baseline::FILE.to_owned(), |p| shown(&self.root, p));
        let id = self.files.find(&path)?;
        let text = match self.files.read(id) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(e) => {
                notices.push(Notice::at("baseline-error", Span::whole(id), format!("could not be read: {}", e.kind())));
                return None;
            }
        };
        match Baseline::parse(&path, &text) {
            Ok(baseline) => Some(baseline),
            Err(e) => {
                let at = e.at.offset() as u32;
                let message = format!("the baseline can't be read: {}; take it back from version control", e.message);
                notices.push(Notice::at("baseline-error", Span { file: id, start: at, end: at + 1 }, message));
                None
            }
        }
    }

    /// The rules, as configured and chosen.
    pub fn policies(&self, config: &Config, options: &Options, notices: &mut Vec<Notice>) -> Policies {
        let folders = self.policy_folders(config, options);
        let (mut policies, problems) =
            if folders.is_empty() { (Policies::builtin(), Vec::new()) } else { Policies::load(&folders, &self.root) };
        notices.extend(problems.iter().map(|p| self.policy_problem(p)));
        notices.extend(policies.configure(&config.rules));
        for wanted in options.select.iter().chain(&options.ignore) {
            if !policies.rules().any(|r| is(r, wanted)) {
                let message = format!("no rule is called `{wanted}`; `synthgate rules` lists them");
                notices.push(Notice { code: "unknown-rule", message, span: None, path: None });
            }
        }
        if !options.select.is_empty() || !options.ignore.is_empty() {
            policies.retain(|rule| {
                (options.select.is_empty() || options.select.iter().any(|w| is(rule, w)))
                    && !options.ignore.iter().any(|w| is(rule, w))
            });
        }
        if options.always_interpret {
            policies.always_interpret();
        }
        policies
    }

    /// What extraction knows before it sees a file.
    pub fn maps(&self, config: &Config, options: &Options, notices: &mut Vec<Notice>) -> Maps {
        let mut maps = Maps::builtin();
        for folder in self.policy_folders(config, options) {
            for source in self.own_maps(&folder) {
                notices.extend(maps.add(&source));
            }
        }
        maps.declare_hosts(config.environments.iter().flat_map(|e| &e.hosts).map(String::as_str));
        let anonymisers = config.anonymisers.iter().flat_map(|a| &a.symbols);
        maps.declare_anonymisers(
            anonymisers.chain(config.flows.iter().filter_map(|f| f.must_anonymise.as_ref())).map(|s| s.text.as_str()),
            config.anonymisers.iter().filter_map(|a| a.config.as_ref()).map(|c| c.text.as_str()),
        );
        maps.declare_paths(config.environments.iter().flat_map(|e| &e.paths).map(String::as_str));
        maps.declare_admin(config.governance.admin_paths.iter().map(String::as_str));
        maps
    }

    /// A project's own integration maps: `integrations/*.yaml` below a folder of policies that is in the repository.
    fn own_maps(&self, folder: &Path) -> Vec<Source> {
        let below = format!("{}/integrations/", shown(&self.root, folder));
        let is_map = |path: &str| {
            path.strip_prefix(&below).is_some_and(|name| !name.contains('/') && Format::of(name) == Format::Yaml)
        };
        self.files
            .iter()
            .filter(|(_, e)| is_map(&e.path))
            .filter_map(|(id, e)| Some(Source::new(id, e.path.clone(), self.files.read(id).ok()?)))
            .collect()
    }

    /// The files that the configuration's globs leave.
    pub fn chosen(&self, config: &Config) -> Vec<FileId> {
        let include = (!config.include.is_empty()).then(|| globs(&config.include));
        let exclude = globs(&config.exclude);
        self.files
            .iter()
            .filter(|(_, e)| include.as_ref().is_none_or(|g| g.is_match(&*e.path)) && !exclude.is_match(&*e.path))
            .map(|(id, _)| id)
            .collect()
    }

    /// What the run stands on, for the report.
    pub fn run(&self, config: &Config, options: &Options) -> Run {
        let date = options.date.clone().or_else(|| self.repository.as_ref()?.head_date());
        Run {
            commit: self.repository.as_ref().and_then(git::Repository::head),
            base: None,
            date: date.unwrap_or_else(today),
            config: config.path.clone(),
        }
    }

    /// The bytes of a file that a digest is about.
    pub fn stored(&self, id: FileId) -> std::io::Result<git::Stored> {
        git::stored_bytes(self.repository.as_ref(), &self.root, self.files.get(id))
    }

    /// A policy that broke.
    pub fn evaluation_error(&self, error: &EvaluationError) -> Notice {
        let line = error.line.map(|l| format!(":{l}")).unwrap_or_default();
        let message = format!("{} broke at {}{line} on {}: {}", error.rule, error.path, error.subject, error.message);
        Notice { code: "evaluation-error", message, span: None, path: Some(error.path.clone()) }
    }

    fn policy_problem(&self, problem: &PolicyProblem) -> Notice {
        let help = problem.help.as_ref().map(|h| format!("; {h}")).unwrap_or_default();
        let span = self.files.find(&problem.path).map(|file| Span {
            file,
            start: problem.range.start as u32,
            end: problem.range.end as u32,
        });
        let place = if span.is_some() { String::new() } else { format!("line {}: ", problem.line) };
        let message = format!("{place}{}{help}", problem.message);
        Notice { code: "policy-error", message, span, path: span.is_none().then(|| problem.path.clone()) }
    }

    fn policy_folders(&self, config: &Config, options: &Options) -> Vec<PathBuf> {
        let named = config.policies.iter().map(|p| self.root.join(p));
        named.chain(options.policies.iter().cloned()).collect()
    }
}

/// Whether a word names a rule: its id, its name or its family.
fn is(rule: &crate::finding::Rule, word: &str) -> bool {
    rule.id.eq_ignore_ascii_case(word)
        || rule.name == word
        || rule.family == word
        || rule.id.split_once('-').is_some_and(|(family, _)| family.eq_ignore_ascii_case(word))
}

fn problem(p: &Problem) -> Notice {
    Notice::at("config-error", p.span, format!("{}; {}", p.message, p.help))
}

fn memory(path: &str, bytes: &[u8]) -> FileEntry {
    FileEntry { path: path.into(), origin: Origin::Memory(bytes.into()), size: bytes.len() as u64, tracked: false }
}

/// A file that an option names, wherever it is.
fn on_disk(root: &Path, path: &Path) -> Option<FileEntry> {
    let size = std::fs::metadata(path).ok()?.len();
    Some(FileEntry { path: shown(root, path).into(), origin: Origin::Disk(path.to_path_buf()), size, tracked: false })
}

/// A path relative to the root where it is below it, else as it was given.
fn shown(root: &Path, path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let rest = full.strip_prefix(root).unwrap_or(path);
    rest.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Globs of the configuration; a bad one is an error there and left out here.
fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|p| Glob::new(p).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// Today in UTC, where no commit says when.
fn today() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let at = jiff::Timestamp::from_second(now.as_secs() as i64).unwrap_or_default();
    jiff::tz::TimeZone::UTC.to_datetime(at).date().to_string()
}
