# METADATA
# title: Environment selection falls back to production
# description: A variable that nobody set turns a test run into a write to production, without a word.
# related_resources:
#   - https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_06_02
# custom:
#   id: ENDP-003
#   name: fallback-to-production
#   subject: endpoint
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-25", "gdpr:art-32", "soc2:CC8.1", "owasp-top10-2025:A10"]
#   fix: Fall back to the sandbox, or stop when the variable is not set.
package synthgate.endpoints.fallback_to_production

import data.synthgate.lib.places
import rego.v1

applies if {
	input.fallback != null
	input.both_environments
	not input.role in {"audience", "allowlist", "inert", "dump-header"}
	places.effective(input.place)
	not production_profile
	not named_for_production
	not deploys
	not makes_scratch_orgs
}

# Production's own default is production.
production_profile if input.place.environment.class == "production"

# `SF_PROD_URL` may well be production: another variable chooses.
named_for_production if input.fallback.variable_class == "production"

deploys if {
	some p in input.place.purposes
	p.purpose == "deploy"
}

deploys if {
	input.place.job != null
	places.deploys(input.place.job)
}

# A Dev Hub is a production org.
makes_scratch_orgs if {
	input.place.job != null
	input.place.job.scratch_org_id != null
}

synthetic := array.concat(of_job, of_place)

of_place := [p |
	some p in input.place.purposes
	p.purpose in places.synthetic_purposes
]

of_job := places.job_purposes(input.place.job) if {
	input.place.job != null
} else := []

deny contains hit if {
	applies
	input.environment.class == "production"
	hit := {
		"at": input.fallback.id,
		"message": concat("", [sprintf("without `%s` this is %s: production (%s)", [input.fallback.variable, input.label, input.environment.why]), purpose]),
		"related": [{"at": input.fallback.symbol.id, "message": sprintf("`%s` is given here", [input.fallback.symbol.name])} | given_elsewhere],
		"confidence": confidence,
		"fix": sprintf("Stop when `%s` is not set, or let it fall back to a sandbox.", [input.fallback.variable]),
	}
}

# The fallback, and code that works with invented data: two signals.
confidence := "high" if {
	count(synthetic) > 0
} else := "medium"

purpose := sprintf(", and this %s (%s)", [places.purpose_word[synthetic[0].purpose], synthetic[0].why]) if {
	count(synthetic) > 0
} else := ""

given_elsewhere if {
	input.fallback.symbol != null
	input.fallback.symbol.id != null
}

# Nothing says what takes over: the name alone does not.
undetermined contains hit if {
	applies
	input.fallback.symbol != null
	input.fallback.symbol.unknown != null
	hit := {
		"at": input.fallback.id,
		"message": sprintf("without `%s` this is `%s`, and what that holds is not known here: %s", [input.fallback.variable, input.fallback.symbol.name, input.fallback.symbol.unknown]),
		"confidence": "medium",
	}
}
