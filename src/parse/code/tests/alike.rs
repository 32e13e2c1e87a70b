//! The same small program in every language gives the same facts.

use super::*;

/// A program: it reads the environment with a default, has a function `push` with an annotation where the language has
/// some, which raises if an order is a test, writes, and returns the order where an error is handled.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "a.js",
        "import { Sf } from 'sf';\nconst url = env('SF_URL') ?? 'https://login.example.com';\n\
         function push(order) { if (!order.isReal()) { throw new Refused('test'); }\n\
         try { conn.sobject('Order').upsert(order); } catch (e) { return order; } }",
    ),
    (
        "a.ts",
        "import { Sf } from 'sf';\nconst url: string = env('SF_URL') ?? 'https://login.example.com';\n\
         function push(order: Order) { if (!order.isReal()) { throw new Refused('test'); }\n\
         try { conn.sobject('Order').upsert(order); } catch (e) { return order; } }",
    ),
    (
        "a.tsx",
        "import { Sf } from 'sf';\nconst url: string = env('SF_URL') || 'https://login.example.com';\n\
         function push(order: Order) { if (!order.isReal()) { throw new Refused('test'); }\n\
         try { conn.sobject('Order').upsert(order); } catch (e) { return order; } }",
    ),
    (
        "a.py",
        "from sf import Sf\nurl = env('SF_URL') or 'https://login.example.com'\n\
         def push(order):\n    if not order.isReal():\n        raise Refused('test')\n\
         \x20   try:\n        conn.sobject('Order').upsert(order)\n    except Limit as e:\n        return order\n",
    ),
    (
        "a.cls",
        "public class A { String url = env('SF_URL') ?? 'https://login.example.com';\n\
         Order push(Order order) { if (!order.isReal()) { throw new Refused('test'); }\n\
         try { conn.sobject('Order').upsert(order); } catch (Limit e) { return order; } } }",
    ),
    (
        "a.java",
        "import sf;\nclass A { String url = env(\"SF_URL\") == null ? \"https://login.example.com\" : x;\n\
         Order push(Order order) { if (!order.isReal()) { throw new Refused(\"test\"); }\n\
         try { conn.sobject(\"Order\").upsert(order); } catch (Limit e) { return order; } } }",
    ),
    (
        "a.cs",
        "using sf;\nclass A { string url = env(\"SF_URL\") ?? \"https://login.example.com\";\n\
         Order push(Order order) { if (!order.isReal()) { throw new Refused(\"test\"); }\n\
         try { conn.sobject(\"Order\").upsert(order); } catch (Limit e) { return order; } } }",
    ),
    (
        "a.kt",
        "import sf\nval url = env(\"SF_URL\") ?: \"https://login.example.com\"\n\
         fun push(order: Order): Order { if (!order.isReal()) { throw Refused(\"test\") }\n\
         try { conn.sobject(\"Order\").upsert(order) } catch (e: Limit) { return order } }",
    ),
    (
        "a.go",
        "package a\nimport \"sf\"\nvar url = env(\"SF_URL\")\n\
         func push(order Order) Order { if url == \"\" { url = \"https://login.example.com\" }\n\
         if !order.isReal() { panic(Refused(\"test\")) }\n\
         conn.sobject(\"Order\").upsert(order)\nreturn order }",
    ),
    (
        "a.rs",
        "use sf;\nfn push(order: Order) -> Order { let url = env(\"SF_URL\").unwrap_or(\"https://login.example.com\");\n\
         if !order.isReal() { return Err(Refused(\"test\")); }\n\
         match conn.sobject(\"Order\").upsert(order) { Ok(x) => x, Err(e) => { return order; } } }",
    ),
];

#[test]
fn the_same_program_gives_the_same_facts() {
    for (path, text) in PROGRAMS {
        let code = code(path, text);
        let shown = || format!("{path}\n{}", picture(&code));
        assert!(code.problems.is_empty(), "{path}: {:?}", code.problems);
        well_formed(&code);
        let mut seen = calls(&code);
        seen.retain(|c| !matches!(c.as_str(), "env.unwrap_or" | "Err"));
        let expected = ["env", "order.isReal", "Refused", "conn.sobject.upsert", "conn.sobject"];
        assert_eq!(seen, expected, "{}", shown());

        let env = code.calls().find(|c| code.called(*c) == "env").unwrap();
        assert_eq!(code.literal(code.arguments(env)[0]), Some("SF_URL"), "{}", shown());
        let host = code.of_kind(Kind::String).find(|s| code.literal(*s) == Some("https://login.example.com"));
        assert!(host.is_some(), "{}", shown());
        if !["a.java", "a.go", "a.rs"].contains(path) {
            let fallback = code.of_kind(Kind::Fallback).next().unwrap_or_else(|| panic!("{}", shown()));
            assert_eq!(code.child(fallback, Role::Left), Some(env), "{}", shown());
            assert_eq!(code.child(fallback, Role::Right), host, "{}", shown());
            let assign = code.node(fallback).parent;
            assert_eq!(code.kind(assign), Kind::Assign, "{}", shown());
            assert_eq!(code.child(assign, Role::Target).map(|t| code.slice(t)), Some("url"), "{}", shown());
        }

        let function = code.of_kind(Kind::Function).next().unwrap();
        assert_eq!(code.name(function), Some("push"), "{}", shown());
        assert!(code.child(function, Role::Body).is_some(), "{}", shown());
        let parameter = code.children(function).find(|p| code.kind(*p) == Kind::Parameter);
        assert!(parameter.is_some_and(|p| code.slice(p).contains("order")), "{}", shown());

        let branch = code.of_kind(Kind::If).last().unwrap();
        let condition = code.child(branch, Role::Condition).unwrap();
        // Brackets around it are a node of their own in JavaScript.
        let inside = code.children(condition).next().filter(|_| code.kind(condition) == Kind::Other);
        let condition = inside.unwrap_or(condition);
        assert_eq!(code.kind(condition), Kind::Not, "{}", shown());
        assert_eq!(code.steps(code.child(condition, Role::Value).unwrap()), ["order", "isReal"], "{}", shown());
        let throw = code.of_kind(Kind::Throw).next().unwrap();
        assert!(code.is_within(throw, code.child(branch, Role::Then).unwrap()), "{}", shown());

        if *path != "a.go" {
            let handler = code.of_kind(Kind::Handler).next().unwrap_or_else(|| panic!("{}", shown()));
            assert_eq!(code.kind(code.node(handler).parent), Kind::Try, "{}", shown());
            let back = code.inside(handler).find(|n| code.kind(*n) == Kind::Return).unwrap();
            assert_eq!(code.child(back, Role::Value).map(|v| code.slice(v)), Some("order"), "{}", shown());
        }
        if *path != "a.cls" {
            let import = code.of_kind(Kind::Import).next().unwrap();
            let source = code.inside(import).find(|n| code.role(*n) == Role::Source).unwrap();
            assert_eq!(code.slice(source).trim_matches(['\'', '"']), "sf", "{}", shown());
        }
    }
}

#[test]
fn a_field_of_a_class_is_assigned_whatever_a_grammar_calls_it() {
    for path in ["a.js", "a.ts", "a.tsx"] {
        let code = code(path, "class Offers { label = NOTICE; run = () => push(); }");
        let fields: Vec<(&str, &str)> = code
            .of_kind(Kind::Assign)
            .filter_map(|a| Some((code.slice(code.child(a, Role::Target)?), code.slice(code.child(a, Role::Value)?))))
            .collect();
        assert_eq!(fields, [("label", "NOTICE"), ("run", "() => push()")], "{path}");
    }
}
