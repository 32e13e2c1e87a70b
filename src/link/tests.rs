//! The join over hand-made facts.

use serde_json::Value;

use super::*;
use crate::config::{Environment, Exception};
use crate::fact::environment::Class;
use crate::fact::{Context, CredentialRole, Job, Kind, Reference, Secret, Store};
use crate::source::{FileEntry, FileId, Origin, Span};
use subject::SubjectKind;

/// Nothing here has a digest.
const NO_BYTES: &Reading<'static> = &Reading { stored: &|_| Err(std::io::Error::other("not read")), code: &|_| None };

/// A repository of these paths, in path order.
fn files(paths: &[&str]) -> Files {
    let entry = |p: &&str| FileEntry { path: (*p).into(), origin: Origin::Memory([].into()), size: 0, tracked: true };
    Files::new(paths.iter().map(entry).collect())
}

fn fact(file: u32, start: u32, key: &str, kind: Kind) -> Fact {
    let span = Span { file: FileId(file), start, end: start + 5 };
    Fact { span, key: key.into(), context: Context::default(), kind }
}

fn reference(store: Store, name: &str) -> Kind {
    Kind::Reference(Reference { store, scope: String::new(), name: name.into(), role: CredentialRole::Secret })
}

fn secret(name: &str, fingerprint: u8) -> Kind {
    Kind::Secret(Secret {
        provider: None,
        form: None,
        class: None,
        host: None,
        checksum: false,
        name: Some(name.into()),
        fingerprint: [fingerprint; 16],
        placeholder: None,
        public: false,
        encoded: false,
        session: false,
    })
}

fn of(linked: &Linked, kind: SubjectKind) -> Vec<&Value> {
    linked.subjects.iter().filter(|s| s.kind == kind).map(|s| &s.input).collect()
}

#[test]
fn a_reference_is_one_credential_wherever_it_stands_and_each_use_knows_its_environment() {
    let files = files(&["config/prod.yaml", "config/uat.yaml"]);
    let facts = vec![
        fact(0, 10, "sf.secret", reference(Store::Vault, "kv/sf#secret")),
        fact(1, 20, "sf.secret", reference(Store::Vault, "kv/sf#secret")),
        fact(1, 40, "sf.other", reference(Store::Vault, "kv/sf#other")),
    ];
    let linked = link(&files, facts, &Config::default(), NO_BYTES);
    let credentials = of(&linked, SubjectKind::Credential);
    assert_eq!(credentials.len(), 2);
    let uses = credentials[0]["uses"].as_array().unwrap();
    let environment = |i: usize| (&uses[i]["place"]["environment"]["name"], &uses[i]["place"]["environment"]["why"]);
    assert_eq!(environment(0), (&"production".into(), &"file name `prod.yaml`".into()));
    assert_eq!(environment(1), (&"uat".into(), &"file name `uat.yaml`".into()));
    assert_eq!(credentials[0]["absolute"], true);
}

#[test]
fn a_value_is_one_credential_by_its_fingerprint() {
    let files = files(&["a.env", "b.env"]);
    let facts = vec![fact(0, 0, "A", secret("A", 1)), fact(0, 9, "B", secret("B", 2)), fact(1, 0, "C", secret("C", 1))];
    let linked = link(&files, facts, &Config::default(), NO_BYTES);
    let counts: Vec<usize> =
        of(&linked, SubjectKind::Credential).iter().map(|c| c["uses"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [2, 1]);
}

#[test]
fn a_ci_secret_belongs_to_the_environment_that_its_job_is_bound_to() {
    let files = files(&[".github/workflows/deploy.yml"]);
    let at = |n: u32| Span { file: FileId(0), start: n, end: n + 3 };
    let job = |n: u32, id: &str, environments: &[&str]| {
        let environments = environments.iter().map(|e| ((*e).to_owned(), at(n + 1))).collect();
        let job = Job { host: "github".into(), id: id.into(), environments, ..Job::default() };
        fact(0, n, &format!("jobs.{id}"), Kind::Job(job))
    };
    let within = |n: u32, job: u32, key: &str| {
        let mut fact = fact(0, n, key, reference(Store::Github, "SF_KEY"));
        fact.context.job = Some(job);
        fact
    };
    let facts = vec![
        job(0, "a", &["production"]),
        within(10, 0, "jobs.a.env.SF_KEY"),
        job(20, "b", &["uat"]),
        within(30, 2, "jobs.b.env.SF_KEY"),
        job(40, "seed-uat", &[]),
        within(50, 4, "jobs.seed-uat.env.SF_KEY"),
        job(60, "deploy-prod", &[]),
        within(70, 6, "jobs.deploy-prod.env.SF_KEY"),
    ];
    let linked = link(&files, facts, &Config::default(), NO_BYTES);
    let credentials = of(&linked, SubjectKind::Credential);
    let scopes: Vec<&str> = credentials.iter().map(|c| c["scope"].as_str().unwrap()).collect();
    assert_eq!(scopes, ["environment:production", "environment:uat", ""]);
    let shared = credentials[2]["uses"].as_array().unwrap();
    let classes: Vec<&Value> = shared.iter().map(|u| &u["place"]["environment"]["class"]).collect();
    assert_eq!(classes, ["non-production", "production"]);
    assert_eq!(shared[0]["received_by"][0]["name"], "seed-uat");
}

#[test]
fn what_a_workflow_holds_itself_reaches_all_of_its_jobs() {
    let files = files(&[".github/workflows/ci.yml"]);
    let job = |n: u32, id: &str| fact(0, n, &format!("jobs.{id}"), Kind::Job(Job { id: id.into(), ..Job::default() }));
    let facts = vec![fact(0, 0, "env.KEY", reference(Store::Github, "SF_KEY")), job(10, "a"), job(20, "b")];
    let linked = link(&files, facts, &Config::default(), NO_BYTES);
    let receivers = &of(&linked, SubjectKind::Credential)[0]["uses"][0]["received_by"];
    assert_eq!(receivers.as_array().unwrap().len(), 2);
}

#[test]
fn every_fact_that_a_subject_names_exists_and_is_listed() {
    let files = files(&["config/prod.yaml", "synthgate.yaml"]);
    let span = |n: u32| Span { file: FileId(1), start: n, end: n + 4 };
    let config = Config {
        path: Some("synthgate.yaml".into()),
        environments_span: Some(span(0)),
        environments: vec![Environment {
            name: "main".into(),
            span: span(8),
            class: Class::Production,
            paths: vec!["config/**".into()],
            hosts: vec![],
            accounts: vec![],
            credentials: vec![],
            allows: vec![],
        }],
        exceptions: vec![Exception {
            span: span(30),
            rule: "CRED-002".into(),
            paths: vec![("**".into(), span(34))],
            pointer: None,
            fingerprint: None,
            reason: Some(" ".into()),
            approved_by: None,
            ticket: None,
            expires: Some(("2027-01-31".into(), span(40))),
        }],
        ..Config::default()
    };
    let facts = vec![
        fact(0, 0, "sf.key", secret("key", 1)),
        // What the configuration itself says is no fact of the repository.
        fact(1, 0, "x", secret("key", 9)),
    ];
    let linked = link(&files, facts, &config, NO_BYTES);
    assert_eq!(of(&linked, SubjectKind::Credential).len(), 1);
    let use_ = &of(&linked, SubjectKind::Credential)[0]["uses"][0]["environment"];
    assert_eq!(
        (&use_["name"], &use_["why"]),
        (&"main".into(), &"declared in synthgate.yaml; file name `prod.yaml`".into())
    );
    let repository = of(&linked, SubjectKind::Repository)[0];
    let exception = &repository["exceptions"][0];
    assert_eq!((&exception["reason"], &exception["paths"][0]["broad"]), (&Value::Null, &Value::Bool(true)));
    assert!(exception["expires"]["day"].is_i64());
    for subject in &linked.subjects {
        assert!(subject.facts.iter().all(|id| (id.0 as usize) < linked.facts.len()), "{}", subject.label);
        assert!(subject.kind != SubjectKind::Repository || subject.facts.len() == 5, "{:?}", subject.facts);
    }
}

fn endpoint(host: &str) -> Kind {
    Kind::Endpoint(crate::fact::Endpoint {
        host: host.into(),
        path: String::new(),
        role: crate::fact::EndpointRole::Connection,
        fallback: None,
    })
}

#[test]
fn a_host_beside_a_credential_is_evidence_of_its_place() {
    let files = files(&["app.yaml"]);
    let sandbox = "acme--uat.sandbox.my.salesforce.com";
    let facts = vec![
        fact(0, 0, "crm.url", endpoint(sandbox)),
        fact(0, 10, "crm.secret", reference(Store::Environment, "A_SECRET")),
        fact(0, 20, "crm.oauth.secret", reference(Store::Environment, "B_SECRET")),
        fact(0, 30, "mail.secret", reference(Store::Environment, "C_SECRET")),
        // A mapping that lists both environments tells nothing.
        fact(0, 40, "both.sandbox", endpoint(sandbox)),
        fact(0, 50, "both.production", endpoint("acme.my.salesforce.com")),
        fact(0, 60, "both.secret", reference(Store::Environment, "D_SECRET")),
    ];
    let linked = link(&files, facts, &Config::default(), NO_BYTES);
    let environments = of(&linked, SubjectKind::Credential);
    let environments: Vec<(&Value, &Value)> = environments
        .iter()
        .map(|c| (&c["uses"][0]["place"]["environment"]["name"], &c["uses"][0]["place"]["environment"]["why"]))
        .collect();
    let uat = (&Value::from("uat"), &Value::from(format!("host {sandbox}")));
    let none = (&Value::Null, &Value::from(""));
    assert_eq!(environments, [uat, uat, none, none]);
}

#[test]
fn only_hosts_that_somebody_knows_become_endpoints() {
    let files = files(&["app.yaml"]);
    let facts = vec![
        fact(0, 0, "a", endpoint("www.example.com")),
        fact(0, 10, "b", endpoint("login.salesforce.com")),
        fact(0, 20, "c", endpoint("api.stripe.com")),
    ];
    let linked = link(&files, facts, &Config::default(), NO_BYTES);
    let endpoints = of(&linked, SubjectKind::Endpoint);
    let known: Vec<_> = endpoints
        .iter()
        .map(|e| (e["host"].as_str().unwrap(), &e["environment"]["class"], e["shared_host"].as_bool().unwrap()))
        .collect();
    assert_eq!(
        known,
        [("login.salesforce.com", &Value::from("production"), false), ("api.stripe.com", &Value::Null, true)]
    );
    assert_ne!(linked.subjects[0].merge, linked.subjects[1].merge);
}
