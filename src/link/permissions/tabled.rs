//! What the table of another file says of a handler (Django's `urls.py`, Rails' `routes.rb`, Laravel's route files): in
//! comes a route whose own file does not tell its path, out come the path, the methods and the checks around it, or that
//! nothing leads to it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::follow::Follower;
use super::{laravel, urls};
use crate::extract::code::routes::rails::{self, Entry};
use crate::fact::route::{Layer, Route};
use crate::source::FileId;

/// How many tables are read.
const MAX_FILES: usize = 200;

/// What a table says.
#[derive(Debug, Default)]
pub(super) struct Tabled {
    /// The path; none if the table does not tell it.
    pub path: Option<String>,
    /// HTTP methods; none if the table does not tell them.
    pub methods: Vec<String>,
    /// The checks.
    pub layers: Vec<Layer>,
}

/// What tables say of a route. None if they show that it is none: a base class, a public helper.
pub(super) fn of_route(follower: &Follower<'_>, file: FileId, route: &Route) -> Option<Tabled> {
    match route.framework {
        "Django" if !route.holder.is_empty() || route.path.is_empty() => of_view(follower, file, route),
        "Rails" => of_action(follower, file, route),
        "Laravel" if !laravel::is_helper(follower, file, route) => Some(Tabled::default()),
        "Laravel" => None,
        _ => Some(Tabled::default()),
    }
}

fn of_view(follower: &Follower<'_>, file: FileId, route: &Route) -> Option<Tabled> {
    match urls::of_view(follower, file, route) {
        Some(found) => {
            Some(Tabled { path: Some(format!("/{}", found.path)), layers: found.layers, ..Tabled::default() })
        }
        None => (!urls::is_base(follower, file, route)).then(Tabled::default),
    }
}

/// Rails' tables: by controller and action, and which controllers they know.
#[derive(Debug, Default)]
pub(super) struct Actions {
    entries: HashMap<(String, String), Vec<Entry>>,
    controllers: HashSet<String>,
}

fn of_action(follower: &Follower<'_>, file: FileId, route: &Route) -> Option<Tabled> {
    let actions = actions(follower, file);
    let own = underscored(route.holder.trim_end_matches("Controller"));
    // An engine's table leaves its own module out.
    let names = std::iter::successors(Some(own.as_str()), |n| n.split_once('/').map(|(_, rest)| rest));
    let known = names.into_iter().find(|n| actions.controllers.contains(*n));
    let entries = known.and_then(|name| actions.entries.get(&(name.to_owned(), route.handler.clone())));
    let Some(entries) = entries else { return Some(Tabled::default()) };
    let first = entries.first()?;
    let mut methods: Vec<String> = entries.iter().flat_map(|e| &e.methods).map(|m| (*m).to_owned()).collect();
    methods.dedup();
    // Of several ways in, the one that asks least counts.
    let least = entries.iter().min_by_key(|e| e.layers.iter().map(|l| l.strength).max())?;
    let path = first.path.trim_start_matches('/');
    Some(Tabled { path: Some(format!("/{path}")), methods, layers: least.layers.clone() })
}

fn actions(follower: &Follower<'_>, file: FileId) -> Rc<Actions> {
    if let Some(known) = &*follower.actions.borrow() {
        return Rc::clone(known);
    }
    let files = follower.finder.files;
    let is_table = |id: &FileId| {
        let path = files.path(*id);
        path.ends_with("config/routes.rb") || path.contains("config/routes/")
    };
    let mut made = Actions::default();
    for id in follower.finder.named(file, |_| true).into_iter().filter(is_table).take(MAX_FILES) {
        let Some(code) = follower.codes.get(id) else { continue };
        for entry in rails::entries(&code) {
            made.controllers.insert(entry.controller.clone());
            made.entries.entry((entry.controller.clone(), entry.action.clone())).or_default().push(entry);
        }
    }
    let made = Rc::new(made);
    *follower.actions.borrow_mut() = Some(Rc::clone(&made));
    made
}

/// `Admin::SyntheticOrders` as a loader writes it: `admin/synthetic_orders`.
fn underscored(class: &str) -> String {
    let mut out = String::with_capacity(class.len() + 4);
    let mut previous = '/';
    for c in class.replace("::", "/").chars() {
        if c.is_uppercase() && (previous.is_lowercase() || previous.is_ascii_digit()) {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        previous = c;
    }
    out
}
