//! Guards that a setting switches: in come a switch's name and the configuration files, out comes what production makes
//! of it.

use std::sync::Arc;

use rayon::prelude::*;

use super::super::places::{Places, class_of};
use super::super::subject::sync_flow::DisabledOf;
use crate::extract::settings::{self, Setting, Switches};
use crate::fact::environment::Class;
use crate::source::{FileId, Source};

/// What production makes of a switch.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// Production sets it so that the guard does not run.
    Off(DisabledOf),
    /// The guard runs, in production or by default.
    On,
    /// Nothing says it.
    Unknown,
}

/// The first setting of production's profile that switches a guard off. What holds elsewhere, or by default, is no
/// statement about production.
pub(super) fn find(places: &mut Places<'_>, guard: &str, key: &str) -> Option<DisabledOf> {
    match state(places, guard, true, key) {
        State::Off(disabled) => Some(disabled),
        State::On | State::Unknown => None,
    }
}

/// What production makes of a switch that must be `runs_if` for the guard to run. Where production says nothing, a
/// default that lets it run is enough; one that does not is no statement about production.
pub(super) fn state(places: &mut Places<'_>, name: &str, runs_if: bool, key: &str) -> State {
    let switches = Switches::new([name]);
    if switches.is_empty() {
        return State::Unknown;
    }
    let (all, own) = (places.files, places.config.path.as_deref());
    let files: Vec<FileId> = all
        .iter()
        .filter(|(_, e)| settings::may_hold(&e.path, e.size) && Some(&*e.path) != own)
        .map(|(id, _)| id)
        .collect();
    let read = |id: &FileId| {
        let source = Arc::new(Source::new(*id, all.get(*id).path.clone(), all.read(*id).ok()?));
        let said: Vec<Setting> =
            settings::settings(&source, &switches).into_iter().filter(|s| s.on.is_some()).collect();
        (!said.is_empty()).then_some((*id, said))
    };
    let found: Vec<(FileId, Vec<Setting>)> = files.par_iter().filter_map(read).collect();
    let (mut runs, mut by_default) = (false, Vec::new());
    for (file, said) in found {
        let by_file = class_of(&places.environments.of_file(file));
        for setting in said {
            let class = setting.class.or(by_file);
            match class {
                Some(Class::Production) if setting.on != Some(runs_if) && !setting.is_default => {
                    return State::Off(DisabledOf {
                        id: places.anchors.at(setting.span, &format!("{key}.{}", setting.key)),
                        path: places.files.path(file).to_owned(),
                        key: setting.key,
                    });
                }
                Some(Class::Production) => runs = true,
                Some(Class::NonProduction) => {}
                None => by_default.push(setting.on == Some(runs_if)),
            }
        }
    }
    let default = !by_default.is_empty() && by_default.into_iter().all(|on| on);
    if runs || default { State::On } else { State::Unknown }
}
