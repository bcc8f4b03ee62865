# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The law of samples and the means of their gradients, for tests."""

import numpy as np
import tensorflow as tf

SIZE = 100000


def assert_law(sample, cdf):
    """The Dvoretzky-Kiefer-Wolfowitz bound with Massart's constant.

    An empirical CDF of n values is further than sqrt(log(2 / p) / 2n) from the
    true one with probability p = 1e-9. It is taken to the right of each value,
    as small samples may have been rounded to one.
    """
    sample = np.sort(np.asarray(sample, np.float64))
    n = sample.size
    last = np.append(sample[1:] != sample[:-1], True)
    distance = np.abs((np.arange(1, n + 1) / n - cdf(sample))[last])
    assert np.max(distance) < np.sqrt(np.log(2e9) / (2 * n))


def underflowed(x, dtype):
    """The largest number that was rounded to x: 0 is any underflow."""
    return np.maximum(x, np.finfo(dtype.as_numpy_dtype).tiny)


def assert_mean(gradient, want, rounding=1e-5):
    """A mean within 6 standard errors: once in 5e8 for a Normal mean."""
    gradient = np.asarray(gradient, np.float64)
    assert np.all(np.isfinite(gradient))
    error = np.std(gradient, axis=0) / np.sqrt(len(gradient))
    deviation = np.abs(np.mean(gradient, axis=0) - want)
    assert np.all(deviation < 6 * error + rounding * np.abs(want))


def sample_gradients(make, loss, parameters, dtype, size=SIZE):
    """Samples, and the gradient of the loss of each in its own parameters."""
    copies = [tf.fill([size], tf.constant(p, dtype)) for p in parameters]
    with tf.GradientTape() as tape:
        tape.watch(copies)
        z = make(*copies).sample(seed=[1, 2])
        value = loss(z)
    slopes = tape.gradient(value, copies)
    return z.numpy(), [slope.numpy() for slope in slopes]
