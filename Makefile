# Everything a newcomer needs: `make demo` to see it work, `make test` to check it.
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PYTHON ?= python3
JOBS   ?= 2

.PHONY: demo test check bench format clean

demo: $(STAMP)
	@$(BIN)/python -m sandbox.demo

test: $(STAMP)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	@$(BIN)/python -m benchmarks.run $(ARGS)

format: $(STAMP)
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

# pip alone is enough; where uv is on the machine, it only makes this faster and takes the locked versions.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Marginalia needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 demo") if sys.version_info < (3, 11) else None'
	@if command -v uv >/dev/null && UV_PROJECT_ENVIRONMENT=$(VENV) uv sync --quiet --locked --python $(PYTHON); then :; else \
	  test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); \
	  $(BIN)/python -m ensurepip --upgrade >/dev/null && \
	  $(BIN)/python -m pip install --quiet --upgrade "pip>=25.1" && \
	  $(BIN)/python -m pip install --quiet --editable . --group dev; fi
	@touch $(STAMP)

clean:
	rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache
