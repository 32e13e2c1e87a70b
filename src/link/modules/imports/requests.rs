//! Requests to the application's own server: `useFetch("/api/orders")`. In a framework whose server is made of files, the
//! path is the name of one.

use super::{Form, Found, ImportKind};
use crate::parse::code::Kind;

/// Calls that fetch, by the last word of what is called; with a client's name in front where the word is an ordinary one.
const FETCHES: &[&str] =
    &["fetch", "$fetch", "useFetch", "useLazyFetch", "useRequestFetch", "useSWR", "useSWRImmutable", "ofetch"];
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "request", "head"];
const CLIENTS: &[&str] = &["axios", "ky", "http", "$http", "api", "client", "request", "got", "superagent", "$axios"];

pub(super) fn read(found: &mut Found<'_>) {
    let code = found.code;
    if memchr::memmem::find(code.text().as_bytes(), b"/api/").is_none() {
        return;
    }
    for call in code.of_kind(Kind::Call) {
        let steps = code.steps(call);
        let Some(last) = steps.last() else { continue };
        let client = || steps.iter().rev().nth(1).is_some_and(|s| CLIENTS.contains(s));
        let fetches = FETCHES.contains(last) || *last == "axios" || VERBS.contains(last) && client();
        if !fetches {
            continue;
        }
        let Some(path) = code.arguments(call).first().copied() else { continue };
        // Holes end what is known of the path.
        let Some(text) = code.literal(path).filter(|t| t.starts_with("/api/")) else { continue };
        let text = text.split(['?', '#']).next().unwrap_or(text).trim_end_matches('/').to_owned();
        found.add(path, &text, ImportKind::Request, Form::Request);
    }
}
