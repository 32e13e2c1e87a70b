# METADATA
# title: No dedicated sandbox declared for synthetic-data testing
# description: Without a declared sandbox nobody, and no tool, can tell a permitted target from a forbidden one.
# related_resources:
#   - https://developer.salesforce.com/docs/atlas.en-us.sfdx_dev.meta/sfdx_dev/sfdx_dev_scratch_orgs_def_file.htm
# custom:
#   id: ENDP-006
#   name: no-sandbox-declared
#   subject: repository
#   severity: medium
#   confidence: high
#   controls: ["pci-dss-4.0.1:6.5.3", "soc2:CC8.1", "gdpr:art-25", "nist-ai-rmf:MAP-1.6"]
#   fix: "Declare a non-production environment with its hosts or accounts in synthgate.yaml, or add a scratch org definition."
package synthgate.endpoints.no_sandbox_declared

import rego.v1

crm := [i |
	some i in input.integrations
	i.category == "crm"
]

applies if count(crm) > 0

# Hosts that merely occur somewhere declare nothing.
sandboxes := [e |
	some e in input.environments
	e.class == "non-production"
	count(e.hosts) + count(e.accounts) > 0
]

missing if {
	applies
	count(sandboxes) == 0
	count(input.sandbox_definitions) == 0
}

deny contains hit if {
	missing
	input.environments_id != null
	hit := {
		"at": input.environments_id,
		"message": "no environment here is non-production and has hosts or accounts",
		"related": [{"at": crm[0].id, "message": sprintf("the repository works with a CRM: %s", [crm[0].why])}],
	}
}

deny contains hit if {
	missing
	input.environments_id == null
	hit := {
		"at": crm[0].id,
		"message": sprintf("the repository works with a CRM (%s) and declares no sandbox", [crm[0].why]),
	}
}
