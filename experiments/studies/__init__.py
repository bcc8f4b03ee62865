# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the studies of gradients compare: methods, inputs, truth, times."""
