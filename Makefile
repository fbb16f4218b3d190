# `make` without a target lists the targets. Everything runs in .venv, which is created (and kept up to date) first.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test test-long e2e clients chaos attack fuzz mutate mutate-services lint lint-django credentials sbom bench manage requirements clean

CHROMIUM ?= chromium
# Without the cache of compiled modules, every process compiles Django again, which takes it three seconds.
unexport PYTHONDONTWRITEBYTECODE
PYTHON := .venv/bin/python
INSTALLED := .venv/installed
# One and a half workers per core, because tests that start processes mostly wait. Each worker starts with consecutive tests, so
# that the setup of a module runs only once.
IN_PARALLEL := -n $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$((cores * 3 / 2))) --dist worksteal
UV_COMPILE := .tools/uv/bin/uv pip compile --quiet --universal --generate-hashes --no-header

# If the base Python was moved or removed, $(PYTHON) is a dangling link, and .venv has to be installed again.
ifeq ($(wildcard $(PYTHON)),)
.PHONY: $(INSTALLED)
endif

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

$(INSTALLED): requirements/dev.txt embedded/bootstrap.py embedded/uv.txt
	@for python in python3 python /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9; do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 8))' 2>/dev/null; then \
	        exec "$$python" embedded/bootstrap.py; \
	    fi; \
	done; \
	echo "Error: there is no Python 3.8 or newer on PATH. Install one (python3) and run make again." >&2; exit 1

demo: $(INSTALLED) ## the whole product on this machine (PORT=8000, WAYMARK_HOME=var)
	@exec $(PYTHON) -m embedded demo --with-parent

test: $(INSTALLED) ## every test that needs no browser (ARGS="-k name")
	@exec $(PYTHON) -m pytest $(IN_PARALLEL) --ignore=tests/e2e $(ARGS)

e2e: $(INSTALLED) ## the browser tests, in Chromium (CHROMIUM=chromium)
	@command -v "$(CHROMIUM)" >/dev/null || { \
	    echo "Error: there is no $(CHROMIUM). Install Chromium (on Debian: apt-get install chromium)" \
	        "or name yours: make e2e CHROMIUM=/path/to/chrome" >&2; exit 1; }
	@CHROMIUM="$$(command -v "$(CHROMIUM)")" exec $(PYTHON) -m pytest -n auto --dist worksteal tests/e2e $(ARGS)

# Node is not part of Waymark: tests whose tools are missing are skipped, with the reason.
clients: $(INSTALLED) ## the clients that two generators make from the API, with every operation called once (Node for TypeScript)
	@if command -v npm >/dev/null && ! cmp -s tests/generated/package.json .tools/clients/package.json; then \
	    mkdir -p .tools/clients && cp tests/generated/package.json .tools/clients/ \
	        && timeout 60 npm install --prefix .tools/clients --fetch-retries=0 --no-package-lock --ignore-scripts --no-audit --no-fund \
	        || { rm -f .tools/clients/package.json; echo "npm could not install the tools; what needs them is skipped." >&2; }; \
	fi
	@exec $(PYTHON) -m pytest tests/generated -rs $(ARGS)

test-long: $(INSTALLED) ## the tests that take minutes: every time zone and every clock change
	@exec $(PYTHON) -m pytest -n auto tests/long $(ARGS)

chaos: $(INSTALLED) ## reminders while workers, servers and the mail server are killed (N=10000 KILLS=20 SEEDS="1 2 3")
	@exec $(PYTHON) -m tests.chaos $(if $(N),--mails=$(N)) $(if $(KILLS),--kills=$(KILLS)) $(if $(SEEDS),--seeds="$(SEEDS)") $(ARGS)

attack: $(INSTALLED) ## the site under slow clients, crowds and failing neighbours (ONLY="slow-bodies …")
	@exec $(PYTHON) -m tests.attack $(if $(ONLY),--only $(ONLY)) $(ARGS)

fuzz: $(INSTALLED) ## the API, tested by schemathesis over the whole schema, with two identities (CASES=10000 SEED=…)
	@exec $(PYTHON) -m tests.fuzz $(if $(CASES),--cases=$(CASES)) $(if $(SEED),--seed=$(SEED)) $(ARGS)

mutate: $(INSTALLED) ## the mutation test of the pure core, some ten minutes
	@nice $(PYTHON) -m tests.mutation $(ARGS)
	@$(if $(ARGS),,$(MAKE) --no-print-directory mutate-services)

mutate-services: $(INSTALLED) ## the same for permissions, tokens and the ledger, at most 15 minutes each (ARGS="--sample 20 accounts/tokens.py")
	@exec nice $(PYTHON) -m embedded run --throw-away $(PYTHON) -m tests.mutants $(ARGS)

lint: $(INSTALLED) ## formatting, lint, types, import layers, templates, credentials, words, migrations
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	.venv/bin/lint-imports
	.venv/bin/djade --check $$(git ls-files -- 'templates/*.html' '*/templates/*.html')
	$(PYTHON) -m tests.credentials
	$(PYTHON) -m tests.words
	@$(PYTHON) -m embedded run --throw-away $(MAKE) --no-print-directory lint-django

# The checks that read Django's settings or query the database; `lint` starts the services for them. The linter of migrations needs
# them applied, because it queries the database for the names of constraints.
lint-django: export LOG_LEVEL := WARNING
lint-django:
	$(PYTHON) -m mypy .
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py migrate --verbosity 0
	$(PYTHON) manage.py lintmigrations --no-cache --quiet ok ignore --warnings-as-errors

credentials: $(INSTALLED) ## keys, tokens and passwords in every line that a commit ever added
	@exec $(PYTHON) -m tests.credentials --history

sbom: $(INSTALLED) ## sbom.json: the Python packages of a production image (CycloneDX, without a network)
	@exec .venv/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o sbom.json requirements/base.txt

bench: $(INSTALLED) ## the performance report: JSON on stdout, a table on stderr
	@exec $(PYTHON) -m benchmarks $(ARGS)

manage: $(INSTALLED) ## a management command with the services it needs (ARGS="check_catalog")
	@exec $(PYTHON) -m embedded manage $(ARGS)

requirements: $(INSTALLED) ## compile requirements/ from pyproject.toml (ARGS=--upgrade)
	$(UV_COMPILE) $(ARGS) --python-version 3.12 pyproject.toml -o requirements/base.txt
	$(UV_COMPILE) $(ARGS) --python-version 3.12 -c requirements/base.txt --extra embedded pyproject.toml -o requirements/embedded.txt
	$(UV_COMPILE) $(ARGS) --python-version 3.12 -c requirements/base.txt --extra embedded --group test --group quality pyproject.toml \
	    -o requirements/dev.txt
	echo 'uv>=0.13' | $(UV_COMPILE) $(ARGS) --no-annotate --python-version 3.8 - -o embedded/uv.txt

clean: ## remove .venv, .tools and caches, and keep WAYMARK_HOME
	rm -rf .venv .tools staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
