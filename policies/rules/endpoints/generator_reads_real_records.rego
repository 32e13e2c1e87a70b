# METADATA
# title: Synthetic-data generator reads real records
# description: A generator that starts from customers copies some of them, and its output is called synthetic.
# related_resources:
#   - https://snowfakery.readthedocs.io/en/latest/salesforce.html
# custom:
#   id: ENDP-007
#   name: generator-reads-real-records
#   subject: dataset
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-5-1-c", "gdpr:art-25"]
#   fix: Generate without a real source, or declare what comes out as masked and name its anonymiser.
package synthgate.endpoints.generator_reads_real_records

import data.synthgate.lib.places
import rego.v1

open_sources := [s |
	some s in input.real_sources
	not s.masked
]

applies if {
	count(input.real_sources) > 0
	places.effective(input.place)
	not tests
}

tests if {
	some p in input.place.purposes
	p.purpose == "test"
}

declared_masked if input.kind.value == "masked"

# Where nothing says which environment is read, the records may be a sandbox's own.
placed(s) if not s.unplaced

placed(s) if {
	s.unplaced
	input.place.environment.class == "production"
}

deny contains hit if {
	applies
	not declared_masked
	hits := [s | some s in open_sources; placed(s)]
	count(hits) > 0
	hit := {
		"at": hits[0].id,
		"message": sprintf("%s reads real records: %s", [hits[0].tool, hits[0].what]),
		"related": [{"at": s.id, "message": s.what} | some i, s in hits; i > 0],
	}
}

undetermined contains hit if {
	applies
	not declared_masked
	hits := [s | some s in open_sources; not placed(s)]
	count(hits) > 0
	hit := {
		"at": hits[0].id,
		"message": sprintf("%s: %s, and nothing here says from which environment", [hits[0].tool, hits[0].what]),
		"related": [{"at": s.id, "message": s.what} | some i, s in hits; i > 0],
	}
}
