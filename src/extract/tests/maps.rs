use super::super::Maps;
use super::{facts, with};
use crate::source::{FileId, Source};

fn has(found: &[String], start: &str) {
    assert!(found.iter().any(|f| f.starts_with(start)), "{start}\n{found:#?}");
}

#[test]
fn named_credentials_of_both_forms() {
    let legacy = r#"<?xml version="1.0" encoding="UTF-8"?>
<NamedCredential xmlns="http://soap.sforce.com/2006/04/metadata">
    <endpoint>https://acme--uat.sandbox.my.salesforce.com</endpoint>
    <label>CRM</label>
    <principalType>NamedUser</principalType>
    <protocol>Password</protocol>
    <username>integration@acme.example</username>
</NamedCredential>"#;
    let found = facts("force-app/main/default/namedCredentials/CRM.namedCredential-meta.xml", legacy);
    assert_eq!(
        found,
        [
            "endpoint Connection acme--uat.sandbox.my.salesforce.com | https://acme--uat.sandbox.my.salesforce.com | NamedCredential.endpoint <CRM>",
            "flow PasswordProtocol - acme--uat.sandbox.my.salesforce.com | Password | NamedCredential.protocol <CRM>",
        ]
    );
    let secured = r#"<NamedCredential xmlns="http://soap.sforce.com/2006/04/metadata">
    <calloutStatus>Enabled</calloutStatus>
    <label>Stripe</label>
    <namedCredentialParameters>
        <parameterName>Url</parameterName>
        <parameterType>Url</parameterType>
        <parameterValue>https://api.stripe.com</parameterValue>
    </namedCredentialParameters>
    <namedCredentialParameters>
        <externalCredential>Stripe_Key</externalCredential>
        <parameterName>ExternalCredential</parameterName>
        <parameterType>Authentication</parameterType>
    </namedCredentialParameters>
    <namedCredentialType>SecuredEndpoint</namedCredentialType>
</NamedCredential>"#;
    let found = facts("force-app/Stripe.namedCredential-meta.xml", secured);
    assert_eq!(
        found,
        [
            "endpoint Connection api.stripe.com | https://api.stripe.com | NamedCredential.namedCredentialParameters.Url <Stripe>",
            "reference Secret NamedCredential :Stripe_Key | Stripe_Key | NamedCredential.namedCredentialParameters.externalCredential <Stripe>",
        ]
    );
}

#[test]
fn sites_that_may_be_called_are_allowlists() {
    let remote = "<RemoteSiteSetting><url>https://login.salesforce.com</url></RemoteSiteSetting>";
    has(&facts("a/b.remoteSite-meta.xml", remote), "endpoint Allowlist login.salesforce.com");
    let csp = "<CspTrustedSite><endpointUrl>https://api.stripe.com</endpointUrl></CspTrustedSite>";
    has(&facts("a/b.cspTrustedSite-meta.xml", csp), "endpoint Allowlist api.stripe.com");
}

#[test]
fn apps_and_providers_hold_secrets_unless_encrypted() {
    let secret = "9f27c4e1b8d06a53".repeat(4).to_uppercase();
    let app = format!(
        "<ConnectedApp><oauthConfig><callbackUrl>https://login.salesforce.com/cb</callbackUrl><consumerSecret>{secret}</consumerSecret></oauthConfig></ConnectedApp>"
    );
    let found = facts("a/Sync.connectedApp-meta.xml", &app);
    has(&found, "secret Salesforce consumer secret");
    assert!(found.iter().all(|f| !f.starts_with("endpoint Connection")), "{found:?}");
    let provider = "<AuthProvider><providerType>Salesforce</providerType><consumerSecret>++XYZ++</consumerSecret><tokenUrl>https://test.salesforce.com/services/oauth2/token</tokenUrl></AuthProvider>";
    let found = facts("a/Sync.authprovider-meta.xml", provider);
    assert_eq!(found.len(), 1, "{found:?}");
    has(&found, "endpoint Connection test.salesforce.com/services/oauth2/token");
}

#[test]
fn project_files_tell_the_provider_and_its_sandboxes() {
    has(
        &facts("sfdx-project.json", r#"{"packageDirectories": [{"path": "force-app"}]}"#),
        "integration salesforce a Salesforce DX project file | packageDirectories",
    );
    has(
        &facts("config/project-scratch-def.json", r#"{"orgName": "x", "edition": "Developer"}"#),
        "sandbox a scratch org definition",
    );
    assert_eq!(facts("config/other.json", r#"{"edition": "Developer"}"#), Vec::<String>::new());
    let sfdmu = r#"{"orgs": [{"name": "prod", "instanceUrl": "https://acme.my.salesforce.com", "accessToken": "x"}], "objects": [{"query": "SELECT all FROM Contact", "operation": "Upsert"}]}"#;
    let found = facts("data/export.json", sfdmu);
    has(
        &found,
        "endpoint Connection acme.my.salesforce.com | https://acme.my.salesforce.com | orgs[0].instanceUrl <prod> for Seed",
    );
    has(&found, "flow SessionToken salesforce acme.my.salesforce.com");
    has(&found, "integration salesforce");
    let cci = "project:\n  package: {name: x}\norgs:\n  scratch:\n    dev: {config_file: orgs/dev.json}\n";
    has(&facts("cumulusci.yml", cci), "sandbox a scratch org of `cumulusci.yml`");
}

#[test]
fn kubernetes_secrets_are_decoded() {
    use base64::Engine;
    let key = concat!("sk_li", "ve_51HxQ2eKcJf8Zp3vTnWm9RbLd");
    let encoded = base64::engine::general_purpose::STANDARD.encode(key);
    let text = format!(
        "kind: Secret\nmetadata: {{name: stripe, namespace: shop-prod}}\ndata:\n  STRIPE_KEY: {encoded}\n  NOTE: aGVsbG8=\n  ODD: '%%%'\nstringData:\n  OTHER: {key}\n"
    );
    let found = facts("deploy/secret.yaml", &text);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].contains(" encoded at data.STRIPE_KEY [production Structure: namespace `shop-prod`] <stripe>"),
        "{found:#?}"
    );
    assert!(found[1].contains(" at stringData.OTHER"), "{found:#?}");
}

#[test]
fn mule_connections_log_in_as_users() {
    let text = r#"<mule xmlns:salesforce="http://www.mulesoft.org/schema/mule/salesforce" xmlns="http://www.mulesoft.org/schema/mule/core">
  <salesforce:sfdc-config name="CRM">
    <salesforce:basic-connection username="${sf.username}" password="${sf.password}" securityToken="${sf.token}" url="https://test.salesforce.com/services/Soap/u/52.0"/>
  </salesforce:sfdc-config>
</mule>"#;
    let found = facts("src/main/mule/global.xml", text);
    has(&found, "integration salesforce a Mule Salesforce connector");
    has(&found, "flow PasswordGrant salesforce test.salesforce.com");
    has(
        &found,
        "reference Secret Property :sf.password | ${sf.password} | mule.sfdc-config.basic-connection.@password <CRM>",
    );
    has(&found, "endpoint Connection test.salesforce.com/services/Soap/u/52.0");
    assert_eq!(found.iter().filter(|f| f.starts_with("flow")).count(), 1, "{found:#?}");
}

#[test]
fn pipelines_place_plugins_in_environments() {
    let text = "\
plugins:
  extractors:
    - name: tap-salesforce
      pip_url: git+https://github.com/acme/tap-salesforce.git
      config: {login_url: https://login.salesforce.com}
environments:
  - name: prod
    config:
      plugins:
        extractors:
          - name: tap-salesforce
            config: {password: $SF_PROD_PASSWORD, is_sandbox: false}
";
    let found = facts("meltano.yml", text);
    has(&found, "integration salesforce");
    has(
        &found,
        "endpoint Connection login.salesforce.com | https://login.salesforce.com | plugins.extractors[0].config.login_url <tap-salesforce>",
    );
    let reference = found.iter().find(|f| f.contains("SF_PROD_PASSWORD")).unwrap();
    assert!(
        reference.contains("[production Structure: `environments` entry `prod`]")
            && reference.ends_with("<tap-salesforce>"),
        "{reference}"
    );
    let dbt = "shop:\n  target: dev\n  outputs:\n    prod:\n      type: snowflake\n      password: \"{{ env_var('SNOWFLAKE_PASSWORD') }}\"\n";
    has(
        &facts("profiles.yml", dbt),
        "reference Secret Environment :SNOWFLAKE_PASSWORD | {{ env_var('SNOWFLAKE_PASSWORD') }} | shop.outputs.prod.password [production Structure",
    );
}

#[test]
fn client_libraries_tell_their_provider() {
    has(
        &facts("package.json", r#"{"name": "x", "dependencies": {"jsforce": "^3.0.0"}}"#),
        "integration salesforce the npm package `jsforce` | jsforce",
    );
}

#[test]
fn a_project_brings_its_own_maps() {
    let text = "\
maps:
  - name: acme
    files: [\"**/*.acme.yaml\"]
    facts:
      - at: targets[kind=crm].address
        endpoint: connection
      - at: targets
        within: {integration: .name, environment: .stage, purpose: seed}
";
    let mut maps = Maps::default();
    let source = Source::from_str(FileId(0), "policies/integrations/acme.yaml", text);
    assert_eq!(maps.add(&source), []);
    let file = "targets:\n  - {name: one, kind: crm, stage: uat, address: login.salesforce.com}\n  - {name: two, kind: log, sink: login.salesforce.com}\n";
    assert_eq!(
        with("a/b.acme.yaml", file, &maps),
        [
            "endpoint Connection login.salesforce.com | login.salesforce.com | targets[0].address [non-production Structure: `targets` says `uat`] <one> for Seed"
        ]
    );
}
