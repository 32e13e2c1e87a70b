# METADATA
# title: Checksum-valid national or bank identifier
# description: A number that a state or a bank could have given out names one person, unless it is shown to be made up.
# related_resources:
#   - https://www.oecd.org/tax/automatic-exchange/crs-implementation-and-assistance/tax-identification-numbers/
# custom:
#   id: PRIV-003
#   name: valid-identifier
#   subject: dataset
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-5-1-c", "gdpr:art-87", "gdpr:art-32", "gdpr:recital-26", "nist-sp-800-188", "soc2:C1.1"]
#   fix: Use numbers that can't be given out (reserved ranges, wrong check digits), or leave the column out.
package synthgate.privacy.valid_identifier

import data.synthgate.lib.datasets
import rego.v1

applies if {
	datasets.ours(input.place)
	not input.kind.value == "real"
	count(judged) > 0
}

judged := [d |
	some d in input.detections
	d.detector in {"iban", "national-id"}
	agrees(d)
]

# The column's name says what the numbers are, or a word beside them does.
agrees(d) if d.named

agrees(d) if d.free_text

found := [d |
	some d in judged
	d.unproven > 0
	not d.consecutive
	beyond_chance(d)
]

# One in 97 passes mod 97 by chance, one in ten most other checks.
beyond_chance(d) if {
	d.detector == "iban"
	d.unproven * 20 >= d.values
}

beyond_chance(d) if {
	d.detector == "national-id"
	d.unproven * 2 >= d.values
}

deny contains hit if {
	applies
	count(found) > 0
	not all_explained
	first := datasets.worst(found)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s values in `%s` are valid: %s", [datasets.share(first), first.column.name, what(first)]),
		"related": datasets.others(found, first),
		"confidence": confidence,
	}
}

deny contains hit if {
	applies
	count(found) > 0
	all_explained
	first := datasets.worst(found)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s values in `%s` are valid: %s; %s makes such numbers, and some of them are somebody's", [datasets.share(first), first.column.name, what(first), input.provenance.generator.value]),
		"related": datasets.others(found, first),
		"severity": "low",
	}
}

all_explained if {
	input.provenance != null
	input.provenance.generator != null
	count([d | some d in found; not d.explained]) == 0
}

what(d) := "IBANs that pass their check digits" if {
	d.detector == "iban"
} else := sprintf("each may be somebody's %s", [d.forms[0]]) if {
	count(d.forms) > 0
} else := "each may be somebody's"

# Rows that are declared invented, and a check that says otherwise.
confidence := "high" if {
	datasets.declared_safe(input.kind)
} else := "medium"
