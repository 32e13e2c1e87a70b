//! From a [`Report`] to bytes: one pure function a format. All filtering and ordering is over before; a format only
//! draws.
//!
//! [`Located`] is the view that the formats share: every span of the report as lines and columns, each file read
//! once. Every text that can come from a scanned file passes [`words`] (or the masked windows of [`hide`]) on its way
//! out.

mod concise;
mod counts;
mod full;
mod github;
#[cfg(test)]
mod golden;
mod hide;
#[cfg(test)]
mod hostile;
mod json;
mod located;
pub mod map;
#[cfg(test)]
mod planted;
mod sarif;
mod style;
mod summary;
mod words;

use std::io::{self, Write};

pub use full::Handler;
pub use json::schema;
pub use located::{Located, Place};
pub use style::Style;
pub use summary::summary;

use crate::finding::Report;

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Output {
    /// Annotated code frames for people.
    Full,
    /// One line a finding.
    Concise,
    /// Everything, for programs: the contract of DESIGN.md.
    Json,
    /// SARIF 2.1.0 for code scanning.
    Sarif,
    /// Workflow commands that become annotations on GitHub.
    Github,
    /// `key=value` lines for the next step of a pipeline.
    Counts,
}

impl Output {
    /// All formats.
    pub const ALL: &'static [Self] = &[Self::Full, Self::Concise, Self::Json, Self::Sarif, Self::Github, Self::Counts];

    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Counts => "counts",
        }
    }
}

impl std::str::FromStr for Output {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|o| o.as_str() == s).ok_or_else(|| {
            let all: Vec<&str> = Self::ALL.iter().map(|o| o.as_str()).collect();
            format!("`{s}` is none of {}", all.join(", "))
        })
    }
}

/// Writes one report in one format. For several formats make [`Located`] once and call [`Located::write`].
pub fn write(report: &Report, output: Output, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    Located::new(report, output == Output::Full).write(output, style, out)
}

impl Located<'_> {
    /// Writes one format. [`Output::Full`] needs a view that was made with its code frames.
    pub fn write(&self, output: Output, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match output {
            Output::Full => full::write(self, style, out),
            Output::Concise => concise::write(self, out),
            Output::Json => json::write(self, out),
            Output::Sarif => sarif::write(self, style, out),
            Output::Github => github::write(self, out),
            Output::Counts => counts::write(self.report, out),
        }
    }
}
