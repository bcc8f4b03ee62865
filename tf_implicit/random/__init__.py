# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Stateless samplers with implicit reparameterization gradients."""

from tf_implicit.random.dirichlet import stateless_dirichlet
from tf_implicit.random.gamma import stateless_gamma, stateless_loggamma
from tf_implicit.random.von_mises import stateless_von_mises
from tf_implicit.random.von_mises_fisher import (
    stateless_von_mises_fisher_angle,
)

__all__ = [
    "stateless_dirichlet",
    "stateless_gamma",
    "stateless_loggamma",
    "stateless_von_mises",
    "stateless_von_mises_fisher_angle",
]
