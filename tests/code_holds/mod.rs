//! What must hold of any source file that was read, however broken: for the mutation test and the fuzz targets.

use std::sync::Arc;

use synthgate::parse::code::{Code, Kind, Language, NodeId, Piece};
use synthgate::source::{FileId, Source};

/// Reads any bytes as a file of a name and checks the nodes against the text.
///
/// # Panics
/// Where a node lies outside its parent or the text, or its span does not give its text.
pub fn check(name: &str, bytes: &[u8]) {
    let language = Language::of(name).unwrap_or_else(|| panic!("{name} is of no language"));
    let source = Arc::new(Source::new(FileId(0), name.into(), bytes.to_vec()));
    let code = Code::read(&source, language);
    let len = bytes.len() as u32;
    for problem in &code.problems {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= len, "{problem:?}");
    }
    let text = code.text();
    for id in 0..code.len() as NodeId {
        let node = *code.node(id);
        let (start, end) = (node.start as usize, node.end as usize);
        assert!(start <= end && text.is_char_boundary(start) && text.is_char_boundary(end), "{node:?}");
        if id > 0 {
            let parent = code.node(node.parent);
            assert!(node.parent < id && node.last > id && node.last <= parent.last, "{node:?} in {parent:?}");
            assert!(parent.start <= node.start && node.end <= parent.end, "{node:?} in {parent:?}");
            assert!(code.children(node.parent).take(64).all(|c| code.node(c).parent == node.parent));
        }
        // A notebook's nodes may hold escapes.
        if std::ptr::eq(text, source.text()) {
            assert_eq!(source.slice(code.span_of(id)), code.slice(id));
        } else {
            let span = code.span_of(id);
            assert!(span.start <= span.end && span.end <= len, "{span:?}");
        }
        ask(&code, id);
    }
}

/// What rules ask of a node.
fn ask(code: &Code, id: NodeId) {
    let node = *code.node(id);
    match code.kind(id) {
        Kind::String => {
            for piece in code.pieces(id) {
                let (start, end) = match piece {
                    Piece::Text(range) => (range.start, range.end),
                    Piece::Hole(hole) => (code.node(hole).start, code.node(hole).end),
                };
                assert!(node.start <= start && start <= end && end <= node.end, "{node:?} {start} {end}");
            }
            code.literal(id);
        }
        Kind::Call | Kind::New => {
            code.called(id);
            code.arguments(id);
            code.entry(id, &["sandbox"]);
        }
        Kind::Pair | Kind::Attribute => {
            code.key(id);
        }
        Kind::Function | Kind::Class | Kind::Element | Kind::Package => {
            code.name(id);
        }
        _ => {
            code.steps(id);
        }
    }
}
