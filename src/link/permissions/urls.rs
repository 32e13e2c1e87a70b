//! Django's views by the tables that name them: in comes a route whose path another file says, out come that path and
//! the checks that tables wrap around the view, and around what includes them.

use std::collections::HashMap;
use std::rc::Rc;

use super::follow::Follower;
use crate::extract::code::routes::urls::{self, Line, Target};
use crate::fact::route::{Layer, Route};
use crate::parse::code::Kind;
use crate::source::FileId;

/// How many tables include one another.
const MAX_DEPTH: usize = 5;

/// How many tables are read.
const MAX_FILES: usize = 500;

/// All tables of the repository.
#[derive(Debug, Default)]
pub(super) struct Tables {
    lines: Vec<(FileId, Line)>,
    /// Lines by the views that they name.
    views: HashMap<String, Vec<usize>>,
    /// Lines that include a file's table.
    included: HashMap<FileId, Vec<usize>>,
}

/// What tables say of a view.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub path: String,
    pub layers: Vec<Layer>,
}

/// What tables say of a route's view: a function's, or that of the class that holds it.
pub(super) fn of_view(follower: &Follower<'_>, file: FileId, route: &Route) -> Option<Found> {
    let tables = tables(follower, file);
    let name = if route.holder.is_empty() { &route.handler } else { &route.holder };
    // Views of one name in several apps: the nearest table speaks.
    let files = follower.finder.files;
    let near = |line: &usize| common(files.path(file), files.path(tables.lines[*line].0));
    let lines = tables.views.get(name)?;
    let nearest = lines.iter().map(near).max()?;
    let mine: Vec<usize> = lines.iter().copied().filter(|l| near(l) == nearest).collect();
    // Of several lines each must ask: one that asks for nothing lets everybody in.
    let least =
        mine.into_iter().map(|l| whole(&tables, l, 0)).min_by_key(|f| f.layers.iter().map(|l| l.strength).max())?;
    Some(least)
}

/// Whether a class is only there for others: no table names it, and one names another view of its file.
pub(super) fn is_base(follower: &Follower<'_>, file: FileId, route: &Route) -> bool {
    if route.holder.is_empty() {
        return false;
    }
    let tables = tables(follower, file);
    let Some(code) = follower.codes.get(file) else { return false };
    let mut others = code.of_kind(Kind::Class).filter_map(|c| code.name(c)).filter(|n| *n != route.holder);
    others.any(|name| tables.views.contains_key(name))
}

/// A line with what the tables that include it put before it.
fn whole(tables: &Tables, line: usize, depth: usize) -> Found {
    let (file, own) = &tables.lines[line];
    let mut found = Found { path: own.path.clone(), layers: own.layers.clone() };
    let outer = tables.included.get(file).and_then(|lines| lines.first()).filter(|_| depth < MAX_DEPTH);
    if let Some(outer) = outer {
        let above = whole(tables, *outer, depth + 1);
        found.layers.extend(above.layers);
        found.path = [above.path, found.path].into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("/");
    }
    found
}

fn tables(follower: &Follower<'_>, file: FileId) -> Rc<Tables> {
    if let Some(known) = &*follower.tables.borrow() {
        return Rc::clone(known);
    }
    let files = follower.finder.files;
    let is_table = |id: &FileId| {
        let path = files.path(*id);
        let name = path.rsplit('/').next().unwrap_or(path);
        path.contains("/urls/")
            || name.contains("url")
            || name.contains("rout")
            || matches!(name, "apps.py" | "app.py" | "api.py")
    };
    let mut made = Tables::default();
    for id in follower.finder.named(file, |_| true).into_iter().filter(is_table).take(MAX_FILES) {
        let Some(code) = follower.codes.get(id) else { continue };
        for line in urls::lines(&code) {
            let at = made.lines.len();
            match &line.target {
                Target::View(names) => {
                    for name in names {
                        made.views.entry(name.clone()).or_default().push(at);
                    }
                }
                Target::Table(name) => {
                    if let Some(to) = follower.finder.find(id, name).first() {
                        made.included.entry(*to).or_default().push(at);
                    }
                }
            }
            made.lines.push((id, line));
        }
    }
    let made = Rc::new(made);
    *follower.tables.borrow_mut() = Some(Rc::clone(&made));
    made
}

/// How many folders two paths share from the root.
fn common(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(x, y)| x == y).count()
}
