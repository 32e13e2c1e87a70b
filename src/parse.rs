//! From a [`Source`](crate::source::Source) to one of the shapes: [`Tree`](tree::Tree) for configuration,
//! [`table`] for data, [`code::Code`] for source code. What any key means is not known here.
//!
//! This file holds the one table of formats; each format lives in its own file below.

pub mod code;
pub mod styles;
pub mod table;
pub mod tree;

/// A format that this program reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// YAML 1.2, several documents a file.
    Yaml,
    /// JSON, with comments and trailing commas allowed.
    Json,
    /// One JSON value a line.
    Ndjson,
    /// TOML 1.0.
    Toml,
    /// XML 1.0 with namespaces.
    Xml,
    /// `KEY=value` lines as shells and dotenv read them.
    Dotenv,
    /// Java properties.
    Properties,
    /// INI with sections.
    Ini,
    /// HCL 2 (Terraform).
    Hcl,
    /// Comma, semicolon or tab separated values.
    Csv,
    /// A SQL dump or seed.
    Sql,
    /// Any other text: searched for provider-shaped secrets, not parsed.
    Text,
}

impl Format {
    /// Tells the format from the file's name alone.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        let lower = name.to_ascii_lowercase();
        if let Some((_, format)) = NAMES.iter().find(|(n, _)| *n == lower) {
            return *format;
        }
        if lower == ".env" || lower.starts_with(".env.") || lower.ends_with(".env") || is_dotenv_of_a_name(&lower) {
            return Self::Dotenv;
        }
        let mut ext = lower.rsplit('.').next().unwrap_or("");
        if matches!(ext, "example" | "sample" | "template" | "tpl" | "dist" | "tmpl") {
            // `config.yaml.example` is YAML.
            ext = lower.rsplit('.').nth(1).unwrap_or("");
        }
        EXTENSIONS.iter().find(|(e, _)| *e == ext).map_or(Self::Text, |(_, f)| *f)
    }

    /// Whether a file of this format may hold tables that stream. YAML holds some too, in its tree.
    pub const fn is_table(self) -> bool {
        matches!(self, Self::Csv | Self::Json | Self::Ndjson | Self::Sql)
    }

    /// Whether a file of this format is read as a tree.
    pub const fn is_tree(self) -> bool {
        !matches!(self, Self::Csv | Self::Ndjson | Self::Sql | Self::Text)
    }
}

/// `env.example`, `env.production`: settings. `env.go`, `env.sh` and `env.d.ts` are programs, `env.yaml` is YAML.
fn is_dotenv_of_a_name(lower: &str) -> bool {
    const PROGRAMS: &[&str] = &["sh", "bash", "zsh", "ps1", "bat", "cmd", "mk", "erb", "php", "html", "md"];
    let Some(rest) = lower.strip_prefix("env.") else { return false };
    let mut words = rest.split('.');
    words.all(|word| {
        !PROGRAMS.contains(&word)
            && !EXTENSIONS.iter().any(|(e, _)| *e == word)
            && code::Language::of(&format!("env.{word}")).is_none()
    })
}

const NAMES: &[(&str, Format)] = &[
    (".sfdx-project.json", Format::Json),
    ("pipfile", Format::Toml),
    (".npmrc", Format::Ini),
    (".pypirc", Format::Ini),
    ("codeowners", Format::Text),
    ("package-lock.json", Format::Text),
    ("pnpm-lock.yaml", Format::Text),
    ("cargo.lock", Format::Text),
    ("poetry.lock", Format::Text),
    ("composer.lock", Format::Text),
    ("uv.lock", Format::Text),
];

const EXTENSIONS: &[(&str, Format)] = &[
    ("yaml", Format::Yaml),
    ("yml", Format::Yaml),
    ("json", Format::Json),
    ("jsonc", Format::Json),
    ("json5", Format::Json),
    ("jsonld", Format::Json),
    ("webmanifest", Format::Json),
    ("ndjson", Format::Ndjson),
    ("jsonl", Format::Ndjson),
    ("dvc", Format::Yaml),
    ("toml", Format::Toml),
    ("xml", Format::Xml),
    ("namedcredential", Format::Xml),
    ("externalcredential", Format::Xml),
    ("connectedapp", Format::Xml),
    ("authprovider", Format::Xml),
    ("remotesite", Format::Xml),
    ("properties", Format::Properties),
    ("ini", Format::Ini),
    ("cfg", Format::Ini),
    ("tf", Format::Hcl),
    ("tfvars", Format::Hcl),
    ("hcl", Format::Hcl),
    ("csv", Format::Csv),
    ("tsv", Format::Csv),
    ("sql", Format::Sql),
    ("dump", Format::Sql),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_format() {
        for (path, format) in [
            (".env", Format::Dotenv),
            ("deploy/.env.production", Format::Dotenv),
            ("uat.env", Format::Dotenv),
            ("env.example", Format::Dotenv),
            ("env.production", Format::Dotenv),
            ("src/env.ts", Format::Text),
            ("src/env.d.ts", Format::Text),
            ("internal/env.go", Format::Text),
            ("app/env.py", Format::Text),
            ("env.sh", Format::Text),
            ("env.sh.example", Format::Text),
            ("env.yaml", Format::Yaml),
            ("config.yaml.example", Format::Yaml),
        ] {
            assert_eq!(Format::of(path), format, "{path}");
        }
    }
}
