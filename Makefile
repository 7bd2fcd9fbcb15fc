# Two targets do the work and each does all its own set-up: `make demo` and `make test`.
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$(( n < 2 ? 2 : n > 4 ? 4 : n )))
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help setup demo test fast lab frontpage livedoor multiverse references bench fuzz kill check docs lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 14

setup: $(READY) ## create .venv with the pinned packages (the other targets do it by themselves)

# The libraries are compiled once, by all cores: where nothing keeps compiled files, each notebook would compile them again.
$(READY): requirements.lock requirements-uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v < (3, 14) else "framing needs Python 3.11 to 3.13, this is %d.%d; set PYTHON=/path/to/python3.12" % v)'
	@echo "setting up $(VENV) (once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "python3 has no venv module; on Debian: apt install python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --requirement requirements-uv.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --editable .
	@$(BIN)/python -m compileall -qq -j 0 -x '[/\\]tests?[/\\]' $(VENV)/lib/python3*/site-packages framing || true
	@touch $(READY)

demo: $(READY) ## run the studies that need no download; ends by naming outputs/index.html
	@$(BIN)/framing run params/telegrams params/sample --output outputs --workers $(WORKERS)

test: $(READY) ## run the whole test suite
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile

fast: $(READY) ## run the tests that need no browser, run no notebook and take no patience
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not browser and not notebook and not slow"

lab: $(READY) ## open JupyterLab in the project
	@$(BIN)/jupyter lab --notebook-dir .

frontpage: $(READY) ## fetch 42,357 headlines of 朝日 and 読売 (once) and run that study
	@$(BIN)/framing fetch frontpage
	@$(BIN)/framing run params/frontpage params/multiverse/90_multiverse.frontpage.yaml --output outputs --workers $(WORKERS)

livedoor: $(READY) ## fetch 7,367 articles of nine outlets (once) and run that study
	@$(BIN)/framing fetch livedoor
	@$(BIN)/framing run params/livedoor --output outputs --workers $(WORKERS)

multiverse: $(READY) ## one finding of telegrams and of sample under every defensible choice
	@$(BIN)/framing run params/sample/00_corpus.yaml params/multiverse/90_multiverse.telegrams.yaml \
		params/multiverse/90_multiverse.sample.yaml params/multiverse/90_multiverse.topic.yaml --output outputs --workers $(WORKERS)

references: $(READY) ## run the R scripts of tests/external again and compare with what is stored; says which Debian packages it needs
	@$(BIN)/python tests/external/rerun.py

bench: $(READY) ## run the benchmarks in their small sizes and compare their ratios with benchmarks/floor.json
	@$(BIN)/python benchmarks/floor.py --small

fuzz: $(READY) ## 200,000 inputs made to break readers, parameters and reports; goes on where it stopped, 24 minutes at most
	@$(BIN)/python benchmarks/fuzz.py

kill: $(READY) ## kill the demo 50 times at random moments and compare what it leaves with an undisturbed run, 24 minutes at most
	@$(BIN)/python benchmarks/kill.py

# One thread: with several, one run of thirty found a fault that no other run has.
check: $(READY) ## style and types
	@$(BIN)/ruff format --check framing tests benchmarks docs/*.py
	@$(BIN)/ruff check framing tests benchmarks docs/*.py
	@TY_MAX_PARALLELISM=1 $(BIN)/ty check --output-format concise framing

docs: $(READY) ## write docs/api.md anew from the docstrings, and the catalogue of sentences
	@$(BIN)/python docs/api.py
	@$(BIN)/python docs/messages.py

lock: $(READY) ## write requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --extra test --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --output-file requirements.lock --upgrade

clean: ## remove .venv and all outputs
	rm -rf $(VENV) && find outputs -mindepth 1 ! -name README.md -delete
