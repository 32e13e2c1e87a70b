use super::facts;

const FALLBACK: &str = "unless $SF_URL in";

#[test]
fn literals_that_take_over_are_fallbacks_in_every_spelling() {
    for text in [
        "SF_URL=\"${SF_URL:-https://login.salesforce.com}\"\n",
        "export SF_URL=${SF_URL:-https://login.salesforce.com}\n",
        ": \"${SF_URL:=https://login.salesforce.com}\"\n",
        "sf org login jwt --instance-url \"${SF_URL:-https://login.salesforce.com}\"\n",
        "SF_URL=\"${SF_URL:-\\\n  https://login.salesforce.com}\"\n",
    ] {
        let found = facts("scripts/seed.sh", text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].contains(FALLBACK) && found[0].contains("| https://login.salesforce.com |"), "{found:?}");
    }
    let whole = facts("a.sh", "A=${SF_URL:-https://login.salesforce.com}\n");
    assert!(whole[0].contains("in \"${SF_URL:-https://login.salesforce.com}\""), "{whole:?}");
}

#[test]
fn commands_are_talked_to_and_words_are_not() {
    let text = "\
# curl https://login.salesforce.com
echo \"see https://login.salesforce.com\"
cat <<EOF
https://login.salesforce.com
EOF
git clone https://acme.my.salesforce.com
curl -s https://acme.my.salesforce.com/services/data
SF_LOGIN_URL=https://test.salesforce.com
if [ \"$1\" = \"production\" ]; then
  SF_HOST_URL=https://login.salesforce.com
fi
case \"$ENV\" in
  uat) URL=https://acme--uat.sandbox.my.salesforce.com ;;
  prod|production) URL=https://acme.my.salesforce.com ;;
  *) exit 1 ;;
esac
";
    assert_eq!(
        facts("scripts/sync.sh", text),
        [
            "endpoint Command acme.my.salesforce.com/services/data | https://acme.my.salesforce.com/services/data | ",
            "endpoint Connection test.salesforce.com | https://test.salesforce.com | SF_LOGIN_URL",
            "endpoint Connection login.salesforce.com | https://login.salesforce.com | SF_HOST_URL [production Structure: branch for `production`]",
            "endpoint Connection acme--uat.sandbox.my.salesforce.com | https://acme--uat.sandbox.my.salesforce.com | URL [non-production Structure: branch for `uat`]",
            "endpoint Connection acme.my.salesforce.com | https://acme.my.salesforce.com | URL [production Structure: branch for `production`]",
        ]
    );
}

#[test]
fn password_logins_and_tokens_are_flows() {
    let text = "\
TOKEN=$(curl -s https://login.salesforce.com/services/oauth2/token -d grant_type=password -d \"password=$SF_PASSWORD\")
sf org login access-token --instance-url https://acme.my.salesforce.com
";
    let found = facts("sync.sh", text);
    assert!(
        found.iter().any(|f| f.starts_with("flow PasswordGrant - login.salesforce.com | grant_type=password")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|f| f.starts_with("flow SessionToken salesforce acme.my.salesforce.com | sf org login")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|f| f.starts_with("reference Secret Environment :SF_PASSWORD | $SF_PASSWORD")),
        "{found:?}"
    );
}

#[test]
fn makefiles_and_dockerfiles_have_defaults_too() {
    let make = "SF_URL ?= https://login.salesforce.com\nseed:\n\tcurl $(SF_URL) https://acme.my.salesforce.com\n";
    assert_eq!(
        facts("Makefile", make),
        [
            "endpoint Connection login.salesforce.com unless $SF_URL in \"SF_URL ?= https://login.salesforce.com\" | https://login.salesforce.com | SF_URL",
            "endpoint Command acme.my.salesforce.com | https://acme.my.salesforce.com | seed for Seed",
        ]
    );
    let docker = "FROM a\nARG SF_URL=https://login.salesforce.com\nENV SF_LOGIN_URL=https://test.salesforce.com B=c\nRUN curl https://acme.my.salesforce.com\n";
    assert_eq!(
        facts("Dockerfile", docker),
        [
            "endpoint Connection login.salesforce.com unless $SF_URL in \"https://login.salesforce.com\" | https://login.salesforce.com | SF_URL",
            "endpoint Connection test.salesforce.com | https://test.salesforce.com | SF_LOGIN_URL",
            "endpoint Command acme.my.salesforce.com | https://acme.my.salesforce.com | RUN",
        ]
    );
}
