# One word each. Everything is installed into .venv from requirements.lock; nothing else on the machine is touched.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help install demo test lint types browser spark breaks agreement fuzz vectors tamper faults numbers pack-check bench bench-validation bench-publish clean

# The first interpreter that is new enough; name another with `make PYTHON=/path/to/python test`.
OLDEST := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python python3.14; do "$$p" -c '$(OLDEST)' 2>/dev/null && { echo "$$p"; break; }; done)

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Where compiled files may not be kept, each of the thousands of commands that the tests begin compiles all of pbr first: half a second more of it.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEMO := contracts/justice/hmp-doncaster

help:
	@echo "make demo    assess a contract from end to end, explain one of its payments, and publish it as a site"
	@echo "make test    lint, types and every test, those in a browser too"
	@echo "make browser the pages of the public site in Chromium: axe, html-validate, keyboard, scripts off, widths, weight (needs Chromium and Node 18.19; on Debian they are installed for root)"
	@echo "make lint    ruff: rules and format"
	@echo "make types   mypy, strict"
	@echo "make spark   add Spark to .venv (456 MB; needs Java 17) and compare it with the reference engine"
	@echo "make breaks  break every operation in one engine, and write docs/agreement.md (minutes)"
	@echo "make agreement  compare both engines on 2,000 random contracts (half an hour)"
	@echo "make fuzz    change the bytes of good files and read them for five minutes, and write docs/fuzz.md"
	@echo "make vectors  put the log's reader through every published test vector and print how many there are of each set"
	@echo "make tamper   100,000 tampered logs, 5,000 tampered folders and packs, three verifiers (two hours); writes docs/proof.md"
	@echo "make faults   an error and a kill at every operation of assess, log and pack on the disk (half an hour; needs strace); writes docs/proof.md"
	@echo "make numbers  publish every contract that has a submission, and look for the origin of every number in every file"
	@echo "make pack-check  ask bagit and the RO-Crate validator whether they accept our evidence packs"
	@echo "make bench   time pbr assess of 10,000 to 1,000,000 people against the same work by hand and a bare copy, and write docs/performance.md (an hour)"
	@echo "make bench-validation  time 1,000,000 rows x 20 checks against DuckDB's own reading of the file (minutes)"
	@echo "make bench-publish  publish 100, 200 and 400 assessments: time, the attacker's share, memory (half an hour, most of it making them)"
	@echo "make clean   remove .venv, caches, demo/ and demo-site/"

install: $(STAMP)

# The stamp is written last, so that an installation that was cut short is done again.
$(STAMP): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
	  echo "pbr needs Python 3.11 or newer, and none was found on the PATH. Install one, or say where it is: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; fi
	@"$(PYTHON)" -c '$(OLDEST)' || { \
	  echo "pbr needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version 2>&1). Name another: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Installing into $(VENV) (once; a minute or two) ..." >&2
	@"$(PYTHON)" -m venv $(VENV)
	@$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $(STAMP)

demo: $(STAMP)
	@rm -rf demo demo-site
	@$(BIN)/pbr assess $(DEMO) --data $(DEMO)/submission/releases.csv --data $(DEMO)/submission/offences.csv \
	  --complete-to 2015-06-30 --out demo
	@echo
	@$(BIN)/pbr explain demo fee_at_risk 2012/13
	@echo
	@$(BIN)/pbr publish demo --out demo-site

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

# One worker for each core; the tests of a file stay together, since they share what they set up, and files begin in their order: the longest is among the first.
test: lint types
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
	@if sh $(BROWSER)/setup.sh; then $(MAKE) --no-print-directory browser; else test -z "$$CI"; fi

# Made anew each time: the sites are what this program makes today. Chromium is Debian's; the packages come from npm, by a lock file with hashes, and run no scripts of their own.
BROWSER := tests/browser
SITES := build/browser

$(BROWSER)/node_modules/.made: $(BROWSER)/package-lock.json
	@echo "Installing the tools of the browser tests into $(BROWSER)/node_modules (once) ..." >&2
	@cd $(BROWSER) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

browser: $(STAMP)
	@sh $(BROWSER)/setup.sh
	@$(MAKE) --no-print-directory $(BROWSER)/node_modules/.made
	@rm -rf $(SITES) && mkdir -p $(SITES)
	@PYTHONPATH=. $(BIN)/python -m tests.browser.make_sites $(SITES)
	@node $(BROWSER)/run.mjs $(SITES)

SPARK_STAMP := $(VENV)/.spark

$(SPARK_STAMP): $(STAMP) requirements-spark.lock
	@echo "Adding Spark to $(VENV) (456 MB to download, once) ..." >&2
	@$(PIP) install --require-hashes -r requirements-spark.lock
	@touch $(SPARK_STAMP)

spark: $(SPARK_STAMP)
	$(BIN)/python -m pytest tests/engine_spark

breaks: $(STAMP)
	$(BIN)/python tests/agreement/run_breaks.py

agreement: $(STAMP)
	$(BIN)/python tests/agreement/run_campaign.py

fuzz: $(STAMP)
	$(BIN)/python tests/fuzz/run_fuzz.py

# The adversary's campaigns: 100,000 logs, then 5,000 folders and packs. Needs Node. The last results are in docs/proof.md.
tamper: $(STAMP)
	PYTHONPATH=. $(BIN)/python tests/tamper/run_logs.py --cases 100000
	PYTHONPATH=. $(BIN)/python tests/tamper/run_folders.py --cases 5000
	$(BIN)/python -m tests.docs.proof_tables

faults: $(STAMP)
	$(BIN)/python tests/faults/run_faults.py
	$(BIN)/python -m tests.docs.proof_tables

numbers: $(STAMP)
	$(BIN)/python -m tests.publish.all_numbers

vectors: $(STAMP)
	@echo "pbr"; $(BIN)/python -m tests.log.vectors
	@echo "the stand-alone verifiers"; $(BIN)/python -m tests.verifiers.vectors

# Tools of others that judge our packs, apart from everything else: nothing of ours needs them.
TOOLS := .tools

$(TOOLS)/.made:
	@echo "Installing bagit and the RO-Crate validator into $(TOOLS) (once) ..." >&2
	@"$(PYTHON)" -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip --disable-pip-version-check --quiet install bagit==1.9.0 roc-validator==0.13.0
	@touch $@

pack-check: $(STAMP) $(TOOLS)/.made
	$(BIN)/python -m tests.audit.pack_check $(TOOLS)/bin/python

# Sizes and more: make bench BENCH="--sizes 10000000 --formats parquet"
bench: $(STAMP)
	$(BIN)/python benchmarks/assess/run.py $(BENCH) --write docs/performance.md

# pandera and Great Expectations beside it: make bench-validation OTHERS="--others /path/to/python"
bench-validation: $(STAMP)
	$(BIN)/python benchmarks/validation/run.py $(OTHERS)

bench-publish: $(STAMP)
	$(BIN)/python benchmarks/publish/run.py

clean:
	rm -rf $(VENV) $(TOOLS) $(BROWSER)/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist demo demo-site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
