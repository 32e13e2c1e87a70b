# METADATA
# title: Exception expired, unapproved or over-broad
# description: Auditors ask for every waiver, who approved it and when it ends.
# related_resources:
#   - https://www.iso.org/standard/81230.html
# custom:
#   id: GOVN-007
#   name: bad-exception
#   subject: repository
#   severity: high
#   confidence: high
#   controls: ["soc2:CC3.2", "soc2:CC8.1", "gdpr:art-5-2", "nist-ai-rmf:MANAGE-1.3", "nist-ai-rmf:MANAGE-1.4", "iso-42001:A.2.3"]
#   fix: Give the exception one rule, a narrow path or a fingerprint, a reason, an approver, and an end within the policy's limit.
package synthgate.governance.bad_exception

import rego.v1

applies if count(input.exceptions) > 0

today := time.parse_rfc3339_ns(sprintf("%sT00:00:00Z", [input.run.date])) / 86400000000000

deny contains hit if {
	some e in input.exceptions
	faults := array.concat(array.concat(missing(e), expiry(e)), scope(e))
	count(faults) > 0
	hit := {
		"at": faults[0].at,
		"message": faults[0].message,
		"related": [{"at": f.at, "message": f.message} | some i, f in faults; i > 0],
	}
}

missing(e) := [{"at": e.id, "message": sprintf("this exception has no %s", [concat(" and no ", names)])}] if {
	names := [f.name |
		some f in [
			{"name": "rule", "value": e.rule},
			{"name": "`reason`", "value": e.reason},
			{"name": "`approved-by`", "value": e.approved_by},
			{"name": "`expires`", "value": e.expires},
		]
		f.value == null
	]
	count(names) > 0
} else := []

expiry(e) := [] if {
	e.expires == null
} else := [{"at": e.expires.id, "message": sprintf("`%s` is no date (YYYY-MM-DD)", [e.expires.date])}] if {
	e.expires.day == null
} else := [{"at": e.expires.id, "message": sprintf("this exception ended on %s; the run is of %s", [e.expires.date, input.run.date])}] if {
	e.expires.day < today
} else := [{"at": e.expires.id, "message": sprintf("this exception runs for %d days; %d is the limit", [e.expires.day - today, input.governance.max_exception_days])}] if {
	e.expires.day - today > input.governance.max_exception_days
} else := []

scope(e) := [{"at": e.id, "message": "this exception names neither paths nor a fingerprint and so waives the rule everywhere"}] if {
	count(e.paths) == 0
	e.fingerprint == null
} else := [{"at": p.id, "message": sprintf("`%s` names no folder or file before its first wildcard", [p.glob])} |
	some p in e.paths
	p.broad
]
