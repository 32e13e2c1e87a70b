//! JSON: held against `jsonc-parser` and `serde_json`; breaks and bare words.

use super::*;

fn json(text: &str) -> Tree {
    tree(Format::Json, text)
}

#[test]
fn numbers_keep_their_text_and_only_null_is_null() {
    let tree = json(r#"[1.20, -0, 1e400, "1", true, null, "null"]"#);
    let kinds: Vec<_> = tree.roots[0]
        .items()
        .iter()
        .map(|n| match &n.value {
            Value::Scalar(s) => (s.text.as_str(), s.kind),
            _ => unreachable!(),
        })
        .collect();
    use ScalarKind::{Null, Plain, Text};
    assert_eq!(
        kinds,
        [
            ("1.20", Plain),
            ("-0", Plain),
            ("1e400", Plain),
            ("1", Text),
            ("true", Plain),
            ("null", Null),
            ("null", Text)
        ]
    );
}

#[test]
fn a_break_keeps_what_stood_before_it() {
    let cases = [
        (r#"{"a": 1, "b": {"c": "x", "d": "unfinis"#, "a string without its closing quote"),
        (r#"{"a": 1, "b": {"c": "x", "d": 12"#, "the file ends inside an object or array"),
        (r#"{"a": 1, "b": {"c": "x", "d"#, "a string without its closing quote"),
        (r#"{"a": 1, "b": {"c": "x", "d": ]"#, "this closing bracket does not belong here"),
        (r#"{"a": 1, "b": {"c": "x" "d": 1}}"#, "a comma or a closing bracket is missing"),
        (r#"{"a": 1, "b": {"c": "x", "d" 1}}"#, "a colon is missing behind the key"),
        (r#"{"a": 1, "b": {"c": "x", /* }}"#, "a comment that does not end"),
        (r#"{"a": 1, "b": {"c": "x"}]"#, "this closing bracket does not belong here"),
        (r#"{"a": 1, "b": {"c": "x"}} {}"#, "more text behind the end of the document"),
    ];
    for (text, problem) in cases {
        let tree = json(text);
        assert_eq!(flat(&tree), ["a = 1", "b.c = x"], "{text}");
        assert_eq!(problems(&tree), [problem], "{text}");
    }
}

#[test]
fn bare_words_are_kept_and_named() {
    let tree = json("{a: undefined, b: NaN, c: .5, d: 0xFF}");
    assert_eq!(flat(&tree), ["a = undefined", "b = NaN", "c = .5", "d = 0xFF"]);
    assert_eq!(problems(&tree), ["a bare word that is no number, true, false or null"]);
}

#[test]
fn a_broken_line_does_not_lose_the_others() {
    let tree = tree(Format::Ndjson, "{\"a\": 1}\n{\"b\": \n\n{\"c\": 3}\n{\"d\": \"x\n{\"e\": 5}\n");
    assert_eq!(flat(&tree), ["a = 1", "2:c = 3", "4:e = 5"]);
}

#[test]
fn comments_keep_their_places() {
    let text = "// one\n{ /* two */ \"a\": \"// no\", // three\n}";
    let tree = json(text);
    let texts: Vec<_> = tree.comments.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three"]);
    assert_eq!(&text[tree.comments[1].span.start as usize..tree.comments[1].span.end as usize], "/* two */");
}

/// The value as `jsonc-parser` has it, in the words of a tree.
fn by_jsonc_parser(value: &jsonc_parser::ast::Value) -> generate::Model {
    use generate::Model;
    use jsonc_parser::ast::Value;
    match value {
        Value::StringLit(s) => Model::Text(s.value.to_string()),
        Value::NumberLit(n) => Model::Text(n.value.to_owned()),
        Value::BooleanLit(b) => Model::Text(b.value.to_string()),
        Value::NullKeyword(_) => Model::Text("null".to_owned()),
        Value::Array(a) => Model::List(a.elements.iter().map(by_jsonc_parser).collect()),
        Value::Object(o) => {
            Model::Map(o.properties.iter().map(|p| (p.name.as_str().to_owned(), by_jsonc_parser(&p.value))).collect())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn generated_documents_read_back_with_every_span(model in generate::model()) {
        let text = generate::json(&model);
        for tree in for_each_place(Format::Json, &text, |place| {
            let value = match place.before {
                Some('"') => serde_json::from_str(&format!("\"{}\"", place.slice)).unwrap(),
                _ => place.slice.to_owned(),
            };
            assert_eq!(value, place.text);
        }) {
            prop_assert_eq!(problems(&tree), [""; 0]);
            prop_assert_eq!(generate::of(&tree.roots[0]), model.clone());
        }
        let parsed = jsonc_parser::parse_to_ast(&text, &Default::default(), &Default::default()).unwrap();
        prop_assert_eq!(by_jsonc_parser(&parsed.value.unwrap()), model);
    }

    /// What serde_json takes is no problem here, and what it refuses is one, comments and JSON5 aside.
    #[test]
    fn whole_and_broken_are_told_apart(text in "[\\[\\]{},:\" a1\\\\]{0,14}") {
        let strict = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        let tree = json(&text);
        prop_assert!(!strict || tree.problems.is_empty(), "{:?}", tree.problems);
    }
}
