# METADATA
# title: Generated media carry no machine-readable mark
# description: What a model made and nothing says so passes for a photograph wherever it is copied to.
# related_resources:
#   - https://cv.iptc.org/newscodes/digitalsourcetype/
#   - https://c2pa.org/specifications/
# custom:
#   id: DISC-006
#   name: unmarked-media
#   subject: surface
#   severity: low
#   confidence: medium
#   controls: ["c2pa:actions", "iptc:digitalsourcetype", "nist-ai-600-1:MS-1.1-001", "nist-ai-600-1:MS-2.7-005"]
#   fix: Write IPTC's DigitalSourceType (trainedAlgorithmicMedia) or a C2PA manifest into the files, and let every build step keep it.
package synthgate.disclosure.unmarked_media

import rego.v1

generated := [m | some m in input.media; m.generated]

applies if {
	some m in generated
	m.assets > 0
}

applies if {
	some m in generated
	count(m.strips) > 0
}

lacking(media) := (media.assets - media.marked) - count(media.unread)

deny contains hit if {
	some m in generated
	count(m.unmarked) > 0
	hit := {
		"at": m.id,
		"message": sprintf("%s of %d files here, declared generated, carry no DigitalSourceType and no C2PA manifest", [number(lacking(m)), m.assets]),
		"related": [{"at": a.id, "message": "no mark"} | some a in m.unmarked],
		"confidence": "high",
	}
}

number(n) := sprintf("%d", [n])

deny contains hit if {
	some m in generated
	some s in m.strips
	hit := {
		"at": s.id,
		"message": sprintf("%s, also of %s, which `%s` declares generated", [s.what, m.glob, input.label]),
		"related": [{"at": m.id, "message": "declared generated"}],
		"fix": "Keep metadata in this step, or leave the generated files out of it.",
	}
}

undetermined contains {"at": u.id, "message": sprintf("%s: %s", [u.path, u.reason])} if {
	some m in generated
	some u in m.unread
}
