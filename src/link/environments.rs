//! The evidence ladder: in come the configuration, the files' paths and what facts say of themselves, out comes for
//! each place, host and name the evidence of its environment, strongest first.
//!
//! 1. declared in `synthgate.yaml`; 2. the provider registry; 3. structure (key path, profile, a job's
//!    `environment:`); 4. the file's or folder's name; 5. its own name. Contradicting evidence is kept.

pub mod path;

use std::collections::HashSet;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::config::Config;
use crate::fact::environment::{Class, Evidence, Rung, class_of_name, class_of_word};
use crate::source::{FileId, Files};

/// What is declared, and which folders of the repository stand for environments.
pub struct Environments<'a> {
    files: &'a Files,
    config: &'a Config,
    paths: Globs,
    hosts: Globs,
    credentials: Globs,
    /// Folders with two or more subfolders that name environments: `services/api/{prod,staging}/`.
    containers: HashSet<&'a str>,
}

impl<'a> Environments<'a> {
    /// Compiles the declarations and surveys the folders.
    pub fn new(files: &'a Files, config: &'a Config) -> Self {
        let globs = |of: fn(&crate::config::Environment) -> &[String], paths: bool| {
            Globs::new(config.environments.iter().map(of), paths)
        };
        Self {
            files,
            config,
            paths: globs(|e| &e.paths, true),
            hosts: globs(|e| &e.hosts, false),
            credentials: globs(|e| &e.credentials, false),
            containers: path::containers(files),
        }
    }

    /// Evidence from the file itself: declared paths, then the names of its folders and its own.
    pub fn of_file(&self, file: FileId) -> Vec<Evidence> {
        let path = self.files.path(file);
        let mut found: Vec<Evidence> = self.paths.matches(path).map(|i| self.declared(i)).collect();
        found.extend(path::evidence(path, &self.containers, &|word| self.class_of(word)));
        found
    }

    /// Declared hosts. A host is matched whole, in lower case.
    pub fn of_host(&self, host: &str) -> Vec<Evidence> {
        self.hosts.matches(host).map(|i| self.declared(i)).collect()
    }

    /// Whether the configuration declares hosts of both classes.
    pub fn declares_both(&self) -> bool {
        let has = |class| self.config.environments.iter().any(|e| e.class == class && !e.hosts.is_empty());
        has(Class::Production) && has(Class::NonProduction)
    }

    /// Declared accounts: org ids match in their 15 and 18 character forms, domains and other ids whole.
    pub fn of_account(&self, id: &str) -> Vec<Evidence> {
        let same = |declared: &str| {
            declared.eq_ignore_ascii_case(id)
                || is_org_id(declared) && is_org_id(id) && declared.get(..15) == id.get(..15)
        };
        let environments = self.config.environments.iter().enumerate();
        environments.filter(|(_, e)| e.accounts.iter().any(|a| same(a))).map(|(i, _)| self.declared(i)).collect()
    }

    /// Declared globs of credential names.
    pub fn of_declared_credential(&self, name: &str) -> Vec<Evidence> {
        self.credentials.matches(name).map(|i| self.declared(i)).collect()
    }

    /// A credential's own name: declared globs, then the word inside it.
    pub fn of_credential(&self, name: &str) -> Vec<Evidence> {
        let mut found = self.of_declared_credential(name);
        found.extend(self.of_name(name, || format!("name `{name}`")));
        found
    }

    /// The word inside a name, with what to say of it.
    pub fn of_name(&self, name: &str, why: impl FnOnce() -> String) -> Option<Evidence> {
        let (class, word) = class_of_name(name)?;
        Some(Evidence { rung: Rung::Name, class, name: canonical(&word), why: why(), span: None })
    }

    /// The class that a whole word names: a declared environment, else a word that everybody uses.
    pub fn class_of(&self, word: &str) -> Option<Class> {
        let declared = self.config.environments.iter().find(|e| e.name.eq_ignore_ascii_case(word));
        declared.map(|e| e.class).or_else(|| class_of_word(word))
    }

    /// The class of a deployment environment's name (`prod-eu`, `Production`, `uat`).
    pub fn class_of_deployment(&self, name: &str) -> Option<Class> {
        self.class_of(name).or_else(|| class_of_name(name).map(|(class, _)| class))
    }

    fn declared(&self, index: usize) -> Evidence {
        let environment = &self.config.environments[index];
        let config = self.config.path.as_deref().unwrap_or("synthgate.yaml");
        Evidence {
            rung: Rung::Declared,
            class: environment.class,
            name: environment.name.clone(),
            why: format!("declared in {config}"),
            span: Some(environment.span),
        }
    }
}

/// One spelling for the many of one environment, so that `prod` and `production` are the same one.
pub fn canonical(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let digits = lower.trim_start_matches(|c: char| !c.is_ascii_digit());
    let base = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    match base {
        "prod" | "prd" | "live" => "production",
        "stg" | "stage" => "staging",
        "dev" | "develop" => "development",
        "tst" | "testing" => "test",
        "sbx" | "sbox" => "sandbox",
        "localhost" => "local",
        "pre-prod" => "preprod",
        "non-prod" | "not-prod" | "non-production" => "nonprod",
        _ => return lower,
    }
    .to_owned()
        + digits
}

fn is_org_id(id: &str) -> bool {
    (id.len() == 15 || id.len() == 18) && id.starts_with("00D") && id.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Globs of all environments as one set, with the environment that each belongs to.
struct Globs {
    set: GlobSet,
    owner: Vec<usize>,
}

impl Globs {
    /// `paths`: `*` stops at `/`. Others are names and hosts: letter case does not count.
    fn new<'g>(lists: impl Iterator<Item = &'g [String]>, paths: bool) -> Self {
        let mut builder = GlobSetBuilder::new();
        let mut owner = Vec::new();
        for (index, glob) in lists.enumerate().flat_map(|(i, list)| list.iter().map(move |g| (i, g))) {
            // A bad glob is an error of the configuration, reported when it was read.
            if let Ok(glob) = GlobBuilder::new(glob).literal_separator(paths).case_insensitive(!paths).build() {
                builder.add(glob);
                owner.push(index);
            }
        }
        Self { set: builder.build().unwrap_or_else(|_| GlobSet::empty()), owner }
    }

    fn matches(&self, text: &str) -> impl Iterator<Item = usize> {
        let mut owners: Vec<usize> = Vec::new();
        if !self.owner.is_empty() {
            owners.extend(self.set.matches(text).into_iter().filter_map(|g| self.owner.get(g).copied()));
            owners.dedup();
        }
        owners.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileEntry, Origin, Span};

    pub(super) fn files(paths: &[&str]) -> Files {
        let entry =
            |p: &&str| FileEntry { path: (*p).into(), origin: Origin::Memory([].into()), size: 0, tracked: true };
        Files::new(paths.iter().map(entry).collect())
    }

    fn declared() -> Config {
        let environment = |name: &str, class, globs: [&[&str]; 4]| crate::config::Environment {
            name: name.into(),
            span: Span::whole(FileId(0)),
            class,
            paths: globs[0].iter().map(|s| (*s).to_owned()).collect(),
            hosts: globs[1].iter().map(|s| (*s).to_owned()).collect(),
            accounts: globs[2].iter().map(|s| (*s).to_owned()).collect(),
            credentials: globs[3].iter().map(|s| (*s).to_owned()).collect(),
            allows: Vec::new(),
        };
        Config {
            environments: vec![
                environment(
                    "main",
                    Class::Production,
                    [&["config/eu/**"], &["shop.example.com"], &["00D5g000004ABCD"], &["*_PRD_*"]],
                ),
                environment("mirror", Class::NonProduction, [&[], &["*--mirror.example.com"], &[], &[]]),
            ],
            ..Config::default()
        }
    }

    #[test]
    fn declarations_are_the_first_rung_of_paths_hosts_accounts_and_names() {
        let (files, config) = (files(&["config/eu/app.yml", "deploy/mirror/app.yml"]), declared());
        let e = Environments::new(&files, &config);
        let first = |found: Vec<Evidence>| found.first().map(|f| (f.rung, f.class, f.name.clone()));
        let main = Some((Rung::Declared, Class::Production, "main".to_owned()));
        assert_eq!(first(e.of_file(FileId(0))), main);
        assert_eq!(first(e.of_host("shop.example.com")), main);
        assert_eq!(first(e.of_account("00D5g000004ABCDUA3")), main);
        assert_eq!(first(e.of_credential("sf_prd_key")), main);
        assert_eq!(first(e.of_host("acme--mirror.example.com")).map(|f| f.1), Some(Class::NonProduction));
        assert_eq!(first(e.of_account("00D5g000004ABCE")), None);
        // A declared name is an environment word wherever a folder bears it.
        let folder = first(e.of_file(FileId(1)));
        assert_eq!(folder, Some((Rung::Path, Class::NonProduction, "mirror".to_owned())));
    }

    #[test]
    fn spellings_of_one_environment_are_one_name() {
        for (word, name) in
            [("PROD", "production"), ("live", "production"), ("stg2", "staging2"), ("uat", "uat"), ("qa1", "qa1")]
        {
            assert_eq!(canonical(word), name);
        }
    }
}
