//! Source code: in comes a file's [`Code`], out come the facts that it alone tells. What crosses files (who imports
//! whom, whether a guard lies on the way to a write) is linking's part, which asks for the code of the files it walks.

pub mod anonymise;
mod auth;
mod clients;
mod emits;
pub(super) mod exposed;
mod fallback;
pub mod interest;
mod markers;
pub mod names;
mod place;
pub mod requests;
pub mod routes;
mod strings;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::collect::Collector;
use crate::fact::Notice;
use crate::parse::code::{Code, Language};
use crate::source::Source;
pub use clients::{callee_span, is_price_or_stock};
use names::Names;
pub use strings::address;

/// The facts of a file's code. A file without anything of interest is not parsed.
pub(super) fn extract(collector: &mut Collector<'_>, source: &Arc<Source>, language: Language) {
    if !interest::has(&source.path, source.text(), collector.maps) {
        return;
    }
    if is_minified(source.text()) {
        let message = "minified or generated: searched for secrets, not read as code";
        collector.notice(Notice::at("minified", source.span(0..0), message));
        return;
    }
    let code = Code::read(source, language);
    if let Some(problem) = code.problems.first() {
        let further = match code.problems.len() - 1 {
            0 => String::new(),
            n => format!(" (and in {n} more places)"),
        };
        collector.notice(Notice::at("parse-error", problem.span, format!("{}{further}", problem.message)));
    }
    let names = Names::of(&code);
    // What says more of a place comes first.
    fallback::extract(collector, &code, &names);
    strings::extract(collector, &code, &names);
    let used = clients::extract(collector, &code, &names);
    auth::extract(collector, &code, &names, &used);
    anonymise::extract(collector, &code);
    super::real_source::of_code(collector, &code, &names);
    emits::extract(collector, &code, &names);
    routes::extract(collector, &code, &names);
    markers::extract(collector, &code, &names);
    exposed::extract(collector, &code, &names);
}

/// Generated and minified code is nobody's to mend here: one long line after the other.
pub fn is_minified(text: &str) -> bool {
    const LONG: usize = 5_000;
    if text.len() < LONG {
        return false;
    }
    let head = &text.as_bytes()[..text.len().min(64 << 10)];
    let lines = memchr::memchr_iter(b'\n', head).count() + 1;
    head.len() / lines > 400
}
