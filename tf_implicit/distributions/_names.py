# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The names of tfp.distributions that have no class of this package.

`from tf_implicit import distributions as tfd` has every name of
`tfp.distributions`. Those that no file here defines are resolved by this one
when they are first asked for, to what TFP has: its samples have the right
gradient, or none to have. A class of our own takes a name over by its line in
`__init__.py`; its line here then goes (tests/distributions/names_test.py).
"""

from typing import Any

import tensorflow_probability as tfp

__all__ = ["COMPOSED", "DISCRETE", "EXPLICIT", "MODULE", "resolve"]

# What is no distribution: functions, constants and base classes.
MODULE = frozenset(
    {
        "AutoCompositeTensorDistribution",
        "Distribution",
        "FULLY_REPARAMETERIZED",
        "NOT_REPARAMETERIZED",
        "RegisterKL",
        "ReparameterizationType",
        "independent_joint_distribution_from_structure",
        "kl_divergence",
        "mvn_conjugate_linear_update",
        "normal_conjugates_known_scale_posterior",
        "normal_conjugates_known_scale_predictive",
        "quadrature_scheme_lognormal_gauss_hermite",
        "quadrature_scheme_lognormal_quantiles",
    }
)

# Samples that are integers, atoms or permutations: there is no gradient.
DISCRETE = frozenset(
    {
        "Bernoulli",
        "BetaBinomial",
        "Binomial",
        "Categorical",
        "DeterminantalPointProcess",
        "DirichletMultinomial",
        "Empirical",
        "FiniteDiscrete",
        "Geometric",
        "Multinomial",
        "NegativeBinomial",
        "OneHotCategorical",
        "OrderedLogistic",
        "PixelCNN",
        "PlackettLuce",
        "Poisson",
        "PoissonLogNormalQuadratureCompound",
        "ProbitBernoulli",
        "QuantizedDistribution",
        "Skellam",
        "StoppingRatioLogistic",
        "ZeroInflatedNegativeBinomial",
        "Zipf",
    }
)

# Made of the distributions that they are given, and with their gradients.
COMPOSED = frozenset(
    {
        "Autoregressive",
        "BatchBroadcast",
        "BatchReshape",
        "Blockwise",
        "HiddenMarkovModel",
        "Independent",
        "Inflated",
        "JointDistribution",
        "JointDistributionCoroutine",
        "JointDistributionCoroutineAutoBatched",
        "JointDistributionNamed",
        "JointDistributionNamedAutoBatched",
        "JointDistributionSequential",
        "JointDistributionSequentialAutoBatched",
        "LambertWDistribution",
        "MarkovChain",
        "Masked",
        "Sample",
        "TransformedDistribution",
    }
)

# TFP's samples are an explicit function of noise whose law has no parameters.
EXPLICIT = frozenset(
    {
        "Bates",
        "Cauchy",
        "Deterministic",
        "DoublesidedMaxwell",
        "ExpRelaxedOneHotCategorical",
        "Exponential",
        "FlatDirichlet",
        "GaussianProcess",
        "GaussianProcessRegressionModel",
        "Gumbel",
        "HalfCauchy",
        "HalfNormal",
        "Horseshoe",
        "JohnsonSU",
        "LambertWNormal",
        "Laplace",
        "LinearGaussianStateSpaceModel",
        "LogLogistic",
        "LogNormal",
        "Logistic",
        "MatrixNormalLinearOperator",
        "Moyal",
        "MultivariateNormalDiag",
        "MultivariateNormalDiagPlusLowRank",
        "MultivariateNormalDiagPlusLowRankCovariance",
        "MultivariateNormalFullCovariance",
        "MultivariateNormalLinearOperator",
        "MultivariateNormalTriL",
        "Pareto",
        "RelaxedBernoulli",
        "RelaxedOneHotCategorical",
        "SinhArcsinh",
        "SphericalUniform",
        "Triangular",
        "TwoPieceNormal",
        "Uniform",
        "VariationalGaussianProcess",
        "VectorDeterministic",
        "Weibull",
    }
)

_PASSED = MODULE | DISCRETE | COMPOSED | EXPLICIT


def names() -> list[str]:
    """Every name that `resolve` knows."""
    return sorted(_PASSED)


def resolve(name: str) -> Any:
    """What `tf_implicit.distributions` has under a name of TFP's.

    Args:
      name: A name of `tfp.distributions`.

    Returns:
      What TFP has.

    Raises:
      AttributeError: Where there is no such name.
    """
    if name in _PASSED:
        return getattr(tfp.distributions, name)
    raise AttributeError(
        f"module 'tf_implicit.distributions' has no attribute {name!r}"
    )
