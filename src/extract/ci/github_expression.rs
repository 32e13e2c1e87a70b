//! `${{ … }}` of GitHub Actions: in comes a string, out come the secrets and variables that it reads, with the literal
//! that takes over behind `||`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::super::expression::Expression;
use crate::fact::Store;

/// One `secrets.X`, `vars.X`, `inputs.X` or `env.X` inside an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read {
    /// `secrets`, `vars`, `inputs`, `env`, `matrix`, …
    pub context: String,
    /// The place, the name, and the literal that takes over.
    pub expression: Expression,
    /// The whole `${{ … }}`.
    pub whole: Range<usize>,
}

static READS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"\b(?<context>secrets|vars|env|inputs|matrix|github\.event\.inputs)(?:\.(?<name>[A-Za-z_][\w-]*)|\[\s*'(?<quoted>[^']+)'\s*\])(?:\s*\|\|\s*'(?<default>[^']*)')?"#,
    )
    .ok()
});

/// Everything that a string's expressions read, in order.
pub(super) fn reads(text: &str) -> Vec<Read> {
    let mut out = Vec::new();
    let Some(regex) = READS.as_ref() else { return out };
    for whole in blocks(text) {
        for found in regex.captures_iter(&text[whole.clone()]) {
            let (Some(all), Some(context)) = (found.get(0), found.name("context")) else { continue };
            let Some(name) = found.name("name").or_else(|| found.name("quoted")) else { continue };
            let shift = |r: Range<usize>| r.start + whole.start..r.end + whole.start;
            let end = name.end() + if found.name("quoted").is_some() { 2 } else { 0 };
            out.push(Read {
                context: context.as_str().rsplit('.').next().unwrap_or_default().to_owned(),
                expression: Expression {
                    range: shift(all.start()..end.min(all.end())),
                    store: Store::Github,
                    scope: String::new(),
                    name: name.as_str().to_owned(),
                    default: found.name("default").map(|d| shift(d.range())),
                },
                whole: whole.clone(),
            });
        }
    }
    out
}

/// The ranges of `${{ … }}` with their brackets.
pub(super) fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("${{").map(|i| at + i) {
        let Some(end) = text[start..].find("}}").map(|i| start + i + 2) else { break };
        out.push(start..end);
        at = end;
    }
    out
}

/// The quoted literals inside a string's expressions, except those it compares with: the values that
/// `${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}` can have.
pub(super) fn results(text: &str) -> Vec<Range<usize>> {
    static LITERAL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:&&|\|\|)\s*'([^']+)'").ok());
    let Some(regex) = LITERAL.as_ref() else { return Vec::new() };
    let mut out = Vec::new();
    for whole in blocks(text) {
        for found in regex.captures_iter(&text[whole.clone()]) {
            let Some(value) = found.get(1) else { continue };
            // `… || 'a' == x` compares.
            let rest = text[whole.start + value.end() + 1..].trim_start();
            if !rest.starts_with("==") && !rest.starts_with("!=") {
                out.push(whole.start + value.start()..whole.start + value.end());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_are_found_with_their_defaults() {
        let text = "x ${{ secrets.SF_URL || 'https://login.salesforce.com' }} ${{ secrets['B-C'] }} ${{ vars.D }}";
        let found = reads(text);
        let shown: Vec<_> = found
            .iter()
            .map(|r| {
                (r.context.as_str(), &text[r.expression.range.clone()], r.expression.default.clone().map(|d| &text[d]))
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("secrets", "secrets.SF_URL", Some("https://login.salesforce.com")),
                ("secrets", "secrets['B-C']", None),
                ("vars", "vars.D", None)
            ]
        );
        assert_eq!(reads("secrets.X ${{"), []);
    }

    #[test]
    fn the_values_of_a_choice_are_its_results() {
        let text = "${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}";
        let shown: Vec<_> = results(text).into_iter().map(|r| &text[r]).collect();
        assert_eq!(shown, ["production", "staging"]);
    }
}
