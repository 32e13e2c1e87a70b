//! One file of an example: in come the lines of a fenced block, out come its bytes and what its caret lines expect.

use super::{At, Expected, Kind, PageProblem};
use crate::finding::{Confidence, Severity};

/// Stands in a file where nothing does: keeps an invented secret from looking live in this project's own tree.
pub(super) const NOTHING: &str = "{-}";

/// A file without its annotations.
pub(super) struct Read {
    pub bytes: Vec<u8>,
    pub expected: Vec<Expected>,
}

/// Reads a block. Its info string is a language and words that say how the file is written.
pub(super) fn read(path: &str, info: &str, lines: &[(usize, String)]) -> Result<Read, PageProblem> {
    let mut text: Vec<String> = Vec::new();
    let mut raw: Option<&str> = None;
    let mut expected = Vec::new();
    for (number, line) in lines {
        let Some(carets) = carets(line) else {
            text.push(line.replace(NOTHING, ""));
            raw = Some(line);
            continue;
        };
        let problem = |message: String| PageProblem { line: *number, message };
        let above = raw.ok_or_else(|| problem("there is no line above these carets".into()))?;
        let columns = (column(above, carets.start), column(above, carets.end));
        if carets.end > above.chars().count() {
            return Err(problem("these carets stand behind the end of the line above".into()));
        }
        let (kind, severity, confidence, words) = annotation(carets.annotation).map_err(problem)?;
        let at = At::Columns(text.len() as u32, columns.0, columns.1);
        expected.push(Expected { line: *number, kind, path: path.to_owned(), at, severity, confidence, words });
    }
    let bytes = written(&text, info)
        .map_err(|message| PageProblem { line: lines.first().map_or(1, |(n, _)| n - 1), message })?;
    Ok(Read { bytes, expected })
}

/// Carets with what they say, as characters of their line (0-based, end exclusive).
struct Carets<'a> {
    start: usize,
    end: usize,
    annotation: &'a str,
}

/// A line of carets that says something; `^foo$` and `^^` alone are text.
fn carets(line: &str) -> Option<Carets<'_>> {
    let rest = line.trim_start();
    let start = line[..line.len() - rest.len()].chars().count();
    let length = rest.bytes().take_while(|b| *b == b'^').count();
    let annotation = rest[length..].strip_prefix(' ')?.trim();
    (length > 0 && annotation.starts_with(|c: char| c.is_ascii_lowercase())).then_some(Carets {
        start,
        end: start + length,
        annotation,
    })
}

/// The 1-based column in the file of a character of the line as it stands on the page.
fn column(line: &str, at: usize) -> u32 {
    let before: String = line.chars().take(at).collect();
    let removed: usize = before.matches(NOTHING).map(|m| m.chars().count()).sum();
    (at - removed) as u32 + 1
}

/// A caret line as it stands below the line above without its marks for nothing; none if it is no caret line.
pub(super) fn moved_carets(above: &str, line: &str) -> Option<String> {
    let carets = carets(line)?;
    let (start, end) = (column(above, carets.start) as usize, column(above, carets.end) as usize);
    // What indents the line above (tabs) indents the carets.
    let indent: String = line.chars().take(start - 1).collect();
    Some(format!("{indent}{} {}", "^".repeat(end.saturating_sub(start).max(1)), carets.annotation))
}

type Annotation = (Kind, Option<Severity>, Option<Confidence>, String);

/// `fail high low: words`.
fn annotation(text: &str) -> Result<Annotation, String> {
    let (head, words) = match text.split_once(':') {
        Some((head, words)) => (head, words.trim()),
        None => (text, ""),
    };
    let (kind, severity, confidence) = levels(head.split_whitespace())?;
    Ok((kind, severity, confidence, words.to_owned()))
}

fn levels<'a>(
    mut words: impl Iterator<Item = &'a str>,
) -> Result<(Kind, Option<Severity>, Option<Confidence>), String> {
    let kind = match words.next() {
        Some("fail") => Kind::Fail,
        Some("undetermined") => Kind::Undetermined,
        Some("related") => Kind::Related,
        other => return Err(format!("`{}` is none of fail, undetermined, related", other.unwrap_or_default())),
    };
    let severity = words.next().map(str::parse).transpose()?;
    let confidence = words.next().map(str::parse).transpose()?;
    match words.next() {
        Some(more) => Err(format!("`{more}` is too much; words of the message stand behind a colon")),
        None => Ok((kind, severity, confidence)),
    }
}

/// `fail high high config/prod.yaml:3: words`, the text of a comment.
pub(super) fn expected(text: &str, line: usize) -> Result<Expected, String> {
    let (head, words) = match text.split_once(": ") {
        Some((head, words)) => (head, words.trim()),
        None => (text.trim_end_matches(':'), ""),
    };
    let tokens: Vec<&str> = head.split_whitespace().collect();
    let Some((place, levels_of)) = tokens.split_last().filter(|(_, rest)| !rest.is_empty()) else {
        return Err("after the verdict stands a path: `fail config/prod.yaml:3`".into());
    };
    let (kind, severity, confidence) = levels(levels_of.iter().copied())?;
    let numbered = place.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?)));
    let (path, at) = match numbered {
        Some((path, line)) => (path, At::Line(line)),
        None => (*place, At::File),
    };
    Ok(Expected { line, kind, path: path.to_owned(), at, severity, confidence, words: words.to_owned() })
}

/// The file's bytes, written as the info string says.
fn written(lines: &[String], info: &str) -> Result<Vec<u8>, String> {
    let words: Vec<&str> = info.split_whitespace().skip(1).collect();
    let has = |word: &str| words.contains(&word);
    if let Some(unknown) = words.iter().find(|w| !matches!(**w, "crlf" | "bom" | "utf16" | "no-eol")) {
        return Err(format!("`{unknown}` is none of crlf, bom, utf16, no-eol"));
    }
    let end = if has("crlf") { "\r\n" } else { "\n" };
    let mut text = lines.join(end);
    if !has("no-eol") && !lines.is_empty() {
        text.push_str(end);
    }
    if has("utf16") {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        return Ok(units.flat_map(u16::to_le_bytes).collect());
    }
    if has("bom") {
        text.insert(0, '\u{feff}');
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_as_asked() {
        let lines = ["a".to_owned(), "é".to_owned()];
        assert_eq!(written(&lines, "txt").unwrap(), "a\né\n".as_bytes());
        assert_eq!(written(&lines, "txt crlf no-eol").unwrap(), "a\r\né".as_bytes());
        assert_eq!(written(&lines, "txt bom").unwrap(), "\u{feff}a\né\n".as_bytes());
        assert_eq!(written(&lines[..1], "txt utf16").unwrap(), [0xFF, 0xFE, b'a', 0, b'\n', 0]);
        assert_eq!(written(&[], "").unwrap(), b"");
    }

    #[test]
    fn what_only_looks_like_an_annotation_is_text() {
        for line in ["^foo$", "^^^", "^ [0-9]", "  ^", "x ^^ fail"] {
            assert!(carets(line).is_none(), "{line}");
        }
        assert!(carets("  ^ fail").is_some());
    }

    #[test]
    fn columns_skip_what_stands_for_nothing() {
        assert_eq!((column("ab{-}cd", 0), column("ab{-}cd", 2), column("ab{-}cd", 5)), (1, 3, 3));
        assert_eq!(column("ab{-}cd", 7), 5);
    }
}
