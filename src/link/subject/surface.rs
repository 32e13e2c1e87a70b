//! What a policy sees of a surface: a page, component or message that customers see, as `synthgate.yaml` declares it
//! and as its code is.

use schemars::JsonSchema;
use serde::Serialize;

use super::dataset::DataKind;
use crate::config::{SurfaceContent, SurfaceKind};
use crate::fact::FactId;
use crate::fact::environment::Class;

/// A declared surface.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Surface {
    /// Where it is declared: its id.
    pub id: FactId,
    /// Its id.
    pub label: String,
    /// Where customers meet it.
    pub kind: SurfaceKind,
    /// What it shows.
    pub content: Option<SurfaceContent>,
    /// Whether an AI system decides what it shows, if declared.
    pub ai_system: Option<bool>,
    /// Its files, in path order.
    pub files: Vec<FileOf>,
    /// Further files.
    pub more_files: u64,
    /// How many of its files ship: no tests, stories, examples.
    pub shipped: u64,
    /// What it is declared to read.
    pub consumes: Vec<ConsumesOf>,
    /// The invented data that it shows, nearest first.
    pub sources: Vec<SourceOf>,
    /// Imports behind which declared synthetic data may lie, and which only a run decides.
    pub unresolved: Vec<UnresolvedOf>,
    /// How people are told.
    pub disclosure: Option<DisclosureOf>,
    /// Experiments on it that take declared synthetic data.
    pub experiments: Vec<ExperimentOf>,
    /// Declared media.
    pub media: Vec<MediaOf>,
}

/// What a file of a surface is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FileUse {
    /// Ships.
    Production,
    /// Checks what ships.
    Test,
    /// Shows a component off.
    Story,
    /// Teaches.
    Example,
    /// Is run by hand or by a build.
    Script,
}

/// A file of a surface.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FileOf {
    /// The whole file.
    pub id: FactId,
    /// Its path.
    pub path: String,
    /// What it is there for.
    pub role: FileUse,
    /// Its language is read.
    pub read: bool,
}

/// What an entry of `consumes` was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Matched {
    /// A dataset: a declared one, a table, or a file of data.
    Dataset,
    /// A file of code.
    Module,
    /// A package that the surface imports, or a client by its name.
    Package,
}

/// An entry of `consumes`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsumesOf {
    /// The entry.
    pub id: FactId,
    /// Its text.
    pub text: String,
    /// What it is; null where nothing of the repository is called that.
    pub matched: Option<Matched>,
    /// What the data are declared to be, of a dataset.
    pub kind: Option<DataKind>,
}

/// How invented data come to a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reached {
    /// Imports, or a path of data that code names.
    Import,
    /// Only `consumes` says so.
    Consumes,
}

/// Invented data that a surface shows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceOf {
    /// The import, or the text with the path, that brings it in; the entry of `consumes` where only that says so.
    pub id: FactId,
    /// The file, or what `consumes` calls it.
    pub label: String,
    /// The file, if it is one.
    pub path: Option<String>,
    /// What the data are.
    pub kind: DataKind,
    /// How we know: "declared in synthgate.yaml".
    pub why: String,
    /// Where that is declared.
    pub declared_id: Option<FactId>,
    /// How it comes here.
    pub reached: Reached,
    /// The imports that lead here, the surface's own first; the last one is that of `id`.
    pub steps: Vec<StepOf>,
}

/// A step on the way to data.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepOf {
    /// The import.
    pub id: FactId,
    /// The file that it stands in.
    pub from: String,
    /// The file that it brings in.
    pub to: String,
}

/// An import that can't be followed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnresolvedOf {
    /// The import.
    pub id: FactId,
    /// The file that it stands in.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// How people are told.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DisclosureOf {
    /// Where it is declared.
    pub id: FactId,
    /// The message key.
    pub key: Option<String>,
    /// Where the key is declared.
    pub key_id: Option<FactId>,
    /// The flag that shows it.
    pub flag: Option<String>,
    /// Where the flag is declared.
    pub flag_id: Option<FactId>,
    /// Where the surface shows the message.
    pub rendered: Vec<RenderedOf>,
    /// Where the surface asks for a message whose key a run puts together, and it may be this one.
    pub computed: Vec<ComputedOf>,
    /// The catalogues that ship, one a locale.
    pub locales: Vec<LocaleOf>,
    /// Files that may show it or hold its text and can't be read.
    pub unread: Vec<UnreadOf>,
}

/// A place that shows the message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RenderedOf {
    /// The place of the key.
    pub id: FactId,
    /// Its file.
    pub path: String,
    /// The conditions around it, and around whatever brings it to the surface, that a setting decides.
    pub conditions: Vec<ConditionOf>,
    /// What keeps people from seeing it.
    pub hidden: Vec<HiddenOf>,
}

/// A condition around the message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConditionOf {
    /// The condition.
    pub id: FactId,
    /// The switch: `showAiNotice`.
    pub name: String,
    /// It is the declared flag.
    pub declared: bool,
    /// The message shows when the switch is off.
    pub negated: bool,
    /// The same switch decides whether the invented data are shown.
    pub hides_data: bool,
    /// The setting that counts in production; null where the repository has none.
    pub setting: Option<SettingOf>,
}

/// Which of several values counts, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// Production's own.
    Profile,
    /// Of every environment, or of a page's template.
    Template,
    /// What holds where nothing else is set.
    Default,
}

/// A value of a switch.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SettingOf {
    /// The value.
    pub id: FactId,
    /// Its file.
    pub path: String,
    /// Whether it is on; null where it is neither on nor off.
    pub on: Option<bool>,
    /// Which layer it belongs to.
    pub layer: Layer,
    /// The environment of its place.
    pub class: Option<Class>,
}

/// What keeps people from seeing a message that is there.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HiddenOf {
    /// The attribute.
    pub id: FactId,
    /// What it does: "`display: none`".
    pub how: String,
}

/// A key that a run puts together.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ComputedOf {
    /// The place.
    pub id: FactId,
    /// Its file.
    pub path: String,
}

/// The messages of a locale.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LocaleOf {
    /// The message where it is there, else its catalogue.
    pub id: FactId,
    /// The locale, or the catalogue's path where it names none.
    pub locale: String,
    /// The catalogue that holds the message, or should.
    pub path: String,
    /// The key is there.
    pub present: bool,
    /// There is text under it.
    pub filled: bool,
}

/// A file that can't be read.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnreadOf {
    /// The file.
    pub id: FactId,
    /// Its path.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Who gets a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Serves {
    /// Customers, or everybody that no rule names.
    Customers,
    /// Only a segment of the own people.
    Internal,
    /// Nobody: it is off or has no traffic.
    Nobody,
}

/// An experiment that takes declared synthetic data.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ExperimentOf {
    /// Where it is defined.
    pub id: FactId,
    /// Its id.
    pub name: String,
    /// Its file.
    pub path: String,
    /// Why it is one of this surface: "its id says `checkout`".
    pub joined: String,
    /// What it takes.
    pub inputs: Vec<InputOf>,
    /// Who gets a variant with such data.
    pub serves: Serves,
    /// How we know.
    pub why: String,
    /// Who approved it.
    pub approver: Option<String>,
    /// Who runs it.
    pub owner: Option<String>,
    /// When it ends.
    pub end_date: Option<String>,
    /// How people are told.
    pub disclosure: Option<String>,
}

/// Declared synthetic data that an experiment names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InputOf {
    /// The place.
    pub id: FactId,
    /// The dataset.
    pub dataset: String,
    /// Where the dataset is declared.
    pub declared_id: FactId,
}

/// Declared media.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MediaOf {
    /// Where the files are declared.
    pub id: FactId,
    /// The glob.
    pub glob: String,
    /// A model made them.
    pub generated: bool,
    /// How many files there are.
    pub assets: u64,
    /// How many carry a mark.
    pub marked: u64,
    /// Those that do not, as many as a report can use.
    pub unmarked: Vec<AssetOf>,
    /// Those whose bytes are not here.
    pub unread: Vec<UnreadOf>,
    /// Build steps that take such marks away.
    pub strips: Vec<StripOf>,
}

/// A file of media.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AssetOf {
    /// The file.
    pub id: FactId,
    /// Its path.
    pub path: String,
}

/// A step that takes metadata away.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StripOf {
    /// The command or call.
    pub id: FactId,
    /// Its file.
    pub path: String,
    /// What it does: "`exiftool -all=` removes all metadata".
    pub what: String,
}
