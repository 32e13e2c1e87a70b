# METADATA
# title: Deliverable contact data in data declared synthetic or anonymised
# description: Somebody may read a mailbox or answer a number that was meant to be invented, and the next sync may write to them.
# related_resources:
#   - https://www.rfc-editor.org/rfc/rfc2606
# custom:
#   id: PRIV-002
#   name: deliverable-contact
#   subject: dataset
#   severity: high
#   confidence: medium
#   controls: ["gdpr:recital-26", "gdpr:art-5-1-c", "gdpr:art-25", "wp216:singling-out", "nist-sp-800-188", "nist-ai-600-1:MP-4.1-001", "nist-ai-600-1:MP-4.1-009", "iso-27559:identifiability", "soc2:P4.1"]
#   fix: Generate addresses at reserved domains (`example.com`, `.test`, `.invalid`) and telephone numbers from reserved ranges; read the free text too.
#   options: {min-distinct: 3, min-percent: 5}
package synthgate.privacy.deliverable_contact

import data.synthgate.lib.datasets
import rego.v1

applies if {
	datasets.ours(input.place)
	stated
	count(judged) > 0
}

stated if datasets.declared_safe(input.kind)

stated if datasets.presumed_safe(input.kind)

judged := [d |
	some d in input.detections
	d.detector in {"email", "phone"}
]

found := [d |
	some d in judged
	datasets.suspects(d) > 0
]

# Both thresholds: single values are typed by hand, and a few among thousands are no export.
many := [d |
	some d in found
	d.distinct >= input.options["min-distinct"]
	datasets.suspects(d) * 100 >= input.options["min-percent"] * base(d)
]

# The column's rows; where only a sample was judged, the sample.
base(d) := d.judged if {
	d.values > d.judged
} else := d.column_values

deny contains hit if {
	applies
	datasets.declared_safe(input.kind)
	count(many) > 0
	not all_explained
	first := datasets.worst(many)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s, in data declared %s", [counted(first), datasets.kind_words(input.kind)]),
		"related": datasets.others(many, first),
		"confidence": confidence(first),
	}
}

# A generator that is known to make such values by chance is named by the record.
deny contains hit if {
	applies
	datasets.declared_safe(input.kind)
	count(many) > 0
	all_explained
	first := datasets.worst(many)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s; %s makes such values, and some of them are somebody's", [counted(first), input.provenance.generator.value]),
		"related": datasets.others(many, first),
		"severity": "low",
		"fix": "Call the generator's safe form (`exampleEmail()`, `email(safe=True)`), which stays within reserved ranges.",
	}
}

deny contains hit if {
	applies
	datasets.declared_safe(input.kind)
	count(many) == 0
	count(found) > 0
	first := datasets.worst(found)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s, in data declared %s", [counted(first), datasets.kind_words(input.kind)]),
		"related": datasets.others(found, first),
		"severity": "low",
	}
}

undetermined contains hit if {
	applies
	datasets.presumed_safe(input.kind)
	count(many) > 0
	first := datasets.worst(many)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s; %s makes one presume that the rows are invented, but nothing declares it", [counted(first), input.kind.why]),
		"related": datasets.others(many, first),
	}
}

all_explained if {
	input.provenance != null
	input.provenance.generator != null
	count([d | some d in many; not explained(d)]) == 0
}

explained(d) if {
	d.detector == "phone"
	d.explained
}

# Faker's own domains: a real customer list has others too.
explained(d) if {
	d.detector == "email"
	d.explained
	d.masked == 0
	d.consumer >= d.unproven
}

counted(d) := sprintf("%s %s in `%s` %s", [datasets.share(d), noun[d.detector], d.column.name, reach(d)])

noun := {"email": "e-mails", "phone": "telephone numbers"}

reach(d) := "are real addresses behind a sandbox's mask, which anybody can take off" if {
	d.masked > 0
	d.unproven == 0
} else := sprintf("are at deliverable domains (%d of them real ones behind a sandbox's mask)", [d.masked]) if {
	d.masked > 0
} else := sprintf("are at deliverable domains (%d at public mail providers)", [d.consumer]) if {
	d.detector == "email"
	d.consumer > 0
} else := "are at deliverable domains" if {
	d.detector == "email"
} else := "are assignable and in no reserved range"

# The declared kind and the registry agree on what stands in a column of its own; sentences are one signal.
confidence(d) := "medium" if {
	d.free_text
} else := "high"
