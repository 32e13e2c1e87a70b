# METADATA
# title: Guard has no test that proves rejection
# description: A guard that no test feeds a synthetic record to will stop working unnoticed.
# related_resources:
#   - https://gdpr-info.eu/art-32-gdpr/
# custom:
#   id: SYNC-003
#   name: untested-guard
#   subject: sync_flow
#   severity: low
#   confidence: low
#   controls: ["soc2:CC8.1", "soc2:PI1.3", "nist-ai-rmf:MEASURE-2.1", "gdpr:art-32-1-d"]
#   fix: "Add a test that sends a marked record and expects its rejection, and name it under `guard-test:`."
package synthgate.sync.untested_guard

import data.synthgate.lib.flows
import rego.v1

guards := [w |
	some w in input.writes
	w.guard in {"holds", "ignored"}
	w.guard_id != null
]

applies if {
	input.kind == "declared"
	has_guard
}

has_guard if count(guards) > 0

has_guard if input.guard != null

# A named test that is not there.
deny contains hit if {
	applies
	input.test.declared_id != null
	not input.test.exists
	hit := {"at": input.test.declared_id, "message": sprintf("`%s` does not exist: nothing proves that the guard of %s rejects a synthetic record", [input.test.declared, input.label])}
}

deny contains hit if {
	applies
	input.guard != null
	input.test.declared_id == null
	input.test.names_guard == null
	hit := {"at": input.guard.id, "message": sprintf("no test names `%s`, the guard of %s", [input.guard.name, input.label])}
}

undetermined contains hit if {
	applies
	input.guard == null
	input.test.declared_id == null
	input.test.names_marker == null
	count(guards) > 0
	hit := {"at": guards[0].guard_id, "message": sprintf("no test names the marker that this filter of %s reads; name the test under `guard-test:`", [input.label])}
}
