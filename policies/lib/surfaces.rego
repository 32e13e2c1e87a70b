# What rules ask of surfaces.
package synthgate.lib.surfaces

import rego.v1

# Customers see it. The own staff knows what it looks at.
customers(kind) if kind != "admin"

# Data that are declared synthetic.
synthetic(sources) := [s | some s in sources; s.kind == "synthetic"]

# Data that look invented, and nobody says what they are.
presumed(sources) := [s | some s in sources; s.kind == "presumed-synthetic"]

# The way from the surface to its data, and where these are declared.
way(source) := array.concat(imports(source), declaration(source))

imports(source) := [{"at": step.id, "message": sprintf("%s brings in %s", [step.from, step.to])} |
	some step in source.steps
	step.id != source.id
]

declaration(source) := [{"at": source.declared_id, "message": sprintf("declares %s synthetic", [source.label])}] if {
	source.declared_id != null
	source.declared_id != source.id
	source.why != "named in `consumes`"
} else := [{"at": source.declared_id, "message": "what the surface is declared to consume"}] if {
	source.declared_id != null
	source.declared_id != source.id
} else := []

# "brings in fixtures/orders.json, declared in synthgate.yaml as synthetic"
comes(source) := sprintf("this brings in %s (synthetic, %s)", [source.label, source.why]) if {
	source.reached == "import"
} else := sprintf("this is `%s` (%s)", [source.label, source.why]) if {
	source.id != source.declared_id
	count(source.why) > 0
	source.declared_id != null
	source.path == null
} else := sprintf("it consumes %s (synthetic, %s)", [source.label, source.why])

# An import and a declaration, or two declarations: nothing is guessed. What `consumes` calls a client may be one of
# real data.
confidence(source) := "medium" if {
	source.why == "named in `consumes`"
} else := "high"

# Why nothing can be said, where no declared synthetic data are found: what is presumed, computed or not there.
doubts(surface) := array.concat(
	[{"at": s.id, "message": sprintf("%s looks invented (%s), and nothing declares what it is", [s.label, s.why])} |
		some s in presumed(surface.sources)
	],
	array.concat(
		[{"at": c.id, "message": sprintf("`%s` is no dataset, module or package of this repository", [c.text])} |
			some c in surface.consumes
			c.matched == null
		],
		[{"at": u.id, "message": sprintf("this import is %s, and declared synthetic data lie where it may lead", [u.reason])} |
			some u in surface.unresolved
		],
	),
)

# Somewhere the message is shown, and nothing keeps people from seeing it.
is_shown(disclosure) if {
	some r in disclosure.rendered
	count(r.hidden) == 0
	not switched_off(r)
}

# A switch whose value in production hides the message, and not the data.
switched_off(rendered) if {
	some c in rendered.conditions
	off(c)
}

off(condition) if {
	not condition.hides_data
	condition.setting != null
	condition.setting.on != null
	condition.setting.on == condition.negated
}
