//! `synthgate schema`: the JSON Schemas that editors and consumers need.

use std::io::Write as _;

use super::SchemaOf;
use crate::link::subject::{SubjectKind, schema};

/// Prints one schema.
pub(super) fn run(of: SchemaOf) -> anyhow::Result<u8> {
    let value = match of {
        SchemaOf::Config => crate::config::schema().clone(),
        SchemaOf::Facts => {
            let kinds: serde_json::Map<_, _> = SubjectKind::ALL
                .iter()
                .map(|kind| (kind.as_str().to_owned(), serde_json::json!(schema(*kind))))
                .collect();
            serde_json::json!({ "title": "Subjects of synthgate, by kind", "$defs": kinds })
        }
        SchemaOf::Report => crate::report::schema(),
    };
    writeln!(std::io::stdout().lock(), "{}", serde_json::to_string_pretty(&value)?)?;
    Ok(0)
}
