//! Credentials: in come secrets, references and ways to authenticate, out come subjects. A value is one credential
//! wherever it stands; a reference is one within its store and scope.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::hosts::{self, Known};
use super::places::Places;
use super::subject::credential::{Credential, CredentialKind, FlowOf, IdentityOf, Use};
use super::subject::{JobOf, Place, Subject, SubjectKind};
use crate::fact::environment::{Class, Evidence, Rung};
use crate::fact::{AuthFlow, CredentialRole, Fact, FactId, Flow, Kind, Reference, Secret, Store};
use crate::source::FileId;

/// Links all credentials, in the order of their first fact.
pub fn link(places: &mut Places<'_>) -> Vec<Subject> {
    let mut index: HashMap<Key, usize> = HashMap::new();
    let mut groups: Vec<Vec<FactId>> = Vec::new();
    for (id, fact) in places.facts() {
        let Some(key) = key_of(places, fact) else { continue };
        let group = *index.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[group].push(id);
    }
    let paired = paired(places, &groups);
    let mut identities: HashMap<[u8; 16], FactId> = HashMap::new();
    for (id, fact) in places.facts() {
        if let Kind::Identity(identity) = &fact.kind {
            identities.entry(identity.fingerprint).or_insert(id);
        }
    }
    let mut linker = Linker { places, beside: HashMap::new(), identities };
    let subjects = groups.iter().enumerate().map(|(i, group)| linker.subject(group, paired.contains(&i)));
    subjects.flatten().collect()
}

/// The groups of user names and client ids that stand beside one and the same secret in two places or more.
fn paired(places: &Places<'_>, groups: &[Vec<FactId>]) -> HashSet<usize> {
    type Mapping<'k> = (FileId, &'k str);
    let facts = |group: &[FactId]| group.iter().filter_map(|id| places.facts.get(id.0 as usize)).collect::<Vec<_>>();
    let mut secrets: HashMap<Mapping<'_>, Vec<usize>> = HashMap::new();
    let mut identities: Vec<(usize, Vec<Mapping<'_>>)> = Vec::new();
    for (i, group) in groups.iter().enumerate() {
        let facts = facts(group);
        let mappings = facts.iter().map(|f| (f.span.file, parent(&f.key)));
        if facts.iter().any(|f| matches!(role_of(&f.kind), CredentialRole::Secret)) {
            mappings.for_each(|m| secrets.entry(m).or_default().push(i));
        } else if facts.len() > 1 {
            identities.push((i, mappings.collect()));
        }
    }
    let beside_one_secret = |mappings: &[Mapping<'_>]| {
        let mut count: HashMap<usize, usize> = HashMap::new();
        for secret in mappings.iter().filter_map(|m| secrets.get(m)).flatten() {
            *count.entry(*secret).or_default() += 1;
        }
        count.values().any(|n| *n > 1)
    };
    identities.into_iter().filter(|(_, mappings)| beside_one_secret(mappings)).map(|(i, _)| i).collect()
}

/// What a credential's part is at one place.
fn role_of(kind: &Kind) -> CredentialRole {
    match kind {
        Kind::Secret(s) if s.public => CredentialRole::Identity,
        Kind::Secret(_) => CredentialRole::Secret,
        Kind::Reference(r) => r.role,
        _ => CredentialRole::Other,
    }
}

/// What makes two facts one credential.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Value([u8; 16]),
    Reference(Store, String, String),
    Flow(FileId, Flow, Option<String>),
}

fn key_of(places: &mut Places<'_>, fact: &Fact) -> Option<Key> {
    match &fact.kind {
        Kind::Secret(secret) => Some(Key::Value(secret.fingerprint)),
        Kind::Reference(r) => {
            let counts =
                r.role != CredentialRole::Other || !places.environments.of_declared_credential(&r.name).is_empty();
            let minted = r.store == Store::Github && r.name == "GITHUB_TOKEN";
            (counts && !minted).then(|| Key::Reference(r.store, scope(places, fact, r), r.name.clone()))
        }
        Kind::AuthFlow(flow) => Some(Key::Flow(fact.span.file, flow.flow, fact.context.integration.clone())),
        _ => None,
    }
}

/// The part of the store in which a name means one secret. A CI job that is bound to a deployment environment reads
/// that environment's secrets.
fn scope(places: &mut Places<'_>, fact: &Fact, reference: &Reference) -> String {
    let mut scope = reference.scope.clone();
    if !matches!(reference.store, Store::Github | Store::Gitlab) {
        return scope;
    }
    if let Some((_, _, job)) = places.job_of(fact) {
        let mut names: Vec<&str> = job.environments.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            let separator = if scope.is_empty() { "" } else { "/" };
            scope.push_str(separator);
            scope.push_str("environment:");
            scope.push_str(&names.join("|"));
        }
    }
    scope
}

struct Linker<'p, 'a> {
    places: &'p mut Places<'a>,
    /// Classified endpoints by file: evidence for the credentials beside them.
    beside: HashMap<FileId, Rc<Vec<Beside>>>,
    /// The first fact of each user name and client id.
    identities: HashMap<[u8; 16], FactId>,
}

/// A classified endpoint in the same file.
struct Beside {
    /// The key path of the mapping that holds it.
    parent: String,
    integration: Option<String>,
    job: Option<u32>,
    known: Known,
    evidence: Evidence,
}

impl<'a> Linker<'_, 'a> {
    fn subject(&mut self, group: &[FactId], beside_secret: bool) -> Option<Subject> {
        let first = *group.first()?;
        let fact = self.fact(first)?;
        let mut credential = match &fact.kind {
            Kind::Secret(secret) => of_secret(self.places, first, secret),
            Kind::Reference(reference) => {
                let scope = scope(self.places, fact, reference);
                of_reference(self.places, first, reference, scope)
            }
            Kind::AuthFlow(_) => blank(first, CredentialKind::Flow),
            _ => return None,
        };
        let mut own: Vec<Evidence> = Vec::new();
        for id in group {
            let Some(fact) = self.fact(*id) else { continue };
            match &fact.kind {
                Kind::AuthFlow(flow) => {
                    let flow = self.flow(*id, fact, flow);
                    credential.flows.push(flow);
                }
                _ => {
                    let (made, evidence) = self.use_of(*id, fact, &mut credential);
                    credential.uses.push(made);
                    own.extend(evidence);
                }
            }
        }
        credential.role = credential.uses.iter().map(|u| u.role).min().unwrap_or(CredentialRole::Other);
        if let Some(flow) = credential.flows.first() {
            credential.provider = flow.provider.clone();
        }
        credential.category = credential.provider.as_deref().and_then(hosts::category);
        credential.beside_secret = beside_secret && credential.role == CredentialRole::Identity;
        credential.environment = self.places.environment(own, &fact.key);
        let path = self.places.files.path(fact.span.file);
        let label = match (&credential.kind, &credential.name, &credential.form) {
            (CredentialKind::Value, _, Some(form)) => format!("credential ({form}) in {path}"),
            (CredentialKind::Flow, ..) => format!("authentication in {path}"),
            (_, Some(name), _) => format!("credential `{name}` in {path}"),
            _ => format!("credential in {path}"),
        };
        Some(Subject::new(SubjectKind::Credential, label, &credential))
    }

    fn fact(&self, id: FactId) -> Option<&'a Fact> {
        self.places.facts.get(id.0 as usize)
    }

    /// One place of use, and what the credential itself tells there of its environment.
    fn use_of(&mut self, id: FactId, fact: &Fact, credential: &mut Credential) -> (Use, Vec<Evidence>) {
        let (name, encoded) = match &fact.kind {
            Kind::Secret(s) => (s.name.clone(), s.encoded),
            Kind::Reference(r) => (Some(r.name.clone()), false),
            _ => (None, false),
        };
        let role = role_of(&fact.kind);
        let mut own = Vec::new();
        if let Kind::Secret(secret) = &fact.kind {
            own.extend(self.told_by_value(secret));
        }
        if let Some(name) = &name {
            own.extend(self.places.environments.of_credential(name));
        }
        let beside = self.beside(fact, credential.provider.as_deref());
        if credential.provider.is_none() {
            credential.provider = only_provider(&beside);
        }
        let beside: Vec<Evidence> = beside.into_iter().map(|(_, e)| e).collect();
        let mut all = own.clone();
        all.extend(beside.iter().cloned());
        all.extend(self.places.evidence(fact));
        let environment = self.places.environment(all, &fact.key);
        let place = self.places.place(fact, beside);
        let identities = self.identities_beside(fact);
        let received_by = self.received_by(fact, &place);
        (Use { id, key: fact.key.clone(), name, role, encoded, environment, place, identities, received_by }, own)
    }

    /// User names and client ids in the same mapping.
    fn identities_beside(&mut self, fact: &Fact) -> Vec<IdentityOf> {
        if self.identities.is_empty() {
            return Vec::new();
        }
        let mapping = parent(&fact.key);
        let beside = self.places.facts_of(fact.span.file).filter(|(_, f)| parent(&f.key) == mapping);
        let identities = beside.filter_map(|(id, f)| match &f.kind {
            Kind::Identity(i) => {
                let same_as_id = *self.identities.get(&i.fingerprint)?;
                Some(IdentityOf { id, name: i.name.clone(), same_as_id })
            }
            _ => None,
        });
        identities.collect()
    }

    /// The registry's rung: the form, and the host inside the value.
    fn told_by_value(&self, secret: &Secret) -> Vec<Evidence> {
        let mut found = Vec::new();
        if let Some(class) = secret.class {
            let name = match class {
                Class::Production => "production",
                Class::NonProduction => "test",
            };
            let why = secret.form.as_ref().map_or_else(|| "form of the value".to_owned(), |f| format!("form: {f}"));
            found.push(Evidence { rung: Rung::Registry, class, name: name.to_owned(), why, span: None });
        }
        if let Some(host) = &secret.host {
            let known = hosts::known(&self.places.environments, host, "");
            found.extend(
                known.evidence.into_iter().map(|e| Evidence { why: format!("{} inside the value", e.why), ..e }),
            );
        }
        found
    }

    /// Classified hosts beside a credential: in the same mapping or one around it, the same integration or the same
    /// job. Hosts that disagree say nothing: the file lists both environments.
    fn beside(&mut self, fact: &Fact, provider: Option<&str>) -> Vec<(Known, Evidence)> {
        let all = self.endpoints_of(fact.span.file);
        let parent = parent(&fact.key);
        let near = all.iter().filter(|b| {
            let same_job = b.job.is_some() && b.job == fact.context.job;
            let same_integration = b.integration.is_some() && b.integration == fact.context.integration;
            let around = b.job == fact.context.job && is_within(parent, &b.parent);
            let fits = match (provider, &b.known.provider) {
                (Some(p), Some(q)) => p == q,
                _ => true,
            };
            fits && (same_job || same_integration || around)
        });
        let near: Vec<(Known, Evidence)> = near.map(|b| (b.known.clone(), b.evidence.clone())).collect();
        let agree = near.windows(2).all(|w| w[0].1.class == w[1].1.class);
        if agree { near } else { Vec::new() }
    }

    fn endpoints_of(&mut self, file: FileId) -> Rc<Vec<Beside>> {
        if let Some(known) = self.beside.get(&file) {
            return Rc::clone(known);
        }
        let mut found = Vec::new();
        for (_, fact) in self.places.facts_of(file) {
            let Kind::Endpoint(e) = &fact.kind else { continue };
            if !e.role.is_target() || fact.context.in_comment {
                continue;
            }
            let known = hosts::known(&self.places.environments, &e.host, &e.path);
            let Some(evidence) = known.evidence.first().cloned() else { continue };
            let evidence = Evidence { why: format!("host {}", e.host), span: Some(fact.span), ..evidence };
            found.push(Beside {
                parent: parent(&fact.key).to_owned(),
                integration: fact.context.integration.clone(),
                job: fact.context.job,
                known,
                evidence,
            });
        }
        let found = Rc::new(found);
        self.beside.insert(file, Rc::clone(&found));
        found
    }

    fn flow(&mut self, id: FactId, fact: &Fact, flow: &AuthFlow) -> FlowOf {
        let known = flow.host.as_deref().map(|h| hosts::known(&self.places.environments, h, "")).unwrap_or_default();
        let provider = flow.provider.clone().or(known.provider);
        FlowOf {
            id,
            key: fact.key.clone(),
            flow: flow.flow,
            category: provider.as_deref().and_then(hosts::category),
            provider,
            host: flow.host.clone(),
            place: self.places.place(fact, Vec::new()),
        }
    }

    /// The jobs that receive a credential. What a workflow's own `env:` holds reaches every job of it.
    fn received_by(&mut self, fact: &Fact, place: &Place) -> Vec<JobOf> {
        if let Some(job) = &place.job {
            return vec![job.clone()];
        }
        let workflow_level = ["env", "variables", "default"]
            .iter()
            .any(|top| fact.key.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])));
        if !workflow_level {
            return Vec::new();
        }
        let jobs: Vec<_> = self.places.facts_of(fact.span.file).collect();
        let jobs = jobs.into_iter().filter_map(|(id, f)| match &f.kind {
            Kind::Job(job) => Some(self.places.job(id, &f.key, job)),
            _ => None,
        });
        jobs.collect()
    }
}

fn of_secret(places: &Places<'_>, id: FactId, secret: &Secret) -> Credential {
    let by_name = || secret.name.as_deref().and_then(|n| hosts::provider_of_name(&places.integrated, n));
    Credential {
        name: secret.name.clone(),
        provider: secret.provider.clone().or_else(by_name),
        form: secret.form.clone(),
        form_class: secret.class,
        checksum: secret.checksum,
        host: secret.host.clone(),
        placeholder: secret.placeholder.clone(),
        public: secret.public,
        session: secret.session,
        ..blank(id, CredentialKind::Value)
    }
}

fn of_reference(places: &Places<'_>, id: FactId, reference: &Reference, scope: String) -> Credential {
    Credential {
        name: Some(reference.name.clone()),
        provider: hosts::provider_of_name(&places.integrated, &reference.name),
        store: Some(reference.store),
        scope,
        absolute: reference.store.is_absolute(),
        ..blank(id, CredentialKind::Reference)
    }
}

fn blank(id: FactId, kind: CredentialKind) -> Credential {
    Credential {
        kind,
        id,
        name: None,
        role: CredentialRole::Other,
        provider: None,
        category: None,
        form: None,
        form_class: None,
        checksum: false,
        host: None,
        placeholder: None,
        public: false,
        session: false,
        store: None,
        scope: String::new(),
        absolute: false,
        beside_secret: false,
        environment: Default::default(),
        flows: Vec::new(),
        uses: Vec::new(),
    }
}

fn only_provider(beside: &[(Known, Evidence)]) -> Option<String> {
    let mut providers = beside.iter().filter_map(|(k, _)| k.provider.as_ref());
    let first = providers.next()?;
    providers.all(|p| p == first).then(|| first.clone())
}

/// The key path of the mapping that holds a key: `a.b` of `a.b.c`, `a.b` of `a.b[2]`; empty at the top.
fn parent(key: &str) -> &str {
    key.rfind(['.', '[']).map_or("", |at| &key[..at])
}

/// Whether a mapping is another one or lies inside it. The top of a file holds everything and so says nothing about
/// what is deeper.
fn is_within(inner: &str, outer: &str) -> bool {
    if outer.is_empty() {
        return inner.is_empty();
    }
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
