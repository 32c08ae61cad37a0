# Everything that a developer or CI does. Bare `make` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
PB := operator/zeebe_operator/zeebe/pb

BY_FILE := --dist loadfile --no-loadscope-reorder

SBOM ?= build/sbom.cdx.json

.PHONY: help demo up down test quick one check fix unit acceptance conformance docs generate lock sbom release clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: $(INSTALLED)  ## real API server, local engine, the operator and its samples; leaves nothing behind
	@$(BIN)/python -m devstack.demo

up: $(INSTALLED)  ## start that environment to play with; prints the KUBECONFIG
	@$(BIN)/python -m devstack up

down: $(INSTALLED)  ## stop it
	@$(BIN)/python -m devstack down

test: check  ## everything that CI runs, three tests at a time
	@$(BIN)/python -m devstack build-all
	@$(BIN)/pytest -n 3 $(BY_FILE) tests

quick: check  ## the same without what needs an API server, an engine, a node or a built tool
	@$(BIN)/pytest -q -n 2 $(BY_FILE) -m "not api_server and not engine and not node and not built"

one: $(INSTALLED)  ## some tests: T=path, T=path::test_name or T="words of its name"
	@: $(or $(T),$(error say which: make one T=tests/model))
	@$(BIN)/pytest $(if $(wildcard $(firstword $(subst ::, ,$(T)))),$(T),-k "$(T)")

check: $(INSTALLED)  ## formatter, linter, types, import rules
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy operator engine devstack tests
	@PYTHONPATH=operator:engine $(BIN)/lint-imports

unit: $(INSTALLED)  ## tests of single rooms, of the local engine and of the local environment
	@$(BIN)/pytest tests --ignore=tests/acceptance --ignore=tests/installed

acceptance: $(INSTALLED)  ## the operator as a process and as pods, on a real API server and the local engine
	@$(BIN)/pytest tests/acceptance tests/installed

conformance: $(INSTALLED)  ## recorded answers, on the local engine or on yours: ZEEBE_ADDRESS=... CAMUNDA_REST_ADDRESS=...
	@$(BIN)/python -m tests.conformance

fix: $(INSTALLED)  ## format, and repair what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(INSTALLED)  ## docs/ as a site, in site/; a warning is an error
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs site
	@echo "Open site/index.html in a browser."

generate: $(INSTALLED)  ## gRPC code, settings for Argo CD, copies of the chart, manifests/install/, docs/reference/
	@$(BIN)/python -m grpc_tools.protoc -Izeebe_operator/zeebe/pb=proto --python_out=operator \
		--pyi_out=operator --grpc_python_out=operator proto/gateway.proto
	@$(BIN)/python -m devstack.argocd > manifests/argocd/argocd-cm.yaml
	@$(BIN)/python -m devstack.chart
	@$(BIN)/python -m devstack.reference

lock:  ## the lock files: runtime is what the image holds, client-* are for the tests of the engine
	@tool=$$(mktemp -d); trap 'rm -rf "$$tool"' EXIT; \
	$(PYTHON) -m venv $$tool; $$tool/bin/pip install --quiet --disable-pip-version-check uv; \
	for set in runtime dev; do \
		extra=$$([ $$set = dev ] && echo "--extra dev --constraints requirements/runtime.lock" || true); \
		$$tool/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
			--no-emit-find-links --no-header --python-version 3.11 --extra otel $$extra pyproject.toml \
			--output-file requirements/$$set.lock; done; \
	for set in requirements/client-*.in; do \
		$$tool/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
			--no-emit-find-links --no-header --python-version 3.11 $$set --output-file $${set%.in}.lock; done

sbom: $(INSTALLED)  ## the Python packages of the image, as CycloneDX
	@mkdir -p $(dir $(SBOM))
	@$(BIN)/python -W ignore::UserWarning -m cyclonedx_py requirements --pyproject pyproject.toml \
		--output-reproducible --output-format JSON --output-file $(SBOM) requirements/runtime.lock

release: SBOM := build/release/sbom.cdx.json
release: sbom  ## the files of a release, in build/release: TAG=v0.1.0 REGISTRY=where/images/are
	@$(BIN)/python -m devstack.release "$(TAG)" "$(REGISTRY)"

clean:  ## remove the Python environment, caches of the tools and site/; the built parts stay
	@rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(INSTALLED): requirements/dev.lock pyproject.toml engine/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make PYTHON=/path/to/python3")'
	@echo "Installing the Python packages of requirements/dev.lock (about half a minute, once) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . --editable engine
	@touch $@
