//! A rule's page for a terminal: Markdown as it is, without what only the tests read.

use std::fmt::Write as _;

use super::{Block, Blocks};
use crate::finding::Rule;

/// The rule in full: what its header says, then its page. Caret lines stay, since they show what is found; comments
/// and the marks that keep invented secrets from looking live do not.
pub fn explain(rule: &Rule) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {} {}: {}\n", rule.id, rule.name, rule.title);
    let _ = writeln!(out, "Severity {}, confidence {}, judges each {}.", rule.severity, rule.confidence, rule.subject);
    let _ = writeln!(out, "{}\n{}", rule.why, rule.fix);
    if !rule.controls.is_empty() {
        let _ = writeln!(out, "Evidence towards {}.", rule.controls.join(", "));
    }
    for (name, value) in &rule.options {
        let _ = writeln!(out, "Option `{name}`, {value} unless configured.");
    }
    let mut body = String::new();
    let mut blocks = Blocks { lines: rule.page.lines().enumerate(), problems: Vec::new() };
    while let Some(block) = blocks.next_block() {
        match block {
            Block::Heading { level: 1, .. } | Block::Comment { .. } => {}
            Block::Heading { level, text, .. } => {
                let _ = writeln!(body, "{} {text}", "#".repeat(level));
            }
            Block::Text { text } => {
                // A comment leaves two empty lines where one is enough.
                if !text.is_empty() || !body.ends_with("\n\n") {
                    let _ = writeln!(body, "{text}");
                }
            }
            Block::Fence { info, lines, .. } => {
                let language = info.split_whitespace().next().unwrap_or_default();
                let longest = lines.iter().map(|(_, l)| l.bytes().take_while(|b| *b == b'`').count()).max();
                let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
                let _ = writeln!(body, "{fence}{language}");
                plain(&lines, &mut body);
                let _ = writeln!(body, "{fence}");
            }
        }
    }
    if !body.trim().is_empty() {
        let _ = write!(out, "\n{}\n", body.trim());
    }
    out
}

/// The lines of a block without the marks for nothing; carets move along with what stands above them.
fn plain(lines: &[(usize, String)], out: &mut String) {
    let mut above = "";
    for (_, line) in lines {
        match super::file::moved_carets(above, line) {
            Some(carets) => {
                let _ = writeln!(out, "{carets}");
            }
            None => {
                above = line;
                let _ = writeln!(out, "{}", line.replace(super::file::NOTHING, ""));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Confidence, Severity};

    #[test]
    fn a_page_is_shown_without_what_tests_read() {
        let rule = Rule {
            id: "TEST-001".into(),
            name: "a-rule".into(),
            title: "A title".into(),
            family: "tests".into(),
            subject: "credential".into(),
            severity: Severity::High,
            confidence: Confidence::Low,
            controls: vec!["gdpr:art-32".into()],
            why: "Why.".into(),
            fix: "Fix.".into(),
            options: [("most".to_owned(), serde_json::json!(3))].into(),
            origin: String::new(),
            page: "# TEST-001 a-rule\n\n## What it checks\n\nIt.\n\n### E\n\n`a.yaml`\n\n```yaml crlf\nk: sk_li{-}ve_1\n   \
                ^^^^^^^^^^^^ fail: words\n```\n\n<!-- verdicts: fail 1 -->\n\nEnd.\n"
                .into(),
        };
        assert_eq!(
            explain(&rule),
            "# TEST-001 a-rule: A title\n\nSeverity high, confidence low, judges each credential.\nWhy.\nFix.\nEvidence \
             towards gdpr:art-32.\nOption `most`, 3 unless configured.\n\n## What it checks\n\nIt.\n\n### E\n\n`a.yaml`\n\n\
             ```yaml\nk: sk_live_1\n   ^^^^^^^^^ fail: words\n```\n\nEnd.\n"
        );
    }
}
