//! `synthgate init`: drafts `synthgate.yaml` from what the repository holds. A file that is there is never touched.

use std::io::Write as _;

use anyhow::{Context as _, bail};

use super::InitArgs;
use super::check::{on_threads, options};
use crate::draft::draft;
use crate::{check, config, mask};

/// Writes the draft, or prints it.
pub(super) fn run(args: &InitArgs) -> anyhow::Result<u8> {
    let options = options(&args.run, &[])?;
    let root = options.root.clone().unwrap_or_default();
    let there = config::NAMES.iter().find(|name| root.join(name).exists());
    if let Some(there) = there.filter(|_| !args.stdout) {
        bail!("{there} is there already and is not touched; `synthgate init --stdout` prints a draft to compare");
    }
    let survey = on_threads(args.run.jobs, || check::survey(&options))?;
    let drafted = draft(&survey);
    let text = mask::mask(&drafted.text);
    if args.stdout {
        std::io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(0);
    }
    let path = root.join(config::NAMES[0]);
    std::fs::write(&path, text.as_bytes()).with_context(|| format!("can't write {}", path.display()))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "wrote {}, a draft from what was seen:", config::NAMES[0])?;
    for line in &drafted.seen {
        writeln!(out, "  {line}")?;
    }
    writeln!(out, "Read it, say what each dataset is, then run `synthgate`.")?;
    Ok(0)
}
