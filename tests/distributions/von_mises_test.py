# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Samples of the von Mises distribution and their gradients."""

import mpmath
import numpy as np
import pytest
import scipy.special
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_KAPPA = np.array([0.0, 1e-3, 0.5, 2.0, 10.0, 1e3, 1e8])


def _bessel_ratio(kappa):
    return scipy.special.i1e(kappa) / scipy.special.i0e(kappa)


@_DTYPES
def test_gradient_of_the_mean_cosine(dtype):
    # Appendix A of the paper: d/dk E cos z = 1 - A / k - A**2, A = I1 / I0,
    # which is 1/2 at k = 0 and 1 / (2 k**2) for large k, where 1 - A**2 and
    # A / k cancel.
    size = 100000
    with tf.GradientTape() as tape:
        kappa = tf.tile(tf.constant(_KAPPA[None], dtype), [size, 1])
        tape.watch(kappa)
        z = tfi.distributions.VonMises(tf.zeros([], dtype), kappa).sample(
            seed=[1, 2]
        )
        cosine = tf.cos(z)
    gradient = tape.gradient(cosine, kappa).numpy().astype(np.float64)
    assert np.all(np.isfinite(gradient))
    ratio = _bessel_ratio(_KAPPA)
    with np.errstate(invalid="ignore"):
        want = 1 - ratio / _KAPPA - ratio**2
    want[0], want[-1] = 0.5, 0.5 / _KAPPA[-1] ** 2
    error = np.std(gradient, axis=0) / np.sqrt(size)
    # 6 standard errors of a Normal mean: once in 5e8.
    deviation = np.abs(np.mean(gradient, axis=0) - want)
    assert np.all(deviation < 6 * error + 1e-5 * want)


@_DTYPES
def test_samples_follow_the_cdf(dtype):
    # Dvoretzky-Kiefer-Wolfowitz with Massart's constant: the empirical CDF is
    # further than sqrt(log(2 / p) / 2n) from the true one with probability p.
    n, p = 100000, 1e-9
    kappa = tf.constant(_KAPPA, dtype)
    z = tfi.random.stateless_von_mises([n, len(_KAPPA)], [3, 4], kappa)
    assert np.all(np.abs(z) <= np.pi)
    u = tfi.math.von_mises_cdf(
        tf.cast(z, tf.float64), tf.cast(kappa, tf.float64)
    )
    u = np.sort(u.numpy(), axis=0)
    steps = (np.arange(n + 1) / n)[:, None]
    distance = np.maximum(steps[1:] - u, u - steps[:-1])
    assert np.max(distance) < np.sqrt(np.log(2 / p) / (2 * n))


@_DTYPES
def test_agrees_with_tfp(dtype):
    loc = tf.constant([-3.0, 0.5, 2.0], dtype)
    kappa = tf.constant([0.3, 2.0, 50.0], dtype)
    ours = tfi.distributions.VonMises(loc, kappa)
    theirs = tfp.distributions.VonMises(loc, kappa)
    assert isinstance(ours, tfp.distributions.VonMises)
    z = ours.sample([5, 4], seed=[1, 2])
    assert z.shape == (5, 4, 3) and z.dtype == dtype
    np.testing.assert_array_less(np.abs(z), np.pi + 1e-6)
    # A log density near 0 is known to the last digits of 1 only, as 1 minus
    # something.
    atol = 4 * np.finfo(dtype.as_numpy_dtype).eps
    for name in ("log_prob", "cdf"):
        np.testing.assert_allclose(
            getattr(ours, name)(z),
            getattr(theirs, name)(z),
            rtol=1e-6,
            atol=atol,
        )
    np.testing.assert_allclose(
        ours.entropy(), theirs.entropy(), rtol=max(1e-7, 5 * atol)
    )
    np.testing.assert_allclose(
        tfp.distributions.kl_divergence(ours, ours), np.zeros(3), atol=1e-5
    )


def test_gradients_in_both_parameters_and_of_second_order():
    loc = tf.constant([-3.0, 0.5, 2.0], tf.float64)
    kappa = tf.constant([0.3, 2.0, 50.0], tf.float64)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([loc, kappa])
        with tf.GradientTape() as inner:
            inner.watch(kappa)
            z = tfi.distributions.VonMises(loc, kappa).sample(seed=[1, 2])
        first = inner.gradient(z, kappa)
    np.testing.assert_array_equal(outer.gradient(z, loc), np.ones(3))
    centered = z - loc
    np.testing.assert_allclose(
        first, tfi.math.random_von_mises_grad(kappa, centered), rtol=1e-10
    )
    second = outer.gradient(first, kappa)
    h = 1e-4
    ahead, behind = (
        tfi.math.random_von_mises_grad(
            kappa + s, centered + s * first + s * s / 2 * second
        )
        for s in (h, -h)
    )
    np.testing.assert_allclose(second, (ahead - behind) / (2 * h), rtol=1e-5)


def _log_cdf(z, kappa):
    """Log F(z) of the von Mises distribution around 0, z < 0."""
    z, kappa = mpmath.mpf(z), mpmath.mpf(kappa)
    end = -z + 80 / (kappa * mpmath.sin(-z))
    tail = mpmath.quad(
        lambda t: mpmath.exp(kappa * (mpmath.cos(t) - mpmath.cos(z))),
        mpmath.linspace(-z, min(end, mpmath.pi), 9),
    )
    i0 = 1 + sum(  # exp(-kappa) I0 by DLMF 10.40.1
        mpmath.fprod((2 * j - 1) ** 2 for j in range(1, k + 1))
        / (mpmath.factorial(k) * (8 * kappa) ** k)
        for k in range(1, 20)
    )
    scale = mpmath.sqrt(2 * mpmath.pi / kappa) * i0
    return mpmath.log(tail / scale) - kappa * (1 - mpmath.cos(z))


@_DTYPES
def test_logarithms_of_tails_that_underflow(dtype):
    eps = np.finfo(dtype.as_numpy_dtype).eps
    for kappa in (200.0, 1e4, 1e7, 1e10):
        z = np.float32([-2.5, -1.0, -0.3])
        law = tfi.distributions.VonMises(
            tf.constant(0.0, dtype), tf.constant(kappa, dtype)
        )
        with mpmath.workdps(30):
            want = [float(_log_cdf(float(v), kappa)) for v in z]
        x = tf.constant(z, dtype)
        np.testing.assert_allclose(law.log_cdf(x), want, rtol=32 * eps)
        np.testing.assert_allclose(
            law.log_survival_function(-x), want, rtol=32 * eps
        )
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = law.log_cdf(x)
        with mpmath.workdps(30):
            slope = [
                float(mpmath.diff(lambda t: _log_cdf(t, kappa), float(v)))  # noqa: B023
                for v in z
            ]
        np.testing.assert_allclose(
            tape.gradient(y, x), slope, rtol=max(64 * eps, 1e-10)
        )


def test_validate_args_names_the_argument():
    with pytest.raises(
        (ValueError, tf.errors.InvalidArgumentError), match="concentration"
    ):
        tfi.distributions.VonMises(0.0, -1.0, validate_args=True).sample()
