# METADATA
# title: Flow does not pin matching source and target environments
# description: A sandbox that feeds production, or the reverse, must be impossible by construction.
# related_resources:
#   - https://www.pcisecuritystandards.org/document_library/
# custom:
#   id: SYNC-006
#   name: mismatched-environments
#   subject: sync_flow
#   severity: high
#   confidence: medium
#   controls: ["pci-dss-4.0.1:6.5.3", "gdpr:art-25", "soc2:PI1.2", "soc2:CC8.1"]
#   fix: Derive both ends from one environment, and compare them at start-up.
package synthgate.sync.mismatched_environments

import data.synthgate.lib.places
import rego.v1

applies if {
	input.source.environment.class != null
	input.target.environment.class != null
	in_effect
}

in_effect if input.place == null

in_effect if {
	input.place != null
	places.effective(input.place)
}

deny contains hit if {
	applies
	input.source.environment.class == "non-production"
	input.target.environment.class == "production"
	hit := {
		"at": input.target.id,
		"message": sprintf("%s is production (%s), and its source is not: %s", [end_label(input.target), input.target.environment.why, placed(input.source)]),
		"related": [{"at": input.source.id, "message": sprintf("the source: %s", [placed(input.source)])}],
		"confidence": confidence,
	}
}

# A masked refresh is declared as one.
deny contains hit if {
	applies
	input.source.environment.class == "production"
	input.target.environment.class == "non-production"
	input.must_anonymise == null
	hit := {
		"at": input.target.id,
		"message": sprintf("%s is not production (%s), its source is (%s), and no anonymiser is named", [end_label(input.target), input.target.environment.why, input.source.environment.why]),
		"related": [{"at": input.source.id, "message": sprintf("the source: %s", [placed(input.source)])}],
		"fix": "Name the anonymiser that the records pass (`must-anonymise:`), or take them from the same environment.",
		"confidence": confidence,
	}
}

confidence := "high" if {
	input.source.environment.rung in {"declared", "registry"}
	input.target.environment.rung in {"declared", "registry"}
} else := "medium"

end_label(end) := end.system if {
	end.system != null
} else := "the target"

placed(end) := sprintf("%s (%s)", [end.environment.name, end.environment.why])
