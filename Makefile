# KA CRM. `make run` and `make test` are all one needs; both set up whatever is missing first.
#   make run [PORT=8000] [DEMO=0] [KA_DATA_DIR=/path] [PYTHON=python3.12]
#   make test [ARGS="-k nine_box"]

.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
# The first Python that is new enough; if none is, python3, which is then told so.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done || true)
CODE := ka_crm accounts purchases visits segmentation
# Settings of tests and checks: a key of their own and a data folder that no running product uses.
QUIET_SETTINGS := SECRET_KEY=only-for-tests-and-checks-0123456789-abcdefghijklmnop KA_DEBUG=0 \
	KA_DATA_DIR=$(CURDIR)/var/check
WORKERS ?= 2

.PHONY: help setup setup-dev assets run test check bench format messages lock

help:
	@echo "make run      start KA CRM on this machine (PORT=8000, DEMO=0 for an empty start)"
	@echo "make test     the whole test suite, no server needed (ARGS=... for pytest)"
	@echo "make check    linter, types, import directions, templates, migrations, deployment check"
	@echo "make bench    speed against its floors and goals"
	@echo "make setup    virtual environment and front-end assets only"
	@echo "make format   put the code into the house's layout"
	@echo "make messages compile the translations"
	@echo "make lock     pin the newest versions again (needs uv)"

# --- setting up: a second call takes a moment ------------------------------------------------------
$(VENV)/.packages: requirements.txt
	@$(or $(PYTHON),python3) scripts/install.py requirements.txt && touch $@

$(VENV)/.packages-dev: requirements.txt requirements-dev.txt
	@$(or $(PYTHON),python3) scripts/install.py requirements.txt requirements-dev.txt && touch $(VENV)/.packages $@

assets: $(VENV)/.packages
	@$(PY) scripts/vendor.py

setup: assets messages

setup-dev: $(VENV)/.packages-dev setup

messages: $(VENV)/.packages
	@$(PY) scripts/messages.py

# --- running ----------------------------------------------------------------------------------------
run: setup
	@exec $(PY) scripts/run.py

# --- looking after the code ----------------------------------------------------------------------------
test: setup-dev
	@$(PY) -m pytest -n $(WORKERS) $(ARGS)

check: setup-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(QUIET_SETTINGS) $(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint templates --lint --quiet
	$(QUIET_SETTINGS) $(PY) manage.py makemigrations --check --dry-run
	$(QUIET_SETTINGS) ALLOWED_HOSTS=crm.example.com DATABASE_URL=sqlite:///$(CURDIR)/var/check/deploy.sqlite3 \
		$(PY) manage.py check --deploy --fail-level WARNING

format: setup-dev
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: setup
	@KA_DEBUG=1 $(PY) scripts/bench.py $(ARGS)

LOCK := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 1; }
	$(LOCK) -o requirements.txt requirements.in
	$(LOCK) -o requirements-dev.txt requirements-dev.in
	$(LOCK) -o requirements-node.txt requirements-node.in
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
