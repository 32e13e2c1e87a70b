//! What code says by itself, in several languages.

use std::sync::Arc;

use super::super::Maps;
use crate::fact::{EndpointRole, Fact, Kind};
use crate::source::{FileId, Source};

fn facts(path: &str, text: &str) -> (Vec<Fact>, Arc<Source>) {
    let source = Arc::new(Source::from_str(FileId(0), path, text));
    let found = super::super::text(&source, &Maps::builtin());
    (found.facts, source)
}

/// Endpoints as `text role [variable]`.
fn endpoints(path: &str, text: &str) -> Vec<String> {
    let (facts, source) = facts(path, text);
    let endpoints = facts.iter().filter_map(|f| match &f.kind {
        Kind::Endpoint(e) => {
            let variable = e.fallback.as_ref().map(|f| format!(" without {}", f.variable)).unwrap_or_default();
            Some(format!("{} {:?}{variable}", source.slice(f.span), e.role))
        }
        _ => None,
    });
    endpoints.collect()
}

#[test]
fn an_address_has_a_role_by_where_it_goes() {
    for (path, text, role) in [
        ("a.js", "new jsforce.Connection({ loginUrl: 'https://login.salesforce.com' })", EndpointRole::Command),
        ("a.js", "const U = 'https://login.salesforce.com';\nfetch(U + '/x')", EndpointRole::Unknown),
        (
            "a.ts",
            "export const config = { sf: { loginUrl: 'https://login.salesforce.com' } };",
            EndpointRole::Connection,
        ),
        ("a.js", "expect(conn.loginUrl).toBe('https://login.salesforce.com')", EndpointRole::Inert),
        ("a.js", "nock('https://login.salesforce.com').post('/x').reply(200)", EndpointRole::Inert),
        (
            "a.js",
            "import nock from 'nock';\nconst c = { loginUrl: 'https://login.salesforce.com' };",
            EndpointRole::Inert,
        ),
        ("a.py", "requests.post('https://login.salesforce.com/services/oauth2/token', data=d)", EndpointRole::Command),
        ("a.py", "assert c.url == 'https://login.salesforce.com'", EndpointRole::Inert),
        ("a.py", "LOGIN_URL = 'https://login.salesforce.com'", EndpointRole::Connection),
        // A function's own value counts if somebody talks to it.
        (
            "a.js",
            "function f() { const p = { loginUrl: 'https://login.salesforce.com' }; write(p); }",
            EndpointRole::Unknown,
        ),
        ("a.js", "function f() { const url = 'https://login.salesforce.com'; fetch(url); }", EndpointRole::Connection),
        ("a.tsx", "const x = <a href=\"https://login.salesforce.com\">log in</a>;", EndpointRole::Inert),
    ] {
        let (facts, _) = facts(path, text);
        let found = facts.iter().find_map(|f| if let Kind::Endpoint(e) = &f.kind { Some(e.role) } else { None });
        assert_eq!(found, Some(role), "{path}: {text}");
    }
}

#[test]
fn parts_of_an_address_may_be_known_later() {
    let found =
        endpoints("a.js", "fetch(`https://${org}.sandbox.my.salesforce.com/services/data`, { method: 'POST' })");
    assert_eq!(found, ["https://${org}.sandbox.my.salesforce.com/services/data Command"]);
    let found = endpoints("a.py", "requests.get('https://' + org + '.my.salesforce.com/services')");
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn fallbacks_are_found_however_they_are_written() {
    for (path, text) in [
        ("a.js", "const u = process.env.SF_URL ?? 'https://login.salesforce.com';"),
        ("a.js", "const u = process.env.SF_URL || process.env.OTHER || 'https://login.salesforce.com';"),
        (
            "a.ts",
            "const { SF_URL } = process.env; let u = process.env.SF_URL; if (!u) { u = 'https://login.salesforce.com'; }",
        ),
        ("a.js", "const u = process.env.SF_URL ? process.env.SF_URL : 'https://login.salesforce.com';"),
        ("a.js", "const D = 'https://login.salesforce.com';\nconst u = process.env.SF_URL || D;"),
        (
            "a.js",
            "const T = { production: 'https://login.salesforce.com', uat: 'https://test.salesforce.com' };\nconst u = T[process.env.SF_URL || 'production'];",
        ),
        ("a.py", "u = os.getenv('SF_URL', 'https://login.salesforce.com')"),
        ("a.py", "u = os.environ.get('SF_URL', default='https://login.salesforce.com')"),
        ("a.py", "u = os.environ.get('SF_URL') or 'https://login.salesforce.com'"),
        ("a.py", "u = (\n    os.environ.get('SF_URL')\n    or 'https://login.salesforce.com'\n)"),
    ] {
        let found = endpoints(path, text);
        assert!(found.iter().any(|e| e.ends_with("without SF_URL")), "{path}: {text}: {found:?}");
    }
    for text in [
        "const u = process.env.SF_URL ?? 'https://test.salesforce.com/x'.length;",
        "const u = options.url || 'https://login.salesforce.com';",
    ] {
        let found = endpoints("a.js", text);
        assert!(!found.iter().any(|e| e.contains("without")), "{text}: {found:?}");
    }
}

/// Reads and writes as `direction provider object call`.
fn accesses(path: &str, text: &str) -> Vec<String> {
    let (facts, _) = facts(path, text);
    let found = facts.iter().filter_map(|f| match &f.kind {
        Kind::Access(a) => Some(format!(
            "{:?} {} {} {}{}",
            a.direction,
            a.provider.as_deref().unwrap_or("database"),
            a.object.as_deref().unwrap_or("-"),
            a.call,
            if a.pinned { " pinned" } else { "" }
        )),
        _ => None,
    });
    found.collect()
}

#[test]
fn reads_and_writes_are_told_by_the_client() {
    let text = "import jsforce from 'jsforce';\nconst conn = new jsforce.Connection({});\nconst rows = await conn.query('SELECT Id FROM Order');\n\
                await conn.sobject('Order').upsert(rows, 'Id');\nlist.create(1);\n";
    assert_eq!(accesses("a.ts", text), ["Read salesforce - conn.query", "Write salesforce Order conn.sobject.upsert"]);
    let text = "from simple_salesforce import Salesforce\nsf = Salesforce(username=u, password=p, security_token=t, domain='test')\nsf.Contact.create({})\n";
    assert_eq!(accesses("a.py", text), ["Write salesforce Contact sf.Contact.create pinned"]);
    let text = "import requests\nrequests.post('https://api.hubapi.com/crm/v3/objects/contacts', json=row)\n";
    assert_eq!(accesses("a.py", text), ["Write hubspot contacts requests.post"]);
}

/// Authentication flows and secrets.
fn logins(path: &str, text: &str) -> Vec<String> {
    let (facts, source) = facts(path, text);
    let found = facts.iter().filter_map(|f| match &f.kind {
        Kind::AuthFlow(a) => Some(format!("{:?} {}", a.flow, source.slice(f.span))),
        Kind::Secret(s) => Some(format!("secret {} {}", s.form.as_deref().unwrap_or("-"), source.slice(f.span))),
        _ => None,
    });
    found.collect()
}

#[test]
fn logins_with_passwords_are_told_by_the_shape_of_the_call() {
    let conn = "import jsforce from 'jsforce';\nconst conn = new jsforce.Connection({});\n";
    assert_eq!(
        logins("a.ts", &format!("{conn}await conn.login(user, password + token);")),
        ["PasswordGrant conn.login"]
    );
    let python = "from simple_salesforce import Salesforce\n";
    assert_eq!(
        logins(
            "a.py",
            &format!("{python}sf = Salesforce(username='u@acme.example', password='Winter#2025', security_token=t)")
        ),
        ["PasswordGrant Salesforce", "secret Salesforce password Winter#2025"]
    );
    assert_eq!(
        logins("a.py", &format!("{python}sf = Salesforce(instance_url=u, session_id=os.environ['SF_SESSION'])")),
        ["SessionToken os.environ['SF_SESSION']"]
    );
    assert_eq!(
        logins("a.py", &format!("{python}sf = Salesforce(instance_url=u, session_id=token.json()['access_token'])")),
        [] as [String; 0]
    );
    assert_eq!(
        logins(
            "a.py",
            "requests.post('https://login.salesforce.com/services/oauth2/token', data={'grant_type': 'password', 'username': u})"
        ),
        ["PasswordGrant 'password'"]
    );
    assert_eq!(
        logins(
            "a.py",
            "requests.post('https://id.acme.example/token', data={'grant_type': 'password', 'username': u})"
        ),
        [] as [String; 0]
    );
    assert_eq!(logins("a.js", "passport.login(user, password)"), [] as [String; 0]);
    let force = |http: &str| {
        let call = "new AuthenticationClient(http).UsernamePasswordAsync(id, secret, user, word)";
        format!("using Salesforce.Common;\nclass A {{ void F() {{ var http = {http}; {call}; }} }}")
    };
    assert_eq!(logins("A.cs", &force("new HttpClient()")).len(), 1);
    assert_eq!(logins("A.cs", &force("new HttpClient(new RouteHandler(r => Check(r)))")), [] as [String; 0]);
    assert_eq!(logins("A.cs", &force("new HttpClient(new Retry(r => r.Ok, new HttpClientHandler()))")).len(), 1);
}

#[test]
fn a_generators_own_code_makes_no_data() {
    let tools = |path: &str| {
        let (facts, _) = facts(path, "from snowfakery.api import generate_data\ngenerate_data(recipe)\n");
        facts.iter().filter(|f| matches!(f.kind, Kind::Generator { .. })).count()
    };
    assert_eq!(tools("snowfakery/salesforce.py"), 0);
    assert_eq!(tools("src/snowfakery/salesforce.py"), 0);
    assert_eq!(tools("scripts/snowfakery/load.py"), 1);
}

#[test]
fn a_login_is_known_by_its_word_where_a_namespace_is_imported_whole() {
    let logins = |path: &str, text: &str| {
        let (facts, _) = facts(path, text);
        facts.iter().filter(|f| matches!(f.kind, Kind::AuthFlow(_))).count()
    };
    let body = "class A { void M() { _auth = new AuthenticationClient(); _auth.UsernamePasswordAsync(id, secret, user, word).Wait(); } }";
    assert_eq!(logins("A.cs", &format!("using Salesforce.Common;\n{body}")), 1);
    assert_eq!(logins("A.cs", &format!("using Acme.Login; // not Salesforce.Common\n{body}")), 0);
    // The library's own method is no login.
    let own = "class A { Task T() { return UsernamePasswordAsync(id, secret, user, word); } }";
    assert_eq!(logins("A.cs", &format!("using Salesforce.Common.Models;\n{own}")), 0);
}
