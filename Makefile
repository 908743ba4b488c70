# Two commands matter: `make run` and `make test`. Both work on a fresh machine with Python 3.11 and a network.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install run test check audit bench vectors lock clean

# pyenv may hold a Python that this directory does not select; uv finds it on PATH.
ifneq ($(shell command -v pyenv 2>/dev/null),)
export PATH := $(PATH):$(subst $(eval ) ,:,$(wildcard $(shell pyenv root)/versions/3.1*/bin))
endif

export RASA_TELEMETRY_ENABLED := false
export OMP_NUM_THREADS := 1
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

UV := $(shell command -v uv 2>/dev/null || echo .cache/uv/bin/uv)
BOT := bot/.venv
ROOT := .venv

help: ## what each command does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

.cache/uv/bin/uv:
	@echo "正在准备 uv …"
	@python3.11 -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv

$(ROOT)/.installed: requirements.lock pyproject.toml | $(filter .cache/%,$(UV))
	$(UV) venv --quiet --allow-existing --python 3.11 $(ROOT)
	$(UV) pip sync --quiet --require-hashes --compile-bytecode --python $(ROOT) requirements.lock
	$(UV) pip install --quiet --no-deps --no-build-isolation --python $(ROOT) --editable .
	@touch $@

$(BOT)/.installed: bot/requirements.lock | $(filter .cache/%,$(UV))
	$(UV) venv --quiet --allow-existing --python 3.10 $(BOT)
	$(UV) pip sync --quiet --require-hashes --compile-bytecode --python $(BOT) bot/requirements.lock
	@touch $@

install: $(ROOT)/.installed $(BOT)/.installed ## both environments, nothing else

run: install ## everything on this machine: migrate, sample holders, train if needed, start, print the addresses
	@$(ROOT)/bin/renewal up

test: install ## every check and every test
	@bash tests/install_system.sh
	@$(MAKE) --no-print-directory check
	@$(ROOT)/bin/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

check: install ## style, types, layering
	@$(ROOT)/bin/ruff format --check . && $(ROOT)/bin/ruff check .
	@$(ROOT)/bin/mypy
	@$(ROOT)/bin/lint-imports
	@$(ROOT)/bin/yamllint --strict .

# Strict: what the service does not know is a failure, not an all-clear. No test: tomorrow's answer may differ.
AUDIT := pip-audit --strict --disable-pip --require-hashes --progress-spinner off
OPEN = $(addprefix --ignore-vuln ,$(shell cut -d ' ' -f 1 bot/open_advisories.txt))

audit: | $(filter .cache/%,$(UV)) ## known vulnerabilities of both locks, as PyPI knows them today
	$(UV) tool run --quiet --python 3.11 $(AUDIT) --requirement requirements.lock
	$(UV) tool run --quiet --python 3.10 $(AUDIT) $(OPEN) --requirement bot/requirements.lock

bench: install ## one measurement: make bench NAME=turns
	@$(ROOT)/bin/python -m benchmarks.$(NAME) $(ARGS)

vectors: install ## after training texts changed: the vectors that come with the project, made anew for them
	@OMP_NUM_THREADS=2 $(BOT)/bin/python -m bot.shipping

lock: | $(filter .cache/%,$(UV)) ## resolve both environments anew
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-find-links --no-emit-index-url \
	  --extra dev --python 3.11 --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-find-links --no-emit-index-url \
	  --python 3.10 --custom-compile-command "make lock" --output-file bot/requirements.lock bot/pyproject.toml

clean: ## remove what was built; the state folder stays
	rm -rf $(ROOT) $(BOT) .cache .pytest_cache .mypy_cache .ruff_cache
