#!/usr/bin/env bash
# Open the console with the example incident, or say why there is no window here and what there is instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [[ "$(uname)" == Linux && -z "${DISPLAY:-}" && -z "${WAYLAND_DISPLAY:-}" ]]; then
    cat >&2 <<'SAY'
There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open.
  make demo-shot      renders the same console under a virtual display into demo.png
SAY
    exit 3
fi
exec .venv/bin/fengsui --example
