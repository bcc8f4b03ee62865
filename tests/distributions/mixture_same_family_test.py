# Copyright 2026 The tf_implicit Authors.
# SPDX-License-Identifier: Apache-2.0
"""Mixtures: gradients in weights and components of every kind."""

import pickle

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import tf_implicit as tfi

tfd = tfp.distributions
MixtureSameFamily = tfi.distributions.MixtureSameFamily

_LOGITS = [0.2, -0.5, 0.9]
_LOC2 = [[0.0, 1.0], [2.0, -1.0], [-1.5, 0.5]]
_TRIL2 = [
    [[1.0, 0.0], [0.9, 0.3]],
    [[0.5, 0.0], [-1.0, 2.0]],
    [[0.8, 0.0], [0.2, -0.6]],
]
_LOC3 = [[0.0, 1.0, 2.0], [2.0, -1.0, 0.0], [-1.5, 0.5, 1.0]]


def _normal(p):
    return tfd.Normal(p["loc"], p["scale"])


def _gamma(p):
    return tfd.Gamma(p["concentration"], p["rate"])


def _independent(p):
    return tfd.Independent(_normal(p), 1)


def _matrix(p):
    return tfd.Independent(_normal(p), 2)


def _tril(p):
    return tfd.MultivariateNormalTriL(p["loc"], p["tril"])


def _diag(p):
    return tfd.MultivariateNormalDiag(p["loc"], p["scale"])


def _low_rank(p):
    return tfd.MultivariateNormalDiagPlusLowRank(
        p["loc"], p["scale"], p["factor"]
    )


# Components and their parameters, for 3 components.
_CASES = {
    "univariate": (
        _normal,
        {"loc": [0.0, 2.0, -3.0], "scale": [1.0, 0.3, 2.0]},
    ),
    "gamma": (
        _gamma,
        {"concentration": [0.7, 5.0, 2.0], "rate": [2.0, 1.0, 0.5]},
    ),
    "independent": (_independent, {"loc": _LOC3, "scale": np.exp(_LOC3) / 3}),
    "matrix": (
        _matrix,
        {
            "loc": [[x[:2], x[:2]] for x in _LOC2],
            "scale": [[[1.0, 0.5], [0.7, 2.0]]] * 3,
        },
    ),
    "full": (_tril, {"loc": _LOC2, "tril": _TRIL2}),
    "diagonal": (_diag, {"loc": _LOC3, "scale": np.exp(_LOC3) / 3}),
    "low_rank": (
        _low_rank,
        {
            "loc": _LOC2,
            "scale": [[1.0, 0.5]] * 3,
            "factor": [[[1.0], [0.5]], [[-0.3], [1.0]], [[0.0], [2.0]]],
        },
    ),
}


def _case(name, dtype=tf.float64):
    components, values = _CASES[name]
    parameters = {k: tf.constant(v, dtype) for k, v in values.items()}
    parameters["logits"] = tf.constant(_LOGITS, dtype)
    return components, parameters


def _make(cls, components, parameters):
    return cls(tfd.Categorical(parameters["logits"]), components(parameters))


def _statistic(z, event_rank):
    """Square of a weighted sum: it sees covariances and every element."""
    size = int(np.prod(z.shape[z.shape.rank - event_rank :]))
    flat = tf.reshape(z, [*z.shape[: z.shape.rank - event_rank], size])
    return tf.reduce_sum(flat * np.linspace(1.0, 2.0, size), axis=-1) ** 2


def _expectation(components, parameters):
    """E of the statistic, from the moments of the components."""
    weights = tf.nn.softmax(parameters["logits"])
    c = components(parameters)
    size = c.event_shape.num_elements()
    w = np.linspace(1.0, 2.0, size)
    mean = tf.reduce_sum(tf.reshape(c.mean(), [3, size]) * w, -1)
    if isinstance(c, tfd.MultivariateNormalLinearOperator):
        variance = tf.einsum("i,kij,j->k", w, c.covariance(), w)
    else:
        variance = tf.reduce_sum(tf.reshape(c.variance(), [3, size]) * w**2, -1)
    return tf.reduce_sum(weights * (variance + mean**2))


@pytest.mark.parametrize("name", _CASES)
def test_every_parameter_has_a_gradient_of_the_right_mean(name):
    # Appendix A of the paper. 40 means of 500 samples; a right gradient is off
    # by more than 6 standard errors (t, 39 degrees of freedom) once in 2e6
    # entries.
    components, parameters = _case(name)
    with tf.GradientTape() as tape:
        tape.watch(parameters)
        want = _expectation(components, parameters)
    want = tape.gradient(want, parameters)
    with tf.GradientTape() as tape:
        # One copy of the parameters for each mean: a batch of mixtures.
        copies = {
            k: tf.tile(v[None], [40] + [1] * v.shape.rank)
            for k, v in parameters.items()
        }
        tape.watch(copies)
        mixture = _make(MixtureSameFamily, components, copies)
        z = mixture.sample(500, seed=[3, 4])
        loss = tf.reduce_mean(_statistic(z, mixture.event_shape.rank), axis=0)
    for k, g in tape.gradient(loss, copies).items():
        error = np.std(g, axis=0, ddof=1) / np.sqrt(40)
        difference = np.abs(np.mean(g, axis=0) - want[k])
        # Entries above the diagonal of a factor have no gradient at all.
        assert np.all(difference <= 6 * error), k
        assert np.any(error > 0), k


@pytest.mark.parametrize("dtype", [tf.float32, tf.float64])
@pytest.mark.parametrize("tril", _TRIL2)
def test_one_component_has_the_explicit_gradients(tril, dtype):
    # z = loc + C y: the distributional transform is invertible in y.
    eps = np.finfo(dtype.as_numpy_dtype).eps
    loc = tf.constant([[0.3, -1.0]], dtype)
    tril = tf.constant([tril], dtype)
    results = []
    for implicit in (True, False):
        with tf.GradientTape(persistent=True) as outer:
            outer.watch([loc, tril])
            with tf.GradientTape() as tape:
                tape.watch([loc, tril])
                normal = tfd.MultivariateNormalTriL(loc, tril)
                if implicit:
                    mixture = MixtureSameFamily(
                        tfd.Categorical(tf.zeros([1], dtype)), normal
                    )
                    z = mixture.sample(9, seed=[1, 2])
                    y = tf.linalg.triangular_solve(
                        tril, (z - loc)[..., tf.newaxis]
                    )
                    y = tf.stop_gradient(y)[..., 0]
                else:
                    z = loc + tf.linalg.matvec(tril, y)
                loss = tf.reduce_sum(tf.sin(z[:, 0] * z[:, 1]))
            first = tape.gradient(loss, [loc, tril])
            first[1] = tf.linalg.band_part(first[1], -1, 0)
        second = [outer.gradient(g, p) for g in first for p in (loc, tril)]
        results.append((first, second))
    (got, got_second), (want, want_second) = results
    # Sums of 9 terms of order 1, and 10 for the second derivatives. Measured
    # worst, in eps: 4 and 32.
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=0, atol=16 * eps)
    for g, w in zip(got_second, want_second, strict=True):
        mask = np.ones(w.shape)
        if w.shape == tril.shape:
            mask = np.tril(mask)
        np.testing.assert_allclose(g * mask, w * mask, rtol=0, atol=128 * eps)


@pytest.mark.parametrize("name", ["univariate", "gamma", "independent"])
def test_gradients_are_those_of_tfp_where_it_has_them(name):
    components, parameters = _case(name)
    results = []
    for cls in (
        MixtureSameFamily,
        lambda *a: tfd.MixtureSameFamily(*a, reparameterize=True),
    ):
        with tf.GradientTape() as tape:
            tape.watch(parameters)
            z = _make(cls, components, parameters).sample(50, seed=[1, 2])
            loss = tf.reduce_mean(tf.sin(z))
        results.append((z, tape.gradient(loss, parameters)))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    for k in parameters:
        # TFP has no 1 - F: its tails are less accurate. Measured 2e-14.
        np.testing.assert_allclose(
            results[0][1][k], results[1][1][k], rtol=1e-12, atol=1e-14
        )


@pytest.mark.parametrize("name", _CASES)
def test_is_the_distribution_of_tfp(name):
    components, parameters = _case(name, tf.float32)
    ours = _make(MixtureSameFamily, components, parameters)
    theirs = _make(tfd.MixtureSameFamily, components, parameters)
    assert isinstance(ours, tfd.MixtureSameFamily)
    assert ours.reparameterization_type == tfd.FULLY_REPARAMETERIZED
    assert ours.batch_shape == theirs.batch_shape
    assert ours.event_shape == theirs.event_shape
    assert ours.name == theirs.name
    for shape in [(), 4, (2, 5), (0,)]:
        z = theirs.sample(shape, seed=[1, 2])
        np.testing.assert_array_equal(ours.sample(shape, seed=[1, 2]), z)
        np.testing.assert_array_equal(ours.log_prob(z), theirs.log_prob(z))
    np.testing.assert_array_equal(ours.mean(), theirs.mean())
    copied = ours.copy()
    assert isinstance(copied, MixtureSameFamily)
    np.testing.assert_array_equal(
        copied.sample(2, seed=[1, 2]), ours.sample(2, seed=[1, 2])
    )


def test_weights_broadcast_against_components():
    logits = tf.constant([[0.0, 1.0], [1.0, -1.0], [2.0, 0.0]])
    loc = tf.constant([-1.0, 1.0])
    with tf.GradientTape() as tape:
        tape.watch([logits, loc])
        z = MixtureSameFamily(
            tfd.Categorical(logits), tfd.Normal(loc, 1.0)
        ).sample(2000, seed=1)
        loss = tf.reduce_sum(tf.reduce_mean(z, axis=0))
    d_logits, d_loc = tape.gradient(loss, [logits, loc])
    # E z = w_2 - w_1, dE z/dloc = w; standard errors are below 0.03.
    w = tf.nn.softmax(logits).numpy()
    want = 2 * w[:, :1] * w[:, 1:] * np.array([-1.0, 1.0])
    np.testing.assert_allclose(d_logits, want, atol=6 * 0.03)
    np.testing.assert_allclose(d_loc, np.sum(w, axis=0), atol=6 * 0.03)


def test_far_components_and_tiny_weights_are_finite():
    logits = tf.constant([0.0, -200.0, 1.0])
    loc = tf.constant([[0.0, 0.0], [5.0, 5.0], [1e4, -1e4]])
    with tf.GradientTape() as tape:
        tape.watch([logits, loc])
        z = MixtureSameFamily(
            tfd.Categorical(logits), tfd.MultivariateNormalDiag(loc)
        ).sample(1000, seed=1)
        loss = tf.reduce_mean(z)
    d_logits, d_loc = tape.gradient(loss, [logits, loc])
    assert np.all(np.isfinite(d_logits)) and np.all(np.isfinite(d_loc))
    # Separate components: each location moves its own samples, by their share.
    share = np.mean(z.numpy()[:, 0] > 5e3)
    want = np.array([1 - share, 0.0, share])[:, None] / 2
    np.testing.assert_allclose(d_loc, want * np.ones(2), atol=2e-3)


def test_graph_variables_and_no_gradient():
    loc = tf.Variable(_LOC2)
    mixture = MixtureSameFamily(
        tfd.Categorical(tf.Variable(_LOGITS)),
        tfd.MultivariateNormalTriL(loc, tf.constant(_TRIL2)),
    )
    assert len(mixture.trainable_variables) == 2

    @tf.function
    def gradient(n):
        with tf.GradientTape() as tape:
            z = mixture.sample(n, seed=[1, 2])
        return z, tape.gradient(z, loc)

    z, slope = gradient(tf.constant(6))
    np.testing.assert_allclose(z, mixture.sample(6, seed=[1, 2]), rtol=1e-6)
    assert np.all(np.isfinite(slope))
    plain = mixture.copy(reparameterize=False)
    assert plain.reparameterization_type == tfd.NOT_REPARAMETERIZED


def _components_without_a_gradient():
    return [
        tfd.Dirichlet([[1.0, 2.0], [3.0, 4.0]]),
        tfd.Poisson([1.0, 2.0]),
        tfd.Categorical(tf.zeros([2, 3])),
        tfd.OneHotCategorical(tf.zeros([2, 3])),
        tfd.NormalInverseGaussian([0.0, 1.0], 1.0, 0.5, 1.0),
    ]


@pytest.mark.parametrize(
    "components", _components_without_a_gradient(), ids=lambda c: c.name
)
def test_components_without_a_transform_are_mixed_as_in_tfp(components):
    cat = tfd.Categorical([0.0, 0.5])
    ours = MixtureSameFamily(cat, components)
    theirs = tfd.MixtureSameFamily(cat, components)
    assert ours.reparameterization_type == tfd.NOT_REPARAMETERIZED
    z = ours.sample(3, seed=[1, 2])
    np.testing.assert_array_equal(z, theirs.sample(3, seed=[1, 2]))
    np.testing.assert_array_equal(ours.log_prob(z), theirs.log_prob(z))
    with pytest.raises(
        (ValueError, NotImplementedError), match=components.name
    ):
        MixtureSameFamily(cat, components, reparameterize=True)


def test_an_unknown_event_size():
    @tf.function(input_signature=[tf.TensorSpec([2, None])])
    def sample(loc):
        mixture = MixtureSameFamily(
            tfd.Categorical([0.0, 0.0]), tfd.MultivariateNormalDiag(loc)
        )
        assert mixture.reparameterization_type == tfd.NOT_REPARAMETERIZED
        z = mixture.sample(3, seed=[1, 2])
        return z, mixture.log_prob(z)

    z, log_prob = sample(tf.zeros([2, 3]))
    assert z.shape == [3, 3] and np.all(np.isfinite(log_prob))


def test_a_weight_of_zero_has_a_gradient():
    probs, loc = tf.constant([1.0, 0.0]), tf.constant([0.0, 1.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([probs, loc])
        mixture = MixtureSameFamily(
            tfd.Categorical(probs=probs), tfd.Normal(loc, 1.0)
        )
        z = mixture.sample(5, seed=[1, 2])
        log_prob, log_cdf = mixture.log_prob(0.3), mixture.log_cdf(0.3)
    normal = tfd.Normal(loc, 1.0)
    # d log(sum w q / sum w) / dw_i = q_i / q - 1; z moves by -dF / q.
    ratio = normal.prob(0.3)[1] / normal.prob(0.3)[0]
    np.testing.assert_allclose(
        tape.gradient(log_prob, probs), [0.0, ratio - 1], atol=1e-6
    )
    ratio = normal.cdf(0.3)[1] / normal.cdf(0.3)[0]
    np.testing.assert_allclose(
        tape.gradient(log_cdf, probs), [0.0, ratio - 1], atol=1e-6
    )
    cdf = normal.cdf(z[:, None])
    slope = (cdf[:, 0] - cdf[:, 1]) / normal.prob(z[:, None])[:, 0]
    np.testing.assert_allclose(
        tape.gradient(z, probs), [0.0, tf.reduce_sum(slope)], rtol=1e-4
    )
    np.testing.assert_allclose(tape.gradient(z, loc), [5.0, 0.0], rtol=1e-5)


def test_pickle():
    mixture = MixtureSameFamily(
        tfd.Categorical([0.0, 0.5]),
        tfd.MultivariateNormalTriL(_LOC2[:2], _TRIL2[:2]),
    )
    again = pickle.loads(pickle.dumps(mixture))
    assert type(again) is type(mixture)
    np.testing.assert_array_equal(
        again.sample(3, seed=[1, 2]), mixture.sample(3, seed=[1, 2])
    )


def test_quantile_and_far_tails():
    loc = tf.constant([0.0, 5.0], tf.float64)
    cat = tfd.Categorical([0.0, 1.0])
    u = np.array([1e-300, 1e-6, 0.1, 0.5, 0.9, 1 - 1e-10])
    with tf.GradientTape() as tape:
        tape.watch(loc)
        mixture = MixtureSameFamily(
            tfd.Categorical(tf.constant([0.0, 1.0], tf.float64)),
            tfd.Normal(loc, np.float64([1.0, 0.1])),
        )
        z = mixture.quantile(u)
    np.testing.assert_allclose(mixture.cdf(z), u, rtol=1e-12)
    # All components moved by 1 move every quantile by 1.
    np.testing.assert_allclose(
        tf.reduce_sum(tape.gradient(z, loc)), u.size, rtol=1e-9
    )
    ours = MixtureSameFamily(cat, tfd.Normal([0.0, 1.0], 1.0))
    far = ours.log_survival_function(30.0)
    # log(1 - cdf) is -inf there.
    want = tfd.Normal(1.0, 1.0).log_survival_function(30.0)
    np.testing.assert_allclose(
        far, want + np.log(1 / (1 + np.exp(-1))), rtol=1e-5
    )


def test_parameters_are_read_once():
    reads = []

    def read(x):
        reads.append(1)
        return x

    loc = tfp.util.DeferredTensor(tf.Variable([0.0, 1.0]), read)
    mixture = MixtureSameFamily(
        tfd.Categorical([0.0, 1.0]), tfd.Normal(loc, 1.0)
    )
    for method, argument in [
        ("sample", 3),
        ("log_prob", 0.3),
        ("quantile", 0.3),
    ]:
        reads.clear()
        getattr(mixture, method)(argument)
        assert len(reads) == 1, method


def test_example():
    logits = tf.constant([0.0, 1.0])
    tril = tf.constant(_TRIL2[:2])
    with tf.GradientTape() as tape:
        tape.watch([logits, tril])
        mixture = MixtureSameFamily(
            tfd.Categorical(logits=logits),
            tfd.MultivariateNormalTriL([[0.0, 1.0], [2.0, -1.0]], tril),
        )
        z = mixture.sample(5000, seed=1)
        loss = tf.reduce_mean(z[:, 0] * z[:, 1])
    d_logits, _ = tape.gradient(loss, [logits, tril])
    # E z_1 z_2 = 0.9 or -0.5 - 2, times w_1 w_2. The standard error is measured
    # by 40 parts of the sample elsewhere in this file; here it is below 0.1.
    w = 1 / (1 + np.exp(-1.0))
    want = w * (1 - w) * (0.9 + 2.5) * np.array([1.0, -1.0])
    np.testing.assert_allclose(d_logits, want, atol=0.6)
