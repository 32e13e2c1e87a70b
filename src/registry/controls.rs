//! Names of the controls that a verdict is evidence towards: in comes `gdpr:art-5-1-f`, out comes `GDPR 5(1)(f)`.

use std::sync::LazyLock;

use serde::Deserialize;

/// A framework that rules refer to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Framework {
    /// What stands before the colon: `gdpr`.
    pub id: String,
    /// The short name: `GDPR`.
    pub name: String,
    /// The whole name.
    pub title: String,
    /// Version or date.
    pub version: String,
    /// Whom it binds, and when.
    pub applies: String,
    /// What of it was read, and where.
    pub verified: String,
    /// How the part behind the colon is written.
    #[serde(default)]
    pub style: Style,
    /// What a reader of evidence must know.
    #[serde(default)]
    pub note: String,
}

/// How the part of a control's id behind the colon is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As it is: `6.5.3`, `CC6.1`.
    #[default]
    Plain,
    /// Articles: `art-5-1-f` is 5(1)(f).
    Article,
    /// Words joined by hyphens: `singling-out`.
    Words,
    /// There is none: the document is cited as a whole.
    Whole,
}

static FRAMEWORKS: LazyLock<Vec<Framework>> = LazyLock::new(|| {
    serde_yaml::from_str(include_str!("../../policies/registry/controls.yaml"))
        .unwrap_or_else(|e| unreachable!("the embedded list is read in every test: {e}"))
});

/// All frameworks, in the order of the file.
pub fn frameworks() -> &'static [Framework] {
    &FRAMEWORKS
}

/// The framework of a control's id.
pub fn framework(control: &str) -> Option<&'static Framework> {
    let id = control.split(':').next().unwrap_or(control);
    FRAMEWORKS.iter().find(|f| f.id == id)
}

/// A control's short name: "GDPR 32", "PCI DSS 6.5.3", "SOC 2 CC6.1". One of an unknown framework is its own name.
pub fn display(control: &str) -> String {
    let Some(framework) = framework(control) else { return control.to_owned() };
    let Some((_, local)) = control.split_once(':') else { return framework.name.clone() };
    let local = match framework.style {
        Style::Plain | Style::Whole => local.to_owned(),
        Style::Words => local.replace('-', " "),
        Style::Article => article(local),
    };
    format!("{} {local}", framework.name)
}

fn article(local: &str) -> String {
    let Some(numbers) = local.strip_prefix("art-") else { return local.replace('-', " ") };
    let mut parts = numbers.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| format!("{name}({part})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_named_as_people_cite_them() {
        for (id, name) in [
            ("gdpr:art-32", "GDPR 32"),
            ("gdpr:art-5-1-f", "GDPR 5(1)(f)"),
            ("gdpr:recital-26", "GDPR recital 26"),
            ("eu-ai-act:art-50-4", "EU AI Act 50(4)"),
            ("pci-dss-4.0.1:6.5.3", "PCI DSS 6.5.3"),
            ("soc2:CC6.1", "SOC 2 CC6.1"),
            ("iso-42001:A.7.2", "ISO/IEC 42001 A.7.2"),
            ("nist-sp-800-188", "NIST SP 800-188"),
            ("owasp-cicd:SEC-6", "OWASP CI/CD SEC-6"),
            ("wp216:singling-out", "WP216 singling out"),
            ("house-rules:7", "house-rules:7"),
        ] {
            assert_eq!(display(id), name);
        }
    }

    #[test]
    fn every_framework_says_what_of_it_was_read() {
        assert_eq!(frameworks().len(), 23);
        assert!(frameworks().iter().all(|f| !f.verified.is_empty() && !f.applies.is_empty() && !f.version.is_empty()));
    }
}
