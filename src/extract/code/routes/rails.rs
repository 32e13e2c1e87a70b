//! Rails' tables of routes: in comes a [`Code`], out come controllers' actions with method, path and the checks that
//! the table puts around them (`authenticate :user, ->(u) { u.admin? } do`, `constraints AdminConstraint.new do`).

use super::{join, words};
use crate::fact::route::{Layer, Level, Strength};
use crate::parse::code::{Code, Kind, NodeId};

/// A controller's action under a path.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The controller's path: `admin/synthetic_orders`.
    pub controller: String,
    /// The action's name.
    pub action: String,
    /// HTTP methods.
    pub methods: Vec<&'static str>,
    /// The path.
    pub path: String,
    /// The checks around it.
    pub layers: Vec<Layer>,
}

/// The actions of `resources`, with their method and what stands behind the collection's path.
const ACTIONS: &[(&str, &str, &str)] = &[
    ("index", "GET", ""),
    ("show", "GET", "/:id"),
    ("new", "GET", "/new"),
    ("edit", "GET", "/:id/edit"),
    ("create", "POST", ""),
    ("update", "PATCH", "/:id"),
    ("destroy", "DELETE", "/:id"),
];

const VERBS: &[(&str, &str)] =
    &[("get", "GET"), ("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE"), ("match", "ALL")];

/// What stands around a line of the table.
#[derive(Debug, Default)]
struct Around {
    path: String,
    modules: String,
    /// The controller of the nearest `resources` or `controller`.
    controller: Option<String>,
    /// A line directly inside `resources` is about one record, unless it stands in `collection`.
    member: bool,
    layers: Vec<Layer>,
}

/// All lines of a file's table.
pub fn entries(code: &Code) -> Vec<Entry> {
    code.calls().filter(|c| code.kind(*c) == Kind::Call).flat_map(|call| of_call(code, call)).collect()
}

fn of_call(code: &Code, call: NodeId) -> Vec<Entry> {
    let [verb] = code.steps(call)[..] else { return Vec::new() };
    match verb {
        "resources" | "resource" => of_resources(code, call, verb == "resource"),
        _ => match VERBS.iter().find(|(v, _)| *v == verb) {
            Some((_, method)) => of_verb(code, call, method),
            None => Vec::new(),
        },
    }
}

fn of_resources(code: &Code, call: NodeId, single: bool) -> Vec<Entry> {
    let around = around(code, call);
    let mut found = Vec::new();
    for name in names(code, call) {
        let controller = controller(code, call, &around, &plural(&name, single));
        let path = join(&around.path, &text(code, call, "path").unwrap_or_else(|| name.clone()));
        for (action, method, behind) in ACTIONS {
            if single && *action == "index" || !admits(code, call, action) {
                continue;
            }
            let behind = if single { behind.trim_start_matches("/:id") } else { behind };
            found.push(Entry {
                controller: controller.clone(),
                action: (*action).to_owned(),
                methods: vec![method],
                path: format!("{path}{behind}"),
                layers: around.layers.clone(),
            });
        }
    }
    found
}

fn of_verb(code: &Code, call: NodeId, method: &'static str) -> Vec<Entry> {
    let around = around(code, call);
    let mut methods = vec![method];
    if let Some(via) = code.entry(call, &["via"]) {
        let said = code.slice(via);
        methods = VERBS.iter().filter(|(v, _)| said.contains(v)).map(|(_, m)| *m).collect();
    }
    let on = text(code, call, "on");
    let member = on.map_or(around.member, |on| on == "member");
    let base = if member { format!("{}/:id", around.path) } else { around.path.clone() };
    // `post "load" => "loader#run"`
    let pairs = code.arguments(call).into_iter().filter(|a| code.kind(*a) == Kind::Pair);
    let arrow = pairs.filter_map(|p| {
        let to = code.child(p, crate::parse::code::Role::Value).and_then(|v| code.literal(v))?;
        to.contains('#').then(|| (code.key(p).unwrap_or_default().to_owned(), to.to_owned()))
    });
    let arrow = arrow.into_iter().find(|(key, _)| !matches!(key.as_str(), "to" | "action"));
    let mut found = Vec::new();
    let mut add = |path: &str, to: Option<String>| {
        let (owner, action) = match &to {
            Some(to) => to.split_once('#').map_or((None, to.as_str()), |(c, a)| (Some(c), a)),
            None => (None, path.trim_matches('/').rsplit('/').next().unwrap_or(path)),
        };
        // `get "admin/load"` is the action `load` of `admin`.
        let owner = owner.map(str::to_owned).or_else(|| text(code, call, "controller"));
        let by_path = || path.trim_matches('/').rsplit_once('/').map(|(c, _)| c.to_owned());
        let controller = match (owner, &around.controller) {
            (Some(owner), _) => join(&around.modules, &owner),
            (None, Some(controller)) => controller.clone(),
            (None, None) => by_path().map(|c| join(&around.modules, &c)).unwrap_or_default(),
        };
        found.push(Entry {
            controller: controller.trim_start_matches('/').to_owned(),
            action: action.to_owned(),
            methods: methods.clone(),
            path: join(&base, path),
            layers: around.layers.clone(),
        });
    };
    match arrow {
        Some((path, to)) => add(&path, Some(to)),
        None => {
            let to = text(code, call, "to").or_else(|| text(code, call, "action"));
            for path in names(code, call) {
                add(&path, to.clone());
            }
        }
    }
    found
}

/// What the blocks around a call say, the outermost first.
fn around(code: &Code, call: NodeId) -> Around {
    let mut blocks: Vec<NodeId> = code
        .around(call)
        .filter(|a| {
            code.kind(*a) == Kind::Call
                && code.children(*a).any(|c| code.kind(c) == Kind::Function && code.is_within(call, c))
        })
        .collect();
    blocks.reverse();
    let mut all = Around::default();
    for block in blocks {
        let name = names(code, block).into_iter().next();
        let path = text(code, block, "path");
        let module = text(code, block, "module");
        match code.called(block) {
            "namespace" => {
                let name = name.unwrap_or_default();
                all.path = join(&all.path, &path.unwrap_or_else(|| name.clone()));
                all.modules = join(&all.modules, &module.unwrap_or(name));
                (all.controller, all.member) = (None, false);
            }
            "scope" => {
                all.path = join(&all.path, &path.or(name).unwrap_or_default());
                all.modules = join(&all.modules, &module.unwrap_or_default());
            }
            verb @ ("resources" | "resource") => {
                let name = name.unwrap_or_default();
                let single = verb == "resource";
                all.controller = Some(controller(code, block, &all, &plural(&name, single)));
                all.path = join(&all.path, &path.unwrap_or(name));
                // A route of its own inside is about one record, and so is a nested resource.
                all.member = !single;
            }
            "controller" => all.controller = Some(join(&all.modules, &name.unwrap_or_default())),
            "collection" => all.member = false,
            "member" => all.member = true,
            "authenticate" | "authenticated" | "constraints" | "authenticate_user" => {
                all.layers.extend(check(code, block));
            }
            _ => {}
        }
    }
    all
}

/// What `authenticate` and `constraints` ask of the caller.
fn check(code: &Code, block: NodeId) -> Option<Layer> {
    let verb = code.called(block);
    let given: Vec<NodeId> = code.arguments(block).into_iter().filter(|a| code.kind(*a) != Kind::Pair).collect();
    let (first, last) = (given.first(), given.last());
    let strength = match (verb, last) {
        // `constraints subdomain: "x"` is about the address.
        ("constraints", None) => return None,
        ("constraints", Some(own)) => match words::strength(code.slice(*own), &[]) {
            Strength::Authorisation => Strength::Authorisation,
            _ => Strength::Unknown,
        },
        // A lambda that asks the user, or a kind of user that only administrators are.
        (_, Some(own)) => match words::strength(code.slice(*own), &[]) {
            Strength::Authorisation => Strength::Authorisation,
            _ if given.len() > 1 => Strength::Unknown,
            _ => Strength::Authentication,
        },
        (_, None) => Strength::Authentication,
    };
    let span = code.span_of(*last.or(first)?);
    Some(Layer { span, name: verb.to_owned(), strength, level: Level::Router, audits: false })
}

/// The controller that a line names, or that its resource's name makes.
fn controller(code: &Code, call: NodeId, around: &Around, name: &str) -> String {
    let own = text(code, call, "controller").unwrap_or_else(|| name.to_owned());
    let modules = text(code, call, "module").map_or(around.modules.clone(), |m| join(&around.modules, &m));
    join(&modules, &own).trim_start_matches('/').to_owned()
}

/// A single resource's controller is named for many.
fn plural(name: &str, single: bool) -> String {
    match name.strip_suffix('y') {
        _ if !single || name.ends_with('s') => name.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{name}s"),
    }
}

/// The names and paths that a line is given.
fn names(code: &Code, call: NodeId) -> Vec<String> {
    let given = code.arguments(call).into_iter().filter_map(|a| code.literal(a));
    given.map(|t| t.trim_start_matches(':').to_owned()).collect()
}

fn text(code: &Code, call: NodeId, key: &str) -> Option<String> {
    code.entry(call, &[key]).and_then(|v| code.literal(v)).map(|t| t.trim_start_matches(':').to_owned())
}

/// Whether `only:` and `except:` leave an action.
fn admits(code: &Code, call: NodeId, action: &str) -> bool {
    let says = |key: &str| {
        code.entry(call, &[key]).map(|list| {
            let mut texts = std::iter::once(list).chain(code.inside(list)).filter_map(|n| code.literal(n));
            texts.any(|t| t.trim_start_matches(':') == action)
        })
    };
    says("only").unwrap_or(true) && !says("except").unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::parse::code::Language;
    use crate::source::{FileId, Source};

    fn read(text: &str) -> Vec<String> {
        let source = Arc::new(Source::new(FileId(0), "config/routes.rb".into(), text.as_bytes().to_vec()));
        let code = Code::read(&source, Language::Ruby);
        let line = |e: Entry| {
            let checks: Vec<String> = e.layers.iter().map(|l| format!(" {:?}", l.strength)).collect();
            format!("{} {} {}#{}{}", e.methods.join("|"), e.path, e.controller, e.action, checks.concat())
        };
        entries(&code).into_iter().map(line).collect()
    }

    #[test]
    fn blocks_give_path_module_and_checks() {
        let found = read(
            r##"
Rails.application.routes.draw do
  authenticate :user, ->(u) { u.admin? } do
    namespace :admin do
      resources :datasets, only: [:create] do
        member do
          post :publish
        end
        put "sort", on: :collection
      end
      post "/load", to: "loader#run"
      delete "wipe" => "loader#purge"
    end
  end
  authenticate :user do
    scope "backoffice", module: :office do
      resource :setting, only: :update
    end
  end
  constraints subdomain: "ops" do
    match "seed", to: "seeds#run", via: [:get, :post]
  end
end
"##,
        );
        assert_eq!(
            found,
            [
                "POST /admin/datasets admin/datasets#create Authorisation",
                "POST /admin/datasets/:id/publish admin/datasets#publish Authorisation",
                "PUT /admin/datasets/sort admin/datasets#sort Authorisation",
                "POST /admin/load admin/loader#run Authorisation",
                "DELETE /admin/wipe admin/loader#purge Authorisation",
                "PATCH /backoffice/setting office/settings#update Authentication",
                "GET|POST /seed seeds#run",
            ]
        );
    }
}
