//! `synthgate explain`: a rule's page.

use std::io::Write as _;

use anyhow::bail;

use crate::policy::{Policies, page};

/// Prints the page of a rule, by id or name.
pub(super) fn run(rule: &str) -> anyhow::Result<u8> {
    let policies = Policies::builtin();
    let found = policies.find(rule);
    let Some(found) = found else {
        let near = policies
            .rules()
            .flat_map(|r| [&r.id, &r.name])
            .map(|known| (strsim::damerau_levenshtein(&rule.to_lowercase(), &known.to_lowercase()), known))
            .filter(|(distance, _)| *distance <= 3)
            .min();
        match near {
            Some((_, near)) => bail!("there is no rule `{rule}`; did you mean `{near}`?"),
            None => bail!("there is no rule `{rule}`; `synthgate rules` lists them"),
        }
    };
    write!(std::io::stdout().lock(), "{}", page::explain(found))?;
    Ok(0)
}
