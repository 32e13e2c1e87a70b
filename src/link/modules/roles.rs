//! What a file is there for, by where it lies and what it is called: in comes a path, out comes a [`FileRole`].
//!
//! A page, a route, a handler, a component are all [`FileRole::Production`]: that is the default, and the other roles
//! must be said.

use crate::fact::Purpose;
use crate::link::place::{TEST_FOLDERS, Traits};
use crate::parse::code::{Code, Kind, Language};

/// What a file is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileRole {
    /// Ships.
    Production,
    /// Checks what ships.
    Test,
    /// Shows a component off, outside of the product.
    Story,
    /// Teaches or demonstrates.
    Example,
    /// Is run by hand or by a build.
    Script,
}

impl FileRole {
    /// Reads a path.
    pub fn of(path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let original = path.rsplit('/').next().unwrap_or(path);
        let within = |words: &[&str]| folders.split('/').any(|f| words.contains(&f));
        let stem = name.split('.').next().unwrap_or(name);
        if within(STORY_FOLDERS) || name.contains(".stories.") || name.contains(".story.") {
            return Self::Story;
        }
        // The name alone: a folder of fixtures holds what tests read, not tests.
        if within(TEST_FOLDERS)
            || Traits::of(original).is_for(Purpose::Test)
            || folders.contains("src/test/")
            || folders.ends_with("src/test")
        {
            return Self::Test;
        }
        if within(EXAMPLE_FOLDERS) {
            return Self::Example;
        }
        let config = name.contains(".config.") || SCRIPT_NAMES.contains(&stem);
        // `src/tools/` and `app/scripts/` are parts of the product.
        let script =
            folders.split('/').take_while(|f| !SOURCE_FOLDERS.contains(f)).any(|f| SCRIPT_FOLDERS.contains(&f));
        if script || config || folders.is_empty() && ROOT_SCRIPTS.contains(&name) {
            return Self::Script;
        }
        Self::Production
    }

    /// Reads a path and, where the path does not say, what the code says of itself: an Apex class of tests has no
    /// other mark than its annotation.
    pub fn of_code(path: &str, code: &Code) -> Self {
        let role = Self::of(path);
        if role != Self::Production || code.language != Language::Apex {
            return role;
        }
        let tests = code.of_kind(Kind::Class).take(1).any(|class| {
            let head = code.slice(class).split('{').next().unwrap_or_default().to_ascii_lowercase();
            let before =
                code.decorators(class).into_iter().any(|d| code.slice(d).to_ascii_lowercase().starts_with("@istest"));
            before || head.contains("@istest")
        });
        if tests { Self::Test } else { role }
    }
}

const STORY_FOLDERS: &[&str] = &[".storybook", "storybook", "stories", "__stories__", ".ladle"];

const EXAMPLE_FOLDERS: &[&str] = &["example", "examples", "sample", "samples", "tutorial", "tutorials", "playground"];

const SCRIPT_FOLDERS: &[&str] = &[
    "script",
    "scripts",
    "bin",
    "tools",
    "tooling",
    "hack",
    "ci",
    ".github",
    ".circleci",
    "seed",
    "seeds",
    "seeders",
    "migrations",
    "migrate",
    "fixtures-generator",
    "codegen",
    "gulp",
    "webpack",
];

const SOURCE_FOLDERS: &[&str] = &["src", "app", "lib", "pkg", "internal"];

const SCRIPT_NAMES: &[&str] = &[
    "gulpfile",
    "gruntfile",
    "rakefile",
    "fabfile",
    "noxfile",
    "dangerfile",
    "jakefile",
    "makefile",
    "conanfile",
    "jest-setup",
    "seed",
    "seeds",
];

const ROOT_SCRIPTS: &[&str] =
    &["setup.py", "tasks.py", "build.rs", "build.js", "build.mjs", "release.js", "babel.config.js"];
