# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Stateless samplers with implicit reparameterization gradients."""

from tf_implicit.random.dirichlet import stateless_dirichlet
from tf_implicit.random.gamma import stateless_gamma
from tf_implicit.random.gamma import stateless_loggamma

__all__ = ["stateless_dirichlet", "stateless_gamma", "stateless_loggamma"]
