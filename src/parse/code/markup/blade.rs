//! Blade: directives and outputs by an own scanner, their expressions as PHP, and the markup around them.
//!
//! A directive with arguments is a call of its name (`@lang('x')`, `@can('y')`), a partial (`@include`) an import; the
//! branching ones are branches whose condition is their argument, or the call.

use std::ops::Range;

use memchr::memmem;

use super::directives::{Blocks, Form};
use super::html::{self, HOLE};
use super::snippets::Snippets;
use super::{Kind, Language, Page, Role};

/// Branches whose condition is a call of their name: the directive, and how it ends and goes on.
const CONDITIONS: &[&str] = &[
    "can",
    "cannot",
    "canany",
    "auth",
    "guest",
    "env",
    "production",
    "isset",
    "empty",
    "hassection",
    "sectionmissing",
    "session",
    "error",
    "once",
    "feature",
    "role",
    "hasrole",
];

/// Directives that name another template.
const PARTIALS: &[&str] = &[
    "include",
    "includeif",
    "includewhen",
    "includeunless",
    "includefirst",
    "each",
    "extends",
    "component",
    "livewire",
];

/// Style sheets' own words behind an `@`.
const STYLES: &[&str] = &["media", "supports", "container", "layer", "import", "charset", "keyframes", "page"];

/// No directive's arguments are longer.
const MAX_ARGUMENTS: usize = 64 << 10;

pub(super) fn read(page: &mut Page) -> Option<Language> {
    let mut reader = Reader {
        bytes: page.bytes().to_vec(),
        snippets: Snippets::new(page.text),
        blocks: Blocks::default(),
        patience: 4 * MAX_ARGUMENTS,
        page,
    };
    let mut at = 0;
    while let Some(end) = reader.next(at) {
        at = end;
    }
    let Reader { page, bytes, snippets, blocks, .. } = reader;
    let regions = blocks.finish(page);
    snippets.parse(page, Language::Blade, true);
    html::with_scripts(page, &bytes, &regions);
    None
}

struct Reader<'p, 's> {
    page: &'p mut Page<'s>,
    /// The page with holes where its tags stand.
    bytes: Vec<u8>,
    snippets: Snippets<'s>,
    blocks: Blocks,
    /// How many bytes may still be looked through for brackets that are never closed.
    patience: usize,
}

impl Reader<'_, '_> {
    /// Reads the next tag from a place on and gives where to go on.
    fn next(&mut self, from: usize) -> Option<usize> {
        let bytes = self.page.bytes();
        let start = from + memchr::memchr3(b'{', b'@', b'<', &bytes[from..])?;
        let rest = &bytes[start..];
        Some(match rest {
            [b'{', b'{', b'-', b'-', ..] => {
                let end = self.until(start, b"--}}");
                self.page.comment(start..end);
                self.hole(start..end)
            }
            [b'{', b'!', b'!', ..] => self.output(start, b"!!}"),
            [b'{', b'{', ..] => self.output(start, b"}}"),
            // Another framework's braces, an escaped directive.
            [b'@', b'{', ..] | [b'@', b'@', ..] => {
                start + 1 + rest[1..].iter().take_while(|b| matches!(b, b'{' | b'@')).count()
            }
            [b'@', b, ..] if b.is_ascii_alphabetic() && !self.in_word(start) => self.directive(start),
            [b'<', b'?', ..] if rest[2..].starts_with(b"php") || rest[2..].starts_with(b"=") => {
                let end = self.until(start, b"?>");
                let tag = if rest[2] == b'=' { 3 } else { 5 };
                let close = if bytes[..end].ends_with(b"?>") { end - 2 } else { end };
                self.snippets.statements(start + tag..close.max(start + tag));
                self.hole(start..end)
            }
            _ => start + 1,
        })
    }

    /// Whether an `@` belongs to an address.
    fn in_word(&self, at: usize) -> bool {
        at > 0 && (self.page.bytes()[at - 1].is_ascii_alphanumeric() || self.page.bytes()[at - 1] == b'_')
    }

    fn hole(&mut self, range: Range<usize>) -> usize {
        self.bytes[range.clone()].fill(HOLE);
        range.end
    }

    /// Where a tag ends; without an end it is a problem, and the rest belongs to it.
    fn until(&mut self, start: usize, close: &[u8]) -> usize {
        let bytes = self.page.bytes();
        memmem::find(&bytes[start + 2..], close).map_or_else(
            || {
                self.page.problem(start..start + 2, "the tag is not closed: the rest is not read");
                bytes.len()
            },
            |i| start + 2 + i + close.len(),
        )
    }

    /// `{{ expression }}`.
    fn output(&mut self, start: usize, close: &[u8]) -> usize {
        let end = self.until(start, close);
        let inner = start + close.len()..end.saturating_sub(close.len());
        if self.page.bytes()[..end].ends_with(close) && inner.start < inner.end {
            let inner = super::trimmed(self.page.text, inner);
            self.snippets.statements(inner);
            self.page.is(start..end, Kind::Interpolation);
        }
        self.hole(start..end)
    }

    fn directive(&mut self, start: usize) -> usize {
        let bytes = self.page.bytes();
        let length = bytes[start + 1..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        let name = start + 1..start + 1 + length;
        let word = self.page.slice(name.clone()).to_ascii_lowercase();
        if STYLES.contains(&word.as_str()) {
            return name.end;
        }
        let blanks = bytes[name.end..].iter().take_while(|b| **b == b' ').count();
        let arguments = match bytes.get(name.end + blanks) {
            Some(b'(') if blanks == 0 || is_known(&word) => match balanced(bytes, name.end + blanks, self.patience) {
                Some(end) => Some(name.end + blanks..end),
                None => {
                    self.patience = self.patience.saturating_sub(MAX_ARGUMENTS);
                    self.page.problem(start..name.end, "the directive's brackets are not closed");
                    None
                }
            },
            _ => None,
        };
        if arguments.is_none() && !is_known(&word) {
            return name.end;
        }
        let tag = start..arguments.as_ref().map_or(name.end, |a| a.end);
        self.hole(tag.clone());
        match word.as_str() {
            "verbatim" => return self.verbatim(tag, "@endverbatim", false),
            "php" if arguments.is_none() => return self.verbatim(tag, "@endphp", true),
            _ => {}
        }
        self.statement(&word, name, tag.clone(), arguments);
        tag.end
    }

    /// Content up to an end tag: text that is left alone, or statements.
    fn verbatim(&mut self, tag: Range<usize>, close: &str, is_code: bool) -> usize {
        let bytes = self.page.bytes();
        let found = memmem::find(&bytes[tag.end..], close.as_bytes());
        if found.is_none() {
            self.page.problem(tag.clone(), "the block is not closed: the rest is its content");
        }
        let content = tag.end..found.map_or(bytes.len(), |i| tag.end + i);
        let end = found.map_or(bytes.len(), |i| tag.end + i + close.len());
        if is_code {
            self.snippets.statements(content);
            return self.hole(tag.start..end);
        }
        self.hole(content.end..end)
    }

    fn statement(&mut self, word: &str, name: Range<usize>, tag: Range<usize>, arguments: Option<Range<usize>>) {
        match word {
            "if" | "unless" | "elseif" | "while" => {
                self.value(arguments, Role::Condition);
                match word {
                    "if" => self.blocks.begin(self.page, word, Form::If, tag),
                    "unless" => self.blocks.begin(self.page, word, Form::Unless, tag),
                    "while" => self.blocks.begin(self.page, word, Form::Loop, tag),
                    _ => self.blocks.else_if(self.page, tag),
                }
            }
            "empty" if arguments.is_none() => self.blocks.else_(self.page, tag),
            "else" | "default" => self.blocks.else_(self.page, tag),
            "foreach" | "forelse" | "for" => {
                if word != "for" {
                    self.each(arguments);
                }
                self.blocks.begin(self.page, word, Form::Loop, tag);
            }
            "switch" => {
                self.value(arguments, Role::None);
                self.blocks.begin(self.page, word, Form::Switch, tag);
            }
            "case" => {
                self.value(arguments, Role::Condition);
                self.blocks.case(self.page, tag);
            }
            "break" | "continue" => self.page.is(tag, Kind::Skip),
            _ if CONDITIONS.contains(&word) => {
                self.call(name, arguments, Role::Condition);
                self.blocks.begin(self.page, word, Form::If, tag);
            }
            _ if PARTIALS.contains(&word) => self.partial(tag, arguments),
            _ => {
                let ends = word.strip_prefix("end").is_some_and(|w| self.blocks.end(self.page, w, tag.clone()));
                let goes_on = word.strip_prefix("else").is_some_and(|w| CONDITIONS.contains(&w));
                if goes_on {
                    self.call(name, arguments, Role::Condition);
                    self.blocks.else_if(self.page, tag);
                } else if !ends && arguments.is_some() {
                    self.call(name, arguments, Role::None);
                }
            }
        }
    }

    /// A call of the directive's name; the `@` in front becomes a separator.
    fn call(&mut self, name: Range<usize>, arguments: Option<Range<usize>>, role: Role) {
        let Some(arguments) = arguments else {
            self.page.node(name, Kind::Name, role);
            return;
        };
        let whole = name.start..arguments.end;
        self.snippets.statements(whole.clone());
        let word = self.page.slice(name.clone()).to_ascii_lowercase();
        if matches!(word.as_str(), "empty" | "isset" | "class" | "use" | "for" | "list" | "match" | "fn") {
            // Words of PHP itself: the directive is the call, its name no part of the expression.
            self.page.is(whole.clone(), Kind::Call);
            self.page.plays(name.clone(), Role::Callee);
            name.for_each(|i| self.snippets.put(i, b' '));
        }
        if role != Role::None {
            self.page.plays(whole, role);
        }
    }

    /// What stands in a directive's brackets.
    fn value(&mut self, arguments: Option<Range<usize>>, role: Role) {
        let Some(arguments) = arguments else { return };
        self.snippets.statements(arguments.clone());
        if role != Role::None {
            self.page.plays(arguments, role);
        }
    }

    /// `($rows as $key => $row)`: read as a list of both.
    fn each(&mut self, arguments: Option<Range<usize>>) {
        let Some(arguments) = arguments else { return };
        let inner = arguments.start + 1..arguments.end - 1;
        self.snippets.statements(arguments.clone());
        let Some(found) = memmem::rfind(&self.page.bytes()[inner.clone()], b" as ") else { return };
        let at = inner.start + found;
        self.snippets.put(arguments.start, b'[');
        self.snippets.put(arguments.end - 1, b']');
        self.snippets.put(at + 1, b',');
        self.snippets.put(at + 2, b' ');
        self.page.plays(super::trimmed(self.page.text, inner.start..at), Role::Iterated);
        self.page.plays(super::trimmed(self.page.text, at + 4..inner.end), Role::Target);
    }

    /// `@include('a.b', ['c' => $d])`: an import; its source is the first text.
    fn partial(&mut self, tag: Range<usize>, arguments: Option<Range<usize>>) {
        let Some(arguments) = arguments else { return };
        self.snippets.statements(arguments.clone());
        self.snippets.put(arguments.start, b'[');
        self.snippets.put(arguments.end - 1, b']');
        let bytes = self.page.bytes();
        let quote = bytes[arguments.clone()].iter().position(|b| matches!(b, b'"' | b'\''));
        if let Some(start) = quote.map(|i| arguments.start + i)
            && let Some(length) = memchr::memchr(bytes[start], &bytes[start + 1..arguments.end])
        {
            self.page.plays(start..start + length + 2, Role::Source);
        }
        self.page.is(tag, Kind::Import);
    }
}

/// Directives that may stand without arguments, or with a blank in front of them.
fn is_known(word: &str) -> bool {
    let bare = word.strip_prefix("end").or_else(|| word.strip_prefix("else")).unwrap_or(word);
    CONDITIONS.contains(&bare)
        || PARTIALS.contains(&word)
        || matches!(
            bare,
            "" | "if"
                | "unless"
                | "foreach"
                | "forelse"
                | "for"
                | "while"
                | "switch"
                | "case"
                | "default"
                | "break"
                | "continue"
                | "php"
                | "verbatim"
                | "csrf"
                | "section"
                | "push"
                | "lang"
                | "method"
                | "json"
        )
}

/// The end of what is in brackets, strings respected.
fn balanced(bytes: &[u8], start: usize, patience: usize) -> Option<usize> {
    let end = bytes.len().min(start + patience.min(MAX_ARGUMENTS));
    let mut depth = 0usize;
    let mut at = start;
    while at < end {
        match bytes[at] {
            b'(' => depth += 1,
            b')' if depth == 1 => return Some(at + 1),
            b')' => depth -= 1,
            quote @ (b'"' | b'\'') => {
                at += 1;
                while at < end && bytes[at] != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}
