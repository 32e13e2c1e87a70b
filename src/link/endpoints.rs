//! Endpoints: in come URLs and hosts, out comes a subject for each place of use where a rule could say something: a
//! host that a provider or the configuration knows. An ordinary address becomes none.

use super::hosts;
use super::places::Places;
use super::subject::endpoint::{Endpoint, FallbackOf};
use super::subject::{Environment, Subject, SubjectKind};
use crate::fact::environment::{Class, Evidence, Rung, class_of_name};
use crate::fact::{self, EndpointRole, Fact, FactId, Kind, Secret};

/// Links all endpoints, in the order of their facts.
pub fn link(places: &mut Places<'_>) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for (id, fact) in places.facts() {
        let linked = match &fact.kind {
            Kind::Endpoint(endpoint) => of_endpoint(places, id, fact, endpoint),
            Kind::Secret(secret) => of_test_credential(places, id, fact, secret),
            _ => None,
        };
        subjects.extend(linked.map(|endpoint| subject(places, fact, &endpoint)));
    }
    subjects
}

fn subject(places: &Places<'_>, fact: &Fact, endpoint: &Endpoint) -> Subject {
    let path = places.files.path(fact.span.file);
    let what = endpoint.credential_form.as_ref().unwrap_or(&endpoint.host);
    let mut subject = Subject::new(SubjectKind::Endpoint, format!("endpoint {what} in {path}"), endpoint);
    subject.merge = Some(format!("{path}\n{what}"));
    subject
}

fn of_endpoint(places: &mut Places<'_>, id: FactId, fact: &Fact, endpoint: &fact::Endpoint) -> Option<Endpoint> {
    let known = hosts::known(&places.environments, &endpoint.host, &endpoint.path);
    if known.provider.is_none() && known.evidence.is_empty() {
        return None;
    }
    let environment = places.environment(known.evidence, &fact.key);
    let fallback = endpoint.fallback.as_ref().map(|f| FallbackOf {
        id: places.anchors.at(f.span, &fact.key),
        variable: f.variable.clone(),
        variable_class: class_of_name(&f.variable).map(|(class, _)| class),
    });
    Some(Endpoint {
        id,
        key: fact.key.clone(),
        host: endpoint.host.clone(),
        url_path: endpoint.path.clone(),
        credential_form: None,
        role: endpoint.role,
        provider: known.provider,
        category: known.category,
        shared_host: known.shared,
        both_environments: known.both,
        environment,
        place: places.place(fact, Vec::new()),
        fallback,
    })
}

/// A credential whose form is the provider's test mode selects the sandbox just as a host does.
fn of_test_credential(places: &mut Places<'_>, id: FactId, fact: &Fact, secret: &Secret) -> Option<Endpoint> {
    let form = secret.form.clone()?;
    if secret.class != Some(Class::NonProduction) {
        return None;
    }
    let evidence = Evidence {
        rung: Rung::Registry,
        class: Class::NonProduction,
        name: "test".to_owned(),
        why: format!("form: {form}"),
        span: None,
    };
    let environment: Environment = places.environment(vec![evidence], &fact.key);
    Some(Endpoint {
        id,
        key: fact.key.clone(),
        host: String::new(),
        url_path: String::new(),
        credential_form: Some(form),
        role: EndpointRole::Connection,
        provider: secret.provider.clone(),
        category: secret.provider.as_deref().and_then(hosts::category),
        shared_host: false,
        both_environments: true,
        environment,
        place: places.place(fact, Vec::new()),
        fallback: None,
    })
}
