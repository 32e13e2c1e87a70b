//! What a rule returned: in comes its value, out come [`Hit`]s, or the one sentence that says what is wrong with it.
//!
//! The shape is checked strictly, because a hit that is read generously is a hit that is lost one day.

use regorus::Value;

use crate::fact::FactId;
use crate::finding::{Confidence, Hit, Severity};
use crate::link::subject::Subject;

/// A rule's whole answer about a subject.
pub(super) struct Answer {
    /// Breaches.
    pub deny: Vec<Hit>,
    /// Reasons why it can't decide.
    pub undetermined: Vec<Hit>,
    /// False only where the rule declares `applies` and it is not true.
    pub applies: bool,
}

/// Reads the value of an entry point: `{"deny": {…}, "undetermined": {…}, "applies": true}`; absent keys are what the
/// rule does not declare. `severity` is the rule's own, which a hit may lower.
pub(super) fn answer(value: &Value, subject: &Subject, severity: Severity) -> Result<Answer, String> {
    let Ok(object) = value.as_object() else { return Err("`deny` or `undetermined` has no value".into()) };
    let get = |key: &str| object.get(&Value::from(key));
    let hits = |key: &str| match get(key) {
        None => Ok(Vec::new()),
        Some(set) => hits(set, subject, severity).map_err(|e| format!("`{key}` {e}")),
    };
    Ok(Answer {
        deny: hits("deny")?,
        undetermined: hits("undetermined")?,
        applies: get("applies").is_none_or(|v| *v == Value::from(true)),
    })
}

fn hits(set: &Value, subject: &Subject, severity: Severity) -> Result<Vec<Hit>, String> {
    let Ok(set) = set.as_set() else { return Err("is no set of hits (`deny contains {…} if …`)".into()) };
    set.iter_sorted().map(|v| hit(v, subject, severity)).collect()
}

const KEYS: &[&str] = &["at", "message", "related", "confidence", "severity", "fix"];

fn hit(value: &Value, subject: &Subject, severity: Severity) -> Result<Hit, String> {
    let fields = Fields::of(value, KEYS)?;
    let related = match fields.get("related") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.iter().map(|v| related(v, subject)).collect::<Result<_, _>>()?,
        Some(Value::Set(set)) => set.iter_sorted().map(|v| related(v, subject)).collect::<Result<_, _>>()?,
        Some(_) => return Err("holds a hit whose `related` is no list".into()),
    };
    let lowered: Option<Severity> = fields.word("severity")?;
    if lowered.is_some_and(|s| s > severity) {
        return Err(format!("raises the severity above the rule's own ({severity}); a hit may only lower it"));
    }
    Ok(Hit {
        at: fields.fact(subject)?,
        related,
        message: fields.message()?,
        confidence: fields.word::<Confidence>("confidence")?,
        severity: lowered,
        fix: match fields.get("fix") {
            None | Some(Value::Null) => None,
            Some(Value::String(s)) if !s.trim().is_empty() => Some(s.to_string()),
            Some(_) => return Err("holds a hit whose `fix` is no text".into()),
        },
    })
}

fn related(value: &Value, subject: &Subject) -> Result<(FactId, String), String> {
    let fields = Fields::of(value, &["at", "message"])?;
    Ok((fields.fact(subject)?, fields.message()?))
}

/// The fields of a hit or of one of its related places.
struct Fields<'a>(&'a regorus::value::Object);

impl<'a> Fields<'a> {
    fn of(value: &'a Value, known: &[&str]) -> Result<Self, String> {
        let Ok(object) = value.as_object() else {
            return Err("holds a value that is no object `{\"at\": …, \"message\": …}`".into());
        };
        for key in object.keys_sorted() {
            let name = key.as_string().map(|s| s.to_string()).unwrap_or_default();
            if !known.contains(&name.as_str()) {
                return Err(format!("holds a hit with the unknown key `{name}`; known are {}", known.join(", ")));
            }
        }
        Ok(Self(object))
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.0.get(&Value::from(key))
    }

    fn fact(&self, subject: &Subject) -> Result<FactId, String> {
        let number = self.get("at").and_then(|v| v.as_u32().ok());
        let Some(id) = number.map(FactId) else { return Err("holds a hit whose `at` is no fact id".into()) };
        if subject.facts.contains(&id) || mentions(&subject.input, id) {
            Ok(id)
        } else {
            Err(format!("points `at` fact {}, which does not stand in the subject", id.0))
        }
    }

    fn message(&self) -> Result<String, String> {
        match self.get("message") {
            Some(Value::String(s)) if !s.trim().is_empty() => Ok(s.to_string()),
            _ => Err("holds a hit without a `message`".into()),
        }
    }

    fn word<T: std::str::FromStr<Err = String>>(&self, key: &str) -> Result<Option<T>, String> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(s)) => s.parse().map(Some).map_err(|e| format!("holds a hit whose `{key}` {e}")),
            Some(_) => Err(format!("holds a hit whose `{key}` is no word")),
        }
    }
}

/// Whether an `id` or `…_id` of the subject is this fact.
fn mentions(input: &serde_json::Value, id: FactId) -> bool {
    let mut pending = vec![input];
    while let Some(value) = pending.pop() {
        match value {
            serde_json::Value::Array(items) => pending.extend(items),
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    let names = key == "id" || key.ends_with("_id");
                    if names && value.as_u64() == Some(u64::from(id.0)) {
                        return true;
                    }
                    if value.is_array() || value.is_object() {
                        pending.push(value);
                    }
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::subject::SubjectKind;

    fn subject() -> Subject {
        Subject {
            kind: SubjectKind::Credential,
            label: "credential a".into(),
            facts: vec![FactId(3)],
            input: serde_json::json!({"uses": [{"id": 3}, {"id": 4}], "environments_id": 5, "rows": 9}),
            merge: None,
        }
    }

    fn read(json: &str) -> Result<Answer, String> {
        let mut set = Value::new_set();
        for item in Value::from_json_str(json).unwrap().as_array().unwrap().iter() {
            set.as_set_mut().unwrap().insert(item.clone());
        }
        let mut object = Value::new_object();
        object.as_object_mut().unwrap().insert(Value::from("deny"), set);
        answer(&object, &subject(), Severity::Medium)
    }

    #[test]
    fn a_hit_is_read_in_full() {
        let answer = read(
            r#"[{"at": 3, "message": "m", "related": [{"at": 4, "message": "r"}, {"at": 5, "message": "s"}],
                 "confidence": "low", "severity": "low", "fix": "f"}, {"at": 4, "message": "n"}]"#,
        );
        let deny = answer.map(|a| a.deny).unwrap();
        assert_eq!(deny[0].related, [(FactId(4), "r".to_owned()), (FactId(5), "s".to_owned())]);
        assert_eq!((deny[0].severity, deny[0].confidence), (Some(Severity::Low), Some(Confidence::Low)));
        assert_eq!((deny[1].at, deny[1].severity, &deny[1].fix), (FactId(4), None, &None));
    }

    #[test]
    fn what_is_no_hit_is_an_error() {
        for (json, error) in [
            (r#"[{"at": 3}]"#, "without a `message`"),
            (r#"[{"at": 3, "message": " "}]"#, "without a `message`"),
            (r#"[{"message": "m"}]"#, "no fact id"),
            (r#"[{"at": "3", "message": "m"}]"#, "no fact id"),
            (r#"[{"at": -3, "message": "m"}]"#, "no fact id"),
            (r#"[{"at": 9, "message": "m"}]"#, "does not stand in the subject"),
            (r#"[{"at": 3, "message": "m", "severity": "high"}]"#, "may only lower"),
            (r#"[{"at": 3, "message": "m", "severity": "note"}]"#, "none of low"),
            (r#"[{"at": 3, "message": "m", "sevrity": "low"}]"#, "unknown key `sevrity`"),
            (r#"[{"at": 3, "message": "m", "related": [{"at": 9, "message": "r"}]}]"#, "does not stand"),
            (r#"[{"at": 3, "message": "m", "related": {"at": 4}}]"#, "no list"),
            (r#"["text"]"#, "no object"),
        ] {
            let Err(e) = read(json) else { panic!("{json} was taken") };
            assert!(e.contains(error), "{json}: {e}");
        }
        let mut object = Value::new_object();
        object.as_object_mut().unwrap().insert(Value::from("deny"), Value::new_array());
        assert!(answer(&object, &subject(), Severity::Low).is_err());
        assert!(answer(&Value::Undefined, &subject(), Severity::Low).is_err());
    }
}
