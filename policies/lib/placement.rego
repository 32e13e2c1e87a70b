# How sure an environment is.
package synthgate.lib.placement

import rego.v1

# Declared, or two rungs of the ladder agree and nothing speaks against it.
proven(environment) if environment.rung == "declared"

proven(environment) if {
	not environment.contradicted
	count({e.rung | some e in environment.evidence}) > 1
}

# More than a name that somebody gave to a job or a key.
solid(environment) if environment.rung != "name"
