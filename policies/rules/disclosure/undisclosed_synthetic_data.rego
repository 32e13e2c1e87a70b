# METADATA
# title: Customers see synthetic data without being told
# description: Who decides on invented numbers, and takes them for real ones, was misled, whatever the intention was.
# related_resources:
#   - https://eur-lex.europa.eu/eli/reg/2024/1689/oj
# custom:
#   id: DISC-001
#   name: undisclosed-synthetic-data
#   subject: surface
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-5-1-a", "ftc-act:s5", "nist-ai-600-1:MP-5.1-003", "nist-ai-rmf:MEASURE-2.8", "iso-42001:A.8.2"]
#   fix: Show a notice where the data are shown and name its message key under `disclosure`, or show no synthetic data there.
package synthgate.disclosure.undisclosed_synthetic_data

import data.synthgate.lib.surfaces
import rego.v1

found := surfaces.synthetic(input.sources)

doubts := surfaces.doubts(input)

applies if {
	surfaces.customers(input.kind)
	count(found) > 0
}

applies if {
	surfaces.customers(input.kind)
	count(doubts) > 0
}

# A disclosure is a message that can be looked up.
told if {
	input.disclosure != null
	input.disclosure.key != null
}

only_flag if {
	input.disclosure != null
	input.disclosure.key == null
	input.disclosure.flag != null
}

deny contains hit if {
	applies
	not told
	not only_flag
	some source in found
	hit := {
		"at": source.id,
		"message": sprintf("%s, and `%s` declares no disclosure", [surfaces.comes(source), input.label]),
		"related": array.concat(surfaces.way(source), [{"at": input.id, "message": sprintf("the surface `%s`", [input.label])}]),
		"confidence": surfaces.confidence(source),
		"fix": sprintf("Show a notice where `%s` shows %s and name its message key: `disclosure: {key: …}`; or show no synthetic data there.", [input.label, source.label]),
	}
}

undetermined contains {"at": doubt.at, "message": sprintf("%s; `%s` declares no disclosure", [doubt.message, input.label])} if {
	applies
	not told
	not only_flag
	count(found) == 0
	some doubt in doubts
}

undetermined contains {"at": input.disclosure.id, "message": sprintf("`%s` names a flag and no message key: whether anything is shown can't be known", [input.label])} if {
	applies
	only_flag
	count(found) > 0
}
