//! Which value a switch has in production: in come names, out come the settings of the repository, each with the layer
//! that it belongs to. Production's own profile counts before what holds everywhere, and that before a default.

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Linker;
use crate::extract::settings::{self, Setting, Switches, plain};
use crate::fact::environment::Class;
use crate::link::modules::FileRole;
use crate::link::place::Traits;
use crate::link::places::class_of;
use crate::link::subject::surface::{Layer, SettingOf};
use crate::parse::code::{Kind, Role};
use crate::source::{FileId, Source};

/// A value with what decides whether it counts.
struct Placed {
    setting: Setting,
    file: FileId,
    layer: Layer,
    class: Option<Class>,
}

/// The settings of some switches.
#[derive(Default)]
pub(super) struct Known(HashMap<String, Vec<Placed>>);

impl Known {
    /// Whether the repository sets a switch.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(&plain(name))
    }
}

impl Linker<'_, '_, '_> {
    /// Looks for values of switches in all configuration, and in the surface's own code.
    pub(super) fn settings(&self, names: &[&str]) -> Known {
        let mut known = Known::default();
        let switches = Switches::new(names.iter().copied());
        if switches.is_empty() {
            return known;
        }
        let all = self.places.files;
        let own = self.places.config.path.as_deref();
        let files: Vec<FileId> = all
            .iter()
            .filter(|(_, e)| settings::may_hold(&e.path, e.size) && Some(&*e.path) != own)
            .filter(|(id, _)| !matches!(self.graph.role(*id), FileRole::Test | FileRole::Story))
            .map(|(id, _)| id)
            .collect();
        let read = |id: &FileId| {
            let source = Arc::new(Source::new(*id, all.get(*id).path.clone(), all.read(*id).ok()?));
            Some((*id, settings::settings(&source, &switches)))
        };
        let found: Vec<(FileId, Vec<Setting>)> = files.par_iter().filter_map(read).collect();
        for (file, settings) in found {
            for setting in settings {
                let placed = self.placed(file, setting);
                if placed.class != Some(Class::NonProduction) {
                    known.0.entry(placed.setting.name.clone()).or_default().push(placed);
                }
            }
        }
        self.in_code(names, &mut known);
        known
    }

    fn placed(&self, file: FileId, setting: Setting) -> Placed {
        let by_file = || class_of(&self.places.environments.of_file(file));
        let class = setting.class.or_else(by_file);
        let template = Traits::of(self.places.files.path(file)).documentation;
        let layer = match class {
            _ if setting.is_default || template => Layer::Default,
            _ if setting.is_current => Layer::Profile,
            Some(Class::Production) => Layer::Profile,
            _ => Layer::Template,
        };
        Placed { setting, file, layer, class }
    }

    /// `const flags = { showAiNotice: false }`: what holds until somebody says otherwise.
    fn in_code(&self, names: &[&str], known: &mut Known) {
        let wanted: Vec<String> = names.iter().map(|n| plain(n)).collect();
        for file in self.reach.files() {
            let Some(code) = self.graph.code(*file) else { continue };
            for id in 0..code.len() as u32 {
                let name = match code.kind(id) {
                    Kind::Pair => code.key(id),
                    Kind::Assign => code.child(id, Role::Target).and_then(|t| code.steps(t).last().copied()),
                    _ => None,
                };
                let Some(name) = name.map(plain).filter(|n| wanted.contains(n)) else { continue };
                let Some(value) = code.child(id, Role::Value) else { continue };
                let on = match code.kind(value) {
                    Kind::True => true,
                    Kind::False => false,
                    _ => continue,
                };
                let setting = Setting {
                    name: name.clone(),
                    span: code.span_of(value),
                    key: name.clone(),
                    on: Some(on),
                    is_default: true,
                    is_current: false,
                    class: None,
                };
                known.0.entry(name).or_default().push(Placed {
                    setting,
                    file: *file,
                    layer: Layer::Default,
                    class: None,
                });
            }
        }
    }

    /// The setting that counts in production. Of several of one layer, one that hides.
    pub(super) fn in_production(&mut self, known: &Known, name: &str, hides: bool) -> Option<SettingOf> {
        let all = known.0.get(&plain(name))?;
        let layer = all.iter().map(|p| p.layer).min()?;
        let mut same = all.iter().filter(|p| p.layer == layer);
        let first = same.clone().next()?;
        let placed = same.find(|p| p.setting.on == Some(hides)).unwrap_or(first);
        Some(SettingOf {
            id: self.places.anchors.at(placed.setting.span, &placed.setting.key),
            path: self.places.files.path(placed.file).to_owned(),
            on: placed.setting.on,
            layer: placed.layer,
            class: placed.class,
        })
    }
}
