//! Routes that are the public methods of controllers, while another file says under which path: Rails and Laravel, and
//! Symfony without attributes. In comes a [`Code`], out come the actions that change something and the filters in front.

use super::{Draft, members, words};
use crate::fact::route::{Layer, Level, Strength};
use crate::parse::code::{Code, Kind, Language, NodeId, Role};

/// Words with which the name of an action that changes something begins.
#[rustfmt::skip]
const CHANGES: &[&str] = &[
    "store", "save", "update", "upsert", "insert", "destroy", "delete", "remove", "purge", "clear", "reset", "add", "set", "publish",
    "unpublish", "retract", "release", "seed", "generate", "import", "upload", "apply", "enable", "disable", "activate", "deactivate",
    "approve", "reject", "cancel", "refund", "capture", "send", "resend", "sync", "run", "start", "stop", "trigger", "execute",
    "process", "mass", "bulk", "move", "sort", "assign", "unassign", "revoke", "grant", "mark", "unmark", "archive", "unarchive",
    "restore", "copy", "clone", "duplicate", "merge", "toggle", "switch", "lock", "unlock", "submit", "post", "put",
    "patch", "register", "attach", "detach", "anonymize", "anonymise", "mask", "populate", "rebuild", "replace", "truncate", "drop",
    "load", "launch", "skip", "write", "change", "modify", "discontinue",
];

/// Whether an action's name says that it changes something. Laravel's `create` shows a form.
pub(super) fn changes_by_name(name: &str, framework: &str) -> bool {
    let words = words::words(name);
    let Some(first) = words.first() else { return false };
    CHANGES.contains(&first.as_str()) || first == "create" && (framework != "Laravel" || words.len() > 1)
}

/// The public methods of controllers. Where their routes stand, and with which HTTP method, another file says; what
/// their names say of a change counts.
pub(super) fn of_controllers(code: &Code) -> Vec<Draft> {
    let ruby = code.language == Language::Ruby;
    let laravel = code.source().path.contains("Http/Controllers/")
        || code.of_kind(Kind::Import).any(|i| code.slice(i).contains("Illuminate\\"));
    let symfony = !laravel && code.of_kind(Kind::Import).any(|i| code.slice(i).contains("Symfony\\"));
    let framework = if ruby {
        "Rails"
    } else if symfony {
        "Symfony"
    } else {
        "Laravel"
    };
    let mut found = Vec::new();
    for class in code.of_kind(Kind::Class) {
        let Some(name) = code.name(class).filter(|n| n.ends_with("Controller")) else { continue };
        // Ruby's modules around a class are part of its name.
        let modules = code.around(class).filter(|a| ruby && code.kind(*a) == Kind::Class);
        let holder = modules.filter_map(|m| code.name(m)).fold(name.to_owned(), |own, outer| format!("{outer}::{own}"));
        let mut public = true;
        for member in members(code, class) {
            // `private` ends what is an action.
            if ruby && matches!(code.slice(member), "private" | "protected") {
                public = false;
            }
            if code.kind(member) != Kind::Function || !public {
                continue;
            }
            let method = code.name(member).unwrap_or_default();
            let hidden =
                code.with_role(member, Role::Modifier).any(|m| matches!(code.slice(m), "private" | "protected"));
            if method.is_empty() || method.starts_with("__") && method != "__invoke" || hidden {
                continue;
            }
            let mut layers = if ruby { filters(code, class, method) } else { Vec::new() };
            if symfony {
                // Its routes stand in a configuration that names no method here, and may ask for a role.
                layers.push(Layer {
                    span: code.span_of(code.child(class, Role::Name).unwrap_or(class)),
                    name: "the firewall's configuration".to_owned(),
                    strength: Strength::Unknown,
                    level: Level::Application,
                    audits: false,
                });
            }
            let mutates = changes_by_name(method, framework);
            found.push(Draft {
                framework,
                methods: Vec::new(),
                path: String::new(),
                holder: holder.clone(),
                handler: method.to_owned(),
                body: member,
                at: member,
                mutates,
                layers,
            });
        }
    }
    found
}

/// The `before_action`s of a controller that run before an action; also class-level `authorize_resource` and its
/// relatives.
pub fn filters(code: &Code, class: NodeId, action: &str) -> Vec<Layer> {
    let mut found = Vec::new();
    // A concern puts them into the block of `included do`.
    let in_method = |id: NodeId| {
        code.around(id).take_while(|a| *a != class).any(|a| code.kind(a) == Kind::Function && code.name(a).is_some())
    };
    for call in code.inside(class).filter(|c| code.kind(*c) == Kind::Call && !in_method(*c)) {
        let verb = code.called(call);
        let level = Level::Class;
        match verb {
            "before_action" | "prepend_before_action" | "before_filter" | "around_action" | "after_action" => {
                if !runs_for(code, call, action) {
                    continue;
                }
                for argument in code.arguments(call).into_iter().filter(|a| code.kind(*a) != Kind::Pair) {
                    let text = code.literal(argument).map(|t| t.trim_start_matches(':'));
                    let name = text.map_or_else(|| code.steps(argument).join("."), str::to_owned);
                    let strength = if verb == "after_action" { Strength::Nothing } else { of_filter(&name) };
                    found.push(Layer {
                        span: code.span_of(argument),
                        audits: words::audits(&[&name], &[]),
                        strength,
                        name,
                        level,
                    });
                }
                // `before_action { authorize! :manage, :synthetic }`
                if let Some(block) = code.children(call).find(|c| code.kind(*c) == Kind::Function) {
                    found.push(Layer {
                        span: code.span_of(block),
                        name: String::new(),
                        strength: Strength::Unknown,
                        level,
                        audits: false,
                    });
                }
            }
            "load_and_authorize_resource"
            | "authorize_resource"
            | "authorize_actions_for"
            | "access_control"
            | "verify_authorized" => {
                found.push(Layer {
                    span: super::super::clients::callee_span(code, call),
                    name: verb.to_owned(),
                    strength: Strength::Authorisation,
                    level,
                    audits: false,
                });
            }
            _ => {}
        }
    }
    found
}

/// Rails' filters are named for what they do; one that nobody knows is looked up, or sets something.
fn of_filter(name: &str) -> Strength {
    let first = words::words(name).first().cloned().unwrap_or_default();
    if matches!(first.as_str(), "set" | "load" | "find" | "fetch" | "build" | "prepare" | "assign" | "init" | "track") {
        return Strength::Nothing;
    }
    words::strength(name, &[])
}

/// Whether `only:` and `except:` let a filter run for an action.
fn runs_for(code: &Code, call: NodeId, action: &str) -> bool {
    let named = |key: &str| {
        code.entry(call, &[key]).map(|list| {
            std::iter::once(list)
                .chain(code.inside(list))
                .filter_map(|n| code.literal(n))
                .any(|t| t.trim_start_matches(':') == action)
        })
    };
    named("only").unwrap_or(true) && !named("except").unwrap_or(false)
}
