//! The register VM swallows errors inside a rule and keeps undefined values; the interpreter reports the first and
//! drops the second. No built-in rule may meet either on any subject that its schema allows: here both engines judge
//! thousands of random subjects and must say the same, without an error.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on stops")]

use serde_json::{Map, Value, json};
use synthgate::fact::FactId;
use synthgate::link::subject::{Subject, SubjectKind, schema};
use synthgate::policy::Policies;

/// Subjects of each kind.
const SUBJECTS: u64 = 600;

#[test]
fn no_rule_breaks_on_a_subject_that_its_schema_allows() {
    let words = words();
    let machine = Policies::builtin();
    let mut interpreter = Policies::builtin();
    interpreter.always_interpret();
    for kind in SubjectKind::ALL.iter().copied().filter(|k| schema(*k).is_object()) {
        let subjects: Vec<Subject> = (0..SUBJECTS).map(|seed| subject(kind, seed, &words)).collect();
        let expected = interpreter.evaluate(&subjects, "2026-11-21");
        if let Some(error) = expected.errors.first() {
            let subject = subjects.iter().find(|s| s.label == error.subject).map(|s| &s.input);
            panic!("{error}\n{}", serde_json::to_string_pretty(&subject).unwrap());
        }
        let found = machine.evaluate(&subjects, "2026-11-21");
        assert_eq!(found.errors, []);
        for (a, b) in found.results.iter().zip(&expected.results) {
            assert_eq!(a, b, "{}", serde_json::to_string_pretty(&subjects[a.subject].input).unwrap());
        }
        assert_eq!((found.results.len(), found.clean), (expected.results.len(), expected.clean));
    }
}

/// Texts that rules compare with: random subjects made of them reach more than the first line of a rule.
fn words() -> Vec<String> {
    let mut words: Vec<String> =
        ["prod", "UAT_KEY", "config/prod.yaml", "2027-01-31", "é 😀"].map(String::from).to_vec();
    for entry in walkdir::WalkDir::new("policies").sort_by_file_name().into_iter().flatten() {
        if entry.path().extension().is_some_and(|e| e == "rego") {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let quoted = text.lines().filter(|l| !l.starts_with('#')).flat_map(|l| l.split('"').skip(1).step_by(2));
            words.extend(quoted.map(String::from));
        }
    }
    // Linking gives no blank text to a rule: what is not known is null.
    words.retain(|w| !w.trim().is_empty());
    words.sort();
    words.dedup();
    words
}

fn subject(kind: SubjectKind, seed: u64, words: &[String]) -> Subject {
    let mut random = Random { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, facts: 0, words };
    let mut input = random.value(schema(kind), "", 0);
    if let Some(fields) = input.as_object_mut() {
        fields.retain(|name, _| !matches!(name.as_str(), "run" | "options"));
    }
    Subject {
        kind,
        label: format!("{} {seed}", kind.as_str()),
        facts: (0..random.facts).map(FactId).collect(),
        input,
        merge: None,
    }
}

struct Random<'a> {
    state: u64,
    facts: u32,
    words: &'a [String],
}

impl Random<'_> {
    fn below(&mut self, n: usize) -> usize {
        // xorshift64
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state % n.max(1) as u64) as usize
    }

    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        for list in ["anyOf", "oneOf"] {
            if let Some(choices) = schema.get(list).and_then(Value::as_array) {
                let chosen = self.below(choices.len());
                return self.value(&choices[chosen], name, depth);
            }
        }
        if let Some(word) = schema.get("const") {
            return word.clone();
        }
        if let Some(all) = schema.get("enum").and_then(Value::as_array) {
            return all[self.below(all.len())].clone();
        }
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => return self.anything(),
        };
        match types[self.below(types.len())] {
            "object" => self.object(schema, depth),
            "array" => {
                // Subjects are wide at the top and narrow below.
                let most = if depth > 3 { 2 } else { 4 };
                let length = self.below(most);
                let items = schema.get("items").cloned().unwrap_or(Value::Bool(true));
                (0..length).map(|_| self.value(&items, name, depth + 1)).collect()
            }
            "integer" | "number" if name == "id" || name.ends_with("_id") || name.ends_with("_ids") => {
                self.facts += 1;
                json!(self.facts - 1)
            }
            "integer" => json!(([0, 1, 2, 3, 5, 17, 100, 20_778, 1_000_000])[self.below(9)]),
            "number" => json!(([0.0, 0.04, 0.5, 0.95, 1.0])[self.below(5)]),
            "boolean" => json!(self.below(2) == 0),
            "null" => Value::Null,
            _ => json!(self.words[self.below(self.words.len())]),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                object.insert(name.clone(), self.value(property, name, depth + 1));
            }
        } else if let Some(values) = schema.get("additionalProperties").filter(|v| v.is_object()) {
            for _ in 0..self.below(3) {
                let key = self.words[self.below(self.words.len())].clone();
                object.insert(key, self.value(values, "", depth + 1));
            }
        }
        Value::Object(object)
    }

    fn anything(&mut self) -> Value {
        [json!(null), json!("text"), json!(3), json!([1]), json!({"a": 1})][self.below(5)].clone()
    }
}
