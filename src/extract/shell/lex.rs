//! Cutting shell text into commands: in comes a script, out come its commands as words with their ranges, in order.
//! Comments and the bodies of here-documents are left out; commands inside `$(…)` and backticks follow the one that
//! holds them. Not a full grammar: what can't be read becomes a word, never an error.

use std::ops::Range;

/// How deep `$(…)` is followed.
const MAX_NESTING: usize = 8;

/// How a command stands to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// On a line of its own.
    Line,
    /// After `;`.
    Then,
    /// After `&&`.
    And,
    /// After `||`.
    Or,
    /// After `|`.
    Pipe,
    /// After `)`: an arm of a `case`, or behind a group.
    Close,
}

/// One simple command: assignments, a program, its arguments, redirections.
#[derive(Debug, Clone)]
pub struct Command<'t> {
    /// Its words in order, with quotes, redirections and assignments.
    pub words: Vec<Word<'t>>,
    /// What stands before it.
    pub join: Join,
    /// It stands inside `$(…)` or backticks.
    pub nested: bool,
}

/// A word and where it stands in the text.
#[derive(Debug, Clone)]
pub struct Word<'t> {
    /// With its quotes.
    pub raw: &'t str,
    /// In the whole text.
    pub range: Range<usize>,
}

impl<'t> Word<'t> {
    /// Without the quotes around it.
    pub fn plain(&self) -> &'t str {
        let raw = self.raw;
        for quote in ['"', '\''] {
            if let Some(inner) = raw.strip_prefix(quote).and_then(|r| r.strip_suffix(quote)) {
                return inner;
            }
        }
        raw
    }

    /// `NAME=value`: the name and the value's range. `+=` and array elements count too.
    pub fn assignment(&self) -> Option<(&'t str, Range<usize>)> {
        let at = self.raw.find('=')?;
        let name = self.raw[..at].trim_end_matches('+');
        let valid = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
        valid.then(|| (name, self.range.start + at + 1..self.range.end))
    }
}

/// The commands of a script. `make` reads `$(X)` as a variable, as make does.
pub fn commands(text: &str, make: bool) -> Vec<Command<'_>> {
    let mut lexer = Lexer { text, make, out: Vec::new(), depth: 0 };
    lexer.script(0..text.len(), false);
    lexer.out
}

struct Lexer<'t> {
    text: &'t str,
    make: bool,
    out: Vec<Command<'t>>,
    depth: usize,
}

impl<'t> Lexer<'t> {
    fn script(&mut self, range: Range<usize>, nested: bool) {
        let bytes = self.text.as_bytes();
        let mut at = range.start;
        let mut words: Vec<Word<'t>> = Vec::new();
        let mut join = Join::Line;
        let mut heredocs: Vec<(String, bool)> = Vec::new();
        let mut inner: Vec<Range<usize>> = Vec::new();
        while at < range.end {
            let (next, length) = match &bytes[at..range.end] {
                [b' ' | b'\t' | b'\r', ..] => {
                    at += 1;
                    continue;
                }
                [b'\\', b'\n', ..] => {
                    at += 2;
                    continue;
                }
                [b'\\', b'\r', b'\n', ..] => {
                    at += 3;
                    continue;
                }
                [b'#', ..] => {
                    at = line_end(bytes, at, range.end);
                    continue;
                }
                [b'\n', ..] => (Join::Line, 1),
                [b'&', b'&', ..] => (Join::And, 2),
                [b'|', b'|', ..] => (Join::Or, 2),
                [b'|', b'&', ..] => (Join::Pipe, 2),
                [b'|', ..] => (Join::Pipe, 1),
                [b';', ..] => (Join::Then, 1),
                [b'&', b'>', ..] => (Join::Then, 0),
                [b'&', ..] => (Join::Then, 1),
                [b'(', ..] => (Join::Then, 1),
                [b')', ..] => (Join::Close, 1),
                [b'<', b'<', rest @ ..] if !rest.starts_with(b"<") => {
                    let (delimiter, end) = heredoc(self.text, at + 2, range.end);
                    heredocs.extend(delimiter);
                    at = end;
                    continue;
                }
                _ => (Join::Then, 0),
            };
            if length == 0 {
                let end = self.word(at, range.end, &mut inner).max(at + 1);
                let end = (end..=range.end).find(|e| self.text.is_char_boundary(*e)).unwrap_or(range.end);
                words.push(Word { raw: &self.text[at..end], range: at..end });
                at = end;
                continue;
            }
            self.finish(&mut words, &mut join, next, &mut inner, nested);
            let newline = bytes[at] == b'\n';
            at += length;
            if newline {
                at = skip_heredocs(self.text, at, range.end, &mut heredocs);
            }
        }
        self.finish(&mut words, &mut join, Join::Line, &mut inner, nested);
    }

    /// Ends a command and reads what its substitutions hold.
    fn finish(
        &mut self,
        words: &mut Vec<Word<'t>>,
        join: &mut Join,
        next: Join,
        inner: &mut Vec<Range<usize>>,
        nested: bool,
    ) {
        if !words.is_empty() {
            self.out.push(Command { words: std::mem::take(words), join: *join, nested });
            *join = next;
        } else if next != Join::Line || *join == Join::Close {
            // `a &&` at a line's end goes on on the next one; a `;` after nothing does not.
            *join = next;
        }
        for range in std::mem::take(inner) {
            if self.depth < MAX_NESTING {
                self.depth += 1;
                self.script(range, true);
                self.depth -= 1;
            }
        }
    }

    /// The end of the word that starts at `at`; what its substitutions hold goes to `inner`.
    fn word(&mut self, mut at: usize, end: usize, inner: &mut Vec<Range<usize>>) -> usize {
        let bytes = self.text.as_bytes();
        if bytes[at] == b'&' {
            at += 1;
        }
        while at < end {
            match &bytes[at..end] {
                [b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b')' | b'(', ..] => break,
                [b'&', ..] if at > 0 && bytes[at - 1] != b'>' => break,
                [b'<', b'<', rest @ ..] if !rest.starts_with(b"<") => break,
                [b'\\', ..] => at += 2,
                [b'\'', ..] => at = memchr::memchr(b'\'', &bytes[at + 1..end]).map_or(end, |i| at + i + 2),
                [b'"', ..] => at = self.double_quoted(at + 1, end, inner),
                [b'`' | b'$', ..] => at = self.expansion(at, end, inner),
                _ => at += 1,
            }
        }
        at.min(end)
    }

    fn double_quoted(&mut self, mut at: usize, end: usize, inner: &mut Vec<Range<usize>>) -> usize {
        let bytes = self.text.as_bytes();
        while at < end {
            match bytes[at] {
                b'"' => return at + 1,
                b'\\' => at += 2,
                b'$' | b'`' => at = self.expansion(at, end, inner),
                _ => at += 1,
            }
        }
        end
    }

    /// `${…}`, `$(…)`, `` `…` ``, `$X`: the end of what starts at `at`.
    fn expansion(&mut self, at: usize, end: usize, inner: &mut Vec<Range<usize>>) -> usize {
        let bytes = self.text.as_bytes();
        let close = match &bytes[at..end] {
            [b'`', ..] => {
                let close = memchr::memchr(b'`', &bytes[at + 1..end]).map(|i| at + 1 + i);
                inner.extend(close.map(|c| at + 1..c));
                close
            }
            [b'$', b'{', ..] => balanced(bytes, at + 1, end, b'{', b'}'),
            [b'$', b'(', rest @ ..] => {
                let close = balanced(bytes, at + 1, end, b'(', b')');
                if !self.make && !rest.starts_with(b"(") {
                    inner.extend(close.map(|c| at + 2..c));
                }
                close
            }
            _ => Some(at),
        };
        close.map_or(at + 1, |c| c + 1)
    }
}

/// The closing bracket of the one at `at`; quotes are not looked into, brackets inside them are rare and balanced.
fn balanced(bytes: &[u8], at: usize, end: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    for i in memchr::memchr2_iter(open, close, &bytes[at..end]) {
        if bytes[at + i] == open {
            depth += 1;
        } else {
            depth -= 1;
            if depth == 0 {
                return Some(at + i);
            }
        }
    }
    None
}

fn line_end(bytes: &[u8], at: usize, end: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..end]).map_or(end, |i| at + i)
}

/// The delimiter of a here-document whose `<<` ends at `at`, whether its end may be indented, and where the word ends.
fn heredoc(text: &str, at: usize, end: usize) -> (Option<(String, bool)>, usize) {
    let rest = &text[at..end];
    let indented = rest.starts_with('-');
    let skipped = rest.len() - rest.trim_start_matches('-').trim_start_matches([' ', '\t']).len();
    let word = &rest[skipped..];
    let length = word.find(|c: char| c.is_whitespace() || ";|&<>()".contains(c)).unwrap_or(word.len());
    let name: String = word[..length].chars().filter(|c| !matches!(c, '"' | '\'' | '\\')).collect();
    ((!name.is_empty()).then_some((name, indented)), at + skipped + length)
}

fn skip_heredocs(text: &str, mut at: usize, end: usize, heredocs: &mut Vec<(String, bool)>) -> usize {
    for (delimiter, _) in heredocs.drain(..) {
        let mut cursor = at;
        loop {
            if cursor >= end {
                // Never closed: the rest of the script is its body.
                return end;
            }
            let stop = line_end(text.as_bytes(), cursor, end);
            let line = text[cursor..stop].trim();
            cursor = (stop + 1).min(end);
            // A YAML block has lost its indentation, so that an indented end is accepted without `<<-` too.
            if line == delimiter {
                break;
            }
        }
        at = cursor;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Vec<(Join, Vec<&str>)> {
        commands(text, false).into_iter().map(|c| (c.join, c.words.iter().map(|w| w.raw).collect())).collect()
    }

    #[test]
    fn commands_are_cut_where_the_shell_cuts_them() {
        assert_eq!(
            shown("set -e # all\na=1 b \"c d\" \\\n  e && f || g | h; i\n"),
            [
                (Join::Line, vec!["set", "-e"]),
                (Join::Line, vec!["a=1", "b", "\"c d\"", "e"]),
                (Join::And, vec!["f"]),
                (Join::Or, vec!["g"]),
                (Join::Pipe, vec!["h"]),
                (Join::Then, vec!["i"]),
            ]
        );
    }

    #[test]
    fn bodies_of_here_documents_are_no_commands() {
        assert_eq!(
            shown("cat <<EOF > x\ncurl https://a.example\nEOF\nls"),
            [(Join::Line, vec!["cat", ">", "x"]), (Join::Line, vec!["ls"])]
        );
    }

    #[test]
    fn substitutions_are_read_too() {
        let all = shown("T=$(curl -s \"$U\") && echo ${A:-b c} ${{ secrets.X || 'y' }}");
        assert_eq!(all[1], (Join::Line, vec!["curl", "-s", "\"$U\""]));
        assert_eq!(all[2], (Join::And, vec!["echo", "${A:-b c}", "${{ secrets.X || 'y' }}"]));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[a-z \\\\\"'`$(){}<>|&;#\\n=é-]{0,80}") {
            for command in commands(&text, false) {
                for word in command.words {
                    if !command.nested { prop_assert_eq!(&text[word.range.clone()], word.raw); }
                    let _ = (word.plain(), word.assignment());
                }
            }
        }
    }
}
