# METADATA
# title: Tutorial-grade code on a production path
# description: Code that was written to show how something works has none of the controls that real customers' data need.
# related_resources:
#   - https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html
# custom:
#   id: GOVN-010
#   name: tutorial-grade-code
#   subject: repository
#   severity: medium
#   confidence: medium
#   controls: ["gdpr:art-25", "soc2:CC8.1", "owasp-top10-2025:A02", "owasp-top10-2025:A06"]
#   fix: Replace it by reviewed code, or move it to examples/ where nothing in production imports it.
package synthgate.governance.tutorial_grade_code

import rego.v1

applies if count(input.markers) > 0

deny contains hit if {
	some marker in input.markers
	hit := {"at": marker.id, "message": words(marker), "fix": fixes[marker.sign]}
}

words(marker) := sprintf("`%s`: whoever stands in between reads and changes what goes to %s%s", [marker.what, marker.system, placed(marker)]) if {
	marker.sign == "unverified-tls"
} else := sprintf("`%s` returns what it was given: nothing is anonymised%s", [marker.what, placed(marker)]) if {
	marker.sign == "identity-anonymiser"
} else := sprintf("the code says itself that people's data are not masked yet: `%s`%s", [marker.what, placed(marker)]) if {
	marker.sign == "note"
} else := sprintf("`%s` is the org of a vendor's guide, nobody's own%s", [marker.what, placed(marker)])

placed(marker) := "" if {
	marker.why == ""
} else := sprintf(" (production: %s)", [marker.why])

fixes := {
	"unverified-tls": "Check certificates; give a private authority its own CA bundle instead.",
	"identity-anonymiser": "Anonymise here or raise an error, so that nothing passes unchanged; a stub belongs under examples/ or tests/.",
	"note": "Do what the note says before this code meets customers' data, or move the code to examples/.",
	"sample-org": "Read the org from the configuration of its environment.",
}
