//! Entry points of an application, and what stands between a caller and them.

use crate::source::Span;

/// What a check on the way to a handler makes sure of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Nothing about the caller: it parses, validates, limits, logs.
    Nothing,
    /// Not known: its name says nothing that is known here.
    Unknown,
    /// Who the caller is.
    Authentication,
    /// That the caller may do this: a role, a permission, a policy.
    Authorisation,
}

/// Where a check is put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// On the route itself.
    Route,
    /// On the class that holds it.
    Class,
    /// On the router or group that holds it.
    Router,
    /// On the whole application, or on a pattern of its paths.
    Application,
    /// In the handler's own body, or in a function that it calls.
    Body,
}

/// Something that runs before a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Where it is put on.
    pub span: Span,
    /// Its name as the file writes it, without arguments: what a definition is looked up by.
    pub name: String,
    /// What it makes sure of, as far as its name and arguments tell.
    pub strength: Strength,
    /// Where it is put on.
    pub level: Level,
    /// It writes the audit log.
    pub audits: bool,
}

/// An entry point. The span is that of what declares it: the call that registers it, its decorator, its method.
#[derive(Debug, Clone)]
pub struct Route {
    /// The framework's name.
    pub framework: &'static str,
    /// HTTP methods in upper case; empty where the framework has none (an action, a remote call).
    pub methods: Vec<String>,
    /// The path as far as the file tells it; may be empty.
    pub path: String,
    /// The class that holds the handler, or the router's name.
    pub holder: String,
    /// The handler's name; empty for an inline function.
    pub handler: String,
    /// The handler's function, or the expression that names it.
    pub handler_span: Span,
    /// It changes something.
    pub mutates: bool,
    /// What runs before it.
    pub layers: Vec<Layer>,
    /// Its file is declared as admin code.
    pub declared: bool,
    /// Its names say both administration and synthetic data.
    pub synthetic: bool,
}

/// A check that a configuration puts on a pattern of paths. The span is that of the role.
#[derive(Debug, Clone)]
pub struct Warden {
    /// What the paths begin with.
    pub prefix: String,
    /// What the check makes sure of.
    pub strength: Strength,
    /// The role as it is written.
    pub role: String,
}
