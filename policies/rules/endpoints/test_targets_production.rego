# METADATA
# title: Test or synthetic-data code targets a production endpoint
# description: This is the shortest way for invented records into real customers' data.
# related_resources:
#   - https://developer.salesforce.com/docs/atlas.en-us.sfdx_dev.meta/sfdx_dev/sfdx_dev_scratch_orgs.htm
# custom:
#   id: ENDP-001
#   name: test-targets-production
#   subject: endpoint
#   severity: high
#   confidence: high
#   controls: ["gdpr:art-5-1-d", "gdpr:art-5-1-f", "gdpr:art-25", "pci-dss-4.0.1:6.5.3", "soc2:CC8.1", "iso-42001:A.7.4", "owasp-top10-2025:A02"]
#   fix: Point tests and generators at a sandbox or scratch org of their own, and stop when the target is neither.
package synthgate.endpoints.test_targets_production

import data.synthgate.lib.places
import rego.v1

applies if {
	input.role in {"connection", "command"}
	# Where a fallback leads to production, ENDP-003 says so.
	input.fallback == null
	input.credential_form == null
	places.effective(input.place)
	count(purposes) > 0
	not smoke_test
	not dev_hub
}

# What a job says of itself is closer than what its path says.
purposes := array.concat(of_job, of_place)

of_place := [p |
	some p in input.place.purposes
	p.purpose in places.synthetic_purposes
]

of_job := places.job_purposes(input.place.job) if {
	input.place.job != null
} else := []

# A check of production in production's own deployment environment, behind its reviewers.
smoke_test if {
	input.place.job != null
	places.bound_to_production(input.place.job)
	count([p | some p in purposes; p.purpose != "test"]) == 0
}

# `login.salesforce.com` is where scratch orgs are made from (a Dev Hub is a production org), and what a sandbox's JWT
# login may name as well.
dev_hub if {
	input.host == "login.salesforce.com"
	input.place.job != null
	input.place.job.scratch_org_id != null
}

dev_hub if {
	input.host == "login.salesforce.com"
	input.role == "command"
	input.place.environment.class == "non-production"
}

deny contains hit if {
	applies
	input.environment.class == "production"
	why := purposes[0]
	hit := {
		"at": input.id,
		"message": sprintf("%s is production (%s), and this %s (%s)", [input.label, input.environment.why, places.purpose_word[why.purpose], why.why]),
		"related": [{"at": p.id, "message": sprintf("%s: %s", [places.purpose_word[p.purpose], p.why])} |
			some p in purposes
			p.id != null
		],
		"confidence": confidence,
	}
}

# A provider that has a host for each environment, and nothing tells which one this is.
undetermined contains hit if {
	applies
	input.environment.class == null
	input.provider != null
	input.both_environments
	not input.shared_host
	hit := {
		"at": input.id,
		"message": sprintf("this %s (%s) with %s, whose environment nothing tells; declare it under `environments:`", [places.purpose_word[purposes[0].purpose], purposes[0].why, input.label]),
	}
}

# The production profile of a test suite may be meant.
confidence := "medium" if {
	input.place.environment.class == "production"
} else := "high"
