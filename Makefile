# Every way into this project. `make help` lists the targets; CONTRIBUTING.md says how to work with them.

PORT ?= 8000
DATA_DIR ?= ./data
PYTEST_ARGS ?=
INSTALL ?=
export DATA_DIR

SYSTEM_PATH := $(PATH)
# Any Python >= 3.11 that can make a virtual environment. The system's own comes first: distributions compile it with
# profile-guided optimisation, version managers mostly without, and the server then takes half as long again.
PYTHON ?= $(shell for python in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do \
	PATH="$(SYSTEM_PATH)" "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { PATH="$(SYSTEM_PATH)" command -v "$$python"; break; }; done)
# The environment's own python, node and npm come before the machine's.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

PIP := python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard negotiation_hub/locale/*/LC_MESSAGES/django.po))
BUNDLE := frontend/dist/manifest.json
# Folders count too: their time changes when a file is removed.
FRONTEND_SOURCES := $(shell find frontend -name node_modules -prune -o -name dist -prune -o -name dev -prune -o \
	-type f -print -o -mindepth 1 -type d -print)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup dev run test check bench prove chaos fmt reset \
	format lint types layers migrations generated messages frontend rules translations constraints

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- environment -----------------------------------------------------------------------------------------------------

setup: .venv/.installed $(BUNDLE) $(CATALOGUES) ## Make .venv, install the product, build the front end

dev: setup .venv/.installed-dev ## The same with everything that tests and checks need

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "No Python >= 3.11 with venv was found: install one (Debian: python3-venv), or say PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11, or does not run" >&2; exit 1; }
	"$(PYTHON)" -m venv .venv

.venv/.installed: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[distributed,build]'
	@touch $@

.venv/.installed-dev: .venv/.installed
	$(PIP) --editable '.[dev]'
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json frontend/.npmrc | .venv/.installed
	cd frontend && npm ci --no-progress --loglevel=error
	@touch $@

$(BUNDLE): frontend/node_modules/.installed $(FRONTEND_SOURCES)
	cd frontend && npm run --silent build

%.mo: %.po | .venv/.installed
	python -m negotiation_hub.devtools.translations compile

# --- use -------------------------------------------------------------------------------------------------------------

run: setup ## Start the demo on http://127.0.0.1:8000 (PORT=, DATA_DIR=)
	@DEMO=1 negotiation-hub demo
	@DEMO=1 PORT=$(PORT) exec negotiation-hub serve

reset: ## Forget the demo: remove ./data
	rm -rf ./data

# --- tests and checks ------------------------------------------------------------------------------------------------

test: dev ## Run all tests, on SQLite and on PostgreSQL (PYTEST_ARGS=, INSTALL=1, CI=true)
	@python -m tests.services $(if $(INSTALL),install,report)
	@# Both at once: each mostly waits for its own database, and there are two cores almost everywhere. What drives
	@# a browser comes afterwards, alone: people's patience is part of what it tests.
	@# 5 is "no test left": PYTEST_ARGS may name only tests that run in some of them.
	@log=$$(mktemp); \
	HUB_SUITE=shared python -m pytest --db postgres $(PYTEST_ARGS) >$$log 2>&1 & postgres=$$!; \
	HUB_SUITE=shared python -m pytest --db sqlite $(PYTEST_ARGS); sqlite=$$?; \
	wait $$postgres; postgres=$$?; cat $$log; rm -f $$log; \
	HUB_SUITE=browser python -m pytest --db sqlite $(PYTEST_ARGS); browser=$$?; \
	case "$$sqlite$$postgres$$browser" in 555|*[!05]*) exit 1;; esac

check: dev format lint types layers migrations generated messages frontend ## Format, lint, types, layers, migrations, generated files, translations

format: .venv/.installed-dev ## (check) Python is formatted
	ruff format --check --quiet .

lint: .venv/.installed-dev ## (check) Python is lint-free
	ruff check --quiet .

types: .venv/.installed-dev ## (check) mypy --strict
	mypy

layers: .venv/.installed-dev ## (check) Imports go downwards
	lint-imports --no-cache

migrations: .venv/.installed-dev ## (check) No model change lacks its migration
	python manage.py makemigrations --check --dry-run

generated: .venv/.installed-dev ## (check) Generated files are fresh
	negotiation-hub export-protocol --check
	python -m tests.coverage.page --check

messages: .venv/.installed-dev ## (check) Every text has its translation
	python -m negotiation_hub.devtools.translations check

frontend: $(BUNDLE) ## (check) TypeScript, Biome and the front end's unit tests
	cd frontend && npm run --silent check && npm run --silent test

rules: .venv/.installed-dev ## (check) Our own rules, which no linter knows; `make test` runs them too
	python -m pytest --quiet tests/test_house_rules.py

fmt: dev ## Format and mend what can be mended
	ruff check --fix --quiet . || true
	ruff format --quiet .
	cd frontend && npm run --silent format

translations: .venv/.installed-dev ## Collect new texts into the message catalogues
	python -m negotiation_hub.devtools.translations update

constraints: .venv/.installed-dev ## Pin in constraints.txt what is installed now
	python -m negotiation_hub.devtools.constraints > constraints.new && mv constraints.new constraints.txt

# --- proofs and figures ----------------------------------------------------------------------------------------------

bench: dev ## Compare our figures with the peers' (BENCH= narrows, SECONDS= shortens, PLANT= plants a fault, INSTALL=1)
	@$(if $(INSTALL),python -m tests.services install)
	@python -m bench --figures '$(BENCH)' --seconds '$(SECONDS)' --plant '$(PLANT)'

prove: dev ## The proofs too long for CI (PROOF= narrows, PLANT= plants a fault)
	@python -m tests.prove

chaos: dev ## Load with faults: nothing acknowledged is lost (SECONDS=60, SETUP=sqlite|distributed, SEED=, PLANT=)
	@python -m tests.chaos --seconds $(or $(SECONDS),60) --setup "$(SETUP)" $(if $(SEED),--seed $(SEED))
