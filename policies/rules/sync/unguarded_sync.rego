# METADATA
# title: Sync into production has no synthetic-record guard
# description: Without a guard one test record in the source is a customer in production a minute later.
# related_resources:
#   - https://gdpr-info.eu/art-5-gdpr/
# custom:
#   id: SYNC-001
#   name: unguarded-sync
#   subject: sync_flow
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-5-1-d", "gdpr:art-25", "soc2:PI1.2", "soc2:PI1.3", "iso-42001:A.7.4", "nist-ai-600-1:MP-2.1-002", "owasp-top10-2025:A08"]
#   fix: Read the marker of each record and reject or skip the synthetic ones before the write.
package synthgate.sync.unguarded_sync

import data.synthgate.lib.flows
import rego.v1

applies if {
	input.kind == "declared"
	flows.into_production(input)
}

open_writes := [w |
	some w in input.writes
	w.guard in flows.open_states
]

unknown_writes := [w |
	some w in input.writes
	w.guard == "unknown"
]

deny contains hit if {
	applies
	count(open_writes) > 0
	count(doubts) == 0
	not many_guesses
	first := open_writes[0]
	hit := {
		"at": first.id,
		"message": sprintf("%s writes to %s in the flow %s, and %s", [flows.call(first), input.target.system, input.label, flows.words(first)]),
		"related": array.concat(
			flows.guard_place(first),
			[{"at": w.id, "message": flows.words(w)} | some i, w in open_writes; i > 0],
		),
		"confidence": confidence(first),
		"fix": sprintf("Let %s see every record before this call, and reject or skip the synthetic ones.", [guard_name]),
	}
}

# A call that only its name makes a write is a guess.
confidence(w) := "low" if {
	w.grounds in {"name", "guess"}
} else := "medium"

# Several calls may be meant, and nothing says which.
many_guesses if {
	count(input.writes) > 1
	every w in input.writes { w.grounds == "guess" }
}

undetermined contains hit if {
	applies
	count(open_writes) > 0
	count(doubts) == 0
	many_guesses
	first := open_writes[0]
	hit := {
		"at": first.id,
		"message": sprintf("no call in the flow %s is known to write to %s: %s may be one, and %d more; name the files that write under `code:`", [input.label, input.target.system, flows.call(first), count(input.writes) - 1]),
		"related": [{"at": w.id, "message": "or this one"} | some i, w in open_writes; i > 0],
	}
}

# Nothing is found, but part of the way can't be seen.
doubts := [u |
	some u in input.unresolved
	every w in open_writes { w.guard == "missing" }
]

guard_name := sprintf("`%s`", [input.guard.name]) if {
	input.guard != null
} else := "a guard"

undetermined contains hit if {
	applies
	count(open_writes) > 0
	count(doubts) > 0
	hit := {
		"at": doubts[0].id,
		"message": sprintf("no guard is seen before %s in the flow %s, but this can't be followed: %s", [flows.call(open_writes[0]), input.label, doubts[0].reason]),
	}
}

undetermined contains hit if {
	applies
	count(open_writes) == 0
	count(unknown_writes) > 0
	first := unknown_writes[0]
	hit := {"at": first.id, "message": sprintf("the guard before %s is not defined in this repository: whether it stops the record can't be told", [flows.call(first)])}
}

undetermined contains hit if {
	applies
	count(open_writes) == 0
	some w in input.writes
	w.guard == "switched"
	w.switch != null
	hit := {
		"at": w.switch.id,
		"message": sprintf("the guard before %s runs only as `%s` says, and nothing says what production sets", [flows.call(w), w.switch.name]),
		"related": [{"at": w.id, "message": "written here"}],
	}
}

undetermined contains hit if {
	applies
	count(open_writes) == 0
	asked := [w | some w in input.writes; w.guard == "environment"; w.guard_id != null]
	count(asked) > 0
	first := asked[0]
	hit := {
		"at": first.guard_id,
		"message": sprintf("`%s` is all that is asked before %s: it keeps test systems or strangers out; whether a synthetic record of production gets past it can't be told", [first.guard_text, flows.call(first)]),
		"related": [{"at": w.id, "message": "written here"} | some w in asked],
	}
}

undetermined contains hit if {
	applies
	some m in input.missing_code
	hit := {"at": m.id, "message": sprintf("`%s` matches no file: the flow %s can't be looked at", [m.glob, input.label])}
}

undetermined contains hit if {
	applies
	count(input.writes) == 0
	count(input.missing_code) == 0
	hit := {"at": input.id, "message": sprintf("no call that writes to %s is seen in %s", [input.target.system, where])}
}

where := "its code" if {
	count(input.code) > 0
} else := sprintf("any code: the flow %s names none (`code:`)", [input.label])
