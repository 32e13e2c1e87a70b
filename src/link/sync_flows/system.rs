//! The names of a system: in comes what the configuration calls it, out comes whether code speaks of it.

use aho_corasick::AhoCorasick;

use super::ends::is_system;
use crate::extract::code::names::Names;
use crate::fact::environment::segments;
use crate::parse::code::{Code, Kind, NodeId, Role, function_name};
use crate::registry::clients::{Client, clients};

/// Shorter names are only words of their own.
const LONG: usize = 5;

/// A system and what code calls it.
#[derive(Debug)]
pub struct System {
    /// As the configuration calls it.
    pub name: String,
    /// Names without separators, lower case, that may stand inside a longer word.
    long: Vec<String>,
    /// Words of names that are it.
    short: Vec<String>,
    /// Parts of its addresses.
    paths: Vec<&'static str>,
    registered: bool,
    /// What a text must hold that speaks of it.
    anything: Option<AhoCorasick>,
}

impl System {
    /// The system that a flow names.
    pub fn new(name: &str) -> Self {
        let rows: Vec<&'static Client> = clients().all().filter(|c| is_system(&c.provider, name)).collect();
        let own = std::iter::once(name).chain(rows.iter().map(|c| &*c.provider));
        let aliases = rows.iter().flat_map(|c| c.aliases.iter().map(String::as_str));
        let mut names: Vec<String> = own.chain(aliases).map(plain).filter(|n| n.len() > 1).collect();
        names.sort();
        names.dedup();
        let (long, short): (Vec<String>, Vec<String>) = names.into_iter().partition(|n| n.len() >= LONG);
        let paths: Vec<&'static str> = rows.iter().flat_map(|c| c.paths.iter().map(String::as_str)).collect();
        // `hub_spot` and `hub-spot` are the same name.
        let parts = long.iter().chain(&short).map(String::as_str).chain(paths.iter().copied());
        let anything = AhoCorasick::builder().ascii_case_insensitive(true).build(parts).ok();
        Self { name: name.to_owned(), long, short, paths, registered: !rows.is_empty(), anything }
    }

    /// Whether the registry knows it: then it is no database of the application's own.
    pub fn is_registered(&self) -> bool {
        self.registered
    }

    /// Whether a file may speak of it at all.
    pub fn may_be_in(&self, text: &str) -> bool {
        self.anything.as_ref().is_none_or(|a| a.is_match(text))
    }

    /// Whether a name speaks of it: `SalesforceClient`, `sf_conn`.
    pub fn is_said(&self, name: &str) -> bool {
        if name.is_empty() || name.len() > 400 {
            return false;
        }
        let whole = plain(name);
        self.long.iter().any(|l| whole.contains(l.as_str()))
            || segments(name).iter().any(|w| self.short.iter().any(|s| w.eq_ignore_ascii_case(s)))
    }

    /// Whether a text holds a part of one of its addresses.
    pub fn is_addressed(&self, text: &str) -> bool {
        self.paths.iter().any(|p| text.contains(p))
    }

    /// Whether what a call is made on is the system's: by its own names, or by what they were given or declared to be.
    pub fn is_receiver<'c>(&self, code: &'c Code, names: &Names<'c>, call: NodeId) -> bool {
        let steps = code.steps(call);
        let receiver = steps.split_last().map(|(_, r)| r).unwrap_or_default();
        receiver.iter().any(|s| self.is_said(s)) || receiver.iter().any(|step| self.is_given(code, names, step))
    }

    /// Whether a name was given something of the system: imported from it, of its type, made by it.
    fn is_given<'c>(&self, code: &'c Code, names: &Names<'c>, name: &str) -> bool {
        let name = name.trim_start_matches(['@', '$']);
        let made = |value: &NodeId| {
            matches!(code.kind(*value), Kind::Call | Kind::New | Kind::Await)
                && code.steps(*value).iter().any(|s| self.is_said(s) && !is_key(s))
        };
        self.is_imported(names, name)
            || names.declared_type(name).is_some_and(|t| self.is_said(t))
            || names.values(name).iter().take(8).any(made)
    }

    /// Whether a name is imported from a module of the system's.
    pub fn is_imported(&self, names: &Names<'_>, name: &str) -> bool {
        names.imported(name).iter().any(|from| self.is_said(from))
    }

    /// Whether the place of a node is the system's client: its class or what that extends, its function, its file.
    pub fn is_place(&self, code: &Code, id: NodeId) -> bool {
        let around = || code.around(id);
        let class = around().filter(|a| matches!(code.kind(*a), Kind::Class | Kind::Package)).any(|class| {
            let supers = || code.with_role(class, Role::Super).any(|s| self.is_said(code.slice(s)));
            code.name(class).is_some_and(|n| self.is_said(n)) || supers()
        });
        let function = || {
            around()
                .filter(|a| code.kind(*a) == Kind::Function)
                .any(|f| function_name(code, f).is_some_and(|n| self.is_said(n)))
        };
        let path = || code.source().path.rsplit('/').take(3).any(|part| self.is_said(part));
        class || function() || path()
    }
}

/// `schools_by_sf_id` holds what the application knows by the system's ids, not the system's.
fn is_key(name: &str) -> bool {
    segments(name).iter().any(|w| ["id", "ids", "by", "uid", "key", "map"].contains(&w.to_ascii_lowercase().as_str()))
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_system_are_known_in_every_spelling() {
        let salesforce = System::new("Salesforce");
        for name in ["SalesforceConnection", "sf_client", "sfdcApi", "salesforce-crm", "SALESFORCE_HOST"] {
            assert!(salesforce.is_said(name), "{name}");
        }
        for name in ["transform", "sfx", "force", "offset", "self"] {
            assert!(!salesforce.is_said(name), "{name}");
        }
        let hubspot = System::new("hubspot");
        assert!(hubspot.is_said("HubSpotClient") && hubspot.is_said("hub_spot_api") && !hubspot.is_said("hub"));
        assert!(hubspot.is_addressed("${base}/crm/v3/objects/contacts"));
        // A system of one's own has its name and nothing else.
        assert!(System::new("erp").is_said("ErpGateway") && !System::new("erp").is_said("interpret"));
    }
}
