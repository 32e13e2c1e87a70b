//! What a path alone says: what the file is for, whether it is recorded traffic, documentation, somebody else's code,
//! or source code. In comes a path relative to the root, out come [`Traits`].

use crate::fact::{Purpose, PurposeEvidence};

/// What a path says of its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    /// What the file is for; more than one is possible (`tests/seed/`).
    pub purposes: Vec<PurposeEvidence>,
    /// Recorded traffic, stubs and snapshots.
    pub recording: bool,
    /// Documentation, and templates to copy.
    pub documentation: bool,
    /// Data that tests read.
    pub fixture: bool,
    /// Somebody else's code that was copied in.
    pub vendored: bool,
    /// Source code.
    pub code: bool,
}

impl Traits {
    /// Reads a path.
    pub fn of(path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        let mut segments: Vec<&str> = lower.split('/').collect();
        let name = segments.pop().unwrap_or_default();
        let original = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
        let code = CODE.contains(&extension);
        let mut traits = Self { code, ..Self::default() };
        for segment in &segments {
            traits.folder(segment);
        }
        traits.file(name, original, extension);
        // `fixtures/build.ts` makes fixtures; `fixtures/orders.json` and `__tests__/data/orders.json` are some.
        traits.fixture = !code && (traits.fixture || segments.contains(&"__tests__"));
        traits
    }

    /// Whether the path says that its file is for this.
    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.purposes.iter().any(|p| p.purpose == purpose)
    }

    fn folder(&mut self, segment: &str) {
        self.recording |= RECORDING_FOLDERS.contains(&segment);
        self.documentation |= DOCUMENTATION_FOLDERS.contains(&segment);
        self.vendored |= VENDORED_FOLDERS.contains(&segment);
        self.fixture |= FIXTURE_FOLDERS.contains(&segment);
        let Some((_, purpose)) = PURPOSE_FOLDERS.iter().find(|(words, _)| words.contains(&segment)) else { return };
        self.add(*purpose, || format!("folder `{segment}/`"));
    }

    fn file(&mut self, name: &str, original: &str, extension: &str) {
        self.recording |= matches!(extension, "har" | "snap" | "cassette") || name.contains(".nock.");
        self.documentation |= DOCUMENTATION_EXTENSIONS.contains(&extension)
            || name.starts_with("readme")
            || name.starts_with("changelog")
            || is_template(name);
        self.vendored |= name.contains(".min.") || name.ends_with(".bundle.js");
        let stem = name.trim_start_matches('.').split('.').next().unwrap_or(name);
        if is_test_name(name, original, self.code) || is_test_profile(name) {
            self.add(Purpose::Test, || format!("file name `{original}`"));
        }
        for (words, purpose) in PURPOSE_STEMS {
            let hit = words.iter().any(|w| {
                stem.strip_prefix(w).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
                    || stem.strip_suffix(w).is_some_and(|rest| rest.ends_with(['-', '_']))
            });
            if hit {
                self.add(*purpose, || format!("file name `{original}`"));
            }
        }
        if name.contains(".recipe.") {
            self.add(Purpose::Generate, || format!("file name `{original}`"));
        }
    }

    fn add(&mut self, purpose: Purpose, why: impl FnOnce() -> String) {
        if !self.is_for(purpose) {
            self.purposes.push(PurposeEvidence { purpose, why: why(), span: None });
        }
    }
}

/// `.env.example`, `config.yaml.dist`: a file to copy, whose values stand for others.
fn is_template(name: &str) -> bool {
    let parts = name.split(['.', '-', '_']).filter(|p| !p.is_empty()).skip(1);
    // The last word, or the last before the extension.
    parts.collect::<Vec<_>>().iter().rev().take(2).any(|part| TEMPLATE_WORDS.contains(part))
}

/// `.env.test`, `application-e2e.yml`, `appsettings.Test.json`: the settings that tests run with.
fn is_test_profile(name: &str) -> bool {
    const PROFILES: &[&str] = &[".env.", "application-", "appsettings.", "config.", "settings.", "bootstrap-"];
    PROFILES.iter().any(|profile| {
        let rest = name.strip_prefix(profile);
        rest.is_some_and(|r| r.split(['.', '-', '_']).any(|w| matches!(w, "test" | "tests" | "testing" | "e2e")))
    })
}

/// The names that test runners of the usual languages look for.
fn is_test_name(name: &str, original: &str, code: bool) -> bool {
    let marked = |mark: &str| name.contains(&format!(".{mark}.")) || name.contains(&format!("-{mark}."));
    if ["test", "tests", "spec", "e2e", "cy"].iter().any(|m| marked(m) && code) {
        return true;
    }
    if !code {
        return name.ends_with(".feature");
    }
    let stem = original.split('.').next().unwrap_or(original);
    let lower = stem.to_ascii_lowercase();
    TEST_CODE_NAMES.contains(&lower.as_str())
        || ["_test", "_tests", "_spec", "_e2e"].iter().any(|s| lower.ends_with(s))
        || lower.starts_with("test_")
        || ["Test", "Tests", "TestCase", "Spec", "IT"].iter().any(|s| {
            // `OrderTest`, `OrderIT`; not `LATEST` and not `SPLIT`.
            stem.strip_suffix(s).is_some_and(|rest| rest.ends_with(|c: char| c.is_lowercase() || c.is_ascii_digit()))
        })
}

const CODE: &[&str] = &[
    "apex", "bash", "bat", "c", "cc", "cjs", "cls", "clj", "cmp", "cpp", "cs", "cshtml", "cts", "dart", "ex", "exs",
    "feature", "fs", "go", "gradle", "groovy", "h", "hpp", "htm", "html", "java", "js", "jsx", "kt", "kts", "liquid",
    "lua", "mjs", "mts", "page", "php", "phtml", "pl", "pm", "ps1", "py", "rb", "rs", "scala", "sh", "svelte", "swift",
    "trigger", "ts", "tsx", "twig", "vb", "vue", "zsh",
];

/// Folders whose code is tests.
pub(super) const TEST_FOLDERS: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "__test__",
    "spec",
    "specs",
    "e2e",
    "e2e-tests",
    "e2e_tests",
    "cypress",
    "playwright",
    "integration-test",
    "integration-tests",
    "integration_tests",
    "integrationtests",
    "unit-tests",
    "unittests",
    "testdata",
    "androidtest",
    "functional-tests",
    "functional_tests",
    "loadtest",
    "load-tests",
    "benchmarks",
    "benches",
];

const PURPOSE_FOLDERS: &[(&[&str], Purpose)] = &[
    (TEST_FOLDERS, Purpose::Test),
    // What tests read and use.
    (
        &[
            "testing",
            "test-data",
            "test_data",
            "test-fixtures",
            "fixtures",
            "fixture",
            "factories",
            "testutil",
            "test-utils",
            "testing_support",
            "test_support",
            "test-support",
            "test_helpers",
            "test-helpers",
            "test_utils",
            "regression",
        ],
        Purpose::Test,
    ),
    (
        &[
            "seed",
            "seeds",
            "seeder",
            "seeders",
            "seed-data",
            "seed_data",
            "seeding",
            "sample-data",
            "sample_data",
            "sampledata",
            "initial-data",
        ],
        Purpose::Seed,
    ),
    (
        &[
            "synthetic",
            "synthetic-data",
            "synthetic_data",
            "generated-data",
            "data-generator",
            "data_generator",
            "data-generation",
            "datagen",
            "mock-data",
            "mock_data",
            "mockdata",
            "snowfakery",
            "dummy-data",
            "fake-data",
        ],
        Purpose::Generate,
    ),
    (
        &["demo", "demos", "example", "examples", "sample", "samples", "tutorial", "tutorials", "quickstart"],
        Purpose::Demo,
    ),
];

/// At the beginning or end of a file's name, cut at `-` and `_`.
const PURPOSE_STEMS: &[(&[&str], Purpose)] = &[
    (&["deploy", "release", "publish", "rollout"], Purpose::Deploy),
    (&["e2e", "smoke-test", "smoke_test", "load-test", "load_test", "loadtest"], Purpose::Test),
    (&["seed", "seeds", "seeder", "sample-data", "sample_data", "load-sample-data", "import-sample"], Purpose::Seed),
    (
        &[
            "datagen",
            "data-generator",
            "data_generator",
            "generate-data",
            "generate_data",
            "synthetic",
            "synthetic-data",
            "generate-test-data",
            "generate_test_data",
            "generate-customers",
            "generate_customers",
            "fake-data",
            "fake_data",
            "mock-data",
            "mock_data",
            "make-fixtures",
            "make_fixtures",
        ],
        Purpose::Generate,
    ),
];

const TEST_CODE_NAMES: &[&str] = &["conftest", "jest-setup", "setuptests", "test", "tests"];

const RECORDING_FOLDERS: &[&str] = &[
    "cassettes",
    "vcr_cassettes",
    "vcr",
    "recordings",
    "__recordings__",
    "har",
    "hars",
    "nock",
    "nocks",
    "tapes",
    "betamax",
    "wiremock",
    "stubs",
    "__files",
    "__snapshots__",
    "snapshots",
    "__mocks__",
    "mocks",
    "http_fixtures",
    "pact",
    "pacts",
];

const DOCUMENTATION_FOLDERS: &[&str] = &["doc", "docs", "documentation", "wiki", "adr", "rfcs", "site-docs", "_posts"];

const DOCUMENTATION_EXTENSIONS: &[&str] = &["md", "mdx", "markdown", "rst", "adoc", "asciidoc", "tex", "pdf"];

const TEMPLATE_WORDS: &[&str] = &["example", "sample", "template", "tpl", "dist", "tmpl"];

const FIXTURE_FOLDERS: &[&str] = &[
    "fixtures",
    "fixture",
    "testdata",
    "test-data",
    "test_data",
    "test-fixtures",
    "test_fixtures",
    "golden",
    "expected",
];

const VENDORED_FOLDERS: &[&str] = &[
    "vendor",
    "vendors",
    "node_modules",
    "third_party",
    "third-party",
    "thirdparty",
    "bower_components",
    "pods",
    "staticresources",
    "site-packages",
    ".yarn",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_its_file_is_for() {
        for (path, purpose) in [
            ("tests/e2e/config.ts", Some(Purpose::Test)),
            ("src/orders/OrderServiceTest.java", Some(Purpose::Test)),
            ("force-app/main/default/classes/OrderSyncTest.cls", Some(Purpose::Test)),
            ("force-app/main/default/classes/ADDR_Seasonal_TEST.cls", Some(Purpose::Test)),
            ("spec/models/order_spec.rb", Some(Purpose::Test)),
            ("src/cart.test.tsx", Some(Purpose::Test)),
            ("scripts/seed.ts", Some(Purpose::Seed)),
            ("scripts/seed-customers.py", Some(Purpose::Seed)),
            ("db/seeds/customers.csv", Some(Purpose::Seed)),
            ("tools/generate_customers.py", Some(Purpose::Generate)),
            ("datasets/accounts.recipe.yml", Some(Purpose::Generate)),
            ("examples/shop/config.yml", Some(Purpose::Demo)),
            // Words that only look like it.
            ("src/latest.ts", None),
            ("src/contest/entry.ts", None),
            ("src/SPLIT.java", None),
            ("config/production.yml", None),
            ("src/proceed.ts", None),
            ("src/testimonials.ts", None),
        ] {
            assert_eq!(Traits::of(path).purposes.first().map(|p| p.purpose), purpose, "{path}");
        }
    }

    #[test]
    fn recordings_templates_and_vendored_files_are_told_apart() {
        assert!(Traits::of("spec/vcr_cassettes/stripe/charge.yml").recording);
        assert!(Traits::of("test/fixtures/login.har").recording);
        assert!(Traits::of("src/__mocks__/client.ts").recording);
        assert!(Traits::of(".env.example").documentation);
        assert!(Traits::of("config/app.yaml.dist").documentation);
        assert!(Traits::of("docs/setup.md").documentation);
        assert!(!Traits::of(".env.production").documentation);
        assert!(!Traits::of("config/production.yml").documentation);
        assert!(Traits::of("vendor/acme/client.php").vendored);
        assert!(Traits::of("src/sync.ts").code);
        assert!(!Traits::of("config/sync.yaml").code);
    }
}
