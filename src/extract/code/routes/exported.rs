//! Routes that a file is by its place: Next (`pages/api`, `app/**/route.ts`), SvelteKit (`+server.ts`, `actions`), Remix
//! (`action`), and server actions. In come a [`Code`] and its path, out come what it exports under the names that the
//! framework calls.

use super::{Draft, is_changing, layer};
use crate::fact::route::{Layer, Level, Strength};
use crate::parse::code::{Code, Kind, NodeId, Role};

/// Names that a framework calls for an HTTP method.
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The handlers that a file exports.
pub(super) fn handlers(code: &Code, file: &str) -> Vec<Draft> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name);
    let in_folder = |folder: &str| file.starts_with(&folder[1..]) || file.contains(folder);
    let path = of_file(file);
    // Medusa's `src/api/admin/x/route.ts` answers `/admin/x`.
    let below_api =
        file.split_once("/api/").map(|(_, rest)| format!("/{}", rest.rsplit_once('/').map_or("", |(f, _)| f)));
    if in_folder("/pages/api/") {
        return default_export(code, &path).into_iter().collect();
    }
    let medusa = in_folder("/api/") && code.of_kind(Kind::Import).any(|i| code.slice(i).contains("@medusajs/"));
    if (in_folder("/app/") || medusa) && stem == "route" || stem == "+server" {
        let framework = match stem {
            "route" if medusa => "Medusa",
            "route" => "Next",
            _ => "SvelteKit",
        };
        let path = below_api.filter(|_| medusa).unwrap_or(path);
        let own = exports(code).into_iter().filter(|(name, _)| METHODS.contains(&name.as_str()));
        let mut found: Vec<Draft> =
            own.map(|(method, value)| draft(code, framework, vec![method.clone()], &path, &method, value)).collect();
        // Medusa itself lets only its own users in there, unless the file says otherwise; what they may do it leaves open.
        let opened = code.of_kind(Kind::Name).any(|n| code.slice(n) == "AUTHENTICATE");
        if medusa && path.starts_with("/admin") && !opened {
            for draft in &mut found {
                draft.layers.push(Layer {
                    span: super::declaration(code, draft.at),
                    name: "what Medusa puts before /admin".to_owned(),
                    strength: Strength::Unknown,
                    level: Level::Application,
                    audits: false,
                });
            }
        }
        return found;
    }
    if stem == "+page" && name.contains(".server.") {
        let actions = exports(code).into_iter().find(|(name, _)| name == "actions");
        let pairs = actions.map(|(_, v)| code.inside(v).filter(|n| code.kind(*n) == Kind::Pair).collect::<Vec<_>>());
        let functions = pairs.unwrap_or_default().into_iter().filter_map(|p| {
            let value = code.child(p, Role::Value).filter(|v| code.kind(*v) == Kind::Function)?;
            Some(action(code, "SvelteKit", &path, code.key(p).unwrap_or_default(), value))
        });
        return functions.collect();
    }
    if in_folder("/app/routes/") {
        let own = exports(code).into_iter().find(|(name, _)| name == "action");
        return own.map(|(name, value)| action(code, "Remix", &path, &name, value)).into_iter().collect();
    }
    let server = code
        .children(0)
        .take(3)
        .any(|c| std::iter::once(c).chain(code.inside(c)).take(2).any(|n| code.literal(n) == Some("use server")));
    if server {
        let own = exports(code).into_iter().filter(|(_, v)| code.kind(*v) == Kind::Function);
        return own
            .filter(|(n, _)| !n.starts_with("get") && !n.starts_with("fetch"))
            .map(|(name, value)| action(code, "Next", &path, &name, value))
            .collect();
    }
    Vec::new()
}

/// The URL that a file's place makes.
fn of_file(file: &str) -> String {
    let lower = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let start = ["/pages/", "/app/", "/routes/"]
        .iter()
        .filter_map(|f| format!("/{lower}").find(f).map(|i| i + f.len() - 1))
        .max();
    let path = format!("/{lower}").get(start.unwrap_or(0)..).unwrap_or_default().to_owned();
    let path = path
        .trim_end_matches("/route")
        .trim_end_matches("/+server")
        .trim_end_matches("/+page")
        .trim_end_matches("/index");
    path.to_owned()
}

/// What a file exports by name: functions, and names with a value.
fn exports(code: &Code) -> Vec<(String, NodeId)> {
    let mut found = Vec::new();
    for export in code.of_kind(Kind::Export) {
        for inner in code.children(export) {
            match code.kind(inner) {
                Kind::Function => found.push((code.name(inner).unwrap_or_default().to_owned(), inner)),
                Kind::Assign => {
                    let target = code.child(inner, Role::Target).map(|t| code.slice(t).to_owned());
                    if let (Some(name), Some(value)) = (target, code.child(inner, Role::Value)) {
                        found.push((name, value));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// `export default handler`, `export default withAdmin(handler)`, `module.exports = handler`.
fn default_export(code: &Code, path: &str) -> Option<Draft> {
    let value = code.of_kind(Kind::Export).find_map(|export| {
        let text = code.slice(export);
        text.starts_with("export default").then(|| code.children(export).last())?
    })?;
    let mut methods: Vec<String> = METHODS.iter().filter(|m| names_method(code, m)).map(|m| (*m).to_owned()).collect();
    if methods.is_empty() {
        methods.push("ALL".to_owned());
    }
    Some(draft(code, "Next", methods, path, "default", value))
}

fn names_method(code: &Code, method: &str) -> bool {
    code.of_kind(Kind::String).any(|s| code.literal(s) == Some(method))
}

fn action(code: &Code, framework: &'static str, path: &str, name: &str, value: NodeId) -> Draft {
    Draft { mutates: true, ..draft(code, framework, Vec::new(), path, name, value) }
}

fn draft(code: &Code, framework: &'static str, methods: Vec<String>, path: &str, name: &str, value: NodeId) -> Draft {
    let (mut at, mut layers): (NodeId, Vec<Layer>) = (value, Vec::new());
    // `export const POST = withRole("steward", async (request) => …)`
    while code.kind(at) == Kind::Call {
        let own = layer(code, at, Level::Route);
        if own.strength > Strength::Nothing {
            layers.push(own);
        }
        let arguments = code.arguments(at);
        match arguments.into_iter().rev().find(|a| matches!(code.kind(*a), Kind::Function | Kind::Name | Kind::Call)) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    let handler = if code.kind(at) == Kind::Name { code.slice(at).to_owned() } else { name.to_owned() };
    Draft {
        framework,
        mutates: is_changing(&methods),
        methods,
        path: path.to_owned(),
        holder: String::new(),
        handler,
        body: at,
        at: value,
        layers,
    }
}
