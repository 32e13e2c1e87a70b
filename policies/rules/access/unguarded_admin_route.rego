# METADATA
# title: Synthetic-data admin route without an authorisation check
# description: Whoever reaches the route can publish, load or purge synthetic data, and customers meet what they did.
# related_resources:
#   - https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html
# custom:
#   id: ACCS-001
#   name: unguarded-admin-route
#   subject: permission
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-32", "soc2:CC6.1", "soc2:CC6.3", "pci-dss-4.0.1:7.2.1", "owasp-top10-2025:A01", "iso-42001:A.3.2"]
#   fix: Ask for a role or permission before the handler runs, e.g. requireRole("synthetic-data-steward"); a login alone lets every user in.
package synthgate.access.unguarded_admin_route

import data.synthgate.lib.places
import rego.v1

applies if {
	input.route != null
	input.route.mutates
	places.effective(input.place)
	not is_test
}

is_test if {
	some p in input.place.purposes
	p.purpose == "test"
}

identities := [c | some c in input.route.checks; c.strength == "authentication"]

unknowns := [c | some c in input.route.checks; c.strength == "unknown"]

deny contains hit if {
	applies
	input.route.guard == "authentication"
	count(unknowns) == 0
	hit := {
		"at": input.id,
		"message": sprintf("%s %s and asks only who the caller is: any user who is logged in may do it", [input.label, changes]),
		"related": [{"at": c.id, "message": "this is authentication, not authorisation"} | some c in identities],
	}
}

deny contains hit if {
	applies
	input.route.guard == "nothing"
	input.route.followed
	hit := {
		"at": input.id,
		"message": sprintf("%s %s, and nothing before or in its handler asks what the caller may do", [input.label, changes]),
	}
}

undetermined contains hit if {
	applies
	input.route.guard in {"authentication", "unknown"}
	count(unknowns) > 0
	hit := {
		"at": input.id,
		"message": sprintf("%s %s; whether %s asks for a role is not known", [input.label, changes, named(unknowns[0])]),
		"related": [{"at": c.id, "message": "runs before the handler"} | some c in unknowns],
	}
}

undetermined contains hit if {
	applies
	input.route.guard == "nothing"
	not input.route.followed
	hit := {
		"at": input.id,
		"message": sprintf("%s %s without a check in front; its handler was not found, so it may hold one", [input.label, changes]),
	}
}

named(check) := sprintf("`%s`", [check.name]) if {
	check.name != ""
} else := "what runs before it"

default changes := "is admin code and changes something"

changes := "changes synthetic data" if {
	input.route != null
	input.route.synthetic
}
