//! What a function does about its caller and about the audit log: in come a [`Code`] and a function in it, out come the
//! checks in its body, what it writes to an audit log, and the calls that others may follow.

use super::words;
use crate::fact::route::Strength;
use crate::parse::code::{Code, Kind, NodeId, Role};

/// What stands in a function.
#[derive(Debug, Default)]
pub struct Body {
    /// Checks of the caller, with what they make sure of.
    pub checks: Vec<(NodeId, Strength)>,
    /// Calls that write the audit log.
    pub audits: Vec<NodeId>,
    /// The names of what it calls, each once, in order.
    pub calls: Vec<String>,
}

/// Calls that refuse by themselves: the first word of their name, beside a word of a right.
#[rustfmt::skip]
const DEMANDS: &[&str] = &[
    "authorize", "authorise", "require", "requires", "assert", "check", "ensure", "verify", "enforce", "deny",
    "demand", "must", "guard", "validate", "abort", "allow", "restrict", "only", "forbid", "throw", "authorizes",
    "is", "has", "can", "with",
];

/// Calls that refuse whatever stands beside them.
#[rustfmt::skip]
const AUTHORIZES: &[&str] = &[
    "authorize", "authorize!", "authorise", "authorise!", "authorizeforuser", "authorizeresource",
    "denyaccessunlessgranted", "enforce", "isauthorized", "authorizeasync", "checkpermission", "stripinaccessible",
    "permission_required",
];

/// Apex's questions about objects and fields.
#[rustfmt::skip]
const APEX: &[&str] = &[
    "isupdateable", "iscreateable", "isaccessible", "isdeletable", "isqueryable", "isupsertable", "checkpermission",
    "stripinaccessible", "checkobjectisupdateable", "checkobjectisinsertable", "checkinsert", "checkupdate",
    "checkdelete", "haspermission", "haspermissions",
];

/// The first expression that a name is given in a file.
pub type Assigned<'a> = &'a dyn Fn(&str) -> Option<NodeId>;

/// Looks into a function.
pub fn inspect(code: &Code, names: Assigned<'_>, function: NodeId, sinks: &[String]) -> Body {
    let mut body = Body::default();
    for id in std::iter::once(function).chain(code.inside(function)) {
        match code.kind(id) {
            Kind::If => {
                if let Some(strength) = of_branch(code, names, id) {
                    body.checks.push((id, strength));
                }
            }
            Kind::Call | Kind::New => {
                let steps = code.steps(id);
                if words::audits(&steps, sinks) || writes_audit_record(code, id, &steps) {
                    body.audits.push(id);
                }
                if let Some(strength) = of_call(code, id, &steps) {
                    body.checks.push((id, strength));
                }
                let name = steps.join(".");
                if !name.is_empty() && !body.calls.contains(&name) && body.calls.len() < 200 {
                    body.calls.push(name);
                }
            }
            Kind::Query => {
                let text = code.slice(id).to_ascii_lowercase();
                if text.contains("with user_mode") || text.contains("security_enforced") {
                    body.checks.push((id, Strength::Authorisation));
                }
            }
            // `return user.can(…) && publish()`
            Kind::And if asks(code, names, id, 0) == Strength::Authorisation => {
                body.checks.push((id, Strength::Authorisation));
            }
            _ => {}
        }
    }
    body
}

/// Whether a function lets some through and others not, whatever it asks: it throws, aborts or ends early in a branch.
pub fn refuses(code: &Code, function: NodeId) -> bool {
    let ends = |n: NodeId| {
        matches!(code.kind(n), Kind::Throw | Kind::Return)
            || matches!(
                code.called_if_call(n),
                "abort" | "halt" | "head" | "redirect_to" | "sendStatus" | "status" | "deny"
            )
    };
    let mut inside = code.inside(function);
    inside.any(|n| {
        code.kind(n) == Kind::If && code.inside(n).any(ends)
            || code.kind(n) == Kind::Throw
            // `canActivate() { return token === this.secret; }`
            || code.kind(n) == Kind::Return
                && code.inside(n).any(|v| matches!(code.kind(v), Kind::Compare | Kind::And | Kind::Not | Kind::Fallback))
    })
}

/// Whether what a function returns depends on anything: `return true` does not.
pub fn decides(code: &Code, function: NodeId) -> bool {
    let mut returns = code.inside(function).filter(|n| code.kind(*n) == Kind::Return);
    returns.any(|r| code.inside(r).any(|v| !matches!(code.kind(v), Kind::True | Kind::Comment)))
}

/// A branch that asks for a right and does not only write about the answer.
fn of_branch(code: &Code, names: Assigned<'_>, id: NodeId) -> Option<Strength> {
    let condition = code.child(id, Role::Condition)?;
    let strength = asks(code, names, condition, 0);
    // A branch about a user or a token is hardly ever the login.
    if strength != Strength::Authorisation {
        return None;
    }
    let branches: Vec<NodeId> = [Role::Then, Role::Else].into_iter().filter_map(|r| code.child(id, r)).collect();
    let matters = branches.iter().any(|b| {
        let mut inside = std::iter::once(*b).chain(code.inside(*b));
        inside.any(|n| {
            matches!(code.kind(n), Kind::Return | Kind::Throw | Kind::Skip | Kind::Assign)
                || code.kind(n) == Kind::Call && !logs(code, n)
        })
    });
    matters.then_some(strength)
}

fn logs(code: &Code, call: NodeId) -> bool {
    const LOGS: &[&str] =
        &["log", "warn", "warning", "info", "error", "debug", "print", "println", "puts", "console", "trace", "notice"];
    let steps = code.steps(call);
    steps.last().is_some_and(|s| LOGS.contains(&s.to_ascii_lowercase().as_str())) || steps.first() == Some(&"console")
}

/// What a condition asks for, by the names in it, through one assigned name.
fn asks(code: &Code, names: Assigned<'_>, condition: NodeId, depth: usize) -> Strength {
    let mut found = Strength::Nothing;
    for id in std::iter::once(condition).chain(code.inside(condition)) {
        let strength = match code.kind(id) {
            Kind::Name | Kind::Other => {
                let text = code.slice(id);
                let plain = !text.is_empty()
                    && text.len() < 80
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'@' | b'!' | b'?'));
                if !plain {
                    continue;
                }
                let own = words::strength(text, &[]);
                let assigned = names(text).filter(|v| depth < 2 && !code.is_within(condition, *v) && *v < condition);
                assigned.map_or(own, |v| own.max(asks(code, names, v, depth + 1)))
            }
            Kind::Member => code.steps(id).last().map_or(Strength::Nothing, |s| words::strength(s, &[])),
            Kind::Call => {
                let steps = code.steps(id);
                let last = steps.last().copied().unwrap_or_default();
                // Rails' `params.permit(…)` is about what is sent, not about who sends it.
                if steps.first() == Some(&"params") {
                    Strength::Nothing
                } else if APEX.contains(&last.to_ascii_lowercase().as_str()) {
                    Strength::Authorisation
                } else {
                    words::strength(last, &[])
                }
            }
            _ => Strength::Nothing,
        };
        if strength > Strength::Unknown {
            found = found.max(strength);
        }
    }
    found
}

/// A call that refuses by itself.
fn of_call(code: &Code, call: NodeId, steps: &[&str]) -> Option<Strength> {
    let last = steps.last()?.to_ascii_lowercase();
    if code.language == crate::parse::code::Language::Apex {
        let text = code.slice(call).to_ascii_lowercase();
        let user_mode =
            code.with_role(call, Role::Modifier).any(|m| code.slice(m).to_ascii_lowercase().contains("user"))
                || text.contains("user_mode")
                || text.starts_with("database.") && text.contains("accesslevel.user");
        let library = steps.first().is_some_and(|s| {
            let s = s.to_ascii_lowercase();
            s.contains("crud") || s.contains("fls") || s.contains("securityutils") || s.contains("permission")
        });
        return (user_mode || library || APEX.contains(&last.as_str())).then_some(Strength::Authorisation);
    }
    if AUTHORIZES.contains(&last.as_str()) {
        return Some(Strength::Authorisation);
    }
    let parts = words::words(&last);
    let parts = if parts.len() > 1 { parts } else { words::words(steps.last()?) };
    let demands = parts.first().is_some_and(|w| DEMANDS.contains(&w.as_str()));
    // `redirect()->with("error", …)` hands something on; `withRole(…)` demands it.
    let hands_on = parts.len() == 1 && parts.first().is_some_and(|w| matches!(w.as_str(), "with" | "only"));
    let demands = demands && !hands_on;
    // A question is a check where it stands in a branch; there it has been seen.
    let asks_only = parts.first().is_some_and(|w| matches!(w.as_str(), "is" | "has" | "can"));
    if !demands || asks_only {
        return None;
    }
    let given = super::literals(code, call);
    let given: Vec<&str> = given.iter().map(|g| &**g).collect();
    match words::strength(steps.last()?, &given) {
        strength @ (Strength::Authorisation | Strength::Authentication) => Some(strength),
        _ => None,
    }
}

/// `insert new Audit__c(…)`, `EventBus.publish(new Dataset_Audit__e(…))`, `AuditLog(…)`, `new AuditEvent(…)`.
fn writes_audit_record(code: &Code, call: NodeId, steps: &[&str]) -> bool {
    let named = |s: &str| {
        let lower = s.to_ascii_lowercase();
        lower.contains("audit") && (lower.ends_with("__c") || lower.ends_with("__e") || code.kind(call) == Kind::New)
    };
    if steps.iter().any(|s| named(s)) {
        return true;
    }
    // Apex: what a statement writes may have been made before.
    let writes = matches!(steps.last().map(|s| s.to_ascii_lowercase()).as_deref(), Some("insert" | "publish"));
    writes
        && code.arguments(call).iter().any(|a| {
            std::iter::once(*a).chain(code.inside(*a)).any(|n| {
                code.kind(n) == Kind::Name && words::words(code.slice(n)).iter().any(|w| w.starts_with("audit"))
            })
        })
}
