# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Matrices and vectors that are made of Gamma, Beta and Normal samples."""

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi
from tests.distributions.sampling import (
    assert_law,
    assert_mean,
    sample_gradients,
)

tfd, tfid = tfp.distributions, tfi.distributions

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_TRIL = np.array([[2.0, 0.0], [1.0, 0.5]])


def _operator(scale=_TRIL, dtype=tf.float64):
    return tf.linalg.LinearOperatorLowerTriangular(tf.constant(scale, dtype))


def _scatter(x):
    """Gradients as 64-bit numbers, one row for each sample."""
    return np.asarray(x, np.float64)


@_DTYPES
@pytest.mark.parametrize("df", [2.0, 7.5, 1e6])
def test_wishart(dtype, df):
    # E log |W| = sum_i digamma((df - i) / 2) + 2 log 2 + log |L L'|;
    # W_00 / (L L')_00 ~ Chi2(df).
    size = 20000
    with tf.GradientTape() as tape:
        dfs = tf.fill([size], tf.constant(df, dtype))
        scale = tf.tile(tf.constant(_TRIL, dtype)[tf.newaxis], [size, 1, 1])
        tape.watch([dfs, scale])
        factor = tfid.WishartTriL(
            dfs, scale, input_output_cholesky=True
        ).sample(seed=[1, 2])
        log_det = 2 * tf.reduce_sum(
            tf.math.log(tf.linalg.diag_part(factor)), axis=-1
        )
    d_df, d_scale = tape.gradient(log_det, [dfs, scale])
    halves = (df - np.arange(2)) / 2
    assert_mean(d_df, np.sum(scipy.special.polygamma(1, halves)) / 2)
    assert_mean(_scatter(d_scale)[:, 0, 0], 2 / _TRIL[0, 0])
    first = _scatter(factor)[:, 0, 0] ** 2 / _TRIL[0, 0] ** 2
    assert_law(first, scipy.stats.chi2(df).cdf)
    # The whole matrix, with the same seed, and the second row.
    matrix = tfid.WishartTriL(dfs, scale).sample(seed=[1, 2])
    # Its diagonal is 4 d eps larger.
    away = 8 * np.finfo(dtype.as_numpy_dtype).eps
    product = tf.matmul(factor, factor, transpose_b=True)
    product *= 1 + away * np.eye(2)
    np.testing.assert_allclose(matrix, product, rtol=away / 2)
    last = (_TRIL @ _TRIL.T)[1, 1]
    assert_law(_scatter(matrix)[:, 1, 1] / last, scipy.stats.chi2(df).cdf)


def test_wishart_is_one_class_with_its_operator():
    tril = tf.constant(_TRIL)
    law = tfid.WishartTriL(tf.constant(4.0, tf.float64), tril)
    df = tf.constant(4.0, tf.float64)
    other = tfid.WishartLinearOperator(df, _operator())
    assert isinstance(law, tfid.WishartLinearOperator)
    x = law.sample(5, seed=[1, 2])
    np.testing.assert_array_equal(x, other.sample(5, seed=[1, 2]))
    np.testing.assert_allclose(law.log_prob(x), other.log_prob(x))


def test_inverse_wishart():
    df = tf.constant([4.5, 9.0], tf.float64)
    tril = tf.constant(_TRIL)
    law = tfid.InverseWishart(df, tril)
    assert law.batch_shape == [2] and law.event_shape == [2, 2]
    x = law.sample(20000, seed=[1, 2])
    # p(X) = p_W(X**-1) |X|**-(d + 1), X**-1 ~ Wishart(df, (L L')**-1).
    inverse = np.linalg.inv(_TRIL @ _TRIL.T)
    wishart = tfd.WishartTriL(df, np.linalg.cholesky(inverse))
    want = wishart.log_prob(tf.linalg.inv(x)) - 3 * tf.linalg.logdet(x)
    np.testing.assert_allclose(law.log_prob(x), want, rtol=1e-7, atol=1e-7)
    # The last entry of the inverse is Chi2(df) distributed, but for a scale.
    precision = np.linalg.inv(x)[..., 1, 1] / inverse[1, 1]
    for i in range(2):
        assert_law(precision[:, i], scipy.stats.chi2(df[i]).cdf)
    np.testing.assert_allclose(law.mean()[1], _TRIL @ _TRIL.T / 6, rtol=1e-12)
    np.testing.assert_allclose(law.mode()[1], _TRIL @ _TRIL.T / 12, rtol=1e-12)
    deviation = np.std(x[:, 1], axis=0)
    np.testing.assert_allclose(law.variance()[1] ** 0.5, deviation, rtol=0.1)
    assert np.all(np.isnan(law.variance()[0]))
    one = tfid.InverseWishart(df, tf.constant([[1.5]], tf.float64))
    gamma = tfd.InverseGamma(df / 2, tf.constant(1.5**2 / 2, tf.float64))
    y = tf.constant([0.3, 2.0], tf.float64)
    np.testing.assert_allclose(
        one.log_prob(y[:, tf.newaxis, tf.newaxis]), gamma.log_prob(y)
    )
    with pytest.raises(tf.errors.InvalidArgumentError, match="`df` must"):
        tfid.InverseWishart(1.0, [[1.0, 0.0], [0.0, 1.0]], validate_args=True)


def test_inverse_wishart_gradients():
    # E X = Psi / (df - d - 1)
    size, df = 40000, 12.0
    with tf.GradientTape() as tape:
        dfs = tf.fill([size], tf.constant(df, tf.float64))
        scale = tf.tile(tf.constant(_TRIL)[tf.newaxis], [size, 1, 1])
        tape.watch([dfs, scale])
        x = tfid.InverseWishart(dfs, scale).sample(seed=[1, 2])
        loss = x[:, 1, 1] + x[:, 1, 0]
    d_df, d_scale = tape.gradient(loss, [dfs, scale])
    psi = _TRIL @ _TRIL.T
    assert_mean(d_df, -(psi[1, 1] + psi[1, 0]) / (df - 3) ** 2)
    # The derivatives in L_00, L_10 and L_11.
    slopes = tf.gather_nd(
        tf.transpose(d_scale, [1, 2, 0]), [[0, 0], [1, 0], [1, 1]]
    )
    assert_mean(_scatter(slopes).T, np.array([1.0, 4.0, 1.0]) / (df - 3))


@_DTYPES
@pytest.mark.parametrize("dimension", [2, 3, 6])
@pytest.mark.parametrize("concentration", [1.0, 2.5, 1e4])
def test_lkj(dtype, dimension, concentration):
    # (1 + r) / 2 ~ Beta(a, a) for each correlation, a = c + (d - 2) / 2.
    size = 20000
    with tf.GradientTape() as tape:
        c = tf.fill([size], tf.constant(concentration, dtype))
        tape.watch(c)
        x = tfid.LKJ(dimension, c).sample(seed=[1, 2])
        r = tf.stack([x[:, 1, 0], x[:, -1, -2], x[:, -1, 0]], axis=-1)
        losses = tf.unstack(r**2, axis=-1)
        loss = losses[0] + 2 * losses[1] + 3 * losses[2]
    slope = tape.gradient(loss, c)
    a = concentration + (dimension - 2) / 2
    # E r**2 = 1 / (2 a + 1)
    assert_mean(slope, -6 * 2 / (2 * a + 1) ** 2)
    for i in range(3):
        assert_law(_scatter(r)[:, i], lambda r: _lkj_cdf(a, r))
    np.testing.assert_array_equal(
        tf.linalg.diag_part(x), np.ones([size, dimension])
    )
    factor = tfid.CholeskyLKJ(dimension, c).sample(seed=[1, 2])
    product = tf.matmul(factor, factor, transpose_b=True)
    eps = np.finfo(dtype.as_numpy_dtype).eps
    nearer = tf.linalg.set_diag(
        product * (1 - 4 * dimension * eps), tf.ones([size, dimension], dtype)
    )
    np.testing.assert_allclose(x, nearer, rtol=0, atol=dimension * eps)
    # The determinant is the product of Beta variables, by the density of TFP:
    # E log_prob is the same for TFP's samples.
    if dtype == tf.float64 and dimension < 6:
        theirs = tfd.CholeskyLKJ(dimension, c[0])
        ours = tfid.CholeskyLKJ(dimension, c[0])
        values = [theirs.log_prob(factor)]
        values.append(theirs.log_prob(theirs.sample(size, seed=[3, 4])))
        np.testing.assert_array_equal(ours.log_prob(factor), values[0])
        difference = np.mean(values[0]) - np.mean(values[1])
        error = np.std(values[0]) * np.sqrt(2 / size)
        assert abs(difference) < 6 * error


def _lkj_cdf(a, r):
    """Of r with (1 + r) / 2 ~ Beta(a, a), from the nearer end."""
    low = scipy.special.betainc(a, a, (1 - np.abs(r)) / 2)
    return np.where(r < 0, low, 1 - low)


def test_lkj_of_one_and_none():
    for dimension in (0, 1):
        for law in (tfid.LKJ, tfid.CholeskyLKJ):
            x = law(dimension, [1.0, 2.0]).sample(3, seed=1)
            np.testing.assert_array_equal(x, np.ones([3, 2] + [dimension] * 2))


def _radius_cdf(d, log_s, df):
    """I_x(d / 2, df / 2) at x = s / (s + df), DLMF 8.17.8."""
    a, b = mpmath.mpf(d) / 2, df / 2
    s = mpmath.exp(log_s)
    x, y = s / (s + df), df / (s + df)
    series = mpmath.hyp2f1(a + b, 1, a + 1, x, maxterms=10**6)
    return x**a * y**b / (a * mpmath.beta(a, b)) * series


@_DTYPES
@pytest.mark.parametrize("d", [1, 2, 3, 40])
@pytest.mark.parametrize("df", [0.3, 5.0, 3e3, 5e4, 1e6, 1e9])
def test_gradient_of_the_radius(dtype, d, df):
    copies = tf.fill([5], tf.constant(df, dtype))
    with tf.GradientTape() as tape:
        tape.watch(copies)
        x = tfid.MultivariateStudentTLinearOperator(
            copies,
            tf.zeros([d], dtype),
            tf.linalg.LinearOperatorIdentity(d, dtype=dtype),
        ).sample(seed=[5, 6])
        log_s = tf.math.log(tf.reduce_sum(x**2, axis=-1))
    got = tape.gradient(log_s, copies)
    df = float(tf.constant(df, dtype))
    with mpmath.workdps(50):
        for point, slope in zip(log_s.numpy(), got.numpy(), strict=True):
            arguments = mpmath.mpf(float(point)), mpmath.mpf(df)
            partials = [
                mpmath.diff(lambda u, v: _radius_cdf(d, u, v), arguments, n)
                for n in ((1, 0), (0, 1))
            ]
            want = float(-partials[1] / partials[0])
            # float32 rounds the sample; s = d - 2 makes the gradient small.
            scale = abs(want) + (np.exp(point) + d) / df**2 / 10
            tolerance = (3e-5, 1e-11)[dtype == tf.float64]
            assert abs(slope - want) <= tolerance * scale


@_DTYPES
@pytest.mark.parametrize("df", [0.5, 4.0, 1e5])
def test_multivariate_student_t(dtype, df):
    loc, scale = np.array([1.0, -2.0]), _TRIL
    law = tfid.MultivariateStudentTLinearOperator(
        tf.constant(df, dtype), tf.constant(loc, dtype), _operator(dtype=dtype)
    )
    x = _scatter(law.sample(20000, seed=[1, 2]))
    widths = np.linalg.norm(scale, axis=-1)
    t = scipy.stats.t(df)
    for i in range(2):
        assert_law((x[:, i] - loc[i]) / widths[i], t.cdf)
    both = (x - loc) @ np.array([1.0, -3.0])
    assert_law(both / np.linalg.norm(np.array([1.0, -3.0]) @ scale), t.cdf)
    assert np.all(np.isfinite(law.log_prob(tf.constant(x, dtype))))


def test_matrix_t():
    # All entries together are multivariate t, with a Kronecker scale.
    df = tf.constant([9.0, 30.0], tf.float64)
    loc = tf.constant([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]], tf.float64)
    columns = np.array([[1.0, 0.0, 0.0], [0.5, 2.0, 0.0], [0.1, 0.2, 0.3]])
    law = tfid.MatrixTLinearOperator(df, loc, _operator(), _operator(columns))
    x, log_prob = law.experimental_sample_and_log_prob(20000, seed=[1, 2])
    assert x.shape == [20000, 2, 2, 3]
    np.testing.assert_array_equal(x, law.sample(20000, seed=[1, 2]))
    np.testing.assert_allclose(log_prob, law.log_prob(x))
    theirs = tfd.MatrixTLinearOperator(df, loc, _operator(), _operator(columns))
    rows = np.linalg.norm(_TRIL, axis=-1)
    widths = rows[:, np.newaxis] * np.linalg.norm(columns, axis=-1)
    for i in range(2):
        for j in range(3):
            t = (x[:, 0, i, j] - loc[i, j]) / widths[i, j]
            assert_law(t, scipy.stats.t(9.0).cdf)
    # Two entries of one row and of one column: their sum.
    first = np.array([1.0, 2.0]) @ _TRIL
    sums = np.einsum("i,nij,j", [1.0, 2.0], x[:, 0] - loc, [1.0, 1.0, -1.0])
    last = np.array([1.0, 1.0, -1.0]) @ columns
    width = np.linalg.norm(first) * np.linalg.norm(last)
    assert_law(sums / width, scipy.stats.t(9.0).cdf)
    values = theirs.log_prob(theirs.sample(20000, seed=[3, 4]))
    difference = np.mean(values, axis=0) - np.mean(log_prob, axis=0)
    error = np.std(values, axis=0) * np.sqrt(2 / 20000)
    assert np.all(np.abs(difference) < 6 * error)


@_DTYPES
def test_matrix_t_of_one_scale_is_that_of_a_batch(dtype):
    # Small matrices, and a batch of one, are scaled in ways of their own.
    loc = [[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]]
    columns = [[1.0, 0.0, 0.0], [0.5, 2.0, 0.0], [0.1, 0.2, 0.3]]
    parts = [tf.constant(x, dtype) for x in ([1.0, 3.0], loc, _TRIL, columns)]

    def sample_and_slopes(index):
        with tf.GradientTape() as tape:
            tape.watch(parts)
            df, loc, *scales = parts
            scales = [
                tf.linalg.LinearOperatorLowerTriangular(x[index])
                for x in scales
            ]
            law = tfid.MatrixTLinearOperator(df, loc, *scales)
            x = law.sample(1000, seed=[1, 2])
            # Odd around no mean, so that no slope is 0, and without tails.
            loss = tf.reduce_mean(tf.tanh(x - 2))
        heavy = law.copy(df=df / 1000).sample(1000, seed=[1, 2])
        assert np.max(tf.abs(heavy)) < 2.0**-9.99 * dtype.max
        return [x, *tape.gradient(loss, parts)]

    one = sample_and_slopes(slice(None))
    batch = sample_and_slopes(tf.newaxis)
    rtol = 1e-4 if dtype == tf.float32 else 1e-12
    for a, b in zip(one, batch, strict=True):
        np.testing.assert_allclose(a, b, rtol, rtol)


@pytest.mark.parametrize("columns", [None, np.diag([1.0, 2.0, 0.5])])
def test_mean_log_density_of_t_in_a_batch_of_scales(columns):
    # E log p is minus the entropy, and so are its derivatives.
    size = 20000
    df = tf.fill([size], tf.constant(3.0, tf.float64))
    tril = tf.tile(tf.constant(_TRIL)[tf.newaxis], [size, 1, 1])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([df, tril])
        rows = tf.linalg.LinearOperatorLowerTriangular(tril)
        if columns is None:
            zeros = tf.zeros([2], tf.float64)
            law = tfid.MultivariateStudentTLinearOperator(df, zeros, rows)
        else:
            zeros = tf.zeros([2, 3], tf.float64)
            law = tfid.MatrixTLinearOperator(
                df, zeros, rows, _operator(columns)
            )
        log_prob = law.log_prob(law.sample(seed=[1, 2]))
        entropy = law.entropy()
    assert_mean(log_prob, -np.mean(entropy))
    d_df, d_tril = tape.gradient(log_prob, [df, tril])
    of_df, of_tril = tape.gradient(entropy, [df, tril])
    assert_mean(d_df, -np.mean(of_df))
    diagonal = np.diagonal(_scatter(d_tril), axis1=1, axis2=2)
    assert_mean(diagonal, -np.diag(np.mean(of_tril, axis=0)))
    # One value for all of the batch.
    one = tf.ones(law.event_shape, tf.float64)
    all_of_them = tf.broadcast_to(one, [size, *law.event_shape])
    np.testing.assert_allclose(law.log_prob(one), law.log_prob(all_of_them))


def test_multivariate_t_far_from_its_center_and_at_it():
    # Squares, and the distance for one degree of freedom less, overflow.
    df, x = tf.meshgrid([0.01, 3.0], [0.0, 1e-15, 1.0, 1e18, 1e25, 3e37])

    def values(dtype):
        df_, x_ = tf.cast(df, dtype), tf.cast(x, dtype)
        scale = tf.linalg.LinearOperatorIdentity(4, dtype=dtype)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([df_, x_])
            log_prob = tfid.MultivariateStudentTLinearOperator(
                df_, tf.zeros([4], dtype), scale
            ).log_prob(x_[..., tf.newaxis] * tf.ones([4], dtype))
        return log_prob, *tape.gradient(log_prob, [df_, x_])

    for got, want in zip(values(tf.float32), values(tf.float64), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-38)
    infinite = tfid.MultivariateStudentTLinearOperator(
        df[0], tf.zeros([4]), tf.linalg.LinearOperatorIdentity(4)
    ).log_prob([np.inf, 0.0, 0.0, 0.0])
    np.testing.assert_array_equal(infinite, [-np.inf] * 2)


def _process(df, cls=None):
    kernel = tfp.math.psd_kernels.ExponentiatedQuadratic()
    points = tf.constant([[0.0], [1.0], [1.5]])
    return (cls or tfid.StudentTProcess)(df, kernel, points)


def _regression(df, cls=None):
    return (cls or tfid.StudentTProcessRegressionModel)(
        df,
        tfp.math.psd_kernels.ExponentiatedQuadratic(),
        index_points=tf.constant([[0.0], [1.0]]),
        observation_index_points=tf.constant([[0.5]]),
        observations=tf.constant([2.0]),
    )


@pytest.mark.parametrize("make", [_process, _regression])
def test_student_t_processes(make):
    df = tf.constant(12.0)
    law = make(df)
    base = getattr(tfd, type(law).__name__)
    assert isinstance(law, base)
    assert isinstance(
        law.get_marginal_distribution(),
        tfid.MultivariateStudentTLinearOperator,
    )
    theirs = make(df, base)
    x = law.sample(20000, seed=[1, 2])
    np.testing.assert_allclose(
        law.log_prob(x[:9]), theirs.log_prob(x[:9]), rtol=1e-5
    )
    marginal = law.get_marginal_distribution()
    shape = float(marginal.df)
    width = law.stddev()[0] * np.sqrt((shape - 2) / shape)
    assert_law((x[:, 0] - law.mean()[0]) / width, scipy.stats.t(shape).cdf)
    with tf.GradientTape() as tape:
        tape.watch(df)
        law = make(df, base)
        second = tf.reduce_mean(law.variance() + law.mean() ** 2)
    want = tape.gradient(
        second, df, unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    slopes = []
    for seed in range(40):
        with tf.GradientTape() as tape:
            tape.watch(df)
            y = make(df).sample(2000, seed=[seed, 3])
            loss = tf.reduce_mean(y**2)
        slopes.append(tape.gradient(loss, df))
    error = np.std(slopes, ddof=1) / np.sqrt(40)
    assert error > 0 and abs(np.mean(slopes) - want) < 6 * error
    law = make(df)
    for other in (law.copy(), type(law)(**law.parameters)):
        assert type(other) is type(law)
        np.testing.assert_array_equal(other.sample(20000, seed=[1, 2]), x)


def test_student_t_process_posteriors_are_ours():
    df = tf.constant(5.0)
    model = _process(df).posterior_predictive(
        observations=tf.constant([2.0, 1.0, 0.0]),
        predictive_index_points=tf.constant([[0.2], [0.4]]),
    )
    assert isinstance(model, tfid.StudentTProcessRegressionModel)
    assert model.sample(3, seed=1).shape == [3, 2]
    make = tfid.StudentTProcessRegressionModel.precompute_regression_model
    other = make(
        df,
        tfp.math.psd_kernels.ExponentiatedQuadratic(),
        index_points=tf.constant([[0.0], [1.0]]),
        observation_index_points=tf.constant([[0.5]]),
        observations=tf.constant([2.0]),
    )
    assert isinstance(other, tfid.StudentTProcessRegressionModel)
    theirs = tfd.StudentTProcessRegressionModel.precompute_regression_model(
        df,
        tfp.math.psd_kernels.ExponentiatedQuadratic(),
        index_points=tf.constant([[0.0], [1.0]]),
        observation_index_points=tf.constant([[0.5]]),
        observations=tf.constant([2.0]),
    )
    for statistic in ("mean", "covariance"):
        np.testing.assert_allclose(
            getattr(other, statistic)(),
            getattr(theirs, statistic)(),
            rtol=1e-6,
        )
    assert other.sample(3, seed=[1, 2]).shape == [3, 2]


@_DTYPES
@pytest.mark.parametrize("dimension", [2, 3, 10])
@pytest.mark.parametrize("concentration", [1e-3, 2.0, 1e6])
def test_power_spherical(dtype, dimension, concentration):
    # (1 + t) / 2 ~ Beta(h + concentration, h), t along the mean direction.
    h = (dimension - 1) / 2
    direction = np.arange(1.0, dimension + 1)
    direction /= np.linalg.norm(direction)

    def make(k):
        return tfid.PowerSpherical(tf.constant(direction, dtype), k)

    def along(x):
        # 1 - t, without cancellation.
        return tf.reduce_sum((x - tf.constant(direction, dtype)) ** 2, -1) / 2

    x, (slope,) = sample_gradients(make, along, [concentration], dtype, 20000)
    k = float(tf.constant(concentration, dtype))
    # E (1 - t) = 2 h / (2 h + k). float32 of a unit vector rounds 1 - t.
    rounding = 1e-5 if k < 1e3 else 1e-2
    assert_mean(slope, -2 * h / (2 * h + k) ** 2, rounding)
    np.testing.assert_allclose(np.linalg.norm(x, axis=-1), 1, rtol=1e-6)
    if k < 1e3 or dtype == tf.float64:
        gap = _scatter(along(tf.constant(x))) / 2
        assert_law(gap, scipy.stats.beta(h, h + k).cdf)
    law = make(tf.constant(concentration, dtype))
    wide = tfd.PowerSpherical(direction, np.float64(k))
    np.testing.assert_allclose(
        law.log_prob(x[:100]),
        wide.log_prob(np.float64(x[:100])),
        rtol=2e-5 if dtype == tf.float32 else 1e-7,
        atol=2e-5 if k < 1e3 else 0.5,
    )


def test_power_spherical_mean_direction():
    # E <w, x> = k / (2 h + k) <w, direction>: its gradient across.
    direction, w = np.array([0.6, 0.0, 0.8]), np.array([1.0, 2.0, -1.0])
    size, k = 40000, 3.0
    with tf.GradientTape() as tape:
        copies = tf.tile(tf.constant(direction)[tf.newaxis], [size, 1])
        tape.watch(copies)
        x = tfid.PowerSpherical(
            copies, tf.constant(k, tf.float64), validate_args=True
        ).sample(seed=[1, 2])
        loss = tf.linalg.matvec(x, w)
    slope = _scatter(tape.gradient(loss, copies))
    across = w - direction * (w @ direction)
    assert_mean(slope, k / (2 + k) * across, 1e-12)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: tfid.WishartTriL(2 + p, _TRIL.astype(np.float32)),
        lambda p: tfid.InverseWishart(2 + p, _TRIL.astype(np.float32)),
        lambda p: tfid.LKJ(3, p),
        lambda p: tfid.CholeskyLKJ(3, p),
        lambda p: tfid.MultivariateStudentTLinearOperator(
            p, tf.zeros([2]), _operator(dtype=tf.float32)
        ),
        lambda p: tfid.MatrixTLinearOperator(
            p,
            tf.zeros([2, 2]),
            _operator(dtype=tf.float32),
            _operator(dtype=tf.float32),
        ),
        lambda p: tfid.PowerSpherical([0.6, 0.0, 0.8], p),
    ],
    ids=["W", "IW", "LKJ", "CholeskyLKJ", "T", "Matrix", "PS"],
)
def test_in_functions(make):
    values = tf.constant([1.0, 4.0])

    def sample(values):
        with tf.GradientTape() as tape:
            tape.watch(values)
            x = make(values).sample(7, seed=[1, 2])
        return x, tape.gradient(x, values)

    want, want_slope = sample(values)
    assert make(values).reparameterization_type == tfd.FULLY_REPARAMETERIZED
    assert np.all(np.isfinite(want_slope)) and np.all(want_slope != 0)
    for function in (
        tf.function(sample),
        tf.function(
            sample, input_signature=[tf.TensorSpec([None], tf.float32)]
        ),
        tf.function(sample, jit_compile=True),
    ):
        x, slope = function(values)
        np.testing.assert_allclose(x, want, rtol=2e-4, atol=1e-5)
        np.testing.assert_allclose(slope, want_slope, rtol=2e-3, atol=1e-4)


def _error(got, want, dtype):
    """In eps of max(1, |want|)."""
    error = abs(mpmath.mpf(float(got)) - want) / max(1, abs(want))
    return float(error) / np.finfo(dtype.as_numpy_dtype).eps


def _log_multigamma(a, d):
    terms = sum(mpmath.loggamma(a - mpmath.mpf(i) / 2) for i in range(d))
    return d * (d - 1) / mpmath.mpf(4) * mpmath.log(mpmath.pi) + terms


def _wishart_log_prob(df, d, log_det, trace):
    return (
        (df - d - 1) / 2 * log_det
        - trace / 2
        - df * d / 2 * mpmath.log(2)
        - _log_multigamma(df / 2, d)
    )


# Up to 1e10, and one that is no number of float32.
_SIZES = pytest.mark.parametrize("size", [3.1, 10.0, 1e3, 1e5, 1e7, 1e10])


@_DTYPES
@_SIZES
def test_wishart_density_and_entropy_keep_their_digits(dtype, size):
    d = 3
    df = tf.constant(size, dtype)
    near = np.array([[1, 0.25, 0.125], [0.25, 1, -0.25], [0.125, -0.25, 1]])
    x = tf.constant(near, dtype) * df
    wishart = tfid.WishartTriL(df, tf.eye(d, dtype=dtype))
    inverse = tfid.InverseWishart(df, tf.eye(d, dtype=dtype))
    y = tf.constant(near, dtype) / df
    with mpmath.workdps(50):
        nu = mpmath.mpf(float(df))
        exact = mpmath.matrix(x.numpy().tolist())
        trace = sum(exact[i, i] for i in range(d))
        log_det = mpmath.log(mpmath.det(exact))
        want = _wishart_log_prob(nu, d, log_det, trace)
        assert _error(wishart.log_prob(x), want, dtype) < 16
        digammas = sum(mpmath.digamma((nu - i) / 2) for i in range(d))
        mean_log_det = digammas + d * mpmath.log(2)
        entropy = -_wishart_log_prob(nu, d, mean_log_det, nu * d)
        assert _error(wishart.entropy(), entropy, dtype) < 16
        exact = mpmath.matrix(y.numpy().tolist())
        inverted = exact**-1
        trace = sum(inverted[i, i] for i in range(d))
        log_det = mpmath.log(mpmath.det(exact))
        want = _wishart_log_prob(nu, d, -log_det, trace) - (d + 1) * log_det
        assert _error(inverse.log_prob(y), want, dtype) < 16
        # That of W**-1: less d + 1 times E log |W|.
        entropy -= (d + 1) * mean_log_det
        assert _error(inverse.entropy(), entropy, dtype) < 16


def test_wishart_density_of_a_full_scale_is_that_of_tfp():
    df = tf.constant(5.0, tf.float64)
    scale = tf.linalg.LinearOperatorFullMatrix(
        tf.constant([[1.0, -2.0], [0.5, 3.0]], tf.float64)
    )
    ours = tfid.WishartLinearOperator(df, scale)
    theirs = tfd.WishartLinearOperator(df, scale)
    x = ours.sample(5, seed=[1, 2])
    np.testing.assert_allclose(ours.log_prob(x), theirs.log_prob(x), rtol=1e-12)
    np.testing.assert_allclose(ours.entropy(), theirs.entropy(), rtol=1e-12)


@_DTYPES
@pytest.mark.parametrize("dimension", [1, 2, 3, 10])
@pytest.mark.parametrize("size", [0.3, 1.0, 10.0, 1e3, 1e5, 1e7, 1e10])
def test_multivariate_t_density_and_entropy_keep_their_digits(
    dtype, dimension, size
):
    df = tf.constant(size, dtype)
    scale = tf.linalg.LinearOperatorIdentity(dimension, dtype=dtype)
    x = tf.fill([dimension], tf.constant(1.5, dtype))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(df)
        law = tfid.MultivariateStudentTLinearOperator(
            df, tf.zeros_like(x), scale
        )
        values = [law.log_prob(x), law.entropy()]

    def log_prob(nu):
        half, d = nu / 2, mpmath.mpf(dimension)
        return (
            mpmath.loggamma(half + d / 2)
            - mpmath.loggamma(half)
            - d / 2 * mpmath.log(nu * mpmath.pi)
            - (half + d / 2) * mpmath.log1p(2.25 * d / nu)
        )

    def entropy(nu):
        half, d = nu / 2, mpmath.mpf(dimension)
        return (
            d / 2 * mpmath.log(nu * mpmath.pi)
            + mpmath.loggamma(half)
            - mpmath.loggamma(half + d / 2)
            + (half + d / 2)
            * (mpmath.digamma(half + d / 2) - mpmath.digamma(half))
        )

    with mpmath.workdps(70):
        nu = mpmath.mpf(float(df))
        for value, function in zip(values, (log_prob, entropy), strict=True):
            assert _error(value, function(nu), dtype) < 16
            # As df**-2 for a large df.
            slope = mpmath.diff(function, nu, h=nu * mpmath.mpf(10) ** -20)
            assert float(tape.gradient(value, df)) == pytest.approx(
                float(slope), rel=1e-4 if size < 1e8 else 0.5, abs=1e-30
            )


def test_matrix_t_density_and_entropy_are_those_of_tfp():
    df = tf.constant(5.0, tf.float64)
    rows, columns = _operator(), _operator(np.diag([1.0, 2.0, 0.5]))
    arguments = df, tf.ones([2, 3], tf.float64), rows, columns
    ours = tfid.MatrixTLinearOperator(*arguments)
    theirs = tfd.MatrixTLinearOperator(*arguments)
    x = ours.sample(5, seed=[1, 2])
    np.testing.assert_allclose(ours.log_prob(x), theirs.log_prob(x), rtol=1e-12)
    np.testing.assert_allclose(ours.entropy(), theirs.entropy(), rtol=1e-12)


@_DTYPES
@pytest.mark.parametrize("dimension", [2, 3, 8])
@pytest.mark.parametrize("size", [1e-4, 0.3, 10.0, 1e3, 1e5, 1e7, 1e10])
def test_power_spherical_entropy_and_divergence_keep_their_digits(
    dtype, dimension, size
):
    concentration = tf.constant(size, dtype)
    direction = tf.one_hot(0, dimension, dtype=dtype)
    law = tfid.PowerSpherical(direction, concentration)
    uniform = tfid.SphericalUniform(dimension, dtype=dtype)
    with mpmath.workdps(60):
        k, half = (
            mpmath.mpf(float(concentration)),
            mpmath.mpf(dimension - 1) / 2,
        )
        a = half + k
        entropy = (
            (a + half - k) * mpmath.log(2)
            + half * mpmath.log(mpmath.pi)
            + mpmath.loggamma(a)
            - mpmath.loggamma(a + half)
            + k * (mpmath.digamma(a + half) - mpmath.digamma(a))
        )
        assert _error(law.entropy(), entropy, dtype) < 16
        area = mpmath.log(2) + (half + 0.5) * mpmath.log(mpmath.pi)
        area -= mpmath.loggamma(half + 0.5)
        # The concentration counts as it is beside (d - 1) / 2.
        kl = float(tfid.kl_divergence(law, uniform))
        rel = 1e-2 if size < 1e-3 and dtype == tf.float32 else 1e-5
        assert kl == pytest.approx(float(area - entropy), rel=rel)


def test_power_spherical_divergence_names_two_dimensions():
    law = tfid.PowerSpherical([1.0, 0.0, 0.0], 1.0)
    with pytest.raises(ValueError, match="one dimension, got 3 and 2"):
        tfid.kl_divergence(law, tfid.SphericalUniform(2))
    # That of TFP from a von Mises-Fisher distribution asks for our entropy.
    vmf = tfid.VonMisesFisher([1.0, 0.0, 0.0], 2.0)
    theirs = tfd.PowerSpherical([1.0, 0.0, 0.0], 1.0)
    np.testing.assert_allclose(
        tfid.kl_divergence(law, vmf), tfd.kl_divergence(theirs, vmf), rtol=1e-5
    )
