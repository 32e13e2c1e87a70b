//! What a policy may call: no clock, no network, no chance. In come a parsed policy and the run date, out come
//! problems, and the replacements of builtins that the interpreter gets.

use regorus::unstable::Expr;
use regorus::{Extension, Value};

use super::module::{Parsed, bytes, dotted, each_expr};
use super::problem::{PolicyFile, PolicyProblem};

/// Builtins that no policy may call, with the reason.
const FORBIDDEN: &[(&str, &str)] = &[
    ("http.send", "policies don't reach the network"),
    ("net.lookup_ip_addr", "policies don't reach the network"),
    ("opa.runtime", "policies don't see the machine they run on"),
    ("rand.intn", "policies answer the same in every run"),
    ("uuid.rfc4122", "policies answer the same in every run"),
    ("rego.metadata.rule", "regorus does not know it; the header is read by synthgate"),
    ("rego.metadata.chain", "regorus does not know it; the header is read by synthgate"),
];

/// Builtins that only the interpreter can offer, so that built-in rules go without.
const FORBIDDEN_ON_VM: &[(&str, &str)] = &[
    ("time.now_ns", "the date of the run is `input.run.date`"),
    ("walk", "the register VM does not know it; subjects have a schema"),
    ("numbers.range", "it makes memory from nothing"),
    ("numbers.range_step", "it makes memory from nothing"),
    ("print", "a rule speaks through its hits"),
    ("trace", "a rule speaks through its hits"),
];

/// The longest list that `numbers.range` makes for a project's own policies.
const LONGEST_RANGE: u64 = 100_000;

/// Calls of builtins that are not to be had; `vm` for a built-in rule.
pub(super) fn problems(file: &PolicyFile, parsed: &Parsed, vm: bool) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    for rule in &parsed.module.policy {
        each_expr(rule, &mut |expr| {
            let Expr::Call { fcn, .. } = expr else { return };
            let Some(name) = dotted(fcn).map(|parts| parts.join(".")) else { return };
            let lists = [FORBIDDEN, if vm { FORBIDDEN_ON_VM } else { &[] }];
            if let Some((_, why)) = lists.iter().flat_map(|l| l.iter()).find(|(n, _)| *n == name) {
                problems.push(file.problem(bytes(fcn.span()), format!("`{name}` is not available: {why}")));
            }
        });
    }
    problems
}

/// Builtins that the interpreter gets instead of regorus' own: name, number of arguments, function.
pub(super) fn replaced(date: &str) -> Vec<(&'static str, u8, Box<dyn Extension>)> {
    let now = nanoseconds(date);
    let clock = move |_: Vec<Value>| Ok(Value::from(now));
    let range = |args: Vec<Value>| numbers(&args[0], &args[1], &Value::from(1u64));
    let range_step = |args: Vec<Value>| numbers(&args[0], &args[1], &args[2]);
    vec![
        ("time.now_ns", 0, Box::new(clock)),
        ("numbers.range", 2, Box::new(range)),
        ("numbers.range_step", 3, Box::new(range_step)),
    ]
}

/// Midnight UTC of the run date; regorus' own clock would make two runs differ.
fn nanoseconds(date: &str) -> i64 {
    let day: Option<jiff::civil::Date> = date.parse().ok();
    let midnight = day.and_then(|d| d.to_zoned(jiff::tz::TimeZone::UTC).ok());
    midnight.and_then(|m| i64::try_from(m.timestamp().as_nanosecond()).ok()).unwrap_or(0)
}

/// `numbers.range` and `numbers.range_step`, inclusive at both ends, with a bound on their length: regorus allocates
/// whatever is asked for, and a failed allocation ends the whole program.
fn numbers(from: &Value, to: &Value, step: &Value) -> anyhow::Result<Value> {
    let (Ok(from), Ok(to), Ok(step)) = (from.as_i64(), to.as_i64(), step.as_u64()) else {
        anyhow::bail!("`numbers.range` expects whole numbers and a positive step");
    };
    if step == 0 {
        anyhow::bail!("`numbers.range` expects whole numbers and a positive step");
    }
    let count = (from.abs_diff(to) / step).saturating_add(1);
    if count > LONGEST_RANGE {
        anyhow::bail!("`numbers.range` would make {count} numbers; {LONGEST_RANGE} is the most");
    }
    let sign = if to < from { -1 } else { 1 };
    let value = |i: u64| i128::from(from) + i128::from(i) * i128::from(step) * sign;
    Ok(Value::from((0..count).map(|i| Value::from(value(i))).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_inclusive_and_bounded() {
        let range = |a: i64, b: i64, s: u64| numbers(&a.into(), &b.into(), &s.into()).map(|v| v.to_string());
        assert_eq!(range(1, 3, 1).unwrap(), "[1,2,3]");
        assert_eq!(range(3, 1, 1).unwrap(), "[3,2,1]");
        assert_eq!(range(0, 10, 5).unwrap(), "[0,5,10]");
        assert_eq!(range(i64::MAX, i64::MAX, 1).unwrap(), "[9223372036854775807]");
        assert!(range(0, 1_000_000_000_000, 1).unwrap_err().to_string().contains("1000000000001 numbers"));
        assert!(range(i64::MIN, i64::MAX, 1).is_err());
        assert!(range(0, 1, 0).is_err());
    }

    #[test]
    fn the_clock_is_the_run_date() {
        assert_eq!(nanoseconds("2026-11-21"), 1_795_219_200_000_000_000);
        assert_eq!(nanoseconds("soon"), 0);
    }

    #[test]
    fn what_is_not_hermetic_is_refused() {
        let text = "package p\na := time.now_ns()\nb := http.send({})\nc := rand.intn(\"x\", 3)\nd if walk(input, x)\n";
        let file = PolicyFile::new("a.rego", text);
        let parsed = Parsed::all(std::slice::from_ref(&file)).remove(0).unwrap();
        let names =
            |vm| problems(&file, &parsed, vm).iter().map(|p| text[p.range.clone()].to_owned()).collect::<Vec<_>>();
        assert_eq!(names(false), ["http.send", "rand.intn"]);
        assert_eq!(names(true), ["time.now_ns", "http.send", "rand.intn", "walk"]);
    }
}
