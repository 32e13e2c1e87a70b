# What rules ask of the places where facts stand.
package synthgate.lib.places

import rego.v1

# Somebody runs or deploys what stands here: it is not a comment, recorded traffic, documentation, a file to copy,
# what a test expects, or somebody else's code.
effective(place) if {
	not place.in_comment
	not place.recording
	not place.documentation
	not place.fixture
	not place.vendored
}

# "production (file name `prod.yaml`)"
placed(environment) := sprintf("%s (%s)", [environment.name, environment.why])

# Where a job stands that a rule points at: "job `seed-demo-data` of workflow `CI`".
job_label(job) := sprintf("job `%s` of workflow `%s`", [job.name, job.workflow])

# Purposes that make synthetic data or work with it.
synthetic_purposes := {"test", "seed", "generate"}

purpose_word := {
	"test": "tests",
	"seed": "seeds data",
	"generate": "makes data",
	"deploy": "deploys",
	"demo": "shows the product",
}

# Why a job is no production job: its synthetic purposes. A deployment that tests itself is a deployment.
job_purposes(job) := [p |
	some p in job.purposes
	p.purpose in synthetic_purposes
	not deploys(job)
]

deploys(job) if {
	some p in job.purposes
	p.purpose == "deploy"
}

# The job is bound to a deployment environment of production.
bound_to_production(job) if {
	some e in job.environments
	e.class == "production"
}
