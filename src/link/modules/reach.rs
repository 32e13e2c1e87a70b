//! What some files reach: in come a [`Graph`] and roots, out comes a [`Reach`], each file with the shortest path to it.
//!
//! A barrel (`export * from "./a"`, a package's `__init__.py`) is not a door to all it hands on: of its re-exports only
//! those are followed that give a name which somebody on the way asked for.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::graph::{Edge, Graph, Unresolved};
use super::imports::{Binding, ImportKind};
use super::roles::FileRole;
use crate::fact::Notice;
use crate::source::{FileId, Span};

/// How many files one walk reaches at most.
pub const MAX_FILES: usize = 20_000;
/// How many edges one walk follows at most.
pub const MAX_EDGES: usize = 1_000_000;

/// What a walk follows.
#[derive(Debug, Clone, Copy)]
pub struct ReachOptions {
    /// Imports that only the type checker sees.
    pub types: bool,
    /// Data that code names by its path.
    pub data: bool,
    /// What the application asks its own server for.
    pub requests: bool,
    /// Tests, stories, and what is only found by its name in examples and scripts; also what runs only in development.
    /// None: as the roots are, entered where no root is production code.
    pub away: Option<bool>,
}

impl Default for ReachOptions {
    fn default() -> Self {
        Self { types: false, data: true, requests: false, away: None }
    }
}

/// An edge that a walk did not follow on purpose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skip {
    /// The file that names another.
    pub from: FileId,
    /// The one named.
    pub to: FileId,
    /// The specifier.
    pub span: Span,
    /// Why, as words for a label.
    pub reason: &'static str,
}

/// One step of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The file that names the next.
    pub from: FileId,
    /// The next.
    pub to: FileId,
    /// The specifier in `from`.
    pub span: Span,
}

impl Graph<'_> {
    /// What some files reach, themselves included. Breadth first: the path to a file is a shortest one, and of several
    /// the one whose steps come first.
    pub fn reach(&self, roots: &[FileId], options: ReachOptions) -> Reach {
        let role = |id: &FileId| self.role(*id);
        let away = options.away.unwrap_or_else(|| roots.iter().map(role).all(|r| r != FileRole::Production));
        let mut walk = Walk { graph: self, options, away, seen: HashMap::new(), edges: 0, reach: Reach::default() };
        for root in roots {
            walk.enter(*root, Want::All, None);
        }
        walk.run();
        let mut reach = walk.reach;
        reach.unresolved.sort();
        reach.skipped.sort();
        reach.skipped.dedup();
        reach.skipped.retain(|s| !reach.came.contains_key(&s.to));
        if let Some(root) = roots.first().filter(|_| !reach.complete) {
            let message = format!(
                "more than {MAX_FILES} files or {MAX_EDGES} imports are reached from here: the rest is not followed"
            );
            self.tell(Notice::at("module-graph", Span::whole(*root), message));
        }
        reach
    }
}

/// What some roots reach.
#[derive(Debug)]
pub struct Reach {
    /// In the order in which they were reached.
    order: Vec<FileId>,
    came: HashMap<FileId, Option<Step>>,
    unresolved: Vec<Unresolved>,
    skipped: Vec<Skip>,
    complete: bool,
}

impl Default for Reach {
    fn default() -> Self {
        Self { order: Vec::new(), came: HashMap::new(), unresolved: Vec::new(), skipped: Vec::new(), complete: true }
    }
}

impl Reach {
    /// The files reached, roots first, nearer ones before farther ones.
    pub fn files(&self) -> &[FileId] {
        &self.order
    }

    /// Whether a file is reached.
    pub fn contains(&self, file: FileId) -> bool {
        self.came.contains_key(&file)
    }

    /// The steps from a root to a file; empty for a root and for a file that is not reached.
    pub fn path_to(&self, file: FileId) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = file;
        while let Some(Some(step)) = self.came.get(&at) {
            steps.push(*step);
            at = step.from;
        }
        steps.reverse();
        steps
    }

    /// Places in the files reached where the graph can't be followed: imports that are computed when the program runs
    /// and paths that lead to nothing. Packages that are not part of the repository are none.
    pub fn unresolved(&self) -> &[Unresolved] {
        &self.unresolved
    }

    /// Edges to files that are not reached, because they lead to tests and stories or run only in development.
    pub fn skipped(&self) -> &[Skip] {
        &self.skipped
    }

    /// Whether no bound was reached.
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

/// Which names of a file somebody asked for.
#[derive(Debug, Clone)]
enum Want {
    All,
    Names(Vec<String>),
}

/// Which names of a file were asked for so far.
#[derive(Debug, Default)]
struct Seen {
    all: bool,
    names: BTreeSet<String>,
}

struct Walk<'g, 'a> {
    graph: &'g Graph<'a>,
    options: ReachOptions,
    away: bool,
    seen: HashMap<FileId, Seen>,
    edges: usize,
    reach: Reach,
}

/// A file to look at: its names, and whether it is new.
type Turn = (FileId, Want, bool);

impl Walk<'_, '_> {
    fn run(&mut self) {
        let mut level: Vec<Turn> = self.reach.order.iter().map(|id| (*id, Want::All, true)).collect();
        while !level.is_empty() && self.reach.complete {
            // Reading is what takes time, and it needs no order.
            level.par_iter().for_each(|(file, ..)| {
                self.graph.links(*file);
            });
            let mut next = Vec::new();
            for (file, want, new) in level {
                self.visit(file, &want, new, &mut next);
            }
            level = next;
        }
    }

    /// Notes that a file is reached. Gives the names that are asked for now and were not before.
    fn enter(&mut self, file: FileId, want: Want, step: Option<Step>) -> Option<Turn> {
        let new = !self.reach.came.contains_key(&file);
        if new {
            if self.reach.order.len() >= MAX_FILES {
                self.reach.complete = false;
                return None;
            }
            self.reach.came.insert(file, step);
            self.reach.order.push(file);
        }
        let seen = self.seen.entry(file).or_default();
        if seen.all {
            return None;
        }
        let fresh = match want {
            Want::All => {
                seen.all = true;
                Want::All
            }
            Want::Names(names) => Want::Names(names.into_iter().filter(|n| seen.names.insert(n.clone())).collect()),
        };
        let nothing = matches!(&fresh, Want::Names(names) if names.is_empty());
        (new || !nothing).then_some((file, fresh, new))
    }

    fn visit(&mut self, file: FileId, want: &Want, new: bool, next: &mut Vec<Turn>) {
        let graph = self.graph;
        let links = graph.links(file);
        if new {
            self.reach.unresolved.extend(links.unresolved.iter().cloned());
        }
        let stars = Stars::of(graph, &links.edges, file, want);
        for (at, edge) in links.edges.iter().enumerate() {
            if !self.follows(file, edge) {
                continue;
            }
            let asked = match (edge.reexport, want) {
                (true, want) => stars.through(at, edge, want),
                (false, _) if new => Some(asked(edge)),
                (false, _) => None,
            };
            let Some(asked) = asked else { continue };
            self.edges += 1;
            if self.edges > MAX_EDGES {
                self.reach.complete = false;
                return;
            }
            let step = Step { from: file, to: edge.to, span: edge.span };
            next.extend(self.enter(edge.to, asked, Some(step)));
        }
    }

    fn follows(&mut self, from: FileId, edge: &Edge) -> bool {
        match edge.kind {
            ImportKind::TypeOnly if !self.options.types => return false,
            ImportKind::Data => return self.options.data,
            ImportKind::Request if !self.options.requests => return false,
            _ => {}
        }
        if self.away {
            return true;
        }
        let role = self.graph.role(edge.to);
        let reason = match role {
            _ if edge.guarded => "brought in away from production only",
            FileRole::Test => "a test",
            FileRole::Story => "a story",
            FileRole::Example | FileRole::Script if !edge.form.is_explicit() => "an example or script of that name",
            _ => return true,
        };
        self.reach.skipped.push(Skip { from, to: edge.to, span: edge.span, reason });
        false
    }
}

/// What an import asks for.
fn asked(edge: &Edge) -> Want {
    if edge.names.is_empty() || edge.names.iter().any(|n| n.name == "*") {
        return Want::All;
    }
    Want::Names(edge.names.iter().map(|n| n.name.clone()).collect())
}

/// Which `export * from` of a file gives which of the wanted names.
struct Stars {
    /// By the edge's index; none: nothing is known, all are followed for all names.
    by_edge: HashMap<usize, Vec<String>>,
    /// Names that the file gives itself or that nothing is known to give.
    unknown: Vec<String>,
}

impl Stars {
    fn of(graph: &Graph<'_>, edges: &[Edge], file: FileId, want: &Want) -> Self {
        let mut stars = Self { by_edge: HashMap::new(), unknown: Vec::new() };
        let Want::Names(names) = want else { return stars };
        let open: Vec<usize> = (0..edges.len()).filter(|at| is_star(&edges[*at])).collect();
        if open.is_empty() {
            return stars;
        }
        for name in names {
            let given = edges.iter().any(|e| e.reexport && e.names.iter().any(|b| b.name != "*" && b.local() == name));
            if given || graph.defines(file, name) {
                continue;
            }
            match graph.giver(name, open.iter().map(|at| (*at, edges[*at].to))) {
                Some(at) => stars.by_edge.entry(at).or_default().push(name.clone()),
                None => stars.unknown.push(name.clone()),
            }
        }
        stars
    }

    /// What a re-export asks of its file, if anything that is wanted comes from there.
    fn through(&self, at: usize, edge: &Edge, want: &Want) -> Option<Want> {
        let names = match want {
            Want::All => return Some(if is_star(edge) { Want::All } else { asked(edge) }),
            Want::Names(names) => names,
        };
        if is_star(edge) {
            let mut asked = self.by_edge.get(&at).cloned().unwrap_or_default();
            asked.extend(self.unknown.iter().filter(|n| *n != "default").cloned());
            return (!asked.is_empty()).then_some(Want::Names(asked));
        }
        if edge.names.is_empty() {
            return Some(Want::All);
        }
        let given: Vec<&Binding> = edge.names.iter().filter(|b| names.iter().any(|n| n == b.local())).collect();
        match given.iter().any(|b| b.name == "*") {
            true => Some(Want::All),
            false => (!given.is_empty()).then(|| Want::Names(given.iter().map(|b| b.name.clone()).collect())),
        }
    }
}

fn is_star(edge: &Edge) -> bool {
    edge.reexport && edge.names.iter().any(|n| n.name == "*" && n.alias.is_none())
}
