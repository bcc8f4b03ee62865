# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Variational autoencoders (section 6.3): models, training, scores."""
