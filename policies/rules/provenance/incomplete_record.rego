# METADATA
# title: Provenance record is incomplete, malformed or dangling
# description: A record that does not say what made the data, when, who answers for it and from what source can't be followed back by anybody.
# related_resources:
#   - https://www.w3.org/TR/prov-dm/
#   - https://www.w3.org/submissions/prov-json/
# custom:
#   id: PROV-002
#   name: incomplete-record
#   subject: dataset
#   severity: medium
#   confidence: high
#   controls:
#     - w3c-prov:generation
#     - w3c-prov:association
#     - w3c-prov:attribution
#     - w3c-prov:derivation
#     - dta-dps-1.0.0:generation-method
#     - croissant-1.1:prov
#     - nist-ai-600-1:MG-2.2-002
#     - nist-ai-600-1:GV-1.6-003
#     - iso-42001:A.7.5
#   fix: Name kind, version, digest, generator and its version, a start or end time, who answers for the data, and its source or that there is none.
package synthgate.provenance.incomplete_record

import rego.v1

# The profile is ours: PROV-DM itself makes all of these optional, and the message says so.
_required := [
	["kind", input.provenance.kind],
	["version", input.provenance.version],
	["generator", input.provenance.generator],
	["generator version", input.provenance.generator_version],
	["responsible agent", input.provenance.agent],
	["source (or that there is no real one)", input.provenance.source],
]

_times := [input.provenance.started, input.provenance.ended]

_missing contains name if {
	some [name, value] in _required
	value == null
}

_missing contains "digest" if count(input.provenance.digests) == 0

_missing contains "start or end time" if {
	_times[0] == null
	_times[1] == null
}

_kinds := {"synthetic", "masked", "real", "not-personal"}

_wrong contains {"at": input.provenance.kind.id, "message": message} if {
	input.provenance.kind != null
	not input.provenance.kind.value in _kinds
	message := sprintf("kind is one of %s", [concat(", ", sort(_kinds))])
}

_wrong contains {"at": fault.id, "message": fault.what} if {
	some fault in input.provenance.faults
	trim_space(fault.what) != ""
}

_absent := [sprintf("this project's provenance profile also asks for %s", [concat(", ", sort(_missing))])] if count(_missing) > 0

_absent := [] if count(_missing) == 0

deny contains {"at": at, "message": message, "related": related} if {
	input.provenance != null
	faults := sort(_wrong)
	count(faults) + count(_missing) > 0
	at := [place | some place in array.concat([f.at | some f in faults], [input.provenance.id])][0]
	message := concat("; ", array.concat([f.message | some f in array.slice(faults, 0, 1)], _absent))
	related := array.slice(faults, 1, count(faults))
}

applies if input.provenance != null
