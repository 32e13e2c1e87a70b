#!/usr/bin/env bash
# Loads the sample contacts. Where SF_LOGIN_URL is not set this is production: ENDP-003.
set -euo pipefail
sf org login web --instance-url "${SF_LOGIN_URL:-https://login.salesforce.com}" --alias seed
sf data import tree --plan data/plan.json --target-org seed
