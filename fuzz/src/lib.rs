//! What every fuzz target of a tree format asks: reading ends, and every span points at what it stands for.

pub mod code;

use synthgate::parse::Format;
use synthgate::parse::tree::{Node, Scalar, ScalarKind, Tree, Value, read};
use synthgate::source::{FileId, LineIndex, Source, Span};

/// Reads any bytes and checks the tree against them.
///
/// # Panics
/// Where a span lies outside the file or does not decode to its key or value.
pub fn check(format: Format, bytes: &[u8]) {
    let source = || Source::new(FileId(0), "input".into(), bytes.to_vec());
    let text = source();
    let index = LineIndex::new(source());
    let tree = read(&text, format);
    let len = bytes.len() as u32;
    let inside = |span: Span| assert!(span.start <= span.end && span.end <= len);
    tree.problems.iter().for_each(|p| inside(p.span));
    tree.comments.iter().for_each(|c| inside(c.span));
    for root in &tree.roots {
        node(root, &mut |span, scalar| {
            inside(span);
            let slice = &index.text()[index.text_range(span)];
            if let Some(scalar) = scalar
                && !holds(format, slice, scalar, &tree)
            {
                panic!("{slice:?} is not {:?}", scalar.text);
            }
        });
    }
}

fn node(at: &Node, visit: &mut impl FnMut(Span, Option<&Scalar>)) {
    match &at.value {
        Value::Scalar(scalar) => visit(at.span, Some(scalar)),
        Value::List(items) => {
            visit(at.span, None);
            items.iter().for_each(|item| node(item, visit));
        }
        Value::Map(entries) => {
            visit(at.span, None);
            for entry in entries {
                visit(entry.key_span, None);
                node(&entry.node, visit);
            }
        }
    }
}

/// Whether a slice can be how a scalar is written: the same text, or one with escapes, references, folded lines.
fn holds(format: Format, slice: &str, scalar: &Scalar, tree: &Tree) -> bool {
    let rewritten = slice.contains(['\\', '&', '\n', '\r', '\'', '<', '>', '\t']) || slice.starts_with('*');
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    match format {
        // An alias may stand for anything; a broken file has its say in the problems.
        Format::Yaml if slice.starts_with('*') || !tree.problems.is_empty() => true,
        _ if scalar.kind == ScalarKind::Plain || !rewritten => squeezed(slice) == squeezed(&scalar.text),
        _ => true,
    }
}
