//! Endpoints: in come URLs and hosts, out comes a subject for each place of use where a rule could say something: a
//! host that a provider or the configuration knows. An ordinary address becomes none.

mod symbol;

use super::codes::Codes;
use super::hosts;
use super::modules::Graph;
use super::places::Places;
use super::subject::endpoint::{CheckOf, Endpoint, FallbackOf, GeneratorOf, WriteOf};
use super::subject::{Subject, SubjectKind};
use crate::fact::environment::{Class, Evidence, Rung, class_of_name};
use crate::fact::{
    self, Access, Account, Choice, Direction, EndpointRole, Fact, FactId, Fallback, Kind, Purpose, Secret,
};
use crate::registry::Registry;

/// Links all endpoints, in the order of their facts.
pub fn link(places: &mut Places<'_>, graph: &Graph<'_>, codes: &Codes<'_>) -> Vec<Subject> {
    let mut subjects = Vec::new();
    for (id, fact) in places.facts() {
        let linked = match &fact.kind {
            Kind::Endpoint(endpoint) => of_endpoint(places, id, fact, endpoint),
            Kind::Account(account) => of_account(places, id, fact, account),
            Kind::Secret(secret) => of_test_credential(places, id, fact, secret),
            Kind::Choice(choice) => Some(of_choice(places, id, fact, choice)),
            Kind::Symbol(name) => symbol::of(places, graph, codes, id, fact, name),
            Kind::Access(access) => of_write(places, id, fact, access),
            _ => None,
        };
        subjects.extend(linked.map(|endpoint| subject(places, fact, &endpoint)));
    }
    subjects
}

fn subject(places: &Places<'_>, fact: &Fact, endpoint: &Endpoint) -> Subject {
    let path = places.files.path(fact.span.file);
    let mut subject = Subject::new(SubjectKind::Endpoint, format!("endpoint {} in {path}", endpoint.label), endpoint);
    subject.merge = Some(format!("{path}\n{}", endpoint.label));
    subject
}

fn of_endpoint(places: &mut Places<'_>, id: FactId, fact: &Fact, endpoint: &fact::Endpoint) -> Option<Endpoint> {
    let known = hosts::known(&places.environments, &endpoint.host, &endpoint.path);
    if known.provider.is_none() && known.evidence.is_empty() {
        return None;
    }
    let fallback = endpoint.fallback.as_ref().map(|f| fallback_of(places, fact, f));
    Some(Endpoint {
        host: endpoint.host.clone(),
        url_path: endpoint.path.clone(),
        role: endpoint.role,
        category: known.category,
        shared_host: known.shared,
        both_environments: known.both,
        fallback,
        ..target(places, id, fact, endpoint.host.clone(), known.provider, known.evidence)
    })
}

/// A declared account, or one whose id tells its environment. Others say nothing.
fn of_account(places: &mut Places<'_>, id: FactId, fact: &Fact, account: &Account) -> Option<Endpoint> {
    let mut evidence = places.environments.of_account(&account.id);
    evidence.extend(account.class.map(|class| registry(class, "form of the account's id".to_owned())));
    if evidence.is_empty() {
        return None;
    }
    let label = format!("account `{}`", account.id);
    let provider = Some(account.provider.clone());
    Some(Endpoint { account: Some(account.id.clone()), ..target(places, id, fact, label, provider, evidence) })
}

/// A credential whose form is the provider's test mode selects the sandbox just as a host does.
fn of_test_credential(places: &mut Places<'_>, id: FactId, fact: &Fact, secret: &Secret) -> Option<Endpoint> {
    let form = secret.form.clone()?;
    if secret.class != Some(Class::NonProduction) || secret.placeholder.is_some() {
        return None;
    }
    let evidence = vec![registry(Class::NonProduction, "a credential of test mode".to_owned())];
    let label = form.clone();
    let provider = secret.provider.clone();
    Some(Endpoint { credential_form: Some(form), ..target(places, id, fact, label, provider, evidence) })
}

/// A client's argument chooses the environment just as a host does.
fn of_choice(places: &mut Places<'_>, id: FactId, fact: &Fact, choice: &Choice) -> Endpoint {
    let argument = choice.argument.split('=').next().unwrap_or_default();
    let name = Registry::builtin().name(&choice.provider);
    let evidence = vec![registry(choice.class, format!("`{argument}` of {name}'s client"))];
    let label = format!("`{}`", choice.argument);
    let fallback = choice.fallback.as_ref().map(|f| fallback_of(places, fact, f));
    let provider = Some(choice.provider.clone());
    let choice = Some(choice.argument.clone());
    Endpoint { choice, fallback, ..target(places, id, fact, label, provider, evidence) }
}

/// A write by code that seeds or makes data. Ordinary writes are no endpoints of their own.
fn of_write(places: &mut Places<'_>, id: FactId, fact: &Fact, access: &Access) -> Option<Endpoint> {
    if access.direction != Direction::Write {
        return None;
    }
    let traits = places.traits(fact.span.file);
    let seeds = traits.is_for(Purpose::Seed) || traits.is_for(Purpose::Generate);
    let (mut generators, mut checks): (Vec<GeneratorOf>, Vec<CheckOf>) = (Vec::new(), Vec::new());
    for (at, other) in places.facts_of(fact.span.file) {
        match &other.kind {
            Kind::Generator { tool } if !generators.iter().any(|g| g.tool == *tool) => {
                generators.push(GeneratorOf { id: at, tool: tool.clone() });
            }
            Kind::EnvironmentCheck => checks.push(CheckOf { id: at }),
            _ => {}
        }
    }
    if !seeds && generators.is_empty() || traits.is_for(Purpose::Test) {
        return None;
    }
    let system = access.provider.as_deref().map_or("the database", |p| Registry::builtin().name(p)).to_owned();
    let label = format!("`{}` ({system})", access.call);
    let write = Some(WriteOf {
        call: access.call.clone(),
        object: access.object.clone(),
        own: access.provider.is_none() || access.platform,
        generators,
        checks,
        pinned: access.pinned,
    });
    let role = EndpointRole::Unknown;
    let category = access.category.clone();
    Some(Endpoint { write, role, category, ..target(places, id, fact, label, access.provider.clone(), Vec::new()) })
}

fn fallback_of(places: &mut Places<'_>, fact: &Fact, fallback: &Fallback) -> FallbackOf {
    FallbackOf {
        id: places.anchors.at(fallback.span, &fact.key),
        variable: fallback.variable.clone(),
        variable_class: class_of_name(&fallback.variable).map(|(class, _)| class),
        symbol: None,
    }
}

fn registry(class: Class, why: String) -> Evidence {
    let name = match class {
        Class::Production => "production",
        Class::NonProduction => "test",
    };
    Evidence { rung: Rung::Registry, class, name: name.to_owned(), why, span: None }
}

/// What all kinds of target have in common.
fn target(
    places: &mut Places<'_>,
    id: FactId,
    fact: &Fact,
    label: String,
    provider: Option<String>,
    evidence: Vec<Evidence>,
) -> Endpoint {
    Endpoint {
        id,
        key: fact.key.clone(),
        label,
        host: String::new(),
        url_path: String::new(),
        account: None,
        credential_form: None,
        role: EndpointRole::Connection,
        category: provider.as_deref().and_then(hosts::category),
        provider,
        shared_host: false,
        both_environments: true,
        environment: places.environment(evidence, &fact.key),
        place: places.place(fact, Vec::new()),
        fallback: None,
        choice: None,
        write: None,
    }
}
