//! Catalogues of lines: gettext, Fluent, Apple's strings.

use std::ops::Range;

use super::{Forms, Message, is_text};
use crate::source::Source;

/// gettext: the text itself is the key. What is marked `fuzzy` is not shown.
pub(super) fn gettext(source: &Source, forms: &Forms) -> Vec<Message> {
    let mut found = Vec::new();
    let mut entry = Entry::default();
    for (range, line) in lines(source.text()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with("#~") {
            entry.end(source, forms, &mut found);
        } else if let Some(flags) = line.strip_prefix("#,") {
            if entry.part == Part::Text {
                entry.end(source, forms, &mut found);
            }
            entry.fuzzy |= flags.split(',').any(|f| f.trim() == "fuzzy");
        } else if let Some((word, text)) = line.split_once(char::is_whitespace).filter(|(w, _)| w.starts_with("msg")) {
            if matches!(word, "msgid" | "msgctxt") && entry.part == Part::Text {
                // No blank line stands between them.
                entry.end(source, forms, &mut found);
            }
            entry.part = match word {
                "msgid" => Part::Id,
                "msgctxt" => Part::Context,
                "msgid_plural" => Part::Plural,
                _ => Part::Text,
            };
            if entry.part == Part::Id {
                entry.at = range;
            }
            entry.push(text);
        } else if line.starts_with('"') {
            entry.push(line);
        }
        // What remains are comments.
    }
    entry.end(source, forms, &mut found);
    found
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Nothing,
    Context,
    Id,
    Plural,
    Text,
}

/// An entry while it is read.
#[derive(Default)]
struct Entry {
    at: Range<usize>,
    part: Part,
    id: String,
    text: String,
    fuzzy: bool,
}

impl Entry {
    fn push(&mut self, quoted: &str) {
        let text = quoted.trim().trim_start_matches('"').trim_end_matches('"');
        match self.part {
            Part::Id => self.id.push_str(text),
            Part::Text => self.text.push_str(text),
            _ => {}
        }
    }

    fn end(&mut self, source: &Source, forms: &Forms, found: &mut Vec<Message>) {
        let entry = std::mem::take(self);
        let id = entry.id.replace("\\\"", "\"").replace("\\n", "\n");
        if entry.part != Part::Nothing && forms.has(&id) {
            let filled = is_text(&entry.text) && !entry.fuzzy;
            found.push(Message { span: source.span(entry.at), locale: None, filled });
        }
    }
}

/// `key = value`, `"key" = "value";`, with values that go on over indented lines.
pub(super) fn pairs(source: &Source, forms: &Forms) -> Vec<Message> {
    let mut found: Vec<Message> = Vec::new();
    let mut open = false;
    for (range, line) in lines(source.text()) {
        if line.starts_with([' ', '\t']) {
            // Fluent: the rest of the message above.
            if open && let Some(last) = found.last_mut() {
                last.filled |= is_text(line) && !line.trim_start().starts_with('.');
            }
            continue;
        }
        open = false;
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim().trim_matches('"');
        if forms.has(key) {
            open = true;
            let value = value.trim().trim_end_matches(';').trim_matches('"');
            let end = range.start + line.find('=').unwrap_or(line.len());
            found.push(Message { span: source.span(range.start..end), locale: None, filled: is_text(value) });
        }
    }
    found
}

/// Lines with their ranges.
fn lines(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let range = start..start + line.trim_end().len();
        start += line.len();
        (range, line.trim_end_matches(['\n', '\r']))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::extract::messages::messages;
    use crate::source::{FileId, Source};

    fn filled(path: &str, text: &str, key: &str) -> Vec<bool> {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        messages(&source, key).unwrap().into_iter().map(|m| m.filled).collect()
    }

    #[test]
    fn gettext_entries_are_read_over_lines_and_flags() {
        let text = "msgid \"\"\nmsgstr \"Language: de\\n\"\n\n#: a.py:3\nmsgid \"Made \"\n\"up\"\nmsgstr \"Erfunden\"\n\n\
                    #, fuzzy\nmsgid \"Old\"\nmsgstr \"Alt\"\n\nmsgid \"New\"\nmsgstr \"\"\n";
        assert_eq!(filled("locale/de/LC_MESSAGES/django.po", text, "Made up"), [true]);
        assert_eq!(filled("locale/de/LC_MESSAGES/django.po", text, "Old"), [false]);
        assert_eq!(filled("locale/de/LC_MESSAGES/django.po", text, "New"), [false]);
        assert_eq!(filled("locale/de/LC_MESSAGES/django.po", text, "None"), [] as [bool; 0]);
    }

    #[test]
    fn fluent_and_strings() {
        assert_eq!(filled("de/main.ftl", "notice = Erfunden\nlong =\n    Erfunden\nempty =\n", "notice"), [true]);
        assert_eq!(filled("de/main.ftl", "notice = Erfunden\nlong =\n    Erfunden\nempty =\n", "long"), [true]);
        assert_eq!(filled("de/main.ftl", "notice = Erfunden\nlong =\n    Erfunden\nempty =\n", "empty"), [false]);
        assert_eq!(filled("de.lproj/a.strings", "\"notice\" = \"Erfunden\";\n", "notice"), [true]);
        assert_eq!(filled("de.lproj/a.strings", "\"notice\" = \"\";\n", "notice"), [false]);
    }
}
