# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""GeneralizedInverseGaussian against mpmath, its limits and its own CDF."""

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import assert_law, assert_mean
from tests.reference import reference
from tf_implicit.distributions import _gig_law, _gig_tail

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_TABLE = reference.load("generalized_inverse_gaussian")
_PARAMETERS = ["order", "chi", "psi"]
# order, chi, psi: small, ordinary and large.
_SETTINGS = [
    (0.0, 1.0, 1.0),
    (0.0, 1e-3, 1e-3),
    (-0.5, 2.0, 3.0),
    (0.3, 2.0, 0.5),
    (-3.0, 0.5, 1e-2),
    (20.0, 0.1, 10.0),
    (-40.0, 30.0, 20.0),
    (1.5, 300.0, 200.0),
]


def _eps(dtype):
    return float(np.finfo(dtype.as_numpy_dtype).eps)


def _make(settings, dtype=tf.float64):
    columns = zip(*settings, strict=True)
    parameters = [tf.constant(column, dtype) for column in columns]
    return tfid.GeneralizedInverseGaussian(*parameters), parameters


def _of_table(dtype):
    parameters = [tf.constant(_TABLE[name], dtype) for name in _PARAMETERS]
    z = tf.constant(_TABLE["sample"], dtype)
    return tfid.GeneralizedInverseGaussian(*parameters), parameters, z


def _rounding_of_samples(z, parameters):
    """In eps, what of a tail is lost with a rounding of z or of the mode."""
    order, chi, psi, z = (np.float64(x) for x in (*parameters, z))
    w = np.hypot(order, np.sqrt(chi * psi))
    up = order >= 0
    mode = np.where(up, (w + order) / psi, chi / (w - order))
    distance = np.abs(np.log(z / mode))
    slope = np.abs(order + (chi / z - psi * z) / 2)
    return slope * (1 + distance) + np.sqrt(w)


@_DTYPES
def test_density_and_tails(dtype):
    law, parameters, z = _of_table(dtype)
    eps = _eps(dtype)
    # float32 results are rounded float64 ones.
    moved = _rounding_of_samples(z, parameters) if dtype == tf.float64 else 0
    log_prob, lower, upper = (
        _TABLE[name] for name in ("log_prob", "lower", "upper")
    )
    log_lower, log_upper = (
        np.where(x < 0.5, np.log(x), np.log1p(-y))
        for x, y in ((lower, upper), (upper, lower))
    )
    bound = (1 if dtype == tf.float32 else 16) + moved
    for got, want, size in (
        (law.log_prob(z), log_prob, np.maximum(1, np.abs(log_prob))),
        (law.cdf(z), lower, lower),
        (law.survival_function(z), upper, upper),
        (law.log_cdf(z), log_lower, np.abs(log_lower)),
        (law.log_survival_function(z), log_upper, np.abs(log_upper)),
    ):
        error = np.abs(np.float64(got) - want) / (eps * size)
        assert np.all(error <= bound), np.max(error / bound)


@_DTYPES
def test_gradients_of_samples(dtype):
    _, parameters, z = _of_table(dtype)
    wide = [tf.cast(x, tf.float64) for x in parameters]
    value = tf.cast(z, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(wide)
        y = _gig_law.standardize(value, _gig_law.Law.of(*wide))
        z = _gig_tail.attach_to_sample(value, y, *wide)
    slopes = tape.gradient(z, wide)
    for name, slope in zip(_PARAMETERS, slopes, strict=True):
        np.testing.assert_allclose(
            tf.cast(slope, dtype),
            _TABLE[f"d_{name}"],
            rtol=max(_eps(dtype), 16 * _eps(tf.float64)),
        )


@_DTYPES
def test_gradients_are_attached_to_samples(dtype):
    # One sample of each row, against the CDF by differences in float64.
    _, parameters = _make(_SETTINGS, dtype)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        z = tfid.GeneralizedInverseGaussian(*parameters).sample(seed=[1, 2])
    got = tape.gradient(z, parameters)
    wide = [tf.cast(x, tf.float64) for x in parameters]
    at = tf.cast(z, tf.float64)
    density = tfid.GeneralizedInverseGaussian(*wide).prob(at)
    for i in range(3):
        h = 1e-5 * (0.1 + np.abs(wide[i]))
        cdfs = []
        for k in (-1, 1):
            moved = list(wide)
            moved[i] += k * h
            cdfs.append(tfid.GeneralizedInverseGaussian(*moved).cdf(at))
        want = -(cdfs[1] - cdfs[0]) / (2 * h) / density
        rtol = 3e-3 if dtype == tf.float32 else 1e-5
        np.testing.assert_allclose(got[i], want, rtol=rtol)


def _log_density(z, order, chi, psi):
    return (
        order * mpmath.log(psi / chi) / 2
        - mpmath.log(2 * mpmath.besselk(order, mpmath.sqrt(chi * psi)))
        + (order - 1) * mpmath.log(z)
        - (chi / z + psi * z) / 2
    )


def _mean(order, chi, psi, power=1):
    """E z**power."""
    omega = mpmath.sqrt(chi * psi)
    ratio = mpmath.besselk(order + power, omega) / mpmath.besselk(order, omega)
    return (chi / psi) ** (mpmath.mpf(power) / 2) * ratio


def _variance(*parameters):
    return _mean(*parameters, power=2) - _mean(*parameters) ** 2


def _entropy(order, chi, psi):
    omega = mpmath.sqrt(chi * psi)
    mean_log = mpmath.log(chi / psi) / 2 + mpmath.diff(
        lambda p: mpmath.log(mpmath.besselk(p, omega)), order
    )
    linear = chi * _mean(order, chi, psi, -1) + psi * _mean(order, chi, psi)
    return (
        mpmath.log(2 * mpmath.besselk(order, omega))
        - order * mpmath.log(psi / chi) / 2
        - (order - 1) * mean_log
        + linear / 2
    )


def _slopes(function, arguments):
    """The partial derivatives of a function at arguments."""
    count = len(arguments)
    return [
        mpmath.diff(
            function,
            arguments,
            tuple(int(i == k) for k in range(count)),
            h=mpmath.mpf(10) ** -12,
        )
        for i in range(count)
    ]


@_DTYPES
def test_gradients_of_log_prob(dtype):
    law, parameters = _make(_SETTINGS, dtype)
    z = law.sample(seed=[3, 4])
    with tf.GradientTape() as tape:
        tape.watch([z, *parameters])
        value = tfid.GeneralizedInverseGaussian(*parameters).log_prob(z)
    got = tape.gradient(value, [z, *parameters])
    with mpmath.workdps(40):
        for i in range(len(_SETTINGS)):
            point = [mpmath.mpf(float(x[i])) for x in (z, *parameters)]
            wants = _slopes(_log_density, point)
            for g, want, x in zip(got, wants, point, strict=True):
                # What rounding of z and the mode moves.
                size = abs(want) + (
                    abs(point[1]) + point[2] / point[0] + point[3] * point[0]
                ) / (abs(x) + 0.1)
                rtol = _eps(dtype) if dtype == tf.float32 else 0
                bound = rtol * abs(want) + 64 * _eps(tf.float64) * size
                assert abs(float(g[i]) - want) <= bound, (_SETTINGS[i], x)


def test_second_derivatives_of_log_prob():
    law, parameters = _make(_SETTINGS[2:5])
    z = law.sample(seed=[3, 4])
    arguments = [z, *parameters]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(arguments)
        with tf.GradientTape() as tape:
            tape.watch(arguments)
            law = tfid.GeneralizedInverseGaussian(*arguments[1:])
            value = law.log_prob(arguments[0])
        slopes = tape.gradient(value, arguments)
    with mpmath.workdps(60):
        for i in range(4):
            got = outer.gradient(slopes[i], arguments)
            for j in range(4):
                order = [0] * 4
                order[i] += 1
                order[j] += 1
                for k in range(3):
                    point = [mpmath.mpf(float(x[k])) for x in arguments]
                    want = mpmath.diff(
                        _log_density,
                        point,
                        tuple(order),
                        h=mpmath.mpf(10) ** -15,
                    )
                    np.testing.assert_allclose(
                        got[j][k], float(want), rtol=1e-11, atol=1e-12
                    )


@_DTYPES
def test_moments(dtype):
    _, parameters = _make(_SETTINGS, dtype)
    for name, function in (
        ("mean", _mean),
        ("variance", _variance),
        ("entropy", _entropy),
    ):
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            law = tfid.GeneralizedInverseGaussian(*parameters)
            value = getattr(law, name)()
        slopes = tape.gradient(value, parameters)
        with mpmath.workdps(60):
            for i in range(len(_SETTINGS)):
                point = [mpmath.mpf(float(x[i])) for x in parameters]
                want = float(function(*point))
                rtol = max(_eps(dtype), 1e-13)
                np.testing.assert_allclose(
                    value[i], want, rtol=rtol, atol=rtol if want < 5 else 0
                )
                if dtype == tf.float32 or i not in (2, 4, 6):
                    continue
                wants = _slopes(function, point)
                np.testing.assert_allclose(
                    [slope[i] for slope in slopes],
                    [float(x) for x in wants],
                    rtol=1e-11,
                )


@_DTYPES
@pytest.mark.parametrize(
    "setting",
    [
        *_SETTINGS[2:7],
        (0.0, 1e-9, 1e-9),
        (1e-3, 1e-20, 1.0),
        (1000.0, 2.0, 3.0),
        (-1e5, 1.0, 1.0),
        (0.5, 1e6, 1e6),
    ],
)
def test_law_and_mean_gradients(dtype, setting):
    size = 20000
    parameters = [tf.constant(x, dtype) for x in setting]
    copies = [tf.fill([size], x) for x in parameters]
    with tf.GradientTape() as tape:
        tape.watch(copies)
        z = tfid.GeneralizedInverseGaussian(*copies).sample(seed=[1, 2])
        loss = tf.math.log(tf.cast(z, tf.float64))
    slopes = tape.gradient(loss, copies)
    wide = [tf.cast(x, tf.float64) for x in parameters]
    law = tfid.GeneralizedInverseGaussian(*wide)
    spacing = _eps(dtype) if dtype == tf.float32 else 0
    # A float32 sample may have been rounded from any number around it.
    assert_law(z, lambda x: law.cdf(x * (1 + spacing / 2)).numpy())
    # E log z has the derivatives that the density gives it.
    with tf.GradientTape() as outer:
        outer.watch(wide)
        with tf.GradientTape() as tape:
            tape.watch(wide[0])
            # The derivative in the order is log z - E log z.
            value = tfid.GeneralizedInverseGaussian(*wide).log_prob(1.0)
        mean_log = -tape.gradient(value, wide[0])
    wants = outer.gradient(mean_log, wide)
    for slope, want in zip(slopes, wants, strict=True):
        assert_mean(slope, float(want))


def test_limits():
    x = tf.constant([0.1, 0.9, 4.0], tf.float64)
    order, one = tf.constant(1.5, tf.float64), tf.constant(1.0, tf.float64)
    tiny = tf.constant(1e-30, tf.float64)
    make = tfid.GeneralizedInverseGaussian
    for ours, other in (
        (make(order, tiny, 2 * one), tfid.Gamma(order, one)),
        (make(-order, 2 * one, tiny), tfid.InverseGamma(order, one)),
        (make(-0.5, 3 * one, one / 3), tfid.InverseGaussian(3 * one, 3 * one)),
    ):
        for method in ("log_prob", "cdf", "survival_function"):
            np.testing.assert_allclose(
                getattr(ours, method)(x),
                getattr(other, method)(x),
                rtol=1e-12,
            )
    # That of 1 / z, at the same place of the same law.
    ours, other = make(order, one, 3 * one), make(-order, 3 * one, one)
    np.testing.assert_allclose(
        ours.survival_function(x), other.cdf(1 / x), rtol=1e-13
    )
    np.testing.assert_allclose(
        1 / ours.sample(9, seed=[1, 2]),
        other.sample(9, seed=[1, 2]),
        rtol=1e-13,
    )
    # The mode is that of the density.
    law, _ = _make(_SETTINGS)
    mode = law.mode()
    with tf.GradientTape() as tape:
        tape.watch(mode)
        value = law.log_prob(mode)
    slope = mode * tape.gradient(value, mode)
    np.testing.assert_allclose(slope, np.zeros(len(_SETTINGS)), atol=1e-10)


@_DTYPES
def test_quantile(dtype):
    _, parameters = _make(_SETTINGS, dtype)
    p = tf.constant([[1e-10], [0.02], [0.499], [0.7], [0.999]], dtype)
    with tf.GradientTape() as tape:
        tape.watch([p, *parameters])
        law = tfid.GeneralizedInverseGaussian(*parameters)
        z = law.quantile(p)
    assert z.dtype == dtype
    got = tape.gradient(z, [p, *parameters])
    wide = [tf.cast(x, tf.float64) for x in (z, *parameters)]
    exact = tfid.GeneralizedInverseGaussian(*wide[1:])
    q, density = np.float64(p), np.float64(exact.prob(wide[0]))
    # Half of a spacing of z at most, and the rounding of log p.
    error = _eps(dtype) * np.float64(z) * density
    error += 16 * _eps(tf.float64) * q * (4 - np.log(q))
    assert np.all(np.abs(exact.cdf(wide[0]) - q) <= error)
    np.testing.assert_allclose(
        got[0], np.sum(1 / density, -1, keepdims=True), rtol=1e-4
    )
    with tf.GradientTape() as tape:
        tape.watch(wide)
        cdf = tfid.GeneralizedInverseGaussian(*wide[1:]).cdf(wide[0])
        loss = tf.reduce_sum(-tf.stop_gradient(1 / density) * cdf)
    wants = tape.gradient(loss, wide[1:])
    for g, want in zip(got[1:], wants, strict=True):
        np.testing.assert_allclose(g, want, rtol=1e-4)
    ends = law.quantile(tf.constant([[0.0], [1.0], [2.0]], dtype))
    assert np.all(ends[0] == 0) and np.all(ends[1] == np.inf)
    assert np.all(np.isnan(ends[2]))


@_DTYPES
def test_divergence(dtype):
    p, of_p = _make(_SETTINGS, dtype)
    _, of_q = _make(_SETTINGS[::-1], dtype)
    np.testing.assert_allclose(
        tfid.kl_divergence(p, p), np.zeros(len(_SETTINGS)), atol=1e-14
    )
    with tf.GradientTape() as tape:
        tape.watch([*of_p, *of_q])
        make = tfid.GeneralizedInverseGaussian
        value = tfid.kl_divergence(make(*of_p), make(*of_q))
    got = tape.gradient(value, [*of_p, *of_q])

    def divergence(*parameters):
        p, q = parameters[:3], parameters[3:]
        omega = mpmath.sqrt(p[1] * p[2])
        mean_log = mpmath.log(p[1] / p[2]) / 2 + mpmath.diff(
            lambda order: mpmath.log(mpmath.besselk(order, omega)), p[0]
        )
        means = [mean_log, -_mean(*p, -1) / 2, -_mean(*p) / 2]
        # At z = 1 the statistics are 0, -1/2 and -1/2.
        norms = [
            _log_density(mpmath.mpf(1), *x) + (x[1] + x[2]) / 2 for x in (p, q)
        ]
        linear = sum((a - b) * m for a, b, m in zip(p, q, means, strict=True))
        return norms[0] - norms[1] + linear

    rtol = 1e-6 if dtype == tf.float32 else 1e-12
    with mpmath.workdps(60):
        for i in range(len(_SETTINGS)):
            point = [mpmath.mpf(float(x[i])) for x in (*of_p, *of_q)]
            want = float(divergence(*point))
            np.testing.assert_allclose(value[i], want, rtol=rtol)
            if i not in (2, 5):
                continue
            np.testing.assert_allclose(
                [g[i] for g in got],
                [float(x) for x in _slopes(divergence, point)],
                rtol=100 * rtol,
            )


def test_ends_and_invalid_parameters():
    law = tfid.GeneralizedInverseGaussian(1.5, 2.0, 3.0)
    x = tf.constant([-1.0, 0.0, 1e-30, 1e30, np.inf, np.nan])
    with tf.GradientTape() as tape:
        tape.watch(x)
        log_prob = law.log_prob(x)
    assert np.all(np.isneginf(np.take(log_prob, [0, 1, 4])))
    assert np.all(np.take(log_prob, [2, 3]) < -1e29) and np.isnan(log_prob[5])
    assert np.all(np.take(tape.gradient(log_prob, x), [0, 1, 4]) == 0)
    np.testing.assert_array_equal(law.cdf(x), [0, 0, 0, 1, 1, np.nan])
    np.testing.assert_array_equal(
        law.survival_function(x), [1, 1, 1, 0, 0, np.nan]
    )
    np.testing.assert_array_equal(law.log_cdf(x)[3:5], [0, 0])
    assert law.log_survival_function(x)[3] < -1e29
    beyond = np.float64(0.0), np.float64(1e-150), np.float64(1e-150)
    invalid = ((1.0, -1.0, 1.0), (1.0, 1.0, 0.0), (np.nan, 1.0, 1.0))
    for wrong in (*invalid, beyond):
        law = tfid.GeneralizedInverseGaussian(*wrong)
        for value in (
            law.sample(seed=1),
            law.log_prob(1.0),
            law.cdf(1.0),
            law.quantile(0.3),
            law.mean(),
            law.variance(),
            law.entropy(),
            law.mode(),
        ):
            assert np.isnan(value)


def test_higher_derivatives_are_an_error():
    psi = tf.constant(2.0)
    for call in (
        lambda law: law.sample(seed=[1, 2]),
        lambda law: law.cdf(1.0),
        lambda law: law.variance(),
    ):
        with tf.GradientTape() as outer:
            outer.watch(psi)
            with tf.GradientTape() as tape:
                tape.watch(psi)
                law = tfid.GeneralizedInverseGaussian(0.5, 1.0, psi)
                value = call(law)
            slope = tape.gradient(value, psi)
        with pytest.raises(NotImplementedError, match="generalized inverse"):
            outer.gradient(slope, psi)
