//! Source code on demand: linking walks from file to file and asks for the code of those it enters, each parsed once.
//! Walks run on several threads.

use std::sync::{Arc, OnceLock};

use crate::parse::code::Code;
use crate::source::{FileId, Files};

/// Gives the code of a file that is of a known language and can be read.
pub type ReadCode<'a> = &'a (dyn Fn(FileId) -> Option<Arc<Code>> + Sync);

/// The code of files that were asked for.
pub struct Codes<'a> {
    read: ReadCode<'a>,
    known: Vec<OnceLock<Option<Arc<Code>>>>,
}

impl<'a> Codes<'a> {
    /// Asks `read` once for each file.
    pub fn new(files: &Files, read: ReadCode<'a>) -> Self {
        Self { read, known: std::iter::repeat_with(OnceLock::new).take(files.len()).collect() }
    }

    /// The code of a file.
    pub fn get(&self, file: FileId) -> Option<Arc<Code>> {
        self.known.get(file.0 as usize)?.get_or_init(|| (self.read)(file)).clone()
    }
}
