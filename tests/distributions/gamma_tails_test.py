# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""CDFs, tails and quantiles of Gamma and its kin over their whole domain."""

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfid = tfi.distributions
_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])


def _eps(dtype):
    return float(np.finfo(dtype.as_numpy_dtype).eps)


def _gradient(function, *arguments):
    with tf.GradientTape() as tape:
        tape.watch(arguments)
        y = function(*arguments)
    return tape.gradient(y, arguments)


def test_large_concentrations():
    # tf.math.igamma: 1.312 and 0.008; tfp.math.igammainv: 998771, gradient .28.
    cdf = tfid.Gamma(1e6, 1.0).cdf(1e6)
    np.testing.assert_allclose(cdf, 0.50013298, rtol=1e-6)
    large = tf.constant(1e10, tf.float64)
    cdf = tfid.Gamma(large, tf.ones([], tf.float64)).cdf(large)
    np.testing.assert_allclose(cdf, 0.50000132980760, rtol=1e-13)
    concentration = tf.constant(1e6)
    (slope,) = _gradient(
        lambda a: tfid.Gamma(a, 1.0).quantile(0.25), concentration
    )
    np.testing.assert_allclose(
        tfid.Gamma(concentration, 1.0).quantile(0.25),
        scipy.special.gammaincinv(1e6, 0.25),
        rtol=1e-7,
    )
    # d/da (a - x sqrt(a)), x the normal quantile.
    np.testing.assert_allclose(slope, 1 - 0.6745 / 2e3, rtol=1e-6)


@_DTYPES
def test_logarithms_of_tails(dtype):
    a, b = tf.constant(3.0, dtype), tf.constant(2.0, dtype)
    gamma = tfid.Gamma(a, b)
    z = tf.constant([1e-30, 2e3, 20.0], dtype)
    with mpmath.workdps(60):
        for x, method, ends in (
            (z[0], "log_cdf", "lower"),
            (z[1], "log_survival_function", "upper"),
            (z[2], "log_cdf", "lower"),
        ):
            at = 2 * mpmath.mpf(float(x))
            limits = (0, at) if ends == "lower" else (at, mpmath.inf)
            want = mpmath.log(mpmath.gammainc(3, *limits, regularized=True))
            np.testing.assert_allclose(
                getattr(gamma, method)(x), float(want), rtol=16 * _eps(dtype)
            )
    (slope,) = _gradient(gamma.log_survival_function, z[1])
    # -d log Q/dz tends to the rate.
    np.testing.assert_allclose(slope, -2.0, rtol=2e-3)


@_DTYPES
def test_exp_gamma_where_its_exponential_underflows(dtype):
    a, rate = tf.constant(1e-3, dtype), tf.constant(3.0, dtype)
    small = tfid.ExpGamma(a, rate=rate)
    median = small.quantile(tf.constant(0.5, dtype))
    np.testing.assert_allclose(median, -693.7238 - np.log(3.0), rtol=1e-6)
    y = tf.constant([-690.0, -90.0, -10000.0], dtype)
    alpha = float(a)
    want = alpha * (y.numpy().astype(np.float64) + np.log(3.0)) - float(
        mpmath.loggamma(1 + alpha)
    )
    rtol = 64 * _eps(dtype)
    np.testing.assert_allclose(small.cdf(y), np.exp(want), rtol=rtol)
    np.testing.assert_allclose(small.log_cdf(y), want, rtol=rtol)
    np.testing.assert_allclose(
        small.survival_function(y), -np.expm1(want), rtol=rtol
    )
    np.testing.assert_allclose(
        small.log_survival_function(y), np.log1p(-np.exp(want)), rtol=rtol
    )
    d_a, d_rate, d_y = _gradient(
        lambda a, rate, y: tfid.ExpGamma(a, rate=rate).log_cdf(y), a, rate, y
    )
    np.testing.assert_allclose(d_y, np.full(3, alpha), rtol=rtol)
    np.testing.assert_allclose(d_rate, 3 * alpha / 3.0, rtol=rtol)
    psi = float(mpmath.psi(0, 1 + alpha))
    np.testing.assert_allclose(d_a, np.sum(y + np.log(3.0) - psi), rtol=rtol)
    # The switch between the formulas does not show.
    for least in (-80.0, -690.0):
        y = tf.constant([least - 1e-3, least + 1e-3], dtype)
        logs = tfid.ExpGamma(a, rate=tf.ones([], dtype)).log_cdf(y)
        np.testing.assert_allclose(logs[1] - logs[0], alpha * 2e-3, atol=3e-7)


@_DTYPES
def test_below_the_support(dtype):
    value = tf.constant([-1.0, -np.inf], dtype)
    one = tf.ones([], dtype)
    for distribution in (
        tfid.Gamma(2 * one, 3 * one),
        tfid.Chi2(3 * one),
        tfid.InverseGamma(2 * one, 3 * one),
    ):
        np.testing.assert_array_equal(distribution.cdf(value), [0, 0])
        np.testing.assert_array_equal(
            distribution.survival_function(value), [1, 1]
        )
        np.testing.assert_array_equal(
            distribution.log_cdf(value), [-np.inf, -np.inf]
        )
        np.testing.assert_array_equal(
            distribution.log_survival_function(value), [0, 0]
        )
        for method in ("cdf", "survival_function", "log_survival_function"):
            (slope,) = _gradient(getattr(distribution, method), value)
            np.testing.assert_array_equal(slope, [0, 0])


@_DTYPES
@pytest.mark.parametrize("upper", [False, True])
def test_gradients_at_the_ends(dtype, upper):
    sign = -1 if upper else 1
    method = "survival_function" if upper else "cdf"

    def check(make, parameters, value, want):
        parameters = [tf.constant(p, dtype) for p in parameters]
        value = tf.constant(value, dtype)
        *slopes, slope = _gradient(
            lambda *arguments: getattr(make(*arguments[:-1]), method)(
                arguments[-1]
            ),
            *parameters,
            value,
        )
        np.testing.assert_array_equal(slopes, np.zeros(len(slopes)))
        np.testing.assert_array_equal(slope, sign * want)

    for concentration, want in ((0.5, np.inf), (1.0, 3.0), (4.0, 0.0)):
        check(tfid.Gamma, [concentration, 3.0], 0.0, want)
        check(tfid.Gamma, [concentration, 3.0], np.inf, 0.0)
        check(tfid.InverseGamma, [concentration, 3.0], 0.0, 0.0)
        check(tfid.InverseGamma, [concentration, 3.0], np.inf, 0.0)
        check(tfid.ExpGamma, [concentration, 3.0], np.inf, 0.0)
        check(tfid.ExpGamma, [concentration, 3.0], -np.inf, 0.0)
        check(tfid.ExpGamma, [100.0 * concentration, 3.0], 300.0, 0.0)
    check(tfid.Chi2, [2.0], 0.0, 0.5)
    check(tfid.Chi2, [2.0], np.inf, 0.0)


@_DTYPES
def test_quantiles(dtype):
    rng = np.random.default_rng(3)
    a = np.exp(rng.uniform(-1, 6, 50))
    p = rng.uniform(size=50)
    b = np.exp(rng.uniform(-1, 1, 50))
    cases = {
        "Gamma": (tfid.Gamma, scipy.stats.gamma(a, scale=1 / b)),
        "ExpGamma": (tfid.ExpGamma, scipy.stats.loggamma(a, loc=-np.log(b))),
        "InverseGamma": (tfid.InverseGamma, scipy.stats.invgamma(a, scale=b)),
    }
    tensors = [tf.constant(v, dtype) for v in (a, b, p)]
    for name, (make, law) in cases.items():
        distribution = make(*tensors[:2])
        z = distribution.quantile(tensors[2])
        np.testing.assert_allclose(
            z,
            law.ppf(p),
            rtol=200 * _eps(dtype) + 1e-10,
            atol=20 * _eps(dtype),
            err_msg=name,
        )
        # The derivatives of the quantile are those of the sample.
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(tensors)
            distribution = make(*tensors[:2])
            z = distribution.quantile(tensors[2])
            cdf = distribution.cdf(tf.stop_gradient(z))
        density = distribution.prob(z)
        for t in tensors[:2]:
            np.testing.assert_allclose(
                tape.gradient(z, t),
                -tape.gradient(cdf, t) / density,
                rtol=1e4 * _eps(dtype),
                atol=10 * _eps(dtype),
                err_msg=name,
            )
        np.testing.assert_allclose(
            tape.gradient(z, tensors[2]), 1 / density, rtol=1e4 * _eps(dtype)
        )
    df = tf.constant(2 * a, dtype)
    np.testing.assert_allclose(
        tfid.Chi2(df).quantile(tensors[2]),
        scipy.stats.chi2(2 * a).ppf(p),
        rtol=200 * _eps(dtype),
    )


def _of_unit_scale(name, scale, dtype):
    """A law that is `scale` times, of InverseGamma by, a tiny variable."""
    a = tf.constant(1e-3 if dtype == tf.float32 else 1e-4, dtype)
    scale = tf.constant(scale, dtype)
    one = tf.ones([], dtype)
    return {
        "Gamma": lambda: tfid.Gamma(a, 1 / scale),
        "InverseGamma": lambda: tfid.InverseGamma(a, 1 / scale),
        "GeneralizedGamma": lambda: tfid.GeneralizedGamma(a, scale, one),
        "GammaGamma": lambda: tfid.GammaGamma(a, one, scale),
    }[name]()


_SCALED = pytest.mark.parametrize(
    "name", ["Gamma", "InverseGamma", "GeneralizedGamma", "GammaGamma"]
)


@_DTYPES
@pytest.mark.parametrize("scale", [1e-4, 1e4])
@_SCALED
def test_samples_that_underflow_have_a_density(name, scale, dtype):
    distribution = _of_unit_scale(name, scale, dtype)
    z = distribution.sample(1000, seed=[1, 2])
    log_z, slope = tfp.math.value_and_gradient(distribution.log_prob, z)
    assert np.isfinite(log_z).all()
    assert np.isfinite(slope).all()
    assert np.mean(z < 1e-30) > 0.5 or np.mean(z > 1e30) > 0.5


@_DTYPES
@pytest.mark.parametrize("scale", [1e-4, 1e4])
@_SCALED
def test_tails_where_the_standard_variable_underflows(name, scale, dtype):
    distribution = _of_unit_scale(name, scale, dtype)
    least = np.finfo(dtype.as_numpy_dtype).tiny
    x = tf.constant(least, dtype)
    if name == "InverseGamma":
        x = tf.constant(np.finfo(dtype.as_numpy_dtype).max, dtype)
    lower, upper, log_lower, log_upper = (
        function(x)
        for function in (
            distribution.cdf,
            distribution.survival_function,
            distribution.log_cdf,
            distribution.log_survival_function,
        )
    )
    density = distribution.prob(x)
    (slope,) = _gradient(distribution.cdf, x)
    if name == "InverseGamma":
        lower, upper, log_lower, log_upper = upper, lower, log_upper, log_lower
    with mpmath.workdps(40):
        a = mpmath.mpf(float(distribution.concentration))
        t = {
            "Gamma": lambda law: mpmath.mpf(float(x)) * float(law.rate),
            "InverseGamma": lambda law: float(law.scale) / mpmath.mpf(float(x)),
            "GeneralizedGamma": lambda law: (
                mpmath.mpf(float(x)) / float(law.scale)
            ),
            "GammaGamma": lambda law: (
                mpmath.mpf(float(x)) / float(law.mixing_rate)
            ),
        }[name](distribution)
        # z**a / Gamma(a + 1), and of GammaGamma a B(a, 1) = 1
        want = t**a
        if name != "GammaGamma":
            want /= mpmath.gamma(a + 1)
        eps = 64 * _eps(dtype)
        np.testing.assert_allclose(lower, float(want), rtol=eps)
        np.testing.assert_allclose(upper, float(1 - want), rtol=20 * eps)
        np.testing.assert_allclose(log_lower, float(mpmath.log(want)), rtol=eps)
        np.testing.assert_allclose(
            log_upper, float(mpmath.log1p(-want)), rtol=20 * eps
        )
    np.testing.assert_allclose(slope, density, rtol=20 * eps)


@_DTYPES
def test_gamma_quantile_where_the_standard_variable_underflows(dtype):
    a = tf.constant(1e-2, dtype)
    least = tf.constant(np.finfo(dtype.as_numpy_dtype).tiny, dtype)
    p = tf.constant(0.3 if dtype == tf.float32 else 2.0**-11, dtype)
    # P(a, z) = z**a / Gamma(a + 1)
    log_z = (np.log(float(p)) + float(mpmath.loggamma(1.01))) / float(a)
    np.testing.assert_allclose(
        tfid.Gamma(a, least).quantile(p),
        np.exp(log_z - np.log(float(least))),
        rtol=1e3 * _eps(dtype),
    )


@_DTYPES
def test_inverse_gamma_quantile_where_gamma_underflows(dtype):
    # The scale is as small, and scale / z an ordinary number.
    least = float(np.finfo(dtype.as_numpy_dtype).tiny)
    distribution = tfid.InverseGamma(
        tf.constant(1e-2, dtype), tf.constant(least, dtype)
    )
    p = tf.constant(0.7 if dtype == tf.float32 else 1 - 2.0**-11, dtype)
    (slope,) = _gradient(distribution.quantile, p)
    x = distribution.quantile(p)
    # P(a, z) = z**a / Gamma(a + 1).
    alpha, low = float(distribution.concentration), 1 - float(p)
    log_z = (np.log(low) + float(mpmath.loggamma(1 + alpha))) / alpha
    want = np.exp(np.log(least) - log_z)
    np.testing.assert_allclose(x, want, rtol=1e3 * _eps(dtype))
    np.testing.assert_allclose(
        slope, want / (alpha * low), rtol=1e3 * _eps(dtype)
    )


@_DTYPES
def test_von_mises_quantile(dtype):
    rng = np.random.default_rng(4)
    p = tf.constant(rng.uniform(size=40), dtype)
    loc = tf.constant(rng.uniform(-1, 1, 40), dtype)
    kappa = tf.constant(10.0 ** rng.uniform(-2, 3, 40), dtype)

    def quantile(loc, kappa, p):
        return tfid.VonMises(loc, kappa).quantile(p)

    z = quantile(loc, kappa, p)
    np.testing.assert_allclose(
        tfid.VonMises(loc, kappa).cdf(z), p, atol=400 * _eps(dtype)
    )
    d_loc, d_kappa, d_p = _gradient(quantile, loc, kappa, p)
    np.testing.assert_array_equal(d_loc, np.ones(40))
    np.testing.assert_allclose(
        d_kappa,
        tfi.math.random_von_mises_grad(kappa, z - loc),
        rtol=400 * _eps(dtype),
        atol=400 * _eps(dtype),
    )
    np.testing.assert_allclose(
        d_p,
        1 / tfid.VonMises(loc, kappa).prob(z),
        rtol=1e4 * _eps(dtype),
    )
