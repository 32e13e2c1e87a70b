# METADATA
# title: Probable live card number in repository data
# description: Card numbers of real customers must not be in a test environment or a repository at all, and a clone keeps them for ever.
# related_resources:
#   - https://docs.stripe.com/testing
# custom:
#   id: PRIV-001
#   name: live-card
#   subject: dataset
#   severity: critical
#   confidence: medium
#   controls: ["pci-dss-4.0.1:6.5.5", "pci-dss-4.0.1:6.5.6", "gdpr:art-5-1-c", "gdpr:art-32", "soc2:C1.1"]
#   fix: Take the numbers out of the tree and its history, treat them as exposed, and use the provider's published test numbers or tokens.
#   options: {min-unnamed: 3}
package synthgate.privacy.live_card

import data.synthgate.lib.datasets
import rego.v1

applies if {
	datasets.ours(input.place)
	count(judged) > 0
}

# `values` are numbers that pass Luhn and stand in an issued range.
judged := [d |
	some d in input.detections
	d.detector == "card"
	is_of_cards(d)
]

# One number in ten passes by chance: a sequence with a hit is no column of cards.
is_of_cards(d) if {
	not d.free_text
	d.values * 2 >= d.column_values
	d.named
}

is_of_cards(d) if {
	not d.free_text
	d.values * 2 >= d.column_values
	d.values >= input.options["min-unnamed"]
}

# In sentences a card word stands beside.
is_of_cards(d) if d.free_text

found := [d |
	some d in judged
	d.unproven > 0
]

deny contains hit if {
	applies
	count(found) > 0
	first := datasets.worst(found)
	hit := {
		"at": datasets.place_of(first),
		"message": sprintf("%s in `%s` pass the check digit and an issuer's range and are no published test numbers: probably live cards", [amount(first), first.column.name]),
		"related": datasets.others(found, first),
		"confidence": confidence(first),
	}
}

amount(d) := sprintf("%d card numbers", [d.unproven]) if {
	d.free_text
	d.unproven > 1
} else := "1 card number" if {
	d.free_text
} else := sprintf("%d of %d values", [d.unproven, d.column_values])

# The column's name and the number agree, and no generator explains it; or rows that are declared invented hold it.
confidence(d) := "high" if {
	d.named
	not d.explained
} else := "high" if {
	datasets.declared_safe(input.kind)
	not d.explained
} else := "medium"
