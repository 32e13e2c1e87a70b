# Tokens of the build itself.
package synthgate.lib.build

import rego.v1

# Registries, coverage, chat and the forge: a job needs them whatever environment it serves.
services := {
	"npm", "pypi", "rubygems", "nuget", "maven", "sonatype", "ossrh", "gpg", "docker", "dockerhub", "ghcr", "codecov",
	"coveralls", "codacy", "codeclimate", "sonar", "sonarcloud", "snyk", "slack", "discord", "teams", "telegram", "sentry",
	"datadog", "newrelic", "chromatic", "percy", "github", "gh", "gitlab", "bitbucket", "renovate", "nx", "turbo", "pat",
	"cypress", "browserstack", "saucelabs", "lhci",
}

# A credential whose name says that it is one of them.
is_token(name) if {
	name != null
	some word in regex.split(`[^a-z0-9]+`, lower(name))
	word in services
}
