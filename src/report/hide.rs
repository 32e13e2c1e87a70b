//! What a code frame may show of a line: in comes a window of a file, out comes the same window with every secret and
//! every value of a data table made unreadable, character for character, so that spans still fit.
//!
//! In a table of data any cell can be a person's, so all cells are hidden and what is shown is what names them: a
//! header, the keys of a record, the head of an INSERT. Elsewhere the mask decides by form, the secrets' own spans by
//! place, and a key that speaks of a person by name.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::mask::{HIDDEN, mask_same_width};
use crate::parse::Format;
use crate::source::locate::Window;

/// A window that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// 1-based line.
    pub line: u32,
    /// The text, masked.
    pub text: String,
    /// The part that the span covers, in bytes of `text`.
    pub range: Range<usize>,
    /// The line goes on before the text.
    pub cut_left: bool,
    /// The line goes on behind the text.
    pub cut_right: bool,
}

/// What is known of the window's file.
#[derive(Debug)]
pub(super) struct Veil<'a> {
    /// The file's format.
    pub format: Format,
    /// The ranges of secret values in the window's text.
    pub secrets: &'a [Range<usize>],
    /// The ranges of column names in the window's text; none where the file is no table of data.
    pub columns: Option<&'a [Range<usize>]>,
    /// The span itself is an address or a name, not somebody's value, even in a table.
    pub span_is_public: bool,
}

/// Hides what must not be shown.
pub(super) fn hide(window: &Window, veil: &Veil<'_>) -> Shown {
    let mut chars = Chars::new(&window.text);
    if let Some(columns) = veil.columns {
        let mut shown: Vec<Range<usize>> = columns.to_vec();
        shown.extend(names(&window.text, veil.format, window.cut_left));
        if veil.span_is_public {
            shown.push(window.range.clone());
        }
        chars.hide_all_but(&shown);
    } else {
        for found in PERSON_KEY.captures_iter(&window.text) {
            if let Some(value) = found.get(1).filter(|v| !REFERENCE.is_match(v.as_str())) {
                chars.hide(value.range());
            }
        }
    }
    for secret in veil.secrets {
        chars.hide(secret.clone());
    }
    let range = chars.moved(window.range.clone());
    let text: String = chars.shown.iter().collect();
    let (text, range) = by_form(text, range);
    let text = hide_cut_words(text, window.cut_left, window.cut_right);
    Shown { line: window.line, text, range, cut_left: window.cut_left, cut_right: window.cut_right }
}

/// The text as characters, so that hiding one never moves another.
struct Chars {
    /// Byte offsets of the original characters.
    at: Vec<usize>,
    shown: Vec<char>,
}

impl Chars {
    fn new(text: &str) -> Self {
        let (at, shown) = text.char_indices().unzip();
        Self { at, shown }
    }

    fn index(&self, byte: usize) -> usize {
        self.at.partition_point(|a| *a < byte)
    }

    fn hide(&mut self, bytes: Range<usize>) {
        let range = self.index(bytes.start)..self.index(bytes.end);
        for c in &mut self.shown[range] {
            *c = HIDDEN;
        }
    }

    fn hide_all_but(&mut self, kept: &[Range<usize>]) {
        let mut keep = vec![false; self.shown.len()];
        for bytes in kept {
            keep[self.index(bytes.start)..self.index(bytes.end.max(bytes.start))].fill(true);
        }
        for (c, keep) in self.shown.iter_mut().zip(keep) {
            if !keep {
                *c = outline(*c);
            }
        }
    }

    /// The same characters' range in bytes of the shown text.
    fn moved(&self, bytes: Range<usize>) -> Range<usize> {
        let at = |byte| self.shown[..self.index(byte)].iter().map(|c| c.len_utf8()).sum();
        at(bytes.start)..at(bytes.end)
    }
}

/// A value's outline: enough to see that a cell holds an address or a date, not which.
fn outline(c: char) -> char {
    if c.is_whitespace() || c.is_ascii_punctuation() || c == '\u{FFFD}' { c } else { HIDDEN }
}

/// The parts of a data line that name things: they are shown.
fn names(text: &str, format: Format, cut_left: bool) -> Vec<Range<usize>> {
    let keys = match format {
        Format::Json | Format::Ndjson => &*JSON_KEY,
        Format::Yaml => &*YAML_KEY,
        Format::Sql => &*SQL_HEAD,
        _ => return Vec::new(),
    };
    let names = keys.captures_iter(text).filter_map(|found| found.get(1)).map(|name| name.range());
    // The beginning of a window that was cut is not the beginning of a line.
    names
        .filter(|name| !(cut_left && text[..name.start].trim_start_matches(['"', '\'', ' ', '-', '\t']).is_empty()))
        .collect()
}

/// Applies the mask by form. Should it ever change the number of characters, spans would no longer fit: then the
/// outline is all there is.
fn by_form(text: String, range: Range<usize>) -> (String, Range<usize>) {
    let masked = mask_same_width(&text);
    if masked == text {
        drop(masked);
        return (text, range);
    }
    let before = Chars::new(&text);
    let chars: Vec<char> = masked.chars().collect();
    let shown =
        if chars.len() == before.shown.len() { chars } else { before.shown.iter().map(|c| outline(*c)).collect() };
    let after = Chars { at: before.at, shown };
    let range = after.moved(range);
    (after.shown.iter().collect(), range)
}

/// A value that the window's edge cuts can't be recognised by its form: the cut word is hidden whole.
fn hide_cut_words(text: String, left: bool, right: bool) -> String {
    let breaks = |c: char| {
        c.is_whitespace()
            || matches!(c, '"' | '\'' | '`' | ',' | ';' | '|' | '<' | '>' | '(' | ')' | '{' | '}' | '[' | ']')
    };
    let head = if left { text.find(breaks).unwrap_or(text.len()) } else { 0 };
    let tail = if right { text.rfind(breaks).map_or(0, |i| i + 1) } else { text.len() };
    if head == 0 && tail >= text.len() {
        return text;
    }
    // Outlines keep each character's length here: what is hidden is replaced by as many bytes.
    text.char_indices()
        .flat_map(|(i, c)| {
            let hidden = i < head || i >= tail;
            std::iter::repeat_n(if hidden { HIDDEN } else { c }, if hidden { c.len_utf8() } else { 1 })
        })
        .collect()
}

/// `"key":` behind a brace, a comma or at the start of a line; a value that holds such text has its quotes escaped.
static JSON_KEY: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?:^|[{,\[])\s*("@?[\p{L}_$][\p{L}\p{N}_$.:-]{0,63}")\s*:"#));

static YAML_KEY: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?:^\s*(?:-\s+)*|[{,]\s*)(["']?[\p{L}_$][\p{L}\p{N}_$.-]{0,63}["']?)\s*:(?:\s|$)"#));

/// The head of a statement that brings rows, up to its first value; a dump's comment.
static SQL_HEAD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)^(\s*(?:--.*|#.*|(?:INSERT|REPLACE)\s+(?:IGNORE\s+)?INTO\s+[\w."`\[\]]+\s*(?:\([\w\s,"`\[\]]*\))?\s*(?:VALUES)?|COPY\s+[\w."]+\s*(?:\([\w\s,"]*\))?\s*FROM\s+stdin\b|(?:CREATE|ALTER|DROP)\s+TABLE\s[\w\s."`]*|\(?\s*$))"#,
    )
});

/// A key that names what has no form of its own: a person's name, birthday or home, with the value behind it on the
/// same line. (Keys that name secrets are the mask's.)
static PERSON_KEY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(?:(?:first|last|full|given|family|middle|maiden)[_-]?name|surname|birth[_-]?(?:date|day)|date[_-]?of[_-]?birth|\bdob|street|postal[_-]?address|home[_-]?address)\w{0,16}["']?\s*(?::|=>?)\s*["']?([^\s"',;}\]]+(?:[ ][^\s"',;}\]:=]+)*)"#,
    )
});

/// A value that only says where the value is.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:\$|\{\{|%\{?|!|#|<|\[|\{$|vault:|op://|arn:|callout:|env[:.(]|secrets?\.|ref\+|file:|@|projects/|https?://|true$|false$|null$|none$|\|$|>$|-$)",
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| unreachable!("a pattern of this file, which a test compiles"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str, span: &str) -> Window {
        let at = text.find(span).unwrap();
        Window { line: 1, text: text.into(), range: at..at + span.len(), cut_left: false, cut_right: false, start: 0 }
    }

    fn shown(format: Format, text: &str, columns: Option<&[&str]>) -> String {
        let window = window(text, "");
        let columns: Option<Vec<_>> =
            columns.map(|c| c.iter().map(|c| text.find(c).map(|i| i..i + c.len()).unwrap()).collect());
        let veil = Veil { format, secrets: &[], columns: columns.as_deref(), span_is_public: false };
        hide(&window, &veil).text
    }

    #[test]
    fn a_table_shows_names_and_outlines() {
        let cases: &[(Format, &str, &[&str], &str)] = &[
            (Format::Csv, "name,mail", &["name", "mail"], "name,mail"),
            (Format::Csv, "Ada Løv,ada@x.example", &[], "*** ***,***@*.*******"),
            (
                Format::Ndjson,
                r#"{"name":"Ada","n":12,"x":{"city":"Bonn"}}"#,
                &[],
                r#"{"name":"***","n":**,"x":{"city":"****"}}"#,
            ),
            (Format::Json, r#"  "mail": "a, \"b\": c","#, &[], r#"  "mail": "*, \"*\": *","#),
            (Format::Json, r#"{"ada@x.example": 1}"#, &[], r#"{"***@*.*******": *}"#),
            (Format::Yaml, "  - name: Ada: Bonn", &[], "  - name: ***: ****"),
            (
                Format::Sql,
                "INSERT INTO c (id, name) VALUES (1,'Ada')",
                &[],
                "INSERT INTO c (id, name) VALUES (*,'***')",
            ),
            (Format::Sql, "1\tAda\tBonn", &[], "*\t***\t****"),
        ];
        for (format, text, columns, expected) in cases {
            assert_eq!(shown(*format, text, Some(columns)), *expected);
        }
    }

    #[test]
    fn configuration_shows_references_and_hides_what_a_key_tells() {
        for (text, expected) in [
            ("  secret: ${SF_SECRET}", "  secret: ${SF_SECRET}"),
            ("  client_secret: hunter2", "  client_secret: *******"),
            ("PASSWORD='correct horse'", "PASSWORD='*************'"),
            (r#""firstName": "Ada", "id": 7"#, r#""firstName": "***", "id": 7"#),
            ("tokenUrl: https://login.example/x", "tokenUrl: https://login.example/x"),
        ] {
            assert_eq!(shown(Format::Yaml, text, None), expected);
        }
    }

    #[test]
    fn spans_still_fit_when_wide_characters_are_hidden() {
        let window = window("k: é密é url", "url");
        let veil = Veil {
            format: Format::Yaml,
            secrets: std::slice::from_ref(&(3..10)),
            columns: None,
            span_is_public: false,
        };
        let shown = hide(&window, &veil);
        assert_eq!((shown.text.as_str(), &shown.text[shown.range.clone()]), ("k: *** url", "url"));
    }

    #[test]
    fn a_word_that_the_window_cuts_is_hidden() {
        let mut window = window("half.of@an.example, whole, ano", "whole");
        (window.cut_left, window.cut_right) = (true, true);
        let veil = Veil { format: Format::Yaml, secrets: &[], columns: None, span_is_public: false };
        assert_eq!(hide(&window, &veil).text, "******************, whole, ***");
    }
}
