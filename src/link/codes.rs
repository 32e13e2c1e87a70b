//! Source code on demand: linking walks from file to file and asks for the code of those it enters, each parsed once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::parse::code::Code;
use crate::source::FileId;

/// Gives the code of a file that is of a known language and can be read.
pub type ReadCode<'a> = &'a dyn Fn(FileId) -> Option<Arc<Code>>;

/// The code of files that were asked for.
pub struct Codes<'a> {
    read: ReadCode<'a>,
    known: RefCell<HashMap<FileId, Option<Arc<Code>>>>,
}

impl<'a> Codes<'a> {
    /// Asks `read` once for each file.
    pub fn new(read: ReadCode<'a>) -> Self {
        Self { read, known: RefCell::new(HashMap::new()) }
    }

    /// The code of a file.
    pub fn get(&self, file: FileId) -> Option<Arc<Code>> {
        if let Some(known) = self.known.borrow().get(&file) {
            return known.clone();
        }
        let code = (self.read)(file);
        self.known.borrow_mut().insert(file, code.clone());
        code
    }
}
