# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Mixtures of different families: gradients in weights and components."""

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions
Mixture = tfi.distributions.Mixture

_TRIL = [[1.0, 0.0], [0.8, 0.5]]


def _real(p):
    return [
        tfd.Normal(p["loc"], p["scale"]),
        tfi.distributions.StudentT(p["df"], p["t_loc"], p["t_scale"]),
        tfd.Logistic(p["l_loc"], p["l_scale"]),
    ]


def _positive(p):
    return [
        tfi.distributions.Gamma(p["concentration"], p["rate"]),
        tfd.LogNormal(p["loc"], p["scale"]),
        tfd.Exponential(p["exponential_rate"]),
    ]


def _vectors(p):
    return [
        tfd.MultivariateNormalTriL(p["loc"], p["tril"]),
        tfd.Independent(tfd.Laplace(p["l_loc"], p["l_scale"]), 1),
        tfd.MultivariateNormalDiag(p["d_loc"], p["d_scale"]),
    ]


# Three components each.
_CASES = {
    "real": (
        _real,
        {
            "loc": -1.0,
            "scale": 0.7,
            "df": 9.0,
            "t_loc": 2.0,
            "t_scale": 1.5,
            "l_loc": 0.5,
            "l_scale": 0.3,
        },
    ),
    "positive": (
        _positive,
        {
            "concentration": 0.7,
            "rate": 0.5,
            "loc": 0.3,
            "scale": 0.4,
            "exponential_rate": 0.8,
        },
    ),
    "vectors": (
        _vectors,
        {
            "loc": [0.0, 1.0],
            "tril": _TRIL,
            "l_loc": [2.0, -1.0],
            "l_scale": [0.5, 1.0],
            "d_loc": [-1.0, -1.0],
            "d_scale": [0.7, 2.0],
        },
    ),
}
_ALL = pytest.mark.parametrize("name", _CASES)
_LOGITS = [0.2, -0.5, 0.9]


def _case(name, dtype=tf.float64):
    components, values = _CASES[name]
    parameters = {k: tf.constant(v, dtype) for k, v in values.items()}
    parameters["logits"] = tf.constant(_LOGITS, dtype)
    return components, parameters


def _make(cls, components, parameters):
    return cls(tfd.Categorical(parameters["logits"]), components(parameters))


def _second_moment(component):
    """E (w . z)**2, w of ones for an event of two, z itself for a scalar."""
    mean, variance = component.mean(), component.variance()
    if component.event_shape.rank == 0:
        return variance + mean**2
    if isinstance(component, tfd.MultivariateNormalLinearOperator):
        variance = tf.reduce_sum(component.covariance(), axis=-1)
    return tf.reduce_sum(variance, axis=-1) + tf.reduce_sum(mean, axis=-1) ** 2


@_ALL
def test_every_parameter_has_a_gradient_of_the_right_mean(name):
    # Appendix A of the paper. 40 means of 500 samples; a right gradient is off
    # by more than 6 standard errors (t, 39 degrees of freedom) once in 2e6
    # entries.
    components, parameters = _case(name)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        moments = [_second_moment(c) for c in components(parameters)]
        weights = tf.nn.softmax(parameters["logits"])
        want = tf.reduce_sum(weights * tf.stack(moments))
    want = tape.gradient(want, parameters)
    with tf.GradientTape() as tape:
        # One copy of the parameters for each mean: a batch of mixtures.
        copies = {
            k: tf.tile(v[None], [40] + [1] * v.shape.rank)
            for k, v in parameters.items()
        }
        tape.watch(copies)
        z = _make(Mixture, components, copies).sample(500, seed=[3, 4])
        if name == "vectors":
            z = tf.reduce_sum(z, axis=-1)
        loss = tf.reduce_mean(z**2, axis=0)
    gradients = tape.gradient(loss, copies)
    for k, g in gradients.items():
        error = np.std(g, axis=0, ddof=1) / np.sqrt(40)
        difference = np.abs(np.mean(g, axis=0) - want[k])
        # The entry above the diagonal of a factor has no gradient at all.
        assert np.all(difference <= 6 * error), k
        assert np.any(error > 0), k


def test_gradient_at_fixed_samples_is_that_of_the_quantile():
    # z = Q(u; phi) by bisection of SciPy's CDFs, differentiated by central
    # differences in each parameter: 1e-9 of rounding, 1e-8 of the step.
    def cdf(x, w, m, s, df, t_loc, t_scale):
        return w * scipy.stats.norm.cdf(x, m, s) + (1 - w) * scipy.stats.t.cdf(
            x, df, t_loc, t_scale
        )

    values = [0.3, -1.0, 0.7, 5.0, 2.0, 1.5]
    phi = [tf.constant(v, tf.float64) for v in values]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(phi)
        w, m, s, df, t_loc, t_scale = phi
        z = Mixture(
            tfd.Categorical(probs=tf.stack([w, 1 - w])),
            [
                tfd.Normal(m, s),
                tfi.distributions.StudentT(df, t_loc, t_scale),
            ],
        ).sample(6, seed=[1, 2])
    z0 = z.numpy()
    u = cdf(z0, *values)

    def quantile(parameters):
        low, high = z0 - 1.0, z0 + 1.0
        for _ in range(60):
            middle = (low + high) / 2
            above = cdf(middle, *parameters) > u
            low, high = (
                np.where(above, low, middle),
                np.where(above, middle, high),
            )
        return (low + high) / 2

    for i in range(len(phi)):
        h = 1e-5
        ahead, behind = (
            quantile([v + d * (j == i) for j, v in enumerate(values)])
            for d in (h, -h)
        )
        got = tape.jacobian(z, phi[i], experimental_use_pfor=False)
        np.testing.assert_allclose(got, (ahead - behind) / (2 * h), atol=1e-6)


@_ALL
def test_second_derivatives(name):
    # Along a line in all parameters: the first derivative moves with the
    # sample. Central differences of the jacobian at fixed noise.
    components, parameters = _case(name)

    def first_and_second(parameters):
        with tf.GradientTape() as outer:
            outer.watch(parameters)
            with tf.GradientTape() as inner:
                inner.watch(parameters)
                z = _make(Mixture, components, parameters).sample(
                    4, seed=[1, 2]
                )
                loss = tf.reduce_sum(tf.sin(z))
            first = inner.gradient(loss, parameters)
            total = tf.add_n([tf.reduce_sum(g**2) for g in first.values()])
        return first, outer.gradient(total, parameters)

    first, second = first_and_second(parameters)
    graph_first, graph_second = tf.function(first_and_second)(parameters)
    for k in parameters:
        assert np.all(np.isfinite(second[k])), k
        np.testing.assert_allclose(graph_first[k], first[k], rtol=1e-9)
        np.testing.assert_allclose(
            graph_second[k], second[k], rtol=1e-8, atol=1e-10
        )


def test_one_family_agrees_with_mixture_same_family():
    # The same samples, the same gradients to second order, by the other class.
    logits = tf.constant(_LOGITS, tf.float64)
    loc = tf.constant([0.0, 2.0, -3.0], tf.float64)
    z = tf.constant([-2.5, 0.3, 1.9, 4.0], tf.float64)

    def derivatives(make):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([logits, loc])
            with tf.GradientTape() as inner:
                inner.watch([logits, loc])
                mixture = make(tfd.Categorical(logits), loc)
                x = tfi.implicit_reparameterization(z, mixture.cdf)
                loss = tf.reduce_sum(tf.sin(x))
            first = inner.gradient(loss, [logits, loc])
        return first + [outer.gradient(g, logits) for g in first]

    one = derivatives(
        lambda cat, loc: Mixture(
            cat, [tfd.Normal(m, np.float64(0.8)) for m in tf.unstack(loc)]
        )
    )
    other = derivatives(
        lambda cat, loc: tfi.distributions.MixtureSameFamily(
            cat, tfd.Normal(loc, np.float64(0.8))
        )
    )
    for g, w in zip(one, other, strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-11, atol=1e-13)


@_ALL
def test_is_the_distribution_of_tfp(name):
    components, parameters = _case(name, tf.float32)
    ours = _make(Mixture, components, parameters)
    theirs = _make(tfd.Mixture, components, parameters)
    assert isinstance(ours, tfd.Mixture) and isinstance(ours, Mixture)
    assert ours.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    assert ours.batch_shape == theirs.batch_shape
    assert ours.event_shape == theirs.event_shape
    assert ours.name == theirs.name
    for shape in [(), 4, (2, 5), (0,)]:
        z = theirs.sample(shape, seed=[1, 2])
        np.testing.assert_array_equal(ours.sample(shape, seed=[1, 2]), z)
        np.testing.assert_array_equal(ours.log_prob(z), theirs.log_prob(z))
        if name != "vectors":
            np.testing.assert_array_equal(ours.cdf(z), theirs.cdf(z))
    np.testing.assert_array_equal(ours.mean(), theirs.mean())
    np.testing.assert_array_equal(ours.stddev(), theirs.stddev())
    if name != "vectors":
        return
    with pytest.raises(NotImplementedError):
        ours.cdf(z)


def test_batches_variables_graphs_and_copies():
    logits = tf.Variable([[0.0, 1.0], [1.0, -1.0]])
    loc = tf.Variable([0.0, 3.0])
    mixture = Mixture(
        tfd.Categorical(logits),
        [tfd.Normal(loc, 1.0), tfd.Laplace([2.0, -2.0], 0.5)],
    )
    assert len(mixture.trainable_variables) == 2
    assert mixture.batch_shape == [2]

    @tf.function
    def gradient(mixture, n):
        with tf.GradientTape() as tape:
            z = mixture.sample(n, seed=[1, 2])
            loss = tf.reduce_sum(z)
        return z, tape.gradient(loss, mixture.trainable_variables)

    z, slopes = gradient(mixture, tf.constant(6))
    np.testing.assert_array_equal(z, mixture.sample(6, seed=[1, 2]))
    for slope in slopes:
        assert np.all(np.isfinite(tf.convert_to_tensor(slope)))
    plain = mixture.copy(reparameterize=False)
    assert plain.reparameterization_type == tfd.NOT_REPARAMETERIZED
    with tf.GradientTape() as tape:
        z = plain.sample(6, seed=[1, 2])
    assert tape.gradient(z, loc) is None


def test_outside_of_a_support_the_gradient_is_nan():
    # TFP's Gamma has no density below zero, and a NaN gradient of its CDF.
    loc = tf.constant([-1.0, 30.0])
    with tf.GradientTape() as tape:
        tape.watch(loc)
        z = Mixture(
            tfd.Categorical([[9.0, -9.0]] * 2),
            [tfd.Normal(loc, 0.1), tfd.Gamma([2.0, 2.0], 1.0)],
        ).sample(seed=[1, 2])
    assert z[0] < 0 < z[1]
    gradient = tape.gradient(z, loc)
    assert np.isnan(gradient[0])
    np.testing.assert_allclose(gradient[1], 1.0, rtol=1e-5)


def test_supports_may_differ_where_the_cdf_is_known_on_the_whole_line():
    parameters = [tf.constant(0.4), tf.constant(-0.5), tf.constant(1.7)]
    draws = 40000
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        # One column a draw, so that each sample has gradients of its own.
        weight, loc, concentration = (
            tf.broadcast_to(p, [draws]) for p in parameters
        )
        tape.watch([weight, loc, concentration])
        z = Mixture(
            tfd.Categorical(probs=tf.stack([weight, 1 - weight], axis=-1)),
            [
                tfd.Normal(loc, 1.0),
                tfi.distributions.Gamma(concentration, 1.0),
            ],
        ).sample(seed=[1, 2])
    gradients = tape.gradient(z, [weight, loc, concentration])
    assert np.any(z < 0)
    # E z = weight loc + (1 - weight) concentration.
    for gradient, expected in zip(gradients, [-2.2, 0.4, 0.6], strict=True):
        error = np.std(gradient) / np.sqrt(draws)
        assert abs(np.mean(gradient) - expected) < 5 * error
        assert error < 0.1


def test_log_prob_outside_of_a_support():
    x, loc, shape = tf.constant(-1.0), tf.constant(0.0), tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch([x, loc, shape])
        mixture = Mixture(
            tfd.Categorical([0.0, 0.0]),
            [tfd.Normal(loc, 1.0), tfi.distributions.Gamma(shape, 1.0)],
        )
        log_prob = mixture.log_prob(x)
    want = tfd.Normal(0.0, 1.0).log_prob(-1.0) + np.log(0.5)
    np.testing.assert_allclose(log_prob, want, rtol=1e-6)
    np.testing.assert_allclose(
        tape.gradient(log_prob, [x, loc, shape]), [1.0, -1.0, 0.0], atol=1e-6
    )


def test_a_weight_of_zero_has_a_gradient():
    probs = tf.constant([1.0, 0.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(probs)
        mixture = Mixture(
            tfd.Categorical(probs=probs),
            [tfd.Normal(0.0, 1.0), tfd.Normal(1.0, 1.0)],
        )
        z, log_prob = mixture.sample(5, seed=[1, 2]), mixture.log_prob(0.3)
    assert np.all(np.isfinite(tape.gradient(z, probs)))
    np.testing.assert_allclose(
        tape.gradient(log_prob, probs), [0.0, np.exp(-0.2) - 1], atol=1e-6
    )


def test_quantile():
    mixture = Mixture(
        tfd.Categorical(tf.constant([0.0, 1.0], tf.float64)),
        [tfd.Normal(np.float64(0.0), 1.0), tfd.Laplace(np.float64(5.0), 0.1)],
    )
    u = np.array([1e-12, 0.1, 0.5, 0.9, 1 - 1e-10])
    np.testing.assert_allclose(mixture.cdf(mixture.quantile(u)), u, rtol=1e-12)


def test_what_it_cannot_reparameterize():
    cat = tfd.Categorical([0.0, 0.0])
    normal = tfd.Normal(0.0, 1.0)
    for components, error, match in [
        ([normal, tfd.Skellam(1.0, 2.0)], ValueError, "Implicit makes them so"),
        (
            [tfd.Dirichlet([1.0, 2.0]), tfd.Dirichlet([3.0, 4.0])],
            NotImplementedError,
            "not for Dirichlet",
        ),
        ([tfd.Poisson(1.0), tfd.Geometric(0.3)], ValueError, "Poisson"),
        (
            [normal, tfd.NormalInverseGaussian(0.0, 1.0, 0.5, 1.0)],
            NotImplementedError,
            "NormalInverseGaussian",
        ),
    ]:
        with pytest.raises(error, match=match):
            Mixture(cat, components, reparameterize=True)
        mixture = Mixture(cat, components)
        assert mixture.reparameterization_type == tfd.NOT_REPARAMETERIZED
        z = mixture.sample(3, seed=[1, 2])
        want = tfd.Mixture(cat, components).sample(3, seed=[1, 2])
        np.testing.assert_array_equal(z, want)
    with pytest.raises(TypeError, match="same dtype"):
        Mixture(cat, [normal, tfd.Normal(np.float64(0), 1.0)])
    with pytest.raises(ValueError, match="num_classes"):
        Mixture(tfd.Categorical([0.0, 0.0, 0.0]), [normal, normal])
