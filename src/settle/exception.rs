//! Exceptions of `synthgate.yaml`: which of them waive, and what. One that GOVN-007 fails waives nothing; the policy
//! asks the same questions of the same entry, and a test holds the two against each other.

use globset::{Glob, GlobMatcher};

use crate::config::Exception;
use crate::link::repository::{day_number, is_broad};

/// What keeps an exception from waiving anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No rule is named.
    NoRule,
    /// No reason is given.
    NoReason,
    /// Nobody approved it.
    NoApprover,
    /// It has no end.
    NoExpiry,
    /// Its end is no date.
    BadExpiry,
    /// It has ended.
    Expired,
    /// It ends later than the policy allows.
    TooLong,
    /// It is for no place, or for one that its globs do not narrow.
    TooBroad,
}

/// The first fault of an exception on a day (`YYYY-MM-DD`), if it has one.
pub fn fault(exception: &Exception, date: &str, max_days: u32) -> Option<Fault> {
    let missing = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
    let expires = exception.expires.as_ref().map(|(date, _)| date.trim()).filter(|d| !d.is_empty());
    let broad = match exception.paths.as_slice() {
        [] => missing(&exception.fingerprint),
        paths => paths.iter().any(|(glob, _)| is_broad(glob)),
    };
    let checks = [
        (exception.rule.trim().is_empty(), Fault::NoRule),
        (missing(&exception.reason), Fault::NoReason),
        (missing(&exception.approved_by), Fault::NoApprover),
        (expires.is_none(), Fault::NoExpiry),
        (broad, Fault::TooBroad),
    ];
    if let Some((_, fault)) = checks.iter().find(|(fails, _)| *fails) {
        return Some(*fault);
    }
    let Some(end) = expires.and_then(day_number) else { return Some(Fault::BadExpiry) };
    // Without a run date no exception can be known to hold.
    let Some(today) = day_number(date) else { return Some(Fault::Expired) };
    match end - today {
        left if left < 0 => Some(Fault::Expired),
        left if left > i64::from(max_days) => Some(Fault::TooLong),
        _ => None,
    }
}

/// An exception that waives, ready to be asked.
#[derive(Debug)]
pub(super) struct Waiver<'a> {
    pub exception: &'a Exception,
    globs: Vec<GlobMatcher>,
    pub used: bool,
}

impl<'a> Waiver<'a> {
    /// None where a glob can't be read; the configuration's own reader reports that.
    pub(super) fn new(exception: &'a Exception) -> Option<Self> {
        let globs = exception
            .paths
            .iter()
            .map(|(glob, _)| Glob::new(glob.trim_start_matches("./")).map(|g| g.compile_matcher()));
        Some(Self { exception, globs: globs.collect::<Result<_, _>>().ok()?, used: false })
    }

    /// It is for one finding, whose fingerprint it names.
    pub(super) fn by_fingerprint(&self) -> bool {
        self.exception.fingerprint.as_deref().is_some_and(|f| !f.trim().is_empty())
    }

    /// Whether a finding is meant: everything that the exception says of it must fit.
    pub(super) fn covers(&self, rule: &str, path: &str, key: &str, fingerprint: &str) -> bool {
        let e = self.exception;
        let given = |text: &Option<String>| text.clone().map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        e.rule.trim() == rule
            && (self.globs.is_empty() || self.globs.iter().any(|g| g.is_match(path)))
            && given(&e.fingerprint).is_none_or(|f| f == fingerprint)
            && given(&e.pointer).is_none_or(|p| same_place(&p, key))
    }
}

/// Whether a pointer (`/servers/0/url`, RFC 6901; or `row:17,col:email`) and a key path (`servers[0].url`) name one
/// place.
fn same_place(pointer: &str, key: &str) -> bool {
    if !pointer.starts_with('/') {
        return pointer == key;
    }
    let pointer: Vec<String> = pointer[1..].split('/').map(|s| s.replace("~1", "/").replace("~0", "~")).collect();
    pointer.join(".") == key.replace('[', ".").replace(']', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn exception() -> Exception {
        let span = Span::whole(FileId(0));
        Exception {
            span,
            rule: "CRED-002".into(),
            paths: vec![("config/legacy/**".into(), span)],
            pointer: None,
            fingerprint: None,
            reason: Some("vendor issues one key".into()),
            approved_by: Some("ciso@acme.example".into()),
            ticket: None,
            expires: Some(("2027-01-31".into(), span)),
        }
    }

    #[test]
    fn an_exception_waives_only_when_it_is_whole() {
        let span = Span::whole(FileId(0));
        let fault_of = |change: &dyn Fn(&mut Exception)| {
            let mut e = exception();
            change(&mut e);
            fault(&e, "2026-11-21", 180)
        };
        assert_eq!(fault_of(&|_| {}), None);
        assert_eq!(fault_of(&|e| e.rule.clear()), Some(Fault::NoRule));
        assert_eq!(fault_of(&|e| e.reason = Some(" ".into())), Some(Fault::NoReason));
        assert_eq!(fault_of(&|e| e.approved_by = None), Some(Fault::NoApprover));
        assert_eq!(fault_of(&|e| e.expires = None), Some(Fault::NoExpiry));
        assert_eq!(fault_of(&|e| e.expires = Some(("soon".into(), span))), Some(Fault::BadExpiry));
        assert_eq!(fault_of(&|e| e.expires = Some(("2026-11-20".into(), span))), Some(Fault::Expired));
        assert_eq!(fault_of(&|e| e.expires = Some(("2026-11-21".into(), span))), None);
        assert_eq!(fault_of(&|e| e.expires = Some(("2027-05-20".into(), span))), None);
        assert_eq!(fault_of(&|e| e.expires = Some(("2027-05-21".into(), span))), Some(Fault::TooLong));
        assert_eq!(fault_of(&|e| e.paths[0].0 = "**/legacy.yaml".into()), Some(Fault::TooBroad));
        assert_eq!(fault_of(&|e| e.paths.clear()), Some(Fault::TooBroad));
        assert_eq!(fault_of(&|e| (e.paths.clear(), e.fingerprint = Some("ab".into())).0), None);
    }

    /// The policy and this file judge the same entries; what one fails, the other must not let waive.
    #[test]
    fn govn_007_fails_exactly_the_exceptions_that_waive_nothing() {
        let whole =
            "rule: CRED-002, paths: [config/legacy/**], reason: r, approved-by: a@acme.example, expires: 2027-01-31";
        let mut entries: Vec<String> = vec![whole.to_owned()];
        for part in whole.split(", ") {
            let key = part.split(':').next().unwrap();
            entries.push(whole.split(", ").filter(|p| *p != part).collect::<Vec<_>>().join(", "));
            entries.push(whole.replace(part, &format!("{key}: \"\"")));
        }
        entries.push(whole.replace("2027-01-31", "2026-11-20"));
        entries.push(whole.replace("2027-01-31", "2026-11-21"));
        entries.push(whole.replace("2027-01-31", "2027-05-20"));
        entries.push(whole.replace("2027-01-31", "2027-05-21"));
        entries.push(whole.replace("2027-01-31", "soon"));
        entries.push(whole.replace("config/legacy/**", "\"**/legacy.yaml\""));
        entries.push(whole.replace("paths: [config/legacy/**]", "fingerprint: 00000000000000000000000000000001"));
        for entry in entries {
            let text = format!("version: 1\nexceptions:\n  - {{{entry}}}\n");
            let source = crate::source::Source::from_str(FileId(0), "synthgate.yaml", &text);
            let config = crate::config::load(&source).config;
            assert_eq!(config.exceptions.len(), 1, "{entry}");
            let options = crate::check::Options { date: Some("2026-11-21".into()), ..Default::default() };
            let report = crate::check::run_in_memory(&[("synthgate.yaml".into(), text.into_bytes())], &options);
            let failed = report.verdicts["GOVN-007"].contains_key("fail");
            assert_eq!(failed, fault(&config.exceptions[0], "2026-11-21", 180).is_some(), "{entry}");
        }
    }

    #[test]
    fn everything_that_it_says_must_fit() {
        let covers = |e: &Exception, path: &str, key: &str| Waiver::new(e).unwrap().covers("CRED-002", path, key, "f1");
        let mut e = exception();
        assert!(covers(&e, "config/legacy/a/b.yaml", "x"));
        assert!(!covers(&e, "config/a.yaml", "x"));
        assert!(!Waiver::new(&e).unwrap().covers("CRED-001", "config/legacy/a.yaml", "x", "f1"));
        e.pointer = Some("/servers/0/a~1b".into());
        assert!(covers(&e, "config/legacy/a.yaml", "servers[0].a/b"));
        assert!(!covers(&e, "config/legacy/a.yaml", "servers[1].a/b"));
        e.pointer = Some("row:17,col:email".into());
        assert!(covers(&e, "config/legacy/a.yaml", "row:17,col:email"));
        e.fingerprint = Some("f2".into());
        assert!(!covers(&e, "config/legacy/a.yaml", "row:17,col:email"));
    }
}
