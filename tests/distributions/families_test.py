# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Families that are made of Gamma, Beta and Student-t samples.

What they share with TFP's classes stands in conformance_test. Here values and
gradients are held against CDFs in mpmath, 40 digits, at ordinary, small and
large parameters: the implicit gradient of a sample is -(dF/dphi) / (dF/dx)
(Figurnov et al. 2018, equation 8), by numerical differentiation.
"""

import functools

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import (
    assert_law,
    assert_mean,
    sample_gradients,
)

tfid = tfi.distributions
psi, trigamma = (
    scipy.special.digamma,
    functools.partial(scipy.special.polygamma, 1),
)

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])


def _lower(a, z):
    """P(a, z); mpmath's own cancels for small z and a."""
    if z < 1:
        return z**a * mpmath.hyp1f1(a, a + 1, -z) / mpmath.gamma(a + 1)
    return 1 - _upper(a, z)


def _upper(a, z):
    if z < 1:
        return 1 - _lower(a, z)
    return mpmath.gammainc(a, z, regularized=True)


def _beta(a, b, x):
    return mpmath.betainc(a, b, 0, x, regularized=True)


def _half_t(df, t):
    return _beta(mpmath.mpf(1) / 2, df / 2, t**2 / (df + t**2))


def _normal(x, loc, scale, power):
    lower = _lower(1 / power, (abs(x - loc) / scale) ** power)
    return (1 + lower) / 2 if x > loc else (1 - lower) / 2


def _two_piece(x, df, loc, scale, g):
    y = (x - loc) / scale
    if y < 0:
        return (1 - _half_t(df, -y * g)) / (1 + g**2)
    return (1 + g**2 * _half_t(df, y / g)) / (1 + g**2)


def _pert(x, low, peak, high, temperature):
    unit = temperature / (high - low)
    a, b = 1 + unit * (peak - low), 1 + unit * (high - peak)
    return _beta(a, b, (x - low) / (high - low))


# The CDF of a value and the parameters in their order; parameters.
_CDFS = {
    "Chi": (
        lambda x, df: _lower(df / 2, x**2 / 2),
        [[0.1], [3.0], [2e4]],
    ),
    "ExpInverseGamma": (
        lambda x, a, s: _upper(a, s * mpmath.exp(-x)),
        [[1e-3, 2.0], [3.0, 0.5], [1e4, 7.0]],
    ),
    "GeneralizedGamma": (
        lambda x, a, s, p: _lower(a, (x / s) ** p),
        [[0.05, 2.0, 2.0], [3.0, 0.5, 2.0], [1e4, 7.0, 3.0], [0.5, 1.0, 1e3]],
    ),
    "GeneralizedNormal": (
        _normal,
        [[0.5, 2.0, 0.2], [0.0, 1.0, 2.0], [1.0, 0.5, 1e3], [0.0, 1.0, 1e5]],
    ),
    "HalfStudentT": (
        lambda x, df, m, s: _half_t(df, (x - m) / s),
        [[0.3, 0.5, 2.0], [3.0, 0.0, 1.0], [200.0, 1.0, 0.5]],
    ),
    "TwoPieceStudentT": (
        _two_piece,
        [[0.7, 0.5, 2.0, 0.1], [3.0, 0.0, 1.0, 1.5], [200.0, 1.0, 0.5, 20.0]],
    ),
    "GammaGamma": (
        lambda x, a, b, r: _beta(a, b, x / (x + r)),
        [[0.3, 9.0, 2.0], [3.0, 2.0, 0.5], [200.0, 50.0, 7.0]],
    ),
    "SigmoidBeta": (
        lambda x, a, b: _beta(a, b, 1 / (1 + mpmath.exp(-x))),
        [[0.3, 0.2], [3.0, 2.0], [200.0, 50.0]],
    ),
    "PERT": (_pert, [[1.0, 1.2, 5.0, 0.1], [0.0, 1.0, 2.0, 4.0]]),
}
# Whose samples have the gradient of that CDF: those of the others are functions
# of two Gamma samples, right in the mean (below and in conformance_test).
_IMPLICIT = set(_CDFS) - {"GammaGamma", "SigmoidBeta", "PERT"}

_SETTINGS = [(k, p) for k, (_, settings) in _CDFS.items() for p in settings]


def _true(function, *arguments):
    """The value of a function and its partial derivatives."""
    arguments = [mpmath.mpf(float(x)) for x in arguments]
    value = function(*arguments)
    slopes = []
    for i, x in enumerate(arguments):
        # 40 digits leave 20.
        step = mpmath.mpf(10) ** -13 * (abs(x) or 1)
        ends = []
        for sign in (1, -1, 2, -2):
            moved = list(arguments)
            moved[i] = x + sign * step
            ends.append(function(*moved))
        slopes.append(
            (8 * (ends[0] - ends[1]) - (ends[2] - ends[3])) / (12 * step)
        )
    return value, slopes


@_DTYPES
@pytest.mark.parametrize(
    ("name", "values"), _SETTINGS, ids=lambda x: str(x).replace(" ", "")
)
def test_law_density_tails_and_quantile(dtype, name, values):
    cdf, _ = _CDFS[name]
    law = getattr(tfid, name)(*tf.unstack(tf.constant(values, dtype)))
    values = [float(tf.constant(v, dtype)) for v in values]
    x = law.sample(6, seed=[3, 4])
    # The effect of a relative change eps of the value and the parameters.
    eps = float(np.finfo(dtype.as_numpy_dtype).eps)
    with mpmath.workdps(40):
        for point in x:
            value, slopes = _true(cdf, point, *values)
            spread = sum(
                abs(s * max(abs(v), 1))
                for s, v in zip(slopes, (float(point), *values), strict=True)
            )
            spread = float(spread) * 8 * eps
            p, rest = float(value), float(1 - value)
            assert abs(law.cdf(point) - p) <= spread + 8 * eps * p
            upper = law.survival_function(point)
            assert abs(upper - rest) <= spread + 8 * eps * rest
            for got, want in (
                (law.log_cdf(point), float(mpmath.log(value))),
                (law.log_survival_function(point), float(mpmath.log1p(-value))),
            ):
                size = np.exp(want)
                bound = spread / size + 8 * eps * (1 + abs(want))
                assert abs(float(got) - want) <= bound
            log_density = float(mpmath.log(slopes[0]))
            relative = (1e-4, 1e-11)[dtype == tf.float64]
            np.testing.assert_allclose(
                law.log_prob(point), log_density, rtol=relative, atol=relative
            )
    # F(Q(p)) = p.
    p = tf.constant([0.01, 0.3, 0.5, 0.7, 0.99], dtype)
    slack = 300 * eps * (1 + max(abs(v) for v in values) ** 0.5)
    np.testing.assert_allclose(law.cdf(law.quantile(p)), p, rtol=slack)


@_DTYPES
@pytest.mark.parametrize(
    ("name", "values"),
    [(k, v) for k, v in _SETTINGS if k in _IMPLICIT],
    ids=lambda x: str(x).replace(" ", ""),
)
def test_sample_gradients_of_every_parameter(dtype, name, values):
    cdf, _ = _CDFS[name]
    parameters = [tf.fill([6], tf.constant(v, dtype)) for v in values]
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        x = getattr(tfid, name)(*parameters).sample(seed=[3, 4])
    got = np.stack(tape.gradient(x, parameters), axis=-1)
    values = [float(tf.constant(v, dtype)) for v in values]
    with mpmath.workdps(40):
        for point, slopes in zip(x.numpy(), got, strict=True):
            _, partials = _true(cdf, point, *values)
            want = [float(-d / partials[0]) for d in partials[1:]]
            # A float32 sample is a rounded one: the gradient there may differ
            # by the effect of a rounding error of log x.
            relative = (2e-4, 1e-9)[dtype == tf.float64]
            np.testing.assert_allclose(slopes, want, rtol=relative)


@_DTYPES
@pytest.mark.parametrize("df", [1e-3, 2.0, 1e6])
def test_chi(dtype, df):
    # E x**2 = df.
    x, (slope,) = sample_gradients(tfid.Chi, tf.square, [df], dtype)
    assert_mean(slope, 1)
    df = float(tf.constant(df, dtype))
    if df > 1:
        assert_law(x, lambda x: scipy.special.gammainc(df / 2, x**2 / 2))


@_DTYPES
@pytest.mark.parametrize("a", [1e-4, 2.0, 1e6])
def test_exp_inverse_gamma(dtype, a):
    # E x = log(scale) - digamma(a)
    _, slopes = sample_gradients(
        tfid.ExpInverseGamma, tf.identity, [a, 2.0], dtype
    )
    assert_mean(slopes[0], -trigamma(float(tf.constant(a, dtype))))
    assert_mean(slopes[1], 0.5)


@_DTYPES
@pytest.mark.parametrize(("a", "b"), [(1e-4, 1e-3), (2.0, 0.5), (1e6, 1e5)])
def test_sigmoid_beta(dtype, a, b):
    _, slopes = sample_gradients(tfid.SigmoidBeta, tf.identity, [a, b], dtype)
    a, b = (float(tf.constant(c, dtype)) for c in (a, b))
    assert_mean(slopes[0], trigamma(a))
    assert_mean(slopes[1], -trigamma(b))


@_DTYPES
@pytest.mark.parametrize(("a", "b"), [(1e-3, 12.0), (3.0, 9.0), (1e5, 1e6)])
def test_gamma_gamma(dtype, a, b):
    # E x = a r / (b - 1)
    x, slopes = sample_gradients(
        tfid.GammaGamma, tf.identity, [a, b, 2.0], dtype
    )
    assert_mean(slopes[0], 2 / (b - 1))
    assert_mean(slopes[1], -2 * a / (b - 1) ** 2)
    assert_mean(slopes[2], a / (b - 1))
    if a > 1:
        assert_law(x, scipy.stats.betaprime(a, b, scale=2).cdf)
    parameters = [tf.constant(c, dtype) for c in (a, b, 2)]
    # SciPy's own is 8e-12 off in the last of the three.
    a, b, _ = (mpmath.mpf(float(c)) for c in parameters)
    np.testing.assert_allclose(
        tfid.GammaGamma(*parameters).variance(),
        float(4 * a * (a + b - 1) / ((b - 1) ** 2 * (b - 2))),
        rtol=16 * np.finfo(dtype.as_numpy_dtype).eps,
    )


@_DTYPES
def test_gamma_gamma_density_at_its_ends(dtype):
    # b (x / r)**(a - 1) / (B(a, b) r) near 0
    distribution = tfid.GammaGamma(tf.constant([0.5, 1.0, 2.0], dtype), 3.0, 4)
    log_prob = distribution.log_prob(0.0)
    np.testing.assert_allclose(
        log_prob, [np.inf, np.log(3 / 4), -np.inf], rtol=1e-5
    )
    np.testing.assert_array_equal(distribution.log_prob(-1.0), [-np.inf] * 3)
    np.testing.assert_array_equal(distribution.log_prob(np.inf), [-np.inf] * 3)
    assert np.isnan(distribution.log_prob(np.nan)).all()


@_DTYPES
@pytest.mark.parametrize("a", [1e-3, 2.0, 1e5])
def test_beta_quotient(dtype, a):
    # E z E 1 / w = a / (a + b) (c + d - 1) / (c - 1)
    b, c, d = 2.0, 9.0, 5.0
    x, slopes = sample_gradients(
        tfid.BetaQuotient, tf.identity, [a, b, c, d], dtype
    )
    z, w = a / (a + b), (c + d - 1) / (c - 1)
    assert_mean(slopes[0], b / (a + b) ** 2 * w)
    assert_mean(slopes[1], -a / (a + b) ** 2 * w)
    assert_mean(slopes[2], -z * d / (c - 1) ** 2)
    assert_mean(slopes[3], z / (c - 1))
    assert np.all(x > 0) and np.all(np.isfinite(x))


@pytest.mark.parametrize(
    "values",
    [[0.3, 0.4, 0.2, 0.6], [5.0, 3.0, 9.0, 2.0], [1e3, 20.0, 300.0, 700.0]],
)
@pytest.mark.parametrize("x", [1e-3, 0.5, 0.999, 1.001, 1.7, 30.0])
def test_beta_quotient_density(values, x):
    # Pham-Gia 2000: an Euler integral.
    with mpmath.workdps(30):
        a, b, c, d = map(mpmath.mpf, values)
        y = mpmath.mpf(x)
        if x > 1:
            b, d = d, b
        r = min(y, 1 / y)
        want = mpmath.beta(a + c, d) * mpmath.hyp2f1(
            a + c, 1 - b, a + c + d, r, maxterms=10**6
        )
        want *= y ** (-c - 1 if x > 1 else a - 1)
        a, b, c, d = map(mpmath.mpf, values)
        want = float(mpmath.log(want / mpmath.beta(a, b) / mpmath.beta(c, d)))
    for dtype, relative in ((tf.float64, 1e-11), (tf.float32, 4e-6)):
        law = tfid.BetaQuotient(*tf.unstack(tf.constant(values, dtype)))
        got = law.log_prob(tf.constant(x, dtype))
        # float32 rounds the parameters, and the value itself.
        bound = relative * max(abs(want), sum(values) if x != 0.5 else 1)
        assert abs(float(got) - want) <= bound


@_DTYPES
@pytest.mark.parametrize("temperature", [1e-3, 4.0, 1e6])
def test_pert(dtype, temperature):
    # E x = (low + t peak + high) / (t + 2)
    low, peak, high = 1.0, 2.0, 5.0
    x, slopes = sample_gradients(
        tfid.PERT, tf.identity, [low, peak, high, temperature], dtype
    )
    t = temperature
    wants = [1 / (t + 2), t / (t + 2), 1 / (t + 2)]
    wants.append((2 * peak - low - high) / (t + 2) ** 2)
    for slope, want in zip(slopes, wants, strict=True):
        # At 1e6 the parts of low and of high are sums that cancel.
        assert_mean(slope, want)
    assert np.all((low <= x) & (x <= high))


@_DTYPES
@pytest.mark.parametrize("power", [0.3, 2.0, 1e3, 1e5])
def test_generalized_normal(dtype, power):
    # E |x| = scale Gamma(2 / p) / Gamma(1 / p)
    x, (d_loc, d_scale, d_power) = sample_gradients(
        tfid.GeneralizedNormal, tf.abs, [0.0, 2.0, power], dtype
    )
    r = 1 / float(tf.constant(power, dtype))
    # Gamma(2 r) / Gamma(r) = Gamma(1 + 2 r) / Gamma(1 + r) / 2
    mean = np.exp(
        scipy.special.gammaln(1 + 2 * r) - scipy.special.gammaln(1 + r)
    )
    assert_mean(d_loc, 0)
    assert_mean(d_scale, mean / 2)
    assert_mean(d_power, -mean * (2 * psi(1 + 2 * r) - psi(1 + r)) * r**2)
    if power < 1e3:
        assert_law(x, scipy.stats.gennorm(power, scale=2).cdf)


@_DTYPES
@pytest.mark.parametrize("df", [0.5, 3.0, 1e6])
def test_half_student_t_law(dtype, df):
    x = tfid.HalfStudentT(tf.constant(df, dtype), 1.0, 2.0).sample(
        100000, seed=[1, 2]
    )
    assert_law(x, lambda x: 2 * scipy.stats.t(df).cdf((x - 1) / 2) - 1)


@_DTYPES
@pytest.mark.parametrize("g", [0.05, 1.0, 7.0])
def test_two_piece_student_t(dtype, g):
    # E x = 2 sqrt(df) (g - 1 / g) / ((df - 1) B(1 / 2, df / 2))
    df = 5.0
    x, slopes = sample_gradients(
        tfid.TwoPieceStudentT, tf.identity, [df, 0.0, 1.0, g], dtype
    )
    size = 2 * df**0.5 / ((df - 1) * scipy.special.beta(0.5, df / 2))
    assert_mean(slopes[1], 1)
    assert_mean(slopes[2], size * (g - 1 / g))
    assert_mean(slopes[3], size * (1 + 1 / g**2))

    def cdf(x):
        t = scipy.stats.t(df)
        below = 2 * t.cdf(x * g) / (1 + g**2)
        above = 1 - 2 * t.sf(x / g) / (1 + g**-2)
        return np.where(x < 0, below, above)

    assert_law(x, cdf)


def test_generalized_gamma_is_gamma_weibull_and_chi():
    a, s = tf.constant([0.4, 3.0], tf.float64), tf.constant(2.0, tf.float64)
    x = tf.constant([[0.3], [1.7], [9.0]], tf.float64)
    one = tf.ones([], tf.float64)
    pairs = [
        (tfid.GeneralizedGamma(a, s, one), tfid.Gamma(a, 1 / s)),
        (tfid.GeneralizedGamma(one, s, a), tfid.Weibull(a, s)),
        (tfid.GeneralizedGamma(a / 2, 2**0.5 * one, 2 * one), tfid.Chi(a)),
    ]
    for ours, other in pairs:
        for statistic in ("mean", "variance", "entropy"):
            np.testing.assert_allclose(
                getattr(ours, statistic)(),
                getattr(other, statistic)(),
                rtol=1e-12,
            )
        for function in ("log_prob", "cdf"):
            np.testing.assert_allclose(
                getattr(ours, function)(x),
                getattr(other, function)(x),
                rtol=1e-12,
            )
    gamma = tfid.GeneralizedGamma(a, s, one)
    np.testing.assert_allclose(gamma.mode(), [0.0, 4.0])


def test_generalized_gamma_passes_through_functions():
    law = tfid.GeneralizedGamma([0.3, 2.0], 1.0, [0.5, 2.0])

    @tf.function(jit_compile=False)
    def identity(law):
        return law

    other = identity(law)
    assert isinstance(other, tfid.GeneralizedGamma)
    np.testing.assert_array_equal(
        other.sample(3, seed=[1, 2]), law.sample(3, seed=[1, 2])
    )


def test_ends_of_the_support():
    for law in (
        tfid.Chi(3.0),
        tfid.GeneralizedGamma(3.0, 1.0, 2.0),
        tfid.HalfStudentT(3.0, 0.0, 1.0),
        tfid.PERT(0.0, 0.5, 1.0),
    ):
        assert law.log_prob(-1.0) == -np.inf and law.prob(-1.0) == 0
        assert law.cdf(-1.0) == 0 and law.survival_function(-1.0) == 1
        assert law.log_cdf(-1.0) == -np.inf
        with tf.GradientTape() as tape:
            x = tf.constant(-1.0)
            tape.watch(x)
            y = law.log_prob(x)
        assert tape.gradient(y, x) == 0
    for df, want in (
        (0.5, np.inf),
        (1.0, np.log(2 / np.pi) / 2),
        (3.0, -np.inf),
    ):
        np.testing.assert_allclose(tfid.Chi(df).log_prob(0.0), want, rtol=1e-6)


@pytest.mark.parametrize("name", sorted(_CDFS))
def test_xla(name):
    _, settings = _CDFS[name]
    values = [tf.constant(v) for v in settings[1]]

    @tf.function(jit_compile=True)
    def compiled(values):
        with tf.GradientTape() as tape:
            tape.watch(values)
            x = getattr(tfid, name)(*values).sample(50, seed=[1, 2])
        return x, tape.gradient(x, values)

    x, slopes = compiled(values)
    with tf.GradientTape() as tape:
        tape.watch(values)
        want = getattr(tfid, name)(*values).sample(50, seed=[1, 2])
    np.testing.assert_allclose(x, want, rtol=2e-5)
    for slope, other in zip(slopes, tape.gradient(want, values), strict=True):
        np.testing.assert_allclose(slope, other, rtol=2e-4)


@_DTYPES
@pytest.mark.parametrize("a", [1e-3, 1.0, 1e3, 1e5, 1e8])
def test_sigmoid_beta_entropy_keeps_its_digits(dtype, a):
    concentration = tf.constant(a, dtype)
    got = tfid.SigmoidBeta(concentration, tf.constant(2.0, dtype)).entropy()
    with mpmath.workdps(40):
        a, b = mpmath.mpf(float(concentration)), mpmath.mpf(2)
        of_sum = mpmath.digamma(a + b)
        want = (
            mpmath.log(mpmath.beta(a, b))
            + a * (of_sum - mpmath.digamma(a))
            + b * (of_sum - mpmath.digamma(b))
        )
        error = abs(float(got) - want) / max(1, abs(want))
    assert error <= 16 * np.finfo(dtype.as_numpy_dtype).eps
