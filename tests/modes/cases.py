# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Functions of parameters, to be run in every mode: math, samplers, samples."""

import dataclasses
from collections.abc import Callable

import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tests.math.functions import FUNCTIONS

tfd = tfp.distributions

SEED = (1, 2)


@dataclasses.dataclass(frozen=True)
class Case:
    """A function and the parameters in which it has a gradient.

    Attributes:
      name: For messages and the names of tests.
      call: Function of the parameters; a tensor or a tuple of them.
      parameters: For each, values of one length.
      make: Where `call` samples a distribution: the function that makes it.
      rtol: The relative rounding error that modes may differ by.
    """

    name: str
    call: Callable
    parameters: tuple
    make: Callable | None = None
    rtol: float = 1e-11

    def tensors(self, dtype=tf.float32):
        """The parameters as tensors."""
        return [tf.constant(p, dtype) for p in self.parameters]

    def outputs(self, *parameters):
        """The outputs as a list, also where there is only one."""
        y = self.call(*parameters)
        return list(y) if isinstance(y, tuple) else [y]

    def total(self, *parameters):
        """A number that depends on every output, on the sum of none."""
        return tf.add_n(
            [tf.reduce_sum(y * y) for y in self.outputs(*parameters)]
        )


_POSITIVE = (0.3, 1.7, 9.0)
_OTHER = (0.5, 2.0, 1.5)

MATH = [Case(f.name, f.call, f.points) for f in FUNCTIONS] + [
    # The dimension has no gradient.
    Case(
        "random_von_mises_fisher_grad",
        lambda k, angle: tfi.math.random_von_mises_fisher_grad(3, k, angle),
        (_POSITIVE, _OTHER),
    ),
    *(
        Case(f.__name__, lambda k, f=f: f(3, k), (_POSITIVE,))
        for f in (
            tfi.math.von_mises_fisher_divergence,
            tfi.math.von_mises_fisher_log_partition,
            tfi.math.von_mises_fisher_mean,
            tfi.math.von_mises_fisher_variance,
        )
    ),
]

SAMPLERS = [
    Case(
        "stateless_gamma",
        lambda a, b: tfi.random.stateless_gamma([4, 3], SEED, a, b),
        (_POSITIVE, (0.5, 2.0, 1.0)),
    ),
    Case(
        "stateless_loggamma",
        lambda a: tfi.random.stateless_loggamma([4, 3], SEED, a),
        (_POSITIVE,),
    ),
    Case(
        "stateless_dirichlet",
        lambda c: tfi.random.stateless_dirichlet([4, 3], SEED, c),
        (_POSITIVE,),
    ),
    Case(
        "stateless_von_mises",
        lambda k, loc: tfi.random.stateless_von_mises([4, 3], SEED, k, loc),
        (_POSITIVE, (0.5, -2.0, 1.0)),
    ),
    Case(
        "stateless_von_mises_fisher_angle",
        lambda k: tfi.random.stateless_von_mises_fisher_angle(
            [4, 3], SEED, 5, k
        ),
        (_POSITIVE,),
    ),
]


def _distribution(name, make, *parameters):
    def sample(*parameters):
        return make(*parameters).sample(4, seed=SEED)

    return Case(name, sample, parameters, make)


def _cdf(name, make, z, *parameters):
    """The CDF at fixed points; the survival function is of the same ops."""
    z = tf.constant(z, tf.float64)

    def cdf(*parameters):
        return make(*parameters).cdf(tf.cast(z, parameters[0].dtype))

    return Case(f"{name}-of-cdf", cdf, parameters)


def _estimator(name, estimator, family, rtol=1e-11, **parameters):
    """The surrogate loss of an estimator, of the batch shape [3]."""

    def loss(*values):
        shape = [2, 3] if family == "Dirichlet" else [3]
        return estimator(
            family,
            dict(zip(parameters, values, strict=True)),
            shape,
            SEED,
            lambda z: z**2 if family != "Dirichlet" else z[..., 0] ** 2,
        )

    return Case(f"{name}-{family}", loss, tuple(parameters.values()), rtol=rtol)


def _mixture(logits, alpha):
    components = [tfd.Normal(0.5, alpha[0]), tfd.Logistic(alpha[1], alpha[2])]
    return tfi.distributions.Mixture(
        # As TensorFlow Probability's class, it must know their number.
        tfd.Categorical(logits=tf.ensure_shape(logits[:2], [2])),
        components,
    )


def _mixture_same_family(logits, alpha):
    return tfi.distributions.MixtureSameFamily(
        tfd.Categorical(logits=logits), tfd.Normal(0.5, alpha)
    )


DISTRIBUTIONS = [
    _distribution("Beta", tfi.distributions.Beta, _POSITIVE, _OTHER),
    _distribution(
        "Beta-cdf",
        lambda a, b: tfi.distributions.Beta(a, b, method="cdf"),
        _POSITIVE,
        _OTHER,
    ),
    _distribution("Chi2", tfi.distributions.Chi2, _POSITIVE),
    _distribution("Dirichlet", tfi.distributions.Dirichlet, _POSITIVE),
    _distribution("ExpGamma", tfi.distributions.ExpGamma, _POSITIVE, _OTHER),
    _distribution("Gamma", tfi.distributions.Gamma, _POSITIVE, _OTHER),
    *(
        _distribution(name, getattr(tfi.distributions, name), *parameters)
        for name, parameters in (
            ("GeneralizedExtremeValue", (_OTHER, _POSITIVE, (0.0, -0.2, 0.1))),
            ("GeneralizedPareto", (_OTHER, _POSITIVE, (0.0, -0.2, 0.1))),
            ("InverseGaussian", (_OTHER, _POSITIVE)),
            (
                "NormalInverseGaussian",
                (_OTHER, _POSITIVE, (2.0, 5.0, 3.0), (0.5, -1.0, 0.2)),
            ),
            *(
                (name, (_OTHER, _POSITIVE, (-1.0, 0.0, 1.0), (3.0, 9.0, 8.0)))
                for name in ("TruncatedCauchy", "TruncatedNormal")
            ),
        )
    ),
    _distribution(
        "Implicit",
        lambda loc, scale: tfi.distributions.Implicit(tfd.Logistic(loc, scale)),
        _OTHER,
        _POSITIVE,
    ),
    _distribution(
        "InverseGamma", tfi.distributions.InverseGamma, _POSITIVE, _OTHER
    ),
    _distribution("Mixture", _mixture, (0.3, 0.1, -1.0), _POSITIVE),
    _distribution(
        "MixtureSameFamily", _mixture_same_family, (0.3, 0.1, -1.0), _POSITIVE
    ),
    _distribution("Normal", tfi.distributions.Normal, _OTHER, _POSITIVE),
    _distribution(
        "StudentT",
        tfi.distributions.StudentT,
        (3.0, 8.0, 20.0),
        _OTHER,
        _POSITIVE,
    ),
    _distribution(
        "Truncated",
        lambda loc, scale: tfi.distributions.Truncated(
            tfd.Normal(loc, scale), low=-1.0, high=3.0
        ),
        _OTHER,
        _POSITIVE,
    ),
    _distribution("VonMises", tfi.distributions.VonMises, _OTHER, _POSITIVE),
    _distribution(
        "VonMisesFisher",
        lambda direction, k: tfi.distributions.VonMisesFisher(direction, k[0]),
        _OTHER,
        _POSITIVE,
    ),
]

CDFS = [
    _cdf("Beta", tfi.distributions.Beta, (0.2, 0.5, 0.9), _POSITIVE, _OTHER),
    _cdf("Chi2", tfi.distributions.Chi2, (0.2, 2.5, 8.0), _POSITIVE),
    _cdf("ExpGamma", tfi.distributions.ExpGamma, _OTHER, _POSITIVE, _OTHER),
    _cdf("Gamma", tfi.distributions.Gamma, _OTHER, _POSITIVE, _OTHER),
    _cdf(
        "InverseGamma",
        tfi.distributions.InverseGamma,
        _OTHER,
        _POSITIVE,
        _OTHER,
    ),
    _cdf(
        "StudentT",
        tfi.distributions.StudentT,
        (0.2, -1.5, 3.0),
        (3.0, 8.0, 20.0),
        _OTHER,
        _POSITIVE,
    ),
    _cdf("VonMises", tfi.distributions.VonMises, _OTHER, _OTHER, _POSITIVE),
]

_BY_CDF = tfi.estimators.implicit(method="cdf")
_DIFFERENCE = tfi.estimators.finite_difference()
_KNOWLES = tfi.estimators.knowles()
ESTIMATORS = [
    _estimator(
        "by-cdf",
        _BY_CDF,
        "Beta",
        concentration1=_POSITIVE,
        concentration0=_OTHER,
    ),
    _estimator("by-cdf", _BY_CDF, "Dirichlet", concentration=_POSITIVE),
    _estimator("difference", _DIFFERENCE, "Gamma", concentration=_POSITIVE),
    _estimator("difference", _DIFFERENCE, "VonMises", concentration=_OTHER),
    # A forward difference with the relative step 1e-5.
    _estimator(
        "knowles", _KNOWLES, "Gamma", rtol=1e-9, concentration=_POSITIVE
    ),
]

CASES = MATH + SAMPLERS + DISTRIBUTIONS

# Distributions made of others take longer than all the rest together, and their
# gradient is that of Implicit: platform_table.py has them, the tests do not.
QUICK_DISTRIBUTIONS = [
    case
    for case in DISTRIBUTIONS
    if case.name not in ("Mixture", "MixtureSameFamily", "Truncated")
]
