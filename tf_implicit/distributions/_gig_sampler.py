# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the standardized generalized inverse Gaussian law."""

import tensorflow as tf

from tf_implicit.distributions import _gig_law

__all__ = ["sample"]

# One in e rounds at the worst is refused: 1e-43 of all samples are left.
_ROUNDS = 100


def sample(shape, seed, law):
    """Samples of y (`_gig_law`) by rejection, as in Devroye (2014).

    The log density is concave: it lies below 0, its greatest value, and below
    its tangents where it has fallen to about -1 on either side. Of a sample
    under the exponentials of these three, whose area is at most e / (e - 1)
    times that of the density, rounds accept or draw anew.

    Args:
      shape: Integer vector, that of the samples.
      seed: Integer tensor of shape [2].
      law: The law, of a shape that broadcasts to it.

    Returns:
      float64 tensor, without derivatives; NaN where the law is invalid.
    """
    law = _gig_law.Law(*map(tf.stop_gradient, law))
    zero = tf.zeros([], tf.float64)
    down, right = _gig_law.reaches(law, 1.0, 0.0)
    left = -down
    at_left, at_right = (_gig_law.phi(y, law.a, law.b) for y in (left, right))
    rise = _gig_law.phi_slope(left, law.a, law.b)
    fall = -_gig_law.phi_slope(right, law.a, law.b)
    # Where the tangents are 0, and the areas below the three pieces.
    begin, end = left - at_left / rise, right + at_right / fall
    middle, below, above = end - begin, 1 / rise, 1 / fall
    total = middle + below + above

    def draw(count, y, done):
        # The default generator is another one under XLA, and its floating
        # numbers are.
        of_round = tf.random.experimental.stateless_fold_in(
            seed, count, alg="philox"
        )
        bits = tf.random.stateless_uniform(
            tf.concat([[3], shape], axis=0),
            of_round,
            minval=None,
            maxval=None,
            dtype=tf.int64,
            alg="philox",
        )
        uniform = tf.cast(bits, tf.float64) * 2.0**-64 + 0.5
        u, v, w = tf.unstack(tf.maximum(uniform, 2.0**-54), num=3)
        place, drop = u * total, -tf.math.log(v)
        is_below, is_above = place < below, place > below + middle
        candidate = begin + v * middle
        candidate = tf.where(is_below, begin - drop * below, candidate)
        candidate = tf.where(is_above, end + drop * above, candidate)
        # The hat is exp(-drop) in the tails.
        hat = tf.where(is_below | is_above, -drop, zero)
        density = _gig_law.phi(candidate, law.a, law.b)
        accepted = tf.math.log(w) <= density - hat
        y = tf.where(~done & accepted, candidate, y)
        return count + 1, y, done | accepted

    nan = tf.fill(shape, tf.constant(float("nan"), tf.float64))
    _, y, _ = tf.while_loop(
        lambda count, y, done: (count < _ROUNDS) & ~tf.reduce_all(done),
        draw,
        (0, nan, tf.zeros(shape, tf.bool)),
    )
    return tf.stop_gradient(y) + law.nan
