//! One file, from bytes to facts: the part of the flow that runs a file at a time, in parallel.

use std::io::Read;
use std::sync::Arc;

use crate::extract::code::is_minified;
use crate::extract::data::Judge;
use crate::extract::{self, Maps, provenance};
use crate::fact::{FileFacts, Notice};
use crate::parse::Format;
use crate::parse::code::{Code, Language};
use crate::parse::table::{self, Input};
use crate::parse::tree::{self, Tree};
use crate::settle::suppression::{Suppression, suppressions};
use crate::source::{FileId, Files, Origin, Source, Span, is_binary};

/// Files up to this size are read whole; larger tables stream, larger trees are named in a notice.
pub(super) const WHOLE: u64 = 20 << 20;

/// How much of a file decides whether it is text.
const HEAD: usize = 8 << 10;

/// Something does not follow its format.
const PARSE_ERROR: &str = "parse-error";

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Facts and notices.
    pub found: FileFacts,
    /// Inline suppressions.
    pub suppressions: Vec<Suppression>,
    /// Bytes read; none for a file that was not.
    pub bytes: Option<u64>,
    /// The file is not text.
    pub binary: bool,
}

/// Reads one file. What can't be read is said in a notice.
pub(super) fn scan(files: &Files, id: FileId, maps: &Maps) -> Scanned {
    let entry = files.get(id);
    let mut done = Scanned::default();
    if entry.size > u64::from(u32::MAX) {
        done.notice("too-large", id, "larger than 4 GB; not read");
        return done;
    }
    let read = if entry.size > WHOLE { done.stream(files, id) } else { done.read_whole(files, id, maps) };
    if let Err(e) = read {
        done.notice("unreadable", id, format!("could not be read: {}", e.kind()));
    }
    done
}

/// The code of a file, for linking: of a file that can't be read, or is of no known language, there is none.
pub(super) fn code(files: &Files, id: FileId) -> Option<Arc<Code>> {
    let entry = files.get(id);
    let language = Language::of(&entry.path).filter(|_| entry.size <= WHOLE)?;
    let source = Arc::new(Source::new(id, entry.path.clone(), files.read(id).ok()?));
    (!is_minified(source.text())).then(|| Arc::new(Code::read(&source, language)))
}

impl Scanned {
    fn read_whole(&mut self, files: &Files, id: FileId, maps: &Maps) -> std::io::Result<()> {
        let entry = files.get(id);
        let bytes = files.read(id)?;
        if is_binary(&bytes[..bytes.len().min(HEAD)]) {
            self.binary = true;
            return Ok(());
        }
        self.bytes = Some(bytes.len() as u64);
        let format = Format::of(&entry.path);
        // Only these formats hold tables; most files are of others.
        let mut judge = (format.is_table() || format == Format::Yaml).then(|| Judge::new(id, &entry.path));
        if let Some(judge) = judge.as_mut().filter(|_| format.is_table()) {
            table::read(Input::Bytes(&bytes), id, format, judge)?;
        }
        let source = Arc::new(Source::new(id, entry.path.clone(), bytes));
        if source.invalid > 0 {
            self.notice(
                "encoding",
                id,
                format!("{} bytes are not valid text; read as far as they are", source.invalid),
            );
        }
        self.suppressions = suppressions(&source);
        if format.is_tree() {
            let tree = tree::read(&source, format);
            if let Some(judge) = judge.as_mut().filter(|_| format == Format::Yaml) {
                table::of_tree(&tree, judge);
            }
            self.problems(&tree);
            self.take(extract::tree(&source, format, &tree, maps));
            self.found.facts.extend(provenance::extract(&source, &tree));
        } else {
            self.take(extract::text(&source, maps));
            self.found.facts.extend(provenance::of_text(&source));
        }
        let mut judged = judge.map(Judge::finish).unwrap_or_default();
        if self.found.notices.iter().any(|n| n.code == PARSE_ERROR) {
            // The file was read twice, as a tree and for its tables; where it breaks is said once.
            judged.notices.retain(|n| n.code != PARSE_ERROR);
        }
        self.take(judged);
        Ok(())
    }

    /// A file above the bound: tables stream, every text is searched for secrets, nothing else is read.
    fn stream(&mut self, files: &Files, id: FileId) -> std::io::Result<()> {
        let entry = files.get(id);
        let format = Format::of(&entry.path);
        let mut head = Vec::new();
        open(files, id)?.take(HEAD as u64).read_to_end(&mut head)?;
        if is_binary(&head) {
            self.binary = true;
            return Ok(());
        }
        self.bytes = Some(entry.size);
        if format.is_table() {
            let mut judge = Judge::new(id, &entry.path);
            table::read(Input::Stream(open(files, id)?), id, format, &mut judge)?;
            self.take(judge.finish());
        }
        if format.is_tree() {
            let bound = WHOLE >> 20;
            self.notice(
                "too-large",
                id,
                format!("larger than {bound} MB; read for records and secrets, not as configuration"),
            );
        }
        self.take(extract::stream(open(files, id)?, id)?);
        Ok(())
    }

    fn problems(&mut self, tree: &Tree) {
        let notices = tree.problems.iter().map(|p| Notice::at(PARSE_ERROR, p.span, p.message.clone()));
        self.found.notices.extend(notices);
    }

    /// Adds what an extractor found; the job that a fact stands in is an index into its own list.
    fn take(&mut self, found: FileFacts) {
        let base = self.found.facts.len() as u32;
        self.found.facts.extend(found.facts.into_iter().map(|mut fact| {
            fact.context.job = fact.context.job.map(|job| job + base);
            fact
        }));
        self.found.notices.extend(found.notices);
    }

    fn notice(&mut self, code: &'static str, id: FileId, message: impl Into<String>) {
        self.found.notices.push(Notice::at(code, Span::whole(id), message));
    }
}

fn open(files: &Files, id: FileId) -> std::io::Result<Box<dyn Read>> {
    Ok(match &files.get(id).origin {
        Origin::Disk(path) => Box::new(std::fs::File::open(path)?),
        Origin::Memory(bytes) => Box::new(std::io::Cursor::new(bytes.clone())),
    })
}
