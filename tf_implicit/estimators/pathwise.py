# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pathwise estimators: the derivative of the sample at fixed CDF."""

import importlib
import math
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tf_implicit import _attach, _tensors, random
from tf_implicit import math as tfi_math
from tf_implicit.estimators.estimator import Draw, Estimator, gamma_families

__all__ = [
    "finite_difference",
    "implicit",
    "jankowiak_obermeyer",
    "log_gamma_difference",
    "von_mises_difference",
]

# Figurnov et al. 2018, Table 5: relative steps.
_GAMMA_STEP = {tf.float32: 1e-3, tf.float64: 1e-5}
_VON_MISES_STEP = {tf.float32: 1e-1, tf.float64: 1e-4}


def implicit(method: str = "gamma") -> Estimator:
    """Implicit reparameterization gradients, dz/dphi = -(dF/dphi) / q(z).

    Bias: none, but rounding. Cost: that of the sampler and of one derivative
    for each sample, each one op.

    Args:
      method: The gradient of Beta and Dirichlet samples:
        "gamma": that of the Gamma samples that they are made of [1].
        "cdf": for each component, that of its own CDF, Beta(c, total - c); the
          other components keep their ratios, which are independent of it. Lower
          variance, more work. It solves the transport equation of [2].

    Returns:
      `Estimator` for Beta, Dirichlet, Gamma and VonMises.

    Raises:
      ValueError: Where `method` is unknown.

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    [2]: Jankowiak, M., Obermeyer, F. Pathwise Derivatives Beyond the
         Reparameterization Trick. ICML 2018.
    """

    def log_gamma(shape, seed, concentration):
        return Draw(random.stateless_loggamma(shape, seed, concentration))

    def gamma(shape, seed, concentration):
        return Draw(random.stateless_gamma(shape, seed, concentration))

    def dirichlet(shape, seed, concentration):
        return Draw(random.stateless_dirichlet(shape, seed, concentration))

    def von_mises(shape, seed, concentration):
        return Draw(random.stateless_von_mises(shape, seed, concentration))

    families: dict[str, Callable[..., Draw]] = {
        **gamma_families(log_gamma),
        "Dirichlet": dirichlet,
        "Gamma": gamma,
        "VonMises": von_mises,
    }
    if method == "gamma":
        return Estimator("implicit", families)
    if method == "cdf":
        own: dict[str, Callable[..., Draw]] = {
            "Beta": _beta_by_cdf,
            "Dirichlet": _dirichlet_by_cdf,
        }
        return Estimator("implicit (CDF)", families | own)
    raise ValueError(
        f"`method` must be one of ['gamma', 'cdf'], got {method!r}."
    )


def _beta_by_cdf(shape, seed, concentration1, concentration0):
    seeds = tf.random.split(seed, 2)
    a, b = (tf.broadcast_to(c, shape) for c in (concentration1, concentration0))
    log_a = random.stateless_loggamma(shape, seeds[0], a)
    log_b = random.stateless_loggamma(shape, seeds[1], b)
    logit = _attach.attach_gradient(log_a - log_b, [a, b], _pull_back_beta)
    return Draw(tf.sigmoid(logit))


def _pull_back_beta(upstream, logit, a, b):
    d_a, d_b = tfi_math.random_logit_beta_grad(a, b, logit)
    return upstream * d_a, upstream * d_b


def _dirichlet_by_cdf(shape, seed, concentration):
    concentration = tf.broadcast_to(concentration, shape)
    log_sample = tf.nn.log_softmax(
        random.stateless_loggamma(shape, seed, concentration)
    )
    log_sample = _attach.attach_gradient(
        log_sample, [concentration], _pull_back_dirichlet
    )
    return Draw(tf.exp(log_sample))


def _pull_back_dirichlet(upstream, log_sample, concentration):
    """The gradient of each component's own CDF, Beta(c, total - c)."""
    # 1 - x_i of the largest component is the sum of the others: it may round
    # to 0.
    largest = tf.one_hot(
        tf.argmax(log_sample, axis=-1), tf.shape(log_sample)[-1], True, False
    )
    minus_infinity = tf.constant(-math.inf, log_sample.dtype)
    others = tf.where(largest, minus_infinity, log_sample)
    log_rest = tf.where(
        largest,
        tf.reduce_logsumexp(others, axis=-1, keepdims=True),
        tf.math.log1p(-tf.exp(others)),
    )
    total = tf.reduce_sum(concentration, axis=-1, keepdims=True)
    d_logit, _ = tfi_math.random_logit_beta_grad(
        concentration, total - concentration, log_sample - log_rest
    )
    # log x_i moves by (1 - x_i) d_logit_i, any other log x_j by
    # -x_i d_logit_i.
    everything = tf.reduce_sum(upstream, axis=-1, keepdims=True)
    return [d_logit * (upstream - tf.exp(log_sample) * everything)]


def finite_difference() -> Estimator:
    """Central differences of the CDF, with the relative steps of [1], Table 5.

    Bias: the differences' error, of second order in the step (von Mises with
    concentration 2: 1e-2 for float32, 1e-8 for float64), and the rounding error
    of the CDF divided by the step and the density: unbounded in the tails.
    Cost: two evaluations of the CDF and one of the density for each sample.
    Gamma samples that underflow have the gradient NaN.

    Returns:
      `Estimator` for Beta, Dirichlet, Gamma and VonMises, for float32 and
      float64.

    #### References

    [1]: Figurnov, M., Mohamed, S., Mnih, A. Implicit Reparameterization
         Gradients. NeurIPS 2018.
    """

    def log_gamma(shape, seed, concentration):
        a = tf.broadcast_to(concentration, shape)
        log_sample = random.stateless_loggamma(shape, seed, tf.stop_gradient(a))
        derivative = log_gamma_difference(
            tf.stop_gradient(a), tf.exp(log_sample)
        )
        return Draw(_attach.attach_derivative(log_sample, a, derivative))

    def von_mises(shape, seed, concentration):
        k = tf.broadcast_to(concentration, shape)
        sample = random.stateless_von_mises(shape, seed, tf.stop_gradient(k))
        derivative = von_mises_difference(tf.stop_gradient(k), sample)
        return Draw(_attach.attach_derivative(sample, k, derivative))

    families = {**gamma_families(log_gamma), "VonMises": von_mises}
    return Estimator("finite difference", families)


def log_gamma_difference(alpha: tf.Tensor, sample: tf.Tensor) -> tf.Tensor:
    """The derivative of log z, z ~ Gamma(alpha, 1), of `finite_difference`.

    Args:
      alpha: float32 or float64 tensor, the concentration.
      sample: Tensor of the same dtype and shape, z.

    Returns:
      Tensor of the same shape, NaN where z underflows.
    """
    step = alpha * _GAMMA_STEP[alpha.dtype]
    difference = tf.math.igamma(alpha + step, sample) - tf.math.igamma(
        alpha - step, sample
    )
    log_density = alpha * tf.math.log(sample) - sample - tf.math.lgamma(alpha)
    return _without_underflow(
        sample, -difference / (2 * step) * tf.exp(-log_density)
    )


def _without_underflow(sample, derivative):
    nan = tf.constant(math.nan, sample.dtype)
    return tf.where(
        sample < _tensors.smallest_normal(sample.dtype), nan, derivative
    )


def von_mises_difference(
    concentration: tf.Tensor, sample: tf.Tensor
) -> tf.Tensor:
    """The derivative of z ~ vonMises(0, kappa) of `finite_difference`.

    Args:
      concentration: float32 or float64 tensor, kappa.
      sample: Tensor of the same dtype and shape, angles in [-pi, pi].

    Returns:
      Tensor of the same shape.
    """
    step = concentration * _VON_MISES_STEP[concentration.dtype]
    difference = tfi_math.von_mises_cdf(
        sample, concentration + step
    ) - tfi_math.von_mises_cdf(sample, concentration - step)
    # bessel_i0e(k) = I0(k) exp(-k): neither factor overflows.
    density = tf.exp(concentration * (tf.cos(sample) - 1)) / (
        2 * math.pi * tf.math.bessel_i0e(concentration)
    )
    return -difference / (2 * step * density)


def jankowiak_obermeyer() -> Estimator:
    """The closed-form approximation of dz/dphi of [1], by PyTorch.

    Bias: that of the approximation, relative errors of dz/dconcentration up to
    1.4e-3 (PyTorch 2.13, concentrations from 1e-2 to 1e4). Cost:
    one rational or asymptotic approximation for each sample, on the CPU. Gamma
    samples that underflow have the gradient NaN.

    Returns:
      `Estimator` for Beta, Dirichlet and Gamma, for float32 and float64.

    Raises:
      ImportError: Where PyTorch is not installed.

    #### References

    [1]: Jankowiak, M., Obermeyer, F. Pathwise Derivatives Beyond the
         Reparameterization Trick. ICML 2018.
    """
    try:
        torch = importlib.import_module("torch")
    except ImportError as error:
        raise ImportError(
            "tf_implicit.estimators.jankowiak_obermeyer is PyTorch's own "
            "implementation and needs it: pip install torch"
        ) from error

    def by_torch(alpha, sample):
        # torch.from_numpy refuses arrays that may not be written to.
        alpha, sample = (torch.from_numpy(np.array(x)) for x in (alpha, sample))
        return torch._standard_gamma_grad(alpha, sample).numpy()

    def log_gamma(shape, seed, concentration):
        a = tf.broadcast_to(concentration, shape)
        log_sample = random.stateless_loggamma(shape, seed, tf.stop_gradient(a))
        sample = tf.exp(log_sample)
        derivative = tf.numpy_function(
            by_torch, [tf.stop_gradient(a), sample], a.dtype, stateful=False
        )
        derivative = tf.ensure_shape(derivative, a.shape) / sample
        derivative = _without_underflow(sample, derivative)
        return Draw(_attach.attach_derivative(log_sample, a, derivative))

    return Estimator("Jankowiak-Obermeyer", gamma_families(log_gamma))
