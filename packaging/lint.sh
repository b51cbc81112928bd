#!/usr/bin/env bash
# Style, types and layers; every check runs, and any that fails fails the whole.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
check() { printf 'lint: %s\n' "$*"; ".venv/bin/$1" "${@:2}" || failed=1; }
check ruff check --quiet .
check ruff format --check --quiet .
check mypy
check lint-imports --no-cache
exit "$failed"
