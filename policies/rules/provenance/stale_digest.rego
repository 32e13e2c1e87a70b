# METADATA
# title: Dataset changed, and its provenance record did not
# description: A digest that does not fit proves that the record is about other bytes, so nothing that it says holds for these.
# custom:
#   id: PROV-003
#   name: stale-digest
#   subject: dataset
#   severity: high
#   confidence: high
#   controls:
#     - gdpr:art-5-1-d
#     - gdpr:art-5-2
#     - nist-ai-600-1:MS-2.8-003
#     - nist-ai-600-1:GV-6.1-008
#     - iso-42001:A.7.5
#     - soc2:CC8.1
#     - croissant-1.1:sha256
#     - owasp-top10-2025:A08
#   fix: Write the record anew, with a new version, the digest of the committed bytes, and the activity that made the change.
package synthgate.provenance.stale_digest

import rego.v1

_stale := [digest | some digest in input.provenance.digests; digest.matches == false]

_unknown := [digest | some digest in input.provenance.digests; digest.matches == null; digest.unknown != null; trim_space(digest.unknown) != ""]

_message(digest) := sprintf("this %s digest is of the same text with other line endings than the committed bytes have", [digest.algorithm]) if {
	digest.line_endings_only
}

_message(digest) := sprintf("this %s digest is not that of the committed bytes", [digest.algorithm]) if {
	not digest.line_endings_only
}

_fix(digest) := "Take the digest of the committed bytes, or say in .gitattributes how this file's lines end." if {
	digest.line_endings_only
}

_fix(digest) := "Write the record anew: next version, digest of the committed bytes, and the activity that made the change." if {
	not digest.line_endings_only
}

deny contains {"at": digest.id, "message": message, "related": related, "fix": fix} if {
	input.provenance != null
	count(_stale) > 0
	digest := _stale[0]
	message := _message(digest)
	fix := _fix(digest)
	related := [{"at": input.id, "message": "the data that the record is about"}]
}

deny contains {"at": rows.id, "message": message, "related": related} if {
	input.provenance != null
	count(_stale) == 0
	rows := input.provenance.rows
	rows != null
	input.name == null
	rows.value != input.rows
	message := sprintf("the record speaks of %d rows, the file holds %d", [rows.value, input.rows])
	related := [{"at": input.id, "message": "the data that the record is about"}]
}

undetermined contains {"at": digest.id, "message": digest.unknown} if {
	input.provenance != null
	count(_stale) == 0
	count(_unknown) > 0
	digest := _unknown[0]
}

applies if {
	input.provenance != null
	count(input.provenance.digests) > 0
}

applies if {
	input.provenance != null
	input.provenance.rows != null
}
