# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints gradients through Gamma and Dirichlet samples beside the truth.

Two tables, each for `tf_implicit` (ours) and TensorFlow Probability (TFP), all
in float32:

*   Gamma: dz/dalpha of one sample z ~ Gamma(alpha, 1). The two libraries draw
    different samples; each gradient stands beside the truth at its own
    sample, -(dP(alpha, z)/dalpha) / p(z) in 50 digits by mpmath.
*   Dirichlet: the gradient of E[x_1] in alpha_1 over 50 components with all
    alpha equal, estimated as the mean over many samples, beside its standard
    error. The truth is exact: E[x_1] = alpha_1 / sum(alpha), so that the
    gradient is (1 - 1/50) / (50 alpha). Beside it, how many of the samples
    have a gradient that is not finite: a single one spoils a training step.

    python -m experiments.gradient_table
"""

import math

import mpmath
import numpy as np
import tensorflow as tf
import tensorflow_probability as tfp
from absl import app

import tf_implicit as tfi

LIBRARIES = {"ours": tfi.distributions, "TFP": tfp.distributions}

_GAMMA_CONCENTRATIONS = (1e-3, 1e-1, 1.0, 1e2, 1e4, 1e6)
_DIRICHLET_CONCENTRATIONS = (1.0, 1e-1, 1e-2, 1e-3)
_COMPONENTS = 50
_DIRICHLET_SAMPLES = 10_000
_SEED = (1, 2)

# At small alpha most samples underflow: P(z < 1e-30) is 0.934 at 1e-3. The
# table shows the first sample that is not below 1e-30; among 500 there is none
# with probability 1e-15.
_GAMMA_SAMPLES = 500
_SMALLEST_SHOWN = 1e-30


def true_gamma_gradient(alpha: float, sample: float) -> mpmath.mpf:
    """Returns dz/dalpha of z ~ Gamma(alpha, 1), to 20 digits or more.

    Args:
        alpha: Concentration, taken as the exact value of the float.
        sample: z, likewise.
    """
    with mpmath.workdps(50):
        a, z = mpmath.mpf(alpha), mpmath.mpf(sample)

        def cdf(a):
            return mpmath.gammainc(a, 0, z, regularized=True)

        # A relative step: the differences of the CDF must not drown where
        # alpha is large. mpmath raises the working precision to suit it.
        step = a * mpmath.mpf(10) ** -25
        derivative = mpmath.diff(cdf, a, h=step)
        log_density = (a - 1) * mpmath.log(z) - z - mpmath.loggamma(a)
        return -derivative / mpmath.exp(log_density)


def gamma_sample_and_gradient(library, alpha: float) -> tuple[float, float]:
    """Returns one sample of Gamma(alpha, 1) and its gradient in alpha."""
    concentration = tf.fill([_GAMMA_SAMPLES], tf.constant(alpha))
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        samples = library.Gamma(concentration, 1.0).sample(seed=_SEED)
    gradients = tape.gradient(samples, concentration)
    shown = int(np.flatnonzero(samples.numpy() >= _SMALLEST_SHOWN)[0])
    return float(samples[shown]), float(gradients[shown])


def dirichlet_gradients(library, alpha: float, samples: int) -> np.ndarray:
    """Returns dx_1/dalpha_1 of each of `samples` Dirichlet samples."""
    concentration = tf.fill([samples, _COMPONENTS], tf.constant(alpha))
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        first = library.Dirichlet(concentration).sample(seed=_SEED)[:, 0]
    return tape.gradient(first, concentration)[:, 0].numpy()


def true_dirichlet_gradient(alpha: float) -> float:
    """Returns the derivative of E[x_1] in alpha_1, all alpha equal."""
    return (1 - 1 / _COMPONENTS) / (_COMPONENTS * alpha)


def print_gamma_table() -> None:
    """Prints the first table."""
    print("dz/dalpha of one sample z ~ Gamma(alpha, 1), float32")
    print(
        f"{'alpha':>8}  {'':4}  {'z':>12}  {'truth':>12}  {'gradient':>12}  "
        "relative error"
    )
    for alpha in map(np.float32, _GAMMA_CONCENTRATIONS):
        for name, library in LIBRARIES.items():
            sample, gradient = gamma_sample_and_gradient(library, alpha)
            truth = true_gamma_gradient(float(alpha), sample)
            error = abs(float(gradient / truth - 1))
            print(
                f"{alpha:8.0e}  {name:4}  {sample:12.6g}  "
                f"{float(truth):12.7g}  {gradient:12.7g}  {error:14.1e}"
            )


def print_dirichlet_table() -> None:
    """Prints the second table."""
    print(
        f"dE[x_1]/dalpha_1 of a Dirichlet over {_COMPONENTS} components, mean "
        f"of {_DIRICHLET_SAMPLES} samples, float32"
    )
    print(
        f"{'alpha':>8}  {'':4}  {'truth':>12}  {'mean':>12}  "
        f"{'std. error':>12}  not finite"
    )
    for alpha in _DIRICHLET_CONCENTRATIONS:
        truth = true_dirichlet_gradient(alpha)
        for name, library in LIBRARIES.items():
            gradients = dirichlet_gradients(library, alpha, _DIRICHLET_SAMPLES)
            deviation = np.std(gradients, dtype=np.float64)
            print(
                f"{alpha:8.0e}  {name:4}  {truth:12.6g}  "
                f"{np.mean(gradients, dtype=np.float64):12.6g}  "
                f"{deviation / math.sqrt(_DIRICHLET_SAMPLES):12.2g}  "
                f"{np.count_nonzero(~np.isfinite(gradients)):10d}"
            )


def main(argv: list[str]) -> None:
    """Prints both tables."""
    if len(argv) > 1:
        raise app.UsageError(f"unexpected arguments: {argv[1:]}")
    print_gamma_table()
    print()
    print_dirichlet_table()


if __name__ == "__main__":
    app.run(main)
