#!/usr/bin/env bash
# Install what is missing for this checkout: system libraries, the locked Python environment in .venv, the map bundle.
# Each step is skipped while the content hash of its inputs is the one it was last done for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

STAMPS=.venv/stamps
say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 3; }
hash_of() { cat "$@" | sha256sum | cut -d' ' -f1; }
done_for() { [[ -f "$STAMPS/$1" && "$(<"$STAMPS/$1")" == "$2" ]]; }
mark() { mkdir -p "$STAMPS" && printf '%s' "$2" >"$STAMPS/$1"; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3 python3.13 python3.12; do
        if command -v "$candidate" >/dev/null && new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
}

installed() { [[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null || true)" == installed ]]; }

# The name to install for a line of apt-packages.txt, or nothing when one of its names is there.
missing_of() {
    local names name
    IFS='|' read -ra names <<<"$1"
    for name in "${names[@]}"; do
        if installed "$name"; then return; fi
    done
    printf '%s\n' "$1"
}

# The first of `a|b` that this release of the system knows.
known_of() {
    local names name
    IFS='|' read -ra names <<<"$1"
    for name in "${names[@]}"; do
        if apt-cache show "$name" 2>/dev/null | grep -q '^Version:'; then printf '%s\n' "$name"; return; fi
    done
    printf '%s\n' "${names[0]}"
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo --preserve-env=DEBIAN_FRONTEND "$@"
    else
        die "needs root for: $*. Run that as root, then try again."
    fi
}

install_system() {
    local line python wanted=() names=()
    while read -r line; do
        [[ -z "$line" || "$line" == \#* ]] || mapfile -t -O "${#wanted[@]}" wanted < <(missing_of "$line")
    done <packaging/apt-packages.txt
    python=$(find_python)
    if [[ -z "$python" ]]; then
        wanted+=(python3.11 python3.11-venv)
    elif [[ ! -x .venv/bin/python ]] && ! "$python" -c 'import ensurepip' 2>/dev/null; then
        wanted+=("$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')")
    fi
    if [[ ${#wanted[@]} -eq 0 ]]; then return; fi
    export DEBIAN_FRONTEND=noninteractive
    say "installing ${#wanted[@]} system packages"
    as_root apt-get update -qq
    for line in "${wanted[@]}"; do names+=("$(known_of "$line")"); done
    as_root apt-get install -y -qq --no-install-recommends "${names[@]}" >/dev/null
}

install_python() {
    local python key
    if [[ ! -x .venv/bin/python ]]; then
        python=$(find_python)
        [[ -n "$python" ]] || die "no Python 3.11 or newer found: install one, or name it with PYTHON=/path/to/python"
        say "creating .venv with $("$python" -V)"
        "$python" -m venv .venv
    fi
    key=$(hash_of requirements.lock)
    if ! done_for python "$key"; then
        say "installing the locked Python packages"
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --no-deps -r requirements.lock
        rm -f "$STAMPS/package"
        mark python "$key"
    fi
    key=$(hash_of pyproject.toml packaging/hatch_build.py)
    if ! done_for package "$key"; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-build-isolation --no-deps --editable .
        mark package "$key"
    fi
}

if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    install_system
else
    say "no apt here: if the window does not start, 'fengsui doctor' names the libraries that are missing"
fi
install_python
.venv/bin/python packaging/map/build.py # looks at the hash of its own inputs
