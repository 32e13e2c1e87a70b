//! Plain HTTP in code: in comes a call, out comes whether it sends something that changes the other side, and where to.
//! Asking for a token, searching and serving are told apart from it.

use super::names::Names;
use super::strings::{Text, addresses};
use crate::fact::environment::segments;
use crate::parse::code::{Code, Kind, Language, NodeId, Role};

/// A request that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The call that sends it, or that makes it where the sending is not seen.
    pub call: NodeId,
    /// The expression of its address.
    pub address: Option<NodeId>,
    /// The hosts that its address names.
    pub hosts: Vec<String>,
}

/// Last words of calls that send, without separators and `async`.
const VERBS: &[&str] = &[
    "post",
    "put",
    "patch",
    "delete",
    "postasjson",
    "putasjson",
    "patchasjson",
    "postjson",
    "putjson",
    "patchjson",
    "postforobject",
    "postforentity",
    "postforlocation",
    "patchforobject",
    "httppost",
    "wpremotepost",
    "wpsaferemotepost",
];

/// Words for what sends over the network.
const SENDERS: &[&str] = &[
    "http",
    "https",
    "httpx",
    "aiohttp",
    "requests",
    "axios",
    "got",
    "ky",
    "superagent",
    "faraday",
    "httparty",
    "restclient",
    "excon",
    "typhoeus",
    "guzzle",
    "unirest",
    "client",
    "session",
    "connection",
    "conn",
    "api",
    "rest",
    "template",
    "webclient",
    "retry",
];

/// Words for what serves, keeps or pretends.
const OTHERS: &[&str] = &[
    "router",
    "app",
    "server",
    "route",
    "routes",
    "fastify",
    "mock",
    "mocker",
    "cache",
    "redis",
    "map",
    "memcached",
    "store",
    "storage",
    "queue",
    "test",
];

/// Words for an address in a name.
const ADDRESSES: &[&str] = &["url", "uri", "endpoint", "path", "link", "href", "resource", "route"];

/// Calls whose argument `"POST"` is no request.
const NO_REQUESTS: &[&str] = &[
    "route",
    "add_route",
    "addroute",
    "on",
    "register",
    "handle",
    "handlefunc",
    "methods",
    "map",
    "match",
    "equals",
    "equal",
    "includes",
    "contains",
    "log",
    "debug",
    "info",
    "warn",
    "error",
    "print",
    "println",
    "printf",
    "format",
    "sprintf",
    "in_array",
    "withmethod",
    "expect",
    "eq",
    "allow",
    "stub_request",
    "cors",
];

/// What a call changes over HTTP, if it does. Asking for a token and searching change nothing.
pub fn change<'c>(code: &'c Code, names: &Names<'c>, call: NodeId) -> Option<Change> {
    let by_method = has_method(code, call);
    if !by_method && !by_verb(code, call) {
        return None;
    }
    if asks(code, names, call) {
        return None;
    }
    let address = address(code, call);
    let hosts = address.map(|a| addresses(&Text::of(code, names, a)).into_iter().map(|u| u.host).collect());
    let call = if by_method { sent(code, call) } else { call };
    Some(Change { call, address, hosts: hosts.unwrap_or_default() })
}

/// Whether a request only asks: for a token, or for what is there.
pub fn asks<'c>(code: &'c Code, names: &Names<'c>, call: NodeId) -> bool {
    let address = address(code, call);
    is_login(code, names, call, address) || is_search(code, names, call, address)
}

fn by_verb(code: &Code, call: NodeId) -> bool {
    let steps = code.steps(call);
    let Some((verb, receiver)) = steps.split_last() else { return false };
    let plain = plain(verb);
    let verb = plain.strip_suffix("async").unwrap_or(&plain);
    // `Net::HTTP::Post.new(uri)`
    let made = verb == "new" && receiver.iter().any(|s| s.ends_with("::Post") || s.ends_with("::Patch"));
    if !made && !VERBS.contains(&verb) {
        return false;
    }
    let said = |words: &[&str]| {
        receiver.iter().any(|s| segments(s).iter().any(|w| words.contains(&w.to_ascii_lowercase().as_str())))
    };
    let serves =
        code.language != Language::Ruby && code.arguments(call).iter().any(|a| code.kind(*a) == Kind::Function);
    if said(OTHERS) || serves {
        return false;
    }
    // `put` and `delete` are words of maps and models too.
    let to = address(code, call).is_some();
    made || to || said(SENDERS) && matches!(verb, "post" | "patch") || verb.len() > 6
}

/// An argument that names the method: `"POST"`, `HttpMethod.Post`, `{ method: "PATCH" }`.
fn has_method(code: &Code, call: NodeId) -> bool {
    let name = plain(code.called(call));
    let given = |node: NodeId| {
        let word = match code.kind(node) {
            Kind::String => code.literal(node).unwrap_or_default(),
            Kind::Member | Kind::Name => code.steps(node).pop().unwrap_or_default(),
            _ => return false,
        };
        let literal = code.kind(node) == Kind::String;
        match word {
            "POST" | "PUT" | "PATCH" | "DELETE" | "MethodPost" | "MethodPut" | "MethodPatch" | "MethodDelete" => true,
            "post" | "put" | "patch" | "Post" | "Put" | "Patch" | "Delete" | "POST_METHOD" => {
                // `HttpMethod.Post`, `:post`, `method: 'post'`
                !literal && code.kind(node) == Kind::Member
            }
            _ => false,
        }
    };
    let arguments = code.arguments(call);
    let direct = !NO_REQUESTS.contains(&name.as_str()) && arguments.iter().take(4).any(|a| given(*a));
    let named = || {
        std::iter::once(call).chain(arguments.iter().copied()).any(|holder| {
            code.entry(holder, &["method", "Method", "type", "verb", "http_method"]).is_some_and(|value| {
                let word = code.slice(value).trim_matches(['"', '\'', '`', ':']).to_ascii_uppercase();
                given(value) || matches!(word.as_str(), "POST" | "PUT" | "PATCH" | "DELETE")
            })
        })
    };
    // A routing decorator or table lists methods, and hands a function on.
    direct && !arguments.iter().any(|a| code.kind(*a) == Kind::Function) || named()
}

/// The first argument that is an address: text with a slash, or a name that says so.
fn address(code: &Code, call: NodeId) -> Option<NodeId> {
    let named = std::iter::once(call)
        .chain(code.arguments(call))
        .find_map(|holder| code.entry(holder, &["url", "uri", "baseURL", "path", "endpoint"]));
    let is = |node: &NodeId| match code.kind(*node) {
        Kind::String => code.slice(*node).contains('/'),
        Kind::Concat => code.inside(*node).any(|n| code.kind(n) == Kind::String && code.slice(n).contains('/')),
        Kind::Name | Kind::Member | Kind::Call | Kind::New | Kind::Index => {
            let steps = code.steps(*node);
            let said = |s: &&str| {
                segments(s).iter().any(|w| ADDRESSES.contains(&w.to_ascii_lowercase().trim_end_matches('s')))
            };
            steps.iter().rev().take(2).any(said)
        }
        _ => false,
    };
    named.or_else(|| code.arguments(call).into_iter().take(3).find(is))
}

/// Words of log-ins.
const LOGIN: &[&str] = &[
    "oauth",
    "oauth2",
    "token",
    "tokens",
    "auth",
    "authenticate",
    "authentication",
    "authorize",
    "authorise",
    "login",
    "signin",
    "logout",
    "credentials",
    "jwt",
    "sso",
    "handshake",
];

/// Whether a request asks for a token: by its address, its fields, or the function that it stands in.
fn is_login<'c>(code: &'c Code, names: &Names<'c>, call: NodeId, address: Option<NodeId>) -> bool {
    let says = |text: &str| segments(text).iter().any(|w| LOGIN.contains(&w.to_ascii_lowercase().as_str()));
    let to = address.is_some_and(|a| {
        let own = code.slice(a).split('?').next().unwrap_or_default();
        let resolved = names.text(code, a).unwrap_or_default();
        own.len() < 400 && says(own) || says(resolved)
    });
    let asks = code.inside(call).any(|n| match code.kind(n) {
        Kind::String | Kind::Pair => code.slice(n).contains("grant_type") || code.slice(n).contains("grantType"),
        _ => false,
    });
    // `post(url, data=self.payload)`: the fields stand elsewhere.
    let handed = code.arguments(call).into_iter().any(|a| {
        let value = if code.kind(a) == Kind::Pair { code.child(a, Role::Value).unwrap_or(a) } else { a };
        let name = matches!(code.kind(value), Kind::Name | Kind::Member).then(|| code.steps(value).pop()).flatten();
        name.is_some_and(|n| names.values(n).iter().take(4).any(|v| code.slice(*v).contains("grant_type")))
    });
    let within = code.around(call).filter(|a| code.kind(*a) == Kind::Function).find_map(|f| code.name(f));
    to || asks || handed || within.is_some_and(says)
}

/// First words of functions that only look.
const LOOKS: &[&str] = &["get", "fetch", "find", "search", "list", "query", "read", "lookup", "retrieve", "describe"];

/// Whether a request only looks: a search or a query is posted too.
fn is_search<'c>(code: &'c Code, names: &Names<'c>, call: NodeId, address: Option<NodeId>) -> bool {
    let looks = |text: &str| {
        let text = text.split('?').next().unwrap_or_default().trim_end_matches(['"', '\'', '`', ')', '}']);
        ["/search", "/query", "/batch/read", "/graphql", "graphql.json"].iter().any(|end| text.ends_with(end))
    };
    let to = address.is_some_and(|a| looks(code.slice(a)) || names.text(code, a).is_some_and(looks));
    let text = || {
        std::iter::once(call).chain(code.inside(call)).any(|n| {
            code.kind(n) == Kind::String
                && code.slice(n).trim_start_matches(['"', '`', '\'', ' ', '\n']).starts_with("mutation")
        })
    };
    let within = code.around(call).filter(|a| code.kind(*a) == Kind::Function).find_map(|f| code.name(f));
    let named = within.is_some_and(|name| {
        let words = segments(name);
        let word = |at: usize| words.get(at).map(|w| w.to_ascii_lowercase());
        // `getOrCreate`, `find_or_create_by` do more than look.
        word(0).is_some_and(|w| LOOKS.contains(&w.as_str())) && !words.iter().any(|w| w.eq_ignore_ascii_case("or"))
    });
    (to || named) && !text()
}

/// The call that sends a request which another one describes: `req.setMethod('POST')` is sent by `http.send(req)`.
fn sent(code: &Code, call: NodeId) -> NodeId {
    const DESCRIBES: &[&str] = &["setmethod", "setrequestmethod", "curlsetopt", "method"];
    const SENDS: &[&str] = &["send", "sendasync", "execute", "curlexec", "newcall"];
    if !DESCRIBES.contains(&plain(code.called(call)).as_str()) {
        return call;
    }
    let function = code.enclosing(call, Kind::Function).unwrap_or(0);
    let mut behind = code.inside(function).filter(|n| *n > call);
    behind.find(|n| SENDS.contains(&plain(code.called_if_call(*n)).as_str())).unwrap_or(call)
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::{FileId, Source};

    fn changes(path: &str, text: &str) -> Vec<String> {
        let source = Arc::new(Source::from_str(FileId(0), path, text));
        let code = Code::read(&source, Language::of(path).unwrap());
        let names = Names::of(&code);
        let found = code.calls().filter_map(|c| change(&code, &names, c));
        found.map(|c| code.steps(c.call).join(".")).collect()
    }

    #[test]
    fn what_changes_the_other_side_is_known_in_every_language() {
        for (path, text, expected) in [
            (
                "a.py",
                "def save(self, row):\n    requests.post(f'{self.base}/crm/contacts', json=row)\n",
                "requests.post",
            ),
            ("a.py", "def save(row):\n    session.patch(url, json=row)\n", "session.patch"),
            ("a.py", "def save(row):\n    http.request('PUT', url, body=row)\n", "http.request"),
            (
                "a.ts",
                "async function save(r) { await fetch(`${base}/contacts`, { method: 'POST', body: r }); }",
                "fetch",
            ),
            ("a.ts", "async function save(r) { await axios.post(`${base}/contacts`, r); }", "axios.post"),
            (
                "a.ts",
                "async function save(r) { await this.http.request({ method: 'patch', url: u, data: r }); }",
                "this.http.request",
            ),
            ("a.rb", "def save(row)\n  @faraday.post(\"/contacts\", row.to_json)\nend\n", "@faraday.post"),
            ("a.rb", "def save(row)\n  HTTParty.patch(\"#{base}/contacts\", body: row)\nend\n", "HTTParty.patch"),
            (
                "a.php",
                "<?php class A { function save($r) { return $this->makeRequest($url, $r, 'POST'); } }",
                "$this.makeRequest",
            ),
            (
                "a.php",
                "<?php function save($r) { $client->request('PATCH', \"/contacts\", ['json' => $r]); }",
                "$client.request",
            ),
            ("A.java", "class A { void save(R r) { rest.postForObject(url, r, R.class); } }", "rest.postForObject"),
            (
                "A.java",
                "class A { void save(R r) { rest.exchange(url, HttpMethod.PATCH, r, R.class); } }",
                "rest.exchange",
            ),
            ("A.cs", "class A { void Save(R r) { _http.PostAsync(\"contacts/v1\", r); } }", "_http.PostAsync"),
            (
                "A.cs",
                "class A { void Save(R r) { var q = new HttpRequestMessage(HttpMethod.Post, url); } }",
                "HttpRequestMessage",
            ),
            ("a.go", "package a\nfunc Save(r R) { req, err := http.NewRequest(\"POST\", url, r) }", "http.NewRequest"),
            (
                "a.go",
                "package a\nfunc Save(r R) { req, err := http.NewRequestWithContext(ctx, http.MethodPatch, url, r) }",
                "http.NewRequestWithContext",
            ),
            ("A.kt", "class A { fun save(r: R) { client.post(\"/contacts\") } }", "client.post"),
            (
                "A.cls",
                "public class A { void save() { HttpRequest r = new HttpRequest(); r.setMethod('POST'); new Http().send(r); } }",
                "Http.send",
            ),
        ] {
            assert_eq!(changes(path, text), [expected], "{path}: {text}");
        }
    }

    #[test]
    fn logins_searches_servers_and_maps_change_nothing() {
        for (path, text) in [
            ("a.py", "def _get_token(self):\n    session().post(self.url, data=self.payload)\n"),
            ("a.py", "payload = {'grant_type': 'password'}\ndef go():\n    requests.post(url, data=payload)\n"),
            ("a.py", "def go():\n    requests.post(f'{host}/services/oauth2/token', data=x)\n"),
            ("a.py", "def search_contacts(q):\n    requests.post(url, json=q)\n"),
            ("a.ts", "app.post('/orders', (req, res) => res.end());"),
            ("a.ts", "router.post('/orders', handler);"),
            ("a.ts", "function f(k, v) { cache.put(k, v); map.delete(k); }"),
            ("a.ts", "axios.post(`${base}/crm/v3/objects/contacts/search`, q);"),
            ("a.php", "<?php function f() { $this->makeRequest($url, $p, 'GET'); }"),
            ("a.rb", "def set_access_token\n  conn.post(\"/services/x\") do |req|\n    req.body = 1\n  end\nend\n"),
            ("A.java", "class A { void f() { map.put(key, value); if (method.equals(\"POST\")) { } } }"),
        ] {
            assert_eq!(changes(path, text), Vec::<String>::new(), "{path}: {text}");
        }
    }
}
