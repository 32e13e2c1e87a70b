# METADATA
# title: Seed or generation script writes without an environment guard
# description: A script that never asks where it runs will run in production on the day somebody has the wrong shell open.
# related_resources:
#   - https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_organization.htm
# custom:
#   id: ENDP-004
#   name: unguarded-seed
#   subject: endpoint
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-25", "gdpr:art-5-1-f", "pci-dss-4.0.1:6.5.3", "soc2:CC8.1", "nist-ai-rmf:MAP-4.2"]
#   fix: Ask where the script runs before its first write (Organization.IsSandbox, an allow-list of hosts) and stop unless it is a sandbox.
package synthgate.endpoints.unguarded_seed

import data.synthgate.lib.places
import rego.v1

applies if {
	input.write != null
	places.effective(input.place)
	count(input.write.generators) > 0
}

# A seed of a provider's records is one even where its rows are written by hand.
applies if {
	input.write != null
	places.effective(input.place)
	not input.write.own
}

guarded if count(input.write.checks) > 0

guarded if input.write.pinned

why := sprintf("it makes data with %s", [input.write.generators[0].tool]) if {
	count(input.write.generators) > 0
} else := sprintf("it %s (%s)", [places.purpose_word[input.place.purposes[0].purpose], input.place.purposes[0].why]) if {
	count(input.place.purposes) > 0
} else := "it makes data"

deny contains hit if {
	applies
	not guarded
	hit := {
		"at": input.id,
		"message": sprintf("%s writes, and nothing in this file asks where it runs: %s", [input.label, why]),
		"related": [{"at": g.id, "message": sprintf("%s makes the rows", [g.tool])} | some g in input.write.generators],
		"severity": severity,
		"confidence": "medium",
	}
}

# A database of the application's own: whoever runs the script chose it.
severity := "low" if {
	input.write.own
} else := "high"
