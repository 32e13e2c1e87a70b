# METADATA
# title: Generation parameters exposed
# description: Who knows the salt, key or seed can hash every known address and look up whose record is whose.
# related_resources:
#   - https://csrc.nist.gov/pubs/sp/800/226/final
# custom:
#   id: ANON-009
#   name: exposed-parameters
#   subject: anonymiser
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-32", "gdpr:art-25", "nist-sp-800-226", "owasp-top10-2025:A02", "soc2:CC6.1", "soc2:C1.1"]
#   fix: Keep salts, keys and seeds in a secret store on the server; show the generator's name, version and epsilon instead.
package synthgate.anonymisation.exposed_parameters

import data.synthgate.lib.places
import rego.v1

applies if count(seen) > 0

seen := [e | some e in input.exposed; places.effective(e.place)]

deny contains hit if {
	some e in seen
	hit := {"at": e.id, "message": words(e), "fix": fixes[e.how]}
}

words(e) := sprintf("`%s` stands here, where everybody reads it; it is the %s of the anonymiser", [e.what, e.parameter]) if {
	e.how == "literal"
} else := sprintf("`%s` is returned to whoever asks: with the %s, what was generated or masked can be made again", [e.what, e.parameter]) if {
	e.how == "returned"
} else := sprintf("`%s` is written to the log, where its readers can undo the mask", [e.what]) if {
	e.how == "logged"
} else := sprintf("`%s` goes into the client's bundle: every visitor can read it", [e.what])

fixes := {
	"literal": "Read it from a secret store, one for each environment, and change it: what stood here is known.",
	"returned": "Return the generator's name, version and epsilon; leave seeds, salts, keys and model paths out.",
	"logged": "Log that the parameter was set, not what it is.",
	"bundled": "Do the work that needs it on the server, and take the prefix off the variable.",
}
