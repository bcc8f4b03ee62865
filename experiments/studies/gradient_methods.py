# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Every way to differentiate a sample that the accuracy study compares.

A method is a function (parameter, sample) -> derivative, made ready for given
arrays: `prepare` converts them to the library's own tensors, so that a timing
has no conversion in it. What the paper (section 4.1) compares:

    automatic differentiation   the paper's algorithms, Appendix B
    finite differences          central, of the CDF, relative steps of Table 5
    Jankowiak and Obermeyer     PyTorch, as in the paper
    Knowles                     explicit, by an approximate inverse CDF

Finite differences and Knowles are those of `tfi.estimators`. And besides: our
default methods, and TensorFlow, TFP and JAX as they are installed. PyTorch and
JAX are optional.

References:
    Figurnov, Mohamed and Mnih (2018), "Implicit reparameterization
    gradients".
    Jankowiak and Obermeyer (2018), "Pathwise derivatives beyond the
    reparameterization trick".
"""

import functools
import importlib
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import scipy.special
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tf_implicit.estimators import explicit, pathwise

__all__ = [
    "OPTIONAL_PEERS",
    "Method",
    "beta_methods",
    "gamma_methods",
    "optional_module",
    "von_mises_methods",
]

# Module name -> how to install it.
OPTIONAL_PEERS = {"torch": "pip install torch", "jax": "pip install jax"}

Ready = Callable[[], Any]


class Method(NamedTuple):
    """A way to compute derivatives of samples.

    Attributes:
        name: Its row in the tables.
        prepare: Takes numpy arrays, parameters and then the sample; returns a
            function without arguments that computes the derivatives and
            returns when they are there.
        dtypes: For which it exists.
        batch: At most so many elements are measured, where more would take
            minutes.
    """

    name: str
    prepare: Callable[..., Ready]
    dtypes: tuple[str, ...] = ("float32", "float64")
    batch: int = 10**9


@functools.cache
def optional_module(name: str):
    """Returns the module of an optional peer, None where it is missing."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _eager(function) -> Callable[..., Ready]:
    """Prepares one TensorFlow op, called as it is."""
    return lambda *arrays: functools.partial(
        function, *[tf.constant(array) for array in arrays]
    )


def _graph(function) -> Callable[..., Ready]:
    """Prepares several TensorFlow ops, compiled into one graph.

    The arrays are the graph's arguments: constants would be folded.
    """
    return _eager(tf.function(function, reduce_retracing=True))


def _torch(function) -> Callable[..., Ready]:
    def prepare(*arrays):
        torch = optional_module("torch")
        tensors = [torch.from_numpy(array) for array in arrays]
        return functools.partial(function, *tensors)

    return prepare


def _jax_gamma(alpha: np.ndarray, sample: np.ndarray) -> Ready:
    jax = optional_module("jax")
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    compiled = jax.jit(jax.lax.random_gamma_grad)
    arguments = jax.device_put(alpha), jax.device_put(sample)
    return lambda: compiled(*arguments).block_until_ready()


def _raw_gamma(alpha, sample):
    return tf.raw_ops.RandomGammaGrad(alpha=alpha, sample=sample)


def _gamma_differences(alpha, sample):
    return sample * pathwise.log_gamma_difference(alpha, sample)


def _von_mises_density(concentration, sample):
    # Divided by exp(concentration), as bessel_i0e is: neither overflows.
    return tf.math.exp(concentration * (tf.math.cos(sample) - 1)) / (
        2 * math.pi * tf.math.bessel_i0e(concentration)
    )


def _von_mises_cdf(concentration, sample):
    loc = tf.zeros([], sample.dtype)
    return tfp.distributions.VonMises(loc, concentration).cdf(sample)


def _tfp_von_mises(concentration, sample):
    """What the gradient of TFP's sampler computes, at given samples."""
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        cdf = _von_mises_cdf(concentration, sample)
    # Elementwise: the gradient of the sum is each element's derivative.
    derivative = tape.gradient(cdf, concentration)
    return -derivative / _von_mises_density(concentration, sample)


def _tfp_beta(concentration1, concentration0, sample):
    """One of the two derivatives, through the Beta CDF."""
    with tf.GradientTape() as tape:
        tape.watch(concentration1)
        cdf = tfp.math.betainc(concentration1, concentration0, sample)
    derivative = tape.gradient(cdf, concentration1)
    log_density = (
        (concentration1 - 1) * tf.math.log(sample)
        + (concentration0 - 1) * tf.math.log1p(-sample)
        - tfp.math.lbeta(concentration1, concentration0)
    )
    return -derivative * tf.math.exp(-log_density)


def _logit_beta(a: np.ndarray, b: np.ndarray, sample: np.ndarray) -> Ready:
    logit = np.log(sample) - np.log1p(-sample)
    return _eager(tfi.math.random_logit_beta_grad)(a, b, logit)


def _knowles_gradient(alpha, u):
    with tf.GradientTape() as tape:
        tape.watch(alpha)
        sample = tf.math.exp(explicit.knowles_log_quantile(alpha, u))
    return tape.gradient(sample, alpha)


def _knowles(alpha: np.ndarray, sample: np.ndarray) -> Ready:
    # The method knows the uniform number that a sample was made from.
    u = scipy.special.gammainc(alpha, sample)
    return _graph(_knowles_gradient)(alpha, u)


def _present(methods: dict[Method, str]) -> tuple[Method, ...]:
    """Leaves out the methods whose module is missing."""
    return tuple(
        method
        for method, module in methods.items()
        if not module or optional_module(module) is not None
    )


@functools.cache
def gamma_methods() -> tuple[Method, ...]:
    """Returns the methods for dz/dalpha; ours and the paper's come first."""
    return _present(
        {
            Method("ours", _eager(tfi.math.random_gamma_grad)): "",
            Method(
                "automatic differentiation",
                _eager(
                    functools.partial(
                        tfi.math.random_gamma_grad, algorithm="paper"
                    )
                ),
            ): "",
            Method("finite differences", _graph(_gamma_differences)): "",
            Method(
                "Jankowiak and Obermeyer (PyTorch)",
                _torch(
                    lambda alpha, sample: optional_module(
                        "torch"
                    )._standard_gamma_grad(alpha, sample)
                ),
            ): "torch",
            Method("Knowles", _knowles, ("float64",)): "",
            Method("TensorFlow", _eager(_raw_gamma)): "",
            Method("JAX", _jax_gamma): "jax",
        }
    )


@functools.cache
def von_mises_methods() -> tuple[Method, ...]:
    """Returns the methods for dz/dkappa; ours and the paper's come first."""
    return (
        Method("ours", _eager(tfi.math.random_von_mises_grad)),
        Method(
            "automatic differentiation",
            _eager(
                functools.partial(
                    tfi.math.random_von_mises_grad, algorithm="paper"
                )
            ),
        ),
        Method("finite differences", _graph(pathwise.von_mises_difference)),
        Method("TFP", _graph(_tfp_von_mises)),
    )


@functools.cache
def beta_methods() -> tuple[Method, ...]:
    """Returns the methods for dz/da and dz/db, or for one of them, float64."""
    return _present(
        {
            Method("ours", _eager(tfi.math.random_beta_grad)): "",
            Method("ours, of the logit", _logit_beta): "",
            Method(
                "PyTorch, one derivative",
                _torch(
                    lambda a, b, sample: optional_module(
                        "torch"
                    )._dirichlet_grad(sample, a, a + b)
                ),
            ): "torch",
            Method(
                "TFP betainc, one derivative", _graph(_tfp_beta), batch=4000
            ): "",
        }
    )
