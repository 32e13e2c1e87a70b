//! Conditions of CI: in comes the text of an `if:`, out comes whether the step can be skipped on a pull request.

/// Why a GitHub condition can skip a step on a pull request, as words for a label; none where it always holds there.
pub(super) fn skips_pull_requests(text: &str, ready_for_review: bool) -> Option<&'static str> {
    let text = text.trim();
    let inner = text.strip_prefix("${{").and_then(|t| t.strip_suffix("}}")).unwrap_or(text).trim();
    match judge(inner, ready_for_review, 0) {
        Outcome::Always => None,
        Outcome::Never => Some("never holds on a pull request"),
        Outcome::Unknown => Some("can skip it"),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Always,
    Never,
    Unknown,
}

use Outcome::{Always, Never, Unknown};

/// Brackets deeper than this are not judged.
const MAX_DEPTH: usize = 16;

fn judge(text: &str, ready: bool, depth: usize) -> Outcome {
    let text = text.trim();
    if depth > MAX_DEPTH {
        return Unknown;
    }
    let parts = split(text, "||");
    if parts.len() > 1 {
        return parts.iter().map(|p| judge(p, ready, depth + 1)).fold(Never, |a, b| match (a, b) {
            (Always, _) | (_, Always) => Always,
            (Never, Never) => Never,
            _ => Unknown,
        });
    }
    let parts = split(text, "&&");
    if parts.len() > 1 {
        return parts.iter().map(|p| judge(p, ready, depth + 1)).fold(Always, |a, b| match (a, b) {
            (Never, _) | (_, Never) => Never,
            (Always, Always) => Always,
            _ => Unknown,
        });
    }
    if let Some(inner) = text.strip_prefix('!').filter(|t| !t.starts_with('=')) {
        return match judge(inner, ready, depth + 1) {
            Always => Never,
            Never => Always,
            Unknown => Unknown,
        };
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        return judge(inner, ready, depth + 1);
    }
    atom(text, ready)
}

/// A single comparison or call, on a pull request that is not a draft and whose earlier steps went well.
fn atom(text: &str, ready: bool) -> Outcome {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace('"', "'");
    let pull_request = |name: &str| matches!(name, "'pull_request'" | "'pull_request_target'" | "'merge_group'");
    match compact.as_str() {
        "always()" | "success()" | "true" | "'true'" => return Always,
        "false" | "'false'" | "failure()" | "cancelled()" | "0" | "''" => return Never,
        "github.event.pull_request" | "github.head_ref" | "github.event.number" => return Always,
        // A draft has to become ready before it is merged; the gate runs then only if the workflow listens for it.
        "github.event.pull_request.draft" => return if ready { Never } else { Unknown },
        "github.event.pull_request.draft==false" | "github.event.pull_request.draft!=true" => {
            return if ready { Always } else { Unknown };
        }
        _ => {}
    }
    // A matrix condition leaves at least the legs that it names.
    if compact.starts_with("matrix.") {
        return Always;
    }
    let (left, right, equal) = match (compact.split_once("=="), compact.split_once("!=")) {
        (Some((l, r)), _) => (l, r, true),
        (_, Some((l, r))) => (l, r, false),
        _ => return Unknown,
    };
    let (left, right) = if left.starts_with('\'') { (right, left) } else { (left, right) };
    match left {
        "github.event_name" if equal => {
            if pull_request(right) {
                Always
            } else {
                Never
            }
        }
        "github.event_name" => {
            if pull_request(right) {
                Never
            } else {
                Always
            }
        }
        "github.ref" | "github.ref_name" if equal => Never,
        "github.ref" | "github.ref_name" => Always,
        // Forks run their own copy; a pull request is judged in the repository that it is made to.
        "github.repository" | "github.repository_owner" if equal => Always,
        "github.event.pull_request.head.repo.fork" => Unknown,
        _ => Unknown,
    }
}

/// Splits at an operator outside brackets and quotes.
fn split<'t>(text: &'t str, operator: &str) -> Vec<&'t str> {
    let mut out = Vec::new();
    let (mut depth, mut quoted, mut start) = (0usize, false, 0);
    for (i, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 && i >= start && text[i..].starts_with(operator) => {
                out.push(&text[start..i]);
                start = i + operator.len();
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_judged_on_a_pull_request() {
        for (text, skips) in [
            ("always()", false),
            ("${{ !cancelled() }}", false),
            ("success() || failure()", false),
            ("github.event_name == 'pull_request'", false),
            ("github.event_name == 'pull_request' || github.event_name == 'push'", false),
            ("github.event_name != 'schedule'", false),
            ("github.repository == 'acme/shop'", false),
            ("matrix.os == 'ubuntu-latest'", false),
            ("${{ false }}", true),
            ("failure()", true),
            ("github.event_name == 'push'", true),
            ("github.ref == 'refs/heads/main'", true),
            ("github.actor != 'dependabot[bot]'", true),
            ("!contains(github.event.pull_request.labels.*.name, 'skip-gate')", true),
            ("needs.changes.outputs.data == 'true'", true),
            ("vars.GATE == 'on'", true),
            ("(always() && env.GATE)", true),
        ] {
            assert_eq!(skips_pull_requests(text, false).is_some(), skips, "{text}");
        }
        assert!(skips_pull_requests("github.event.pull_request.draft == false", false).is_some());
        assert!(skips_pull_requests("!github.event.pull_request.draft", true).is_none());
    }
}
