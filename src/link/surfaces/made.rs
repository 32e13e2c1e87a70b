//! Data that code makes up: in come a surface and what it reaches, out come modules that their folder or their name
//! calls invented, modules that make data with a generator, and records of customers that a page itself holds. Nobody
//! declares these: they are presumed, and never more.

use super::Linker;
use crate::config::SurfaceContent as Content;
use crate::extract::code::names::Names;
use crate::link::modules::{FileRole, Step};
use crate::link::subject::dataset::DataKind;
use crate::link::subject::surface::{Reached, SourceOf};
use crate::parse::code::{Code, Kind, NodeId, Role};
use crate::registry::clients::clients;
use crate::source::{FileId, Span};

/// Folders and files that are called invented.
const INVENTED: &[&str] = &[
    "mock",
    "mocks",
    "mockdata",
    "mock-data",
    "mock_data",
    "fake",
    "fakes",
    "fakedata",
    "fake-data",
    "fake_data",
    "dummydata",
    "dummy-data",
    "dummy_data",
    "sampledata",
    "sample-data",
    "sample_data",
    "demodata",
    "demo-data",
    "demo_data",
    "fixtures",
];

/// Words that name records of a content, and what these hold beside each other: one key of each list.
const RECORDS: &[Records] = &[
    (Content::Review, &["review", "testimonial", "feedback", "comment"], &[WRITERS, WORDS]),
    (
        Content::Rating,
        &["review", "testimonial", "rating"],
        &[&["rating", "stars", "star", "score"], &["name", "title", "author", "product", "user", "customer"]],
    ),
    (
        Content::OrderHistory,
        &["order", "purchase", "transaction", "histor"],
        &[
            &["orderid", "ordernumber", "order", "id", "number", "invoice"],
            &["total", "amount", "price", "grandtotal", "totalprice"],
            &["date", "orderdate", "createdat", "status", "placedat", "orderedat", "deliverystatus"],
        ],
    ),
];

const WRITERS: &[&str] = &["author", "name", "customer", "reviewer", "user", "username", "customername"];
const WORDS: &[&str] = &["review", "content", "quote", "comment", "text", "testimonial", "body", "feedback", "message"];

/// A content, the words that name its records, and one list of keys for each part that a record has.
type Records = (Content, &'static [&'static str], &'static [&'static [&'static str]]);

/// How many records of one kind make a list.
const MANY: usize = 2;

/// How many files are looked at.
const MAX_FILES: usize = 400;

impl Linker<'_, '_, '_> {
    /// What the surface shows that nobody declares, and that looks invented.
    pub(super) fn made(&mut self, known: &[SourceOf]) -> Vec<SourceOf> {
        let mut found: Vec<SourceOf> = Vec::new();
        let graph = self.graph;
        for file in self.shipped() {
            for edge in graph.edges(file) {
                let path = self.places.files.path(edge.to);
                let told = |sources: &[SourceOf]| sources.iter().any(|s| s.path.as_deref() == Some(path));
                if told(known) || told(&found) || self.declared.kind(path).is_some() || !self.takes_effect(file, edge) {
                    continue;
                }
                let Some(why) = self.looks_invented(edge.to) else { continue };
                let mut steps = self.reach.path_to(file);
                steps.push(Step { from: file, to: edge.to, span: edge.span });
                found.push(self.presumed(edge.to, &steps, why));
            }
        }
        // Behind the first there is only more of the same.
        let firsts: Vec<String> = found.iter().filter_map(|s| s.path.clone()).collect();
        found.retain(|s| !s.steps.iter().any(|step| firsts.contains(&step.from)));
        found.extend(self.records());
        found.extend(self.own(known));
        found
    }

    /// Components of the surface that are declared invented themselves: what they show stands in them.
    fn own(&mut self, known: &[SourceOf]) -> Vec<SourceOf> {
        let mut found = Vec::new();
        for file in self.files.clone() {
            let path = self.places.files.path(file).to_owned();
            let told = known.iter().any(|s| s.path.as_deref() == Some(&*path));
            let ships = self.graph.role(file) == FileRole::Production;
            let Some((entry, kind)) = self.declared.kind(&path).filter(|_| ships && !told) else { continue };
            let Some(code) = self.graph.code(file) else { continue };
            // What shows nothing is shown by somebody else, or by nobody.
            let Some(element) = code.of_kind(Kind::Element).next() else { continue };
            let at = code.span_of(code.child(element, Role::Name).unwrap_or(element));
            let nature = self.of_entry(entry, kind);
            found.push(SourceOf {
                id: self.places.anchors.at(at, &path),
                label: path.clone(),
                path: Some(path),
                kind: nature.kind,
                why: nature.why,
                declared_id: nature.span.map(|span| self.places.anchors.at(span, "datasets")),
                reached: Reached::Consumes,
                steps: Vec::new(),
            });
        }
        found
    }

    fn shipped(&self) -> Vec<FileId> {
        self.reach.files().iter().copied().take(MAX_FILES).filter(|f| self.is_shipped(*f)).collect()
    }

    fn is_shipped(&self, file: FileId) -> bool {
        let invented = self.looks_invented_by_name(file).is_some();
        !invented && (self.roots.contains(&file) || self.graph.role(file) == FileRole::Production)
    }

    /// Why a module's data look invented: what it is called, or a generator that it uses.
    fn looks_invented(&self, file: FileId) -> Option<String> {
        if self.graph.role(file) != FileRole::Production {
            return None;
        }
        let code = self.graph.code(file)?;
        if let Some(name) = self.looks_invented_by_name(file) {
            return Some(format!("called `{name}`"));
        }
        // Most files hold no word of any generator.
        let text = code.text().as_bytes();
        if !GENERATORS.iter().any(|w| memchr::memmem::find(text, w.as_bytes()).is_some()) {
            return None;
        }
        let names = Names::of(&code);
        let tool = names.imports.iter().find_map(|(_, specifier)| clients().generator(specifier))?;
        Some(format!("made with {}", tool.tool))
    }

    fn looks_invented_by_name(&self, file: FileId) -> Option<&str> {
        let path = self.places.files.path(file);
        let stems = path.split('/').map(|part| part.split('.').next().unwrap_or(part));
        stems.into_iter().find(|part| INVENTED.contains(&part.trim_matches('_').to_ascii_lowercase().as_str()))
    }

    fn presumed(&mut self, file: FileId, steps: &[Step], why: String) -> SourceOf {
        let path = self.places.files.path(file).to_owned();
        let steps: Vec<_> = steps.iter().map(|step| self.step(step)).collect();
        let id = steps.last().map(|s| s.id).unwrap_or_else(|| self.places.anchors.at(Span::whole(file), &path));
        SourceOf {
            id,
            label: path.clone(),
            path: Some(path),
            kind: DataKind::PresumedSynthetic,
            why,
            declared_id: None,
            reached: Reached::Import,
            steps,
        }
    }

    /// Lists of records in what the surface shows: reviews, ratings or orders that stand in the code of a page.
    fn records(&mut self) -> Vec<SourceOf> {
        let content = self.surface.content;
        let Some((_, words, parts)) = content.and_then(|c| RECORDS.iter().find(|(own, ..)| *own == c)) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for file in self.shipped() {
            let path = self.places.files.path(file).to_owned();
            let Some(code) = self.graph.code(file).filter(|_| self.declared.kind(&path).is_none()) else { continue };
            // What shows nothing may be a query's answer in a test's shape, a schema, a table of columns.
            if code.of_kind(Kind::Element).next().is_none() {
                continue;
            }
            let Some((list, count)) = list_of(&code, parts, words) else { continue };
            let name = assigned(&code, list).unwrap_or(list);
            let id = self.places.anchors.at(code.span_of(name), "records");
            found.push(SourceOf {
                id,
                label: format!("a list of {count} records in {path}"),
                path: None,
                kind: DataKind::PresumedSynthetic,
                why: "its values stand in the code".to_owned(),
                declared_id: None,
                reached: Reached::Import,
                steps: Vec::new(),
            });
        }
        found
    }
}

/// Parts of generators' names that most files do not hold.
const GENERATORS: &[&str] = &["aker", "falso", "chance", "casual", "gofakeit", "Bogus", "mimesis", "fishery"];

/// The first list of records that hold one key of each part, all with literal values.
fn list_of(code: &Code, parts: &[&[&str]], words: &[&str]) -> Option<(NodeId, usize)> {
    code.of_kind(Kind::List).filter(|list| speaks(code, *list, words)).find_map(|list| {
        let records = code.of_kind_in(list, Kind::Object).filter(|o| is_record(code, *o, parts)).count();
        (records >= MANY).then_some((list, records))
    })
}

/// Whether the name that a list is given, or its file's path, says what it is: `testimonialData`, `Reviews/index.tsx`.
fn speaks(code: &Code, list: NodeId, words: &[&str]) -> bool {
    let name = assigned(code, list).map(|t| code.slice(t)).unwrap_or_default();
    let said = format!("{name} {}", code.source().path).to_ascii_lowercase();
    words.iter().any(|w| said.contains(w))
}

/// The name that a list is given.
fn assigned(code: &Code, list: NodeId) -> Option<NodeId> {
    let holder = code.around(list).take(4).find(|a| matches!(code.kind(*a), Kind::Assign | Kind::Pair))?;
    code.child(holder, Role::Target).or_else(|| code.child(holder, Role::Key))
}

fn is_record(code: &Code, object: NodeId, parts: &[&[&str]]) -> bool {
    let literal = |pair: &NodeId| {
        let value = code.child(*pair, Role::Value);
        value.is_some_and(|v| match code.kind(v) {
            Kind::String => code.literal(v).is_some_and(|t| !t.trim().is_empty()),
            Kind::Number => true,
            _ => false,
        })
    };
    let keys: Vec<String> = code
        .of_kind_in(object, Kind::Pair)
        .filter(literal)
        .filter_map(|p| code.key(p))
        .map(|k| k.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase())
        .collect();
    // Columns of a table are named like what they show, and hold no number.
    let counts = || {
        let mut values = code.of_kind_in(object, Kind::Pair).filter_map(|p| code.child(p, Role::Value));
        values.any(|v| code.slice(v).bytes().any(|b| b.is_ascii_digit()))
    };
    let prose = parts.contains(&WORDS);
    (prose || counts()) && parts.iter().all(|part| keys.iter().any(|k| part.contains(&k.as_str())))
}
