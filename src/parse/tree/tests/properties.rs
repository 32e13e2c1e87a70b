//! Java properties: separators, continued lines, escapes.

use super::*;

fn properties(text: &str) -> Tree {
    tree(Format::Properties, text)
}

#[test]
fn separators_and_continued_lines_are_those_of_java() {
    let tree = properties("a=1\nb : 2\nc 3\nd\\=e = 4\nf = x\\\n    y\\\n\ng==5\nh=\\\n  6\n  i = 7  \n");
    assert_eq!(flat(&tree), ["a = 1", "b = 2", "c = 3", "d=e = 4", "f = xy", "g = =5", "h = 6", "i = 7"]);
}

#[test]
fn escapes_are_resolved_and_broken_ones_named() {
    let tree = properties("a=\\u00e9\\t\\uD83D\\uDE00\nb=\\uD83Dx\nc=\\u12\nd=1\\\\\ne=2\n");
    assert_eq!(flat(&tree), ["a = é\t😀", "b = \u{FFFD}x", "c = \\u12", "d = 1\\", "e = 2"]);
    assert_eq!(problems(&tree), ["a \\u escape without four hexadecimal digits"]);
}

#[test]
fn comments_have_two_marks_and_no_inline_form() {
    let tree = properties("# one\n  ! two\na = b # no\n");
    assert_eq!(flat(&tree), ["a = b # no"]);
    let comments: Vec<_> = tree.comments.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(comments, ["one", "two"]);
}

proptest! {
    #[test]
    fn generated_files_read_back_with_every_span(
        entries in prop::collection::vec(("[a-z][a-z.]{0,8}", "[a-z][a-z é😀=:#!]{0,10}", 0..4u8), 0..8)
    ) {
        let separators = ["=", " = ", ": ", " "];
        let text: String = entries
            .iter()
            .map(|(key, value, style)| {
                let value = if value[1..].starts_with(['=', ':']) { "x" } else { value.trim() };
                format!("# note\n{key}{}{}\n", separators[*style as usize], value)
            })
            .collect();
        for tree in for_each_place(Format::Properties, &text, |place| assert_eq!(place.slice, place.text)) {
            prop_assert_eq!(problems(&tree), [""; 0]);
            let keys: Vec<_> = tree.roots[0].entries().iter().map(|e| e.key.as_str()).collect();
            let expected: Vec<_> = entries.iter().map(|(k, ..)| k.as_str()).collect();
            prop_assert_eq!(keys, expected);
        }
    }
}
