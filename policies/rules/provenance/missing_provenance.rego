# METADATA
# title: Customer-shaped dataset has no provenance record
# description: Rows about people that nothing says are invented can't be shown to be; an auditor has to take them for real.
# related_resources:
#   - https://www.w3.org/TR/prov-overview/
# custom:
#   id: PROV-001
#   name: missing-provenance
#   subject: dataset
#   severity: high
#   confidence: high
#   controls: ["gdpr:art-5-2", "gdpr:art-30", "nist-ai-600-1:GV-1.2-001", "nist-ai-600-1:MP-2.1-001", "nist-ai-600-1:MS-2.5-005", "iso-42001:A.7.5", "w3c-prov:entity", "dta-dps-1.0.0:provenance", "soc2:C1.1"]
#   fix: Write a provenance record beside the data that says what they are, what made them, when, who answers for them and from which source.
#   options: {min-families: 2, min-rows: 5}
package synthgate.provenance.missing_provenance

import data.synthgate.lib.datasets
import rego.v1

applies if {
	datasets.ours(input.place)
	not input.people.exempt
	input.kind.value != "not-personal"
	customer_shaped
}

customer_shaped if {
	input.rows >= input.options["min-rows"]
	count(input.people.families) >= input.options["min-families"]
}

# Who lists the file under `datasets` says that it is one, however small.
customer_shaped if {
	input.declaration != null
	input.kind.declared
	input.rows > 0
	count(input.people.families) > 0
}

deny contains hit if {
	applies
	input.provenance == null
	hit := {
		"at": input.id,
		"message": sprintf("%d rows with %s, and no provenance record%s", [input.rows, input.people.why, but]),
		"fix": sprintf("Write `%s.prov.json` beside it, with its kind, version, digest, generator, time, agent and source.", [file]),
	}
}

file := name if {
	parts := split(input.place.path, "/")
	name := parts[count(parts) - 1]
}

# A declared kind is a claim; a record is what backs it.
but := sprintf("; %s is declared, which is no record", [replace(input.kind.value, "-", " ")]) if {
	input.kind.declared
	input.kind.value != null
} else := ""
