//! From files to [`Policies`]: the embedded ones, and those of a project's own folders with every check that can be
//! made before a subject is seen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::engine::Promises;
use super::header::{self, Header};
use super::module::Parsed;
use super::problem::{PolicyFile, PolicyProblem};
use super::{Loaded, Policies, Programs, calls, check, embedded, engine, normalise, options_value};

/// The built-in rules. Their headers are read here, their code only when a subject of their kind is asked about; what
/// [`builtin_problems`] would find, the tests of this project find.
pub(super) fn builtin() -> Policies {
    // They are the same for every run of a process, which pays off in tests and in an editor's server.
    static PROGRAMS: LazyLock<Arc<Programs>> = LazyLock::new(Arc::default);
    Policies { programs: Arc::clone(&PROGRAMS), ..of_program(embedded::FILES) }
}

/// Rules as if they were part of the program.
pub(super) fn of_program(embedded: &[(&str, &str)]) -> Policies {
    let files = rego(embedded);
    let mut rules: Vec<Loaded> = Vec::new();
    for file in &files {
        if let Ok(Some(header)) = header::read(file) {
            // Read off the text: to parse each rule at each start would take longer than to run most of them.
            let defines = |name: &str| file.text.lines().any(|l| l.split([' ', '\t']).next() == Some(name));
            let promises = Promises { undetermined: defines("undetermined"), applies: defines("applies") };
            let mut loaded = loaded(header, &file.path, promises);
            loaded.package = format!("data.synthgate.{}.{}", snake(&loaded.rule.family), snake(&loaded.rule.name));
            loaded.rule.page = page(embedded, &file.path).unwrap_or_default().to_owned();
            loaded.builtin = true;
            rules.push(loaded);
        }
    }
    rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    Policies {
        rules,
        builtin: files,
        own: Vec::new(),
        own_normalised: Vec::new(),
        programs: Arc::default(),
        limits: engine::Limits::default(),
        always_interpret: false,
    }
}

fn rego(embedded: &[(&str, &str)]) -> Vec<PolicyFile> {
    let rego = embedded.iter().filter(|(path, _)| path.ends_with(".rego"));
    rego.map(|(path, text)| PolicyFile::new(*path, *text)).collect()
}

fn page<'a>(embedded: &[(&str, &'a str)], path: &str) -> Option<&'a str> {
    let page = page_of(path);
    embedded.iter().find(|(path, _)| *path == page).map(|(_, text)| *text)
}

fn page_of(path: &str) -> String {
    format!("{}.md", path.trim_end_matches(".rego"))
}

/// A rule whose file lies at `…/<family>/<name>.rego`.
fn loaded(header: Header, path: &str, promises: Promises) -> Loaded {
    let mut rule = header.rule;
    let family = path.rsplit('/').nth(1).unwrap_or_default();
    rule.family = family.to_owned();
    Loaded {
        kind: header.kind,
        severity: rule.severity,
        package: String::new(),
        builtin: false,
        enabled: true,
        options: options_value(&rule.options),
        promises,
        path: path.to_owned(),
        rule,
    }
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

/// What is wrong with the built-in policies: nothing, or this project's tests fail.
pub(super) fn builtin_problems() -> Vec<PolicyProblem> {
    problems_of_program(embedded::FILES)
}

fn problems_of_program(embedded: &[(&str, &str)]) -> Vec<PolicyProblem> {
    let files = rego(embedded);
    let policies = of_program(embedded);
    let mut problems = Vec::new();
    let mut ids = BTreeMap::new();
    let read = read_all(&files, true, &mut problems);
    for one in &read {
        let (file, Some(header)) = (one.file, &one.header) else { continue };
        let mut fault = |message: String| problems.push(file.problem(header.id.clone(), message));
        if page(embedded, &file.path).is_none() {
            fault(format!("the rule has no page {}", page_of(&file.path)));
        }
        let expected = format!("/{}.rego", snake(&header.rule.name));
        if !file.path.ends_with(&expected) {
            fault(format!("the file of this rule should be …{expected}"));
        }
        if let Some(other) = ids.insert(header.rule.id.clone(), file.path.clone()) {
            fault(format!("{} is the id of {other} too", header.rule.id));
        }
        let known = policies.rules.iter().find(|l| l.path == file.path);
        if known.is_none_or(|l| l.promises != promises(&one.parsed)) {
            fault("`undetermined` and `applies` must begin a line where they are defined".into());
        }
    }
    problems
}

/// The built-in rules and a project's own.
pub(super) fn with_own(folders: &[PathBuf], root: &Path) -> (Policies, Vec<PolicyProblem>) {
    let mut policies = builtin();
    let mut problems = Vec::new();
    let own = own_files(folders, root, &mut problems);
    // Functions that rules share are there for a project's own rules too.
    let libraries: Vec<PolicyFile> =
        policies.builtin.iter().filter(|f| f.path.starts_with("policies/lib/")).cloned().collect();
    let files: Vec<PolicyFile> = own.iter().chain(&libraries).cloned().collect();
    let read = read_all(&files, false, &mut problems);
    let mut taken: BTreeMap<String, String> =
        policies.rules.iter().map(|l| (l.rule.id.clone(), "a built-in rule".to_owned())).collect();
    for one in &read {
        let (file, parsed) = (one.file, &one.parsed);
        policies.own_normalised.push(normalise::normalise(file, parsed));
        let Some(header) = &one.header else { continue };
        if let Some(other) = taken.insert(header.rule.id.clone(), file.path.clone()) {
            let message = format!("{} is the id of {other}", header.rule.id);
            problems.push(file.problem(header.id.clone(), message).help("give it an id of its own"));
            continue;
        }
        let mut loaded = loaded(header.clone(), &file.path, promises(parsed));
        if let [.., family, _] = parsed.package.as_slice() {
            loaded.rule.family.clone_from(family);
        }
        loaded.package = parsed.path();
        loaded.rule.page = own_page(root, &file.path);
        policies.rules.push(loaded);
    }
    policies.rules.sort_by(|a, b| a.rule.id.cmp(&b.rule.id));
    problems.extend(compile_problems(&policies, &own));
    policies.own = own;
    problems.sort_by(|a, b| (&a.path, a.range.start, &a.message).cmp(&(&b.path, b.range.start, &b.message)));
    problems.dedup();
    (policies, problems)
}

fn promises(parsed: &Parsed) -> Promises {
    Promises { undetermined: parsed.defines("undetermined").is_some(), applies: parsed.defines("applies").is_some() }
}

fn own_page(root: &Path, path: &str) -> String {
    std::fs::read_to_string(root.join(page_of(path))).unwrap_or_default()
}

/// What only regorus' own compiler finds: variables that nothing binds, functions that do not exist.
fn compile_problems(policies: &Policies, own: &[PolicyFile]) -> Option<PolicyProblem> {
    if own.is_empty() {
        return None;
    }
    let broken = policies.own_engine("1970-01-01").err()?;
    let path = broken.path.unwrap_or_default();
    let file = own.iter().find(|f| f.path == path).or_else(|| own.first())?;
    let line = broken.line.map(|line| policies.own_line(&path, line));
    let range = line.map_or(0..0, |l| file.rest_of_line(l, 1));
    Some(file.problem(range, broken.message))
}

/// A policy that could be read and is sound.
struct One<'a> {
    file: &'a PolicyFile,
    parsed: Parsed,
    header: Option<Header>,
}

/// Reads and checks files; those without a problem come back, in path order.
fn read_all<'a>(files: &'a [PolicyFile], builtin: bool, problems: &mut Vec<PolicyProblem>) -> Vec<One<'a>> {
    let mut all = Vec::new();
    for (file, parsed) in files.iter().zip(Parsed::all(files)) {
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        match header::read(file) {
            Ok(header) => all.push(One { file, parsed, header }),
            Err(more) => problems.extend(more),
        }
    }
    let modules: Vec<(&PolicyFile, &Parsed)> = all.iter().map(|one| (one.file, &one.parsed)).collect();
    let mut found = calls::recursion(&modules);
    for one in &all {
        found.extend(check::module(one.file, &one.parsed, one.header.as_ref(), builtin, &modules));
    }
    all.retain(|one| !found.iter().any(|p| p.path == one.file.path));
    problems.extend(found);
    all
}

/// All `.rego` files below some folders except tests, by path.
fn own_files(folders: &[PathBuf], root: &Path, problems: &mut Vec<PolicyProblem>) -> Vec<PolicyFile> {
    let mut files: BTreeMap<String, PolicyFile> = BTreeMap::new();
    for folder in folders {
        let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let absolute = root.join(folder);
        for entry in walkdir::WalkDir::new(&absolute).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    let path = e.path().map_or_else(|| shown(&absolute), shown);
                    let why = e.io_error().map_or_else(|| "is part of a loop of links".into(), ToString::to_string);
                    problems.push(PolicyProblem::unreadable(path, format!("the policies can't be read: {why}")));
                    continue;
                }
            };
            let path = shown(entry.path());
            if !entry.file_type().is_file() || !path.ends_with(".rego") || path.ends_with("_test.rego") {
                continue;
            }
            match std::fs::read_to_string(entry.path()) {
                Ok(text) => {
                    files.insert(path.clone(), PolicyFile::new(path, text.trim_start_matches('\u{feff}')));
                }
                Err(e) => problems.push(PolicyProblem::unreadable(path, format!("the policy can't be read: {e}"))),
            }
        }
    }
    files.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_are_sound() {
        let problems = builtin_problems();
        assert!(problems.is_empty(), "{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>());
    }

    fn problems_of(files: &[(&str, &str)]) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let (_, problems) = with_own(&["rules".into()], root.path());
        problems.iter().map(ToString::to_string).collect()
    }

    const HEADER: &str = "# METADATA\n# title: T\n# description: Why.\n# custom:\n#   id: ACME-001\n#   name: a-rule\n\
        #   subject: credential\n#   severity: high\n#   confidence: high\n#   fix: Do it.\n";

    fn rule(code: &str) -> String {
        format!("{HEADER}package acme.secrets.a_rule\n\n{code}\n")
    }

    #[test]
    fn a_sound_policy_loads_with_its_page_and_library() {
        let code =
            "import data.acme.lib\ndeny contains {\"at\": input.id, \"message\": lib.say(\"x\")} if input.public";
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("rules/secrets")).unwrap();
        std::fs::write(root.path().join("rules/secrets/a_rule.rego"), rule(code)).unwrap();
        std::fs::write(root.path().join("rules/secrets/a_rule.md"), "# page").unwrap();
        std::fs::write(root.path().join("rules/secrets/a_rule_test.rego"), "no rego at all").unwrap();
        std::fs::write(root.path().join("rules/lib.rego"), "package acme.lib\nsay(x) := x\n").unwrap();
        let (policies, problems) = with_own(&["rules".into()], root.path());
        assert_eq!(problems, []);
        let rule = policies.find("ACME-001").unwrap();
        assert_eq!((rule.family.as_str(), rule.page.as_str()), ("secrets", "# page"));
        assert_eq!(rule.origin, "rules/secrets/a_rule.rego");
        assert_ne!(policies.digest(), Policies::builtin().digest());
    }

    #[test]
    fn every_mistake_in_a_policy_has_its_place() {
        for (code, expected) in [
            ("deny contains x if {\n\tx := := 3\n}", "rules/a_rule.rego:14:7: "),
            ("dney contains 1 if true", "rules/a_rule.rego:1:1: ACME-001 does not define `deny`"),
            ("deny := 3", "rules/a_rule.rego:13:1: `deny` must be a set of hits"),
            ("deny contains x if true", "rules/a_rule.rego:13:15: `x` is defined nowhere"),
            ("deny contains {\"at\": id} if true", "rules/a_rule.rego:13:22: `id` is defined nowhere"),
            ("deny contains 1 if x > 3", "rules/a_rule.rego:13:1: use of undefined variable `x`"),
            (
                "deny contains 1 if startwith(\"a\", \"b\")",
                "rules/a_rule.rego:13:20: no function `startwith` (did you mean `startswith`?)",
            ),
            ("deny contains 1 if data.other.f(1)", "rules/a_rule.rego:13:20: no function `data.other.f`"),
            ("deny contains 1 if http.send({})", "rules/a_rule.rego:13:20: `http.send` is not available"),
            ("deny contains 1 if f(1)\nf(x) := f(x)", "rules/a_rule.rego:14:1: `f` calls itself"),
        ] {
            let problems = problems_of(&[("rules/a_rule.rego", &rule(code))]);
            assert!(problems.iter().any(|p| p.starts_with(expected)), "{code}: {problems:?}");
        }
        let other = HEADER.replace("a-rule", "b-rule");
        let code = rule("deny contains 1 if false");
        let twice = problems_of(&[
            ("rules/a_rule.rego", &code),
            ("rules/b_rule.rego", &format!("{other}package acme.secrets.b_rule\ndeny contains 1 if false\n")),
            ("rules/c_rule.rego", &format!("{other}package acme.secrets.c_rule\ndeny contains 1 if false\n")),
        ]);
        assert!(twice[0].starts_with("rules/b_rule.rego:5:5: ACME-001 is the id of rules/a_rule.rego"), "{twice:?}");
        assert!(twice[1].contains("the package of `b-rule` must be"), "{twice:?}");
        let foreign = problems_of(&[("rules/c.rego", "package main\ndeny contains \"x\" if input.y\n")]);
        assert!(foreign[0].contains("conftest-style policies are not run yet"), "{foreign:?}");
        assert!(problems_of(&[])[0].starts_with("rules:1:1: the policies can't be read"));
    }
}
