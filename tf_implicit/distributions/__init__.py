# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Distributions that stand in for those of `tfp.distributions`.

Each takes the arguments of the class of the same name there and is an instance
of it; only its samples, and the gradients through them, are computed here.
"""

from tf_implicit.distributions.dirichlet import Dirichlet
from tf_implicit.distributions.gamma import Gamma

__all__ = ["Dirichlet", "Gamma"]
