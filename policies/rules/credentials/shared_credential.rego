# METADATA
# title: Credential shared across environments or integrations
# description: One identity in two environments lets a test job write into customer records, and no audit log can tell the two apart.
# related_resources:
#   - https://owasp.org/www-project-top-10-ci-cd-security-risks/
# custom:
#   id: CRED-002
#   name: shared-credential
#   subject: credential
#   severity: high
#   confidence: high
#   controls: ["gdpr:art-32", "gdpr:art-25", "pci-dss-4.0.1:6.5.3", "pci-dss-4.0.1:8.2.2", "soc2:CC6.1", "soc2:CC6.3", "owasp-top10-2025:A07"]
#   fix: Issue one identity for each environment and each integration, with the rights that this one needs.
#   options:
#     customer-systems: [crm, commerce, payment, marketing, marketplace, subscription, billing, erp]
package synthgate.credentials.shared_credential

import data.synthgate.lib.build
import data.synthgate.lib.placement
import data.synthgate.lib.places
import rego.v1

# A placeholder is nobody's identity, and what is published by design is no secret.
applies if {
	input.kind in {"value", "reference"}
	input.placeholder == null
	not input.public
	input.store != "named-credential"
}

uses := [u |
	some u in input.uses
	places.effective(u.place)
]

production := [u |
	some u in uses
	u.place.environment.class == "production"
]

other := [u |
	some u in uses
	u.place.environment.class == "non-production"
]

unknown := [u |
	some u in uses
	u.place.environment.class == null
	not u.place.environment.contradicted
	not for_tests(u)
]

# The same value, or a reference that means the same secret wherever it stands. What the deployment resolves
# (`${SF_PASSWORD}`, secretKeyRef) may be another secret in each environment.
same_secret if input.kind == "value"

same_secret if input.absolute

same_secret if input.store in {"github", "gitlab"}

# --- two environments

deny contains hit if {
	applies
	input.role == "secret"
	count(production) > 0
	count(other) > 0
	proof
	at := production[0]
	hit := {
		"at": at.id,
		"message": sprintf("%s %s this %s (%s)", [at.place.environment.name, verb, what, at.place.environment.why]),
		"related": array.concat([{"at": u.id, "message": label(u)} | some u in other], users),
		"confidence": confidence,
		"fix": fix(other[0]),
	}
}

proof if {
	same_secret
	not build_service
}

# Tokens of package registries, coverage and chat are the build's: they count only where both environments are more
# than the name of a job.
proof if {
	same_secret
	build_service
	count([u | some u in array.concat(production, other); not placement.solid(u.place.environment)]) == 0
}

proof if {
	not same_secret
	resolved_alike
}

# The user names that both sides name.
users := [{"at": i.id, "message": sprintf("for the same `%s`", [i.name])} |
	some o in other
	some i in same_users(production[0], o)
]

# Two independent reasons for each side.
resolved_alike if {
	some p in production
	placement.proven(p.place.environment)
	some o in other
	placement.proven(o.place.environment)
}

# One name for the secret of one user.
resolved_alike if {
	some p in production
	some o in other
	count(same_users(p, o)) > 0
}

same_users(a, b) := [i |
	some i in b.identities
	some j in a.identities
	i.same_as_id == j.same_as_id
]

undetermined contains hit if {
	applies
	input.role == "secret"
	not same_secret
	not resolved_alike
	count(production) > 0
	count(other) > 0
	at := production[0]
	hit := {
		"at": at.id,
		"message": sprintf(
			"%s and %s read the same name; whether it is the same secret is decided where they are deployed",
			[at.place.environment.name, other[0].place.environment.name],
		),
		"related": [{"at": u.id, "message": label(u)} | some u in other],
	}
}

undetermined contains hit if {
	applies
	input.role == "identity"
	same_secret
	count(production) > 0
	count(other) > 0
	not input.beside_secret
	at := production[0]
	hit := {
		"at": at.id,
		"message": sprintf("%s and %s act under one user name or client id; whether they share its secret is not in sight", [at.place.environment.name, other[0].place.environment.name]),
		"related": [{"at": u.id, "message": label(u)} | some u in other],
	}
}

undetermined contains hit if {
	applies
	input.role == "secret"
	same_secret
	customer_system
	count(production) > 0
	count(other) == 0
	elsewhere := [u | some u in unknown; not same_place(u, production[0])]
	count(elsewhere) > 0
	at := production[0]
	hit := {
		"at": at.id,
		"message": sprintf("%s %s this %s, and so does a place whose environment is not known", [at.place.environment.name, verb, what]),
		"related": [{"at": u.id, "message": "the same one, in an environment that nothing tells"} | some u in elsewhere],
	}
}

# --- two integrations

deny contains hit if {
	applies
	input.role == "secret"
	customer_system
	not across_environments
	count(integrations) > 1
	at := firsts[0]
	hit := {
		"at": at.id,
		"message": sprintf("integration `%s` %s this %s itself", [at.place.integration, verb, what]),
		"related": [{"at": u.id, "message": sprintf("so does integration `%s`", [u.place.integration])} |
			some i, u in firsts
			i > 0
		],
		"severity": "medium",
		"confidence": "medium",
		"fix": "Issue one identity for each integration, so that the log tells which of them wrote.",
	}
}

across_environments if {
	count(production) > 0
	count(other) > 0
}

integrations := {u.place.integration |
	some u in uses
	u.place.integration != null
}

# The first use of each integration.
firsts := [u |
	some i, u in uses
	u.place.integration != null
	count([e | some j, e in uses; j < i; e.place.integration == u.place.integration]) == 0
]

customer_system if input.category in input.options["customer-systems"]

build_service if build.is_token(input.name)

# CRED-003 judges what tests and seeds receive.
for_tests(u) if {
	some job in u.received_by
	count(places.job_purposes(job)) > 0
}

same_place(a, b) if {
	a.place.path == b.place.path
	a.place.job == b.place.job
}

# --- words

confidence := "medium" if {
	count([u | some u in production; placement.solid(u.place.environment)]) == 0
} else := "medium" if {
	count([u | some u in other; placement.solid(u.place.environment)]) == 0
} else := "high"

verb := "holds" if input.kind == "value"

verb := "reads" if input.kind == "reference"

what := "value" if input.kind == "value"

what := "reference" if input.kind == "reference"

label(u) := sprintf("%s %s the same one (%s)", [u.place.environment.name, verb, u.place.environment.why])

fix(u) := sprintf("Give %s its own identity, e.g. `%s`, and read it there.", [u.place.environment.name, own]) if {
	input.kind == "reference"
	regex.match(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`, input.name)
	parts := split(input.name, "_")
	rest := concat("_", array.slice(parts, 1, count(parts)))
	own := sprintf("%s_%s_%s", [parts[0], upper(u.place.environment.name), rest])
} else := sprintf("Give %s its own identity and use it there; rotate this one, which has left production.", [u.place.environment.name]) if {
	input.kind == "value"
} else := sprintf("Give %s its own identity under a path or name of its own, and read it there.", [u.place.environment.name])
