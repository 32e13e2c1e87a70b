# METADATA
# title: Price or stock writer accepts records without provenance
# description: One invented row in a feed is a wrong price or an article that is not there, for every shopper.
# related_resources:
#   - https://www.ftc.gov/legal-library/browse/statutes/federal-trade-commission-act
# custom:
#   id: SYNC-005
#   name: unguarded-price-writer
#   subject: sync_flow
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-5-1-d", "soc2:PI1.2", "soc2:PI1.4", "iso-42001:A.7.4", "ftc-act:s5"]
#   fix: Write a price or stock level only if the record says that it is real; reject by default.
package synthgate.sync.unguarded_price_writer

import data.synthgate.lib.flows
import rego.v1

writes := [w |
	some w in input.writes
	w.price_or_stock
]

applies if {
	input.kind in {"declared", "loader"}
	flows.into_production(input)
	count(writes) > 0
}

# The same call with and without: what is asked of SYNC-001, and an ignored answer as well.
bad := [w |
	some w in writes
	w.guard in {"missing", "late", "conditional", "ignored"}
]

deny contains hit if {
	applies
	count(bad) > 0
	first := bad[0]
	hit := {
		"at": first.id,
		"message": sprintf("%s takes records from %s, and %s", [flows.call(first), input.source.system, flows.words(first)]),
		"related": source_place,
	}
}

source_place := [{"at": input.source.id, "message": "records come from here"}] if {
	input.kind == "loader"
} else := []

undetermined contains hit if {
	applies
	count(bad) == 0
	some w in writes
	w.guard == "unknown"
	hit := {"at": w.id, "message": sprintf("the guard before %s is not defined in this repository", [flows.call(w)])}
}

undetermined contains hit if {
	applies
	count(bad) == 0
	some w in writes
	w.guard in {"switched", "environment"}
	hit := {"at": w.id, "message": sprintf("before %s %s: whether a synthetic record gets past it can't be told", [flows.call(w), flows.state_words[w.guard]])}
}
