#!/usr/bin/env bash
# One evaluation, three outputs: annotations, SARIF, counts. Inputs come as environment variables, so that nothing
# that a pull request can write is ever part of a command.
set -uo pipefail

binary=$SYNTHGATE_BINARY
if [[ ! -x $binary ]]; then
  echo "::error title=synthgate::No synthgate binary at the path given in the input 'binary'."
  echo "conclusion=error" >>"$GITHUB_OUTPUT"
  exit 2
fi
# Relative paths count from the workspace, wherever the checked folder is.
[[ $binary == /* ]] || binary=$PWD/$binary
sarif=$SYNTHGATE_SARIF
[[ $sarif == /* ]] || sarif=$PWD/$sarif
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT

arguments=(check "--output=sarif=$sarif" "--output=counts=$counts")
if [[ $SYNTHGATE_ANNOTATIONS == true ]]; then
  arguments+=(--output=github)
else
  arguments+=(--output=full)
fi
arguments+=("--date=${SYNTHGATE_DATE:-$(date -u +%F)}")
[[ -z $SYNTHGATE_CONFIG ]] || arguments+=("--config=$SYNTHGATE_CONFIG")
[[ -z $SYNTHGATE_FAIL_ON ]] || arguments+=("--fail-on=$SYNTHGATE_FAIL_ON")
while IFS= read -r folder; do
  [[ -z $folder ]] || arguments+=("--policies=$folder")
done <<<"$SYNTHGATE_POLICIES"
arguments+=(--)
while IFS= read -r path; do
  [[ -z $path ]] || arguments+=("$path")
done <<<"$SYNTHGATE_PATHS"

cd -- "$SYNTHGATE_DIRECTORY" || exit 2
"$binary" "${arguments[@]}"
code=$?

case $code in
0) conclusion=success ;;
1) conclusion=failure ;;
*) conclusion=error ;;
esac
{
  echo "conclusion=$conclusion"
  echo "sarif-file=$SYNTHGATE_SARIF"
  cat -- "$counts"
} >>"$GITHUB_OUTPUT"
exit "$code"
