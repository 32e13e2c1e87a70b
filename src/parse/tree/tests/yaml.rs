//! YAML: aliases, merge keys, templates, broken documents.

use super::*;

fn yaml(text: &str) -> Tree {
    tree(Format::Yaml, text)
}

/// The bytes that a path's value points at.
fn pointed<'t>(text: &'t str, tree: &Tree, path: &[&str]) -> &'t str {
    let span = tree.roots[0].at(path).unwrap().span;
    &text[span.start as usize..span.end as usize]
}

#[test]
fn what_comes_through_an_alias_points_at_its_place_of_use() {
    let text = "base: &b {user: ann, deep: {k: v}}\nprod: *b\nuat:\n  <<: *b\n  user: bob\n";
    let tree = yaml(text);
    assert_eq!(
        flat(&tree),
        [
            "base.user = ann",
            "base.deep.k = v",
            "prod.user = ann",
            "prod.deep.k = v",
            "uat.deep.k = v",
            "uat.user = bob"
        ]
    );
    assert_eq!(pointed(text, &tree, &["base", "user"]), "ann");
    assert_eq!(pointed(text, &tree, &["prod"]), "*b");
    assert_eq!(pointed(text, &tree, &["prod", "deep", "k"]), "*b");
    assert_eq!(tree.roots[0].at(&["uat", "deep"]).unwrap().span.start as usize, text.rfind("*b").unwrap());
}

#[test]
fn earlier_merges_and_explicit_keys_win() {
    let tree = yaml("a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc:\n  z: 3\n  <<: [*a, *b]\nd: {'<<': 4}\n");
    assert_eq!(tree.roots[0].text_at(&["c", "x"]), Some("1"));
    assert_eq!(tree.roots[0].text_at(&["c", "y"]), Some("1"));
    assert_eq!(tree.roots[0].text_at(&["c", "z"]), Some("3"));
    assert_eq!(tree.roots[0].text_at(&["d", "<<"]), Some("4"));
}

#[test]
fn a_billion_laughs_end_in_a_problem() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for i in 1..12 {
        let aliases = vec![format!("*a{}", i - 1); 9].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{aliases}]\n"));
    }
    text.push_str("---\nnext: document\n");
    let tree = yaml(&text);
    assert_eq!(problems(&tree), ["aliases expand to more than 250000 nodes"]);
    assert_eq!(tree.roots[0].at(&["a1"]).unwrap().items().len(), 9);
    assert_eq!(tree.roots[1].text_at(&["next"]), Some("document"));
}

#[test]
fn long_texts_and_deep_chains_of_aliases_are_bounded_too() {
    let long = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(1 << 16), vec!["*a"; 2000].join(", "));
    assert_eq!(problems(&yaml(&long)), ["aliases expand to more than 250000 nodes"]);
    let mut chain = String::from("a0: &a0 [x]\n");
    (1..400).for_each(|i| chain.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1)));
    assert!(problems(&yaml(&chain))[0].contains("levels deep"));
}

#[test]
fn aliases_without_target_are_problems_and_keep_their_text() {
    let tree = yaml("files: *.md\nself: &s [*s]\nlast: 1\n");
    assert_eq!(flat(&tree), ["files = *.md", "self[0] = ~", "last = 1"]);
    assert_eq!(problems(&tree), ["an alias without its anchor", "an alias inside the node that it stands for"]);
}

#[test]
fn a_broken_document_keeps_its_beginning_and_loses_no_other() {
    let tree = yaml("a: 1\nb:\n  c: 2\n  d: \"open\n---\ne: 3\n---\nf: 4\nx: [5\n---\ng: 5\n");
    assert_eq!(flat(&tree), ["a = 1", "b.c = 2", "1:e = 3", "2:f = 4", "3:g = 5"]);
    assert_eq!(tree.problems.len(), 2);
}

#[test]
fn a_helm_chart_is_read_around_its_templates() {
    let text = concat!(
        "{{- if .Values.enabled }}\n",
        "metadata:\n",
        "  name: {{ include \"app.name\" . }}\n",
        "  labels:\n",
        "    {{- include \"app.labels\" . | nindent 4 }}\n",
        "env:\n",
        "  {{- range $k, $v := .Values.env }}  # each\n",
        "  - name: {{ $k }}\n",
        "    value: \"{{ $v | default \"none\" }}\"\n",
        "  {{- end }}\n",
        "  - name: SF_URL\n",
        "    value: https://{{ .Values.host }}/services # target\n",
        "script: |\n",
        "  login {{ .Values.user }}\n",
        "  {{ .Values.last }}\n",
        "{{- end }}\n"
    );
    let tree = yaml(text);
    assert_eq!(problems(&tree), [""; 0]);
    assert_eq!(
        flat(&tree),
        [
            "metadata.name = {{ include \"app.name\" . }}",
            "metadata.labels = ~",
            "env[0].name = {{ $k }}",
            "env[0].value = {{ $v | default \"none\" }}",
            "env[1].name = SF_URL",
            "env[1].value = https://{{ .Values.host }}/services",
            "script = login {{ .Values.user }}\n{{ .Values.last }}",
        ]
    );
    assert_eq!(pointed(text, &tree, &["metadata", "name"]), "{{ include \"app.name\" . }}");
    assert_eq!(tree.comments.last().map(|c| c.text.as_str()), Some("target"));
}

#[test]
fn templates_that_are_yaml_already_are_left_alone() {
    let text = "on: push\nenv:\n  URL: ${{ secrets.SF_URL }}\n  Q: '{{ x }}'\nalert: |\n  {{ $labels.x }}\n  up\n";
    assert_eq!(
        flat(&yaml(text)),
        ["on = push", "env.URL = ${{ secrets.SF_URL }}", "env.Q = {{ x }}", "alert = {{ $labels.x }}\nup\n"]
    );
    let erb = "production:\n  password: <%= ENV['X'] %>\n<% if true %>\n  user: a\n<% end %>\n";
    assert_eq!(flat(&yaml(erb)), ["production.password = <%= ENV['X'] %>", "production.user = a"]);
}

#[test]
fn a_text_full_of_opening_templates_takes_linear_time() {
    let tree = yaml(&"{{".repeat(500_000));
    assert!(!tree.problems.is_empty());
}

#[test]
fn plain_scalars_are_not_reinterpreted() {
    let tree = yaml("a: no\nb: 1.20\nc: 0755\nd: 0x1F\ne: 2024-01-01\nf: !!str 7\ng: Null\nh: \"null\"\n");
    let kinds: Vec<_> = tree.roots[0]
        .entries()
        .iter()
        .map(|e| matches!(&e.node.value, Value::Scalar(s) if s.kind == ScalarKind::Null))
        .collect();
    assert_eq!(kinds, [false, false, false, false, false, false, true, false]);
    assert_eq!(flat(&tree)[..6], ["a = no", "b = 1.20", "c = 0755", "d = 0x1F", "e = 2024-01-01", "f = 7"]);
}

#[test]
fn a_block_without_lines_is_an_empty_place() {
    let text = "a: |\nb: >-\n\nc: |+\n\nd: 1\n";
    let tree = yaml(text);
    assert_eq!(flat(&tree), ["a = ", "b = ", "c = \n", "d = 1"]);
    assert_eq!(pointed(text, &tree, &["a"]), "");
    assert_eq!(pointed(text, &tree, &["c"]), "");
}

#[test]
fn collections_as_keys_go_by_their_source_text() {
    assert_eq!(flat(&yaml("? [a, b]\n: c\n? d\n")), ["[a, b] = c", "d = ~"]);
}

#[test]
fn comments_keep_their_places() {
    let text = "# one\na: 1 # two\n# three\nb:\n  - x # four\n";
    let tree = yaml(text);
    let texts: Vec<_> = tree.comments.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three", "four"]);
    assert!(tree.comments.iter().all(|c| text[c.span.start as usize..].starts_with('#')));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn generated_documents_read_back_with_every_span(model in generate::model()) {
        let text = generate::yaml(&model);
        for tree in for_each_place(Format::Yaml, &text, |place| {
            let value = match (place.before, place.slice.contains('\n')) {
                (Some(quote @ ('"' | '\'')), _) => serde_yaml::from_str(&format!("{quote}{}{quote}", place.slice)).unwrap(),
                (_, true) => place.slice.lines().map(str::trim_start).collect::<Vec<_>>().join("\n"),
                _ => place.slice.to_owned(),
            };
            assert_eq!(value.trim_end(), place.text.trim_end());
        }) {
            prop_assert_eq!(problems(&tree), [""; 0]);
            prop_assert_eq!(generate::of(&tree.roots[0]), model.clone(), "{}", text);
        }
    }
}
