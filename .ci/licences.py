"""Where cargo-deny is not installed: every dependency's licence expression must be satisfiable from deny.toml."""

import json
import re
import subprocess
import sys
import tomllib

with open("deny.toml", "rb") as file:
    ALLOWED = set(tomllib.load(file)["licenses"]["allow"])


def satisfied(expression: str) -> bool:
    """SPDX: OR needs one side, AND both; `/` is the old way to write OR."""
    tokens = re.findall(r"\(|\)|\bOR\b|\bAND\b|[^()\s]+(?:\s+WITH\s+[^()\s]+)?", expression.replace("/", " OR "))
    at = 0

    def either() -> bool:
        nonlocal at
        value = both()
        while at < len(tokens) and tokens[at] == "OR":
            at += 1
            value = both() or value
        return value

    def both() -> bool:
        nonlocal at
        value = one()
        while at < len(tokens) and tokens[at] == "AND":
            at += 1
            value = one() and value
        return value

    def one() -> bool:
        nonlocal at
        token = tokens[at]
        at += 1
        if token == "(":
            value = either()
            at += 1
            return value
        return token in ALLOWED

    return either()


metadata = json.loads(
    subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
)
bad = []
for package in metadata["packages"]:
    licence = package["license"]
    if not licence or not satisfied(licence):
        bad.append(f"{package['name']} {package['version']}: {licence}")
print(f"{len(metadata['packages'])} packages, {len(bad)} with a licence that deny.toml does not allow")
print("\n".join(bad))
sys.exit(bool(bad))
