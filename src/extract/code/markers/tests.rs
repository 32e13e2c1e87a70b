//! Which notes, stubs and settings are signs of tutorials, and which only look like them.

use super::*;

#[test]
fn a_note_is_about_people() {
    for line in [
        "// TODO: anonymise before the upload",
        "# FIXME mask customer emails here",
        "# XXX: redact PII",
        "/* HACK pseudonymize later */",
    ] {
        assert!(is_note(line).is_some(), "{line}");
    }
    for line in [
        "// TODO: add an input mask for the phone",
        "// TODO use a bitmask for records",
        "// TODO anonymous users may not see names",
        "// we anonymise here",
        "// TODO: mask the image of the contact",
        "// FIXME: attention mask of names",
        "// TODO scrub the timeline",
    ] {
        assert!(is_note(line).is_none(), "{line}");
    }
}

#[test]
fn a_name_says_that_it_changes_people() {
    for name in ["anonymize", "anonymise_row", "pseudonymizeRecord", "maskEmail", "redact_pii", "deidentify"] {
        assert!(says_anonymise(name), "{name}");
    }
    for name in ["mask", "maskInput", "scrub", "anonymizer", "isAnonymized", "anonymous", "bitmask", "shouldAnonymize"]
    {
        assert!(!says_anonymise(name), "{name}");
    }
}

#[test]
fn certificates_that_nobody_checks_are_seen_in_every_language() {
    use std::sync::Arc;

    use crate::source::{FileId, Source};

    let signs = |path: &str, text: &str| {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        let found = crate::extract::text(&source, &crate::extract::Maps::builtin());
        let tls = |k: &Says| matches!(k, Says::Marker(m) if m.sign == Sign::UnverifiedTls);
        found.facts.iter().filter(|f| tls(&f.kind)).count()
    };
    let url = "\"https://acme.my.salesforce.com\"";
    for (path, text, count) in [
        (
            "A.java",
            format!(
                "class A {{ String u = {url}; Object t = new X509TrustManager() {{ public void checkClientTrusted(X509Certificate[] c, String a) {{}} public void checkServerTrusted(X509Certificate[] c, String a) {{}} }}; }}"
            ),
            1,
        ),
        (
            "A.java",
            format!(
                "class A implements X509TrustManager {{ String u = {url}; public void checkServerTrusted(X509Certificate[] c, String a) throws E {{ own.checkServerTrusted(c, a); }} }}"
            ),
            0,
        ),
        (
            "A.java",
            format!("class A {{ String u = {url}; void m() {{ con.setHostnameVerifier((h, s) -> true); }} }}"),
            1,
        ),
        (
            "a.kt",
            format!(
                "class A : X509TrustManager {{ val u = {url}\n override fun checkServerTrusted(c: Array<X509Certificate>, a: String) {{ }} }}"
            ),
            1,
        ),
        (
            "A.cs",
            format!(
                "class A {{ string u = {url}; void M() {{ h.ServerCertificateCustomValidationCallback = (m, c, ch, e) => true; }} }}"
            ),
            1,
        ),
        (
            "A.cs",
            format!(
                "class A {{ string u = {url}; void M() {{ h.ServerCertificateCustomValidationCallback = (m, c, ch, e) => e == SslPolicyErrors.None; }} }}"
            ),
            0,
        ),
        ("a.go", format!("package a\nvar u = {url}\nvar c = &tls.Config{{InsecureSkipVerify: true}}"), 1),
    ] {
        assert_eq!(signs(path, &text), count, "{text}");
    }
}
