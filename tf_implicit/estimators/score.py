# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The score-function estimator."""

from collections.abc import Callable

import tensorflow as tf

from tf_implicit import math as tfi_math
from tf_implicit import random
from tf_implicit.estimators.estimator import Draw, Estimator, zero

__all__ = ["score_function"]


def score_function(baseline: str | None = None) -> Estimator:
    """The score-function estimator [1, 2]: loss(z) d log q(z | phi)/dphi.

    It needs no derivative of the loss. Bias: none, but rounding; a sample that
    rounds to the end of the support, where log q is infinite, gives NaN. Cost:
    one sample and the density.

    Args:
      baseline: None, or "leave_one_out": from each loss, the mean of the others
        along the first axis is subtracted. All along this axis must have the
        same parameters, and be 2 or more.

    Returns:
      `Estimator` for Beta, Dirichlet, Gamma and VonMises.

    Raises:
      ValueError: Where `baseline` is unknown.

    #### References

    [1]: Williams, R. J. Simple Statistical Gradient-Following Algorithms for
         Connectionist Reinforcement Learning. Machine Learning 8, 1992.
    [2]: Kool, W., van Hoof, H., Welling, M. Buy 4 REINFORCE Samples, Get a
         Baseline for Free! ICLR Workshop 2019.
    """
    if baseline is None:
        return Estimator("score function", _FAMILIES)
    if baseline == "leave_one_out":
        return Estimator(
            "score function, leave-one-out", _FAMILIES, _leave_one_out
        )
    raise ValueError(
        f"`baseline` must be None or 'leave_one_out', got {baseline!r}."
    )


def _leave_one_out(losses):
    """The mean of the other losses along the first axis."""
    count = losses.shape[0] if losses.shape.rank else None
    if count is None or count < 2:
        raise ValueError(
            "The leave-one-out baseline needs 2 or more losses along a first "
            f"axis of known size, got losses of shape {losses.shape}."
        )
    total = tf.reduce_sum(losses, axis=0, keepdims=True)
    return (total - losses) / (count - 1)


def _gamma(shape, seed, concentration):
    sample = tf.stop_gradient(
        random.stateless_gamma(shape, seed, concentration)
    )
    rate = tf.ones([], sample.dtype)
    return _draw(sample, tfi_math.gamma_log_prob(concentration, rate, sample))


def _beta(shape, seed, concentration1, concentration0):
    seeds = tf.random.split(seed, 2)
    log1 = random.stateless_loggamma(shape, seeds[0], concentration1)
    log0 = random.stateless_loggamma(shape, seeds[1], concentration0)
    sample = tf.stop_gradient(tf.sigmoid(log1 - log0))
    return _draw(
        sample, tfi_math.beta_log_prob(concentration1, concentration0, sample)
    )


def _dirichlet(shape, seed, concentration):
    sample = tf.stop_gradient(
        random.stateless_dirichlet(shape, seed, concentration)
    )
    return _draw(sample, tfi_math.dirichlet_log_prob(concentration, sample))


def _von_mises(shape, seed, concentration):
    sample = tf.stop_gradient(
        random.stateless_von_mises(shape, seed, concentration)
    )
    return _draw(sample, tfi_math.von_mises_log_prob(concentration, sample))


def _draw(sample, log_density):
    return Draw(sample, zero(log_density))


_FAMILIES: dict[str, Callable[..., Draw]] = {
    "Beta": _beta,
    "Dirichlet": _dirichlet,
    "Gamma": _gamma,
    "VonMises": _von_mises,
}
