//! Kotlin: Elvis, trailing lambdas, properties with delegates, and what its grammar reads amiss.

use super::*;

const TEXT: &str = r#"@file:JvmName("Shop")
package com.example.shop
import com.example.Sf
import com.example.B as C
@RestController
@RequestMapping(path = ["/orders"], method = X.POST)
class Orders(private val client: Client, @Value("\${sf.url}") val url: String = "a") : Base<Order>(client), Closeable {
  private val host: String = System.getenv("SF_URL") ?: "https://login.salesforce.com"
  val log by lazy { Logger.get("a") }
  @PostMapping("/new") suspend fun create(@RequestBody order: Order): Order? {
    return try {
      conn.sobject("Order").upsert(rows, key = "Id")
      if (!order.ok() || (late && x != null)) throw IllegalStateException("no $x and ${y.z}")
      client.post("/a") { header("b") }
      rows.map(f)?.first()!!.done(mapOf("a" to 1))
      true
    } catch (e: LimitException) { return null } finally { done() }
  }
}
"#;

#[test]
fn calls_and_imports_are_seen() {
    let code = code("src/Orders.kt", TEXT);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(
        calls(&code),
        [
            "Base",
            "System.getenv",
            "lazy",
            "Logger.get",
            "conn.sobject.upsert",
            "conn.sobject",
            "order.ok",
            "IllegalStateException",
            "client.post",
            "header",
            "rows.map.first.done",
            "rows.map.first",
            "rows.map",
            "mapOf",
            "done"
        ],
        "{}",
        picture(&code)
    );
    let call = |n| code.calls().nth(n).unwrap();
    assert_eq!(code.literal(code.entry(call(4), &["key"]).unwrap()), Some("Id"));
    assert_eq!(code.entry(call(13), &["a"]).map(|v| code.kind(v)), Some(Kind::Number));
    let imports: Vec<_> = code
        .of_kind(Kind::Import)
        .map(|i| (code.slice(code.child(i, Role::Source).unwrap()), code.child(i, Role::Alias).map(|a| code.slice(a))))
        .collect();
    assert_eq!(imports, [("com.example.Sf", None), ("com.example.B", Some("C"))]);
    assert_eq!(code.name(code.of_kind(Kind::Package).next().unwrap()), Some("com.example.shop"));
}

#[test]
fn classes_properties_and_handlers_are_seen() {
    let code = code("src/Orders.kt", TEXT);
    let class = code.of_kind(Kind::Class).next().unwrap();
    let steps = |ids: Vec<NodeId>| ids.into_iter().map(|d| code.steps(d).join(".")).collect::<Vec<_>>();
    assert_eq!(
        (code.name(class), steps(code.decorators(class))),
        (Some("Orders"), vec!["RestController".to_owned(), "RequestMapping".to_owned()])
    );
    assert_eq!(steps(code.with_role(class, Role::Super).collect()), ["Base", "Closeable"]);
    let function = code.of_kind(Kind::Function).find(|f| code.name(*f) == Some("create")).unwrap();
    assert_eq!(steps(code.decorators(function)), ["PostMapping"]);
    let order = code.children(function).find(|p| code.kind(*p) == Kind::Parameter).unwrap();
    assert_eq!((code.name(order), steps(code.decorators(order))), (Some("order"), vec!["RequestBody".to_owned()]));
    let fallback = code.of_kind(Kind::Fallback).next().unwrap();
    assert_eq!(code.steps(code.child(fallback, Role::Left).unwrap()), ["System", "getenv"]);
    assert_eq!(code.literal(code.child(fallback, Role::Right).unwrap()), Some("https://login.salesforce.com"));
    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert_eq!(code.child(handler, Role::Type).map(|t| code.slice(t)), Some("LimitException"));
    let back = code.inside(handler).find(|n| code.kind(*n) == Kind::Return).unwrap();
    assert_eq!(code.kind(code.child(back, Role::Value).unwrap()), Kind::Null);
}

#[test]
fn a_negation_goes_around_the_whole_chain() {
    let code = code("a.kt", "fun f() { if (!order.owner.isTest(1) && !x) return; if (!a!!.b[1].c == d) {} }\n");
    let not: Vec<_> = code.of_kind(Kind::Not).map(|n| (code.slice(n), code.role(n))).collect();
    assert_eq!(
        not,
        [("!order.owner.isTest(1)", Role::Left), ("!x", Role::Right), ("!a!!.b[1].c", Role::Left)],
        "{}",
        picture(&code)
    );
    assert_eq!(calls(&code), ["order.owner.isTest"]);
    let chain = code.child(code.of_kind(Kind::Not).next().unwrap(), Role::Value).unwrap();
    assert_eq!(code.steps(chain), ["order", "owner", "isTest"]);
    well_formed(&code);
}

#[test]
fn holes_are_seen_in_every_kind_of_string() {
    for (literal, holes) in [
        ("\"a $x b\"", vec!["$x"]),
        ("\"$x${y.z}$w_1-\"", vec!["$x", "${y.z}", "$w_1"]),
        ("\"\"\"raw $x\"\"\"", vec!["$x"]),
        ("\"cost: 5 $, \\$x\"", vec![]),
    ] {
        let code = code("a.kt", &format!("val a = {literal}\n"));
        let string = code.of_kind(Kind::String).next().unwrap();
        let found: Vec<_> = code
            .pieces(string)
            .into_iter()
            .filter_map(|p| if let Piece::Hole(hole) = p { Some(code.slice(hole)) } else { None })
            .collect();
        assert_eq!(found, holes, "{}", picture(&code));
        well_formed(&code);
    }
}
