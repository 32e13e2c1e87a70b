//! Text made fit to be shown: in comes anything that may hold a piece of a scanned file, out comes text without
//! secrets, terminal escapes, hidden direction changes or workflow commands; and the breaking of it into lines.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::mask::mask;

/// One line of prose, masked and harmless in a terminal and in a CI log.
pub(super) fn clean(text: &str) -> String {
    harmless(&mask(text))
}

/// One line, harmless but not masked: for paths, which must be found again.
pub(super) fn harmless(text: &str) -> String {
    let flat: Cow<'_, str> = if text.contains(is_unseen) {
        text.chars().map(|c| if is_break(c) { ' ' } else { visible(c, '\u{FFFD}') }).collect()
    } else {
        Cow::Borrowed(text)
    };
    no_commands(&flat)
}

/// A runner reads `::command::` at the start of a line and `##[command]` anywhere in it. Text is broken into lines
/// later, so both are taken apart wherever a line could begin.
fn no_commands(text: &str) -> String {
    if !text.contains("::") && !text.contains("##[") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut start_of_word = true;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        out.push(c);
        let splits = c == ':' && start_of_word && rest.peek() == Some(&':')
            || c == '#' && out.ends_with("##") && rest.peek() == Some(&'[');
        if splits {
            out.push(' ');
        }
        start_of_word = c.is_whitespace();
    }
    out
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' | '\u{85}')
}

/// Whether a character moves the cursor, changes the reading direction, or takes no room at all.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// The character, or a mark that something unseen stands there.
pub(super) fn visible(c: char, mark: char) -> char {
    if is_unseen(c) { mark } else { c }
}

/// How many columns of a terminal the text takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Breaks prose into lines of at most `width` columns, at spaces; a longer word is broken where it must.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(8);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let len = word.width();
        if used > 0 && used + 1 + len <= width {
            push(&mut lines, " ");
            push(&mut lines, word);
            used += 1 + len;
            continue;
        }
        if used > 0 {
            lines.push(String::new());
        }
        used = 0;
        for c in word.chars() {
            let w = c.width().unwrap_or(0);
            if used + w > width {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, c.encode_utf8(&mut [0; 4]));
            used += w;
        }
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_unseen_and_no_command_gets_through() {
        let text = harmless("::error::a\u{1b}[31m \u{202e}b ::set-output x\n::stop ##[warning] a::b");
        assert_eq!(text, ": :error::a\u{FFFD}[31m \u{FFFD}b : :set-output x : :stop ## [warning] a::b");
        assert_eq!(harmless("plain"), "plain");
    }

    #[test]
    fn lines_are_broken_at_spaces_and_long_words_where_they_must() {
        assert_eq!(wrap("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("ab abcdefghijkl", 8), ["ab", "abcdefgh", "ijkl"]);
        assert_eq!(wrap("日本語 日本語", 8), ["日本語", "日本語"]);
    }
}
