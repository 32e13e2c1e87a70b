# METADATA
# title: Production profile references a sandbox or test-mode endpoint
# description: Production that reads from a sandbox shows invented customers, prices or stock to real shoppers.
# related_resources:
#   - https://docs.stripe.com/test-mode
# custom:
#   id: ENDP-002
#   name: sandbox-in-production
#   subject: endpoint
#   severity: high
#   confidence: high
#   controls: ["gdpr:art-5-1-d", "soc2:PI1.2", "soc2:CC8.1", "pci-dss-4.0.1:6.5.3", "owasp-top10-2025:A02"]
#   fix: Name the production endpoint here, or move the setting to the profile of the environment that it belongs to.
package synthgate.endpoints.sandbox_in_production

import data.synthgate.lib.placement
import data.synthgate.lib.places
import rego.v1

applies if {
	input.role in {"connection", "command"}
	input.fallback == null
	places.effective(input.place)
	input.place.environment.class == "production"
	count([p | some p in input.place.purposes; p.purpose in places.synthetic_purposes]) == 0
	not says_sandbox
	not tests
}

# A job that tests beside a deployment of production is no profile of it.
tests if {
	input.place.job != null
	count(places.job_purposes(input.place.job)) > 0
}

# The key itself says that it is the sandbox's (`sandbox_url`, `cgi_url_test_mode`): formats that list both
# environments choose with a switch of their own.
says_sandbox if {
	some e in input.place.environment.evidence
	e.rung in {"name", "structure"}
	e.class == "non-production"
}

deny contains hit if {
	applies
	input.environment.class == "non-production"
	hit := {
		"at": input.id,
		"message": sprintf("%s (%s) in a production profile (%s)", [what, input.environment.why, input.place.environment.why]),
		"related": [{"at": e.id, "message": sprintf("production: %s", [e.why])} |
			some e in input.place.environment.evidence
			e.id != null
			e.class == "production"
		],
		"confidence": confidence,
	}
}

what := input.label if {
	input.host == ""
} else := sprintf("%s is not production", [input.label])

confidence := "high" if {
	placement.solid(input.place.environment)
} else := "medium"
