//! Java: annotations with arguments, declarations with types, text blocks, switches, several caught types.

use super::*;

const TEXT: &str = "\
package com.example.shop;
import java.util.*;
import com.example.Sf;
@RequestMapping(path = \"/orders\", method = RequestMethod.POST)
public class Orders<T> extends Base<Order> implements a.b.Closeable {
  @Value(\"${sf.url:https://login.salesforce.com}\")
  private String url;
  private static final String HOST = System.getenv(\"SF_URL\") != null ? System.getenv(\"SF_URL\") : \"https://test.salesforce.com\";
  private int a = 1, b = 2;
  @PostMapping(\"/new\")
  public Order create(@RequestBody final Order order, String... tags) {
    try (Reader in = open(\"a.csv\")) {
      conn.sobject(\"Order\").upsert(rows, /* key */ \"Id\");
      if (!order.ok() || late) { throw new IllegalStateException(\"no \" + order.id()); }
      rows.forEach(row -> row.send());
      String note = \"\"\"
          all \"invented\"
          \"\"\";
      return order;
    } catch (Limit | IOException e) { return null; } finally { done(); }
  }
  enum Env { LIVE(\"https://live.example.com\") }
}
";

#[test]
fn calls_imports_and_literals_are_seen() {
    let code = code("src/Orders.java", TEXT);
    assert!(code.problems.is_empty(), "{:?}", code.problems);
    assert_eq!(
        calls(&code),
        [
            "System.getenv",
            "System.getenv",
            "open",
            "conn.sobject.upsert",
            "conn.sobject",
            "order.ok",
            "IllegalStateException",
            "order.id",
            "rows.forEach",
            "row.send",
            "done",
            "LIVE"
        ],
        "{}",
        picture(&code)
    );
    let upsert = code.calls().nth(3).unwrap();
    assert_eq!(code.arguments(upsert).into_iter().map(|a| code.slice(a)).collect::<Vec<_>>(), ["rows", "\"Id\""]);
    let sources: Vec<_> =
        code.of_kind(Kind::Import).map(|i| code.slice(code.child(i, Role::Source).unwrap())).collect();
    assert_eq!(sources, ["java.util", "com.example.Sf"]);
    assert_eq!(code.name(code.of_kind(Kind::Package).next().unwrap()), Some("com.example.shop"));
    let block = code.of_kind(Kind::String).find(|s| code.slice(*s).starts_with("\"\"\"")).unwrap();
    assert!(code.literal(block).unwrap().trim().starts_with("all \"invented\""));
}

#[test]
fn declarations_carry_their_type_and_annotations() {
    let code = code("src/Orders.java", TEXT);
    let class = code.of_kind(Kind::Class).next().unwrap();
    assert_eq!((code.name(class), code.decorators(class).len()), (Some("Orders"), 1));
    let supers: Vec<_> = code.with_role(class, Role::Super).flat_map(|s| code.steps(s)).collect();
    assert_eq!(supers, ["Base", "a", "b", "Closeable"]);
    let assigns: Vec<_> = code.of_kind(Kind::Assign).collect();
    let targets: Vec<_> = assigns.iter().map(|a| code.slice(code.child(*a, Role::Target).unwrap())).collect();
    assert_eq!(targets, ["url", "HOST", "a", "b", "in", "note"], "{}", picture(&code));
    let value = code.decorators(assigns[0])[0];
    assert_eq!(code.literal(code.arguments(value)[0]), Some("${sf.url:https://login.salesforce.com}"));
    assert_eq!(code.child(assigns[1], Role::Type).map(|t| code.slice(t)), Some("String"));
    let choice = code.child(assigns[1], Role::Value).unwrap();
    assert_eq!(code.literal(code.child(choice, Role::Else).unwrap()), Some("https://test.salesforce.com"));
    let function = code.of_kind(Kind::Function).next().unwrap();
    assert_eq!((code.name(function), code.decorators(function).len()), (Some("create"), 1));
    let parameters: Vec<_> = code.children(function).filter(|p| code.kind(*p) == Kind::Parameter).collect();
    assert_eq!(parameters.len(), 2);
    assert_eq!(code.steps(code.decorators(parameters[0])[0]), ["RequestBody"]);
    let handler = code.of_kind(Kind::Handler).next().unwrap();
    assert_eq!(
        code.with_role(handler, Role::Type).map(|t| code.slice(t)).collect::<Vec<_>>(),
        ["Limit", "IOException"]
    );
    assert!(code.inside(handler).any(|n| code.kind(n) == Kind::Return));
    let branch = code.of_kind(Kind::If).nth(1).unwrap();
    assert!(code.inside(branch).any(|n| code.kind(n) == Kind::Throw));
}
