//! Shell text: in come scripts, `run:` blocks, Makefiles and Dockerfiles, out come the endpoints that commands talk to,
//! the literals that take over for unset variables, credential references and logins. Comments, here-documents and what
//! is only printed say nothing.

pub(super) mod branch;
pub(super) mod files;
pub(super) mod lex;
pub(super) mod meaning;

use std::collections::HashSet;
use std::ops::Range;

use super::collect::{Around, Collector, fallback};
use super::expression::{Expression, bare_variables, expressions, fallback_of};
use super::passage::Passage;
use super::url::{Url, urls};
use super::words::{credential_role, endpoint_role};
use crate::fact::{CredentialRole, EndpointRole, Flow, Kind, Load, Store};
use branch::Branches;
pub(super) use files::{Dialect, extract_file};
use lex::{Command, Word};

/// Where variables without a value of their own come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variables {
    /// The process' environment.
    Environment,
    /// GitLab's CI variables.
    Gitlab,
    /// A job's `env:` says where; the variable itself is no reference of its own.
    Named,
}

/// Reads the commands of a passage. Returns them, so that a caller can ask what they mean.
pub(super) fn read<'p>(
    collector: &mut Collector<'_>,
    passage: &'p Passage<'_>,
    around: &Around,
    variables: Variables,
    make: bool,
) -> Vec<Command<'p>> {
    let commands = lex::commands(passage.text, make);
    let mut reader = Reader { collector, passage, variables, seen: HashSet::new(), branches: Branches::default() };
    for command in &commands {
        reader.command(command, around);
    }
    commands
}

struct Reader<'r, 'c, 'p> {
    collector: &'r mut Collector<'c>,
    passage: &'r Passage<'p>,
    variables: Variables,
    /// Variables that were assigned or read before: a name is one reference, not one for each use.
    seen: HashSet<String>,
    branches: Branches,
}

impl Reader<'_, '_, '_> {
    fn command(&mut self, command: &Command<'_>, around: &Around) {
        self.branches.step(command, self.passage);
        let mut around = around.clone();
        around.structure.extend(self.branches.evidence());
        let program = command.words.get(meaning::program(command)).map_or("", Word::plain);
        let printed = matches!(program.rsplit('/').next(), Some("echo" | "printf" | "cat" | "print" | "log"));
        for word in &command.words {
            self.word(command, word, printed, &around);
        }
        if !printed {
            self.logins(command, &around);
        }
        if program == "cci" {
            self.recipe(command, &around);
        }
    }

    /// `cci task run generate_and_load_from_yaml -o generator_yaml datasets/x.recipe.yml`.
    fn recipe(&mut self, command: &Command<'_>, around: &Around) {
        let phrase = meaning::phrase(command);
        if !phrase.contains("snowfakery") && !phrase.contains("generate_and_load") {
            return;
        }
        let Some(word) = command.words.iter().find(|w| super::recipe::is_recipe_path(w.plain())) else { return };
        let recipe = word.plain().rsplit('=').next().unwrap_or_default().to_owned();
        let what = format!("`{phrase}` loads it into an org");
        self.collector.add(self.passage.span(word.range.clone()), around, Kind::Load(Load { recipe, what }));
    }

    fn word(&mut self, command: &Command<'_>, word: &Word<'_>, printed: bool, around: &Around) {
        let text = word.raw;
        if memchr::memchr3(b'$', b':', b'=', text.as_bytes()).is_none()
            || text.starts_with('\'') && !text.contains("://")
        {
            return;
        }
        let offset = word.range.start;
        let found = expressions(text);
        let (name, role) = self.role_of(command, word, printed);
        self.references(&found, text, offset, name, around);
        if let Some((variable, _)) = word.assignment() {
            self.seen.insert(variable.to_owned());
        }
        if memchr::memmem::find(text.as_bytes(), b"://").is_none() {
            return;
        }
        let around = &around.at(key_of(around, name));
        for url in urls(text) {
            self.url(word, &found, &url, offset, role, around);
        }
    }

    fn url(
        &mut self,
        word: &Word<'_>,
        found: &[Expression],
        url: &Url,
        offset: usize,
        role: EndpointRole,
        around: &Around,
    ) {
        let mut fallback = fallback_of(found, &url.range).map(|e| {
            // The whole assignment is the expression: `VAR=${VAR:-…}` and `: "${VAR:=…}"` read as one.
            fallback(self.passage, e, e.range.start + offset..e.range.end + offset)
        });
        let role = match role {
            EndpointRole::Inert => {
                fallback = None;
                role
            }
            EndpointRole::Unknown if fallback.is_some() => EndpointRole::Connection,
            role => role,
        };
        if role == EndpointRole::Inert && !word.raw.contains("${") {
            return;
        }
        let span = self.passage.span(url.range.start + offset..url.range.end + offset);
        self.collector.endpoint(span, around, url, role, fallback);
    }

    /// The name under which a word's value is used, and the role of a URL in it.
    fn role_of<'w>(&self, command: &Command<'w>, word: &Word<'w>, printed: bool) -> (&'w str, EndpointRole) {
        let phrase_start = meaning::program(command);
        let at = command.words.iter().position(|w| w.range == word.range).unwrap_or(0);
        let assigned = word.assignment().or_else(|| inner_assignment(word));
        if printed {
            // `echo "SF_URL=https://…" >> "$GITHUB_ENV"` sets a variable; everything else is only shown.
            let stored = command.words.iter().any(|w| w.raw.contains("GITHUB_ENV") || w.plain().ends_with(".env"));
            return match assigned {
                Some((name, _)) if stored => (name, connection_unless_inert(name)),
                _ => ("", EndpointRole::Inert),
            };
        }
        if let Some((name, _)) = assigned {
            let role = endpoint_role(name);
            return (name, role);
        }
        let program = command.words.get(phrase_start).map_or("", Word::plain);
        let program = program.rsplit('/').next().unwrap_or(program);
        let option = option_of(command, at);
        let role = match program {
            "curl" | "wget" | "http" | "https" | "xh" | "httpx" | "Invoke-RestMethod" | "sf" | "sfdx" | "psql"
            | "mysql" | "mongosh" | "newman" | "k6" | "shopify" | "stripe" | "hurl" | "grpcurl" | "pg_dump"
            | "pg_restore" | "mongoimport" | "dataloader" => match endpoint_role(option) {
                EndpointRole::Audience => EndpointRole::Audience,
                EndpointRole::Inert => EndpointRole::Unknown,
                _ if matches!(option, "H" | "header" | "A" | "user-agent" | "e" | "referer" | "m" | "message") => {
                    EndpointRole::Unknown
                }
                _ => EndpointRole::Command,
            },
            ":" => EndpointRole::Connection,
            "git" | "open" | "xdg-open" | "pip" | "npm" | "yarn" | "apt-get" | "brew" | "go" | "docker" | "["
            | "[[" | "test" | "grep" | "sed" | "die" | "fail" | "info" | "warn" | "error" | "return" | "case"
            | "helm" => EndpointRole::Inert,
            _ => match endpoint_role(option) {
                EndpointRole::Connection => EndpointRole::Command,
                role => role,
            },
        };
        (option, role)
    }

    fn references(&mut self, found: &[Expression], text: &str, offset: usize, read_as: &str, around: &Around) {
        let bare = bare_variables(text);
        for expression in found.iter().chain(&bare) {
            let by_name = matches!(expression.store, Store::Environment | Store::Property);
            if by_name && (self.variables == Variables::Named || expression.name.contains('.')) {
                continue;
            }
            let mut expression = expression.clone();
            if by_name {
                let own = credential_role(&expression.name);
                let new = self.seen.insert(expression.name.clone());
                if own == CredentialRole::Other || !new || is_builtin(&expression.name) {
                    continue;
                }
                expression.store = if self.variables == Variables::Gitlab { Store::Gitlab } else { Store::Environment };
            }
            let span = self.passage.span(expression.range.start + offset..expression.range.end + offset);
            let around = around.at(key_of(around, &expression.name));
            self.collector.reference(span, &around, &expression, read_as);
        }
    }

    /// Logins that act as a shared human identity.
    fn logins(&mut self, command: &Command<'_>, around: &Around) {
        let phrase = meaning::phrase(command);
        let (Some(first), Some(last)) = (command.words.first(), command.words.last()) else { return };
        let whole = first.range.start..last.range.end;
        const TOKENS: &[&str] = &["sf org login access-token", "sf auth accesstoken", "sf auth access-token"];
        let host = || command.words.iter().flat_map(|w| urls(w.raw)).map(|u| u.host).next();
        if TOKENS.iter().any(|t| meaning::begins(&phrase, t)) {
            let span = self.passage.span(whole);
            self.collector.flow(
                span,
                &around.at(key_of(around, "login")),
                Flow::SessionToken,
                host(),
                Some(super::SALESFORCE),
            );
            return;
        }
        let grant = command.words.iter().find(|w| {
            let plain = w.plain();
            plain.contains("grant_type=password") || plain.contains("grant_type\":\"password")
        });
        if let Some(word) = grant {
            let span = self.passage.span(word.range.clone());
            let around = around.at(key_of(around, "grant_type"));
            self.collector.flow(span, &around, Flow::PasswordGrant, host(), None);
        }
    }
}

/// `"SF_URL=https://…"` and `-eSF_URL=…` inside quotes: the name and the value.
fn inner_assignment<'w>(word: &Word<'w>) -> Option<(&'w str, Range<usize>)> {
    let plain = word.plain();
    let at = plain.find('=')?;
    let name = plain[..at].trim_start_matches('-');
    let valid = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    (valid && !plain.starts_with('-')).then_some((name, at + 1..plain.len()))
}

/// The option that a word belongs to, without dashes: its own (`--url=x`), else the one before it.
fn option_of<'w>(command: &Command<'w>, at: usize) -> &'w str {
    let own = command.words.get(at).map_or("", Word::plain);
    if own.starts_with('-') {
        let name = own.split('=').next().unwrap_or(own);
        return name.trim_start_matches('-');
    }
    let before = at.checked_sub(1).and_then(|i| command.words.get(i)).map_or("", Word::plain);
    if before.starts_with('-') && !before.contains('=') { before.trim_start_matches('-') } else { "" }
}

fn connection_unless_inert(name: &str) -> EndpointRole {
    match endpoint_role(name) {
        EndpointRole::Unknown => EndpointRole::Connection,
        role => role,
    }
}

/// Variables that a CI system gives to each job.
fn is_builtin(name: &str) -> bool {
    ["GITHUB_TOKEN", "GH_TOKEN", "CI_JOB_TOKEN", "CI_REGISTRY_PASSWORD", "CI_REGISTRY_USER", "CI_DEPLOY_PASSWORD"]
        .contains(&name)
        || matches!(name, "USER" | "LOGNAME" | "PWD" | "OLDPWD")
}

fn key_of(around: &Around, name: &str) -> String {
    match (around.key.is_empty(), name.len() < 2) {
        (_, true) => around.key.clone(),
        (true, false) => name.to_owned(),
        (false, false) => format!("{}.{name}", around.key),
    }
}
