# METADATA
# title: Non-production job can read a production secret
# description: A seed, test or generation job that receives a production secret can write into production even when its usual target is a sandbox.
# related_resources:
#   - https://docs.github.com/en/actions/how-tos/deploy/configure-and-manage-deployments/manage-environments
# custom:
#   id: CRED-003
#   name: production-secret-in-test-job
#   subject: credential
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-25", "gdpr:art-32", "pci-dss-4.0.1:6.5.3", "pci-dss-4.0.1:6.5.4", "soc2:CC6.3", "soc2:CC8.1", "owasp-cicd:SEC-6"]
#   fix: Bind production secrets to a protected deployment environment with reviewers, and give this job a secret of a sandbox.
package synthgate.credentials.production_secret_in_test_job

import data.synthgate.lib.build
import data.synthgate.lib.places
import rego.v1

applies if {
	input.kind in {"value", "reference"}
	input.placeholder == null
	not input.public
	not restricted_data_token
	count(received) > 0
}

# Every job with a synthetic purpose that receives the credential, with the place where it does.
received := [{"use": u, "job": job, "purposes": purposes} |
	some u in input.uses
	places.effective(u.place)
	some job in u.received_by
	purposes := places.job_purposes(job)
	count(purposes) > 0
	not legitimate(job)
]

# Amazon's Selling Partner API takes a restricted data token of production in its sandbox.
# https://developer-docs.amazon.com/sp-api/docs/tokens-api-use-case-guide
restricted_data_token if {
	input.name != null
	regex.match(`(?i)(^|_)RDT(_|$)`, input.name)
}

# A Dev Hub is a production org, and scratch orgs are made from it.
legitimate(job) if job.scratch_org_id != null

# A job of production's own deployment environment, behind its reviewers.
legitimate(job) if places.bound_to_production(job)

production_by_name if input.environment.class == "production"

# Places where production itself reads the credential.
production_uses := [u |
	some u in input.uses
	places.effective(u.place)
	u.place.environment.class == "production"
	count([r | some r in received; r.use.id == u.id]) == 0
]

deny contains hit if {
	applies
	production_by_name
	at := received[0]
	hit := {
		"at": at.use.id,
		"message": sprintf(
			"%s receives production's %s (%s), and it %s: %s",
			[places.job_label(at.job), subject_name, input.environment.why, places.purpose_word[at.purposes[0].purpose], at.purposes[0].why],
		),
		"related": array.concat(because(at), others),
		"confidence": confidence(at),
	}
}

undetermined contains hit if {
	applies
	input.environment.class == null
	not build.is_token(input.name)
	count(production_uses) > 0
	at := received[0]
	hit := {
		"at": at.use.id,
		"message": sprintf(
			"%s receives what production reads too, and it %s: %s; whether the secret is production's own is not in sight",
			[places.job_label(at.job), places.purpose_word[at.purposes[0].purpose], at.purposes[0].why],
		),
		"related": [{"at": u.id, "message": sprintf("read for %s", [places.placed(u.place.environment)])} | some u in production_uses],
	}
}

# Declared, or the job says in two ways what it is for.
confidence(at) := "high" if {
	input.environment.rung == "declared"
} else := "high" if {
	count({p.why | some p in at.purposes}) > 1
} else := "medium"

because(at) := [{"at": p.id, "message": sprintf("the job %s: %s", [places.purpose_word[p.purpose], p.why])} |
	some p in at.purposes
	p.id != null
]

others := [{"at": r.use.id, "message": sprintf("%s receives it too", [places.job_label(r.job)])} |
	some i, r in received
	i > 0
	r.use.id != received[0].use.id
]

subject_name := sprintf("`%s`", [input.name]) if {
	input.name != null
} else := "credential"
