# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tails of the generalized inverse Gaussian law, and derivatives of samples.

Both are integrals over the nearer tail of y (`_gig_law`), relative to the
density at its end: of 1, and of the statistics T less their means, since

    dz/dtheta = -(dF/dtheta) / q(z),    dF/dtheta = the integral of (T - E T) q

(Figurnov et al. 2018, equation 8). Where the tail is not the nearer one of all
three statistics, what cancels is of the order of the result.
"""

import tensorflow as tf

from tf_implicit import _attach
from tf_implicit.distributions import (
    _exp_remainder,
    _gig_density,
    _gig_law,
    _panels,
    _root,
    _tails,
)

__all__ = ["attach_to_sample", "quantile", "tail"]

# Of a Gauss-Legendre panel.
_LENGTH = 4.0
# exp(+-700) are numbers.
_END = 700.0


def tail(z, order, chi, psi, upper, logarithm):
    """The CDF, or the survival function, at z > 0, with first derivatives.

    Args:
      z: float64 tensor.
      order: float64 tensor.
      chi: float64 tensor.
      psi: float64 tensor. All four broadcast.
      upper: Whether it is the survival function.
      logarithm: Whether its logarithm is returned.

    Returns:
      Tensor.
    """

    def value(z, *arguments):
        law = _gig_law.Law.of(*arguments[:3])
        y = _gig_law.standardize(z, law)
        tails = _log_tails(y, law, _gig_law.Sums(*arguments[3:]))
        log_tail = tails[1 if upper else 0]
        return log_tail if logarithm else tf.exp(log_tail)

    def density(z, *arguments):
        order, chi, psi = arguments[:3]
        log_density = _gig_density.log_prob(z, order, chi, psi)
        if logarithm:
            # The derivative of log F is q / F.
            log_density -= tail(z, order, chi, psi, upper, logarithm)
        return tf.exp(log_density)

    def slopes(z, *arguments):
        law = _gig_law.Law.of(*arguments[:3])
        y = _gig_law.standardize(z, law)
        of_law = _gig_law.Sums(*arguments[3:])
        return tf.stack([z * s for s in _relative_slopes(y, law, of_law)])

    def all_slopes(*arguments):
        each = _gig_density.without_derivatives(slopes, *arguments)
        return [*tf.unstack(each, num=3), *[tf.zeros_like(each[0])] * 4]

    fixed = map(tf.stop_gradient, (order, chi, psi))
    # Once for the parameters, not for each z.
    of_law = _gig_law.sums(_gig_law.Law.of(*fixed))
    return _tails.differentiable_tail(
        value, upper, density, all_slopes, z, [order, chi, psi, *of_law]
    )


def quantile(p, order, chi, psi):
    """The z whose CDF is p, with first derivatives; all four broadcast."""
    law = _gig_law.Law.of(*map(tf.stop_gradient, (order, chi, psi)))
    of_law = _gig_law.sums(law)
    fixed = tf.stop_gradient(p)
    log_p, log_rest = tf.math.log(fixed), tf.math.log1p(-fixed)

    def error(t):
        """The CDF of log(z / mode), by the nearer tail, on a log scale."""
        y = law.sign * t
        lower, upper = _log_tails(y, law, of_law)
        log_density = _gig_law.phi(y, law.a, law.b) - of_law.log_norm
        by_lower = fixed < 0.5
        value = tf.where(by_lower, lower - log_p, log_rest - upper)
        of_tail = tf.where(by_lower, lower, upper)
        return value, tf.exp(log_density - of_tail)

    shape = tf.broadcast_dynamic_shape(tf.shape(p), tf.shape(of_law.y))
    zero = tf.zeros(shape, tf.float64)
    t = _root.find_root(error, zero, zero - _END, zero + _END)
    infinity = tf.constant(float("inf"), tf.float64)
    t = tf.where(fixed == 0, -infinity, tf.where(fixed == 1, infinity, t))
    return _attached(law.mode * tf.exp(t), law.sign * t, [p, order, chi, psi])


def attach_to_sample(z, y, order, chi, psi):
    """A sample with its first derivatives in the parameters.

    Args:
      z: float64 tensor.
      y: The same, standardized, which has more digits.
      order: float64 tensor that broadcasts to it.
      chi: float64 tensor that broadcasts to it.
      psi: float64 tensor that broadcasts to it.

    Returns:
      Tensor with the values of z.
    """
    return _attached(z, y, [order, chi, psi])


def _attached(z, y, inputs):
    """With derivatives in the parameters, the last three, and in p before."""
    shape = tf.shape(z)
    wide = [tf.broadcast_to(x, shape) for x in inputs]
    # Unbroadcast, for integrals that are those of all samples; not stopped, so
    # that second derivatives are asked for, and refused.
    own = [tf.stop_gradient(y), *inputs[-3:]]

    def pull_back(upstream, z, *arguments):
        slopes = _gig_density.without_derivatives(
            _all_slopes, *arguments[len(inputs) :]
        )
        flow = upstream * z
        each = [flow * s for s in tf.unstack(slopes, num=4)[-len(inputs) :]]
        return [*each, *[None] * len(own)]

    return _attach.attach_gradient(z, [*wide, *own], pull_back)


def _all_slopes(y, *parameters):
    """The derivatives of log z in p, order, chi and psi; 0 at the ends."""
    law = _gig_law.Law.of(*parameters)
    of_law = _gig_law.sums(law)
    inside = tf.math.is_finite(y)
    y = tf.where(inside, y, tf.zeros_like(y))
    in_p = tf.exp(of_law.log_norm - _gig_law.phi(y, law.a, law.b))
    slopes = tf.stack([in_p, *_relative_slopes(y, law, of_law)])
    return tf.where(inside, slopes, tf.zeros_like(slopes))


def _log_tails(y, law, of_law):
    """The logarithms of the CDF and of the survival function of z."""
    below, slope, near, far = _side(y, law, of_law)
    (mass,) = _integrate(slope, near, far, lambda s, up: [tf.ones_like(s)])
    nearer = tf.math.log(mass) + _gig_law.phi(y, law.a, law.b) - of_law.log_norm
    # The nearer one is at most 1 - 1 / e: the density is log-concave.
    other = tf.math.log1p(-tf.exp(nearer))
    is_lower = below == law.is_up
    return (
        tf.where(is_lower, nearer, other),
        tf.where(is_lower, other, nearer),
    )


def _relative_slopes(y, law, of_law):
    """The derivatives of log z in order, chi and psi at a fixed CDF.

    Args:
      y: Standardized z, float64.
      law: The law.
      of_law: Its `Sums`.

    Returns:
      List of three tensors without derivatives.
    """
    below, slope, near, far = _side(y, law, of_law)
    mass, first, minus, plus = _integrate(
        slope,
        near,
        far,
        lambda s, up: [tf.ones_like(s), s, up / (1 + up), up],
    )
    # The statistics at y - s, or at y + s: e**(y - s) - 1 is e**y - 1 less
    # e**y (1 - e**-s).
    side = tf.where(below, tf.ones_like(y), -tf.ones_like(y))
    of_y = (y - of_law.y) * mass - side * first
    down, rise = -near * minus, far * plus
    of_a = law.a * (tf.math.expm1(y) - of_law.plus) * mass
    of_a += tf.where(below, down, rise)
    of_b = law.b * (tf.math.expm1(-y) - of_law.minus) * mass
    of_b += tf.where(below, rise, down)
    # For an order below 0, y falls with z, and its CDF is that from above.
    of_a, of_b = side * of_a, side * of_b
    of_chi = tf.where(law.is_up, of_b, -of_a) / law.chi
    of_psi = tf.where(law.is_up, of_a, -of_b) / law.psi
    return [-side * of_y, of_chi, of_psi]


def _side(y, law, of_law):
    """Whether the nearer tail is that below y, and the density along it.

    At a distance s from y into that tail its logarithm is lower by
    slope s + near (e**-s - 1 + s) + far (e**s - 1 - s).
    """
    below = y < of_law.y
    slope = _gig_law.phi_slope(y, law.a, law.b)
    up, down = law.a * tf.exp(y), law.b * tf.exp(-y)
    return (
        below,
        tf.where(below, slope, -slope),
        tf.where(below, up, down),
        tf.where(below, down, up),
    )


def _integrate(slope, near, far, function):
    """Integrals over s > 0 of functions of s and e**s - 1 times the density."""
    length = _gig_law.reach(slope, near, far, _gig_law.DEPTH, 1.0)
    slope, near, far = (x[..., tf.newaxis] for x in (slope, near, far))

    def integrand(s):
        up = tf.math.expm1(s)
        plus, minus = _remainders(s, up)
        density = tf.exp(-slope * s - near * minus - far * plus)
        return [density * value for value in function(s, up)]

    return _panels.integrate(integrand, length, _LENGTH)


def _remainders(s, up):
    """exp(s) - 1 - s and exp(-s) - 1 + s for s >= 0, from exp(s) - 1."""
    small = s < 0.5
    x = tf.where(small, s, tf.zeros([], tf.float64))
    square = x * x
    odd = x * square * _exp_remainder.polynomial(_exp_remainder.ODD, square)
    down = up / (1 + up)
    even = up * down / 2  # cosh(s) - 1
    return (
        tf.where(small, even + odd, up - s),
        tf.where(small, even - odd, s - down),
    )
