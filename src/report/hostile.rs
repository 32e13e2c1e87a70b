//! What a scanned file may try against the reader of a report, in every format.

use super::golden::{Builder, written};
use super::{Output, Style};
use crate::finding::Severity;

#[test]
fn annotations_are_escaped_and_capped_and_the_rest_is_counted() {
    let mut b = Builder::new(&[("a,b:c%.yaml", "key: value\n")]);
    let severe = b.rule("CRED-002", "Severe: 100 %, now", "credential", Severity::High, &[]);
    let worse = b.rule("CRED-001", "Worse", "credential", Severity::Critical, &[]);
    let light = b.rule("CRED-004", "Light", "credential", Severity::Low, &[]);
    let at = b.span("a,b:c%.yaml", "value", 0);
    for i in 0..12 {
        b.find(severe, at, &format!("50 % of it\n::error::injected {i}"));
        b.find(light, at, "light");
    }
    b.find(worse, at, "the worst");
    let text = written(&b.report(), Output::Github, &Style::default());
    let lines: Vec<&str> = text.lines().collect();
    let count = |head: &str| lines.iter().filter(|l| l.starts_with(head)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 0, 10));
    assert_eq!(lines.len(), 20, "nothing of a message may begin a line");
    assert!(lines[0].contains("the worst"), "the most severe comes first");
    assert!(lines[1].contains("title=CRED-002 Severe%3A 100 %25%2C now,file=a%2Cb%3Ac%25.yaml,line=1,endLine=1,col=6,endColumn=11::50 %25 of it : :error::injected 0%0Afix:"), "{}", lines[1]);
    assert!(
        lines[19].starts_with("::notice title=synthgate::6 more results not shown here. 13 blocking, 12 more findings"),
        "{}",
        lines[19]
    );
}

#[test]
fn what_scanned_files_say_moves_no_cursor_and_starts_no_command() {
    let mut b = Builder::new(&[("::error::x\u{1b}[2J.yaml", "key: \u{1b}]8;;http://x.example\u{7}\u{202e}value\n")]);
    let rule = b.rule("CRED-002", "Shared", "credential", Severity::High, &[]);
    let at = b.span("::error::x\u{1b}[2J.yaml", "value", 0);
    b.find(rule, at, "a \u{1b}[31mred\u{9b}1m ##[error]word\n::warning::[click](javascript:x)\u{202e}");
    let report = b.report();
    for output in Output::ALL {
        let text = written(&report, *output, &Style { unicode: true, ..Style::default() });
        let unseen: Vec<char> = text.chars().filter(|c| *c != '\n' && super::words::is_unseen(*c)).collect();
        assert!(unseen.is_empty(), "{output:?}: {unseen:?}");
        let own = |l: &&str| *output != Output::Github && l.trim_start().starts_with("::");
        assert_eq!(text.lines().find(own), None, "{output:?}");
        assert!(matches!(output, Output::Json | Output::Sarif) || !text.contains("##["), "{output:?}");
    }
    // Data stays data: who reads the JSON gets the path as it is.
    let json: serde_json::Value = serde_json::from_str(&written(&report, Output::Json, &Style::default())).unwrap();
    assert_eq!(json["findings"][0]["path"], "::error::x\u{1b}[2J.yaml");
    let sarif = written(&report, Output::Sarif, &Style::default());
    assert!(sarif.contains("[click] (javascript"), "a link of the format's own must not stand");
}
