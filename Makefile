# Everything a developer or a first visitor does. `make` alone lists it.

PYTHON ?= python3
PORT ?= 8800
WORKERS ?= 3
BIN := .venv/bin
CHROMIUM := /usr/bin/chromium
# libatomic1: Playwright's own Node needs it and does not bring it.
APT_PACKAGES := chromium libatomic1 fonts-dejavu-core fonts-liberation fonts-noto-color-emoji

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup setup-dev demo test lint soak bench docs lock clean browser

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.run ## Make .venv with what the program needs

setup-dev: browser ## Make .venv with what the tests need, and a browser

demo: setup ## Play Telegram and Slack in a browser, with the desk between them (PORT=8800)
	@$(BIN)/chatdesk demo --port $(PORT)

test: setup-dev ## Set up and run all tests
	$(BIN)/pytest -n $(WORKERS)

lint: .venv/.dev ## Style, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(wildcard chatdesk tests bench)
	$(BIN)/lint-imports

soak: setup-dev ## The long stories at full size, with their seeds printed
	CHATDESK_SOAK=1 $(BIN)/pytest -s --timeout 3600 tests/stories

bench: .venv/.dev ## Measure speed, beside a bare relay
	$(BIN)/python -m bench.relay

docs: .venv/.dev ## Write what is made from the program: pages of docs/, env.example, the Slack manifest
	$(BIN)/chatdesk docs
	$(BIN)/python -m tests.contracts.test_deploy
	$(BIN)/python -m tests.fidelity

# A file with a hash is installed only if it is the one that was locked. No index, host or path is
# recorded, so that anyone may install from any mirror. Whatever this machine's pip is configured to
# add is left out: the hashes must be those of the public registry's files.
LOCK := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= CUSTOM_COMPILE_COMMAND="make lock" \
	.venv/lock/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links $(UPGRADE)

lock: ## Write requirements/*.txt anew (UPGRADE=--upgrade for the newest versions)
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/pip install --quiet pip-tools==7.6.2
	$(LOCK) --extra demo --extra postgres --extra redis --extra editable -o requirements/run.txt pyproject.toml requirements/run.in
	$(LOCK) --extra dev --constraint requirements/run.txt -o requirements/dev.txt pyproject.toml requirements/run.in

clean: ## Remove the environments and all caches; what the demo and the desk keep in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	find chatdesk tests bench -name __pycache__ -prune -exec rm -rf {} +

# A bare Debian's python3 cannot make environments, and its pip trusts the system's certificates.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "chatdesk needs Python 3.11 or newer; choose one: make PYTHON=python3.11"; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null && { [ ! -f /etc/debian_version ] || [ -s /etc/ssl/certs/ca-certificates.crt ]; }; \
	then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv ca-certificates; \
	else echo "Python cannot make environments here. As root: apt-get install python3-venv ca-certificates"; exit 1; \
	fi
	$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@ .venv/.run

browser: .venv/.dev
	@if [ -x $(CHROMIUM) ] && $(BIN)/playwright --version >/dev/null 2>&1; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $(APT_PACKAGES); \
	else echo "The demo page is tested in Chromium. As root: apt-get install $(APT_PACKAGES)"; exit 1; \
	fi
