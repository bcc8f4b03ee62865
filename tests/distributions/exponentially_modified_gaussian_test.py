# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""ExponentiallyModifiedGaussian: density and tails at any rate and scale."""

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi

tfid = tfi.distributions


def _truth(loc, scale, rate, x):
    """The logarithms of the density, of F and of 1 - F."""
    u, k = (x - loc) / scale, rate * scale

    def normal(t):
        return mpmath.erfc(-t / mpmath.sqrt(2)) / 2

    part = mpmath.exp(k * k / 2 - k * u) * normal(u - k)
    return [
        mpmath.log(rate * part),
        mpmath.log(normal(u) - part),
        mpmath.log(normal(-u) + part),
    ]


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("scale", [0.3, 20.0])
@pytest.mark.parametrize("product", [1e-3, 0.1, 1.0, 10.0, 1e3, 1e5])
def test_density_and_tails(product, scale, dtype):
    u = [-30.0, -5.0, -1.0, 0.0, 0.3, 2.0, 6.0, 30.0, 300.0]
    arguments = [
        tf.constant(t, dtype)
        for t in (0.5, scale, product / scale, 0.5 + np.array(u) * scale)
    ]
    law = tfid.ExponentiallyModifiedGaussian(*arguments[:3])
    x = arguments[3]
    got = [law.log_prob(x), law.log_cdf(x), law.log_survival_function(x)]
    probabilities = [law.prob(x), law.cdf(x), law.survival_function(x)]
    eps = np.finfo(dtype.as_numpy_dtype).eps
    loc, scale, rate = (mpmath.mpf(float(t)) for t in arguments[:3])
    with mpmath.workdps(60):
        for i, point in enumerate(np.asarray(x)):
            truth = _truth(loc, scale, rate, mpmath.mpf(float(point)))
            for j, want in enumerate(truth):
                bound = 8 * eps + (j == 1) * 4e-16 / product
                error = abs(float(got[j][i]) - want) / max(1, abs(want))
                assert error <= bound, (u[i], j)
                small = max(abs(want), 1)
                np.testing.assert_allclose(
                    probabilities[j][i],
                    float(mpmath.exp(want)),
                    rtol=2 * float(bound * small),
                    atol=float(np.finfo(dtype.as_numpy_dtype).tiny),
                )
