# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""NoncentralStudentT against mpmath, SciPy and its limits."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import (
    assert_law,
    assert_mean,
    sample_gradients,
)
from tests.reference import reference
from tf_implicit.distributions import _noncentral_t

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_TABLE = reference.load("noncentral_student_t")
# df, noncentrality, loc, scale.
_SETTINGS = [
    (0.3, 2.0, 0.0, 1.0),
    (1.0, -1.0, 3.0, 0.5),
    (2.5, 0.1, -1.0, 2.0),
    (9.0, -4.0, 0.5, 1.5),
    (70.0, 20.0, 0.0, 1.0),
    (1e5, 3.0, 2.0, 0.1),
]


def _eps(dtype):
    return float(np.finfo(dtype.as_numpy_dtype).eps)


def _make(settings, dtype=tf.float64):
    columns = zip(*settings, strict=True)
    parameters = [tf.constant(column, dtype) for column in columns]
    return tfid.NoncentralStudentT(*parameters), parameters


def _of_table(dtype):
    names = ["df", "noncentrality", "sample"]
    return [tf.constant(_TABLE[name], dtype) for name in names]


@_DTYPES
def test_log_prob(dtype):
    df, nc, t = _of_table(dtype)
    got = tfid.NoncentralStudentT(df, nc, 0 * t, 0 * t + 1).log_prob(t)
    want = _TABLE["log_prob"]
    size = np.maximum(1, np.abs(want))
    bound = _eps(dtype) * size if dtype == tf.float32 else 0
    bound += 8 * _eps(tf.float64) * size
    error = np.abs(np.float64(got) - want)
    assert np.all(error <= bound), np.max(error / bound)


@_DTYPES
def test_gradients_of_samples(dtype):
    df, nc, t = (tf.cast(x, tf.float64) for x in _of_table(dtype))
    with tf.GradientTape() as tape:
        tape.watch([df, nc])
        sample = _noncentral_t.attach_to_sample(t, df, nc)
    of_df, of_nc = tape.gradient(sample, [df, nc])
    eps = _eps(tf.float64)
    for got, name, bound in (
        # The mean of an almost odd function.
        (of_df, "d_df", 64 * eps + 16 * eps * np.minimum(df, 200)),
        # By a difference over df.
        (of_nc, "d_noncentrality", 64 * eps * np.maximum(1, 1 / df)),
    ):
        want = _TABLE[name]
        error = np.abs(np.float64(tf.cast(got, dtype)) - want) / np.abs(want)
        error[want == 0] = 0
        bound = np.maximum(bound, _eps(dtype))
        assert np.all(error <= bound), (name, np.max(error / bound))


def _log_density(x, df, nc, loc, scale):
    """By 1F1 (Johnson, Kotz, Balakrishnan 1995, equation 31.15)."""
    t = (x - loc) / scale
    square = df + t**2
    z = (nc * t) ** 2 / (2 * square)
    first = mpmath.sqrt(2) * nc * t * mpmath.hyp1f1(df / 2 + 1, 1.5, z)
    first *= mpmath.gammaprod([df / 2 + 1], [(df + 1) / 2]) / square
    second = mpmath.hyp1f1((df + 1) / 2, 0.5, z) / mpmath.sqrt(square)
    log_factor = (
        df / 2 * mpmath.log(df / square)
        + mpmath.loggamma(df + 1)
        - nc**2 / 2
        - df * mpmath.log(2)
        - mpmath.loggamma(df / 2)
        - mpmath.loggamma(df / 2 + 1)
    )
    return log_factor + mpmath.log((first + second) / scale)


@_DTYPES
def test_gradients_of_log_prob(dtype):
    law, parameters = _make(_SETTINGS[:5], dtype)
    x = law.sample(seed=[3, 4])
    with tf.GradientTape() as tape:
        tape.watch([x, *parameters])
        value = tfid.NoncentralStudentT(*parameters).log_prob(x)
    got = tape.gradient(value, [x, *parameters])
    with mpmath.workdps(60):
        for i, (df, nc, _, scale) in enumerate(_SETTINGS[:5]):
            point = [mpmath.mpf(float(v[i])) for v in (x, *parameters)]
            t = abs(float((point[0] - point[3]) / point[4]))
            # The terms of the derivatives; all have one of the order of the
            # noncentrality, which a rounding of t moves.
            term = (1 + abs(nc)) ** 2 * (1 + t / (1 + t * t / df) ** 0.5)
            for k, size in enumerate(
                [term / scale, 1 / df, term, term / scale, term / scale]
            ):
                order = tuple(int(j == k) for j in range(5))
                h = mpmath.mpf(10) ** -18
                want = float(mpmath.diff(_log_density, point, order, h=h))
                bound = _eps(dtype) * abs(want) if dtype == tf.float32 else 0
                bound += 64 * _eps(tf.float64) * size
                assert abs(float(got[k][i]) - want) <= bound, (i, k, want)


def _bounded(z, loc):
    """A function whose mean depends on all parameters, however heavy tails."""
    return tf.math.tanh(0.3 * (z - loc))


@_DTYPES
@pytest.mark.parametrize("setting", _SETTINGS)
def test_law_and_mean_gradients(dtype, setting):
    wide = [tf.cast(tf.constant(x, dtype), tf.float64) for x in setting]
    df, nc, loc, scale = wide
    z, slopes = sample_gradients(
        tfid.NoncentralStudentT,
        lambda z: _bounded(tf.cast(z, tf.float64), loc),
        setting,
        dtype,
        10000,
    )
    exact = scipy.stats.nct(float(df), float(nc), float(loc), float(scale))
    assert_law(z, exact.cdf)
    # The derivatives of its mean, those of the density.
    s = np.linspace(-100, 100, 10001)
    x = loc + scale * np.sinh(s)
    weight = 0.02 * scale * np.cosh(s) * _bounded(x, loc)
    with tf.GradientTape() as tape:
        tape.watch(wide)
        density = tfid.NoncentralStudentT(*wide).prob(x)
        mean = tf.reduce_sum(weight * density)
    for slope, want in zip(slopes, tape.gradient(mean, wide), strict=True):
        assert_mean(slope, float(want))


def test_it_is_student_t_without_noncentrality():
    df = tf.constant([0.1, 2.0, 30.0, 1e6, 1e12, 1e40], tf.float64)
    t = tf.constant([[-40.0], [-0.7], [0.0], [3.0]], tf.float64)
    ours = tfid.NoncentralStudentT(df, 0 * df, 0 * df, 1 + 0 * df)
    np.testing.assert_allclose(
        ours.log_prob(t), tfid.StudentT(df, 0 * df, 1 + 0 * df).log_prob(t)
    )
    wide = [tf.broadcast_to(x, [4, 6]) for x in (t, df, 0 * df)]
    relative, _ = _noncentral_t.slopes(*wide)
    want = tfi.math.random_student_t_grad(wide[1], wide[0])
    bound = 1e-14 + np.minimum(2e-15 * np.float64(df), 1e-8)
    error = np.abs(wide[0] * relative - want)
    assert np.all(error <= bound * np.abs(want))


def test_large_df():
    # Of F(t) = Phi(w) - phi(w) (t + w t**2) / (4 df) + ..., w = t - nc.
    nc = tf.constant([-30.0, 0.5, 4.0, 30.0], tf.float64)
    t = nc + tf.constant([[-3.0], [0.1], [2.0]], tf.float64)
    want = -(t + (t - nc) * t**2) / 4
    for df, rtol in ((1e8, 1e-5), (1e10, 1e-7), (1e13, 1e-10), (1e20, 1e-13)):
        wide = [tf.broadcast_to(x, t.shape) for x in (t, df + 0 * nc, nc)]
        relative, of_nc = _noncentral_t.slopes(*wide)
        np.testing.assert_allclose(t * relative * df**2, want, rtol=rtol)
        np.testing.assert_allclose(of_nc, np.ones(t.shape), rtol=1e-4)


def _mean(df, nc, loc, scale):
    ratio = mpmath.gammaprod([(df - 1) / 2], [df / 2])
    return loc + scale * nc * mpmath.sqrt(df / 2) * ratio


def _variance(df, nc, loc, scale):
    square = scale**2 * df * (1 + nc**2) / (df - 2)
    return square - (_mean(df, nc, loc, scale) - loc) ** 2


@_DTYPES
def test_moments(dtype):
    law, parameters = _make(_SETTINGS, dtype)
    mean, variance = law.mean(), law.variance()
    assert np.all(np.isnan(mean[:2])) and np.all(np.isnan(variance[:2]))
    rtol = 2 * _eps(dtype) if dtype == tf.float32 else 1e-13
    with mpmath.workdps(40):
        for i in range(2, len(_SETTINGS)):
            point = [mpmath.mpf(float(x[i])) for x in parameters]
            for got, function in ((mean, _mean), (variance, _variance)):
                want = float(function(*point))
                np.testing.assert_allclose(got[i], want, rtol=rtol)
    law = tfid.NoncentralStudentT(1.5, 1.0, 0.0, 1.0)
    assert law.variance() == np.inf and np.isfinite(law.mean())
    law = tfid.NoncentralStudentT(0.9, 1.0, 0.0, 1.0, allow_nan_stats=False)
    with pytest.raises(tf.errors.InvalidArgumentError, match="undefined"):
        law.mean()


@_DTYPES
def test_extremes(dtype):
    # Heavy tails are finite, and so are their gradients; far values too.
    df = tf.fill([3000], tf.constant(0.1, dtype))
    nc = tf.fill([3000], tf.constant(5.0, dtype))
    with tf.GradientTape() as tape:
        tape.watch([df, nc])
        law = tfid.NoncentralStudentT(df, nc, 0 * df, 1 + 0 * df)
        z = law.sample(seed=[1, 2])
        loss = tf.math.log(tf.abs(z))
    for slope in tape.gradient(loss, [df, nc]):
        assert np.all(np.isfinite(slope))
    assert np.all(np.isfinite(z)) and np.all(np.isfinite(law.log_prob(z)))
    law = tfid.NoncentralStudentT(df[0], nc[0], 0 * nc[0], 1 + 0 * nc[0])
    np.testing.assert_array_equal(
        law.log_prob([-np.inf, np.inf]), [-np.inf, -np.inf]
    )
    assert np.isnan(law.log_prob(np.nan))


def test_invalid_parameters():
    for wrong in (
        (-1.0, 0.0, 0.0, 1.0),
        (0.0, 0.0, 0.0, 1.0),
        (np.inf, 0.0, 0.0, 1.0),
        (1.0, np.nan, 0.0, 1.0),
        (1.0, np.inf, 0.0, 1.0),
        (5.0, 1e5, 0.0, 1.0),
        (1.0, 0.0, 0.0, -1.0),
        (3.0, 0.0, np.nan, 1.0),
    ):
        law = tfid.NoncentralStudentT(*wrong)
        for value in (
            law.sample(seed=1),
            law.log_prob(1.0),
            law.mean(),
            law.variance(),
        ):
            assert np.isnan(value), wrong


def test_second_derivatives_are_an_error():
    nc = tf.constant(2.0)
    for call in (
        lambda law: law.sample(seed=[1, 2]),
        lambda law: law.log_prob(1.0),
        lambda law: law.cdf(1.0),
        lambda law: law.quantile(0.3),
    ):
        with tf.GradientTape() as outer:
            outer.watch(nc)
            with tf.GradientTape() as tape:
                tape.watch(nc)
                value = call(tfid.NoncentralStudentT(3.0, nc, 0.0, 1.0))
            slope = tape.gradient(value, nc)
        with pytest.raises(NotImplementedError, match="noncentral Student"):
            outer.gradient(slope, nc)
