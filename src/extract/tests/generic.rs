use super::super::Maps;
use super::{Fact, FileId, Kind, Source, read};
use super::{facts, with};

#[test]
fn keys_place_what_stands_under_them() {
    let text = "\
production:
  salesforce:
    login_url: https://login.salesforce.com
    client_secret: ${SF_PRD_SECRET}
staging:
  salesforce:
    login_url: https://test.salesforce.com
    audience: https://login.salesforce.com
    docs_url: https://acme.my.salesforce.com/docs
    host: acme--uat.sandbox.my.salesforce.com
";
    assert_eq!(
        facts("config/crm.yaml", text),
        [
            "endpoint Connection login.salesforce.com | https://login.salesforce.com | production.salesforce.login_url [production Structure: key `production`]",
            "reference Secret Environment :SF_PRD_SECRET | ${SF_PRD_SECRET} | production.salesforce.client_secret [production Structure: key `production`]",
            "endpoint Connection test.salesforce.com | https://test.salesforce.com | staging.salesforce.login_url [non-production Structure: key `staging`]",
            "endpoint Audience login.salesforce.com | https://login.salesforce.com | staging.salesforce.audience [non-production Structure: key `staging`]",
            "endpoint Inert acme.my.salesforce.com/docs | https://acme.my.salesforce.com/docs | staging.salesforce.docs_url [non-production Structure: key `staging`]",
            "endpoint Connection acme--uat.sandbox.my.salesforce.com | acme--uat.sandbox.my.salesforce.com | staging.salesforce.host [non-production Structure: key `staging`]",
        ]
    );
}

#[test]
fn words_with_other_meanings_need_a_sibling() {
    let alone = facts("a.yaml", "integration:\n  url: https://login.salesforce.com\n");
    assert_eq!(alone, ["endpoint Connection login.salesforce.com | https://login.salesforce.com | integration.url"]);
    let beside = facts("a.yaml", "test:\n  url: https://login.salesforce.com\nproduction:\n  x: 1\n");
    assert!(beside[0].contains("[non-production Structure: key `test`]"), "{beside:?}");
}

#[test]
fn documents_profiles_and_flags_place_their_contents() {
    let text = "\
spring.config.activate.on-profile: prod
crm.url: ${SF_URL:https://login.salesforce.com}
---
spring:
  config:
    activate:
      on-profile: uat
crm:
  url: https://test.salesforce.com
  is_sandbox: true
";
    let found = facts("application.yml", text);
    assert_eq!(
        found[0],
        "endpoint Connection login.salesforce.com unless $SF_URL in \"${SF_URL:https://login.salesforce.com}\" | https://login.salesforce.com | crm.url [production Structure: `spring.config.activate.on-profile: prod` beside it]"
    );
    assert!(found[1].contains("[non-production Structure: on-profile `uat`]"), "{found:?}");
    assert!(found[1].contains("[non-production Structure: `is_sandbox: true` beside it]"), "{found:?}");
}

#[test]
fn only_hosts_that_are_known_or_placed_are_facts() {
    assert_eq!(facts("config/app.yaml", "api:\n  url: https://api.acme-retail.com\n"), Vec::<String>::new());
    assert_eq!(facts("config/prod/app.yaml", "api:\n  url: https://api.acme-retail.com\n").len(), 1);
    assert_eq!(facts("config/prod/app.yaml", "api:\n  url: http://localhost:3000\n").len(), 0);
    assert_eq!(facts("config/prod/app.yaml", "api:\n  link: https://api.acme-retail.com\n").len(), 0);
    let mut maps = Maps::default();
    maps.declare_hosts(["*.acme-retail.com"]);
    assert_eq!(with("config/app.yaml", "api:\n  url: https://api.acme-retail.com\n", &maps).len(), 1);
}

#[test]
fn manifests_descriptions_and_namespaces_hold_no_targets() {
    assert_eq!(
        facts("openapi.json", r#"{"openapi": "3.0.0", "servers": [{"url": "https://login.salesforce.com"}]}"#),
        Vec::<String>::new()
    );
    assert_eq!(
        facts("a.json", r#"{"http_interactions": [{"url": "https://login.salesforce.com"}]}"#),
        Vec::<String>::new()
    );
    assert_eq!(
        facts(
            "a.xml",
            r#"<a xmlns="http://soap.sforce.com/2006/04/metadata" xsi:schemaLocation="https://login.salesforce.com"/>"#
        ),
        Vec::<String>::new().as_slice(),
    );
}

#[test]
fn scripts_of_a_manifest_are_commands() {
    let text = r#"{"homepage": "https://acme.my.salesforce.com", "scripts": {"seed": "sf data import tree -p a.json --instance-url https://login.salesforce.com", "build": "tsc"}}"#;
    assert_eq!(
        facts("package.json", text),
        ["endpoint Command login.salesforce.com | https://login.salesforce.com | scripts.seed.instance-url for Seed"]
    );
}

#[test]
fn references_are_read_in_every_form() {
    let text = "\
services:
  sync:
    environment:
      SF_CLIENT_SECRET: ${SF_CLIENT_SECRET:?unset}
      TAG: ${TAG}
  web:
    environment:
      - SHOP_TOKEN=${SHOP_TOKEN}
      - SF_URL=${SF_URL:-https://login.salesforce.com}
vault_token: vault:secret/data/crm#token
arn: arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm-AbCdEf
";
    assert_eq!(
        facts("docker-compose.yml", text),
        [
            "reference Secret Environment :SF_CLIENT_SECRET | ${SF_CLIENT_SECRET:?unset} | services.sync.environment.SF_CLIENT_SECRET <sync>",
            "reference Secret Environment :SHOP_TOKEN | ${SHOP_TOKEN} | services.web.environment.SHOP_TOKEN <web>",
            "endpoint Connection login.salesforce.com unless $SF_URL in \"${SF_URL:-https://login.salesforce.com}\" | https://login.salesforce.com | services.web.environment.SF_URL <web>",
            "reference Secret Vault :secret/data/crm#token | vault:secret/data/crm#token | vault_token",
            "reference Secret Aws :crm-AbCdEf | arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm-AbCdEf | arn",
        ]
    );
}

#[test]
fn kubernetes_variables_name_their_secrets() {
    let text = "\
kind: Deployment
metadata: {name: sync, namespace: shop-prod}
spec:
  template:
    spec:
      containers:
        - name: sync
          env:
            - name: SF_URL
              value: https://login.salesforce.com
            - name: SF_PASSWORD
              valueFrom:
                secretKeyRef: {name: crm, key: password}
";
    assert_eq!(
        facts("deploy/app.yaml", text),
        [
            "endpoint Connection login.salesforce.com | https://login.salesforce.com | spec.template.spec.containers[0].env[0].SF_URL [production Structure: namespace `shop-prod`]",
            "reference Secret Kubernetes shop-prod/crm:password | password | spec.template.spec.containers[0].env[1].valueFrom [production Structure: namespace `shop-prod`]",
        ]
    );
}

#[test]
fn password_logins_are_flows_where_they_go_to_a_crm() {
    let grant = "token_url: https://login.salesforce.com/services/oauth2/token\ngrant_type: password\n";
    assert_eq!(facts("a.yaml", grant)[1], "flow PasswordGrant - login.salesforce.com | password | grant_type");
    let other = "token_url: https://id.acme-retail.com/token\ngrant_type: password\n";
    assert_eq!(facts("a.yaml", other), Vec::<String>::new());
    let token =
        "SF_USERNAME=integration@acme.example\nSF_PASSWORD=${SF_PASSWORD}\nSF_SECURITY_TOKEN=${SF_SECURITY_TOKEN}\n";
    let found = facts("app.env", token);
    assert!(
        found
            .iter()
            .any(|f| f.starts_with("flow PasswordGrant salesforce - | ${SF_SECURITY_TOKEN} | SF_SECURITY_TOKEN")),
        "{found:?}"
    );
    assert_eq!(facts("b.env", "AWS_SECURITY_TOKEN=x\nAWS_PASSWORD=y\n"), Vec::<String>::new());
    let user =
        "salesforce:\n  login_url: https://test.salesforce.com\n  username: ${SF_USER}\n  password: ${SF_PASSWORD}\n";
    assert!(facts("c.yaml", user).iter().any(|f| f.starts_with("flow PasswordGrant salesforce test.salesforce.com")));
    let jwt =
        "salesforce:\n  login_url: https://test.salesforce.com\n  username: ${SF_USER}\n  private_key: ${SF_KEY_PEM}\n";
    assert!(!facts("c.yaml", jwt).iter().any(|f| f.starts_with("flow")));
    let session = "salesforce:\n  session_id: ${SF_SESSION}\n";
    assert!(facts("d.yaml", session).iter().any(|f| f.starts_with("flow SessionToken salesforce")));
}

#[test]
fn provider_shaped_secrets_know_their_key_and_comments() {
    let key = concat!("sk_li", "ve_51HxQ2eKcJf8Zp3vTnWm9RbLd");
    let text = format!("production:\n  stripe_key: {key}\n# old: {key}\n");
    let found = facts("a.yaml", &text);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("at production.stripe_key [production Structure: key `production`]"), "{found:?}");
    assert!(found[1].ends_with("at old"), "{found:?}");
}

#[test]
fn a_documented_example_is_a_placeholder_unless_it_opens_production() {
    let secrets = |path: &str, text: &str| -> Vec<Option<String>> {
        let source = Source::from_str(FileId(0), path, text);
        let secret = |f: Fact| if let Kind::Secret(s) = f.kind { Some(s.placeholder) } else { None };
        read(&source, &Maps::builtin()).facts.into_iter().filter_map(secret).collect()
    };
    let hook = format!("wh{}_Q7rT2mVb9XcK4nLp8WzD3sFg6HjY5uEa", "sec");
    let live = format!("sk_{}_Q7rT2mVb9XcK4nLp8WzD3sFg", "live");
    assert_eq!(
        secrets("a.ts", &format!("/** Stripe's.\n * @example {hook}\n */")),
        [Some("documented as an example".to_owned())]
    );
    assert_eq!(secrets("a.ts", &format!("const stripe = \"{hook}\";")), [None]);
    assert_eq!(secrets("a.ts", &format!("/** @example {live} */")), [None]);
    // Other services write base64 behind the same prefix.
    assert_eq!(secrets("a.ts", &format!("const stripe = \"wh{}_mQ7r/T2mVb9XcK4nLp8WzD3sFg6HjY5uEa=\";", "sec")), []);
}
