//! The fourth rung: what a file's folders and its own name say of its environment.
//!
//! A word counts where it stands for an environment and for nothing else. `config/prod/`, `.env.sandbox` and
//! `application-uat.yml` are environments; `tests/`, `webpack.prod.js` and `order-test.json` are not: a folder of
//! tests is a purpose, and a build mode is no deployment.

use std::collections::{HashMap, HashSet};

use super::canonical;
use crate::fact::environment::{Class, Evidence, Rung, class_of_word, segments};
use crate::link::place;
use crate::source::Files;

/// Tells the class of a whole word.
pub type ClassOf<'c> = &'c dyn Fn(&str) -> Option<Class>;

/// Evidence from a path, the file's own name first, then its folders from the innermost outwards.
pub fn evidence(path: &str, containers: &HashSet<&str>, class_of: ClassOf<'_>) -> Vec<Evidence> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut found = Vec::new();
    found
        .extend(of_name(folder, name, class_of).map(|(class, word)| made(class, &word, format!("file name `{name}`"))));
    let mut rest = folder;
    while !rest.is_empty() {
        let (parent, segment) = rest.rsplit_once('/').unwrap_or(("", rest));
        if let Some(class) = class_of(segment).filter(|_| folder_counts(parent, segment, containers, class_of)) {
            found.push(made(class, segment, format!("folder `{segment}/`")));
        }
        rest = parent;
    }
    found
}

/// The folders that hold two or more subfolders named for different environments.
pub fn containers(files: &Files) -> HashSet<&str> {
    let mut children: HashMap<&str, HashSet<String>> = HashMap::new();
    let mut last = "";
    for (_, entry) in files.iter() {
        let folder = entry.path.rsplit_once('/').map_or("", |(f, _)| f);
        if folder == last {
            continue;
        }
        last = folder;
        let mut rest = folder;
        while !rest.is_empty() {
            let (parent, segment) = rest.rsplit_once('/').unwrap_or(("", rest));
            if class_of_word(segment).is_some() {
                children.entry(parent).or_default().insert(canonical(segment));
            }
            rest = parent;
        }
    }
    // `dev/` beside `test/` are as likely tools and tests.
    let names_environments = |words: &HashSet<String>| words.len() > 1 && words.iter().any(|w| is_strong(w));
    children.into_iter().filter(|(_, words)| names_environments(words)).map(|(parent, _)| parent).collect()
}

fn folder_counts(parent: &str, segment: &str, containers: &HashSet<&str>, class_of: ClassOf<'_>) -> bool {
    // Not one of the words that everybody uses: a declared environment's own name.
    if class_of_word(segment).is_none() && class_of(segment).is_some() {
        return true;
    }
    let holder = parent.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    CONTAINERS.contains(&holder.as_str())
        || is_strong(&canonical(segment)) && (parent.is_empty() || containers.contains(parent))
        || containers.contains(parent) && !is_purpose_folder(segment)
}

fn is_purpose_folder(segment: &str) -> bool {
    !place::Traits::of(&format!("{segment}/x")).purposes.is_empty()
}

/// The environment in a file's own name.
fn of_name(folder: &str, name: &str, class_of: ClassOf<'_>) -> Option<(Class, String)> {
    let lower = name.to_ascii_lowercase();
    let lower = lower.trim_start_matches('.');
    let traits = place::Traits::of(name);
    if traits.documentation || BUILD_TOOLS.iter().any(|t| lower.starts_with(t)) {
        return None;
    }
    let holder = folder.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let in_container = CONTAINERS.contains(&holder.as_str());
    let dotted: Vec<&str> = lower.split('.').collect();
    let dotenv = lower.starts_with("env") || dotted.last() == Some(&"env");
    let stem = *dotted.first()?;
    // `production.yml`, `uat.tfvars`, `prod.env`: the whole name. Source code needs a folder of environments around it.
    if let Some(class) = class_of(stem).filter(|_| dotted.len() > 1) {
        let known = is_strong(&canonical(stem)) && !traits.code;
        if in_container || known || dotenv || class_of_word(stem).is_none() {
            return Some((class, stem.to_owned()));
        }
    }
    if traits.code && !CONFIG_WORDS.contains(&stem) {
        return None;
    }
    // `.env.sandbox`, `appsettings.production.json`, `environment.prod.ts`, `shopify.app.staging.toml`, `jenkinsfile.prod`
    let middle = dotted.iter().skip(1).copied();
    let skip_last = usize::from(!dotenv && place_is_extension(dotted.last().copied().unwrap_or_default()));
    let parts: Vec<&str> = middle.take(dotted.len().saturating_sub(1 + skip_last)).collect();
    if let Some(hit) =
        agreeing(parts.iter().copied(), class_of, |w| dotenv || is_strong(w) || CONFIG_WORDS.contains(&stem))
    {
        return Some(hit);
    }
    // `application-prod`, `values-uat`, `prod-values`, `docker-compose.prod` (above), `deploy-production`
    let words = segments(stem.strip_suffix("-def").unwrap_or(stem));
    if words.len() < 2 {
        return None;
    }
    let ends = [words[words.len() - 1], words[0]];
    let beside_config = words.iter().any(|w| CONFIG_WORDS.contains(w));
    let speaks_for_both = {
        let classes: HashSet<Class> = words.iter().filter_map(|w| class_of(w)).collect();
        classes.len() > 1
    };
    // `pre-prod`, `non-prod`
    if let Some(hit) = crate::fact::environment::class_of_name(stem).filter(|(_, w)| w.contains('-')) {
        return Some(hit);
    }
    if speaks_for_both {
        return None;
    }
    agreeing(ends.into_iter(), class_of, |w| is_strong(w) || beside_config || class_of_word(w).is_none())
}

/// The first word that names an environment and is admitted, if no other one names the other class.
fn agreeing<'w>(
    words: impl Iterator<Item = &'w str>,
    class_of: ClassOf<'_>,
    admitted: impl Fn(&str) -> bool,
) -> Option<(Class, String)> {
    let mut found: Option<(Class, String)> = None;
    for word in words {
        let Some(class) = class_of(word).filter(|_| admitted(&canonical(word))) else { continue };
        match &found {
            // `.env.production.local` is production's, on one machine.
            Some(_) if word == "local" => {}
            Some((other, _)) if *other != class => return None,
            Some(_) => {}
            None => found = Some((class, word.to_owned())),
        }
    }
    found
}

fn place_is_extension(last: &str) -> bool {
    class_of_word(last).is_none()
}

/// Words (in their canonical spelling) that hardly ever mean anything but an environment.
fn is_strong(word: &str) -> bool {
    let base = word.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(base, "production" | "uat" | "staging" | "preprod" | "nonprod" | "qa" | "sandbox" | "scratch")
}

fn made(class: Class, word: &str, why: String) -> Evidence {
    Evidence { rung: Rung::Path, class, name: canonical(word), why, span: None }
}

/// Folders whose subfolders and files are named for environments.
const CONTAINERS: &[&str] = &[
    "config",
    "configs",
    "configuration",
    "conf",
    "conf.d",
    "env",
    "envs",
    "environment",
    "environments",
    "overlays",
    "deploy",
    "deployment",
    "deployments",
    "values",
    "helm",
    "stacks",
    "profiles",
    "clusters",
    "inventories",
    "inventory",
    "group_vars",
    "host_vars",
    "settings",
    "workspaces",
    "tfvars",
    "vars",
    "secrets",
    "properties",
    "resources",
    "params",
    "parameters",
    "kustomize",
    "k8s",
    "kubernetes",
    "terraform",
    "infra",
    "stages",
    "targets",
];

/// First words of names that belong to an environment's configuration.
const CONFIG_WORDS: &[&str] = &[
    "application",
    "app",
    "appsettings",
    "bootstrap",
    "values",
    "config",
    "configuration",
    "settings",
    "env",
    "environment",
    "environments",
    "compose",
    "docker",
    "dockerfile",
    "jenkinsfile",
    "secrets",
    "secret",
    "variables",
    "vars",
    "properties",
    "overrides",
    "parameters",
    "params",
    "database",
    "credentials",
    "shopify",
    "mule",
    "local",
    "serverless",
    "terraform",
    "connection",
    "connections",
    "profiles",
    "profile",
    "deploy",
    "deployment",
    "infra",
    "inventory",
    "template",
    "samconfig",
    "cdk",
    "pulumi",
    "helmfile",
    "kustomization",
];

/// Build tools: their `production` is a build mode.
const BUILD_TOOLS: &[&str] = &[
    "webpack",
    "rollup",
    "vite",
    "vitest",
    "tsconfig",
    "babel",
    "karma",
    "jest",
    "esbuild",
    "rspack",
    "metro",
    "package",
    "requirements",
    "playwright",
    "cypress",
    "eslint",
    "cypress.",
    "codecept",
    "nightwatch",
    "wdio",
    "postcss",
    "ngsw",
    "angular",
    "craco",
    "tsup",
    "gulp",
    "grunt",
    "dev-requirements",
    "pom",
    "phpunit",
    "phpstan",
];

#[cfg(test)]
mod tests {
    use super::super::tests::files;
    use super::*;

    fn place(path: &str) -> Option<(Class, String)> {
        evidence(path, &HashSet::new(), &class_of_word).into_iter().next().map(|e| (e.class, e.name))
    }

    #[test]
    fn names_of_environments() {
        let production = Some((Class::Production, "production".to_owned()));
        let other = |name: &str| Some((Class::NonProduction, name.to_owned()));
        for (path, expected) in [
            (".env.sandbox", other("sandbox")),
            (".env.production", production.clone()),
            (".env.production.local", production.clone()),
            ("prod.env", production.clone()),
            ("config/production.yml", production.clone()),
            ("production.yaml", production.clone()),
            ("staging.yaml", other("staging")),
            ("config/prod/app.yml", production.clone()),
            ("src/main/resources/application-prod.yml", production.clone()),
            ("src/main/resources/application-test.yml", other("test")),
            ("src/main/resources/s-salesforce-qa.yaml", other("qa")),
            ("appsettings.Production.json", production.clone()),
            ("chart/values-uat.yaml", other("uat")),
            ("deploy/uat/values.yaml", other("uat")),
            ("docker-compose.prod.yml", production.clone()),
            ("shopify.app.staging.toml", other("staging")),
            ("config/environments/production.rb", production.clone()),
            ("src/environments/environment.prod.ts", production.clone()),
            (".github/workflows/deploy-production.yml", production.clone()),
            ("config/pre-prod.yml", other("preprod")),
            ("infra/prod/main.tf", production.clone()),
            ("prod.tfvars", production.clone()),
            ("config/project-scratch-def.json", other("scratch")),
        ] {
            assert_eq!(place(path), expected, "{path}");
        }
    }

    #[test]
    fn names_that_only_look_like_one() {
        for path in [
            "webpack.prod.js",
            "tests/config/client.ts",
            "tests/fixtures/orders.json",
            "test/orders.yml",
            "order-test.json",
            "src/product/config.yml",
            "src/modules/production/orders.ts",
            "dev/tools/run.yml",
            "config/products.yml",
            "requirements.prod.txt",
            ".env.example",
            ".github/workflows/test.yml",
            ".github/workflows/ci.yml",
            "config/prod-to-uat.yml",
            "src/live/chat.json",
            "docs/production.md",
            "e2e/config.yml",
            "force-app/main/default/classes/OrderSyncTest.cls",
        ] {
            assert_eq!(place(path), None, "{path}");
        }
    }

    #[test]
    fn sibling_folders_make_a_folder_of_environments() {
        let files =
            files(&["a/api/prod/x.yml", "a/api/staging/x.yml", "tools/dev/a.sh", "tools/test/a.sh", "b/prod/x.yml"]);
        let found = containers(&files);
        assert!(found.contains("a/api") && !found.contains("tools") && !found.contains("b"));
        let of = |path: &str| evidence(path, &found, &class_of_word).first().map(|e| e.class);
        assert_eq!(of("a/api/prod/x.yml"), Some(Class::Production));
        assert_eq!(of("b/prod/x.yml"), None);
    }
}
