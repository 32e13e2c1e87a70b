//! One report through every writer. What stands here is what users see: a change to a snapshot is a change to a
//! contract.

use std::collections::BTreeMap;

use super::{Handler, Located, Output, Style, write};
use crate::fact::Notice;
use crate::finding::{Confidence, Finding, Related, Report, Rule, Run, Severity, State, Stats, Verdict, Verdicts};
use crate::source::{FileEntry, Files, Origin, Span};

/// A report that is put together place by place.
pub(super) struct Builder {
    texts: Vec<(String, String)>,
    report: Report,
}

impl Builder {
    pub(super) fn new(texts: &[(&str, &str)]) -> Self {
        let mut texts: Vec<(String, String)> = texts.iter().map(|(p, t)| ((*p).into(), (*t).into())).collect();
        texts.sort();
        let entry = |(path, text): &(String, String)| FileEntry {
            path: path.as_str().into(),
            origin: Origin::Memory(text.as_bytes().into()),
            size: text.len() as u64,
            tracked: true,
        };
        let files = Files::new(texts.iter().map(entry).collect());
        Self { texts, report: Report { files, ..Report::default() } }
    }

    /// The span of the `nth` occurrence of a piece of a file; the whole file for an empty piece.
    pub(super) fn span(&self, path: &str, piece: &str, nth: usize) -> Span {
        let file = self.report.files.find(path).unwrap();
        if piece.is_empty() {
            return Span::whole(file);
        }
        let text = &self.texts.iter().find(|(p, _)| p == path).unwrap().1;
        let at = text.match_indices(piece).nth(nth).unwrap().0;
        Span { file, start: at as u32, end: (at + piece.len()) as u32 }
    }

    pub(super) fn rule(
        &mut self,
        id: &str,
        title: &str,
        subject: &str,
        severity: Severity,
        controls: &[&str],
    ) -> usize {
        self.report.rules.push(Rule {
            id: id.into(),
            name: title.to_lowercase().replace(' ', "-"),
            title: title.into(),
            family: "credentials".into(),
            subject: subject.into(),
            severity,
            confidence: Confidence::High,
            controls: controls.iter().map(|c| (*c).into()).collect(),
            why: "one identity in two environments lets a test job write into customer records".into(),
            fix: "issue one integration identity per environment".into(),
            options: BTreeMap::new(),
            origin: "built in".into(),
            page: format!("# {title}\n"),
        });
        self.report.rules.len() - 1
    }

    pub(super) fn find(&mut self, rule: usize, primary: Span, message: &str) -> &mut Finding {
        let severity = self.report.rules[rule].severity;
        self.report.findings.push(Finding {
            rule,
            verdict: Verdict::Fail,
            severity,
            confidence: Confidence::High,
            blocking: severity >= Severity::High,
            message: message.into(),
            primary,
            related: Vec::new(),
            count: 1,
            help: self.report.rules[rule].fix.clone(),
            fingerprint: format!("{:032x}", self.report.findings.len() + 1),
            state: State::Active,
            waiver: None,
        });
        self.report.findings.last_mut().unwrap()
    }

    /// Says that a secret's value stands here.
    pub(super) fn secret(&mut self, span: Span) {
        self.report.hidden.secrets.push(span);
    }

    /// Says that a file is a table, and where its first column names stand.
    pub(super) fn table(&mut self, path: &str, columns: &[&str]) {
        let columns: Vec<Span> = columns.iter().map(|c| self.span(path, c, 0)).collect();
        self.report.hidden.tables.insert(self.report.files.find(path).unwrap(), columns);
    }

    pub(super) fn notice(&mut self, notice: Notice) {
        self.report.notices.push(notice);
    }

    pub(super) fn report(mut self) -> Report {
        let rules = &self.report.rules;
        self.report.findings.sort_by_key(|f| (f.primary, rules[f.rule].id.clone()));
        self.report.hidden.secrets.sort();
        self.report
    }
}

pub(super) fn written(report: &Report, output: Output, style: &Style) -> String {
    let mut out = Vec::new();
    write(report, output, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const PRODUCTION: &str = "spring:
  profile: production

salesforce:
  host: https://acme.my.salesforce.com
  user: sync
  retries: 3
  batch: 200
  objects: [Order]

auth:
  secret: ${SF_INTEGRATION_SECRET}
";

const UAT: &str = "replicaCount: 1
env:
  - name: SF_HOST
    value: https://acme--uat.sandbox.my.salesforce.com
  - name: SF_SECRET
    secret: ${SF_INTEGRATION_SECRET}
";

const WORKFLOW: &str = "name: seed
jobs:
  seed-demo-data:
    runs-on: ubuntu-latest
    env:
      SF_URL: https://acme.my.salesforce.com
    steps:
      - run: npm run seed
      - run: npm run check -- --target https://acme.my.salesforce.com/services/data/v61.0/query --batch 10
";

fn golden() -> Report {
    let records = (0..900).map(|i| format!(r#"{{"id":{i},"note":"invented record","email":"person{i}@shop.test"}}"#));
    let records = format!("[{}]", records.collect::<Vec<_>>().join(","));
    let customers =
        "customer_id,full_name,email\n1,Ada Lovelace,ada@invented.example\n2,Alan Turing,alan@invented.example\n";
    let mut b = Builder::new(&[
        ("config/production.yaml", PRODUCTION),
        ("deploy/uat/values.yaml", UAT),
        (".github/workflows/seed.yml", WORKFLOW),
        ("fixtures/customers.csv", customers),
        ("fixtures/records.json", &records),
        (".env.staging", "SF_CLIENT_SECRET=correct-horse-battery\n"),
    ]);
    credentials(&mut b);
    endpoints(&mut b);
    datasets(&mut b);
    let r = &mut b.report;
    r.notices = vec![
        Notice::at(
            "parse-error",
            Span { file: r.files.find("deploy/uat/values.yaml").unwrap(), start: 16, end: 19 },
            "a template stands here: the rest was read without it",
        ),
        Notice {
            code: "symlink",
            message: "leads out of the repository and was not followed".into(),
            span: None,
            path: Some("data/link".into()),
        },
    ];
    r.stats = Stats { files: 214, bytes: 81_920, facts: 60, subjects: 40, evaluations: 120, elapsed_ms: 120 };
    r.run = Run {
        commit: Some("4f2b9c1d".into()),
        base: None,
        date: "2026-11-21".into(),
        config: Some("synthgate.yaml".into()),
    };
    r.policies = "sha256:00".into();
    r.verdicts = Verdicts::from([("CRED-002".to_owned(), BTreeMap::from([("pass", 4), ("fail", 1)]))]);
    b.report()
}

fn credentials(b: &mut Builder) {
    let controls = ["gdpr:art-32", "pci-dss-4.0.1:6.5.3", "soc2:CC6.1", "owasp-top10-2025:A07"];
    let shared = b.rule("CRED-002", "Credential shared across environments", "credential", Severity::High, &controls);
    let (at, other) = (
        b.span("config/production.yaml", "${SF_INTEGRATION_SECRET}", 0),
        b.span("deploy/uat/values.yaml", "${SF_INTEGRATION_SECRET}", 0),
    );
    let finding = b.find(shared, at, "production reads this reference (file name; declared in synthgate.yaml)");
    finding.related.push(Related {
        span: other,
        message: "uat reads the same one (folder `uat`; host acme--uat.sandbox.my.salesforce.com)".into(),
    });
    finding.help = "give uat its own identity, e.g. SF_UAT_INTEGRATION_SECRET, and read it here".into();

    let literal =
        b.rule("CRED-001", "Secret committed to the repository", "credential", Severity::Critical, &["soc2:CC6.1"]);
    let at = b.span(".env.staging", "correct-horse-battery", 0);
    b.secret(at);
    b.find(literal, at, "`SF_CLIENT_SECRET` has a value here, not a reference").help =
        "move the value to a secret store".into();
    let finding = b.find(shared, at, "known since the migration began");
    (finding.state, finding.waiver, finding.blocking) = (State::Excepted, Some("vendor issues one key".into()), false);
}

fn endpoints(b: &mut Builder) {
    let rule = b.rule(
        "ENDP-001",
        "Test or seed job talks to a production endpoint",
        "endpoint",
        Severity::High,
        &["gdpr:art-25"],
    );
    let path = ".github/workflows/seed.yml";
    let url = "https://acme.my.salesforce.com";
    let (first, second, job) = (
        b.span(path, url, 0),
        b.span(path, &format!("{url}/services/data/v61.0/query"), 0),
        b.span(path, "seed-demo-data:\n    runs-on: ubuntu-latest\n    env:", 0),
    );
    let finding = b.find(rule, first, "production (provider registry: `*.my.salesforce.com`)");
    finding.related = vec![
        Related { span: second, message: "the same host".into() },
        Related { span: job, message: "job name `seed-demo-data`: this job seeds data".into() },
    ];
    (finding.count, finding.confidence, finding.blocking) = (12, Confidence::Medium, false);
}

fn datasets(b: &mut Builder) {
    let rule = b.rule("PROV-001", "Dataset without a provenance record", "dataset", Severity::Medium, &[]);
    let whole = b.span("fixtures/customers.csv", "", 0);
    b.find(rule, whole, "900 rows of presumed-synthetic people (folder `fixtures/`), and no record names this file");

    let rule = b.rule(
        "PRIV-002",
        "Deliverable contact data in data declared synthetic",
        "dataset",
        Severity::High,
        &["gdpr:recital-26"],
    );
    let (cell, name, deep) = (
        b.span("fixtures/customers.csv", "ada@invented.example", 0),
        b.span("fixtures/customers.csv", "email", 0),
        b.span("fixtures/records.json", "person450@shop.test", 0),
    );
    b.table("fixtures/customers.csv", &["customer_id", "full_name", "email"]);
    b.table("fixtures/records.json", &[]);
    let finding = b.find(rule, name, "column `email` holds 2 addresses of 2 that can be delivered");
    finding.related.push(Related { span: cell, message: "for instance".into() });
    let finding = b.find(rule, deep, "the dataset's kind is not declared, so this can't be decided");
    (finding.verdict, finding.blocking) = (Verdict::Undetermined, false);
}

#[test]
fn full_in_ascii() {
    insta::assert_snapshot!(written(&golden(), Output::Full, &Style::default()));
}

#[test]
fn full_in_unicode_and_colour() {
    let style = Style { color: true, unicode: true, ..Style::default() };
    let text = written(&golden(), Output::Full, &style);
    // Stripped of colour it is the same text at the same columns as without.
    let plain = written(&golden(), Output::Full, &Style { unicode: true, ..Style::default() });
    let stripped = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap().replace_all(&text, "").into_owned();
    assert_eq!(stripped, plain);
    insta::assert_snapshot!(text.replace('\u{1b}', "ESC"));
}

#[test]
fn full_stays_within_its_width() {
    for width in [60, 80, 100, 132] {
        for unicode in [false, true] {
            let style = Style { unicode, width, ..Style::default() };
            for line in written(&golden(), Output::Full, &style).lines() {
                // The summary line is one line whatever the width.
                assert!(super::words::width(line) <= width || line.contains(" in 214 files "), "{width}: {line}");
            }
        }
    }
}

#[test]
fn concise() {
    insta::assert_snapshot!(written(&golden(), Output::Concise, &Style::default()));
}

/// A release is no change to a format.
fn without_version(text: String) -> String {
    text.replace(&format!("ersion\": \"{}\"", env!("CARGO_PKG_VERSION")), "ersion\": \"[version]\"")
}

#[test]
fn json() {
    insta::assert_snapshot!(without_version(written(&golden(), Output::Json, &Style::default())));
}

#[test]
fn json_fits_its_schema() {
    let schema = super::schema();
    let document: serde_json::Value =
        serde_json::from_str(&written(&golden(), Output::Json, &Style::default())).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    let mut broken = document;
    broken["findings"][0]["severity"] = "awful".into();
    assert!(!validator.is_valid(&broken));
}

#[test]
fn sarif() {
    insta::assert_snapshot!(without_version(written(&golden(), Output::Sarif, &Style::default())));
}

/// Not the standard's schema, whose text is not ours to carry, but what of it our output must meet, and what
/// code-scanning services reject a file for. The standard's own schema was run over this output by hand.
#[test]
fn sarif_is_what_services_take() {
    let style = Style { waived: true, ..Style::default() };
    let log: serde_json::Value = serde_json::from_str(&written(&golden(), Output::Sarif, &style)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for rule in rules {
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
        assert!(["error", "warning", "note"].contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()));
        let severity: f64 = rule["properties"]["security-severity"].as_str().unwrap().parse().unwrap();
        assert!((0.1..=10.0).contains(&severity));
        for text in ["/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
            assert!(!rule.pointer(text).unwrap().as_str().unwrap().is_empty(), "{text}");
        }
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), golden().findings.len());
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        let related = result["relatedLocations"].as_array().into_iter().flatten();
        for location in result["locations"].as_array().unwrap().iter().chain(related) {
            let place = &location["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            assert!(!uri.starts_with('/') && !uri.contains([' ', ':', '\\']), "{uri}");
            let number = |key: &str| place["region"][key].as_u64().unwrap_or(u64::MAX);
            assert!(number("startLine") >= 1);
            assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
        }
        let suppressed = result["properties"]["state"] != "active";
        assert_eq!(result.get("suppressions").is_some(), suppressed);
    }
    // Waived results are left out unless they are asked for.
    let open: serde_json::Value = serde_json::from_str(&written(&golden(), Output::Sarif, &Style::default())).unwrap();
    assert_eq!(open["runs"][0]["results"].as_array().unwrap().len(), results.len() - 1);
}

#[test]
fn github() {
    insta::assert_snapshot!(written(&golden(), Output::Github, &Style::default()));
}

#[test]
fn every_format_is_the_same_from_run_to_run_and_from_one_view() {
    let report = golden();
    let located = Located::new(&report, true);
    for output in Output::ALL {
        let mut out = Vec::new();
        located.write(*output, &Style::default(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), written(&golden(), *output, &Style::default()));
    }
}

#[test]
fn a_file_that_has_gone_leaves_its_path() {
    let mut b = Builder::new(&[]);
    let gone = FileEntry {
        path: "gone.yaml".into(),
        origin: Origin::Disk("/nowhere/gone.yaml".into()),
        size: 9,
        tracked: true,
    };
    b.report.files = Files::new(vec![gone]);
    let rule = b.rule("CRED-002", "Shared", "credential", Severity::High, &[]);
    let file = b.report.files.find("gone.yaml").unwrap();
    b.find(rule, Span { file, start: 3, end: 9 }, "was here");
    let report = b.report();
    // Counts name no file.
    for output in Output::ALL.iter().filter(|o| **o != Output::Counts) {
        assert!(written(&report, *output, &Style::default()).contains("gone.yaml"), "{output:?}");
    }
}

#[test]
fn an_error_is_drawn_in_the_same_frame() {
    #[derive(Debug, thiserror::Error, miette::Diagnostic)]
    #[error("unknown key `exlude`")]
    #[diagnostic(code(config), help("write `exclude`"))]
    struct Wrong {
        #[source_code]
        text: miette::NamedSource<String>,
        #[label("no such key")]
        at: miette::SourceSpan,
    }
    let text = miette::NamedSource::new("synthgate.yaml", "version: 1\nexlude: [vendor]\n".to_owned());
    insta::assert_snapshot!(Handler::default().render(&Wrong { text, at: (11, 6).into() }), @"
    config  unknown key `exlude`                                               error

       ,-[synthgate.yaml:2:1]
     2 | exlude: [vendor]
       : ---+--
       :    `-- no such key
      fix   write `exclude`
    ");
}
