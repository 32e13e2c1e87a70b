use super::{facts, gates};

const WORKFLOW: &str = "\
name: CI
on: [pull_request]
env:
  SF_ORG_TOKEN: ${{ secrets.SF_PROD_TOKEN }}
jobs:
  seed-demo-data:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          echo \"${{ secrets.DEVHUB_SFDX_URL }}\" > auth.txt
          sf org login sfdx-url -f auth.txt
          sf data import tree -p data/plan.json --instance-url https://acme.my.salesforce.com
  deploy:
    name: Deploy to ${{ matrix.target }}
    environment: ${{ matrix.target }}
    strategy:
      matrix:
        target: [uat, production]
    steps:
      - run: sf project deploy start && sf apex run test
        env:
          SF_URL: ${{ secrets.SF_URL || 'https://login.salesforce.com' }}
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
  scratch:
    steps:
      - run: sf org create scratch -f config/scratch.json
      - run: npm test
";

#[test]
fn jobs_know_environments_purposes_and_what_they_get() {
    let found = facts(".github/workflows/ci.yml", WORKFLOW);
    let has = |start: &str| assert!(found.iter().any(|f| f.starts_with(start)), "{start}\n{found:#?}");
    has(
        "job seed-demo-data [] [\"Seed: job `seed-demo-data` (`demo data`)\", \"Demo: job `seed-demo-data` (`demo`)\"]",
    );
    has("job deploy [\"uat=\\\"uat\\\"\", \"production=\\\"production\\\"\"] [\"Deploy: job `deploy`\"]");
    has("job scratch [] [\"Test: runs `npm test`\"] scratch \"sf org create scratch -f config/scratch.json\"");
    // A workflow's own variables are given to each job.
    assert_eq!(found.iter().filter(|f| f.contains(":SF_PROD_TOKEN |")).count(), 3, "{found:#?}");
    has(
        "reference Secret Github :DEVHUB_SFDX_URL | secrets.DEVHUB_SFDX_URL | jobs.seed-demo-data.steps[1].run in seed-demo-data",
    );
    has(
        "endpoint Command acme.my.salesforce.com | https://acme.my.salesforce.com | jobs.seed-demo-data.steps[1].run.instance-url in seed-demo-data",
    );
    has(
        "endpoint Connection login.salesforce.com unless $SF_URL in \"${{ secrets.SF_URL || 'https://login.salesforce.com' }}\" | https://login.salesforce.com | jobs.deploy.steps[0].env.SF_URL in deploy",
    );
    has("reference Other Github :GITHUB_TOKEN");
}

#[test]
fn environments_come_from_choices_inputs_and_mappings() {
    let job = |environment: &str| {
        let text = format!(
            "on:\n  workflow_dispatch:\n    inputs:\n      target: {{type: choice, options: [uat, prod]}}\njobs:\n  a:\n    environment: {environment}\n    steps: []\n"
        );
        facts(".github/workflows/a.yml", &text)[0].clone()
    };
    assert!(job("{name: prod, url: https://x.example}").contains("prod="));
    assert!(job("${{ inputs.target }}").contains("[\"uat=\\\"uat\\\"\", \"prod=\\\"prod\\\"\"]"));
    let choice = job("${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}");
    assert!(choice.contains("production=") && choice.contains("staging=") && !choice.contains("refs"), "{choice}");
}

#[test]
fn matrix_legs_and_called_workflows_receive_secrets() {
    let text = "\
on: push
jobs:
  test:
    strategy:
      matrix:
        env: [UAT, PROD]
    steps:
      - run: npm test
        env:
          KEY: ${{ secrets[format('SF_{0}_KEY', matrix.env)] }}
  call:
    uses: ./.github/workflows/seed.yml
    secrets:
      token: ${{ secrets.SF_TOKEN }}
";
    let found = facts(".github/workflows/a.yml", text);
    let count = |what: &str| found.iter().filter(|f| f.contains(what)).count();
    assert_eq!((count(":SF_UAT_KEY |"), count(":SF_PROD_KEY |"), count(":SF_TOKEN |")), (1, 1, 1), "{found:#?}");
    assert!(found.iter().any(|f| f.contains("jobs.call.secrets.token in call")), "{found:#?}");
}

fn gate(on: &str, job: &str) -> Vec<String> {
    gates(".github/workflows/gate.yml", &format!("on: {on}\njobs:\n  gate:\n{job}"))
}

#[test]
fn a_gate_that_blocks_has_no_bypass() {
    for (on, job) in [
        ("[pull_request]", "    steps:\n      - run: synthgate check\n"),
        (
            "{pull_request: {branches: [main]}, push: {branches: [main]}}",
            "    steps:\n      - uses: acme/synthgate@v1\n        if: always()\n",
        ),
        (
            "pull_request",
            "    if: github.event_name == 'pull_request'\n    steps:\n      - uses: ./.github/actions/synthgate\n        continue-on-error: false\n",
        ),
        (
            "{merge_group: , pull_request: {types: [opened, synchronize, reopened]}}",
            "    steps:\n      - run: |\n          cargo install synthgate\n          synthgate check --output sarif=out.sarif\n",
        ),
    ] {
        let found = gate(on, job);
        assert!(found.len() == 1 && found[0].ends_with(" []"), "{job}: {found:?}");
    }
}

#[test]
fn what_lets_a_gate_pass_unseen_is_told() {
    for (on, job, bypass) in [
        (
            "[pull_request]",
            "    steps:\n      - run: synthgate check\n        continue-on-error: true\n",
            "continue-on-error: true",
        ),
        (
            "[pull_request]",
            "    continue-on-error: ${{ matrix.x }}\n    steps:\n      - run: synthgate check\n",
            "continue-on-error: ${{ matrix.x }}",
        ),
        ("[pull_request]", "    steps:\n      - run: synthgate check || true\n", "true"),
        ("[pull_request]", "    if: false\n    steps:\n      - run: synthgate check\n", "if: false"),
        ("{pull_request: {paths-ignore: ['**.md']}}", "    steps:\n      - run: synthgate check\n", "paths-ignore"),
        ("{pull_request: {paths: ['src/**']}}", "    steps:\n      - run: synthgate check\n", "paths"),
        ("{pull_request: {branches: [experimental]}}", "    steps:\n      - run: synthgate check\n", "branches"),
        ("{push: {branches: [main]}}", "    steps:\n      - run: synthgate check\n", "on"),
        (
            "[pull_request]",
            "    steps:\n      - uses: acme/synthgate@v1\n        with: {args: --exit-zero}\n",
            "--exit-zero",
        ),
    ] {
        let found = gate(on, job);
        assert!(found.len() == 1 && found[0].contains(&format!("{:?}", [bypass])), "{job}: {found:?}");
    }
}

#[test]
fn a_reporting_gate_beside_a_blocking_one_is_told_apart() {
    let found = gate(
        "[pull_request]",
        "    steps:\n      - run: synthgate check\n  report:\n    steps:\n      - run: synthgate check --exit-zero\n",
    );
    assert_eq!(found, ["synthgate check []", "synthgate check --exit-zero [\"--exit-zero\"] reporting"]);
}

#[test]
fn hooks_and_words_are_no_gates() {
    assert_eq!(
        gate(
            "[pull_request]",
            "    steps:\n      - run: pre-commit run --all-files\n      - run: echo synthgate check\n"
        ),
        Vec::<String>::new()
    );
}

const GITLAB: &str = "\
variables:
  SF_URL: ${SF_LOGIN:-https://login.salesforce.com}
.base:
  variables: {SF_TOKEN: $SF_PROD_TOKEN}
  environment: {name: production}
  script: [echo]
deploy:
  extends: .base
  script:
    - sf project deploy start
seed:
  environment: $TARGET
  parallel:
    matrix:
      - TARGET: [uat, qa]
  script:
    - sf data import tree -p a.json
    - curl --oauth2-bearer $SF_UAT_TOKEN https://acme--uat.sandbox.my.salesforce.com
";

#[test]
fn gitlab_jobs_extend_and_inherit() {
    let found = facts(".gitlab-ci.yml", GITLAB);
    let has = |start: &str| assert!(found.iter().any(|f| f.starts_with(start)), "{start}\n{found:#?}");
    has("job deploy [\"production=\\\"production\\\"\"] [\"Deploy: job `deploy`\"]");
    has("job seed [\"uat=\\\"uat\\\"\", \"qa=\\\"qa\\\"\"] [\"Seed: job `seed`\"]");
    has("reference Secret Gitlab :SF_PROD_TOKEN | $SF_PROD_TOKEN | deploy.variables.SF_TOKEN in deploy");
    has("reference Secret Gitlab :SF_UAT_TOKEN | $SF_UAT_TOKEN | seed.script.SF_UAT_TOKEN in seed");
    has("endpoint Connection login.salesforce.com unless $SF_LOGIN in");
    has("endpoint Command acme--uat.sandbox.my.salesforce.com");
    assert!(!found.iter().any(|f| f.starts_with("job .base")));
}

#[test]
fn gitlab_gates_and_their_bypasses() {
    for (job, bypass) in [
        ("  script: [synthgate check]\n", "[]"),
        ("  script: [synthgate check]\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n", "[]"),
        ("  script: [synthgate check]\n  only: [merge_requests]\n", "[]"),
        ("  script: [synthgate check]\n  allow_failure: true\n", "[\"allow_failure: true\"]"),
        ("  script: [synthgate check]\n  when: manual\n", "[\"when: manual\"]"),
        ("  script: ['synthgate check || true']\n", "[\"true\"]"),
        ("  script: ['set +e', 'synthgate check', 'echo done']\n", "[\"set +e\"]"),
        ("  script: [synthgate check]\n  rules:\n    - changes: [src/**]\n", "[\"changes: [src/**]\"]"),
        (
            "  script: [synthgate check]\n  rules:\n    - if: $CI_COMMIT_BRANCH == \"main\"\n",
            "[\"rules\"] not on pull requests",
        ),
        ("  script: [synthgate check]\n  only: [main]\n", "[\"only\"] not on pull requests"),
    ] {
        let found = gates(".gitlab-ci.yml", &format!("gate:\n{job}"));
        assert_eq!(found, [format!("synthgate check {bypass}")], "{job}");
    }
}
