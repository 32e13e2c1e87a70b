# METADATA
# title: Weak entropy or reversible transformation
# description: Whoever has a list of addresses has their hashes too, and a fixed seed gives everybody the same dice.
# related_resources:
#   - https://ec.europa.eu/justice/article-29/documentation/opinion-recommendation/files/2014/wp216_en.pdf
# custom:
#   id: ANON-004
#   name: weak-transformation
#   subject: anonymiser
#   severity: high
#   confidence: medium
#   controls: ["gdpr:recital-26", "gdpr:art-4-5", "gdpr:art-32", "wp216:linkability", "wp216:inference", "iso-20889:pseudonymisation", "nist-sp-800-188", "owasp-top10-2025:A04"]
#   fix: Use a keyed function (HMAC) with a key from a secret store, and no seed that others know.
package synthgate.anonymisation.weak_transformation

import data.synthgate.lib.places
import rego.v1

applies if {
	count(input.weak) > 0
	input.declared
}

applies if {
	count(input.weak) > 0
	input.place != null
	places.effective(input.place)
}

says(w) := sprintf("%s of `%s` without a key: whoever has a list of such values can look each of them up", [w.method, w.input]) if {
	w.transform == "hash"
}

says(w) := sprintf("`%s` starts from a number that stands in the code: everybody can draw the same values", [w.method]) if {
	w.transform == "fixed-seed"
}

says(w) := sprintf("`%s` starts from `%s`, the value that it replaces: the result tells it", [w.method, w.input]) if {
	w.transform == "seed-from-value"
}

# A generator with a fixed seed is harmless without a real source.
counts(w) if w.transform in {"hash", "seed-from-value"}

counts(w) if {
	w.transform == "fixed-seed"
	input.real != null
}

deny contains hit if {
	applies
	some w in input.weak
	counts(w)
	hit := {
		"at": w.id,
		"message": sprintf("%s%s", [says(w), reason]),
		"confidence": confidence(w),
	}
}

reason := sprintf(" (%s)", [input.real]) if {
	input.real != null
} else := ""

confidence(w) := "high" if {
	w.transform == "hash"
	input.real != null
} else := "medium"

undetermined contains hit if {
	applies
	some w in input.weak
	not counts(w)
	hit := {"at": w.id, "message": sprintf("%s; whether real values go in is not known", [says(w)])}
}
