# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""What inverse Gaussian densities need: higher derivatives and limits.

Values and first derivatives: tests/special/inverse_gaussian_test.cc.
"""

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi


def _derivatives(function, arguments, order):
    """All derivatives of an order in one argument each."""
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(arguments)
        slopes = [function(*arguments)]
        if order == 2:
            slopes = _derivatives(function, arguments, 1)
    return [tape.gradient(y, x) for y in slopes for x in arguments]


@pytest.mark.parametrize(
    "x", [1e-3, 0.5, 0.999, 1.0, 3.0, 80.0, 9.99e3, 1.01e4, 1e6]
)
def test_second_derivative_of_log_bessel_k1e(x):
    with mpmath.workdps(60):
        want = mpmath.diff(lambda t: mpmath.log(mpmath.besselk(1, t)) + t, x, 2)
        got = _derivatives(
            tfi.math.log_bessel_k1e, [tf.constant(x, tf.float64)], 2
        )
        assert abs(float(got[0].numpy()) / want - 1) < 1e-11


def test_log_bessel_k1e_in_float32():
    x = np.float32(10) ** np.linspace(-30, 30, 40, dtype=np.float32)
    wide = tfi.math.log_bessel_k1e(x.astype(np.float64))
    np.testing.assert_allclose(
        tfi.math.log_bessel_k1e(x), wide, rtol=1.2e-7, atol=1e-12
    )


def test_second_derivatives_of_the_density():
    rng = np.random.default_rng(1)
    for _ in range(10):
        point = [float(v) for v in rng.uniform(0.3, 3, 3)]
        with mpmath.workdps(50):

            def log_density(loc, c, z):
                w = c * (z - loc) ** 2 / (2 * loc**2 * z)
                return mpmath.log(c / (2 * mpmath.pi * z**3)) / 2 - w

            want = [
                mpmath.diff(
                    log_density,
                    point,
                    tuple((k == i) + (k == j) for k in range(3)),
                )
                for i in range(3)
                for j in range(3)
            ]
        got = _derivatives(
            tfi.math.inverse_gaussian_log_prob,
            [tf.constant(v, tf.float64) for v in point],
            2,
        )
        np.testing.assert_allclose(
            [float(g) for g in got],
            [float(w) for w in want],
            rtol=1e-11,
            atol=1e-12,
        )
