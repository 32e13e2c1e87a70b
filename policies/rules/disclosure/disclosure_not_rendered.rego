# METADATA
# title: Declared disclosure is not shown in every shipped locale
# description: A notice that exists only in a document, or only in one language, tells nobody else anything.
# related_resources:
#   - https://gdpr-info.eu/art-12-gdpr/
# custom:
#   id: DISC-003
#   name: disclosure-not-rendered
#   subject: surface
#   severity: high
#   confidence: high
#   controls: ["gdpr:art-5-1-a", "gdpr:art-12-1", "ftc-act:s5", "iso-42001:A.8.2"]
#   fix: Show the message in the surface's markup, and give it a text in every catalogue that ships.
package synthgate.disclosure.disclosure_not_rendered

import rego.v1

applies if {
	input.disclosure != null
	input.disclosure.key != null
	input.disclosure.key_id != null
}

shown if count(input.disclosure.rendered) > 0

# It may be shown where nothing can be seen from here.
in_doubt if count(input.disclosure.computed) > 0

in_doubt if count(unread_code) > 0

in_doubt if input.shipped == 0

unread_code := [u | some u in input.disclosure.unread; u.reason == "its language is not read"]

unread_catalogues := [u | some u in input.disclosure.unread; u.reason != "its language is not read"]

deny contains hit if {
	applies
	not shown
	not in_doubt
	hit := {
		"at": input.disclosure.key_id,
		"message": sprintf("nothing that `%s` loads shows `%s`", [input.label, input.disclosure.key]),
		"related": [{"at": l.id, "message": sprintf("%s it", [lack(l)])} | some l in input.disclosure.locales; not l.filled],
		"fix": sprintf("Show `%s` where `%s` shows the data.", [input.disclosure.key, input.label]),
	}
}

# Where nothing shows the message, its texts come second.
missing if {
	not shown
	not in_doubt
}

deny contains hit if {
	applies
	not missing
	some locale in input.disclosure.locales
	not locale.filled
	hit := {
		"at": locale.id,
		"message": sprintf("%s `%s`, by which `%s` tells people", [lack(locale), input.disclosure.key, input.label]),
		"related": [{"at": input.disclosure.key_id, "message": "the disclosure is declared here"}],
		"fix": sprintf("Give `%s` a text in %s.", [input.disclosure.key, locale.path]),
	}
}

lack(locale) := sprintf("the locale %s has an empty text for", [locale.locale]) if {
	locale.present
} else := sprintf("the locale %s has no text for", [locale.locale])

undetermined contains {"at": c.id, "message": sprintf("the key of this message is computed; whether it is ever `%s` can't be known", [input.disclosure.key])} if {
	applies
	not shown
	some c in input.disclosure.computed
}

undetermined contains {"at": u.id, "message": sprintf("%s may show `%s`: %s", [u.path, input.disclosure.key, u.reason])} if {
	applies
	not shown
	some u in unread_code
}

undetermined contains {"at": u.id, "message": sprintf("%s: %s", [u.path, u.reason])} if {
	applies
	some u in unread_catalogues
}

undetermined contains {"at": input.id, "message": sprintf("no file of the repository that ships is one of `%s`", [input.label])} if {
	applies
	not shown
	input.shipped == 0
}
