//! Vue single files: the script as TypeScript or JavaScript, the template as markup with expressions.
//!
//! `v-if` and its like stay attributes of their element; what stands in them is code.

use super::html::{self, Options, Site};
use super::snippets::Snippets;
use super::{Language, Page};

pub(super) fn read(page: &mut Page) -> Option<Language> {
    let mut snippets = Snippets::new(page.text);
    let mut scripts = Vec::new();
    let options = Options { mustaches: true, braces: false, single_file: true };
    let bytes = page.bytes();
    html::scan(page, bytes, &[], options, &mut |page, site| {
        match site {
            Site::Script { content, tag } => scripts.push((content, tag)),
            Site::Code { inner } => snippets.expression(inner),
            Site::Attribute { key, value } => {
                let name = page.slice(key);
                let is_code = name.starts_with([':', '@']) || (name.starts_with("v-") && !name.starts_with("v-slot"));
                if !is_code || value.len() < 2 {
                    return false;
                }
                let quotes = usize::from(matches!(bytes[value.start], b'"' | b'\''));
                let inner = super::trimmed(page.text, value.start + quotes..value.end - quotes);
                if name.starts_with('@') || name.starts_with("v-on") {
                    snippets.statements(inner);
                } else if name == "v-for" {
                    // `x of rows` and `x in rows` are read alike.
                    snippets.expression(inner.clone());
                    if let Some(of) = memchr::memmem::find(&bytes[inner.clone()], b" of ") {
                        snippets.put(inner.start + of + 1, b'i');
                        snippets.put(inner.start + of + 2, b'n');
                    }
                } else {
                    snippets.expression(inner);
                }
                return true;
            }
        }
        false
    });
    let mut language = None;
    for (content, tag) in scripts {
        language = html::script(page, bytes, content, tag).or(language);
    }
    snippets.parse(page, Language::TypeScript, true);
    language
}
