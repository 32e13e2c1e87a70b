//! `synthgate facts`: what policies see, masked.

use std::io::Write as _;

use serde_json::{Value, json};

use super::check::{on_threads, options};
use super::{FactsArgs, GraphLanguage};
use crate::check;
use crate::mask;
use crate::report::map;

/// Prints one JSON line a subject, or the map of all.
pub(super) fn run(args: &FactsArgs) -> anyhow::Result<u8> {
    let options = options(&args.run, &args.paths)?;
    let subjects = on_threads(args.run.jobs, || check::subjects(&options))?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if let Some(language) = args.graph {
        let language = match language {
            GraphLanguage::Mermaid => map::Language::Mermaid,
            GraphLanguage::Dot => map::Language::Dot,
        };
        out.write_all(map::draw(&subjects, language).as_bytes())?;
        out.flush()?;
        return Ok(0);
    }
    for mut subject in subjects {
        mask_all(&mut subject.input);
        let line = json!({ "kind": subject.kind, "label": mask::mask(&subject.label), "input": subject.input });
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(0)
}

/// Masks every string; keys are the schema's and say nothing.
fn mask_all(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(masked) = mask::mask(text) {
                *text = masked;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_all),
        Value::Object(entries) => entries.values_mut().for_each(mask_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
