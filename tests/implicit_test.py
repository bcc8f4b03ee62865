# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Any sample with a standardization function gets its derivatives."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions

_EPS = np.finfo(np.float64).eps
# Relative errors in multiples of eps. Measured worst: 2 (a ratio of two
# gradients of S), 13 (log-odds, solvers and forward mode), 43 (second
# derivatives: terms of either sign).
_TOLERANCE = {"first": 8 * _EPS, "odds": 32 * _EPS, "second": 256 * _EPS}


def _parameters(dtype=tf.float64):
    return tf.constant([0.3, -1.2, 2.0], dtype), tf.constant([0.7], dtype)


def _log_normal(noise, loc, scale):
    """A nonlinear z(phi) whose derivatives of all orders are known."""
    return tf.exp(loc + scale * noise)


def _standardize(loc, scale):
    return lambda z: (tf.math.log(z) - loc) / scale


def _transformed(transformation):
    """A sample [2, 3] and phi, by S followed by `transformation`."""
    loc, scale = _parameters()
    noise = tf.constant([[0.2, -0.8, 1.1], [-2.1, 0.4, 0.9]], tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([loc, scale])
        want = _log_normal(noise, loc, scale)
        fn = _standardize(loc, scale)
        z = tfi.implicit_reparameterization(
            want, lambda x: transformation(fn(x))
        )
    return tape, z, want, (loc, scale)


@pytest.mark.parametrize(
    ("transformation", "tolerance"),
    [
        (lambda e: e, "first"),
        (lambda e: -7 * e, "first"),
        (lambda e: e**3 + e, "first"),
        (tf.exp, "first"),
        (tfd.Normal(tf.constant(0.0, tf.float64), 1.0).cdf, "first"),
        (lambda e: tf.math.log(e + 9.0), "first"),
        (
            lambda e: (
                tfd.Normal(tf.constant(0.0, tf.float64), 1.0).log_cdf(e)
                - tfd.Normal(
                    tf.constant(0.0, tf.float64), 1.0
                ).log_survival_function(e)
            ),
            "odds",
        ),
    ],
    ids=["identity", "scaled", "cubic", "exp", "cdf", "log", "odds"],
)
def test_gradient_is_invariant_under_transformations_of_the_noise(
    transformation, tolerance
):
    tape, z, want, phi = _transformed(transformation)
    np.testing.assert_array_equal(z, want)
    for parameter in phi:
        np.testing.assert_allclose(
            tape.jacobian(z, parameter),
            tape.jacobian(want, parameter),
            rtol=_TOLERANCE[tolerance],
            atol=_TOLERANCE[tolerance],
        )


def _sum(x):
    return tf.reduce_sum(tf.sin(x) * tf.reshape(tf.range(6.0), [2, 3]).numpy())


def _hessian(sample_fn, phi):
    """d^2 f(z(phi)) / dphi dphi of a nonlinear f, by nested tapes."""
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(phi)
        with tf.GradientTape() as inner:
            inner.watch(phi)
            loss = _sum(sample_fn(*phi))
        first = inner.gradient(loss, phi)
    # Not vectorized: tracing takes longer than a few reverse passes.
    return [
        outer.jacobian(g, p, experimental_use_pfor=False)
        for g in first
        for p in phi
    ]


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize("structure", ["diagonal", "triangular", "full"])
def test_second_derivatives(structure, graph):
    phi = _parameters()
    noise = tf.constant([[0.2, -0.8, 1.1], [-2.1, 0.4, 0.9]], tf.float64)
    value = _log_normal(noise, *phi)

    def sample(loc, scale):
        fn = _standardize(loc, scale)
        return tfi.implicit_reparameterization(
            value, lambda z: tf.math.erf(fn(z)), structure=structure
        )

    if graph:
        sample = tf.function(sample)
    got = _hessian(sample, phi)
    want = _hessian(lambda *p: _log_normal(noise, *p), phi)
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=_TOLERANCE["second"], atol=1e-13)


@pytest.mark.parametrize("structure", ["triangular", "full"])
def test_a_correlated_sample(structure):
    # z = loc + L noise, followed by a curved map; the explicit derivative is
    # known. S mixes the elements in both ways: an invertible function of noise.
    loc = tf.constant([[0.4, -0.2, 1.0]], tf.float64)
    tril = tf.constant(
        [[1.0, 0, 0], [0.5, 0.8, 0], [-0.3, 0.2, 1.5]], tf.float64
    )
    noise = tf.constant([[0.3, -0.5, 1.2], [1.0, 0.1, -0.7]], tf.float64)
    mix = np.array([[1.0, 0.5, 0.2], [-0.3, 1.0, 0.1], [0.4, 0.2, 1.0]])
    if structure == "triangular":
        mix = np.tril(mix)

    def explicit(loc, tril):
        return tf.sinh(loc + tf.linalg.matvec(tril, noise))

    def implicit(loc, tril):
        def standardize(z):
            e = tf.linalg.triangular_solve(
                tril, (tf.asinh(z) - loc)[..., tf.newaxis]
            )[..., 0]
            return tf.linalg.matvec(mix, tf.tanh(e))

        return tfi.implicit_reparameterization(
            explicit(loc, tril), standardize, structure=structure
        )

    phi = (loc, tril)
    got, want = _hessian(implicit, phi), _hessian(explicit, phi)
    lower = np.tril(np.ones([3, 3]))  # the solver ignores the upper triangle
    mask = [1, lower, lower[..., None, None], lower[..., None, None] * lower]
    for g, w, m in zip(got, want, mask, strict=True):
        np.testing.assert_allclose(
            g * m, w * m, rtol=_TOLERANCE["second"], atol=1e-13
        )
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(phi)
        z, w = implicit(*phi), explicit(*phi)
    for p, m in zip(phi, (1, lower), strict=True):
        np.testing.assert_allclose(
            tape.jacobian(z, p, experimental_use_pfor=False) * m,
            tape.jacobian(w, p, experimental_use_pfor=False) * m,
            rtol=_TOLERANCE["odds"],
            atol=1e-14,
        )


def test_third_derivative_is_refused():
    loc, scale = _parameters()
    with tf.GradientTape() as third:
        third.watch(loc)
        with tf.GradientTape() as second:
            second.watch(loc)
            with tf.GradientTape() as first:
                first.watch(loc)
                z = tfi.implicit_reparameterization(
                    tf.exp(loc), _standardize(loc, scale)
                )
            g = first.gradient(z, loc)
        g = second.gradient(g, loc)
    np.testing.assert_allclose(g, tf.exp(loc), rtol=_TOLERANCE["second"])
    with pytest.raises(
        (NotImplementedError, LookupError), match="up to the second order"
    ):
        third.gradient(g, loc)


@pytest.mark.parametrize("structure", ["diagonal", "triangular", "full"])
def test_forward_mode(structure):
    loc, scale = _parameters()
    noise = tf.constant([[0.2, -0.8, 1.1], [-2.1, 0.4, 0.9]], tf.float64)
    value = _log_normal(noise, loc, scale)
    with tf.autodiff.ForwardAccumulator(
        [loc, scale], [tf.ones_like(loc), tf.ones_like(scale)]
    ) as accumulator:
        z = tfi.implicit_reparameterization(
            value, _standardize(loc, scale), structure=structure
        )
        want = _log_normal(noise, loc, scale)
    np.testing.assert_array_equal(z, value)
    np.testing.assert_allclose(
        accumulator.jvp(z), accumulator.jvp(want), rtol=_TOLERANCE["odds"]
    )


def test_forward_over_reverse():
    loc, scale = _parameters()
    value = tf.exp(loc)
    with tf.autodiff.ForwardAccumulator(loc, tf.ones_like(loc)) as accumulator:
        with tf.GradientTape() as tape:
            tape.watch(loc)
            z = tfi.implicit_reparameterization(value, _standardize(loc, scale))
        gradient = tape.gradient(z, loc)
    np.testing.assert_allclose(
        accumulator.jvp(gradient), value, rtol=_TOLERANCE["second"]
    )


def test_values_survive_a_slope_of_zero():
    # 100 standard deviations out the density is 0: the derivative is lost, the
    # value is not, and the neighbours keep theirs.
    loc = tf.constant([0.0, 0.0])
    sample = tf.constant([0.5, 100.0])
    with tf.GradientTape() as tape:
        tape.watch(loc)
        z = tfi.implicit_reparameterization(sample, tfd.Normal(loc, 1.0).cdf)
    np.testing.assert_array_equal(z, sample)
    gradient = tape.gradient(z, loc)
    np.testing.assert_allclose(gradient[0], 1.0, rtol=1e-6)
    assert not np.isfinite(gradient[1])


def test_results_do_not_depend_on_the_batch():
    loc = tf.random.stateless_normal([50], [1, 2], dtype=tf.float64)
    sample = tf.random.stateless_normal([50], [3, 4], dtype=tf.float64)

    def gradient(loc, sample):
        with tf.GradientTape() as tape:
            tape.watch(loc)
            z = tfi.implicit_reparameterization(
                sample, tfd.Normal(loc, np.float64(2.0)).cdf
            )
        return tape.gradient(z, loc)

    alone = [gradient(loc[i : i + 1], sample[i : i + 1])[0] for i in range(50)]
    np.testing.assert_allclose(gradient(loc, sample), alone, rtol=4 * _EPS)


@pytest.mark.parametrize("shape", [[], [0], [4], [5, 2, 1, 4], [0, 4]])
def test_shapes_and_dtypes(shape):
    for dtype in (tf.float32, tf.float64):
        loc = tf.constant(
            [0.1, 0.2, 0.3, 0.4] if shape[-1:] == [4] else 0.1, dtype
        )
        with tf.GradientTape() as tape:
            tape.watch(loc)
            normal = tfd.Normal(loc, tf.constant(1.0, dtype))
            z = tfi.implicit_reparameterization(
                tf.random.stateless_normal(shape, [1, 2], dtype=dtype),
                normal.cdf,
            )
        assert z.shape == shape and z.dtype == dtype
        count = np.prod(shape) / max(loc.shape.num_elements(), 1)
        np.testing.assert_allclose(
            tape.gradient(z, loc), np.full(loc.shape, count), rtol=1e-5
        )


def test_the_gradient_of_the_sampler_is_replaced():
    loc = tf.constant(1.5)
    with tf.GradientTape() as tape:
        tape.watch(loc)
        z = tfi.implicit_reparameterization(loc * 3.0, lambda x: x - loc)
    np.testing.assert_allclose(tape.gradient(z, loc), 1.0)


def test_unknown_shape_in_a_graph():
    @tf.function(input_signature=[tf.TensorSpec(None), tf.TensorSpec([])])
    def gradient(sample, loc):
        with tf.GradientTape() as tape:
            tape.watch(loc)
            z = tfi.implicit_reparameterization(sample, lambda x: x - loc)
        return z, tape.gradient(z, loc)

    z, slope = gradient(tf.ones([2, 3]), tf.constant(0.5))
    np.testing.assert_array_equal(z, np.ones([2, 3]))
    np.testing.assert_allclose(slope, 6.0)


def test_name():
    @tf.function
    def f(z):
        return tfi.implicit_reparameterization(z, lambda x: x, name="attach")

    graph = f.get_concrete_function(tf.ones([2])).graph
    names = [
        op.name for op in graph.get_operations() if op.type != "Placeholder"
    ]
    assert sum(name.startswith("attach/") for name in names) > len(names) / 2


def test_errors():
    one = tf.ones([2])
    with pytest.raises(ValueError, match="`structure` must be one of"):
        tfi.implicit_reparameterization(one, lambda z: z, structure="dense")
    with pytest.raises(
        TypeError, match=r"`sample` must be a float16.*got int32"
    ):
        tfi.implicit_reparameterization(tf.constant(1), lambda z: z)
    with pytest.raises(ValueError, match="the shape of its argument"):
        tfi.implicit_reparameterization(one, tf.reduce_sum)
    with pytest.raises(ValueError, match="differentiable in its argument"):
        tfi.implicit_reparameterization(one, tf.floor)

    @tf.function(input_signature=[tf.TensorSpec([None])])
    def unknown(z):
        return tfi.implicit_reparameterization(z, lambda x: x, "full")

    with pytest.raises(ValueError, match="last dimension of `sample` must be"):
        unknown(one)
    with pytest.raises(ValueError, match="last dimension of `sample` must be"):
        tfi.implicit_reparameterization(
            tf.constant(1.0), lambda x: x, structure="triangular"
        )


def test_example():
    logits = tf.constant([0.0, 1.0])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        mixture = tfd.MixtureSameFamily(
            tfd.Categorical(logits=logits), tfd.Normal([-1.0, 1.0], 0.5)
        )
        z = tfi.implicit_reparameterization(
            mixture.sample(1000, seed=1), mixture.cdf
        )
        loss = tf.reduce_mean(z)
    # E z = w_2 - w_1: its derivative in the last logit is 2 w_1 w_2. The error
    # of a mean of 1000 is below 0.02: 6 of them are exceeded once in 5e8.
    w = 1 / (1 + np.exp(-1.0))
    want = 2 * w * (1 - w) * np.array([-1.0, 1.0])
    np.testing.assert_allclose(tape.gradient(loss, logits), want, atol=0.12)
