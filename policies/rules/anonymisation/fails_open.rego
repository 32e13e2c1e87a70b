# METADATA
# title: Anonymiser fails open on error, timeout or throttling
# description: Under load the layer that nobody watches becomes a pipe, and whole customers pass through it.
# related_resources:
#   - https://gdpr-info.eu/art-32-gdpr/
# custom:
#   id: ANON-003
#   name: fails-open
#   subject: anonymiser
#   severity: critical
#   confidence: medium
#   controls: ["gdpr:art-25", "gdpr:art-32", "gdpr:art-5-1-f", "owasp-top10-2025:A10", "soc2:PI1.3", "nist-ai-rmf:MANAGE-2.3"]
#   fix: Raise, retry or queue the record; never hand on what was not anonymised.
package synthgate.anonymisation.fails_open

import data.synthgate.lib.places
import rego.v1

applies if input.declared

applies if {
	input.place != null
	places.effective(input.place)
}

# Named by its declaration and caught in the act: two signals.
confidence := "high" if {
	input.declared
} else := "medium"

deny contains hit if {
	applies
	some f in input.fails_open
	hit := {
		"at": f.id,
		"message": sprintf("`%s`: %s", [f.symbol, f.what]),
		"confidence": confidence,
	}
}

deny contains hit if {
	applies
	some p in input.policies
	p.holds == false
	hit := {
		"at": p.id,
		"message": sprintf("`%s: %s` lets the record through as it is", [p.key, p.value]),
		"confidence": confidence,
	}
}

undetermined contains hit if {
	applies
	some p in input.policies
	p.holds == null
	hit := {"at": p.id, "message": sprintf("whether `%s: %s` holds the record back is not known", [p.key, p.value])}
}
