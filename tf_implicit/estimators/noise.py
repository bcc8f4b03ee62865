# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reparameterizations whose noise still depends on the parameters.

Both draw z exactly and compute the noise that leads to it; so no loop of
acceptance and rejection, nor a sampler of the noise, is needed.
"""

import math

import tensorflow as tf

from tf_implicit import _attach, random
from tf_implicit import math as tfi_math
from tf_implicit.estimators.estimator import (
    Draw,
    Estimator,
    gamma_families,
    zero,
)
from tf_implicit.random import _uniform

__all__ = ["generalized", "rsvi"]


def rsvi(shape_augmentation: int = 0) -> Estimator:
    """Rejection sampling variational inference [1].

    The noise is that which the sampler accepts; its density is that of the
    sample, transformed:

    *   Gamma(a): the Normal of Marsaglia and Tsang [2] for Gamma(a + B), then
        B uniform numbers u_i, Gamma(a + i - 1) = Gamma(a + i) u_i**(1 / (a +
        i - 1)). The larger B, the less the noise depends on a.
    *   von Mises: the uniform angle of the wrapped Cauchy proposal of Best and
        Fisher [3]. There is no augmentation.

    Bias: none, but rounding. Cost: one sample and B uniform numbers, and some
    elementary functions for each. Gamma with a + B < 1, where [2] does not
    apply, gives NaN.

    Args:
      shape_augmentation: B, a Python integer >= 0.

    Returns:
      `Estimator` for Beta, Dirichlet, Gamma and VonMises.

    Raises:
      ValueError: Where `shape_augmentation` is negative.

    #### References

    [1]: Naesseth, C., Ruiz, F., Linderman, S., Blei, D. Reparameterization
         Gradients through Acceptance-Rejection Sampling Algorithms. AISTATS
         2017.
    [2]: Marsaglia, G., Tsang, W. W. A Simple Method for Generating Gamma
         Variables. ACM Transactions on Mathematical Software 26(3), 2000.
    [3]: Best, D., Fisher, N. I. Efficient Simulation of the von Mises
         Distribution. Applied Statistics, 1979.
    """
    if shape_augmentation < 0:
        raise ValueError(
            f"`shape_augmentation` must be >= 0, got {shape_augmentation}."
        )

    def log_gamma(shape, seed, concentration):
        seeds = tf.random.split(seed, 2)
        a = tf.broadcast_to(concentration, shape)
        log_sample, score = _marsaglia_tsang(
            shape, seeds[0], a + shape_augmentation
        )
        if shape_augmentation:
            # E = -log u is Exponential(1), which no u = 0 can spoil.
            e = -tf.math.log1p(
                -_uniform.stateless_uniform(
                    tf.concat([[shape_augmentation], shape], 0),
                    seeds[1],
                    a.dtype,
                )
            )
            i = tf.cast(tf.range(shape_augmentation), a.dtype)
            i = tf.reshape(i, [-1] + [1] * a.shape.rank)
            log_sample -= tf.reduce_sum(e / (a + i), axis=0)
        return Draw(log_sample, score)

    families = {**gamma_families(log_gamma), "VonMises": _best_fisher}
    return Estimator(f"RSVI, B = {shape_augmentation}", families)


def _marsaglia_tsang(shape, seed, a):
    """Returns log z for z = d (1 + c e)**3, d = a - 1/3, c = 1 / sqrt(9 d)."""
    # Added, NaN also reaches the gradient in a.
    a += tf.where(a < 1, tf.constant(math.nan, a.dtype), tf.zeros_like(a))
    d = a - 1 / 3
    c = tf.math.rsqrt(9 * d)
    exact = random.stateless_gamma(shape, seed, tf.stop_gradient(a))
    noise = tf.stop_gradient(((exact / d) ** (1 / 3) - 1) / c)
    log_root = tf.math.log1p(c * noise)
    log_sample = tf.math.log(d) + 3 * log_root
    # log Gamma(z | a, 1) + log dz/de, where dz/de = 3 c d (1 + c e)**2 and
    # 3 c d = sqrt(d). Differentiated, the density's log(z) - digamma(a) cancels
    # with the rest: it must have its digits, which lgamma does not leave it.
    log_density = (
        tfi_math.gamma_log_prob(a, tf.ones_like(a), d * tf.exp(3 * log_root))
        + tf.math.log(d) / 2
        + 2 * log_root
    )
    return Draw(log_sample, zero(log_density))


def _best_fisher(shape, seed, concentration):
    """The angle z = 2 atan(b tan(t / 2)), t uniform in the proposal."""
    k = tf.broadcast_to(concentration, shape)
    # [3]: tau = 1 + s, s = sqrt(1 + 4 k**2), rho = (tau - sqrt(2 tau)) / (2 k).
    # The mode of the wrapped Cauchy is narrower by b = (1 - rho) / (1 + rho) =
    # sqrt(2 tau) / (tau + 2 k), and so d log b/dk = -1 / s: at fixed t, dz/dk =
    # -sin(z) / s, and d log(dz/dt)/dk = -cos(z) / s. Differentiating rho, and
    # log I0 by other Bessel functions, leaves no digit where k is large.
    slope = -1 / tf.stop_gradient(tf.sqrt(1 + 4 * k**2))
    exact = random.stateless_von_mises(shape, seed, tf.stop_gradient(k))
    sample = _attach.attach_derivative(exact, k, slope * tf.sin(exact))
    log_density = tfi_math.von_mises_log_prob(k, sample)
    return Draw(sample, zero(log_density) + zero(k * slope * tf.cos(exact)))


def generalized() -> Estimator:
    """Generalized reparameterization [1]: log z standardized.

    The noise is e = (log z - psi(a)) / sqrt(psi'(a)), psi the digamma function:
    mean 0 and variance 1, whatever the concentration a, so that its density
    depends on a through higher moments only.

    Bias: none, but rounding. Cost: one sample, and polygamma functions of
    the concentration up to the third, for each sample.

    Returns:
      `Estimator` for Beta, Dirichlet and Gamma, for float32 and float64.

    #### References

    [1]: Ruiz, F., Titsias, M., Blei, D. The Generalized Reparameterization
         Gradient. NeurIPS 2016.
    """

    def log_gamma(shape, seed, concentration):
        a = tf.broadcast_to(concentration, shape)
        mean = tf.math.digamma(a)
        variance = tf.math.polygamma(tf.ones_like(a), a)
        exact = random.stateless_loggamma(shape, seed, tf.stop_gradient(a))
        noise = tf.stop_gradient((exact - mean) / tf.sqrt(variance))
        log_sample = mean + tf.sqrt(variance) * noise
        # The density of log z, and d log z / de = sqrt(variance).
        log_density = (
            tfi_math.exp_gamma_log_prob(a, tf.ones_like(a), log_sample)
            + tf.math.log(variance) / 2
        )
        return Draw(log_sample, zero(log_density))

    return Estimator("generalized", gamma_families(log_gamma))
