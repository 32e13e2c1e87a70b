//! Inline suppressions: in comes a source, out come the comments that say `synthgate: ignore[CRED-002] -- reason`.
//!
//! A comment of any language counts, on the line itself or on the line above it. XML forbids `--` inside a comment, so
//! a colon or a dash does in its place: `<!-- synthgate: ignore[CRED-002]: reason -->`. What looks like a suppression
//! and is none (no reason, no rule, every rule) is kept with its fault: it waives nothing and is reported.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use crate::parse::Format;
use crate::source::{FileId, Source, Span};

/// A comment that asks for findings to be waived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// From `synthgate:` to the end of the reason.
    pub span: Span,
    /// The bytes whose findings it waives: its line and, where it has that for itself, the line below.
    pub covers: Range<u32>,
    /// It covers the file's first line, and so what is found about the whole file.
    pub whole_file: bool,
    /// The rules it waives.
    pub rules: Vec<String>,
    /// Why. Empty only where that is the fault.
    pub reason: String,
    /// Why it waives nothing, if so.
    pub fault: Option<Fault>,
}

/// What keeps a suppression from counting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No reason is given.
    NoReason,
    /// No rule is named, or all are.
    Everything,
    /// It can't be read.
    Malformed,
}

impl Suppression {
    /// Whether a finding at this span is meant.
    pub fn covers(&self, span: Span) -> bool {
        span.file == self.span.file
            && (self.covers.contains(&span.start) && !span.is_whole() || span.is_whole() && self.whole_file)
    }

    /// The file it stands in.
    pub fn file(&self) -> FileId {
        self.span.file
    }
}

const MARK: &str = "synthgate:";

/// Finds the suppressions of a file, in order.
pub fn suppressions(source: &Source) -> Vec<Suppression> {
    let text = source.text();
    let comments = Comments::of(&source.path);
    if comments.is_empty() || memmem::find(text.as_bytes(), MARK.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found: Vec<(Suppression, Lines)> = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), MARK.as_bytes()) {
        let Some(comment) = comments.around(text, at) else { continue };
        let Some(directive) = Directive::read(&text[at..comment.end]) else { continue };
        let lines = Lines::of(text, &comment);
        let suppression = Suppression {
            span: source.span(at..at + directive.len),
            covers: 0..0,
            whole_file: false,
            rules: directive.rules,
            reason: directive.reason,
            fault: directive.fault,
        };
        found.push((suppression, lines));
    }
    // Several suppressions may stand above one line: each that has its line for itself covers on through the next.
    for i in (0..found.len()).rev() {
        let next = found.get(i + 1).map(|(_, lines)| lines.clone());
        let (suppression, lines) = &mut found[i];
        if lines.alone {
            lines.end = match next {
                Some(next) if next.alone && next.start == lines.end => next.end,
                _ => line_end(text, lines.end),
            };
        }
        suppression.covers = source.span(lines.start..lines.start).start..source.span(lines.end..lines.end).end;
        suppression.whole_file = lines.start == 0;
    }
    found.into_iter().map(|(suppression, _)| suppression).collect()
}

/// The lines of a comment.
#[derive(Debug, Clone)]
struct Lines {
    /// Where its first line starts.
    start: usize,
    /// Behind the line end of its last line, later of the last line it covers.
    end: usize,
    /// Nothing else stands on them.
    alone: bool,
}

impl Lines {
    fn of(text: &str, comment: &Comment) -> Self {
        let start = text[..comment.start].rfind('\n').map_or(0, |i| i + 1);
        let end = line_end(text, comment.closed);
        let alone = text[start..comment.start].trim().is_empty() && text[comment.closed..end].trim().is_empty();
        Self { start, end, alone }
    }
}

/// Behind the line feed of the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i + 1)
}

/// How a language writes comments.
#[derive(Debug, Clone, Copy)]
struct Comments {
    line: &'static [&'static str],
    block: &'static [(&'static str, &'static str)],
}

/// Where a comment begins, where its text on the mark's line ends, and where it is closed.
struct Comment {
    start: usize,
    end: usize,
    closed: usize,
}

const C_BLOCK: (&str, &str) = ("/*", "*/");
const XML_BLOCK: (&str, &str) = ("<!--", "-->");
const JINJA_BLOCK: (&str, &str) = ("{#", "#}");
const HANDLEBARS_BLOCK: (&str, &str) = ("{{!--", "--}}");

impl Comments {
    fn of(path: &str) -> Self {
        let (line, block): (&[&str], &[(&str, &str)]) = match Format::of(path) {
            Format::Csv | Format::Ndjson => (&[], &[]),
            Format::Yaml | Format::Toml | Format::Dotenv => (&["#"], &[JINJA_BLOCK]),
            Format::Properties => (&["#", "!"], &[]),
            Format::Ini => (&["#", ";"], &[]),
            Format::Json => (&["//"], &[C_BLOCK]),
            Format::Hcl => (&["#", "//"], &[C_BLOCK]),
            Format::Xml => (&[], &[XML_BLOCK]),
            Format::Sql => (&["--", "#"], &[C_BLOCK]),
            Format::Text => match path.rsplit('.').next().map(str::to_ascii_lowercase).as_deref() {
                // Prose speaks of suppressions in examples; only a comment that is not shown can be meant.
                Some("md" | "markdown" | "mdx" | "html" | "htm" | "xhtml" | "svg") => (&[], &[XML_BLOCK]),
                Some("txt" | "rst" | "adoc" | "log" | "lock") => (&[], &[]),
                _ => (&["#", "//", "--", ";", "%%"], &[C_BLOCK, XML_BLOCK, JINJA_BLOCK, HANDLEBARS_BLOCK]),
            },
        };
        Self { line, block }
    }

    fn is_empty(self) -> bool {
        self.line.is_empty() && self.block.is_empty()
    }

    /// The comment whose text begins with the mark at `at`, if it stands in one.
    fn around(self, text: &str, at: usize) -> Option<Comment> {
        let line_start = text[..at].rfind('\n').map_or(0, |i| i + 1);
        let line_end = at + memchr::memchr2(b'\n', b'\r', &text.as_bytes()[at..]).unwrap_or(text.len() - at);
        let head = text[line_start..at].trim_end();
        let block = self.block.iter().find_map(|(open, close)| {
            let start = block_start(text, line_start, at, open, close)?;
            let closed =
                memmem::find(&text.as_bytes()[at..], close.as_bytes()).map_or(line_end, |i| at + i + close.len());
            let end = line_end.min(closed.saturating_sub(close.len()).max(at + MARK.len()));
            Some(Comment { start, end, closed })
        });
        block.or_else(|| {
            // `{#` ends with the opener of other languages' line comments, so blocks are asked first.
            self.line.iter().find_map(|opener| {
                let before = head.strip_suffix(opener)?.trim_end_matches(|c| opener.ends_with(c));
                let free = stands_free(before) && !in_quotes(before);
                free.then_some(Comment { start: line_start + before.len(), end: line_end, closed: line_end })
            })
        })
    }
}

/// Where the block comment opens whose line (or whose first text) begins with the mark.
fn block_start(text: &str, line_start: usize, at: usize, open: &str, close: &str) -> Option<usize> {
    /// A longer comment is no place for a suppression.
    const REACH: usize = 4096;
    let head = text[line_start..at].trim_end();
    let stars = head.trim_end_matches('*');
    let opened =
        if open == C_BLOCK.0 && stars.len() < head.len() { stars.strip_suffix('/') } else { head.strip_suffix(open) };
    if let Some(before) = opened {
        let quoted = open != XML_BLOCK.0 && in_quotes(before);
        return (!quoted).then_some(line_start + before.len());
    }
    if !stars.trim().is_empty() {
        return None;
    }
    let mut from = line_start.saturating_sub(REACH);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let start = text[from..line_start].rfind(open)?;
    (!text[from + start..line_start].contains(close)).then_some(from + start)
}

/// What stands before a comment's opener must not run into it: `https://…` is an address, `a#b` a word.
fn stands_free(before: &str) -> bool {
    before.chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, ':' | '"' | '\'' | '`' | '\\' | '/'))
}

/// Whether a quote is still open at the end. A quote opens where a value can begin, so that an apostrophe in prose
/// opens none.
fn in_quotes(text: &str) -> bool {
    let mut open: Option<char> = None;
    let mut previous = ' ';
    for c in text.chars() {
        match open {
            Some(quote) if c == quote && previous != '\\' => open = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => {
                let starts = previous.is_whitespace()
                    || matches!(
                        previous,
                        '(' | '[' | '{' | ',' | ':' | '=' | '+' | '"' | '\'' | '`' | '<' | '>' | '!' | '|' | '&' | '?'
                    );
                open = starts.then_some(c);
            }
            None => {}
        }
        previous = c;
    }
    open.is_some()
}

/// What a suppression says.
struct Directive {
    len: usize,
    rules: Vec<String>,
    reason: String,
    fault: Option<Fault>,
}

impl Directive {
    /// Reads the text from the mark to the end of the comment's line. None where it is about something else.
    fn read(text: &str) -> Option<Self> {
        static FORM: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"^synthgate:\s*([A-Za-z-]+)\s*(?:\[([^\]]*)(\])?)?\s*(?:(?:--+|—|–|:)\s*)?(.*)$")
                .unwrap_or_else(|_| unreachable!("a pattern of this file, which a test compiles"))
        });
        let found = FORM.captures(text.trim_end())?;
        let word = &found[1];
        let near = word != "ignore" && strsim::levenshtein(word, "ignore") <= 2 && found.get(2).is_some();
        if word != "ignore" && !near {
            return None;
        }
        let rules: Vec<String> = found
            .get(2)
            .map_or("", |m| m.as_str())
            .split(',')
            .map(str::trim)
            .filter(|r| !r.is_empty())
            .map(str::to_owned)
            .collect();
        let separated = found.get(4).is_some_and(|rest| {
            let head = text[..rest.start()].trim_end();
            head.ends_with(['-', '—', '–', ':']) && !head.ends_with(MARK)
        });
        let rest = found.get(4).map_or("", |m| m.as_str()).trim().trim_end_matches(['-', '*', '#', '%']).trim();
        let reason = if separated && rest.chars().any(char::is_alphanumeric) { rest } else { "" };
        let fault = if near || found.get(2).is_some() && found.get(3).is_none() {
            Some(Fault::Malformed)
        } else if rules.is_empty() || rules.iter().any(|r| r.contains('*') || r.eq_ignore_ascii_case("all")) {
            Some(Fault::Everything)
        } else if reason.is_empty() {
            Some(Fault::NoReason)
        } else {
            None
        };
        Some(Self { len: text.trim_end().len(), rules, reason: reason.to_owned(), fault })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> Vec<Suppression> {
        suppressions(&Source::from_str(FileId(0), path, text))
    }

    /// The text that the only suppression covers.
    fn covered(path: &str, text: &str) -> String {
        let found = read(path, text);
        assert_eq!(found.len(), 1, "{path}: {text}");
        assert_eq!(found[0].fault, None, "{path}: {text}");
        text[found[0].covers.start as usize..found[0].covers.end as usize].to_owned()
    }

    #[test]
    fn every_comment_syntax_is_read() {
        for (path, line) in [
            ("a.yaml", "# synthgate: ignore[CRED-002] -- reason"),
            ("a.py", "#synthgate: ignore[CRED-002] -- reason"),
            ("a.ts", "// synthgate: ignore[CRED-002] -- reason"),
            ("a.ts", "/// synthgate: ignore[CRED-002] -- reason"),
            ("a.sql", "-- synthgate: ignore[CRED-002] -- reason"),
            ("a.ini", "; synthgate: ignore[CRED-002] -- reason"),
            ("a.properties", "! synthgate: ignore[CRED-002] -- reason"),
            ("a.cls", "/* synthgate: ignore[CRED-002] -- reason */"),
            ("a.cls", "/** synthgate: ignore[CRED-002] -- reason */"),
            ("a.xml", "<!-- synthgate: ignore[CRED-002]: reason -->"),
            ("a.xml", "<!-- synthgate: ignore[CRED-002] — reason -->"),
            ("a.mmd", "%% synthgate: ignore[CRED-002] -- reason"),
            ("a.j2", "{# synthgate: ignore[CRED-002] -- reason #}"),
            ("README.md", "<!-- synthgate: ignore[CRED-002] -- reason -->"),
        ] {
            assert_eq!(covered(path, &format!("before\n{line}\nbelow\nafter\n")), format!("{line}\nbelow\n"));
            let found = &read(path, &format!("{line}\nbelow"))[0];
            assert_eq!(
                (found.rules.as_slice(), found.reason.as_str()),
                (&["CRED-002".to_owned()][..], "reason"),
                "{line}"
            );
            assert!(found.whole_file);
        }
    }

    #[test]
    fn a_comment_behind_code_covers_its_line_only() {
        let line = "key: ${X} # synthgate: ignore[CRED-002, ENDP-001] -- it's one key\n";
        assert_eq!(covered("a.yaml", &format!("a: b\n{line}c: d\n")), line);
        assert_eq!(read("a.yaml", line)[0].rules, ["CRED-002", "ENDP-001"]);
        assert_eq!(
            covered("a.yaml", "say: it's so # synthgate: ignore[CRED-002] -- reason"),
            "say: it's so # synthgate: ignore[CRED-002] -- reason"
        );
    }

    #[test]
    fn suppressions_may_be_stacked_and_blocks_may_have_lines() {
        let text = "# synthgate: ignore[A-1] -- one\n# synthgate: ignore[B-2] -- two\nkey: 1\nother: 2\n";
        let found = read("a.yaml", text);
        let end = text.find("other").unwrap() as u32;
        assert_eq!(found.iter().map(|s| s.covers.clone()).collect::<Vec<_>>(), [0..end, 32..end]);
        let block = "/*\n * synthgate: ignore[A-1] -- one\n */\nkey\n";
        assert_eq!(covered("a.ts", &format!("{block}other\n")), block);
    }

    #[test]
    fn what_stands_in_a_string_or_in_prose_is_none() {
        for (path, text) in [
            ("a.yaml", "note: \"# synthgate: ignore[CRED-002] -- reason\""),
            ("a.yaml", "note: 'synthgate: ignore[CRED-002] -- reason'"),
            ("a.yaml", "note: synthgate: ignore[CRED-002] -- reason"),
            ("a.json", "{\"note\": \"// synthgate: ignore[CRED-002] -- reason\"}"),
            ("a.ts", "const a = \"https://synthgate: ignore[CRED-002] -- reason\";"),
            ("a.ts", "const a = 'x /* synthgate: ignore[CRED-002] -- reason */';"),
            ("a.csv", "# synthgate: ignore[CRED-002] -- reason"),
            ("a.md", "Write `# synthgate: ignore[CRED-002] -- reason`."),
            ("a.py", "# see synthgate: its page"),
            ("a.py", "# synthgate: docs"),
        ] {
            assert_eq!(read(path, text), [], "{path}: {text}");
        }
    }

    #[test]
    fn what_does_not_count_says_why() {
        for (text, fault) in [
            ("# synthgate: ignore[CRED-002]", Fault::NoReason),
            ("# synthgate: ignore[CRED-002] --", Fault::NoReason),
            ("# synthgate: ignore[CRED-002] reason", Fault::NoReason),
            ("# synthgate: ignore -- reason", Fault::Everything),
            ("# synthgate: ignore", Fault::Everything),
            ("# synthgate: ignore[] -- reason", Fault::Everything),
            ("# synthgate: ignore[*] -- reason", Fault::Everything),
            ("# synthgate: ignore[CRED-*] -- reason", Fault::Everything),
            ("# synthgate: ignore[CRED-002 -- reason", Fault::Malformed),
            ("# synthgate: ignroe[CRED-002] -- reason", Fault::Malformed),
        ] {
            assert_eq!(read("a.yaml", text)[0].fault, Some(fault), "{text}");
        }
    }

    #[test]
    fn offsets_are_those_on_disk() {
        let text = "\u{feff}é: 1\n# synthgate: ignore[A-1] -- é\nkey: 1\n";
        let found = read("a.yaml", text);
        let span = found[0].span;
        assert_eq!(&text[span.start as usize..span.end as usize], "synthgate: ignore[A-1] -- é");
        assert_eq!(&text[found[0].covers.start as usize..found[0].covers.end as usize], &text[9..]);
        assert!(!found[0].whole_file);
    }
}
