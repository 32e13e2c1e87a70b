//! The command line, as a user types it: exit codes, streams, what is said about bad input.
#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A repository without git.
fn repository(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        write(dir.path(), path, bytes);
    }
    dir
}

fn write(root: &Path, path: &str, bytes: &[u8]) {
    let full = root.join(path);
    std::fs::create_dir_all(full.parent().unwrap()).unwrap();
    std::fs::write(full, bytes).unwrap();
}

fn synthgate(root: &Path, arguments: &[&str]) -> Output {
    command(root, arguments).output().unwrap()
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synthgate"));
    command.current_dir(root).args(arguments).env_remove("SYNTHGATE_KEY").env("COLUMNS", "80").env("LANG", "C.UTF-8");
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "LC_ALL"] {
        command.env_remove(name);
    }
    command
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// ENDP-002 blocks on it.
const BAD: (&str, &[u8]) =
    ("config/production.yaml", b"salesforce:\n  login_url: https://acme--uat.sandbox.my.salesforce.com\n");

#[test]
fn a_clean_repository_is_0_and_says_so_in_one_line() {
    let dir = repository(&[("config/app.yaml", b"name: shop\n")]);
    let done = synthgate(dir.path(), &[]);
    assert_eq!(code(&done), 0);
    assert!(out(&done).starts_with("no findings in 1 file ("), "{}", out(&done));
    assert_eq!(err(&done), "");
    let empty = tempfile::tempdir().unwrap();
    let done = synthgate(empty.path(), &[]);
    assert_eq!((code(&done), out(&done).starts_with("no findings in 0 files (")), (0, true));
}

#[test]
fn a_blocking_finding_is_1_in_every_format() {
    let dir = repository(&[BAD]);
    for format in ["full", "concise", "json", "sarif", "github", "counts"] {
        let done = synthgate(dir.path(), &["check", "--output", format]);
        assert_eq!(code(&done), 1, "{format}: {}{}", out(&done), err(&done));
        assert!(!out(&done).is_empty());
    }
    assert_eq!(code(&synthgate(dir.path(), &["check", "--exit-zero"])), 0);
    assert_eq!(code(&synthgate(dir.path(), &["check", "--fail-on", "critical"])), 0);
}

#[test]
fn several_outputs_come_from_one_run() {
    let dir = repository(&[BAD]);
    let done = synthgate(dir.path(), &["check", "-o", "concise", "-o", "sarif=a.sarif", "-o", "json=a.json"]);
    assert_eq!(code(&done), 1);
    assert!(out(&done).contains("config/production.yaml:2:14: high ENDP-002"), "{}", out(&done));
    for file in ["a.sarif", "a.json"] {
        let text = std::fs::read_to_string(dir.path().join(file)).unwrap();
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
    }
    let two = synthgate(dir.path(), &["check", "-o", "json", "-o", "sarif"]);
    assert_eq!(code(&two), 2);
    assert!(err(&two).contains("give one of them a file"), "{}", err(&two));
}

#[test]
fn a_typo_in_the_configuration_is_2_and_everything_else_is_still_reported() {
    let dir = repository(&[BAD, ("synthgate.yaml", b"version: 1\nenviroments:\n  prod: {}\n")]);
    let done = synthgate(dir.path(), &["check", "-o", "concise"]);
    assert_eq!(code(&done), 2);
    let text = out(&done);
    assert!(text.contains("ENDP-002"), "{text}");
    assert!(
        text.contains("synthgate.yaml:2:1: error config-error unknown key `enviroments`; did you mean `environments`?"),
        "{text}"
    );
}

#[test]
fn an_unknown_rule_is_a_notice() {
    let dir = repository(&[("synthgate.yaml", b"rules:\n  CRED-202: { enabled: false, reason: typo }\n")]);
    let done = synthgate(dir.path(), &["check", "-o", "concise"]);
    assert_eq!(code(&done), 0, "{}", err(&done));
    assert!(out(&done).contains("synthgate.yaml:2:3: notice unknown-rule"), "{}", out(&done));
    assert_eq!(code(&synthgate(dir.path(), &["check", "--strict"])), 2);
}

#[test]
fn what_is_not_built_says_so() {
    let dir = repository(&[]);
    for arguments in [
        &["check", "--staged"][..],
        &["check", "--diff", "main"],
        &["check", "--trusted-ref", "main"],
        &["tag", "a.csv"],
    ] {
        let done = synthgate(dir.path(), arguments);
        assert_eq!(code(&done), 2, "{arguments:?}");
        assert!(err(&done).contains("is not in this version"), "{arguments:?}: {}", err(&done));
    }
    for arguments in [
        &["check", "--no-such-flag"][..],
        &["check", "-o", "xml"],
        &["check", "no/such/path"],
        &["check", "--date", "tomorrow"],
        &["check", "--config", "none.yaml"],
    ] {
        let done = synthgate(dir.path(), arguments);
        assert_eq!(code(&done), 2, "{arguments:?}");
        assert!(!err(&done).is_empty());
    }
}

#[test]
fn standard_input_stands_for_a_file() {
    let dir = repository(&[("config/production.yaml", b"salesforce: {}\n")]);
    let mut child = command(dir.path(), &["check", "-o", "concise", "--stdin-filename", "config/production.yaml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), BAD.1).unwrap();
    let done = child.wait_with_output().unwrap();
    assert_eq!(code(&done), 1);
    assert!(out(&done).contains("config/production.yaml:2:14: high ENDP-002"), "{}", out(&done));
}

#[test]
fn path_arguments_limit_what_is_reported() {
    let dir = repository(&[BAD, ("other/app.yaml", b"name: shop\n")]);
    assert_eq!(code(&synthgate(dir.path(), &["check", "other"])), 0);
    assert_eq!(code(&synthgate(dir.path(), &["check", "config"])), 1);
    assert_eq!(code(&synthgate(dir.path(), &["check", "config/production.yaml"])), 1);
    let elsewhere = tempfile::tempdir().unwrap();
    let path = dir.path().join("config");
    assert_eq!(code(&synthgate(elsewhere.path(), &["check", "--root", dir.path().to_str().unwrap()])), 1);
    assert_eq!(code(&synthgate(elsewhere.path(), &["check", path.to_str().unwrap()])), 1);
}

#[test]
fn the_same_for_any_number_of_threads() {
    let mut files: Vec<(String, Vec<u8>)> =
        (0..40).map(|i| (format!("config/{i}/production.yaml"), BAD.1.to_vec())).collect();
    files.push(("fixtures/contacts.csv".into(), b"first_name,email\nAda,ada@example.com\n".to_vec()));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(p, b)| (p.as_str(), b.as_slice())).collect();
    let dir = repository(&files);
    let run = |jobs: &str| {
        let text = out(&synthgate(dir.path(), &["check", "-o", "json", "--jobs", jobs]));
        text.lines().filter(|l| !l.contains("elapsed_ms")).map(str::to_owned).collect::<Vec<_>>()
    };
    let one = run("1");
    assert!(one.len() > 100);
    assert_eq!(one, run("8"));
}

#[test]
fn rules_and_pages_can_be_read() {
    let dir = repository(&[]);
    let rules = synthgate(dir.path(), &["rules"]);
    assert_eq!(code(&rules), 0);
    assert!(out(&rules).contains("ENDP-002"));
    let listed: serde_json::Value =
        serde_json::from_slice(&synthgate(dir.path(), &["rules", "--json"]).stdout).unwrap();
    for rule in listed.as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let page = synthgate(dir.path(), &["explain", id]);
        assert_eq!(code(&page), 0);
        assert!(out(&page).contains(id));
    }
    let typo = synthgate(dir.path(), &["explain", "ENDP-0022"]);
    assert_eq!(code(&typo), 2);
    assert!(err(&typo).contains("did you mean `ENDP-002`?"), "{}", err(&typo));
    for what in ["config", "facts", "report"] {
        let schema = synthgate(dir.path(), &["schema", what]);
        serde_json::from_slice::<serde_json::Value>(&schema.stdout).unwrap();
    }
}

mod bad_input {
    use super::*;

    /// The run survives, the file is named, and what else is wrong in the repository is still found.
    fn survives(path: &str, bytes: &[u8], notice: &str) {
        let dir = repository(&[BAD, (path, bytes)]);
        let done = synthgate(dir.path(), &["check", "-o", "concise"]);
        let text = out(&done);
        assert_eq!(code(&done), 1, "{path}: {text}{}", err(&done));
        assert!(text.contains("config/production.yaml:2:14: high ENDP-002"), "{path}: {text}");
        assert!(text.lines().any(|l| l.contains(path) && l.contains(notice)), "{path}: {text}");
        assert_eq!(code(&synthgate(dir.path(), &["check", "--strict"])), 2, "{path}");
    }

    #[test]
    fn truncated_files() {
        survives("a.json", b"{\"a\": [1, {\"b\": \"c\"", "parse-error");
        survives("a.yaml", b"a: [1, {b: \"c\n", "parse-error");
        survives("a.toml", b"a = \"b\n[c\n", "parse-error");
        survives("a.xml", b"<a><b>c</b", "parse-error");
        survives("a.tf", b"resource \"a\" \"b\" {\n", "parse-error");
        survives("a.sql", b"INSERT INTO t (a, b) VALUES (1, 'x", "parse-error");
        survives("a.csv", b"a,b\n1,\"x\n", "parse-error");
    }

    #[test]
    fn nesting_of_100_000_levels() {
        let deep = 100_000;
        survives("a.json", "[".repeat(deep).as_bytes(), "parse-error");
        survives("b.json", format!("{}{}", "{\"a\":".repeat(deep), "}".repeat(deep)).as_bytes(), "parse-error");
        survives("a.yaml", "[".repeat(deep).as_bytes(), "parse-error");
        survives("a.toml", format!("a = {}", "[".repeat(deep)).as_bytes(), "parse-error");
        survives("a.xml", "<a>".repeat(deep).as_bytes(), "parse-error");
        survives("a.tf", format!("a = {}", "[".repeat(deep)).as_bytes(), "parse-error");
    }

    #[test]
    fn bombs() {
        let mut laughs = String::from("a0: &a0 [lol, lol]\n");
        for i in 1..40 {
            laughs.push_str(&format!("a{i}: &a{i} [*a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}]\n", i - 1));
        }
        survives("a.yaml", laughs.as_bytes(), "parse-error");
        let mut entities = String::from("<!DOCTYPE a [<!ENTITY e0 \"lol\">");
        for i in 1..40 {
            entities.push_str(&format!("<!ENTITY e{i} \"&e{0};&e{0};&e{0};&e{0};&e{0};&e{0};&e{0};&e{0};\">", i - 1));
        }
        entities.push_str("]><a>&e39;</a>");
        survives("a.xml", entities.as_bytes(), "parse-error");
    }

    #[cfg(unix)]
    #[test]
    fn pipes_links_folders_and_what_may_not_be_read() {
        let dir = repository(&[BAD, ("locked.yaml", b"a: 1\n"), ("folder.yaml/inner.txt", b"x\n")]);
        assert!(Command::new("mkfifo").arg(dir.path().join("pipe.yaml")).status().unwrap().success());
        std::os::unix::fs::symlink("/etc", dir.path().join("link.yaml")).unwrap();
        let mut mode = std::fs::metadata(dir.path().join("locked.yaml")).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o000);
        std::fs::set_permissions(dir.path().join("locked.yaml"), mode).unwrap();
        let done = synthgate(dir.path(), &["check", "-o", "concise"]);
        let text = out(&done);
        assert_eq!(code(&done), 1, "{text}");
        assert!(text.contains("pipe.yaml: notice not-a-file"), "{text}");
        assert!(text.contains("link.yaml: notice symlink"), "{text}");
        // A superuser may read everything.
        if std::fs::read(dir.path().join("locked.yaml")).is_err() {
            assert!(text.contains("locked.yaml:1:1: notice unreadable"), "{text}");
        }
    }

    #[test]
    fn a_sparse_gigabyte() {
        let dir = repository(&[BAD]);
        for name in ["hole.yaml", "hole.csv", "hole.json"] {
            let file = std::fs::File::create(dir.path().join(name)).unwrap();
            file.set_len(1 << 30).unwrap();
        }
        let done = synthgate(dir.path(), &["check", "-o", "concise"]);
        assert_eq!(code(&done), 1);
        assert!(out(&done).contains("notice binary 3 binary files were not read"), "{}", out(&done));
    }

    #[test]
    fn large_trees_are_named() {
        let mut big = b"a: &a\n".to_vec();
        while big.len() < 21 << 20 {
            big.extend_from_slice(b"  - some text that goes on and on without any end in sight\n");
        }
        survives("big.yaml", &big, "too-large");
    }

    #[test]
    fn a_policy_that_loops_or_does_not_parse_is_2() {
        let header = "# METADATA\n# title: Own\n# description: Own.\n# custom:\n#   id: OWN-001\n#   name: own\n#   subject: repository\n#   severity: low\n#   confidence: low\n#   controls: []\n#   fix: None.\npackage synthgate.own.own\n\nimport rego.v1\n\n";
        let looping = format!(
            "{header}deny contains {{\"at\": 0, \"message\": \"m\"}} if {{\n\tsome a in numbers.range(1, 3000)\n\tsome b in numbers.range(1, 3000)\n\tsome c in numbers.range(1, 3000)\n\ta + b + c == 1\n}}\n"
        );
        let dir = repository(&[BAD, ("policies/own.rego", looping.as_bytes())]);
        let done = synthgate(dir.path(), &["check", "-o", "concise", "--policies", "policies"]);
        let text = out(&done);
        assert_eq!(code(&done), 2, "{text}{}", err(&done));
        assert!(text.contains("evaluation-error") && text.contains("OWN-001"), "{text}");
        assert!(text.contains("ENDP-002"), "{text}");

        let broken = format!("{header}deny contains {{ if\n");
        let dir = repository(&[BAD, ("policies/own.rego", broken.as_bytes())]);
        let done = synthgate(dir.path(), &["check", "-o", "concise", "--policies", "policies"]);
        let text = out(&done);
        assert_eq!(code(&done), 2, "{text}");
        assert!(text.contains("policies/own.rego:16:") && text.contains("policy-error"), "{text}");
        assert!(text.contains("ENDP-002"), "{text}");
    }

    #[test]
    fn a_broken_baseline_is_2() {
        let dir = repository(&[BAD, ("synthgate-baseline.json", b"{\"version\": 1, \"entries\": [{]}")]);
        let done = synthgate(dir.path(), &["check", "-o", "concise"]);
        assert_eq!(code(&done), 2);
        assert!(out(&done).contains("synthgate-baseline.json:1:"), "{}", out(&done));
        assert!(out(&done).contains("error baseline-error"), "{}", out(&done));
    }

    #[test]
    fn every_encoding_finds_the_same() {
        let text = String::from_utf8(BAD.1.to_vec()).unwrap();
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let bom: Vec<u8> = b"\xEF\xBB\xBF".iter().chain(BAD.1).copied().collect();
        let crlf = text.replace('\n', "\r\n").into_bytes();
        for bytes in [utf16, bom, crlf] {
            let dir = repository(&[("config/production.yaml", &bytes)]);
            let done = synthgate(dir.path(), &["check", "-o", "concise"]);
            assert!(out(&done).contains("config/production.yaml:2:14: high ENDP-002"), "{}", out(&done));
        }
    }
}

#[test]
fn init_drafts_a_configuration_and_touches_none_that_is_there() {
    let flow: &[u8] = b"import shopify\nfrom hubspot import HubSpot\nhub = HubSpot(access_token=token)\n\
        def run():\n    for c in hub.crm.contacts.get_all():\n        shopify.Customer.create({})\n";
    let dir = repository(&[
        ("config/uat.yaml", b"salesforce:\n  login_url: https://acme--uat.sandbox.my.salesforce.com\n"),
        ("fixtures/people.csv", b"email,first_name\na@example.com,A\nb@example.com,B\n"),
        ("src/pages/checkout/index.tsx", b"export default () => <p>pay</p>;\n"),
        ("jobs/sync.py", flow),
    ]);
    let done = synthgate(dir.path(), &["init"]);
    assert_eq!(code(&done), 0, "{}", err(&done));
    assert!(out(&done).starts_with("wrote synthgate.yaml"), "{}", out(&done));
    let drafted = std::fs::read_to_string(dir.path().join("synthgate.yaml")).unwrap();
    for part in ["acme--uat.sandbox.my.salesforce.com", "fixtures/**", "src/pages/checkout/**", "hubspot-to-shopify"] {
        assert!(drafted.contains(part), "{part} is not in\n{drafted}");
    }
    let checked = synthgate(dir.path(), &["--output", "concise"]);
    assert!(code(&checked) < 2, "the draft is a configuration: {}{}", out(&checked), err(&checked));
    let again = synthgate(dir.path(), &["init"]);
    assert_eq!(code(&again), 2);
    assert!(err(&again).contains("is there already"), "{}", err(&again));
    assert_eq!(std::fs::read_to_string(dir.path().join("synthgate.yaml")).unwrap(), drafted);
}

#[test]
fn what_is_not_read_as_code_is_said() {
    let bundle = format!("var a='https://login.salesforce.com';{}", "function(){return 1};".repeat(300_000));
    let dir = repository(&[
        ("static/app.min.js", bundle.as_bytes()),
        ("ios/App.swift", b"let a = 1\n"),
        ("lib/app.ex", b"a = 1\n"),
        ("src/broken.ts", b"import jsforce from 'jsforce';\nconst a = {{{ new jsforce.Connection(;\n"),
    ]);
    let done = synthgate(dir.path(), &["--output", "concise"]);
    assert_eq!(code(&done), 0, "{}{}", out(&done), err(&done));
    for part in [
        "static/app.min.js:1:1: notice minified",
        "2 files were searched for secrets only, not read as code: Elixir and Swift",
        "src/broken.ts:",
    ] {
        assert!(out(&done).contains(part), "{part} is not in\n{}", out(&done));
    }
    assert_eq!(code(&synthgate(dir.path(), &["--strict"])), 2);
}

#[test]
fn facts_draw_the_way_of_the_data() {
    let dir = repository(&[
        ("synthgate.yaml", b"version: 1\nflows:\n  - id: orders\n    source: { system: shopify }\n    target: { system: salesforce }\n    code: [sync.ts]\n"),
        ("sync.ts", b"export const run = (crm, rows) => crm.upsert(rows);\n"),
    ]);
    let mermaid = synthgate(dir.path(), &["facts", "--graph"]);
    assert_eq!(code(&mermaid), 0, "{}", err(&mermaid));
    assert!(
        out(&mermaid).starts_with("flowchart LR\n") && out(&mermaid).contains("guard missing"),
        "{}",
        out(&mermaid)
    );
    let dot = synthgate(dir.path(), &["facts", "--graph=dot"]);
    assert!(out(&dot).starts_with("digraph synthgate {\n") && out(&dot).contains("sync.ts"), "{}", out(&dot));
}
