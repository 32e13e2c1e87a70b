# METADATA
# title: Password-grant or session-token authentication to the CRM
# description: A password or a pasted session acts as a shared human identity, so that no action can be attributed to one integration.
# related_resources:
#   - https://datatracker.ietf.org/doc/html/rfc9700#section-2.4
# custom:
#   id: CRED-004
#   name: password-grant
#   subject: credential
#   severity: medium
#   confidence: high
#   controls: ["gdpr:art-32", "pci-dss-4.0.1:8.6.2", "soc2:CC6.1", "owasp-top10-2025:A07"]
#   fix: Use the JWT bearer or client-credentials flow with an identity of this integration's own.
package synthgate.credentials.password_grant

import data.synthgate.lib.places
import rego.v1

# Identity servers and commerce back ends that take a password grant are out of scope.
flows := [f |
	some f in input.flows
	f.category == "crm"
	places.effective(f.place)
]

applies if count(flows) > 0

deny contains hit if {
	applies
	at := flows[0]
	hit := {
		"at": at.id,
		"message": concat("", [what[at.flow], against(at)]),
		"related": [{"at": f.id, "message": what[f.flow]} |
			some i, f in flows
			i > 0
		],
		"fix": fix[at.flow],
	}
}

what := {
	"password-grant": "logs in with a user's name and password",
	"password-protocol": "the credential's protocol is Password",
	"session-token": "a session id is pasted here",
}

against(flow) := sprintf(" to %s", [flow.host]) if {
	flow.host != null
} else := ""

fix := {
	"password-grant": "Register a connected app for this integration and log in with the JWT bearer or client-credentials flow and a run-as user of its own.",
	"password-protocol": "Move the credential to an external credential with OAuth (JWT bearer or client credentials) and a named principal of this integration's own.",
	"session-token": "Request a token at run time with the JWT bearer or client-credentials flow; a session id is somebody's login.",
}
