# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""InverseGaussian and NormalInverseGaussian against mpmath and SciPy."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import tf_implicit as tfi
from tf_implicit.distributions import _inverse_gaussian, _mills

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])


def _eps(dtype):
    return np.finfo(dtype.as_numpy_dtype).eps


def test_mills_moments():
    x = tf.constant(
        [0.0, 1e-9, 0.3, 1.0, 1.99, 2.0, 2.01, 3.0, 7.0, 40.0, 1e5, 1e20],
        tf.float64,
    )
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        moments = _mills.moments(x, 3)
    slopes = [tape.gradient(w, x) for w in moments]
    with mpmath.workdps(200):
        for i, point in enumerate(x.numpy()):
            p = mpmath.mpf(float(point))
            root = mpmath.sqrt(mpmath.pi / 2)
            w = [root * mpmath.exp(p * p / 2) * mpmath.erfc(p / mpmath.sqrt(2))]
            w.append(1 - p * w[0])
            for k in (1, 2):
                w.append(k * w[-2] - p * w[-1])
            for k in range(3):
                np.testing.assert_allclose(
                    moments[k][i], float(w[k]), rtol=1e-14, err_msg=f"{k} {p}"
                )
            for k in range(2):
                np.testing.assert_allclose(
                    slopes[k][i], -float(w[k + 1]), rtol=1e-14
                )


# loc, concentration, value: concentration / loc from 1e-8 to 1e8.
_POINTS = [
    (1.3, 2.1, 0.7),
    (1.3, 2.1, 9.0),
    (0.02, 5.0, 0.021),
    (1.0, 50.0, 1.2),
    (1.0, 1e4, 0.98),
    (1.0, 1e8, 1.00007),
    (5.0, 0.3, 0.01),
    (5.0, 0.3, 30.0),
    (1e4, 1e-4, 1e-6),
    (1e4, 1e-4, 3.0),
]


def _cdf(z, m, c, upper=False):
    s = mpmath.sqrt(c / z)
    sign = -1 if upper else 1
    return mpmath.ncdf(sign * s * (z / m - 1)) + sign * mpmath.exp(
        2 * c / m
    ) * mpmath.ncdf(-s * (z / m + 1))


def _density(z, m, c):
    return mpmath.sqrt(c / (2 * mpmath.pi * z**3)) * mpmath.exp(
        -c * (z - m) ** 2 / (2 * m * m * z)
    )


@_DTYPES
def test_gradients_are_those_of_the_cdf(dtype):
    m, c, z = (tf.constant(x, dtype) for x in zip(*_POINTS, strict=True))
    got = _inverse_gaussian.slopes(z, m, c)
    with mpmath.workdps(60):
        for i in range(len(_POINTS)):
            point = [mpmath.mpf(float(x[i])) for x in (z, m, c)]
            density = _density(*point)
            for j, order in enumerate([(0, 1, 0), (0, 0, 1)]):
                h = point[j + 1] * mpmath.mpf(10) ** -25
                slope = mpmath.diff(_cdf, point, order, h=h)
                want = float(-slope / density)
                # Of the larger term of dz/dc, 2 r (1 - x M) or (m - z)/(m + z).
                larger = float(
                    point[0]
                    / point[j + 1]
                    * (abs(point[1] - point[0]) / (point[1] + point[0]))
                )
                np.testing.assert_allclose(
                    got[j][i],
                    want,
                    rtol=16 * _eps(dtype),
                    atol=16 * _eps(dtype) * larger * j,
                    err_msg=f"{_POINTS[i]}",
                )


@_DTYPES
def test_tails(dtype):
    m, c, z = (tf.constant(x, dtype) for x in zip(*_POINTS, strict=True))
    distribution = tfid.InverseGaussian(m, c)
    for upper, method in ((False, "cdf"), (True, "survival_function")):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([z, m, c])
            got = getattr(tfid.InverseGaussian(m, c), method)(z)
        slope = tape.gradient(got, z)
        with mpmath.workdps(60):
            for i in range(len(_POINTS)):
                point = [mpmath.mpf(float(x[i])) for x in (z, m, c)]
                rtol = (
                    64
                    * _eps(dtype)
                    * float(
                        1
                        + mpmath.sqrt(point[0] / point[2])
                        + point[2] / point[1]
                    )
                )
                np.testing.assert_allclose(
                    got[i], float(_cdf(*point, upper=upper)), rtol=rtol
                )
                sign = -1 if upper else 1
                np.testing.assert_allclose(
                    slope[i], sign * float(_density(*point)), rtol=rtol
                )
    assert distribution.cdf(-1.0)[0] == 0 and distribution.cdf(np.inf)[0] == 1
    assert distribution.log_prob(0.0)[0] == -np.inf


def _assert_law(z, cdf):
    z = np.sort(np.float64(z))
    last = np.append(z[1:] != z[:-1], True)
    distance = np.abs(np.arange(1, z.size + 1) / z.size - cdf(z))[last]
    # Dvoretzky, Kiefer, Wolfowitz, Massart: wrong once in 1e9.
    assert np.max(distance) < np.sqrt(np.log(2e9) / (2 * z.size))


@_DTYPES
@pytest.mark.parametrize(
    ("loc", "concentration"),
    [(1.3, 2.1), (1.0, 1e4), (3.0, 0.05), (1e30, 1.0), (1.0, 1e8)],
)
def test_law_and_gradients(dtype, loc, concentration):
    m, c = (
        tf.fill([50000], tf.constant(x, dtype)) for x in (loc, concentration)
    )
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([m, c])
        z = tfid.InverseGaussian(m, c).sample(seed=[1, 2])
        loss = tf.math.log(z)
    d_loc, d_c = (np.float64(tape.gradient(loss, x)) for x in (m, c))
    assert np.all(np.isfinite(z)) and np.all(d_loc >= 0)
    # log z scales with both.
    np.testing.assert_allclose(
        d_loc * np.float64(m) + d_c * np.float64(c), 1, rtol=200 * _eps(dtype)
    )
    if dtype == tf.float32 and concentration == 1e8:
        # z rounds to a few numbers; the gradients do not: E log z is log loc -
        # loc / 2 c + ..., its derivative in c loc / 2 c^2.
        assert abs(np.mean(d_c) - 5e-17) < 6 * np.std(d_c) / np.sqrt(50000)
        assert np.unique(d_c).size > 10000
        return
    ratio = np.float64(m[0]) / np.float64(c[0])
    if ratio > 1e10:
        _assert_law(z, scipy.stats.levy(scale=np.float64(c[0])).cdf)
    else:
        _assert_law(z, scipy.stats.invgauss(ratio, scale=np.float64(c[0])).cdf)


_SETTINGS = [
    (0.5, 1.5, 2.0, -1.0),
    (0.0, 100.0, 80.0, 79.0),
    (0.0, 1e-2, 1e-2, 5e-3),
    (3.0, 0.5, 300.0, 0.0),
]


@_DTYPES
@pytest.mark.parametrize("setting", _SETTINGS)
def test_normal_inverse_gaussian(dtype, setting):
    loc, scale, a, b = (tf.constant(x, dtype) for x in setting)
    distribution = tfid.NormalInverseGaussian(loc, scale, a, b)
    z = distribution.sample(20000, seed=[1, 2])
    exact = [mpmath.mpf(float(x)) for x in (loc, scale, a, b)]
    with tf.GradientTape() as tape:
        x = z[:20]
        tape.watch(x)
        log_prob = distribution.log_prob(x)
    slope = tape.gradient(log_prob, x)

    def truth(x):
        loc, scale, a, b = exact
        g = mpmath.hypot(scale, x - loc)
        return (
            mpmath.log(a * scale / (mpmath.pi * g))
            + mpmath.log(mpmath.besselk(1, a * g))
            + scale * mpmath.sqrt(a * a - b * b)
            + b * (x - loc)
        )

    with mpmath.workdps(40):
        for i in range(20):
            point = mpmath.mpf(float(x[i]))
            want = float(truth(point))
            # Terms of the size of scale * tailweight cancel.
            np.testing.assert_allclose(
                log_prob[i],
                want,
                rtol=1e3 * _eps(dtype),
                atol=1e3 * _eps(dtype),
            )
            size = float(exact[2] + 1 / exact[1])
            np.testing.assert_allclose(
                slope[i],
                float(mpmath.diff(truth, point)),
                rtol=1e3 * _eps(dtype),
                atol=1e3 * _eps(dtype) * size,
            )
    for end in (-np.inf, np.inf):
        assert distribution.log_prob(tf.constant(end, dtype)) == -np.inf
    assert np.isnan(distribution.log_prob(tf.constant(np.nan, dtype)))
    loc, scale, a, b = (float(x) for x in exact)
    if scale < 0.1:
        return  # SciPy's integral of its density ends at a wrong number.
    _assert_law(
        z[:2000],
        scipy.stats.norminvgauss(a * scale, b * scale, loc, scale).cdf,
    )


def test_normal_inverse_gaussian_gradients():
    # E z = loc + skewness scale / g; E z^2 is in conformance_test.
    values = [0.5, 1.5, 2.0, -1.0]
    parameters = [tf.fill([200000], tf.constant(x, tf.float64)) for x in values]
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        z = tfid.NormalInverseGaussian(*parameters).sample(seed=[5, 6])
    gradients = tape.gradient(z, parameters)
    _, scale, a, b = values
    g = np.sqrt(a * a - b * b)
    want = [1, b / g, -a * b * scale / g**3, scale * a * a / g**3]
    for got, truth in zip(gradients, want, strict=True):
        error = np.std(got) / np.sqrt(200000)
        assert abs(np.mean(got) - truth) <= 6 * error
