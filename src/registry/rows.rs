//! The rows of `providers.yaml` as they are written, and the step from a row to what the program uses.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Provider;
use super::hosts::{HostRow, Section};
use super::named::NamedForm;
use super::shape::Shape;
use crate::fact::environment::Class;

/// A row: see the head of `providers.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    pub id: String,
    pub name: String,
    pub category: String,
    pub decides: String,
    #[serde(default)]
    pub production: Vec<String>,
    #[serde(default)]
    pub sandbox: Vec<String>,
    #[serde(default)]
    pub shared: Vec<String>,
    pub by_path: Option<ByPath>,
    #[serde(default)]
    pub accounts: BTreeMap<String, String>,
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub weak_words: Vec<String>,
    #[serde(default)]
    pub credentials: Vec<FormRow>,
    #[serde(default)]
    pub named: Vec<NamedRow>,
    pub verified: bool,
    #[serde(default)]
    pub unverified: Vec<String>,
    // For readers of the file.
    #[serde(rename = "source")]
    _source: String,
    #[serde(default, rename = "note")]
    _note: String,
    #[serde(default, rename = "magic-values")]
    _magic_values: Vec<String>,
}

/// One host for both environments.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByPath {
    pub host: String,
    pub production: String,
    pub sandbox: String,
}

/// What a form says of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FormEnvironment {
    Production,
    Sandbox,
}

/// How harmful a value of a form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FormKind {
    /// A key or token that gives access.
    #[default]
    Secret,
    /// Publishable by design, or an identifier that is no secret alone.
    Public,
    /// A short-lived token.
    Session,
}

/// A form of a key or token.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormRow {
    pub form: String,
    pub prefix: Vec<String>,
    #[serde(default)]
    pub shape: String,
    #[serde(default)]
    pub before: String,
    pub environment: Option<FormEnvironment>,
    #[serde(default)]
    pub kind: FormKind,
    #[serde(default)]
    pub near: Vec<String>,
    #[serde(default = "yes", rename = "verified")]
    pub _verified: bool,
}

/// A secret that only its key's name shows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedRow {
    pub form: String,
    pub keys: Vec<String>,
    #[serde(default)]
    pub shape: String,
}

fn yes() -> bool {
    true
}

impl FormEnvironment {
    /// The class it stands for.
    pub fn class(self) -> Class {
        match self {
            Self::Production => Class::Production,
            Self::Sandbox => Class::NonProduction,
        }
    }
}

impl ByPath {
    /// The environment of a path: the longer of the two beginnings that fits, at a `/`.
    pub fn class(&self, path: &str) -> Option<Class> {
        let below = |base: &str| {
            let base = base.trim_end_matches('/');
            path.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match (below(&self.production), below(&self.sandbox)) {
            (true, true) if self.production.len() > self.sandbox.len() => Some(Class::Production),
            (_, true) => Some(Class::NonProduction),
            (true, false) => Some(Class::Production),
            (false, false) => None,
        }
    }
}

impl Row {
    /// The listed hosts, as rows of the host index.
    pub fn hosts(&self, provider: usize) -> Vec<HostRow> {
        let by_path: Vec<String> = self.by_path.iter().map(|p| p.host.clone()).collect();
        [
            (Section::Sandbox, &self.sandbox),
            (Section::Production, &self.production),
            (Section::ByPath, &by_path),
            (Section::Shared, &self.shared),
        ]
        .into_iter()
        .flat_map(|(section, hosts)| {
            hosts.iter().map(move |pattern| HostRow { provider, section, pattern: pattern.clone() })
        })
        .collect()
    }

    /// What the program uses of the row.
    pub fn into_provider(self) -> Result<Provider, String> {
        let accounts = self
            .accounts
            .iter()
            .map(|(name, form)| {
                let class = if name == "production" { Class::Production } else { Class::NonProduction };
                Ok((class, regex::Regex::new(form).map_err(|e| e.to_string())?))
            })
            .collect::<Result<Vec<_>, String>>()?;
        let named = self
            .named
            .into_iter()
            .map(|row| {
                let shape = if row.shape.is_empty() { None } else { Some(Shape::parse(&row.shape)?) };
                Ok(NamedForm { form: row.form, keys: row.keys, shape })
            })
            .collect::<Result<Vec<_>, String>>()?;
        Ok(Provider {
            both_environments: self.by_path.is_some() || !self.production.is_empty() && !self.sandbox.is_empty(),
            id: self.id,
            name: self.name,
            category: self.category,
            decides: self.decides,
            verified: self.verified,
            by_path: self.by_path,
            accounts,
            named,
            unverified: self.unverified,
        })
    }
}
