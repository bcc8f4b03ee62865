# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Kumaraswamy and LogitNormal: inside of (0, 1), and right next to its ends.

What they share with TFP's classes stands in conformance_test. Here values and
derivatives are held against mpmath, 60 digits. The bound is that of rounding
errors: of the value, and of value and parameters times the derivative in each.
"""

import functools

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import assert_law
from tf_implicit.distributions import _unit_interval

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_ROUNDINGS = 16


def _kumaraswamy(kind, x, a, b):
    log_s = b * mpmath.log1p(-(x**a))
    if kind == "log_prob":
        return (
            mpmath.log(a * b)
            + (a - 1) * mpmath.log(x)
            + (b - 1) * mpmath.log1p(-(x**a))
        )
    if kind == "log_survival_function":
        return log_s
    return mpmath.log(-mpmath.expm1(log_s))


def _logit_normal(kind, x, loc, scale):
    t = (mpmath.log(x) - mpmath.log1p(-x) - loc) / scale
    if kind == "log_prob":
        norm = mpmath.log(scale * mpmath.sqrt(2 * mpmath.pi))
        return -t * t / 2 - norm - mpmath.log(x) - mpmath.log1p(-x)
    sign = 1 if kind == "log_survival_function" else -1
    return mpmath.log(mpmath.erfc(sign * t / mpmath.sqrt(2)) / 2)


_LAWS = {
    "Kumaraswamy": (
        _kumaraswamy,
        [[1.5, 2.5], [1e-3, 1e-3], [0.1, 20.0], [1e4, 0.3], [7.0, 1e6]],
    ),
    "LogitNormal": (
        _logit_normal,
        [[0.5, 1.5], [0.0, 30.0], [-2.0, 0.01], [3.0, 1e3]],
    ),
}
_SETTINGS = [(k, p) for k, (_, settings) in _LAWS.items() for p in settings]
_ALL = pytest.mark.parametrize(
    ("name", "values"), _SETTINGS, ids=lambda x: str(x).replace(" ", "")
)


def _points(dtype):
    """Next to 0, 1 and 1/2, too."""
    limits = np.finfo(dtype.as_numpy_dtype)
    x = [limits.tiny, 1e-30, 1e-5, 0.2, 0.25, 0.3, 0.5 + limits.eps, 0.7]
    x += [0.999, 1 - 8 * limits.eps, 1 - limits.epsneg]
    return tf.constant(x, dtype)


def _sizes(point):
    """Of a relative change of x and 1 - x, and of each parameter."""
    x, *parameters = point
    return [x * (1 - x), *map(abs, parameters)]


def _slopes(function, point):
    slopes = []
    for i, size in enumerate(_sizes(point)):
        # 60 digits leave 20.
        step = mpmath.mpf(10) ** -20 * (size or 1)
        above, below = (
            function(*point[:i], point[i] + h, *point[i + 1 :])
            for h in (step, -step)
        )
        slopes.append((above - below) / (2 * step))
    return slopes


def _rounding(function, point):
    """The value of a function, and what a relative change 1 changes."""
    value = function(*point)
    changes = zip(_slopes(function, point), _sizes(point), strict=True)
    # 1 - log(x): the terms of log densities, which cancel.
    scale = 1 - mpmath.log(point[0])
    return value, abs(value) + scale + sum(abs(s) * c for s, c in changes)


@_DTYPES
@_ALL
@pytest.mark.parametrize(
    "kind", ["log_prob", "log_cdf", "log_survival_function"]
)
def test_density_and_tails(dtype, name, values, kind):
    function = functools.partial(_LAWS[name][0], kind)
    x = _points(dtype)
    arguments = [x, *(tf.fill(x.shape, tf.constant(v, dtype)) for v in values)]
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        law = getattr(tfid, name)(*arguments[1:])
        got = getattr(law, kind)(arguments[0])
    flows = tape.gradient(got, arguments)
    plain = getattr(law, kind[4:])(x)
    limits = np.finfo(dtype.as_numpy_dtype)
    unit, tiny = _ROUNDINGS * float(limits.eps), float(limits.tiny)
    with mpmath.workdps(60):
        for i, point in enumerate(zip(*arguments, strict=True)):
            point = [mpmath.mpf(float(p)) for p in point]
            want, rounding = _rounding(function, point)
            bound = unit * rounding
            assert abs(float(got[i]) - want) <= bound, (i, want)
            if mpmath.exp(want) < limits.max / 2:
                error = abs(float(plain[i]) - mpmath.exp(want))
                assert error <= 2 * bound * mpmath.exp(want) + tiny, i
            for j, size in enumerate(_sizes(point)):
                want, rounding = _rounding(
                    lambda *p, j=j: _slopes(function, list(p))[j], point
                )
                if not size or abs(want) > limits.max / 16:
                    continue
                flow = float(flows[j][i])
                scale = (1 - mpmath.log(point[0])) / size
                bound = unit * (rounding + scale) + tiny
                assert abs(flow - want) <= bound, (i, j, want, flow)


@_DTYPES
@_ALL
def test_nothing_is_lost_at_the_ends(dtype, name, values):
    parameters = [tf.fill([20000], tf.constant(v, dtype)) for v in values]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(parameters)
        law = getattr(tfid, name)(*parameters)
        z = law.sample(seed=[1, 2])
        log_prob = law.log_prob(z)
    limits = np.finfo(dtype.as_numpy_dtype)
    assert np.all((z >= limits.tiny) & (z <= 1 - limits.epsneg))
    assert np.all(np.isfinite(log_prob))
    for y in (z, log_prob):
        assert all(np.all(np.isfinite(g)) for g in tape.gradient(y, parameters))


@_DTYPES
def test_samples_of_logit_normal_and_their_gradients(dtype):
    for values in ([0.5, 1.5], [0.0, 30.0], [-2.0, 0.01], [-60.0, 3.0]):
        loc, scale = (tf.fill([5000], tf.constant(v, dtype)) for v in values)
        with tf.GradientTape() as tape:
            tape.watch([loc, scale])
            law = tfid.LogitNormal(loc, scale)
            z = law.sample(seed=[1, 2])
        flows = tape.gradient(z, [loc, scale])
        # The noise is that of the Normal distribution inside.
        y = np.float64(tfid.Normal(loc, scale).sample(seed=[1, 2]))
        limits = np.finfo(dtype.as_numpy_dtype)
        e = (y - np.float64(loc)) / np.float64(scale)
        slope = 1 / ((1 + np.exp(-y)) * (1 + np.exp(y)))
        want = np.clip(
            1 / (1 + np.exp(-y)), limits.tiny, 1 - float(limits.epsneg)
        )
        # That of the logit itself.
        rtol = 8 * limits.eps * (1 + np.max(np.abs(y[slope > limits.tiny])))
        np.testing.assert_allclose(z, want, rtol)
        np.testing.assert_allclose(flows[0], slope, rtol, limits.tiny)
        # e is a difference here.
        atol = limits.tiny + 8 * limits.eps * np.max(slope * np.abs(y / scale))
        np.testing.assert_allclose(flows[1], slope * e, rtol, atol)


@_DTYPES
def test_gradients_of_sigmoids(dtype):
    y = tf.constant([-1000.0, -60.0, -2.0, 0.0, 3.0, 14.0, 1000.0], dtype)
    with tf.GradientTape() as outer:
        outer.watch(y)
        with tf.GradientTape() as tape:
            tape.watch(y)
            z = _unit_interval.sigmoid(y)
        slope = tape.gradient(z, y)
    bend = outer.gradient(slope, y)
    limits = np.finfo(dtype.as_numpy_dtype)
    x = np.float64(y)
    odds = np.exp(-np.abs(x))
    want = np.clip(np.where(x < 0, odds, 1) / (1 + odds), limits.tiny, None)
    np.testing.assert_allclose(
        z, np.minimum(want, 1 - limits.epsneg), 2 * limits.eps
    )
    # The base class' slope is 0 at 14 in float32.
    slopes = odds / (1 + odds) ** 2
    np.testing.assert_allclose(slope, slopes, 4 * limits.eps)
    np.testing.assert_allclose(bend, -slopes * np.tanh(x / 2), 8 * limits.eps)
    # Where the slope underflows, an infinite gradient is lost.
    with tf.GradientTape() as tape:
        tape.watch(y)
        z = _unit_interval.sigmoid(y) * float("inf")
    flow = tape.gradient(z, y).numpy()
    assert flow[0] == flow[-1] == 0 and np.all(np.isposinf(flow[2:5]))


@_DTYPES
@pytest.mark.parametrize("values", _LAWS["Kumaraswamy"][1])
def test_samples_of_kumaraswamy_and_their_gradients(dtype, values):
    a, b = (tf.fill([100000], tf.constant(v, dtype)) for v in values)
    with tf.GradientTape() as tape:
        tape.watch([a, b])
        z = tfid.Kumaraswamy(a, b).sample(seed=[1, 2])
    d_a, d_b = tape.gradient(z, [a, b])
    limits = np.finfo(dtype.as_numpy_dtype)
    x, a, b = (np.float64(v) for v in (z, a, b))
    log_x = np.log(x)

    def cdf(x):
        # Half a unit above a number lies the last that was rounded to it; all
        # is below the last number.
        last = x >= 1 - limits.epsneg
        above = np.nextafter(x.astype(z.dtype.as_numpy_dtype), np.inf)
        x = np.where(last, 0.5, (x + np.float64(above)) / 2)
        cdf = -np.expm1(b[0] * np.log(-np.expm1(a[0] * np.log(x))))
        return np.where(last, 1.0, cdf)

    assert_law(z, cdf)
    # At a fixed CDF w = 1 - x^a has d log w / db = -log(w) / b.
    w = -np.expm1(a * log_x)
    inside = (x > limits.tiny) & (x < 1 - 1000 * limits.eps)
    # Relative to the derivative, what a rounding of x and of a, b changes.
    condition = 1 + np.abs(log_x) + 1 / (1 - x) + a / w
    for got, want in (
        (d_a, -x * log_x / a),
        (d_b, x * w * np.log(w) / ((1 - w) * a * b)),
    ):
        error = np.abs(got - want)[inside]
        bound = 64 * limits.eps * (condition * np.abs(want))[inside]
        assert np.all(error <= bound + limits.tiny)


@_DTYPES
def test_outside_of_the_support(dtype):
    x = tf.constant([-np.inf, -1.0, 0.0, 1.0, 2.0, np.inf], dtype)
    for name, values in (("Kumaraswamy", [1.5, 2.5]), ("LogitNormal", [0, 1])):
        law = getattr(tfid, name)(*(tf.constant(v, dtype) for v in values))
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            log_prob, log_cdf = law.log_prob(x), law.log_cdf(x)
        np.testing.assert_array_equal(log_prob, [-np.inf] * 6)
        np.testing.assert_array_equal(law.cdf(x), [0, 0, 0, 1, 1, 1])
        np.testing.assert_array_equal(
            law.survival_function(x), [1, 1, 1, 0, 0, 0]
        )
        np.testing.assert_array_equal(
            log_cdf, [-np.inf, -np.inf, -np.inf, 0, 0, 0]
        )
        np.testing.assert_array_equal(tape.gradient(log_cdf, x), [0] * 6)
        outside = np.array([0, 1, 4, 5])
        flow = tape.gradient(log_prob, x).numpy()
        np.testing.assert_array_equal(flow[outside], [0] * 4)
        assert np.isnan(law.log_prob(tf.constant(np.nan, dtype)))
        assert np.isnan(law.log_cdf(tf.constant(np.nan, dtype)))


def test_uniform_at_its_ends():
    law = tfid.Kumaraswamy(1.0, 1.0)
    np.testing.assert_array_equal(law.log_prob([0.0, 0.5, 1.0]), [0, 0, 0])


def test_quantile_of_kumaraswamy():
    parameters = np.array([1.5, 1e4, 7.0]), np.array([2.5, 0.3, 1e6])
    law = tfid.Kumaraswamy(*parameters)
    p = np.array([[1e-6], [0.3], [0.9]])
    np.testing.assert_allclose(
        law.cdf(law.quantile(p)), np.broadcast_to(p, [3, 3]), rtol=1e-9
    )


def test_logit_at_a_half():
    # A difference of logarithms there in TFP's class.
    x = tf.constant(0.5 + 2.0**-20)
    np.testing.assert_allclose(
        _unit_interval.logit_and_logs(x)[0], 2.0**-18, rtol=1e-6
    )
