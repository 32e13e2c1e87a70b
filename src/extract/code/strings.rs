//! Addresses in source code: in come string literals, with what is joined to them, out come endpoints of known hosts
//! with what they are for.

use super::super::collect::{Around, Collector};
use super::super::url::{Url, bare_host, urls};
use super::names::Names;
use super::place;
use crate::parse::code::{Code, Kind, NodeId, Piece};

/// Stands for what code puts into a text: a part of a host that is only known at run time.
const HOLE: &str = "*";

/// A text in code with the place of each part.
pub(super) struct Text {
    text: String,
    /// Where parts of the text stand: their end in the text, and their begin in the code.
    parts: Vec<(usize, usize, u32)>,
}

/// Finds endpoints.
pub(super) fn extract(collector: &mut Collector<'_>, code: &Code, names: &Names<'_>) {
    for id in 0..code.len() as u32 {
        if !is_whole(code, id) || inside_import(code, id) {
            continue;
        }
        let text = Text::of(code, names, id);
        let found = addresses(&text);
        if found.is_empty() {
            continue;
        }
        let used = place::of(code, names, id);
        let around = Around { in_comment: false, ..Around::key(used.key.join(".")) };
        for url in found {
            let range = text.range(&url);
            collector.endpoint(code.span(range), &around, &url, used.role, None);
        }
    }
}

/// The host and path of an expression that is an address by itself: of a constant that code elsewhere uses.
pub fn address(code: &Code, id: NodeId) -> Option<(String, String)> {
    let text = Text::of(code, &Names::of(code), id);
    addresses(&text).into_iter().next().map(|url| (url.host, url.path))
}

/// A string that is not a part of a longer text, or the whole of one that is joined.
pub(super) fn is_whole(code: &Code, id: NodeId) -> bool {
    match code.kind(id) {
        Kind::String | Kind::Concat => code.kind(code.node(id).parent) != Kind::Concat,
        _ => false,
    }
}

fn inside_import(code: &Code, id: NodeId) -> bool {
    code.around(id).any(|a| matches!(code.kind(a), Kind::Import | Kind::TypeImport))
}

/// The addresses of a text: URLs, or a bare host that is all of it.
pub(super) fn addresses(text: &Text) -> Vec<Url> {
    let whole = text.text.trim();
    if !whole.contains('.') || whole.len() > 4096 {
        return Vec::new();
    }
    let found = urls(&text.text);
    if !found.is_empty() {
        return found;
    }
    if whole.contains(char::is_whitespace) || whole.contains('@') {
        return Vec::new();
    }
    let head = whole.split('/').next().unwrap_or(whole);
    let begin = text.text.find(whole).unwrap_or_default();
    bare_host(head)
        .filter(|h| super::super::provider_of(h).is_some())
        .map(|host| Url { range: begin..begin + whole.len(), host, path: whole[head.len()..].to_owned() })
        .into_iter()
        .collect()
}

impl Text {
    /// The text of a string or of joined strings.
    pub fn of<'c>(code: &'c Code, names: &Names<'c>, id: NodeId) -> Self {
        let mut made = Self { text: String::new(), parts: Vec::new() };
        made.add(code, names, id, 0);
        made
    }

    fn add<'c>(&mut self, code: &'c Code, names: &Names<'c>, id: NodeId, depth: usize) {
        match code.kind(id) {
            Kind::String => {
                for piece in code.pieces(id) {
                    match piece {
                        Piece::Text(range) => {
                            let text = code.text().get(range.start as usize..range.end as usize).unwrap_or_default();
                            self.push(text, range.start);
                        }
                        Piece::Hole(hole) => {
                            let inner = code.children(hole).next();
                            match inner.and_then(|n| names.text(code, n)) {
                                Some(text) if !text.is_empty() => self.push(text, code.node(hole).start),
                                _ => self.push(HOLE, code.node(hole).start),
                            }
                        }
                    }
                }
            }
            Kind::Concat if depth < 64 => {
                let operands: Vec<NodeId> = code.children(id).filter(|c| code.kind(*c) != Kind::Comment).collect();
                for operand in operands {
                    self.add(code, names, operand, depth + 1);
                }
            }
            _ => match names.text(code, id) {
                Some(text) => self.push(text, code.node(id).start),
                None => self.push(HOLE, code.node(id).start),
            },
        }
    }

    fn push(&mut self, text: &str, at: u32) {
        let start = self.text.len();
        self.text.push_str(text);
        self.parts.push((start, self.text.len(), at));
    }

    /// The code's range of an address: from the part that holds its begin to the end of the part that holds its end.
    pub fn range(&self, url: &Url) -> std::ops::Range<u32> {
        let place = |at: usize| {
            let part = self.parts.iter().find(|(start, end, _)| (*start..=*end).contains(&at));
            part.map_or(0, |(start, _, code)| code + (at - start) as u32)
        };
        let start = self.parts.iter().find(|(s, e, _)| (*s..*e).contains(&url.range.start));
        let start = start.map_or(0, |(s, _, code)| code + (url.range.start - s) as u32);
        start..place(url.range.end).max(start)
    }
}
