# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The derivatives of samples and CDFs in the distribution's parameters."""

from tf_implicit.math.gamma import igamma_grad_a
from tf_implicit.math.gamma import random_gamma_grad
from tf_implicit.math.gamma import random_loggamma_grad

__all__ = [
    "igamma_grad_a",
    "random_gamma_grad",
    "random_loggamma_grad",
]
