# METADATA
# title: Experiment on checkout serves synthetic data without approval or disclosure
# description: A checkout that decides by invented data, for part of its customers and unknown to all, is the plainest case of a deceptive practice.
# related_resources:
#   - https://www.ftc.gov/legal-library/browse/federal-trade-commission-act
# custom:
#   id: DISC-002
#   name: unapproved-experiment
#   subject: surface
#   severity: high
#   confidence: medium
#   controls: ["ftc-act:s5", "gdpr:art-5-1-a", "gdpr:art-35", "nist-ai-rmf:GOVERN-1.3", "nist-ai-rmf:MAP-5.1", "soc2:CC8.1"]
#   fix: Record owner, approver, end date and disclosure in the experiment, and limit it to an internal segment until then.
package synthgate.disclosure.unapproved_experiment

import rego.v1

applies if {
	input.kind == "checkout"
	count(input.experiments) > 0
}

# A notice that the whole surface declares holds for its experiments too.
told(experiment) if experiment.disclosure != null

told(_) if {
	input.disclosure != null
	input.disclosure.key != null
}

lacks(experiment) := array.concat(
	[word | some word in ["approver"]; experiment.approver == null],
	[word | some word in ["disclosure"]; not told(experiment)],
)

open_ends(experiment) := array.concat(
	[word | some word in ["owner"]; experiment.owner == null],
	[word | some word in ["end date"]; experiment.end_date == null],
)

also(experiment) := sprintf(" (nor %s)", [concat(" nor ", open_ends(experiment))]) if {
	count(open_ends(experiment)) > 0
} else := ""

deny contains hit if {
	applies
	some experiment in input.experiments
	experiment.serves == "customers"
	count(lacks(experiment)) > 0
	hit := {
		"at": experiment.id,
		"message": sprintf("`%s` serves %s to customers of `%s` (%s), and names no %s%s", [experiment.name, experiment.inputs[0].dataset, input.label, experiment.why, concat(" and no ", lacks(experiment)), also(experiment)]),
		"related": array.concat(
			[{"at": i.id, "message": sprintf("takes %s", [i.dataset])} | some i in experiment.inputs],
			[{"at": i.declared_id, "message": sprintf("declares %s synthetic", [i.dataset])} | some i in experiment.inputs],
		),
		"confidence": confidence(experiment),
		"fix": sprintf("Limit `%s` to an internal segment until `approval.approver` and `disclosure` are recorded.", [experiment.name]),
	}
}

# Its own name or place says checkout, or it lies in the surface.
confidence(experiment) := "medium" if {
	experiment.joined == "the surface's code asks for it"
} else := "high"
