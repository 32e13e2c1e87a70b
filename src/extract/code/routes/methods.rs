//! Routes that are methods of a class: annotated ones (Nest, Spring, JAX-RS, ASP.NET, Symfony, Apex), and the public
//! methods of controllers whose routes stand elsewhere (Rails, Laravel).

use super::{Draft, is_changing, join, layer, literals, members, words};
use crate::fact::route::{Layer, Level, Strength};
use crate::parse::code::{Code, Kind, Language, NodeId, Role};

/// Annotations that make a method a route, lower case, with the HTTP method; an action has none.
const MARKS: &[(&str, &str)] = &[
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("all", "ALL"),
    ("mutation", ""),
    ("getmapping", "GET"),
    ("postmapping", "POST"),
    ("putmapping", "PUT"),
    ("patchmapping", "PATCH"),
    ("deletemapping", "DELETE"),
    ("requestmapping", "?"),
    ("route", "?"),
    ("httpget", "GET"),
    ("httppost", "POST"),
    ("httpput", "PUT"),
    ("httppatch", "PATCH"),
    ("httpdelete", "DELETE"),
    ("auraenabled", ""),
    ("invocablemethod", ""),
    ("remoteaction", ""),
];

/// The annotated methods of a file's classes.
pub(super) fn annotated(code: &Code) -> Vec<Draft> {
    let mut found = Vec::new();
    for function in code.of_kind(Kind::Function) {
        if code.language == Language::Apex && code.enclosing(function, Kind::Class).is_none() {
            continue;
        }
        found.extend(of_method(code, function));
    }
    if code.language == Language::Php && found.is_empty() {
        return of_controllers(code);
    }
    found
}

fn of_method(code: &Code, function: NodeId) -> Option<Draft> {
    let decorators = code.decorators(function);
    if decorators.is_empty() {
        return None;
    }
    let class = code.enclosing(function, Kind::Class)?;
    let (mut methods, mut path, mut at) = (Vec::new(), String::new(), None);
    let mut action = false;
    for decorator in &decorators {
        let name = last(code, *decorator).to_ascii_lowercase();
        let Some((_, method)) = MARKS.iter().find(|(mark, _)| *mark == name) else { continue };
        // Everywhere but in Apex and JAX-RS, `Get` and `Post` come from a framework whose class is marked too.
        at.get_or_insert(*decorator);
        match *method {
            "" => action = true,
            "?" => methods.extend(named_methods(code, *decorator)),
            method => methods.push(method.to_owned()),
        }
        path = join(&path, &path_of(code, *decorator));
    }
    let at = at?;
    let framework = framework(code, class)?;
    if let Some(own) = decorators.iter().find(|d| last(code, **d).eq_ignore_ascii_case("path")) {
        path = path_of(code, *own);
    }
    let holder = code.name(class).unwrap_or_default().to_owned();
    let mut layers = Vec::new();
    for decorator in &decorators {
        layers.extend(of_decorator(code, *decorator, Level::Route));
    }
    let class_decorators = code.decorators(class);
    let mut prefix = String::new();
    for decorator in &class_decorators {
        layers.extend(of_decorator(code, *decorator, Level::Class));
        let name = last(code, *decorator).to_ascii_lowercase();
        if matches!(name.as_str(), "controller" | "requestmapping" | "route" | "path" | "restresource") {
            prefix = path_of(code, *decorator);
        }
    }
    let anonymous = decorators.iter().any(|d| matches!(last(code, *d), "AllowAnonymous" | "PermitAll"));
    if anonymous {
        layers.clear();
    }
    if code.language == Language::Apex {
        layers.extend(sharing(code, class));
    }
    let mutates = match code.language {
        Language::Apex => changes_in_apex(code, function, at, &methods),
        _ => {
            action
                || is_changing(&methods)
                || methods.is_empty() && framework == "Symfony" && writes_by_name(code, function)
        }
    };
    Some(Draft {
        framework,
        methods,
        path: join(&prefix.replace("[controller]", holder.trim_end_matches("Controller")), &path),
        holder,
        handler: code.name(function).unwrap_or_default().to_owned(),
        body: function,
        at: function,
        mutates,
        layers,
    })
}

fn framework(code: &Code, class: NodeId) -> Option<&'static str> {
    let marks: Vec<String> = code.decorators(class).iter().map(|d| last(code, *d).to_ascii_lowercase()).collect();
    let has = |word: &str| marks.iter().any(|m| m == word);
    Some(match code.language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            if has("controller") {
                "Nest"
            } else if has("resolver") {
                "Nest GraphQL"
            } else {
                return None;
            }
        }
        Language::Java | Language::Kotlin => {
            if has("path") {
                "JAX-RS"
            } else if has("restcontroller") || has("controller") || has("requestmapping") {
                "Spring"
            } else {
                return None;
            }
        }
        Language::Php => "Symfony",
        Language::CSharp => "ASP.NET Core",
        Language::Apex => "Apex",
        _ => return None,
    })
}

fn last(code: &Code, decorator: NodeId) -> &str {
    code.steps(decorator).pop().map_or("", |s| s.rsplit(['\\', '.']).next().unwrap_or(s))
}

/// A decorator's own call, where its grammar makes one of it.
fn call_of(code: &Code, decorator: NodeId) -> NodeId {
    code.child(decorator, Role::Callee).filter(|c| code.kind(*c) == Kind::Call).unwrap_or(decorator)
}

fn path_of(code: &Code, decorator: NodeId) -> String {
    let call = call_of(code, decorator);
    let named = code.entry(call, &["path", "value", "template", "urlMapping"]);
    let first = named.or_else(|| code.arguments(call).into_iter().find(|a| code.kind(*a) != Kind::Pair));
    let text = first.and_then(|f| std::iter::once(f).chain(code.inside(f)).find_map(|n| code.literal(n)));
    match text {
        Some(text) if text.starts_with('/') || text.is_empty() => text.to_owned(),
        Some(text) => format!("/{text}"),
        None => String::new(),
    }
}

/// The methods of `@RequestMapping(method = …)` and `#[Route(methods: ['POST'])]`.
fn named_methods(code: &Code, decorator: NodeId) -> Vec<String> {
    let call = call_of(code, decorator);
    let holders = std::iter::once(call).chain(code.arguments(call));
    let Some(value) = holders.into_iter().find_map(|h| code.entry(h, &["method", "methods"])) else {
        return Vec::new();
    };
    let text = code.slice(value).to_ascii_uppercase();
    ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().filter(|m| text.contains(**m)).map(|m| (*m).to_owned()).collect()
}

/// The checks that an annotation is. Those that nobody knows say nothing: most annotations are about something else.
pub(super) fn of_decorator(code: &Code, decorator: NodeId, level: Level) -> Vec<Layer> {
    let call = call_of(code, decorator);
    let name = last(code, decorator);
    let span = code.span_of(decorator);
    let one = |strength| vec![Layer { span, name: name.to_owned(), strength, level, audits: false }];
    match name {
        "UseGuards" => code.arguments(call).into_iter().map(|a| layer(code, a, level)).collect(),
        "UseInterceptors" | "UseFilters" | "SetMetadata" => {
            let audits = code.arguments(call).iter().any(|a| words::audits(&code.steps(*a), &[]));
            let rights = name == "SetMetadata" && code.slice(call).to_ascii_lowercase().contains("role");
            let strength = if rights { Strength::Authorisation } else { Strength::Nothing };
            vec![Layer { audits, ..one(strength).remove(0) }]
        }
        "Authorize" => {
            let given = !code.arguments(call).is_empty();
            one(if given { Strength::Authorisation } else { Strength::Authentication })
        }
        "IsGranted" | "Security" | "PreAuthorize" | "PostAuthorize" | "Secured" => {
            let text = code.slice(call);
            let identity =
                ["IS_AUTHENTICATED", "isAuthenticated()", "isFullyAuthenticated()", "permitAll", "PUBLIC_ACCESS"];
            one(if identity.iter().any(|w| text.contains(w)) && !text.contains("has") {
                Strength::Authentication
            } else {
                Strength::Authorisation
            })
        }
        "RolesAllowed" | "DenyAll" => one(Strength::Authorisation),
        "ApiKey" | "ApiBearerAuth" | "SecurityRequirement" | "ApiOperation" | "AuraEnabled" => Vec::new(),
        _ => {
            let given = literals(code, call);
            let given: Vec<&str> = given.iter().map(|g| &**g).collect();
            // What an annotation is given is its own business unless its name asks for something.
            let strength = match words::strength(name, &[]) {
                // `[InjectProvider(ProviderUserType.ProviderAdmin)]` may ask for that.
                Strength::Unknown if code.language == Language::CSharp && constants_name_a_right(code, call) => {
                    Strength::Unknown
                }
                Strength::Unknown | Strength::Nothing => Strength::Nothing,
                Strength::Authentication => words::strength(name, &given),
                other => other,
            };
            let audits = words::audits(&[name], &[]);
            if strength == Strength::Nothing && !audits {
                Vec::new()
            } else {
                vec![Layer { audits, ..one(strength).remove(0) }]
            }
        }
    }
}

fn constants_name_a_right(code: &Code, call: NodeId) -> bool {
    let arguments = code.arguments(call);
    let constants = arguments.into_iter().filter(|a| code.kind(*a) == Kind::Member);
    constants.into_iter().any(|m| words::strength(&code.steps(m).join(" "), &[]) == Strength::Authorisation)
}

/// `with sharing` limits rows, and says nothing of rights.
fn sharing(code: &Code, class: NodeId) -> Option<Layer> {
    let body = code.child(class, Role::Body).map_or(code.node(class).end, |b| code.node(b).start);
    let head = code.text().get(code.node(class).start as usize..body as usize)?;
    let lower = head.to_ascii_lowercase();
    let at = lower.find("with sharing").or_else(|| lower.find("inherited sharing"))?;
    let start = code.node(class).start + at as u32;
    Some(Layer {
        span: code.span(start..start + 12),
        name: "with sharing".to_owned(),
        strength: Strength::Unknown,
        level: Level::Class,
        audits: false,
    })
}

/// A remote call of Apex changes something unless it is cacheable or only reads by its name and its body.
fn changes_in_apex(code: &Code, function: NodeId, mark: NodeId, methods: &[String]) -> bool {
    if !methods.is_empty() {
        return is_changing(methods);
    }
    let cacheable = code.slice(mark).to_ascii_lowercase().replace(' ', "").contains("cacheable=true");
    !cacheable && (writes_in(code, function) || changes_by_name(code.name(function).unwrap_or_default(), "Apex"))
}

/// Whether a function holds a statement that writes.
fn writes_in(code: &Code, function: NodeId) -> bool {
    const DML: &[&str] =
        &["insert", "update", "upsert", "delete", "undelete", "merge", "publish", "enqueuejob", "executebatch"];
    code.inside(function)
        .any(|n| code.kind(n) == Kind::Call && DML.contains(&code.called(n).to_ascii_lowercase().as_str()))
}

/// Whether a function's name speaks of a change, or at least not of reading.
fn writes_by_name(code: &Code, function: NodeId) -> bool {
    const READING: &[&str] = &[
        "get",
        "find",
        "fetch",
        "search",
        "list",
        "load",
        "is",
        "has",
        "can",
        "describe",
        "query",
        "count",
        "read",
        "show",
        "index",
        "view",
        "retrieve",
        "lookup",
        "check",
        "new",
        "edit",
        "preview",
        "constructor",
        "construct",
        "init",
        "initialize",
    ];
    let name = code.name(function).unwrap_or_default();
    words::words(name).first().is_some_and(|w| !READING.contains(&w.as_str()))
}

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
fn changes_by_name(name: &str, framework: &str) -> bool {
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
                holder: name.to_owned(),
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
