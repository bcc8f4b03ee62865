# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Truncated distributions against closed forms and mpmath."""

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions
Truncated = tfi.distributions.Truncated

_INF = float("inf")
# loc, scale, low, high: the bulk, both tails, far tails, half lines.
_INTERVALS = [
    (0.2, 1.0, -1.0, 2.0),
    (0.2, 1.0, 4.0, 6.0),
    (0.2, 1.5, -7.0, -5.0),
    (0.0, 1.0, 40.0, 41.0),
    (0.0, 1.0, -_INF, -10.0),
    (0.0, 1.0, 0.5, _INF),
    (0.0, 2.0, -_INF, 1.0),
]


def _truth(loc, scale, low, high):
    """Mean of z**2 and its derivative in each argument, by mpmath."""
    with mpmath.workdps(40):

        def moment(m, s, a, b):
            def z(x):
                return (x - m) / s

            def pdf(x):
                return 0 if mpmath.isinf(x) else mpmath.npdf(z(x))

            def tail(x):
                return mpmath.erfc(z(x) / mpmath.sqrt(2)) / 2

            def edge(x):
                return 0 if mpmath.isinf(x) else (x + m) * pdf(x)

            p = tail(a) - tail(b)
            return s**2 + m**2 + s * (edge(a) - edge(b)) / p

        x = [mpmath.mpf(v) for v in (loc, scale, low, high)]
        slopes = []
        for i in range(4):
            if mpmath.isinf(x[i]):
                slopes.append(0.0)
                continue
            slopes.append(
                float(
                    mpmath.diff(
                        lambda t, i=i: moment(*x[:i], t, *x[i + 1 :]), x[i]
                    )
                )
            )
        return float(moment(*x)), slopes


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_every_parameter_has_a_gradient_of_the_right_mean(dtype):
    # Appendix A of the paper, f = z**2. 2000 samples: their mean is off by 6
    # standard errors once in 5e8. In float32 the interval [40, 41] loses 1e-4
    # of the gradients: log(1 - F) = -805 is rounded to 6e-5.
    parameters = tf.constant(_INTERVALS, dtype)
    size = 2000
    with tf.GradientTape() as tape:
        copies = tf.tile(parameters[None], [size, 1, 1])
        tape.watch(copies)
        loc, scale, low, high = tf.unstack(copies, axis=-1)
        z = Truncated(tfd.Normal(loc, scale), low, high).sample(seed=[1, 2])
        loss = z**2
    gradient = tape.gradient(loss, copies).numpy().astype(np.float64)
    assert np.all(np.isfinite(gradient))
    assert np.all((z >= low) & (z <= high))
    for i, interval in enumerate(_INTERVALS):
        moment, slopes = _truth(*interval)
        square = loss.numpy()[:, i].astype(np.float64)
        rounding = (1e-3 if dtype == tf.float32 else 1e-9) * abs(moment)
        error = np.std(square) / np.sqrt(size)
        assert abs(np.mean(square) - moment) < 6 * error + rounding, interval
        for j, slope in enumerate(slopes):
            error = np.std(gradient[:, i, j]) / np.sqrt(size)
            difference = abs(np.mean(gradient[:, i, j]) - slope)
            assert difference < 6 * error + rounding, (interval, j)


def test_location_gradient_far_from_the_mode():
    # z = Q(u): dz/dloc at fixed u, differentiated through the quantile with 40
    # digits. tfd.TruncatedNormal says 1 for each.
    loc = tf.constant(0.2, tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(loc)
        z = Truncated(tfd.Normal(loc, np.float64(1.0)), 4.0, 6.0).sample(
            5, seed=[1, 2]
        )
    slopes = tape.jacobian(z, loc, experimental_use_pfor=False)
    with mpmath.workdps(40):

        def tail(x):
            return mpmath.erfc(x / mpmath.sqrt(2)) / 2

        a, b = mpmath.mpf(4), mpmath.mpf(6)
        m = mpmath.mpf(0.2)
        for x, slope in zip(z.numpy(), slopes.numpy(), strict=True):
            x = mpmath.mpf(x)
            u = (tail(a - m) - tail(x - m)) / (tail(a - m) - tail(b - m))
            weighted = (1 - u) * mpmath.npdf(a - m) + u * mpmath.npdf(b - m)
            want = 1 - weighted / mpmath.npdf(x - m)
            # Terms of order 1 cancel; measured 9e-15.
            assert abs(slope - float(want)) < 4e-14
            assert 0 <= want < 0.6


@pytest.mark.parametrize(
    "interval", [(-1.0, 2.0), (4.0, 6.0), (-8.0, -5.0), (30.0, _INF)]
)
def test_law_of_the_samples(interval):
    low, high = interval
    z = Truncated(tfd.Normal(0.0, 1.0), low, high).sample(20000, seed=[5, 6])
    z = np.sort(z.numpy().astype(np.float64))
    with mpmath.workdps(30):

        def tail(x):
            return mpmath.erfc(mpmath.mpf(x) / mpmath.sqrt(2)) / 2

        grid = np.quantile(z, np.linspace(0.01, 0.99, 99))
        cdf = [
            float((tail(low) - tail(x)) / (tail(low) - tail(high)))
            for x in grid
        ]
    empirical = np.searchsorted(z, grid, side="right") / z.size
    # DKW: a right sampler exceeds this once in 1e9.
    bound = np.sqrt(np.log(2e9) / (2 * z.size))
    assert np.max(np.abs(empirical - cdf)) < bound + 2e-5


@pytest.mark.parametrize(
    ("base", "reference", "low", "high"),
    [
        (tfd.Gamma(np.float64(0.7), 2.0), scipy.stats.gamma(0.7, 0, 0.5), 0, 1),
        (tfd.Gamma(np.float64(3.0), 1.0), scipy.stats.gamma(3.0), 2.0, _INF),
        (tfd.Logistic(np.float64(1.0), 2.0), scipy.stats.logistic(1, 2), 3, 60),
        (tfd.Beta(np.float64(0.5), 0.8), scipy.stats.beta(0.5, 0.8), 0.3, 1.0),
        (tfd.Exponential(np.float64(2.0)), scipy.stats.expon(0, 0.5), 0.0, 0.3),
    ],
    ids=["gamma-low", "gamma-high", "logistic", "beta", "exponential"],
)
def test_other_distributions(base, reference, low, high):
    truncated = Truncated(base, np.float64(low), np.float64(high))
    z = truncated.sample(5000, seed=[7, 8])
    mass = reference.cdf(high) - reference.cdf(low)
    # Measured 1.3e-15, 4e-15 and 9e-14, SciPy's difference of CDFs included.
    np.testing.assert_allclose(
        truncated.prob(z), reference.pdf(z) / mass, rtol=1e-14
    )
    cdf = (reference.cdf(z) - reference.cdf(low)) / mass
    np.testing.assert_allclose(truncated.cdf(z), cdf, atol=4e-14)
    bound = np.sqrt(np.log(2e9) / (2 * 5000))
    assert scipy.stats.kstest(cdf, "uniform").statistic < bound
    quantile = truncated.quantile(cdf)
    np.testing.assert_allclose(quantile, z, rtol=1e-12)


@pytest.mark.parametrize("low", [0.0, 1.0])
def test_gamma_parameters(low):
    # E z is known through P(a + 1, x) = P(a, x) - x**a exp(-x) / Gamma(a + 1).
    base = {"concentration": 0.7, "rate": 2.0}
    base = {k: tf.constant(v, tf.float64) for k, v in base.items()}
    bounds = {"low": low, "high": 3.0}
    bounds = {k: tf.constant(v, tf.float64) for k, v in bounds.items()}

    def mean(a, b, low, high):
        def part(s):
            return mpmath.gammainc(s, low * b, high * b)

        return part(a + 1) / part(a) / b

    with tf.GradientTape() as tape:
        copies = {k: tf.fill([4000], v) for k, v in (base | bounds).items()}
        tape.watch(copies)
        z = Truncated(
            tfd.Gamma(copies["concentration"], copies["rate"]),
            copies["low"],
            copies["high"],
        ).sample(seed=[1, 2])
    gradient = tape.gradient(z, copies)
    with mpmath.workdps(30):
        point = [mpmath.mpf(x) for x in (0.7, 2.0, low, 3.0)]
        for j, name in enumerate(copies):
            if name == "low" and low == 0:
                continue  # the edge of the support is no parameter
            order = tuple(int(i == j) for i in range(4))
            want = float(mpmath.diff(mean, tuple(point), order))
            got = gradient[name].numpy()
            error = np.std(got) / np.sqrt(got.size)
            assert abs(np.mean(got) - want) < 6 * error, name


def test_second_derivative():
    # z = low + (high - low) u for a Uniform: d2z/dlow dhigh = 0; and for an
    # Exponential on a half line z = low - log(1 - u) / rate.
    rate = tf.constant(2.0, tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(rate)
        with tf.GradientTape() as inner:
            inner.watch(rate)
            z = Truncated(tfd.Exponential(rate), 3.0, _INF).sample(seed=[1, 2])
        first = inner.gradient(z, rate)
    np.testing.assert_allclose(first, -(z - 3.0) / rate, rtol=4e-15)
    np.testing.assert_allclose(
        outer.gradient(first, rate), 2 * (z - 3.0) / rate**2, rtol=8e-15
    )


def test_shapes_seeds_graphs_and_variables():
    low = tf.Variable([[-1.0], [0.5]])
    base = tfd.Normal([0.0, 1.0, 2.0], 1.0)
    truncated = Truncated(base, low, 5.0)
    assert truncated.batch_shape == [2, 3] and truncated.event_shape == []
    assert truncated.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    assert truncated.copy(high=6.0).batch_shape == [2, 3]
    assert truncated[:1].batch_shape == [1, 3]
    assert len(truncated.trainable_variables) == 1
    for shape in [(), (2, 5), (0,)]:
        want = tfd.Sample(base, ()).sample(shape).shape[:-1] + [2, 3]
        assert truncated.sample(shape, seed=1).shape == want
    z = truncated.sample(4, seed=[1, 2])
    np.testing.assert_array_equal(z, truncated.sample(4, seed=[1, 2]))
    assert np.all(z != truncated.sample(4, seed=[1, 3]))
    assert truncated.log_prob(z).shape == [4, 2, 3]

    @tf.function
    def gradient(n):
        with tf.GradientTape() as tape:
            z = truncated.sample(n, seed=[1, 2])
        return z, tape.gradient(z, low)

    graph_z, slope = gradient(tf.constant(4))
    np.testing.assert_allclose(graph_z, z, rtol=1e-6)
    assert slope.shape == low.shape and np.all(slope > 0)


def test_outside_and_degenerate():
    truncated = Truncated(tfd.Normal(0.0, 1.0), -1.0, 2.0)
    np.testing.assert_array_equal(truncated.prob([-1.5, 2.5]), [0.0, 0.0])
    np.testing.assert_array_equal(truncated.cdf([-1.5, 2.5]), [0.0, 1.0])
    ends = truncated.quantile([0.0, 1.0])
    np.testing.assert_allclose(ends, [-1.0, 2.0], rtol=1e-6)
    # F rounds to 1 and Gumbel has no survival function: no wrong sample.
    empty = Truncated(tfd.Gumbel(0.0, 1.0), 50.0, 60.0)
    assert np.all(np.isnan(empty.sample(3, seed=1)))
    assert np.isnan(empty.log_prob(55.0))


def test_moments_are_those_of_a_normal():
    # The closed forms, whose terms cancel, in 40 digits. TFP's log tails beyond
    # 20 standard deviations are off by up to 4e-9, as the variance shows.
    loc, scale, low, high = np.array(_INTERVALS).T
    truncated = Truncated(
        tfd.Normal(tf.constant(loc), tf.constant(scale)), low, high
    )
    for i, interval in enumerate(_INTERVALS):
        with mpmath.workdps(40):
            m, s, a, b = (mpmath.mpf(x) for x in interval)
            a, b = (a - m) / s, (b - m) / s
            p = mpmath.ncdf(-a) - mpmath.ncdf(-b)

            def edge(x, power, p=p):
                inside = not mpmath.isinf(x)
                return x**power * mpmath.npdf(x) / p if inside else 0

            shift = edge(a, 0) - edge(b, 0)
            mean = m + s * shift
            variance = s**2 * (1 + edge(a, 1) - edge(b, 1) - shift**2)
        np.testing.assert_allclose(
            truncated.mean()[i], float(mean), rtol=1e-12, err_msg=str(interval)
        )
        np.testing.assert_allclose(
            truncated.variance()[i],
            float(variance),
            rtol=1e-9 if interval[2] == 40 else 1e-11,
        )
    np.testing.assert_allclose(
        truncated.stddev() ** 2, truncated.variance(), rtol=1e-14
    )
    np.testing.assert_array_equal(truncated.mode(), np.clip(loc, low, high))
    # In the bulk TFP is right.
    bulk = np.array(_INTERVALS[0])
    want = tfd.TruncatedNormal(*bulk)
    np.testing.assert_allclose(
        truncated.entropy()[0], want.entropy(), rtol=1e-13
    )


@pytest.mark.parametrize(
    ("base", "law", "low", "high"),
    [
        (tfd.Gamma(np.float64(0.1), 2.0), scipy.stats.gamma(0.1, 0, 0.5), 0, 1),
        (
            tfi.distributions.StudentT(np.float64(3.0), 0.0, 1.0),
            scipy.stats.t(3.0),
            -1.0,
            9.0,
        ),
        (tfd.Gumbel(np.float64(0.0), 1.0), scipy.stats.gumbel_r(), -1.0, 4.0),
    ],
    ids=["gamma", "student", "gumbel"],
)
def test_moments_of_other_distributions(base, law, low, high):
    truncated = Truncated(base, np.float64(low), np.float64(high))
    mean = law.expect(lambda x: x, lb=low, ub=high, conditional=True)
    second = law.expect(lambda x: x * x, lb=low, ub=high, conditional=True)
    # SciPy's quadrature is good to 1e-8.
    np.testing.assert_allclose(truncated.mean(), mean, rtol=1e-7)
    np.testing.assert_allclose(
        truncated.variance(), second - mean**2, rtol=1e-6
    )


def test_moments_that_do_not_exist_or_converge_are_nan():
    half_cauchy = Truncated(tfd.Cauchy(np.float64(0.0), 1.0), 0.0, _INF)
    assert np.isnan(half_cauchy.mean()) and np.isnan(half_cauchy.variance())
    # A corner of the density inside the interval.
    corner = Truncated(tfd.Laplace(np.float64(0.3), 1.0), -1.0, 2.0)
    assert np.isnan(corner.mean())


def test_gradients_of_moments():
    # d mean / d loc = variance / scale**2, at fixed bounds.
    loc = tf.constant([0.2, 0.2, 0.0], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(loc)
        truncated = Truncated(
            tfd.Normal(loc, np.float64(2.0)), [-1.0, 8.0, 3.0], [2.0, 9.0, _INF]
        )
        mean = truncated.mean()
    np.testing.assert_allclose(
        tape.gradient(mean, loc), truncated.variance() / 4, rtol=1e-11
    )


def test_survival_function_and_bijector():
    truncated = Truncated(tfd.Normal(np.float64(0.0), 1.0), -1.0, _INF)
    reference = scipy.stats.truncnorm(-1.0, _INF)
    z = np.array([-0.9, 0.0, 2.0, 30.0])
    np.testing.assert_allclose(
        truncated.survival_function(z), reference.sf(z), rtol=1e-9
    )
    np.testing.assert_allclose(
        truncated.log_survival_function(z), reference.logsf(z), rtol=1e-12
    )
    np.testing.assert_allclose(truncated.cdf(z), reference.cdf(z), rtol=1e-12)
    normal = tfd.Normal(0.0, 1.0)
    x = tf.constant([-3.0, 0.0, 5.0])
    for low, high in [(-1.0, 2.0), (-1.0, _INF), (-_INF, 2.0)]:
        bijector = Truncated(
            normal, low, high
        ).experimental_default_event_space_bijector()
        y = bijector.forward(x)
        assert np.all((y > low) & (y < high))
        np.testing.assert_allclose(bijector.inverse(y + 0.0), x, atol=1e-4)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_quantile_is_the_inverse_of_the_cdf(dtype):
    # Scales and bounds of all magnitudes: the search has no scale of its own.
    scale = tf.constant([1e-30, 1e-6, 1.0, 1e9, 1e30], dtype)[:, None]
    low = scale * tf.constant([-_INF, -3.0, -1e3, 0.0, 5.0], dtype)
    high = scale * tf.constant([1.0, 2.0, 1e3, _INF, _INF], dtype)
    truncated = Truncated(tfd.Normal(tf.zeros([], dtype), scale), low, high)
    u = tf.constant([1e-6, 0.01, 0.5, 0.9, 0.999], dtype)[:, None, None]
    z = truncated.quantile(u)
    eps = np.finfo(dtype.as_numpy_dtype).eps
    # The noise of log F stops the search, 4 eps as a rule.
    np.testing.assert_allclose(
        truncated.cdf(z), u * tf.ones_like(z), rtol=0, atol=128 * eps
    )


@pytest.mark.parametrize(
    "make, parameters",
    [
        (tfi.distributions.Gamma, (2.5, 1.3)),
        (tfi.distributions.Normal, (0.3, 1.2)),
        (tfi.distributions.Beta, (2.5, 1.3)),
        (
            lambda df, scale: tfi.distributions.StudentT(df, 0.2, scale),
            (3.0, 1.3),
        ),
        (tfi.distributions.VonMises, (0.3, 4.0)),
        (tfd.Logistic, (0.3, 1.2)),
    ],
    ids=["Gamma", "Normal", "Beta", "StudentT", "VonMises", "Logistic"],
)
def test_gradients_of_the_quantile_match_finite_differences(make, parameters):
    def quantile(p, low, high, *parameters):
        return Truncated(make(*parameters), low, high).quantile(p)

    arguments = [
        tf.constant(x, tf.float64)
        for x in ([0.01, 0.3, 0.5, 0.9, 0.999], 0.2, 0.9, *parameters)
    ]
    theoretical, numerical = tf.test.compute_gradient(
        quantile, arguments, delta=1e-6
    )
    for t, n in zip(theoretical, numerical, strict=True):
        np.testing.assert_allclose(t, n, rtol=1e-6, atol=1e-8)


def test_results_do_not_depend_on_the_batch():
    loc = tf.random.stateless_normal([5], [1, 2])
    u = tf.random.stateless_uniform([5], [3, 4])

    def quantile(loc, u):
        return Truncated(tfd.Normal(loc, 1.0), -1.0, _INF).quantile(u)

    alone = [quantile(loc[i], u[i]) for i in range(5)]
    # TensorFlow's own functions differ by a rounding error between a vector and
    # a scalar.
    np.testing.assert_allclose(quantile(loc, u), alone, rtol=1e-6)


def _fuzz_half_lines(dtype, size=3000):
    generator = np.random.default_rng(0)
    loc = generator.normal(size=size) * 10 ** generator.uniform(-2, 2, size)
    scale = np.abs(loc) * 10 ** generator.uniform(-3, 1, size)
    low = loc + scale * generator.uniform(-30, 10, size)
    u = generator.uniform(size=size)
    return (tf.constant(x, dtype) for x in (loc, scale, low, u))


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_no_sample_of_a_half_line_is_far_out(dtype):
    # Where the slope exp(log_prob - log_tail) overflowed, a step of 0 from a
    # point that is 1e7 standard deviations away passed for the end.
    eps = np.finfo(dtype.as_numpy_dtype).eps
    for scale in (0.1, 0.12):
        loc = tf.ones([], dtype)
        z = Truncated(tfd.Normal(loc, scale), 0.0, _INF).sample(
            20000, seed=[1, 2]
        )
        # 6 standard deviations: one in 1e9.
        assert np.max(np.abs(z - 1.0)) < 6 * scale
    loc, scale, low, u = _fuzz_half_lines(dtype)
    truncated = Truncated(tfd.Normal(loc, scale), low, _INF)
    z = truncated.quantile(u)
    # Four rounding errors of z, and those of log F, down to -450.
    rounding = 4 * np.spacing(np.abs(z)) * truncated.prob(z)
    error = np.abs(truncated.cdf(z) - u)
    assert np.all(error <= rounding + 450 * 8 * eps)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_gradient_at_a_large_concentration(dtype):
    # With the CDF of tf.math.igamma it is 0.503.
    a = tf.constant(1e5, dtype)
    low, high = 1e5 - 1e5**0.5, 1e5 + 2 * 1e5**0.5
    with tf.GradientTape() as tape:
        tape.watch(a)
        base = tfi.distributions.Gamma(a, tf.ones([], dtype))
        z = Truncated(base, low, high).sample(20000, seed=[1, 2])
        mean = tf.reduce_mean(z)
    # dE z/da by quadrature at 30 digits.
    np.testing.assert_allclose(tape.gradient(mean, a), 0.5194058, rtol=5e-3)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_infinite_density_at_a_bound(dtype):
    # All quantiles from the median on were 0.
    u = np.linspace(0.001, 0.999, 99)
    z = Truncated(tfd.Gamma(tf.constant(0.1, dtype), 1.0), 0.0, _INF).quantile(
        tf.constant(u, dtype)
    )
    law = scipy.stats.gamma(0.1)
    # In float32 the concentration itself is rounded.
    atol = 2e-6 if dtype == tf.float32 else 1e-13
    np.testing.assert_allclose(law.cdf(z.numpy().astype(float)), u, atol=atol)


def test_an_interval_at_ten_thousand_standard_deviations():
    # 1 - z is exponential with mean 1e-8, below the spacing of float32 at 1.
    loc = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(loc)
        z = Truncated(tfd.Normal(loc, 1e-4), 0.0, 1.0).sample(2000, seed=[1, 2])
    distance = 1 - z.numpy().astype(np.float64)
    assert np.max(distance) < 3e-7 and np.mean(distance) < 2e-8
    # d E z / d loc = Var z / scale**2 = 1e-8.
    assert abs(tape.gradient(z, loc)) / 2000 < 1e-7
    base = tfd.Normal(np.float64(2.0), 1e-4)
    z = Truncated(base, 0.0, 1.0).sample(2000, seed=[1, 2])
    np.testing.assert_allclose(np.mean(1 - z), 1e-8, rtol=0.15)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize(
    ("base", "law", "low", "high"),
    [
        (
            lambda x: tfi.distributions.Beta(x(3), x(0.2)),
            lambda x: scipy.stats.beta(x(3), x(0.2)),
            0.5,
            1.0,
        ),
        (
            lambda x: tfi.distributions.Beta(x(0.3), x(0.05)),
            lambda x: scipy.stats.beta(x(0.3), x(0.05)),
            0.125,
            1.0,
        ),
        (
            lambda x: tfi.distributions.Chi2(x(0.2)),
            lambda x: scipy.stats.chi2(x(0.2)),
            0.0,
            _INF,
        ),
        (
            lambda x: tfd.Gumbel(x(0), x(1)),
            lambda x: scipy.stats.gumbel_r(),
            10.0,
            _INF,
        ),
    ],
    ids=["beta", "beta-sparse", "chi2", "gumbel"],
)
def test_samples_next_to_the_end_of_the_support(base, law, low, high, dtype):
    # The bracket closed where the logarithm of the tail goes to infinity, and
    # such samples were NaN: of the four in float32 12 in 3000, a fifth, 1 and,
    # in steps of 1 - F.
    def number(x):
        return tf.constant(x, dtype)

    parameter = number(1.0)
    with tf.GradientTape() as tape:
        tape.watch(parameter)
        truncated = Truncated(base(lambda x: number(x) * parameter), low, high)
        z = truncated.sample(20000, seed=[1, 2])
    assert np.all(np.isfinite(z)) and np.all((z >= low) & (z <= high))
    assert np.isfinite(tape.gradient(z, parameter))
    law = law(lambda x: float(number(x)))
    mass = law.sf(low) - law.sf(high)
    z = np.sort(z)
    bound = np.sqrt(np.log(2e9) / (2 * z.size))
    # DKW, with a sample's neighbours, between which the truth is.
    above = np.nextafter(z, z.dtype.type(high)).astype(float)
    below = np.nextafter(z, z.dtype.type(low)).astype(float)
    count = np.arange(z.size) / z.size
    assert np.all((law.sf(low) - law.sf(above)) / mass > count - bound - 1e-5)
    assert np.all((law.sf(low) - law.sf(below)) / mass < count + bound + 1e-4)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
def test_no_sample_of_ordinary_parameters_is_nan(dtype):
    generator = np.random.default_rng(0)
    size = 20000
    a, b = (
        tf.constant(10 ** generator.uniform(-1, 3, size), dtype)
        for _ in range(2)
    )
    ends = tf.constant(generator.uniform(0, 1, size), dtype)
    beta, gamma = tfi.distributions.Beta(a, b), tfi.distributions.Gamma(a, b)
    middle, median = beta.quantile(ends), gamma.quantile(ends)
    for base, low, high in [
        (beta, tf.zeros_like(a), middle),
        (beta, middle, tf.ones_like(a)),
        (gamma, tf.zeros_like(a), median),
        (gamma, median, tf.fill([size], tf.constant(_INF, dtype))),
        (tfd.Normal(a, b), a - ends * b, a + b),
        (tfd.Gumbel(a, b), a + 9 * ends * b, a + 10 * b),
    ]:
        # Neighbours have no interval between them.
        wide = high > low + 64 * np.finfo(dtype.as_numpy_dtype).eps * tf.abs(
            low
        )
        z = Truncated(base, low, high).sample(seed=[1, 2])
        missing = np.isnan(z) & wide.numpy() & (low < high).numpy()
        assert not np.any(missing), (base.name, np.flatnonzero(missing)[:5])
        assert np.all((z >= low) & (z <= high) | np.isnan(z))


def test_what_the_search_cannot_solve_is_nan():
    class Broken(tfd.Logistic):
        """A CDF with a jump over all values from 0.2 to 0.7."""

        def _log_cdf(self, value):
            return tf.math.log(tf.where(value < 1.0, 0.2, 0.7) + 0 * value)

        def _log_survival_function(self, value):
            return tf.math.log(tf.where(value < 1.0, 0.8, 0.3) + 0 * value)

        def _quantile(self, value):
            return tf.zeros_like(value)

    z = Truncated(Broken(0.0, 1.0), -1.0, 2.0).quantile(0.5)
    assert np.isnan(z)


def test_logarithms_of_small_tails():
    base = tfd.Normal(np.float64(0.0), 1.0)
    truncated = Truncated(base, -_INF, 1.0)
    want = scipy.stats.norm.logcdf([-30.0, -60.0, 0.5])
    np.testing.assert_allclose(
        truncated.log_cdf([-30.0, -60.0, 0.5]),
        want - scipy.stats.norm.logcdf(1.0),
        rtol=1e-10,
    )
    # log(1 - cdf) had rounded to 0, and -inf.
    half = Truncated(base, -1.0, _INF)
    np.testing.assert_allclose(
        half.log_survival_function([10.0, 40.0]),
        scipy.stats.norm.logsf([10.0, 40.0]) - scipy.stats.norm.logsf(-1.0),
        rtol=1e-12,
    )
    np.testing.assert_array_equal(half.log_cdf([-2.0, _INF]), [-_INF, 0.0])


@pytest.mark.parametrize(
    "method",
    [
        "log_prob",
        "prob",
        "cdf",
        "log_cdf",
        "survival_function",
        "log_survival_function",
        "quantile",
    ],
)
def test_values_broadcast_with_the_batch(method):
    truncated = Truncated(tfd.Normal([0.0, 1.0], 1.0), -1.0, 2.0)
    got = getattr(truncated, method)(0.5)
    want = getattr(truncated, method)([0.5, 0.5])
    np.testing.assert_allclose(got, want, rtol=1e-6)
    column = getattr(truncated, method)([[0.1], [0.5], [0.9]])
    assert column.shape == [3, 2]


def test_transformed_variables_stay_alive():
    raw = tf.Variable(0.0)
    high = tfp.util.TransformedVariable(2.0, tfp.bijectors.Exp())
    low = tfp.util.DeferredTensor(raw, lambda x: x - 1.0)
    scale = tfp.util.TransformedVariable(1.0, tfp.bijectors.Softplus())
    truncated = Truncated(tfd.Normal(0.0, scale), low, high)
    assert len(truncated.trainable_variables) == 3
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(truncated.sample(10, seed=[1, 2]))
    gradients = tape.gradient(loss, truncated.trainable_variables)
    assert all(g is not None and np.isfinite(g) for g in gradients)
    raw.assign(1.5)
    assert np.all(truncated.sample(10, seed=[1, 2]) >= 0.5)
    high.assign(0.75)
    assert np.all(truncated.sample(10, seed=[1, 2]) <= 0.75)


def test_parameters_are_read_once():
    reads = []

    def read(x):
        reads.append(1)
        return x

    loc = tfp.util.DeferredTensor(tf.Variable(0.2), read)
    low = tfp.util.DeferredTensor(tf.Variable(-1.0), read)
    truncated = Truncated(tfd.Normal(loc, 1.0), low, 2.0)
    for method, *arguments in [
        ("sample", 3),
        ("log_prob", 0.5),
        ("cdf", 0.5),
        ("mean",),
        ("variance",),
        ("entropy",),
    ]:
        reads.clear()
        getattr(truncated, method)(*arguments)
        assert len(reads) == 2, method


def test_samples_outside_are_refused():
    truncated = Truncated(tfd.Normal(0.0, 1.0), -1.0, 2.0, validate_args=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="below `low`"):
        truncated.log_prob(-1.5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="above `high`"):
        truncated.cdf([0.0, 2.5])


def test_errors():
    normal = tfd.Normal(0.0, 1.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="`low` must be"):
        Truncated(normal, 2.0, 1.0, validate_args=True)
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be finite"):
        Truncated(normal, -_INF, _INF, validate_args=True)
    with pytest.raises(TypeError, match="float32 or float64"):
        Truncated(tfd.Categorical([0.0, 1.0]), 0.0, 1.0)
    with pytest.raises(ValueError, match="univariate"):
        Truncated(tfd.MultivariateNormalDiag([0.0, 1.0]), 0.0, 1.0)


def test_example():
    loc = tf.constant(0.2)
    with tf.GradientTape() as tape:
        tape.watch(loc)
        normal = tfd.Normal(loc, 1.0)
        z = Truncated(normal, low=4.0, high=6.0).sample(10000, seed=1)
        loss = tf.reduce_mean(z)
    # d E z / d loc = Var z for a unit scale. The standard deviation of dz/dloc
    # is below 0.06.
    want = tfd.TruncatedNormal(0.2, 1.0, 4.0, 6.0).variance()
    assert abs(tape.gradient(loss, loc) - want) < 6 * 0.0006
