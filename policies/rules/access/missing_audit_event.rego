# METADATA
# title: Synthetic-data action without an audit event
# description: When invented orders turn up in a report, nobody can say who published which dataset and when.
# related_resources:
#   - https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
# custom:
#   id: ACCS-005
#   name: missing-audit-event
#   subject: permission
#   severity: medium
#   confidence: medium
#   controls: ["gdpr:art-5-2", "gdpr:art-32", "soc2:CC7.2", "pci-dss-4.0.1:10.2.1", "nist-ai-600-1:MS-2.8-003", "iso-42001:A.6.2.8", "owasp-top10-2025:A09"]
#   fix: Write an audit event with actor, action, dataset and version, time and outcome; name its function under governance.audit-sinks if it is your own.
package synthgate.access.missing_audit_event

import data.synthgate.lib.places
import rego.v1

applies if is_alone

applies if input.console != null

applies if input.history != null

applies if input.retention != null

# The route is asked by itself: it writes the log, or the others do.
is_alone if {
	input.route != null
	input.route.mutates
	places.effective(input.place)
	not is_test
	known_alone
}

known_alone if count(input.route.audits) > 0

known_alone if input.route.others_audit

# Whether it would be silent nobody knows; the console does not count it.
known_alone if not input.route.followed

is_test if {
	some p in input.place.purposes
	p.purpose == "test"
}

deny contains hit if {
	is_alone
	count(input.route.audits) == 0
	input.route.followed
	hit := {
		"at": input.id,
		"message": sprintf("%s %s and neither it nor what it calls writes an audit event", [input.label, changes]),
	}
}

undetermined contains hit if {
	is_alone
	count(input.route.audits) == 0
	not input.route.followed
	hit := {
		"at": input.id,
		"message": sprintf("%s %s; its handler was not found, so it may write an audit event", [input.label, changes]),
	}
}

deny contains hit if {
	input.console != null
	hit := {
		"at": input.id,
		"message": sprintf("%s %s, and %s", [entry_points, deed, silence]),
		"related": [{"at": s.id, "message": sprintf("%s writes no audit event", [s.label])} |
			some s in input.console.silent
			s.id != input.id
		],
		"confidence": certainty,
		"fix": console_fix,
	}
}

entry_points := input.console.silent[0].label if input.console.count == 1

entry_points := sprintf("%d entry points", [input.console.count]) if {
	input.console.count > 1
	input.console.synthetic
}

entry_points := sprintf("%d entry points of admin code", [input.console.count]) if {
	input.console.count > 1
	not input.console.synthetic
}

deed := "changes synthetic data" if {
	input.console.count == 1
	input.console.synthetic
}

deed := "is admin code and changes something" if {
	input.console.count == 1
	not input.console.synthetic
}

deed := "change synthetic data" if {
	input.console.count > 1
	input.console.synthetic
}

deed := "change something" if {
	input.console.count > 1
	not input.console.synthetic
}

# An audit log of the repository's own may have a name that is not known here; a declared one is known.
default certainty := "low"

certainty := "medium" if input.console.declared

certainty := "medium" if input.console.audited > 0

default silence := "no audit event that is known here is written behind it"

silence := "no audit event that is known here is written behind them" if {
	input.console.count > 1
	input.console.audited == 0
	not input.console.declared
}

silence := "nothing behind it calls a declared audit sink" if {
	input.console.count == 1
	input.console.audited == 0
	input.console.declared
}

silence := "nothing behind them calls a declared audit sink" if {
	input.console.count > 1
	input.console.audited == 0
	input.console.declared
}

silence := sprintf("only %d of all %d write an audit event", [input.console.audited, input.console.routes]) if {
	input.console.audited > 0
}

console_fix := "Write the event in one place that all of them pass: a middleware, a base class, or history on the models; name its function under governance.audit-sinks if it is your own."

deny contains hit if {
	input.history != null
	input.history.marker
	hit := {
		"at": input.id,
		"message": sprintf("changes of `%s`, which marks synthetic records, leave no history", [input.history.name]),
		"fix": "Set trackHistory to true on the marker field, and enableHistory on its object.",
	}
}

undetermined contains hit if {
	input.history != null
	not input.history.marker
	hit := {
		"at": input.id,
		"message": sprintf("field history of `%s` is off; another audit trail may cover it", [input.history.name]),
		"fix": "Set enableHistory to true on the object, or write an audit event where its marker changes.",
	}
}

deny contains hit if {
	input.retention != null
	input.retention.days < input.retention.minimum
	hit := {
		"at": input.id,
		"message": sprintf("logs are kept for %d days; the policy asks for %d", [input.retention.days, input.retention.minimum]),
		"fix": sprintf("Keep audit logs for at least %d days, or change governance.log-retention-days with its approver.", [input.retention.minimum]),
	}
}

default changes := "is admin code and changes something"

changes := "changes synthetic data" if {
	input.route != null
	input.route.synthetic
}
