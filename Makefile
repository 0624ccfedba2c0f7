# Everything here needs make and Python 3.11 or newer, nothing else: .venv is made on the way.
# ARGS is passed on:  make test ARGS="-k streaks"
# PYTHON names the interpreter that .venv is made from (anew, if it was another one):  make test PYTHON=python3.13
# The tests read nothing outside this folder, unless CATLOG_TEST_DATA names a folder of recordings, as test-recorded does.

PY = .venv/bin/python
PYTEST = $(PY) -m pytest --numprocesses auto --dist loadfile
RECORDED = ../shared/data
UV = $(shell command -v .venv/bin/uv || command -v uv)
LOCK_ALONE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock" --quiet $(ARGS)
LOCK = $(LOCK_ALONE) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test test-recorded check bench audit lock clean run-env dev-env

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | awk -F '	' '{ printf "  make %-13s %s\n", $$1, $$2 }'

demo: run-env ## build the demo library, say how to use it, and open the app where there is a terminal
	@if [ -t 0 ] && [ -t 1 ] && [ "$$TERM" != dumb ]; then \
		.venv/bin/catlog demo $(ARGS); \
	else \
		.venv/bin/catlog demo --no-tui $(ARGS); \
	fi

test: dev-env ## run the tests, on SQLite and on a real PostgreSQL
	env -u CATLOG_TEST_DATA $(PYTEST) $(ARGS)

test-recorded: dev-env ## run the tests that can use recordings of the real source (RECORDED names their folder)
	@if [ -d "$(RECORDED)" ]; then \
		CATLOG_TEST_DATA="$(abspath $(RECORDED))" $(PYTEST) -m recorded $(ARGS); \
	else \
		echo "No recordings: $(RECORDED) is no folder." >&2; exit 1; \
	fi

check: dev-env ## check style, types, the import rule and the docs
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy catlog spark tests/support docs/check.py requirements/audit.py
	.venv/bin/lint-imports
	$(PY) docs/check.py

bench: dev-env ## measure CatLog against its rivals and print the ratios
	$(PY) -m bench $(ARGS)

audit: dev-env ## examine what CatLog is built from: hashes, trust, weight, known vulnerabilities
	$(PY) requirements/audit.py

lock: ## pin what pyproject.toml asks for (ARGS=--upgrade takes the newest)
	@test -n "$(UV)" || { echo "make lock needs uv: install it (pip install uv) and run make again." >&2; exit 1; }
	$(LOCK) --extra dev --output-file requirements/dev.txt
	$(LOCK) --extra checkout --constraint requirements/dev.txt --output-file requirements/run.txt
	$(LOCK_ALONE) --constraint requirements/dev.txt requirements/build.in --output-file requirements/build.txt
	$(LOCK_ALONE) requirements/audit.in --output-file requirements/audit.txt

clean: ## remove .venv, caches and builds
	rm -rf .venv .venv-audit .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

run-env:
	@sh requirements/venv.sh run $(PYTHON)

dev-env:
	@sh requirements/venv.sh dev $(PYTHON)
