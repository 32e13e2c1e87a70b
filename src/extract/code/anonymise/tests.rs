//! Anonymisers as people write them, in several languages.

use std::sync::Arc;

use crate::extract::{Maps, text};
use crate::fact::Kind;
use crate::source::{FileId, Source};

/// What is said of a file's anonymisers.
fn said(path: &str, code: &str) -> Vec<String> {
    let source = Arc::new(Source::from_str(FileId(0), path, code));
    let found = text(&source, &Maps::builtin());
    let kinds = found.facts.into_iter().filter_map(|f| match f.kind {
        Kind::Weak(w) => Some(format!("{} of {}", w.method, w.input.unwrap_or_default())),
        Kind::FailsOpen(f) => Some(f.what),
        _ => None,
    });
    kinds.collect()
}

#[test]
fn a_hash_without_a_key_is_known_however_it_is_made() {
    for (path, text, expected) in [
        (
            "a.py",
            "def anonymize_email(email):\n    return hashlib.sha256(email.encode()).hexdigest()\n",
            "SHA-256 of email",
        ),
        (
            "a.py",
            "def pseudonymize(value):\n    return short(value, 8)\ndef short(text, n):\n    return hashlib.sha1(text.encode()).hexdigest()[:n]\n",
            "SHA-1 of text",
        ),
        (
            "a.py",
            "def _token(match):\n    return hashlib.sha256(match.group(0).encode()).hexdigest()\ndef scrub_pii(text):\n    return EMAIL.sub(_token, text)\n",
            "SHA-256 of match",
        ),
        (
            "a.go",
            "package a\nfunc Pseudonymize(value string) string { sum := sha256.Sum256([]byte(value))\n return hex(sum) }",
            "SHA-256 of value",
        ),
        (
            "A.cs",
            "class A { string Pseudonymize(object value) { var h = SHA256.HashData(Encoding.UTF8.GetBytes(value.ToString())); return Hex(h); } }",
            "SHA-256 of value",
        ),
        (
            "A.cs",
            "class A { string Anonymize(string workerId) { var crypt = new SHA256Managed(); return Hex(crypt.ComputeHash(Bytes(workerId))); } }",
            "SHA-256 of workerId",
        ),
        (
            "A.java",
            "class A { String pseudonymize(String v) { MessageDigest d = MessageDigest.getInstance(\"SHA-256\"); return hex(d.digest(v.getBytes())); } }",
            "SHA-256 of v",
        ),
        (
            "a.ts",
            "const anonymizeEmail = async (email) => hex(await crypto.subtle.digest('SHA-256', enc.encode(email)));",
            "SHA-256 of email",
        ),
        ("a.php", "<?php function pseudonymize($value) { return hash('sha256', $value); }", "SHA-256 of value"),
        ("a.rb", "def pseudonymize(value)\n  Digest::SHA256.hexdigest(value)\nend\n", "SHA-256 of value"),
        (
            "A.kt",
            "class A { fun anonymizeUser(id: String): String { val d = MessageDigest.getInstance(\"MD5\")\n return hex(d.digest(id.toByteArray())) } }",
            "MD5 of id",
        ),
    ] {
        assert_eq!(said(path, text), [expected], "{path}: {text}");
    }
}

#[test]
fn a_key_a_salt_or_chance_makes_it_more_than_a_hash() {
    for (path, text) in [
        ("a.py", "def pseudonymize(value, salt):\n    return hashlib.sha256((salt + value).encode()).hexdigest()\n"),
        (
            "a.go",
            "package a\nfunc Pseudonymize(id string, salt string) string { data := fmt.Sprintf(\"%s|%s\", id, salt)\n return hex(sha256.Sum256([]byte(data))) }",
        ),
        (
            "A.java",
            "class A { String pseudonymize(String v) { Mac mac = Mac.getInstance(\"HmacSHA256\"); mac.init(new SecretKeySpec(secret, X)); return hex(mac.doFinal(v.getBytes())); } }",
        ),
        ("a.ts", "function pseudonymize(secret, v) { return createHmac('sha256', secret).update(v).digest('hex'); }"),
        ("a.py", "def anonymize_user(user):\n    return hashlib.sha256(uuid.uuid4().bytes).hexdigest()\n"),
        (
            "A.java",
            "class A { String pseudonymize(String v) { MessageDigest d = MessageDigest.getInstance(\"SHA-256\"); return hex(d.digest((distinctIdSalt + v).getBytes())); } }",
        ),
        ("a.py", "def cache_key(value):\n    return hashlib.md5(value.encode()).hexdigest()\n"),
    ] {
        assert_eq!(said(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn whatever_an_error_comes_to_is_looked_at() {
    for (path, text, expected) in [
        (
            "A.java",
            "class A { String anonymize(String m) { try { return m.replace(a, b); } catch (Exception e) { return m; } } }",
            "an error returns `m` as it came",
        ),
        (
            "A.java",
            "class A { Object anonymize(Object t) { try { return mask(t); } catch (Exception e) { log.debug(e); } return t; } }",
            "an error returns `t` as it came",
        ),
        (
            "A.kt",
            "class A { fun anonymizeText(text: String) = client.mask(text).onErrorResume { Mono.just(text) } }",
            "an error hands `text` on as it came",
        ),
        (
            "a.ts",
            "async function load(row) { let out = row; try { out = await anonymize(row); } catch (e) { log.warn(e); } await store.insert(out); }",
            "an error leaves `row` as it came, and the code goes on with it",
        ),
        ("a.ts", "const load = (row) => anonymize(row).catch(() => row);", "an error gives `row` back as it came"),
    ] {
        assert_eq!(said(path, text), [expected], "{path}: {text}");
    }
    for (path, text) in [
        ("a.py", "def anonymize_email(email):\n    if not email:\n        return email\n    return mask(email)\n"),
        (
            "A.java",
            "class A { String anonymize(String m) { try { return mask(m); } catch (Exception e) { throw new Error(e); } } }",
        ),
        (
            "A.java",
            "class A { String anonymize(String m) { try { return mask(m); } catch (Exception e) { return null; } } }",
        ),
        (
            "a.ts",
            "async function load(row) { let out = null; try { out = await anonymize(row); } catch (e) { log.warn(e); } }",
        ),
    ] {
        assert_eq!(said(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
