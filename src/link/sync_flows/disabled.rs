//! Guards that a setting switches off: in come a guard's name and the configuration files, out comes the setting of
//! production that does.

use std::sync::Arc;

use rayon::prelude::*;

use super::super::places::{Places, class_of};
use super::super::subject::sync_flow::DisabledOf;
use crate::extract::settings::{self, Setting, Switches};
use crate::fact::environment::Class;
use crate::source::{FileId, Source};

/// The first setting of production's profile that switches a guard off. What holds elsewhere, or by default, is no
/// statement about production.
pub(super) fn find(places: &mut Places<'_>, guard: &str, key: &str) -> Option<DisabledOf> {
    let switches = Switches::new([guard]);
    if switches.is_empty() {
        return None;
    }
    let (all, own) = (places.files, places.config.path.as_deref());
    let files: Vec<FileId> = all
        .iter()
        .filter(|(_, e)| settings::may_hold(&e.path, e.size) && Some(&*e.path) != own)
        .map(|(id, _)| id)
        .collect();
    let read = |id: &FileId| {
        let source = Arc::new(Source::new(*id, all.get(*id).path.clone(), all.read(*id).ok()?));
        let off: Vec<Setting> = settings::settings(&source, &switches)
            .into_iter()
            .filter(|s| s.on == Some(false) && !s.is_default)
            .collect();
        (!off.is_empty()).then_some((*id, off))
    };
    let found: Vec<(FileId, Vec<Setting>)> = files.par_iter().filter_map(read).collect();
    let (file, setting) = found.into_iter().find_map(|(file, off)| {
        let by_file = class_of(&places.environments.of_file(file));
        let production = |s: &Setting| s.class.or(by_file) == Some(Class::Production);
        Some((file, off.into_iter().find(production)?))
    })?;
    Some(DisabledOf {
        id: places.anchors.at(setting.span, &format!("{key}.{}", setting.key)),
        path: places.files.path(file).to_owned(),
        key: setting.key,
    })
}
