//! Where regorus 0.14.1 departs from Rego, row by row: a project's own policies are run in a way that none of it
//! shows, and built-in rules keep out of its way. These tests fail when a new regorus mends a row, so that we learn of
//! it and can drop a guard.

use regorus::{Engine, Value};

use super::engine::{self, Limits};
use super::module::Parsed;
use super::normalise::normalise;
use super::problem::PolicyFile;

const INPUT: &str = r#"{"l": [{"k": "1", "y": 1}, {"k": "2"}, {"k": "3", "y": 3}], "n": null}"#;

/// The last one is undefined: the interpreter's errors and losses depend on the order.
const LAST: &str = r#"{"l": [{"k": "1", "y": 1}, {"k": "3", "y": 3}, {"k": "2"}], "n": null}"#;

/// A policy's `d` on the interpreter as it is, on the interpreter as we run it, and on the register VM.
struct Answers {
    raw: String,
    ours: String,
    machine: String,
}

fn ask(text: &str, input: &str) -> Answers {
    let file = PolicyFile::new("a.rego", format!("package p\n{text}\n"));
    let parsed = Parsed::all(std::slice::from_ref(&file)).remove(0).unwrap();
    let normalised = normalise(&file, &parsed).file;
    let interpreted = |file: &PolicyFile| {
        let mut engine = Engine::new();
        engine.add_policy(file.path.clone(), file.text.to_string()).unwrap();
        engine.set_input(Value::from_json_str(input).unwrap());
        engine.eval_rule("data.p.d".into()).map_or_else(|e| error(&e.to_string()), |v| v.to_string())
    };
    Answers { raw: interpreted(&file), ours: interpreted(&normalised), machine: machine(&file, input) }
}

fn machine(file: &PolicyFile, input: &str) -> String {
    let entry = "data.p.d".to_owned();
    let program = match engine::program(&[file], std::slice::from_ref(&entry)) {
        Ok(program) => program,
        Err(broken) => return format!("compile error: {}", broken.message),
    };
    let mut vm = engine::machine(&program, Limits::default()).unwrap();
    let input = Value::from_json_str(input).unwrap();
    match engine::run_machine(&mut vm, &entry, input, Limits::default()) {
        Ok(value) => value.to_string(),
        Err(broken) => format!("error: {}", broken.message),
    }
}

fn error(text: &str) -> String {
    format!("error: {}", text.rsplit("error: ").next().unwrap_or_default().trim())
}

#[track_caller]
fn row(text: &str, raw: &str, ours: &str, machine: &str) {
    let answers = ask(text, INPUT);
    assert_eq!((&*answers.raw, &*answers.ours, &*answers.machine), (raw, ours, machine), "{text}");
}

const NOT_AN_OBJECT: &str = "error: not an object";
const NO: &str = "\"<undefined>\"";

#[test]
fn an_undefined_head_of_a_set() {
    row("d contains x.y if some x in input.l", NOT_AN_OBJECT, "[1,3]", "[1,3]");
    row("d contains {\"m\": x.y} if some x in input.l", NOT_AN_OBJECT, r#"[{"m":1},{"m":3}]"#, r#"[{"m":1},{"m":3}]"#);
    row("d contains sprintf(\"%v\", [x.y]) if some x in input.l", NOT_AN_OBJECT, r#"["1","3"]"#, r#"["1","3"]"#);
    row("d contains x.y if { some x in input.l }", NOT_AN_OBJECT, "[1,3]", "[1,3]");
    let last = ask("d contains x.y if some x in input.l", LAST);
    assert_eq!((&*last.raw, &*last.ours, &*last.machine), ("[]", "[1,3]", "[1,3]"));
}

#[test]
fn an_undefined_value_in_the_body() {
    row("d contains v if { some x in input.l; v := x.y }", "[1,3]", "[1,3]", "[1,3]");
}

#[test]
fn a_partial_object() {
    let both = r#"{"1":1,"3":3}"#;
    let invented = r#"{"1":1,"2":"<undefined>","3":3}"#;
    row("d[x.k] := x.y if some x in input.l", NOT_AN_OBJECT, both, invented);
    row("d[x.k] := v if { some x in input.l; v := x.y }", both, both, invented);
    row("d[k] := v if { some x in input.l; k := x.k; v := x.y }", both, both, invented);
}

#[test]
fn a_partial_object_of_sets() {
    // The register VM forgets the keys; built-in rules have plain heads.
    row("d[x.k] contains x.y if some x in input.l", NOT_AN_OBJECT, r#"{"1":[1],"3":[3]}"#, "[1,3]");
}

#[test]
fn comprehensions() {
    row("d := [x.y | some x in input.l]", "[1,3]", "[1,3]", r#"[1,"<undefined>",3]"#);
    row("d := count([x.y | some x in input.l])", "2", "2", "3");
    row(
        "d := {x.k: x.y | some x in input.l}",
        r#"{"1":1,"3":3}"#,
        r#"{"1":1,"3":3}"#,
        r#"{"1":1,"2":"<undefined>","3":3}"#,
    );
    row("f(x) := x.y\nd := [f(x) | some x in input.l]", "[1,3]", "[1,3]", r#"[1,"<undefined>",3]"#);
    row("d := {x.y | some x in input.l}", "[1,3]", "[1,3]", "[1,3]");
}

#[test]
fn complete_rules_and_else() {
    row("d := input.l[1].y if true", NO, NO, NO);
    row("d := input.l[1].y if true\nd := 3 if true", "3", "3", "3");
    // The register VM does not go on to `else`.
    row("d := input.l[1].y if { true } else := 7", "7", "7", NO);
}

#[test]
fn what_the_register_vm_does_not_know() {
    let walk = "compile error: walk loops are not yet supported in the RVM compiler";
    row("d contains p if walk(input.n, [p, _])", "[[]]", "[[]]", walk);
    let with = "compile error: the `with` keyword is not supported by the compiler yet";
    row("e := input\nd if e == 3 with input as 3", "true", "true", with);
}

#[test]
fn errors_that_the_register_vm_swallows() {
    // Rego's answer to the first two would be undefined; regorus' interpreter has chosen to say so, and so have we.
    let text = "error: `startswith` expects string argument. Got `null` instead";
    row("d if startswith(input.n, \"a\")", text, text, NO);
    let number = "error: `add` expects numeric argument. Got `null` instead";
    row("d := input.n + 1", number, number, NO);
    let some = "error: `some .. in collection` expects array/set/object. Got `null`";
    row("d if some x in input.n", some, some, NO);
}
