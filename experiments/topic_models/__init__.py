# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Topic models (section 6.2 of the paper): models, training, scores."""
