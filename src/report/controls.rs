//! Controls as people cite them: `gdpr:art-5-1-d` in, `GDPR 5(1)(d)` out.

/// Frameworks by id, with the name that stands before the number.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("ca-ab2013", "California AB 2013"),
    ("ca-sb942", "California SB 942"),
    ("c2pa", "C2PA"),
    ("dta-dps-1.0.0", "D&TA"),
    ("eu-ai-act", "EU AI Act"),
    ("ftc-act", "FTC Act"),
    ("gdpr", "GDPR"),
    ("ico", "ICO"),
    ("iptc", "IPTC"),
    ("iso-20889", "ISO/IEC 20889"),
    ("iso-27559", "ISO/IEC 27559"),
    ("iso-42001", "ISO/IEC 42001"),
    ("nist-ai-600-1", "NIST AI 600-1"),
    ("nist-ai-rmf", "NIST AI RMF"),
    ("nist-sp-800-188", "NIST SP 800-188"),
    ("nist-sp-800-226", "NIST SP 800-226"),
    ("owasp-cicd", "OWASP CI/CD"),
    ("owasp-top10-2025", "OWASP Top 10"),
    ("pci-dss-4.0.1", "PCI DSS"),
    ("soc2", "SOC 2"),
    ("w3c-prov", "W3C PROV"),
    ("wp216", "WP216"),
];

/// The control as it is cited; an id of a framework that is not known stays as it is.
pub(super) fn cited(control: &str) -> String {
    let (framework, number) = control.split_once(':').unwrap_or((control, ""));
    let Some((_, name)) = FRAMEWORKS.iter().find(|(id, _)| *id == framework) else {
        return control.to_owned();
    };
    match number {
        "" => (*name).to_owned(),
        _ => format!("{name} {}", place(number)),
    }
}

/// `art-5-1-d` is 5(1)(d); `recital-26` is recital 26; `s5` is section 5; anything else is a number already.
fn place(number: &str) -> String {
    if let Some(article) = number.strip_prefix("art-") {
        let mut parts = article.split('-');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(&format!("({part})"));
        }
        return out;
    }
    match number.strip_prefix('s') {
        Some(section) if section.bytes().all(|b| b.is_ascii_digit()) && !section.is_empty() => {
            format!("section {section}")
        }
        _ => number.replacen("recital-", "recital ", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::cited;

    #[test]
    fn controls_read_as_they_are_cited() {
        for (id, text) in [
            ("gdpr:art-32", "GDPR 32"),
            ("gdpr:art-5-1-d", "GDPR 5(1)(d)"),
            ("gdpr:recital-26", "GDPR recital 26"),
            ("pci-dss-4.0.1:6.5.3", "PCI DSS 6.5.3"),
            ("soc2:CC6.1", "SOC 2 CC6.1"),
            ("ftc-act:s5", "FTC Act section 5"),
            ("wp216:singling-out", "WP216 singling-out"),
            ("nist-sp-800-188", "NIST SP 800-188"),
            ("acme:7", "acme:7"),
        ] {
            assert_eq!(cited(id), text);
        }
    }
}
