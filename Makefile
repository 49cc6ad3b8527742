# Everything one does with this repository. Needs Python 3.11 or newer with venv, and make; all else goes into .venv.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SECONDS ?= 60
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo setup check lint types test bless format grammar editors conformance conformance-spark fuzz mutants properties bench clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/installed  ## install SegQL, then print the SQL of the shop's first segment and the users in it
	$(BIN)/segql compile examples/shop/shop.seg --name brazil_checkout --now 2024-07-01
	$(BIN)/segql run examples/shop/shop.seg --name brazil_checkout --now 2024-07-01

setup: $(VENV)/ready  ## make .venv with SegQL (editable) and every tool of the developers

check: lint types test  ## everything that must pass: install what is missing, then lint, types, test

lint: $(VENV)/ready  ## the form of the code, and the floors (who may import whom)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo

types: $(VENV)/ready  ## mypy, strict
	$(BIN)/mypy

test: $(VENV)/ready $(VENV)/editors $(VENV)/engines  ## the tests; ARGS go to pytest: make test ARGS='-k windows'
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

bless: $(VENV)/ready  ## write what the compiler says now into cases, examples and pages; the diff is the review
	$(BIN)/pytest tests/cases tests/examples tests/docs --bless $(ARGS)

format: $(VENV)/ready  ## put the code into its form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

grammar: $(VENV)/ready  ## write the parser's tables and the highlighters anew from grammar/segql_grammar/segql.lark
	$(BIN)/python -m segql_grammar
	$(BIN)/python -m segql_grammar.highlight .

editors: $(VENV)/ready $(VENV)/editors  ## pack the VS Code extension, and try it in a real VS Code (needs Chromium); try Helix
	$(BIN)/python tests/editors/helix/session.py $(abspath $(BIN))
	tests/editors/vscode/run.sh $(BIN)

# Without ARGS it is the whole of it, and what it found is written down: segql/sql/proved.json, and the table of docs/engines.md.
conformance: $(VENV)/ready $(VENV)/engines  ## random segments and the contract's examples on every engine
	CI=1 $(BIN)/pytest tests/conformance -rs $(or $(ARGS),--write-proved)

conformance-spark: $(VENV)/ready  ## the same on Spark itself: in one process, and on a cluster
	tests/conformance/spark.sh $(BIN)

fuzz: $(VENV)/ready  ## random segments on DuckDB against the reference interpreter: make fuzz SECONDS=600
	$(BIN)/python tests/differential/fuzz.py $(SECONDS)

mutants: $(VENV)/ready  ## break the compiler in small ways: the random comparison must notice each
	$(BIN)/python tests/differential/mutants.py

properties: $(VENV)/ready  ## the property tests again, with many more examples
	$(BIN)/pytest -n auto -m hypothesis --ignore tests/differential --hypothesis-profile=fuzz $(ARGS)

bench: $(VENV)/ready  ## how long things take
	$(BIN)/python -m benchmarks $(ARGS)

clean:  ## remove .venv and all that tools left behind
	rm -rf $(VENV) .engines build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment is ready when its stamp is newer than pyproject.toml. `--group` needs a pip of 2025 or later.
$(VENV)/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "SegQL needs Python 3.11 or newer: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade pip
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/ready: $(VENV)/installed
	$(PIP) install --quiet --group dev
	@touch $@

# What tests with real editors need. What cannot be installed is skipped by its tests; in CI they fail.
$(VENV)/editors: $(VENV)/ready tests/editors/install.sh tests/editors/package-lock.json
	tests/editors/install.sh $(BIN)
	@touch $@

# The engines of the conformance tests that are no packages of ours.
$(VENV)/engines: $(VENV)/ready tests/conformance/install.sh tests/conformance/mariadb.sh $(wildcard tests/conformance/hosts/*.txt)
	tests/conformance/install.sh $(BIN)/python
	@touch $@
