//! The `# METADATA` block of a policy: in comes the file, out comes a [`Rule`] or problems with their places.
//!
//! regorus knows no `rego.metadata.*`, so that the header is read here, with the YAML reader of the configuration.
//! The format is OPA's (<https://www.openpolicyagent.org/docs/policy-language#metadata>); `custom` is ours.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;

use super::problem::{PolicyFile, PolicyProblem, suggestion};
use crate::finding::{Confidence, Rule, Severity};
use crate::link::subject::SubjectKind;
use crate::registry::controls;

/// Keys of OPA's annotations; those that are not in the first four are read by other tools and left alone.
const KEYS: &[&str] = &[
    "title",
    "description",
    "related_resources",
    "custom",
    "scope",
    "authors",
    "organizations",
    "schemas",
    "entrypoint",
];
const CUSTOM: &[&str] = &["id", "name", "subject", "severity", "confidence", "controls", "fix", "options"];

/// A header as far as it can be read without the policy's code.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// The rule; family, origin and page are filled in by the loader.
    pub rule: Rule,
    /// The kind of subject that it judges.
    pub kind: SubjectKind,
    /// The bytes of the block, for problems about the whole.
    pub range: Range<usize>,
    /// The bytes of the id.
    pub id: Range<usize>,
}

/// Reads the header of a file. None: the file has no `custom.id` and is no rule.
pub(super) fn read(file: &PolicyFile) -> Result<Option<Header>, Vec<PolicyProblem>> {
    let Some(block) = Block::find(&file.text) else { return Ok(None) };
    let whole = || block.range.clone();
    let document: serde_yaml::Value = serde_yaml::from_str(&block.yaml).map_err(|e| {
        let at = e.location().map_or_else(whole, |l| block.line(l.line()));
        vec![file.problem(at, format!("the METADATA header is no YAML: {}", plain(&e.to_string())))]
    })?;
    let Some(custom) = document.get("custom").and_then(|c| c.as_mapping()) else { return Ok(None) };
    if !custom.contains_key("id") {
        return Ok(None);
    }
    let mut problems = unknown_keys(file, &block, &document);
    let raw: Raw = match serde_yaml::from_value(document) {
        Ok(raw) => raw,
        Err(e) => {
            if problems.is_empty() {
                problems.push(file.problem(whole(), format!("the METADATA header: {}", plain(&e.to_string()))));
            }
            return Err(problems);
        }
    };
    problems.extend(faults(file, &block, &raw));
    let kind = SubjectKind::ALL.iter().copied().find(|k| k.as_str() == raw.custom.subject);
    match (kind, raw.custom.severity.parse::<Severity>(), raw.custom.confidence.parse::<Confidence>()) {
        (Some(kind), Ok(severity), Ok(confidence)) if problems.is_empty() => {
            let id = block.key("id");
            let rule = Rule {
                id: raw.custom.id,
                name: raw.custom.name,
                title: raw.title.trim().to_owned(),
                family: String::new(),
                subject: kind.as_str().to_owned(),
                severity,
                confidence,
                controls: raw.custom.controls,
                why: raw.description.trim().to_owned(),
                fix: raw.custom.fix.trim().to_owned(),
                options: raw.custom.options,
                origin: file.path.clone(),
                page: String::new(),
            };
            Ok(Some(Header { rule, kind, range: block.range, id }))
        }
        _ => Err(problems),
    }
}

/// The header as YAML has it. Which keys exist is checked before, so that a problem has a place.
#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    custom: Custom,
}

#[derive(Deserialize)]
struct Custom {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    confidence: String,
    #[serde(default)]
    controls: Vec<String>,
    #[serde(default)]
    fix: String,
    #[serde(default)]
    options: BTreeMap<String, serde_json::Value>,
}

fn unknown_keys(file: &PolicyFile, block: &Block, document: &serde_yaml::Value) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let levels = [(Some(document), KEYS), (document.get("custom"), CUSTOM)];
    for (map, known) in levels {
        for key in map.and_then(|m| m.as_mapping()).into_iter().flat_map(|m| m.keys()) {
            let name = key.as_str().unwrap_or("?");
            if !known.contains(&name) {
                let problem = file.problem(block.key(name), format!("unknown key `{name}` in the METADATA header"));
                problems.push(match suggestion(name, known.iter().copied()) {
                    Some(s) => problem.help(format!("did you mean `{s}`?")),
                    None => problem.help(format!("known here: {}", known.join(", "))),
                });
            }
        }
    }
    problems
}

/// What is missing or malformed in a header whose keys are all known.
fn faults(file: &PolicyFile, block: &Block, raw: &Raw) -> Vec<PolicyProblem> {
    let custom = &raw.custom;
    let mut problems = Vec::new();
    let mut fault = |key: &str, message: String| problems.push(file.problem(block.key(key), message));
    for (key, value) in
        [("title", &raw.title), ("description", &raw.description), ("name", &custom.name), ("fix", &custom.fix)]
    {
        if value.trim().is_empty() {
            fault(key, format!("the METADATA header needs `{key}`"));
        }
    }
    if !is_id(&custom.id) {
        fault("id", format!("`{}` is no rule id: capital letters, a hyphen, digits (`ACME-001`)", custom.id));
    }
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !custom.name.chars().all(kebab) || custom.name.starts_with('-') {
        fault("name", format!("`{}` is no rule name: lower case words with hyphens", custom.name));
    }
    let kinds: Vec<&str> = SubjectKind::ALL.iter().map(|k| k.as_str()).collect();
    if !kinds.contains(&custom.subject.as_str()) {
        fault("subject", format!("`subject: {}` is none of {}", custom.subject, kinds.join(", ")));
    }
    if let Err(e) = custom.severity.parse::<Severity>() {
        fault("severity", format!("severity {e}"));
    }
    if let Err(e) = custom.confidence.parse::<Confidence>() {
        fault("confidence", format!("confidence {e}"));
    }
    let whole = |control: &str| controls::framework(control).is_some_and(|f| f.style == controls::Style::Whole);
    if let Some(bad) = custom.controls.iter().find(|c| !c.contains(':') && !whole(c)) {
        fault("controls", format!("`{bad}` is no control: `framework:clause`"));
    }
    problems
}

/// `CRED-001`, `ACME-12`.
fn is_id(id: &str) -> bool {
    id.rsplit_once('-').is_some_and(|(word, number)| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
            && !number.is_empty()
            && number.chars().all(|c| c.is_ascii_digit())
    })
}

/// A message of the YAML reader without the position that it appends: the problem has its own.
fn plain(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
}

/// The comment block and the way from its YAML back to the file.
struct Block {
    yaml: String,
    range: Range<usize>,
    /// The file's bytes of each line of the YAML, comment mark not included.
    lines: Vec<Range<usize>>,
}

impl Block {
    /// Comment lines below a line `# METADATA`, up to the first line that is no comment.
    fn find(text: &str) -> Option<Self> {
        let mut at = 0;
        let mut start = None;
        let mut block = Self { yaml: String::new(), range: 0..0, lines: Vec::new() };
        for line in text.split_inclusive('\n') {
            let begin = at;
            at += line.len();
            let content = line.trim_end();
            match (start, content.strip_prefix('#')) {
                (None, Some(comment)) if comment.trim() == "METADATA" => start = Some(begin),
                (None, _) => {}
                (Some(_), Some(comment)) => {
                    let yaml = comment.strip_prefix(' ').unwrap_or(comment);
                    let end = begin + content.len();
                    block.lines.push(end - yaml.len()..end);
                    block.yaml.push_str(yaml);
                    block.yaml.push('\n');
                    block.range.end = end;
                }
                (Some(_), None) => break,
            }
        }
        block.range.start = start?;
        block.range.end = block.range.end.max(block.range.start);
        Some(block)
    }

    /// The bytes of a line of the YAML (1-based).
    fn line(&self, line: usize) -> Range<usize> {
        self.lines.get(line.saturating_sub(1)).cloned().unwrap_or_else(|| self.range.clone())
    }

    /// The bytes of the first line that begins with a key, else the whole block.
    fn key(&self, key: &str) -> Range<usize> {
        let mut lines = self.yaml.lines().zip(&self.lines);
        lines
            .find(|(text, _)| text.trim_start().strip_prefix(key).is_some_and(|rest| rest.starts_with(':')))
            .map_or_else(
                || self.range.clone(),
                |(text, range)| range.start + (text.len() - text.trim_start().len())..range.end,
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Copyright\n\n# METADATA\n# title: A title\n# description: >-\n#   Why it\n#   matters.\n# \
        custom:\n#   id: ACME-001\n#   name: a-name\n#   subject: credential\n#   severity: high\n#   confidence: \
        low\n#   controls: [\"gdpr:art-32\"]\n#   fix: Do it.\n#   options: {k: 5}\npackage p\n";

    #[test]
    fn a_header_becomes_a_rule() {
        let header = read(&PolicyFile::new("a.rego", GOOD)).unwrap().unwrap();
        assert_eq!(header.rule.why, "Why it matters.");
        assert_eq!(header.rule.options["k"], 5);
        assert_eq!(&GOOD[header.id], "id: ACME-001");
        assert_eq!(header.kind, SubjectKind::Credential);
    }

    #[test]
    fn every_mistake_has_its_place_and_a_way_out() {
        for (good, bad, place, message) in [
            ("severity: high", "sevrity: high", "sevrity: high", "unknown key `sevrity`"),
            ("severity: high", "severity: hihg", "severity: hihg", "`hihg` is none of low"),
            ("# title: A title\n", "# titel: A title\n", "titel: A title", "unknown key `titel`"),
            ("subject: credential", "subject: endpiont", "subject: endpiont", "is none of credential"),
            ("ACME-001", "acme 1", "id: acme 1", "is no rule id"),
            ("a-name", "A name", "name: A name", "is no rule name"),
            ("fix: Do it.", "fix: ''", "fix: ''", "needs `fix`"),
            ("[\"gdpr:art-32\"]", "[\"gdpr", "controls: [\"gdpr", "no YAML"),
            ("\"gdpr:art-32\"", "gdpr", "controls: [gdpr]", "`gdpr` is no control"),
        ] {
            let text = GOOD.replace(good, bad);
            let Err(problems) = read(&PolicyFile::new("a.rego", text.as_str())) else { panic!("{bad} was taken") };
            assert!(problems[0].message.contains(message), "{bad}: {}", problems[0]);
            if message != "no YAML" {
                assert_eq!(&text[problems[0].range.clone()], place, "{bad}");
            }
        }
        let Err(problems) = read(&PolicyFile::new("a.rego", GOOD.replace("severity: high", "sevrity: high"))) else {
            panic!("taken")
        };
        assert_eq!(problems[0].help.as_deref(), Some("did you mean `severity`?"));
        assert_eq!((problems[0].line, problems[0].column), (12, 5));
    }

    #[test]
    fn a_file_without_an_id_is_no_rule() {
        assert!(read(&PolicyFile::new("a.rego", "package p\n")).unwrap().is_none());
        assert!(read(&PolicyFile::new("a.rego", "# METADATA\n# title: x\npackage p\n")).unwrap().is_none());
    }
}
