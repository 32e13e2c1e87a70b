# METADATA
# title: Undeclared CRM-commerce data flow
# description: A flow that stands in no inventory is where synthetic and real records meet unseen.
# related_resources:
#   - https://gdpr-info.eu/art-30-gdpr/
# custom:
#   id: SYNC-004
#   name: undeclared-flow
#   subject: sync_flow
#   severity: medium
#   confidence: medium
#   controls: ["gdpr:art-30", "gdpr:art-5-2", "nist-ai-600-1:MP-2.2-001", "nist-ai-rmf:GOVERN-1.6", "iso-42001:A.7.2", "iso-42001:A.4.3", "soc2:CC3.2"]
#   fix: "Add the flow under `flows:` in synthgate.yaml: source, target, environment, code, guard, anonymiser."
package synthgate.sync.undeclared_flow

import data.synthgate.lib.places
import rego.v1

applies if {
	input.kind == "module"
	places.effective(input.place)
}

deny contains hit if {
	applies
	input.declared_as == null
	hit := {
		"at": input.id,
		"message": sprintf("this module reads %s and writes %s, and no flow in synthgate.yaml says so", [input.source.system, input.target.system]),
		"related": [{"at": input.source.id, "message": sprintf("%s is read here", [input.source.system])}],
	}
}
