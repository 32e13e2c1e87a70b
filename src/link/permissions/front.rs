//! Checks that stand in front of a route in other files: where its router is mounted, in the classes that its
//! controller extends, in the application's own configuration.

use super::follow::Follower;
use super::laravel;
use crate::extract::code::names::Names;
use crate::extract::code::routes::{self, mounts};
use crate::fact::route::{Layer, Level, Route, Strength};
use crate::parse::code::{Code, Kind, Language, NodeId, Role};
use crate::source::FileId;

/// How many files are looked into for one route.
const MAX_FILES: usize = 60;

/// The checks in other files.
pub(super) fn elsewhere(follower: &Follower<'_>, file: FileId, route: &Route) -> Vec<Layer> {
    if route.layers.iter().any(|l| l.strength == Strength::Authorisation) {
        return Vec::new();
    }
    let Some(language) = Language::of(follower.finder.files.path(file)) else { return Vec::new() };
    match language {
        Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Python => {
            let mut found = mounted(follower, file);
            found.extend(inherited(follower, file, &route.holder, &route.handler, 0));
            found.extend(in_application(follower, file, route, language));
            found
        }
        Language::Ruby | Language::Php => {
            let mut found = inherited(follower, file, &route.holder, &route.handler, 0);
            if language == Language::Php && route.framework == "Laravel" {
                found.extend(laravel::registered(follower, file, route));
            }
            found
        }
        _ => {
            let mut found = inherited(follower, file, &route.holder, &route.handler, 0);
            found.extend(in_application(follower, file, route, language));
            found
        }
    }
}

/// Where the file's router is mounted: `app.use('/admin', check, adminRouter)`, `include_router(router,
/// dependencies=[…])`.
fn mounted(follower: &Follower<'_>, file: FileId) -> Vec<Layer> {
    const FOLDERS: &[&str] = &["routes", "routers", "api", "src", "app", "server", "config"];
    let mut found = Vec::new();
    for from in follower.finder.above(file, FOLDERS).take(MAX_FILES) {
        let Some(code) = follower.codes.get(from) else { continue };
        let names = Names::of(&code);
        let all = mounts::mounts(&code, &names);
        for mount in &all {
            let mine = mount.routers.iter().any(|router| {
                let first = router.split('.').next().unwrap_or(router);
                let by_name = names.imported(first).iter().copied();
                by_name.chain(router.starts_with('.').then_some(&**router)).any(|s| {
                    follower.finder.find(from, s).first() == Some(&file)
                        || follower.finder.find(from, &format!("{s}/{first}")).first() == Some(&file)
                })
            });
            if !mine {
                continue;
            }
            let is_router = |name: &str| mount.routers.iter().any(|r| r == name);
            found.extend(mount.checks.iter().filter(|c| !is_router(&c.name)).cloned());
            // What the parent puts on before it.
            let before = all
                .iter()
                .filter(|m| m.parent == mount.parent && code.node(m.call).start < code.node(mount.call).start);
            for earlier in before {
                let same = earlier.prefix.is_empty() || mount.prefix.starts_with(&earlier.prefix);
                if same && (earlier.routers.len() == earlier.checks.len() || earlier.routers.is_empty()) {
                    found.extend(earlier.checks.iter().filter(|c| c.strength != Strength::Unknown).cloned());
                }
            }
        }
    }
    found
}

/// What the classes that a controller extends put in front of its methods.
fn inherited(follower: &Follower<'_>, file: FileId, class: &str, action: &str, depth: usize) -> Vec<Layer> {
    if depth > 4 || class.is_empty() {
        return Vec::new();
    }
    let Some(code) = follower.codes.get(file) else { return Vec::new() };
    let last = |text: &str| text.rsplit([':', '\\', '.']).next().unwrap_or(text).to_owned();
    let Some(own) = code.of_kind(Kind::Class).find(|c| code.name(*c).is_some_and(|n| last(n) == last(class))) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if depth > 0 {
        found.extend(routes::filters(&code, own, action));
        for decorator in code.decorators(own) {
            found.extend(routes::of_decorator(&code, decorator, Level::Class));
        }
    }
    // Ruby's concerns.
    let includes = code.inside(own).filter(|n| code.kind(*n) == Kind::Call && code.called(*n) == "include");
    for module in includes.flat_map(|c| code.arguments(c)).collect::<Vec<_>>() {
        let name = code.slice(module).to_owned();
        if let Some(to) = follower.finder.find(file, &name).into_iter().next() {
            found.extend(inherited(follower, to, &name, action, depth + 1));
        }
    }
    let supers: Vec<NodeId> =
        code.children(own).filter(|n| matches!(code.role(*n), Role::Super | Role::Argument)).collect();
    for parent in supers {
        let name =
            code.slice(parent).trim_start_matches(['<', ' ']).split('(').next().unwrap_or_default().trim().to_owned();
        let Some(to) = follower.finder.find(file, &name).into_iter().next() else { continue };
        found.extend(inherited(follower, to, &name, action, depth + 1));
    }
    found
}

/// Checks of the whole application: Spring's filter chain, Nest's global guards, Next's middleware, DRF's defaults,
/// ASP.NET's fallback policy.
fn in_application(follower: &Follower<'_>, file: FileId, route: &Route, language: Language) -> Vec<Layer> {
    let finder = follower.finder;
    let files: Vec<FileId> = match language {
        Language::Java | Language::Kotlin => finder.named(file, |s| s.contains("security")),
        Language::CSharp => finder.named(file, |s| matches!(s, "program" | "startup")),
        Language::Python => finder.named(file, |s| matches!(s, "settings" | "base" | "production")),
        Language::Apex => Vec::new(),
        _ => finder.named(file, |s| {
            matches!(s, "middleware" | "middlewares" | "main" | "appmodule" | "hooksserver" | "proxy")
        }),
    };
    let java = matches!(language, Language::Java | Language::Kotlin);
    let first = files.first().copied().filter(|_| java);
    let mut chained = false;
    let mut found = Vec::new();
    for from in files.into_iter().take(MAX_FILES) {
        let Some(code) = follower.codes.get(from) else { continue };
        chained |=
            java && code.calls().any(|c| matches!(code.called(c), "requestMatchers" | "antMatchers" | "anyRequest"));
        found.extend(match language {
            Language::Java | Language::Kotlin => filter_chain(&code, route),
            Language::CSharp => fallback_policy(&code),
            Language::Python => {
                let mut own = default_permissions(&code);
                own.extend(middlewares(&code));
                own
            }
            _ => global_guards(&code, route),
        });
    }
    // Security of a kind that is not read here, an interceptor or Shiro, may ask.
    let unread = first.filter(|_| !chained).and_then(|f| Some((f, follower.codes.get(f)?)));
    found.extend(unread.and_then(|(_, code)| {
        let class = code.of_kind(Kind::Class).next()?;
        let name = code.child(class, Role::Name)?;
        Some(Layer {
            span: code.span_of(name),
            // A name that leads nowhere: what the class does is not read.
            name: format!("what {} sets up", code.slice(name)),
            strength: Strength::Unknown,
            level: Level::Application,
            audits: false,
        })
    }));
    found
}

/// `requestMatchers("/admin/**").hasRole("STEWARD")`, `anyRequest().authenticated()`: the first that fits counts.
fn filter_chain(code: &Code, route: &Route) -> Vec<Layer> {
    let mut calls: Vec<NodeId> = code
        .calls()
        .filter(|c| {
            matches!(
                code.called(*c),
                "hasRole"
                    | "hasAnyRole"
                    | "hasAuthority"
                    | "hasAnyAuthority"
                    | "access"
                    | "authenticated"
                    | "permitAll"
                    | "denyAll"
                    | "fullyAuthenticated"
            )
        })
        .collect();
    // Outer calls of one chain begin at the same place: the order of their ends is the order in which they stand.
    calls.sort_by_key(|c| code.node(*c).end);
    for call in calls {
        let own = std::iter::once(call)
            .chain(code.inside(call))
            .filter(|n| {
                code.kind(*n) == Kind::Call
                    && matches!(
                        code.called(*n),
                        "requestMatchers"
                            | "antMatchers"
                            | "mvcMatchers"
                            | "anyRequest"
                            | "pathMatchers"
                            | "anyExchange"
                            | "securityMatcher"
                    )
            })
            .max_by_key(|n| code.node(*n).end);
        let Some(matcher) = own else { continue };
        let any = matches!(code.called(matcher), "anyRequest" | "anyExchange");
        let patterns: Vec<&str> = code.arguments(matcher).into_iter().filter_map(|a| code.literal(a)).collect();
        let fits = any
            || patterns.iter().any(|p| {
                let head = p.split(['*', '{']).next().unwrap_or(p).trim_end_matches('/');
                !route.path.is_empty()
                    && (route.path == head || route.path.starts_with(&format!("{head}/")) || head.is_empty())
            });
        if !fits {
            continue;
        }
        let strength = match code.called(call) {
            "authenticated" | "fullyAuthenticated" => Strength::Authentication,
            "permitAll" => Strength::Nothing,
            _ => Strength::Authorisation,
        };
        let span = crate::extract::code::callee_span(code, call);
        return vec![Layer {
            span,
            name: code.called(call).to_owned(),
            strength,
            level: Level::Application,
            audits: false,
        }];
    }
    Vec::new()
}

fn fallback_policy(code: &Code) -> Vec<Layer> {
    let assigned = code
        .of_kind(Kind::Assign)
        .filter(|a| code.child(*a, Role::Target).is_some_and(|t| code.steps(t).last() == Some(&"FallbackPolicy")));
    let layers = assigned.filter_map(|a| {
        let value = code.child(a, Role::Value)?;
        let text = code.slice(value);
        let strength =
            if text.contains("RequireRole") || text.contains("RequireClaim") || text.contains("AddRequirements") {
                Strength::Authorisation
            } else {
                Strength::Authentication
            };
        Some(Layer {
            span: code.span_of(a),
            name: "FallbackPolicy".to_owned(),
            strength,
            level: Level::Application,
            audits: false,
        })
    });
    layers.collect()
}

fn default_permissions(code: &Code) -> Vec<Layer> {
    let pairs = code.of_kind(Kind::Pair).filter(|p| code.key(*p) == Some("DEFAULT_PERMISSION_CLASSES"));
    let layers = pairs.map(|p| {
        let text = code.slice(p);
        let right =
            ["IsAdminUser", "DjangoModelPermissions", "DjangoObjectPermissions"].iter().any(|w| text.contains(w));
        let strength = if right {
            Strength::Authorisation
        } else if text.contains("IsAuthenticated") {
            Strength::Authentication
        } else {
            Strength::Nothing
        };
        Layer {
            span: code.span_of(p),
            name: "DEFAULT_PERMISSION_CLASSES".to_owned(),
            strength,
            level: Level::Application,
            audits: false,
        }
    });
    layers.collect()
}

/// Django's middlewares that let nobody in without a login, or may ask for more.
fn middlewares(code: &Code) -> Vec<Layer> {
    let lists = code.of_kind(Kind::Assign).filter(|a| {
        code.child(*a, Role::Target).is_some_and(|t| matches!(code.slice(t), "MIDDLEWARE" | "MIDDLEWARE_CLASSES"))
    });
    let strings = lists.flat_map(|a| code.inside(a)).filter(|n| code.kind(*n) == Kind::String);
    strings
        .filter_map(|s| {
            let name = code.literal(s)?.rsplit('.').next()?;
            let words = routes::words::words(name);
            let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
            // Those that only find out who is asking ask nothing of anybody.
            let strength = if has(&["required", "require", "enforce"]) && has(&["login", "auth", "authentication"]) {
                Strength::Authentication
            } else if has(&["permission", "permissions", "role", "roles", "staff", "acl", "rbac"])
                || has(&["admin"]) && has(&["only", "access", "restrict", "required"])
            {
                Strength::Unknown
            } else {
                return None;
            };
            Some(Layer {
                span: code.span_of(s),
                name: name.to_owned(),
                strength,
                level: Level::Application,
                audits: false,
            })
        })
        .collect()
}

/// Medusa's `{ matcher: "/admin*", middlewares: [authenticate(…)] }`.
fn matched(code: &Code, route: &Route) -> Vec<Layer> {
    // A folder `[id]` is the parameter `:id`.
    let path = route.path.replace('[', ":").replace(']', "");
    let mut found = Vec::new();
    for object in code.of_kind(Kind::Object) {
        let Some(matcher) = code.entry(object, &["matcher"]).and_then(|m| code.literal(m)) else { continue };
        let (plain, open) = matcher.split_once('*').map_or((matcher, false), |(p, _)| (p, true));
        let fits = if open { path.starts_with(plain.trim_end_matches('/')) } else { path == plain };
        let Some(list) = code.entry(object, &["middlewares"]).filter(|_| fits) else { continue };
        found.extend(code.children(list).map(|c| routes::layer_of(code, c, Level::Application)));
    }
    found
}

/// Nest's `APP_GUARD` and `useGlobalGuards`; Next's and SvelteKit's middleware, whose body is looked at.
fn global_guards(code: &Code, route: &Route) -> Vec<Layer> {
    if route.framework == "Medusa" {
        return matched(code, route);
    }
    let mut found = Vec::new();
    let nest = route.framework.starts_with("Nest");
    if nest {
        for object in code
            .of_kind(Kind::Object)
            .filter(|o| code.entry(*o, &["provide"]).is_some_and(|p| code.slice(p) == "APP_GUARD"))
        {
            if let Some(class) = code.entry(object, &["useClass", "useExisting"]) {
                found.push(class);
            }
        }
        for call in code.calls().filter(|c| code.called(*c) == "useGlobalGuards") {
            found.extend(code.arguments(call));
        }
    } else if matches!(route.framework, "Next" | "SvelteKit") {
        let middleware = |n: &NodeId| matches!(code.name(*n), Some("middleware" | "handle" | "proxy" | "default"));
        let functions: Vec<NodeId> = code.of_kind(Kind::Function).filter(middleware).collect();
        return functions
            .into_iter()
            .map(|f| Layer {
                span: code.span_of(f),
                name: String::new(),
                strength: Strength::Unknown,
                level: Level::Application,
                audits: false,
            })
            .collect();
    }
    let layers = found.into_iter().map(|n| {
        let name = code.steps(n).join(".");
        // A guard for roles lets everything through that names none.
        let strength = match routes::words::strength(&name, &[]) {
            Strength::Authorisation => Strength::Nothing,
            other => other,
        };
        Layer { span: code.span_of(n), name, strength, level: Level::Application, audits: false }
    });
    layers.collect()
}
