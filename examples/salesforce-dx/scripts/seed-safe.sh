#!/usr/bin/env bash
# The same, and no variable means no run.
set -euo pipefail
: "${SF_LOGIN_URL:?say which sandbox is meant, e.g. https://larkspur--uat.sandbox.my.salesforce.com}"
sf org login web --instance-url "$SF_LOGIN_URL" --alias seed
sf data import tree --plan data/plan.json --target-org seed
