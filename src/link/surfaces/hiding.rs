//! What keeps people from seeing a message that is there: in come a file's code and a node, out come the styles, classes
//! and attributes that hide it.

use super::conditions::{attributes, key_of};
use crate::parse::code::{Code, Kind, NodeId, Role};

/// Something that hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hiding {
    /// The attribute.
    pub at: NodeId,
    /// What it does.
    pub how: String,
}

/// Classes that take an element away from those who see.
const HIDING_CLASSES: &[&str] = &[
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screen-reader-only",
    "d-none",
    "hidden",
    "is-hidden",
    "u-hidden",
    "invisible",
    "slds-hide",
    "slds-hidden",
    "slds-assistive-text",
    "uk-hidden",
    "display-none",
    "a11y-hidden",
    "hide",
];

/// Styles that do.
const HIDING_STYLES: &[(&str, &str)] =
    &[("display", "none"), ("visibility", "hidden"), ("opacity", "0"), ("font-size", "0"), ("fontSize", "0")];

/// What a stylesheet says that hides a class: how, and where.
pub(super) type Styled<'s> = &'s dyn Fn(&str) -> Option<String>;

/// What hides a node: attributes of the elements around it, up to the first that also holds what `stays` says.
pub(super) fn hiding(code: &Code, id: NodeId, styled: Styled<'_>, stays: &dyn Fn(NodeId) -> bool) -> Vec<Hiding> {
    let mut found = Vec::new();
    let elements = std::iter::once(id).chain(code.around(id)).filter(|n| code.kind(*n) == Kind::Element);
    for element in elements.take_while(|e| !stays(*e)).take(6) {
        for attribute in attributes(code, element) {
            if let Some(how) = hides(code, attribute).or_else(|| hidden_by_sheet(code, attribute, styled)) {
                found.push(Hiding { at: attribute, how });
            }
        }
    }
    found
}

fn hides(code: &Code, attribute: NodeId) -> Option<String> {
    let key = key_of(code, attribute);
    let value = code.child(attribute, Role::Value);
    let text = value.and_then(|v| code.literal(v).or_else(|| Some(code.slice(v).trim_matches(['"', '\'', '{', '}']))));
    match key {
        "hidden" => {
            // A condition is looked at elsewhere.
            let on = value.is_none() || text.is_some_and(|t| matches!(t, "" | "true" | "hidden" | "until-found"));
            on.then(|| "`hidden`".to_owned())
        }
        "aria-hidden" => (text == Some("true") || value.is_none()).then(|| "`aria-hidden`".to_owned()),
        "class" | "className" => {
            let value = value.filter(|v| code.kind(*v) == Kind::String).and_then(|v| code.literal(v))?;
            let shown_again = value.split_whitespace().any(|c| {
                c.rsplit_once(':').is_some_and(|(_, utility)| {
                    matches!(
                        utility,
                        "block"
                            | "flex"
                            | "inline"
                            | "inline-block"
                            | "grid"
                            | "not-sr-only"
                            | "visible"
                            | "inline-flex"
                    )
                }) || ["d-sm-", "d-md-", "d-lg-", "d-xl-"].iter().any(|p| c.starts_with(p) && !c.ends_with("none"))
            });
            let class = value.split_whitespace().find(|c| HIDING_CLASSES.contains(c)).filter(|_| !shown_again)?;
            Some(format!("the class `{class}`"))
        }
        "style" => {
            let value = value?;
            if let Some(style) = code.literal(value) {
                return of_style(style);
            }
            code.inside(value).filter(|n| code.kind(*n) == Kind::Pair).find_map(|pair| {
                let value = code.child(pair, Role::Value)?;
                let text = code.literal(value).unwrap_or_else(|| code.slice(value));
                styled(code.key(pair)?, text)
            })
        }
        _ => None,
    }
}

/// A class of the element that a stylesheet hides: `class="ai-note"`, `className={styles.aiNote}`.
fn hidden_by_sheet(code: &Code, attribute: NodeId, styled: Styled<'_>) -> Option<String> {
    if !matches!(key_of(code, attribute), "class" | "className") {
        return None;
    }
    let value = code.child(attribute, Role::Value)?;
    if let Some(text) = (code.kind(value) == Kind::String).then(|| code.literal(value)).flatten() {
        return text.split_whitespace().find_map(styled);
    }
    let inner = std::iter::once(value).chain(code.inside(value)).find(|n| code.kind(*n) == Kind::Member)?;
    let steps = code.steps(inner);
    let whole = code.slice(value).trim_matches(['{', '}', ' ']) == code.slice(inner);
    let module = steps.len() == 2 && steps[0].to_ascii_lowercase().ends_with("styles") || steps.first() == Some(&"css");
    (whole && module).then(|| steps.last().copied().and_then(styled))?
}

fn of_style(style: &str) -> Option<String> {
    style.split(';').filter_map(|part| part.split_once(':')).find_map(|(key, value)| styled(key.trim(), value))
}

fn styled(key: &str, value: &str) -> Option<String> {
    let value = value.trim().trim_end_matches("!important").trim();
    let hides = HIDING_STYLES.iter().any(|(k, v)| *k == key && (*v == value || *v == "0" && value == "0px"));
    hides.then(|| format!("`{key}: {value}`"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::parse::code::Language;
    use crate::source::{FileId, Source};

    fn code(path: &str, text: &str) -> Code {
        let language = Language::of(path).expect("a language");
        Code::read(&Arc::new(Source::from_str(FileId(0), path, text)), language)
    }

    fn hidden(path: &str, text: &str) -> Vec<String> {
        let code = code(path, text);
        let at = code.of_kind(Kind::String).find(|s| code.literal(*s) == Some("k.notice")).expect("the message");
        hiding(&code, at, &|_| None, &|_| false).into_iter().map(|h| h.how).collect()
    }

    #[test]
    fn styles_classes_and_attributes_hide() {
        let jsx = |attributes: &str| format!("export const A = () => <p {attributes}>{{t('k.notice')}}</p>;");
        assert_eq!(hidden("a.tsx", &jsx("style={{ display: 'none' }}")), ["`display: none`"]);
        assert_eq!(hidden("a.tsx", &jsx("className=\"note sr-only\"")), ["the class `sr-only`"]);
        assert_eq!(hidden("a.tsx", &jsx("hidden")), ["`hidden`"]);
        assert_eq!(hidden("a.tsx", &jsx("aria-hidden=\"true\"")), ["`aria-hidden`"]);
        assert_eq!(hidden("a.tsx", &jsx("aria-hidden={false}")), [] as [&str; 0]);
        assert_eq!(hidden("a.tsx", &jsx("className=\"hidden md:block\"")), [] as [&str; 0]);
        assert_eq!(hidden("a.tsx", &jsx("style={{ display: 'flex' }}")), [] as [&str; 0]);
        let html = "<p style=\"color: red; visibility: hidden\">{{ 'k.notice' | t }}</p>";
        assert_eq!(hidden("a.liquid", html), ["`visibility: hidden`"]);
    }
}
