//! Collecting the facts of one file: in come places and what stands there, out come [`FileFacts`] in span order,
//! without repeats, each with its job's index.

use std::collections::HashSet;
use std::ops::Range;

use super::expression::{Expression, fallback_of};
use super::generic::around;
use super::map::Surroundings;
use super::passage::Passage;
use super::trail::Trail;
use super::url::{Url, is_nobodys};
use super::{Maps, words};
use crate::fact::environment::Evidence;
use crate::fact::{
    AuthFlow, Context, CredentialRole, Endpoint, EndpointRole, Fact, Fallback, FileFacts, Flow, Job, Kind, Notice,
    PurposeEvidence, Reference, Store,
};
use crate::parse::tree::Node;
use crate::source::{Source, Span};

/// A file can hold this many facts; past it there is a notice.
const MAX_FACTS: usize = 20_000;

/// The facts of one file while they are made.
pub(super) struct Collector<'a> {
    /// The file.
    pub source: &'a Source,
    /// What is known beforehand.
    pub maps: &'a Maps,
    facts: Vec<Fact>,
    notices: Vec<Notice>,
    seen: HashSet<(u8, Span, Option<u32>, String)>,
    claimed: HashSet<Span>,
    logins: HashSet<Span>,
    /// What maps say of the surroundings of places.
    pub surroundings: Surroundings,
}

/// What surrounds the facts that are made next.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    /// The key path.
    pub key: String,
    /// Environment evidence from structure.
    pub structure: Vec<Evidence>,
    /// The job, by its number from [`Collector::job`].
    pub job: Option<u32>,
    /// The integration.
    pub integration: Option<String>,
    /// What the surroundings are for.
    pub purpose: Option<PurposeEvidence>,
    /// The place is in a comment.
    pub in_comment: bool,
}

impl Around {
    /// Only a key path.
    pub fn key(key: impl Into<String>) -> Self {
        Self { key: key.into(), ..Self::default() }
    }

    /// The same surroundings under another key.
    pub fn at(&self, key: impl Into<String>) -> Self {
        Self { key: key.into(), ..self.clone() }
    }
}

impl<'a> Collector<'a> {
    pub fn new(source: &'a Source, maps: &'a Maps) -> Self {
        Self {
            source,
            maps,
            facts: Vec::new(),
            notices: Vec::new(),
            seen: HashSet::new(),
            claimed: HashSet::new(),
            logins: HashSet::new(),
            surroundings: Surroundings::default(),
        }
    }

    /// The surroundings of a node: those of the base, what its keys say, and what maps say.
    pub fn around(&self, trail: &Trail<'_>, base: &Around, node: &Node) -> Around {
        let mut around = around(trail, base);
        self.surroundings.add_to(&mut around, node);
        around
    }

    /// Says that how a mapping logs in is known.
    pub fn has_login(&mut self, span: Span) {
        self.logins.insert(span);
    }

    /// Whether how a mapping logs in is known.
    pub fn knows_login(&self, span: Span) -> bool {
        self.logins.contains(&span)
    }

    /// Says that a place has been read by somebody who knows what it means.
    pub fn claim(&mut self, span: Span) {
        self.claimed.insert(span);
    }

    /// Whether a place has been claimed.
    pub fn is_claimed(&self, span: Span) -> bool {
        self.claimed.contains(&span)
    }

    /// Adds a fact, unless the same one (kind, place, job) is there; returns its number.
    pub fn add(&mut self, span: Span, around: &Around, kind: Kind) -> Option<u32> {
        let (tag, detail) = identity(&kind);
        if self.facts.len() >= MAX_FACTS {
            if self.notices.is_empty() {
                let message = format!("more than {MAX_FACTS} facts in one file: the rest is not looked at");
                self.notices.push(Notice::at("too-many-facts", span, message));
            }
            return None;
        }
        if !self.seen.insert((tag, span, around.job, detail)) {
            return None;
        }
        let context = Context {
            structure: around.structure.clone(),
            job: around.job,
            integration: around.integration.clone(),
            purpose: around.purpose.clone(),
            in_comment: around.in_comment,
        };
        self.facts.push(Fact { span, key: around.key.clone(), context, kind });
        u32::try_from(self.facts.len() - 1).ok()
    }

    /// Says what the reader must know.
    pub fn notice(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// Adds a job and returns the number by which its facts name it.
    pub fn job(&mut self, span: Span, around: &Around, job: Job) -> Option<u32> {
        self.add(span, around, Kind::Job(job))
    }

    /// The job of a number, to be completed.
    pub fn job_mut(&mut self, number: u32) -> Option<&mut Job> {
        match self.facts.get_mut(number as usize).map(|f| &mut f.kind) {
            Some(Kind::Job(job)) => Some(job),
            _ => None,
        }
    }

    /// The job that a key path lies in.
    pub fn job_at(&self, key: &str) -> Option<u32> {
        let holds = |fact: &Fact| {
            matches!(fact.kind, Kind::Job(_)) && key.strip_prefix(&*fact.key).is_some_and(|rest| rest.starts_with('.'))
        };
        self.facts.iter().position(holds).and_then(|i| u32::try_from(i).ok())
    }

    /// All jobs, to be compared with each other.
    pub fn jobs_mut(&mut self) -> impl Iterator<Item = &mut Job> {
        self.facts.iter_mut().filter_map(|f| match &mut f.kind {
            Kind::Job(job) => Some(job),
            _ => None,
        })
    }

    /// Adds an endpoint. Nobody's hosts are none unless declared; a host that no provider and no declaration knows
    /// counts only where `placed` says that the place speaks for an environment or a purpose.
    pub fn endpoint(&mut self, span: Span, around: &Around, url: &Url, role: EndpointRole, fallback: Option<Fallback>) {
        let declared = self.maps.declares(&url.host);
        if !declared && is_nobodys(&url.host) {
            return;
        }
        let called = matches!(role, EndpointRole::Connection | EndpointRole::Command) || fallback.is_some();
        let placed = called && (!around.structure.is_empty() || self.is_placed());
        if !placed && !self.maps.knows(&url.host) {
            return;
        }
        let kind = Endpoint { host: url.host.clone(), path: url.path.clone(), role, fallback };
        self.add(span, around, Kind::Endpoint(kind));
    }

    /// Whether the file's own path names an environment, or is declared as one's.
    pub fn is_placed(&self) -> bool {
        use crate::fact::environment::{class_of_name, class_of_word};
        self.maps.declares_path(&self.source.path)
            || self.source.path.split('/').any(|part| class_of_word(part).is_some() || class_of_name(part).is_some())
    }

    /// Adds a reference if it is a credential's: by its own name, by its store, or by the key that reads it.
    pub fn reference(&mut self, span: Span, around: &Around, found: &Expression, read_as: &str) {
        let certain = !matches!(found.store, Store::Environment | Store::Property | Store::Gitlab | Store::Github);
        if found.default.is_some() && words::endpoint_role(read_as) == EndpointRole::Connection {
            // A URL's variable (`${SF_LOGIN:-https://…}`), not a user's.
            return;
        }
        let own = words::credential_role(found.name.rsplit(['.', '/', '#', ':']).next().unwrap_or(&found.name));
        let role = match (own, words::credential_role(read_as)) {
            (CredentialRole::Secret, _) | (CredentialRole::Other, CredentialRole::Secret) => CredentialRole::Secret,
            (CredentialRole::Identity, _) | (CredentialRole::Other, CredentialRole::Identity) => {
                CredentialRole::Identity
            }
            _ if certain => CredentialRole::Secret,
            _ => return,
        };
        self.add_reference(span, around, found, role);
    }

    /// Adds a reference with a known role.
    pub fn add_reference(&mut self, span: Span, around: &Around, found: &Expression, role: CredentialRole) {
        let kind = Reference { store: found.store, scope: found.scope.clone(), name: found.name.clone(), role };
        self.add(span, around, Kind::Reference(kind));
    }

    /// Adds an authentication flow.
    pub fn flow(&mut self, span: Span, around: &Around, flow: Flow, host: Option<String>, provider: Option<&str>) {
        let provider = provider.map(str::to_owned);
        self.add(span, around, Kind::AuthFlow(AuthFlow { flow, host, provider }));
    }

    /// Adds the endpoints of a passage with one role; those inside a default are fallbacks and connections.
    pub fn urls(
        &mut self,
        passage: &Passage<'_>,
        urls: &[Url],
        expressions: &[Expression],
        around: &Around,
        role: EndpointRole,
    ) {
        for url in urls {
            // A store's own address is a reference, not an endpoint.
            if expressions
                .iter()
                .any(|e| e.range.start <= url.range.start && url.range.end <= e.range.end && e.default.is_none())
            {
                continue;
            }
            let fallback = fallback_of(expressions, &url.range).map(|e| fallback(passage, e, e.range.clone()));
            let role = match role {
                EndpointRole::Unknown if fallback.is_some() => EndpointRole::Connection,
                other => other,
            };
            self.endpoint(passage.span(url.range.clone()), around, url, role, fallback);
        }
    }

    /// The facts in span order.
    pub fn finish(self) -> FileFacts {
        let mut order: Vec<usize> = (0..self.facts.len()).collect();
        order.sort_by_key(|i| (self.facts[*i].span, *i));
        let mut place = vec![0u32; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new as u32;
        }
        let mut facts: Vec<(usize, Fact)> = self.facts.into_iter().enumerate().collect();
        facts.sort_by_key(|(i, _)| place[*i]);
        let facts = facts
            .into_iter()
            .map(|(_, mut fact)| {
                fact.context.job = fact.context.job.and_then(|j| place.get(j as usize).copied());
                fact
            })
            .collect();
        FileFacts { facts, notices: self.notices }
    }
}

/// The fallback that an expression's default is.
pub(super) fn fallback(passage: &Passage<'_>, expression: &Expression, whole: Range<usize>) -> Fallback {
    Fallback { variable: expression.name.clone(), span: passage.span(whole) }
}

/// What makes two facts of one place the same.
fn identity(kind: &Kind) -> (u8, String) {
    match kind {
        Kind::Endpoint(e) => (0, e.host.clone()),
        Kind::Secret(_) => (1, String::new()),
        Kind::Reference(r) => (2, r.name.clone()),
        Kind::AuthFlow(f) => (3, format!("{:?}", f.flow)),
        Kind::Account(a) => (4, a.id.clone()),
        Kind::Job(j) => (5, j.id.clone()),
        Kind::Table(_) => (6, String::new()),
        Kind::Provenance(_) => (7, String::new()),
        Kind::Integration(i) => (8, i.provider.clone()),
        Kind::SandboxDefinition { .. } => (9, String::new()),
        Kind::Anchor => (10, String::new()),
        Kind::Column(at) => (11, at.column.to_string()),
        Kind::Cell(at) => (12, at.column.to_string()),
        Kind::Identity(i) => (13, i.name.clone()),
        Kind::Choice(c) => (14, c.argument.clone()),
        Kind::Access(a) => (15, a.call.clone()),
        Kind::Generator { tool } => (16, tool.clone()),
        Kind::EnvironmentCheck => (17, String::new()),
        Kind::Connector(_) => (18, String::new()),
        Kind::FailsOpen(f) => (19, f.symbol.clone()),
        Kind::Weak(w) => (20, w.method.clone()),
        Kind::ErrorPolicy { key, .. } => (21, key.clone()),
        Kind::RealSource(r) => (22, r.object.clone()),
        Kind::Symbol(s) => (48, s.name.clone()),
        Kind::Emission(e) => (46, e.call.clone()),
        Kind::Load(l) => (47, l.recipe.clone()),
        Kind::Exposure(e) => (40, e.how.to_owned()),
        Kind::Marker(m) => (41, format!("{:?}", m.sign)),
        Kind::History(h) => (44, h.name.clone()),
        Kind::Retention { .. } => (45, String::new()),
        Kind::Warden(w) => (42, w.prefix.clone()),
        Kind::Route(r) => (43, format!("{}{}", r.methods.join(","), r.path)),
    }
}
