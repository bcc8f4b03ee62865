# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Density and moments of the generalized inverse Gaussian law, in float64.

It is an exponential family with the statistics T = (log z, -1 / (2 z), -z / 2)
of the parameters (order, chi, psi): the derivative of the density is T less its
mean, that of a mean the covariance with T.
"""

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import _gig_law

__all__ = [
    "divergence",
    "entropy",
    "log_prob",
    "mean",
    "variance",
    "without_derivatives",
]


def log_prob(z, order, chi, psi):
    """The log density at z > 0, with first and second derivatives."""
    parameters = _broadcast(order, chi, psi)
    exponent = _exponent(*_broadcast(z, *parameters))
    return exponent - _log_norm(*parameters) - tf.math.log(z)


def mean(order, chi, psi):
    """The mean of z, with first derivatives."""
    parameters = _broadcast(order, chi, psi)
    _, _, of_psi = _each(_mean_statistics(*parameters))
    return _gig_law.Law.of(*parameters).mode - 2 * of_psi


def variance(order, chi, psi):
    """The variance of z, with first derivatives."""

    def square(law, sums, *point):
        return (2 * _centered(law, sums, *point)[2]) ** 2

    return _expectation(square, *_broadcast(order, chi, psi))


def entropy(order, chi, psi):
    """The entropy of z, with first derivatives."""

    def minus_log_prob(law, sums, y, plus, minus, exponent):
        del plus, minus
        log_z = law.sign * y + tf.math.log(law.mode)
        return log_z - exponent + sums.log_norm

    return _expectation(minus_log_prob, *_broadcast(order, chi, psi))


def divergence(p, q):
    """KL(p || q) of two triples of parameters, with first derivatives."""
    parameters = _broadcast(*p, *q)
    p, q = parameters[:3], parameters[3:]
    fixed = [tf.stop_gradient(x) for x in parameters]
    law_q = _gig_law.Law.of(*fixed[3:])
    norm_q = _gig_law.sums(law_q).log_norm

    def log_ratio(law, sums, y, plus, minus, exponent):
        del plus, minus
        other = _gig_law.Law(*(x[..., tf.newaxis] for x in law_q))
        # The other y of the same z.
        shift = tf.math.log(law.mode) - tf.math.log(other.mode)
        y_q = other.sign * (law.sign * y + shift)
        exponent_q = _gig_law.phi(y_q, other.a, other.b)
        return exponent - sums.log_norm - exponent_q + norm_q[..., tf.newaxis]

    result = _expectation(log_ratio, *p)
    means = [
        _mean_statistics(*x) + tf.stack(_statistics_at_mode(*x))
        for x in (fixed[:3], fixed[3:])
    ]
    slopes = tf.unstack(means[1] - means[0], num=3)
    for parameter, slope in zip(q, slopes, strict=True):
        result = _attach.attach_derivative(result, parameter, slope)
    return result


def without_derivatives(function, *arguments):
    """The value of a function, whose derivatives are an error."""

    @_attach.custom_gradient
    def value(*arguments):
        def gradient(upstream):
            raise NotImplementedError(
                "tf_implicit provides second derivatives of `log_prob` of a "
                "generalized inverse Gaussian distribution, and first ones of "
                "all other methods; not those above."
            )

        return function(*map(tf.stop_gradient, arguments)), gradient

    return value(*arguments)


def _broadcast(*tensors):
    shape = tf.shape(tensors[0])
    for tensor in tensors[1:]:
        shape = tf.broadcast_dynamic_shape(shape, tf.shape(tensor))
    return [tf.broadcast_to(tensor, shape) for tensor in tensors]


def _each(stacked):
    return tuple(tf.unstack(stacked, num=3, axis=0))


def _statistics(law, y, plus, minus):
    """T(z) - T(mode), a list, from y, exp(y) - 1 and exp(-y) - 1."""
    of_a, of_b = -law.a * plus, -law.b * minus
    of_chi = tf.where(law.is_up, of_b, of_a) / law.chi
    of_psi = tf.where(law.is_up, of_a, of_b) / law.psi
    return [law.sign * y, of_chi, of_psi]


def _statistics_at_mode(order, chi, psi):
    mode = _gig_law.Law.of(order, chi, psi).mode
    return [tf.math.log(mode), -0.5 / mode, -0.5 * mode]


@_attach.custom_gradient
def _exponent(z, order, chi, psi):
    """Phi: the exponent of the density less its greatest value.

    At the mode that one has the derivatives T(mode), so that those of phi are
    T(z) - T(mode).
    """

    def gradient(upstream):
        at = tf.identity(z)
        law = _gig_law.Law.of(*map(tf.identity, (order, chi, psi)))
        y = _gig_law.standardize(at, law)
        in_z = law.sign * _gig_law.phi_slope(y, law.a, law.b) / at
        others = _statistics(law, y, tf.math.expm1(y), tf.math.expm1(-y))
        return tuple(upstream * slope for slope in (in_z, *others))

    fixed = [tf.stop_gradient(x) for x in (z, order, chi, psi)]
    law = _gig_law.Law.of(*fixed[1:])
    y = _gig_law.standardize(fixed[0], law)
    return _gig_law.phi(y, law.a, law.b), gradient


@_attach.custom_gradient
def _log_norm(order, chi, psi):
    def gradient(upstream):
        own = map(tf.identity, (order, chi, psi))
        return _each(upstream * _mean_statistics(*own))

    law = _gig_law.Law.of(order, chi, psi)
    return _gig_law.sums(law).log_norm, gradient


@_attach.custom_gradient
def _mean_statistics(order, chi, psi):
    """E T(z) - T(mode), [3, ...]."""

    def gradient(upstream):
        own = map(tf.identity, (order, chi, psi))
        rows = without_derivatives(_curvature, *own)
        return _each(tf.reduce_sum(upstream[:, tf.newaxis] * rows, axis=0))

    law = _gig_law.Law.of(order, chi, psi)
    _, *means = _gig_law.sums(law)
    return tf.stack(_statistics(law, *means)), gradient


def _curvature(order, chi, psi):
    """The derivatives of `_mean_statistics`, [3, 3, ...]."""
    law = _gig_law.Law.of(order, chi, psi)
    pairs = [(i, j) for i in range(3) for j in range(i + 1)]

    def products(law, sums, *point):
        t = _centered(law, sums, *point)
        return [t[i] * t[j] for i, j in pairs]

    # Those of T(mode) are r r' / w, r the derivatives of T in log z there.
    of_a, of_b = law.a, law.b
    rates = tf.stack(
        [
            tf.ones_like(law.a),
            tf.where(law.is_up, of_b, of_a) / law.chi,
            -tf.where(law.is_up, of_a, of_b) / law.psi,
        ]
    )
    covariances = dict(zip(pairs, _means(law, products), strict=True))
    rows = [
        tf.stack([covariances[max(i, j), min(i, j)] for j in range(3)])
        for i in range(3)
    ]
    return tf.stack(rows) - rates[:, tf.newaxis] * rates / (law.a + law.b)


def _expectation(function, order, chi, psi):
    """The mean of a function of z, with first derivatives.

    Args:
      function: Function of a `Law`, its `Sums`, and y, exp(y) - 1, exp(-y) - 1
        and phi(y), that returns a tensor. Its own derivatives in the
        parameters, at a fixed z, must have the mean 0.
      order: float64 tensor.
      chi: float64 tensor of the same shape.
      psi: float64 tensor of the same shape.

    Returns:
      Tensor.
    """

    def covariances(*parameters):
        def products(law, sums, *point):
            value = function(law, sums, *point)
            return [value * t for t in _centered(law, sums, *point)]

        return tf.stack(_means(_gig_law.Law.of(*parameters), products))

    @_attach.custom_gradient
    def expectation(order, chi, psi):
        def gradient(upstream):
            own = map(tf.identity, (order, chi, psi))
            slopes = without_derivatives(covariances, *own)
            return _each(upstream * slopes)

        law = _gig_law.Law.of(order, chi, psi)
        (total,) = _means(law, lambda *point: [function(*point)])
        return total, gradient

    return expectation(order, chi, psi)


def _means(law, function):
    """The means of functions of the law, its `Sums` and a point."""
    sums = _gig_law.sums(law)
    with_nodes = _gig_law.Sums(*(x[..., tf.newaxis] for x in sums))
    totals = _gig_law.integrals(
        law, lambda law, *point: function(law, with_nodes, *point)
    )
    scale = tf.exp(-sums.log_norm)
    return [scale * total for total in totals]


def _centered(law, sums, y, plus, minus, exponent):
    """T(z) - E T(z)."""
    del exponent
    return _statistics(law, y - sums.y, plus - sums.plus, minus - sums.minus)
