# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""The von Mises-Fisher distribution: methods, samples, gradients."""

import copy

import mpmath
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions

VonMisesFisher = tfi.distributions.VonMisesFisher

_DTYPES = pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
_KAPPAS = np.array([0.0, 1e-3, 1.0, 30.0, 1e4, 1e8])
# Several means are compared at once: a right one is off by 6.5 standard errors
# once in 1e10.
_ERRORS = 6.5


def _directions(shape, dtype=tf.float64, seed=0):
    x = np.random.default_rng(seed).normal(size=shape)
    return tf.constant(x / np.linalg.norm(x, axis=-1, keepdims=True), dtype)


def _mean_and_error(x):
    x = np.asarray(x, np.float64)
    return np.mean(x, axis=0), np.std(x, axis=0) / np.sqrt(len(x))


@pytest.mark.parametrize("dimension", [2, 3, 4, 5])
@_DTYPES
def test_agrees_with_tfp_where_that_is_right(dimension, dtype):
    kappa = tf.constant([0.3, 2.0, 10.0, 50.0], dtype)
    parameters = _directions([4, dimension], dtype), kappa
    ours, theirs = VonMisesFisher(*parameters), tfd.VonMisesFisher(*parameters)
    assert isinstance(ours, tfd.VonMisesFisher)
    assert ours.name == theirs.name and ours.dtype == theirs.dtype == dtype
    assert ours.event_shape == [dimension] and ours.batch_shape == [4]
    assert ours.parameters.keys() == theirs.parameters.keys()
    assert ours.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    tolerance = 2e-5 if dtype == tf.float32 else 1e-11
    x = _directions([3, 4, dimension], dtype, seed=1)
    names = ["mean", "mode", "entropy"]
    if dtype == tf.float32:  # Theirs fails in float64.
        names.append("covariance")
    for name in names:
        np.testing.assert_allclose(
            getattr(ours, name)(),
            getattr(theirs, name)(),
            rtol=tolerance,
            atol=tolerance,
        )
    for name in ["log_prob", "prob"]:
        np.testing.assert_allclose(
            getattr(ours, name)(x), getattr(theirs, name)(x), rtol=tolerance
        )
    uniform = tfd.SphericalUniform(dimension, batch_shape=[4], dtype=dtype)
    np.testing.assert_allclose(
        tfd.kl_divergence(ours, uniform),
        tfd.kl_divergence(theirs, uniform),
        rtol=tolerance,
        atol=tolerance,
    )


@_DTYPES
@pytest.mark.parametrize("dimension", [2, 3, 41, 1000])
@pytest.mark.parametrize("kappa", [0.0, 1e-3, 7.0, 500.0, 1e4])
def test_methods_against_bessel_functions(dtype, dimension, kappa):
    kappa = float(np.float32(kappa))
    direction = _directions([dimension], dtype)
    x = _directions([dimension], dtype, seed=1)
    ours = VonMisesFisher(direction, tf.constant(kappa, dtype))
    with mpmath.workdps(40):
        nu = mpmath.mpf(dimension) / 2 - 1
        area = 2 * mpmath.pi ** (nu + 1) / mpmath.gamma(nu + 1)
        mean, scale = mpmath.mpf(0), mpmath.mpf(1)
        if kappa:
            bessel = mpmath.besseli(nu, kappa, maxterms=10**6)
            mean = mpmath.besseli(nu + 1, kappa, maxterms=10**6) / bessel
            scale = mpmath.gamma(nu + 1) * (2 / mpmath.mpf(kappa)) ** nu
            scale *= bessel
        across = mean / kappa if kappa else 1 / mpmath.mpf(dimension)
        along = 1 - mean**2 - (dimension - 1) * across
        log_normalization = float(mpmath.log(area * scale))
        entropy = float(mpmath.log(area * scale) - kappa * mean)
        divergence = float(kappa * mean - mpmath.log(scale))
        mean, across, along = float(mean), float(across), float(along)
    eps = dtype.as_numpy_dtype(np.finfo(dtype.as_numpy_dtype).eps)
    cosine = np.sum(np.float64(direction) * np.float64(x))
    # Rounding of the vectors alone moves kappa <direction, x> by kappa eps.
    np.testing.assert_allclose(
        ours.log_prob(x),
        kappa * cosine - log_normalization,
        rtol=8 * eps,
        atol=8 * eps * (1 + kappa + dimension),
    )
    np.testing.assert_allclose(
        ours.entropy(), entropy, rtol=8 * eps, atol=8 * eps * (1 + dimension)
    )
    np.testing.assert_allclose(ours.mean(), mean * direction, rtol=16 * eps)
    outer = np.outer(direction, direction)
    np.testing.assert_allclose(
        ours.covariance(),
        across * (np.eye(dimension) - outer) + along * outer,
        rtol=64 * eps,
        atol=4 * eps * max(along, across),
    )
    np.testing.assert_allclose(
        ours.variance(), np.diag(ours.covariance()), rtol=eps
    )
    got = tfd.kl_divergence(ours, tfd.SphericalUniform(dimension, dtype=dtype))
    np.testing.assert_allclose(got, divergence, rtol=1e-11 + 2 * eps)


def test_log_prob_near_the_mode():
    # In float32 <direction, x> would be off by up to 1e-7, and the product with
    # a concentration of 1e8 by 10. The float32 vectors themselves are off by
    # 6e-8 of their distance of 1e-4.
    direction = _directions([6], tf.float32)
    kappa = tf.constant(1e8)
    x = VonMisesFisher(direction, kappa).sample(1000, seed=[1, 2])
    got = VonMisesFisher(direction, kappa).log_prob(x)
    wide = VonMisesFisher(
        tf.cast(direction, tf.float64), tf.cast(kappa, tf.float64)
    ).log_prob(tf.cast(x, tf.float64))
    np.testing.assert_allclose(got, wide, rtol=1e-6, atol=2e-5)


@_DTYPES
@pytest.mark.parametrize("dimension", [2, 3, 6, 41])
def test_gradient_of_the_mean_direction_component(dtype, dimension):
    # d/dk E w = Var w (Appendix A of the paper). 1 - w keeps its digits as half
    # the squared distance.
    size = 20000
    direction = _directions([dimension], dtype)
    with tf.GradientTape() as tape:
        kappa = tf.tile(tf.constant(_KAPPAS[None], dtype), [size, 1])
        tape.watch(kappa)
        x = VonMisesFisher(direction, kappa).sample(seed=[1, 2])
        away = tf.reduce_sum((x - direction) ** 2, axis=-1) / 2
    gradient = tape.gradient(away, kappa).numpy()
    assert np.all(np.isfinite(gradient))
    lengths = np.linalg.norm(np.float64(x), axis=-1)
    eps = np.finfo(dtype.as_numpy_dtype).eps
    np.testing.assert_allclose(lengths, 1, atol=4 * eps)
    mean, error = _mean_and_error(away)
    want = tfi.math.von_mises_fisher_mean(
        dimension, np.float64(_KAPPAS), complement=True
    )
    # A float32 vector rounds distances of 1e-4 to 6e-4 of themselves.
    rounding = (1e-4 if dtype == tf.float32 else 1e-9) * want
    assert np.all(np.abs(mean - want) < _ERRORS * error + rounding)
    mean, error = _mean_and_error(-gradient)
    want = tfi.math.von_mises_fisher_variance(dimension, np.float64(_KAPPAS))
    rounding = (1e-4 if dtype == tf.float32 else 1e-9) * want
    assert np.all(np.abs(mean - want) < _ERRORS * error + rounding)


def test_dimension_2_concentration_1():
    # 0.354; the base class has 0.199, silently.
    size = 40000
    kappa = tf.ones([size])

    def gradient(distribution):
        with tf.GradientTape() as tape:
            tape.watch(kappa)
            x = distribution([1.0, 0.0], kappa).sample(seed=1)
            loss = x[:, 0]
        return _mean_and_error(tape.gradient(loss, kappa))

    mean, error = gradient(VonMisesFisher)
    ratio = mpmath.besseli(1, 1) / mpmath.besseli(0, 1)
    want = float(1 - ratio**2 - ratio)
    assert abs(want - 0.354) < 1e-3
    assert abs(mean - want) < _ERRORS * error < 0.02


@pytest.mark.parametrize("dimension", [2, 3, 6, 20])
@pytest.mark.parametrize("kappa", [0.0, 2.0, 300.0])
@pytest.mark.parametrize("start", ["any", "pole", "opposite"])
def test_gradients_in_both_parameters(dimension, kappa, start):
    # E f for f = <a, x> + <b, x>**2 is known by the first two moments.
    size = 20000
    a, b = _directions([2, dimension], seed=3).numpy()
    direction = np.zeros(dimension)
    if start == "any":
        direction = _directions([dimension], seed=4).numpy()
    else:
        direction[0] = 1 if start == "pole" else -1

    def expectation(direction, kappa):
        direction /= tf.norm(direction)
        m = dimension
        mean = tfi.math.von_mises_fisher_mean(m, kappa)
        square = tfi.math.von_mises_fisher_variance(m, kappa) + mean**2
        # E w**2 + E (1 - w**2) = 1.
        along, along_a = (tf.tensordot(v, direction, 1) for v in (b, a))
        across = (1 - square) / (m - 1)
        return mean * along_a + square * along**2 + across * (1 - along**2)

    with tf.GradientTape(persistent=True) as tape:
        mu, k = tf.constant(direction), tf.constant(kappa, tf.float64)
        copies = tf.tile(mu[None], [size, 1]), tf.fill([size], k)
        tape.watch([mu, k, copies])
        want = expectation(mu, k)
        x = VonMisesFisher(*copies).sample(seed=[5, 6])
        f = tf.linalg.matvec(x, a) + tf.linalg.matvec(x, b) ** 2
    mean, error = _mean_and_error(f)
    assert abs(mean - want) < _ERRORS * error
    for parameter, copied in zip((mu, k), copies, strict=True):
        mean, error = _mean_and_error(tape.gradient(f, copied))
        slope = tape.gradient(want, parameter)
        # Along the direction itself both are 0 up to rounding.
        assert np.all(np.abs(mean - slope) < _ERRORS * error + 1e-13)


def test_a_turn_keeps_lengths_and_angles_to_the_second_order():
    # A sample is fixed relative to a direction that turns by phi.
    frame = np.linalg.qr(np.random.default_rng(5).normal(size=(4, 4)))[0]
    phi = tf.constant(0.3, tf.float64)
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(phi)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(phi)
            direction = tf.cos(phi) * frame[0] + tf.sin(phi) * frame[1]
            x = VonMisesFisher(direction, np.float64(2.0)).sample(
                20, seed=[7, 8]
            )
            length = tf.reduce_sum(x**2, axis=-1)
            cosine = tf.linalg.matvec(x, direction)
            # Across the plane of the turn nothing moves.
            across = tf.linalg.matvec(x, frame[2])
        first = [inner.jacobian(f, phi) for f in (length, cosine, across)]
    second = [outer.jacobian(f, phi) for f in first[:2]]
    for derivative in (*first, *second):
        np.testing.assert_allclose(derivative, np.zeros(20), atol=1e-12)


def test_second_derivatives_of_expectations():
    # The direction turns by phi in a plane and kappa = exp(s): the Hessian of
    # E f in (phi, s), f as above.
    size, dimension = 40000, 4
    a, b = _directions([2, dimension], seed=3).numpy()
    frame = np.linalg.qr(np.random.default_rng(5).normal(size=(4, 4)))[0]
    m = dimension

    def parameters(phi, s):
        direction = (
            tf.cos(phi)[..., None] * frame[0]
            + tf.sin(phi)[..., None] * frame[1]
        )
        return direction, tf.exp(s)

    def expectation(phi, s):
        direction, kappa = parameters(phi, s)
        mean = tfi.math.von_mises_fisher_mean(m, kappa)
        square = 1 - (m - 1) * mean / kappa  # E w**2
        along, along_a = (tf.tensordot(direction, v, 1) for v in (b, a))
        across = (1 - square) / (m - 1)
        return mean * along_a + square * along**2 + across * (1 - along**2)

    def sampled(phi, s):
        x = VonMisesFisher(*parameters(phi, s)).sample(seed=[7, 8])
        return tf.linalg.matvec(x, a) + tf.linalg.matvec(x, b) ** 2

    def hessian(function, phi, s):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([phi, s])
            with tf.GradientTape() as inner:
                inner.watch([phi, s])
                y = function(phi, s)
            first = inner.gradient(y, [phi, s])
        return np.stack([outer.gradient(g, [phi, s]) for g in first])

    phi, s = tf.constant(0.7, tf.float64), tf.constant(1.1, tf.float64)
    want = hessian(expectation, phi, s)
    got = hessian(sampled, tf.fill([size], phi), tf.fill([size], s))
    mean, error = _mean_and_error(np.moveaxis(got, -1, 0))
    assert np.all(np.abs(mean - want) < _ERRORS * error)
    assert np.all(_ERRORS * error < 0.2)


@_DTYPES
@pytest.mark.parametrize("dimension", [2, 3, 7])
def test_tangents_are_uniform(dtype, dimension):
    # x = w direction + sqrt(1 - w**2) t: t has the mean 0 and the covariance
    # (1 - direction direction^T) / (m - 1), whatever the direction.
    size = 20000
    for direction in [
        np.eye(dimension)[0],
        -np.eye(dimension)[0],
        np.eye(dimension)[-1],
        _directions([dimension], seed=2).numpy(),
    ]:
        x = VonMisesFisher(tf.constant(direction, dtype), 3.0).sample(
            size, seed=[1, 2]
        )
        x = np.float64(x)
        t = x - np.outer(x @ direction, direction)
        # Where sin(angle) is small t is rounded the more.
        sine = np.linalg.norm(t, axis=-1, keepdims=True)
        kept = sine[:, 0] > 0.1
        t, w = (t / sine)[kept], (x @ direction)[kept, None]
        eps = np.finfo(dtype.as_numpy_dtype).eps
        mean, error = _mean_and_error(t)
        assert np.all(np.abs(mean) < _ERRORS * error + eps)
        # Nor does t depend on w.
        mean, error = _mean_and_error((w - np.mean(w)) * t)
        assert np.all(np.abs(mean) < _ERRORS * error + eps)
        mean, error = _mean_and_error(t[:, :, None] * t[:, None, :])
        want = (np.eye(dimension) - np.outer(direction, direction)) / (
            dimension - 1
        )
        # In dimension 2 all are equal, and what is left is rounding: of t, and
        # of a sum of 20000 numbers in float64.
        rounding = 64 * eps + 1e-11
        assert np.all(np.abs(mean - want) < _ERRORS * error + rounding)


@_DTYPES
@pytest.mark.parametrize("dimension", [2, 3, 1000])
def test_extremes(dtype, dimension):
    kappas = tf.constant([0.0, 1e-30, 1e-6, 1e6, 1e8, 1e10], dtype)
    size = 500
    with tf.GradientTape() as tape:
        kappa = tf.tile(kappas[None], [size, 1])
        tape.watch(kappa)
        distribution = VonMisesFisher(
            tf.one_hot(0, dimension, dtype=dtype), kappa
        )
        x = distribution.sample(seed=[3, 4])
        loss = distribution.log_prob(x) + tf.reduce_sum(x**3, axis=-1)
    assert np.all(np.isfinite(x)) and np.all(np.isfinite(loss))
    assert np.all(np.isfinite(tape.gradient(loss, kappa)))
    for method in ("entropy", "mean", "covariance"):
        value = getattr(
            VonMisesFisher(tf.one_hot(0, dimension, dtype=dtype), kappas),
            method,
        )()
        assert np.all(np.isfinite(value)), method
    # kappa (1 - w) is a Gamma variable with shape (m - 1) / 2 in the limit.
    away = np.float64(1e8) * np.sum(np.float64(x)[:, 4, 1:] ** 2, axis=-1) / 2
    mean, error = _mean_and_error(away)
    assert abs(mean - (dimension - 1) / 2) < _ERRORS * error + 1e-4 * dimension


def test_divergence_from_the_uniform_distribution():
    kappa = tf.constant([0.0, 1e-8, 1e-3, 1.0, 20.0, 1e8])
    for dimension in (3, 6, 11, 41):
        direction = tf.one_hot(0, dimension)
        uniform = tfd.SphericalUniform(dimension)
        with tf.GradientTape() as tape:
            tape.watch(kappa)
            ours = VonMisesFisher(direction, kappa)
            divergence = tfd.kl_divergence(ours, uniform)
        assert divergence.shape == [6] and np.all(divergence >= 0)
        assert np.all(np.diff(divergence) > 0)
        # k**2 / (2 m) for small k, relative.
        np.testing.assert_allclose(
            divergence[1:3], kappa[1:3] ** 2 / (2 * dimension), rtol=1e-6
        )
        np.testing.assert_allclose(
            tape.gradient(divergence, kappa),
            kappa * tfi.math.von_mises_fisher_variance(dimension, kappa),
            rtol=1e-6,
        )
        # By samples: E log p(x) / u(x).
        x = ours.sample(20000, seed=[1, 2])
        ratio = ours.log_prob(x) - uniform.log_prob(x)
        mean, error = _mean_and_error(ratio)
        rounding = 1e-5 * dimension
        assert np.all(np.abs(mean - divergence) < _ERRORS * error + rounding)
    with pytest.raises(ValueError, match="one dimension, got 41 and 3"):
        tfd.kl_divergence(ours, tfd.SphericalUniform(3))


def test_shapes_seeds_and_graphs():
    direction = _directions([4, 5], tf.float32)
    kappa = tf.constant([[0.5], [2.0], [9.0]])
    ours = VonMisesFisher(direction, kappa)
    assert ours.batch_shape == [3, 4] and ours.event_shape == [5]
    for shape in [(), 7, (2, 6), (0,)]:
        want = tf.TensorShape(np.empty(shape).shape if shape == () else shape)
        assert ours.sample(shape, seed=1).shape == want + [3, 4, 5]
    assert ours.log_prob(ours.sample(2, seed=1)).shape == [2, 3, 4]
    assert ours.entropy().shape == [3, 4]
    assert ours.mean().shape == ours.mode().shape == [3, 4, 5]
    assert ours.covariance().shape == [3, 4, 5, 5]
    z = ours.sample(2, seed=[1, 2])
    np.testing.assert_array_equal(z, ours.sample(2, seed=[1, 2]))
    assert np.all(z != ours.sample(2, seed=[1, 3]))
    tf.random.set_seed(5)
    first = ours.sample(4)
    tf.random.set_seed(5)
    np.testing.assert_array_equal(first, ours.sample(4))

    @tf.function(
        input_signature=[
            tf.TensorSpec([None, None]),
            tf.TensorSpec([None, None]),
            tf.TensorSpec([], tf.int32),
        ]
    )
    def graph(direction, kappa, n):
        with tf.GradientTape() as tape:
            tape.watch([direction, kappa])
            distribution = VonMisesFisher(direction, kappa)
            z = distribution.sample(n, seed=[1, 2])
            loss = tf.reduce_sum(z**3) + tf.reduce_sum(distribution.log_prob(z))
            loss += tf.reduce_sum(distribution.entropy())
            loss += tf.reduce_sum(distribution.covariance())
        return z, tape.gradient(loss, [direction, kappa])

    got, gradients = graph(direction, kappa, 2)
    np.testing.assert_allclose(got, z, atol=1e-6)
    assert gradients[0].shape == [4, 5] and gradients[1].shape == [3, 1]
    assert all(np.all(np.isfinite(g)) for g in gradients)

    @tf.function
    def draw(distribution):
        return distribution.sample(2, seed=[1, 2])

    np.testing.assert_allclose(draw(ours), z, atol=1e-6)


def test_copies_variables_and_joint_distributions():
    ours = VonMisesFisher(_directions([3, 4], tf.float32), [1.0, 2.0, 3.0])
    for other in (ours.copy(), copy.copy(ours), ours[:2]):
        assert isinstance(other, VonMisesFisher)
        assert other.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    direction = tf.Variable(_directions([3, 4], tf.float32))
    kappa = tf.Variable([1.0, 2.0, 3.0])
    module = VonMisesFisher(direction, kappa, validate_args=True)
    assert len(module.trainable_variables) == 2
    with tf.GradientTape() as tape:
        z = module.sample(3, seed=1)
    gradients = tape.gradient(z, module.trainable_variables)
    assert all(g is not None for g in gradients)
    kappa.assign([1.0, -2.0, 3.0])
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="`concentration` must be non-neg"
    ):
        module.sample(seed=1)
    joint = tfd.JointDistributionSequential(
        [
            tfd.Gamma(2.0, 1.0),
            lambda k: VonMisesFisher(tf.constant([0.6, 0.8]), k),
        ]
    )
    x = joint.sample(5, seed=1)
    assert x[1].shape == [5, 2] and joint.log_prob(x).shape == [5]


@_DTYPES
def test_validate_args(dtype):
    direction = _directions([3], dtype)
    ours = VonMisesFisher(direction, 1.0, validate_args=True)
    x = ours.sample(4, seed=1)
    assert ours.log_prob(x).shape == [4]
    with pytest.raises(
        tf.errors.InvalidArgumentError, match="Samples must be unit length"
    ):
        ours.log_prob(2 * x)
    with pytest.raises(ValueError, match="`mean_direction`, 3, got 2"):
        ours.log_prob(x[:, :2])
    for value in (-1.0, np.nan):
        with pytest.raises(
            tf.errors.InvalidArgumentError,
            match="`concentration` must be non-negative",
        ):
            VonMisesFisher(direction, value, validate_args=True)
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match="`mean_direction` must be unit-length",
    ):
        VonMisesFisher(2 * direction, 1.0, validate_args=True)
    with pytest.raises(
        tf.errors.InvalidArgumentError,
        match="`mean_direction` must have two components or more",
    ):
        VonMisesFisher(direction[:1] / direction[:1], 1.0, validate_args=True)
    # Without validation: NaN, not a wrong number.
    assert np.all(np.isnan(VonMisesFisher(direction, -1.0).sample(seed=1)))
    assert np.isnan(VonMisesFisher(direction, -1.0).log_prob(direction))


def test_example():
    direction = tf.constant([0.6, 0.8])
    concentration = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(concentration)
        x = VonMisesFisher(direction, concentration).sample(100000, seed=1)
        loss = tf.reduce_mean(tf.linalg.matvec(x, direction))
    # dw/dk is below 1, so that the standard error is below 0.0032.
    assert abs(tape.gradient(loss, concentration) - 0.354) < 6 * 0.0032
