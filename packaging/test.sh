#!/usr/bin/env bash
# Everything that must hold: lint; then, beside each other, the Qt-free tests with Qt made unimportable and every other test in a virtual
# display. Each step runs under a wrapper that fails when a process outlives it; every step runs, and any that fails fails the whole.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PY=.venv/bin/python
failed=0
unset PYTHONDONTWRITEBYTECODE # tests start hundreds of processes: each would compile every module again

bash packaging/lint.sh || failed=1
told=$(mktemp)
qt_free=
trap 'kill $qt_free 2>/dev/null; rm -f "$told"' EXIT
"$PY" packaging/with_display.py --no-display "$PY" -m pytest -q -p no:pytest-qt -p tests.without_qt >"$told" 2>&1 &
qt_free=$!
"$PY" packaging/with_display.py "$PY" -m pytest -q --durations=10 -p tests.the_rest || failed=1
wait "$qt_free" || failed=1
cat "$told"
exit "$failed"
