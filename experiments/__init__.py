# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Binaries that reproduce the paper's tables and figures."""
