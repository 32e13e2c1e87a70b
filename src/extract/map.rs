//! Integration maps: where a vendor's format keeps its endpoints, credentials and logins, as data. In come
//! `policies/integrations/*.yaml` (those of the program and those of a project), out come [`Map`]s that read trees.
//!
//! # Writing a map
//!
//! ```yaml
//! maps:
//!   - name: named-credential                     # for people
//!     files: ["**/*.namedCredential-meta.xml"]   # globs of paths; `**/` in front matches any folder, none included
//!     formats: [xml]                             # optional: yaml, json, toml, xml, properties, dotenv, ini, hcl
//!     when: NamedCredential                      # optional: a path that must lead somewhere in the document
//!     only: true                                 # optional: nothing else in these files is read
//!     facts:
//!       - at: NamedCredential.endpoint           # where (see below)
//!         endpoint: connection                   # what stands there
//!       - at: NamedCredential[protocol=Password].protocol
//!         flow: password-protocol
//!         host: ^.endpoint                       # more about it: a path from there, or a literal
//!       - at: NamedCredential
//!         within: { integration: "{stem}" }      # what surrounds everything below
//! ```
//!
//! **Paths** (`at`, `when`): keys joined by dots. `*` is any key, `tap-*` any key that fits, `**` any depth (once in a
//! path), `'a.b'` a key that holds a dot, `@name` an XML attribute, `[0]` an item. Lists are stepped through by
//! themselves, and a key that repeats (XML) matches each time. A predicate keeps what fits: `[kind=Secret]`,
//! `[kind!=Secret]`, `[kind=A|B]`, `[name=tap-*]`, `[password]` (there is one), `[!password]`, `[a.b=x]`, `[.=x]` (the
//! node's own text).
//!
//! **What stands there**, one or more: `endpoint:` a role (connection, command, audience, allowlist, inert);
//! `reference:` a store (environment, vault, kubernetes, property, named-credential, …) with `name`, `scope` and
//! `part: secret|identity`; `secret:` a provider's id, or `any`, with `encoded: base64`; `flow:` password-grant,
//! password-protocol or session-token with `provider` and `host`; `account:` a provider's id; `provider:` the
//! repository works with it (`why` says how that shows); `sandbox:` why this defines a sandbox; `commands: true` shell
//! text; `ignore: true` nothing here counts.
//!
//! **`within`**: `integration` (a name), `environment` (a name, or `{name, class}`), `purpose` (test, seed, generate,
//! deploy, demo). They hold for the node and all below it, for facts of maps and of the generic reader.
//!
//! **Values** of `host`, `name`, `scope`, `integration`, `environment`: a literal; `^` the node above, `^.x` its child,
//! `.x` a child of the node, `/x` from the document's root; in a literal `{stem}` is the file's name up to its first
//! dot, `{key}` the node's own key, `{folder}` the file's folder.

mod apply;
mod load;
mod path;

use globset::Glob;

pub(super) use apply::{Surroundings, apply};
pub(super) use load::load;
use path::Path;

use crate::fact::environment::Class;
use crate::fact::{CredentialRole, EndpointRole, Flow, Purpose, Store};
use crate::parse::Format;

/// The maps that are part of the program.
pub(super) const BUILTIN: &[(&str, &str)] = &[
    ("policies/integrations/salesforce.yaml", include_str!("../../policies/integrations/salesforce.yaml")),
    ("policies/integrations/kubernetes.yaml", include_str!("../../policies/integrations/kubernetes.yaml")),
    ("policies/integrations/mule.yaml", include_str!("../../policies/integrations/mule.yaml")),
    ("policies/integrations/pipelines.yaml", include_str!("../../policies/integrations/pipelines.yaml")),
    ("policies/integrations/shopify.yaml", include_str!("../../policies/integrations/shopify.yaml")),
    ("policies/integrations/services.yaml", include_str!("../../policies/integrations/services.yaml")),
    ("policies/integrations/packages.yaml", include_str!("../../policies/integrations/packages.yaml")),
];

/// One map, compiled.
#[derive(Debug)]
pub(super) struct Map {
    /// Which files it reads.
    pub files: Vec<Glob>,
    /// In which formats; none means all.
    pub formats: Vec<Format>,
    when: Option<Path>,
    only: bool,
    rules: Vec<Rule>,
}

/// One entry of a map's `facts`.
#[derive(Debug)]
struct Rule {
    at: Path,
    yields: Vec<Yield>,
    within: Option<Within>,
}

/// What stands at a place.
#[derive(Debug)]
enum Yield {
    Endpoint(EndpointRole),
    Reference { store: Store, part: Option<CredentialRole>, name: Option<Text>, scope: Option<Text> },
    Secret { provider: Option<String>, base64: bool },
    Flow { flow: Flow, provider: Option<String>, host: Option<Text> },
    Account(String),
    Provider { id: String, why: String },
    Sandbox(String),
    Commands,
    Ignore,
}

/// What surrounds everything below a place.
#[derive(Debug)]
struct Within {
    integration: Option<Text>,
    environment: Option<(Text, Option<Class>)>,
    purpose: Option<Purpose>,
}

/// A value that is given or found.
#[derive(Debug)]
enum Text {
    /// With `{stem}`, `{key}` and `{folder}` to be filled in.
    Literal(String),
    /// So many nodes up, then down a path.
    Relative { up: usize, path: Path },
    /// From the document's root.
    Absolute(Path),
}
