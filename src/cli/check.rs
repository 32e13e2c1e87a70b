//! `synthgate check`: one evaluation, as many outputs as asked for, and the exit code.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::{CheckArgs, Color, FAILED, RunArgs, not_yet};
use crate::check::{self, Options};
use crate::discover;
use crate::finding::Report;
use crate::report::{Located, Output, Style};

/// The largest input that is taken from standard input.
const STDIN_LIMIT: u64 = 256 << 20;

/// Checks, writes, and says how it went.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<u8> {
    for (given, flag) in
        [(args.diff.is_some(), "--diff"), (args.staged, "--staged"), (args.trusted_ref.is_some(), "--trusted-ref")]
    {
        if given {
            return not_yet(&format!("`{flag}`"));
        }
    }
    let outputs = outputs(&args.outputs)?;
    let mut options = options(&args.run, &args.paths)?;
    options.select.clone_from(&args.select);
    options.ignore.clone_from(&args.ignore);
    options.fail_on = args.fail_on;
    options.baseline.clone_from(&args.baseline);
    let report = on_threads(args.run.jobs, || check::run(&options))?;
    write_all(&report, &outputs, args.color)?;
    Ok(exit_code(&report, args))
}

fn exit_code(report: &Report, args: &CheckArgs) -> u8 {
    if check::failed(report) || args.strict && check::left_out(report) {
        FAILED
    } else {
        u8::from(report.blocking() > 0 && !args.exit_zero)
    }
}

/// One `--output`: the format and the file, none for standard output.
type Target = (Output, Option<PathBuf>);

fn outputs(given: &[String]) -> anyhow::Result<Vec<Target>> {
    let mut targets = Vec::new();
    for text in given {
        let (format, path) = text.split_once('=').map_or((text.as_str(), None), |(f, p)| (f, Some(p)));
        let output: Output = format.parse().map_err(anyhow::Error::msg)?;
        if path.is_some_and(str::is_empty) {
            bail!("`--output {format}=` names no file");
        }
        targets.push((output, path.map(PathBuf::from)));
    }
    if targets.is_empty() {
        targets.push((Output::Full, None));
    }
    if targets.iter().filter(|(_, path)| path.is_none()).count() > 1 {
        bail!("two outputs can't share standard output; give one of them a file: --output sarif=synthgate.sarif");
    }
    Ok(targets)
}

fn write_all(report: &Report, outputs: &[Target], color: Color) -> anyhow::Result<()> {
    let view = Located::new(report, outputs.iter().any(|(output, _)| *output == Output::Full));
    for (output, path) in outputs {
        match path {
            Some(path) => {
                let mut bytes = Vec::new();
                view.write(*output, &Style::default(), &mut bytes)?;
                std::fs::write(path, bytes).with_context(|| format!("can't write {}", path.display()))?;
            }
            None => {
                let mut out = std::io::BufWriter::new(std::io::stdout().lock());
                view.write(*output, &style(color), &mut out)?;
                out.flush()?;
            }
        }
    }
    Ok(())
}

/// What the terminal can show: colour as asked for or as the usual variables say, width, Unicode, links.
fn style(color: Color) -> Style {
    let terminal = std::io::stdout().is_terminal();
    let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            std::env::var("CLICOLOR_FORCE").is_ok_and(|v| v != "0") && !set("NO_COLOR")
                || terminal && !set("NO_COLOR") && !dumb
        }
    };
    let width = terminal_width().or_else(|| std::env::var("COLUMNS").ok()?.parse().ok()).unwrap_or(100);
    Style { color, unicode: !dumb && is_unicode(), width: width.clamp(40, 160), ..Style::default() }
}

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(w, _)| usize::from(w.0))
}

/// Whether the locale writes UTF-8; where nothing says, it does.
fn is_unicode() -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()))
        .is_none_or(|v| !matches!(v.as_str(), "C" | "POSIX"))
}

/// Options of every scanning command.
pub(super) fn options(run: &RunArgs, paths: &[PathBuf]) -> anyhow::Result<Options> {
    let here = std::env::current_dir().context("no current folder")?;
    let root = root(run, paths, &here)?;
    if let Some(date) = &run.date
        && date.parse::<jiff::civil::Date>().is_err()
    {
        bail!("`--date {date}` is no date; write it as 2026-11-21");
    }
    for (what, path) in run.config.iter().map(|p| ("--config", p)).chain(run.policies.iter().map(|p| ("--policies", p)))
    {
        if !path.exists() {
            bail!("{what} {}: there is no such file or folder", path.display());
        }
    }
    Ok(Options {
        paths: paths.iter().map(|p| relative(&root, p)).collect::<anyhow::Result<_>>()?,
        root: Some(root),
        config: run.config.clone(),
        policies: run.policies.clone(),
        date: run.date.clone(),
        stdin: run.stdin_filename.as_ref().map(|name| stdin(name)).transpose()?,
        ..Options::default()
    })
}

/// The root: as given; else the work tree of the current folder; else that of the first path, if it is elsewhere.
fn root(run: &RunArgs, paths: &[PathBuf], here: &Path) -> anyhow::Result<PathBuf> {
    if let Some(root) = &run.root {
        if !root.is_dir() {
            bail!("--root {}: there is no such folder", root.display());
        }
        return Ok(root.canonicalize()?);
    }
    let root = discover::root_of(here);
    match paths.first().map(|p| p.canonicalize()) {
        Some(Ok(first)) if !first.starts_with(&root) => {
            let folder = if first.is_dir() { first.as_path() } else { first.parent().unwrap_or(&first) };
            Ok(discover::root_of(folder))
        }
        _ => Ok(root),
    }
}

/// A path argument relative to the root, with `/`.
fn relative(root: &Path, path: &Path) -> anyhow::Result<String> {
    let full = path.canonicalize().with_context(|| format!("{}", path.display()))?;
    let rest = full.strip_prefix(root).with_context(|| {
        format!("{} is not below {}; check one repository at a time", path.display(), root.display())
    })?;
    Ok(rest.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
}

fn stdin(name: &str) -> anyhow::Result<(String, Vec<u8>)> {
    let name = name.trim_start_matches("./").replace('\\', "/");
    if name.is_empty() || name.starts_with('/') || name.split('/').any(|part| part == "..") {
        bail!("--stdin-filename takes a path relative to the repository's root");
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(STDIN_LIMIT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > STDIN_LIMIT {
        bail!("standard input is larger than {} MB; check the file itself", STDIN_LIMIT >> 20);
    }
    Ok((name, bytes))
}

/// Runs on a pool of `jobs` threads, or of as many as there are processors.
pub(super) fn on_threads<T: Send>(jobs: Option<usize>, work: impl FnOnce() -> T + Send) -> anyhow::Result<T> {
    let mut builder = rayon::ThreadPoolBuilder::new();
    match jobs {
        Some(0) => bail!("--jobs takes a number from 1"),
        Some(jobs) => builder = builder.num_threads(jobs.min(256)),
        None => {}
    }
    let pool = builder.build().context("can't start threads")?;
    let progress = super::progress::Progress::start();
    let done = pool.install(work);
    progress.stop();
    Ok(done)
}
