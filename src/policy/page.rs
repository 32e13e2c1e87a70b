//! Rule pages: in comes Markdown, out come the repositories of its examples with what must be found in them.
//!
//! A page is documentation, example and test in one (`policies/README.md` says how it is written). This module reads
//! it; [`compare`] holds a report against it, [`explain`] shows it on a terminal.

mod compare;
mod explain;
mod file;

use std::collections::BTreeMap;

use crate::finding::{Confidence, Rule, Severity, Verdict};

pub use compare::compare;
pub use explain::explain;

/// The run date of an example that sets none.
pub const DATE: &str = "2026-11-21";

/// The sections of a page, in order; only the options may be missing.
const SECTIONS: &[&str] = &["What it checks", "Why it matters", "How to fix it", "Options", "Examples"];

/// One small repository of a page.
#[derive(Debug, Clone)]
pub struct Example {
    /// The heading.
    pub title: String,
    /// 1-based line of the heading in the page.
    pub line: usize,
    /// Paths and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// The run date.
    pub date: String,
    /// What must be found; nothing else may be.
    pub expected: Vec<Expected>,
    /// How many subjects get which verdict of the page's rule, where the page says so.
    pub verdicts: Option<BTreeMap<Verdict, u64>>,
}

/// Something that must be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// 1-based line of the annotation in the page.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// The file.
    pub path: String,
    /// The place in it.
    pub at: At,
    /// Only where it is given.
    pub severity: Option<Severity>,
    /// Only where it is given.
    pub confidence: Option<Confidence>,
    /// Words of the message; may be empty.
    pub words: String,
}

/// What is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A finding.
    Fail,
    /// A finding that could not be decided.
    Undetermined,
    /// A further place of a finding.
    Related,
}

/// Where it is expected. Lines and columns are 1-based, columns in characters, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Exactly these characters of a line.
    Columns(u32, u32, u32),
    /// Begins on this line.
    Line(u32),
    /// The whole file.
    File,
}

/// What is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageProblem {
    /// 1-based line of the page.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for PageProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// Reads the examples of a page.
pub fn examples(text: &str) -> Result<Vec<Example>, Vec<PageProblem>> {
    let mut reader = Reader::default();
    let mut blocks = Blocks { lines: text.lines().enumerate(), problems: Vec::new() };
    while let Some(block) = blocks.next_block() {
        reader.block(block);
    }
    reader.problems.extend(blocks.problems);
    if reader.problems.is_empty() { Ok(reader.examples) } else { Err(reader.problems) }
}

/// What a page lacks to be the page of a rule: its title, sections, options, and an example of each side.
pub fn faults(rule: &Rule) -> Vec<PageProblem> {
    let problem = |line, message: String| PageProblem { line, message };
    let examples = match examples(&rule.page) {
        Ok(examples) => examples,
        Err(problems) => return problems,
    };
    let mut problems = Vec::new();
    let title = format!("# {} {}", rule.id, rule.name);
    if rule.page.lines().next() != Some(title.as_str()) {
        problems.push(problem(1, format!("the first line must be `{title}`")));
    }
    let found: Vec<&str> = headings(&rule.page).collect();
    let wanted: Vec<&str> = SECTIONS.iter().copied().filter(|s| *s != "Options" || !rule.options.is_empty()).collect();
    if found != wanted {
        problems.push(problem(1, format!("the sections must be {}", wanted.join(", "))));
    }
    for option in rule.options.keys() {
        if !rule.page.contains(&format!("`{option}`")) {
            problems.push(problem(1, format!("the option `{option}` is not explained")));
        }
    }
    if !examples.iter().any(|e| e.expected.iter().any(|x| x.kind == Kind::Fail)) {
        problems.push(problem(1, "no example fails".into()));
    }
    if !examples.iter().any(|e| e.expected.is_empty() && e.verdicts.is_some()) {
        problems.push(problem(1, "no example is clean and states its verdicts".into()));
    }
    problems
}

/// The `##` headings outside of fenced blocks.
fn headings(text: &str) -> impl Iterator<Item = &str> {
    let mut fence: Option<&str> = None;
    text.lines().filter_map(move |line| match (fence, fence_of(line)) {
        (None, Some((mark, _))) => {
            fence = Some(mark);
            None
        }
        (Some(open), Some((mark, ""))) if mark.starts_with(open) => {
            fence = None;
            None
        }
        (Some(_), _) => None,
        (None, None) => line.strip_prefix("## ").map(str::trim),
    })
}

/// One thing on a page. Lines are 1-based.
enum Block {
    Heading { level: usize, text: String, line: usize },
    Fence { info: String, lines: Vec<(usize, String)>, line: usize },
    Comment { text: String, line: usize },
    Text { text: String },
}

/// Cuts a page into blocks.
struct Blocks<'a> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    problems: Vec<PageProblem>,
}

impl Blocks<'_> {
    fn next_block(&mut self) -> Option<Block> {
        let (i, line) = self.lines.next()?;
        let number = i + 1;
        if let Some((mark, info)) = fence_of(line) {
            let mut lines = Vec::new();
            for (i, line) in self.lines.by_ref() {
                match fence_of(line) {
                    Some((end, "")) if end.starts_with(mark) => {
                        return Some(Block::Fence { info: info.to_owned(), lines, line: number });
                    }
                    _ => lines.push((i + 1, line.to_owned())),
                }
            }
            self.problems.push(PageProblem { line: number, message: "this block has no end".into() });
            return None;
        }
        if let Some(rest) = line.trim_start().strip_prefix("<!--") {
            let mut text = rest.to_owned();
            while !text.contains("-->") {
                let Some((_, more)) = self.lines.next() else {
                    self.problems.push(PageProblem { line: number, message: "this comment has no end".into() });
                    return None;
                };
                text.push('\n');
                text.push_str(more);
            }
            let text = text.split("-->").next().unwrap_or_default().trim().to_owned();
            return Some(Block::Comment { text, line: number });
        }
        let level = line.bytes().take_while(|b| *b == b'#').count();
        if (1..=6).contains(&level) && line[level..].starts_with(' ') {
            return Some(Block::Heading { level, text: line[level..].trim().to_owned(), line: number });
        }
        Some(Block::Text { text: line.trim().to_owned() })
    }
}

/// The marks of a fence and what follows them.
fn fence_of(line: &str) -> Option<(&str, &str)> {
    let first = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == first).count();
    (length >= 3).then(|| (&line[..length], line[length..].trim()))
}

/// Puts blocks together to examples.
#[derive(Default)]
struct Reader {
    in_examples: bool,
    /// The path that the last line of text names.
    path: Option<String>,
    examples: Vec<Example>,
    problems: Vec<PageProblem>,
}

impl Reader {
    fn block(&mut self, block: Block) {
        match block {
            Block::Heading { level, text, line } => {
                self.path = None;
                if level == 2 {
                    self.in_examples = text == "Examples";
                } else if level == 3 && self.in_examples {
                    self.examples.push(Example {
                        title: text,
                        line,
                        files: Vec::new(),
                        date: DATE.to_owned(),
                        expected: Vec::new(),
                        verdicts: None,
                    });
                }
            }
            Block::Text { text } if text.is_empty() => {}
            Block::Text { text } => self.path = path_of(&text),
            Block::Fence { info, lines, line } if self.in_examples => self.file(&info, &lines, line),
            Block::Fence { .. } => {}
            Block::Comment { text, line } if self.in_examples => self.comment(&text, line),
            Block::Comment { .. } => {}
        }
    }

    fn file(&mut self, info: &str, lines: &[(usize, String)], line: usize) {
        let path = self.path.take();
        let (Some(path), Some(example)) = (path, self.examples.last_mut()) else {
            return self.fault(line, "a block here needs a heading `###` and a line with its path above it".into());
        };
        if example.files.iter().any(|(p, _)| *p == path) {
            return self.fault(line, format!("`{path}` stands in this example twice"));
        }
        match file::read(&path, info, lines) {
            Ok(read) => {
                example.files.push((path, read.bytes));
                example.expected.extend(read.expected);
            }
            Err(problem) => self.problems.push(problem),
        }
    }

    fn comment(&mut self, text: &str, line: usize) {
        let Some((word, rest)) = text.split_once(':') else {
            return self.fault(line, "a comment here begins with `expect:`, `verdicts:` or `date:`".into());
        };
        let Some(example) = self.examples.last_mut() else {
            return self.fault(line, "this comment stands above the first example".into());
        };
        let result = match word.trim() {
            "expect" => file::expected(rest.trim(), line).map(|e| example.expected.push(e)),
            "verdicts" => verdicts(rest).map(|v| example.verdicts = Some(v)),
            "date" => rest
                .trim()
                .parse::<jiff::civil::Date>()
                .map(|d| example.date = d.to_string())
                .map_err(|_| "a date is written `2026-11-21`".to_owned()),
            other => Err(format!("`{other}` is none of expect, verdicts, date")),
        };
        if let Err(message) = result {
            self.fault(line, message);
        }
    }

    fn fault(&mut self, line: usize, message: String) {
        self.problems.push(PageProblem { line, message });
    }
}

/// The path that a line names alone: `` `config/prod.yaml` ``.
fn path_of(line: &str) -> Option<String> {
    let inner = line.trim_end_matches(':').strip_prefix('`')?.strip_suffix('`')?;
    (!inner.is_empty() && !inner.contains('`') && !inner.starts_with('/')).then(|| inner.to_owned())
}

/// `pass 1, not_applicable 2`.
fn verdicts(text: &str) -> Result<BTreeMap<Verdict, u64>, String> {
    let mut verdicts = BTreeMap::new();
    for part in text.split(',') {
        let Some((word, number)) = part.trim().split_once(' ') else {
            return Err(format!("`{}` is not `pass 1`", part.trim()));
        };
        let number: u64 = number.trim().parse().map_err(|_| format!("`{number}` is no number"))?;
        verdicts.insert(word.parse()?, number);
    }
    Ok(verdicts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# CRED-002 shared-credential\n\n## What it checks\n\n```yaml\nnot: a file\n## no heading\n```\n\n\
        ## Examples\n\n### One\n\nWords.\n\n`a/b.yaml`\n\n```yaml\nkey: sk_li{-}ve_1\n     ^^^^^^^^^^^^ fail high low: \
        words: here\n     ^^^ related\nother: é x\n         ^ undetermined: why\n```\n\n`c.csv`:\n\n~~~csv crlf \
        no-eol\na,b\n1,2\n  ^ fail\n~~~\n\n<!-- expect: fail high c.csv: all of it -->\n<!-- expect: undetermined \
        c.csv:2 -->\n\n### Two\n\n`x.json`\n\n````json\n```\n````\n\n<!-- verdicts: pass 1, not_applicable 2 -->\n<!--\n\
        date: 2025-01-31\n-->\n";

    #[test]
    fn a_page_becomes_repositories_and_expectations() {
        let examples = examples(PAGE).unwrap();
        let [one, two] = examples.as_slice() else { panic!("{examples:?}") };
        assert_eq!((one.title.as_str(), one.line, one.date.as_str()), ("One", 12, DATE));
        assert_eq!(one.files[0], ("a/b.yaml".into(), "key: sk_live_1\nother: é x\n".as_bytes().to_vec()));
        assert_eq!(one.files[1], ("c.csv".into(), b"a,b\r\n1,2".to_vec()));
        let [live, related, undetermined, cell, whole, line] = one.expected.as_slice() else {
            panic!("{:?}", one.expected)
        };
        assert_eq!((live.kind, live.at, live.line), (Kind::Fail, At::Columns(1, 6, 15), 20));
        assert_eq!((live.severity, live.confidence), (Some(Severity::High), Some(Confidence::Low)));
        assert_eq!(live.words, "words: here");
        assert_eq!((related.kind, related.at), (Kind::Related, At::Columns(1, 6, 9)));
        assert_eq!((undetermined.kind, undetermined.at), (Kind::Undetermined, At::Columns(2, 10, 11)));
        assert_eq!((cell.path.as_str(), cell.at), ("c.csv", At::Columns(2, 3, 4)));
        assert_eq!((whole.at, whole.words.as_str(), whole.severity), (At::File, "all of it", Some(Severity::High)));
        assert_eq!((line.at, line.words.as_str(), line.kind), (At::Line(2), "", Kind::Undetermined));
        assert_eq!(two.files, [("x.json".to_owned(), b"```\n".to_vec())]);
        assert_eq!(two.verdicts, Some(BTreeMap::from([(Verdict::Pass, 1), (Verdict::NotApplicable, 2)])));
        assert_eq!(two.date, "2025-01-31");
        assert_eq!(headings(PAGE).collect::<Vec<_>>(), ["What it checks", "Examples"]);
    }

    #[test]
    fn a_mistake_on_a_page_is_a_problem_with_its_line() {
        for (body, line, message) in [
            ("```yaml\na: 1\n```", 4, "a line with its path"),
            ("`a`\n```yaml\na: 1", 5, "has no end"),
            ("`a`\n```\n^^^ fail\n```", 6, "no line above"),
            ("`a`\n```\naaa\n^^^ fial\n```", 7, "`fial` is none of"),
            ("`a`\n```\naaa\n^^^ fail severe\n```", 7, "`severe`"),
            ("`a`\n```\na\n    ^^^ fail\n```", 7, "behind the end"),
            ("`a`\n```\na\n```\n`a`\n```\nb\n```", 9, "twice"),
            ("`a`\n```x utf17\na\n```", 5, "`utf17`"),
            ("<!-- expext: fail a -->", 4, "`expext` is none of"),
            ("<!-- verdicts: passes 1 -->", 4, "`passes` is none of"),
            ("<!-- date: soon -->", 4, "a date is written"),
            ("<!-- expect: fail -->", 4, "a path"),
            ("<!-- so", 4, "no end"),
        ] {
            let problems = examples(&format!("# T\n## Examples\n### E\n{body}\n")).unwrap_err();
            assert!(problems[0].line == line && problems[0].message.contains(message), "{body}: {problems:?}");
        }
    }
}
