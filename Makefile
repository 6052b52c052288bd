# Everything that is done with this project by hand starts here: `make` lists it.
# Needs Python 3.11 or newer, and nothing installed beforehand: packages go into .venv.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.NOTPARALLEL:

# The first of these that runs and is new enough; PYTHON=/path/to/python3 names another.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8000
# Test processes at once; one that is done takes work from another.
WORKERS ?= 2

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --quiet
# What Python compiles is kept, also where the shell says otherwise: each process reads hundreds of
# test files, which takes half a minute.
PYTEST := PYTHONDONTWRITEBYTECODE= $(RUN) -m pytest --numprocesses=$(WORKERS) --dist=worksteal
MEASURED := --cov --cov-report= --cov-fail-under=0
CATALOGS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/django.po))
APPS := campaign signatures demo
TEMPLATES = $$(find templates -name '*.html' -o -name '*.txt' | sort)

# The demo's settings are enough to import the site, and need no server.
AS_DEMO := DEMO=1 DATA_DIR=var/lint DJANGO_SETTINGS_MODULE=campaign.settings
# A made-up site as someone would run it for real; nothing is connected to.
AS_PRODUCTION := DEMO=0 ENV_FILE=/dev/null DATA_DIR=var/lint RECORD_KEY_FILE=var/lint/record-key.pem \
	SECRET_KEY=0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ \
	DATA_KEY=9876543210-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ \
	SITE_URL=https://letters.example ALLOWED_HOSTS=letters.example \
	DATABASE_URL=postgresql://letters@db.example/letters REDIS_URL=redis://redis.example/0 \
	OPERATOR_NAME=Lint OPERATOR_CONTACT=office@letters.example \
	EMAIL_URL=smtp://mail.example:587?tls=1 TRUSTED_PROXIES=192.0.2.1/32

## --- use it ---------------------------------------------------------------------------

.PHONY: demo
demo: runtime catalogs ## Serve the demo at http://127.0.0.1:8000 (PORT= for another port)
	@DEMO=1 PORT=$(PORT) $(RUN) manage.py demo

.PHONY: run
run: runtime catalogs ## The same while you change it: begins anew when a file changes (PORT=)
	@DEMO=1 PORT=$(PORT) $(RUN) manage.py demo --setup-only
	@DEMO=1 PORT=$(PORT) DJANGO_SETTINGS_MODULE=demo.development_settings $(RUN) manage.py runserver 127.0.0.1:$(PORT)

## --- check it -------------------------------------------------------------------------

.PHONY: test
test: machine development catalogs ## Run the tests on PostgreSQL and Redis, in less than a quarter of an hour
	@tests/machine.sh test
	$(PYTEST) -m "not long"

.PHONY: test-long
test-long: machine development catalogs ## Run those that take long: whole stories in a browser, on SQLite too
	@tests/machine.sh test
	$(PYTEST) -m long
	ENGINE=sqlite $(PYTEST) tests/journeys

.PHONY: coverage
coverage: machine development catalogs ## Run all of them, and say which lines and branches none takes: twice as long
	@tests/machine.sh test
	@rm -rf var/coverage && mkdir -p var/coverage
	$(PYTEST) $(MEASURED)
	ENGINE=sqlite $(PYTEST) $(MEASURED) --cov-append tests/journeys
	@$(RUN) -m coverage json --quiet --fail-under=0
	@$(RUN) -m coverage report; lines=$$?; \
		$(RUN) tests/branch_gate.py var/coverage/coverage.json && exit $$lines

.PHONY: test-pythons
test-pythons: catalogs ## Run all tests with each Python that is here, of 3.11 to 3.13 (TESTS= for some tests)
	@for name in python3.11 python3.12 python3.13; do \
		$$name -c 'import ensurepip' 2>/dev/null || { echo "$$name: not here"; continue; }; \
		echo "$$name"; \
		$(MAKE) PYTHON=$$name VENV=var/$$name machine development \
			&& var/$$name/bin/python -m pytest --numprocesses=$(WORKERS) $(TESTS) || exit 1; \
	done

.PHONY: lint
lint: lint-code lint-types lint-scripts lint-words lint-templates lint-imports lint-security lint-locks lint-site lint-messages ## Check style, types, words, templates, imports, security, locks, settings, messages

.PHONY: lint-code
lint-code: development
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

.PHONY: lint-types
lint-types: development
	$(AS_DEMO) $(VENV)/bin/mypy

.PHONY: lint-scripts
lint-scripts: development
	$(VENV)/bin/oxlint --config .oxlintrc.json --deny-warnings static/js

.PHONY: lint-words
lint-words: development
	$(VENV)/bin/typos
	$(RUN) -m tests.wording

.PHONY: lint-templates
lint-templates: development
	$(VENV)/bin/djlint --lint --quiet templates
	$(VENV)/bin/djade --check --target-version 5.2 $(TEMPLATES)

.PHONY: lint-imports
lint-imports: development
	$(VENV)/bin/lint-imports --no-logo --cache-dir var/imports

.PHONY: lint-security
lint-security: development
	@# What bandit calls low, ruff's S rules find too.
	$(VENV)/bin/bandit --configfile pyproject.toml --quiet --severity-level medium --recursive $(APPS)

.PHONY: lint-locks
lint-locks: development
	@# So that no newer release of anything is ever looked for.
	$(RUN) -m pip --disable-pip-version-check check
	$(RUN) requirements/locks.py

.PHONY: lint-site
lint-site: development
	@mkdir -p var/lint && touch var/lint/record-key.pem
	$(AS_DEMO) $(RUN) manage.py makemigrations --check --dry-run
	$(AS_PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING

.PHONY: lint-messages
lint-messages: development
	@tests/machine.sh lint
	$(RUN) locale/check.py

.PHONY: bench
bench: development catalogs ## Measure speed and size against their targets
	$(RUN) -m bench

.PHONY: drill
drill: development catalogs ## Lose a site under load and get it back: backup, restore, back to a moment
	$(RUN) -m bench.drill

.PHONY: kit
kit: runtime ## Install the site on a plain Debian that is made for it and thrown away (as root)
	@tests/machine.sh kit
	$(RUN) -m tests.kit

## --- change it ------------------------------------------------------------------------

.PHONY: setup
setup: development catalogs ## Install all that development needs into .venv

.PHONY: format
format: development ## Put code and templates into the common style
	$(VENV)/bin/ruff check --fix --quiet . || true
	$(VENV)/bin/ruff format .
	$(VENV)/bin/djade --target-version 5.2 $(TEMPLATES) || true

.PHONY: messages
messages: development ## Collect the interface's messages for translation (LANGUAGE= starts a new one)
	@tests/machine.sh lint
	$(RUN) -m django makemessages $(if $(LANGUAGE),--locale=$(LANGUAGE),--all) \
		--no-wrap --no-obsolete --add-location=file \
		--ignore=bench --ignore=docs --ignore=tests --ignore=var

.PHONY: documents
documents: development ## Make anew what is made from the code: docs/, tables of the verifiers
	$(AS_DEMO) $(RUN) -m tests.documents

.PHONY: lock
lock: development ## Renew requirements/*.txt from requirements/*.in (UPGRADE=1 takes newer versions)
	@for name in runtime development; do \
		(cd requirements && ../$(VENV)/bin/uv pip compile --universal --python-version 3.11 \
			--generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet \
			$(if $(UPGRADE),--upgrade) $$name.in --output-file $$name.txt) || exit 1; \
	done
	@! grep -nE '://|file:|^(-f|--index|--find)' requirements/*.txt || \
		{ echo "A lock file names a place to download from." >&2; exit 1; }

.PHONY: clean
clean: ## Delete .venv, var/ (with the demo's data) and everything else that was made here
	rm -rf $(VENV) var .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f locale/*/LC_MESSAGES/*.mo

.PHONY: help
help: ## Show this list
	@echo "Undersigned. What you can do here:"
	@awk -F ':.*## ' '/^## ---/ { gsub(/^## -+ | -+$$/, ""); printf "\n %s\n", $$0 } \
		/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- what the above stand on --------------------------------------------------------------
# Each list of packages is installed once: a copy of the installed list in .venv tells.

.PHONY: machine
machine:
	@tests/machine.sh test

.PHONY: runtime
runtime: $(RUN)
	@cmp -s requirements/runtime.txt $(VENV)/runtime.txt || { \
		echo "Installing what the site runs on into .venv; done once."; \
		$(PIP) install --no-deps --require-hashes --requirement requirements/runtime.txt \
		&& cp requirements/runtime.txt $(VENV)/runtime.txt; }

.PHONY: development
development: $(RUN)
	@cmp -s requirements/development.txt $(VENV)/development.txt || { \
		echo "Installing what development needs into .venv; done once."; \
		$(PIP) install --no-deps --require-hashes --requirement requirements/development.txt \
		&& cp requirements/development.txt requirements/runtime.txt $(VENV)/; }

$(RUN):
	@test -n "$(PYTHON)" || { echo "Undersigned needs Python 3.11 or newer; none was found. PYTHON= names one." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/machine.sh venv
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

.PHONY: catalogs
catalogs: $(CATALOGS)

%.mo: %.po | runtime
	@$(VENV)/bin/pybabel --quiet compile --input-file=$< --output-file=$@ \
		--locale=$(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))
