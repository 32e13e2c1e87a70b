# What rules ask of sync flows.
package synthgate.lib.flows

import rego.v1

# The target is production, or nobody says that it is not.
into_production(flow) if flow.target.environment.class == "production"

into_production(flow) if flow.target.environment.class == null

# Records get to the write without being held back.
open_states := {"missing", "late", "conditional"}

state_words := {
	"missing": "nothing keeps synthetic records from it",
	"late": "the guard comes behind it",
	"conditional": "the guard stands in a branch that may not be taken",
	"ignored": "the guard's answer is not used",
	"unknown": "what the guard does can't be told",
	"holds": "the guard holds",
	"switched": "a setting decides whether the guard runs",
	"environment": "only the environment or a list is asked",
}

# The guard that stands there, or what is missing.
words(write) := sprintf("%s: `%s`", [state_words[write.guard], write.guard_text]) if {
	write.guard_text != null
} else := state_words[write.guard]

# What a write is called: "`sf.sobject.upsert` of Order".
call(write) := sprintf("`%s` of %s", [write.call, write.object]) if {
	write.object != null
} else := sprintf("`%s`", [write.call])

# The guard's place as a further place of a finding.
guard_place(write) := [{"at": write.guard_id, "message": state_words[write.guard]}] if {
	write.guard_id != null
} else := []
