//! Grammars and compiled queries: in comes a language, out comes what tree-sitter needs for it, made once.

use std::num::NonZeroU16;
use std::sync::LazyLock;

use tree_sitter::{Language as Grammar, Query};

use super::language::{LANGUAGES, Language, Row};
use super::plain::{self, Plain};
use super::{Kind, Role};

/// The grammar of a language that has one in this build.
pub(super) fn of(language: Language) -> Option<Grammar> {
    match language {
        #[cfg(feature = "javascript")]
        Language::JavaScript => Some(tree_sitter_javascript::LANGUAGE.into()),
        #[cfg(feature = "javascript")]
        Language::TypeScript => Some(tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
        #[cfg(feature = "javascript")]
        Language::Tsx => Some(tree_sitter_typescript::LANGUAGE_TSX.into()),
        #[cfg(feature = "python")]
        Language::Python => Some(tree_sitter_python::LANGUAGE.into()),
        #[cfg(feature = "apex")]
        Language::Apex => Some(tree_sitter_sfapex::apex::LANGUAGE.into()),
        #[cfg(feature = "java")]
        Language::Java => Some(tree_sitter_java::LANGUAGE.into()),
        #[cfg(feature = "php")]
        Language::Php => Some(tree_sitter_php::LANGUAGE_PHP.into()),
        #[cfg(feature = "ruby")]
        Language::Ruby => Some(tree_sitter_ruby::LANGUAGE.into()),
        #[cfg(feature = "csharp")]
        Language::CSharp => Some(tree_sitter_c_sharp::LANGUAGE.into()),
        #[cfg(feature = "go")]
        Language::Go => Some(tree_sitter_go::LANGUAGE.into()),
        #[cfg(feature = "kotlin")]
        Language::Kotlin => Some(tree_sitter_kotlin_ng::LANGUAGE.into()),
        // A directive's expressions: PHP without tags.
        #[cfg(feature = "php")]
        Language::Blade => Some(tree_sitter_php::LANGUAGE_PHP_ONLY.into()),
        _ => None,
    }
}

/// A grammar with its query.
pub(super) struct Compiled {
    pub language: Language,
    pub grammar: Grammar,
    /// The patterns that need no query.
    pub plain: Plain,
    pub query: Query,
    /// The place of each of the query's patterns among all: of two kinds that a node has, the first counts.
    pub orders: Vec<u32>,
    /// The fields of a [`Meaning::Binary`]: `left`, `operator`, `right`.
    pub operands: [Option<NonZeroU16>; 3],
    /// What each capture of the query means.
    pub captures: Vec<Meaning>,
}

/// What a capture's name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Is(Kind),
    For(Role),
    /// A node with the fields `left`, `operator` and `right`: its kind is what the operator makes of it.
    Binary,
    /// A name, or one of the words that some grammars take for names.
    Word,
    /// Text of a literal that begins with a name whose `$` stands before it, where the grammar sees no hole.
    Hole,
    /// The key and the value of a pair that has no node of its own in the grammar.
    PairFrom,
    /// See [`Meaning::PairFrom`].
    PairTo,
    /// Brackets around one expression: they go, and what they hold is in their place.
    Parens,
    /// Names that begin with `_`: for the query's own predicates.
    Private,
}

/// A language's compiled query, made when it is first asked for.
type Lazy = LazyLock<Option<Compiled>, Box<dyn FnOnce() -> Option<Compiled> + Send>>;

/// The compiled query of a language. None for a language without a grammar in this build.
pub(super) fn compiled(language: Language) -> Option<&'static Compiled> {
    static ALL: LazyLock<Vec<Lazy>> = LazyLock::new(|| {
        let make = |language| Box::new(move || compile(language).ok()) as Box<dyn FnOnce() -> Option<Compiled> + Send>;
        LANGUAGES.iter().map(|row| LazyLock::new(make(row.language))).collect()
    });
    let index = LANGUAGES.iter().position(|row| row.language == language)?;
    ALL.get(index)?.as_ref()
}

/// Compiles a language's queries. A test holds that all of them compile.
pub(super) fn compile(language: Language) -> Result<Compiled, String> {
    let grammar = of(language).ok_or("not in this build")?;
    let row = language.row().ok_or("no such language")?;
    let parted = plain::part(&row.queries.concat(), &grammar, |name| match meaning(name).ok()? {
        Meaning::Private => Some(None),
        Meaning::PairFrom | Meaning::PairTo => None,
        meaning => Some(Some(meaning)),
    });
    with_query(row, grammar, parted)
}

/// As [`compile`], with all patterns in the query: what the other way is compared with.
#[cfg(test)]
pub(super) fn compile_whole(language: Language) -> Option<Compiled> {
    let (grammar, row) = (of(language)?, language.row()?);
    let parted = plain::part(&row.queries.concat(), &grammar, |_| None);
    with_query(row, grammar, parted).ok()
}

fn with_query(row: &Row, grammar: Grammar, parted: plain::Parted) -> Result<Compiled, String> {
    let query = Query::new(&grammar, &parted.rest).map_err(|e| format!("{}: {e}", row.name))?;
    let captures = query.capture_names().iter().map(|name| meaning(name)).collect::<Result<_, _>>()?;
    let operands = ["left", "operator", "right"].map(|name| grammar.field_id_for_name(name));
    let (plain, orders) = (parted.plain, parted.orders);
    Ok(Compiled { language: row.language, grammar, plain, query, orders, operands, captures })
}

/// What an operator makes of its operands; none for arithmetic. A query could say the same with a pattern for each
/// operator. But such patterns take longest to compile (Ruby: 280 ms), and each waits at each level of a long chain of
/// operands: a Java file of 569 joined lines took 170 ms.
pub(super) fn operation(language: Language, operator: &str) -> Option<Kind> {
    match operator {
        "??" | "||" | "?:" | "or" => Some(Kind::Fallback),
        "&&" | "and" => Some(Kind::And),
        "+" if language != Language::Php => Some(Kind::Concat),
        "." => Some(Kind::Concat),
        "%" if matches!(language, Language::Ruby | Language::Python) => Some(Kind::Concat),
        "<<" if language == Language::Ruby => Some(Kind::Concat),
        "==" | "===" | "!=" | "!==" | "<>" | "<" | ">" | "<=" | ">=" | "<=>" | "=~" | "!~" | "in" | "instanceof"
        | "is" => Some(Kind::Compare),
        _ => None,
    }
}

/// What a name is that may be another word.
pub(super) fn word(text: &str) -> Kind {
    match text {
        "true" => Kind::True,
        "false" => Kind::False,
        "null" => Kind::Null,
        "continue" | "break" => Kind::Skip,
        _ => Kind::Name,
    }
}

/// The standard names of captures.
fn meaning(name: &str) -> Result<Meaning, String> {
    if name.starts_with('_') {
        return Ok(Meaning::Private);
    }
    match name {
        "parens" => return Ok(Meaning::Parens),
        "binary" => return Ok(Meaning::Binary),
        "hole" => return Ok(Meaning::Hole),
        "word" => return Ok(Meaning::Word),
        "pair.from" => return Ok(Meaning::PairFrom),
        "pair.to" => return Ok(Meaning::PairTo),
        _ => {}
    }
    let kind = KINDS.iter().find(|(n, _)| *n == name).map(|(_, kind)| Meaning::Is(*kind));
    let role = ROLES.iter().find(|(n, _)| *n == name).map(|(_, role)| Meaning::For(*role));
    kind.or(role).ok_or_else(|| format!("`@{name}` is no standard capture"))
}

const KINDS: &[(&str, Kind)] = &[
    ("other", Kind::Other),
    ("function", Kind::Function),
    ("class", Kind::Class),
    ("decorated", Kind::Decorated),
    ("decorator", Kind::Decorator),
    ("parameter", Kind::Parameter),
    ("if", Kind::If),
    ("case", Kind::Case),
    ("loop", Kind::Loop),
    ("try", Kind::Try),
    ("handler", Kind::Handler),
    ("finally", Kind::Finally),
    ("return", Kind::Return),
    ("throw", Kind::Throw),
    ("skip", Kind::Skip),
    ("assign", Kind::Assign),
    ("call", Kind::Call),
    ("new", Kind::New),
    ("member", Kind::Member),
    ("index", Kind::Index),
    ("identifier", Kind::Name),
    ("string", Kind::String),
    ("interpolation", Kind::Interpolation),
    ("number", Kind::Number),
    ("true", Kind::True),
    ("false", Kind::False),
    ("null", Kind::Null),
    ("query", Kind::Query),
    ("fallback", Kind::Fallback),
    ("and", Kind::And),
    ("not", Kind::Not),
    ("concat", Kind::Concat),
    ("compare", Kind::Compare),
    ("object", Kind::Object),
    ("pair", Kind::Pair),
    ("list", Kind::List),
    ("spread", Kind::Spread),
    ("import", Kind::Import),
    ("type-import", Kind::TypeImport),
    ("export", Kind::Export),
    ("await", Kind::Await),
    ("package", Kind::Package),
    ("element", Kind::Element),
    ("attribute", Kind::Attribute),
    ("text", Kind::Text),
    ("comment", Kind::Comment),
];

const ROLES: &[(&str, Role)] = &[
    ("callee", Role::Callee),
    ("argument", Role::Argument),
    ("receiver", Role::Object),
    ("property", Role::Property),
    ("condition", Role::Condition),
    ("then", Role::Then),
    ("else", Role::Else),
    ("body", Role::Body),
    ("target", Role::Target),
    ("value", Role::Value),
    ("key", Role::Key),
    ("left", Role::Left),
    ("right", Role::Right),
    ("name", Role::Name),
    ("alias", Role::Alias),
    ("source", Role::Source),
    ("super", Role::Super),
    ("type", Role::Type),
    ("modifier", Role::Modifier),
    ("iterated", Role::Iterated),
];
