//! The path language of maps: in comes `plugins.*[name=tap-*].config.password`, out come the nodes that it leads to.

use super::super::trail::Trail;
use crate::parse::tree::{Node, Step, Value};

/// A compiled path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::extract) struct Path {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// A key.
    Key(String),
    /// Keys that fit; `*` alone is every key and every item.
    Glob(String),
    /// Any depth.
    Deep,
    /// An item of a list.
    Index(usize),
    /// Only nodes that fit.
    Only(Predicate),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Predicate {
    /// Keys to the value that is compared; none for the node itself.
    path: Vec<String>,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Is(Vec<String>),
    IsNot(Vec<String>),
    There,
    Missing,
}

/// Why a path is none, and at which of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Fault {
    /// Offset in the path's text.
    pub at: usize,
    /// What is wrong.
    pub message: String,
}

impl Path {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut segments = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            if rest.starts_with('[') {
                let end = rest.find(']').ok_or_else(|| fault(at, "this `[` is not closed"))?;
                segments.push(bracket(&rest[1..end]).map_err(|m| fault(at, &m))?);
                at += end + 1;
                if !text[at..].is_empty() && !text[at..].starts_with(['.', '[']) {
                    return Err(fault(at, "a `.` or `[` is expected here"));
                }
                continue;
            }
            if let Some(next) = rest.strip_prefix('.') {
                if segments.is_empty() || next.is_empty() || next.starts_with(['.', '[']) {
                    return Err(fault(at, "a key is missing here"));
                }
                at += 1;
                continue;
            }
            let (segment, length) = key(rest).map_err(|m| fault(at, &m))?;
            segments.push(segment);
            at += length;
            if !text[at..].is_empty() && !text[at..].starts_with(['.', '[']) {
                return Err(fault(at, "a `.` or `[` is expected here"));
            }
        }
        if segments.iter().filter(|s| **s == Segment::Deep).count() > 1 {
            return Err(fault(0, "`**` may stand once in a path"));
        }
        Ok(Self { segments })
    }

    /// Calls `visit` with each node that the path leads to from a root, and the trail to it.
    pub fn find<'a>(&self, root: &'a Node, visit: &mut dyn FnMut(&Trail<'a>, &'a Node)) {
        go(root, &self.segments, &mut Trail::default(), visit);
    }

    /// The first node that the path leads to.
    pub fn first<'a>(&self, root: &'a Node) -> Option<&'a Node> {
        let mut found = None;
        self.find(root, &mut |_, node| found = found.or(Some(node)));
        found
    }
}

fn fault(at: usize, message: &str) -> Fault {
    Fault { at, message: message.to_owned() }
}

fn key(rest: &str) -> Result<(Segment, usize), String> {
    if let Some(quoted) = rest.strip_prefix('\'') {
        let end = quoted.find('\'').ok_or("this quote is not closed")?;
        return Ok((Segment::Key(quoted[..end].to_owned()), end + 2));
    }
    let end = rest.find(['.', '[']).unwrap_or(rest.len());
    let name = &rest[..end];
    let segment = match name {
        "**" => Segment::Deep,
        _ if name.contains("**") => return Err("`**` stands alone between dots".to_owned()),
        _ if name.contains('*') => Segment::Glob(name.to_owned()),
        _ if name.chars().any(|c| c.is_whitespace() || "]='\"".contains(c)) => {
            return Err(format!("`{name}` is no key: quote it with '…'"));
        }
        _ => Segment::Key(name.to_owned()),
    };
    Ok((segment, end))
}

fn bracket(text: &str) -> Result<Segment, String> {
    let text = text.trim();
    if text == "*" {
        return Ok(Segment::Glob("*".to_owned()));
    }
    if let Ok(index) = text.parse() {
        return Ok(Segment::Index(index));
    }
    let (head, test) = match (text.split_once("!="), text.split_once('=')) {
        (Some((head, values)), _) => (head, Test::IsNot(alternatives(values))),
        (_, Some((head, values))) => (head, Test::Is(alternatives(values))),
        _ => match text.strip_prefix('!') {
            Some(head) => (head, Test::Missing),
            None => (text, Test::There),
        },
    };
    let head = head.trim();
    let path = match head {
        "" => return Err("a key is missing in the brackets".to_owned()),
        "." => Vec::new(),
        _ => head.split('.').map(str::to_owned).collect(),
    };
    if path.iter().any(|k| k.is_empty() || k.contains('*')) {
        return Err(format!("`{head}` is no key"));
    }
    Ok(Segment::Only(Predicate { path, test }))
}

fn alternatives(values: &str) -> Vec<String> {
    values.split('|').map(|v| v.trim().trim_matches(['\'', '"']).to_owned()).collect()
}

fn go<'a>(node: &'a Node, segments: &[Segment], trail: &mut Trail<'a>, visit: &mut dyn FnMut(&Trail<'a>, &'a Node)) {
    let is_list = matches!(node.value, Value::List(_));
    let every_item = |trail: &mut Trail<'a>, segments: &[Segment], visit: &mut dyn FnMut(&Trail<'a>, &'a Node)| {
        if let Value::List(items) = &node.value {
            for (i, item) in items.iter().enumerate() {
                trail.within(node, Step::Index(i), |trail| go(item, segments, trail, visit));
            }
        }
    };
    let Some((segment, rest)) = segments.split_first() else {
        // A list stands for its items.
        return if is_list { every_item(trail, segments, visit) } else { visit(trail, node) };
    };
    match segment {
        Segment::Deep => {
            go(node, rest, trail, visit);
            every_item(trail, segments, visit);
            for entry in node.entries() {
                trail.within(node, Step::Key(entry), |trail| go(&entry.node, segments, trail, visit));
            }
        }
        Segment::Index(n) => match &node.value {
            Value::List(items) => {
                if let Some(item) = items.get(*n) {
                    trail.within(node, Step::Index(*n), |trail| go(item, rest, trail, visit));
                }
            }
            // A lone value is a list of itself.
            _ if *n == 0 => go(node, rest, trail, visit),
            _ => {}
        },
        Segment::Glob(glob) if is_list && glob == "*" => every_item(trail, rest, visit),
        _ if is_list => every_item(trail, segments, visit),
        Segment::Only(predicate) => {
            if predicate.holds(node) {
                go(node, rest, trail, visit);
            }
        }
        Segment::Key(_) | Segment::Glob(_) => {
            for entry in node.entries().iter().filter(|e| segment.fits(&e.key)) {
                trail.within(node, Step::Key(entry), |trail| go(&entry.node, rest, trail, visit));
            }
        }
    }
}

impl Segment {
    fn fits(&self, key: &str) -> bool {
        match self {
            Self::Key(own) => own == key,
            Self::Glob(glob) => fits(glob, key),
            _ => false,
        }
    }
}

impl Predicate {
    fn holds(&self, node: &Node) -> bool {
        let keys: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let found = node.at(&keys);
        let one_of = |values: &[String]| {
            let texts = found.map(Node::items).unwrap_or_default().iter().filter_map(Node::text);
            texts.into_iter().any(|t| values.iter().any(|v| fits(v, t)))
        };
        match &self.test {
            Test::Is(values) => one_of(values),
            Test::IsNot(values) => !one_of(values),
            Test::There => found.is_some(),
            Test::Missing => found.is_none(),
        }
    }
}

/// A glob with `*` only, without regard to letter case.
fn fits(glob: &str, text: &str) -> bool {
    let mut parts = glob.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = strip(text, first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match find(rest, part) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.get(rest.len() - last.len()..).is_some_and(|end| end.eq_ignore_ascii_case(last))
}

fn strip<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn find<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    (0..=text.len().checked_sub(part.len())?).find_map(|i| text.get(i..).and_then(|t| strip(t, part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Format, tree};
    use crate::source::{FileId, Source};

    fn found(path: &str) -> Vec<String> {
        let text = "\
plugins:
  extractors:
    - {name: tap-salesforce, config: {password: a, is_sandbox: true}}
    - {name: tap-shopify, config: {api_password: b}}
  one: {name: tap-x, config: {password: c}}
a.b: d
";
        let source = Source::from_str(FileId(0), "a.yaml", text);
        let tree = tree::read(&source, Format::Yaml);
        let mut out = Vec::new();
        Path::parse(path).unwrap().find(&tree.roots[0], &mut |trail, node| {
            out.push(format!("{}={}", trail.path(), node.text().unwrap_or("…")));
        });
        out
    }

    #[test]
    fn paths_lead_through_lists_globs_and_predicates() {
        for (path, expected) in [
            ("plugins.extractors.config.password", vec!["plugins.extractors[0].config.password=a"]),
            (
                "plugins.*[name=tap-*].config.*password",
                vec![
                    "plugins.extractors[0].config.password=a",
                    "plugins.extractors[1].config.api_password=b",
                    "plugins.one.config.password=c",
                ],
            ),
            ("plugins.extractors[name=tap-shopify|x].config.*", vec!["plugins.extractors[1].config.api_password=b"]),
            ("**.password", vec!["plugins.extractors[0].config.password=a", "plugins.one.config.password=c"]),
            ("plugins.extractors[1].name", vec!["plugins.extractors[1].name=tap-shopify"]),
            ("plugins.extractors[config.is_sandbox=true].name", vec!["plugins.extractors[0].name=tap-salesforce"]),
            ("plugins.extractors[!config.password].name", vec!["plugins.extractors[1].name=tap-shopify"]),
            ("plugins.extractors[!name].config", vec![]),
            ("plugins.extractors[name!=tap-shopify].name", vec!["plugins.extractors[0].name=tap-salesforce"]),
            ("plugins.extractors.name[.=*shop*]", vec!["plugins.extractors[1].name=tap-shopify"]),
            ("'a.b'", vec!["a.b=d"]),
            ("nothing.here", vec![]),
        ] {
            assert_eq!(found(path), expected, "{path}");
        }
    }

    #[test]
    fn a_faulty_path_says_where() {
        for (path, at) in
            [("a..b", 1), ("a[b", 1), ("a.[b]", 1), ("'a", 0), ("a b", 0), ("**.a.**", 0), ("a[]", 1), ("a[x]b", 4)]
        {
            assert_eq!(Path::parse(path).map_err(|f| f.at), Err(at), "{path}");
        }
    }
}
