//! Routes that are annotated methods of a class: Nest, Spring, JAX-RS, ASP.NET, Symfony, Apex.

use super::controllers::{changes_by_name, of_controllers};
use super::{Draft, is_changing, join, layer, literals, words};
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
