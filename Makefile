# Every target makes the environment it needs; `make` alone lists them.

SHELL := /bin/bash
PY := .venv/bin/python
ENV := .venv/.installed
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run build programs test test-quick mutants lint check bench constraints catalogue clean clean-all

# one file, or one test of it, is there sooner without other processes; the order is ours: tests/conftest.py
SPREAD := $(if $(findstring .py,$(ARGS)),-n 0,-n auto --dist loadfile --no-loadscope-reorder --durations=25)

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

# the script itself sees at once whether there is anything to do
.PHONY: $(ENV)
$(ENV):
	@bash scripts/env.sh

run: $(ENV) ## build what is missing, start the app, print its address (PORT=8501 HOST=127.0.0.1)
	@$(PY) scripts/serve.py

build: $(ENV) ## make the published file; unchanged stages are skipped (ARGS=--clean starts over)
	@$(PY) -m etl.cli build $(ARGS)

programs: $(ENV) ## what the browser and workbook tests drive: Chromium, a Chinese font, LibreOffice Calc
	@$(PY) scripts/browser.py --install
	@$(PY) scripts/office.py --install

# one test by its path needs no more than what is there
test: $(ENV) $(if $(findstring .py,$(ARGS)),,programs) ## all tests, on every core (ARGS="-k name" or a path to choose)
	@$(PY) -m pytest $(SPREAD) $(ARGS)

test-quick: $(ENV) ## the unit and data tests that take no browser and no build of their own (ARGS as above)
	@$(PY) -m pytest $(SPREAD) -m "not slow" tests/unit tests/data $(ARGS)

mutants: $(ENV) ## change the code in one place after another and see whether its tests notice (ARGS="--sample 300 --seed 1")
	@$(PY) -m scripts.mutants $(ARGS)

lint: $(ENV) ## ruff and mypy --strict
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

check: lint test ## lint, then all tests

bench: $(ENV) ## measure the budgets, one JSON line a metric (ARGS="build" to choose)
	@$(PY) tests/bench/run.py $(ARGS)

catalogue: $(ENV) ## arrange the Chinese catalogue by the files that use its messages; new ones wait for a translation
	@$(PY) -m scripts.catalogue

constraints: $(ENV) ## write down the versions now installed as the tested ones
	@sed -n 1p constraints.txt > .venv/constraints.txt
	@$(PY) -m pip freeze --exclude-editable | grep -v -e '^#' -e '@' >> .venv/constraints.txt
	@mv .venv/constraints.txt constraints.txt
	@touch $(ENV)

clean: ## remove what was built and cached; keeps the environment and data/local
	@rm -rf data/cache data/built data/published static mhgis.egg-info tests/browser/shots \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

clean-all: clean ## clean, and the environment too
	@rm -rf .venv
