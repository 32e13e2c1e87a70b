//! What every fuzz target of a language asks; the mutation test asks the same for a few seconds.

#[path = "../../tests/code_holds/mod.rs"]
mod code_holds;

pub use code_holds::check;
