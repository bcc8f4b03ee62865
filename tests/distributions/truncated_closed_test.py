# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""TruncatedNormal and TruncatedCauchy in all tails, against mpmath."""

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tf_implicit.random import _uniform

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_INF = float("inf")

# loc, scale, low, high.
_ORDINARY = [
    (0.5, 1.5, -1.0, 3.0),
    (0.0, 1.0, 4.0, 6.0),
    (0.0, 1.0, -6.0, -4.5),
    (0.0, 2.0, -16.0, 16.0),
    (1.0, 0.5, 1.25, 40.0),
    (0.0, 1.0, 0.25, 0.28125),
    (0.0, 1.0, -0.25, 0.125),
    (0.0, 1.0, 12.0, 12.03125),
]
_FAR = [
    (0.0, 1.0, 33.0, 34.0),
    (0.0, 1.0, -1000.0, -990.0),
    (0.0, 1.0, 25.0, 200.0),
    (0.0, 1.0, 1e5, 2e5),
    (0.0, 1.0, 9.0, _INF),
    (0.0, 1.0, -_INF, 0.5),
]
_NAMES = pytest.mark.parametrize("name", ["TruncatedNormal", "TruncatedCauchy"])


def _eps(dtype):
    return np.finfo(dtype.as_numpy_dtype).eps


class _Truth:
    """The law by mpmath, the masses as those of the nearer tail."""

    def __init__(self, name, parameters):
        self.normal = name == "TruncatedNormal"
        self.parameters = [mpmath.mpf(float(p)) for p in parameters]

    def kernel(self, t):
        if self.normal:
            return mpmath.exp(-t * t / 2)
        return 1 / (1 + t * t)

    def mass(self, a, b):
        """The integral of the kernel."""
        if self.normal:
            if a < -b:
                a, b = -b, -a
            root = mpmath.sqrt(2)
            tails = mpmath.erfc(a / root) - mpmath.erfc(b / root)
            return mpmath.sqrt(mpmath.pi / 2) * tails
        return mpmath.atan(b) - mpmath.atan(a)

    def cdf(self, z, loc, scale, low, high, upper=False):
        a, y, b = ((x - loc) / scale for x in (low, z, high))
        part = self.mass(y, b) if upper else self.mass(a, y)
        return part / self.mass(a, b)

    def density(self, z, loc, scale, low, high):
        mass = self.mass((low - loc) / scale, (high - loc) / scale)
        return self.kernel((z - loc) / scale) / (scale * mass)

    def slopes(self, z):
        """dz/dphi = -(dF/dphi) / q for all four."""
        z = mpmath.mpf(float(z))
        point = [z, *self.parameters]
        density = self.density(*point)
        found = []
        for i in range(1, 5):
            if mpmath.isinf(point[i]):
                found.append(0.0)
                continue
            order = tuple(int(j == i) for j in range(5))
            slope = mpmath.diff(self.cdf, point, order, h=mpmath.mpf("1e-70"))
            found.append(float(-slope / density))
        return found

    def moment(self, function):
        loc, scale, low, high = self.parameters
        a, b = (low - loc) / scale, (high - loc) / scale
        # Where the density of a Normal tail is.
        if self.normal and a > 0:
            b = min(b, a + 60 / a)
        if self.normal and b < 0:
            a = max(a, b + 60 / b)
        steps = [a + (b - a) * i / 12 for i in range(13)]
        base = min(abs(a), abs(b)) if self.normal and a * b > 0 else 0

        def kernel(t):
            if self.normal:
                return mpmath.exp((base - t) * (base + t) / 2)
            return self.kernel(t)

        mass = mpmath.quad(kernel, steps)
        return mpmath.quad(lambda t: function(t) * kernel(t), steps) / mass


def _copies(parameters, size, dtype):
    return [tf.fill([size], tf.constant(p, dtype)) for p in parameters]


@_DTYPES
@_NAMES
@pytest.mark.parametrize("parameters", _ORDINARY + _FAR)
def test_gradients_are_those_of_the_cdf(name, parameters, dtype):
    copies = _copies(parameters, 8, dtype)
    with tf.GradientTape() as tape:
        tape.watch(copies)
        z = getattr(tfid, name)(*copies).sample(seed=[1, 2])
    gradients = np.float64(tape.gradient(z, copies))
    loc, scale, low, high = (float(p[0]) for p in copies)
    assert np.all((z >= low) & (z <= high))
    # What is given up in small intervals.
    width = min((high - low) / scale, 1.0)
    rtol = max(4 * _eps(dtype), 1e-11, 200 * 2.2e-16 / width**2)
    with mpmath.workdps(160):
        truth = _Truth(name, [loc, scale, low, high])
        for i in range(8):
            if low < float(z[i]) < high:
                np.testing.assert_allclose(
                    gradients[:, i],
                    truth.slopes(z[i]),
                    rtol=rtol,
                    # That in `scale` is a difference of terms like y.
                    atol=rtol * 1e-3 * width
                    + 1e-14 * abs(float(z[i]) - loc) / scale,
                    err_msg=f"{float(z[i])}",
                )


@_DTYPES
@_NAMES
@pytest.mark.parametrize("parameters", _ORDINARY + _FAR)
def test_law(name, parameters, dtype):
    loc, scale, low, high = (float(tf.constant(p, dtype)) for p in parameters)
    size = 20000
    z = getattr(tfid, name)(
        *(tf.constant(p, dtype) for p in parameters)
    ).sample(size, seed=[3, 4])
    # The truth at 40 points: numbers around them may be far apart.
    z = np.sort(np.float64(z))
    at = z[size // 80 :: size // 40]
    with mpmath.workdps(60):
        truth = _Truth(name, [loc, scale, low, high])
        for x in at:
            inside = min(max(x, low), high)
            cdf = float(truth.cdf(mpmath.mpf(inside), *truth.parameters))
            below = np.mean(z < x), np.mean(z <= x)
            # Dvoretzky, Kiefer, Wolfowitz, Massart: wrong once in 1e9.
            bound = np.sqrt(np.log(2e9) / (2 * size))
            assert below[0] - bound < cdf < below[1] + bound


@_DTYPES
@_NAMES
@pytest.mark.parametrize("parameters", _ORDINARY + _FAR)
def test_density_and_tails(name, parameters, dtype):
    parameters = [tf.constant(p, dtype) for p in parameters]
    distribution = getattr(tfid, name)(*parameters)
    x = distribution.quantile(tf.constant([0.1, 0.5, 0.8], dtype))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, *parameters])
        distribution = getattr(tfid, name)(*parameters)
        log_prob = distribution.log_prob(x)
        cdf = distribution.cdf(x)
    tails = {
        "log_cdf": distribution.log_cdf(x),
        "log_survival_function": distribution.log_survival_function(x),
    }
    slope = tape.gradient(cdf, x)
    d_low, d_scale = (tape.jacobian(log_prob, parameters[i]) for i in (2, 1))
    with mpmath.workdps(160):
        truth = _Truth(name, parameters)
        loc, scale, low, high = truth.parameters
        for i in range(3):
            z = mpmath.mpf(float(x[i]))
            density = truth.density(z, *truth.parameters)
            if z in (low, high):
                continue  # In float32.
            width = float(min((high - low) / scale, 1))
            far = 1e-15 * float((z - loc) / scale) ** 2
            close = {
                "rtol": 1e-11 + 32 * _eps(dtype) + far,
                "atol": 8 * _eps(dtype) + 1e-11 + far,
            }
            np.testing.assert_allclose(
                log_prob[i], float(mpmath.log(density)), **close
            )
            np.testing.assert_allclose(slope[i], float(density), **close)
            for upper, log_tail in enumerate(tails.values()):
                want = truth.cdf(z, *truth.parameters, upper=bool(upper))
                np.testing.assert_allclose(
                    log_tail[i], float(mpmath.log(want)), **close
                )
            # The gradient in `low` is the density there.
            if not mpmath.isinf(low):
                at_low = truth.density(low, *truth.parameters)
                np.testing.assert_allclose(
                    d_low[i], float(at_low), rtol=close["rtol"]
                )
            want = mpmath.diff(
                lambda s, z=z: mpmath.log(truth.density(z, loc, s, low, high)),
                scale,
                h=mpmath.mpf("1e-60"),
            )
            np.testing.assert_allclose(
                d_scale[i],
                float(want),
                rtol=1e-8 + 32 * _eps(dtype) + 1e-13 / width**2,
                atol=32 * _eps(dtype) + 1e-12,
            )


@_DTYPES
@_NAMES
@pytest.mark.parametrize("parameters", _ORDINARY + _FAR)
def test_moments(name, parameters, dtype):
    if name == "TruncatedCauchy" and not np.all(np.isfinite(parameters)):
        assert np.isnan(tfid.TruncatedCauchy(*parameters).mean())
        return
    parameters = [tf.constant(p, dtype) for p in parameters]
    distribution = getattr(tfid, name)(*parameters)
    with mpmath.workdps(40):
        truth = _Truth(name, parameters)
        loc, scale, low, high = truth.parameters
        if mpmath.isinf(low):
            truth.parameters[2] = loc - 40 * scale
        if mpmath.isinf(high):
            truth.parameters[3] = loc + 60 * scale
        mean = truth.moment(lambda t: t)
        variance = truth.moment(lambda t: (t - mean) ** 2)
        rtol = 8 * _eps(dtype) + 1e-12
        np.testing.assert_allclose(
            distribution.mean(), float(loc + scale * mean), rtol=rtol, atol=rtol
        )
        np.testing.assert_allclose(
            distribution.variance(), float(scale**2 * variance), rtol=10 * rtol
        )
        if name == "TruncatedNormal":
            mass = truth.mass((low - loc) / scale, (high - loc) / scale)
            entropy = truth.moment(lambda t: t * t / 2)
            entropy += mpmath.log(scale * mass)
            np.testing.assert_allclose(
                distribution.entropy(),
                float(entropy),
                rtol=10 * rtol,
                atol=10 * rtol,
            )


@_NAMES
def test_quantile_has_the_gradient_of_the_inverse_cdf(name):
    p = tf.constant([0.1, 0.7], tf.float64)
    distribution = getattr(tfid, name)(tf.constant(0.0, tf.float64), 1.0, -1, 2)
    with tf.GradientTape() as tape:
        tape.watch(p)
        z = distribution.quantile(p)
    slope = tape.gradient(z, p)
    np.testing.assert_allclose(distribution.cdf(z), p, rtol=1e-14)
    np.testing.assert_allclose(slope * distribution.prob(z), 1, rtol=1e-13)


@_NAMES
def test_outside_of_the_bounds(name):
    distribution = getattr(tfid, name)(0.0, 1.0, 3.0, 4.0)
    x = tf.constant([2.0, 5.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        cdf = distribution.cdf(x)
    np.testing.assert_array_equal(cdf, [0, 1])
    np.testing.assert_array_equal(tape.gradient(cdf, x), [0, 0])
    np.testing.assert_array_equal(distribution.survival_function(x), [1, 0])
    np.testing.assert_array_equal(distribution.log_prob(x), [-_INF, -_INF])


@_NAMES
@pytest.mark.parametrize(
    "parameters",
    [
        (0.5, 1.5, -1.0, 3.0),
        (0.0, 1.0, 4.0, 6.0),
        (0.0, 1.0, 0.25, 0.5),
        (0.0, 1.0, 3.0, _INF),
        (0.0, 1.0, -_INF, 0.5),
    ],
)
def test_second_derivatives_are_differences_of_the_first(name, parameters):
    finite = [i for i in range(4) if np.isfinite(parameters[i])]
    p = tf.constant([0.2, 0.9], tf.float64)

    def first(values):
        values = [tf.constant(v, tf.float64) for v in values]
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(values)
            with tf.GradientTape() as tape:
                tape.watch(values)
                z = getattr(tfid, name)(*values).quantile(p)
            slopes = tape.gradient(z, values)
        second = [outer.gradient(slopes[i], values) for i in finite]
        return np.array(slopes), np.array(second)

    _, second = first(parameters)
    for j in finite:
        ends = []
        for step in (1e-5, -1e-5):
            moved = list(parameters)
            moved[j] += step
            ends.append(first(moved)[0])
        want = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(
            second[:, j], want[finite], rtol=1e-6, atol=1e-7, err_msg=f"{j}"
        )


@_NAMES
def test_quantile_at_the_ends_and_beyond(name):
    p = tf.constant([0.0, 1.0, -0.1, 1.1, np.nan])
    for low, high in ((-1.0, 2.0), (40.0, 41.0), (3.0, _INF)):
        z = getattr(tfid, name)(0.0, 1.0, low, high).quantile(p)
        np.testing.assert_array_equal(z, [low, high, *3 * [np.nan]])


@_DTYPES
def test_fractions_have_32_bits_at_least(dtype):
    size = 2**20
    u = _uniform.stateless_fraction([size], [5, 6], dtype).numpy()
    assert u.dtype == np.float64 and u.min() > 0 and u.max() < 1
    # Of 23 bits 6% would be equal to another one.
    assert len(np.unique(u)) > 0.999 * size
    np.testing.assert_allclose([u.mean(), u.var() * 12], [0.5, 1], atol=5e-3)
    if dtype == tf.float32:
        np.testing.assert_array_equal(u * 2**33 % 2, 1)
