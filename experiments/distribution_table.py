# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints the table of distributions: ours and TFP's, run.

Each row is run for both libraries, in float32: the mean over many samples of
the derivative of f(z) in one parameter, at an ordinary and at an extreme value,
beside the derivative of E f(z) by mpmath; and the second derivative at the
ordinary value. A cell says

    right       no further from the truth than 6 standard errors
    x for y     the mean is x, the truth y
    NaN n%      of the derivatives are not finite, n of a hundred
    none        no gradient: not reparameterized
    an error    its class

All random numbers have fixed seeds.

    python -m experiments.distribution_table
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from absl import app

import tf_implicit as tfi
from experiments.common.tables import Table

__all__ = ["ROWS", "Row", "answer", "derivative", "describe", "table"]

tfd, tfid = tfp.distributions, tfi.distributions

_SIZE = 20_000
_SEED = (1, 2)
# float32 samples and sums, relative to the truth.
_ROUNDING = 1e-4


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        name: The distribution.
        parameters: Those with gradients.
        method: How.
        domain: Of the parameters, documented and tested.
        ours: Function of one parameter, `[n]`, that returns the distribution.
        theirs: The same of TFP.
        loss: f, elementwise in the first axis.
        expectation: E f(z) as a function of the parameter, for mpmath.
        ordinary: A value of the parameter.
        extreme: Another one.
    """

    name: str
    parameters: str
    method: str
    domain: str
    ours: Callable[[tf.Tensor], Any]
    theirs: Callable[[tf.Tensor], Any]
    loss: Callable[[tf.Tensor], tf.Tensor]
    expectation: Callable[[mpmath.mpf], mpmath.mpf]
    ordinary: float
    extreme: float


def describe(row: Row, make, value: float, order: int = 1) -> str:
    """Returns the cell for a distribution at a value of its parameter.

    Args:
        row: The row.
        make: One of row.ours and row.theirs.
        value: Of the parameter.
        order: Of the derivative, 1 or 2.

    Returns:
        One of the answers in the description of this module.
    """
    return answer(
        lambda: _slopes(row, make, value, order),
        derivative(row.expectation, value, order),
    )


def derivative(
    expectation: Callable[[mpmath.mpf], mpmath.mpf],
    value: float,
    order: int = 1,
) -> float:
    """Returns the derivative at a float32 value, by mpmath."""
    with mpmath.workdps(40):
        exact = float(np.float32(value))
        step = mpmath.mpf(10) ** -12 * max(abs(exact), 1e-3)
        return float(mpmath.diff(expectation, exact, order, h=step))


def answer(run: Callable[[], np.ndarray | None], truth: float) -> str:
    """Returns the cell for the derivatives of all samples.

    Args:
        run: Returns them, None where there are none.
        truth: Of their mean.

    Returns:
        One of the answers in the description of this module.
    """
    try:
        slopes = run()
    except Exception as error:  # whichever: it is the answer
        return type(error).__name__
    if slopes is None:
        return "none"
    slopes = np.asarray(slopes, np.float64)
    lost = np.mean(~np.isfinite(slopes))
    if lost:
        return f"NaN {100 * lost:.3g}%"
    mean = np.mean(slopes)
    error = np.std(slopes) / np.sqrt(slopes.size)
    if abs(mean - truth) <= 6 * error + _ROUNDING * abs(truth):
        return "right"
    return f"{mean:.3g} for {truth:.3g}"


def _slopes(row, make, value, order):
    """The derivative of each sample's loss in its own parameter."""
    parameter = tf.fill([_SIZE], tf.constant(value, tf.float32))
    with tf.GradientTape() as outer:
        outer.watch(parameter)
        with tf.GradientTape() as inner:
            inner.watch(parameter)
            loss = row.loss(make(parameter).sample(seed=_SEED))
        slope = inner.gradient(loss, parameter)
    if order == 2 and slope is not None:
        slope = outer.gradient(slope, parameter)
    return None if slope is None else slope.numpy()


def table() -> Table:
    """Runs all rows."""
    rows = []
    for row in ROWS:
        cells = [
            f"`{row.name}`",
            row.parameters,
            row.method,
            row.domain,
            f"{row.ordinary:g}, {row.extreme:g}",
        ]
        for make in (row.ours, row.theirs):
            cells += [
                describe(row, make, row.ordinary),
                describe(row, make, row.extreme),
                describe(row, make, row.ordinary, order=2),
            ]
        rows.append(cells)
    columns = ["distribution", "parameters with gradients", "method", "domain"]
    columns += ["run at"]
    for library in ("ours", "TFP"):
        columns += [library, f"{library}, extreme", f"{library}, second order"]
    return Table("distributions", "Distributions", columns, rows)


def _square(z):
    return z**2


def _log_abs(z):
    return tf.math.log(tf.abs(z))


def _cosine(z):
    return tf.cos(z)


def _first(z):
    return z[..., 0]


def _sum_of_squares(z):
    return tf.reduce_sum(z**2, axis=-1)


def _product(z):
    return z[..., 0] * z[..., 1]


def _normal_tail(x):
    return mpmath.erfc(x / mpmath.sqrt(2)) / 2


def _truncated_mean(loc, low=4, high=6):
    p = _normal_tail(low - loc) - _normal_tail(high - loc)
    return loc + (mpmath.npdf(low - loc) - mpmath.npdf(high - loc)) / p


def _bessel_ratio(k):
    return mpmath.besseli(1, k) / mpmath.besseli(0, k) if k else mpmath.mpf(0)


def _dirichlet(cls):
    return lambda c: cls(tf.tile(c[:, tf.newaxis], [1, 50]))


def _fisher(cls):
    return lambda k: cls(tf.constant([1.0, 0.0]), k)


def _univariate_mixture(cls, **kwargs):
    def make(logit):
        return cls(
            tfd.Categorical(tf.stack([tf.zeros_like(logit), logit], -1)),
            tfd.Normal([-1.0, 2.0], 0.5),
            **kwargs,
        )

    return make


def _correlated_mixture(cls, **kwargs):
    # No tensor: after the first one TensorFlow's threads are fixed.
    tril = [[[1.0, 0.0], [0.9, 0.3]], [[0.5, 0.0], [-1.0, 2.0]]]

    def make(logit):
        return cls(
            tfd.Categorical(tf.stack([tf.zeros_like(logit), logit], -1)),
            tfd.MultivariateNormalTriL([[0.0, 1.0], [2.0, -1.0]], tril),
            **kwargs,
        )

    return make


def _mixture(cls):
    def make(logit):
        zero = tf.zeros_like(logit)
        return cls(
            tfd.Categorical(tf.stack([zero, logit], -1)),
            [tfd.Normal(zero - 1, 0.5), tfd.Logistic(zero + 2, 0.3)],
        )

    return make


def _weight(logit):
    return 1 / (1 + mpmath.exp(-logit))


_CONCENTRATION = "1e-6 to 1e10"
_GAMMA_CDF = "CDF, own kernel"
_GAMMA_VARIABLES = "from log-Gamma samples"
ROWS = [
    Row(
        "Normal",
        "loc, scale",
        "S = (z - loc) / scale",
        "all",
        lambda s: tfid.Normal(1.0, s),
        lambda s: tfd.Normal(1.0, s),
        _square,
        lambda s: 1 + s**2,
        2.0,
        1e-3,
    ),
    Row(
        "Gamma",
        "concentration, rate, log_rate",
        _GAMMA_CDF,
        _CONCENTRATION,
        lambda a: tfid.Gamma(a, 1.0),
        lambda a: tfd.Gamma(a, 1.0),
        tf.math.log,
        mpmath.digamma,
        3.0,
        1e6,
    ),
    Row(
        "ExpGamma",
        "concentration, rate, log_rate",
        _GAMMA_CDF,
        _CONCENTRATION,
        lambda a: tfid.ExpGamma(a, 1.0),
        lambda a: tfd.ExpGamma(a, 1.0),
        tf.identity,
        mpmath.digamma,
        3.0,
        1e-3,
    ),
    Row(
        "InverseGamma",
        "concentration, scale",
        _GAMMA_CDF,
        _CONCENTRATION,
        lambda a: tfid.InverseGamma(a, 1.0),
        lambda a: tfd.InverseGamma(a, 1.0),
        tf.math.log,
        lambda a: -mpmath.digamma(a),
        3.0,
        1e6,
    ),
    Row(
        "Chi2",
        "df",
        _GAMMA_CDF,
        "2e-6 to 2e10",
        tfid.Chi2,
        tfd.Chi2,
        tf.math.log,
        lambda k: mpmath.digamma(k / 2) + mpmath.log(2),
        3.0,
        1e6,
    ),
    Row(
        'Beta(method="gamma")',
        "concentration1, concentration0",
        _GAMMA_VARIABLES,
        _CONCENTRATION,
        lambda a: tfid.Beta(a, 1e-3),
        lambda a: tfd.Beta(a, 1e-3),
        tf.identity,
        lambda a: a / (a + mpmath.mpf(float(np.float32(1e-3)))),
        0.5,
        1e-3,
    ),
    Row(
        'Beta(method="cdf")',
        "concentration1, concentration0",
        "CDF of the logit, own kernel",
        _CONCENTRATION,
        lambda a: tfid.Beta(a, 1e-3, method="cdf"),
        lambda a: tfd.Beta(a, 1e-3),
        tf.identity,
        lambda a: a / (a + mpmath.mpf(float(np.float32(1e-3)))),
        0.5,
        1e-3,
    ),
    Row(
        "Dirichlet",
        "concentration",
        _GAMMA_VARIABLES,
        _CONCENTRATION,
        _dirichlet(tfid.Dirichlet),
        _dirichlet(tfd.Dirichlet),
        _sum_of_squares,
        lambda c: (c + 1) / (50 * c + 1),
        0.5,
        1e-3,
    ),
    Row(
        "StudentT",
        "df, loc, scale",
        "CDF in df, own kernel",
        "df >= 0.1",
        lambda df: tfid.StudentT(df, 0.0, 1.0),
        lambda df: tfd.StudentT(df, 0.0, 1.0),
        _log_abs,
        lambda df: (mpmath.log(df) - mpmath.digamma(df / 2)) / 2,
        3.0,
        0.1,
    ),
    Row(
        "VonMises",
        "loc, concentration",
        "CDF, own kernel",
        "0 to 1e10",
        lambda k: tfid.VonMises(0.0, k),
        lambda k: tfd.VonMises(0.0, k),
        _cosine,
        _bessel_ratio,
        2.0,
        0.0,
    ),
    Row(
        "VonMisesFisher",
        "mean_direction, concentration",
        "CDF of the angle, own kernel",
        "dimension >= 2, 0 to 1e10",
        _fisher(tfid.VonMisesFisher),
        _fisher(tfd.VonMisesFisher),
        _first,
        _bessel_ratio,
        1.0,
        100.0,
    ),
    Row(
        "Truncated(Normal, 4, 6)",
        "those of the base, low, high",
        "CDF of the interval",
        "both tails, half lines",
        lambda m: tfid.Truncated(tfd.Normal(m, 1.0), 4.0, 6.0),
        lambda m: tfd.TruncatedNormal(m, 1.0, 4.0, 6.0),
        tf.identity,
        _truncated_mean,
        4.5,
        0.2,
    ),
    Row(
        "MixtureSameFamily(Normal)",
        "weights, those of the components",
        "CDF of the mixture",
        "univariate, Independent",
        _univariate_mixture(tfid.MixtureSameFamily),
        _univariate_mixture(tfd.MixtureSameFamily, reparameterize=True),
        tf.identity,
        lambda x: 3 * _weight(x) - 1,
        1.0,
        -8.0,
    ),
    Row(
        "MixtureSameFamily(MultivariateNormalTriL)",
        "weights, loc, any scale",
        "distributional transform",
        "any covariance",
        _correlated_mixture(tfid.MixtureSameFamily),
        _correlated_mixture(tfd.MixtureSameFamily, reparameterize=True),
        _product,
        lambda x: mpmath.mpf("0.9") - mpmath.mpf("3.4") * _weight(x),
        1.0,
        -4.0,
    ),
    Row(
        "Mixture([Normal, Logistic])",
        "weights, those of the components",
        "CDF of the mixture",
        "components with one support",
        _mixture(tfid.Mixture),
        _mixture(tfd.Mixture),
        tf.identity,
        lambda x: 3 * _weight(x) - 1,
        1.0,
        -8.0,
    ),
    Row(
        "Implicit(Triangular)",
        "those of what it wraps",
        "its CDF and survival function",
        "where these are accurate",
        lambda x: tfid.Implicit(tfd.Triangular(0.0, 10.0, x)),
        lambda x: tfd.Triangular(0.0, 10.0, x),
        _square,
        lambda x: (100 + 10 * x + x**2) / 6,
        2.0,
        9.99,
    ),
]


def main(argv: list[str]) -> None:
    """Prints the table."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    print(table().markdown())


if __name__ == "__main__":
    app.run(main)
