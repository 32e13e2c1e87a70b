//! INI: sections, comments, values over several lines.

use super::*;

fn ini(text: &str) -> Tree {
    tree(Format::Ini, text)
}

#[test]
fn sections_are_maps_and_stay_apart() {
    let tree = ini("top = 1\n[a]\nx = 2\n[b.c] ; note\nx: 3\n[a]\nx = 4\n");
    assert_eq!(flat(&tree), ["top = 1", "a.x = 2", "b.c.x = 3", "a.x = 4"]);
    assert_eq!(tree.roots[0].entries().len(), 4);
}

#[test]
fn quotes_and_comments_are_no_part_of_a_value() {
    let tree = ini("a = \"x ; y\" ; one\nb = x;y # two\nc = 'z'\nd = it's\n; three\n");
    assert_eq!(flat(&tree), ["a = x ; y", "b = x;y", "c = z", "d = it's"]);
    let comments: Vec<_> = tree.comments.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(comments, ["one", "two", "three"]);
}

#[test]
fn deeper_lines_go_on_with_the_value() {
    let tree = ini("[a]\nlist =\n    one>=1\n    # note\n    two\nnext = 3\n[r]\n\tx = 1\n\ty = 2\n");
    assert_eq!(flat(&tree), ["a.list = one>=1\ntwo", "a.next = 3", "r.x = 1", "r.y = 2"]);
}

#[test]
fn a_colon_of_a_url_is_no_separator() {
    let tree = ini("//registry.example.com/:_authToken=abc\nproxy_pass http://192.0.2.1:80\n[x\n");
    assert_eq!(flat(&tree)[0], "//registry.example.com/:_authToken = abc");
    assert_eq!(flat(&tree)[1], "proxy_pass http://192.0.2.1:80 = ~");
    assert_eq!(problems(&tree), ["a section without its closing bracket"]);
}

#[test]
fn a_file_of_braces_is_no_ini() {
    let tree = ini("user www;\nhttp {\n  server {\n    listen 80;\n  }\n}\n");
    assert_eq!(problems(&tree), ["a block in braces: this is no INI file"]);
}

proptest! {
    #[test]
    fn generated_files_read_back_with_every_span(
        entries in prop::collection::vec(("[a-z][a-z0-9 ]{0,6}[a-z]", "[a-z][a-z é😀=:]{0,8}[a-z]", 0..4u8), 0..10)
    ) {
        let mut text = String::new();
        let mut expected = Vec::new();
        let mut section = String::new();
        for (i, (key, value, style)) in entries.iter().enumerate() {
            text.push_str(&match style {
                0 => { section = format!("s{i}."); format!("[s{i}]\n{key} = {value} ; note\n") }
                1 => format!("{key}=\"{value}\"\n"),
                2 => format!("# note\n{key}={value}\n"),
                _ => format!("\n{key} = '{value}' # note\n"),
            });
            expected.push(format!("{section}{key} = {value}"));
        }
        for tree in for_each_place(Format::Ini, &text, |place| assert_eq!(place.slice, place.text)) {
            prop_assert_eq!(problems(&tree), [""; 0]);
            prop_assert_eq!(flat(&tree), expected.clone());
        }
    }
}
