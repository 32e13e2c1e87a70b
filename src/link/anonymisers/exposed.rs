//! Parameters of anonymisers that others can see, as policies see them.

use crate::fact::{Exposure, Fact, FactId};
use crate::link::places::Places;
use crate::link::subject::anonymiser::ExposedOf;

/// What a policy sees of an exposed parameter.
pub(super) fn of(places: &mut Places<'_>, id: FactId, fact: &Fact, exposure: &Exposure) -> ExposedOf {
    ExposedOf {
        id,
        parameter: exposure.parameter,
        what: exposure.what.clone(),
        how: exposure.how.to_owned(),
        place: places.place(fact, Vec::new()),
    }
}
