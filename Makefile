# Two commands are enough: `make demo` and `make test`. Everything else is for those who work on the code.

PYTHON ?= python3
# Arguments of a target: make demo ARGS=--exit, make test ARGS="-k feed"
ARGS ?=
WORKERS ?= 2

SETUP = $(PYTHON) deploy/local/bootstrap.py
BIN = .venv/bin
SOURCES = shared services deploy tests

SHORT = "not bench and not slow"
# These start the whole system: each file is one worker's, which has a system of its own.
SYSTEMS = tests/browser tests/acceptance tests/integration/cli tests/contract/test_amqp.py \
	tests/contract/test_documented_commands.py $(wildcard tests/contract/test_http_*.py)
# These kill brokers, databases and services, and run one after the other: nothing else may compete with what has to come back.
FAULTS = tests/faults tests/integration/messaging/test_broker_kills.py
# (pytest's status 5, no test selected, is no failure: ARGS may select tests of one part only.)
APART = $(addprefix --ignore=,$(SYSTEMS) $(FAULTS))

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long bench check lint types docs samples format lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Set everything up (also done by the targets that need it)
	@$(SETUP) test

demo: ## Start the demonstration and print the national board; ARGS=--exit stops after printing
	@$(SETUP) run
	@$(BIN)/oversight demo $(ARGS)

test: ## Run the whole test suite on real RabbitMQ, PostgreSQL, SQLite and Chromium
	@$(SETUP) test
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m $(SHORT) tests $(APART) $(ARGS) || [ $$? -eq 5 ]
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m $(SHORT) $(SYSTEMS) $(ARGS) || [ $$? -eq 5 ]
	@$(BIN)/pytest -m $(SHORT) $(FAULTS) $(ARGS) || [ $$? -eq 5 ]

test-long: ## Run the long form of the fault tests and of the national year (two hours or more)
	@$(SETUP) test
	@$(BIN)/pytest -m "slow or faults" --timeout 7200 $(ARGS)

bench: ## Measure this machine against the plain design; writes .oversight/bench.json
	@$(SETUP) test
	@$(BIN)/python -m tests.bench $(ARGS)

check: lint types ## Run every check that needs no server

lint: ## Check style, spelling and layers
	@$(SETUP) check
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/codespell
	@$(BIN)/lint-imports --no-logo

types: ## Check types (strict)
	@$(SETUP) check
	@$(BIN)/mypy

docs: ## Write the reference pages anew from the code
	@$(SETUP) check
	@for page in events http settings; do $(BIN)/python -W ignore -m shared.documentation.$$page || exit 1; done

samples: ## Record the wire form of new event types and versions, once
	@$(SETUP) check
	@$(BIN)/python -W ignore -m shared.testing.wire_samples

format: ## Rewrite the code in the house style
	@$(SETUP) check
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

lock: ## Make requirements.lock anew from requirements.in
	@$(SETUP) check
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		$(ARGS) requirements.in -o requirements.lock

clean: ## Remove what set-up and tests have made in this directory
	@$(PYTHON) deploy/local/clean.py
