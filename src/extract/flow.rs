//! Authentication that acts as a shared human identity, as configuration says it: in comes a mapping, out come password
//! grants, Salesforce security tokens and pasted session ids (CRED-004).

use super::collect::{Around, Collector};
use super::trail::Trail;
use super::url::{bare_host, urls};
use super::{SALESFORCE, provider_of};
use crate::fact::Flow;
use crate::fact::environment::segments;
use crate::parse::tree::{Entry, Node};

/// Reads one mapping; flat files (`.env`, properties) are one mapping too.
pub(super) fn of_mapping(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, base: &Around) {
    if collector.knows_login(node.span) {
        return;
    }
    for entry in node.entries() {
        let key = &entry.key;
        let Some(text) = entry.node.text().map(str::trim).filter(|t| !t.is_empty()) else { continue };
        if ends(key, "granttype") && text.eq_ignore_ascii_case("password") {
            grant(collector, trail, node, entry, base);
        } else if ends(key, "securitytoken") && !["aws", "amz"].iter().any(|cloud| normal(key).contains(cloud)) {
            security_token(collector, trail, node, entry, base);
        } else if is_session(entry, trail) {
            let host = crm_host(node);
            let around = around_entry(collector, trail, entry, base);
            let provider = Some(SALESFORCE);
            collector.flow(entry.node.span, &around, Flow::SessionToken, host, provider);
        }
    }
    user_and_password(collector, trail, node, base);
}

/// `grant_type: password`, where the mapping, or one around it, says that a CRM is asked.
fn grant(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, entry: &Entry, base: &Around) {
    let around_it = std::iter::once(node).chain(trail.ancestors()).take(3);
    let host = around_it.into_iter().find_map(crm_host);
    let named = host.is_none() && (names_salesforce(&entry.key) || path_names_salesforce(trail) || mentions(node));
    if host.is_some() || named {
        let provider = named.then_some(SALESFORCE);
        let around = around_entry(collector, trail, entry, base);
        collector.flow(entry.node.span, &around, Flow::PasswordGrant, host, provider);
    }
}

/// A security token beside a user name or password: Salesforce's SOAP login and its username-password flow.
fn security_token(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, entry: &Entry, base: &Around) {
    let beside = node.entries().iter().any(|e| ends(&e.key, "password") || ends(&e.key, "username"));
    if beside {
        let host = crm_host(node);
        let provider = Some(SALESFORCE);
        let around = around_entry(collector, trail, entry, base);
        collector.flow(entry.node.span, &around, Flow::PasswordGrant, host, provider);
    }
}

/// User name and password beside a Salesforce login host: there is no other use for the two than logging in as a user.
fn user_and_password(collector: &mut Collector<'_>, trail: &Trail<'_>, node: &Node, base: &Around) {
    let find = |words: &[&str]| {
        node.entries().iter().find(|e| {
            words.iter().any(|word| ends(&e.key, word)) && e.node.text().is_some_and(|t| !t.trim().is_empty())
        })
    };
    let (Some(user), Some(password)) = (find(&["username"]), find(&["password"])) else { return };
    let others = ["granttype", "securitytoken", "privatekey", "privatekeyfile", "jwtkey", "keyfile"];
    if find(&others).is_some() || prefix(&user.key) != prefix(&password.key) {
        return;
    }
    // In a flat file the host must carry the same prefix: `SF_LOGIN_URL` beside `SF_USERNAME` and `SF_PASSWORD`.
    let host = node
        .entries()
        .iter()
        .filter(|e| prefix(&e.key).starts_with(&prefix(&password.key)[..]) || node.entries().len() < 16);
    let host = host.filter_map(host_in).find(|h| provider_of(h).is_some_and(|m| m.provider == SALESFORCE));
    if let Some(host) = host {
        let provider = Some(SALESFORCE);
        let around = around_entry(collector, trail, password, base);
        collector.flow(password.node.span, &around, Flow::PasswordGrant, Some(host), provider);
    }
}

/// A session id or access token for Salesforce that stands in, or is read by, configuration.
fn is_session(entry: &Entry, trail: &Trail<'_>) -> bool {
    let token = ["sessionid", "accesstoken", "sessiontoken"].iter().any(|word| ends(&entry.key, word));
    token && (names_salesforce(&entry.key) || path_names_salesforce(trail))
}

fn names_salesforce(key: &str) -> bool {
    segments(key).iter().any(|w| ["sf", "sfdc", "sfdx", "salesforce"].iter().any(|s| w.eq_ignore_ascii_case(s)))
}

fn path_names_salesforce(trail: &Trail<'_>) -> bool {
    trail.steps().iter().filter_map(|s| s.key()).any(names_salesforce)
}

fn mentions(node: &Node) -> bool {
    node.entries()
        .iter()
        .any(|e| names_salesforce(&e.key) || e.node.text().is_some_and(|t| t.len() < 200 && names_salesforce(t)))
}

/// The first host of a mapping that belongs to a CRM.
fn crm_host(node: &Node) -> Option<String> {
    node.entries().iter().filter_map(host_in).find(|h| provider_of(h).is_some_and(|m| m.category == "crm"))
}

fn host_in(entry: &Entry) -> Option<String> {
    let text = entry.node.text().filter(|t| t.len() < 2048)?;
    urls(text).into_iter().next().map(|u| u.host).or_else(|| bare_host(text).filter(|h| h.contains('.')))
}

/// Whether a key ends with a word (lower case), whatever its letter case and separators. Asked of every key of every
/// mapping: nothing is allocated.
fn ends(key: &str, word: &str) -> bool {
    let mut letters = key.bytes().rev().filter(u8::is_ascii_alphanumeric);
    word.bytes().rev().all(|wanted| letters.next().is_some_and(|b| b.to_ascii_lowercase() == wanted))
}

fn normal(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The words of a key before its last one: `SF_PROD_USERNAME` and `SF_PROD_PASSWORD` belong together.
fn prefix(key: &str) -> Vec<String> {
    let mut words: Vec<String> = segments(key).iter().map(|w| w.to_ascii_lowercase()).collect();
    words.pop();
    if words.last().is_some_and(|w| w == "user" || w == "pass") {
        words.pop();
    }
    words
}

fn around_entry(collector: &Collector<'_>, trail: &Trail<'_>, entry: &Entry, base: &Around) -> Around {
    let around = collector.around(trail, base, &entry.node);
    let key = if around.key.is_empty() { entry.key.clone() } else { format!("{}.{}", around.key, entry.key) };
    around.at(key)
}
