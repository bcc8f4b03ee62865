# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Distributions that stand in for those of `tfp.distributions`.

Each takes the arguments of the class of the same name there and is an instance
of it; only its samples, and the gradients through them, are computed here.
"""

from tf_implicit.distributions.beta import Beta
from tf_implicit.distributions.chi2 import Chi2
from tf_implicit.distributions.dirichlet import Dirichlet
from tf_implicit.distributions.exp_gamma import ExpGamma
from tf_implicit.distributions.gamma import Gamma
from tf_implicit.distributions.implicit import Implicit
from tf_implicit.distributions.inverse_gamma import InverseGamma
from tf_implicit.distributions.mixture import Mixture
from tf_implicit.distributions.mixture_same_family import MixtureSameFamily
from tf_implicit.distributions.normal import Normal
from tf_implicit.distributions.student_t import StudentT
from tf_implicit.distributions.truncated import Truncated
from tf_implicit.distributions.von_mises import VonMises
from tf_implicit.distributions.von_mises_fisher import VonMisesFisher

__all__ = [
    "Beta",
    "Chi2",
    "Dirichlet",
    "ExpGamma",
    "Gamma",
    "Implicit",
    "InverseGamma",
    "Mixture",
    "MixtureSameFamily",
    "Normal",
    "StudentT",
    "Truncated",
    "VonMises",
    "VonMisesFisher",
]
