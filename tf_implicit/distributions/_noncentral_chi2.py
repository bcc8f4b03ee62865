# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Density and CDF of the noncentral chi-squared distribution, in float64."""

import fractions
import math

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit import math as tfi_math
from tf_implicit._op_library import ops
from tf_implicit.math import _gradients

__all__ = ["log_prob", "tail"]

# Where w below is so large, the terms of the expansion; else, those of the sum:
# its greatest is at most at k = w / 2, its width at most sqrt(w) / 2.
_LARGE = 50.0
_EXPANSION = 9
_SUM = 68
# Nodes of the sum for a CDF: all k that count up to a mean of 100, above it
# equal steps, in which a sum of smooth terms is as good as over all k.
_NODES = 192
_HALF_WIDTH = 9.5


def _expansion_coefficients():
    """Those of U_k(p) / p**k in powers of p**2, k = 0, 1, ....

    From the recurrence DLMF 10.41.9 in exact numbers.
    """
    zero = fractions.Fraction(0)
    polynomial = {0: fractions.Fraction(1)}
    rows = []
    for k in range(_EXPANSION + 1):
        rows.append([float(polynomial.get(k + 2 * j, 0)) for j in range(k + 1)])
        following: dict[int, fractions.Fraction] = {}
        for n, c in polynomial.items():
            # p**2 (1 - p**2) U' / 2, and 1/8 of the integral of (1 - 5 p**2) U.
            for power, value in (
                (n + 1, c * n / 2 + c / (8 * (n + 1))),
                (n + 3, -c * n / 2 - 5 * c / (8 * (n + 3))),
            ):
                following[power] = following.get(power, zero) + value
        polynomial = following
    return rows


_COEFFICIENTS = _expansion_coefficients()


def log_prob(x, df, noncentrality):
    """The log density at x, -infinity for x < 0 and at infinity.

    With v = df / 2 - 1, s = sqrt(noncentrality x), w = sqrt(v**2 + s**2) and
    I_v the modified Bessel function it is

        log(1/2) - (x + noncentrality) / 2 + v log(x / s) + log I_v(s).

    Args:
      x: float64 tensor.
      df: float64 tensor, positive.
      noncentrality: float64 tensor, not negative. The three broadcast.
    """
    outside = (x < 0) | tf.math.is_inf(x)
    x = tf.where(outside, tf.ones_like(x), x)
    v = df / 2 - 1
    square = v**2 + noncentrality * x
    is_large = square > _LARGE**2
    # Each of the two with other arguments where the other one counts.
    one = tf.ones_like(square)
    by_expansion = _by_expansion(
        *[
            tf.where(is_large, t * one, other * one)
            for t, other in ((x, 100.0), (v, 1.0), (noncentrality, 100.0))
        ]
    )
    by_sum = _by_sum(
        *[tf.where(is_large, one, t * one) for t in (x, df, noncentrality)]
    )
    value = tf.where(is_large, by_expansion, by_sum)
    value = tf.where(outside, tf.constant(-math.inf, tf.float64), value)
    invalid = ~(noncentrality >= 0)
    return tf.where(invalid, tf.constant(math.nan, tf.float64), value)


def _by_expansion(x, v, noncentrality):
    """By I_v uniformly in v (DLMF 10.41.3), its exponent without cancellation.

    With r = x / (v + w) all exponents together are
    -v (r - 1 - log r) - noncentrality (r - 1)**2 / 2.
    """
    w = tf.sqrt(v**2 + noncentrality * x)
    # r - 1, of two quotients that do not overflow.
    apart = (x / (v + w)) * ((x - 2 * v - noncentrality) / (x - v + w))
    exponent = -v * _minus_log1p(apart) - noncentrality * apart**2 / 2
    p2 = (v / w) ** 2
    total = tf.zeros_like(w)
    for row in reversed(_COEFFICIENTS):
        polynomial = tf.zeros_like(w)
        for coefficient in reversed(row):
            polynomial = polynomial * p2 + coefficient
        total = total / w + polynomial
    return (
        exponent - tf.math.log(8 * math.pi * w) / 2 + tf.math.log1p(total - 1)
    )


def _minus_log1p(t):
    """T - log(1 + t), by 2 atanh(t / (2 + t)) for a small t."""
    near = tf.abs(t) < 0.25
    small = tf.where(near, t, tf.zeros_like(t))
    s = small / (2 + small)
    series = tf.zeros_like(t)
    for n in range(11, 0, -1):
        series = series * s**2 + 2 / (2 * n + 1)
    far = tf.where(near, tf.ones_like(t), t)
    return tf.where(near, s * (small - s**2 * series), far - tf.math.log1p(far))


def _by_sum(x, df, noncentrality):
    """By the sum over k, relative to its first term, that of k = 0."""
    first = tfi_math.gamma_log_prob(df / 2, tf.constant(0.5, tf.float64), x)
    series = ops.tf_implicit_log_hypergeometric0f1(
        b=df / 2, z=noncentrality * x / 4
    )
    return first - noncentrality / 2 + series.value


def _series_slopes(b, z):
    """The first derivatives, differentiable."""
    slopes = ops.tf_implicit_log_hypergeometric0f1(b=b, z=z)[1:]
    return _gradients.with_slopes(list(slopes), [b, z], _series_second, [0, 1])


def _series_second(b, z):
    """The second derivatives of log 0F1(; b; z).

    By d/dz 0F1(; b; z) = 0F1(; b + 1; z) / b, and in b by the moments of the
    derivatives of the terms' logarithms.
    """
    of_b, of_z = _series_slopes(b, z)
    next_of_b, next_of_z = _series_slopes(b + 1, z)
    d_b_z = of_z * (next_of_b - of_b - 1 / b)
    d_z_z = of_z * (next_of_z - of_z)
    k = tf.range(_SUM, dtype=b.dtype)
    b, z = b[..., tf.newaxis], tf.maximum(z[..., tf.newaxis], 1e-300)
    log_terms = (
        k * tf.math.log(z) - tf.math.lgamma(k + 1) - tf.math.lgamma(b + k)
    )
    weights = tf.nn.softmax(log_terms, axis=-1)
    slope = tf.math.digamma(b) - tf.math.digamma(b + k)
    curvature = tfi_math.polygamma(1, b) - tfi_math.polygamma(1, b + k)
    mean = tf.reduce_sum(weights * slope, axis=-1, keepdims=True)
    d_b_b = tf.reduce_sum(weights * ((slope - mean) ** 2 + curvature), axis=-1)
    return [[d_b_b, d_b_z], [d_b_z, d_z_z]]


_gradients.register_known_partials(
    "TFImplicit>LogHypergeometric0F1", _series_second
)


def tail(x, df, noncentrality, upper):
    """F(x), or 1 - F(x), with its derivatives, for x >= 0.

    The sum over k of P(df / 2 + k, x / 2), or Q, times its Poisson probability.
    The derivatives are those of Figurnov et al. (2018), equation 8, read
    backwards: the density, minus the density with df + 2, and the sum of
    dP/da / 2.

    Args:
      x: float64 tensor.
      df: float64 tensor, positive.
      noncentrality: float64 tensor, not negative. The three broadcast.
      upper: Whether it is 1 - F.
    """
    sign = -1.0 if upper else 1.0

    @_attach.custom_gradient
    def probability(x, df, noncentrality):
        def gradient(upstream):
            z, d, nc = map(tf.identity, (x, df, noncentrality))
            of_x = tf.exp(log_prob(z, d, nc))
            of_df = _expectation(z, d, nc, upper, tfi_math.igamma_grad_a) / 2
            of_nc = -tf.exp(log_prob(z, d + 2, nc))
            return tuple(
                sign * upstream * slope for slope in (of_x, of_df, of_nc)
            )

        function = tfi_math.igammac if upper else tfi_math.igamma
        value = _expectation(
            tf.stop_gradient(x),
            tf.stop_gradient(df),
            tf.stop_gradient(noncentrality),
            upper,
            function,
        )
        return value, gradient

    shape = tf.shape(x)
    for parameter in (df, noncentrality):
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(parameter))
    return probability(
        *(tf.broadcast_to(t, shape) for t in (x, df, noncentrality))
    )


def _expectation(x, df, noncentrality, upper, function):
    """The mean of function(df / 2 + k, x / 2) over the Poisson variable k."""
    mean = noncentrality / 2
    v = df / 2 - 1
    # The most probable k at this x: where the tail comes from.
    mode = (tf.sqrt(v**2 + noncentrality * x) - v) / 2
    center = (tf.maximum if upper else tf.minimum)(mean, mode)
    center = tf.maximum(center, tf.zeros_like(center))
    reach = _HALF_WIDTH * tf.sqrt(center)
    is_wide = center >= 100
    step = tf.where(is_wide, 2 * reach / (_NODES - 1), tf.ones_like(center))
    start = tf.maximum(tf.floor(center - reach) - 2, tf.zeros_like(center))
    start = tf.where(is_wide, center - reach, start)

    def add(j, total):
        k = start + tf.cast(j, tf.float64) * step
        weight = tf.exp(
            tfi_math.gamma_log_prob(k + 1, tf.ones_like(mean), mean)
        )
        term = weight * function(df / 2 + k, x / 2)
        return j + 1, total + step * term

    _, total = tf.while_loop(
        lambda j, total: j < _NODES,
        add,
        (tf.constant(0), tf.zeros_like(center)),
        maximum_iterations=_NODES,
    )
    return total
