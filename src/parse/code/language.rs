//! The one table of languages: which files are of a language, and what reads them.

use std::ops::Range;

use crate::source::{Source, Span};

/// A language of source code or markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// ECMAScript with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Python 3.
    Python,
    /// Salesforce Apex.
    Apex,
    /// Java.
    Java,
    /// PHP, with the HTML around it.
    Php,
    /// Ruby.
    Ruby,
    /// C#.
    CSharp,
    /// Go.
    Go,
    /// Kotlin.
    Kotlin,
    /// Rust.
    Rust,
    /// HTML, Lightning web component templates, Visualforce and Aura markup.
    Html,
    /// Vue single files: a template and a script.
    Vue,
    /// Liquid templates.
    Liquid,
    /// Ruby in HTML.
    Erb,
    /// Laravel's Blade templates.
    Blade,
    /// Jupyter notebooks: the cells' code, Python unless the notebook says otherwise.
    Notebook,
}

/// What reads a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A tree-sitter grammar and its queries.
    Grammar,
    /// `syn`.
    Syn,
    /// Markup with pieces of code in it.
    Template,
    /// A notebook's cells.
    Cells,
}

/// A row of the table.
pub(super) struct Row {
    pub language: Language,
    /// As in messages and in the notice about languages that are not analysed.
    pub name: &'static str,
    /// Ends of file names, lower case; with a `/` in front a whole name.
    pub ends: &'static [&'static str],
    pub reader: Reader,
    /// Query files, in the order in which their patterns count.
    pub queries: &'static [&'static str],
}

macro_rules! query {
    ($name:literal) => {
        include_str!(concat!($name, ".scm"))
    };
}

/// The table. Of two rows whose ends fit, the first counts.
pub(super) const LANGUAGES: &[Row] = &[
    Row {
        language: Language::JavaScript,
        name: "JavaScript",
        ends: &[".js", ".jsx", ".mjs", ".cjs", ".es6"],
        reader: Reader::Grammar,
        queries: &[query!("javascript"), query!("jsx"), query!("fields")],
    },
    Row {
        language: Language::TypeScript,
        name: "TypeScript",
        ends: &[".ts", ".mts", ".cts"],
        reader: Reader::Grammar,
        queries: &[query!("typescript"), query!("javascript")],
    },
    Row {
        language: Language::Tsx,
        name: "TSX",
        ends: &[".tsx"],
        reader: Reader::Grammar,
        queries: &[query!("typescript"), query!("javascript"), query!("jsx")],
    },
    Row {
        language: Language::Python,
        name: "Python",
        ends: &[".py", ".pyw"],
        reader: Reader::Grammar,
        queries: &[query!("python")],
    },
    Row {
        language: Language::Ruby,
        name: "Ruby",
        ends: &[".rb", ".rake", ".gemspec", ".jbuilder", ".ru", "/gemfile", "/rakefile"],
        reader: Reader::Grammar,
        queries: &[query!("ruby")],
    },
    Row {
        language: Language::Blade,
        name: "Blade",
        ends: &[".blade.php"],
        reader: Reader::Template,
        queries: &[query!("php")],
    },
    Row {
        language: Language::Php,
        name: "PHP",
        ends: &[".php", ".phtml"],
        reader: Reader::Template,
        queries: &[query!("php")],
    },
    Row {
        language: Language::Apex,
        name: "Apex",
        ends: &[".cls", ".trigger", ".apex"],
        reader: Reader::Grammar,
        queries: &[query!("apex")],
    },
    Row {
        language: Language::Java,
        name: "Java",
        ends: &[".java"],
        reader: Reader::Grammar,
        queries: &[query!("java")],
    },
    Row {
        language: Language::CSharp,
        name: "C#",
        ends: &[".cs", ".csx"],
        reader: Reader::Grammar,
        queries: &[query!("csharp")],
    },
    Row { language: Language::Go, name: "Go", ends: &[".go"], reader: Reader::Grammar, queries: &[query!("go")] },
    Row {
        language: Language::Kotlin,
        name: "Kotlin",
        ends: &[".kt", ".kts"],
        reader: Reader::Grammar,
        queries: &[query!("kotlin")],
    },
    Row { language: Language::Rust, name: "Rust", ends: &[".rs"], reader: Reader::Syn, queries: &[] },
    Row {
        language: Language::Html,
        name: "HTML",
        ends: &[".html", ".htm", ".xhtml", ".svelte", ".page", ".component", ".cmp", ".app"],
        reader: Reader::Template,
        queries: &[],
    },
    Row { language: Language::Vue, name: "Vue", ends: &[".vue"], reader: Reader::Template, queries: &[] },
    Row { language: Language::Liquid, name: "Liquid", ends: &[".liquid"], reader: Reader::Template, queries: &[] },
    Row { language: Language::Erb, name: "ERB", ends: &[".erb", ".rhtml"], reader: Reader::Template, queries: &[] },
    Row { language: Language::Notebook, name: "Jupyter", ends: &[".ipynb"], reader: Reader::Cells, queries: &[] },
];

/// Languages that shops and integrations are written in, and that are not read.
const UNREAD: &[(&str, &str)] = &[
    ("c", "C"),
    ("cc", "C++"),
    ("cpp", "C++"),
    ("clj", "Clojure"),
    ("cls", "Apex"),
    ("cs", "C#"),
    ("dart", "Dart"),
    ("ex", "Elixir"),
    ("exs", "Elixir"),
    ("fs", "F#"),
    ("go", "Go"),
    ("groovy", "Groovy"),
    ("java", "Java"),
    ("js", "JavaScript"),
    ("kt", "Kotlin"),
    ("lua", "Lua"),
    ("php", "PHP"),
    ("pl", "Perl"),
    ("pm", "Perl"),
    ("py", "Python"),
    ("rb", "Ruby"),
    ("rs", "Rust"),
    ("scala", "Scala"),
    ("swift", "Swift"),
    ("ts", "TypeScript"),
    ("twig", "Twig"),
    ("vb", "Visual Basic"),
    ("cshtml", "Razor"),
];

impl Language {
    /// Tells the language from a file's name; none where this version does not read it.
    pub fn of(path: &str) -> Option<Self> {
        let name = format!("/{}", path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase());
        let row = LANGUAGES.iter().find(|row| row.ends.iter().any(|end| name.ends_with(end)))?;
        row.language.is_built().then_some(row.language)
    }

    /// Whether a text can be of this language: some ends of names are those of others too. A `.cls` is Apex, or a class
    /// of LaTeX, Visual Basic 6 or ObjectScript.
    pub(super) fn may_be(self, text: &str) -> bool {
        if self != Self::Apex {
            return true;
        }
        let text = text.trim_start();
        let class = text.strip_prefix("Class ").unwrap_or_default();
        let first = class.split(|c: char| c.is_whitespace() || c == '{').next().unwrap_or_default();
        !text.starts_with(['%', '\\']) && !text.starts_with("VERSION ") && !first.contains('.')
    }

    /// The name of a language of source code that is not read, by a file's name.
    pub fn unread(path: &str) -> Option<&'static str> {
        let extension = path.rsplit('/').next()?.rsplit_once('.')?.1.to_ascii_lowercase();
        UNREAD.iter().find(|(e, _)| *e == extension).map(|(_, name)| *name)
    }

    /// The language's name as in messages.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// Whether this build reads it: each language is a feature.
    fn is_built(self) -> bool {
        match self.row().map(|row| row.reader) {
            Some(Reader::Grammar) => super::grammar::of(self).is_some(),
            Some(Reader::Syn) => cfg!(feature = "rust"),
            Some(Reader::Template) if self == Self::Php => super::grammar::of(self).is_some(),
            Some(Reader::Template) => cfg!(feature = "markup"),
            Some(Reader::Cells) => cfg!(feature = "python"),
            None => false,
        }
    }

    pub(super) fn row(self) -> Option<&'static Row> {
        LANGUAGES.iter().find(|row| row.language == self)
    }
}

/// The code of a notebook's cells as one text, with the place of each part in the file.
#[derive(Debug, Default)]
pub struct Cells {
    /// The cells' code, one below the other.
    pub text: String,
    /// Runs of the text that stand in the file as they are: where in the text, and where in the file's text.
    pub runs: Vec<(Range<u32>, u32)>,
}

impl Cells {
    /// The file's bytes for a range of the text: from the run that holds its start to the one that holds its end.
    pub fn span(&self, source: &Source, range: Range<usize>) -> Span {
        let start = self.start(range.start as u32);
        let end = self.end(range.end as u32);
        source.span(start as usize..end.max(start) as usize)
    }

    /// Behind the last run that begins before a place, or in it. An escape stands between two runs.
    fn start(&self, at: u32) -> u32 {
        let i = self.runs.partition_point(|(run, _)| run.start <= at).saturating_sub(1);
        self.runs.get(i).map_or(0, |(run, file)| file + at.saturating_sub(run.start).min(run.end - run.start))
    }

    /// Before the first run that ends behind a place, or in it.
    fn end(&self, at: u32) -> u32 {
        let i = self.runs.partition_point(|(run, _)| run.end < at);
        match (self.runs.get(i), self.runs.last()) {
            (Some((run, file)), _) => file + at.saturating_sub(run.start),
            (None, Some((run, file))) => file + (run.end - run.start),
            (None, None) => 0,
        }
    }
}
