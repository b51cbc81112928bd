# Fengsui: what a person or a machine does with this checkout. `make` alone lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

BIN := .venv/bin
PY := $(BIN)/python
DISPLAYED := $(PY) packaging/with_display.py
OUT ?= demo.png
MINUTES ?= 10
DRILL ?= build/drill

.PHONY: help setup run demo-shot test test-fast lint format lock bench bench-sync bench-map bench-monitor bench-routes bench-json drill-outage shots licences clean drill-power

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: ## install what is missing: system libraries, locked Python packages, the map bundle
	@bash packaging/setup.sh

run: setup ## open the console with the example incident
	@bash packaging/run.sh

demo-shot: setup ## render the same under a virtual display into OUT (demo.png)
	@$(DISPLAYED) --no-display $(PY) packaging/pictures.py demo --out $(OUT)

test: setup ## lint, the Qt-free tests without Qt, then every other, in a virtual display of its own
	@bash packaging/test.sh

test-fast: setup ## the Qt-free tests alone
	@$(PY) -m pytest -q -p no:pytest-qt -p tests.without_qt

lint: setup ## style, types, layers
	@bash packaging/lint.sh

format: setup ## lay the code out
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

lock: setup ## lock the newest allowed versions, with hashes
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

bench: setup ## measure speed and size against limits measured in the same run (MINUTES of idling)
	@$(DISPLAYED) $(PY) -m tests.benchmarks --minutes $(MINUTES)

bench-sync: setup ## measure syncing: catching up, bytes, cut and narrow links, a crowd of units (MINUTES of them; needs root for cables)
	@$(PY) -m tests.benchmarks --sync --minutes $(MINUTES)

bench-monitor: setup ## measure gauges, feeds and video: live curves, any day of a month, readings, rules (RECORDINGS=DIR for the back-test)
	@$(DISPLAYED) $(PY) -m tests.benchmarks --monitor $(if $(RECORDINGS),$(RECORDINGS),--only curves --only windows --only rules --only readings --only feeds --only video)

bench-routes: setup ## measure who comes when, what is within, and search as one types
	@$(PY) -m tests.benchmarks.routes

bench-map: setup ## measure the map with 1,000, 10,000 and 50,000 units and 50,000 points; a table, and a chart into assets/
	@$(DISPLAYED) $(PY) -m tests.benchmarks.bench_map

bench-json: setup ## the same, printed as JSON
	@$(DISPLAYED) $(PY) -m tests.benchmarks --minutes $(MINUTES) --json

drill-power: setup ## kill a node and cut its power ROUNDS times (200); a table of what was left
	@$(PY) -m tests.faults.drill --rounds $(or $(ROUNDS),200)

drill-outage: setup ## play an outage with real processes on networks of their own; tables and pictures into DRILL (needs root)
	@$(DISPLAYED) --no-display $(PY) -m tests.drill --out $(DRILL)

shots: setup ## make every picture in assets/ again (RECORDINGS=DIR for those of recorded data)
	@$(DISPLAYED) --no-display $(PY) packaging/pictures.py all --into assets $(if $(RECORDINGS),--recordings $(RECORDINGS))

licences: setup ## write THIRD_PARTY.md from what is installed
	@$(PY) packaging/licences.py

clean: ## remove what was built and installed here
	@rm -rf .venv resources/map/bundle build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
