# What rules ask of datasets.
package synthgate.lib.datasets

import rego.v1

# Somebody said, in the configuration or in a record, that the rows are nobody's.
declared_safe(kind) if {
	kind.declared
	kind.value in {"synthetic", "masked"}
}

# Nobody said so; the path, the table or the folder makes one presume it.
presumed_safe(kind) if kind.value == "presumed-synthetic"

# Recorded traffic and somebody else's code hold no dataset of this repository.
ours(place) if {
	not place.recording
	not place.vendored
}

# What the data are, in words.
kind_words(kind) := sprintf("%s (%s)", [replace(kind.value, "-", " "), kind.why]) if {
	kind.value != null
} else := "of no declared kind"

# Values that may be somebody's.
suspects(detection) := detection.unproven + detection.masked

# The detection with the most of them; of two that are equal, the one whose column stands first.
worst(detections) := first if {
	most := max([suspects(d) | some d in detections])
	first := [d | some d in detections; suspects(d) == most][0]
}

# Where to point: the first cell, else the column's name.
place_of(detection) := detection.cells[0].id if {
	count(detection.cells) > 0
} else := detection.column.id

# The other cells that were kept, and the other columns.
others(detections, first) := [{"at": p.at, "message": p.message} |
	some d in detections
	some p in points(d)
	p.at != place_of(first)
]

points(detection) := [{"at": c.id, "message": sprintf("row %d of `%s`", [c.row, detection.column.name])} | some c in detection.cells] if {
	count(detection.cells) > 0
} else := [{"at": detection.column.id, "message": sprintf("column `%s`", [detection.column.name])}]

# "12 of 40", and how many were looked at where not all were.
share(detection) := sprintf("%d of %d", [suspects(detection), detection.judged]) if {
	detection.judged >= detection.values
} else := sprintf("%d of %d judged (of %d)", [suspects(detection), detection.judged, detection.values])
