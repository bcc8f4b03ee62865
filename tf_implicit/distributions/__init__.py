# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Distributions that stand in for those of `tfp.distributions`.

    from tf_implicit import distributions as tfd

is the whole migration: every name of `tfp.distributions` is here. The classes
in `__all__` take the arguments of the class of the same name there, and are
instances of it; only their samples, and the gradients through them, are
computed here. All other names are those of TensorFlow Probability, where the
gradients of its samples are right, or none to have
(`tf_implicit.distributions._names`, docs/distributions.md).
"""

from typing import Any

from tf_implicit.distributions import _names
from tf_implicit.distributions.beta import Beta
from tf_implicit.distributions.beta_quotient import BetaQuotient
from tf_implicit.distributions.chi import Chi
from tf_implicit.distributions.chi2 import Chi2
from tf_implicit.distributions.cholesky_lkj import LKJ, CholeskyLKJ
from tf_implicit.distributions.dirichlet import Dirichlet
from tf_implicit.distributions.exp_gamma import ExpGamma
from tf_implicit.distributions.exp_inverse_gamma import ExpInverseGamma
from tf_implicit.distributions.exponentially_modified_gaussian import (
    ExponentiallyModifiedGaussian,
)
from tf_implicit.distributions.gamma import Gamma
from tf_implicit.distributions.gamma_gamma import GammaGamma
from tf_implicit.distributions.generalized_extreme_value import (
    GeneralizedExtremeValue,
)
from tf_implicit.distributions.generalized_gamma import GeneralizedGamma
from tf_implicit.distributions.generalized_inverse_gaussian import (
    GeneralizedInverseGaussian,
)
from tf_implicit.distributions.generalized_normal import GeneralizedNormal
from tf_implicit.distributions.generalized_pareto import GeneralizedPareto
from tf_implicit.distributions.half_student_t import HalfStudentT
from tf_implicit.distributions.implicit import Implicit
from tf_implicit.distributions.inverse_gamma import InverseGamma
from tf_implicit.distributions.inverse_gaussian import InverseGaussian
from tf_implicit.distributions.inverse_wishart import InverseWishart
from tf_implicit.distributions.kumaraswamy import Kumaraswamy
from tf_implicit.distributions.logit_normal import LogitNormal
from tf_implicit.distributions.matrix_t import MatrixTLinearOperator
from tf_implicit.distributions.mixture import Mixture
from tf_implicit.distributions.mixture_same_family import MixtureSameFamily
from tf_implicit.distributions.multivariate_student_t import (
    MultivariateStudentTLinearOperator,
)
from tf_implicit.distributions.noncentral_chi2 import NoncentralChi2
from tf_implicit.distributions.noncentral_student_t import NoncentralStudentT
from tf_implicit.distributions.normal import Normal
from tf_implicit.distributions.normal_inverse_gaussian import (
    NormalInverseGaussian,
)
from tf_implicit.distributions.pert import PERT
from tf_implicit.distributions.power_spherical import PowerSpherical
from tf_implicit.distributions.rice import Rice
from tf_implicit.distributions.sigmoid_beta import SigmoidBeta
from tf_implicit.distributions.skew_normal import SkewNormal
from tf_implicit.distributions.student_t import StudentT
from tf_implicit.distributions.student_t_process import (
    StudentTProcess,
    StudentTProcessRegressionModel,
)
from tf_implicit.distributions.truncated import Truncated
from tf_implicit.distributions.truncated_cauchy import TruncatedCauchy
from tf_implicit.distributions.truncated_normal import TruncatedNormal
from tf_implicit.distributions.two_piece_student_t import TwoPieceStudentT
from tf_implicit.distributions.von_mises import VonMises
from tf_implicit.distributions.von_mises_fisher import VonMisesFisher
from tf_implicit.distributions.wishart import WishartLinearOperator, WishartTriL

__all__ = [
    "LKJ",
    "PERT",
    "Beta",
    "BetaQuotient",
    "Chi",
    "Chi2",
    "CholeskyLKJ",
    "Dirichlet",
    "ExpGamma",
    "ExpInverseGamma",
    "ExponentiallyModifiedGaussian",
    "Gamma",
    "GammaGamma",
    "GeneralizedExtremeValue",
    "GeneralizedGamma",
    "GeneralizedInverseGaussian",
    "GeneralizedNormal",
    "GeneralizedPareto",
    "HalfStudentT",
    "Implicit",
    "InverseGamma",
    "InverseGaussian",
    "InverseWishart",
    "Kumaraswamy",
    "LogitNormal",
    "MatrixTLinearOperator",
    "Mixture",
    "MixtureSameFamily",
    "MultivariateStudentTLinearOperator",
    "NoncentralChi2",
    "NoncentralStudentT",
    "Normal",
    "NormalInverseGaussian",
    "PowerSpherical",
    "Rice",
    "SigmoidBeta",
    "SkewNormal",
    "StudentT",
    "StudentTProcess",
    "StudentTProcessRegressionModel",
    "Truncated",
    "TruncatedCauchy",
    "TruncatedNormal",
    "TwoPieceStudentT",
    "VonMises",
    "VonMisesFisher",
    "WishartLinearOperator",
    "WishartTriL",
]


def __getattr__(name: str) -> Any:
    """Resolves the names of TensorFlow Probability, once."""
    value = _names.resolve(name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_names.names()})
