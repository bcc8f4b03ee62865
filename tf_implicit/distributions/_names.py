# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The names of tfp.distributions that have no class of this package.

`from tf_implicit import distributions as tfd` has every name of
`tfp.distributions`. Those that no file here defines are resolved by this one
when they are first asked for: to what TFP has, where its samples have the right
gradient or none to have, else to a subclass that draws samples without a
gradient and says so. A class of our own takes a name over by its line in
`__init__.py`; its line here then goes (tests/distributions/names_test.py).
"""

import warnings
from typing import Any

import tensorflow as tf
import tensorflow_probability as tfp

__all__ = ["COMPOSED", "DISCRETE", "EXPLICIT", "MODULE", "WITHOUT", "resolve"]

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
        "ExponentiallyModifiedGaussian",
        "FlatDirichlet",
        "GaussianProcess",
        "GaussianProcessRegressionModel",
        "Gumbel",
        "HalfCauchy",
        "HalfNormal",
        "Horseshoe",
        "JohnsonSU",
        "Kumaraswamy",
        "LambertWNormal",
        "Laplace",
        "LinearGaussianStateSpaceModel",
        "LogLogistic",
        "LogNormal",
        "Logistic",
        "LogitNormal",
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

# What is wrong with the gradient of TFP's samples: of no class at present.
WITHOUT: dict[str, str] = {}

_PASSED = MODULE | DISCRETE | COMPOSED | EXPLICIT


def names() -> list[str]:
    """Every name that `resolve` knows."""
    return sorted(_PASSED | WITHOUT.keys())


def resolve(name: str) -> Any:
    """What `tf_implicit.distributions` has under a name of TFP's.

    Args:
      name: A name of `tfp.distributions`.

    Returns:
      What TFP has, or a subclass of it without gradients of samples.

    Raises:
      AttributeError: Where there is no such name.
    """
    if name in _PASSED:
        return getattr(tfp.distributions, name)
    if name in WITHOUT:
        return _without_gradient(name)
    raise AttributeError(
        f"module 'tf_implicit.distributions' has no attribute {name!r}"
    )


# `Distribution` for a type checker; a base class before TFP's for Python.
_Mixin: Any = object


class _WithoutGradient(_Mixin):
    """Base class: samples without the gradient that TFP's would have."""

    @property
    def reparameterization_type(self):
        """NOT_REPARAMETERIZED: `tfp.vi`, for one, takes the score function."""
        return tfp.distributions.NOT_REPARAMETERIZED

    def sample(self, *args, **kwargs):
        """Draws samples as TFP's class does, without a gradient."""
        _warn_once(type(self).__name__)
        return tf.nest.map_structure(
            tf.stop_gradient, super().sample(*args, **kwargs)
        )

    def experimental_sample_and_log_prob(
        self, sample_shape=(), seed=None, name="sample_and_log_prob", **kwargs
    ):
        """`sample`, and `log_prob` of it with the gradient at fixed samples."""
        with tf.name_scope(name):
            sample = self.sample(sample_shape, seed=seed, **kwargs)
            return sample, self.log_prob(sample, **kwargs)


def _without_gradient(name):
    base = getattr(tfp.distributions, name)
    doc = (
        f"A `tfp.distributions.{name}` whose samples have no gradient.\n\n"
        f"That of TFP's samples cannot be relied on: {WITHOUT[name]}. So\n"
        "`reparameterization_type` is NOT_REPARAMETERIZED here, for which\n"
        "`tfp.vi` takes the score function. All else is TFP's.\n"
    )
    return type(base)(
        name,
        (_WithoutGradient, base),
        {"__module__": "tf_implicit.distributions", "__doc__": doc},
    )


_warned: set[str] = set()


def _warn_once(name):
    if name in _warned:
        return
    _warned.add(name)
    warnings.warn(
        f"tf_implicit.distributions.{name} draws samples without a gradient: "
        "the one that TensorFlow Probability's samples have cannot be relied "
        f"on ({WITHOUT[name]}). tfp.distributions.{name} has it.",
        stacklevel=3,
    )
