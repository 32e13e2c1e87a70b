# METADATA
# title: Disclosure can be switched off in production
# description: A notice behind a switch that is off, or behind a style that hides it, is one that nobody sees.
# related_resources:
#   - https://www.ftc.gov/business-guidance/resources/com-disclosures-how-make-effective-disclosures-digital-advertising
# custom:
#   id: DISC-004
#   name: disclosure-can-be-hidden
#   subject: surface
#   severity: medium
#   confidence: medium
#   controls: ["ftc-act:s5", "gdpr:art-5-1-a", "nist-ai-rmf:MEASURE-2.8"]
#   fix: Show the notice whenever the data are shown; if a switch is needed, let it switch both.
package synthgate.disclosure.disclosure_can_be_hidden

import data.synthgate.lib.surfaces
import rego.v1

applies if {
	input.disclosure != null
	count(input.disclosure.rendered) > 0
}

# A place that shows it to everybody is enough.
shown if surfaces.is_shown(input.disclosure)

deny contains hit if {
	applies
	not shown
	some r in input.disclosure.rendered
	some c in r.conditions
	surfaces.off(c)
	hit := {
		"at": c.id,
		"message": sprintf("the notice of `%s` is shown only %s `%s`, which is %s in production (%s)", [input.label, side(c), c.name, state(c), c.setting.path]),
		"related": [
			{"at": c.setting.id, "message": sprintf("%s: %s", [layer[c.setting.layer], state(c)])},
			{"at": r.id, "message": "the notice"},
		],
		"confidence": confidence(c),
		"fix": sprintf("Show the notice whenever the data are shown, or let `%s` switch both.", [c.name]),
	}
}

deny contains hit if {
	applies
	not shown
	some r in input.disclosure.rendered
	some h in r.hidden
	hit := {
		"at": h.id,
		"message": sprintf("%s hides the notice of `%s` from those who see the data", [h.how, input.label]),
		"related": [{"at": r.id, "message": "the notice"}],
		"fix": "Take the style or attribute away: a disclosure must be seen.",
	}
}

undetermined contains hit if {
	applies
	some r in input.disclosure.rendered
	count(r.hidden) == 0
	some c in r.conditions
	c.declared
	not c.hides_data
	unknown(c)
	not plainly_shown
	hit := {
		"at": c.id,
		"message": sprintf("the notice of `%s` depends on `%s`, and nothing in this repository says what it is in production", [input.label, c.name]),
	}
}

unknown(c) if c.setting == null

unknown(c) if {
	c.setting != null
	c.setting.on == null
}

# Somewhere no switch decides.
plainly_shown if {
	some r in input.disclosure.rendered
	count(r.hidden) == 0
	count([c | some c in r.conditions; c.declared; not c.hides_data; unknown(c)]) == 0
	count([c | some c in r.conditions; surfaces.off(c)]) == 0
}

side(c) := "without" if c.negated else := "with"

state(c) := "on" if c.setting.on else := "off"

layer := {
	"profile": "production's value",
	"template": "the value of every environment",
	"default": "the default",
}

# The declared flag and its value in production's own profile: nothing is guessed.
confidence(c) := "high" if {
	c.declared
	c.setting.layer == "profile"
} else := "medium"
