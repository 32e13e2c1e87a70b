//! What code does with systems: in comes a [`Code`], out come reads and writes through client libraries and plain HTTP,
//! the environment that a client is made for, generators of synthetic data, and checks of the environment.

use super::super::collect::{Around, Collector};
use super::super::provider_of;
use super::names::Names;
use super::place;
use super::strings::{Text, addresses};
use crate::fact::environment::Class;
use crate::fact::{Access, Choice, Direction, EndpointRole, Fallback, Kind as Says};
use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::registry::clients::{Chooser, Client, clients};

/// What a file was seen to use.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// Calls on clients of a provider, constructors included.
    pub calls: Vec<(NodeId, &'static Client)>,
}

/// Finds what code uses.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) -> Used {
    let used = Used { calls: code.calls().filter_map(|c| Some((c, names.client(code, c)?))).collect() };
    let mut pinned: Vec<(&str, bool)> = Vec::new();
    for (call, client) in &used.calls {
        for chooser in &client.environment {
            if let Some(class) = choice(collector, code, names, *call, client, chooser) {
                pinned.push((&client.provider, class == Class::NonProduction));
            }
        }
    }
    settings(collector, code, names, &mut pinned);
    let pinned = |provider: &str| {
        let mut own = pinned.iter().filter(|(p, _)| *p == provider).map(|(_, sandbox)| *sandbox).peekable();
        own.peek().is_some() && own.all(|sandbox| sandbox)
    };
    let mut writes = false;
    for (call, client) in &used.calls {
        writes |= access(collector, code, *call, Some(client), pinned(&client.provider)) == Some(Direction::Write);
    }
    for call in code.calls() {
        if !used.calls.iter().any(|(c, _)| *c == call) {
            writes |= http(collector, code, names, call)
                || database(collector, code, names, call)
                || own_stock(collector, code, call);
        }
    }
    generators(collector, code, names);
    if writes {
        file_reads(collector, code);
        checks(collector, code);
    }
    used
}

/// What chooses a client's environment: a named argument of its constructor, a setting of its class, or a value of the
/// library's own list of environments.
fn choice(
    collector: &mut Collector<'_>,
    code: &Code,
    names: &Names<'_>,
    call: NodeId,
    client: &Client,
    chooser: &Chooser,
) -> Option<Class> {
    let holders = std::iter::once(call).chain(code.arguments(call));
    let named = holders.into_iter().find_map(|h| code.entry(h, &[&chooser.named]));
    let listed = || code.arguments(call).into_iter().find(|a| is_listed(code, *a));
    chosen(collector, code, names, named.or_else(listed)?, client, chooser)
}

/// `braintree.Environment.Production`.
fn is_listed(code: &Code, id: NodeId) -> bool {
    let steps = code.steps(id);
    code.kind(id) == Kind::Member && steps.iter().rev().nth(1).is_some_and(|s| s.ends_with("Environment"))
}

/// The class that a value chooses.
fn chosen(
    collector: &mut Collector<'_>,
    code: &Code,
    names: &Names<'_>,
    value: NodeId,
    client: &Client,
    chooser: &Chooser,
) -> Option<Class> {
    // `Environment[process.env.X || 'Production']`
    let key = (code.kind(value) == Kind::Index).then(|| code.child(value, Role::Key)).flatten();
    let given = assigned(code, names, key.unwrap_or(value));
    let (whole, fallback) = match super::fallback::defaulted(code, names, given) {
        Some((variable, default)) => (default, Some(Fallback { variable, span: code.span_of(value) })),
        None => (given, None),
    };
    let word = match code.kind(whole) {
        Kind::String => code.literal(whole)?,
        Kind::Name | Kind::Member if names.text(code, whole).is_some() => names.text(code, whole)?,
        Kind::Member | Kind::Call | Kind::New => code.steps(whole).pop()?,
        _ => code.slice(whole),
    };
    let class = *chooser.values.get(word.trim_start_matches(':'))?;
    // Whichever way a branch goes, it was chosen; only the unset variable that ends in production was not.
    if code.kind(given) == Kind::If && class != Class::Production {
        return None;
    }
    let shown = if fallback.is_some() { whole } else { value };
    let argument = format!("{}={}", chooser.named, code.slice(shown).chars().take(40).collect::<String>());
    let around = Around::key(place::of(code, names, value).key.join("."));
    let kind = Choice { provider: client.provider.clone(), class, argument, fallback };
    collector.add(code.span_of(value), &around, Says::Choice(kind));
    Some(class)
}

/// What a name holds that is only given one thing; anything else is itself.
fn assigned(code: &Code, names: &Names<'_>, id: NodeId) -> NodeId {
    let name = (code.kind(id) == Kind::Name).then(|| code.steps(id).pop()).flatten();
    match name.map(|n| names.values(n)) {
        Some([value]) if !code.is_within(id, *value) => *value,
        _ => id,
    }
}

/// `Braintree::Configuration.environment = :production`.
fn settings(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, pinned: &mut Vec<(&'static str, bool)>) {
    for assign in code.of_kind(Kind::Assign) {
        let (Some(target), Some(value)) = (code.child(assign, Role::Target), code.child(assign, Role::Value)) else {
            continue;
        };
        let steps = code.steps(target);
        let Some(client) = names.client(code, target).filter(|_| steps.len() > 1) else { continue };
        let chooser = client.environment.iter().find(|c| steps.last() == Some(&c.named.as_str()));
        if let Some(class) = chooser.and_then(|c| chosen(collector, code, names, value, client, c)) {
            pinned.push((&client.provider, class == Class::NonProduction));
        }
    }
}

/// A call on a client, or on a database.
fn access(
    collector: &mut Collector<'_>,
    code: &Code,
    call: NodeId,
    client: Option<&Client>,
    pinned: bool,
) -> Option<Direction> {
    let steps = code.steps(call);
    let verb = *steps.last()?;
    if steps.len() < 2 || code.kind(call) == Kind::New {
        return None;
    }
    let direction = match verb.to_ascii_lowercase().as_str() {
        // One word for both: the query says which.
        "query" | "request" | "graphql" | "execute" | "rawrequest" => by_text(code, call),
        _ => clients().direction(client, verb)?,
    };
    let category = client.map_or("database", |c| &c.category);
    let kind = Access {
        provider: client.map(|c| c.provider.clone()),
        category: Some(category.to_owned()),
        platform: client.is_some_and(|c| c.platform),
        direction,
        object: object(code, call, &steps),
        call: steps.join("."),
        function: function(code, call),
        pinned,
    };
    collector.add(callee_span(code, call), &Around::key(steps.join(".")), Says::Access(kind));
    Some(direction)
}

/// A mutation or statement that changes, by the text that a call is given.
fn by_text(code: &Code, call: NodeId) -> Direction {
    const CHANGES: &[&str] = &["mutation", "insert into", "update ", "delete from", "merge into", "copy "];
    let text = code.arguments(call).into_iter().find_map(|a| {
        std::iter::once(a)
            .chain(code.inside(a))
            .find(|n| code.kind(*n) == Kind::String)
            .map(|n| code.slice(n).to_ascii_lowercase())
    });
    let method = code
        .arguments(call)
        .into_iter()
        .find_map(|a| code.entry(a, &["method"]))
        .map(|m| code.slice(m).to_ascii_uppercase());
    let posts = method.is_some_and(|m| ["POST", "PUT", "PATCH", "DELETE"].iter().any(|w| m.contains(w)));
    let changes = text
        .is_some_and(|t| CHANGES.iter().any(|w| t.trim_start_matches(['"', '\'', '`', ' ', '\n', '#']).starts_with(w)));
    if posts || changes { Direction::Write } else { Direction::Read }
}

/// The object or table that a call is about: a literal name in the chain, the first argument, or the step before the
/// verb.
fn object(code: &Code, call: NodeId, steps: &[&str]) -> Option<String> {
    const PLAIN: &[&str] = &[
        "rest",
        "crm",
        "api",
        "basicApi",
        "batchApi",
        "bulk",
        "client",
        "http",
        "admin",
        "objects",
        "sobjects",
        "resources",
        "graph",
    ];
    let chain = std::iter::once(call).chain(code.inside(call)).filter(|n| {
        // Calls in the chain, not in arguments.
        matches!(code.kind(*n), Kind::Call) && code.node(*n).start == code.node(call).start
    });
    for inner in chain {
        let first = code.arguments(inner).into_iter().next().filter(|a| code.kind(*a) == Kind::String);
        let name = first.and_then(|a| code.literal(a)).filter(|t| is_object(t));
        if let Some(name) = name {
            return Some(name.to_owned());
        }
    }
    let before = &steps[1..steps.len().saturating_sub(1).max(1)];
    before.iter().rev().find(|s| !PLAIN.contains(s) && is_object(s)).map(|s| (*s).to_owned())
}

fn is_object(text: &str) -> bool {
    (2..60).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':'))
}

/// A plain HTTP call to a known host.
fn http(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, call: NodeId) -> bool {
    let arguments = code.arguments(call);
    let Some(url) = arguments.iter().take(2).find_map(|a| {
        let text = matches!(code.kind(*a), Kind::String | Kind::Concat | Kind::Name | Kind::Member)
            .then(|| Text::of(code, names, *a))?;
        addresses(&text).into_iter().next()
    }) else {
        return false;
    };
    let Some(known) = provider_of(&url.host) else { return false };
    let first = arguments
        .iter()
        .copied()
        .find(|a| matches!(code.kind(*a), Kind::String | Kind::Concat | Kind::Name | Kind::Member));
    if first.is_none_or(|f| place::of(code, names, f).role != EndpointRole::Command) {
        return false;
    }
    let verb = code.called(call).to_ascii_lowercase();
    let direction = match verb.as_str() {
        "post" | "put" | "patch" | "delete" | "postforobject" | "postforentity" => Direction::Write,
        "get" | "head" | "getforobject" => Direction::Read,
        _ => by_text(code, call),
    };
    // Asking for a token changes nothing.
    let direction = if url.path.contains("oauth") || url.path.contains("/token") || url.path.contains("/query") {
        Direction::Read
    } else {
        direction
    };
    let object = url.path.rsplit('/').find(|s| is_object(s) && !s.starts_with('v')).map(str::to_owned);
    let steps = code.steps(call);
    let kind = Access {
        provider: Some(known.provider.to_owned()),
        category: Some(known.category.to_owned()),
        platform: false,
        direction,
        object,
        call: steps.join("."),
        function: function(code, call),
        pinned: known.class == Some(Class::NonProduction),
    };
    collector.add(callee_span(code, call), &Around::key(steps.join(".")), Says::Access(kind));
    direction == Direction::Write
}

/// A call on something that was imported from a database library.
fn database(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>, call: NodeId) -> bool {
    let of_database = names.is_database(code, call);
    of_database && access(collector, code, call, None, false) == Some(Direction::Write)
}

fn generators(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    for (import, specifier) in &names.imports {
        if is_own(&collector.source.path, specifier) {
            continue;
        }
        if let Some(generator) = clients().generator(specifier) {
            let tool = generator.tool.clone();
            collector.add(code.span_of(*import), &Around::key(*specifier), Says::Generator { tool });
        }
    }
    for call in code.calls() {
        let head = code.steps(call).first().map_or("", |s| s.split("::").next().unwrap_or(s));
        if let Some(generator) = clients().generator_of_type(head)
            && names.imported(head).is_empty()
        {
            let tool = generator.tool.clone();
            collector.add(callee_span(code, call), &Around::key(head), Says::Generator { tool });
        }
    }
}

/// Whether a file lies in the very package that it imports from: a generator's own code makes no data.
fn is_own(path: &str, specifier: &str) -> bool {
    let package = specifier.split(['.', '/', '\\', ':']).next().unwrap_or(specifier);
    let below = ["src/", "lib/"].iter().find_map(|top| path.strip_prefix(top)).unwrap_or(path);
    below.strip_prefix(package).is_some_and(|rest| rest.starts_with('/'))
}

/// Words that ask where code runs.
const WHERE: &[&str] = &[
    "sandbox",
    "scratch",
    "isprod",
    "is_prod",
    "production",
    "node_env",
    "rails_env",
    "app_env",
    "appenv",
    "environment",
    "staging",
    "isdev",
    "is_dev",
    "nonprod",
    "non_prod",
    "allowlist",
    "allow_list",
    "allowed_hosts",
    "allowed_orgs",
    "runningin",
    "localhost",
    "test.salesforce.com",
    "app_debug",
];

/// Branches, assertions and calls that ask where code runs.
fn checks(collector: &mut Collector<'_>, code: &Code) {
    for id in 0..code.len() as u32 {
        let asks = match code.kind(id) {
            Kind::If => code.child(id, Role::Condition).is_some_and(|c| says_where(code.slice(c))),
            Kind::Throw | Kind::Case => says_where(code.slice(id)),
            Kind::Call => says_where(code.called(id)),
            Kind::Query => says_where(code.slice(id)),
            Kind::String => code.slice(id).to_ascii_lowercase().contains("issandbox"),
            _ => false,
        };
        if asks {
            collector.add(code.span_of(id), &Around::key("check"), Says::EnvironmentCheck);
        }
    }
}

fn says_where(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.len() < 4000 && WHERE.iter().any(|w| lower.contains(w))
}

/// Whether the name of an object or call speaks of prices or stock.
pub fn is_price_or_stock(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "price",
        "prices",
        "pricing",
        "pricebook",
        "pricebookentry",
        "pricelist",
        "inventory",
        "inventories",
        "stock",
        "stocks",
        "stocklevel",
    ];
    crate::fact::environment::segments(name).iter().any(|w| WORDS.contains(&w.to_ascii_lowercase().as_str()))
}

/// Calls that read records from a file.
const FILE_READS: &[&str] = &[
    "reader",
    "DictReader",
    "read_csv",
    "read_json",
    "read_excel",
    "read_parquet",
    "readFile",
    "readFileSync",
    "createReadStream",
    "fgetcsv",
    "foreach",
    "parseCsv",
    "csvtojson",
    "fromFile",
    "readJson",
    "read_table",
    "load_csv",
    "CSVParser",
    "csvParser",
    "readAll",
];

/// Reading a file is of interest only where something is written too.
fn file_reads(collector: &mut Collector<'_>, code: &Code) {
    for call in code.calls() {
        let steps = code.steps(call);
        let verb = steps.last().copied().unwrap_or_default();
        let csv = verb == "foreach" && steps.first() == Some(&"CSV");
        if !(FILE_READS.contains(&verb) && (verb != "foreach" || csv)) {
            continue;
        }
        let kind = Access {
            provider: None,
            category: Some("file".to_owned()),
            platform: false,
            direction: Direction::Read,
            object: None,
            call: steps.join("."),
            function: function(code, call),
            pinned: false,
        };
        collector.add(callee_span(code, call), &Around::key(steps.join(".")), Says::Access(kind));
    }
}

/// A write to the application's own prices or stock, by the name of the model.
fn own_stock(collector: &mut Collector<'_>, code: &Code, call: NodeId) -> bool {
    const WRITES: &[&str] = &[
        "create",
        "create!",
        "update",
        "update!",
        "save",
        "save!",
        "upsert",
        "update_or_create",
        "bulk_create",
        "bulk_update",
        "insert_all",
        "upsert_all",
        "get_or_create",
        "insert",
        "saveAll",
        "updateOrCreate",
        "persist",
    ];
    let steps = code.steps(call);
    let verb = steps.last().copied().unwrap_or_default();
    let model = steps.first().copied().unwrap_or_default();
    let is = steps.len() > 1
        && WRITES.contains(&verb)
        && model.starts_with(|c: char| c.is_ascii_uppercase())
        && is_price_or_stock(model);
    is && access(collector, code, call, None, false) == Some(Direction::Write)
}

/// The name of the function that a node stands in.
pub(super) fn function(code: &Code, id: NodeId) -> String {
    let named = code.around(id).filter(|a| code.kind(*a) == Kind::Function).find_map(|f| {
        code.name(f).or_else(|| {
            // `const sync = async () => …`
            let parent = code.node(f).parent;
            let target = (code.kind(parent) == Kind::Assign).then(|| code.child(parent, Role::Target)).flatten()?;
            code.steps(target).pop()
        })
    });
    named.unwrap_or_default().to_owned()
}

/// The bytes of what is called, without its arguments.
pub fn callee_span(code: &Code, call: NodeId) -> crate::source::Span {
    let node = code.node(call);
    let end = code
        .child(call, Role::Callee)
        .or_else(|| code.child(call, Role::Property))
        .map_or(node.end, |callee| code.node(callee).end);
    // A chain over several lines is shown by its last step.
    let text = code.text().get(node.start as usize..end as usize).unwrap_or_default();
    let start = text.rfind('\n').map_or(node.start, |at| {
        let line = &text[at + 1..];
        node.start + (at + 1 + (line.len() - line.trim_start().len())) as u32
    });
    code.span(start..end)
}
