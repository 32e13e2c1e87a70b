# METADATA
# title: Synthetic-data generator reads real records
# description: A generator that starts from customers copies some of them, or makes addresses that are somebody's by chance, and its output is called synthetic.
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
	somewhere
}

applies if {
	count(input.emissions) > 0
	count(input.loads) > 0
	somewhere
}

applies if {
	input.container == "recipe"
	count(mailed) > 0
	somewhere
}

somewhere if {
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

# What a generator makes by chance is of consequence where it leaves the process.
unsafe := array.concat(grave, light)

grave := [e | some e in input.emissions; e.kind in {"email", "national-id"}]

light := [e | some e in input.emissions; not e.kind in {"email", "national-id"}]

mailed := [e | some e in input.emissions; e.kind == "email"; e.tool == "Snowfakery"]

deny contains hit if {
	applies
	count(unsafe) > 0
	count(input.loads) > 0
	hit := {
		"at": unsafe[0].id,
		"message": sprintf("`%s` (%s) makes %s that may be somebody's (%s), and %s", [unsafe[0].call, unsafe[0].tool, noun(unsafe[0]), unsafe[0].emits, input.loads[0].what]),
		"related": array.concat(
			[{"at": load.id, "message": load.what} | some load in input.loads],
			[{"at": e.id, "message": sprintf("`%s`: %s that may be somebody's", [e.call, noun(e)])} | some i, e in unsafe; i > 0],
		),
		"severity": severity_of_chance,
		"fix": instead(unsafe[0]),
	}
}

undetermined contains hit if {
	applies
	count(input.loads) == 0
	count(mailed) > 0
	hit := {
		"at": mailed[0].id,
		"message": sprintf("`%s` (%s) makes addresses that may be somebody's (%s), and nothing here says whether the recipe is loaded", [mailed[0].call, mailed[0].tool, mailed[0].emits]),
		"related": [{"at": e.id, "message": sprintf("`%s`: so does this", [e.call])} | some i, e in mailed; i > 0],
		"severity": "medium",
	}
}

noun(e) := object.get(nouns, e.kind, "values")

nouns := {
	"email": "addresses",
	"phone": "telephone numbers",
	"national-id": "national ids",
	"card": "card numbers",
	"iban": "account numbers",
}

# An address can be written to; a number that nobody dials is a smaller matter, and so is what stays in a sandbox.
severity_of_chance := "medium" if {
	count(grave) > 0
	not pinned
} else := "low"

pinned if {
	count([l | some l in input.loads; not l.pinned]) == 0
}

instead(e) := sprintf("Call `%s` instead, which stays within reserved ranges.", [e.instead]) if {
	e.instead != null
} else := "Draw from a reserved range (555-01xx, published test values) instead."
