//! Sync flows: in come declared flows, reads and writes of modules, connectors and the module graph, out comes a
//! subject for each flow, with what stands on the way of its records.

mod calls;
mod disabled;
mod ends;
pub mod senders;
mod system;
mod tests_of;
pub mod trace;
mod undeclared;
pub mod writes;

use globset::{GlobBuilder, GlobSetBuilder};

use super::modules::Graph;
use super::places::Places;
use super::sentinels::Wanted;
use super::subject::sync_flow::{CodeOf, FlowKind, GuardOf, MissingOf, NamedOf, SyncFlow, UnresolvedOf};
use super::subject::{Subject, SubjectKind};
use crate::config::Flow;
use crate::parse::code::Language;
use crate::source::{FileId, Span};
use trace::Trace;

/// Links all flows: declared ones in the order of the configuration, then modules and connectors in the order of their
/// files.
pub fn link(places: &mut Places<'_>, graph: &Graph<'_>) -> Vec<SyncFlow> {
    let config = places.config;
    let mut flows: Vec<SyncFlow> = Vec::new();
    let mut covered: Vec<(FileId, String)> = Vec::new();
    for flow in &config.flows {
        let linked = declared(places, graph, flow, &mut covered);
        flows.push(linked);
    }
    flows.extend(undeclared::link(places, graph, &covered));
    flows
}

/// A flow as policies see it.
pub fn subject(flow: &SyncFlow) -> Subject {
    Subject::new(SubjectKind::SyncFlow, format!("flow {}", flow.label), flow)
}

fn declared(places: &mut Places<'_>, graph: &Graph<'_>, flow: &Flow, covered: &mut Vec<(FileId, String)>) -> SyncFlow {
    let key = format!("flows.{}", flow.id.text);
    let (files, missing) = files_of(places, flow);
    covered.extend(files.iter().map(|f| (*f, flow.id.text.clone())));
    let code: Vec<FileId> = files.iter().copied().filter(|f| Language::of(places.files.path(*f)).is_some()).collect();
    let guard = Wanted { symbols: flow.guard.iter().map(|g| g.text.clone()).collect(), ..records(places) };
    let anonymiser = flow.must_anonymise.as_ref().map(|m| anonymiser(places, &m.text));
    let trace = Trace::new(graph, &code);
    let writes = trace.writes(places, &flow.target.system.text, &flow.target.objects);
    let writes = writes.into_iter().map(|w| trace.judge(places, &w, &guard, anonymiser.as_ref(), &key)).collect();
    let unresolved = trace
        .unresolved()
        .into_iter()
        .map(|(span, reason)| UnresolvedOf { id: places.anchors.at(span, &key), reason: reason.to_owned() });
    let unresolved = unresolved.collect();
    let guard_of = flow.guard.as_ref().map(|g| GuardOf {
        id: places.anchors.at(g.span, &format!("{key}.guard")),
        name: g.text.clone(),
        definition_id: trace.definition(places, &g.text),
        disabled: disabled::find(places, &g.text, &key),
    });
    SyncFlow {
        id: places.anchors.at(flow.id.span, &key),
        label: format!("`{}`", flow.id.text),
        kind: FlowKind::Declared,
        source: ends::declared(places, &flow.source, &files, &format!("{key}.source")),
        target: ends::declared(places, &flow.target, &files, &format!("{key}.target")),
        code: files.iter().map(|f| code_of(places, *f)).collect(),
        missing_code: missing,
        writes,
        test: tests_of::declared(places, graph, flow, &guard, &key),
        guard: guard_of,
        unresolved,
        must_anonymise: flow
            .must_anonymise
            .as_ref()
            .map(|m| NamedOf { id: places.anchors.at(m.span, &format!("{key}.must-anonymise")), name: m.text.clone() }),
        declared_as: None,
        place: None,
    }
}

fn code_of(places: &mut Places<'_>, file: FileId) -> CodeOf {
    let path = places.files.path(file).to_owned();
    CodeOf { id: places.anchors.at(Span::whole(file), &path), path }
}

/// The files that a flow names, and the globs that name none.
fn files_of(places: &mut Places<'_>, flow: &Flow) -> (Vec<FileId>, Vec<MissingOf>) {
    let (mut files, mut missing) = (Vec::new(), Vec::new());
    for told in &flow.code {
        let Ok(glob) = GlobBuilder::new(&told.text).literal_separator(true).build() else { continue };
        let set = GlobSetBuilder::new().add(glob).build().unwrap_or_default();
        let before = files.len();
        files.extend(places.files.iter().filter(|(_, e)| set.is_match(&*e.path)).map(|(id, _)| id));
        if files.len() == before {
            let id = places.anchors.at(told.span, &format!("flows.{}.code", flow.id.text));
            missing.push(MissingOf { id, glob: told.text.clone() });
        }
    }
    files.sort_unstable();
    files.dedup();
    (files, missing)
}

/// What says of a record that it is invented: the declared markers, and what such fields are called.
fn records(places: &Places<'_>) -> Wanted {
    const USUAL: &[&str] =
        &["synthetic", "datasetkind", "dataorigin", "istestrecord", "istestdata", "isfake", "isdemodata"];
    // Stripe's `livemode`, Shopify's `test` orders, and what applications call those that they made up.
    const WORDS: &[&str] = &[
        "istest",
        "testuser",
        "testaccount",
        "testorder",
        "testcustomer",
        "testcontact",
        "testlead",
        "testrecord",
        "testdata",
        "isdemo",
        "demouser",
        "demoaccount",
        "isdummy",
        "dummyuser",
        "fakeuser",
        "livemode",
        "istesting",
        "examplecom",
    ];
    let plain =
        |m: &String| m.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect::<String>();
    let declared = places.config.datasets.iter().filter_map(|d| d.marker.as_ref()).map(plain).filter(|m| m.len() > 2);
    let mut all: Vec<String> = declared.chain(USUAL.iter().map(|m| (*m).to_owned())).collect();
    all.sort();
    all.dedup();
    Wanted { markers: all, words: WORDS.iter().map(|w| (*w).to_owned()).collect(), ..Wanted::default() }
}

/// What says where code runs, or which people it may write: it keeps test systems out, and invented records only by
/// chance.
fn surroundings() -> Wanted {
    const WORDS: &[&str] = &[
        "production",
        "isprod",
        "nodeenv",
        "railsenv",
        "appenv",
        "environment",
        "sandbox",
        "staging",
        "development",
        "isdev",
        "nonprod",
        "liveenv",
        "islive",
        "allowlist",
        "whitelist",
        "alloweddomain",
        "allowedemail",
        "allowedorg",
        "allowedhost",
        "denylist",
        "blocklist",
        "blacklist",
        "testdomain",
        "testemail",
        "internaldomain",
    ];
    Wanted { words: WORDS.iter().map(|w| (*w).to_owned()).collect(), ..Wanted::default() }
}

/// The functions of an anonymiser that a flow names: by its id, or a function's own name.
fn anonymiser(places: &Places<'_>, name: &str) -> Wanted {
    let declared = places.config.anonymisers.iter().find(|a| a.id.text == name);
    let symbols = declared.map(|a| a.symbols.iter().map(|s| s.text.clone()).collect::<Vec<_>>()).unwrap_or_default();
    let symbols = if symbols.is_empty() { vec![name.to_owned()] } else { symbols };
    Wanted { symbols, transforms: true, ..Wanted::default() }
}
