//! What source code and connectors say: reads and writes, chosen environments, anonymisers, generators.

use super::Fallback;
use super::environment::Class;
use crate::registry::generators;
use crate::source::Span;

/// A client's argument that chooses an environment. The span is that of the argument's value.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The registry's provider.
    pub provider: String,
    /// What is chosen.
    pub class: Class,
    /// The argument as a label shows it: "`sandbox=True`".
    pub argument: String,
    /// Set where this is what is chosen when a variable is not set.
    pub fallback: Option<Fallback>,
}

/// A name that takes over where a variable is not set, and whose value stands elsewhere. The span is that of the name.
#[derive(Debug, Clone)]
pub struct Symbol {
    /// The name as it is used: `constants.DEFAULT_URL`.
    pub name: String,
    /// What it takes over for.
    pub fallback: Fallback,
}

/// A configuration that carries records from one system to another.
#[derive(Debug, Clone)]
pub struct Connector {
    /// Its name, if the file gives one.
    pub name: Option<String>,
    /// Where records come from.
    pub source: ConnectorEnd,
    /// Where they go.
    pub target: ConnectorEnd,
    /// The anonymiser or masking step that it names, with its place.
    pub anonymiser: Option<(String, Span)>,
}

/// One end of a connector.
#[derive(Debug, Clone)]
pub struct ConnectorEnd {
    /// Its key.
    pub span: Span,
    /// The registry's provider, if a host or a word tells it.
    pub system: Option<String>,
    /// The word that names its environment, with its place.
    pub environment: Option<(String, Span)>,
    /// Its hosts, with their places.
    pub hosts: Vec<(String, Span)>,
}

/// An anonymiser that hands on what it was given.
#[derive(Debug, Clone)]
pub struct FailsOpen {
    /// The function that anonymises.
    pub symbol: String,
    /// What happens when: "an error returns `record` as it came".
    pub what: String,
}

/// How a transformation is weak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// A hash without a key: whoever has a list of addresses has their hashes.
    Hash,
    /// A generator that starts from a number in the code.
    FixedSeed,
    /// A generator that starts from the value that it replaces.
    SeedFromValue,
}

/// A transformation that anybody can repeat or undo.
#[derive(Debug, Clone)]
pub struct Weak {
    /// The function, or the name that is given the result.
    pub symbol: String,
    /// How it is weak.
    pub transform: Transform,
    /// What does it: `SHA-256`, `Faker.seed`.
    pub method: String,
    /// The name of what goes in.
    pub input: Option<String>,
}

/// A generator that reads real records.
#[derive(Debug, Clone)]
pub struct RealSource {
    /// The tool: `Snowfakery`, `sfdmu`.
    pub tool: String,
    /// The object that is read: `Contact`.
    pub object: String,
    /// How, for a label: "`SOQLDataset.iterate` takes Contact".
    pub what: String,
    /// Whether the records are said to be masked on the way.
    pub masked: bool,
    /// The file says nothing of the environment that is read.
    pub unplaced: bool,
}

/// A generator's call whose values may be somebody's by chance.
#[derive(Debug, Clone)]
pub struct Emission {
    /// The call as a label shows it: `fake.free_email`.
    pub call: String,
    /// What is known of it.
    pub known: &'static generators::Call,
}

impl Emission {
    /// A call that the registry knows.
    pub fn of(known: &'static generators::Call, call: String) -> Self {
        Self { call, known }
    }
}

/// A place that loads the rows which a recipe makes into a system of customers.
#[derive(Debug, Clone)]
pub struct Load {
    /// The recipe's path as it is written there.
    pub recipe: String,
    /// How, for a label.
    pub what: String,
}

/// What a call does with a provider's records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Takes some.
    Read,
    /// Makes, changes or deletes some.
    Write,
}

/// A call that reads or writes records. The span is that of what is called.
#[derive(Debug, Clone)]
pub struct Access {
    /// The registry's provider, or a commerce platform's name; none for a database or an unknown system.
    pub provider: Option<String>,
    /// The provider's category.
    pub category: Option<String>,
    /// The provider is the application's own commerce platform.
    pub platform: bool,
    /// What it does.
    pub direction: Direction,
    /// The object or table, where the call says so: `Contact`.
    pub object: Option<String>,
    /// The call as a label shows it: `sf.Contact.create`.
    pub call: String,
    /// The function that it stands in; empty at the file's top.
    pub function: String,
    /// The client was made for an environment that is not production (`domain="test"`), or its target is one.
    pub pinned: bool,
}
