//! Routes of Flask, FastAPI and Django: in comes a [`Code`], out come decorated functions, views and viewsets with the
//! checks that decorators, dependencies, mixins and permission classes put on them.

use super::super::names::Names;
use super::mounts::{above, dependencies, mounts};
use super::{Draft, is_changing, join, layer, members, path_text, words};
use crate::fact::route::{Layer, Level, Strength};
use crate::parse::code::{Code, Kind, NodeId, Role};

/// Decorators that register a function.
const VERBS: &[(&str, &str)] = &[
    ("route", "?"),
    ("api_route", "?"),
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
];

/// All routes of a file.
pub(super) fn routes(code: &Code, names: &Names<'_>, file: &str) -> Vec<Draft> {
    let imports = |word: &str| names.imports.iter().any(|(_, s)| s.split('.').next() == Some(word));
    let django = imports("django") || imports("rest_framework") || imports("ninja");
    let mounts = mounts(code, names);
    let mut found = Vec::new();
    for function in code.of_kind(Kind::Function) {
        if let Some(draft) = registered(code, names, &mounts, function) {
            found.push(draft);
        } else if django {
            found.extend(view(code, function, file));
        }
    }
    if django {
        for class in code.of_kind(Kind::Class) {
            found.extend(of_class(code, class));
        }
    }
    found
}

/// `@app.route("/x", methods=["POST"])`, `@router.post("/x", dependencies=[…])`.
fn registered(code: &Code, names: &Names<'_>, mounts: &[super::mounts::Mount], function: NodeId) -> Option<Draft> {
    let decorators = code.decorators(function);
    let (decorator, call, verb) = decorators.iter().find_map(|d| {
        let call = code.child(*d, Role::Callee).filter(|c| code.kind(*c) == Kind::Call)?;
        let steps = code.steps(call);
        let verb = VERBS.iter().find(|(v, _)| steps.len() > 1 && steps.last() == Some(v))?;
        let path = code.arguments(call).first().copied()?;
        path_text(code, names, path)
            .is_some_and(|p| p.is_empty() || p.starts_with(['/', '<', '{']))
            .then_some((*d, call, verb.1))
    })?;
    let steps = code.steps(call);
    let receiver = steps[steps.len() - 2].to_owned();
    let path = code.arguments(call).first().and_then(|a| path_text(code, names, *a)).unwrap_or_default();
    let methods = match verb {
        "?" => listed(code, code.entry(call, &["methods"])),
        verb => vec![verb.to_owned()],
    };
    let mut layers: Vec<Layer> =
        decorators.iter().filter(|d| **d != decorator).flat_map(|d| of_decorator(code, *d, Level::Route)).collect();
    if let Some(list) = code.entry(call, &["dependencies"]) {
        layers.extend(dependencies(code, list, Level::Route));
    }
    // Django Ninja's `auth=`.
    layers.extend(code.entry(call, &["auth", "permissions"]).map(|a| layer(code, a, Level::Route)));
    for parameter in code.children(function).filter(|c| code.kind(*c) == Kind::Parameter) {
        for mut own in dependencies(code, parameter, Level::Route) {
            // A parameter's dependency is a service as often as a check.
            if own.strength == Strength::Unknown {
                own.strength = Strength::Nothing;
            }
            layers.push(own);
        }
    }
    let (prefix, above) = above(code, names, mounts, call, &receiver, &path);
    layers.extend(above);
    layers.extend(before_requests(code, &receiver));
    let fastapi = names.imports.iter().any(|(_, s)| s.starts_with("fastapi"));
    Some(Draft {
        framework: if fastapi { "FastAPI" } else { "Flask" },
        mutates: is_changing(&methods),
        methods,
        path: join(&prefix, &path),
        holder: receiver,
        handler: code.name(function).unwrap_or_default().to_owned(),
        body: function,
        at: function,
        layers,
    })
}

/// Flask's `@bp.before_request` functions of the same blueprint.
fn before_requests(code: &Code, receiver: &str) -> Vec<Layer> {
    let functions = code.of_kind(Kind::Function).filter(|f| {
        code.decorators(*f).iter().any(|d| {
            let steps = code.steps(*d);
            matches!(steps.last(), Some(&("before_request" | "before_app_request"))) && steps.first() == Some(&receiver)
        })
    });
    functions
        .map(|f| {
            let name = code.name(f).unwrap_or_default().to_owned();
            let strength = match words::strength(&name, &[]) {
                Strength::Nothing => Strength::Unknown,
                known => known,
            };
            Layer {
                span: code.span_of(code.child(f, Role::Name).unwrap_or(f)),
                audits: words::audits(&[&name], &[]),
                name,
                strength,
                level: Level::Router,
            }
        })
        .collect()
}

/// A decorator as a check. Python's decorators wrap: one that nobody knows may check.
fn of_decorator(code: &Code, decorator: NodeId, level: Level) -> Option<Layer> {
    of_check(code, code.child(decorator, Role::Callee).unwrap_or(decorator), level)
}

/// What wraps a view, as a check: a name, or a call that gives what wraps.
pub(super) fn of_check(code: &Code, call: NodeId, level: Level) -> Option<Layer> {
    let mut made = layer(code, call, level);
    let last = made.name.rsplit('.').next().unwrap_or_default().to_owned();
    if last == "method_decorator" {
        let inner = code.arguments(call).into_iter().next()?;
        made = layer(code, inner, level);
    }
    if matches!(last.as_str(), "permission_classes") {
        return code.arguments(call).first().and_then(|list| of_permissions(code, *list, level).into_iter().next());
    }
    if matches!(
        last.as_str(),
        "api_view"
            | "action"
            | "require_http_methods"
            | "extend_schema"
            | "swagger_auto_schema"
            | "staticmethod"
            | "classmethod"
            | "property"
            | "command"
    ) {
        return None;
    }
    // `user_passes_test(lambda u: u.is_staff)`, `user_passes_test(is_steward)`
    if last == "user_passes_test" {
        let text = code.slice(call).replace("user_passes_test", "").replace("login_url", "");
        let identity = text.contains("is_authenticated")
            && words::strength(&text.replace("is_authenticated", ""), &[]) != Strength::Authorisation;
        made.strength = if identity { Strength::Authentication } else { Strength::Authorisation };
    }
    Some(made)
}

/// The permission classes of a list: what is not known to ask for an identity only is there to ask for a right.
fn of_permissions(code: &Code, list: NodeId, level: Level) -> Vec<Layer> {
    let names = std::iter::once(list)
        .chain(code.inside(list))
        .filter(|n| code.kind(*n) == Kind::Name && code.role(*n) != Role::Property);
    names
        .map(|n| {
            let name = code.slice(n);
            let strength = match name {
                "AllowAny" => Strength::Nothing,
                "IsAuthenticated" | "IsAuthenticatedOrReadOnly" | "permissions" => Strength::Authentication,
                _ => Strength::Authorisation,
            };
            Layer { span: code.span_of(n), name: name.to_owned(), strength, level, audits: false }
        })
        .collect()
}

/// A Django view: a function at the file's top whose first parameter is the request.
fn view(code: &Code, function: NodeId, file: &str) -> Option<Draft> {
    // A parameter that is only a name is a name.
    let parameter = code
        .children(function)
        .find(|c| matches!(code.role(*c), Role::None) && matches!(code.kind(*c), Kind::Parameter | Kind::Name))?;
    let name = code.name(function)?;
    if !code.slice(parameter).starts_with("request")
        || code.enclosing(function, Kind::Class).is_some()
        || code.enclosing(function, Kind::Function).is_some()
    {
        return None;
    }
    let decorators = code.decorators(function);
    let mut methods = Vec::new();
    let mut layers = Vec::new();
    for decorator in &decorators {
        let steps = code.steps(*decorator);
        let call = code.child(*decorator, Role::Callee).unwrap_or(*decorator);
        match steps.last().copied().unwrap_or_default() {
            "require_POST" => methods.push("POST".to_owned()),
            "require_GET" | "require_safe" => methods.push("GET".to_owned()),
            "api_view" | "require_http_methods" | "post" | "put" | "patch" | "delete" => {
                methods.extend(listed(code, code.arguments(call).first().copied()));
                if let Some((_, verb)) = VERBS.iter().find(|(v, _)| steps.last() == Some(v)) {
                    methods.push((*verb).to_owned());
                }
            }
            _ => layers.extend(of_decorator(code, *decorator, Level::Route)),
        }
    }
    // Without a decorator that says so, any function may be given a request.
    let named = file.rsplit('/').take(2).any(|part| part.contains("view"));
    if methods.is_empty() && (!named || name.starts_with('_')) {
        return None;
    }
    if methods.is_empty() {
        let body = code.slice(function);
        let changes =
            ["request.POST", "\"POST\"", "'POST'", "request.body", "request.data"].iter().any(|w| body.contains(w));
        methods.push(if changes { "POST" } else { "GET" }.to_owned());
    }
    Some(Draft {
        framework: "Django",
        mutates: is_changing(&methods),
        methods,
        path: String::new(),
        holder: String::new(),
        handler: name.to_owned(),
        body: function,
        at: function,
        layers,
    })
}

/// What stands directly in a class, methods without the node that holds their decorators.
fn class_members(code: &Code, class: NodeId) -> Vec<NodeId> {
    members(code, class)
        .into_iter()
        .flat_map(|m| match code.kind(m) {
            Kind::Decorated => code.children(m).filter(|c| code.kind(*c) == Kind::Function).collect(),
            _ => vec![m],
        })
        .collect()
}

/// The checks that a class puts in front of all its methods: decorators, mixins, permission classes, overridden hooks.
fn class_layers(code: &Code, class: NodeId, supers: &[String], members: &[NodeId]) -> Vec<Layer> {
    let mut layers: Vec<Layer> =
        code.decorators(class).iter().filter_map(|d| of_decorator(code, *d, Level::Class)).collect();
    for parent in supers {
        let strength = words::strength(parent, &[]);
        if parent.ends_with("Mixin") && strength > Strength::Unknown || parent == "UserPassesTestMixin" {
            let strength = if parent == "UserPassesTestMixin" { Strength::Authorisation } else { strength };
            let span = code.span_of(code.child(class, Role::Name).unwrap_or(class));
            layers.push(Layer { span, name: parent.clone(), strength, level: Level::Class, audits: false });
        }
    }
    for member in members {
        if code.kind(*member) != Kind::Assign {
            continue;
        }
        let target = code.child(*member, Role::Target).map(|t| code.slice(t)).unwrap_or_default();
        let value = code.child(*member, Role::Value);
        match (target, value) {
            ("permission_classes", Some(list)) => layers.extend(of_permissions(code, list, Level::Class)),
            ("permission_required" | "required_scopes", Some(value)) => {
                layers.push(Layer {
                    span: code.span_of(value),
                    name: target.to_owned(),
                    strength: Strength::Authorisation,
                    level: Level::Class,
                    audits: false,
                });
            }
            _ => {}
        }
    }
    let named =
        |name: &str| members.iter().copied().find(|m| code.kind(*m) == Kind::Function && code.name(*m) == Some(name));
    // Rights that depend on the action.
    for check in ["get_permissions", "check_permissions", "dispatch", "initial", "test_func"] {
        if let Some(function) = named(check) {
            layers.push(Layer {
                span: code.span_of(function),
                name: String::new(),
                strength: Strength::Unknown,
                level: Level::Class,
                audits: false,
            });
        }
    }
    layers
}

/// Class-based views and viewsets.
fn of_class(code: &Code, class: NodeId) -> Vec<Draft> {
    let holder = code.name(class).unwrap_or_default().to_owned();
    let supers: Vec<String> = code
        .children(class)
        .filter(|n| matches!(code.role(*n), Role::Super | Role::Argument))
        .map(|s| code.steps(s).pop().unwrap_or_default().to_owned())
        .collect();
    let is_view = supers.iter().any(|s| s.ends_with("View") || s.ends_with("ViewSet") || s.ends_with("APIView"));
    if !is_view {
        return Vec::new();
    }
    let members = class_members(code, class);
    let layers = class_layers(code, class, &supers, &members);
    let functions: Vec<NodeId> = members.iter().copied().filter(|m| code.kind(*m) == Kind::Function).collect();
    const HANDLERS: &[(&str, &str)] = &[
        ("post", "POST"),
        ("put", "PUT"),
        ("patch", "PATCH"),
        ("delete", "DELETE"),
        ("create", "POST"),
        ("update", "PUT"),
        ("partial_update", "PATCH"),
        ("destroy", "DELETE"),
        ("form_valid", "POST"),
        ("perform_create", "POST"),
        ("get", "GET"),
    ];
    let made = |handler: &str, method: Vec<String>, body: NodeId, mut own: Vec<Layer>| {
        own.extend(layers.iter().cloned());
        Draft {
            framework: "Django",
            mutates: is_changing(&method),
            methods: method,
            path: String::new(),
            holder: holder.clone(),
            handler: handler.to_owned(),
            body,
            at: body,
            layers: own,
        }
    };
    let mut found: Vec<Draft> = Vec::new();
    for function in &functions {
        let name = code.name(*function).unwrap_or_default();
        let mut own: Vec<Layer> = Vec::new();
        let mut methods: Vec<String> = Vec::new();
        for decorator in code.decorators(*function) {
            let call = code.child(decorator, Role::Callee).unwrap_or(decorator);
            if code.called(call) == "action" {
                methods = listed(code, code.entry(call, &["methods"]));
                if methods.is_empty() {
                    methods.push("GET".to_owned());
                }
                let list = code.entry(call, &["permission_classes"]);
                own.extend(list.into_iter().flat_map(|l| of_permissions(code, l, Level::Route)));
            } else {
                own.extend(of_decorator(code, decorator, Level::Route));
            }
        }
        if let Some((_, method)) = HANDLERS.iter().find(|(n, _)| *n == name) {
            methods.push((*method).to_owned());
        }
        if !methods.is_empty() {
            found.push(made(name, methods, *function, own));
        }
    }
    // A viewset whose actions are all inherited.
    if !found.iter().any(|d| d.mutates) {
        let inherits = supers.iter().any(|s| {
            matches!(
                s.as_str(),
                "ModelViewSet"
                    | "CreateView"
                    | "UpdateView"
                    | "DeleteView"
                    | "FormView"
                    | "CreateAPIView"
                    | "UpdateAPIView"
                    | "DestroyAPIView"
                    | "ListCreateAPIView"
                    | "RetrieveUpdateDestroyAPIView"
                    | "RetrieveUpdateAPIView"
                    | "RetrieveDestroyAPIView"
            )
        });
        if inherits {
            found.push(made("", vec!["POST".to_owned()], class, Vec::new()));
        }
    }
    found
}

/// The methods in a list of strings.
fn listed(code: &Code, list: Option<NodeId>) -> Vec<String> {
    let Some(list) = list else { return Vec::new() };
    let texts = std::iter::once(list).chain(code.inside(list)).filter_map(|n| code.literal(n));
    texts.map(str::to_ascii_uppercase).collect()
}
