//! The module graph: which file brings in which, the way each ecosystem does it. In come the files and their parsed
//! code, out come reachability with the shortest path, and where a name is defined.
//!
//! [`imports`] reads what one file names, [`resolve`] finds the files behind a name, [`graph`] joins them and [`reach`] walks, [`symbols`]
//! follows one name, [`roles`] tells what a file is for. Everything is made when it is first asked for.

pub mod graph;
pub mod imports;
pub mod reach;
pub mod resolve;
pub mod roles;
pub mod symbols;

pub use graph::{Codes, Edge, Graph, Unresolved};
pub use imports::{Binding, Form, Import, ImportKind};
pub use reach::{Reach, ReachOptions, Skip, Step};
pub use resolve::{Resolved, Resolver};
pub use roles::FileRole;

#[cfg(test)]
mod tests;
