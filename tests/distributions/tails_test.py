# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""CDFs and survival functions: values, derivatives, upper tails."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import tf_implicit as tfi

tfid = tfi.distributions

# Class, parameters, points, and the law of SciPy.
_CASES = {
    "Gamma": (
        tfid.Gamma,
        {"concentration": [0.3, 4.0, 300.0], "rate": [2.0, 0.5, 1.0]},
        [0.1, 9.0, 310.0],
        lambda concentration, rate: scipy.stats.gamma(
            concentration, scale=1 / rate
        ),
    ),
    "Chi2": (
        tfid.Chi2,
        {"df": [0.6, 4.0, 100.0]},
        [0.1, 9.0, 90.0],
        lambda df: scipy.stats.chi2(df),
    ),
    "ExpGamma": (
        tfid.ExpGamma,
        {"concentration": [0.3, 4.0, 300.0], "rate": [2.0, 0.5, 1.0]},
        [-3.0, 2.0, 5.7],
        lambda concentration, rate: scipy.stats.loggamma(
            concentration, loc=-np.log(rate)
        ),
    ),
    "InverseGamma": (
        tfid.InverseGamma,
        {"concentration": [0.3, 4.0, 300.0], "scale": [2.0, 0.5, 1.0]},
        [3.0, 0.2, 1 / 310.0],
        lambda concentration, scale: scipy.stats.invgamma(
            concentration, scale=scale
        ),
    ),
    "Beta": (
        tfid.Beta,
        {"concentration1": [0.3, 4.0, 80.0], "concentration0": [2.0, 0.7, 3.0]},
        [0.05, 0.9, 0.95],
        lambda concentration1, concentration0: scipy.stats.beta(
            concentration1, concentration0
        ),
    ),
    "StudentT": (
        tfid.StudentT,
        {
            "df": [0.7, 4.0, 80.0],
            "loc": [1.0, -1.0, 0.0],
            "scale": [1.0, 0.5, 3.0],
        },
        [-2.0, 0.3, 4.0],
        lambda df, loc, scale: scipy.stats.t(df, loc, scale),
    ),
    "VonMises": (
        tfid.VonMises,
        {"loc": [0.5, -1.0, 0.0], "concentration": [0.7, 4.0, 80.0]},
        [-2.0, 0.3, 0.1],
        None,
    ),
}
_ALL = pytest.mark.parametrize("name", _CASES)


def _case(name):
    cls, values, points, law = _CASES[name]
    parameters = {k: tf.constant(v, tf.float64) for k, v in values.items()}
    return cls, parameters, tf.constant(points, tf.float64), law


@_ALL
def test_values(name):
    cls, parameters, z, law = _case(name)
    distribution = cls(**parameters)
    cdf, survival = distribution.cdf(z), distribution.survival_function(z)
    if law is not None:
        law = law(**{k: v.numpy() for k, v in parameters.items()})
        np.testing.assert_allclose(cdf, law.cdf(z), rtol=1e-12)
        np.testing.assert_allclose(survival, law.sf(z), rtol=1e-12)
    np.testing.assert_allclose(cdf + survival, np.ones(3), rtol=1e-14)
    np.testing.assert_allclose(
        distribution.log_cdf(z), tf.math.log(cdf), rtol=1e-14
    )
    np.testing.assert_allclose(
        distribution.log_survival_function(z),
        tf.math.log(survival),
        rtol=1e-14,
    )


@_ALL
@pytest.mark.parametrize("method", ["cdf", "survival_function"])
def test_derivatives(name, method):
    # Central differences of the values, and of the first derivatives.
    cls, parameters, z, _ = _case(name)

    def value(z, parameters):
        return getattr(cls(**parameters), method)(z)

    def first(z, parameters):
        with tf.GradientTape() as tape:
            tape.watch([z, parameters])
            f = value(z, parameters)
        return tape.gradient(f, [z, parameters])

    with tf.GradientTape(persistent=True) as tape:
        tape.watch([z, parameters])
        d_z, d_phi = first(z, parameters)
        slopes = {"z": d_z} | d_phi
    for k in slopes:
        h = 1e-5 * (z if k == "z" else parameters[k])
        # loc may be 0.
        h = tf.where(h == 0, tf.constant(1e-5, h.dtype), h)
        if k == "z":
            at = [(z + h, parameters), (z - h, parameters)]
        else:
            at = [(z, parameters | {k: parameters[k] + s * h}) for s in (1, -1)]
        want = (value(*at[0]) - value(*at[1])) / (2 * h)
        np.testing.assert_allclose(slopes[k], want, rtol=1e-5, atol=1e-9)
        ahead, behind = (
            {"z": d_z} | d_phi for d_z, d_phi in (first(*a) for a in at)
        )
        for other in slopes:
            want = (ahead[other] - behind[other]) / (2 * h)
            source = z if k == "z" else parameters[k]
            got = tape.gradient(slopes[other], source)
            np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("name", [n for n in _CASES if n != "VonMises"])
def test_samples_move_as_the_cdf_of_scipy_says(name):
    # dz/dphi = -(dF/dphi) / q at each sample, dF/dphi by central differences.
    cls, parameters, _, law = _case(name)
    arguments = {"method": "cdf"} if name == "Beta" else {}
    with tf.GradientTape() as tape:
        copies = {k: tf.tile(v[None], [4, 1]) for k, v in parameters.items()}
        tape.watch(copies)
        z = cls(**copies, **arguments).sample(seed=[1, 2])
    slopes = tape.gradient(z, copies)
    values = {k: v.numpy() for k, v in parameters.items()}
    z = z.numpy()
    for k, slope in slopes.items():
        h = 1e-5 * np.where(values[k] == 0, 1, np.abs(values[k]))
        ahead, behind = (
            law(**values | {k: values[k] + s * h}).cdf(z) for s in (1, -1)
        )
        want = -(ahead - behind) / (2 * h) / law(**values).pdf(z)
        np.testing.assert_allclose(slope, want, rtol=2e-5, err_msg=k)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("concentration", [0.5, 7.9, 8.1, 1e3, 1e6])
def test_density_of_gamma_keeps_its_digits(dtype, concentration):
    # TFP's log density of Gamma(1e6) has no digit left in float32. What is left
    # to this one is sqrt(a) eps, from z - a.
    with tf.GradientTape() as tape:
        z = tf.constant(concentration, dtype) * tf.constant(
            [0.999, 1.0, 1.002], dtype
        )
        tape.watch(z)
        cdf = tfid.Gamma(tf.constant(concentration, dtype), 1.0).cdf(z)
    got = tape.gradient(cdf, z).numpy()
    with mpmath.workdps(40):
        a = mpmath.mpf(float(tf.constant(concentration, dtype)))
        want = [
            float(
                mpmath.exp(
                    (a - 1) * mpmath.log(mpmath.mpf(float(x)))
                    - mpmath.mpf(float(x))
                    - mpmath.loggamma(a)
                )
            )
            for x in z
        ]
    eps = np.finfo(dtype.as_numpy_dtype).eps
    # Measured: 1.1 and 0.8 of it.
    np.testing.assert_allclose(
        got, want, rtol=4 * eps * (8 + np.sqrt(concentration))
    )


def test_upper_tails_do_not_vanish():
    # log1p(-cdf) is -inf at each of these.
    cases = [
        (tfid.Gamma(2.0, 1.0), 60.0, scipy.stats.gamma(2.0)),
        (tfid.Chi2(3.0), 130.0, scipy.stats.chi2(3.0)),
        (tfid.Beta(2.0, 9.0), 0.999, scipy.stats.beta(2.0, 9.0)),
        (tfid.StudentT(30.0, 0.0, 1.0), 30.0, scipy.stats.t(30.0)),
        (
            tfid.InverseGamma(9.0, 1.0),
            1e3,
            scipy.stats.invgamma(9.0),
        ),
    ]
    for distribution, z, law in cases:
        np.testing.assert_allclose(
            distribution.log_survival_function(z), law.logsf(z), rtol=1e-5
        )


def test_below_the_support():
    for gamma in (tfid.Gamma(2.0, 1.0), tfid.Chi2(3.0)):
        np.testing.assert_array_equal(gamma.cdf(-1.0), 0.0)
        np.testing.assert_array_equal(gamma.survival_function(-1.0), 1.0)
    beta = tfid.Beta(2.0, 3.0)
    np.testing.assert_array_equal(beta.cdf([-1.0, 2.0]), [0.0, 1.0])
    np.testing.assert_array_equal(
        beta.survival_function([-1.0, 2.0]), [1.0, 0.0]
    )
