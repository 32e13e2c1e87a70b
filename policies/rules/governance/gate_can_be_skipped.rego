# METADATA
# title: Policy gate can be skipped in CI
# description: What an optional check has passed proves little.
# related_resources:
#   - https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-01-Insufficient-Flow-Control-Mechanisms
# custom:
#   id: GOVN-006
#   name: gate-can-be-skipped
#   subject: repository
#   severity: high
#   confidence: high
#   controls: ["soc2:CC8.1", "soc2:CC7.1", "nist-ai-rmf:MEASURE-1.2", "nist-ai-rmf:GOVERN-1.4", "gdpr:art-25", "gdpr:art-24", "owasp-cicd:SEC-1"]
#   fix: Let the gate's failure fail the job, on every pull request and on the release branch.
package synthgate.governance.gate_can_be_skipped

import data.synthgate.lib.places
import rego.v1

applies if count(input.gates) > 0

# A job that only reports, beside one that blocks, skips nothing.
skippable := [g |
	some g in input.gates
	not g.reporting
	count(g.bypasses) > 0
]

deny contains hit if {
	some g in skippable
	hit := {
		"at": g.bypasses[0].id,
		"message": sprintf("%s in %s", [g.bypasses[0].what, places.job_label(g.job)]),
		"related": array.concat(
			[{"at": g.id, "message": "the gate runs here"}],
			[{"at": b.id, "message": b.what} | some i, b in g.bypasses; i > 0],
		),
	}
}
