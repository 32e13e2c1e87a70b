//! The scanner of markup: in comes a page with its holes and regions, out come elements, attributes, texts, comments.

use std::ops::Range;

use super::{HOLE, Options, Site};
use crate::parse::code::markup::{MAX_DEPTH, Page, trimmed};
use crate::parse::code::{Kind, Role};

/// Elements without content.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// Elements whose start ends an open one: (what begins, what it ends).
const ENDS: &[(&str, &[&str])] = &[
    ("li", &["li"]),
    ("option", &["option"]),
    ("optgroup", &["option", "optgroup"]),
    ("tr", &["td", "th", "tr"]),
    ("td", &["td", "th"]),
    ("th", &["td", "th"]),
    ("dt", &["dt", "dd"]),
    ("dd", &["dt", "dd"]),
    ("p", &["p"]),
    ("div", &["p"]),
    ("ul", &["p"]),
    ("ol", &["p"]),
    ("table", &["p"]),
    ("section", &["p"]),
    ("form", &["p"]),
];

/// Scans markup. `bytes` is the page's text, with [`HOLE`] wherever a template's tags stand; `regions` are in the order
/// in which they begin, outer ones first. `visit` answers for attributes whether their value is code.
pub(in crate::parse::code::markup) fn scan(
    page: &mut Page,
    bytes: &[u8],
    regions: &[Range<usize>],
    options: Options,
    visit: &mut dyn FnMut(&mut Page, Site) -> bool,
) {
    let mut scanner = Scanner {
        page,
        bytes,
        regions,
        options,
        visit,
        at: 0,
        next: 0,
        open: Vec::new(),
        inside: Vec::new(),
        deeper: 0,
    };
    scanner.scan();
}

struct Open {
    name: Range<usize>,
    hash: u64,
    start: usize,
}

struct Scanner<'p, 's, 'v> {
    page: &'p mut Page<'s>,
    bytes: &'v [u8],
    regions: &'v [Range<usize>],
    options: Options,
    visit: &'v mut dyn FnMut(&mut Page, Site) -> bool,
    at: usize,
    /// The next region.
    next: usize,
    open: Vec<Open>,
    /// The regions around here: their end, and how many elements were open at their start.
    inside: Vec<(usize, usize)>,
    /// How many elements too deep to count are open.
    deeper: usize,
}

impl Scanner<'_, '_, '_> {
    fn scan(&mut self) {
        while self.at < self.bytes.len() {
            let tag = self.next_tag();
            self.text(self.at..tag);
            if tag >= self.bytes.len() {
                break;
            }
            self.enter_regions(tag);
            self.at = tag;
            match self.bytes.get(tag + 1) {
                Some(b'!' | b'?') => self.declaration(),
                Some(b'/') => self.end_tag(),
                _ => self.start_tag(),
            }
        }
        self.enter_regions(self.bytes.len());
        self.close_above(0, self.bytes.len());
    }

    /// Where the next tag, comment or declaration begins.
    fn next_tag(&self) -> usize {
        let mut from = self.at;
        while let Some(found) = memchr::memchr(b'<', &self.bytes[from..]) {
            let at = from + found;
            match self.bytes.get(at + 1) {
                Some(b) if b.is_ascii_alphabetic() || matches!(*b, b'!' | b'?' | HOLE) => return at,
                Some(b'/') if self.bytes.get(at + 2).is_some_and(|b| b.is_ascii_alphabetic() || *b == HOLE) => {
                    return at;
                }
                _ => from = at + 1,
            }
        }
        self.bytes.len()
    }

    /// Ends the regions that end before a place, with the elements that began in them, and enters those that begin.
    fn enter_regions(&mut self, at: usize) {
        loop {
            let begins = self.regions.get(self.next).filter(|r| r.start <= at).map(|r| r.start);
            match self.inside.last().copied() {
                Some((end, floor)) if end <= at && begins.is_none_or(|b| end <= b) => {
                    self.close_above(floor, end);
                    self.inside.pop();
                }
                outer => {
                    if begins.is_none() {
                        return;
                    }
                    let end = self.regions[self.next].end;
                    self.next += 1;
                    if self.inside.len() < MAX_DEPTH {
                        self.inside.push((end.min(outer.map_or(end, |o| o.0)), self.open.len()));
                    }
                }
            }
        }
    }

    fn close_above(&mut self, floor: usize, end: usize) {
        while self.open.len() > floor {
            self.close(end);
        }
        self.deeper = 0;
    }

    fn close(&mut self, end: usize) {
        if let Some(open) = self.open.pop() {
            self.page.is(open.start..end.max(open.name.end), Kind::Element);
        }
    }

    fn declaration(&mut self) {
        let rest = &self.bytes[self.at..];
        let (end, comment) = if rest.starts_with(b"<!--") {
            (memchr::memmem::find(&rest[4..], b"-->").map(|i| i + 7), true)
        } else if rest.starts_with(b"<?") {
            (memchr::memmem::find(rest, b"?>").or_else(|| memchr::memchr(b'>', rest)).map(|i| i + 2), false)
        } else {
            (memchr::memchr(b'>', rest).map(|i| i + 1), false)
        };
        let end = end.unwrap_or(rest.len()).min(rest.len());
        if comment {
            if !rest[..end].ends_with(b"-->") {
                self.page.problem(self.at..self.at + 4, "the comment is not closed: the rest is not read");
            }
            self.page.comment(self.at..self.at + end);
        }
        self.at += end;
    }

    fn end_tag(&mut self) {
        let name = self.word(self.at + 2);
        let end = memchr::memchr(b'>', &self.bytes[name.end..]).map_or(self.bytes.len(), |i| name.end + i + 1);
        let hash = self.hash(&name);
        let floor = self.inside.last().map_or(0, |i| i.1);
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(i) = (floor..self.open.len()).rev().find(|i| self.open[*i].hash == hash) {
            // What was opened inside and not closed ends here.
            while self.open.len() > i + 1 {
                self.close(self.at);
            }
            self.close(end);
        }
        self.at = end;
    }

    fn start_tag(&mut self) {
        let start = self.at;
        let name = self.word(start + 1);
        let word = self.page.slice(name.clone()).to_ascii_lowercase();
        self.end_implied(&word, start);
        self.at = name.end;
        let closed = self.attributes(start);
        let end = self.at;
        self.page.plays(name.clone(), Role::Name);
        let raw = word == "script" || word == "style" || (self.options.single_file && self.is_block(&word, start..end));
        if closed || VOID.contains(&word.as_str()) {
            self.page.is(start..end, Kind::Element);
        } else if raw {
            self.raw(start, &name, end, word == "script");
        } else if self.open.len() >= MAX_DEPTH {
            if self.deeper == 0 {
                self.page.problem(start..end, "elements lie deeper than 256 in one another: deeper ones are not read");
            }
            self.deeper += 1;
        } else {
            let hash = self.hash(&name);
            self.open.push(Open { name, hash, start });
        }
    }

    /// Whether an outermost element of a single file component is no template in HTML.
    fn is_block(&self, word: &str, tag: Range<usize>) -> bool {
        self.open.is_empty() && (word != "template" || self.page.slice(tag).contains("lang=\"pug"))
    }

    fn end_implied(&mut self, word: &str, at: usize) {
        let Some((_, ended)) = ENDS.iter().find(|(begins, _)| *begins == word) else { return };
        let floor = self.inside.last().map_or(0, |i| i.1);
        while self.open.len() > floor {
            let Some(top) = self.open.last() else { return };
            let name = self.page.slice(top.name.clone());
            if !ended.iter().any(|e| e.eq_ignore_ascii_case(name)) {
                return;
            }
            self.close(at);
        }
    }

    /// Attributes up to the end of the tag. True if it is closed at once (`/>`).
    fn attributes(&mut self, tag: usize) -> bool {
        let mut slash = false;
        loop {
            let Some(byte) = self.bytes.get(self.at).copied() else {
                self.page.problem(tag..self.bytes.len(), "the tag is not closed: the rest is not read");
                return true;
            };
            match byte {
                b'>' => {
                    self.at += 1;
                    return slash;
                }
                b'<' => return false,
                b'/' | b'=' | HOLE => self.at += 1,
                b if b.is_ascii_whitespace() => self.at += 1,
                b'{' => self.at = self.braced(self.at),
                _ if !self.attribute(tag) => return true,
                _ => {}
            }
            slash = byte == b'/';
        }
    }

    /// One attribute. False if its value does not end.
    fn attribute(&mut self, tag: usize) -> bool {
        let start = self.at;
        let stops = |b: u8| b.is_ascii_whitespace() || matches!(b, b'=' | b'>' | b'/' | b'<');
        let length = self.bytes[start..].iter().position(|b| stops(*b)).unwrap_or(self.bytes.len() - start).max(1);
        let mut key = start..start + length;
        self.at = key.end;
        let mut at = key.end;
        // A tag behind an attribute's name belongs to it only if it makes up the name (`data-<%= x %>="…"`).
        if self.bytes.get(at) != Some(&b'=') {
            let holes = self.bytes[key.clone()].iter().rev().take_while(|b| **b == HOLE).count();
            key.end -= holes;
            self.at -= holes;
        }
        while self.bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        let mut value = None;
        if self.bytes.get(at) == Some(&b'=') {
            at += 1;
            while self.bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            let Some(end) = self.value_end(at) else {
                self.page.problem(tag..at, "the attribute's value is not closed: the rest is not read");
                self.at = self.bytes.len();
                return false;
            };
            self.at = end;
            value = (end > at).then_some(at..end);
        }
        self.page.is(start..self.at, Kind::Attribute);
        self.page.plays(key.clone(), Role::Key);
        if let Some(value) = value {
            self.value(key, value);
        }
        true
    }

    fn value_end(&self, at: usize) -> Option<usize> {
        match self.bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => Some(at + 2 + memchr::memchr(*quote, &self.bytes[at + 1..])?),
            Some(b'{') => Some(self.braced(at)),
            _ => {
                let stops = |b: &u8| b.is_ascii_whitespace() || *b == b'>';
                Some(self.bytes[at..].iter().position(stops).map_or(self.bytes.len(), |i| at + i))
            }
        }
    }

    /// The end of `{…}`, with braces inside; of what does not end, the end of the word.
    fn braced(&self, at: usize) -> usize {
        let mut depth = 0usize;
        // No expression in a tag is longer.
        for (i, byte) in self.bytes[at..].iter().take(2 << 10).enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' if depth <= 1 => return at + i + 1,
                b'}' => depth -= 1,
                _ => {}
            }
        }
        self.bytes[at..].iter().position(|b| b.is_ascii_whitespace() || *b == b'>').map_or(self.bytes.len(), |i| at + i)
    }

    fn value(&mut self, key: Range<usize>, value: Range<usize>) {
        let is_code = (self.visit)(self.page, Site::Attribute { key, value: value.clone() });
        let braced = self.options.braces && self.bytes[value.start] == b'{' && self.bytes[value.end - 1] == b'}';
        self.page.node(value.clone(), if is_code || braced { Kind::Interpolation } else { Kind::String }, Role::Value);
        if braced && !is_code && !self.bytes[value.clone()].starts_with(b"{{") {
            let formula = usize::from(self.bytes[value.start + 1] == b'!');
            let inner = trimmed(self.page.text, value.start + 1 + formula..value.end - 1);
            (self.visit)(self.page, Site::Code { inner });
        } else if !is_code {
            self.codes(value, &mut |_| {});
        }
    }

    /// Text between tags, up to holes and code in it.
    fn text(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let mut at = range.start;
        let mut parts: Vec<Range<usize>> = Vec::new();
        self.codes(range.clone(), &mut |code| {
            parts.push(at..code.start);
            at = code.end;
        });
        parts.push(at..range.end);
        for part in parts {
            let mut from = part.start;
            while from < part.end {
                let bytes = &self.bytes[from..part.end];
                let end = memchr::memchr(HOLE, bytes).map_or(part.end, |i| from + i);
                let text = trimmed(self.page.text, from..end);
                self.page.is(text, Kind::Text);
                from = end + self.bytes[end..part.end].iter().take_while(|b| **b == HOLE).count().max(1);
            }
        }
    }

    /// The pieces of code in a text: `{{ … }}`, `{…}`, `{!…}`.
    fn codes(&mut self, range: Range<usize>, each: &mut dyn FnMut(Range<usize>)) {
        let mut from = range.start;
        while from < range.end {
            let Some(found) = memchr::memchr(b'{', &self.bytes[from..range.end]) else { return };
            let at = from + found;
            from = at + 1;
            let rest = &self.bytes[at..range.end];
            let (open, close, end) = if self.options.mustaches && rest.starts_with(b"{{") {
                let triple = if rest.starts_with(b"{{{") { 3 } else { 2 };
                match memchr::memmem::find(rest, &b"}}}"[..triple]) {
                    Some(i) => (triple, triple, at + i + triple),
                    // Nothing further ends either.
                    None => return,
                }
            } else if self.options.braces {
                let Some(i) = rest.iter().take(4096).position(|b| *b == b'}') else { continue };
                let formula = rest.starts_with(b"{!");
                let path = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.');
                if !formula && (i == 1 || !rest[1..i].iter().all(path) || rest[1].is_ascii_digit()) {
                    continue;
                }
                (if formula { 2 } else { 1 }, 1, at + i + 1)
            } else {
                return;
            };
            let inner = trimmed(self.page.text, at + open..end - close);
            self.page.is(at..end, Kind::Interpolation);
            (self.visit)(self.page, Site::Code { inner });
            each(at..end);
            from = end;
        }
    }

    /// The content of a script or style.
    fn raw(&mut self, start: usize, name: &Range<usize>, content: usize, is_script: bool) {
        let word = &self.bytes[name.clone()];
        let mut at = content;
        let close = loop {
            let Some(found) = memchr::memmem::find(&self.bytes[at..], b"</") else { break None };
            at += found + 2;
            if self.bytes.get(at..at + word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word)) {
                break Some(at - 2);
            }
        };
        let end = close.unwrap_or_else(|| {
            self.page.problem(start..content, "the element is not closed: the rest is its content");
            self.bytes.len()
        });
        if is_script && content < end {
            (self.visit)(self.page, Site::Script { content: content..end, tag: start..content });
        }
        self.at = memchr::memchr(b'>', &self.bytes[end..]).map_or(self.bytes.len(), |i| end + i + 1);
        self.page.is(start..self.at, Kind::Element);
    }

    /// A tag's name.
    fn word(&self, start: usize) -> Range<usize> {
        let stops = |b: &u8| b.is_ascii_whitespace() || matches!(*b, b'>' | b'/' | b'<');
        start..self.bytes[start..].iter().position(stops).map_or(self.bytes.len(), |i| start + i)
    }

    /// FNV-1a of a name, whatever its case: names are compared often.
    fn hash(&self, name: &Range<usize>) -> u64 {
        self.bytes[name.clone()].iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| {
            (hash ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x100_0000_01b3)
        })
    }
}
