# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Implicit reparameterization gradients for TensorFlow.

A sample z ~ q(z | phi) gets the gradient dz/dphi = -(dF/dphi) / q(z), F the
CDF of q (Figurnov, Mohamed, Mnih 2018, equation 8), so that code under a
`tf.GradientTape` trains through samples of Gamma, Dirichlet and other
continuous distributions as it does through those of a Normal.

    import tf_implicit as tfi

    tfi.distributions   classes that stand in for those of tfp.distributions
    tfi.estimators      gradient estimators to compare with
    tfi.math            the derivatives themselves
    tfi.random          samplers with the derivative attached
    tfi.implicit_reparameterization
                        attaches the derivative to any other sample
"""

from tf_implicit import _tensorflow  # noqa: F401, I001 (before TFP)
from tf_implicit import distributions, estimators, math, random
from tf_implicit.implicit import implicit_reparameterization
from tf_implicit.version import __version__

__all__ = [
    "__version__",
    "distributions",
    "estimators",
    "implicit_reparameterization",
    "math",
    "random",
]
