# METADATA
# title: File has the fingerprint of a production export
# description: Most real customers who are found in a repository came as an export that somebody renamed to a fixture.
# related_resources:
#   - https://help.salesforce.com/s/articleView?id=xcloud.admin_exportdata.htm
# custom:
#   id: PRIV-005
#   name: production-export
#   subject: dataset
#   severity: high
#   confidence: medium
#   controls: ["gdpr:art-5-1-b", "gdpr:art-5-1-c", "gdpr:art-5-1-f", "gdpr:art-25", "pci-dss-4.0.1:6.5.5", "soc2:C1.1", "soc2:CC6.7"]
#   fix: Delete the file and purge it from the history, generate its replacement, and record how the incident was decided.
#   options: {min-rows: 5}
package synthgate.privacy.production_export

import data.synthgate.lib.datasets
import rego.v1

applies if {
	datasets.ours(input.place)
	not input.kind.value in {"real", "not-personal"}
	input.rows >= input.options["min-rows"]
	count(signs) > 0
}

# Each kind of sign once: two of them make an export.
signs := array.concat(array.concat(of_columns, of_key), array.concat(of_host, of_name))

of_columns := [{"at": c.id, "message": sprintf("`%s` is a column that %s itself writes", [c.name, input.export.system])}] if {
	input.export.system != null
	count(input.export.system_columns) > 0
	c := input.export.system_columns[0]
} else := []

of_key := [{"at": k.id, "message": sprintf("`%s` holds %d record ids whose suffix fits", [k.name, k.ids])}] if {
	input.export.key != null
	k := input.export.key
} else := []

of_host := [{"at": h.id, "message": sprintf("the dump's header names %s, which is production (%s)", [h.host, h.environment.why])}] if {
	production := [p | some p in input.export.hosts; p.environment.class == "production"]
	count(production) > 0
	h := production[0]
} else := []

of_name := [{"at": input.id, "message": sprintf("the file is named after the object %s", [input.export.object])}] if {
	input.export.object != null
} else := [{"at": input.id, "message": "the file's name has the form of an export"}] if {
	input.export.file_name
} else := []

deny contains hit if {
	applies
	count(signs) > 1
	first := signs[0]
	hit := {
		"at": first.at,
		"message": sprintf("%s; %d rows", [first.message, input.rows]),
		"related": array.slice(signs, 1, count(signs)),
		"confidence": confidence,
	}
}

# One sign, and a host of which nobody says what it is.
undetermined contains hit if {
	applies
	count(signs) == 1
	unknown := [h | some h in input.export.hosts; h.environment.class == null]
	count(unknown) > 0
	first := signs[0]
	hit := {
		"at": first.at,
		"message": sprintf("%s, and the dump's header names %s, whose environment nothing tells", [first.message, unknown[0].host]),
		"related": [{"at": unknown[0].id, "message": "declare this host under `environments:`"}],
	}
}

# Nobody writes the system's own columns by hand, and nobody types a production host into a dump's header.
confidence := "high" if {
	count(of_columns) + count(of_host) > 0
} else := "medium"
