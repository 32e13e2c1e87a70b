//! Small files of real shape, and the facts that they hold.

mod ci;
mod generic;
mod maps;
mod shell;

use super::Maps;
use crate::fact::{Fact, FileFacts, Kind};
use crate::parse::{Format, tree};
use crate::source::{FileId, Source};

/// The facts of a file, each as one line: kind, what it says, the bytes it stands on, its key path, what surrounds it.
fn facts(path: &str, text: &str) -> Vec<String> {
    with(path, text, &Maps::builtin())
}

fn with(path: &str, text: &str, maps: &Maps) -> Vec<String> {
    let source = Source::from_str(FileId(0), path, text);
    let found = read(&source, maps);
    assert!(found.facts.windows(2).all(|w| w[0].span <= w[1].span), "facts are in span order");
    found.facts.iter().map(|f| line(&source, f, &found)).collect()
}

fn read(source: &Source, maps: &Maps) -> FileFacts {
    let format = Format::of(&source.path);
    let parsed = tree::read(source, format);
    if parsed.roots.is_empty() {
        super::text(&std::sync::Arc::new(Source::from_str(source.id, &source.path, source.text())), maps)
    } else {
        super::tree(source, format, &parsed, maps)
    }
}

fn line(source: &Source, fact: &Fact, all: &FileFacts) -> String {
    let says = match &fact.kind {
        Kind::Endpoint(e) => {
            let fallback =
                e.fallback.as_ref().map(|f| format!(" unless ${} in {:?}", f.variable, source.slice(f.span)));
            format!("endpoint {:?} {}{}{}", e.role, e.host, e.path, fallback.unwrap_or_default())
        }
        Kind::Reference(r) => format!("reference {:?} {:?} {}:{}", r.role, r.store, r.scope, r.name),
        Kind::Secret(s) => {
            let what = s.form.clone().or_else(|| s.name.clone()).unwrap_or_default();
            let shown = if s.placeholder.is_some() { " placeholder" } else { "" };
            return format!(
                "secret {what}{shown}{} at {}{}",
                if s.encoded { " encoded" } else { "" },
                fact.key,
                surroundings(fact, all)
            );
        }
        Kind::AuthFlow(f) => {
            format!("flow {:?} {} {}", f.flow, f.provider.as_deref().unwrap_or("-"), f.host.as_deref().unwrap_or("-"))
        }
        Kind::Account(a) => format!("account {} {}", a.provider, a.id),
        Kind::Job(j) => {
            let environments: Vec<_> =
                j.environments.iter().map(|(n, s)| format!("{n}={:?}", source.slice(*s))).collect();
            let purposes: Vec<_> = j.purposes.iter().map(|p| format!("{:?}: {}", p.purpose, p.why)).collect();
            let scratch = j.scratch_org.map(|s| format!(" scratch {:?}", source.slice(s))).unwrap_or_default();
            format!("job {} {environments:?} {purposes:?}{scratch}", j.id)
        }
        Kind::Integration(i) => format!("integration {} {}", i.provider, i.why),
        Kind::SandboxDefinition { why } => format!("sandbox {why}"),
        _ => "other".to_owned(),
    };
    format!("{says} | {} | {}{}", shown(source.slice(fact.span)), fact.key, surroundings(fact, all))
}

fn shown(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn surroundings(fact: &Fact, all: &FileFacts) -> String {
    let mut out = String::new();
    for e in &fact.context.structure {
        out.push_str(&format!(" [{} {:?}: {}]", e.class, e.rung, e.why));
    }
    if let Some(name) = &fact.context.integration {
        out.push_str(&format!(" <{name}>"));
    }
    if let Some(purpose) = &fact.context.purpose {
        out.push_str(&format!(" for {:?}", purpose.purpose));
    }
    if let Some(Kind::Job(job)) = fact.context.job.map(|j| &all.facts[j as usize].kind) {
        out.push_str(&format!(" in {}", job.id));
    }
    out
}

/// The gates of a workflow: what each stands on, and the bytes of its bypasses.
fn gates(path: &str, text: &str) -> Vec<String> {
    let source = Source::from_str(FileId(0), path, text);
    let found = read(&source, &Maps::builtin());
    let jobs = found.facts.iter().filter_map(|f| if let Kind::Job(j) = &f.kind { Some(j) } else { None });
    jobs.flat_map(|j| &j.gates)
        .map(|g| {
            let by: Vec<_> = g.bypasses.iter().map(|b| shown(source.slice(b.span))).collect();
            let more = if g.reporting { " reporting" } else { "" };
            let off = if g.on_pull_request { "" } else { " not on pull requests" };
            format!("{} {by:?}{more}{off}", shown(source.slice(g.span)))
        })
        .collect()
}

#[test]
fn broken_files_make_no_panic() {
    let samples = [
        (
            ".github/workflows/a.yml",
            "on: [push]\njobs:\n  a:\n    steps:\n      - run: |\n          synthgate check ||\n",
        ),
        (".gitlab-ci.yml", "a:\n  extends: a\n  script: [[[['x']]]]\n  environment: {name: }\n"),
        ("a.yaml", "a: ${\nb: ${{\nc: \"${A:-${B:-\"\n"),
        ("a.sh", "if [ \"$A\" = prod ]; then\ncase x in prod) <<EOF\n$(`\"'"),
        ("Makefile", "a:\n\t@$(\n=\n?=\n"),
        ("Dockerfile", "ENV\nENV a\nARG =\nRUN $("),
        ("a.env", "=\nA=${\n"),
    ];
    for (path, text) in samples {
        for end in (0..=text.len()).filter(|e| text.is_char_boundary(*e)) {
            let _ = facts(path, &text[..end]);
        }
    }
}
