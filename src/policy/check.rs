//! What can be said of a policy before it has seen a subject: the sets it promises, calls that are not to be had,
//! names that do not exist, forms that an engine gets wrong, references to fields that do not exist.

use regorus::unstable::{Expr, Query, Rule, RuleHead};

use super::header::Header;
use super::module::{Parsed, bytes, each_query, head_name, head_ref};
use super::problem::{PolicyFile, PolicyProblem};
use super::{calls, hermetic, references};

/// Everything about one module; `modules` are all that are loaded with it.
pub(super) fn module(
    file: &PolicyFile,
    parsed: &Parsed,
    header: Option<&Header>,
    builtin: bool,
    modules: &[(&PolicyFile, &Parsed)],
) -> Vec<PolicyProblem> {
    let mut problems = hermetic::problems(file, parsed, builtin);
    problems.extend(calls::unknown(file, parsed, modules));
    if builtin {
        problems.extend(forms(file, parsed));
    }
    match header {
        Some(header) => {
            problems.extend(promises(file, parsed, header, builtin));
            problems.extend(references::problems(file, header, modules));
        }
        None => problems.extend(foreign(file, parsed)),
    }
    problems
}

/// The package and the sets of a rule.
fn promises(file: &PolicyFile, parsed: &Parsed, header: &Header, builtin: bool) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    let name = header.rule.name.replace('-', "_");
    let package = bytes(parsed.module.package.refr.span());
    let family = file.path.rsplit('/').nth(1).unwrap_or_default().replace('-', "_");
    let fits = match parsed.package.as_slice() {
        [root, middle, last] if builtin => root == "synthgate" && *middle == family && *last == name,
        [.., _, last] => *last == name && !builtin,
        _ => false,
    };
    if !fits {
        let wanted = if builtin { format!("synthgate.{family}.{name}") } else { format!("synthgate.<family>.{name}") };
        problems.push(file.problem(package, format!("the package of `{}` must be `{wanted}`", header.rule.name)));
    }
    if parsed.defines("deny").is_none() {
        let message = format!("{} does not define `deny`, so that it could never fail", header.rule.id);
        problems.push(
            file.problem(header.range.clone(), message)
                .help("add `deny contains {\"at\": …, \"message\": …} if { … }`"),
        );
    }
    for rule in &parsed.module.policy {
        let is_set = matches!(&**rule, Rule::Spec { head: RuleHead::Set { .. }, .. });
        if let Some(name @ ("deny" | "undetermined")) = head_name(rule)
            && !is_set
        {
            let message = format!("`{name}` must be a set of hits");
            problems.push(
                file.problem(bytes(head_ref(rule).span()), message)
                    .help(format!("write `{name} contains {{\"at\": …, \"message\": …}} if {{ … }}`")),
            );
        }
    }
    problems
}

/// A file without `custom.id` is a library, or was written for another tool.
fn foreign(file: &PolicyFile, parsed: &Parsed) -> Option<PolicyProblem> {
    let name = parsed.names().into_iter().find(|name| {
        let base = name.split('_').next().unwrap_or(name);
        matches!(base, "deny" | "warn" | "violation")
    })?;
    let at = parsed.defines(name)?;
    Some(
        file.problem(at, format!("`{name}` stands in a policy without `custom.id` in a METADATA header"))
            .help("conftest-style policies are not run yet: add a header (policies/README.md), or take the file out of `policies:`"),
    )
}

/// Forms that the register VM compiles but gets wrong, or does not compile (measured in
/// `departures.rs`).
fn forms(file: &PolicyFile, parsed: &Parsed) -> Vec<PolicyProblem> {
    let mut problems = Vec::new();
    for rule in &parsed.module.policy {
        let refr = head_ref(rule);
        if !matches!(&**refr, Expr::Var { .. }) {
            problems.push(file.problem(
                bytes(refr.span()),
                "a built-in rule's heads are plain names: the register VM gets partial objects wrong",
            ));
        }
        each_query(rule, &mut |query: &Query| {
            for with in query.stmts.iter().flat_map(|s| &s.with_mods) {
                problems.push(file.problem(bytes(&with.span), "the register VM does not know `with`"));
            }
        });
    }
    problems
}
