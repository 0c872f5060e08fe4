# Every command for a checkout, for people and for continuous integration. README.md lists them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python

# Debian's package names. WeasyPrint makes PDFs with Pango; Playwright (libatomic) controls Chromium in browser tests.
PDF_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
TEST_PACKAGES := $(PDF_PACKAGES) chromium git libatomic1 poppler-utils

.PHONY: help demo test test-postgresql drills lint format benchmark requirements clean

help:
	@sed -n 's/^#: //p' Makefile

#: make demo          a running site with demo data on http://127.0.0.1:8000/ (PORT=9000: elsewhere)
# The settings are those of production, but without TLS, so that the site's own error pages are shown. The secret key and
# the password of the demo accounts are public, because this server can be reached only from this machine.
demo: export SECRET_KEY := known-to-everyone-and-for-the-demo-on-this-machine-only
demo: export ALLOWED_HOSTS := 127.0.0.1,localhost
demo: export HTTPS := 0
demo: export EMAIL_URL := consolemail://
demo: export SITE_URL := http://127.0.0.1:$(PORT)
demo:
	@if (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null; then \
		echo "Port $(PORT) is taken by another program. Name a free one: make demo PORT=$$(($(PORT) + 1))" >&2; exit 1; fi
	@deploy/system-packages.sh wanted $(PDF_PACKAGES)
	@$(MAKE) --silent $(VENV)/.runtime-installed
	@$(RUN) manage.py migrate --verbosity 0
	@DEBUG=1 $(RUN) manage.py load_demo --content
	@$(RUN) manage.py collectstatic --no-input --verbosity 0
	@printf '%s\n' '' \
		'The KIP competence platform:  http://127.0.0.1:$(PORT)/' '' \
		'  Password of every demo account: keep-in-pact-demo' '' \
		'  practitioner@demo.example     rates herself, sees her gaps, follows modules' \
		'  trainer@demo.example          assigns modules to the people who share with her' \
		'  manager@demo.example          exports the profiles shared with her as PDF' \
		'  orgadmin@demo.example         looks after the organisation and its people' \
		'  admin@demo.example            publishes frameworks (platform admin); a draft waits' \
		'  practitioner@other.example    works in another organisation' \
		'  manager@other.example         manages that one' '' \
		'E-mails appear below. Ctrl-C stops the site and keeps its data.' ''
	@trap 'kill $$(jobs -p) 2>/dev/null || true; wait' EXIT; trap 'exit 0' INT TERM; \
	$(RUN) manage.py work & \
	$(RUN) manage.py run_due >/dev/null & \
	$(RUN) -m gunicorn kip_site.wsgi --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 \
		--no-control-socket --forwarder-headers= --log-level warning & wait $$!

#: make test          linters and all tests, browser tests included
test: export SECRET_KEY := for-checks-only-and-never-for-a-site-that-anyone-can-reach
test: export ALLOWED_HOSTS := kip.example
test: export HSTS_INCLUDE_SUBDOMAINS := 1
test: export HSTS_PRELOAD := 1
test: lint
	@deploy/system-packages.sh needed $(TEST_PACKAGES)
	@$(RUN) manage.py makemigrations --check --dry-run
	@$(RUN) manage.py check --deploy --fail-level WARNING
	@$(RUN) -m pytest --numprocesses 2

#: make test-postgresql  all tests on a PostgreSQL server that is started for them (ONLY="-m database": those alone)
# --reuse-db: dropping a database fails while a thread is still connected; the server is deleted afterwards anyway.
test-postgresql: $(VENV)/.tests-installed
	@deploy/system-packages.sh needed $(TEST_PACKAGES) postgresql
	@tests/on_postgresql.sh $(RUN) -m pytest --numprocesses 2 --reuse-db $(ONLY)

#: make drills        outages, tried on real processes: workers, web, mail server, database; and strange requests
drills: $(VENV)/.tests-installed
	@deploy/system-packages.sh needed postgresql
	@$(RUN) -m pytest tests/drills --quiet
	@tests/on_postgresql.sh $(RUN) -m pytest tests/drills --quiet

#: make lint          the linters alone
lint: $(VENV)/.tests-installed
	@DEBUG=1 $(RUN) -m mypy --no-error-summary
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -c 'from importlinter.cli import lint_imports_command; lint_imports_command(["--no-logo"])'
	@$(RUN) -m djlint --lint --quiet templates

#: make format        lay out the Python code
format: $(VENV)/.tests-installed
	@$(RUN) -m ruff check --fix-only --select I .
	@$(RUN) -m ruff format .

#: make benchmark     pages, PDF, imports and sign-in against a floor measured in the same run
# Each file runs in a process of its own, because one of them measures memory.
benchmark: $(VENV)/.tests-installed
	@for file in tests/benchmarks/bench_*.py; do $(RUN) -m pytest "$$file" --capture=no --quiet; done

#: make requirements  compile the pinned requirements anew
requirements: $(VENV)/.tests-installed
	@compile=($(RUN) -m uv pip compile --quiet --universal --upgrade --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header); \
	"$${compile[@]}" requirements.in --output-file requirements.txt; \
	"$${compile[@]}" requirements-dev.in --output-file requirements-dev.txt

#: make clean         remove what can be made again; keeps the database and uploaded files
clean:
	@rm -rf $(VENV) staticfiles .pytest_cache .ruff_cache .import_linter_cache .mypy_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- The virtual environment: created once, and updated when its requirements file changes --------

$(VENV)/bin/python:
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || deploy/system-packages.sh needed python3 python3-venv
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.runtime-installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing the Python packages of $<"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --requirement $<
	@touch $@

$(VENV)/.tests-installed: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing the Python packages of $<"
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --requirement $<
	@touch $@ $(VENV)/.runtime-installed
