# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""GeneralizedExtremeValue and GeneralizedPareto: right at concentration 0."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tf_implicit.distributions import _box_cox

tfd, tfid = tfp.distributions, tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_CONCENTRATIONS = [0.0, 1e-30, -1e-12, 1e-5, -1e-3, 0.04, -0.3, 0.9, -2.0, 7.0]
# In eps: what the formulas round, and the conditions of exp and log below.
_BOUND = 16


def _grid(dtype, xs):
    c, x = np.meshgrid(_CONCENTRATIONS, xs, indexing="ij")
    return [tf.constant(v.ravel(), dtype) for v in (c, x)]


def _truth(function, *arguments):
    """The function and its derivatives in both arguments, by mpmath."""
    with mpmath.workdps(60):
        rows = []
        for pair in zip(*arguments, strict=True):
            point = [mpmath.mpf(float(v)) for v in pair]
            # The formulas are 0 / 0 at c = 0, and entire there.
            if point[0] == 0:
                point[0] = mpmath.mpf("1e-30")
            rows.append(
                [
                    float(function(*point)),
                    float(mpmath.diff(function, point, (1, 0), h=1e-18)),
                    float(mpmath.diff(function, point, (0, 1), h=1e-18)),
                ]
            )
    return np.array(rows).T


def _assert_close(got, want, dtype, condition):
    eps = np.finfo(dtype.as_numpy_dtype).eps
    got = np.float64(got)
    error = np.abs(got - want) / np.maximum(np.abs(want), 1e-30)
    worst = np.argmax(error / condition)
    assert np.all(error <= _BOUND * eps * condition), (
        worst,
        got[worst],
        want[worst],
    )


@_DTYPES
def test_box_cox(dtype):
    arguments = _grid(dtype, [-3.0, -0.9, -1e-4, 1e-9, 0.02, 0.7, 1.1, 8.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(arguments)
        y = _box_cox.box_cox(*arguments)
    got = [y, *(tape.gradient(y, x) for x in arguments)]
    want = _truth(lambda c, s: mpmath.expm1(c * s) / c, *arguments)
    condition = 1 + np.abs(np.prod(np.float64(arguments), axis=0))
    for g, w in zip(got, want, strict=True):
        _assert_close(g, w, dtype, condition)


@_DTYPES
def test_inverse_box_cox(dtype):
    arguments = _grid(dtype, [-0.1, -1e-6, 1e-9, 0.02, 0.3, 0.45])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(arguments)
        y = _box_cox.inverse_box_cox(*arguments)
    got = [y, *(tape.gradient(y, x) for x in arguments)]
    want = _truth(lambda c, x: mpmath.log1p(c * x) / c, *arguments)
    c, x = np.float64(arguments)
    for g, w in zip(got, want, strict=True):
        _assert_close(g, w, dtype, 1 / (1 + c * x))
    # Its product with c overflows, its logarithm does not.
    big = tf.constant(dtype.max / 2, dtype)
    np.testing.assert_allclose(
        _box_cox.inverse_box_cox(tf.constant(100.0, dtype), big),
        (np.log(100.0) + np.log(np.float64(big))) / 100,
        rtol=1e-6,
    )


@_DTYPES
def test_second_derivative(dtype):
    # y = x + c x^2 / 2 + c^2 x^3 / 6 + ...; log(1 + c x) / c likewise.
    x = tf.constant([-1.5, 0.3, 4.0], dtype)
    c = tf.zeros_like(x)
    for function, third in (
        (_box_cox.box_cox, 1),
        (_box_cox.inverse_box_cox, 2),
    ):
        with tf.GradientTape() as outer:
            outer.watch(c)
            with tf.GradientTape() as tape:
                tape.watch(c)
                y = function(c, x)
            first = tape.gradient(y, c)
        np.testing.assert_allclose(
            outer.gradient(first, c), third * x**3 / 3, rtol=1e-5
        )


def _pareto(c, x):
    e = mpmath.log1p(c * x) / c
    return -(1 + c) * e, -mpmath.expm1(-e), mpmath.exp(-e)


def _extreme(c, x):
    g = mpmath.log1p(c * x) / c
    y = mpmath.exp(-g)
    return -(1 + c) * g - y, mpmath.exp(-y), -mpmath.expm1(-y)


_METHODS = ["log_prob", "cdf", "survival_function"]
_LAWS = {
    "GeneralizedPareto": (_pareto, [0.01, 0.1, 0.4, 0.49]),
    "GeneralizedExtremeValue": (_extreme, [-0.13, 0.01, 0.1, 0.4]),
}


@pytest.mark.parametrize("name", _LAWS)
@pytest.mark.parametrize("method", _METHODS)
@_DTYPES
def test_density_and_tails(name, method, dtype):
    law, xs = _LAWS[name]
    arguments = _grid(dtype, xs)
    index = _METHODS.index(method)
    zero, one = tf.constant(0.0, dtype), tf.constant(1.0, dtype)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(arguments)
        c, x = arguments
        y = getattr(getattr(tfid, name)(zero, one, c), method)(x)
    got = [y, *(tape.gradient(y, x) for x in arguments)]
    want = _truth(lambda c, x: law(c, x)[index], *arguments)
    # Terms of log_prob and of its derivatives cancel; they are of order 1 to
    # (1 + c) / (1 + c x)^2.
    c, x = np.float64(arguments)
    size = (1 + np.abs(c)) / (1 + c * x) ** 2
    for g, w in zip(got, want, strict=True):
        _assert_close(g, w, dtype, np.maximum(size / np.abs(w), size))


@_DTYPES
@pytest.mark.parametrize("name", _LAWS)
def test_samples_at_concentration_0(name, dtype):
    # dz/dc = scale x^2 / 2 with x = (z - loc) / scale.
    scale = tf.constant(1.5, dtype)
    c = tf.zeros([1000], dtype)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([c, scale])
        distribution = getattr(tfid, name)(tf.zeros([], dtype), scale, c)
        z = distribution.sample(seed=[1, 2])
    x = z / 1.5
    eps = np.finfo(dtype.as_numpy_dtype).eps
    np.testing.assert_allclose(
        tape.gradient(z, c), 1.5 * x * x / 2, rtol=_BOUND * eps
    )
    np.testing.assert_allclose(tape.jacobian(z, scale), x, rtol=_BOUND * eps)


@_DTYPES
@pytest.mark.parametrize("name", _LAWS)
@pytest.mark.parametrize("concentration", [-1.5, -0.4, 0.0, 1e-5, 0.7, 20.0])
def test_law(name, dtype, concentration):
    size = 100000
    c = tf.constant(concentration, dtype)
    z = getattr(tfid, name)(tf.constant(1.0, dtype), 2.0, c).sample(
        size, seed=[3, 4]
    )
    assert np.all(np.isfinite(z))
    c = float(c)
    law = (
        scipy.stats.genpareto(c, 1, 2)
        if name == "GeneralizedPareto"
        else scipy.stats.genextreme(-c, 1, 2)
    )
    z = np.sort(np.float64(z))
    last = np.append(z[1:] != z[:-1], True)
    # What rounded to the upper end, or was moved below the largest number.
    end = z >= (1 - 2 / c - 1e-6 if c < 0 else 0.99 * dtype.max / 2)
    cdf = np.where(end, 1.0, law.cdf(z))
    # Next to the lower end of the support numbers are too far apart.
    if c > 1 and name == "GeneralizedExtremeValue":
        last &= z > 1 - 2 / c + 1e-6
    distance = np.abs(np.arange(1, size + 1) / size - cdf)[last]
    # Dvoretzky, Kiefer, Wolfowitz, Massart: wrong once in 1e9.
    assert np.max(distance) < np.sqrt(np.log(2e9) / (2 * size))


@_DTYPES
@pytest.mark.parametrize("name", _LAWS)
def test_heavy_tails_end_in_no_infinity(name, dtype):
    c = tf.fill([20000], tf.constant(60.0, dtype))
    with tf.GradientTape() as tape:
        tape.watch(c)
        z = getattr(tfid, name)(tf.constant(1.0, dtype), 1e3, c).sample(
            seed=[3, 4]
        )
        loss = tf.math.log(tf.abs(z))
    assert np.all(np.isfinite(z)) and np.all(
        np.isfinite(tape.gradient(loss, c))
    )


@pytest.mark.parametrize("name", _LAWS)
def test_outside_of_the_support(name):
    cls = getattr(tfid, name)
    below = cls(1.0, 2.0, 0.5), (-4.0 if "Extreme" in name else 0.9)
    above = cls(1.0, 2.0, -0.5), 6.0
    for (distribution, x), cdf in ((below, 0.0), (above, 1.0)):
        x = tf.constant(x)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            values = {
                m: getattr(distribution, m)(x) for m in (*_METHODS, "log_cdf")
            }
        assert values["log_prob"] == -np.inf
        assert values["cdf"] == cdf and values["survival_function"] == 1 - cdf
        assert values["log_cdf"] == (-np.inf if cdf == 0 else 0)
        assert tape.gradient(values["cdf"], x) == 0


@_DTYPES
@pytest.mark.parametrize("concentration", [-1.0, -2.0, -0.5, 0.0, 0.5])
def test_beyond_the_upper_end(concentration, dtype):
    # Also where the density does not fall to 0 there, and of an infinite value.
    end = 1.0 if concentration >= 0 else 1 - 2 / concentration
    x = tf.constant(
        [end + 0.5, np.inf] if concentration < 0 else [np.inf], dtype
    )
    for name in _LAWS:
        c = tf.constant(concentration, dtype)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([c, x])
            law = getattr(tfid, name)(tf.constant(1.0, dtype), 2.0, c)
            log_prob, cdf = law.log_prob(x), law.cdf(x)
        np.testing.assert_array_equal(log_prob, np.full(x.shape, -np.inf))
        np.testing.assert_array_equal(cdf, np.ones(x.shape))
        if concentration < 0:
            for argument in (c, x):
                assert not np.any(tape.gradient(log_prob, argument))


@_DTYPES
@pytest.mark.parametrize(
    "concentration", [0.0, 1e-9, -1e-4, 0.1249, -0.126, 0.3, -3.0]
)
def test_moments_of_extreme_values(concentration, dtype):
    c = tf.constant(concentration, dtype)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(c)
        distribution = tfid.GeneralizedExtremeValue(
            tf.zeros([], dtype), tf.ones([], dtype), c
        )
        got = [distribution.mean(), distribution.variance()]

    def mean(c):
        return (mpmath.gamma(1 - c) - 1) / c

    def variance(c):
        return (mpmath.gamma(1 - 2 * c) - mpmath.gamma(1 - c) ** 2) / c**2

    eps = np.finfo(dtype.as_numpy_dtype).eps
    with mpmath.workdps(120):
        point = mpmath.mpf(float(c)) or mpmath.mpf("1e-25")
        for g, function in zip(got, (mean, variance), strict=True):
            np.testing.assert_allclose(g, float(function(point)), rtol=64 * eps)
            slope = mpmath.diff(function, point, h=1e-15)
            np.testing.assert_allclose(
                tape.gradient(g, c), float(slope), rtol=512 * eps
            )
    assert np.isinf(tfid.GeneralizedExtremeValue(0.0, 1.0, 1.0).mean())
    assert np.isinf(tfid.GeneralizedExtremeValue(0.0, 1.0, 0.5).variance())


@pytest.mark.parametrize("name", _LAWS)
def test_quantiles(name):
    p = tf.constant([0.01, 0.5, 0.99], tf.float64)
    for c in (0.0, 1e-8, -0.4, 2.0):
        distribution = getattr(tfid, name)(tf.constant(1.0, tf.float64), 2.0, c)
        np.testing.assert_allclose(
            distribution.cdf(distribution.quantile(p)), p, rtol=1e-13
        )


def test_examples():
    c = tf.constant(0.0)
    for name, want in (
        ("GeneralizedPareto", 1.0),
        ("GeneralizedExtremeValue", (np.euler_gamma**2 + np.pi**2 / 6) / 2),
    ):
        with tf.GradientTape() as tape:
            tape.watch(c)
            z = getattr(tfid, name)(0.0, 1.0, c).sample(10000, seed=1)
            loss = tf.reduce_mean(z)
        # The standard deviation of e^2 / 2 is sqrt(5), of g^2 / 2 less.
        assert abs(tape.gradient(loss, c) - want) < 6 * np.sqrt(5) / 100
