# Everything a fresh clone needs: `make serve` runs the service, `make test` passes the tests.

HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install serve test lint

# The stamps remember which pyproject.toml was installed, so that a second start needs no network.
.venv/serve.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[cpu,export]'
	touch $@

.venv/dev.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[cpu,export,train,dev]'
	touch .venv/serve.stamp $@

install: .venv/serve.stamp
	$(BIN)/flowpose models pull

serve: install
	$(BIN)/flowpose serve --host $(HOST) --port $(PORT)

test: .venv/dev.stamp
	$(BIN)/python -m pytest

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
