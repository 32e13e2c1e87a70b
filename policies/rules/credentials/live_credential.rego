# METADATA
# title: Live CRM, commerce or payment credential committed
# description: Whoever can read the repository, and every test or tutorial job in it, can write into real customers' records with this secret.
# related_resources:
#   - https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-06-Insufficient-Credential-Hygiene
# custom:
#   id: CRED-001
#   name: live-credential
#   subject: credential
#   severity: critical
#   confidence: high
#   controls: ["gdpr:art-5-1-f", "gdpr:art-32", "pci-dss-4.0.1:8.6.2", "soc2:CC6.1", "owasp-top10-2025:A07", "owasp-cicd:SEC-6"]
#   fix: Revoke the secret at the provider first, then keep its successor in a secret store, put a reference here, and take the value out of the history.
#   options:
#     categories: [crm, marketing, commerce, marketplace, payment, billing, subscription, banking-data, tax, erp, shipping, messaging, ipaas]
package synthgate.credentials.live_credential

import rego.v1

# A value with a form of a provider that holds or moves customers' data. What is published by design is no secret, and
# with a placeholder nobody can log in.
applies if {
	input.kind == "value"
	input.form != null
	input.category in input.options.categories
	input.placeholder == null
	not input.public
}

in_production := [u |
	some u in input.uses
	u.environment.class == "production"
]

unplaced := [u |
	some u in input.uses
	u.environment.class == null
]

# --- the form itself says that it is live

deny contains hit if {
	applies
	not input.session
	input.form_class == "production"
	at := first
	hit := {
		"at": at.id,
		"message": sprintf("%s%s%s", [input.form, live_because, note(at)]),
		"related": others(at),
		"confidence": confidence(at),
	}
}

# --- the form is the same in every environment: the place tells

deny contains hit if {
	applies
	not input.session
	input.form_class == null
	count(in_production) > 0
	at := in_production[0]
	hit := {
		"at": at.id,
		"message": sprintf("%s of %s (%s)%s", [input.form, at.environment.name, at.environment.why, note(at)]),
		"related": others(at),
		"confidence": confidence(at),
	}
}

undetermined contains hit if {
	applies
	not input.session
	input.form_class == null
	count(in_production) == 0
	count(unplaced) > 0
	at := unplaced[0]
	hit := {
		"at": at.id,
		"message": sprintf("%s%s; neither its form nor its place tells whether it opens production", [input.form, note(at)]),
		"related": others(at),
	}
}

# --- a session opens what its user may see, wherever it was written down

deny contains hit if {
	applies
	input.session
	at := first
	hit := object.union(
		{
			"at": at.id,
			"message": sprintf("%s%s: whoever reads it acts as its user until it ends%s", [input.form, placed(at), note(at)]),
			"related": others(at),
			"confidence": confidence(at),
			"fix": "End the session (or revoke its token) at the provider, and record or paste a filtered value instead.",
		},
		lowered(at),
	)
}

# Nobody's customers are behind a sandbox's session.
lowered(at) := {"severity": "medium"} if {
	at.environment.class == "non-production"
} else := {}

# --- where and how it stands

# A place that takes effect before one that shows or expects something.
first := effective[0] if {
	count(effective) > 0
} else := input.uses[0]

effective := [u |
	some u in input.uses
	not shown(u)
]

shown(u) if u.place.documentation

shown(u) if u.place.fixture

# Documentation and expected values hold invented keys more often than real ones.
confidence(at) := "medium" if {
	shown(at)
} else := "high"

live_because := sprintf(" (for %s)", [input.host]) if {
	input.host != null
} else := ""

placed(at) := sprintf(" of %s (%s)", [at.environment.name, at.environment.why]) if {
	at.environment.class != null
} else := ""

note(at) := ", commented out, but kept by the history" if {
	at.place.in_comment
} else := ", in base64, which hides nothing" if {
	at.encoded
} else := ""

others(at) := [{"at": u.id, "message": "the same value"} |
	some u in input.uses
	u.id != at.id
]
