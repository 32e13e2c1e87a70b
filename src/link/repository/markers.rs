//! Which signs of tutorial code count: in comes a marker, out comes what policies see of it, or nothing where the file
//! is a test, an example, documentation or somebody else's code.

use crate::fact::environment::Class;
use crate::fact::{Fact, FactId, Marker, Purpose};
use crate::link::places::{Places, class_of};
use crate::link::subject::repository::MarkerOf;
use crate::registry::Registry;

/// Folders that hold code to learn from or to play with.
#[rustfmt::skip]
const PLAYGROUNDS: &[&str] = &[
    "example", "examples", "sample", "samples", "tutorial", "tutorials", "demo", "demos", "playground", "notebooks",
    "bench", "benches", "benchmarks", "poc", "prototype", "prototypes", "spike", "spikes", "quickstart",
    "quickstarts", "cookbook", "stories", "mocks", "__mocks__", "stubs", "workshop", "workshops", "lessons",
    "exercises", "scratch", "sandbox",
];

/// What a policy sees of a marker.
pub(super) fn of(places: &mut Places<'_>, id: FactId, fact: &Fact, marker: &Marker) -> Option<MarkerOf> {
    let path = places.files.path(fact.span.file);
    let traits = places.traits(fact.span.file);
    let evidence = places.evidence(fact);
    let class = class_of(&evidence);
    let for_show =
        [Purpose::Test, Purpose::Demo, Purpose::Seed, Purpose::Generate].into_iter().any(|p| traits.is_for(p));
    let lower = path.to_ascii_lowercase();
    let played =
        lower.split('/').rev().skip(1).any(|folder| PLAYGROUNDS.contains(&folder)) || lower.ends_with(".ipynb");
    // A placement in production outweighs a folder's name.
    let exempt = traits.documentation || traits.vendored || traits.recording || class == Some(Class::NonProduction);
    if exempt || (for_show || played) && class != Some(Class::Production) {
        return None;
    }
    let placed = evidence.iter().find(|e| class == Some(Class::Production) && e.class == Class::Production);
    let system = marker.system.as_deref().map(|s| Registry::builtin().name(s).to_owned());
    Some(MarkerOf {
        id,
        sign: marker.sign,
        what: marker.what.clone(),
        system,
        path: path.to_owned(),
        why: placed.map(|e| e.why.clone()).unwrap_or_default(),
    })
}
