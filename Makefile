# One word runs everything. Needs Python 3.11 or newer with its venv module, and make; nothing else.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev setup-bench run test lint words lock bench bench-large screenshots

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what running needs, into .venv/
	@$(PYTHON) tools/setup.py run

setup-dev: ## Install what testing needs as well
	@$(PYTHON) tools/setup.py dev

setup-bench: setup-dev ## Install what working time is measured against as well
	@$(PYTHON) tools/setup.py bench

run: setup ## Serve a demonstration on http://127.0.0.1:8000 (PORT, HOST)
	@$(BIN)/python -m hotline.serve

test: setup-dev ## Everything: lint, types, arrows, tests on SQLite and PostgreSQL, a real browser
	@$(BIN)/python tools/get_chromium.py
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest -n 2

lint: setup-dev ## Only style, types and arrows
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

words: setup-dev ## Bring the Vietnamese catalogue up to date
	@$(BIN)/python tools/words.py

lock: setup-dev ## Make the lock files again, without addresses
	@$(BIN)/python tools/lock.py

bench: setup-bench ## Measure, and print a table with ratios
	@$(BIN)/python bench/run.py

bench-large: setup-bench ## Measure the desk among 200,000 reports beside 10,000, on SQLite and PostgreSQL
	@$(BIN)/python bench/large.py

screenshots: setup-dev ## Draw the pictures of the README
	@$(BIN)/python tools/get_chromium.py
	@$(BIN)/python tools/screenshots.py
