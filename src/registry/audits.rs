//! Audit logs (`policies/registry/audits.yaml`): in come names as code writes them, out comes whether they write one.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::fact::environment::segments;

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audits {
    words: Vec<String>,
    pairs: Vec<(String, String)>,
    reads: Vec<String>,
    actors: Vec<String>,
    stamps: Vec<String>,
    registers: Vec<String>,
    libraries: Vec<Library>,
}

/// A library that writes one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// For people.
    pub name: String,
    marks: Vec<String>,
    /// Where it was read.
    pub source: String,
    /// Whether it was.
    pub verified: bool,
}

/// The built-in table.
pub fn audits() -> &'static Audits {
    static AUDITS: LazyLock<Audits> = LazyLock::new(|| {
        serde_yaml::from_str(include_str!("../../policies/registry/audits.yaml"))
            .unwrap_or_else(|e| unreachable!("the embedded registry is read in every test: {e}"))
    });
    &AUDITS
}

impl Audits {
    /// Whether a name is an audit log's.
    pub fn names_log(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        if has(&self.actors, &lower) {
            return false;
        }
        if self.library(&lower).is_some() {
            return true;
        }
        let words: Vec<String> = segments(name).into_iter().map(str::to_ascii_lowercase).collect();
        words.iter().any(|w| has(&self.words, w))
            || words.windows(2).any(|w| self.pairs.iter().any(|(a, b)| *a == w[0] && *b == w[1]))
    }

    /// Whether the last word of a call on an audit log says that it only reads.
    pub fn only_reads(&self, verb: &str) -> bool {
        let lower = verb.to_ascii_lowercase();
        has(&self.reads, &lower) || lower.starts_with("get") || lower.starts_with("find")
    }

    /// Whether a base class or an annotation only notes who changed a row last.
    pub fn only_stamps(&self, name: &str) -> bool {
        has(&self.stamps, &name.to_ascii_lowercase())
    }

    /// Whether a call puts something around all that an application does.
    pub fn registers(&self, verb: &str) -> bool {
        has(&self.registers, &verb.to_ascii_lowercase())
    }

    /// The library that a name in lower case is a mark of.
    fn library(&self, lower: &str) -> Option<&Library> {
        let name = lower.rsplit(['\\', '.', ':']).next().unwrap_or(lower);
        self.libraries.iter().find(|l| has(&l.marks, lower) || has(&l.marks, name))
    }
}

fn has(list: &[String], lower: &str) -> bool {
    list.iter().any(|word| word == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_logs_and_of_what_is_none() {
        for name in [
            "AuditLog",
            "writeAuditEvent",
            "has_paper_trail",
            "HistoricalRecords",
            "LogEntry",
            "ActivityLogger",
            "LogsActivity",
            "OperationLog",
            "EasyAuditMiddleware",
            "InsertActivityAsync",
        ] {
            assert!(audits().names_log(name), "{name}");
        }
        for name in [
            "logger",
            "AuditlogMiddleware",
            "auditorium",
            "changelog",
            "activity",
            "login",
            "set_paper_trail_whodunnit",
        ] {
            assert!(!audits().names_log(name), "{name}");
        }
        assert!(audits().only_stamps("AuditingEntityListener") && !audits().only_stamps("AuditInterceptor"));
    }

    #[test]
    fn every_library_says_where_it_was_read() {
        for library in &audits().libraries {
            assert!(!library.name.is_empty() && !library.source.is_empty() && !library.marks.is_empty(), "{library:?}");
            assert!(library.marks.iter().all(|m| *m == m.to_ascii_lowercase()), "{library:?}");
        }
    }
}
