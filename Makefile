# The commands of this repository. `make help` lists them.

PORT    ?= 8000
export PORT
WORKERS ?= $(shell processors=$$(getconf _NPROCESSORS_ONLN); \
             echo $$((processors < 2 ? 2 : processors > 6 ? 6 : processors)))

IN := .venv/bin
UV  = $(shell command -v uv || echo $(IN)/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
          --no-emit-index-url --no-header $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: run test kill kill-documents kill-backup kill-migration scan bench bench-large load soak help style types requirements clean ready ready-for-tests

run: ready  ## Serve the practice on http://127.0.0.1:8000; PORT=9000 chooses another port
	@$(IN)/flask --app wsgi start --port $(PORT)

test: style types  ## Check style and types, then run every test, browser and PostgreSQL included
	@$(IN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

kill: ready-for-tests  ## Kill server and database 1,000 times while people save
	@KILL_ROUNDS=1000 $(IN)/pytest --numprocesses 0 -s tests/journeys/test_kill.py

kill-documents: ready-for-tests  ## Kill server, worker and printers 200 times while they make documents
	@KILL_ROUNDS=100 $(IN)/pytest --numprocesses 0 tests/journeys/test_document_kill.py

kill-backup: ready-for-tests  ## Kill making and restoring a backup at 200 of their steps, on both databases
	@KILL_ROUNDS=200 $(IN)/pytest --numprocesses 0 tests/journeys/test_backup_kill.py

kill-migration: ready-for-tests  ## Kill the migration of a practice with 200,000 notes, on both databases
	@KILL_NOTES=200000 $(IN)/pytest --numprocesses 0 tests/journeys/test_migration_kill.py

scan: ready-for-tests  ## Let two independent scanners loose on a demo practice, about 15 minutes
	@.ci/set-up scan
	@$(IN)/python -m tests.scan

bench: ready-for-tests  ## Measure against floors taken in the same run; writes bench/results.json
	@$(IN)/python -m bench

bench-large: ready-for-tests  ## The same on a seeded large practice
	@$(IN)/python -m bench --large

load: ready-for-tests  ## Fifty people at work on this machine, both databases, about 5 minutes
	@.ci/set-up load
	@$(IN)/python -m bench.load --write

soak: ready-for-tests  ## The same for an hour; memory and open handles may not grow
	@.ci/set-up load
	@$(IN)/python -m bench.load --soak --database embedded --write

help:  ## List every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

style: ready-for-tests  ## Check style
	@$(IN)/ruff check .
	@$(IN)/ruff format --check .

types: ready-for-tests  ## Check types
	@$(IN)/mypy

requirements: ready  ## Pin the requirements of pyproject.toml with hashes; UPGRADE=1 takes newer ones
	@test -x "$(UV)" || $(IN)/python -m pip install --quiet uv
	@$(COMPILE) pyproject.toml --output-file requirements.txt
	@$(COMPILE) --extra test --constraint requirements.txt pyproject.toml \
	    --output-file tests/requirements.txt
	@$(COMPILE) --group scan --output-file tests/scan/requirements.txt
	@$(COMPILE) --group load --output-file bench/load/requirements.txt

clean:  ## Remove everything that can be made again; data/ stays
	@rm -rf .venv .venv-scan .venv-load .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov \
	    bench/results.json
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

ready:
	@.ci/set-up run

ready-for-tests:
	@.ci/set-up test
