//! The policies that are part of the program. The table is made by `build.rs` from the folder `policies/`.

/// Paths (relative to the project, `policies/rules/…`) and texts of all built-in rules, pages and shared functions,
/// in path order.
pub(super) static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/policies.rs"));
