# The two commands that matter: `make report` and `make test`. Each sets up what it needs.
.DEFAULT_GOAL := help
.PHONY: backfill publish-check help report study check declare sheets lab test lint words bench docs site audit lock clean
.DELETE_ON_ERROR:

PYTHON  ?= python3
STUDY   ?= data/raw/sample
QUARTER ?=
REPORTS ?= reports
EXPORTS ?=
DATA    ?=
FROM    ?=
TO      ?=
READ    ?=
WORKERS ?= 2

BIN := .venv/bin
RUN := $(BIN)/python

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  STUDY=folder or study file   QUARTER=2026Q3   REPORTS=folder   DATA=folder of raw files"

report: .venv/ready ## run the study for one quarter and print where to look
	@$(RUN) -m helpers run --study '$(STUDY)' --quarter '$(QUARTER)' --reports '$(REPORTS)' --data '$(DATA)'

study: .venv/ready ## draft a study file from a folder of exports: EXPORTS=folder
	@test -n '$(EXPORTS)' || { echo 'Name the folder: make study EXPORTS=/path/to/exports'; exit 2; }
	@$(RUN) -m helpers draft --exports '$(EXPORTS)' --study '$(if $(filter-out data/raw/sample,$(STUDY)),$(STUDY))'

check: .venv/ready ## all mistakes of a study, before it runs
	@$(RUN) -m helpers check --study '$(STUDY)' --quarter '$(QUARTER)' --data '$(DATA)'

sheets: .venv/ready ## sheets for people to fill; READ=folder of filled ones: read them back
	@$(RUN) -m helpers sheets --study '$(STUDY)' --quarter '$(QUARTER)' --reports '$(REPORTS)' --data '$(DATA)' --to '$(TO)' --read '$(READ)'

declare: .venv/ready ## register the hypotheses, before the first report: commit what it writes
	@$(RUN) -m helpers declare --study '$(STUDY)'

backfill: .venv/ready ## many quarters: FROM=2025Q1 TO=2026Q3, side by side and in order
	@test -n '$(FROM)' -a -n '$(TO)' || { echo 'Name the quarters: make backfill FROM=2025Q1 TO=2026Q3'; exit 2; }
	@$(RUN) -m helpers backfill --study '$(STUDY)' --from '$(FROM)' --to '$(TO)' --reports '$(REPORTS)' --data '$(DATA)'

publish-check: .venv/ready ## make published quarters again and compare: QUARTER=, or all
	@$(RUN) -m helpers publish-check --study '$(STUDY)' --quarter '$(QUARTER)' --reports '$(REPORTS)' --data '$(DATA)'

lab: .venv/ready ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

test: .venv/ready-test lint ## lint, all tests, the notebooks, one run end to end
	$(RUN) -m pytest tests -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	$(RUN) -m pytest --nbval-lax notebooks
	$(RUN) -m pytest --doctest-modules src/helpers

lint: .venv/ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/deptry .

words: .venv/ready-test ## write the template of a catalog of translations, words.pot
	$(RUN) tools/words.py words.pot

bench: .venv/ready-test ## slow simulations and paired timings, with tables
	$(RUN) bench/run.py

docs: .venv/ready ## write the reference and the JSON Schema of study files from the code
	$(RUN) tools/reference.py
	$(RUN) tools/licences.py

site: .venv/ready-test ## the pages of docs/ as a site, without network: docs/_site/index.html
	$(RUN) -m sphinx -q -W --keep-going -b html docs docs/_site

audit: ## known vulnerabilities of the locks (asks an advisory service about every package)
	@test -x .venv/audit/bin/pip-audit || { $(PYTHON) -m venv .venv/audit && .venv/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit; }
	.venv/audit/bin/pip-audit --disable-pip --require-hashes -r requirements-test.lock

lock: .venv/ready ## resolve the pins anew (needs a package index)
	$(RUN) -m pip install --quiet uv
	$(RUN) tools/lock.py
	$(RUN) tools/conda_environment.py

clean: ## remove the environment, drafts and caches; published reports stay
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis reports/*/.draft reports/*/.failed
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip compiles what it installs; the last line does the same for our own modules, fonts and kernels,
# so that no notebook kernel pays for it.
define SETUP
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; found " + sys.version.split()[0] + ". Try: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@test -x $(RUN) || $(PYTHON) -m venv .venv
	@echo "Installing the packages of $(1), once: this takes a few minutes."
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@$(RUN) -m helpers warm
endef

.venv/ready: requirements.lock pyproject.toml
	$(call SETUP,requirements.lock)
	@touch $@

.venv/ready-test: requirements-test.lock pyproject.toml
	$(call SETUP,requirements-test.lock)
	@touch .venv/ready $@
