# The commands to learn: demo, test, lint, bench, soak. Each sets up what it needs by itself.
.PHONY: setup setup-test demo test lint bench soak bundle

PYTHON := .venv/bin/python

setup:
	@bash .ci/setup.sh run

setup-test:
	@bash .ci/setup.sh test

# Everything on this machine: centre, virtual card reader, sample people, then the terminal.
demo: setup
	@.venv/bin/counter demo

# Tests wait half of their time: three rows fill two cores. In the folders' order, because the files
# with the fewest tests have the longest. What must have the machine to itself follows alone.
test: setup-test
	@$(PYTHON) -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not soak and not alone"
	@$(PYTHON) -m pytest -q -m "alone and not soak"

lint: setup-test
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports
	@.venv/bin/pyright

# Every budget beside a bare baseline of the same run. `make bench ONLY="rules terminal"` runs some.
bench: setup-test
	@$(PYTHON) -m bench $(ONLY)

# The long fault, fuzz and load runs.
soak: setup-test
	@$(PYTHON) -m pytest -q -m soak

# One archive in dist/ that installs a station without a network (docs/station.md). With
# KEY=FILE also dist/update: the same signed and in pieces, for stations to fetch.
bundle: setup-test
	@$(PYTHON) -m deploy.build dist $(KEY)
