//! Classes that a stylesheet hides: in come the stylesheets of the repository and a file of markup, out comes whether a
//! class that it puts on an element is hidden from everybody, and where that is said.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::link::modules::Graph;
use crate::link::place::Traits;
use crate::parse::code::{Code, Language};
use crate::parse::styles::{self, Styles};
use crate::source::{FileId, Files, Source};

/// A larger stylesheet is generated.
const MAX_BYTES: u64 = 1 << 20;

/// How many stylesheets are read.
const MAX_SHEETS: usize = 500;

/// The stylesheets of a repository, read when somebody asks.
pub(super) struct Sheets<'a> {
    files: &'a Files,
    all: OnceLock<HashMap<FileId, Styles>>,
}

/// A class that is hidden.
pub(super) struct HiddenBy {
    /// `display: none`.
    pub declaration: &'static str,
    /// The stylesheet's path.
    pub path: String,
}

impl<'a> Sheets<'a> {
    pub fn new(files: &'a Files) -> Self {
        Self { files, all: OnceLock::new() }
    }

    /// Whether a class is hidden where a file uses it: by the file's own styles, by a stylesheet that it brings in or
    /// that stands beside it; else by one of the repository, where no other speaks of the class.
    pub fn hides(&self, graph: &Graph<'_>, file: FileId, code: &Code, class: &str) -> Option<HiddenBy> {
        let path = self.files.path(file);
        let found = |declaration, path: &str| HiddenBy { declaration, path: path.to_owned() };
        let inner = blocks(code.source().text()).into_iter().map(styles::read);
        if let Some(declaration) = inner.into_iter().find_map(|s| s.hidden.get(class).copied()) {
            return Some(found(declaration, path));
        }
        let all = self.all.get_or_init(|| self.read());
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let is_own = |sheet: &FileId| {
            let other = self.files.path(*sheet);
            other.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'))
                || graph.edges(file).iter().any(|e| e.to == *sheet)
        };
        let mut own: Vec<&FileId> = all.keys().filter(|s| is_own(s)).collect();
        own.sort_unstable();
        let mut own_says = own.iter().filter_map(|s| Some((**s, all.get(s)?.hidden.get(class).copied()?)));
        if let Some((sheet, declaration)) = own_says.next() {
            return Some(found(declaration, self.files.path(sheet)));
        }
        // Lightning's styles, and modules of styles, are for their own component only.
        if path.contains("/lwc/") || code.language == Language::Apex {
            return None;
        }
        let mut others = all.iter().filter(|(sheet, _)| !self.is_module(**sheet));
        if others.clone().any(|(_, s)| s.open.iter().any(|o| o == class)) {
            return None;
        }
        let mut saying: Vec<(FileId, &'static str)> =
            others.by_ref().filter_map(|(sheet, s)| Some((*sheet, s.hidden.get(class).copied()?))).collect();
        saying.sort_unstable_by_key(|(sheet, _)| *sheet);
        let (sheet, declaration) = saying.into_iter().next()?;
        Some(found(declaration, self.files.path(sheet)))
    }

    fn is_module(&self, sheet: FileId) -> bool {
        let path = self.files.path(sheet);
        path.contains(".module.") || path.contains("/lwc/")
    }

    fn read(&self) -> HashMap<FileId, Styles> {
        let is_sheet = |path: &str| {
            let lower = path.to_ascii_lowercase();
            [".css", ".scss", ".less", ".pcss", ".css.liquid", ".scss.liquid", ".css.erb"]
                .iter()
                .any(|e| lower.ends_with(e))
        };
        let mut found = HashMap::new();
        for (id, entry) in self.files.iter().filter(|(_, e)| is_sheet(&e.path) && e.size <= MAX_BYTES).take(MAX_SHEETS)
        {
            if Traits::of(&entry.path).vendored {
                continue;
            }
            let Ok(bytes) = self.files.read(id) else { continue };
            let source = Source::new(id, entry.path.clone(), bytes);
            let styles = styles::read(source.text());
            if !styles.hidden.is_empty() || !styles.open.is_empty() {
                found.insert(id, styles);
            }
        }
        found
    }
}

/// What stands between `<style …>` and `</style>`, and between Liquid's tags for the same.
fn blocks(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (open, close) in
        [("<style", "</style"), ("{% style %}", "{% endstyle"), ("{% stylesheet %}", "{% endstylesheet")]
    {
        let mut rest = text;
        while let Some((_, inner)) = rest.split_once(open) {
            let (inner, after) = inner.split_once(close).unwrap_or((inner, ""));
            let inner = if open == "<style" { inner.split_once('>').map_or("", |(_, i)| i) } else { inner };
            found.push(inner);
            rest = after;
        }
    }
    found
}
