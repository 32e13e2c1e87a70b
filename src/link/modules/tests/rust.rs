//! Rust.

use super::World;

#[test]
fn rust_modules_are_files_below_the_crate() {
    let world = World::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"app\", \"guard-rail\"]\n"),
        ("app/Cargo.toml", "[package]\nname = \"app\"\n"),
        (
            "app/src/main.rs",
            "mod orders;\npub mod pages;\nuse crate::orders::{self, load, deep::{Leaf, inner as i}};\nuse guard_rail::reject;\nuse serde::Serialize;\nfn main() { load(reject(crate::extra::more())); }\n",
        ),
        ("app/src/orders.rs", "mod deep;\nuse super::pages::*;\npub fn load() {}\n"),
        ("app/src/orders/deep.rs", "pub struct Leaf;\n"),
        ("app/src/pages/mod.rs", "// crate::gone\n"),
        ("app/src/extra.rs", ""),
        ("guard-rail/Cargo.toml", "[package]\nname = \"guard-rail\"\n"),
        ("guard-rail/src/lib.rs", "pub mod unused;\npub fn reject() {}\n"),
        ("guard-rail/src/unused.rs", ""),
    ]);
    let mut imports = world.imports("app/src/main.rs");
    imports.dedup();
    assert_eq!(
        imports,
        [
            "app/src/orders.rs",
            "app/src/pages/mod.rs",
            "app/src/orders.rs",
            "app/src/orders/deep.rs",
            "guard-rail/src/lib.rs",
            "package:serde",
            "app/src/extra.rs"
        ]
    );
    assert_eq!(world.imports("app/src/orders.rs"), ["app/src/orders/deep.rs", "app/src/pages/mod.rs"]);
    assert_eq!(world.reach("app/src/main.rs").len(), 6);
    assert_eq!(world.definition("app/src/main.rs", "reject"), "guard-rail/src/lib.rs: pub fn reject() {}");
}
