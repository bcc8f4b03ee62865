# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
#
# The front door. Every target can be called first, on a new machine, and called
# again. Variables: PYTHON=python3.12 (the Python to make .venv with),
# TENSORFLOW=tensorflow[and-cuda] (the package to install), CXX=g++-12,
# BAZEL_FLAGS=... (for `bazel build` and `bazel test`), BENCH_FLAGS=--quick,
# QUICK=1 (for `table3` and `table4`), TABLE4_FLAGS='--steps=200000 --seeds=1',
# WHEEL_PYTHONS='python3.10 python3.12' (to try the wheel with; all that are here).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
# One recipe at a time: Bazel runs one command at a time anyway.
.NOTPARALLEL:

export PYTHON TENSORFLOW CXX
# TensorFlow's remarks on the processor and on missing GPUs.
export TF_CPP_MIN_LOG_LEVEL ?= 3
BAZEL := .venv/bin/bazel
PY := .venv/bin/python
DEMO_DIR := output/demo

.PHONY: help setup build bazel test test_aarch64 demo demo_vae bench sanitize \
  fuzz table3 table4 lint format wheel sdist release-check docs gallery clean \
  remove_results

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z0-9_-]+:.*## / {printf "  make %-15s%s\n", $$1, $$2}' Makefile

setup: ## Install what is missing: system packages, .venv, Bazel's settings.
	@tools/setup_env

build: setup ## Set up and build; then .venv/bin/python imports tf_implicit.
	@tools/build $(BAZEL_FLAGS)

# The next `make` tries to install it again.
bazel: setup
	@[[ -e $(BAZEL) ]] || { rm -f .venv/.optional_packages.stamp; \
	  echo "The tests need GoogleTest (Debian: libgtest-dev) and Bazel:" \
	    "bazel 6 or 7 or bazelisk on PATH, or Debian's bazel-bootstrap." \
	    "Those in Python alone: make build &&" \
	    "$(PY) -m pytest tests" >&2; \
	  exit 1; }

test: bazel build ## Build, then run every test (bazel test //...).
	@$(PY) tools/bazel_test.py $(BAZEL) test $(BAZEL_FLAGS) //...

demo: build ## Train the topic model on a small corpus; compare gradients.
	@$(PY) -m experiments.lda --preset=demo --overwrite \
	  --output_dir=$(DEMO_DIR)
	@$(PY) -m experiments.gradient_table

demo_vae: build ## Train an autoencoder of small digits on a torus (a minute).
	@$(PY) -m experiments.vae --preset=demo --overwrite \
	  --output_dir=$(DEMO_DIR)_vae

bench: build ## Measure accuracy, speed and variance beside others (15 min).
	@$(PY) -m experiments.accuracy --overwrite $(BENCH_FLAGS)
	@$(PY) -m experiments.cross_entropy --overwrite

test_aarch64: ## Cross-compile the CPU loops for AArch64, test in an emulator.
	@tools/test_aarch64

sanitize: bazel ## Run the C++ tests under three sanitizers (long).
	@$(PY) tools/bazel_test.py $(BAZEL) test --config=asan $(BAZEL_FLAGS) \
	  //tests/special/... //tests/kernels/... //tests/gpu/...
	@$(PY) tools/bazel_test.py $(BAZEL) test --config=tsan $(BAZEL_FLAGS) \
	  //tests/kernels:shared_work_test //tests/kernels:threads_test

fuzz: build ## Functions, ops, damaged files, kills (40 min; HOURS=8: longer).
	@$(PY) -m tests.math.fuzz_functions --hours=$(or $(HOURS),0) \
	  --count=$(or $(COUNT),1000000) $(FUZZ_FLAGS)
	@TF_IMPLICIT_EXAMPLES=$(or $(EXAMPLES),500) $(PY) -m pytest -q \
	  tests/math/property_test.py
	@$(PY) -m tests.modes.fuzz_ops --hours=$(or $(HOURS),0)
	@$(PY) -m tests.experiments.fuzz_loaders --hours=$(or $(HOURS),0)
	@TF_IMPLICIT_KILLS=$(or $(KILLS),20) $(PY) -m pytest -q \
	  tests/experiments/kill_test.py

table3: build ## Train the topic models of Table 3 (hours; QUICK=1: minutes).
	@$(PY) -m experiments.table3 $(if $(QUICK),--quick --output_dir=output/quick)

table4: build ## Train the autoencoders of Tables 4, 7 (weeks; QUICK=1: minutes).
	@$(PY) -m experiments.table4 $(if $(QUICK),--quick \
	  --output_dir=output/quick_table4) $(TABLE4_FLAGS)

lint: setup ## Check style: ruff, clang-format, buildifier (where there is npm).
	@tools/lint check

format: setup ## Rewrite the sources in the style that lint asks for.
	@tools/lint fix

wheel: setup ## Build dist/*.whl without Bazel; try it with each Python here.
	@tools/build_wheel $(WHEEL_PYTHONS)

sdist: setup ## Build dist/*.tar.gz; compile and try it.
	@tools/build_sdist

release-check: setup ## Check that this commit is a release; build and test it.
	@$(PY) tools/release_check.py
	@$(MAKE) lint test wheel sdist

docs: setup ## Write the documentation site to build/site; strict.
	@tools/build_docs

gallery: build ## Run the gallery's pages, compare what they print (10 min).
	@$(PY) -m tests.guide.run_pages --check docs/gallery/*.md

clean: ## Remove what was built; .venv and output stay.
	@if [[ -e $(BAZEL) ]]; then $(BAZEL) clean; fi
	@rm -rf build dist *.egg-info
	@rm -f tf_implicit/*.so tf_implicit/_build_info.py tests/gpu/*.so \
	  tests/gpu/device_resources.txt

remove_results: ## Remove output, the results of all runs; asks first.
	@tools/remove_results
