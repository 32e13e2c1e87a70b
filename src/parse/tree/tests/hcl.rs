//! HCL: held against `hcl-edit`; blocks, expressions, heredocs, breaks.

use super::*;

fn hcl(text: &str) -> Tree {
    tree(Format::Hcl, text)
}

#[test]
fn labelled_blocks_share_their_type_and_others_repeat() {
    let tree = hcl(
        "r \"a\" \"b\" { x = 1 }\nr a c {\n x = 2\n}\nprovider \"p\" {\n alias = 1\n}\nprovider \"p\" {\n s {}\n s { y = 3 }\n}\n",
    );
    assert_eq!(flat(&tree), ["r.a.b.x = 1", "r.a.c.x = 2", "provider.p.alias = 1", "provider.p.s.y = 3"]);
    assert_eq!(tree.roots[0].entries().len(), 2);
    assert_eq!(tree.roots[0].at(&["provider"]).unwrap().entries().len(), 2);
    assert_eq!(tree.roots[0].at(&["provider", "p"]).unwrap().entries().len(), 2);
}

#[test]
fn expressions_are_their_own_text() {
    let text = concat!(
        "a = \"x\" == var.y\nb = [1, 2][0]\nc = f(\n  1,\n  \"}\")\nd = -1.5\ne = !true\n",
        "f = {for k, v in m : k => v}\ng = \"${f(\"a\", {b = \"}\"})}-x\"\nh = a.b[*].c # note\ni = x >= 1 ? {} : []\n"
    );
    assert_eq!(
        flat(&hcl(text)),
        [
            "a = \"x\" == var.y",
            "b = [1, 2][0]",
            "c = f(\n  1,\n  \"}\")",
            "d = -1.5",
            "e = !true",
            "f = {for k, v in m : k => v}",
            "g = ${f(\"a\", {b = \"}\"})}-x",
            "h = a.b[*].c",
            "i = x >= 1 ? {} : []",
        ]
    );
    assert_eq!(problems(&hcl(text)), [""; 0]);
}

#[test]
fn heredocs_lose_the_indentation_they_share_only_where_they_say_so() {
    let text = "a = <<EOT\n  x\n    y\nEOT\nb = <<-E\n    x\n      ${y}\n\n  E\nc = [<<A\nz\nA\n, 1]\n";
    assert_eq!(flat(&hcl(text)), ["a =   x\n    y\n", "b = x\n  ${y}\n\n", "c[0] = z\n", "c[1] = 1"]);
}

#[test]
fn a_break_keeps_the_whole_entries_before_it() {
    let cases = [
        ("y = \"open\n", "a string without its closing quote"),
        ("y = f(1]\n", "this closing bracket does not belong here"),
        ("y = <<E\nx\n", "a heredoc that does not end"),
        ("y = /* x\n", "a comment that does not end"),
        ("y = \n", "a value is missing"),
        ("y", "a bracket that is never closed"),
        ("y = {a}\n", "a key without its value"),
        ("= 1\n", "neither an attribute nor a block"),
    ];
    for (rest, problem) in cases {
        let tree = hcl(&format!("a = 1\nb \"c\" {{\n  x = 2 // note\n  {rest}"));
        assert_eq!(flat(&tree), ["a = 1", "b.c.x = 2"], "{rest}");
        assert!(problems(&tree).contains(&problem), "{rest}: {:?}", problems(&tree));
    }
    assert_eq!(flat(&hcl("a = [1, {b = 2, c = 3"))[..], ["a[0] = 1", "a[1].b = 2"]);
    assert_eq!(problems(&hcl("a = 1\n}\n")), ["this closing bracket does not belong here"]);
}

#[test]
fn comments_keep_their_places() {
    let text = "# one\na = 1 // two\n/* three */\nb = \"# no\"\n";
    let texts: Vec<_> = hcl(text).comments.iter().map(|c| c.text.clone()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn generated_documents_read_back_with_every_span(model in generate::model()) {
        let model = generate::unique_keys(generate::without_templates(model));
        let text = generate::hcl(&model);
        for tree in for_each_place(Format::Hcl, &text, |place| {
            let value = match place.before {
                Some('"') => serde_json::from_str(&format!("\"{}\"", place.slice)).unwrap(),
                _ => place.slice.to_owned(),
            };
            assert_eq!(value, place.text);
        }) {
            prop_assert_eq!(problems(&tree), [""; 0], "{}", text);
            prop_assert_eq!(generate::of(tree.roots[0].get("root").unwrap()), model.clone(), "{}", text);
        }
        prop_assert!(hcl_edit::parser::parse_body(&text).is_ok(), "{}", text);
    }
}
