//! TOML: held against `toml-span`; nested headers, dates, breaks.

use super::*;

fn toml(text: &str) -> Tree {
    tree(Format::Toml, text)
}

#[test]
fn a_break_keeps_the_whole_entries_before_it() {
    let cases = [
        ("c = \"open\nd = 1", "a string without its closing quote"),
        ("c = [1, 2\nd = 1", "a comma or a closing bracket is missing"),
        ("c = {x = 1", "a comma or a closing bracket is missing"),
        ("c", "a key without `=`"),
        ("c = ", "a value is missing"),
        ("[c", "a header without its closing bracket"),
        ("c = \"\\q\"", "an escape that TOML does not know"),
        ("c = 'x' y", "more text behind the end of an entry"),
        ("c = *", "an unexpected character"),
    ];
    for (rest, problem) in cases {
        let tree = toml(&format!("a = 1\n[b]\nx = 2 # note\n{rest}"));
        assert_eq!(flat(&tree)[..2], ["a = 1", "b.x = 2"], "{rest}");
        assert_eq!(problems(&tree), [problem], "{rest}");
    }
    assert_eq!(flat(&toml("a = [1, {b.c = 2, d = 3")), ["a[0] = 1", "a[1].b.c = 2"]);
}

#[test]
fn dates_numbers_and_duplicates_keep_their_text() {
    let tree = toml("a = 1979-05-27T07:32:00-08:00\nb = 1979-05-27\nc = 07:32:00.5\nd = 0x_F\na = +1\ne = bare\n");
    assert_eq!(
        flat(&tree),
        ["a = 1979-05-27T07:32:00-08:00", "b = 1979-05-27", "c = 07:32:00.5", "d = 0x_F", "a = +1", "e = bare"]
    );
    assert_eq!(problems(&tree), ["a bare word that is no number, date, true or false"]);
}

#[test]
fn a_map_named_in_several_places_is_one_map() {
    let tree = toml("[a.b]\nx = 1\n[c]\ny = 2\n[a]\nz = 3\n[[d]]\n[[d]]\n[d.e]\nv = 4\n");
    assert_eq!(flat(&tree), ["a.b.x = 1", "a.z = 3", "c.y = 2", "d[1].e.v = 4"]);
    assert_eq!(
        flat(&toml("a = {b.c = 1, b.d.e = 2, b.d.f = 3, g = 4}\n")),
        ["a.b.c = 1", "a.b.d.e = 2", "a.b.d.f = 3", "a.g = 4"]
    );
}

#[test]
fn spans_leave_out_quotes_and_the_first_line_end() {
    let text = "a = ''\nb = \"\"\"\nx\ny\"\"\"\nc = '''z''''\n\"k\" = 1\n";
    let tree = toml(text);
    let slices: Vec<_> =
        tree.roots[0].entries().iter().map(|e| &text[e.node.span.start as usize..e.node.span.end as usize]).collect();
    assert_eq!(slices, ["", "x\ny", "z'", "1"]);
    assert_eq!(tree.roots[0].entries()[0].node.span.start, 5);
}

#[test]
fn a_million_headers_take_linear_time() {
    let text: String = (0..100_000).map(|i| format!("[t{i}]\n[[l]]\n")).collect();
    assert_eq!(toml(&text).roots[0].entries().len(), 100_001);
}

/// The value as toml-span has it: its maps are sorted by key.
fn by_toml_span(value: &toml_span::Value<'_>) -> generate::Model {
    use generate::Model;
    use toml_span::value::ValueInner;
    match value.as_ref() {
        ValueInner::String(s) => Model::Text(s.to_string()),
        ValueInner::Integer(i) => Model::Text(i.to_string()),
        ValueInner::Float(f) => Model::Text(f.to_string()),
        ValueInner::Boolean(b) => Model::Text(b.to_string()),
        ValueInner::Array(items) => Model::List(items.iter().map(by_toml_span).collect()),
        ValueInner::Table(map) => Model::Map(map.iter().map(|(k, v)| (k.name.to_string(), by_toml_span(v))).collect()),
    }
}

fn sorted(model: generate::Model) -> generate::Model {
    use generate::Model;
    match model {
        Model::Map(mut entries) => {
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Model::Map(entries.into_iter().map(|(k, v)| (k, sorted(v))).collect())
        }
        Model::List(items) => Model::List(items.into_iter().map(sorted).collect()),
        text => text,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn generated_documents_read_back_with_every_span(model in generate::model()) {
        let model = generate::unique_keys(model);
        let text = generate::toml(&model);
        for tree in for_each_place(Format::Toml, &text, |place| {
            let value = match place.before {
                Some('"') => serde_json::from_str(&format!("\"{}\"", place.slice)).unwrap(),
                _ => place.slice.to_owned(),
            };
            assert_eq!(value.replace("\r\n", "\n"), place.text);
        }) {
            prop_assert_eq!(problems(&tree), [""; 0], "{}", text);
            prop_assert_eq!(sorted(generate::of(&tree.roots[0])), sorted(model.clone()), "{}", text);
        }
        let parsed = toml_span::parse(&text).unwrap();
        prop_assert_eq!(by_toml_span(&parsed), sorted(model), "{}", text);
    }
}
