//! XML: held against `roxmltree`; references, namespaces, breaks.

use super::*;

fn xml(text: &str) -> Tree {
    tree(Format::Xml, text)
}

fn pointed<'t>(text: &'t str, tree: &Tree, path: &[&str]) -> &'t str {
    let span = tree.roots[0].at(path).unwrap().span;
    &text[span.start as usize..span.end as usize]
}

#[test]
fn text_is_trimmed_and_references_point_at_their_place() {
    let text =
        "<a><b>\n  x &amp; y\n</b><c k=' &lt;1&gt; '>\n t <d/> u <![CDATA[ <v> ]]>\n</c><e><![CDATA[ w ]]></e></a>";
    let tree = xml(text);
    assert_eq!(
        flat(&tree),
        ["a.b = x & y", "a.c.@k =  <1> ", "a.c.#text = t", "a.c.d = ", "a.c.#text = u  <v> ", "a.e =  w "]
    );
    assert_eq!(pointed(text, &tree, &["a", "b"]), "x &amp; y");
    assert_eq!(pointed(text, &tree, &["a", "c", "@k"]), " &lt;1&gt; ");
    assert_eq!(pointed(text, &tree, &["a", "c", "#text"]), "u <![CDATA[ <v> ");
    assert_eq!(pointed(text, &tree, &["a", "e"]), " w ");
    assert_eq!(problems(&tree), [""; 0]);
}

#[test]
fn namespaces_are_dropped_to_local_names() {
    let text = "<x:a xmlns:x='urn:x' xmlns='urn:y'><x:b x:k='1'>t</x:b></x:a>";
    let tree = xml(text);
    assert_eq!(flat(&tree), ["a.b.@k = 1", "a.b.#text = t"]);
    let entry = tree.roots[0].at(&["a"]).unwrap().entry("b").unwrap();
    assert_eq!(&text[entry.key_span.start as usize..entry.key_span.end as usize], "b");
}

#[test]
fn a_break_keeps_what_stood_before_it() {
    let cases = [
        ("<a><b>1</b><c k='2'><d>3</d><e>unfinis", "the file ends inside an element"),
        ("<a><b>1</b><c k='2'><d>3</d><e", "a tag that does not end"),
        ("<a><b>1</b><c k='2'><d>3</d></b></a>", "an end tag for another element"),
        ("<a><b>1</b><c k='2'><d>3</d></c></a><z/>", "more than one root element"),
        ("<a><b>1</b><c k='2'><d>3</d><!-- </c></a>", "a comment that does not end"),
        ("<a><b>1</b><c k='2'><d>3</d><f g=h/></c></a>", "an attribute that is not well formed"),
    ];
    for (text, problem) in cases {
        let tree = xml(text);
        assert_eq!(flat(&tree)[..3], ["a.b = 1", "a.c.@k = 2", "a.c.d = 3"], "{text}");
        assert_eq!(problems(&tree), [problem], "{text}");
    }
}

#[test]
fn entity_bombs_and_external_entities_are_problems() {
    let mut text = String::from("<!DOCTYPE a [<!ENTITY e0 'ha'>");
    (1..20).for_each(|i| text.push_str(&format!("<!ENTITY e{i} '{}'>", format!("&e{};", i - 1).repeat(10))));
    text.push_str("]><a><b>&e19;</b><c>&e1;</c></a>");
    let tree = xml(&text);
    assert_eq!(tree.roots[0].text_at(&["a", "b"]), Some("&e19;"));
    assert!(problems(&tree).contains(&"entities expand to too much text"));

    let text = "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/hostname'><!ENTITY m '<i/>'>]><a>&f; &m; &nbsp;</a>";
    let tree = xml(text);
    assert_eq!(flat(&tree), ["a = &f; &m; &nbsp;"]);
    assert_eq!(
        problems(&tree),
        [
            "an external entity is not read",
            "an entity that holds markup is not expanded",
            "an entity that is not declared"
        ]
    );
}

#[test]
fn comments_keep_their_places() {
    let text = "<!-- one --><a><!--two--><b/></a>";
    let tree = xml(text);
    let comments: Vec<_> = tree.comments.iter().map(|c| (c.text.as_str(), c.span.start)).collect();
    assert_eq!(comments, [("one", 0), ("two", 15)]);
}

/// An invented element: attributes, then text or children.
#[derive(Debug, Clone)]
enum Element {
    Text(String),
    Mixed(Vec<(String, String)>, Vec<(String, Element)>),
}

fn element() -> impl Strategy<Value = Element> {
    let name = "[a-z]{1,4}";
    let leaf = generate::text().prop_map(Element::Text);
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let attributes = prop::collection::vec((name, generate::text()), 0..3);
        (attributes, prop::collection::vec((name, inner), 1..4)).prop_map(|(a, c)| Element::Mixed(a, c))
    })
}

fn print(name: &str, element: &Element, out: &mut String) {
    let escape = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&#34;")
            .replace('\n', "&#xA;")
            .replace('\t', "&#9;")
    };
    match element {
        Element::Text(text) if text.len() % 3 == 2 && !text.contains("]]>") => {
            out.push_str(&format!("<{name}> <![CDATA[{text}]]>\n</{name}>"));
        }
        Element::Text(text) => out.push_str(&format!("<n:{name} xmlns:n='urn:n'>\n {} </n:{name}>", escape(text))),
        Element::Mixed(attributes, children) => {
            out.push_str(&format!("<{name}"));
            for (i, (key, value)) in attributes.iter().enumerate() {
                out.push_str(&format!(" {key}{i} = \"{}\"", escape(value)));
            }
            out.push('>');
            children.iter().for_each(|(name, child)| print(name, child, out));
            out.push_str(&format!("</{name} >\n"));
        }
    }
}

fn by_roxmltree(node: roxmltree::Node<'_, '_>, path: &str, out: &mut Vec<String>) {
    let path = format!("{path}.{}", node.tag_name().name());
    node.attributes().for_each(|a| out.push(format!("{path}.@{} = {}", a.name(), a.value())));
    if node.children().any(|c| c.is_element()) {
        node.children().filter(|c| c.is_element()).for_each(|c| by_roxmltree(c, &path, out));
    } else {
        let text: String = node.children().filter_map(|c| c.text()).collect();
        out.push(format!("{path} = {}", text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn generated_documents_read_back_with_every_span(element in element()) {
        let mut text = String::from("<?xml version='1.0'?>\n");
        print("root", &element, &mut text);
        let document = roxmltree::Document::parse(&text).unwrap();
        let mut expected = Vec::new();
        by_roxmltree(document.root_element(), "", &mut expected);
        // Blanks around text are the one thing that is not kept.
        let squeeze = |line: &str| line.trim_end().replace(" = ", "=").replace("= ", "=").trim_start_matches('.').trim().to_owned();
        let expected: Vec<_> = expected.iter().map(|l| l.split_once(" = ").map(|(k, v)| squeeze(&format!("{k} = {}", v.trim()))).unwrap()).collect();
        for tree in for_each_place(Format::Xml, &text, |place| {
            let value = place.slice.replace("<![CDATA[", "").replace("]]>", "");
            let value = if place.kind.is_none() || place.before == Some('[') { value } else {
                quick_xml::escape::unescape(&value).unwrap().into_owned()
            };
            assert_eq!(value.replace("\r\n", "\n").trim(), if place.kind.is_none() { place.text.trim_start_matches('@') } else { place.text }.trim());
        }) {
            prop_assert_eq!(problems(&tree), [""; 0]);
            let read: Vec<_> = flat(&tree).iter().map(|l| l.split_once(" = ").map(|(k, v)| squeeze(&format!("{k} = {}", v.trim()))).unwrap()).collect();
            prop_assert_eq!(&read, &expected);
        }
    }
}
