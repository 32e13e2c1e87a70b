//! The GitHub Action's steps, run as a runner would: with its environment variables and files, and a real repository.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that can't go on stops")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

struct Runner {
    workspace: tempfile::TempDir,
}

impl Runner {
    fn new(files: &[(&str, &str)]) -> Self {
        let workspace = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let full = workspace.path().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, text).unwrap();
        }
        Self { workspace }
    }

    fn check(&self, inputs: &[(&str, &str)]) -> (Output, BTreeMap<String, String>) {
        let action = Path::new(env!("CARGO_MANIFEST_DIR"));
        let outputs = self.workspace.path().join(".outputs");
        std::fs::write(&outputs, "").unwrap();
        let mut command = Command::new("bash");
        command
            .arg(action.join("action/check.sh"))
            .current_dir(self.workspace.path())
            .env("ACTION_PATH", action)
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_WORKSPACE", self.workspace.path())
            .env("GITHUB_OUTPUT", &outputs)
            .env("SYNTHGATE_BINARY", env!("CARGO_BIN_EXE_synthgate"))
            .env("SYNTHGATE_DIRECTORY", ".")
            .env("SYNTHGATE_PATHS", "")
            .env("SYNTHGATE_CONFIG", "")
            .env("SYNTHGATE_POLICIES", "")
            .env("SYNTHGATE_FAIL_ON", "")
            .env("SYNTHGATE_SARIF", "synthgate.sarif")
            .env("SYNTHGATE_ANNOTATIONS", "true")
            .env("SYNTHGATE_DATE", "");
        for (name, value) in inputs {
            command.env(name, value);
        }
        let output = command.output().unwrap();
        let said = std::fs::read_to_string(outputs).unwrap();
        let said = said.lines().filter_map(|l| l.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        (output, said)
    }
}

const BAD: &[(&str, &str)] =
    &[("config/production.yaml", "salesforce:\n  login_url: https://acme--uat.sandbox.my.salesforce.com\n")];

#[test]
fn a_finding_fails_the_step_and_fills_its_outputs() {
    let runner = Runner::new(BAD);
    let (output, said) = runner.check(&[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("::error title=ENDP-002") && text.contains("file=config/production.yaml,line=2,"), "{text}");
    assert_eq!(said["conclusion"], "failure");
    assert_eq!(said["blocking"], "1");
    assert_eq!(said["findings"], "1");
    let sarif: serde_json::Value =
        serde_json::from_slice(&std::fs::read(runner.workspace.path().join(&said["sarif-file"])).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "ENDP-002");
}

#[test]
fn a_clean_repository_succeeds() {
    let (output, said) = Runner::new(&[("README.md", "# Shop\n")]).check(&[]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!((said["conclusion"].as_str(), said["blocking"].as_str()), ("success", "0"));
}

#[test]
fn a_broken_configuration_is_an_error_not_a_pass() {
    let (output, said) = Runner::new(&[("synthgate.yaml", "enviroments: {}\n")]).check(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(said["conclusion"], "error");
}

#[test]
fn an_input_is_never_part_of_a_command() {
    let runner = Runner::new(BAD);
    let (output, said) =
        runner.check(&[("SYNTHGATE_CONFIG", "$(touch pwned)"), ("SYNTHGATE_PATHS", "a; touch pwned\n--exit-zero")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(said["conclusion"], "error");
    assert!(!runner.workspace.path().join("pwned").exists());
}

#[test]
fn no_input_is_used_inside_a_run_line() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("action.yml")).unwrap();
    let runs: Vec<&str> = text.lines().filter(|l| l.trim_start().starts_with("run:")).collect();
    assert_eq!(runs.len(), 2);
    assert!(runs.iter().all(|l| !l.contains("${{")), "{runs:?}");
}
