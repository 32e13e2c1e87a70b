//! Rust: what has other words than elsewhere, macros' input, imports in groups, and what `syn` refuses.

use super::*;

const TEXT: &str = r##"#!/usr/bin/env run
//! About.
use std::collections::HashMap;
use crate::{a::b, c as d, e::{f, g}};
mod orders;
/// About a client.
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct Client<'a> { #[serde(rename = "u")] pub url: String, name: &'a str }
impl Sync for Client<'_> {
    #[post("/orders")] // by hand
    pub async fn create(&self, Json(order): Json<Order>, n: u32) -> Result<Order, Error> {
        let url: String = std::env::var("SF_URL").unwrap_or_else(|_| "https://login.salesforce.com".into());
        conn.sobject("Order").upsert(&rows, "Id").await?;
        let row = Row { id: 1, name, ..Default::default() };
        if !order.ok() || (late && x.is_none()) { return Err(Error::new("no")); } else if a { panic!("x {id}", id = 2) }
        match client.send(row) { Ok(r) => r, Err(e) => { return order; } };
        let body = json!({ "a": x.b(1), "c": ["d"] });
        let text = format!("a{}b{x:?}{{}}", r#"raw "x""#);
        Ok(order)
    }
}
"##;

#[test]
fn calls_macros_and_literals_are_seen() {
    let code = code("src/a.rs", TEXT);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    well_formed(&code);
    assert_eq!(
        calls(&code),
        [
            "std.env.var.unwrap_or_else",
            "std.env.var",
            "into",
            "conn.sobject.upsert",
            "conn.sobject",
            "Row",
            "Default.default",
            "order.ok",
            "x.is_none",
            "Err",
            "Error.new",
            "client.send",
            "json",
            "x.b",
            "format",
            "Ok"
        ],
        "{}",
        picture(&code)
    );
    let row = code.calls().nth(5).unwrap();
    assert_eq!((code.kind(row), code.entry(row, &["id"]).map(|v| code.slice(v))), (Kind::New, Some("1")));
    let json = code.of_kind(Kind::Object).next().unwrap();
    assert_eq!(code.entry(json, &["c"]).map(|v| code.kind(v)), Some(Kind::List));
    let format = code.calls().find(|c| code.called(*c) == "format").unwrap();
    let text = code.arguments(format)[0];
    let holes: Vec<_> = code.with_role(text, Role::None).map(|h| code.slice(h)).collect();
    assert_eq!(holes, ["{}", "{x:?}"]);
    assert_eq!(code.literal(code.arguments(format)[1]), Some("raw \"x\""));
}

#[test]
fn functions_imports_and_handlers_are_seen() {
    let code = code("src/a.rs", TEXT);
    let comments: Vec<_> = code.of_kind(Kind::Comment).map(|c| code.slice(c)).collect();
    assert_eq!(comments, ["//! About.", "/// About a client.", "// by hand"]);
    let sources: Vec<_> =
        code.of_kind(Kind::Import).map(|i| code.slice(code.child(i, Role::Source).unwrap())).collect();
    assert_eq!(sources, ["std::collections::HashMap", "crate", "e", "orders"]);
    let group = code.of_kind(Kind::Import).nth(1).unwrap();
    assert_eq!(code.with_role(group, Role::Name).map(|n| code.slice(n)).collect::<Vec<_>>(), ["a::b", "c"]);
    let classes: Vec<_> = code.of_kind(Kind::Class).collect();
    let steps = |ids: Vec<NodeId>| ids.into_iter().map(|d| code.steps(d).join(".")).collect::<Vec<_>>();
    assert_eq!(steps(code.decorators(classes[0])), ["derive", "serde"]);
    assert_eq!(steps(code.with_role(classes[1], Role::Super).collect()), ["Sync"]);
    let function = code.of_kind(Kind::Function).next().unwrap();
    assert_eq!((code.name(function), steps(code.decorators(function))), (Some("create"), vec!["post".to_owned()]));
    assert_eq!(code.literal(code.arguments(code.decorators(function)[0])[0]), Some("/orders"));
    assert_eq!(code.children(function).filter(|p| code.kind(*p) == Kind::Parameter).count(), 3);
    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert_eq!(code.kind(code.node(handler).parent), Kind::Try);
    assert!(code.inside(handler).any(|n| code.kind(n) == Kind::Return));
    let throws: Vec<_> = code.of_kind(Kind::Throw).map(|t| code.slice(t)).collect();
    assert_eq!(throws, ["return Err(Error::new(\"no\"))", "panic!(\"x {id}\", id = 2)"]);
    let condition = code.child(code.of_kind(Kind::If).next().unwrap(), Role::Condition).unwrap();
    assert_eq!(code.kind(code.child(condition, Role::Right).unwrap()), Kind::And);
}

#[test]
fn what_syn_refuses_is_read_by_its_tokens() {
    let code =
        code("a.rs", "fn f() { let = 1; conn.sobject(\"Order\").upsert(rows, key = \"Id\"); std::env::var(\"A\") }");
    assert_eq!(code.problems.len(), 1);
    assert_eq!(calls(&code), ["f", "conn.sobject.upsert", "conn.sobject", "std.env.var"], "{}", picture(&code));
    let upsert = code.calls().nth(1).unwrap();
    assert_eq!(code.literal(code.entry(upsert, &["key"]).unwrap()), Some("Id"));
    well_formed(&code);
}

#[test]
fn chains_without_brackets_stay_within_the_stack() {
    let links = 100_000;
    let chains = [
        format!("{}x", "!".repeat(links)),
        format!("a{}", ".b".repeat(links)),
        format!("a{}", ".b()".repeat(links)),
        format!("{}1", "|x| ".repeat(links)),
        format!("a{}", " + a".repeat(links)),
        format!("a{}", " = a".repeat(links)),
        format!("if a {{}}{}", " else if a {}".repeat(links)),
        format!("{}T", "A::<".repeat(links)),
        "return ".repeat(links),
    ];
    for chain in chains {
        for links in [chain.as_str(), &chain[..chain.len() / 30]] {
            let code = code("a.rs", &format!("fn f() {{ {links} }}"));
            well_formed(&code);
        }
    }
}
