//! Stylesheets as far as they hide: in comes CSS (also SCSS and Less), out come the classes that a rule without any
//! condition takes from everybody's sight, and those that some other rule shows.

use std::collections::HashMap;

/// How deep blocks may stand in one another.
const MAX_DEPTH: usize = 64;

/// What a stylesheet says of each class that it hides or shows.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Styles {
    /// Classes that are hidden, with the declaration that does it.
    pub hidden: HashMap<String, &'static str>,
    /// Classes that a rule shows, or hides under a condition: nothing is certain of them.
    pub open: Vec<String>,
}

/// A block that is open.
struct Block {
    /// Its rule holds for all who see the page: no media query, no feature, no state around it.
    certain: bool,
    /// The classes of its selectors that are alone, and all classes that are named.
    alone: Vec<String>,
    named: Vec<String>,
    /// Where its own text begins that was not looked at yet.
    from: usize,
}

/// Reads a stylesheet. What is no stylesheet says nothing.
pub fn read(text: &str) -> Styles {
    let text = without_comments(text);
    let bytes = text.as_bytes();
    let mut styles = Styles::default();
    let mut open: Vec<Block> = Vec::new();
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => at = end_of_string(bytes, at, quote),
            b';' if open.is_empty() => from = at + 1,
            b';' => {
                if let Some(block) = open.last_mut() {
                    declaration(&text[block.from..at], block, &mut styles);
                    block.from = at + 1;
                }
            }
            b'{' => {
                if open.len() >= MAX_DEPTH {
                    return styles;
                }
                let start = open.last().map_or(from, |b| b.from);
                let block = opened(text.get(start..at).unwrap_or_default(), open.last(), at + 1);
                open.push(block);
            }
            b'}' => {
                if let Some(mut block) = open.pop() {
                    declaration(text.get(block.from..at).unwrap_or_default(), &mut block, &mut styles);
                }
                match open.last_mut() {
                    Some(outer) => outer.from = at + 1,
                    None => from = at + 1,
                }
            }
            _ => {}
        }
        at += 1;
    }
    let open = std::mem::take(&mut styles.open);
    styles.hidden.retain(|class, _| !open.contains(class));
    styles.open = open;
    styles
}

fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len().saturating_sub(1))
}

/// Comments as spaces, so that places stay.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
        out.push(' ');
    }
    out.push_str(rest);
    // Line comments of SCSS and Less; an address has its slashes behind a colon.
    let lines = out.lines().map(|line| match line.find("//") {
        Some(at) if at == 0 || line.as_bytes()[at - 1].is_ascii_whitespace() => &line[..at],
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn opened(head: &str, outer: Option<&Block>, from: usize) -> Block {
    let head = head.trim();
    let sure = outer.is_none_or(|b| b.certain);
    let at_rule = head.strip_prefix('@').map(|h| h.split([' ', '(', '{']).next().unwrap_or(h));
    if let Some(rule) = at_rule {
        // A layer is only an order; everything else asks something.
        let (alone, named) = outer.map(|b| (b.alone.clone(), b.named.clone())).unwrap_or_default();
        return Block { certain: sure && rule == "layer", alone, named, from };
    }
    let within = outer.is_some_and(|b| !b.named.is_empty() || !b.alone.is_empty());
    let selectors: Vec<&str> = head.split(',').map(str::trim).collect();
    let alone = selectors.iter().filter(|_| !within).filter_map(|s| only_class(s)).map(str::to_owned).collect();
    let mut named: Vec<String> = selectors.iter().flat_map(|s| classes(s)).map(str::to_owned).collect();
    // `.note { &.open { … } }` is about notes.
    named.extend(outer.filter(|_| head.contains('&')).into_iter().flat_map(|b| b.named.iter().cloned()));
    Block { certain: sure && !within, alone, named, from }
}

/// `.note` and `p.note` are about one class and nothing else.
fn only_class(selector: &str) -> Option<&str> {
    let (element, class) = selector.split_once('.')?;
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (plain(element) && plain(class) && !class.is_empty()).then_some(class)
}

fn classes(selector: &str) -> Vec<&str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let parts = selector.split('.').skip(1);
    parts.map(|p| p.split(|c| !word(c)).next().unwrap_or(p)).filter(|p| !p.is_empty()).collect()
}

fn declaration(text: &str, block: &mut Block, styles: &mut Styles) {
    let Some((key, value)) = text.split_once(':') else { return };
    let value = value.trim();
    let plain = value.trim_end_matches("!important").trim().to_ascii_lowercase();
    let how = match (key.trim().to_ascii_lowercase().as_str(), plain.as_str()) {
        ("display", "none") => Some("display: none"),
        ("visibility", "hidden" | "collapse") => Some("visibility: hidden"),
        ("opacity", "0") => Some("opacity: 0"),
        ("display" | "visibility" | "opacity", _) => None,
        _ => return,
    };
    match how {
        Some(how) if block.certain => {
            for class in &block.alone {
                styles.hidden.entry(class.clone()).or_insert(how);
            }
            // With more than the class in its selector it is a condition.
            let more = block.named.iter().filter(|n| !block.alone.contains(n));
            styles.open.extend(more.cloned());
        }
        _ => styles.open.extend(block.named.iter().cloned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<String> {
        let mut all: Vec<String> = read(text).hidden.into_keys().collect();
        all.sort();
        all
    }

    #[test]
    fn a_class_alone_and_without_a_condition_is_hidden() {
        assert_eq!(hidden(".ai-note { color: red; display: none }"), ["ai-note"]);
        assert_eq!(hidden("p.ai-note, .other{visibility:hidden !important;}"), ["ai-note", "other"]);
        assert_eq!(hidden("@layer base { .ai-note { display: none; } }"), ["ai-note"]);
        assert_eq!(hidden("/* .a { display: none } */ .b { opacity: 0 } // .c { display: none }\n"), ["b"]);
    }

    #[test]
    fn what_is_conditional_or_shown_again_is_not() {
        for text in [
            "@media print { .ai-note { display: none } }",
            ".ai-note { display: none } .open .ai-note { display: block }",
            ".ai-note { display: none } @media (min-width: 40em) { .ai-note { display: flex } }",
            ".page .ai-note { display: none }",
            ".ai-note:empty { display: none }",
            ".ai-note.closed { display: none }",
            ".page { .ai-note { display: none } }",
            ".ai-note { &.closed { display: none } }",
            ".ai-note { display: none; &.open { display: block } }",
            ".ai-note::before { content: \"{ display: none }\" }",
            ".ai-note { display: none",
        ] {
            assert_eq!(hidden(text), [] as [&str; 0], "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[ -~\\n{}.;:/*'\"é]{0,200}") {
            read(&text);
        }
    }
}
