//! How a file comes onto a surface: in come what the surface reaches and a file, out come the switches and the hiding
//! around whatever uses it, from its importers up to the pages.

use std::collections::{HashMap, HashSet};

use super::conditions::{self, Switch};
use super::hiding::{self, Hiding};
use super::live;
use super::styles::Sheets;
use crate::link::modules::{Edge, FileRole, Form, Graph, ImportKind, Reach};
use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::source::FileId;

/// How many importers above one another are looked at.
const MAX_DEPTH: usize = 8;

/// What stands around a node, and around what uses its file.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    pub switches: Vec<(FileId, Switch)>,
    pub hiding: Vec<(FileId, Hiding)>,
}

impl Around {
    /// How much of it counts.
    fn weight(&self, counts: &dyn Fn(&str) -> bool) -> usize {
        self.hiding.len() + self.switches.iter().filter(|(_, s)| counts(&s.name)).count()
    }
}

/// Who imports whom among the files of a surface that ship.
pub(super) struct Ways<'l, 'g> {
    graph: &'l Graph<'g>,
    sheets: &'l Sheets<'l>,
    importers: HashMap<FileId, Vec<(FileId, Edge)>>,
}

impl<'l, 'g> Ways<'l, 'g> {
    pub fn new(graph: &'l Graph<'g>, sheets: &'l Sheets<'l>, reach: &Reach, roots: &[FileId]) -> Self {
        let mut importers: HashMap<FileId, Vec<(FileId, Edge)>> = HashMap::new();
        for from in reach.files() {
            if graph.role(*from) != FileRole::Production && !roots.contains(from) {
                continue;
            }
            for edge in graph.edges(*from) {
                let runs = matches!(edge.kind, ImportKind::Runtime) && !edge.guarded;
                if runs && reach.contains(edge.to) && edge.to != *from {
                    importers.entry(edge.to).or_default().push((*from, edge.clone()));
                }
            }
        }
        Self { graph, sheets, importers }
    }

    /// What stands around a node of a file: of several ways onto the surface, that with the least.
    pub fn around(
        &self,
        file: FileId,
        code: &Code,
        id: NodeId,
        data: &dyn Fn(FileId, NodeId) -> bool,
        counts: &dyn Fn(&str) -> bool,
    ) -> Around {
        let mut around = self.own(file, code, id, data);
        let above = self.above(file, data, counts, &mut HashSet::from([file]), MAX_DEPTH);
        around.switches.extend(above.switches);
        around.hiding.extend(above.hiding);
        around
    }

    /// The names of all switches that may count.
    pub fn names(&self, file: FileId, code: &Code, id: NodeId) -> HashSet<String> {
        let mut names: HashSet<String> = HashSet::new();
        let mut take = |around: &Around| names.extend(around.switches.iter().map(|(_, s)| s.name.clone()));
        take(&self.own(file, code, id, &|_, _| false));
        let (mut open, mut seen) = (vec![file], HashSet::from([file]));
        while let Some(at) = open.pop() {
            for (from, edge) in self.importers.get(&at).into_iter().flatten() {
                let Some(code) = self.graph.code(*from) else { continue };
                for usage in usages(&code, edge) {
                    take(&self.own(*from, &code, usage, &|_, _| false));
                }
                if seen.len() < 200 && seen.insert(*from) {
                    open.push(*from);
                }
            }
        }
        names
    }

    fn own(&self, file: FileId, code: &Code, id: NodeId, data: &dyn Fn(FileId, NodeId) -> bool) -> Around {
        let mut switches: Vec<(FileId, Switch)> =
            conditions::switches(code, id).into_iter().map(|s| (file, s)).collect();
        let styled = |class: &str| {
            let by = self.sheets.hides(self.graph, file, code, class)?;
            Some(format!("the class `{class}` (`{}` in {})", by.declaration, by.path))
        };
        let hiding = hiding::hiding(code, id, &styled, &|element| data(file, element));
        // A Lightning template's names are those of its script.
        let scripts: Vec<FileId> = self
            .graph
            .edges(file)
            .iter()
            .filter(|e| e.form == Form::Class && code.of_kind(Kind::Element).next().is_some())
            .map(|e| e.to)
            .collect();
        for script in scripts.iter().filter_map(|s| self.graph.code(*s)) {
            for (_, switch) in switches.clone() {
                let more = conditions::of_script(&script, &switch.name, switch.negated);
                let more = more.into_iter().map(|(name, negated)| (file, Switch { at: switch.at, name, negated }));
                switches.extend(more);
            }
        }
        Around { switches, hiding: hiding.into_iter().map(|h| (file, h)).collect() }
    }

    fn above(
        &self,
        file: FileId,
        data: &dyn Fn(FileId, NodeId) -> bool,
        counts: &dyn Fn(&str) -> bool,
        seen: &mut HashSet<FileId>,
        depth: usize,
    ) -> Around {
        let mut best: Option<Around> = None;
        for (from, edge) in self.importers.get(&file).into_iter().flatten() {
            let Some(code) = self.graph.code(*from).filter(|_| depth > 0 && seen.insert(*from)) else { continue };
            let uses = usages(&code, edge);
            if uses.is_empty() && !edge.names.is_empty() && !edge.reexport {
                // It is taken and not shown.
                continue;
            }
            let mut around = uses
                .into_iter()
                .map(|usage| self.own(*from, &code, usage, data))
                .min_by_key(|a| a.weight(counts))
                .unwrap_or_default();
            let above = self.above(*from, data, counts, seen, depth - 1);
            around.switches.extend(above.switches);
            around.hiding.extend(above.hiding);
            if best.as_ref().is_none_or(|b| around.weight(counts) < b.weight(counts)) {
                best = Some(around);
            }
        }
        best.unwrap_or_default()
    }
}

/// Where a file uses what an import brings in.
pub(super) fn usages(code: &Code, edge: &Edge) -> Vec<NodeId> {
    if edge.form == Form::Class {
        return Vec::new();
    }
    if matches!(edge.form, Form::Component | Form::Template) {
        return (0..code.len() as NodeId).filter(|id| code.span_of(*id) == edge.span).take(1).collect();
    }
    let locals: Vec<&str> = edge.names.iter().map(|n| n.local()).collect();
    let mut found: Vec<NodeId> = live::uses(code, &locals).collect();
    // Vue and others: `<ai-notice>` is `AiNotice`.
    let plain: Vec<String> = locals.iter().map(|l| l.to_ascii_lowercase()).collect();
    let tagged = |id: &NodeId| {
        code.child(*id, Role::Name).is_some_and(|name| {
            let tag = code.slice(name).replace('-', "").to_ascii_lowercase();
            plain.contains(&tag)
        })
    };
    found.extend(code.of_kind(Kind::Element).filter(tagged));
    // What lists its components (`components: { AiNotice }`) does not show them.
    let elements = |id: &NodeId| {
        code.kind(*id) == Kind::Element
            || code.kind(code.node(*id).parent) == Kind::Element && code.role(*id) == Role::Name
    };
    if found.iter().any(elements) {
        found.retain(elements);
    }
    found
}
