# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Mass, moments and samples of a standard Normal distribution in an interval.

All are in float64, and in terms of

    I_k(a, w) = integral of t^k exp(-a t - t^2 / 2) over 0 < t < w,

the moments from one end, a >= 0, relative to the density there: by the W_k of
_mills.py, or for a small interval, where their difference cancels, by Gauss and
Legendre's rule.

For a sample y in (a, b), with the moments A_k, B_k of (y - t)^k and (t - y)^k
below and above y relative to the density at y,

    dy/da = exp((y^2 - a^2) / 2) B_0 / (A_0 + B_0), dy/db likewise,
    dz/dloc = 1 - dy/da - dy/db = (A_0 B_1 + A_1 B_0) / (A_0 + B_0),
    dz/dscale = y - a dy/da - b dy/db
              = y dz/dloc + (y - a) dy/da - (b - y) dy/db

(differentiate F = A_0 / (A_0 + B_0), the integrals by parts): in a tail all
terms are positive, where the first forms cancel.
"""

import math

import numpy as np
import tensorflow as tf

from tf_implicit._op_library import ops
from tf_implicit.distributions import _bounded, _mills
from tf_implicit.math import _gradients

__all__ = [
    "expectations",
    "log_mass",
    "log_prob",
    "mass",
    "quantile",
    "sample_grad",
]

_ROOT_HALF = math.sqrt(0.5)
_ROOT_HALF_PI = math.sqrt(math.pi / 2)
_ROOT_TWO_PI = math.sqrt(2 * math.pi)

# Below this exponent at the far end an interval is small; 7 nodes are then
# exact to 1e-16.
_SMALL = 0.25
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(7)
_NODES = (_NODES + 1) / 2
_RULE = (_WEIGHTS / 2)[:, np.newaxis] * _NODES[:, np.newaxis] ** np.arange(3)

# A width that stands for infinity: its square is finite, exp(-w) is 0.
_FAR = 1e8


def _small_moments(a, w):
    """I_0, I_1, I_2 where |a| w and w^2 / 2 are small."""
    t = w[..., tf.newaxis] * _NODES
    values = tf.exp(-t * (a[..., tf.newaxis] + t / 2))
    moments = tf.unstack(tf.tensordot(values, _RULE, 1), axis=-1)
    return [m * w ** (k + 1) for k, m in enumerate(moments)]


def _is_small(a, w):
    return tf.maximum(tf.abs(a) * w, w * w / 2) < _SMALL


def _moments(a, w, count=3):
    """I_0, ... for a >= 0, or for a small interval."""
    w = tf.minimum(w, _FAR)
    small = _is_small(a, w)
    near = _small_moments(
        tf.where(small, a, tf.zeros_like(a)), tf.where(small, w, 0.1)
    )
    a = tf.where(small, tf.ones_like(a), a)
    w = tf.where(small, tf.ones_like(w), w)
    lower = _mills.moments(a, count)
    upper = _mills.moments(a + w, count)
    q = tf.exp(-w * (a + w / 2))
    far = [lower[k] - q * _shifted(upper, w, k) for k in range(count)]
    return [tf.where(small, n, f) for n, f in zip(near, far, strict=False)]


def _shifted(moments, w, k):
    """The integral of (w + t)^k from that of t^j."""
    if k == 0:
        return moments[0]
    if k == 1:
        return moments[1] + w * moments[0]
    return moments[2] + w * (2 * moments[1] + w * moments[0])


def _flip(a, b):
    """The interval or its mirror image, so that its middle is >= 0."""
    flipped = a < -b
    return flipped, tf.where(flipped, -b, a), tf.where(flipped, -a, b)


def _parts(a, b):
    """Which formula an interval with its middle >= 0 takes, and safe ends."""
    from_a = (a >= 0) | _is_small(a, b - a)
    safe_a = tf.where(from_a, a, tf.zeros_like(a))
    width = tf.where(from_a, b - a, tf.ones_like(a))
    return from_a, safe_a, width


def mass(a, b):
    """Phi(b) - Phi(a) as exp(-r^2 / 2) m / sqrt(2 pi).

    Args:
      a: float64 tensor.
      b: float64 tensor of the same shape, larger.

    Returns:
      r and m; r is 0 or the distance of the nearer bound from 0.
    """
    _, a, b = _flip(a, b)
    from_a, safe_a, width = _parts(a, b)
    own = _moments(safe_a, width, 2)[0]
    return safe_a, tf.where(from_a, own, _both_sides(a, b))


def _both_sides(a, b):
    """The mass between points on both sides of 0, times sqrt(2 pi)."""
    # tf.math.erf(infinity) is NaN.
    a, b = (tf.clip_by_value(x, -40, 40) * _ROOT_HALF for x in (a, b))
    return _ROOT_HALF_PI * (tf.math.erf(b) - tf.math.erf(a))


def expectations(a, b):
    """The mean, the variance and E (y^2 - r^2) / 2 + log m of `mass`."""
    flipped, a, b = _flip(a, b)
    from_a, safe_a, width = _parts(a, b)
    i = _moments(safe_a, width)
    first, second = i[1] / i[0], i[2] / i[0]
    # On both sides of 0, and not small.
    a = tf.where(from_a, -tf.ones_like(a), a)
    b = tf.where(from_a, tf.ones_like(b), b)
    m = _both_sides(a, b)
    at_a, at_b = tf.exp(-a * a / 2), tf.exp(-b * b / 2)
    mean = (at_a - at_b) / m
    square = 1 + (_product(a, at_a) - _product(b, at_b)) / m
    entropy = tf.where(
        from_a,
        safe_a * first + second / 2 + tf.math.log(i[0]),
        square / 2 + tf.math.log(m),
    )
    variance = tf.where(from_a, second - first * first, square - mean * mean)
    mean = tf.where(from_a, safe_a + first, mean)
    return tf.where(flipped, -mean, mean), variance, entropy


def _product(x, density):
    """The product, 0 for an infinite x."""
    finite = tf.math.is_finite(x)
    return tf.where(finite, tf.where(finite, x, tf.zeros_like(x)) * density, 0)


def log_mass(a, b):
    """log(Phi(b) - Phi(a)); -infinity for b <= a."""
    empty = b <= a
    a = tf.where(empty, tf.zeros_like(a), a)
    r, m = mass(a, tf.where(empty, tf.ones_like(b), b))
    log = tf.math.log(m) - r * r / 2 - math.log(_ROOT_TWO_PI)
    return tf.where(empty, tf.constant(-np.inf, log.dtype), log)


def log_prob(loc, scale, low, high, value):
    """The log density, -infinity outside of the bounds.

    Args:
      loc: Floating tensor.
      scale: Floating tensor of the same dtype, as all.
      low: Floating tensor, the lower bound.
      high: Floating tensor, the upper bound.
      value: Floating tensor. All broadcast.

    Returns:
      Tensor of the common shape; NaN where an argument is out of its range.
    """
    return ops.tf_implicit_truncated_normal_log_prob(
        loc=loc, scale=scale, low=low, high=high, value=value
    )[0]


def _log_prob_formula(loc, scale, low, high, value):
    """The log density between the bounds."""
    a, b = (_bounded.divide(x - loc, scale) for x in (low, high))
    r, m = mass(a, b)
    # (y^2 - r^2) / 2 by the distance from the bound of which r is that.
    t = tf.where(
        a < -b,
        _bounded.divide(high - value, scale),
        _bounded.divide(value - low, scale),
    )
    t = tf.where(r == 0, (value - loc) / scale, t)
    log_density = -t * (r + t / 2) - tf.math.log(m * scale)
    inside = (value >= low) & (value <= high)
    return tf.where(inside, log_density, tf.constant(-np.inf, m.dtype))


_gradients.register_known_partials(
    "TFImplicit>TruncatedNormalLogProb", _gradients.second_of(_log_prob_formula)
)


def quantile(loc, scale, low, high, p):
    """The number in [low, high] below which the probability is p.

    Args:
      loc: Floating tensor.
      scale: Floating tensor of the same dtype, as all.
      low: Floating tensor, the lower bound.
      high: Floating tensor, the upper bound.
      p: Floating tensor. All broadcast.

    Returns:
      Tensor of the common shape; NaN where an argument is out of its range.
    """
    return ops.tf_implicit_truncated_normal_quantile(
        loc=loc, scale=scale, low=low, high=high, p=p
    )


def sample_grad(loc, scale, low, high, sample):
    """The derivatives of a sample in all parameters, and of the quantile.

    Args:
      loc: Floating tensor.
      scale: Floating tensor of the same dtype, as all.
      low: Floating tensor, the lower bound.
      high: Floating tensor, the upper bound.
      sample: Floating tensor, in [low, high]. All broadcast.

    Returns:
      List of dz/dloc, dz/dscale, dz/dlow, dz/dhigh and dz/dp, differentiable
      tensors of the common shape.
    """
    return list(
        ops.tf_implicit_random_truncated_normal_grad(
            loc=loc, scale=scale, low=low, high=high, sample=sample
        )
    )


def _sample_grad_formula(loc, scale, low, high, sample):
    """That of kernels/special/truncated_normal.h, for second derivatives."""
    *slopes, total = _slopes(
        *(
            _bounded.divide(x, scale)
            for x in (
                sample - loc,
                sample - low,
                high - sample,
                low - loc,
                high - loc,
            )
        )
    )
    return [*slopes, scale * total]


_gradients.register_formula(
    "TFImplicit>RandomTruncatedNormalGrad", _sample_grad_formula
)
_gradients.refuse_gradient(
    "TFImplicit>TruncatedNormalQuantile",
    "samples, to which distributions attach their gradient",
)


def _slopes(y, below, above, a, b):
    """dz/dloc, dz/dscale, dz/dlow, dz/dhigh and mass / density of a sample.

    Args:
      y: float64 tensor, the standardized sample.
      below: y - a, without rounding.
      above: b - y, without rounding.
      a: float64 tensor that broadcasts with y.
      b: float64 tensor that broadcasts with y.

    Returns:
      List of tensors.
    """
    below, above = tf.minimum(below, _FAR), tf.minimum(above, _FAR)
    # The mirror image of a negative sample, so that W_k(y) is known.
    flip = y < 0
    moments_a, moments_b = (_mills.moments(tf.abs(x), 2) for x in (a, b))
    y = tf.abs(y)
    left = tf.where(flip, above, below)
    right = tf.where(flip, below, above)
    near = [
        tf.where(flip, p, q) for p, q in zip(moments_b, moments_a, strict=True)
    ]
    far = [
        tf.where(flip, p, q) for p, q in zip(moments_a, moments_b, strict=True)
    ]
    own = _mills.moments(y, 2)
    q = tf.exp(-right * (y + right / 2))
    upper = [own[k] - q * _shifted(far, right, k) for k in (0, 1)]
    # exp((y^2 - a^2) / 2), and the moments below y: in one tail by the end,
    # else those below y less those below the end.
    p = tf.exp(left * (y - left / 2))
    tail = left <= y
    whole = _ROOT_TWO_PI * tf.exp(tf.where(tail, tf.zeros_like(y), y) ** 2 / 2)
    whole -= own[0]
    lower = [
        tf.where(tail, p * near[0] - own[0], whole - p * near[0]),
        tf.where(
            tail,
            p * (left * near[0] - near[1]) + own[1],
            1 + y * whole - p * _shifted(near, left, 1),
        ),
    ]
    squares = []
    for sign, width, moments in ((1, right, upper), (-1, left, lower)):
        small = _is_small(y, width)
        rule = _small_moments(
            tf.where(small, sign * y, tf.zeros_like(y)),
            tf.where(small, width, 0.1),
        )
        for k in (0, 1):
            moments[k] = tf.where(small, rule[k], moments[k])
        squares.append((small, rule[2]))
    total = lower[0] + upper[0]
    share = upper[0] / total, lower[0] / total
    d_loc = share[0] * lower[1] + share[1] * upper[1]
    d_left, d_right = share[0] * p, share[1] * q
    d_scale = y * d_loc + left * d_left - right * d_right
    # Where both sides are small, these three cancel.
    exact = share[1] * (2 * y * upper[1] + squares[0][1]) + share[0] * (
        2 * y * lower[1] - squares[1][1]
    )
    d_scale = tf.where(squares[0][0] & squares[1][0], exact, d_scale)
    return [
        d_loc,
        tf.where(flip, -d_scale, d_scale),
        tf.where(flip, d_right, d_left),
        tf.where(flip, d_left, d_right),
        total,
    ]
