//! How people are told: in come a surface's declared disclosure, its code and its data, out come the places that show
//! the message, with what decides whether they do, and the locales that have it.

use std::collections::HashSet;
use std::sync::Arc;

use super::conditions::Switch;
use super::rendering::{self, Key};
use super::settings::Known;
use super::ways::{Around, Ways, usages};
use super::{Linker, conditions};
use crate::config::Told;
use crate::extract::settings::plain;
use crate::link::modules::{Edge, FileRole, Form};
use crate::link::place::Traits;
use crate::link::subject::surface::{ComputedOf, ConditionOf, DisclosureOf, HiddenOf, RenderedOf, SourceOf, UnreadOf};
use crate::parse::code::{Code, Language, NodeId};
use crate::source::{FileId, Source, Span};

/// How many places of one message are looked at.
const MAX_PLACES: usize = 20;

/// Words that stand in conditions everywhere and name no switch.
const ORDINARY: &[&str] = &["usetranslation", "usetranslations", "isloading", "iserror", "haserror", "istrue"];

/// A place that shows the message.
struct Place {
    file: FileId,
    code: Arc<Code>,
    node: NodeId,
}

impl<'g> Linker<'_, '_, 'g> {
    pub(super) fn disclosure(&mut self, sources: &[SourceOf]) -> Option<DisclosureOf> {
        let told = self.surface.disclosure.as_ref()?;
        let at = format!("surfaces.{}.disclosure", self.surface.id.text);
        let mut shown = DisclosureOf {
            id: self.places.anchors.at(told.span, &at),
            key: told.key.as_ref().map(|k| k.text.clone()),
            key_id: told.key.as_ref().map(|k| self.places.anchors.at(k.span, &format!("{at}.key"))),
            flag: told.flag.as_ref().map(|f| f.text.clone()),
            flag_id: told.flag.as_ref().map(|f| self.places.anchors.at(f.span, &format!("{at}.flag"))),
            rendered: Vec::new(),
            computed: Vec::new(),
            locales: Vec::new(),
            unread: Vec::new(),
        };
        let Some(key) = &told.key else { return Some(shown) };
        self.rendered(key, told.flag.as_ref(), sources, &mut shown);
        let (locales, unread) = self.locales(&key.text);
        shown.locales = locales;
        shown.unread.extend(unread);
        Some(shown)
    }

    /// Fills in where the message is shown.
    fn rendered(&mut self, key: &Told, flag: Option<&Told>, sources: &[SourceOf], shown: &mut DisclosureOf) {
        let key = Key::new(&key.text);
        let places = self.places_of(&key, shown);
        self.in_other_languages(&key, shown);
        let ways = Ways::new(self.graph, self.sheets, &self.reach, &self.roots);
        let mut names: HashSet<String> = flag.iter().map(|f| f.text.clone()).collect();
        for place in &places {
            let around = ways.names(place.file, &place.code, place.node);
            names.extend(around.into_iter().filter(|name| is_telling(name)));
        }
        let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
        names.sort_unstable();
        // Without a condition there is nothing to look up.
        let known = if places.is_empty() { Known::default() } else { self.settings(&names) };
        let declared = flag.map(|f| plain(&f.text));
        let counts = |name: &str| declared.as_deref() == Some(&plain(name)) || known.has(name) && is_telling(name);
        let uses = self.data_uses(sources);
        let holds_data = |file: FileId, element: NodeId| {
            uses.iter().flatten().any(|u| u.file == file && u.nodes.iter().any(|n| u.code.is_within(*n, element)))
        };
        for place in places {
            let around = ways.around(place.file, &place.code, place.node, &holds_data, &counts);
            let rendered = self.place(&place, &around, declared.as_deref(), &counts, &known, &uses);
            shown.rendered.push(rendered);
        }
    }

    /// The places in code that name the key, and those that may.
    fn places_of(&mut self, key: &Key<'_>, shown: &mut DisclosureOf) -> Vec<Place> {
        let catalogues: HashSet<FileId> = self.catalogues().into_iter().collect();
        let mut places = Vec::new();
        let reached: Vec<FileId> = self.reach.files().to_vec();
        for file in reached {
            let own = self.roots.contains(&file);
            let ships = own || self.graph.role(file) == FileRole::Production;
            if !ships || catalogues.contains(&file) || self.nature(file).is_some() {
                continue;
            }
            let Some(code) = self.graph.code(file) else { continue };
            let found = rendering::shown(&code, key);
            let labels = rendering::label_names(&code, key);
            if !labels.is_empty() {
                places.extend(self.of_labels(file, &labels));
            }
            let computed = found.computed.iter().chain(found.open.iter().filter(|_| own));
            for node in computed.take(MAX_PLACES) {
                let path = self.places.files.path(file).to_owned();
                let id = self.places.anchors.at(code.span_of(*node), "message key");
                shown.computed.push(ComputedOf { id, path });
            }
            places.extend(found.exact.iter().map(|node| Place { file, code: code.clone(), node: *node }));
        }
        shown.computed.truncate(MAX_PLACES);
        places.truncate(MAX_PLACES);
        places
    }

    /// Where the templates of a Lightning script show a label that it holds.
    fn of_labels(&self, script: FileId, names: &[String]) -> Vec<Place> {
        let templates = self.graph.edges(script).iter().filter(|e| e.form == Form::Class).map(|e| e.to);
        let mut places = Vec::new();
        for file in templates.collect::<HashSet<_>>() {
            let Some(code) = self.graph.code(file) else { continue };
            let nodes = rendering::shown_names(&code, names);
            places.extend(nodes.into_iter().map(|node| Place { file, code: code.clone(), node }));
        }
        places
    }

    /// Files of the surface in languages that are not read: whether the key stands in them at all.
    fn in_other_languages(&mut self, key: &Key<'_>, shown: &mut DisclosureOf) {
        const MAX_BYTES: u64 = 4 << 20;
        for file in self.roots.clone() {
            let entry = self.places.files.get(file);
            let path = entry.path.to_string();
            if Language::of(&path).is_some() || !Traits::of(&path).code {
                continue;
            }
            let bytes = (entry.size <= MAX_BYTES).then(|| self.places.files.read(file).ok()).flatten();
            let id = self.places.anchors.at(Span::whole(file), &path);
            let source = bytes.map(|bytes| Source::new(file, entry.path.clone(), bytes));
            if source.is_some_and(|s| key.stands_in(s.text())) {
                shown.rendered.push(RenderedOf { id, path, conditions: Vec::new(), hidden: Vec::new() });
            } else {
                shown.unread.push(UnreadOf { id, path, reason: "its language is not read".to_owned() });
            }
        }
    }

    /// A place as a policy sees it.
    fn place(
        &mut self,
        place: &Place,
        around: &Around,
        declared: Option<&str>,
        counts: &dyn Fn(&str) -> bool,
        known: &Known,
        uses: &[Vec<Uses>],
    ) -> RenderedOf {
        let mut shown: Vec<ConditionOf> = Vec::new();
        for (file, switch) in around.switches.iter().filter(|(_, s)| counts(&s.name)) {
            if shown.iter().any(|c| plain(&c.name) == plain(&switch.name)) {
                continue;
            }
            let Some(code) = self.graph.code(*file) else { continue };
            let id = self.places.anchors.at(code.span_of(switch.at), "condition");
            shown.push(ConditionOf {
                id,
                name: switch.name.clone(),
                declared: declared == Some(&plain(&switch.name)),
                negated: switch.negated,
                hides_data: hides_data(uses, switch),
                setting: self.in_production(known, &switch.name, switch.negated),
            });
        }
        let mut hidden = Vec::new();
        for (file, hiding) in &around.hiding {
            let Some(code) = self.graph.code(*file) else { continue };
            let id = self.places.anchors.at(code.span_of(hiding.at), "hidden");
            hidden.push(HiddenOf { id, how: hiding.how.clone() });
        }
        RenderedOf {
            id: self.places.anchors.at(place.code.span_of(place.node), "message"),
            path: self.places.files.path(place.file).to_owned(),
            conditions: shown,
            hidden,
        }
    }

    /// Where the surface uses its invented data: for each source the steps that lead to it.
    fn data_uses(&self, sources: &[SourceOf]) -> Vec<Vec<Uses>> {
        let of_source =
            |source: &SourceOf| source.steps.iter().filter_map(|step| self.uses_of(&step.from, &step.to)).collect();
        sources.iter().map(of_source).collect()
    }

    fn uses_of(&self, from: &str, to: &str) -> Option<Uses> {
        let (file, to) = (self.places.files.find(from)?, self.places.files.find(to)?);
        let code = self.graph.code(file)?;
        let edges: Vec<&Edge> = self.graph.edges(file).iter().filter(|e| e.to == to).collect();
        let nodes = edges.iter().flat_map(|edge| usages(&code, edge)).collect();
        Some(Uses { file, code, nodes })
    }
}

/// Where a file uses what leads to data.
struct Uses {
    file: FileId,
    code: Arc<Code>,
    nodes: Vec<NodeId>,
}

/// Whether one switch decides both: the data of every source are used only under it.
fn hides_data(sources: &[Vec<Uses>], switch: &Switch) -> bool {
    let name = plain(&switch.name);
    let under = |uses: &Uses| {
        !uses.nodes.is_empty()
            && uses.nodes.iter().all(|node| {
                let around = conditions::switches(&uses.code, *node);
                around.iter().any(|s| plain(&s.name) == name && s.negated == switch.negated)
            })
    };
    !sources.is_empty() && sources.iter().all(|steps| steps.iter().any(under))
}

/// A name that can only be a switch's: of several words, and not one of every page.
fn is_telling(name: &str) -> bool {
    let separated = name.contains(['_', '-']) || name.chars().skip(1).any(char::is_uppercase);
    separated && name.len() > 5 && !ORDINARY.contains(&plain(name).as_str())
}
