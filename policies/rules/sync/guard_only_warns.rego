# METADATA
# title: Guard only warns, or is disabled
# description: A guard that logs and goes on leaves a good conscience and lets the record through.
# related_resources:
#   - https://gdpr-info.eu/art-25-gdpr/
# custom:
#   id: SYNC-002
#   name: guard-only-warns
#   subject: sync_flow
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-25", "soc2:PI1.3", "soc2:CC7.2", "owasp-top10-2025:A10"]
#   fix: Let the guard throw, return, skip or quarantine before the write, and count what it refuses.
package synthgate.sync.guard_only_warns

import data.synthgate.lib.flows
import rego.v1

guarded := [w |
	some w in input.writes
	w.guard in {"holds", "ignored", "unknown"}
]

applies if {
	flows.into_production(input)
	count(guarded) > 0
	not covered
}

applies if {
	flows.into_production(input)
	input.guard != null
	input.guard.disabled != null
}

deny contains hit if {
	applies
	input.guard != null
	input.guard.disabled != null
	hit := {
		"at": input.guard.disabled.id,
		"message": sprintf("production switches `%s` off, the guard of %s", [input.guard.name, input.label]),
		"related": [{"at": input.guard.id, "message": "the guard is declared here"}],
		"fix": sprintf("Take `%s` out of production's profile.", [input.guard.disabled.key]),
	}
}

# Code asks a setting before it asks the guard, and production sets it the wrong way.
deny contains hit if {
	applies
	some w in input.writes
	w.switch != null
	w.switch.disabled != null
	hit := {
		"at": w.switch.disabled.id,
		"message": sprintf("production switches `%s` so that the guard of %s does not run", [w.switch.name, input.label]),
		"related": array.concat(
			[{"at": w.switch.id, "message": "the guard runs only as this says"}],
			[{"at": w.id, "message": "written here"}],
		),
		"fix": sprintf("Take `%s` out of production's profile.", [w.switch.disabled.key]),
	}
}

# A module that a declared flow covers is that flow's.
covered if input.declared_as != null

deny contains hit if {
	applies
	some w in input.writes
	w.guard == "ignored"
	w.guard_id != null
	hit := {
		"at": w.guard_id,
		"message": sprintf("`%s` says that the record is synthetic, and %s writes it all the same", [w.guard_text, flows.call(w)]),
		"related": [{"at": w.id, "message": "written here"}],
	}
}
