# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
r"""What is true of the functions at any point, at points that Hypothesis draws.

    TF_IMPLICIT_EXAMPLES=5000 .venv/bin/python -m pytest -q \
        tests/math/property_test.py

Without that variable there are few examples, the same in every run; with it, so
many of each, others each time. Millions of points: `fuzz_functions.py`.
"""

import os

import hypothesis
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import strategies

import tf_implicit as tfi
from tests.math import bounds

EXAMPLES = int(os.environ.get("TF_IMPLICIT_EXAMPLES", "0"))

# Where nothing else is said, in eps: what the docstrings promise of values in
# float64, and twice that where two values are compared.
_BOUND = 16

m = tfi.math


def _float32(x):
    return float(np.float32(x))


def _powers(low, high):
    """Numbers of all sizes from 10^low to 10^high, as float32 has them."""
    return strategies.floats(low, high).map(lambda e: _float32(10.0**e))


# Concentrations and the like, an eighth of them next to 1 or whole numbers.
POSITIVE = strategies.one_of(
    *[_powers(-6, 6)] * 6,
    _powers(-7, -1).map(lambda x: _float32(1 + x)),
    strategies.integers(1, 1000).map(float),
)
LARGE = _powers(-2, 8)
REAL = strategies.tuples(_powers(-6, 4), strategies.sampled_from([1.0, -1.0]))
REAL = REAL.map(lambda pair: pair[0] * pair[1])
# 1 - x is exact.
UNIT = strategies.integers(1, 2**24 - 1).map(lambda k: k / 2.0**24)
ANGLE = strategies.floats(-3.140625, 3.140625, width=32)
MODEST = strategies.one_of(_powers(-3, 3), strategies.just(1.0))


def _points(*strategies_of_columns):
    """Columns of a few points."""
    rows = strategies.lists(
        strategies.tuples(*strategies_of_columns), min_size=1, max_size=16
    )
    return rows.map(lambda drawn: list(np.array(drawn).T))


def property_of(table, strategies_of, dtypes=(np.float32, np.float64)):
    """A test of each entry of a table, at columns that are drawn for it."""

    def decorate(check):
        @pytest.mark.parametrize("dtype", dtypes)
        @pytest.mark.parametrize("name", table)
        @hypothesis.settings(
            max_examples=EXAMPLES or 12,
            derandomize=not EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(data=strategies.data())
        def run(data, dtype, name):
            columns = data.draw(_points(*strategies_of(table[name])))
            check(dtype, [c.astype(dtype) for c in columns], name)

        return run

    return decorate


def _call(function, *arguments):
    y = function(*map(tf.constant, arguments))
    outputs = y if isinstance(y, tuple) else [y]
    return [np.asarray(v, np.float64) for v in outputs]


def _assert_within(error, scale, dtype, bound, arguments):
    info = np.finfo(dtype)
    allowed = bound * info.eps * np.maximum(scale, info.tiny / info.eps)
    bad = ~(error <= allowed)
    assert not bad.any(), [
        *[a[bad][:1] for a in arguments],
        (error[bad] / allowed[bad] * bound)[:1],
    ]


def _assert_same(got, want, dtype, arguments, bound=2 * _BOUND):
    for y, z in zip(got, want, strict=True):
        _assert_within(np.abs(y - z), np.abs(z), dtype, bound, arguments)


# What rises with its argument, and -1 for what falls; the argument's place, and
# what the columns are.
CDFS = {
    "igamma": (m.igamma, 1, 1, (POSITIVE, POSITIVE)),
    "igammac": (m.igammac, -1, 1, (POSITIVE, POSITIVE)),
    "log_igamma": (m.log_igamma, 1, 1, (POSITIVE, POSITIVE)),
    "log_igammac": (m.log_igammac, -1, 1, (POSITIVE, POSITIVE)),
    "igamma of a": (m.igamma, -1, 0, (POSITIVE, POSITIVE)),
    "betainc": (m.betainc, 1, 2, (POSITIVE, POSITIVE, UNIT)),
    "betaincc": (m.betaincc, -1, 2, (POSITIVE, POSITIVE, UNIT)),
    "log_betainc": (m.log_betainc, 1, 2, (POSITIVE, POSITIVE, UNIT)),
    "log_betaincc": (m.log_betaincc, -1, 2, (POSITIVE, POSITIVE, UNIT)),
    "betainc of a": (m.betainc, -1, 0, (POSITIVE, POSITIVE, UNIT)),
    "betainc of b": (m.betainc, 1, 1, (POSITIVE, POSITIVE, UNIT)),
    "logit_beta_cdf": (m.logit_beta_cdf, 1, 0, (REAL, POSITIVE, POSITIVE)),
    "logit_beta_log_cdf": (
        m.logit_beta_log_cdf,
        *(1, 0, (REAL, POSITIVE, POSITIVE)),
    ),
    "logit_beta_survival_function": (
        m.logit_beta_survival_function,
        *(-1, 0, (REAL, POSITIVE, POSITIVE)),
    ),
    "student_t_cdf": (m.student_t_cdf, 1, 0, (REAL, LARGE)),
    "student_t_log_cdf": (m.student_t_log_cdf, 1, 0, (REAL, LARGE)),
    "student_t_survival_function": (
        m.student_t_survival_function,
        *(-1, 0, (REAL, LARGE)),
    ),
    "von_mises_cdf": (m.von_mises_cdf, 1, 0, (ANGLE, LARGE)),
    "von_mises_log_cdf": (m.von_mises_log_cdf, 1, 0, (ANGLE, LARGE)),
    "igammainv": (m.igammainv, 1, 1, (POSITIVE, UNIT)),
    "igammacinv": (m.igammacinv, -1, 1, (POSITIVE, UNIT)),
    "betaincinv": (m.betaincinv, 1, 2, (POSITIVE, POSITIVE, UNIT)),
    "betainccinv": (m.betainccinv, -1, 2, (POSITIVE, POSITIVE, UNIT)),
    "student_t_quantile": (m.student_t_quantile, 1, 0, (UNIT, LARGE)),
    "von_mises_quantile": (m.von_mises_quantile, 1, 0, (UNIT, LARGE)),
    "lgamma above its minimum": (
        lambda x: m.lgamma(1.5 + x),
        *(1, 0, (POSITIVE,)),
    ),
    "digamma": (m.digamma, 1, 0, (POSITIVE,)),
}


@property_of(CDFS, lambda case: (*case[3], case[3][case[2]]))
def test_monotone(dtype, columns, name):
    function, sign, place, _ = CDFS[name]
    *low, other = columns
    high = list(low)
    low[place], high[place] = (
        np.minimum(low[place], other),
        np.maximum(low[place], other),
    )
    (y,), (z,) = _call(function, *low), _call(function, *high)
    assert not np.isnan(y).any() and not np.isnan(z).any(), low
    with np.errstate(invalid="ignore"):
        fall = np.where(y == z, 0, np.maximum(sign * (y - z), 0))
    # Von Mises: relative to its exponent, as `accuracy_test.py` explains.
    size = np.abs(y)
    if name == "von_mises_cdf":
        size = size * (1 - np.log(np.maximum(size, 1e-300)))
    _assert_within(fall, size, dtype, 2 * _BOUND, low)


# A function, and what it is at mirrored arguments.
MIRRORS = {
    "betainc": (
        m.betainc,
        lambda a, b, x: m.betaincc(b, a, 1 - x),
        (POSITIVE, POSITIVE, UNIT),
    ),
    "log_betainc": (
        m.log_betainc,
        lambda a, b, x: m.log_betaincc(b, a, 1 - x),
        (POSITIVE, POSITIVE, UNIT),
    ),
    "betaincinv": (
        m.betaincinv,
        lambda a, b, p: m.betainccinv(a, b, 1 - p),
        (MODEST, MODEST, UNIT),
    ),
    "igammainv": (
        m.igammainv,
        lambda a, p: m.igammacinv(a, 1 - p),
        (MODEST, UNIT),
    ),
    "logit_beta_cdf": (
        m.logit_beta_cdf,
        lambda y, a, b: m.logit_beta_survival_function(-y, b, a),
        (REAL, POSITIVE, POSITIVE),
    ),
    "logit_beta_log_cdf": (
        m.logit_beta_log_cdf,
        lambda y, a, b: m.logit_beta_log_survival_function(-y, b, a),
        (REAL, POSITIVE, POSITIVE),
    ),
    "logit_beta_quantile": (
        m.logit_beta_quantile,
        lambda p, a, b: -m.logit_beta_quantile(1 - p, b, a),
        (UNIT, MODEST, MODEST),
    ),
    "logit_beta_log_prob": (
        m.logit_beta_log_prob,
        lambda a, b, y: m.logit_beta_log_prob(b, a, -y),
        (POSITIVE, POSITIVE, REAL),
    ),
    "beta_log_prob": (
        m.beta_log_prob,
        lambda a, b, x: m.beta_log_prob(b, a, 1 - x),
        (POSITIVE, POSITIVE, UNIT),
    ),
    "beta_entropy": (
        m.beta_entropy,
        lambda a, b: m.beta_entropy(b, a),
        (POSITIVE, POSITIVE),
    ),
    "beta_divergence": (
        m.beta_divergence,
        lambda a, b, c, d: m.beta_divergence(b, a, d, c),
        (POSITIVE, POSITIVE, POSITIVE, POSITIVE),
    ),
    "random_logit_beta_grad": (
        m.random_logit_beta_grad,
        lambda a, b, y: tuple(
            -g for g in m.random_logit_beta_grad(b, a, -y)[::-1]
        ),
        (POSITIVE, POSITIVE, REAL),
    ),
    "student_t_cdf": (
        m.student_t_cdf,
        lambda x, df: m.student_t_survival_function(-x, df),
        (REAL, LARGE),
    ),
    "student_t_log_cdf": (
        m.student_t_log_cdf,
        lambda x, df: m.student_t_log_survival_function(-x, df),
        (REAL, LARGE),
    ),
    "student_t_quantile": (
        m.student_t_quantile,
        lambda p, df: -m.student_t_quantile(1 - p, df),
        (UNIT, LARGE),
    ),
    "random_student_t_grad": (
        m.random_student_t_grad,
        lambda df, x: -m.random_student_t_grad(df, -x),
        (LARGE, REAL),
    ),
    "student_t_log_prob": (
        m.student_t_log_prob,
        lambda df, x: m.student_t_log_prob(df, -x),
        (LARGE, REAL),
    ),
    "von_mises_log_prob": (
        m.von_mises_log_prob,
        lambda k, x: m.von_mises_log_prob(k, -x),
        (LARGE, ANGLE),
    ),
    "random_von_mises_grad": (
        m.random_von_mises_grad,
        lambda k, x: -m.random_von_mises_grad(k, -x),
        (LARGE, ANGLE),
    ),
    "von_mises_quantile": (
        m.von_mises_quantile,
        lambda p, k: -m.von_mises_quantile(1 - p, k),
        (UNIT, LARGE),
    ),
    "chi2_log_prob": (
        m.chi2_log_prob,
        lambda df, x: m.gamma_log_prob(df / 2, 0.5, x),
        (POSITIVE, POSITIVE),
    ),
    "gamma_divergence": (
        m.gamma_divergence,
        lambda a, b, c, d: m.gamma_divergence(a, 4 * b, c, 4 * d),
        (POSITIVE, POSITIVE, POSITIVE, POSITIVE),
    ),
    "betainc at b = 1": (
        lambda a, x: m.betainc(a, tf.ones_like(x), x),
        lambda a, x: tf.cast(
            tf.cast(x, tf.float64) ** tf.cast(a, tf.float64), x.dtype
        ),
        (MODEST, UNIT),
    ),
    "igammac at a = 1": (
        lambda x: m.igammac(tf.ones_like(x), x),
        lambda x: tf.exp(-x),
        (_powers(-6, 1),),
    ),
}
# Logarithms of densities are as right as max(1, |value|).
_AT_LEAST_1 = {"beta_log_prob", "logit_beta_log_prob", "beta_entropy"} | {
    "student_t_log_prob",
    "von_mises_log_prob",
    "chi2_log_prob",
}


@property_of(MIRRORS, lambda case: case[2])
def test_mirrored(dtype, columns, name):
    left, right, _ = MIRRORS[name]
    got, want = _call(left, *columns), _call(right, *columns)
    for y, z in zip(got, want, strict=True):
        size = np.abs(z)
        if name in _AT_LEAST_1:
            size = np.maximum(size, 1)
        with np.errstate(invalid="ignore"):
            error = np.where(y == z, 0, np.abs(y - z))
        _assert_within(error, size, dtype, 2 * _BOUND, columns)


# A distribution function and its complement, their logarithms.
PAIRS = {
    "gamma": (
        *(m.igamma, m.igammac, m.log_igamma, m.log_igammac),
        (POSITIVE, POSITIVE),
    ),
    "beta": (
        *(m.betainc, m.betaincc, m.log_betainc, m.log_betaincc),
        (POSITIVE, POSITIVE, UNIT),
    ),
    "logit_beta": (
        *(m.logit_beta_cdf, m.logit_beta_survival_function),
        *(m.logit_beta_log_cdf, m.logit_beta_log_survival_function),
        (REAL, POSITIVE, POSITIVE),
    ),
    "student_t": (
        *(m.student_t_cdf, m.student_t_survival_function),
        *(m.student_t_log_cdf, m.student_t_log_survival_function),
        (REAL, LARGE),
    ),
}


@property_of(PAIRS, lambda case: case[4])
def test_complements_sum_to_1(dtype, columns, name):
    lower, upper, log_lower, log_upper = (
        _call(f, *columns)[0] for f in PAIRS[name][:4]
    )
    one = np.ones_like(lower)
    _assert_same([lower + upper], [one], dtype, columns)
    for y, log_y in ((lower, log_lower), (upper, log_upper)):
        assert ((y >= 0) & (y <= 1) & (log_y <= 0)).all(), columns
        # What eps of the logarithm makes.
        bound = np.abs(np.maximum(log_y, -800)) + 1
        error = np.abs(np.exp(log_y) - y)
        _assert_within(error, y * bound, dtype, 2 * _BOUND, columns)


# A quantile and its distribution function, of parameters and p or x; where the
# quantile stands.
INVERSES = {
    "gamma": (m.igammainv, m.igamma, 1, (MODEST, UNIT)),
    "gamma, upper": (m.igammacinv, m.igammac, 1, (MODEST, UNIT)),
    "beta": (m.betaincinv, m.betainc, 2, (MODEST, MODEST, UNIT)),
    "beta, upper": (m.betainccinv, m.betaincc, 2, (MODEST, MODEST, UNIT)),
    "logit_beta": (
        m.logit_beta_quantile,
        m.logit_beta_cdf,
        *(0, (UNIT, MODEST, MODEST)),
    ),
    "student_t": (m.student_t_quantile, m.student_t_cdf, 0, (UNIT, MODEST)),
    "von_mises": (m.von_mises_quantile, m.von_mises_cdf, 0, (UNIT, LARGE)),
}


@property_of(INVERSES, lambda case: case[3])
def test_quantiles_invert(dtype, columns, name):
    quantile, cdf, place, _ = INVERSES[name]
    (x,) = _call(quantile, *columns)
    x = x.astype(dtype)
    assert not np.isnan(x).any(), columns
    p = columns[place].astype(np.float64)
    ends = []
    # Within a ULP of the quantile, or within the bound of the function there.
    for end in (-np.inf, np.inf):
        moved = list(columns)
        moved[place] = np.nextafter(x, dtype(end))
        if name.startswith("beta"):
            moved[place] = np.clip(moved[place], dtype(0), dtype(1))
        if name.startswith("gamma"):
            moved[place] = np.maximum(moved[place], dtype(0))
        ends += _call(cdf, *moved)
    low, high = np.minimum(*ends), np.maximum(*ends)
    error = np.maximum(np.maximum(low - p, p - high), 0)
    # Quantiles below the smallest normal number are not inverted.
    error = np.where(np.abs(x) <= np.finfo(dtype).tiny, 0, error)
    _assert_within(error, p, dtype, 2 * _BOUND, columns)


def _rows(divergence):
    """A function of rows as one of columns: the laws' components in turn."""

    def call(*columns):
        half = len(columns) // 2
        rows = [tf.stack(c, -1) for c in (columns[:half], columns[half:])]
        return divergence(*rows)

    return call


DIVERGENCES = {
    "gamma": (m.gamma_divergence, (POSITIVE, POSITIVE)),
    "gamma, log rates": (
        lambda *x: m.gamma_divergence(*x, log_rates=True),
        (POSITIVE, strategies.floats(-20, 20, width=32)),
    ),
    "chi2": (m.chi2_divergence, (POSITIVE,)),
    "beta": (m.beta_divergence, (POSITIVE, POSITIVE)),
    "dirichlet": (_rows(m.dirichlet_divergence), (POSITIVE,) * 3),
    "von_mises": (m.von_mises_divergence, (ANGLE, LARGE)),
    "student_t": (m.student_t_divergence, (MODEST, REAL, MODEST)),
}


@property_of(DIVERGENCES, lambda case: case[1] * 2)
def test_divergences(dtype, columns, name):
    divergence, law = DIVERGENCES[name]
    (apart,) = _call(divergence, *columns)
    assert (apart >= 0).all(), columns
    (equal,) = _call(divergence, *columns[: len(law)] * 2)
    np.testing.assert_array_equal(equal, np.zeros_like(equal), str(columns))


UNIFORM = {
    "circle": m.von_mises_uniform_divergence,
    "sphere": lambda k: m.von_mises_fisher_divergence(3, k),
}


@property_of(UNIFORM, lambda _: (LARGE,))
def test_divergences_from_a_uniform_law(dtype, columns, name):
    (y,) = _call(UNIFORM[name], *columns)
    assert (y >= 0).all(), columns


# Functions of float32 numbers, in both precisions; relative to the value, the
# bound in eps as in `bounds.py`.
VALUES = {
    "igamma": (m.igamma, (POSITIVE, POSITIVE)),
    "igammac": (m.igammac, (POSITIVE, POSITIVE)),
    "log_igamma": (m.log_igamma, (POSITIVE, POSITIVE)),
    "log_igammac": (m.log_igammac, (POSITIVE, POSITIVE)),
    "betainc": (m.betainc, (POSITIVE, POSITIVE, UNIT)),
    "betaincc": (m.betaincc, (POSITIVE, POSITIVE, UNIT)),
    "log_betainc": (m.log_betainc, (POSITIVE, POSITIVE, UNIT)),
    "igammainv": (m.igammainv, (MODEST, UNIT)),
    "betaincinv": (m.betaincinv, (MODEST, MODEST, UNIT)),
    "student_t_cdf": (m.student_t_cdf, (REAL, LARGE)),
    "student_t_quantile": (m.student_t_quantile, (UNIT, MODEST)),
    "random_gamma_grad": (m.random_gamma_grad, (POSITIVE, POSITIVE)),
    "random_logit_beta_grad": (
        m.random_logit_beta_grad,
        (POSITIVE, POSITIVE, REAL),
    ),
    "random_student_t_grad": (m.random_student_t_grad, (LARGE, REAL)),
    "random_von_mises_grad": (m.random_von_mises_grad, (LARGE, ANGLE)),
    "gamma_divergence": (m.gamma_divergence, (POSITIVE,) * 4),
    "beta_divergence": (m.beta_divergence, (POSITIVE,) * 4),
    # Beside the error of the difference of the locations: one is 0.
    "von_mises_divergence": (
        lambda z, k, c: m.von_mises_divergence(z, k, tf.zeros_like(z), c),
        (ANGLE, LARGE, LARGE),
    ),
    "student_t_entropy": (m.student_t_entropy, (LARGE,)),
}
_BOUNDS = {function: limits[0] for function, *_, limits in bounds.CASES}


@property_of(VALUES, lambda case: case[1], dtypes=[np.float32])
def test_float32_beside_float64(dtype, columns, name):
    function, _ = VALUES[name]
    narrow = _call(function, *columns)
    wide = _call(function, *[c.astype(np.float64) for c in columns])
    for y, z in zip(narrow, wide, strict=True):
        assert not np.isnan(y).any() and not np.isnan(z).any(), columns
        info = np.finfo(np.float32)
        fits = (np.abs(z) > info.tiny) & (np.abs(z) < info.max)
        _assert_within(
            np.abs(y[fits] - z[fits]),
            np.abs(z[fits]),
            dtype,
            _BOUNDS.get(function, _BOUND),
            [c[fits] for c in columns],
        )
