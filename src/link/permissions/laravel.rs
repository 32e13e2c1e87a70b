//! Laravel's files of routes: in comes a controller's method, out come the checks that other files put in front of it, or
//! that they show it to be no action.

use std::rc::Rc;

use super::follow::{Follower, Registered};
use crate::extract::code::names::Names;
use crate::extract::code::routes::{self, mounts};
use crate::fact::route::{Layer, Route};
use crate::parse::code::{Kind, NodeId};
use crate::source::FileId;

/// What Laravel's files of routes say: of a controller's method (`Route::post(…, [C::class, 'm'])->middleware(…)`), and
/// of a file that another one requires inside a group.
pub(super) fn registered(follower: &Follower<'_>, file: FileId, route: &Route) -> Vec<Layer> {
    let all = of_routes(follower, file);
    let class = route.holder.rsplit(['\\', ':']).next().unwrap_or(&route.holder);
    let wanted = format!("{class}.{}", route.handler);
    let mut found = Vec::new();
    for from in all.iter().copied().filter(|f| *f != file) {
        if let Some(layers) = table(follower, from).get(&wanted) {
            found.extend(layers.iter().cloned());
            found.extend(required(follower, &all, from));
        }
    }
    if all.contains(&file) {
        found.extend(required(follower, &all, file));
    }
    found
}

/// Whether a controller's public method is no action: files of routes name others of the controller and not this one.
pub(super) fn is_helper(follower: &Follower<'_>, file: FileId, route: &Route) -> bool {
    if !route.methods.is_empty() {
        return false;
    }
    let class = route.holder.rsplit(['\\', ':']).next().unwrap_or(&route.holder);
    let (own, mut others) = (format!("{class}.{}", route.handler), false);
    let start = format!("{class}.");
    for from in of_routes(follower, file).iter().filter(|f| **f != file) {
        let table = table(follower, *from);
        // `Route::controller(C::class)` and the like may name it in a way that is not read.
        if table.contains_key(&own) {
            return false;
        }
        others |= table.keys().any(|k| k.starts_with(&start));
    }
    others
}

/// The files of routes of an application.
fn of_routes(follower: &Follower<'_>, file: FileId) -> Rc<Vec<FileId>> {
    if let Some(known) = &*follower.of_routes.borrow() {
        return Rc::clone(known);
    }
    let files = follower.finder.files;
    let is_one = |id: &FileId| {
        let lower = files.path(*id).to_ascii_lowercase();
        lower.contains("routes/") || lower.ends_with("routeserviceprovider.php") || lower.ends_with("bootstrap/app.php")
    };
    let all = Rc::new(follower.finder.named(file, |_| true).into_iter().filter(is_one).take(200).collect::<Vec<_>>());
    *follower.of_routes.borrow_mut() = Some(Rc::clone(&all));
    all
}

fn table(follower: &Follower<'_>, file: FileId) -> Rc<Registered> {
    if let Some(known) = follower.registered.borrow().get(&file) {
        return Rc::clone(known);
    }
    let mut made = Registered::new();
    for (handler, layers) in follower.codes.get(file).map(|code| routes::registered_layers(&code)).unwrap_or_default() {
        made.entry(handler).or_default().extend(layers);
    }
    let made = Rc::new(made);
    follower.registered.borrow_mut().insert(file, Rc::clone(&made));
    made
}

/// The checks of the groups in which other files require a file of routes.
fn required(follower: &Follower<'_>, all: &[FileId], file: FileId) -> Vec<Layer> {
    if let Some(known) = follower.required.borrow().get(&file) {
        return known.clone();
    }
    let name = follower.finder.files.path(file).rsplit('/').next().unwrap_or_default();
    let mut found = Vec::new();
    for from in all.iter().copied().filter(|f| *f != file) {
        let Some(code) = follower.codes.get(from) else { continue };
        let names = Names::of(&code);
        let mine = |id: &NodeId| {
            let says = |n: NodeId| code.literal(n).is_some_and(|t| t.rsplit('/').next() == Some(name));
            match code.kind(*id) {
                Kind::Import => code.inside(*id).any(says),
                // `Route::middleware('web')->group(base_path('routes/web.php'))`
                Kind::Call if code.called(*id) == "group" => {
                    code.arguments(*id).iter().any(|a| std::iter::once(*a).chain(code.inside(*a)).any(says))
                }
                _ => false,
            }
        };
        for id in (0..code.len() as u32).filter(mine) {
            mounts::groups(&code, &names, id, &mut found);
        }
    }
    follower.required.borrow_mut().insert(file, found.clone());
    found
}
