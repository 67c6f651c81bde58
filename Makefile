# Two commands for a newcomer: `make demo`, then `make test`.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
CLIENT := geo/publish/webmap/client
BUILT := $(CLIENT)/build/mujun.js
SPEC := $(addprefix geo/publish/webmap/,wire.py spec.py scores.py encode.py) geo/standards/vocabulary.py \
  geo/standards/precedence.py geo/standards/sets.py geo/evaluate/grades.py geo/evaluate/scoring.py \
  $(wildcard geo/text/*.toml)

# Hundreds of processes start here, each with the same modules: they are compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test long coverage docs check check-fast faults fuzz system client wheel offline bench bench-map bench-paper bench-webgl lock clean
.DELETE_ON_ERROR:

demo: $(BUILT)  ## run the demo project and say where its outputs are
	$(BIN)/mujun run

test: $(BUILT)  ## everything that CI asks for: all but the tests of `make long`
	$(MAKE) --no-print-directory -j 2 system check docs
	$(BIN)/python -m geo.publish.webmap.build --test
	$(BIN)/pytest -n 2 --dist worksteal -m "not long" --durations=40

long: $(BUILT) system  ## tests that take minutes: kills, damaged files, a kit without a network, dearer twins
	$(BIN)/pytest -n 2 --dist worksteal -m long

coverage: $(BUILT)  ## branches taken by the quick tests in the rooms that decide: at least 90 %
	mkdir -p build/coverage
	$(BIN)/pytest -n 2 --dist worksteal -q -m "not slow and not long" --cov --cov-report=
	$(BIN)/python -m coverage json -q && $(BIN)/python -m tests.coverage_rooms build/coverage/rooms.json

docs: $(BUILT)  ## the documentation site in both languages, into build/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -q & \
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -q -f mkdocs.en.yml && wait $$!
	cp docs/site/index.html build/docs/index.html

faults: $(VENV)/ready  ## kills, busy files, a full disk and two writers at once, 200 of each
	$(BIN)/python -m tests.faults 200 200

fuzz: $(VENV)/ready  ## damaged files for every reader
	$(BIN)/python -m tests.fuzz 200000

check-fast: check  ## that, and the quick tests: about a minute on a built checkout
	MUJUN_FAST=1 $(BIN)/pytest -n 2 --dist worksteal -q -m "not slow"

check:  ## lint, format, types, import contract
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

system: $(VENV)/ready  ## Chromium and PostGIS for the tests, from Debian where it may
	./tests/install-system.sh

client: $(BUILT)

wheel: $(BUILT)  ## what `pip install` takes, into build/dist: it holds the built client
	$(BIN)/python -m hatchling build -d build/dist

offline: $(BUILT)  ## kits for PCs without internet, into build/offline; PLATFORM=… for one kind of PC
	$(BIN)/python offline/kit.py $(PLATFORM)

$(BUILT): $(VENV)/ready $(wildcard $(CLIENT)/src/* $(CLIENT)/src/*/*) $(CLIENT)/package-lock.json $(SPEC)
	$(BIN)/python -m geo.publish.webmap.build
	@touch $@

$(VENV)/ready: constraints.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --no-compile --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

bench: $(BUILT) system  ## ratios side by side, in one run
	$(BIN)/python tests/bench.py
	$(BIN)/python -m tests.bench_start
	$(BIN)/python -m tests.bench_land
	$(BIN)/python -m tests.bench_access
	$(BIN)/python -m tests.bench_rules 1000000
	$(BIN)/python -m tests.bench_peers 10000 100000 1000000

bench-map: $(BUILT) system  ## the map at 10,000, 100,000 and 1,000,000 parcels, in Chromium
	$(BIN)/python -m tests.bench_map

bench-paper: $(BUILT)  ## maps on paper, cards, workbook
	$(BIN)/python -m tests.bench_paper

bench-webgl: $(BUILT) system  ## WebGL libraries with the same squares, with and without WebGL
	$(BIN)/python -m tests.bench_webgl

lock: $(VENV)/ready  ## renew constraints.txt (needs uv on PATH)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  --python-version 3.11 --extra client --extra test --extra dev --extra postgis --extra dask --extra bench --extra docs \
	  pyproject.toml -o constraints.txt

clean:
	rm -rf $(VENV) $(CLIENT)/build $(CLIENT)/generated $(CLIENT)/node_modules
	find outputs -mindepth 1 -not -name README.md -delete
