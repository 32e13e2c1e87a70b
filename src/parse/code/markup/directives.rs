//! A template language's blocks: in come its tags in order, out come branches, loops and cases with their extents, and
//! the regions that no element leaves.

use std::ops::Range;

use super::{Kind, MAX_DEPTH, Page, Role};

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A branch.
    If,
    /// A branch that runs if the condition does not hold.
    Unless,
    /// A loop.
    Loop,
    /// What holds cases.
    Switch,
    /// A case.
    Case,
    /// What gives its content to something: a call.
    Call,
}

struct Block {
    name: String,
    form: Form,
    tag: Range<usize>,
    /// Where the current branch begins and what it is.
    body: usize,
    role: Role,
    /// An `elsif` or a case: it has no end of its own.
    chained: bool,
}

/// The blocks that are open.
#[derive(Default)]
pub(super) struct Blocks {
    open: Vec<Block>,
    regions: Vec<Range<usize>>,
    deeper: usize,
}

impl Blocks {
    /// A tag that begins a block.
    pub fn begin(&mut self, page: &mut Page, name: &str, form: Form, tag: Range<usize>) {
        if self.open.len() >= MAX_DEPTH {
            if self.deeper == 0 {
                page.problem(tag, "blocks lie deeper than 256 in one another: deeper ones are not read");
            }
            self.deeper += 1;
            return;
        }
        self.push(name, form, tag, false);
    }

    fn push(&mut self, name: &str, form: Form, tag: Range<usize>, chained: bool) {
        let role = match form {
            Form::If => Role::Then,
            Form::Unless => Role::Else,
            Form::Loop | Form::Case | Form::Call => Role::Body,
            Form::Switch => Role::None,
        };
        self.open.push(Block { name: name.to_owned(), form, body: tag.end, tag, role, chained });
    }

    /// `elsif`: a branch in the other branch of what is open.
    pub fn else_if(&mut self, page: &mut Page, tag: Range<usize>) {
        let Some(top) = self.top().filter(|top| matches!(top.form, Form::If | Form::Unless)) else { return };
        let name = top.name.clone();
        self.branch_ends(page, tag.start);
        if let Some(top) = self.open.last_mut() {
            top.role = Role::None;
        }
        if self.open.len() < 2 * MAX_DEPTH {
            self.push(&name, Form::If, tag, true);
        }
    }

    /// `else`, of a branch, a loop or a switch.
    pub fn else_(&mut self, page: &mut Page, tag: Range<usize>) {
        match self.top().map(|top| top.form) {
            Some(Form::Case | Form::Switch) => self.case(page, tag),
            Some(Form::Call) | None => {}
            Some(form) => {
                self.branch_ends(page, tag.start);
                if let Some(top) = self.open.last_mut() {
                    top.body = tag.end;
                    top.role = if form == Form::Unless { Role::Then } else { Role::Else };
                }
            }
        }
    }

    /// A case of the switch that is open.
    pub fn case(&mut self, page: &mut Page, tag: Range<usize>) {
        if self.top().is_some_and(|top| top.form == Form::Case) {
            self.pop(page, tag.start, tag.start);
        }
        if let Some(name) = self.top().filter(|top| top.form == Form::Switch).map(|top| top.name.clone()) {
            self.push(&name, Form::Case, tag, true);
        }
    }

    /// A tag that ends the block of a name. False if none is open.
    pub fn end(&mut self, page: &mut Page, name: &str, tag: Range<usize>) -> bool {
        if self.deeper > 0 {
            self.deeper -= 1;
            return true;
        }
        let Some(i) = self.open.iter().rposition(|block| !block.chained && block.name == name) else { return false };
        while self.open.len() > i + 1 {
            self.pop_told(page, tag.start);
        }
        self.pop(page, tag.start, tag.end);
        true
    }

    /// Ends what is open at the file's end, and gives the regions in the order in which they begin.
    pub fn finish(mut self, page: &mut Page) -> Vec<Range<usize>> {
        let end = page.text.len();
        while !self.open.is_empty() {
            self.pop_told(page, end);
        }
        self.regions.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
        self.regions
    }

    fn top(&self) -> Option<&Block> {
        // What lies too deep is not seen, and neither are its branches.
        self.open.last().filter(|_| self.deeper == 0)
    }

    fn branch_ends(&mut self, page: &mut Page, at: usize) {
        let Some(top) = self.open.last() else { return };
        if top.role != Role::None && top.body < at {
            page.plays(top.body..at, top.role);
            self.regions.push(top.body..at);
        }
    }

    /// Ends the innermost block, and says so if it should have been ended.
    fn pop_told(&mut self, page: &mut Page, at: usize) {
        if let Some(top) = self.open.last().filter(|top| !top.chained) {
            page.problem(top.tag.clone(), "the block is not closed");
        }
        self.pop(page, at, at);
    }

    fn pop(&mut self, page: &mut Page, body_end: usize, end: usize) {
        self.branch_ends(page, body_end);
        let Some(block) = self.open.pop() else { return };
        let range = block.tag.start..end;
        match block.form {
            Form::If | Form::Unless => page.is(range.clone(), Kind::If),
            Form::Loop => page.is(range.clone(), Kind::Loop),
            Form::Case => page.is(range.clone(), Kind::Case),
            Form::Call => page.is(range.clone(), Kind::Call),
            Form::Switch => {}
        }
        if block.chained && block.form != Form::Case {
            page.plays(range.clone(), Role::Else);
        }
        self.regions.push(range);
    }
}
