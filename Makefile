# Everything a newcomer needs: `make demo` (a whole city) and `make test`. Needs python3 >= 3.11 and make; uses uv when
# it is there. No target has to be run before another: each brings what it needs, and a second run skips it.

.SHELLFLAGS := -ec
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
UV := $(shell command -v uv 2>/dev/null)
# The first Python that is new enough; PYTHON=... names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

APPS := portal providers enrolments inspections subsidies quotas
CODE := manage.py $(APPS) tests $(wildcard bench)
PORT ?= 8000
export PORT FRESH DEEP ONLY
# Compiled modules are kept even where the machine says otherwise: without them each process needs 2 s more to start.
export PYTHONDONTWRITEBYTECODE :=

# As production is started, with secrets made up on the spot: `check --deploy` judges those settings and no others.
KEY = $$($(PY) -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')
PRODUCTION = TUOYU_ENV=production ALLOWED_HOSTS=portal.example.com SECRET_KEY="$(KEY)$(KEY)" \
	IDENTITY_KEYS="$(KEY)" IDENTITY_HMAC_KEY="$(KEY)"

.PHONY: help setup demo run test check bench lock clean
# Even under -j one step after the other: two pips in one environment break it. Only the checks run side by side.
ifndef CHECKING
.NOTPARALLEL:
endif

help: ## what can be asked for
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(VENV)/run.stamp $(VENV)/messages.stamp ## the Python environment with what runs the portal

demo: setup ## a whole city at http://127.0.0.1:8000; PORT=8001 elsewhere, FRESH=1 rebuilds it, Ctrl-C stops everything
	@exec $(PY) -m portal.supervise demo

run: setup ## the portal without the demo city
	@exec $(PY) -m portal.supervise run

test: check ## every check, then every test; DEEP=1 the long profile
	@$(PY) -m pytest -n 2

check: $(VENV)/dev.stamp $(VENV)/messages.stamp ## format, lint, imports, types, migrations, translations, drawn pages
	@$(MAKE) CHECKING=1 --keep-going --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) $(CHECKS)

# All of them run, on both cores, however many fail; each says its name when it does.
CHECKS := check-types check-format check-lint check-imports check-migrations check-deploy check-messages check-states
.PHONY: $(CHECKS)
check-types:
	@$(VENV)/bin/mypy $$(find $(APPS) -name '*.py' \( -path '*/rules*' -o -path '*/states*' -o -path '*/queries*' \
		-o -path '*/actions*' -o -path 'portal/embedded/*' -o -path 'portal/supervise.py' \) -not -path '*/migrations/*')
check-format: # to put it right: .venv/bin/ruff format
	@$(VENV)/bin/ruff format --check $(CODE)
check-lint:
	@$(VENV)/bin/ruff check $(CODE)
check-imports:
	@$(VENV)/bin/lint-imports --no-logo
check-migrations:
	@$(PY) manage.py makemigrations --check --dry-run
check-deploy:
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
check-messages:
	@$(PY) manage.py messages --check
check-states:
	@$(PY) manage.py draw_states --check

bench: $(VENV)/dev.stamp $(VENV)/messages.stamp ## ours against plain baselines; ONLY=name for one
	@$(PY) -m bench $(ONLY)

lock: ## write requirements/*.txt from pyproject.toml; UPGRADE=1 takes newer versions
	@[ -n "$(UV)" ] || $(PY) -m pip install --quiet uv
	@uv=$(or $(UV),$(VENV)/bin/uv); \
	compile="$$uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes"; \
	compile="$$compile $(if $(UPGRADE),--upgrade)"; \
	$$compile --custom-compile-command "make lock" -o requirements/run.txt; \
	$$compile --custom-compile-command "make lock" --group dev -c requirements/run.txt -o requirements/dev.txt

clean: ## stop the embedded servers and remove all that was made; the next run starts from nothing
	@for data in .data/run .data; do [ -d $$data ] || continue; \
	[ ! -x $(PY) ] || TUOYU_DATA=$$data $(PY) -m portal.embedded stop; \
	[ ! -L $$data/servers ] || rm -rf "$$(readlink $$data/servers)"; done
	rm -rf .data $(VENV)

# --- how the environment comes about -------------------------------------------------------------------------------
# A stamp is younger than the lock it stands for. dev.txt contains run.txt in the same versions, so it brings both.

$(PY):
	@[ -n "$(PYTHON)" ] || [ -n "$(UV)" ] || { echo "Python 3.11 or newer is needed, and no python3 here is."; exit 1; }
	@if [ -n "$(UV)" ]; then $(UV) venv --quiet --python "$(or $(PYTHON),3.11)" $(VENV); \
	else $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python makes no environments: on Debian and \
	Ubuntu install python3-venv, or install uv."; exit 1; }; fi

install = if [ -n "$(UV)" ]; then $(UV) pip install --quiet --python $(PY) --require-hashes -r $(1); \
	else $(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r $(1); fi

$(VENV)/run.stamp: requirements/run.txt | $(PY)
	@echo "installing what the portal runs with (half a minute the first time) …"
	@$(call install,$<)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(PY)
	@echo "installing what the tests need (half a minute the first time) …"
	@$(call install,$<)
	@touch $@ $(VENV)/run.stamp

$(VENV)/messages.stamp: $(wildcard locale/*/*/LC_MESSAGES/*.po) | $(VENV)/run.stamp
	@$(PY) manage.py messages --compile
	@touch $@
