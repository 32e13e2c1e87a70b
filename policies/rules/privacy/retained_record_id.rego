# METADATA
# title: Production record identifiers retained in synthetic data
# description: A record id that was kept leads from a row that claims to be invented back to the person it was made from.
# related_resources:
#   - https://help.salesforce.com/s/articleView?id=000383278&type=1
# custom:
#   id: PRIV-004
#   name: retained-record-id
#   subject: dataset
#   severity: high
#   confidence: medium
#   controls: ["gdpr:recital-26", "gdpr:art-4-5", "gdpr:art-25", "wp216:linkability", "iso-20889:pseudonymisation", "nist-sp-800-188", "nist-ai-600-1:MS-2.2-004"]
#   fix: Make new ids (`syn-000123`) or leave the columns out; never copy the ids of records, owners, customers or orders.
#   options: {min-distinct: 5}
package synthgate.privacy.retained_record_id

import data.synthgate.lib.datasets
import rego.v1

applies if {
	datasets.ours(input.place)
	not input.kind.value in {"real", "not-personal"}
	count(found) > 0
}

found := [d |
	some d in input.detections
	d.detector in {"crm-id", "commerce-id"}
	d.unproven > 0
]

# Ids of the declared production org.
traced := [d |
	some d in found
	d.account != null
]

# Columns may hold the same ids (a record's and its parent's), so the longest one counts, not their sum.
distinct := max(array.concat([0], [d.distinct | some d in found]))

enough if distinct >= input.options["min-distinct"]

deny contains hit if {
	applies
	count(traced) > 0
	claimed
	first := datasets.worst(traced)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%d record ids in `%s` (%s) were made in %s's org", [first.account.distinct, first.column.name, concat(", ", first.forms), first.account.environment]),
		"related": array.concat(datasets.others(traced, first), [{"at": first.account.id, "message": "the org is declared here"}]),
		"confidence": confidence,
	}
}

# A shape alone: any org may have made them.
deny contains hit if {
	applies
	count(traced) == 0
	enough
	datasets.declared_safe(input.kind)
	first := datasets.worst(found)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s, in data declared %s", [shaped(first), datasets.kind_words(input.kind)]),
		"related": datasets.others(found, first),
		"confidence": "low",
	}
}

undetermined contains hit if {
	applies
	count(traced) == 0
	enough
	datasets.presumed_safe(input.kind)
	first := datasets.worst(found)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s; neither the kind of these data nor a production org is declared", [shaped(first)]),
		"related": datasets.others(found, first),
		"confidence": "low",
	}
}

undetermined contains hit if {
	applies
	count(traced) > 0
	not claimed
	first := datasets.worst(traced)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%d record ids in `%s` were made in %s's org; whether these data claim to be synthetic is not declared", [first.account.distinct, first.column.name, first.account.environment]),
		"related": datasets.others(traced, first),
	}
}

claimed if datasets.declared_safe(input.kind)

claimed if datasets.presumed_safe(input.kind)

shaped(d) := sprintf("%d distinct values in `%s` have the form of record ids (%s)", [d.distinct, d.column.name, concat(", ", d.forms)])

confidence := "high" if {
	datasets.declared_safe(input.kind)
} else := "medium"
