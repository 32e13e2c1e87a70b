# METADATA
# title: Path to the synthetic store bypasses the anonymiser
# description: Backfills and bulk loads are written in a hurry, past the layer that all others use.
# related_resources:
#   - https://gdpr-info.eu/art-25-gdpr/
# custom:
#   id: ANON-002
#   name: bypassed-anonymiser
#   subject: anonymiser
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-25", "gdpr:art-32", "nist-ai-600-1:MP-2.1-002", "iso-27559:governance", "soc2:PI1.3", "owasp-top10-2025:A06"]
#   fix: Send every writer through one function that anonymises, and let the store accept nothing else.
package synthgate.anonymisation.bypassed_anonymiser

import rego.v1

applies if count(input.checked_flows) > 0

open_words := {
	"missing": "nothing anonymises the record before it",
	"late": "the anonymiser comes behind it",
	"conditional": "the anonymiser stands in a branch that may not be taken",
	"ignored": "what the anonymiser gives back is not used",
}

open_bypasses := [b |
	some b in input.bypasses
	open_words[b.anonymised]
]

deny contains hit if {
	some b in open_bypasses
	not doubtful(b)
	hit := {
		"at": b.id,
		"message": sprintf("`%s` writes in the flow %s, and %s", [b.call, b.flow, open_words[b.anonymised]]),
		"related": array.concat(
			[{"at": b.demand_id, "message": sprintf("records must pass `%s`", [input.label])}],
			called(b),
		),
	}
}

called(b) := [{"at": b.anonymiser_id, "message": "it is called here"}] if {
	b.anonymiser_id != null
} else := []

doubtful(b) if {
	b.anonymised == "missing"
	b.unresolved != null
}

undetermined contains hit if {
	some b in open_bypasses
	doubtful(b)
	hit := {"at": b.id, "message": sprintf("no call of `%s` is seen before `%s`, but part of the way can't be followed: %s", [input.label, b.call, b.unresolved])}
}

undetermined contains hit if {
	some b in input.bypasses
	b.anonymised == "unknown"
	hit := {"at": b.id, "message": sprintf("what happens to the record before `%s` can't be told", [b.call])}
}

undetermined contains hit if {
	some b in input.bypasses
	b.anonymised == "switched"
	hit := {
		"at": b.id,
		"message": sprintf("a setting decides whether the record is anonymised before `%s`, and nothing says what production sets", [b.call]),
		"related": called(b),
	}
}
