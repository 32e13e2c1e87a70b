//! Finding URLs and hosts in a string: in comes text, out come ranges with host and path. A host that is only known
//! at run time (`https://${ORG}.my.salesforce.com`) is none.

use std::ops::Range;

/// Schemes that name a place to talk to. `git+ssh`, `file`, `data`, `urn` and vendor schemes do not.
const SCHEMES: &[&str] = &[
    "http",
    "https",
    "ws",
    "wss",
    "ftp",
    "sftp",
    "grpc",
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongodb",
    "mongodb+srv",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "snowflake",
    "sqlserver",
    "redshift",
    "oracle",
];

/// A URL in a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// Scheme to end, trailing punctuation left out.
    pub range: Range<usize>,
    /// Lower case, without port and credentials.
    pub host: String,
    /// With its leading `/`, without query and fragment; may be empty.
    pub path: String,
}

/// All URLs of a text whose host is literal, in order.
pub fn urls(text: &str) -> Vec<Url> {
    let mut out: Vec<Url> = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"://") {
        if out.last().is_some_and(|u| u.range.end > at) {
            continue;
        }
        if let Some(url) = url_at(text, at) {
            out.push(url);
        }
    }
    out
}

/// The URL whose `://` stands at `at`.
fn url_at(text: &str, at: usize) -> Option<Url> {
    let head = &text.as_bytes()[..at];
    let length = head.iter().rev().take(16).take_while(|b| b.is_ascii_alphanumeric() || **b == b'+').count();
    let mut start = at - length;
    let scheme = text[start..at].to_ascii_lowercase();
    if !SCHEMES.contains(&scheme.as_str()) {
        // `\nhttps://` and `nhttps` do not occur in decoded text, but `=https` or `Ahttps` glued by a flag does.
        let tail = SCHEMES.iter().filter(|s| scheme.ends_with(*s) && s.starts_with("http")).max_by_key(|s| s.len())?;
        start = at - tail.len();
    }
    let rest = &text[at + 3..];
    let length = rest.find(|c: char| c.is_whitespace() || "\"'`<>|\\^{};,".contains(c)).unwrap_or(rest.len());
    let dynamic = rest[length..].starts_with('{');
    let mut body = &rest[..length];
    body = cut_unbalanced(body).trim_end_matches(['.', ':', '!', '?', '*', '_', ']', '$']);
    let authority_end = body.find(['/', '?', '#']).unwrap_or(body.len());
    let authority = &body[..authority_end];
    if authority.contains(['$', '%']) || dynamic && authority_end == body.len() {
        return None;
    }
    let host = host_of(authority)?;
    let path = &body[authority_end..];
    let path = &path[..path.find(['?', '#', '$']).unwrap_or(path.len())];
    Some(Url { range: start..at + 3 + body.len(), host, path: path.to_owned() })
}

/// Cuts at a closing bracket that was not opened inside: `(see https://a.example/x)`.
fn cut_unbalanced(body: &str) -> &str {
    let mut open = 0usize;
    for (i, b) in body.bytes().enumerate() {
        match b {
            b'(' => open += 1,
            b')' if open == 0 => return &body[..i],
            b')' => open -= 1,
            _ => {}
        }
    }
    body
}

/// The host of an authority: credentials and port removed, lower case.
fn host_of(authority: &str) -> Option<String> {
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    bare_host(host)
}

/// The text as a host, if all of it is one: `login.salesforce.com`, `acme.my.salesforce.com:443`, `localhost`.
pub fn bare_host(text: &str) -> Option<String> {
    let host = text.trim_end_matches('/');
    let host = match host.rsplit_once(':') {
        Some((h, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => h,
        _ => host,
    };
    let host = host.trim_end_matches('.');
    let valid = !host.is_empty()
        && host.len() <= 253
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'*'))
        && host.split('.').all(|label| !label.is_empty());
    valid.then(|| host.to_ascii_lowercase())
}

/// Hosts that are nobody's: loopback, private addresses, cluster-internal names, and the names that RFC 2606 and
/// RFC 6761 reserve for documentation and tests.
pub fn is_nobodys(host: &str) -> bool {
    const SUFFIXES: &[&str] =
        &[".test", ".example", ".invalid", ".localhost", ".local", ".internal", ".svc", ".lan", ".home.arpa"];
    if !host.contains('.') {
        return true;
    }
    let last = host.rsplit('.').next().unwrap_or(host);
    if last.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    ["example.com", "example.org", "example.net"]
        .iter()
        .any(|e| host.strip_suffix(e).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        || SUFFIXES.iter().any(|s| host.ends_with(s))
        || host.contains(".svc.cluster.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(text: &str) -> Vec<(String, String, &str)> {
        urls(text).into_iter().map(|u| (u.host, u.path, &text[u.range])).collect()
    }

    #[test]
    fn a_url_ends_where_people_would_end_it() {
        for (text, host, path, shown) in [
            ("see https://Login.Salesforce.com.", "login.salesforce.com", "", "https://Login.Salesforce.com"),
            ("${X:-https://a.example/b}", "a.example", "/b", "https://a.example/b"),
            ("(https://a.example/b(c))", "a.example", "/b(c)", "https://a.example/b(c)"),
            ("'https://u:p@a.example:8443/b?c=d#e'", "a.example", "/b", "https://u:p@a.example:8443/b?c=d#e"),
            ("jdbc:postgresql://db.example:5432/shop", "db.example", "/shop", "postgresql://db.example:5432/shop"),
            ("-rhttps://a.example", "a.example", "", "https://a.example"),
        ] {
            assert_eq!(hosts(text), [(host.to_owned(), path.to_owned(), shown)], "{text}");
        }
    }

    #[test]
    fn a_host_made_at_run_time_is_none() {
        for text in ["https://${ORG}.my.salesforce.com", "https://{{ shop }}.myshopify.com", "x://y", "://", "http://"]
        {
            assert_eq!(hosts(text), [], "{text}");
        }
    }

    #[test]
    fn bare_hosts_are_whole_strings() {
        assert_eq!(bare_host("Acme.my.salesforce.com:443").as_deref(), Some("acme.my.salesforce.com"));
        assert_eq!(bare_host("a b.example"), None);
        assert_eq!(bare_host("a..b"), None);
        assert!(is_nobodys("db") && is_nobodys("10.0.0.1") && is_nobodys("shop.example.com"));
        assert!(!is_nobodys("notexample.com"));
    }
}
