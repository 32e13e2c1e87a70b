//! Names that take over where a variable is not set: in comes the name, out comes the endpoint that its value is, in
//! whichever file the module graph finds it; where it finds none and the name speaks of a provider, an endpoint whose
//! host is not known, with the reason.

use super::{fallback_of, target};
use crate::extract;
use crate::fact::environment::segments;
use crate::fact::{EndpointRole, Fact, FactId, Symbol};
use crate::link::codes::Codes;
use crate::link::hosts;
use crate::link::modules::Graph;
use crate::link::places::Places;
use crate::link::subject::endpoint::{Endpoint, FallbackOf, SymbolOf};
use crate::parse::code::Language;
use crate::registry::Registry;
use crate::source::FileId;

/// The endpoint that a name stands for.
pub(super) fn of(
    places: &mut Places<'_>,
    graph: &Graph<'_>,
    codes: &Codes<'_>,
    id: FactId,
    fact: &Fact,
    symbol: &Symbol,
) -> Option<Endpoint> {
    let file = fact.span.file;
    let found =
        graph.definition(file, &symbol.name).or_else(|| graph.definition_among(&package(places, file), &symbol.name));
    let found = found.and_then(|(file, node)| Some((codes.get(file)?, node)));
    let fallback = fallback_of(places, fact, &symbol.fallback);
    let with = |symbol: SymbolOf| Some(FallbackOf { symbol: Some(symbol), ..fallback.clone() });
    let name = symbol.name.clone();
    let Some((code, node)) = found else {
        return unknown(
            places,
            id,
            fact,
            symbol,
            with(SymbolOf {
                name,
                id: None,
                unknown: Some("it comes from outside of this repository, or is made when the program runs".to_owned()),
            }),
        );
    };
    let at = places.anchors.at(code.span_of(node), &fact.key);
    let Some((host, url_path)) = extract::code::address(&code, node) else {
        // A text without an address is not what is talked to.
        code.literal(node).is_none().then_some(())?;
        return unknown(
            places,
            id,
            fact,
            symbol,
            with(SymbolOf { name, id: Some(at), unknown: Some("its value is computed".to_owned()) }),
        );
    };
    let known = hosts::known(&places.environments, &host, &url_path);
    if known.provider.is_none() && known.evidence.is_empty() {
        return None;
    }
    let role = EndpointRole::Connection;
    Some(Endpoint {
        url_path,
        role,
        category: known.category,
        shared_host: known.shared,
        both_environments: known.both,
        fallback: with(SymbolOf { name, id: Some(at), unknown: None }),
        ..target(places, id, fact, host.clone(), known.provider, known.evidence)
    })
    .map(|endpoint| Endpoint { host, ..endpoint })
}

/// The files that share their names with a file without an import: those of a Go package.
fn package(places: &Places<'_>, file: FileId) -> Vec<FileId> {
    let path = places.files.path(file);
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    if Language::of(path) != Some(Language::Go) {
        return Vec::new();
    }
    let beside = |f: &FileId| {
        let other = places.files.path(*f);
        other.rsplit_once('/').map_or("", |(folder, _)| folder) == folder && Language::of(other) == Some(Language::Go)
    };
    places.files.below(folder).filter(beside).collect()
}

/// An endpoint of which only the provider is known, by the words of its names.
fn unknown(
    places: &mut Places<'_>,
    id: FactId,
    fact: &Fact,
    symbol: &Symbol,
    fallback: Option<FallbackOf>,
) -> Option<Endpoint> {
    let registry = Registry::builtin();
    let words = segments(&symbol.name).into_iter().chain(segments(&symbol.fallback.variable));
    let named = words.map(str::to_ascii_lowercase).find_map(|word| {
        let (provider, strong) = registry.provider_of_word(&word)?;
        strong.then(|| (provider.id.clone(), provider.both_environments))
    });
    let (provider, both_environments) = named.filter(|(_, both)| *both)?;
    let label = format!("`{}`", symbol.name);
    let role = EndpointRole::Unknown;
    Some(Endpoint { both_environments, fallback, role, ..target(places, id, fact, label, Some(provider), Vec::new()) })
}
