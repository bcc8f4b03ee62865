# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Rice against mpmath, its limits and its own CDF."""

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import tf_implicit as tfi
from tests.distributions.sampling import (
    assert_law,
    assert_mean,
    sample_gradients,
)
from tests.reference import reference
from tf_implicit.distributions import _rice_density

tfid = tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_TABLE = reference.load("rice")
# noncentrality, scale: no, small, ordinary and large quotients.
_SETTINGS = [
    (0.0, 1.0),
    (1e-9, 0.3),
    (0.02, 2.0),
    (0.5, 1.5),
    (3.0, 1.25),
    (20.0, 2.0),
    (7e3, 10.0),
    (1e9, 1e3),
]


def _eps(dtype):
    return float(np.finfo(dtype.as_numpy_dtype).eps)


def _make(settings, dtype=tf.float64):
    columns = zip(*settings, strict=True)
    parameters = [tf.constant(column, dtype) for column in columns]
    return tfid.Rice(*parameters), parameters


def _of_table(dtype):
    names = ["noncentrality", "scale", "sample"]
    *parameters, z = [tf.constant(_TABLE[name], dtype) for name in names]
    return tfid.Rice(*parameters), parameters, z


@_DTYPES
def test_density_and_tails(dtype):
    law, _, z = _of_table(dtype)
    eps = _eps(dtype)
    log_prob, lower, upper = (
        _TABLE[name] for name in ("log_prob", "lower", "upper")
    )
    log_lower, log_upper = (
        np.where(x < 0.5, np.log(x), np.log1p(-np.minimum(y, 0.5)))
        for x, y in ((lower, upper), (upper, lower))
    )
    bound = 1 if dtype == tf.float32 else 16
    # What a rounding of the exponent, the logarithm of a tail, changes.
    depth = 1 + (np.abs(log_lower) + np.abs(log_upper)) / bound
    for name, got, want, size in (
        (
            "log_prob",
            law.log_prob(z),
            log_prob,
            np.maximum(1, np.abs(log_prob)),
        ),
        ("cdf", law.cdf(z), lower, lower * depth),
        ("survival", law.survival_function(z), upper, upper * depth),
        ("log_cdf", law.log_cdf(z), log_lower, np.abs(log_lower) * depth),
        (
            "log_survival",
            law.log_survival_function(z),
            log_upper,
            np.abs(log_upper) * depth,
        ),
    ):
        error = np.abs(np.float64(got) - want) / (eps * size)
        assert np.all(error <= bound), (name, np.max(error))


def _slopes_at(z, parameters):
    wide = [tf.cast(x, tf.float64) for x in (z, *parameters)]
    with tf.GradientTape() as tape:
        tape.watch(wide[1:])
        y = (wide[0] - wide[1]) / wide[2]
        z = _rice_density.attach_to_sample(wide[0], y, *wide[1:])
    return tape.gradient(z, wide[1:])


@_DTYPES
def test_gradients_of_samples(dtype):
    _, parameters, z = _of_table(dtype)
    slopes = _slopes_at(z, parameters)
    for name, slope in zip(("noncentrality", "scale"), slopes, strict=True):
        want = _TABLE[f"d_{name}"]
        # (z - noncentrality A) / scale goes through 0.
        size = np.abs(want) if name == "noncentrality" else _size(want)
        error = np.abs(np.float64(tf.cast(slope, dtype)) - want)
        bound = max(_eps(dtype), 2 * _eps(tf.float64))
        assert np.all(error <= bound * size), np.max(error / size)


def _size(d_scale):
    """Of the larger term of dz/dscale."""
    names = ["noncentrality", "scale", "sample"]
    noncentrality, scale, z = (np.asarray(_TABLE[name]) for name in names)
    return np.maximum(np.abs(d_scale), np.abs(z - noncentrality) / scale)


@_DTYPES
def test_gradients_are_attached_to_samples(dtype):
    # One sample of each row, against the CDF by differences in float64.
    settings = _SETTINGS[2:6]
    _, parameters = _make(settings, dtype)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        z = tfid.Rice(*parameters).sample(seed=[1, 2])
    got = tape.gradient(z, parameters)
    assert z.dtype == dtype
    wide = [tf.cast(x, tf.float64) for x in parameters]
    at = tf.cast(z, tf.float64)
    density = tfid.Rice(*wide).prob(at)
    for i in range(2):
        h = 1e-5 * np.abs(wide[1])
        cdfs = []
        for k in (-1, 1):
            moved = list(wide)
            moved[i] += k * h
            cdfs.append(tfid.Rice(*moved).cdf(at))
        want = -(cdfs[1] - cdfs[0]) / (2 * h) / density
        rtol = 1e-4 if dtype == tf.float32 else 1e-7
        np.testing.assert_allclose(got[i], want, rtol=rtol, atol=1e-7)


def _scaled_bessel(order, k):
    """exp(-k) I_order(k), by DLMF 10.40.1 for a large k."""
    if k < 200:
        return mpmath.exp(-k) * mpmath.besseli(order, k)
    total = term = mpmath.mpf(1)
    for n in range(1, 40):
        term *= -mpmath.mpf(4 * order**2 - (2 * n - 1) ** 2) / (8 * n * k)
        total += term
    return total / mpmath.sqrt(2 * mpmath.pi * k)


def _ratio(k):
    return _scaled_bessel(1, k) / _scaled_bessel(0, k)


def _log_density(z, noncentrality, scale):
    return (
        mpmath.log(z / scale**2)
        - ((z - noncentrality) / scale) ** 2 / 2
        + mpmath.log(_scaled_bessel(0, z * noncentrality / scale**2))
    )


def _slopes(function, arguments):
    """The partial derivatives of a function at arguments."""
    found = []
    for i in range(len(arguments)):
        order = tuple(int(i == k) for k in range(len(arguments)))
        # One that may be 0 moves by the scale, the last one.
        h = arguments[-1] * mpmath.mpf(10) ** -14
        found.append(mpmath.diff(function, arguments, order, h=h))
    return found


@_DTYPES
def test_gradients_of_log_prob(dtype):
    law, parameters = _make(_SETTINGS, dtype)
    z = law.sample(seed=[3, 4])
    with tf.GradientTape() as tape:
        tape.watch([z, *parameters])
        value = tfid.Rice(*parameters).log_prob(z)
    got = tape.gradient(value, [z, *parameters])
    with mpmath.workdps(40):
        for i in range(len(_SETTINGS)):
            z_i, nu, sigma = (mpmath.mpf(float(x[i])) for x in (z, *parameters))
            ratio = _ratio(z_i * nu / sigma**2)
            y, w, b = (z_i - nu) / sigma, z_i / sigma, nu / sigma
            wants = [
                (1 / w - y - b * (1 - ratio)) / sigma,
                (w * ratio - b) / sigma,
                (y**2 + 2 * w * b * (1 - ratio) - 2) / sigma,
            ]
            # The terms; those of the first two have a factor of w or b.
            sizes = [
                1 / w + abs(y) + b * (1 - ratio),
                b if w * b < 1 else abs(y) + w * (1 - ratio),
                2 + y**2,
            ]
            for g, want, size in zip(got, wants, sizes, strict=True):
                rtol = _eps(dtype) if dtype == tf.float32 else 0
                bound = rtol * abs(want)
                bound += 16 * _eps(tf.float64) * size / sigma
                assert abs(float(g[i]) - want) <= bound, _SETTINGS[i]


def test_second_derivatives():
    # Of log_prob, and of samples: A' = 1 - A / k - A**2.
    law, parameters = _make(_SETTINGS[2:6])
    z = law.sample(seed=[3, 4])
    arguments = [z, *parameters]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(arguments)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(arguments)
            law = tfid.Rice(*arguments[1:])
            value = law.log_prob(arguments[0])
            sample = law.sample(seed=[5, 6])
        slopes = tape.gradient(value, arguments)
        of_sample = tape.gradient(sample, arguments[1:])
    with mpmath.workdps(60):
        for i in range(3):
            got = outer.gradient(slopes[i], arguments)
            for j in range(3):
                order = [0] * 3
                order[i] += 1
                order[j] += 1
                for k in range(4):
                    point = [mpmath.mpf(float(x[k])) for x in arguments]
                    h = point[2] * mpmath.mpf(10) ** -15
                    want = mpmath.diff(_log_density, point, tuple(order), h=h)
                    np.testing.assert_allclose(
                        got[j][k], float(want), rtol=1e-11, atol=1e-13
                    )
        for i in range(2):
            got = outer.gradient(of_sample[i], arguments[1:])
            for k in range(4):
                z, nu, sigma = (
                    mpmath.mpf(float(x[k])) for x in (sample, *parameters)
                )
                first = _implicit(z, nu, sigma)
                for j in range(2):
                    # d/dparameter + dz/dparameter d/dz of dz/dparameter.
                    moved = mpmath.diff(
                        lambda t, i=i, j=j, z=z, nu=nu, sigma=sigma: _implicit(
                            z + t * _implicit(z, nu, sigma)[j],
                            nu + t * (j == 0),
                            sigma + t * (j == 1),
                        )[i],
                        0,
                        h=sigma * mpmath.mpf(10) ** -15,
                    )
                    np.testing.assert_allclose(
                        got[j][k], float(moved), rtol=1e-10, atol=1e-13
                    )
                np.testing.assert_allclose(
                    of_sample[i][k], float(first[i]), rtol=1e-12
                )


def _implicit(z, nu, sigma):
    ratio = _ratio(z * nu / sigma**2)
    return [ratio, (z - nu * ratio) / sigma]


def _mean(nu, sigma):
    k = (nu / sigma) ** 2 / 4
    total = (1 + 2 * k) * _scaled_bessel(0, k) + 2 * k * _scaled_bessel(1, k)
    return sigma * mpmath.sqrt(mpmath.pi / 2) * total


def _variance(nu, sigma):
    return 2 * sigma**2 + nu**2 - _mean(nu, sigma) ** 2


def _entropy(nu, sigma):
    b = nu / sigma
    ends = [max(0, b + x) for x in (-14, -6, -3, -1, 0, 1, 3, 6, 15)]

    def term(w):
        if w == 0:
            return mpmath.mpf(0)
        log_density = _log_density(w, b, mpmath.mpf(1))
        return -log_density * mpmath.exp(log_density)

    return mpmath.log(sigma) + mpmath.quad(term, sorted(set(ends)))


@_DTYPES
@pytest.mark.parametrize("name", ["mean", "variance"])
def test_moments(dtype, name):
    _, parameters = _make(_SETTINGS, dtype)
    function = {"mean": _mean, "variance": _variance}[name]
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        value = getattr(tfid.Rice(*parameters), name)()
    slopes = tape.gradient(value, parameters)
    with mpmath.workdps(80):
        for i in range(len(_SETTINGS)):
            point = [mpmath.mpf(float(x[i])) for x in parameters]
            rtol = max(_eps(dtype), 16 * _eps(tf.float64))
            np.testing.assert_allclose(
                value[i], float(function(*point)), rtol=rtol
            )
            wants = _slopes(function, point)
            # That of the variance in the noncentrality is the cube of the
            # scale over that of the noncentrality: what is left of the scale.
            noise = 16 * _eps(tf.float64) * float(point[1])
            for slope, want in zip(slopes, wants, strict=True):
                atol = noise if name == "variance" else 0
                np.testing.assert_allclose(
                    slope[i], float(want), rtol=rtol, atol=atol
                )


@_DTYPES
def test_entropy(dtype):
    settings = [_SETTINGS[i] for i in (0, 2, 3, 4, 5)]
    _, parameters = _make(settings, dtype)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        value = tfid.Rice(*parameters).entropy()
    slopes = tape.gradient(value, parameters)
    rtol = max(_eps(dtype), 1e-14)
    with mpmath.workdps(30):
        for i in range(len(settings)):
            point = [mpmath.mpf(float(x[i])) for x in parameters]
            np.testing.assert_allclose(
                value[i], float(_entropy(*point)), rtol=rtol, atol=rtol
            )
            if dtype == tf.float32:
                continue
            h = point[1] * mpmath.mpf(10) ** -8
            for k, slope in enumerate(slopes):
                ends = []
                for sign in (-1, 1):
                    moved = list(point)
                    # The entropy is even in the noncentrality.
                    moved[k] = abs(moved[k] + sign * h)
                    ends.append(_entropy(*moved))
                want = float((ends[1] - ends[0]) / (2 * h))
                np.testing.assert_allclose(
                    slope[i], want, rtol=1e-12, atol=1e-13
                )


def _mode(nu, sigma):
    def slope(w):
        return 1 / w - w + nu / sigma * _ratio(w * nu / sigma)

    return sigma * mpmath.findroot(slope, mpmath.sqrt((nu / sigma) ** 2 + 1))


def test_mode():
    _, parameters = _make(_SETTINGS)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        mode = tfid.Rice(*parameters).mode()
    got = tape.gradient(mode, parameters)
    for i, setting in enumerate(_SETTINGS):
        with mpmath.workdps(40):
            point = [mpmath.mpf(x) for x in setting]
            np.testing.assert_allclose(
                mode[i], float(_mode(*point)), rtol=1e-15
            )
            for slope, want in zip(got, _slopes(_mode, point), strict=True):
                np.testing.assert_allclose(
                    slope[i],
                    float(want),
                    rtol=1e-13,
                    # That of a rounding of the mode.
                    atol=1e-15 * (1 + setting[0] / setting[1]),
                )


@_DTYPES
@pytest.mark.parametrize("setting", _SETTINGS)
def test_law_and_mean_gradients(dtype, setting):
    size = 20000
    z, slopes = sample_gradients(
        tfid.Rice, lambda z: tf.cast(z, tf.float64), setting, dtype, size
    )
    wide = [tf.cast(tf.constant(x, dtype), tf.float64) for x in setting]
    law = tfid.Rice(*wide)
    spacing = _eps(dtype) if dtype == tf.float32 else 0
    # A float32 sample may have been rounded from any number around it.
    assert_law(z, lambda x: law.cdf(x * (1 + spacing / 2)).numpy())
    with tf.GradientTape() as tape:
        tape.watch(wide)
        mean = tfid.Rice(*wide).mean()
    for slope, want in zip(slopes, tape.gradient(mean, wide), strict=True):
        if want == 0:  # Of a noncentrality of 0.
            np.testing.assert_array_equal(slope, np.zeros(size))
        else:
            assert_mean(slope, float(want))


def test_large_quotients_are_normal():
    # log I_0 and A are those of the first terms of DLMF 10.40.1 there.
    nu, sigma = tf.constant(1e12, tf.float64), tf.constant(1e3, tf.float64)
    y = tf.constant([-7.0, -1.5, 0.25, 6.0], tf.float64)
    law, normal = tfid.Rice(nu, sigma), tfid.Normal(nu, sigma)
    z = nu + sigma * y
    for method in ("log_prob", "cdf", "survival_function", "log_cdf"):
        np.testing.assert_allclose(
            getattr(law, method)(z), getattr(normal, method)(z), rtol=1e-7
        )
    slopes = _slopes_at(z, [nu + 0 * y, sigma + 0 * y])
    np.testing.assert_allclose(slopes[0], 1 - 0.5e-18 * (1 + 0 * y), rtol=1e-15)
    np.testing.assert_allclose(slopes[1], y + 0.5e-9, rtol=1e-14)
    # The sampler knows its standardized sample, beyond the digits of z.
    nu, sigma = tf.fill([50], nu * 1e3), tf.fill([50], sigma / 1e3)
    with tf.GradientTape() as tape:
        tape.watch(sigma)
        z = tfid.Rice(nu, sigma).sample(seed=[1, 2])
    slope = tape.gradient(z, sigma)
    assert np.max(np.abs((z - nu) / sigma - slope)) < 0.1
    assert np.unique(slope).size == 50


def test_rayleigh():
    z = tf.constant([1e-3, 0.4, 1.0, 5.0, 30.0], tf.float64)
    sigma = tf.constant(1.5, tf.float64)
    zero = tf.zeros([], tf.float64)
    square = (z / sigma) ** 2 / 2
    law = tfid.Rice(zero, sigma)
    np.testing.assert_allclose(
        law.log_survival_function(z), -square, rtol=1e-14
    )
    np.testing.assert_allclose(law.cdf(z), -np.expm1(-square), rtol=1e-14)
    np.testing.assert_allclose(law.mode(), sigma, rtol=1e-15)
    p = tf.constant([1e-12, 0.3, 0.9], tf.float64)
    want = sigma * np.sqrt(-2 * np.log1p(-p))
    np.testing.assert_allclose(law.quantile(p), want, rtol=1e-14)


def test_it_is_the_root_of_a_noncentral_chi2():
    law, (nu, sigma) = _make(_SETTINGS[2:6])
    other = tfid.NoncentralChi2(2.0 + 0 * nu, (nu / sigma) ** 2)
    z = nu + sigma * tf.constant([[0.7], [2.0], [9.0]], tf.float64)
    np.testing.assert_allclose(
        law.cdf(z), other.cdf((z / sigma) ** 2), rtol=1e-12
    )
    np.testing.assert_allclose(
        law.survival_function(z),
        other.survival_function((z / sigma) ** 2),
        rtol=1e-12,
    )


def test_far_tails():
    # They underflow; for one of them the ratio to the density is 1 / slope.
    law = tfid.Rice(tf.constant(3.0, tf.float64), 1.0)
    z = tf.constant([1e-200, 1e-9, 60.0, 1e4, 1e120], tf.float64)
    with mpmath.workdps(40):
        lower = [
            float(
                _log_density(mpmath.mpf(float(x)), 3, 1)
                + mpmath.log(float(x) / 2)
            )
            for x in z[:2]
        ]
    np.testing.assert_allclose(law.log_cdf(z)[:2], lower, rtol=1e-14)
    upper = law.log_survival_function(z)
    np.testing.assert_allclose(
        upper[2:] - law.log_prob(z)[2:],
        -np.log(np.float64(z[2:]) - 3),
        rtol=1e-3,
        atol=1e200,
    )
    np.testing.assert_allclose(upper[4], -0.5e240, rtol=1e-14)


@_DTYPES
def test_quantile(dtype):
    _, parameters = _make(_SETTINGS, dtype)
    p = tf.constant([[1e-10], [0.02], [0.499], [0.7], [0.999]], dtype)
    with tf.GradientTape() as tape:
        tape.watch([p, *parameters])
        law = tfid.Rice(*parameters)
        z = law.quantile(p)
    assert z.dtype == dtype
    got = tape.gradient(z, [p, *parameters])
    wide = [tf.cast(x, tf.float64) for x in (z, *parameters)]
    exact = tfid.Rice(*wide[1:])
    q, density = np.float64(p), np.float64(exact.prob(wide[0]))
    # The spacing of z in float32, of w and of z in float64; that of log p.
    spacing = (1 if dtype == tf.float32 else 2) * _eps(dtype)
    error = spacing * np.float64(z) * density
    error += 16 * _eps(tf.float64) * q * (4 - np.log(q))
    distance = np.abs(exact.cdf(wide[0]) - q)
    assert np.all(distance <= error), np.max(distance / error, axis=-1)
    wide_p = tf.cast(p, tf.float64)
    precise = [
        tfid.Rice(*wide[1:]).quantile(wide_p),
        *[tf.broadcast_to(x, z.shape) for x in wide[1:]],
    ]
    slopes = [1 / tfid.Rice(*precise[1:]).prob(precise[0])]
    slopes += _slopes_at(precise[0], precise[1:])
    rtol = 1e-5 if dtype == tf.float32 else 1e-9
    axes = [1, 0, 0]
    for g, slope, axis in zip(got, slopes, axes, strict=True):
        np.testing.assert_allclose(
            g,
            np.sum(slope, axis, keepdims=axis == 1),
            rtol=rtol,
            atol=rtol,
        )
    ends = law.quantile(tf.constant([[0.0], [1.0], [2.0]], dtype))
    assert np.all(ends[0] == 0) and np.all(ends[1] == np.inf)
    assert np.all(np.isnan(ends[2]))


@_DTYPES
def test_ends(dtype):
    law = tfid.Rice(tf.constant(2.0, dtype), 1.0)
    x = tf.constant([-np.inf, -1.0, 0.0, np.inf], dtype)
    np.testing.assert_array_equal(law.log_prob(x), np.full(4, -np.inf))
    np.testing.assert_array_equal(law.cdf(x), [0, 0, 0, 1])
    np.testing.assert_array_equal(law.survival_function(x), [1, 1, 1, 0])
    np.testing.assert_array_equal(
        law.log_cdf(x), [-np.inf, -np.inf, -np.inf, 0]
    )
    assert np.isnan(law.log_prob(np.nan)) and np.isnan(law.cdf(np.nan))


def test_invalid_parameters():
    for wrong in (
        (-1.0, 1.0),
        (1.0, 0.0),
        (1.0, -1.0),
        (np.nan, 1.0),
        (1.0, np.nan),
        (np.inf, 1.0),
        (1.0, np.inf),
    ):
        for dtype in (tf.float32, tf.float64):
            law = tfid.Rice(*(tf.constant(x, dtype) for x in wrong))
            for value in (
                law.sample(seed=1),
                law.log_prob(1.0),
                law.log_prob(-1.0),
                law.cdf(1.0),
                law.quantile(0.3),
                law.mean(),
                law.variance(),
                law.entropy(),
                law.mode(),
            ):
                assert np.isnan(value), wrong
    assert np.isnan(tfid.Rice(np.float64(1e150), 1.0).sample(seed=1))


def test_second_derivatives_of_moments_are_an_error():
    nu = tf.constant(2.0)
    for method in ("mean", "variance", "entropy", "mode"):
        with tf.GradientTape() as outer:
            outer.watch(nu)
            with tf.GradientTape() as tape:
                tape.watch(nu)
                value = getattr(tfid.Rice(nu, 1.0), method)()
            slope = tape.gradient(value, nu)
        with pytest.raises(NotImplementedError, match="first"):
            outer.gradient(slope, nu)
