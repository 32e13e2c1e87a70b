//! Tokens that are no syntax tree (macros' input, attributes, files that `syn` refuses): in they come, out come
//! captures of strings, names, members, calls and pairs.

use std::ops::Range;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};

use super::Reader;
use crate::parse::code::{Kind, Role};

/// How deep groups are followed.
const MAX_DEPTH: usize = 256;

impl Reader<'_> {
    /// Reads all tokens of a stream.
    pub(super) fn tokens(&mut self, stream: TokenStream) {
        self.sequence(stream, None, 0);
    }

    /// Reads what stands between commas as arguments.
    pub(super) fn loose_arguments(&mut self, stream: TokenStream) {
        self.sequence(stream, Some(Role::Argument), 0);
    }

    fn sequence(&mut self, stream: TokenStream, role: Option<Role>, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let trees: Vec<TokenTree> = stream.into_iter().collect();
        for segment in trees.split(|t| matches!(t, TokenTree::Punct(p) if matches!(p.as_char(), ',' | ';'))) {
            let Some(whole) = self.whole(segment) else { continue };
            match key_of(segment) {
                Some(behind) if segment.len() > behind => {
                    self.is(&whole, Kind::Pair);
                    let key = self.whole(&segment[..1]).unwrap_or(0..0);
                    self.part(&key, Role::Key);
                    self.expressions(&segment[..1], depth);
                    if let Some(value) = self.whole(&segment[behind..]) {
                        self.part(&value, Role::Value);
                    }
                    self.expressions(&segment[behind..], depth);
                }
                _ => self.expressions(segment, depth),
            }
            if let Some(role) = role {
                self.part(&whole, role);
            }
        }
    }

    fn whole(&self, segment: &[TokenTree]) -> Option<Range<usize>> {
        let (first, last) = (segment.first()?, segment.last()?);
        Some(self.range(first.span()).start..self.range(last.span()).end)
    }

    /// Chains of names, members and calls, and what stands between them.
    fn expressions(&mut self, segment: &[TokenTree], depth: usize) {
        let mut at = 0;
        // What the chain that is being read has covered so far.
        let mut chain: Option<Range<usize>> = None;
        while let Some(tree) = segment.get(at) {
            let range = self.range(tree.span());
            at += 1;
            match tree {
                TokenTree::Literal(literal) => {
                    self.is(&range, kind_of(literal));
                    chain = Some(range);
                }
                TokenTree::Ident(_) => {
                    let kind = match self.slice(&range) {
                        "true" => Kind::True,
                        "false" => Kind::False,
                        "None" => Kind::Null,
                        _ => Kind::Name,
                    };
                    self.is(&range, kind);
                    chain = Some(range);
                }
                TokenTree::Punct(punct) => {
                    let step = match (punct.as_char(), segment.get(at)) {
                        ('.', Some(TokenTree::Ident(name))) => Some((name, 1)),
                        (':', Some(TokenTree::Punct(p))) if p.as_char() == ':' => match segment.get(at + 1) {
                            Some(TokenTree::Ident(name)) => Some((name, 2)),
                            _ => None,
                        },
                        _ => None,
                    };
                    chain = match (chain, step, punct.as_char(), segment.get(at)) {
                        (Some(object), Some((name, taken)), mark, _) => {
                            at += taken;
                            let name = self.range(name.span());
                            let arguments = match segment.get(at) {
                                Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis => Some(g),
                                _ => None,
                            };
                            let method = arguments.filter(|_| mark == '.');
                            at += usize::from(method.is_some());
                            Some(self.step(object, name, method, depth))
                        }
                        (Some(callee), None, '!', Some(TokenTree::Group(group))) => {
                            at += 1;
                            Some(self.loose_call(callee, group, depth))
                        }
                        (Some(chain), None, '?', _) => Some(chain),
                        _ => None,
                    };
                }
                TokenTree::Group(group) => {
                    chain = match (chain, group.delimiter()) {
                        (Some(callee), Delimiter::Parenthesis) => Some(self.loose_call(callee, group, depth)),
                        _ => {
                            self.group(group, depth);
                            Some(range)
                        }
                    };
                }
            }
        }
    }

    /// `object.name` or `object.name(…)`.
    fn step(&mut self, object: Range<usize>, name: Range<usize>, method: Option<&Group>, depth: usize) -> Range<usize> {
        let end = method.map_or(name.end, |group| self.range(group.span()).end);
        let whole = object.start..end;
        self.is(&whole, if method.is_some() { Kind::Call } else { Kind::Member });
        self.part(&object, Role::Object);
        self.is(&name, Kind::Name);
        self.part(&name, Role::Property);
        if let Some(group) = method {
            self.sequence(group.stream(), Some(Role::Argument), depth + 1);
        }
        whole
    }

    /// `callee(…)` or `callee!(…)`.
    fn loose_call(&mut self, callee: Range<usize>, group: &Group, depth: usize) -> Range<usize> {
        let whole = callee.start..self.range(group.span()).end;
        self.is(&whole, Kind::Call);
        self.part(&callee, Role::Callee);
        self.sequence(group.stream(), Some(Role::Argument), depth + 1);
        whole
    }

    fn group(&mut self, group: &Group, depth: usize) {
        let range = self.range(group.span());
        match group.delimiter() {
            Delimiter::Bracket => self.is(&range, Kind::List),
            Delimiter::Brace if holds_pairs(group) => self.is(&range, Kind::Object),
            _ => {}
        }
        self.sequence(group.stream(), None, depth + 1);
    }
}

/// How many tokens the key of a pair and its sign take: `"a": x`, `a = x`, `a => x`.
fn key_of(segment: &[TokenTree]) -> Option<usize> {
    let sign = |at: usize| match segment.get(at) {
        Some(TokenTree::Punct(p)) => Some(p.as_char()),
        _ => None,
    };
    matches!(segment.first(), Some(TokenTree::Ident(_) | TokenTree::Literal(_))).then_some(())?;
    match (sign(1)?, sign(2)) {
        ('=', Some('>')) => Some(3),
        ('=', Some('=')) | (':', Some(':')) => None,
        ('=' | ':', _) => Some(2),
        _ => None,
    }
}

fn holds_pairs(group: &Group) -> bool {
    let first: Vec<TokenTree> = group.stream().into_iter().take(4).collect();
    key_of(&first).is_some()
}

fn kind_of(literal: &Literal) -> Kind {
    if literal.to_string().ends_with(['"', '\'', '#']) { Kind::String } else { Kind::Number }
}
