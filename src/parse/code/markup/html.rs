//! HTML and what is written like it: in comes a page, out come elements, attributes, texts, comments.
//!
//! Tolerant as browsers are: nothing is an error, an unclosed element ends where what is around it ends. Linear in the
//! length of the text.

mod scanner;

use std::ops::Range;

use super::snippets::Snippets;
use super::{Language, Page};
pub(super) use scanner::scan;

/// What stands for a template's tag in the text that the scanner is given: neither blank nor markup.
pub(super) const HOLE: u8 = 1;

/// A place that a language may want to read further.
pub(super) enum Site {
    /// The content of a script element, and the text of its start tag.
    Script { content: Range<usize>, tag: Range<usize> },
    /// An attribute with a value; the value with its quotes or braces. The answer says whether it is code.
    Attribute { key: Range<usize>, value: Range<usize> },
    /// Code in text or in an attribute's value, without its delimiters.
    Code { inner: Range<usize> },
}

/// What differs between languages.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    /// `{{ code }}` in texts and attributes.
    pub mustaches: bool,
    /// `{path}` and `{!code}`: Lightning, Visualforce, Aura.
    pub braces: bool,
    /// A single file component: of the outermost elements only `template` holds markup.
    pub single_file: bool,
}

/// HTML, Lightning templates, Visualforce and Aura. Scripts and expressions are read as JavaScript.
pub(super) fn read(page: &mut Page) -> Option<Language> {
    let mut snippets = Snippets::new(page.text);
    let mut scripts = Vec::new();
    let options = Options { mustaches: true, braces: true, single_file: false };
    scan(page, page.bytes(), &[], options, &mut |_, site| {
        match site {
            Site::Script { content, tag } => scripts.push((content, tag)),
            Site::Code { inner } => snippets.expression(inner),
            Site::Attribute { .. } => {}
        }
        false
    });
    // Visualforce's formulas are not quite JavaScript: what can't be read is no problem.
    snippets.parse(page, Language::JavaScript, false);
    for (content, tag) in scripts {
        script(page, page.bytes(), content, tag);
    }
    None
}

/// The markup of a template whose own tags are holes in `bytes`, and the scripts in it.
pub(super) fn with_scripts(page: &mut Page, bytes: &[u8], regions: &[Range<usize>]) {
    let mut scripts = Vec::new();
    scan(page, bytes, regions, Options::default(), &mut |_, site| {
        if let Site::Script { content, tag } = site {
            scripts.push((content, tag));
        }
        false
    });
    for (content, tag) in scripts {
        script(page, bytes, content, tag);
    }
}

/// Parses a script's content, if it is a script and has no holes.
pub(super) fn script(page: &mut Page, holed: &[u8], content: Range<usize>, tag: Range<usize>) -> Option<Language> {
    let tag = page.slice(tag).to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|w| tag.contains(w));
    if says(&["json", "template", "text/x", "handlebars", "importmap", "markdown", "speculationrules"]) {
        return None;
    }
    if holed.get(content.clone()).is_none_or(|bytes| memchr::memchr(HOLE, bytes).is_some()) {
        return None;
    }
    let language = match () {
        () if says(&["lang=\"tsx", "lang='tsx", "lang=\"jsx", "lang='jsx"]) => Language::Tsx,
        () if says(&["lang=\"ts", "lang='ts", "typescript"]) => Language::TypeScript,
        () => Language::JavaScript,
    };
    let code = page.slice(content.clone());
    if !code.trim().is_empty() {
        let told = page.problems.len();
        let zero = tree_sitter::Point::new(0, 0);
        let range = tree_sitter::Range {
            start_byte: content.start,
            end_byte: content.end,
            start_point: zero,
            end_point: tree_sitter::Point::new(0, content.len()),
        };
        page.parse(page.text, language, Some(&[range]));
        // Templates of languages that are not read (Jinja, Handlebars) are no scripts, and need not be.
        if code.contains("{%") || code.contains("{{") {
            page.problems.truncate(told);
        }
    }
    Some(language)
}
