//! The command line: in come arguments, out comes an exit code. One file a subcommand.
//!
//! Data goes to standard output, everything about the run to standard error.

mod check;
mod explain;
mod facts;
mod init;
mod progress;
mod rules;
mod schema;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::finding::{Confidence, Severity};

/// The run itself failed: usage, configuration, policy, internal.
pub const FAILED: u8 = 2;

/// Decides whether a repository keeps synthetic and real customer data apart.
#[derive(Debug, Parser)]
#[command(name = "synthgate", version, about, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    check: CheckArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the repository (the default)
    Check(CheckArgs),
    /// Print a rule's page: what it checks, why it matters, how to fix it
    Explain {
        /// The rule's id or name: CRED-002, shared-credential
        rule: String,
    },
    /// List the rules
    Rules {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print what policies see: one JSON line a subject, masked
    Facts(FactsArgs),
    /// Draft synthgate.yaml from what the repository holds: environments, datasets, surfaces, flows
    Init(InitArgs),
    /// Print a JSON Schema
    Schema {
        /// Of the configuration file, of the subjects, of the JSON report
        #[arg(value_enum)]
        of: SchemaOf,
    },
    #[command(flatten)]
    Later(Later),
}

/// Commands of the design that this version does not have. They say so and exit with 2.
#[derive(Debug, Subcommand)]
enum Later {
    /// Run policy tests (not in this version)
    Test(Rest),
    /// Scaffold a rule (not in this version)
    New(Rest),
    /// Write provenance records (not in this version)
    Tag(Rest),
    /// Check provenance records (not in this version)
    Verify(Rest),
    /// Make a keyed filter of real identifiers (not in this version)
    Sketch(Rest),
    /// Write synthgate-baseline.json (not in this version)
    Baseline(Rest),
    /// Serve an editor (not in this version)
    Lsp(Rest),
    /// Print shell completions (not in this version)
    Completions(Rest),
    /// Print the manual page (not in this version)
    Man(Rest),
}

impl Later {
    fn name(&self) -> &'static str {
        match self {
            Self::Test(_) => "test",
            Self::New(_) => "new",
            Self::Tag(_) => "tag",
            Self::Verify(_) => "verify",
            Self::Sketch(_) => "sketch",
            Self::Baseline(_) => "baseline",
            Self::Lsp(_) => "lsp",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }
}

#[derive(Debug, Args)]
struct Rest {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _rest: Vec<String>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum SchemaOf {
    Config,
    Facts,
    Report,
}

/// What `check` takes.
#[derive(Debug, Args)]
struct CheckArgs {
    /// Report only findings below these paths; the whole repository is scanned all the same
    paths: Vec<PathBuf>,
    /// Format, and the file to write it to; may be repeated: full, concise, json, sarif, github, counts
    #[arg(short, long = "output", value_name = "FORMAT[=PATH]")]
    outputs: Vec<String>,
    #[command(flatten)]
    run: RunArgs,
    /// Run only these rules: ids, names or families
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// The least severity and confidence that block: `high`, `medium,low`
    #[arg(long, value_name = "SEVERITY[,CONFIDENCE]", value_parser = fail_on)]
    fail_on: Option<(Severity, Option<Confidence>)>,
    /// Exit with 0 even if findings block
    #[arg(long)]
    exit_zero: bool,
    /// The baseline file, if it is not synthgate-baseline.json
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Exit with 2 if anything could not be read or was left out
    #[arg(long)]
    strict: bool,
    /// When to colour
    #[arg(long, value_enum, default_value = "auto")]
    color: Color,
    /// Report only what changed since this revision (not in this version)
    #[arg(long, value_name = "BASE")]
    diff: Option<String>,
    /// Check what is staged (not in this version)
    #[arg(long)]
    staged: bool,
    /// Read configuration and policies from this revision (not in this version)
    #[arg(long, value_name = "REF")]
    trusted_ref: Option<String>,
}

/// What every scanning command takes.
#[derive(Debug, Args)]
struct RunArgs {
    /// The folder to check as a repository of its own; else the git work tree around the current folder
    #[arg(short = 'C', long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The configuration file, if it is not synthgate.yaml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Further folders of policies
    #[arg(long, value_name = "DIR")]
    policies: Vec<PathBuf>,
    /// The date that expiries are judged by, YYYY-MM-DD; else that of HEAD, else today
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Number of threads
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Do not use a cache (there is none in this version)
    #[arg(long)]
    no_cache: bool,
    /// Check standard input as if it were this file of the repository
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<String>,
}

#[derive(Debug, Args)]
struct FactsArgs {
    /// Only subjects of these paths
    paths: Vec<PathBuf>,
    /// Print the data-flow map instead: what is reachable from synthetic and from personal data
    #[arg(long, value_enum, value_name = "LANGUAGE", num_args = 0..=1, require_equals = true, default_missing_value = "mermaid")]
    graph: Option<GraphLanguage>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Args)]
struct InitArgs {
    /// Print the draft and write nothing
    #[arg(long)]
    stdout: bool,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum GraphLanguage {
    Mermaid,
    Dot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => check::run(&cli.check),
        Some(Command::Check(args)) => check::run(&args),
        Some(Command::Explain { rule }) => explain::run(&rule),
        Some(Command::Rules { json }) => rules::run(json),
        Some(Command::Facts(args)) => facts::run(&args),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Schema { of }) => schema::run(of),
        Some(Command::Later(later)) => not_yet(&format!("`synthgate {}`", later.name())),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        // The reader of a pipe went away (`synthgate rules | head`): nothing is wrong with the run.
        Err(e) if e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) => {
            ExitCode::SUCCESS
        }
        Err(e) => {
            say(&format!("error: {e:#}"));
            ExitCode::from(FAILED)
        }
    }
}

fn not_yet(what: &str) -> anyhow::Result<u8> {
    anyhow::bail!("{what} is not in this version of synthgate; `synthgate --help` lists what is")
}

/// One line to standard error.
fn say(line: &str) {
    use std::io::Write as _;
    // Nothing can be done about a standard error that is closed.
    let _ = writeln!(anstream::stderr(), "{line}");
}

fn fail_on(text: &str) -> Result<(Severity, Option<Confidence>), String> {
    let (severity, confidence) = text.split_once(',').map_or((text, None), |(s, c)| (s, Some(c)));
    Ok((severity.trim().parse()?, confidence.map(|c| c.trim().parse()).transpose()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
