//! What stands around a fact: in come a fact, its file and the configuration, out comes the [`Place`] that policies
//! see, with the evidence of its environment.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::anchors::Anchors;
use super::environments::{Environments, canonical};
use super::place::Traits;
use super::subject::{self, JobEnvironment, JobOf, Place, PurposeOf};
use crate::config::Config;
use crate::fact::environment::{Class, Evidence, Rung};
use crate::fact::{Fact, FactId, Job, Kind, PurposeEvidence};
use crate::source::{FileId, Files};

/// The ground that linking stands on: files, facts, configuration, and what is known of each file.
pub struct Places<'a> {
    /// All files.
    pub files: &'a Files,
    /// All facts, in file order.
    pub facts: &'a [Fact],
    /// The configuration.
    pub config: &'a Config,
    /// The evidence ladder.
    pub environments: Environments<'a>,
    /// Facts made on the way.
    pub anchors: Anchors,
    /// Providers that the repository works with.
    pub integrated: HashSet<&'a str>,
    seen: HashMap<FileId, Rc<Seen>>,
    /// The configuration's own file: what it says is declared, and no fact of the repository.
    own: Option<FileId>,
}

/// What is known of a file.
struct Seen {
    traits: Traits,
    evidence: Vec<Evidence>,
    /// Index of its first fact.
    start: usize,
}

impl<'a> Places<'a> {
    /// Surveys the files.
    pub fn new(files: &'a Files, facts: &'a [Fact], config: &'a Config) -> Self {
        Self {
            files,
            facts,
            config,
            environments: Environments::new(files, config),
            anchors: Anchors::behind(facts.len()),
            integrated: facts.iter().filter_map(integrated).collect(),
            seen: HashMap::new(),
            own: config.path.as_deref().and_then(|p| files.find(p)),
        }
    }

    /// All facts of the repository with their ids, without those of the configuration's own file.
    pub fn facts(&self) -> impl Iterator<Item = (FactId, &'a Fact)> + use<'a> {
        let own = self.own;
        let facts = self.facts.iter().enumerate().filter(move |(_, f)| Some(f.span.file) != own);
        facts.map(|(i, f)| (FactId(u32::try_from(i).unwrap_or(u32::MAX)), f))
    }

    /// The facts of one file with their ids.
    pub fn facts_of(&mut self, file: FileId) -> impl Iterator<Item = (FactId, &'a Fact)> + use<'a> {
        let start = self.seen(file).start;
        let facts = self.facts.iter().enumerate().skip(start).take_while(move |(_, f)| f.span.file == file);
        facts.map(|(i, f)| (FactId(u32::try_from(i).unwrap_or(u32::MAX)), f))
    }

    /// What a file's path says.
    pub fn traits(&mut self, file: FileId) -> Traits {
        self.seen(file).traits.clone()
    }

    /// Everything around a fact; `more` is further evidence of its place.
    pub fn place(&mut self, fact: &Fact, more: Vec<Evidence>) -> Place {
        let seen = self.seen(fact.span.file);
        let mut evidence = more;
        evidence.extend(self.evidence(fact));
        let environment = self.environment(evidence, &fact.key);
        let purposes = seen.traits.purposes.iter().chain(&fact.context.purpose);
        let purposes = self.purposes(purposes, &fact.key);
        let job = self.job_of(fact).map(|(id, key, job)| self.job(id, &key, job));
        let traits = &seen.traits;
        Place {
            path: self.files.path(fact.span.file).to_owned(),
            environment,
            purposes,
            job,
            integration: fact.context.integration.clone(),
            in_comment: fact.context.in_comment,
            recording: traits.recording,
            documentation: traits.documentation,
            fixture: traits.fixture,
            vendored: traits.vendored,
            code: traits.code,
        }
    }

    /// Evidence of the environment of a fact's place: the file's, the structure's, the job's, the key's own name.
    pub fn evidence(&mut self, fact: &Fact) -> Vec<Evidence> {
        let mut found = self.seen(fact.span.file).evidence.clone();
        found.extend(fact.context.structure.iter().cloned());
        if let Some((id, _, job)) = self.job_of(fact) {
            // What starts the job stands with it.
            found.extend(
                self.facts
                    .get(id.0 as usize)
                    .map(|f| f.context.structure.as_slice())
                    .unwrap_or_default()
                    .iter()
                    .cloned(),
            );
            found.extend(self.evidence_of_job(job));
        }
        if let Some(name) = last_key(&fact.key) {
            found.extend(self.environments.of_name(name, || format!("key `{name}`")));
        }
        found
    }

    /// Evidence from a job: the environments that it is bound to, then its names.
    pub fn evidence_of_job(&self, job: &Job) -> Vec<Evidence> {
        let mut found = Vec::new();
        for (name, span) in &job.environments {
            let Some(class) = self.environments.class_of_deployment(name) else { continue };
            found.push(Evidence {
                rung: Rung::Structure,
                class,
                name: canonical(name),
                why: format!("job environment `{name}`"),
                span: Some(*span),
            });
        }
        let names = [("job", Some(&job.id)), ("job", job.name.as_ref()), ("workflow", Some(&job.workflow))];
        for (what, name) in names {
            let Some(name) = name else { continue };
            found.extend(self.environments.of_name(name, || format!("{what} name `{name}`")));
        }
        found
    }

    /// Evidence as policies see it: the strongest rung decides; where it speaks for both classes, nothing does.
    pub fn environment(&mut self, mut evidence: Vec<Evidence>, key: &str) -> subject::Environment {
        evidence.sort_by_key(|e| e.rung);
        let mut unique: Vec<Evidence> = Vec::with_capacity(evidence.len());
        for e in evidence {
            if !unique.iter().any(|u| (u.rung, u.class, &u.why) == (e.rung, e.class, &e.why)) {
                unique.push(e);
            }
        }
        let Some(first) = unique.first() else { return subject::Environment::default() };
        let rung = first.rung;
        let mixed = unique.iter().any(|e| e.rung == rung && e.class != first.class);
        let class = (!mixed).then_some(first.class);
        let name = class.map(|_| self.declared_name(&first.name).unwrap_or_else(|| canonical(&first.name)));
        let mut reasons: Vec<&str> = unique.iter().filter(|e| Some(e.class) == class).map(|e| e.why.as_str()).collect();
        reasons.truncate(3);
        let why = reasons.join("; ");
        let contradicted = unique.iter().any(|e| e.class != first.class);
        let evidence = unique.into_iter().map(|e| self.reason(e, key)).collect();
        subject::Environment { class, name, rung: Some(rung), why, contradicted, evidence }
    }

    /// A job as policies see it.
    pub fn job(&mut self, id: FactId, key: &str, job: &Job) -> JobOf {
        let environments = job.environments.iter().map(|(name, span)| JobEnvironment {
            id: self.anchors.at(*span, &format!("{key}.environment")),
            name: name.clone(),
            class: self.environments.class_of_deployment(name),
        });
        let environments = environments.collect();
        JobOf {
            id,
            name: job.id.clone(),
            workflow: job.workflow.clone(),
            host: job.host.clone(),
            environments,
            purposes: self.purposes(&job.purposes, key),
            scratch_org_id: job.scratch_org.map(|span| self.anchors.at(span, key)),
        }
    }

    /// The job that holds a fact: its id, key path and what it is.
    pub fn job_of(&mut self, fact: &Fact) -> Option<(FactId, String, &'a Job)> {
        let index = self.seen(fact.span.file).start + fact.context.job? as usize;
        match self.facts.get(index)? {
            Fact { kind: Kind::Job(job), span, key, .. } if span.file == fact.span.file => {
                Some((FactId(u32::try_from(index).ok()?), key.clone(), job))
            }
            _ => None,
        }
    }

    /// Ends linking: the facts made on the way.
    pub fn into_anchors(self) -> Vec<Fact> {
        self.anchors.into_facts()
    }

    fn purposes<'p>(&mut self, purposes: impl IntoIterator<Item = &'p PurposeEvidence>, key: &str) -> Vec<PurposeOf> {
        let made = purposes.into_iter().map(|p| PurposeOf {
            id: p.span.map(|span| self.anchors.at(span, key)),
            purpose: p.purpose,
            why: p.why.clone(),
        });
        made.collect()
    }

    fn reason(&mut self, e: Evidence, key: &str) -> subject::Evidence {
        let id = e.span.map(|span| match e.rung {
            Rung::Declared => self.anchors.at(span, &format!("environments.{}", e.name)),
            _ => self.anchors.at(span, key),
        });
        subject::Evidence { id, rung: e.rung, class: e.class, name: e.name, why: e.why }
    }

    /// A declared environment's name in its own spelling.
    fn declared_name(&self, name: &str) -> Option<String> {
        let declared = self.config.environments.iter().find(|e| canonical(&e.name) == canonical(name));
        declared.map(|e| e.name.clone())
    }

    fn seen(&mut self, file: FileId) -> Rc<Seen> {
        let (files, facts, environments) = (self.files, self.facts, &self.environments);
        let seen = self.seen.entry(file).or_insert_with(|| {
            Rc::new(Seen {
                traits: Traits::of(files.path(file)),
                evidence: environments.of_file(file),
                start: facts.partition_point(|f| f.span.file < file),
            })
        });
        Rc::clone(seen)
    }
}

fn integrated(fact: &Fact) -> Option<&str> {
    match &fact.kind {
        Kind::Integration(i) => Some(&i.provider),
        _ => None,
    }
}

/// The class that all evidence of the strongest rung speaks for.
pub fn class_of(evidence: &[Evidence]) -> Option<Class> {
    let rung = evidence.iter().map(|e| e.rung).min()?;
    let mut classes = evidence.iter().filter(|e| e.rung == rung).map(|e| e.class);
    let first = classes.next()?;
    classes.all(|c| c == first).then_some(first)
}

/// The last key of a path that is a name: `b` of `a.b[2]`.
pub fn last_key(key: &str) -> Option<&str> {
    let last = key.rsplit('.').next()?;
    let name = last.split('[').next()?;
    (!name.is_empty()).then_some(name)
}
