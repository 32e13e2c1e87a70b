# METADATA
# title: Synthetic history, review or rating shown as if real
# description: An invented order, review or rating on a customer's page is a false statement about that customer or product, and no label makes it true.
# related_resources:
#   - https://www.ftc.gov/legal-library/browse/rules/16-cfr-part-465-trade-regulation-rule-use-consumer-reviews-testimonials
# custom:
#   id: DISC-005
#   name: synthetic-shown-as-real
#   subject: surface
#   severity: critical
#   confidence: medium
#   controls: ["ftc-act:s5", "gdpr:art-5-1-a", "gdpr:art-5-1-d", "nist-ai-rmf:MEASURE-2.8", "soc2:PI1.2"]
#   fix: Show what the system of record says, and an empty state where it says nothing; keep a demo mode out of what customers load.
package synthgate.disclosure.synthetic_shown_as_real

import data.synthgate.lib.surfaces
import rego.v1

what := {
	"order-history": "a customer's orders",
	"review": "reviews",
	"rating": "ratings",
}

found := surfaces.synthetic(input.sources)

doubts := surfaces.doubts(input)

about if {
	surfaces.customers(input.kind)
	input.content != null
	what[input.content]
}

applies if {
	about
	count(found) > 0
}

applies if {
	about
	count(doubts) > 0
}

labelled if {
	input.disclosure != null
	surfaces.is_shown(input.disclosure)
}

severity := "medium" if labelled else := "critical"

label := "; that a label says so does not make them real" if labelled else := ""

deny contains hit if {
	applies
	some source in found
	hit := {
		"at": source.id,
		"message": sprintf("%s, and `%s` shows it as %s%s", [surfaces.comes(source), input.label, what[input.content], label]),
		"related": array.concat(surfaces.way(source), [{"at": input.id, "message": sprintf("the surface `%s`", [input.label])}]),
		"severity": severity,
		"confidence": surfaces.confidence(source),
		"fix": sprintf("Take %s out of `%s`: show what the system of record says, and an empty state where it says nothing.", [source.label, input.label]),
	}
}

undetermined contains {"at": doubt.at, "message": sprintf("%s; `%s` shows %s", [doubt.message, input.label, what[input.content]])} if {
	applies
	count(found) == 0
	some doubt in doubts
}
