#!/usr/bin/env bash
# Builds synthgate from the action's own source. Needs: ACTION_PATH, GITHUB_OUTPUT and a Rust toolchain.
set -euo pipefail

if ! command -v cargo >/dev/null; then
  echo "::error title=synthgate::No Rust toolchain on this runner. Install one before this step, or give the input 'binary'."
  exit 2
fi
target="${RUNNER_TEMP:-$ACTION_PATH}/synthgate-target"
cargo build --release --locked --manifest-path "$ACTION_PATH/Cargo.toml" --target-dir "$target" --bin synthgate
echo "binary=$target/release/synthgate" >>"$GITHUB_OUTPUT"
