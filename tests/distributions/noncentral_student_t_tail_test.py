# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tails and quantiles of NoncentralStudentT against mpmath and each other."""

import numpy as np
import pytest
import scipy.special
import tensorflow as tf

import tf_implicit as tfi
from tests.reference import reference

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_TABLE = reference.load("noncentral_student_t_cdf")
_SLOPES = reference.load("noncentral_student_t")
_INPUTS = ["df", "noncentrality", "sample"]


def _eps(dtype):
    return float(np.finfo(dtype.as_numpy_dtype).eps)


def _standard(df, noncentrality):
    return tfid.NoncentralStudentT(df, noncentrality, 0 * df, 1 + 0 * df)


@_DTYPES
def test_tails(dtype):
    df, nc, t = (tf.constant(_TABLE[name], dtype) for name in _INPUTS)
    law = _standard(df, nc)
    # A rounding of its logarithm changes the smaller tail; for a small df it
    # is one less the other.
    depth = 1 - np.minimum(_TABLE["log_lower"], _TABLE["log_upper"])
    depth = 8 * _eps(tf.float64) * depth * (1 + 1 / (32 * np.float64(df)))
    tiny = float(np.finfo(dtype.as_numpy_dtype).tiny)
    for name, got in (
        ("lower", law.cdf(t)),
        ("upper", law.survival_function(t)),
        ("log_lower", law.log_cdf(t)),
        ("log_upper", law.log_survival_function(t)),
    ):
        want, got = _TABLE[name], np.float64(got)
        error = np.abs(got - want) / np.maximum(np.abs(want), tiny)
        under = np.abs(want) < tiny
        assert np.all(np.abs(got[under]) <= tiny)
        error = np.where(under, 0, error) / (_eps(dtype) + depth)
        worst = np.argmax(error)
        point = [float(x[worst]) for x in (df, nc, t)]
        assert error[worst] <= 1, (name, error[worst], point)


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("logarithm", [False, True])
def test_gradients(upper, logarithm):
    # -q times those of the samples, by the table of the samples.
    df, nc, t = (tf.constant(_SLOPES[name], tf.float64) for name in _INPUTS)
    loc, scale = tf.fill(t.shape, t[0] * 0 + 0.5), 2 + 0 * t
    z = loc + scale * t
    with tf.GradientTape() as tape:
        inputs = [z, df, nc, loc, scale]
        tape.watch(inputs)
        law = tfid.NoncentralStudentT(*inputs[1:])
        value = {
            (False, False): law.cdf,
            (True, False): law.survival_function,
            (False, True): law.log_cdf,
            (True, True): law.log_survival_function,
        }[upper, logarithm](z)
    got = tape.gradient(value, inputs)
    density = np.exp(_SLOPES["log_prob"]) * (-1 if upper else 1)
    if logarithm:
        density /= np.exp(value)
    wants = [
        density / 2,
        -density * _SLOPES["d_df"],
        -density * _SLOPES["d_noncentrality"],
        -density / 2,
        -density * t / 2,
    ]
    # z has lost digits of t, which the density and the tail depend on.
    rtol = 1e-13 * (2 + np.abs(_SLOPES["log_prob"]) + np.abs(nc))
    rtol += 16 * _eps(tf.float64) * np.float64(df)
    for k, want in enumerate(wants):
        error = np.abs(got[k] - want)
        assert np.all(error <= rtol * np.abs(want)), (k, np.max(error / want))


def test_it_is_student_t_without_noncentrality():
    df = tf.constant([0.01, 0.3, 2.0, 30.0, 1e6, 1e12, 1e40], tf.float64)
    t = [[-1e200], [-40.0], [-0.7], [0.0], [1e-300], [3.0]]
    t = tf.constant(t, tf.float64)
    ours, theirs = _standard(df, 0 * df), tfid.StudentT(df, 0 * df, 1 + 0 * df)
    for got, want in (
        (ours.log_cdf(t), theirs.log_cdf(t)),
        (ours.log_survival_function(t), theirs.log_survival_function(t)),
    ):
        np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-13)
    p = tf.constant([[1e-200], [0.3], [0.9]], tf.float64)
    np.testing.assert_allclose(ours.quantile(p), theirs.quantile(p), rtol=1e-13)


def test_tails_of_large_parameters():
    # A large df: Normal(noncentrality, 1).
    for df in (1e40, 1e100):
        nc = tf.constant([-37.0, 0.5, 30.0, 1e3], tf.float64)
        w = np.array([[-8.0], [-0.3], [2.0], [20.0]])
        t = nc + w
        got = _standard(df + 0 * nc, nc).log_survival_function(t)
        want = scipy.special.log_ndtr(np.float64(nc - t))
        np.testing.assert_allclose(got, want, rtol=1e-13)
    # Far out the numerator is as good as its mean: of u alone, whose law is
    # Gamma(df / 2, df / 2).
    df = tf.constant([0.05, 0.5, 3.0], tf.float64)
    law, of_u = _standard(df, 300 + 0 * df), tfid.Gamma(df / 2, df / 2)
    t = tf.constant([[100.0], [300.0], [1500.0]], tf.float64)
    u = (300 / t) ** 2
    for got, want in (
        (law.cdf(t), of_u.survival_function(u)),
        (law.survival_function(t), of_u.cdf(u)),
    ):
        np.testing.assert_allclose(got, want, rtol=1e-2)


@_DTYPES
def test_quantile(dtype):
    # All at a time: the steps of the search are shared.
    p = [1e-300] if dtype == tf.float64 else []
    p, df, nc = np.meshgrid(
        [*p, 1e-30, 0.1, 0.5, 1 - 2.0**-23],
        [0.02, 0.4, 1.0, 9.0, 200.0, 1e10],
        [-37.0, 0.0, 1.5, 37.0],
    )
    p, df, nc = (tf.constant(x, dtype) for x in (p, df, nc))
    z = _standard(df, nc).quantile(p)
    assert not np.any(np.isnan(z))
    beyond = np.isinf(z)
    z = tf.clip_by_value(z, -dtype.max, dtype.max)
    p, df, nc, z = (tf.cast(x, tf.float64) for x in (p, df, nc, z))
    exact = _standard(df, nc)
    is_lower = p < 0.5
    log_tail = tf.where(
        is_lower, exact.log_cdf(z), exact.log_survival_function(z)
    )
    log_p = tf.where(is_lower, tf.math.log(p), tf.math.log1p(-p))
    # What a rounding of z changes, besides that of the logarithm.
    bound = _eps(dtype) * np.abs(z) * np.exp(exact.log_prob(z) - log_tail)
    # Where the noise of the logarithm stops the search.
    bound += 256 * _eps(tf.float64) * np.maximum(1, np.abs(log_p))
    error = np.where(beyond, 0, np.abs(log_tail - log_p)) / bound
    worst = np.argmax(error)
    point = [float(np.ravel(x)[worst]) for x in (p, df, nc, z)]
    assert np.max(error) <= 1, (point, np.max(error))
    # Beyond all numbers: more of the tail is left at the last one.
    assert np.all((log_tail >= log_p) | ~beyond)
    assert np.any(beyond)


def test_gradients_of_quantiles():
    df, nc, t = (tf.constant(_SLOPES[name], tf.float64) for name in _INPUTS)
    law = _standard(df, nc)
    p = law.cdf(t)
    # Where p determines t.
    near = np.float64(law.survival_function(t)) > 1e-3
    df, nc, t, p = (tf.constant(np.float64(x)[near]) for x in (df, nc, t, p))
    with tf.GradientTape() as tape:
        loc, scale = 0 * t, 1 + 0 * t
        inputs = [p, df, nc, loc, scale]
        tape.watch(inputs)
        z = tfid.NoncentralStudentT(*inputs[1:]).quantile(p)
    got = tape.gradient(z, inputs)
    np.testing.assert_allclose(z, t, rtol=1e-11)
    wants = [
        np.exp(-_SLOPES["log_prob"][near]),
        _SLOPES["d_df"][near],
        _SLOPES["d_noncentrality"][near],
        np.ones_like(t),
        t,
    ]
    for k, want in enumerate(wants):
        np.testing.assert_allclose(got[k], want, rtol=1e-9, err_msg=str(k))


@_DTYPES
def test_ends(dtype):
    law = tfid.NoncentralStudentT(
        *(tf.constant(x, dtype) for x in (3, 2, 1, 2))
    )
    ends = tf.constant([-np.inf, np.inf, np.nan], dtype)
    np.testing.assert_array_equal(law.cdf(ends), [0, 1, np.nan])
    np.testing.assert_array_equal(law.survival_function(ends), [1, 0, np.nan])
    np.testing.assert_array_equal(law.log_cdf(ends), [-np.inf, 0, np.nan])
    np.testing.assert_array_equal(
        law.log_survival_function(ends), [0, -np.inf, np.nan]
    )
    np.testing.assert_array_equal(
        law.quantile(tf.constant([0, 1, -0.1, 1.1, np.nan], dtype)),
        [-np.inf, np.inf, np.nan, np.nan, np.nan],
    )
    # The largest numbers, with their gradients.
    x = tf.constant([-dtype.max, dtype.max], dtype)
    df = tf.constant([0.01, 0.1], dtype)
    with tf.GradientTape() as tape:
        tape.watch([x, df])
        value = _standard(df, 2 + 0 * df).log_survival_function(x)
    assert np.all(np.isfinite(value))
    for slope in tape.gradient(value, [x, df]):
        assert np.all(np.isfinite(slope))


def test_invalid_parameters():
    for wrong in (
        (-1.0, 0.0, 0.0, 1.0),
        (np.inf, 0.0, 0.0, 1.0),
        (1.0, np.nan, 0.0, 1.0),
        (5.0, 1e5, 0.0, 1.0),
        (1.0, 0.0, 0.0, -1.0),
        (3.0, 0.0, np.nan, 1.0),
    ):
        law = tfid.NoncentralStudentT(*wrong)
        for value in (
            law.cdf([1.0, np.inf]),
            law.log_survival_function([1.0, -np.inf]),
            law.log_prob([1.0, np.inf]),
            law.quantile([0.1, 0.5]),
        ):
            assert np.all(np.isnan(value)), wrong


def test_functions():
    df = tf.constant([0.5, 3.0, 1e4])
    nc = tf.constant([1.0, -2.0, 9.0])

    def evaluate(df, nc):
        with tf.GradientTape() as tape:
            tape.watch([df, nc])
            law = _standard(df, nc)
            z = law.quantile([[0.2], [0.99]])
            value = law.log_cdf(z + 1)
            loss = tf.reduce_sum(value) + tf.reduce_sum(tf.math.tanh(z))
        return z, value, *tape.gradient(loss, [df, nc])

    wants = evaluate(df, nc)
    for jit in (False, True):
        got = tf.function(evaluate, jit_compile=jit)(df, nc)
        for a, b in zip(got, wants, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
